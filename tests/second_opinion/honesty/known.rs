//! What was known of the work of the sample, and from which day on.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::second_opinion::company::{day, first_day, last_day, month_of};
use crate::second_opinion::milestones::milestones;
use crate::second_opinion::{Entry, Row, cents, in_euro, rows};

/// 0 unknown, 1 green, 2 amber, 3 red: the worse the higher, and nothing below all.
pub(super) type Grade = usize;
pub(super) const GREEN: Grade = 1;
pub(super) const AMBER: Grade = 2;
pub(super) const RED: Grade = 3;
pub(super) const COLOURS: [&str; 4] = ["grey", "green", "amber", "red"];

pub(super) struct Report {
    pub(super) grade: Grade,
    pub(super) progress: f64,
    pub(super) comment: String,
}

pub(super) struct Budget {
    pub(super) is_revised: bool,
    pub(super) approved: NaiveDate,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) cents: i128,
}

/// All that was ever said of one initiative.
#[derive(Default)]
pub(super) struct Work {
    /// Oldest first.
    pub(super) versions: Vec<Row>,
    pub(super) spend: Vec<Entry>,
    pub(super) budgets: Vec<Budget>,
    /// Versions of each milestone, oldest first.
    pub(super) milestones: Vec<Vec<Row>>,
    pub(super) reports: BTreeMap<NaiveDate, Report>,
}

impl Work {
    pub(super) fn trailing_spend(&self) -> i128 {
        let trailing = |e: &&Entry| crate::second_opinion::is_trailing(&e.month);
        self.spend.iter().filter(trailing).map(|e| e.cents).sum()
    }

    pub(super) fn spend_after(&self, day: NaiveDate) -> i128 {
        let after = self.spend.iter().filter(|e| e.posted > day);
        after.map(|e| e.cents).sum()
    }
}

/// A day whose status is looked back at.
pub(super) struct StatusDay {
    pub(super) date: NaiveDate,
    /// The day after the one looked at before it.
    pub(super) from: NaiveDate,
    /// How far the books reached by then.
    pub(super) books: Option<NaiveDate>,
    /// On the last day everything that is known counts, also what was recorded later.
    pub(super) is_as_of: bool,
}

/// The ends of the newest 36 months. A month is in the books once they have any entry of it.
pub(super) fn status_days(entries: &[Entry], as_of: NaiveDate) -> Vec<StatusDay> {
    let mut in_books: BTreeMap<NaiveDate, NaiveDate> = BTreeMap::new();
    for e in entries {
        let first = in_books
            .entry(last_day(month_of(e.posted)))
            .or_insert(e.recorded);
        *first = e.recorded.min(*first);
    }
    let months = month_of(as_of) - 35..=month_of(as_of);
    months
        .map(|month| {
            let date = last_day(month);
            let is_as_of = date == as_of;
            let known = in_books.iter().filter(|(_, d)| is_as_of || **d <= date);
            StatusDay {
                date,
                from: first_day(month),
                books: known.map(|(end, _)| *end.min(&date)).max(),
                is_as_of,
            }
        })
        .collect()
}

/// Reports that can be believed: at most all of the work, and one for each day.
fn reports() -> BTreeMap<(String, NaiveDate), Report> {
    let mut said: BTreeMap<(String, NaiveDate), Vec<Row>> = BTreeMap::new();
    for row in rows("status_reports.csv", ',') {
        let key = (row["project"].clone(), day(&row["report_date"]).unwrap());
        said.entry(key).or_default().push(row);
    }
    said.retain(|_, rows| rows.len() == 1);
    said.into_iter()
        .map(|(key, rows)| {
            let report = Report {
                grade: match rows[0]["status"].as_str() {
                    "G" => GREEN,
                    "A" => AMBER,
                    "R" => RED,
                    other => panic!("{other}"),
                },
                progress: rows[0]["percent_complete"].parse().unwrap(),
                comment: rows[0]["comment"].trim().to_lowercase(),
            };
            (key, report)
        })
        .filter(|(_, report)| report.progress <= 1.0)
        .collect()
}

/// Each initiative with what is known of it.
pub(super) fn works(entries: &[Entry]) -> BTreeMap<String, Work> {
    let mut works: BTreeMap<String, Work> = BTreeMap::new();
    for row in rows("initiatives.csv", ',') {
        let work = works.entry(row["Project ID"].clone()).or_default();
        work.versions.push(row);
    }
    for work in works.values_mut() {
        work.versions.sort_by_key(|v| v["Version from"].clone());
    }
    for entry in entries {
        if let Some(work) = works.get_mut(&entry.initiative) {
            work.spend.push(entry.clone());
        }
    }
    for (name, is_revised) in [("budget_original.csv", false), ("budget_current.csv", true)] {
        for row in rows(name, ',') {
            let (Some(own), Some(work)) = (
                cents(&row["amount"], '.'),
                works.get_mut(&row["initiative"]),
            ) else {
                continue;
            };
            let [approved, from, to] =
                ["approved", "period_start", "period_end"].map(|c| day(&row[c]).unwrap());
            work.budgets.push(Budget {
                is_revised,
                approved,
                from,
                to,
                cents: in_euro(own, &row["currency"], "budget", &row["period_start"]),
            });
        }
    }
    for versions in milestones().into_values() {
        let work = works.get_mut(&versions[0]["initiative_id"]).unwrap();
        work.milestones.push(versions);
    }
    for ((id, date), report) in reports() {
        works.get_mut(&id).unwrap().reports.insert(date, report);
    }
    works
}
