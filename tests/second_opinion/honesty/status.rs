//! What the data said of an initiative on a day, by what was known on it.

use chrono::NaiveDate;

use super::known::{AMBER, GREEN, Grade, RED, StatusDay, Work};
use crate::second_opinion::company::day;
use crate::second_opinion::compare::float;
use crate::second_opinion::{Row, cents};

pub(super) struct Status {
    pub(super) owner: String,
    pub(super) unit: String,
    pub(super) reported: Option<(NaiveDate, Grade)>,
    pub(super) is_new_report: bool,
    /// Cents; fractions of them where a budget is cut by days.
    pub(super) budget: Option<f64>,
    pub(super) spent: Option<i128>,
    pub(super) late: Option<i64>,
    pub(super) budget_ratio: Option<f64>,
    pub(super) cpi_ratio: Option<f64>,
    pub(super) by_budget: Grade,
    pub(super) by_cost: Grade,
    pub(super) by_schedule: Grade,
    pub(super) by_freshness: Grade,
    /// The worst of budget, cost and schedule.
    pub(super) evidence: Grade,
    /// The same, or what a later correction left of it.
    pub(super) upheld: Grade,
}

impl Status {
    pub(super) fn derived(&self) -> Grade {
        if self.evidence == 0 && self.by_freshness <= GREEN {
            0
        } else {
            self.evidence.max(self.by_freshness)
        }
    }

    pub(super) fn is_reported(&self, grade: Grade) -> bool {
        self.reported.is_some_and(|(_, reported)| reported == grade)
    }

    /// What made the evidence amber or red.
    pub(super) fn decided_by(&self) -> Option<&'static str> {
        if self.evidence < AMBER {
            None
        } else if self.by_cost == self.evidence {
            Some("cost")
        } else if self.by_schedule == self.evidence {
            Some("schedule")
        } else {
            Some("budget")
        }
    }
}

/// What spend is held against on a day.
struct Yardstick {
    budget: Option<f64>,
    whole: Option<f64>,
    progress: Option<f64>,
    /// Progress over the share of the time that has gone.
    pace: Option<f64>,
}

impl Yardstick {
    fn budget_ratio(&self, spent: f64) -> Option<f64> {
        let budget = self.budget.filter(|b| *b > 0.0)?;
        Some(2.0 - spent / budget)
    }

    fn cpi_ratio(&self, spent: f64) -> Option<f64> {
        let whole = self.whole.filter(|w| *w > 0.0 && spent > 0.0)?;
        Some(whole * self.progress? / spent)
    }

    fn paced_ratio(&self, spent: f64) -> Option<f64> {
        let budget = self.budget.filter(|b| *b > 0.0 && spent > 0.0)?;
        Some(self.pace? * budget / spent)
    }

    /// By budget and by cost; the better index of cost counts.
    fn grades(&self, spent: f64) -> [Grade; 2] {
        let indexes = [self.cpi_ratio(spent), self.paced_ratio(spent)];
        let best = indexes.into_iter().flatten().reduce(f64::max);
        [self.budget_ratio(spent), best].map(grade)
    }
}

/// Whether a ratio reaches a bound, on nine decimals.
fn reaches(ratio: f64, bound: f64) -> bool {
    (ratio * 1e9).round() >= (bound * 1e9).round()
}

fn grade(ratio: Option<f64>) -> Grade {
    match ratio {
        None => 0,
        Some(ratio) if reaches(ratio, 0.95) => GREEN,
        Some(ratio) if reaches(ratio, 0.85) => AMBER,
        Some(_) => RED,
    }
}

/// 0 while nothing is known; good up to one bound, and not bad up to the other.
fn grade_of_days(days: Option<i64>, good: i64, fair: i64) -> Grade {
    match days {
        None => 0,
        Some(days) if days <= good => GREEN,
        Some(days) if days <= fair => AMBER,
        Some(_) => RED,
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

fn is_running(version: &Row, date: NaiveDate) -> bool {
    let phase = version["Phase"].as_str();
    day(&version["Start"]).is_none_or(|start| start <= date)
        && match day(&version["Actual finish"]) {
            Some(end) => end > date && matches!(phase, "In flight" | "Done" | "Stopped"),
            None => phase == "In flight",
        }
}

/// Versions of a milestone that are known by a day: the first, and the newest.
fn known(versions: &[Row], date: NaiveDate) -> Option<(&Row, &Row)> {
    let mut known = versions
        .iter()
        .filter(|v| day(&v["valid_from"]) <= Some(date));
    let first = known.next()?;
    Some((first, known.next_back().unwrap_or(first)))
}

fn is_reached(version: &Row, date: NaiveDate) -> bool {
    day(&version["actual_date"]).is_some_and(|reached| reached <= date)
}

/// Days by which the latest open milestone, or the planned end, is late.
fn late(work: &Work, version: &Row, date: NaiveDate) -> Option<i64> {
    let mut late = Vec::new();
    for (first, newest) in work.milestones.iter().filter_map(|m| known(m, date)) {
        // Of those that were reached, even late, nothing is late any more.
        late.push(0);
        if !is_reached(newest, date) {
            let forecast = day(&newest["forecast_date"]).unwrap().max(date);
            late.push(days(day(&first["baseline_date"]).unwrap(), forecast));
        }
    }
    let end = day(&version["Planned finish"]).unwrap();
    if end < date {
        late.push(days(end, date));
    }
    late.into_iter().max()
}

/// Progress by the newest report that the books reach; without any report ever, the weight of
/// the milestones that are reached.
fn progress(work: &Work, on: &StatusDay) -> Option<f64> {
    if !work.reports.is_empty() {
        return work
            .reports
            .range(..=on.books?)
            .last()
            .map(|(_, r)| r.progress);
    }
    let (mut all, mut done) = (0.0, 0.0);
    for (_, newest) in work.milestones.iter().filter_map(|m| known(m, on.date)) {
        let weight: f64 = newest["weight"].parse().unwrap();
        all += weight;
        if is_reached(newest, on.date) {
            done += weight;
        }
    }
    (all > 0.0).then(|| done / all)
}

/// The budget up to the day that the books had reached, the whole, and its last day.
fn budget(work: &Work, on: &StatusDay) -> Option<(Option<f64>, f64, NaiveDate)> {
    let known = || work.budgets.iter().filter(|b| b.approved <= on.date);
    let is_revised = known().any(|b| b.is_revised);
    let chosen = || known().filter(|b| b.is_revised == is_revised);
    let end = chosen().map(|b| b.to).max()?;
    let whole = chosen().map(|b| float(b.cents)).sum();
    let due = on.books.map(|books| {
        chosen()
            .map(|b| {
                let gone = days(b.from, books.min(b.to)) + 1;
                let all = days(b.from, b.to) + 1;
                float(b.cents) * float(gone.max(0).into()) / float(all.into())
            })
            .sum()
    });
    Some((due, whole, end))
}

fn yardstick(work: &Work, version: &Row, on: &StatusDay) -> Yardstick {
    let approved = cents(&version["Approved EUR"], '.').map(float);
    let [start, end] = ["Start", "Planned finish"].map(|c| day(&version[c]).unwrap());
    let found = budget(work, on);
    let whole = match found {
        None => approved,
        // A budget that ends too early is not all that there will be.
        Some((_, whole, last)) if approved > Some(whole) && end > last => approved,
        Some((_, whole, _)) => Some(whole),
    };
    let progress = progress(work, on);
    let gone = on.books.filter(|books| start <= *books).map(|books| {
        let share = float((days(start, books) + 1).into()) / float((days(start, end) + 1).into());
        share.min(1.0)
    });
    Yardstick {
        budget: found.and_then(|(due, ..)| due),
        whole,
        progress,
        pace: progress.zip(gone).map(|(progress, gone)| progress / gone),
    }
}

/// The status on a day; nothing while the initiative does not run.
pub(super) fn status(work: &Work, on: &StatusDay) -> Option<Status> {
    let date = on.date;
    let known = |v: &&Row| day(&v["Version from"]) <= Some(date);
    let version = work.versions.iter().rfind(known)?;
    if !is_running(version, date) {
        return None;
    }
    let yardstick = yardstick(work, version, on);
    let posted = |books| work.spend.iter().filter(move |e| e.posted <= books);
    let is_known = |e: &&crate::second_opinion::Entry| on.is_as_of || e.recorded <= date;
    let spent = on
        .books
        .map(|books| posted(books).filter(is_known).map(|e| e.cents).sum());
    let corrected = on
        .books
        .map(|books| posted(books).map(|e| e.cents).sum::<i128>());
    let whole = yardstick.whole.filter(|w| *w > 0.0);
    // Small sums swing: money is judged once a fifth of it is spent.
    let is_settled = spent
        .zip(whole)
        .is_some_and(|(spent, whole)| reaches(float(spent) / whole, 0.2));
    let grades = |spent: Option<i128>| {
        let spent = spent.filter(|_| is_settled);
        spent.map_or([0; 2], |s| yardstick.grades(float(s)))
    };
    let [by_budget, by_cost] = grades(spent);
    let late = late(work, version, date);
    let by_schedule = grade_of_days(late, 0, 90);
    let reported = work.reports.range(..=date).last();
    let last_word = reported.map(|(d, _)| *d).or(day(&version["Start"]));
    let evidence = by_budget.max(by_cost).max(by_schedule);
    let mended = grades(corrected).into_iter().max().unwrap_or(0);
    Some(Status {
        owner: version["Lead"].clone(),
        unit: version["Unit"].clone(),
        reported: reported.map(|(d, r)| (*d, r.grade)),
        is_new_report: reported.is_some_and(|(d, _)| *d >= on.from),
        budget: yardstick.budget,
        spent,
        late,
        budget_ratio: spent.and_then(|s| yardstick.budget_ratio(float(s))),
        cpi_ratio: spent.and_then(|s| yardstick.cpi_ratio(float(s))),
        by_budget,
        by_cost,
        by_schedule,
        // A report is due every 31 days, and stale after twice that.
        by_freshness: grade_of_days(last_word.map(|d| days(d, date)), 31, 62),
        evidence,
        upheld: evidence.min(mended.max(by_schedule)),
    })
}
