//! `check`: load and hold the data to the contract; publish nothing.

use super::Outcome;
use super::printer::{Printer, table};
use super::run::overrides;
use crate::cli::Check;
use crate::contract::{Finding, Severity};
use crate::error::{Error, Result};
use crate::history::{self, Known, Loaded, Lock};
use crate::model;
use crate::project::Project;
use crate::scorecard::{LoadLine, Summary, load_lines};

/// Quarantined rows that are printed one by one.
const SHOWN_ROWS: usize = 20;

pub(super) fn check(typed: &Check, printer: &Printer) -> Result<Outcome> {
    let project = Project::open(&typed.common.project, overrides(&typed.common))?;
    model::load(&project.root)?;
    let _lock = Lock::take(&project.store)?;
    let loaded = history::load(&project, false, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    let known = Known::at(&loaded, project.as_known);
    let lines = load_lines(&known);
    print_lines(printer, &lines);
    print_findings(printer, &loaded.findings);
    print_quarantine(printer, &known)?;
    let refused = refusal(&project, &loaded, printer);
    if typed.common.json {
        let line = serde_json::json!({
            "status": if refused.is_some() { "refused" } else { "accepted" },
            "loads": lines,
            "findings": loaded.findings,
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

/// Why a load must not be published, if it must not. Prints every problem first.
pub(super) fn refusal(project: &Project, loaded: &Loaded, printer: &Printer) -> Option<Error> {
    let errors: Vec<&Finding> = loaded
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    if !errors.is_empty() {
        let owned: Vec<Finding> = errors.iter().map(|f| (*f).clone()).collect();
        print_findings(printer, &owned);
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
    let known = Known::at(loaded, None);
    let over: Vec<LoadLine> = load_lines(&known)
        .into_iter()
        .filter(|l| beyond(l, project.quarantined_ratio))
        .collect();
    let first = over.first()?;
    // The rows explain the refusal; without them the message is no help.
    if let Err(error) = print_quarantine(printer, &known) {
        return Some(error);
    }
    Some(Error::Refused {
        message: format!(
            "{} of the {} rows of `{}` break the contract, more than the tolerance of {} %; nothing was published",
            first.quarantined,
            first.seen,
            first.table,
            project.quarantined_ratio * 100.0
        ),
        hint: "correct the rows, or set `quarantined_ratio` under [tolerance]".into(),
    })
}

/// Exact: counts are compared as counts wherever a double can hold them.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn beyond(line: &LoadLine, tolerance: f64) -> bool {
    line.quarantined as f64 > line.seen as f64 * tolerance
}

pub(super) fn report_load(printer: &Printer, summary: &Summary, findings: &[Finding]) {
    print_lines(printer, &summary.loads);
    print_findings(printer, findings);
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
