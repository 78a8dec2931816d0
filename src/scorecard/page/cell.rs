//! Cell: a value of a published table, which knows where it stands.
//!
//! In: a table, a row, a column. Out: the value as a reader wants it, and its
//! receipt: model, column and the keys of its row.
//!
//! Not here: markup.
//!
//! Rule: a form rounds what is shown and nothing else; no cell is computed here.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use minijinja::Value;
use minijinja::value::{DynObject, Object, ObjectRepr};

use super::table::Table;
use crate::contract::from_days;
use crate::scorecard::figures::{count, is_index, money, percent, round_money, value};

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As its type and its column's name have it.
    Usual,
    /// Money without its cents; a number without its decimals.
    Whole,
    /// A double as a percentage.
    Percent,
    /// Without its sign.
    Absolute,
    /// With its sign, also when positive.
    Signed,
    /// With a capital, at the start of a sentence.
    Capitalized,
}

/// One value of one table.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) table: Arc<Table>,
    pub(super) row: usize,
    pub(super) place: usize,
    pub(super) forms: [Form; 2],
}

impl Cell {
    /// What stands there; `None` for NULL.
    pub(super) fn at(table: &Arc<Table>, row: usize, place: usize) -> Option<Self> {
        table.rows.column(place).is_valid(row).then(|| Self {
            table: Arc::clone(table),
            row,
            place,
            forms: [Form::Usual; 2],
        })
    }

    /// The value for a template: a cell, a truth, or none for NULL.
    pub(super) fn value(table: &Arc<Table>, row: usize, place: usize) -> Value {
        let truths = table.rows.column(place).as_boolean_opt();
        match (Self::at(table, row, place), truths) {
            (None, _) => Value::from(()),
            (Some(_), Some(truths)) => Value::from(truths.value(row)),
            (Some(cell), None) => Value::from_object(cell),
        }
    }

    /// The same value, written otherwise.
    pub(super) fn formed(&self, form: Form) -> Self {
        Self {
            forms: [form, self.forms[0]],
            ..self.clone()
        }
    }

    pub(super) fn column(&self) -> &str {
        &self.table.header.columns[self.place].name
    }

    /// The value as a number, for lengths in a chart and for comparison.
    pub(super) fn number(&self) -> Option<f64> {
        let column = self.table.rows.column(self.place);
        match column.data_type() {
            DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(self.row)),
            #[expect(clippy::cast_precision_loss, reason = "a length on a page, or a sign")]
            DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(self.row) as f64),
            DataType::Decimal128(..) => self.plain().parse().ok(),
            DataType::Date32 => Some(f64::from(
                column.as_primitive::<Date32Type>().value(self.row),
            )),
            _ => None,
        }
    }

    /// The value as it stands in the table.
    pub(super) fn plain(&self) -> String {
        self.table.text(self.place, self.row).unwrap_or_default()
    }

    /// The value as it is shown.
    pub(super) fn text(&self) -> String {
        let has = |form| self.forms.contains(&form);
        let shown = self.unsigned_aside(has(Form::Whole), has(Form::Percent));
        if has(Form::Absolute) {
            return shown.trim_start_matches('\u{2212}').to_owned();
        }
        if has(Form::Capitalized) {
            let mut characters = shown.chars();
            let first = characters.next().map(|c| c.to_uppercase().to_string());
            return first.unwrap_or_default() + characters.as_str();
        }
        if has(Form::Signed) && self.number().is_some_and(|n| n > 0.0) {
            return format!("+{shown}");
        }
        shown
    }

    fn unsigned_aside(&self, is_whole: bool, is_percent: bool) -> String {
        let column = self.table.rows.column(self.place);
        match column.data_type() {
            DataType::Decimal128(..) if is_whole => round_money(&self.plain()),
            DataType::Decimal128(..) => money(&self.plain()),
            DataType::Int64 => {
                let number = column.as_primitive::<Int64Type>().value(self.row);
                let sign = if number < 0 { "\u{2212}" } else { "" };
                format!("{sign}{}", count(number.unsigned_abs()))
            }
            DataType::Float64 => {
                let number = column.as_primitive::<Float64Type>().value(self.row);
                let name = self.column();
                let is_share = name.ends_with("_ratio") && !is_index(name);
                if is_percent || is_share || name.ends_with("probability") {
                    percent(number)
                } else if is_whole {
                    value(number.round())
                } else if is_index(name) || name.ends_with("_score") || name == "score" {
                    money(&format!("{number:.2}"))
                } else if name.ends_with("_pp") || name.ends_with("_days") {
                    value((number * 10.0).round() / 10.0)
                } else {
                    value(number)
                }
            }
            DataType::Date32 => from_days(column.as_primitive::<Date32Type>().value(self.row))
                .map_or_else(|| self.plain(), |day| day.to_string()),
            _ => self.plain(),
        }
    }

    /// The keys of the row: (column, value) of the grain.
    pub(super) fn keys(&self) -> Vec<(String, String)> {
        let grain = &self.table.header.grain;
        grain
            .iter()
            .filter_map(|key| {
                let place = self.table.place(key)?;
                Some((key.clone(), self.table.text(place, self.row)?))
            })
            .collect()
    }

    /// The receipt, as it is asked for on the command line.
    pub(super) fn receipt(&self) -> String {
        let keys: Vec<String> = self
            .keys()
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        format!("{} {} {}", self.table.name, self.column(), keys.join(" "))
    }
}

impl Object for Cell {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            // For conditions: the text, or the number.
            "raw" => Some(match self.table.rows.column(self.place).data_type() {
                DataType::Utf8 | DataType::Date32 => Value::from(self.plain()),
                _ => self.number().map_or_else(|| Value::from(()), Value::from),
            }),
            "model" => Some(Value::from(self.table.name.as_str())),
            "column" => Some(Value::from(self.column())),
            "receipt" => Some(Value::from(self.receipt())),
            _ => None,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some(match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => self.plain().cmp(&other.plain()),
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
