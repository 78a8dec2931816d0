//! Gathering: which tables go into the workbook, and in which order; each is read
//! back as it was published.

use super::{Cover, Sheet, write};
use crate::catalogue::Previous;
use crate::error::Result;
use crate::history::{Known, read_object};
use crate::model::Ran;
use crate::project::Project;
use crate::scorecard::manifest::ENGINE_VERSION;
use crate::scorecard::summary::Summary;

/// The scorecards in the order of reading: what is so, what to do, how each
/// stands. Those that are not named come between these and the last.
const FIRST: [&str; 14] = [
    "scorecard.answers",
    "scorecard.findings",
    "scorecard.seven_signs",
    "scorecard.what_changed",
    "scorecard.executive_summary",
    "scorecard.goal",
    "scorecard.unit",
    "scorecard.initiative",
    "scorecard.kpi",
    "scorecard.line_of_sight",
    "scorecard.targets_to_recalibrate",
    "scorecard.goals_to_revisit",
    "scorecard.revisit_reasons",
    "scorecard.plan_bias",
];

/// What proves and explains the rest.
const LAST: [&str; 3] = [
    "scorecard.reconciliation",
    "scorecard.not_computed",
    "scorecard.finding_rules",
];

/// The tables of other families that answer the three questions.
const EVIDENCE: [&str; 4] = [
    "misallocation.priority_gap",
    "variance.budget_to_actual",
    "variance.kpi_attainment",
    "alignment.line_of_sight",
];

/// The workbook of a release.
///
/// # Errors
/// Errors while reading tables back, and what the writer refuses.
pub fn workbook(
    project: &Project,
    known: &Known,
    previous: Option<&Previous>,
    ran: &[Ran],
    summary: &Summary,
    release: &str,
) -> Result<Vec<u8>> {
    let mut chosen: Vec<&Ran> = ran
        .iter()
        .filter(|r| place(&r.query.name).is_some())
        .collect();
    chosen.sort_by_key(|r| (place(&r.query.name), r.query.name.as_str()));
    let tables = chosen
        .iter()
        .map(|r| {
            let columns = r.query.header.columns.iter();
            let columns: Vec<&str> = columns.map(|c| c.name.as_str()).collect();
            read_object(&r.shelved.path, &columns)
        })
        .collect::<Result<Vec<_>>>()?;
    let sheets: Vec<Sheet<'_>> = chosen
        .iter()
        .zip(&tables)
        .map(|(r, rows)| Sheet {
            name: &r.query.name,
            header: &r.query.header,
            rows,
        })
        .collect();
    let facts = Cover {
        project: &project.name,
        description: &project.description,
        as_of: project.as_of,
        as_known: known.as_known,
        currency: &project.currency,
        rules_version: &project.rules.version,
        release,
        engine_version: ENGINE_VERSION,
        previous_as_of: previous.map(|p| p.as_of),
        balances: &summary.balances,
        answers: &summary.answers,
    };
    write(&facts, &sheets)
}

/// Where a table stands; `None` for those that are not in the workbook.
fn place(name: &str) -> Option<(u8, usize)> {
    let among = |names: &[&str]| names.iter().position(|n| *n == name);
    if let Some(at) = among(&FIRST) {
        return Some((0, at));
    }
    if let Some(at) = among(&LAST) {
        return Some((2, at));
    }
    if let Some(at) = among(&EVIDENCE) {
        return Some((3, at));
    }
    name.starts_with("scorecard.").then_some((1, 0))
}
