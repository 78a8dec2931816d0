//! Answer: the rows of one statement as a workbook of one sheet.
//!
//! Rule: a sheet has a last row. An answer that does not fit is refused, since a
//! part of one looks like the whole.

use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::Limit;
use super::cell::{Cell, write_text};
use super::kind::Kind;
use crate::error::{Error, Result};

/// Columns that a sheet has.
const COLUMNS: usize = 16_384;

/// Widths are worked out for no more rows than these: it costs as much as writing.
const FITTED: usize = 20_000;

/// A workbook in the making.
pub struct AnswerBook {
    names: Vec<String>,
    formats: Vec<Format>,
    book: Workbook,
    rows: usize,
}

impl AnswerBook {
    /// A sheet with these columns.
    ///
    /// # Errors
    /// [`Error::Usage`] for more columns than a sheet has; engine errors.
    pub fn new(schema: &Schema) -> Result<Self> {
        if schema.fields().len() > COLUMNS {
            return Err(too_large(&format!("{COLUMNS} columns")));
        }
        let fields = schema.fields().iter();
        let mut answer = Self {
            names: fields.clone().map(|f| f.name().clone()).collect(),
            formats: fields.map(|f| format_of(f.data_type())).collect(),
            book: Workbook::new(),
            rows: 0,
        };
        answer.begin().map_err(Error::engine("start a workbook"))?;
        Ok(answer)
    }

    fn begin(&mut self) -> std::result::Result<(), XlsxError> {
        let page = self.book.add_worksheet();
        page.set_name("answer")?;
        page.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, name) in (0..).zip(&self.names) {
            write_text(page, 0, column, name, &bold)?;
        }
        for (column, format) in (0..).zip(&self.formats) {
            page.set_column_format(column, format)?;
        }
        Ok(())
    }

    /// Adds rows.
    ///
    /// # Errors
    /// [`Error::Usage`] for more rows than a sheet has; engine errors.
    pub fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let height = columns.first().map_or(0, Array::len);
        let room = Limit::SPREADSHEET.rows - 1;
        if self.rows + height > room {
            return Err(too_large(&format!("{room} rows below its header")));
        }
        for (at, (column, format)) in (0..).zip(columns.iter().zip(&self.formats)) {
            let column = as_written(column)?;
            let page = self.book.worksheet_from_index(0);
            let page = page.map_err(Error::engine("write a workbook"))?;
            for (row, line) in (0..height).zip(self.rows + 1..) {
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                Cell::of(column.as_ref(), row)
                    .write_plain(page, line, at, format)
                    .map_err(Error::engine("write a workbook"))?;
            }
        }
        self.rows += height;
        Ok(())
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Engine errors.
    pub fn bytes(mut self) -> Result<Vec<u8>> {
        let doing = "close a workbook";
        if self.rows <= FITTED {
            let page = self.book.worksheet_from_index(0);
            page.map_err(Error::engine(doing))?.autofit();
        }
        self.book.save_to_buffer().map_err(Error::engine(doing))
    }
}

fn too_large(room: &str) -> Error {
    Error::Usage {
        message: format!("the answer does not fit into a sheet, which has {room}"),
        hint: "ask for less, or write csv or parquet".into(),
    }
}

/// The column in a type that a cell knows.
fn as_written(column: &ArrayRef) -> Result<ArrayRef> {
    let wanted = match column.data_type() {
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        _ => return Ok(ArrayRef::clone(column)),
    };
    cast(column, &wanted).map_err(Error::engine("write a workbook"))
}

fn format_of(data_type: &DataType) -> Format {
    let kind = match data_type {
        DataType::Decimal128(_, scale) => Kind::Money((*scale).max(0)),
        DataType::Date32 => Kind::Date,
        _ => Kind::Text,
    };
    match kind.number_format() {
        Some(pattern) => Format::new().set_num_format(pattern),
        None => Format::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::NullArray;
    use arrow::datatypes::Field;

    use super::*;

    #[test]
    fn an_answer_that_does_not_fit_is_refused_whole() {
        let schema = Schema::new(vec![Field::new("nothing", DataType::Null, true)]);
        let rows = |count| [Arc::new(NullArray::new(count)) as ArrayRef];
        let mut full = AnswerBook::new(&schema).unwrap();
        full.add(&rows(1_048_575)).unwrap();
        let said = full.add(&rows(1)).unwrap_err().to_string();
        assert!(said.contains("1048575 rows below its header"), "{said}");
        let wide: Vec<Field> = (0..16_385)
            .map(|n| Field::new(n.to_string(), DataType::Null, true))
            .collect();
        assert!(AnswerBook::new(&Schema::new(wide)).is_err());
    }
}
