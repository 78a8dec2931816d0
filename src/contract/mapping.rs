//! Which cell of a file becomes which column of a table.
//!
//! Not here: reading cells (`source`) or typing them (`typing`).

use std::path::Path;

use super::finding::{Finding, Severity};
use super::table::{Column, Table};
use super::tables::{TABLES, table};
use crate::error::{Error, Result};
use crate::project::{ColumnFrom, Condition, FILE_NAME, SourceSpec};

/// Where one declared column comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Header(usize),
    Constant(String),
    Absent,
}

/// A source's columns, resolved against one file's headers.
#[derive(Debug, Clone)]
pub struct Mapping<'a> {
    pub(super) table: &'static Table,
    pub(super) spec: &'a SourceSpec,
    /// In the order of [`Table::all_columns`].
    pub(super) columns: Vec<(&'static Column, Origin, Option<&'a ColumnFrom>)>,
    pub(super) filters: Vec<(usize, &'a Condition)>,
}

/// The table that `spec` feeds, after checking that every column it names exists.
///
/// # Errors
/// [`Error::Config`] with the line of the `[[source]]` block.
pub fn resolve(root: &Path, spec: &SourceSpec) -> Result<&'static Table> {
    let complain = |message: String, hint: String| Error::Config {
        path: root.join(FILE_NAME),
        line: spec.line,
        message,
        hint,
    };
    let found = table(&spec.table).ok_or_else(|| {
        complain(
            format!("`{}` is no table of the contract", spec.table),
            nearest(&spec.table, TABLES.iter().map(|t| t.name)),
        )
    })?;
    for name in spec.columns.keys().chain(spec.constants.keys()) {
        if found.column(name).is_none() {
            return Err(complain(
                format!("table `{}` has no column `{name}`", found.name),
                nearest(name, found.all_columns().map(|c| c.name)),
            ));
        }
        if spec.columns.contains_key(name) && spec.constants.contains_key(name) {
            return Err(complain(
                format!(
                    "column `{name}` of `{}` is both mapped and constant",
                    found.name
                ),
                String::new(),
            ));
        }
    }
    Ok(found)
}

/// "did you mean …?", or all of them where none is near.
fn nearest<'n>(wanted: &str, known: impl Iterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.collect();
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map_or_else(
            || format!("one of: {}", known.join(", ")),
            |(_, name)| format!("did you mean `{name}`?"),
        )
}

impl<'a> Mapping<'a> {
    /// Finds every column of `table` among `headers`.
    ///
    /// # Errors
    /// One finding for each header or required column that is not there.
    pub fn new(
        table: &'static Table,
        spec: &'a SourceSpec,
        headers: &[String],
        file: &str,
    ) -> Result<Self, Vec<Finding>> {
        let mut problems = Vec::new();
        let missing = |column: &str, what: String, hint: String| Finding {
            severity: Severity::Error,
            table: table.name.into(),
            file: file.into(),
            row: 0,
            column: column.into(),
            what,
            hint,
            count: 1,
        };
        let mut position = |header: &str, column: &str| {
            let mut found = (0..headers.len()).filter(|i| headers[*i] == header);
            match (found.next(), found.next()) {
                (Some(i), None) => Some(i),
                (Some(_), Some(_)) => {
                    problems.push(missing(
                        column,
                        format!("the header `{header}` stands in the file more than once"),
                        "give the columns of the file different headers".into(),
                    ));
                    None
                }
                _ => {
                    problems.push(missing(
                        column,
                        format!("the file has no header `{header}`"),
                        nearest(header, headers.iter().map(String::as_str)),
                    ));
                    None
                }
            }
        };
        let mut columns = Vec::new();
        let mut unmapped = Vec::new();
        for column in table.all_columns() {
            let from = spec.columns.get(column.name);
            let origin = if let Some(text) = spec.constants.get(column.name) {
                Origin::Constant(text.clone())
            } else if let Some(from) = from {
                position(from.from.trim(), column.name).map_or(Origin::Absent, Origin::Header)
            } else if headers.iter().any(|h| h == column.name) {
                position(column.name, column.name).map_or(Origin::Absent, Origin::Header)
            } else {
                if column.required {
                    unmapped.push(column.name);
                }
                Origin::Absent
            };
            columns.push((column, origin, from));
        }
        let filters: Vec<_> = spec
            .filter
            .iter()
            .filter_map(|(header, condition)| position(header.trim(), "").map(|i| (i, condition)))
            .collect();
        for column in unmapped {
            problems.push(missing(
                column,
                "the table needs this column, and no header of the file is mapped to it".into(),
                format!(
                    "add `{column} = \"…\"` under [source.columns]; the file has: {}",
                    headers.join(", ")
                ),
            ));
        }
        if problems.is_empty() {
            Ok(Self {
                table,
                spec,
                columns,
                filters,
            })
        } else {
            Err(problems)
        }
    }

    /// Where the declared column `name` comes from.
    pub(super) fn origin(&self, name: &str) -> (&Origin, Option<&'a ColumnFrom>) {
        self.columns
            .iter()
            .find(|(column, ..)| column.name == name)
            .map_or((&Origin::Absent, None), |(_, origin, from)| (origin, *from))
    }

    /// Whether nothing feeds the declared column `name`.
    pub(super) fn lacks(&self, name: &str) -> bool {
        matches!(self.origin(name).0, Origin::Absent)
    }

    /// Headers that no column takes and no filter reads.
    pub(super) fn unused<'h>(&self, headers: &'h [String]) -> Vec<&'h str> {
        headers
            .iter()
            .enumerate()
            .filter(|(i, _)| {
                !self.filters.iter().any(|(f, _)| f == i)
                    && !self
                        .columns
                        .iter()
                        .any(|(_, origin, _)| matches!(origin, Origin::Header(h) if h == i))
            })
            .map(|(_, header)| header.as_str())
            .collect()
    }
}
