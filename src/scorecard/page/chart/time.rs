//! Time: the dates along an axis.
//!
//! In: the first and the last day, as days since 1970. Out: two to six days between
//! them, at the start of years, months or weeks, in words that fit a phone.
//!
//! Not here: fiscal periods. An axis names months, which no two calendars divide
//! differently.

use chrono::{Datelike, NaiveDate};

use crate::contract::{from_days, to_days};

/// A day to be named on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) day: f64,
    pub(super) text: String,
}

/// Steps of an axis, in months and in days.
const MONTHS: [i32; 13] = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1_200, 6_000];
const DAYS: [i32; 5] = [1, 2, 7, 14, 28];
/// How many steps fit the width of a phone.
const FIT: i32 = 5;

/// A day of text such as `2026-03-31`.
pub(super) fn day_of(text: &str) -> Option<f64> {
    let day: NaiveDate = text.parse().ok()?;
    Some(f64::from(to_days(day)))
}

/// The whole days of a position in time.
#[expect(
    clippy::cast_possible_truncation,
    reason = "days were 32 bits wide before they became a length"
)]
pub(super) fn whole(day: f64) -> i32 {
    day.round() as i32
}

/// The days to name between two.
pub(super) fn ticks(from: f64, to: f64) -> Vec<Tick> {
    let months = by_month(from, to);
    let ticks = if months.len() < 2 {
        by_day(from, to)
    } else {
        months
    };
    if ticks.is_empty() {
        return named(whole(from)).into_iter().collect();
    }
    ticks
}

fn by_month(from: f64, to: f64) -> Vec<Tick> {
    let (Some(first), Some(last)) = (from_days(whole(from)), from_days(whole(to))) else {
        return Vec::new();
    };
    let place = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
    let (start, end) = (place(first) + i32::from(first.day() > 1), place(last));
    let fits = |step: &i32| end.div_euclid(*step) - (start - 1).div_euclid(*step) <= FIT;
    let Some(step) = MONTHS.into_iter().find(fits) else {
        return Vec::new();
    };
    let mut ticks = Vec::new();
    let mut place = start + (-start).rem_euclid(step);
    while place <= end {
        let (year, month) = (place.div_euclid(12), place.rem_euclid(12).cast_unsigned());
        if let Some(day) = NaiveDate::from_ymd_opt(year, month + 1, 1) {
            let form = match (month, ticks.is_empty()) {
                (0, _) => "%Y",
                (_, true) => "%b %Y",
                (_, false) => "%b",
            };
            ticks.push(Tick {
                day: f64::from(to_days(day)),
                text: day.format(form).to_string(),
            });
        }
        place += step;
    }
    ticks
}

fn by_day(from: f64, to: f64) -> Vec<Tick> {
    let (first, last) = (whole(from), whole(to));
    let step = DAYS.into_iter().find(|step| (last - first) / step < FIT);
    let step = step.unwrap_or(28);
    let mut ticks = Vec::new();
    let mut day = first;
    while day <= last {
        ticks.extend(named(day));
        day += step;
    }
    ticks
}

fn named(day: i32) -> Option<Tick> {
    let text = from_days(day)?.format("%-d %b").to_string();
    let day = f64::from(day);
    Some(Tick { day, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: &str, to: &str) -> Vec<String> {
        let ticks = ticks(day_of(from).unwrap(), day_of(to).unwrap());
        ticks.into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn the_step_follows_the_span() {
        assert_eq!(
            texts("2016-03-01", "2025-12-31"),
            ["2018", "2020", "2022", "2024"]
        );
        assert_eq!(
            texts("2024-04-07", "2026-06-30"),
            ["Jul 2024", "2025", "Jul", "2026"]
        );
        assert_eq!(
            texts("2026-01-15", "2026-04-02"),
            ["Feb 2026", "Mar", "Apr"]
        );
        assert_eq!(
            texts("2026-03-03", "2026-03-20"),
            ["3 Mar", "10 Mar", "17 Mar"]
        );
        assert_eq!(texts("2026-03-03", "2026-03-03"), ["3 Mar"]);
    }

    #[test]
    fn ticks_lie_between_their_ends_and_fit() {
        for span in [0, 1, 20, 45, 70, 200, 500, 3_000, 40_000, 400_000] {
            let ticks = ticks(100.0, 100.0 + f64::from(span));
            assert!((1..=6).contains(&ticks.len()), "{span}: {ticks:?}");
            assert!(ticks[0].day >= 100.0);
            assert!(ticks.last().unwrap().day <= 100.0 + f64::from(span));
        }
    }
}
