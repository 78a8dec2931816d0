//! Earned value of every initiative, and what each will have cost when it is done.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::company::{self, Company, day, last_day, month_of, spread};
use super::compare::{Published, float, share};
use super::{Row, cents, half_away, newest, rows, scaled};

/// Progress in billionths.
const WHOLE: i128 = 1_000_000_000;

/// The plan and the course of one initiative.
pub(super) struct Work {
    /// Budget at completion, and whether it is the approved amount or the budget.
    pub(super) whole: Option<i128>,
    pub(super) basis: Option<&'static str>,
    /// Planned and spent by month.
    pub(super) planned: BTreeMap<i32, i128>,
    spent: BTreeMap<i32, i128>,
    /// Progress known from a day on.
    progress: BTreeMap<NaiveDate, i128>,
    pub(super) plan_end: Option<NaiveDate>,
    first_month: Option<i32>,
    forecast: Option<i128>,
    pub(super) is_cancelled: bool,
    pub(super) actual_end: Option<NaiveDate>,
}

impl Work {
    pub(super) fn earned(&self, month: i32) -> Option<i128> {
        let known = self.progress.range(..=last_day(month)).last();
        let (_, progress) = known?;
        Some(half_away(self.whole? * progress, WHOLE))
    }

    pub(super) fn planned(&self, month: i32) -> i128 {
        self.planned.range(..=month).map(|(_, c)| c).sum()
    }

    fn spent(&self, month: i32) -> i128 {
        self.spent.range(..=month).map(|(_, c)| c).sum()
    }
}

/// Progress that can be believed: at most 1, and not reported twice for one day.
fn reports() -> BTreeMap<String, BTreeMap<NaiveDate, i128>> {
    let mut days: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows("status_reports.csv", ',') {
        let key = (row["project"].clone(), row["report_date"].clone());
        days.entry(key)
            .or_default()
            .push(row["percent_complete"].clone());
    }
    let mut progress: BTreeMap<String, BTreeMap<NaiveDate, i128>> = BTreeMap::new();
    for ((id, date), said) in days {
        let ratio = scaled(&said[0], '.', 9);
        if said.len() == 1 && ratio <= WHOLE {
            progress
                .entry(id)
                .or_default()
                .insert(day(&date).unwrap(), ratio);
        }
    }
    progress
}

/// Milestones reached, by their weights, for work that nobody reports on.
fn reached(milestones: &[&Row]) -> BTreeMap<NaiveDate, i128> {
    let weight = |m: &Row| scaled(&m["weight"], '.', 9);
    let all: i128 = milestones.iter().map(|m| weight(m)).sum();
    let mut days: BTreeMap<NaiveDate, i128> = BTreeMap::new();
    for m in milestones {
        if let Some(done) = day(&m["actual_date"]) {
            *days.entry(done).or_default() += weight(m);
        }
    }
    let mut done = 0;
    for progress in days.values_mut() {
        done += *progress;
        *progress = half_away(done * WHOLE, all);
    }
    if all > 0 {
        // Before the first of them nothing is done.
        days.entry(NaiveDate::MIN).or_default();
    }
    days
}

fn forecasts(last: i32) -> BTreeMap<String, i128> {
    let mut forecasts: BTreeMap<String, i128> = BTreeMap::new();
    for row in rows("budget_forecast.csv", ',') {
        let [from, to] = ["period_start", "period_end"].map(|c| day(&row[c]).unwrap());
        let parts = spread(cents(&row["amount"], '.').unwrap(), from, to);
        let rest = parts.into_iter().filter(|(month, _)| *month > last);
        *forecasts.entry(row["initiative"].clone()).or_default() +=
            rest.map(|(_, c)| c).sum::<i128>();
    }
    forecasts
}

pub(super) fn works(company: &Company) -> BTreeMap<&str, Work> {
    let (mut reports, forecasts) = (reports(), forecasts(company.last_month()));
    let milestones = newest(rows("milestones.csv", ','), "milestone_id", "valid_from");
    let mut works = BTreeMap::new();
    for (id, initiative) in &company.initiatives {
        let mut money = [BTreeMap::new(), BTreeMap::new()];
        for (by_month, all) in money.iter_mut().zip([&company.budget, &company.spend]) {
            for m in all.iter().filter(|m| m.initiative == *id) {
                *by_month.entry(m.month).or_default() += m.cents;
            }
        }
        let [mut planned, spent] = money;
        let mine: Vec<&Row> = milestones
            .values()
            .filter(|m| m["initiative_id"] == *id)
            .collect();
        let progress = reports.remove(id).unwrap_or_else(|| reached(&mine));
        let signs = [
            planned.keys().next().copied(),
            spent.keys().next().copied(),
            progress
                .keys()
                .find(|d| **d > NaiveDate::MIN)
                .map(|d| month_of(*d)),
            initiative.start.map(month_of),
        ];
        let budget: i128 = planned.values().sum();
        let budget_end = planned.keys().last().map(|m| last_day(*m));
        let is_short = initiative.approved > Some(budget) && initiative.end > budget_end;
        let basis = match (initiative.approved, budget_end) {
            (None, None) => None,
            (Some(_), None) => Some("approved"),
            (Some(_), Some(_)) if is_short => Some("approved"),
            _ => Some("budget"),
        };
        let mut plan_end = budget_end;
        if basis == Some("approved") {
            // The rest of what was approved is spread over what is left of the time, unless
            // the work has stopped or not begun.
            let is_under_way = matches!(initiative.stage.as_str(), "active" | "complete");
            let from = budget_end.map_or(initiative.start, |d| d.succ_opt());
            let dates = from.zip(initiative.end).filter(|_| is_under_way);
            let rest = initiative.approved.unwrap() - budget;
            for (month, part) in dates
                .into_iter()
                .flat_map(|(from, to)| spread(rest, from, to))
            {
                *planned.entry(month).or_default() += part;
            }
            plan_end = dates.map(|(_, to)| to);
        }
        let whole = if basis == Some("approved") {
            initiative.approved
        } else {
            basis.map(|_| budget)
        };
        let work = Work {
            whole,
            basis,
            planned,
            spent,
            progress,
            plan_end,
            first_month: signs.into_iter().flatten().min(),
            forecast: forecasts.get(id).copied(),
            is_cancelled: initiative.stage == "cancelled",
            actual_end: initiative.actual_end,
        };
        works.insert(id.as_str(), work);
    }
    works
}

/// What the rest costs in one way of estimating, in fractions of a cent.
fn to_complete(work: &Work, variant: &str, last: i32) -> Option<f64> {
    let (whole, earned) = (work.whole?, work.earned(last)?);
    let (planned, spent) = (work.planned(last), work.spent(last));
    if work.is_cancelled {
        return None;
    }
    let rest = float(whole - earned);
    let (cost, time) = (share(earned, spent), share(earned, planned));
    let (cost, time) = (cost.filter(|r| *r > 0.0), time.filter(|r| *r > 0.0));
    let pace = match variant {
        "bottom_up" => return work.forecast.map(float),
        _ if whole == earned => return Some(0.0),
        "remaining_at_plan" => Some(1.0),
        "cpi" => cost,
        "cpi_spi" => cost.zip(time).map(|(c, t)| c * t),
        "composite" => cost.zip(time).map(|(c, t)| 0.8 * c + 0.2 * t),
        _ => {
            let is_young = work.first_month.is_none_or(|first| first > last - 3);
            let before = if is_young {
                Some(0)
            } else {
                work.earned(last - 3)
            };
            share(earned - before?, spent - work.spent(last - 3)).filter(|r| *r > 0.0)
        }
    };
    pace.map(|pace| rest / pace)
}

#[test]
fn earned_value_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let theirs = Published::new((company.table)("variance.earned_value"), &["initiative_id"]);
    let (works, last) = (works(company), company.last_month());
    assert_eq!(theirs.height(), works.len());
    let mut earning = 0;
    for (id, work) in &works {
        let row = [*id];
        let (planned, spent, earned) = (work.planned(last), work.spent(last), work.earned(last));
        assert_eq!(theirs.cents(&row, "bac_amount"), work.whole, "{id}");
        theirs.same(&row, "bac_basis", work.basis);
        theirs.same_cents(&row, "planned_value_amount", planned);
        theirs.same_cents(&row, "actual_amount", spent);
        assert_eq!(theirs.cents(&row, "earned_value_amount"), earned, "{id}");
        let Some(earned) = earned else {
            theirs.same_ratio(&row, "cpi_ratio", None);
            continue;
        };
        earning += 1;
        theirs.same_cents(&row, "cost_variance_amount", earned - spent);
        theirs.same_cents(&row, "schedule_variance_amount", earned - planned);
        theirs.same_ratio(&row, "cpi_ratio", share(earned, spent));
        theirs.same_ratio(&row, "spi_ratio", share(earned, planned));
        theirs.same_ratio(&row, "spent_ratio", share(spent, work.whole.unwrap()));
    }
    assert!(earning >= 58, "{earning}");
}

#[test]
fn estimates_at_completion_are_the_same_when_computed_by_hand() {
    let company = company::sample();
    let theirs = Published::new(
        (company.table)("variance.estimate_at_completion"),
        &["initiative_id", "variant"],
    );
    let last = company.last_month();
    let variants = [
        "cpi",
        "remaining_at_plan",
        "cpi_spi",
        "composite",
        "recent_cpi",
        "bottom_up",
    ];
    for (id, work) in &works(company) {
        for variant in variants {
            let row = [*id, variant];
            let Some(rest) = to_complete(work, variant, last) else {
                assert_eq!(theirs.cents(&row, "eac_amount"), None, "{row:?}");
                continue;
            };
            let (spent, whole) = (float(work.spent(last)), float(work.whole.unwrap()));
            // What is left is divided by a double and rounded once.
            theirs.near_cents(&row, "etc_amount", rest);
            theirs.near_cents(&row, "eac_amount", spent + rest);
            theirs.near_cents(&row, "vac_amount", whole - spent - rest);
        }
    }
    // README, story 14.
    theirs.same_cents(&["I-017", "bottom_up"], "eac_amount", 288_480_200);
    theirs.same_cents(&["I-017", "cpi"], "eac_amount", 338_100_250);
}
