//! The fiscal calendar: months cut and named as the project says, for every day
//! that the data speaks of. A project's own calendar is taken as it is.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::error::{Error, Result};
use crate::project::{Fiscal, YearLabel};

/// One fiscal period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) year: String,
    pub(super) quarter: String,
    pub(super) name: String,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

/// Whole fiscal years of monthly periods that cover `first..=last`.
pub(super) fn periods(fiscal: Fiscal, first: NaiveDate, last: NaiveDate) -> Result<Vec<Period>> {
    let outside = || Error::Bug("a date lies outside the calendar".into());
    let mut start = year_start(fiscal, first).ok_or_else(outside)?;
    let mut periods = Vec::new();
    while start <= last {
        let name = year_name(fiscal, start);
        for number in 0..12_u32 {
            let from = start
                .checked_add_months(Months::new(number))
                .ok_or_else(outside)?;
            let end = from
                .checked_add_months(Months::new(1))
                .and_then(|next| next.checked_sub_days(Days::new(1)))
                .ok_or_else(outside)?;
            periods.push(Period {
                quarter: format!("{name}-Q{}", number / 3 + 1),
                name: format!("{name}-P{:02}", number + 1),
                year: name.clone(),
                start: from,
                end,
            });
        }
        start = start
            .checked_add_months(Months::new(12))
            .ok_or_else(outside)?;
    }
    Ok(periods)
}

fn year_start(fiscal: Fiscal, day: NaiveDate) -> Option<NaiveDate> {
    let this = NaiveDate::from_ymd_opt(day.year(), fiscal.start_month, 1)?;
    if this <= day {
        Some(this)
    } else {
        NaiveDate::from_ymd_opt(day.year() - 1, fiscal.start_month, 1)
    }
}

fn year_name(fiscal: Fiscal, start: NaiveDate) -> String {
    let first = start.year();
    let last = if fiscal.start_month == 1 {
        first
    } else {
        first + 1
    };
    match fiscal.label {
        YearLabel::Start => first.to_string(),
        YearLabel::End => last.to_string(),
        YearLabel::Span if first == last => first.to_string(),
        YearLabel::Span => format!("{first}-{:02}", last % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn april_years_are_named_three_ways() {
        for (label, name) in [
            (YearLabel::End, "2025"),
            (YearLabel::Start, "2024"),
            (YearLabel::Span, "2024-25"),
        ] {
            let fiscal = Fiscal {
                start_month: 4,
                label,
            };
            let all = periods(fiscal, day(2025, 3, 31), day(2025, 3, 31)).unwrap();
            assert_eq!(all.len(), 12);
            assert_eq!(
                (all[0].start, all[11].end),
                (day(2024, 4, 1), day(2025, 3, 31))
            );
            assert_eq!(all[11].quarter, format!("{name}-Q4"));
            assert_eq!(all[11].name, format!("{name}-P12"));
        }
    }

    #[test]
    fn a_calendar_year_has_one_name_and_leap_days_belong_to_it() {
        let fiscal = Fiscal {
            start_month: 1,
            label: YearLabel::Span,
        };
        let all = periods(fiscal, day(2024, 2, 29), day(2025, 1, 1)).unwrap();
        assert_eq!(all.len(), 24);
        assert_eq!(
            (all[1].end, all[1].name.as_str()),
            (day(2024, 2, 29), "2024-P02")
        );
    }
}
