//! Days as the contract keeps them: whole days since 1970-01-01.
//!
//! Month 0 is January 2023; the data ends with month 35, December 2025. Plans
//! may reach beyond.

use chrono::{Datelike, Months, NaiveDate};

use crate::contract::{from_days, to_days};

/// Months that the ledger and the KPIs cover.
pub(super) const MONTHS: u32 = 36;

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a day");

/// The day of the report: the last one of the data.
pub(super) const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2025, 12, 31).expect("a day");

/// The first day of a month.
pub(super) fn first_of(month: u32) -> i32 {
    to_days(FIRST + Months::new(month))
}

/// The last day of a month.
pub(super) fn last_of(month: u32) -> i32 {
    first_of(month + 1) - 1
}

/// The day of the report.
pub(super) fn as_of() -> i32 {
    to_days(AS_OF)
}

/// Year, month and day.
pub(super) fn civil(days: i32) -> (i32, u32, u32) {
    let day = from_days(days).unwrap_or(AS_OF);
    (day.year(), day.month(), day.day())
}

/// `2023-01`
pub(super) fn label(month: u32) -> String {
    format!("{}-{:02}", 2023 + month / 12, month % 12 + 1)
}
