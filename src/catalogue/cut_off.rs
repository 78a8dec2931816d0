//! The cut-off of a pack: the last day of the newest fiscal period that is over.
//!
//! Takes the calendar as it is known (the project's own, or months as its file
//! cuts them); gives the period that the pack tells of.
//!
//! Not here: what is compared with it (`scorecard`).
//!
//! Rule: the period is over on its last day, so that a pack made as of its
//! cut-off, or of any later day until the next period of its kind ends, is the
//! same pack.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use arrow::record_batch::RecordBatch;
use chrono::{Months, NaiveDate};

use super::calendar::{self, Period};
use crate::contract::from_days;
use crate::error::{Error, Result};
use crate::history::{Known, read_object};
use crate::project::{FiscalPeriod, Pack, PackKind, Project};

/// What is to be completed where a calendar does not reach far enough.
const CALENDAR: &str = "fiscal_calendar";

/// The pack of the newest period that ended on or before the day of the project.
///
/// # Errors
/// [`Error::Refused`] where the calendar knows no such period; I/O errors.
pub fn cut_off(project: &Project, known: &Known, kind: PackKind) -> Result<Pack> {
    let mut calendar = own_calendar(known)?;
    if calendar.is_empty() {
        // Two years back there is a whole year of every kind.
        let first = project
            .as_of
            .checked_sub_months(Months::new(24))
            .unwrap_or(project.as_of);
        calendar = calendar::periods(project.fiscal, first, project.as_of)?;
    }
    newest_over(&calendar, kind, project.as_of).map(|period| Pack { kind, period })
}

/// The rows of the project's own calendar, by their days.
fn own_calendar(known: &Known) -> Result<Vec<Period>> {
    let objects = known.tables.get(CALENDAR).map(|table| &table.objects);
    let mut calendar = Vec::new();
    for path in objects.into_iter().flatten() {
        let rows = read_object(path, &[])?;
        calendar.extend((0..rows.num_rows()).filter_map(|row| period(&rows, row)));
    }
    calendar.sort_by_key(|period| period.start);
    Ok(calendar)
}

/// A row of the calendar; none of its cells may be empty, by the contract.
fn period(rows: &RecordBatch, row: usize) -> Option<Period> {
    let text = |name: &str| {
        let column = rows.column_by_name(name)?;
        arrow::util::display::array_value_to_string(column, row).ok()
    };
    let day = |name: &str| {
        let column = rows.column_by_name(name)?;
        let days = column.as_primitive_opt::<Date32Type>()?;
        days.is_valid(row).then(|| from_days(days.value(row)))?
    };
    Some(Period {
        year: text("fiscal_year")?,
        quarter: text("fiscal_quarter")?,
        name: text("fiscal_period")?,
        start: day("start_date")?,
        end: day("end_date")?,
    })
}

/// A span of the calendar, and of how many of its periods it is made.
struct Span {
    period: FiscalPeriod,
    count: usize,
}

/// The newest span of that kind which ended on or before `day`.
fn newest_over(calendar: &[Period], kind: PackKind, day: NaiveDate) -> Result<FiscalPeriod> {
    let refused = |message: String| Error::Refused {
        message,
        hint: format!("complete `{CALENDAR}`, or choose another day with --as-of"),
    };
    let (Some(first), Some(last)) = (calendar.first(), calendar.last()) else {
        return Err(Error::Bug("a calendar without a period".into()));
    };
    if last.end < day {
        return Err(refused(format!(
            "`{CALENDAR}` ends on {}, so the newest {} that ended by {day} is not known",
            last.end,
            kind.span()
        )));
    }
    let spans = spans(calendar, kind);
    let Some(at) = spans.iter().rposition(|span| span.period.end <= day) else {
        return Err(refused(format!(
            "no {} had ended by {day}; the calendar begins on {}",
            kind.span(),
            first.start
        )));
    };
    // Where the calendar stops, its last span may be cut short.
    let is_last = at + 1 == spans.len();
    if is_last && at > 0 && spans[at].count < spans[at - 1].count {
        return Err(refused(format!(
            "`{CALENDAR}` stops at {} within the {} {}, which has {} of {} periods",
            last.end,
            kind.span(),
            spans[at].period.label,
            spans[at].count,
            spans[at - 1].count
        )));
    }
    Ok(spans[at].period.clone())
}

/// The calendar in spans of one kind, in the order of days.
fn spans(calendar: &[Period], kind: PackKind) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut of = None;
    for period in calendar {
        let (year, name) = match kind {
            PackKind::Monthly => (&period.year, Some(&period.name)),
            PackKind::Quarterly => (&period.year, Some(&period.quarter)),
            PackKind::Annual => (&period.year, None),
        };
        let key = (year, name);
        match spans.last_mut() {
            Some(span) if of == Some(key) => {
                span.period.end = period.end;
                span.count += 1;
            }
            _ => spans.push(Span {
                period: FiscalPeriod {
                    label: label(year, name),
                    start: period.start,
                    end: period.end,
                },
                count: 1,
            }),
        }
        of = Some(key);
    }
    spans
}

/// The name of a span; a quarter that is called `Q1` every year is told by its year.
fn label(year: &str, name: Option<&String>) -> String {
    match name {
        Some(name) if name.contains(year) => name.clone(),
        Some(name) => format!("{year} {name}"),
        None => year.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Fiscal, YearLabel};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Label, first and last day of the newest period, in a calendar of months.
    fn of_months(start_month: u32, kind: PackKind, on: &str) -> [String; 3] {
        let fiscal = Fiscal {
            start_month,
            label: YearLabel::End,
        };
        let calendar = calendar::periods(fiscal, day("2023-06-30"), day(on)).unwrap();
        shown(&newest_over(&calendar, kind, day(on)).unwrap())
    }

    fn shown(period: &FiscalPeriod) -> [String; 3] {
        [
            period.label.clone(),
            period.start.to_string(),
            period.end.to_string(),
        ]
    }

    /// Quarters of 4, 4 and 5 weeks from 2025-01-06 on; the fourth has 6 at its end.
    fn weeks(quarters: usize) -> Vec<Period> {
        let mut start = day("2025-01-06");
        (0..quarters * 3)
            .map(|at| {
                let weeks = match at % 12 {
                    11 => 6,
                    n if n % 3 == 2 => 5,
                    _ => 4,
                };
                let next = start + chrono::Days::new(weeks * 7);
                let period = Period {
                    year: format!("FY{}", 2025 + at / 12),
                    quarter: format!("Q{}", at % 12 / 3 + 1),
                    name: format!("P{:02}", at % 12 + 1),
                    start,
                    end: next.pred_opt().unwrap(),
                };
                start = next;
                period
            })
            .collect()
    }

    #[test]
    fn calendar_years_are_cut_at_months_quarters_and_years() {
        let on = "2026-05-02";
        assert_eq!(
            of_months(1, PackKind::Monthly, on),
            ["2026-P04", "2026-04-01", "2026-04-30"]
        );
        assert_eq!(
            of_months(1, PackKind::Quarterly, on),
            ["2026-Q1", "2026-01-01", "2026-03-31"]
        );
        assert_eq!(
            of_months(1, PackKind::Annual, on),
            ["2025", "2025-01-01", "2025-12-31"]
        );
    }

    #[test]
    fn april_years_end_in_march() {
        let on = "2026-05-02";
        assert_eq!(
            of_months(4, PackKind::Quarterly, on),
            ["2026-Q4", "2026-01-01", "2026-03-31"]
        );
        assert_eq!(
            of_months(4, PackKind::Annual, on),
            ["2026", "2025-04-01", "2026-03-31"]
        );
    }

    #[test]
    fn a_period_is_over_on_its_last_day_and_not_the_day_before() {
        for (on, label) in [
            ("2026-03-30", "2025-Q4"),
            ("2026-03-31", "2026-Q1"),
            ("2026-06-29", "2026-Q1"),
            ("2026-06-30", "2026-Q2"),
        ] {
            assert_eq!(of_months(1, PackKind::Quarterly, on)[0], label, "{on}");
        }
        assert_eq!(
            of_months(1, PackKind::Monthly, "2024-02-29")[2],
            "2024-02-29"
        );
    }

    #[test]
    fn quarters_of_4_4_and_5_weeks_end_where_the_calendar_says() {
        // 13 weeks from 2025-01-06 end on 2025-04-06; 53 weeks on 2026-01-11.
        let calendar = weeks(8);
        let newest = |kind, on: &str| shown(&newest_over(&calendar, kind, day(on)).unwrap());
        assert_eq!(
            newest(PackKind::Quarterly, "2025-04-06"),
            ["FY2025 Q1", "2025-01-06", "2025-04-06"]
        );
        assert_eq!(
            newest(PackKind::Quarterly, "2025-07-05"),
            ["FY2025 Q1", "2025-01-06", "2025-04-06"]
        );
        assert_eq!(
            newest(PackKind::Monthly, "2025-04-05"),
            ["FY2025 P02", "2025-02-03", "2025-03-02"]
        );
        assert_eq!(
            newest(PackKind::Annual, "2026-01-11"),
            ["FY2025", "2025-01-06", "2026-01-11"]
        );
        // The quarter of the same name a year later is another one.
        assert_eq!(
            newest(PackKind::Quarterly, "2026-05-01"),
            ["FY2026 Q1", "2026-01-12", "2026-04-12"]
        );
    }

    #[test]
    fn a_calendar_that_does_not_reach_the_day_is_refused() {
        let refused = |calendar: &[Period], kind, on: &str| {
            newest_over(calendar, kind, day(on))
                .unwrap_err()
                .to_string()
        };
        let calendar = weeks(2);
        let early = refused(&calendar, PackKind::Quarterly, "2025-04-05");
        assert_eq!(
            early,
            "no fiscal quarter had ended by 2025-04-05; the calendar begins on 2025-01-06"
        );
        let late = refused(&calendar, PackKind::Quarterly, "2025-07-07");
        assert!(late.contains("ends on 2025-07-06"), "{late}");
        // Two of the three periods of the second quarter are listed.
        let short = refused(&calendar[..5], PackKind::Quarterly, "2025-06-01");
        assert!(short.contains("2 of 3 periods"), "{short}");
    }
}
