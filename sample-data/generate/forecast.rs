//! Forecast: what the leads expect to spend from April 2026 to the planned end.
//!
//! Takes the spend so far and what each lead reports as done.
//!
//! Rule: the rest of the work is expected to cost a little less than the work so far did. The
//! watermelon's lead hopes; the legacy programme, which never ends, has no forecast.

use super::budgets::accounts;
use super::dates::{AS_OF, MONTHS, month_end, month_start};
use super::delivery;
use super::funding::{Plan, season};
use super::initiatives::{INITIATIVES, Initiative, LEGACY, Stage, WATERMELON};
use super::money::{share, split, with_point};
use super::text::csv;

/// Cents for the last six months of a store that took five times as much in the six before.
const HOPED: i64 = 18_000_000;

/// Percent of past cost.
const CONFIDENCE: i64 = 98;

/// Cents to which a forecast is rounded down.
const ROUND: i64 = 10_000;

pub(crate) fn forecast_csv(plans: &[Plan]) -> String {
    let done = delivery::done_on_closing_day();
    let rows = INITIATIVES
        .iter()
        .zip(plans)
        .filter(|(initiative, _)| initiative.stage == Stage::Active && initiative.id != LEGACY)
        .flat_map(|(initiative, plan)| {
            let percent = done
                .iter()
                .find(|(id, _)| *id == initiative.id)
                .map_or(100, |(_, percent)| *percent);
            let spent = plan.actual.iter().sum();
            rows(initiative, still_to_spend(initiative, spent, percent))
        });
    csv(
        "initiative,period_start,period_end,account,amount,approved",
        rows,
    )
}

/// Spend so far, scaled from the part that is done to the part that is not.
fn still_to_spend(initiative: &Initiative, spent: i64, percent: i64) -> i64 {
    if initiative.id == WATERMELON {
        return HOPED;
    }
    share(spent, (100 - percent) * CONFIDENCE, percent * 100) / ROUND * ROUND
}

fn rows(initiative: &Initiative, cents: i64) -> Vec<String> {
    let months: Vec<i64> = (MONTHS..=initiative.planned).collect();
    let weights: Vec<i64> = months.iter().map(|month| season(*month)).collect();
    let percents: Vec<i64> = accounts(initiative)
        .iter()
        .map(|(_, percent)| *percent)
        .collect();
    let mut rows = Vec::new();
    for (month, amount) in months.iter().zip(split(cents, &weights)) {
        let (start, end) = (month_start(*month).iso(), month_end(*month).iso());
        for ((account, _), part) in accounts(initiative).iter().zip(split(amount, &percents)) {
            rows.push(format!(
                "{},{start},{end},{account},{},{}",
                initiative.id,
                with_point(part),
                AS_OF.iso()
            ));
        }
    }
    rows
}
