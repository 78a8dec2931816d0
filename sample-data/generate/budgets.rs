//! Budgets: as first approved for every initiative, as revised for some.
//!
//! Rule: an initiative that was revised has both versions for all of its months, so that the
//! preferred version is complete.

use super::dates::{month_end, month_start};
use super::dollars;
use super::funding::Plan;
use super::initiatives::{INITIATIVES, Initiative, WATERMELON};
use super::money::{share, split, with_point};
use super::quantities;
use super::random::Random;
use super::text::csv;

const HEADER: &str =
    "initiative,period_start,period_end,account,amount,approved,currency,quantity,unit_price";

/// Capital and operating cost, as the ledger numbers them.
pub(crate) const CAPITAL: &str = "0740";
pub(crate) const OPERATING: &str = "6300";

/// A planner's typing mistake that no rule may repair silently.
const BROKEN: &str = "I-032,2025-01-01,2025-03-31,6815,12500.125,2024-03-15,EUR,,";

/// The two accounts and the percentage of the money on each. Running work buys no assets.
pub(crate) fn accounts(initiative: &Initiative) -> &'static [(&'static str, i64)] {
    if initiative.is_run() {
        &[(OPERATING, 100)]
    } else {
        &[(CAPITAL, 60), (OPERATING, 40)]
    }
}

pub(crate) fn original_csv(plans: &[Plan]) -> String {
    let mut random = Random::stream(2);
    let mut lines = Vec::new();
    for (initiative, plan) in INITIATIVES.iter().zip(plans) {
        let percent = if is_revised(initiative) {
            first_guess(initiative, &mut random)
        } else {
            100
        };
        lines.extend(rows(initiative, &plan.budget, percent, -20));
        if initiative.id == "I-032" {
            lines.push(BROKEN.to_owned());
        }
    }
    csv(HEADER, lines)
}

pub(crate) fn current_csv(plans: &[Plan]) -> String {
    let revised = INITIATIVES
        .iter()
        .zip(plans)
        .filter(|(initiative, _)| is_revised(initiative));
    csv(
        HEADER,
        revised.flat_map(|(initiative, plan)| rows(initiative, &plan.budget, 100, 120)),
    )
}

fn is_revised(initiative: &Initiative) -> bool {
    initiative.id == WATERMELON || initiative.number() % 5 < 2
}

fn first_guess(initiative: &Initiative, random: &mut Random) -> i64 {
    if initiative.id == WATERMELON {
        96
    } else {
        random.between(92, 106)
    }
}

/// Some departments plan by quarter, the others by month.
fn plans_by_quarter(initiative: &Initiative) -> bool {
    initiative.number() % 3 == 0
}

/// Budget rows of one version, approved so many days after the initiative's first day.
fn rows(initiative: &Initiative, budget: &[i64], percent: i64, days: i64) -> Vec<String> {
    let approved = &month_start(initiative.first).plus(days).iso();
    let mut rows = Vec::new();
    for (quarter, months) in (0..).zip(budget.chunks(3)) {
        let first = quarter * 3;
        if plans_by_quarter(initiative) && months.iter().all(|amount| *amount != 0) {
            rows.extend(period(
                initiative,
                (first, first + 2),
                share(months.iter().sum(), percent, 100),
                approved,
            ));
            continue;
        }
        for (month, amount) in (first..).zip(months).filter(|(_, amount)| **amount != 0) {
            rows.extend(period(
                initiative,
                (month, month),
                share(*amount, percent, 100),
                approved,
            ));
        }
    }
    rows
}

fn period(initiative: &Initiative, months: (i64, i64), cents: i64, approved: &str) -> Vec<String> {
    let (first, last) = months;
    let accounts = accounts(initiative);
    let percents: Vec<i64> = accounts.iter().map(|(_, percent)| *percent).collect();
    accounts
        .iter()
        .zip(split(cents, &percents))
        .map(|((account, _), part)| {
            let (start, end) = (month_start(first).iso(), month_end(last).iso());
            let [quantity, price] = quantities::planned(initiative.id, account, part);
            let (amount, currency) = if dollars::pays(initiative.id, account) {
                (dollars::planned(part), dollars::CURRENCY)
            } else {
                (part, "EUR")
            };
            format!(
                "{},{start},{end},{account},{},{approved},{currency},{quantity},{price}",
                initiative.id,
                with_point(amount)
            )
        })
        .collect()
}
