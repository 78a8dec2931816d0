//! Mistake: the place of it in the text, and the names that were probably meant.
//!
//! In: what the engine says of a statement. Out: the sentence, the line with a
//! caret below, and a way out.

use datafusion::common::{Column, Diagnostic, SchemaError};
use datafusion::error::DataFusionError;

use super::parameter::OWN;
use super::script::Script;
use super::session::{Parameters, Session};
use crate::error::{Error, nearest};

/// How alike a name must be to be offered, 0..1.
const ALIKE: f64 = 0.75;

/// The words that a question begins with.
const ASKING: [&str; 6] = ["select", "with", "values", "explain", "describe", "show"];

/// How many names are offered.
const OFFERED: usize = 3;

/// What the engine says of a statement, said of a place in the script.
pub(super) fn of(script: &Script, sql: &str, error: &DataFusionError, session: &Session) -> Error {
    let whole = error.strip_backtrace();
    if let Some(failure) = failure(error, &whole) {
        return failure;
    }
    let diagnostic = error.diagnostic();
    let place = diagnostic
        .and_then(|d| d.span)
        .map(|span| (span.start.line, span.start.column))
        .or_else(|| written_place(&whole));
    let message = sentence(error, diagnostic, &whole);
    let (word, candidates) = meant(error, diagnostic, &whole, session);
    let place = place
        .or_else(|| word.as_deref().and_then(|w| place_of(sql, w)))
        .unwrap_or_else(|| beginning(sql));
    let hint = word.map_or_else(String::new, |word| hint(&word, &candidates));
    at(script, place, &message, hint)
}

/// What is no mistake of the statement: memory, files.
fn failure(error: &DataFusionError, whole: &str) -> Option<Error> {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Some(Error::Usage {
            message: format!("the statement needs more memory than it may have: {whole}"),
            hint: "raise --memory-limit, or ask for less".into(),
        }),
        DataFusionError::IoError(_)
        | DataFusionError::ObjectStore(_)
        | DataFusionError::ParquetError(_)
        | DataFusionError::External(_)
        | DataFusionError::Internal(_) => Some(Error::Engine {
            doing: "answer the statement".into(),
            source: whole.to_owned().into(),
        }),
        _ => None,
    }
}

/// A statement that does more than read.
pub(super) fn refused(script: &Script, sql: &str, what: &str) -> Error {
    at(
        script,
        beginning(sql),
        &format!("{what} is refused: statements here only read"),
        "ask with select, with, values, explain, describe, show tables or show columns; `throughline run` publishes models".into(),
    )
}

/// A parameter without a value.
pub(super) fn unbound(script: &Script, sql: &str, name: &str, parameters: &Parameters) -> Error {
    let known = parameters.keys().map(String::as_str).chain(OWN);
    let hint = match alike(name, known).first() {
        Some(near) => format!("did you mean `${near}`? A value is given with --param {name}=…"),
        None => format!("give it one with --param {name}=…"),
    };
    let place = place_of(sql, &format!("${name}")).unwrap_or_else(|| beginning(sql));
    at(script, place, &format!("`${name}` has no value"), hint)
}

/// A sentence about a place: 1-based line and column, counted in characters.
pub(super) fn at(script: &Script, (line, column): (u64, u64), what: &str, hint: String) -> Error {
    let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let shown = script.text.lines().nth(index).unwrap_or_default();
    let number = line.to_string();
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    // A tab before the caret must be as wide as the one above it.
    let blanks: String = shown
        .chars()
        .take(before)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let margin = " ".repeat(number.len());
    Error::Usage {
        message: format!(
            "{}:{line}:{column}: {what}\n  {number} | {shown}\n  {margin} | {blanks}^",
            script.name
        ),
        hint,
    }
}

/// The engine's words as the beginning of a sentence of ours.
fn sentence(error: &DataFusionError, diagnostic: Option<&Diagnostic>, whole: &str) -> String {
    if let DataFusionError::SchemaError(schema, _) = error.find_root() {
        match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => {
                return format!("there is no column `{}`", shown(field));
            }
            SchemaError::AmbiguousReference { field } => {
                return format!("`{}` may be a column of several tables", field.name);
            }
            _ => {}
        }
    }
    if let Some(table) = missing_table(whole) {
        return format!("there is no table `{}`", without_own(table));
    }
    let said = diagnostic.map_or(whole, |d| d.message.as_str());
    let mut said = said
        .trim_start_matches("SQL error: ParserError(\"")
        .trim_end_matches("\")");
    for prefix in [
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "Optimizer rule 'simplify_expressions' failed\ncaused by\n",
        "type_coercion\ncaused by\n",
        "External error: ",
        "This feature is not implemented: ",
        "SQL error: ",
    ] {
        said = said.strip_prefix(prefix).unwrap_or(said);
    }
    let said = said.split(" at Line: ").next().unwrap_or(said);
    let said = said.split("\nDid you mean").next().unwrap_or(said);
    let mut letters = said.trim().trim_end_matches('.').chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => whole.to_owned(),
    }
}

/// The word that is wrong, and the names that it may have been.
fn meant(
    error: &DataFusionError,
    diagnostic: Option<&Diagnostic>,
    whole: &str,
    session: &Session,
) -> (Option<String>, Vec<String>) {
    if let DataFusionError::SchemaError(schema, _) = error.find_root()
        && let SchemaError::FieldNotFound {
            field,
            valid_fields,
        } = schema.as_ref()
    {
        let names = valid_fields.iter().map(|f| f.name.clone()).collect();
        return (Some(field.name.clone()), names);
    }
    if let Some(table) = missing_table(whole) {
        let tables = session.tables().into_iter().map(|t| t.whole());
        return (Some(without_own(table).to_owned()), tables.collect());
    }
    let said = diagnostic.map_or(whole, |d| d.message.as_str());
    if let Some(rest) = said.split("nvalid function '").nth(1) {
        let word = rest.split('\'').next().unwrap_or_default().to_owned();
        return (Some(word), super::complete::functions(session));
    }
    if let Some((_, rest)) = whole.split_once("an SQL statement, found: ") {
        let word = rest.split_whitespace().next().unwrap_or_default();
        return (Some(word.to_owned()), ASKING.map(str::to_owned).into());
    }
    (None, Vec::new())
}

fn missing_table(whole: &str) -> Option<&str> {
    let (_, rest) = whole.split_once("table '")?;
    let (name, rest) = rest.split_once('\'')?;
    rest.starts_with(" not found").then_some(name)
}

fn without_own(table: &str) -> &str {
    let table = table.strip_prefix("throughline.").unwrap_or(table);
    table.strip_prefix("main.").unwrap_or(table)
}

fn shown(field: &Column) -> String {
    match &field.relation {
        Some(table) => format!("{table}.{}", field.name),
        None => field.name.clone(),
    }
}

/// The names most like a word, the most like first.
fn alike<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut rest: Vec<&str> = names.collect();
    rest.sort_unstable();
    rest.dedup();
    let mut found = Vec::new();
    while found.len() < OFFERED
        && let Some(near) = nearest(word, rest.iter().copied())
        && strsim::jaro_winkler(near, word) >= ALIKE
    {
        found.push(near);
        rest.retain(|name| *name != near);
    }
    found
}

fn hint(word: &str, candidates: &[String]) -> String {
    // Of a name with its schema, the last part may be right and the schema wrong.
    let bare = word.rsplit('.').next().unwrap_or(word);
    let mut near: Vec<&str> = candidates
        .iter()
        .map(String::as_str)
        .filter(|name| name.rsplit('.').next() == Some(bare) && *name != word)
        .take(OFFERED)
        .collect();
    for name in alike(word, candidates.iter().map(String::as_str)) {
        if near.len() < OFFERED && !near.contains(&name) {
            near.push(name);
        }
    }
    let named: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => format!("did you mean {only}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
    }
}

/// The parser writes its place into the sentence: `… at Line: 3, Column: 7`.
fn written_place(message: &str) -> Option<(u64, u64)> {
    let (_, rest) = message.split_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// Where a word stands by itself for the first time.
fn place_of(sql: &str, word: &str) -> Option<(u64, u64)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let lower = sql.to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    lower.match_indices(&word).find_map(|(at, _)| {
        let before = lower[..at].chars().next_back();
        let after = lower[at + word.len()..].chars().next();
        let stands_alone = !before.is_some_and(is_part) && !after.is_some_and(is_part);
        stands_alone.then(|| place(sql, at))
    })
}

/// Where the statement begins.
fn beginning(sql: &str) -> (u64, u64) {
    let at = sql.len() - sql.trim_start().len();
    place(sql, at)
}

fn place(sql: &str, byte: usize) -> (u64, u64) {
    let before = &sql[..byte];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default();
    let column = column.chars().count() + 1;
    (line as u64, column as u64)
}
