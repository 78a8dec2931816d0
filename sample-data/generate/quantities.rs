//! Quantities: the one account that counts what it buys, roof power in watts.
//!
//! Takes cents; gives watts and euro per watt. The price fell year by year, so more roofs
//! were covered than planned.
//!
//! Rule: watts times price is the amount; with four decimals that is so in sums as well.

use super::dates::{Day, month_start};
use super::money::share;
use super::text::decimal;

const INITIATIVE: &str = "I-010";
const ACCOUNT: &str = "0740";

/// Thousandths of a euro per watt: in every budget, and as bought in each fiscal year.
const PLANNED_PRICE: i64 = 800;
const PAID_PRICES: [i64; 3] = [780, 735, 690];

fn is_counted(initiative: &str, account: &str) -> bool {
    (initiative, account) == (INITIATIVE, ACCOUNT)
}

/// Quantity and price of a budget row; empty where nothing is counted.
pub(crate) fn planned(initiative: &str, account: &str, cents: i64) -> [String; 2] {
    if !is_counted(initiative, account) {
        return [String::new(), String::new()];
    }
    [watts(cents, PLANNED_PRICE), decimal(PLANNED_PRICE)]
}

/// The same for a ledger entry, with decimal commas.
pub(crate) fn bought(initiative: &str, account: &str, posted: Day, cents: i64) -> [String; 2] {
    if !is_counted(initiative, account) {
        return [String::new(), String::new()];
    }
    let price = (0..)
        .zip(PAID_PRICES)
        .filter(|(year, _)| month_start(year * 12) <= posted)
        .last()
        .map_or(PLANNED_PRICE, |(_, price)| price);
    [watts(cents, price), decimal(price)].map(|number| number.replace('.', ","))
}

fn watts(cents: i64, price: i64) -> String {
    let parts = share(cents, 100_000, price);
    format!("{}.{:04}", parts / 10_000, parts % 10_000)
}
