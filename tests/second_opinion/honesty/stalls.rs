//! Work that spends money and does not get anywhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::known::Work;
use super::{past, published, text};
use crate::second_opinion::Row;
use crate::second_opinion::company::{self, day, first_day, last_day, month_of};

/// Months without movement after which work has stalled.
const STALL_MONTHS: usize = 3;

/// The highest progress so far, and the newest day that raised it. The first report only says
/// where things stood.
fn raised(work: &Work) -> (Option<f64>, Option<NaiveDate>) {
    let (mut best, mut moved): (Option<f64>, _) = (None, None);
    for (date, report) in &work.reports {
        if best.is_some_and(|best| report.progress > best + 5e-10) {
            moved = Some(*date);
        }
        best = Some(best.map_or(report.progress, |best| best.max(report.progress)));
    }
    (best, moved)
}

/// Milestones of which the newest version is not reached though the first date has passed.
fn is_overdue(versions: &[Row], as_of: NaiveDate) -> bool {
    versions.last().unwrap()["actual_date"].is_empty()
        && day(&versions[0]["baseline_date"]) < Some(as_of)
}

#[test]
fn stalls_are_the_same_when_computed_by_hand() {
    let past = past();
    let theirs = published("warning.stalls", &["initiative_id"]);
    let (last, mut stalled) = (month_of(past.as_of), Vec::new());
    // Months in which nobody posted anything are no silence of one initiative.
    let in_ledger: BTreeSet<i32> = past.entries.iter().map(|e| month_of(e.posted)).collect();
    let newest: Vec<i32> = in_ledger.iter().rev().take(STALL_MONTHS).copied().collect();
    for (id, work, now) in past.running() {
        let row = [id];
        let (progress, raised) = raised(work);
        let reached = work.milestones.iter().filter_map(|versions| {
            let reached = day(&versions.last().unwrap()["actual_date"]);
            reached.filter(|d| *d <= past.as_of)
        });
        let start = company::sample().initiatives[id].start;
        let moved = reached.chain(raised).max().or(start).unwrap();
        let is_after = |month: i32| first_day(month) > moved;
        let quiet = (month_of(moved)..=last).filter(|m| is_after(*m) && last_day(*m) <= past.as_of);
        let mut by_month: BTreeMap<i32, i128> = BTreeMap::new();
        for entry in &work.spend {
            *by_month.entry(month_of(entry.posted)).or_default() += entry.cents;
        }
        by_month.retain(|month, cents| *cents > 0 && is_after(*month));
        let overdue = work.milestones.iter().filter(|m| is_overdue(m, past.as_of));
        let overdue = overdue.count();
        let excuse = if work.reports.is_empty() && work.milestones.is_empty() {
            Some("no progress measured")
        } else if progress.is_some_and(|p| p >= 1.0) {
            Some("work is done")
        } else if work.reports.is_empty() && overdue == 0 {
            Some("quiet as planned")
        } else {
            None
        };
        let quiet = quiet.count();
        let is_stalled = excuse.is_none()
            && quiet >= STALL_MONTHS
            && newest.iter().all(|month| by_month.contains_key(month));
        theirs.same(&row, "owner", Some(&now.owner));
        theirs.same_ratio(&row, "complete_ratio", progress);
        theirs.same(&row, "last_moved_date", text(Some(moved)).as_deref());
        theirs.same_count(&row, "quiet_period_count", quiet);
        theirs.same_count(&row, "spend_period_count", by_month.len());
        theirs.same_count(&row, "overdue_count", overdue);
        theirs.same(&row, "is_stalled", Some(&is_stalled.to_string()));
        theirs.same_cents(&row, "spend_amount", work.spend_after(moved));
        theirs.same(&row, "status_reason", excuse);
        if is_stalled {
            stalled.push((id, work.spend_after(moved)));
        }
    }
    assert_eq!(theirs.height(), past.running().count());
    // README, story 2: of the money for the depots, what was spent after the milestone.
    assert_eq!(stalled, [("I-041", 1_246_507_743)]);
}
