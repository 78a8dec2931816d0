//! Text to typed Arrow: each cell becomes what its column declares, or a
//! complaint that quotes it. This is the one place where polars' text turns
//! into Arrow.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    StringArray, StringBuilder,
};
use arrow::datatypes::{Float64Type, Int64Type};

use super::date;
use super::money::{self, MoneyStyle};
use super::table::{Kind, arrow_type};
use crate::project::{ColumnFrom, Edge, Fiscal, PeriodLabel, SourceSpec};
use crate::source::Texts;

/// Larger numbers are typing errors, and ratios of them overflow.
const MAX_NUMBER: f64 = 1e18;

/// A cell that its column does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// Row of the typed column (after the row filter).
    pub(super) row: usize,
    pub(super) value: String,
    pub(super) why: String,
}

/// How the cells of one column are written.
pub(super) struct Reading<'a> {
    nulls: &'a [String],
    values: Option<&'a BTreeMap<String, String>>,
    dates: &'a [String],
    label: Option<(PeriodLabel, Edge)>,
    style: MoneyStyle,
    fiscal: Fiscal,
    /// The file was typed: its texts are Arrow's own.
    is_typed: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(spec: &'a SourceSpec, from: Option<&'a ColumnFrom>, fiscal: Fiscal) -> Self {
        Self {
            nulls: &spec.nulls,
            values: from.map(|f| &f.values).filter(|v| !v.is_empty()),
            dates: from.and_then(|f| f.dates.as_deref()).unwrap_or(&spec.dates),
            label: from.and_then(|f| f.label.zip(f.edge)),
            style: MoneyStyle {
                decimal: spec.decimal,
                thousands: spec.thousands,
                round: spec.round,
            },
            fiscal,
            is_typed: false,
        }
    }

    /// What a constant or an already typed file needs: ISO dates, a point, no
    /// thousands, and only the empty text as missing.
    pub(super) fn canonical(fiscal: Fiscal, iso: &'a [String], spec: &SourceSpec) -> Self {
        Self {
            nulls: &[],
            values: None,
            dates: iso,
            label: None,
            style: MoneyStyle {
                decimal: '.',
                thousands: None,
                round: spec.round,
            },
            fiscal,
            is_typed: true,
        }
    }

    /// The cell without surrounding blanks and translated, or `None` if it
    /// counts as missing.
    fn cell<'c>(&'c self, raw: Option<&'c str>) -> Option<&'c str> {
        let text = raw?.trim();
        if text.is_empty() || self.nulls.iter().any(|n| n == text) {
            return None;
        }
        Some(
            self.values
                .and_then(|map| map.get(text))
                .map_or(text, String::as_str),
        )
        .filter(|t| !t.is_empty())
    }

    fn day(&self, text: &str) -> Result<i32, String> {
        let day = match self.label {
            Some((label, edge)) => date::parse_label(text, label, edge, self.fiscal)?,
            None => date::parse(self.without_midnight(text), self.dates)?,
        };
        Ok(date::to_days(day))
    }

    /// Typed files often keep days as timestamps; midnight is a day, any other
    /// time of day is not.
    fn without_midnight<'c>(&self, text: &'c str) -> &'c str {
        if !self.is_typed {
            return text;
        }
        let day = text.strip_suffix('Z').unwrap_or(text);
        day.strip_suffix("T00:00:00").unwrap_or(text)
    }

    fn number(&self, text: &str) -> Result<f64, String> {
        let refused = || "is no number".to_owned();
        let mut plain = text.to_owned();
        if let Some(thousands) = self.style.thousands {
            plain = plain.replace(thousands, "");
        }
        if self.style.decimal != '.' {
            if plain.contains('.') {
                return Err(refused());
            }
            plain = plain.replace(self.style.decimal, ".");
        }
        // Letters would let "inf" and "nan" through.
        let looks_numeric = plain
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        match plain.parse::<f64>() {
            Ok(number) if looks_numeric && number.abs() <= MAX_NUMBER => Ok(number),
            Ok(_) if looks_numeric => Err("is beyond 1e18".into()),
            _ => Err(refused()),
        }
    }
}

/// Types one column. `keep` lists the sheet rows that the row filter lets through.
pub(super) fn typed(
    kind: Kind,
    texts: &Texts,
    keep: Option<&[usize]>,
    reading: &Reading<'_>,
) -> (ArrayRef, Vec<Complaint>) {
    match keep {
        None => typed_cells(kind, texts.cells(), reading),
        Some(rows) => typed_cells(kind, rows.iter().map(|row| texts.get(*row)), reading),
    }
}

/// Types a sequence of cells.
pub(super) fn typed_cells<'c>(
    kind: Kind,
    cells: impl Iterator<Item = Option<&'c str>>,
    reading: &Reading<'_>,
) -> (ArrayRef, Vec<Complaint>) {
    match kind {
        Kind::Text => {
            let mut builder = StringBuilder::new();
            for raw in cells {
                builder.append_option(reading.cell(raw));
            }
            (Arc::new(builder.finish()), Vec::new())
        }
        Kind::Choice(list) => parsed(cells, reading, |text| {
            list.iter()
                .find(|known| known.eq_ignore_ascii_case(text))
                .copied()
                .ok_or_else(|| {
                    format!(
                        "is none of {}; translate it with `values` in throughline.toml",
                        list.join(", ")
                    )
                })
        })
        .into_array(|v| Arc::new(StringArray::from(v))),
        Kind::Money => {
            parsed(cells, reading, |text| money::parse(text, reading.style)).into_array(|cents| {
                Arc::new(Decimal128Array::from(cents).with_data_type(arrow_type(Kind::Money)))
            })
        }
        Kind::Number { .. } => parsed(cells, reading, |text| reading.number(text))
            .into_array(|v| Arc::new(Float64Array::from(v))),
        Kind::Integer { .. } => parsed(cells, reading, |text| {
            text.parse::<i64>()
                .map_err(|_| "is no whole number".to_owned())
        })
        .into_array(|v| Arc::new(Int64Array::from(v))),
        Kind::Date => parsed(cells, reading, |text| reading.day(text))
            .into_array(|v| Arc::new(Date32Array::from(v))),
        Kind::Bool => parsed(cells, reading, truth).into_array(|v| Arc::new(BooleanArray::from(v))),
    }
}

struct Parsed<T> {
    values: Vec<Option<T>>,
    complaints: Vec<Complaint>,
}

impl<T> Parsed<T> {
    fn into_array(
        self,
        build: impl FnOnce(Vec<Option<T>>) -> ArrayRef,
    ) -> (ArrayRef, Vec<Complaint>) {
        (build(self.values), self.complaints)
    }
}

fn parsed<'c, T>(
    cells: impl Iterator<Item = Option<&'c str>>,
    reading: &Reading<'_>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Parsed<T> {
    let mut values = Vec::with_capacity(cells.size_hint().0);
    let mut complaints = Vec::new();
    for (row, raw) in cells.enumerate() {
        let value = match reading.cell(raw).map(&parse) {
            None => None,
            Some(Ok(value)) => Some(value),
            Some(Err(why)) => {
                complaints.push(Complaint {
                    row,
                    value: raw.unwrap_or("").to_owned(),
                    why,
                });
                None
            }
        };
        values.push(value);
    }
    Parsed { values, complaints }
}

fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "0" => Ok(false),
        _ => Err("is neither true nor false".into()),
    }
}

/// Complaints about values outside the declared bounds.
pub(super) fn out_of_bounds(kind: Kind, array: &ArrayRef) -> Vec<Complaint> {
    let complaint = |row: usize, value: String, low: String, high: String| Complaint {
        row,
        why: match high.as_str() {
            "inf" | "9223372036854775807" => format!("is below {low}"),
            _ => format!("lies outside {low} to {high}"),
        },
        value,
    };
    match kind {
        Kind::Number { low, high } if low.is_finite() || high.is_finite() => array
            .as_primitive::<Float64Type>()
            .iter()
            .enumerate()
            .filter_map(|(row, value)| value.map(|v| (row, v)))
            .filter(|(_, v)| !(low..=high).contains(v))
            .map(|(row, v)| complaint(row, v.to_string(), low.to_string(), high.to_string()))
            .collect(),
        Kind::Integer { low, high } => array
            .as_primitive::<Int64Type>()
            .iter()
            .enumerate()
            .filter_map(|(row, value)| value.map(|v| (row, v)))
            .filter(|(_, v)| !(low..=high).contains(v))
            .map(|(row, v)| complaint(row, v.to_string(), low.to_string(), high.to_string()))
            .collect(),
        _ => Vec::new(),
    }
}
