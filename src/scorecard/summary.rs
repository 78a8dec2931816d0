//! The summary: what a run says in the terminal, on the page's front and in the
//! manifest. Every number in it is a cell of a model.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::figures::{count, percent, round_money, value};
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
    /// The part of the page that shows why.
    pub anchor: String,
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
    let mut answers = vec![
        alignment(catalogue)?,
        variance(catalogue)?,
        misallocation(catalogue)?,
    ];
    for answer in answers.iter_mut().filter(|a| a.figure == UNKNOWN) {
        // "Unknown" is a figure of nothing.
        answer.label.clear();
    }
    Ok(Summary {
        loads: load_lines(known),
        balances: balances(catalogue)?,
        answers,
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

/// Shares at which the tone of an answer changes: half and four fifths of the
/// money with a path; a tenth and a quarter of it in the wrong place.
const COVERED: (f64, f64) = (0.8, 0.5);
const MISPLACED: (f64, f64) = (0.10, 0.25);

fn alignment(catalogue: &Catalogue) -> Result<Answer> {
    let rows = Rows::read(
        catalogue,
        "answer the question of alignment",
        "select c.covered_amount, c.total_amount, c.coverage_ratio, c.unit, c.status_reason, \
         w.covered_amount as goals_with_work, w.total_amount as goals \
         from alignment.coverage as c cross join alignment.coverage as w \
         where c.measure = 'spend with a path' and w.measure = 'goals with work'",
    )?;
    let ratio = rows.double("coverage_ratio", 0);
    let idle =
        rows.double("goals", 0).unwrap_or(0.0) - rows.double("goals_with_work", 0).unwrap_or(0.0);
    let without = match idle {
        _ if rows.double("goals", 0).unwrap_or(0.0) < 0.5 => "there are no goals".to_owned(),
        n if n < 0.5 => "every goal has work under it".to_owned(),
        n if n < 1.5 => "1 goal has no work under it".to_owned(),
        n => format!("{} goals have no work under them", value(n)),
    };
    Ok(Answer {
        question: "Which work and money has a path to a goal?".into(),
        label: "of the spend of the trailing periods has a path to a goal".into(),
        figure: ratio.map_or_else(|| UNKNOWN.into(), percent),
        tone: ratio
            .map_or("unknown", |r| {
                if r >= COVERED.0 {
                    "good"
                } else if r >= COVERED.1 {
                    "watch"
                } else {
                    "bad"
                }
            })
            .into(),
        sentence: match ratio {
            Some(_) => format!(
                "{} of {} {} can be traced to a goal; {without}.",
                round_money(&rows.shown("covered_amount", 0)),
                round_money(&rows.shown("total_amount", 0)),
                rows.shown("unit", 0),
            ),
            None if rows.shown("status_reason", 0) == "negative share" => format!(
                "The spend with or without a path is a net credit, so there is no share; {without}."
            ),
            None => format!("There is no spend in the trailing periods; {without}."),
        },
        anchor: "coverage".into(),
    })
}

fn variance(catalogue: &Catalogue) -> Result<Answer> {
    let rows = Rows::read(
        catalogue,
        "answer the question of variance",
        "with newest as (
            select initiative_id, initiative_name, currency, variance_to_date_amount, budget_to_date_amount, is_material
            from variance.budget_to_actual
            where budget_to_date_amount <> 0
            qualify row_number() over (partition by initiative_id order by end_date desc) = 1
        )
        select count(*) filter (where is_material) as material_count,
            count(*) filter (where budget_to_date_amount <> 0) as budgeted_count,
            max(currency) as currency,
            first_value(initiative_name order by abs(variance_to_date_amount) desc, initiative_id) filter (where is_material) as worst_name,
            first_value(variance_to_date_amount order by abs(variance_to_date_amount) desc, initiative_id) filter (where is_material) as worst_amount,
            (select count(*) from base.spend_by_month) as spend_count
        from newest",
    )?;
    let material = rows.integer("material_count", 0).unwrap_or(0);
    let budgeted = rows.integer("budgeted_count", 0).unwrap_or(0);
    let currency = rows.shown("currency", 0);
    // Without a single actual every budget would look unspent, which nobody knows.
    let has_actuals = rows.integer("spend_count", 0).unwrap_or(0) > 0;
    let is_known = budgeted > 0 && has_actuals;
    let worst = rows.text("worst_amount", 0).map(|amount| {
        let side = if amount.starts_with('-') {
            "over"
        } else {
            "under"
        };
        format!(
            "; the largest is {}, {} {currency} {side} budget",
            rows.shown("worst_name", 0),
            round_money(amount.trim_start_matches('-')),
        )
    });
    Ok(Answer {
        question: "Where does money depart from plan?".into(),
        figure: if is_known {
            count(material.unsigned_abs())
        } else {
            UNKNOWN.into()
        },
        label: if material == 1 {
            "initiative departs materially from its budget to date".into()
        } else {
            "initiatives depart materially from their budget to date".into()
        },
        tone: match (is_known, material) {
            (false, _) => "unknown",
            (true, 0) => "good",
            (true, n) if n * 10 <= budgeted => "watch",
            _ => "bad",
        }
        .into(),
        sentence: if is_known {
            format!(
                "{} of {} budgeted initiatives{}.",
                count(material.unsigned_abs()),
                count(budgeted.unsigned_abs()),
                worst.unwrap_or_else(|| "; nothing is material".into())
            )
        } else if has_actuals {
            "No initiative has a budget, so nothing can be compared.".into()
        } else {
            "No actual spend was loaded, so nothing can be compared.".into()
        },
        anchor: "budget".into(),
    })
}

fn misallocation(catalogue: &Catalogue) -> Result<Answer> {
    let rows = Rows::read(
        catalogue,
        "answer the question of misallocation",
        "with top as (
            select * from misallocation.priority_gap where level = 1
        )
        select sum(case when move_amount > 0 then move_amount end) as move_amount,
            sum(abs(gap_pp)) / 200 as misallocated_ratio,
            max(currency) as currency, max(status_reason) as status_reason,
            first_value(goal_name order by move_amount desc, goal_id) filter (where move_amount > 0) as most_name,
            max(move_amount) as most_amount
        from top",
    )?;
    let ratio = rows.double("misallocated_ratio", 0);
    let currency = rows.shown("currency", 0);
    Ok(Answer {
        question: "Is the money where the priority is?".into(),
        figure: ratio.map_or_else(|| UNKNOWN.into(), percent),
        label: "of the movable spend would have to move to match the weights".into(),
        tone: ratio
            .map_or("unknown", |r| {
                if r < MISPLACED.0 {
                    "good"
                } else if r < MISPLACED.1 {
                    "watch"
                } else {
                    "bad"
                }
            })
            .into(),
        sentence: match (ratio, rows.text("most_name", 0)) {
            (None, _) => format!(
                "It cannot be said: {}.",
                rows.text("status_reason", 0)
                    .unwrap_or_else(|| "there are no goals".into())
            ),
            (Some(_), None) => {
                "Every top goal has the share of the money that its weight asks for.".into()
            }
            (Some(_), Some(name)) => format!(
                "{} {currency} would move in all; {name} lacks most, {} {currency}.",
                round_money(&rows.shown("move_amount", 0)),
                round_money(&rows.shown("most_amount", 0)),
            ),
        },
        anchor: "priority".into(),
    })
}
