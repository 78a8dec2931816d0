//! Whether what is reported is what the data say: colours of every initiative on every day
//! that is looked back at, and what follows from them, out of the rows alone.

mod known;
mod reports;
mod stalls;
mod status;
mod trouble;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use super::company;
use super::compare::Published;
use super::{Entry, ledger};
use known::{COLOURS, StatusDay, Work};
use status::Status;

/// Cents by which budgets may differ that are cut by days: the engine rounds each part.
const CUT_CENTS: f64 = 3.0;

/// The sample as it was known from month to month.
struct Past {
    as_of: NaiveDate,
    entries: Vec<Entry>,
    days: Vec<StatusDay>,
    works: BTreeMap<String, Work>,
    /// Days on which each initiative ran.
    statuses: BTreeMap<String, BTreeMap<NaiveDate, Status>>,
}

impl Past {
    /// What runs on the last day, and its status then.
    fn running(&self) -> impl Iterator<Item = (&str, &Work, &Status)> {
        self.statuses.iter().filter_map(|(id, statuses)| {
            let now = statuses.get(&self.as_of)?;
            Some((id.as_str(), &self.works[id], now))
        })
    }
}

fn past() -> &'static Past {
    static PAST: OnceLock<Past> = OnceLock::new();
    PAST.get_or_init(|| {
        let (as_of, entries) = (company::sample().as_of, ledger());
        let days = known::status_days(&entries, as_of);
        let works = known::works(&entries);
        let statuses_of = |work| {
            let status = |on: &StatusDay| Some((on.date, status::status(work, on)?));
            days.iter().filter_map(status).collect()
        };
        let statuses = works
            .iter()
            .map(|(id, work)| (id.clone(), statuses_of(work)))
            .collect();
        Past {
            as_of,
            entries,
            days,
            works,
            statuses,
        }
    })
}

fn published(name: &str, keys: &[&str]) -> Published {
    Published::new(crate::sample::table(name), keys)
}

fn text(day: Option<NaiveDate>) -> Option<String> {
    day.map(|d| d.to_string())
}

#[test]
fn the_status_of_all_work_on_every_day_is_the_same_when_computed_by_hand() {
    let past = past();
    let name = "base.initiative_status_by_period";
    let theirs = published(name, &["initiative_id", "period_end_date"]);
    let table = crate::sample::table(name);
    let mut compared = 0;
    for (id, statuses) in &past.statuses {
        for (date, status) in statuses {
            let date = date.to_string();
            let row = [id.as_str(), date.as_str()];
            compared += 1;
            for (column, grade) in [
                ("budget_status", status.by_budget),
                ("cost_status", status.by_cost),
                ("schedule_status", status.by_schedule),
                ("freshness_status", status.by_freshness),
                ("evidence_status", status.evidence),
                ("upheld_status", status.upheld),
                ("derived_status", status.derived()),
            ] {
                theirs.same(&row, column, Some(COLOURS[grade]));
            }
            let (reported_date, reported) = status.reported.unzip();
            theirs.same(&row, "reported_rag", reported.map(|g| COLOURS[g]));
            theirs.same(&row, "reported_date", text(reported_date).as_deref());
            theirs.same(
                &row,
                "is_new_report",
                Some(&status.is_new_report.to_string()),
            );
            assert_eq!(theirs.cents(&row, "actual_amount"), status.spent, "{row:?}");
            let late = status.late.map(|d| d.to_string());
            theirs.same(&row, "late_days", late.as_deref());
            match (theirs.cents(&row, "budget_amount"), status.budget) {
                (None, None) => {}
                (Some(found), Some(wanted)) => super::near(id, found, wanted, CUT_CENTS),
                other => panic!("{row:?}: {other:?}"),
            }
        }
    }
    assert_eq!(table.rows_where("is_running", "true").count(), compared);
    assert_eq!(compared, 1_418);
}
