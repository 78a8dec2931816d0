//! A finding: something the reader should know about the data, with where it
//! is, why it matters and what to do. A bad row is a finding, never an error.

use serde::{Deserialize, Serialize};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The run is refused.
    Error,
    /// Numbers were affected, and it is said how.
    Warning,
    /// Good to know.
    Info,
}

/// One finding. `row` 0 = the file as a whole; empty `column` = the row as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    pub table: String,
    pub file: String,
    pub row: u64,
    pub column: String,
    /// What is the case, and why that matters.
    pub what: String,
    /// What to do about it.
    pub hint: String,
    /// Rows concerned.
    pub count: u64,
}

impl Finding {
    /// A finding about a table as a whole.
    #[must_use]
    pub fn of_table(severity: Severity, table: &str, what: impl Into<String>, hint: &str) -> Self {
        Self {
            severity,
            table: table.into(),
            file: String::new(),
            row: 0,
            column: String::new(),
            what: what.into(),
            hint: hint.into(),
            count: 1,
        }
    }

    /// "table, file, line, column" as far as known.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = self.table.clone();
        if !self.file.is_empty() {
            place = format!("{place}, {}", self.file);
        }
        if self.row > 0 {
            place = format!("{place}:{}", self.row);
        }
        if !self.column.is_empty() {
            place = format!("{place}, column `{}`", self.column);
        }
        place
    }
}
