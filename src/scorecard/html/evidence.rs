//! Evidence: what the figures rest on: findings, gaps, loads and the tables.
//!
//! In: what loading, checking and publishing recorded, written as text. Out:
//! nothing; `render` reads it.
//!
//! Not here: the figures themselves (page).

use serde::Serialize;

use super::page::Tone;

/// How grave a notice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Rows were refused or a figure is wrong without action.
    Error,
    /// A figure may mislead.
    Warning,
    /// Good to know.
    #[default]
    Note,
}

/// A load or contract finding.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Notice {
    /// How grave.
    pub severity: Severity,
    /// What was found.
    pub what: String,
    /// Where: table, file, row.
    pub place: String,
    /// Why it matters.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

/// An analysis that could not run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NotComputed {
    /// The analysis.
    pub analysis: String,
    /// The missing table.column.
    pub missing: String,
    /// What it would unlock.
    pub unlocks: String,
    /// Money concerned.
    pub money: String,
}

/// What was loaded into one table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Load {
    /// Table.
    pub table: String,
    /// Files read.
    pub file_count: String,
    /// Rows seen.
    pub seen: String,
    /// Rows loaded.
    pub loaded: String,
    /// Rows quarantined.
    pub quarantined: String,
    /// Newest date in the table.
    pub newest_date: String,
    /// How old that is; may be empty.
    pub age: String,
    /// Judgement on the age.
    pub freshness: Tone,
}

/// A published model: what it asks, how it is held to it, and its first rows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Model {
    /// `family.model`.
    pub name: String,
    /// The question it answers.
    pub question: String,
    /// What one row is.
    pub grain: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Checks the table is held to.
    pub checks: Vec<String>,
    /// Source rows behind a figure.
    pub receipt: String,
    /// What it leaves out.
    pub leaves_out: String,
    /// Method reference.
    pub method: String,
    /// The query.
    pub sql: String,
    /// Rows in the published table.
    pub row_count: usize,
    /// Path of the published table, relative to the page.
    pub parquet_path: String,
    /// First rows; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A column of a model.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as the header gives it, e.g. `decimal(38,2)`.
    pub type_name: String,
    /// Meaning.
    pub description: String,
}
