//! Complete: the names that a half-typed word may become.
//!
//! In: what is typed up to the cursor. Out: where the word begins, and what it may
//! be: a command, a table after `from`, else the columns of the tables that the
//! statement names, functions and words of SQL.

use super::answer::Format;
use super::backslash::COMMANDS;
use super::parameter::OWN;
use super::session::{Named, Session};
use clap::ValueEnum;

/// Words of SQL that are worth completing.
const WORDS: [&str; 41] = [
    "and",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "cross",
    "date",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "exists",
    "explain",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "interval",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "over",
    "partition",
    "qualify",
    "select",
    "then",
    "union",
    "when",
];

/// Words of SQL that are followed by a table.
const BEFORE_TABLES: [&str; 4] = ["from", "join", "describe", "desc"];

/// Completes the word before the cursor; `text` ends there.
pub(super) fn complete(session: &Session, text: &str) -> (usize, Vec<String>) {
    let start = text
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\' | '-')))
        .map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
    let word = text[start..].to_lowercase();
    let before = &text[..start];
    let candidates = if text.starts_with('\\') {
        after_command(session, before)
    } else if word.starts_with('$') {
        OWN.map(|name| format!("${name}")).into()
    } else {
        in_statement(session, before, &word, text)
    };
    let mut found: Vec<String> = candidates
        .into_iter()
        .filter(|name| name.to_lowercase().starts_with(&word))
        .collect();
    found.sort();
    found.dedup();
    (start, found)
}

fn after_command(session: &Session, before: &str) -> Vec<String> {
    match before.trim() {
        "" => COMMANDS.map(|(name, ..)| name.to_owned()).into(),
        "\\d" => tables(session),
        "\\mode" => {
            let formats = Format::value_variants().iter();
            formats.map(|f| f.word().to_owned()).collect()
        }
        "\\timing" => vec!["on".into(), "off".into()],
        _ => Vec::new(),
    }
}

fn in_statement(session: &Session, before: &str, word: &str, text: &str) -> Vec<String> {
    let words = words(before);
    let is_table = words
        .last()
        .is_some_and(|last| BEFORE_TABLES.contains(&last.as_str()));
    if is_table {
        return tables(session);
    }
    let named = named(text);
    if let Some((prefix, _)) = word.rsplit_once('.') {
        let of_alias = named
            .iter()
            .filter(|(table, alias)| alias == prefix || table == prefix);
        let mut columns: Vec<String> = of_alias
            .flat_map(|(table, _)| columns(session, table))
            .map(|column| format!("{prefix}.{column}"))
            .collect();
        columns.extend(tables(session));
        return columns;
    }
    let mut found: Vec<String> = named
        .iter()
        .flat_map(|(table, _)| columns(session, table))
        .collect();
    found.extend(functions(session).into_iter().map(|f| f + "("));
    found.extend(WORDS.map(str::to_owned));
    found
}

/// The tables that a statement names so far, each with its alias or itself.
fn named(text: &str) -> Vec<(String, String)> {
    let words = words(text);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !matches!(word.as_str(), "from" | "join") {
            continue;
        }
        let Some(table) = words.get(at + 1) else {
            continue;
        };
        let mut rest = words[at + 2..].iter().filter(|w| *w != "as");
        let alias = rest.next().filter(|w| !WORDS.contains(&w.as_str()));
        found.push((table.clone(), alias.unwrap_or(table).clone()));
    }
    found
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$')))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn tables(session: &Session) -> Vec<String> {
    let tables = session.tables();
    let ours = tables.iter().map(Named::whole);
    let every = tables
        .iter()
        .filter(|t| crate::catalogue::FAMILIES.contains(&t.schema.as_str()))
        .map(|t| format!("every.{}", t.whole()));
    ours.chain(every).collect()
}

fn columns(session: &Session, table: &str) -> Vec<String> {
    // A table that is only half typed has no columns yet.
    let columns = session.columns(table).ok().flatten().unwrap_or_default();
    columns.into_iter().map(|(name, _)| name).collect()
}

/// Every function of the session.
pub(super) fn functions(session: &Session) -> Vec<String> {
    let state = session.catalogue().context().state();
    let mut names: Vec<String> = state
        .scalar_functions()
        .keys()
        .chain(state.aggregate_functions().keys())
        .chain(state.window_functions().keys())
        .chain(state.table_functions().keys())
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn tables_are_found_with_their_aliases() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            named("select  from spend as s inner join base.links l on s. = l.child_id"),
            [pair("spend", "s"), pair("base.links", "l")]
        );
        assert_eq!(named("select x from goals where"), [pair("goals", "where")],);
    }
}
