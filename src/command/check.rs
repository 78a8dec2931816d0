//! `check`: load and hold the data to the contract; publish nothing.

use super::Outcome;
use super::printer::{Printer, table};
use super::run::overrides;
use crate::catalogue::Catalogue;
use crate::cli::Check;
use crate::contract::{Finding, Severity};
use crate::error::{Error, Result};
use crate::history::{self, Known, Loaded, Lock};
use crate::model::{self, Query};
use crate::project::Project;
use crate::scorecard::{LoadLine, Summary, load_lines};

/// Quarantined rows that are printed one by one.
const SHOWN_ROWS: usize = 20;

pub(super) fn check(typed: &Check, printer: &Printer) -> Result<Outcome> {
    let project = Project::open(&typed.common.project, overrides(&typed.common))?;
    let queries = model::load(&project.root)?;
    let _lock = Lock::take(&project.store)?;
    let loaded = history::load(&project, false, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    let known = Known::at(&loaded, project.as_known);
    let lines = load_lines(&known);
    print_lines(printer, &lines);
    let mut findings = loaded.findings.clone();
    // The goal graph is part of the contract, and a model that cannot be planned
    // would stop the night's run. Either way the rows are reported first.
    let refused = refusal(&project, &loaded).or_else(|| {
        graph_and_models(&project, &known, queries)
            .map(|said| findings.extend(said))
            .err()
    });
    print_findings(printer, &findings);
    print_quarantine(printer, &known)?;
    if typed.common.json {
        let line = serde_json::json!({
            "status": if refused.is_some() { "refused" } else { "accepted" },
            "loads": lines,
            "findings": findings,
        });
        printer.data(&line.to_string());
    }
    if let Some(error) = refused {
        Err(error)
    } else {
        printer.say("\nThe data keeps the contract");
        Ok(Outcome::Done)
    }
}

/// Builds the graph and plans every model, in a folder that is thrown away.
fn graph_and_models(project: &Project, known: &Known, queries: Vec<Query>) -> Result<Vec<Finding>> {
    let folder = tempfile::TempDir::new().map_err(Error::cannot_write(&std::env::temp_dir()))?;
    let (catalogue, findings) = Catalogue::open(project, known, None, folder.path())?;
    let queries = model::order(&catalogue, queries, project.models.as_deref())?;
    model::name_previous(&catalogue, &queries, None)?;
    model::plan_all(&catalogue, &queries)?;
    model::plan_receipts(&catalogue, &queries)?;
    Ok(findings)
}

/// Why a load must not be published, if it must not.
pub(super) fn refusal(project: &Project, loaded: &Loaded) -> Option<Error> {
    let errors: Vec<&Finding> = loaded
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    if !errors.is_empty() {
        return Some(Error::Refused {
            message: format!(
                "{} cannot be read as throughline.toml says; nothing was published",
                match errors.len() {
                    1 => format!("one source ({})", errors[0].place()),
                    n => format!("{n} sources"),
                }
            ),
            hint: "each problem is listed above with what to do".into(),
        });
    }
    let over: Vec<String> = load_lines(&Known::at(loaded, None))
        .iter()
        .filter(|l| beyond(l, project.quarantined_ratio))
        .map(|l| format!("{} of the {} rows of `{}`", l.quarantined, l.seen, l.table))
        .collect();
    if over.is_empty() {
        return None;
    }
    Some(Error::Refused {
        message: format!(
            "{} break the contract, more than the tolerance of {} %; nothing was published",
            over.join(", "),
            project.quarantined_ratio * 100.0
        ),
        hint: "correct the rows, or set `quarantined_ratio` under [tolerance]".into(),
    })
}

/// Every problem of a refused load: what is wrong with files, and with rows.
pub(super) fn print_problems(printer: &Printer, loaded: &Loaded) -> Result<()> {
    print_findings(printer, &loaded.findings);
    print_quarantine(printer, &Known::at(loaded, None))
}

/// Exact: counts are compared as counts wherever a double can hold them.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn beyond(line: &LoadLine, tolerance: f64) -> bool {
    line.quarantined as f64 > line.seen as f64 * tolerance
}

pub(super) fn report_load(
    printer: &Printer,
    summary: &Summary,
    findings: &[Finding],
    known: &Known,
) -> Result<()> {
    print_lines(printer, &summary.loads);
    print_findings(printer, findings);
    print_quarantine(printer, known)
}

fn print_lines(printer: &Printer, lines: &[LoadLine]) {
    printer.say("\nLoaded");
    let mut rows = vec![
        [
            "table",
            "files",
            "seen",
            "= loaded",
            "+ quarantined",
            "+ duplicates",
            "newest",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for l in lines {
        rows.push(vec![
            l.table.clone(),
            l.files.to_string(),
            l.seen.to_string(),
            l.loaded.to_string(),
            l.quarantined.to_string(),
            l.duplicates.to_string(),
            l.newest.map(|d| d.to_string()).unwrap_or_default(),
        ]);
    }
    printer.say(&table(&rows, &[1, 2, 3, 4, 5]));
}

fn print_findings(printer: &Printer, findings: &[Finding]) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| f.severity);
    for f in sorted {
        let severity = match f.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        printer.say(&format!("{severity}: {}: {}", f.place(), f.what));
        if !f.hint.is_empty() {
            printer.say(&format!("  hint: {}", f.hint));
        }
    }
}

fn print_quarantine(printer: &Printer, known: &Known) -> Result<()> {
    let mut shown = 0;
    let mut all = 0;
    for path in known.quarantine.iter().chain(&known.excluded) {
        let rows = history::read_object(path, &[])?;
        let cell = |column: &str, row: usize| {
            rows.column_by_name(column)
                .and_then(|c| arrow::util::display::array_value_to_string(c, row).ok())
                .unwrap_or_default()
        };
        for row in 0..rows.num_rows() {
            all += 1;
            if shown == SHOWN_ROWS {
                continue;
            }
            shown += 1;
            let column = cell("column_name", row);
            let value = cell("value", row);
            printer.say(&format!(
                "quarantined: {}:{}{}{} {}",
                cell("file", row),
                cell("row", row),
                if column.is_empty() {
                    String::new()
                } else {
                    format!(", column `{column}`:")
                },
                if value.is_empty() {
                    String::new()
                } else {
                    format!(" `{value}`")
                },
                cell("reason", row),
            ));
        }
    }
    if all > shown {
        printer.say(&format!(
            "… and {} more; `run` publishes them all as base.quarantine",
            all - shown
        ));
    }
    Ok(())
}
