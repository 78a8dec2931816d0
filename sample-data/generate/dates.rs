//! Dates: days since 1970-01-01, and the 36 months of the data set.
//!
//! Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
//!
//! Rule: month 0 is April 2023, month 35 is March 2026; a fiscal year is twelve of them.

/// Months with a ledger.
pub(crate) const MONTHS: i64 = 36;

/// The day the data set is closed on.
pub(crate) const AS_OF: Day = Day::of(2026, 3, 31);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    pub(crate) const fn of(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    const fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    pub(crate) const fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// Whole days from this day to a later one.
    pub(crate) const fn days_to(self, later: Self) -> i64 {
        later.0 - self.0
    }

    /// 2025-06-30
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// 30.06.2025
    pub(crate) fn dotted(self) -> String {
        let (year, month, day) = self.civil();
        format!("{day:02}.{month:02}.{year:04}")
    }

    /// 2025-06
    pub(crate) fn year_and_month(self) -> String {
        let (year, month, _) = self.civil();
        format!("{year:04}-{month:02}")
    }
}

pub(crate) const fn month_start(month: i64) -> Day {
    let months = 2023 * 12 + 3 + month;
    Day::of(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

pub(crate) const fn month_end(month: i64) -> Day {
    month_start(month + 1).plus(-1)
}
