//! Answer: the rows of a statement in the format of whoever reads them.
//!
//! In: record batches, one after the other. Out: text or bytes, written as they
//! come; only a workbook, and a table for the width of its columns, are gathered.
//!
//! Rule: nothing is rounded and nothing is left out unsaid. Decimals keep every
//! digit in every format.

mod cells;
mod csv;
mod json;
mod markdown;
mod parquet;
mod table;
mod xlsx;

use std::path::Path;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use clap::ValueEnum;

use super::output::{Sink, Written};

pub(super) use cells::type_name;

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns side by side, for people
    Table,
    /// Commas; NULL is nothing, an empty text is ""
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    Parquet,
    Xlsx,
    Markdown,
}

impl Format {
    /// As it is typed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
            Self::Markdown => "markdown",
        }
    }

    /// The one that a file's name asks for.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "parquet" => Some(Self::Parquet),
            "xlsx" => Some(Self::Xlsx),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" => Some(Self::Table),
            _ => None,
        }
    }

    /// Whether it is no text.
    #[must_use]
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Xlsx)
    }

    /// What stands between two answers.
    pub(super) fn between(self) -> &'static str {
        match self {
            Self::Table | Self::Csv | Self::Markdown => "\n",
            Self::Json | Self::Ndjson | Self::Parquet | Self::Xlsx => "",
        }
    }
}

/// How an answer looks at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Rows of a table that are shown; `None` = all.
    pub(super) rows: Option<usize>,
    /// Fit the columns to this width; `None` = as wide as they are.
    pub(super) width: Option<u16>,
    pub(super) is_dimmed: bool,
}

/// One answer in the making.
pub(super) trait Answer {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written;

    /// Writes what is left; says what was not shown.
    fn end(self: Box<Self>, sink: &mut Sink) -> Written<Option<String>>;
}

/// Begins an answer.
pub(super) fn begin(
    format: Format,
    schema: &SchemaRef,
    look: Look,
    sink: &mut Sink,
) -> Written<Box<dyn Answer>> {
    Ok(match format {
        Format::Table => Box::new(table::Table::new(schema, look)),
        Format::Csv => Box::new(csv::Csv::begin(schema, sink)?),
        Format::Json => Box::new(json::Json::array(schema)),
        Format::Ndjson => Box::new(json::Json::lines(schema)),
        Format::Markdown => Box::new(markdown::Markdown::begin(schema, sink)?),
        Format::Parquet => Box::new(parquet::Parquet::begin(schema, sink)?),
        Format::Xlsx => Box::new(xlsx::Xlsx::new(schema)?),
    })
}
