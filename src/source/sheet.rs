//! A sheet: headers, cells, and where each row came from.
//!
//! Not here: reading files into one (the readers beside this file).

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use polars::prelude::{Column, DataFrame, StringChunked};

/// A row that could not be split into its cells; it never reaches the cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    pub line: u64,
    pub why: String,
    pub text: String,
}

/// What a file holds, as given.
#[derive(Debug)]
pub struct Sheet {
    pub headers: Vec<String>,
    cells: Cells,
    lines: Lines,
    pub broken: Vec<BrokenRow>,
    /// Data records in the file by the independent count, broken ones included.
    pub record_count: u64,
}

#[derive(Debug)]
enum Cells {
    Text(DataFrame),
    Arrow(RecordBatch),
}

/// The line of each row; most files need no list.
#[derive(Debug)]
pub(super) enum Lines {
    /// Row 0 stands on this line, and so on.
    From(u64),
    Listed(Vec<u64>),
}

impl Sheet {
    pub(super) fn of_text(
        headers: Vec<String>,
        frame: DataFrame,
        lines: Lines,
        broken: Vec<BrokenRow>,
    ) -> Self {
        let record_count = (frame.height() + broken.len()) as u64;
        Self {
            headers,
            cells: Cells::Text(frame),
            lines,
            broken,
            record_count,
        }
    }

    pub(super) fn of_arrow(headers: Vec<String>, batch: RecordBatch) -> Self {
        Self {
            record_count: batch.num_rows() as u64,
            headers,
            cells: Cells::Arrow(batch),
            lines: Lines::From(1),
            broken: Vec::new(),
        }
    }

    /// Rows with cells.
    #[must_use]
    pub fn height(&self) -> usize {
        match &self.cells {
            Cells::Text(frame) => frame.height(),
            Cells::Arrow(batch) => batch.num_rows(),
        }
    }

    /// The 1-based line of row `row` in its file (Parquet: its row number).
    #[must_use]
    pub fn line(&self, row: usize) -> u64 {
        match &self.lines {
            Lines::From(first) => first + row as u64,
            Lines::Listed(list) => list[row],
        }
    }

    /// A column as text, whatever the file held.
    #[must_use]
    pub fn texts(&self, column: usize) -> Texts {
        match &self.cells {
            Cells::Text(frame) => Texts::Polars(text_of(&frame.columns()[column])),
            Cells::Arrow(batch) => Texts::Arrow(as_text(batch.column(column))),
        }
    }

    /// A column as Arrow, where the file was typed already.
    #[must_use]
    pub fn typed(&self, column: usize) -> Option<&ArrayRef> {
        match &self.cells {
            Cells::Text(_) => None,
            Cells::Arrow(batch) => Some(batch.column(column)),
        }
    }
}

fn text_of(column: &Column) -> StringChunked {
    // Every reader in this room asks for text and nothing else.
    column.str().cloned().unwrap_or_default()
}

fn as_text(array: &ArrayRef) -> StringArray {
    arrow::compute::cast(array, &DataType::Utf8).map_or_else(
        |_| StringArray::new_null(array.len()),
        |text| text.as_string::<i32>().clone(),
    )
}

/// One column's cells as text; `None` is a missing cell.
pub enum Texts {
    Polars(StringChunked),
    Arrow(StringArray),
}

impl Texts {
    /// The cells in row order.
    #[must_use]
    pub fn cells(&self) -> Box<dyn Iterator<Item = Option<&str>> + '_> {
        match self {
            Self::Polars(cells) => Box::new(cells.iter()),
            Self::Arrow(cells) => Box::new(cells.iter()),
        }
    }

    /// One cell.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Polars(cells) => cells.get(row),
            Self::Arrow(cells) => cells.is_valid(row).then(|| cells.value(row)),
        }
    }
}
