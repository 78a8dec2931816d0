//! JSON: one array, or one object a line.
//!
//! A decimal is a number with all its digits: JSON sets no limit to them, and a
//! reader that keeps doubles loses those beyond fifteen by its own choice, while a
//! text would have to be read twice by everybody. A double that is no number
//! (`NaN`, infinity) has no place in JSON and is a text.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use arrow::record_batch::RecordBatch;

use super::Answer;
use super::cells::{Texts, columns};
use crate::error::Result;
use crate::sql::output::{Sink, Written};

pub(super) struct Json {
    keys: Vec<String>,
    is_array: bool,
    is_begun: bool,
}

impl Json {
    pub(super) fn array(schema: &SchemaRef) -> Self {
        Self::new(schema, true)
    }

    pub(super) fn lines(schema: &SchemaRef) -> Self {
        Self::new(schema, false)
    }

    fn new(schema: &SchemaRef, is_array: bool) -> Self {
        let names = schema.fields().iter().map(|f| text(f.name()) + ":");
        Self {
            keys: names.collect(),
            is_array,
            is_begun: false,
        }
    }
}

impl Answer for Json {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written {
        let columns = columns(rows)?;
        let values = columns.iter().map(|c| Values::of(c.as_ref()));
        let values = values.collect::<Result<Vec<_>>>()?;
        let mut line = String::new();
        for row in 0..rows.num_rows() {
            line.clear();
            if self.is_array {
                line.push_str(if self.is_begun { ",\n" } else { "[\n" });
            }
            self.is_begun = true;
            line.push('{');
            for (at, (key, column)) in self.keys.iter().zip(&values).enumerate() {
                if at > 0 {
                    line.push(',');
                }
                line.push_str(key);
                column.push(row, &mut line)?;
            }
            line.push('}');
            if !self.is_array {
                line.push('\n');
            }
            sink.text(&line)?;
        }
        Ok(())
    }

    fn end(self: Box<Self>, sink: &mut Sink) -> Written<Option<String>> {
        if self.is_array {
            sink.text(if self.is_begun { "\n]\n" } else { "[]\n" })?;
        }
        Ok(None)
    }
}

/// The values of a column as JSON.
enum Values<'a> {
    /// Whole numbers and decimals, written as they are.
    Numbers(Texts<'a>),
    Truths(Texts<'a>),
    Doubles(&'a dyn Array, Texts<'a>),
    Lists(&'a dyn Array),
    Texts(Texts<'a>),
}

impl<'a> Values<'a> {
    fn of(column: &'a dyn Array) -> Result<Self> {
        Ok(match column.data_type() {
            DataType::Float64 => Self::Doubles(column, Texts::of(column)?),
            DataType::Boolean => Self::Truths(Texts::of(column)?),
            DataType::List(_) => Self::Lists(column),
            DataType::Float16 | DataType::Float32 => Self::Texts(Texts::of(column)?),
            numbers if numbers.is_numeric() => Self::Numbers(Texts::of(column)?),
            _ => Self::Texts(Texts::of(column)?),
        })
    }

    fn push(&self, row: usize, line: &mut String) -> Result<()> {
        let plain = |texts: &Texts| texts.at(row).unwrap_or_else(|| "null".into());
        match self {
            Self::Numbers(texts) | Self::Truths(texts) => line.push_str(&plain(texts)),
            Self::Doubles(column, texts) => {
                let number = column.as_primitive::<Float64Type>().value(row);
                if column.is_null(row) || number.is_finite() {
                    line.push_str(&plain(texts));
                } else {
                    line.push_str(&text(&number.to_string()));
                }
            }
            Self::Lists(column) if column.is_valid(row) => {
                let items = column.as_list::<i32>().value(row);
                let values = Values::of(items.as_ref())?;
                line.push('[');
                for at in 0..items.len() {
                    if at > 0 {
                        line.push(',');
                    }
                    values.push(at, line)?;
                }
                line.push(']');
            }
            Self::Lists(_) => line.push_str("null"),
            Self::Texts(texts) => match texts.at(row) {
                Some(found) => line.push_str(&text(&found)),
                None => line.push_str("null"),
            },
        }
        Ok(())
    }
}

fn text(plain: &str) -> String {
    serde_json::Value::from(plain).to_string()
}
