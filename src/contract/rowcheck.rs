//! Checks within one row: bounds in order, the target on the right side.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type};

use super::table::Table;
use super::typing::Complaint;

/// A complaint about a row, and the column it is about.
pub(super) type RowComplaint = (&'static str, Complaint);

/// Every row of `columns` that breaks a rule between its own cells.
pub(super) fn check(table: &Table, column: impl Fn(&str) -> ArrayRef) -> Vec<RowComplaint> {
    let mut complaints = Vec::new();
    for (first, second) in table.ordered {
        let (low, high) = (column(first), column(second));
        for row in 0..low.len() {
            if let (Some(a), Some(b)) = (number(&low, row), number(&high, row))
                && b < a
            {
                complaints.push((
                    *second,
                    Complaint {
                        row,
                        value: shown(&high, row),
                        why: format!("comes before `{first}` ({})", shown(&low, row)),
                    },
                ));
            }
        }
    }
    for name in on_calendar(table) {
        complaints.extend(off_calendar(&column(name)).map(|complaint| (*name, complaint)));
    }
    if table.name == "kpis" {
        complaints.extend(target_side(&column));
    }
    complaints
}

/// The dates that the fiscal calendar must reach. Others, such as an end that is
/// open, may lie as far away as anybody likes.
fn on_calendar(table: &Table) -> &'static [&'static str] {
    match table.name {
        "spend" => &["posted_date"],
        "budgets" => &["period_start_date", "period_end_date"],
        "kpi_values" => &["period_end_date"],
        _ => &[],
    }
}

/// 1900-01-01 and 2199-12-31, as Date32 counts.
const CALENDAR: std::ops::RangeInclusive<i32> = -25_567..=84_005;

fn off_calendar(days: &ArrayRef) -> impl Iterator<Item = Complaint> {
    (0..days.len())
        .filter(|row| {
            number(days, *row)
                .is_some_and(|d| d < f64::from(*CALENDAR.start()) || d > f64::from(*CALENDAR.end()))
        })
        .map(|row| Complaint {
            row,
            value: shown(days, row),
            why: "lies outside the years 1900 to 2199, which no fiscal calendar of ours reaches"
                .into(),
        })
}

/// A KPI that should rise cannot have a target below its baseline.
fn target_side(column: impl Fn(&str) -> ArrayRef) -> Vec<RowComplaint> {
    let (direction, baseline, target) = (column("direction"), column("baseline"), column("target"));
    let direction = direction.as_string::<i32>();
    (0..direction.len())
        .filter(|row| direction.is_valid(*row))
        .filter_map(|row| {
            let (from, to) = (number(&baseline, row)?, number(&target, row)?);
            let is_wrong = match direction.value(row) {
                "up" => to < from,
                "down" => to > from,
                _ => false,
            };
            is_wrong.then(|| {
                (
                    "target",
                    Complaint {
                        row,
                        value: to.to_string(),
                        why: format!(
                            "lies on the wrong side of the baseline {from} for a KPI whose direction is `{}`",
                            direction.value(row)
                        ),
                    },
                )
            })
        })
        .collect()
}

fn number(array: &ArrayRef, row: usize) -> Option<f64> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Date32 => Some(f64::from(array.as_primitive::<Date32Type>().value(row))),
        DataType::Float64 => Some(array.as_primitive::<Float64Type>().value(row)),
        _ => None,
    }
}

fn shown(array: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(array, row).unwrap_or_default()
}
