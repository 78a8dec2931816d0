//! `explain`: the receipt of a published figure.
//!
//! The release says as of which day and from which inputs it was made; the store
//! still holds them; the header of the model says which rows stand behind what.
//!
//! Not here: finding and adding up the rows (`model`).

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use super::printer::{Printer, table};
use crate::catalogue::Catalogue;
use crate::cli::Explain;
use crate::error::{Error, Result};
use crate::model::{self, Evidence, Explained, Proof, Query};
use crate::project::{Overrides, Project};
use crate::scorecard::{self, Input, Manifest, Reopened};

/// A release opened for questions.
struct Opened {
    manifest: Manifest,
    catalogue: Catalogue,
    queries: Vec<Query>,
}

pub(super) fn explain(typed: &Explain, printer: &Printer) -> Result<Outcome> {
    let opened = open(typed)?;
    let query = model::find(&opened.queries, &typed.model)?;
    let limit = (typed.rows > 0).then_some(typed.rows as usize);
    model::name_receipts(&opened.catalogue)?;
    let explained = model::explain(&opened.catalogue, query, &typed.column, &typed.keys, limit)?;
    let lineage = lineage(&opened, query)?;
    let inputs: Vec<&Input> = opened
        .manifest
        .inputs
        .iter()
        .filter(|input| lineage.contains(&input.table))
        .collect();
    if !opened.manifest.is_made_with(query) {
        printer.say(&format!(
            "warning: `{}` has changed since the release was made; what follows is the model of today over the figures of then",
            query.name
        ));
    }
    if typed.json {
        let object = as_json(
            typed,
            &opened.manifest,
            query,
            &explained,
            &lineage,
            &inputs,
        );
        printer.data(&object.to_string());
    } else {
        say(typed, printer, &opened.manifest, query, &explained);
        say_inputs(printer, &lineage, &inputs, limit);
        printer.data(&format!("\nSQL of {}\n{}", query.path, query.body()));
    }
    // A figure that its own rows do not make up must not look like one that they do.
    if let Some(broken) = explained.sums.iter().find(|s| !s.holds()) {
        return Err(Error::Promise {
            path: query.path.clone(),
            message: format!(
                "`{}` is {}, and the rows of its receipt sum to {}",
                broken.column,
                broken.figure.as_deref().unwrap_or("NULL"),
                broken.shown_sum()
            ),
            built_in: query.built_in,
        });
    }
    Ok(Outcome::Done)
}

fn open(typed: &Explain) -> Result<Opened> {
    let mut project = Project::open(
        &typed.project,
        Overrides {
            out: typed.out.clone(),
            ..Overrides::default()
        },
    )?;
    let Reopened {
        manifest,
        catalogue,
        previous,
        ..
    } = scorecard::reopen(&mut project, typed.release.as_deref())?;
    let queries = model::load(&project.root)?;
    model::name_previous(&catalogue, &queries, previous.as_ref())?;
    Ok(Opened {
        manifest,
        catalogue,
        queries,
    })
}

/// Every table and model that the model reads, and those that they read.
fn lineage(opened: &Opened, query: &Query) -> Result<BTreeSet<String>> {
    let by_name: BTreeMap<&str, &Query> = opened
        .queries
        .iter()
        .map(|q| (q.name.as_str(), q))
        .collect();
    let mut found = BTreeSet::new();
    let mut waiting = vec![query];
    while let Some(query) = waiting.pop() {
        for name in model::reads(&opened.catalogue, query)? {
            if found.insert(name.clone()) {
                waiting.extend(by_name.get(name.as_str()));
            }
        }
    }
    Ok(found)
}

fn say(
    typed: &Explain,
    printer: &Printer,
    manifest: &Manifest,
    query: &Query,
    explained: &Explained,
) {
    let header = &query.header;
    let figure = explained.row.get(&typed.column).cloned().flatten();
    let currency = explained.row.get("currency").cloned().flatten();
    printer.data(&format!(
        "{} of {} is {}{}",
        typed.column,
        query.name,
        figure.as_deref().unwrap_or("NULL"),
        match (&figure, currency) {
            (Some(_), Some(currency)) if typed.column.ends_with("_amount") =>
                format!(" {currency}"),
            _ => String::new(),
        }
    ));
    let keys = header.grain.iter().map(|name| {
        let value = explained
            .row
            .get(name)
            .cloned()
            .flatten()
            .unwrap_or_default();
        format!("{name} = {value}")
    });
    let described = header.columns.iter().find(|c| c.name == typed.column);
    let facts = [
        ("row", keys.collect::<Vec<_>>().join(", ")),
        (
            "meaning",
            described.map(|c| c.description.clone()).unwrap_or_default(),
        ),
        ("question", header.question.clone()),
        ("method", header.method.clone()),
        ("leaves out", header.leaves_out.clone()),
        (
            "release",
            format!(
                "{}, as of {}, as known {}, rules {}",
                manifest.release, manifest.as_of, manifest.as_known, manifest.rules_version
            ),
        ),
    ];
    for (name, text) in facts {
        printer.data(&indented(name, &text));
    }
    let rest: Vec<String> = header
        .columns
        .iter()
        .filter(|c| !header.grain.contains(&c.name) && c.name != typed.column)
        .filter_map(|c| {
            Some(format!(
                "{} = {}",
                c.name,
                explained.row.get(&c.name)?.as_ref()?
            ))
        })
        .collect();
    printer.data(&indented("beside it", &rest.join(", ")));
    for proof in &explained.sums {
        say_proof(printer, proof);
    }
    for evidence in &explained.rows {
        printer.data(&format!(
            "\nRows behind it: {} of {} where {}",
            evidence.count, evidence.table, evidence.predicate
        ));
        say_rows(printer, evidence);
    }
}

/// A table of more files than this is listed by its first and last.
const SHOWN_FILES: usize = 5;

/// How wide the prose of a receipt is printed, and where it begins.
const WIDTH: usize = 100;
const MARGIN: usize = 14;

/// A named paragraph, broken between words.
fn indented(name: &str, text: &str) -> String {
    let mut lines = vec![format!("  {name:<11}")];
    for word in text.split_whitespace() {
        let length = lines.last().map_or(0, |line| line.chars().count());
        if length > MARGIN && length + 1 + word.chars().count() > WIDTH {
            lines.push(" ".repeat(MARGIN - 1));
        }
        if let Some(last) = lines.last_mut() {
            last.push(' ');
            last.push_str(word);
        }
    }
    lines.join("\n")
}

fn say_proof(printer: &Printer, proof: &Proof) {
    printer.data(&format!("\n{}", proof.made_of));
    for term in &proof.terms {
        printer.data(&format!(
            "  {}{} rows of {} where {}",
            if term.is_less { "less " } else { "" },
            term.count,
            term.table,
            term.predicate
        ));
        say_rows(printer, term);
    }
    let verdict = if proof.holds() {
        "which is the figure"
    } else {
        "which is NOT the figure"
    };
    printer.data(&format!("  sum {}, {verdict}", proof.shown_sum()));
}

fn say_rows(printer: &Printer, evidence: &Evidence) {
    if evidence.rows.is_empty() {
        return;
    }
    let mut rows = vec![evidence.columns.clone()];
    for row in &evidence.rows {
        rows.push(row.iter().map(|c| c.clone().unwrap_or_default()).collect());
    }
    let right: Vec<usize> = (0..evidence.columns.len())
        .filter(|at| {
            let name = &evidence.columns[*at];
            name == "row" || name.ends_with("amount") || name.ends_with("_count")
        })
        .collect();
    printer.data(&table(&rows, &right));
    let more = evidence.count.saturating_sub(evidence.rows.len());
    if more > 0 {
        printer.data(&format!("   ... and {more} more; --rows 0 prints all"));
    }
}

/// The files behind the tables that were read; of many files of one table only
/// the first and the last are listed.
fn say_inputs(
    printer: &Printer,
    lineage: &BTreeSet<String>,
    inputs: &[&Input],
    limit: Option<usize>,
) {
    let read: Vec<&str> = lineage.iter().map(String::as_str).collect();
    printer.data(&format!("\n{}", indented("reads", &read.join(", "))));
    let mut by_table: BTreeMap<&str, Vec<&Input>> = BTreeMap::new();
    for input in inputs {
        by_table.entry(&input.table).or_default().push(input);
    }
    let mut rows = vec![
        ["input", "table", "rows", "BLAKE3"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (name, files) in by_table {
        let is_short = files.len() <= SHOWN_FILES || limit.is_none();
        for (at, input) in files.iter().enumerate() {
            if is_short || at == 0 || at + 1 == files.len() {
                rows.push(vec![
                    input.file.clone(),
                    name.to_owned(),
                    input.loaded.to_string(),
                    input.hash.chars().take(16).collect(),
                ]);
            } else if at == 1 {
                let between = &files[1..files.len() - 1];
                let loaded: u64 = between.iter().map(|f| f.loaded).sum();
                rows.push(vec![
                    format!("... and {} more files", between.len()),
                    name.to_owned(),
                    loaded.to_string(),
                    String::new(),
                ]);
            }
        }
    }
    printer.data(&table(&rows, &[2]));
}

fn as_json(
    typed: &Explain,
    manifest: &Manifest,
    query: &Query,
    explained: &Explained,
    lineage: &BTreeSet<String>,
    inputs: &[&Input],
) -> serde_json::Value {
    let evidence = |e: &Evidence| {
        let rows = e.rows.iter().map(|row| {
            let cells = e
                .columns
                .iter()
                .cloned()
                .zip(row.iter().map(|c| serde_json::json!(c)));
            serde_json::Value::Object(cells.collect())
        });
        serde_json::json!({
            "table": e.table,
            "where": e.predicate,
            "is_less": e.is_less,
            "count": e.count,
            "sum": crate::contract::display_cents(e.sum),
            "rows": rows.collect::<Vec<_>>(),
        })
    };
    serde_json::json!({
        "model": query.name,
        "column": typed.column,
        "figure": explained.row.get(&typed.column),
        "row": explained.row,
        "release": manifest.release,
        "as_of": manifest.as_of,
        "as_known": manifest.as_known,
        "rules_version": manifest.rules_version,
        "rules": manifest.rules,
        "header": query.header,
        "sums": explained.sums.iter().map(|s| serde_json::json!({
            "column": s.column,
            "made_of": s.made_of,
            "figure": s.figure,
            "sum": s.shown_sum(),
            "holds": s.holds(),
            "terms": s.terms.iter().map(evidence).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "rows": explained.rows.iter().map(evidence).collect::<Vec<_>>(),
        "reads": lineage,
        "inputs": inputs,
        "sql": query.sql,
    })
}
