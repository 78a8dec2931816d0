//! Asked: what a template wants drawn.
//!
//! In: rows, and the options of the call: columns by name, other rows, words. Out:
//! the numbers, dates and texts of those columns.
//!
//! Not here: any figure that is not a cell.
//!
//! Rule: a column that its table does not have is a mistake of the template and is
//! named; rows that are not there (their model did not run, or `none`) are empty.

use std::sync::Arc;

use arrow::datatypes::DataType;
use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, Value};

use super::super::cell::Cell;
use super::super::rows::{Rows, plain};
use super::time::day_of;
use crate::scorecard::figures::value as shown;

/// Numbers as far away as this have no place in a drawing: the span of two might be
/// no number.
const FAR: f64 = 1e300;

/// What a chart draws: rows, and the columns that the template names.
pub(super) struct Asked<'a> {
    pub(super) rows: &'a Rows,
    pub(super) options: &'a Kwargs,
}

/// A figure for a length, and how it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) number: f64,
    pub(super) text: String,
}

fn mistake(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

impl Asked<'_> {
    /// The column that an option names.
    fn column(&self, option: &str) -> Result<String, Error> {
        named(self.rows, self.options.get(option)?)
    }

    pub(super) fn numbers(&self, option: &str) -> Result<Vec<Option<f64>>, Error> {
        Ok(numbers(self.rows, &self.column(option)?))
    }

    pub(super) fn texts(&self, option: &str) -> Result<Vec<String>, Error> {
        Ok(self.rows.texts(&self.column(option)?))
    }

    /// The texts of a column; all empty where the option is not given.
    pub(super) fn texts_if(&self, option: &str) -> Result<Vec<String>, Error> {
        if self.given(option)?.is_some() {
            return self.texts(option);
        }
        Ok(vec![String::new(); self.rows.picked.len()])
    }

    pub(super) fn figures(&self, option: &str) -> Result<Vec<Option<Figure>>, Error> {
        Ok(figures(self.rows, &self.column(option)?))
    }

    /// The figures of a column by its own name.
    pub(super) fn figures_in(&self, column: &str) -> Vec<Option<Figure>> {
        figures(self.rows, column)
    }

    /// A column's truths, where NULL is false; of a column that holds no truths,
    /// whether it holds anything.
    pub(super) fn truths(&self, option: &str) -> Result<Vec<bool>, Error> {
        let column = self.column(option)?;
        if kind(self.rows, &column) == Some(DataType::Boolean) {
            return Ok(self.rows.truths(&column));
        }
        let texts = self.rows.texts(&column);
        Ok(texts.iter().map(|text| !text.is_empty()).collect())
    }

    /// The days of a column of dates.
    pub(super) fn days(&self, option: &str) -> Result<Vec<Option<f64>>, Error> {
        let column = self.column(option)?;
        dates(self.rows, &column, option)?;
        Ok(numbers(self.rows, &column))
    }

    /// The columns that a list names, with their names.
    pub(super) fn columns(&self, option: &str) -> Result<Vec<String>, Error> {
        let columns: Vec<String> = self.options.get(option)?;
        columns
            .into_iter()
            .map(|column| named(self.rows, column))
            .collect()
    }

    /// The words of a list that goes with a list of columns.
    pub(super) fn labels(&self, columns: &[String]) -> Result<Vec<String>, Error> {
        let labels: Vec<String> = self.options.get("labels")?;
        if labels.len() == columns.len() {
            return Ok(labels);
        }
        Err(mistake(format!(
            "`labels` has {} words for {} columns",
            labels.len(),
            columns.len()
        )))
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.options.has(option)
    }

    /// An option's value, if it is there and is not none.
    pub(super) fn given(&self, option: &str) -> Result<Option<Value>, Error> {
        let value: Option<Value> = self.options.get(option)?;
        Ok(value.filter(|value| !value.is_none() && !value.is_undefined()))
    }

    /// Words, or the text of a cell; empty where there are none.
    pub(super) fn words(&self, option: &str) -> Result<String, Error> {
        Ok(self
            .given(option)?
            .map_or_else(String::new, |v| v.to_string()))
    }

    /// A day, as a cell or as `YYYY-MM-DD`.
    pub(super) fn day(&self, option: &str) -> Result<Option<f64>, Error> {
        let Some(value) = self.given(option)? else {
            return Ok(None);
        };
        let text = plain(&value);
        match day_of(&text) {
            Some(day) => Ok(Some(day)),
            None => Err(mistake(format!(
                "`{option}` is `{text}`, which is not a date such as 2026-03-31"
            ))),
        }
    }

    /// A figure, as a cell or as a number.
    pub(super) fn figure(&self, option: &str) -> Result<Option<Figure>, Error> {
        let Some(value) = self.given(option)? else {
            return Ok(None);
        };
        let cell = value.downcast_object_ref::<Cell>();
        let number = match cell {
            Some(cell) => cell.number(),
            None => value.to_string().parse().ok(),
        };
        match number.filter(|n| n.abs() < FAR) {
            Some(number) => Ok(Some(Figure {
                number,
                text: cell.map_or_else(|| shown(number), Cell::text),
            })),
            None => Err(mistake(format!("`{option}` is `{value}`, not a number"))),
        }
    }

    /// Other rows that an option gives.
    pub(super) fn other(&self, option: &str) -> Result<Option<Arc<Rows>>, Error> {
        let Some(value) = self.given(option)? else {
            return Ok(None);
        };
        match value.downcast_object::<Rows>() {
            Some(rows) => Ok(Some(rows)),
            None => Err(mistake(format!("`{option}` must be rows of a table"))),
        }
    }

    /// A column of other rows as figures; without the option or the rows, none.
    pub(super) fn figures_of(
        &self,
        rows: Option<&Rows>,
        option: &str,
    ) -> Result<Vec<Option<Figure>>, Error> {
        let column = self.given(option)?;
        let (Some(rows), Some(column)) = (rows, column) else {
            return Ok(vec![None; rows.map_or(0, |rows| rows.picked.len())]);
        };
        Ok(figures(rows, &named(rows, column.to_string())?))
    }

    /// A column of dates of other rows.
    pub(super) fn days_of(
        &self,
        rows: Option<&Rows>,
        option: &str,
    ) -> Result<Vec<Option<Figure>>, Error> {
        if let (Some(rows), Some(column)) = (rows, self.given(option)?) {
            dates(rows, &column.to_string(), option)?;
        }
        self.figures_of(rows, option)
    }
}

fn named(rows: &Rows, column: String) -> Result<String, Error> {
    if let Some(table) = &rows.table
        && table.place(&column).is_none()
    {
        return Err(mistake(format!(
            "`{}` has no column `{column}`",
            table.name
        )));
    }
    Ok(column)
}

fn kind(rows: &Rows, column: &str) -> Option<DataType> {
    let table = rows.table.as_ref()?;
    Some(table.rows.column(table.place(column)?).data_type().clone())
}

fn dates(rows: &Rows, column: &str, option: &str) -> Result<(), Error> {
    match kind(rows, column) {
        Some(kind) if kind != DataType::Date32 => Err(mistake(format!(
            "`{option}` names `{column}`, which holds no dates"
        ))),
        _ => Ok(()),
    }
}

fn numbers(rows: &Rows, column: &str) -> Vec<Option<f64>> {
    let numbers = rows.numbers(column).into_iter();
    numbers
        .map(|number| number.filter(|n| n.abs() < FAR))
        .collect()
}

fn figures(rows: &Rows, column: &str) -> Vec<Option<Figure>> {
    let texts = rows.texts(column).into_iter();
    let pairs = numbers(rows, column).into_iter().zip(texts);
    pairs
        .map(|(number, text)| number.map(|number| Figure { number, text }))
        .collect()
}
