//! The summary: what a run says in the terminal, on the page's front and in the
//! manifest. Every number in it is a cell of a model.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::figures::{percent, value};
use super::warnings::{self, Warnings};
use crate::catalogue::{Catalogue, Rows};
use crate::error::Result;
use crate::history::Known;

/// One of the three questions, answered in one figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub question: String,
    /// With its unit; `unknown` where it cannot be said.
    pub figure: String,
    /// What the figure is a figure of.
    pub label: String,
    pub sentence: String,
    /// `good`, `watch`, `bad` or `unknown`.
    pub tone: String,
}

/// One table's load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadLine {
    pub table: String,
    pub files: u64,
    pub seen: u64,
    pub loaded: u64,
    pub duplicates: u64,
    pub quarantined: u64,
    pub newest: Option<chrono::NaiveDate>,
}

/// Something that could not be computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub analysis: String,
    pub missing: String,
    pub unlocks: String,
    /// Reporting currency, plain decimal.
    pub spend: String,
}

/// One currency of the ledger, accounted for; plain decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub currency: String,
    pub ledger: String,
    pub aligned: String,
    pub unaligned: String,
    pub quarantined: String,
    pub later: String,
    pub duplicates: String,
    pub difference: String,
}

/// What a run found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub loads: Vec<LoadLine>,
    pub balances: Vec<Balance>,
    pub answers: Vec<Answer>,
    pub missing: Vec<Missing>,
    /// None where the models of early warning did not run.
    pub warnings: Option<Warnings>,
    pub finding_count: usize,
}

/// The figure of an answer that cannot be given.
const UNKNOWN: &str = "unknown";

/// Reads the summary from the published models.
///
/// # Errors
/// Engine errors, if a project's own model replaced one of ours by another shape.
pub fn summarise(catalogue: &Catalogue, known: &Known, finding_count: usize) -> Result<Summary> {
    Ok(Summary {
        loads: load_lines(known),
        balances: balances(catalogue)?,
        answers: answers(catalogue)?,
        missing: missing(catalogue)?,
        warnings: warnings::warnings(catalogue)?,
        finding_count,
    })
}

/// Rows per table.
#[must_use]
pub fn load_lines(known: &Known) -> Vec<LoadLine> {
    let mut lines: Vec<LoadLine> = Vec::new();
    let mut counted = BTreeSet::new();
    for file in &known.snapshot.files {
        let at = lines
            .iter()
            .position(|l| l.table == file.table)
            .unwrap_or_else(|| {
                lines.push(LoadLine {
                    table: file.table.clone(),
                    files: 0,
                    seen: 0,
                    loaded: 0,
                    duplicates: 0,
                    quarantined: 0,
                    newest: None,
                });
                lines.len() - 1
            });
        // One file may feed a table through several sources.
        lines[at].files += u64::from(counted.insert((&file.table, &file.file)));
        lines[at].newest = lines[at].newest.max(file.newest);
    }
    for load in &known.loads {
        if let Some(line) = lines.iter_mut().find(|l| l.table == load.table) {
            line.seen += load.seen;
            line.loaded += load.loaded;
            line.duplicates += load.duplicates;
            line.quarantined += load.quarantined;
        }
    }
    lines
}

fn balances(catalogue: &Catalogue) -> Result<Vec<Balance>> {
    let rows = Rows::read(
        catalogue,
        "read the reconciliation",
        "select * from scorecard.reconciliation order by currency",
    )?;
    Ok((0..rows.height())
        .map(|r| Balance {
            currency: rows.shown("currency", r),
            ledger: rows.shown("ledger_amount", r),
            aligned: rows.shown("aligned_amount", r),
            unaligned: rows.shown("unaligned_amount", r),
            quarantined: rows.shown("quarantined_amount", r),
            later: rows.shown("later_amount", r),
            duplicates: rows.shown("duplicate_amount", r),
            difference: rows.shown("difference_amount", r),
        })
        .collect())
}

fn missing(catalogue: &Catalogue) -> Result<Vec<Missing>> {
    let rows = Rows::read(
        catalogue,
        "read what was not computed",
        "select analysis, missing, unlocks, spend_amount from scorecard.not_computed order by spend_amount desc, analysis, missing",
    )?;
    Ok((0..rows.height())
        .map(|r| Missing {
            analysis: rows.shown("analysis", r),
            missing: rows.shown("missing", r),
            unlocks: rows.shown("unlocks", r),
            spend: rows.shown("spend_amount", r),
        })
        .collect())
}

/// The three answers, in the order of the questions.
fn answers(catalogue: &Catalogue) -> Result<Vec<Answer>> {
    let rows = Rows::read(
        catalogue,
        "read the answers",
        "select question, value, unit, label, status, sentence from scorecard.answers order by question_number",
    )?;
    Ok((0..rows.height())
        .map(|r| Answer {
            question: rows.shown("question", r),
            figure: figure(rows.double("value", r), &rows.shown("unit", r)),
            label: rows.shown("label", r),
            sentence: rows.shown("sentence", r),
            tone: tone(&rows.shown("status", r)).into(),
        })
        .collect())
}

fn figure(number: Option<f64>, unit: &str) -> String {
    match number {
        None => UNKNOWN.into(),
        Some(ratio) if unit == "ratio" => percent(ratio),
        Some(number) => value(number),
    }
}

/// The tone of a status.
fn tone(status: &str) -> &'static str {
    match status {
        "green" => "good",
        "amber" => "watch",
        "red" => "bad",
        _ => "unknown",
    }
}
