//! Days: those that a verb goes through, one after the other.
//!
//! In: the first and the last day, and a step. Out: the days, the last one always
//! among them.

use chrono::{Datelike, Days, NaiveDate};

use crate::cli::Every;

/// The days from `from` to `to`: every day; every seventh, counted back from
/// `to`; or the last day of every month. `to` is always among them.
pub(super) fn days(from: NaiveDate, to: NaiveDate, every: Every) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut next = Some(to);
    while let Some(day) = next.filter(|day| *day >= from) {
        days.push(day);
        next = match every {
            Every::Day => day.pred_opt(),
            Every::Week => day.checked_sub_days(Days::new(7)),
            Every::Month => last_day_before_month_of(day),
        };
    }
    days.reverse();
    days
}

fn last_day_before_month_of(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown(from: &str, to: &str, every: Every) -> Vec<String> {
        days(day(from), day(to), every)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn months_end_with_their_last_day_and_the_list_with_its_own() {
        assert_eq!(
            shown("2023-12-31", "2024-03-15", Every::Month),
            ["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-15"]
        );
    }

    #[test]
    fn weeks_are_counted_back_from_the_last_day() {
        assert_eq!(
            shown("2026-03-01", "2026-03-31", Every::Week),
            [
                "2026-03-03",
                "2026-03-10",
                "2026-03-17",
                "2026-03-24",
                "2026-03-31"
            ]
        );
    }

    #[test]
    fn days_are_all_days() {
        assert_eq!(shown("2024-02-28", "2024-03-01", Every::Day).len(), 3);
        assert_eq!(shown("2024-03-02", "2024-03-01", Every::Day).len(), 0);
    }
}
