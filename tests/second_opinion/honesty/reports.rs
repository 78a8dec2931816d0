//! Who reports what: the same again and again, or better than the data.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{AMBER, COLOURS, GREEN, Grade, RED, Report};
use super::{past, published};
use crate::second_opinion::company;
use crate::second_opinion::compare::float;

/// Fewer reports say nothing about who makes them.
const FEWEST: usize = 5;
/// Equal reports in a row that count as copied.
const COPIED: usize = 3;

fn is_same(one: &Report, other: &Report) -> bool {
    one.grade == other.grade
        && one.progress.total_cmp(&other.progress).is_eq()
        && one.comment == other.comment
}

#[test]
fn copied_reports_are_the_same_when_computed_by_hand() {
    let past = past();
    let theirs = published("warning.copy_forward", &["initiative_id"]);
    let (mut count, mut copied) = (0, Vec::new());
    for (id, work) in past.works.iter().filter(|(_, w)| !w.reports.is_empty()) {
        count += 1;
        let row = [id.as_str()];
        let dated: Vec<(String, &Report)> = work
            .reports
            .iter()
            .map(|(date, report)| (date.to_string(), report))
            .collect();
        let mut runs = dated.chunk_by(|a, b| is_same(a.1, b.1));
        let longest = runs.clone().map(<[_]>::len).max().unwrap();
        let newest = runs.next_back().unwrap();
        let (last, report) = newest.last().unwrap();
        let stage = company::sample().initiatives[id].stage.as_str();
        let is_open = matches!(stage, "active" | "on_hold");
        let is_copied = is_open && newest.len() >= COPIED;
        theirs.same(&row, "is_open", Some(&is_open.to_string()));
        theirs.same_count(&row, "report_count", dated.len());
        theirs.same_count(&row, "identical_count", newest.len());
        theirs.same(&row, "since_date", Some(&newest[0].0));
        theirs.same(&row, "last_date", Some(last));
        theirs.same_count(&row, "longest_count", longest);
        theirs.same(&row, "reported", Some(COLOURS[report.grade]));
        theirs.same_ratio(&row, "complete_ratio", Some(report.progress));
        theirs.same(&row, "is_copied", Some(&is_copied.to_string()));
        theirs.same_cents(&row, "spend_amount", work.trailing_spend());
        if is_copied {
            copied.push((id.as_str(), newest.len()));
        }
    }
    assert_eq!(theirs.height(), count);
    // README, story 2: every month the same.
    assert_eq!(copied, [("I-041", 36)]);
}

/// A report and what the data said when it was made.
struct Judged<'a> {
    initiative: &'a str,
    reported: Grade,
    evidence: Grade,
}

/// Judged reports by dimension and item.
fn judged() -> BTreeMap<(&'static str, &'static str), Vec<Judged<'static>>> {
    let past = past();
    let mut items: BTreeMap<_, Vec<Judged>> = BTreeMap::new();
    for (id, work) in &past.works {
        for (date, report) in &work.reports {
            // What is known of the last day may be younger than the report.
            let mut days = past.days.iter().filter(|day| !day.is_as_of).rev();
            let day = days.find(|day| day.date <= *date);
            let Some(status) = day.and_then(|day| past.statuses[id].get(&day.date)) else {
                continue;
            };
            if status.evidence == 0 || status.upheld == 0 {
                continue;
            }
            // Any colour from the corrected to the uncorrected one was right.
            let evidence = report.grade.min(status.evidence).max(status.upheld);
            for item in [
                ("all", "(all)"),
                ("owner", &status.owner),
                ("business_unit", &status.unit),
            ] {
                items.entry(item).or_default().push(Judged {
                    initiative: id,
                    reported: report.grade,
                    evidence,
                });
            }
        }
    }
    items
}

/// Steps between all reports and all judgements, whoever they belong to.
fn steps_by_chance(reports: &[Judged]) -> usize {
    let against = |one: &Judged| -> usize {
        let others = reports.iter();
        others
            .map(|other| one.reported.abs_diff(other.evidence))
            .sum()
    };
    reports.iter().map(against).sum()
}

fn float_of(count: usize) -> f64 {
    float(count.try_into().unwrap())
}

#[test]
fn the_honesty_of_owners_and_units_is_the_same_when_computed_by_hand() {
    let theirs = published("warning.status_inflation", &["dimension", "item_id"]);
    let items = judged();
    assert_eq!(theirs.height(), items.len());
    for ((dimension, item), reports) in &items {
        let row = [*dimension, *item];
        let initiatives: BTreeSet<&str> = reports.iter().map(|r| r.initiative).collect();
        theirs.same_count(&row, "report_count", reports.len());
        theirs.same_count(&row, "initiative_count", initiatives.len());
        if reports.len() < FEWEST {
            theirs.same(&row, "inflated_points", None);
            theirs.same(&row, "pessimism_points", None);
            theirs.same(&row, "status_reason", Some("too few"));
            continue;
        }
        let sum = |steps: fn(&Judged) -> usize| reports.iter().map(steps).sum::<usize>();
        let inflated = sum(|r| r.evidence.saturating_sub(r.reported));
        let pessimism = sum(|r| r.reported.saturating_sub(r.evidence));
        let watermelons = sum(|r| usize::from(r.reported == GREEN && r.evidence == RED));
        let agreed = sum(|r| usize::from(r.reported == r.evidence));
        let count = float_of(reports.len());
        theirs.same_count(&row, "inflated_points", inflated);
        theirs.same_count(&row, "pessimism_points", pessimism);
        theirs.same_ratio(&row, "inflation", Some(float_of(inflated) / count));
        theirs.same_ratio(&row, "pessimism", Some(float_of(pessimism) / count));
        theirs.same_count(&row, "watermelon_count", watermelons);
        theirs.same_ratio(&row, "agreed_ratio", Some(float_of(agreed) / count));
        let chance = steps_by_chance(reports);
        let seen = float_of(inflated + pessimism) * count;
        let kappa = (chance > 0).then(|| 1.0 - seen / float_of(chance));
        theirs.same_ratio(&row, "weighted_kappa", kappa);
        let reason = (chance == 0).then_some("one colour only");
        theirs.same(&row, "status_reason", reason);
    }
}

#[test]
fn the_colours_reported_for_each_colour_of_the_data_are_the_same_when_counted_by_hand() {
    let keys = ["dimension", "item_id", "reported", "derived"];
    let theirs = published("warning.status_confusion", &keys);
    let mut count = 0;
    for ((dimension, item), reports) in judged() {
        if reports.len() < FEWEST {
            continue;
        }
        for reported in [GREEN, AMBER, RED] {
            for derived in [GREEN, AMBER, RED] {
                count += 1;
                let row = [dimension, item, COLOURS[reported], COLOURS[derived]];
                let both = reports
                    .iter()
                    .filter(|r| r.reported == reported && r.evidence == derived);
                let both = both.count();
                theirs.same_count(&row, "report_count", both);
                theirs.same_count(&row, "total_count", reports.len());
                let share = float_of(both) / float_of(reports.len());
                theirs.same_ratio(&row, "share_ratio", Some(share));
            }
        }
    }
    assert_eq!(theirs.height(), count);
}
