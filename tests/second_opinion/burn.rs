//! Money against time, and the day on which it is gone.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::company::{self, Company, Initiative, Money, first_day, last_day, month_of};
use super::compare::{Published, share};
use super::half_away;

struct Plan {
    budget: i128,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    is_approved: bool,
    /// First day of the work, from which on months count for the burn.
    work: Option<NaiveDate>,
}

/// Money of each initiative.
fn by_initiative(money: &[Money]) -> BTreeMap<&str, Vec<&Money>> {
    let mut found: BTreeMap<&str, Vec<&Money>> = BTreeMap::new();
    for m in money {
        found.entry(&m.initiative).or_default().push(m);
    }
    found
}

fn sum<'a>(money: impl Iterator<Item = &'a &'a Money>) -> i128 {
    money.map(|m| m.cents).sum()
}

/// The approved amount over its planned dates, else the chosen budget over its own months.
fn plan(initiative: &Initiative, budget: &[&Money]) -> Option<Plan> {
    let months = || budget.iter();
    let first = months().map(|m| first_day(m.month)).min();
    let has_dates = initiative.start.is_some() && initiative.end.is_some();
    match initiative.approved {
        Some(approved) if first.is_none() || has_dates => Some(Plan {
            budget: approved,
            from: initiative.start,
            to: initiative.end,
            is_approved: true,
            work: initiative.start.or(first),
        }),
        _ => first.map(|from| Plan {
            budget: sum(months()),
            from: Some(from),
            to: months().map(|m| last_day(m.month)).max(),
            is_approved: false,
            work: initiative.start.or(Some(from)),
        }),
    }
}

/// Months and money that the burn is measured over: the newest three that have ended since
/// the work began; of a ledger with entries in fewer than a third of the year, the year.
fn burn(last: i32, spend: &[&Money], work: Option<NaiveDate>) -> (usize, i128) {
    let has_begun = |month: i32| work.is_none_or(|day| day <= last_day(month));
    let worked: Vec<i32> = (last - 11..=last).filter(|m| has_begun(*m)).collect();
    let of = |month: i32| spend.iter().filter(move |m| m.month == month);
    let posted = worked.iter().filter(|m| of(**m).count() > 0).count();
    let is_rare = posted * 3 < worked.len();
    let measured = worked.into_iter().filter(|m| is_rare || *m > last - 3);
    measured.fold((0, 0), |(count, burnt), month| {
        (count + 1, burnt + sum(of(month)))
    })
}

fn compare(company: &Company) -> usize {
    let theirs = Published::new((company.table)("variance.burn"), &["initiative_id"]);
    let plans_begin = company
        .budget
        .iter()
        .map(|m| m.month.div_euclid(3) * 3)
        .min();
    let money = [&company.budget, &company.spend, &company.commitments].map(|m| by_initiative(m));
    let mut plans = 0;
    for (id, initiative) in &company.initiatives {
        let [budget, entries, promised] =
            [0, 1, 2].map(|kind| money[kind].get(id.as_str()).map_or(&[][..], Vec::as_slice));
        let Some(plan) = plan(initiative, budget).filter(|_| initiative.stage == "active") else {
            continue;
        };
        plans += 1;
        let row = [id.as_str()];
        let planned = |m: &&&Money| plan.is_approved || Some(m.month) >= plans_begin;
        let (spent, committed) = (sum(entries.iter().filter(planned)), sum(promised.iter()));
        let available = plan.budget - spent - committed;
        let (months, burnt) = burn(company.last_month(), entries, plan.work);
        theirs.same_cents(&row, "budget_amount", plan.budget);
        theirs.same_cents(&row, "spent_amount", spent);
        theirs.same_cents(&row, "committed_amount", committed);
        theirs.same_cents(&row, "available_amount", available);
        theirs.same_cents(&row, "burn_amount", burnt);
        theirs.same_count(&row, "burn_period_count", months);

        let elapsed = plan.from.zip(plan.to).map(|(from, to)| {
            let days = (to - from).num_days() + 1;
            let gone = (to.min(company.as_of) - from).num_days() + 1;
            share(gone.max(0).into(), days.into()).unwrap()
        });
        let spent_ratio = share(spent, plan.budget);
        let gap = spent_ratio.zip(elapsed).map(|(s, e)| s - e);
        theirs.same_ratio(&row, "spent_ratio", spent_ratio);
        theirs.same_ratio(&row, "consumption_gap_ratio", gap);
        let verdict = gap.map(|gap| match (gap * 1e9).round() {
            over if over > 1e8 => "ahead of time",
            under if under < -1e8 => "behind time",
            _ => "in line",
        });
        theirs.same(&row, "verdict", verdict);
        let (day, reason) = exhaustion(company, available, months, burnt);
        theirs.same(
            &row,
            "exhaustion_date",
            day.map(|d| d.to_string()).as_deref(),
        );
        theirs.same(&row, "exhaustion_reason", reason);
    }
    assert_eq!(theirs.height(), plans);
    plans
}

/// The day on which the available money is gone, or why there is none.
fn exhaustion(
    company: &Company,
    available: i128,
    months: usize,
    burnt: i128,
) -> (Option<NaiveDate>, Option<&'static str>) {
    if available <= 0 {
        return (None, Some("budget exhausted"));
    }
    if months == 0 {
        return (None, Some("no complete period"));
    }
    if burnt <= 0 {
        return (None, Some("no burn"));
    }
    let first = first_day(month_of(company.as_of) + 1 - i32::try_from(months).unwrap());
    let days = i128::from((company.as_of - first).num_days() + 1);
    // A millionth of a day short is still the day.
    let lasting = half_away(available * days * 1_000_000, burnt) / 1_000_000;
    if lasting > 36_600 {
        return (None, Some("more than a century away"));
    }
    let days = Days::new(u64::try_from(lasting).unwrap());
    (Some(company.as_of + days), None)
}

#[test]
fn the_burn_of_the_sample_is_the_same_when_computed_by_hand() {
    assert_eq!(compare(company::sample()), 40);
}

#[test]
fn the_burn_of_canada_is_the_same_when_computed_by_hand() {
    assert!(compare(company::canada()) > 1_000);
}
