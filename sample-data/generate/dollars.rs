//! Dollars: the one vendor who invoices in a currency of its own, and what a dollar cost.
//!
//! Takes euro cents; gives dollar cents that come back to the same euro cents.
//!
//! Rule: a dollar costs less than a euro, so a dollar cent is finer than a euro cent and
//! nothing is lost on the way there and back.

use super::dates::{Day, MONTHS, month_start};
use super::money::share;
use super::text::csv;

pub(crate) const CURRENCY: &str = "USD";
pub(crate) const VENDOR: &str = "Halloran Cargo Handling Inc.";

const INITIATIVE: &str = "I-027";
const ACCOUNT: &str = "0740";

/// Ten-thousandths of a euro for a dollar, in every budget.
const BUDGET_RATE: i64 = 9_000;

/// The same on the first of each month. From November 2024 on it climbs.
const ACTUAL_RATES: [i64; 36] = [
    9_052, 9_038, 9_061, 9_027, 8_994, 9_013, 9_046, 9_058, 9_021, 8_987, 9_009, 9_034, //
    9_047, 9_026, 9_003, 8_991, 9_012, 9_029, 9_038, 9_064, 9_081, 9_108, 9_146, 9_174, //
    9_187, 9_206, 9_240, 9_269, 9_278, 9_294, 9_317, 9_341, 9_353, 9_368, 9_390, 9_408,
];

/// Whether the account of the initiative is kept in dollars.
pub(crate) fn pays(initiative: &str, account: &str) -> bool {
    (initiative, account) == (INITIATIVE, ACCOUNT)
}

pub(crate) fn planned(euro_cents: i64) -> i64 {
    in_dollars(euro_cents, BUDGET_RATE)
}

/// At the newest rate on or before the day of posting.
pub(crate) fn invoiced(euro_cents: i64, posted: Day) -> i64 {
    let rate = (0..MONTHS)
        .zip(ACTUAL_RATES)
        .filter(|(month, _)| month_start(*month) <= posted)
        .last()
        .map_or(BUDGET_RATE, |(_, rate)| rate);
    in_dollars(euro_cents, rate)
}

fn in_dollars(euro_cents: i64, rate: i64) -> i64 {
    share(euro_cents, 10_000, rate)
}

/// Both rates on the first of every month.
pub(crate) fn rates_csv() -> String {
    let rows = (0..MONTHS).zip(ACTUAL_RATES).flat_map(|(month, actual)| {
        let day = month_start(month).iso();
        [("actual", actual), ("budget", BUDGET_RATE)]
            .map(|(kind, rate)| format!("{CURRENCY},{day},0.{rate:04},{kind}"))
    });
    csv("currency,rate_date,rate,kind", rows)
}
