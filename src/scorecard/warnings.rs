//! Early warning in short: what stands on the list of findings, and the seven
//! signs of a strategy that is not carried out. Every word and number is a cell
//! of a model.
//!
//! Not here: what is a finding (`scorecard.findings`) or a sign
//! (`scorecard.seven_signs`).

use serde::{Deserialize, Serialize};

use super::figures::{money, percent, value};
use crate::catalogue::{Catalogue, Rows};
use crate::error::Result;

/// What the warnings of a release come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warnings {
    /// Findings that stand.
    pub finding_count: u64,
    pub high_count: u64,
    /// New since the release before, or back again.
    pub new_count: u64,
    pub resolved_count: u64,
    /// The day of the release before; none for a first release.
    pub compared_with: Option<String>,
    /// The gravest findings, in their order.
    pub findings: Vec<Raised>,
    pub signs: Vec<Sign>,
    /// What is different from the release before: money as a whole, then statuses
    /// and weights; none where it was not asked for.
    pub changes: Option<Vec<Change>>,
}

/// One cause of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What changed, such as `spend` or a KPI's `status`.
    pub measure: String,
    /// Whose it is; empty for the whole.
    pub subject: String,
    /// By how much, or from what to what.
    pub change: String,
    pub cause: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    pub finding_id: String,
    /// `high`, `medium` or `low`.
    pub severity: String,
    pub subject_type: String,
    pub subject_id: String,
    pub subject_name: String,
    pub evidence: String,
    /// The model that shows it.
    pub evidence_model: String,
    /// Reporting currency, plain decimal; none where no money hangs on it.
    pub money_at_risk: Option<String>,
    pub state: String,
    pub first_seen_date: String,
    pub nights: i64,
}

/// One of the seven signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    pub sign: String,
    pub question: String,
    /// With its unit; `unknown` where it cannot be said.
    pub figure: String,
    /// `green`, `amber`, `red` or `grey`.
    pub status: String,
    pub evidence: String,
    pub evidence_model: String,
}

/// Findings that a front page has room for.
const FRONT_COUNT: usize = 10;

const FINDINGS: &str = "scorecard.findings";
const SIGNS: &str = "scorecard.seven_signs";
const CHANGES: &str = "scorecard.what_changed";

/// Changes that a front page has room for.
const CHANGE_COUNT: usize = 15;

/// Reads the warnings; none where a run was limited to models without them.
///
/// # Errors
/// Engine errors, if a project's own model replaced one of ours by another shape.
pub(super) fn warnings(catalogue: &Catalogue) -> Result<Option<Warnings>> {
    let shelved = catalogue.shelved();
    let ran = |name: &str| shelved.iter().any(|s| s.name == name);
    if !ran(FINDINGS) {
        return Ok(None);
    }
    let mut warnings = counts(catalogue)?;
    warnings.findings = findings(catalogue)?;
    if ran(SIGNS) {
        warnings.signs = signs(catalogue)?;
    }
    if ran(CHANGES) {
        warnings.changes = Some(changes(catalogue)?);
    }
    Ok(Some(warnings))
}

fn counts(catalogue: &Catalogue) -> Result<Warnings> {
    let rows = Rows::read(
        catalogue,
        "count the findings",
        "select count(*) filter (where state <> 'resolved') as standing, \
         count(*) filter (where state <> 'resolved' and severity = 'high') as high, \
         count(*) filter (where state in ('new', 'reopened')) as fresh, \
         count(*) filter (where state = 'resolved') as resolved, \
         (select max(previous_as_of) from base.run) as compared_with from scorecard.findings",
    )?;
    let count = |column: &str| {
        rows.integer(column, 0)
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0)
    };
    Ok(Warnings {
        finding_count: count("standing"),
        high_count: count("high"),
        new_count: count("fresh"),
        resolved_count: count("resolved"),
        compared_with: rows.text("compared_with", 0),
        ..Warnings::default()
    })
}

fn findings(catalogue: &Catalogue) -> Result<Vec<Raised>> {
    let rows = Rows::read(
        catalogue,
        "read the findings",
        &format!(
            "select * from {FINDINGS} where state <> 'resolved' order by rank limit {FRONT_COUNT}"
        ),
    )?;
    Ok((0..rows.height())
        .map(|r| Raised {
            finding_id: rows.shown("finding_id", r),
            severity: rows.shown("severity", r),
            subject_type: rows.shown("subject_type", r),
            subject_id: rows.shown("subject_id", r),
            subject_name: rows.shown("subject_name", r),
            evidence: rows.shown("evidence", r),
            evidence_model: rows.shown("evidence_model", r),
            money_at_risk: rows.text("money_at_risk_amount", r),
            state: rows.shown("state", r),
            first_seen_date: rows.shown("first_seen_date", r),
            nights: rows.integer("nights_count", r).unwrap_or(0),
        })
        .collect())
}

fn signs(catalogue: &Catalogue) -> Result<Vec<Sign>> {
    let rows = Rows::read(
        catalogue,
        "read the seven signs",
        &format!("select * from {SIGNS} order by sign_number"),
    )?;
    Ok((0..rows.height())
        .map(|r| Sign {
            sign: rows.shown("sign", r),
            question: rows.shown("question", r),
            figure: figure(rows.double("value", r), &rows.shown("unit", r)),
            status: rows.shown("status", r),
            evidence: rows.shown("evidence", r),
            evidence_model: rows.shown("evidence_model", r),
        })
        .collect())
}

fn changes(catalogue: &Catalogue) -> Result<Vec<Change>> {
    // Sorted here: ordered by such expressions and limited, DataFusion 55.2 makes
    // a plan that it then refuses itself.
    let rows = Rows::read(
        catalogue,
        "read what changed",
        &format!(
            "select * from {CHANGES} where subject_type = 'all' \
             or measure = 'weight' or (measure = 'status' and after_status is distinct from before_status) \
             order by subject_type, subject_id, business_unit, measure, cause"
        ),
    )?;
    let extent = |r: usize| {
        let moved = rows.double("change_amount", r);
        moved
            .or_else(|| rows.double("change_value", r))
            .map_or(0.0, f64::abs)
    };
    let mut order: Vec<usize> = (0..rows.height()).collect();
    order.sort_by(|a, b| {
        let place = |r: usize| {
            (
                rows.shown("subject_type", r) != "all",
                rows.shown("measure", r),
            )
        };
        place(*a)
            .cmp(&place(*b))
            .then(extent(*b).total_cmp(&extent(*a)))
    });
    order.truncate(CHANGE_COUNT);
    Ok(order
        .into_iter()
        .map(|r| {
            let subject = match rows.shown("subject_type", r).as_str() {
                "all" => String::new(),
                _ => format!(
                    "{} {}",
                    rows.shown("subject_id", r),
                    rows.shown("subject_name", r)
                ),
            };
            let change = match (
                rows.text("change_amount", r),
                rows.shown("measure", r).as_str(),
            ) {
                (Some(amount), _) => {
                    let sign = if amount.starts_with('-') { "" } else { "+" };
                    format!("{sign}{} {}", money(&amount), rows.shown("unit", r))
                }
                (None, "status") => {
                    let side = |column| rows.text(column, r).unwrap_or_else(|| "unknown".into());
                    format!("{} → {}", side("before_status"), side("after_status"))
                }
                (None, _) => {
                    let side = |column| {
                        rows.double(column, r)
                            .map_or_else(|| "unknown".into(), percent)
                    };
                    format!("{} → {}", side("before_value"), side("after_value"))
                }
            };
            Change {
                measure: rows.shown("measure", r),
                subject: subject.trim().to_owned(),
                change,
                cause: rows.shown("cause", r),
            }
        })
        .collect())
}

/// A value with its unit.
fn figure(number: Option<f64>, unit: &str) -> String {
    match (number, unit) {
        (None, _) => "unknown".into(),
        (Some(number), "ratio") => percent(number),
        (Some(number), unit) => format!("{} {unit}", value(number)).trim_end().to_owned(),
    }
}
