//! Rows: rows of a published table, as a template walks over them.
//!
//! In: what a template asks for: a model, values of its columns, an order, a
//! number of rows. Out: those rows; a column of a row is a cell.
//!
//! Not here: any arithmetic on them. What a page needs is computed by a model.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State, Value};

use super::cell::Cell;
use super::table::Table;
use crate::error::nearest;

/// Some rows of a table, in an order.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// None where the model did not run.
    pub(super) table: Option<Arc<Table>>,
    pub(super) picked: Vec<usize>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    table: Arc<Table>,
    row: usize,
}

/// What rows are sorted by.
enum Key {
    Number(f64),
    Text(String),
}

impl Key {
    fn of(cell: &Cell) -> Self {
        let number = cell.number().map(Self::Number);
        number.unwrap_or_else(|| Self::Text(cell.plain()))
    }

    /// The values of one column are all numbers or all texts.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

fn mistake(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The text that a condition compares with: of a cell, or as it is.
pub(super) fn plain(value: &Value) -> String {
    value
        .downcast_object_ref::<Cell>()
        .map_or_else(|| value.to_string(), Cell::plain)
}

impl Rows {
    pub(super) fn all(table: Option<Arc<Table>>) -> Self {
        let height = table.as_ref().map_or(0, |t| t.height());
        Self {
            table,
            picked: (0..height).collect(),
        }
    }

    /// The rows whose columns have these values.
    ///
    /// # Errors
    /// For a column that the table does not have.
    pub(super) fn of(table: Option<Arc<Table>>, wanted: &Kwargs) -> Result<Self, Error> {
        let mut names: Vec<&str> = wanted.args().collect();
        names.sort_unstable();
        let Some(read) = &table else {
            note(&names, wanted)?;
            return Ok(Self::all(None));
        };
        let asked = asked(read, &names, wanted)?;
        // An id is in few rows, a kind in many: the few are looked through.
        let lists = asked.iter().map(|(place, text)| (read.index(*place), text));
        let few = lists.min_by_key(|(index, text)| index.get(*text).map_or(0, Vec::len));
        let Some((index, text)) = few else {
            return Ok(Self::all(table));
        };
        let mut picked = index.get(text).cloned().unwrap_or_default();
        for (place, text) in &asked {
            let sought = read.sought(*place, text);
            picked.retain(|row| sought.is_in(*row));
        }
        Ok(Self { table, picked })
    }

    /// Those of these rows whose columns have these values.
    fn like(mut self, wanted: &Kwargs) -> Result<Self, Error> {
        let names: Vec<&str> = wanted.args().collect();
        let Some(table) = self.table.clone() else {
            note(&names, wanted)?;
            return Ok(self);
        };
        for (place, text) in asked(&table, &names, wanted)? {
            let sought = table.sought(place, &text);
            self.picked.retain(|row| sought.is_in(*row));
        }
        Ok(self)
    }

    /// A column's numbers, row by row; `None` for NULL.
    pub(super) fn numbers(&self, column: &str) -> Vec<Option<f64>> {
        self.cells(column, Cell::number)
    }

    /// A column's texts as they are shown; empty for NULL.
    pub(super) fn texts(&self, column: &str) -> Vec<String> {
        let shown = self.cells(column, |cell| Some(cell.text()));
        shown.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// A column's truths; NULL is false.
    pub(super) fn truths(&self, column: &str) -> Vec<bool> {
        let Some((table, place)) = self.column(column) else {
            return vec![false; self.picked.len()];
        };
        let column = table.rows.column(place);
        let truth = |row: &usize| {
            column.is_valid(*row) && column.as_boolean_opt().is_some_and(|c| c.value(*row))
        };
        self.picked.iter().map(truth).collect()
    }

    fn column(&self, column: &str) -> Option<(&Arc<Table>, usize)> {
        let table = self.table.as_ref()?;
        Some((table, table.place(column)?))
    }

    fn cells<T>(&self, column: &str, read: impl Fn(&Cell) -> Option<T>) -> Vec<Option<T>> {
        let Some((table, place)) = self.column(column) else {
            return self.picked.iter().map(|_| None).collect();
        };
        let read = |row: &usize| Cell::at(table, *row, place).as_ref().and_then(&read);
        self.picked.iter().map(read).collect()
    }

    /// Sorted by a column, from the largest where its name has a `-` before it;
    /// NULL last. Rows that are equal keep their order.
    fn by(mut self, order: &str) -> Result<Self, Error> {
        let (name, is_down) = match order.strip_prefix('-') {
            Some(name) => (name, true),
            None => (order, false),
        };
        let Some(table) = &self.table else {
            return Ok(self);
        };
        let place = place(table, name)?;
        let key = |row: usize| Cell::at(table, row, place).map(|cell| Key::of(&cell));
        let mut keyed: Vec<_> = self.picked.iter().map(|row| (key(*row), *row)).collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) if is_down => b.compare(a),
            (Some(a), Some(b)) => a.compare(b),
        });
        self.picked = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(self)
    }

    /// Those of a column's truth.
    fn only(mut self, column: &str, wanted: bool) -> Result<Self, Error> {
        if let Some(table) = &self.table {
            place(table, column)?;
        }
        let mut truths = self.truths(column).into_iter();
        self.picked.retain(|_| truths.next() == Some(wanted));
        Ok(self)
    }

    /// Those whose column is not this value, or not NULL where none is given.
    fn without(mut self, column: &str, value: Option<&Value>) -> Result<Self, Error> {
        let Some(table) = self.table.clone() else {
            return Ok(self);
        };
        let place = place(&table, column)?;
        match value.map(plain) {
            Some(unwanted) => {
                let sought = table.sought(place, &unwanted);
                self.picked.retain(|row| !sought.is_in(*row));
            }
            None => self.picked.retain(|row| table.has(place, *row)),
        }
        Ok(self)
    }

    fn part(mut self, from: usize, count: usize) -> Self {
        let from = from.min(self.picked.len());
        let to = from.saturating_add(count).min(self.picked.len());
        self.picked = self.picked[from..to].to_vec();
        self
    }

    fn row(&self, at: usize) -> Option<Value> {
        Some(Value::from_object(Row {
            table: Arc::clone(self.table.as_ref()?),
            row: *self.picked.get(at)?,
        }))
    }
}

/// Takes note of what was asked of a model that did not run, so that no argument
/// counts as misspelt.
fn note(names: &[&str], wanted: &Kwargs) -> Result<(), Error> {
    for name in names {
        let _: Value = wanted.get(name)?;
    }
    Ok(())
}

/// The columns that are asked for, each with the text it should have.
fn asked(table: &Table, names: &[&str], wanted: &Kwargs) -> Result<Vec<(usize, String)>, Error> {
    let mut asked = Vec::with_capacity(names.len());
    for name in names {
        let place = place(table, name)?;
        asked.push((place, plain(&wanted.get::<Value>(name)?)));
    }
    Ok(asked)
}

fn place(table: &Table, column: &str) -> Result<usize, Error> {
    table.place(column).ok_or_else(|| {
        let names = table.header.columns.iter().map(|c| c.name.as_str());
        let nearest = nearest(column, names).unwrap_or_default();
        mistake(format!(
            "`{}` has no column `{column}`; did you mean `{nearest}`?",
            table.name
        ))
    })
}

impl Object for Rows {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if key.as_str() == Some("model") {
            return self.table.as_ref().map(|t| Value::from(t.name.as_str()));
        }
        self.row(key.as_usize()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.picked.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let rows = Self::clone(self);
        let rows = match method {
            "by" => {
                let (order,): (&str,) = from_args(args)?;
                rows.by(order)?
            }
            "top" => {
                let (count,): (usize,) = from_args(args)?;
                rows.part(0, count)
            }
            "part" => {
                let (from, count): (usize, usize) = from_args(args)?;
                rows.part(from, count)
            }
            "newest" => {
                let (count,): (usize,) = from_args(args)?;
                let from = rows.picked.len().saturating_sub(count);
                rows.part(from, count)
            }
            "only" => {
                let (column,): (&str,) = from_args(args)?;
                rows.only(column, true)?
            }
            "except" => {
                let (column,): (&str,) = from_args(args)?;
                rows.only(column, false)?
            }
            "without" => {
                let (column, value): (&str, Option<Value>) = from_args(args)?;
                rows.without(column, value.as_ref())?
            }
            "of" => {
                let (wanted,): (Kwargs,) = from_args(args)?;
                rows.like(&wanted)?
            }
            "first" => {
                let () = from_args(args)?;
                return Ok(rows.row(0).unwrap_or_else(|| Value::from(())));
            }
            "last" => {
                let () = from_args(args)?;
                let at = rows.picked.len().saturating_sub(1);
                return Ok(rows.row(at).unwrap_or_else(|| Value::from(())));
            }
            _ => {
                return Err(mistake(format!(
                    "rows have no method `{method}`; they have by, top, part, newest, only, except, \
                     without, of, first and last"
                )));
            }
        };
        Ok(Value::from_object(rows))
    }
}

impl Object for Row {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(match place(&self.table, key) {
            Ok(place) => Cell::value(&self.table, self.row, place),
            Err(misspelt) => Value::from(misspelt),
        })
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    // A row is there, whatever its columns hold.
    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}
