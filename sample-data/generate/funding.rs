//! Funding: what each initiative was given, and what it spent, month by month.
//!
//! Takes the year's total and the share of each goal; gives cents per initiative and month.
//!
//! Not here: single ledger entries (ledger), versions of the budget (budgets).
//!
//! Rule: outside the stories an initiative stays within 6 % of its budget at every month's end.

use super::dates::MONTHS;
use super::goals::links;
use super::initiatives::{INITIATIVES, Initiative, LEGACY, Money, WATERMELON};
use super::money::{share, split};
use super::random::Random;

/// Budget and spend of one initiative, one place per month.
pub(crate) struct Plan {
    pub(crate) budget: Vec<i64>,
    pub(crate) actual: Vec<i64>,
}

/// Spend of a fiscal year without mandatory work, in cents.
const TOTALS: [i64; 3] = [4_200_000_000, 4_500_000_000, 4_800_000_000];

/// Share of the year's total in hundredths of a percent. The weights would give G-100 3,000
/// in sum; it gets 1,350. The other goals get 1.05 times their weight; 1,300 reach no goal.
const ENVELOPES: [(&str, i64); 16] = [
    ("G-111", 405),
    ("G-112", 270),
    ("G-120", 405),
    ("G-130", 270),
    ("G-211", 871),
    ("G-212", 581),
    ("G-220", 1_173),
    ("G-310", 315),
    ("G-320", 1_050),
    ("G-330", 735),
    ("G-411", 472),
    ("G-412", 284),
    ("G-413", 189),
    ("G-420", 630),
    ("G-510", 630),
    ("G-520", 420),
];

/// Ledger rows that name no initiative, in the same unit.
pub(crate) const UNASSIGNED: i64 = 198;

/// April to March: cooling costs more in summer, nothing is built at Christmas.
const SEASON: [i64; 12] = [96, 98, 104, 108, 106, 101, 102, 103, 84, 92, 99, 107];

/// Spend as percent of budget in each month of the watermelon, from its first month on.
const OVERRUN: [i64; 24] = [
    100, 99, 101, 100, 102, 99, 100, 101, 100, 108, 112, 110, 122, 125, 128, 140, 146, 150, 180,
    188, 192, 195, 193, 197,
];

/// One plan per initiative, in the order of `INITIATIVES`.
pub(crate) fn plans() -> Vec<Plan> {
    let months: Vec<Vec<i64>> = (0..MONTHS).map(budgets_of).collect();
    INITIATIVES
        .iter()
        .enumerate()
        .map(|(place, initiative)| {
            let budget: Vec<i64> = months.iter().map(|amounts| amounts[place]).collect();
            let actual = spent(initiative, &budget);
            Plan { budget, actual }
        })
        .collect()
}

/// What the company spends in a month without mandatory work.
pub(crate) fn total_of(month: i64) -> i64 {
    let year = TOTALS[usize::try_from(month / 12).unwrap_or(0)];
    share(year, season(month), SEASON.iter().sum())
}

/// How much of a year falls into a month, beside the others.
pub(crate) fn season(month: i64) -> i64 {
    SEASON[usize::try_from(month % 12).unwrap_or(0)]
}

/// The budget of every initiative in one month: fixed amounts first, then each goal's envelope.
fn budgets_of(month: i64) -> Vec<i64> {
    let mut amounts: Vec<i64> = INITIATIVES
        .iter()
        .map(|initiative| fixed(initiative, month))
        .collect();
    for (goal, parts) in ENVELOPES {
        let left = share(total_of(month), parts, 10_000) - taken(goal, month);
        let claims: Vec<i64> = INITIATIVES
            .iter()
            .map(|initiative| claim(initiative, goal, month))
            .collect();
        for (amount, part) in amounts.iter_mut().zip(split(left, &claims)) {
            *amount += part;
        }
    }
    amounts
}

fn fixed(initiative: &Initiative, month: i64) -> i64 {
    if !initiative.is_active_in(month) {
        return 0;
    }
    match initiative.money {
        Money::Part(_) => 0,
        Money::OfTotal(parts) => share(total_of(month), parts, 10_000),
        Money::Yearly(euro) | Money::Mandatory(euro) => {
            share(euro * 100, season(month), SEASON.iter().sum())
        }
    }
}

/// What initiatives with a fixed amount will spend of a goal's envelope.
fn taken(goal: &str, month: i64) -> i64 {
    let fixed_ones = INITIATIVES
        .iter()
        .filter(|one| matches!(one.money, Money::Yearly(_)));
    fixed_ones
        .flat_map(|one| {
            links(one.id, one.goal)
                .into_iter()
                .map(move |link| (one, link))
        })
        .filter(|(_, (linked, _))| *linked == goal)
        .map(|(one, (_, percent))| share(fixed(one, month) * overrun(one, month), percent, 10_000))
        .sum()
}

fn claim(initiative: &Initiative, goal: &str, month: i64) -> i64 {
    match initiative.money {
        Money::Part(weight) if initiative.goal == goal && initiative.is_active_in(month) => weight,
        _ => 0,
    }
}

/// Spend as percent of budget.
fn overrun(initiative: &Initiative, month: i64) -> i64 {
    if initiative.id != WATERMELON {
        return 100;
    }
    usize::try_from(month - initiative.first)
        .ok()
        .and_then(|place| OVERRUN.get(place))
        .copied()
        .unwrap_or(100)
}

fn spent(initiative: &Initiative, budget: &[i64]) -> Vec<i64> {
    let mut random = Random::stream(1_000 + initiative.number().unsigned_abs());
    let (habit, reach) = match initiative.id {
        WATERMELON => (0, 0),
        LEGACY => (0, 80),
        _ => (random.between(-280, 280), 280),
    };
    (0..MONTHS)
        .zip(budget)
        .map(|(month, amount)| {
            let noise = random.between(-reach, reach);
            share(
                share(*amount, overrun(initiative, month), 100),
                10_000 + habit + noise,
                10_000,
            )
        })
        .collect()
}
