//! A file in the making: rows of cells, as CSV or as Parquet typed as the
//! contract types the table. What is kept in memory is a buffer.

mod delimited;
mod typed;

use std::path::Path;

use super::digits;
use crate::cli::GeneratedFormat;
use crate::contract::{self, Column};
use crate::error::{Error, Result};
use delimited::Delimited;
use typed::Typed;

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    None,
    Text(&'a str),
    /// A prefix and a number of at least so many digits: `I-00017`.
    Id(&'a str, u64, usize),
    /// Cents.
    Money(i64),
    /// A whole number of parts of 10 to so many.
    Number(i64, u32),
    Integer(i64),
    /// Days since 1970-01-01.
    Date(i32),
    Flag(bool),
}

/// A file that rows are added to.
pub(super) enum Sheet {
    Csv(Delimited),
    Parquet(Box<Typed>),
}

impl Sheet {
    /// A new file under `folder`.
    pub(super) fn create(
        folder: &Path,
        name: &str,
        table: &str,
        columns: &[&str],
        format: GeneratedFormat,
    ) -> Result<Self> {
        let columns = declared(table, columns)?;
        let path = folder.join(format!("{name}.{}", format.extension()));
        Ok(match format {
            GeneratedFormat::Csv => Self::Csv(Delimited::create(path, &columns)?),
            GeneratedFormat::Parquet => Self::Parquet(Box::new(Typed::create(path, &columns)?)),
        })
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        match self {
            Self::Csv(file) => file.row(cells),
            Self::Parquet(file) => file.row(cells),
        }
    }

    /// Writes what is left.
    pub(super) fn close(self) -> Result<()> {
        match self {
            Self::Csv(file) => file.close(),
            Self::Parquet(file) => file.close(),
        }
    }
}

/// The declarations of the columns.
fn declared(table: &str, columns: &[&str]) -> Result<Vec<Column>> {
    columns
        .iter()
        .map(|name| {
            contract::table(table)
                .and_then(|t| t.column(name))
                .copied()
                .ok_or_else(|| Error::Bug(format!("the contract has no `{table}.{name}`")))
        })
        .collect()
}

/// A cell as text, added to `bytes`.
fn write_text(bytes: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::None => {}
        Cell::Text(text) => bytes.extend_from_slice(text.as_bytes()),
        Cell::Id(prefix, number, width) => {
            bytes.extend_from_slice(prefix.as_bytes());
            digits::write_whole(bytes, number, width);
        }
        Cell::Money(cents) => digits::write_parts(bytes, cents, 2),
        Cell::Number(parts, decimals) => digits::write_parts(bytes, parts, decimals),
        Cell::Integer(number) => digits::write_parts(bytes, number, 0),
        Cell::Date(days) => {
            let (year, month, day) = super::days::civil(days);
            digits::write_whole(bytes, u64::from(year.unsigned_abs()), 4);
            bytes.push(b'-');
            digits::write_whole(bytes, u64::from(month), 2);
            bytes.push(b'-');
            digits::write_whole(bytes, u64::from(day), 2);
        }
        Cell::Flag(flag) => bytes.extend_from_slice(if flag { b"true" } else { b"false" }),
    }
}
