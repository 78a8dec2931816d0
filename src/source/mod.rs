//! Source: files, read as given.
//!
//! Takes a path and how it is written; gives a [`Sheet`]: headers, cells as
//! text (or, from Parquet, as Arrow) and the line each row came from. Nothing is
//! inferred and nothing is repaired; what cannot be read is said.
//!
//! Not here: what a cell means or whether it may be believed (`contract`).
//!
//! Two independent readers see every delimited file: the `csv` crate counts the
//! records (and shows each to the caller's audit), polars parses the cells. A
//! sheet leaves this room only if both saw the same number of rows. Excel
//! belongs here too, as a third kind of file beside `csv`, `ndjson` and `parquet`.

mod delimited;
mod encoding;
mod files;
mod ndjson;
mod parquet;
mod sheet;

use std::path::Path;

use ::csv::StringRecord;

pub use files::{SourceFile, expand, fingerprint};
pub use sheet::{BrokenRow, Sheet, Texts};

use crate::error::{Error, Result};
use crate::project::{Format, SourceSpec};

/// Why a file as a whole cannot be read: a problem of the data, not of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// 1-based line, 0 where none is known.
    pub line: u64,
    pub why: String,
    pub hint: String,
}

impl Unreadable {
    pub(crate) fn new(line: u64, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            line,
            why: why.into(),
            hint: hint.into(),
        }
    }
}

/// A file that has been opened: its headers are known, its rows not yet read.
pub enum Opened {
    Delimited(delimited::Delimited),
    Ndjson(ndjson::Ndjson),
    Parquet(parquet::ParquetFile),
}

/// Opens `path` as `spec` says it is written.
///
/// # Errors
/// [`Error::Io`] if the bytes cannot be read; the inner `Err` if they are not
/// what `spec` says.
pub fn open(path: &Path, spec: &SourceSpec) -> Result<Result<Opened, Unreadable>> {
    let Some(format) = spec.format.or_else(|| format_of(path)) else {
        let is_excel = extension(path).is_some_and(|e| e.starts_with("xls"));
        return Ok(Err(if is_excel {
            Unreadable::new(
                0,
                "Excel workbooks are not read yet",
                "save the sheet as CSV (UTF-8) and name that file",
            )
        } else {
            Unreadable::new(
                0,
                "the file name does not tell its format",
                "set `format` to \"csv\", \"ndjson\" or \"parquet\" in this source",
            )
        }));
    };
    Ok(match format {
        Format::Csv => {
            let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
            delimited::Delimited::open(bytes, spec).map(Opened::Delimited)
        }
        Format::Ndjson => {
            let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
            ndjson::Ndjson::open(bytes, spec).map(Opened::Ndjson)
        }
        Format::Parquet => parquet::ParquetFile::open(path)?.map(Opened::Parquet),
    })
}

impl Opened {
    /// The headers, trimmed, in file order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        match self {
            Self::Delimited(file) => &file.headers,
            Self::Ndjson(file) => &file.headers,
            Self::Parquet(file) => &file.headers,
        }
    }

    /// Reads all rows; shows every well-formed record to `audit` on the way.
    ///
    /// # Errors
    /// [`Unreadable`] if the readers disagree or the content is malformed.
    pub fn read(self, audit: &mut dyn FnMut(&StringRecord)) -> Result<Sheet, Unreadable> {
        match self {
            Self::Delimited(file) => file.read(audit),
            Self::Ndjson(file) => file.read(audit),
            Self::Parquet(file) => file.read(audit),
        }
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn format_of(path: &Path) -> Option<Format> {
    match extension(path)?.as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "parquet" => Some(Format::Parquet),
        _ => None,
    }
}
