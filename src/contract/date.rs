//! Dates and period labels: text to a business day.

use chrono::{Days, Months, NaiveDate};

use crate::project::{Edge, Fiscal, PeriodLabel, YearLabel};

/// Days since 1970-01-01, as Arrow's Date32 counts them.
#[must_use]
pub fn to_days(day: NaiveDate) -> i32 {
    i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

/// The day that Arrow's Date32 means; `None` outside the calendar.
#[must_use]
pub fn from_days(days: i32) -> Option<NaiveDate> {
    let size = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 {
        NaiveDate::default().checked_sub_days(size)
    } else {
        NaiveDate::default().checked_add_days(size)
    }
}

const ISO: &str = "%Y-%m-%d";

/// The day of `2026-03-31`.
fn iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |part: &[u8]| {
        part.iter().try_fold(0_u32, |sum, byte| {
            let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
            Some(sum * 10 + digit)
        })
    };
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..])?)
}

/// A day from `text` in the first of `formats` that fits exactly.
pub(super) fn parse(text: &str, formats: &[String]) -> Result<NaiveDate, String> {
    formats
        .iter()
        .find_map(|format| match format.as_str() {
            // Most ledgers are written so, and a format is read anew for each cell.
            ISO if text.len() == 10 => iso(text),
            _ => NaiveDate::parse_from_str(text, format).ok(),
        })
        .filter(|day| (1000..=9999).contains(&chrono::Datelike::year(day)))
        .ok_or_else(|| format!("is no date written as {}", formats.join(" or ")))
}

/// The first or last day of the period that `text` labels.
pub(super) fn parse_label(
    text: &str,
    label: PeriodLabel,
    edge: Edge,
    fiscal: Fiscal,
) -> Result<NaiveDate, String> {
    let (start, months) = match label {
        PeriodLabel::FiscalYear => (year_start(text, fiscal)?, 12),
        PeriodLabel::FiscalQuarter => (quarter_start(text, fiscal)?, 3),
        PeriodLabel::Month => (month_start(text)?, 1),
    };
    let day = match edge {
        Edge::Start => Some(start),
        Edge::End => start
            .checked_add_months(Months::new(months))
            .and_then(|next| next.checked_sub_days(Days::new(1))),
    };
    day.ok_or_else(|| "lies outside the calendar".to_owned())
}

fn year_start(text: &str, fiscal: Fiscal) -> Result<NaiveDate, String> {
    let refused = || "is no fiscal year such as '2016-17' or '2017'".to_owned();
    let body = text.trim_start_matches("FY").trim();
    let year = if let Some((first, second)) = body.split_once(['-', '/', '\u{2013}']) {
        let start = four_digits(first).ok_or_else(refused)?;
        let follows = match second.len() {
            2 => second.parse().ok() == Some((start + 1) % 100),
            4 => four_digits(second) == Some(start + 1),
            _ => false,
        };
        if !follows {
            return Err("names two years that do not follow each other".into());
        }
        start
    } else {
        let named = four_digits(body).ok_or_else(refused)?;
        let spans = fiscal.start_month > 1;
        if spans && fiscal.label != YearLabel::Start {
            named - 1
        } else {
            named
        }
    };
    NaiveDate::from_ymd_opt(year, fiscal.start_month, 1).ok_or_else(refused)
}

fn quarter_start(text: &str, fiscal: Fiscal) -> Result<NaiveDate, String> {
    let refused = || "is no fiscal quarter such as '2017-Q1' or 'Q1 2017'".to_owned();
    let (first, second) = text.rsplit_once(['-', ' ']).ok_or_else(refused)?;
    let (year, quarter) = if first.starts_with('Q') {
        (second, first)
    } else {
        (first, second)
    };
    let number: u32 = quarter
        .strip_prefix('Q')
        .and_then(|q| q.parse().ok())
        .filter(|q| (1..=4).contains(q))
        .ok_or_else(refused)?;
    year_start(year, fiscal)?
        .checked_add_months(Months::new(3 * (number - 1)))
        .ok_or_else(refused)
}

fn month_start(text: &str) -> Result<NaiveDate, String> {
    let refused = || "is no month such as '2017-03'".to_owned();
    let (year, month) = text.split_once(['-', '/']).ok_or_else(refused)?;
    let year = four_digits(year).ok_or_else(refused)?;
    let month = month.parse().map_err(|_| refused())?;
    NaiveDate::from_ymd_opt(year, month, 1).ok_or_else(refused)
}

fn four_digits(text: &str) -> Option<i32> {
    (text.len() == 4).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn april(label: YearLabel) -> Fiscal {
        Fiscal {
            start_month: 4,
            label,
        }
    }

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        let german = ["%d.%m.%Y".to_owned()];
        assert_eq!(parse("29.02.2024", &german), Ok(day(2024, 2, 29)));
        assert!(parse("31.02.2025", &german).is_err());
        assert!(parse("2025-01-01 00:00:00", &["%Y-%m-%d".to_owned()]).is_err());
    }

    #[test]
    fn fiscal_year_labels_cover_both_edges() {
        let fiscal = april(YearLabel::Span);
        for text in ["2016-17", "2016/17", "2016-2017", "FY2016-17", "2017"] {
            let at = |edge| parse_label(text, PeriodLabel::FiscalYear, edge, fiscal);
            assert_eq!(at(Edge::Start), Ok(day(2016, 4, 1)), "{text}");
            assert_eq!(at(Edge::End), Ok(day(2017, 3, 31)), "{text}");
        }
        assert!(parse_label("2016-18", PeriodLabel::FiscalYear, Edge::End, fiscal).is_err());
        let start = april(YearLabel::Start);
        assert_eq!(
            parse_label("2016", PeriodLabel::FiscalYear, Edge::Start, start),
            Ok(day(2016, 4, 1))
        );
        assert_eq!(
            parse_label("1999-00", PeriodLabel::FiscalYear, Edge::End, fiscal),
            Ok(day(2000, 3, 31))
        );
    }

    #[test]
    fn quarters_and_months() {
        let fiscal = april(YearLabel::End);
        assert_eq!(
            parse_label("2017-Q4", PeriodLabel::FiscalQuarter, Edge::End, fiscal),
            Ok(day(2017, 3, 31))
        );
        assert_eq!(
            parse_label("Q1 2017", PeriodLabel::FiscalQuarter, Edge::Start, fiscal),
            Ok(day(2016, 4, 1))
        );
        assert_eq!(
            parse_label("2024-02", PeriodLabel::Month, Edge::End, fiscal),
            Ok(day(2024, 2, 29))
        );
    }
}
