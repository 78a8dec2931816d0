//! Snapshots: what was known at each load. Appended, never changed.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::durable;
use crate::contract::{Finding, Total};
use crate::error::{Error, Result};

/// One source file's version, as one table saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub table: String,
    pub file: String,
    /// BLAKE3 of the file's bytes.
    pub fingerprint: String,
    /// Identity of (file, bytes, mapping, contract); stands in every row.
    pub version: String,
    pub object: String,
    /// The object that holds the quarantined rows, if there were any.
    pub quarantine: Option<String>,
    /// Whether any row carries `valid_from` or `recorded_date`.
    pub has_axes: bool,
    /// Newest fact in the file, for freshness.
    pub newest: Option<chrono::NaiveDate>,
    pub totals: Vec<Total>,
    pub findings: Vec<Finding>,
}

/// What the comparison of files with one another found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Across {
    pub findings: Vec<Finding>,
    /// Object with the rows taken out, `source_version` and `row` among them.
    pub excluded: Option<String>,
    /// Tables in which some key has more than one version.
    pub versioned: Vec<String>,
    /// Corrections to the totals of single files: (version, total to add).
    pub corrections: Vec<Correction>,
}

/// Rows of one file moved out of `loaded` by a comparison with other files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub version: String,
    pub currency: Option<String>,
    pub is_duplicate: bool,
    pub rows: u64,
    pub cents: String,
}

/// One load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub number: u64,
    pub known_at: DateTime<Utc>,
    /// The comparison of files depends on it.
    pub reporting_currency: String,
    pub files: Vec<FileEntry>,
    pub across: Across,
}

impl Snapshot {
    /// Whether `files` is what this snapshot already says.
    pub(super) fn is_same(&self, files: &[FileEntry], currency: &str) -> bool {
        self.reporting_currency == currency
            && self.files.len() == files.len()
            && self
                .files
                .iter()
                .zip(files)
                .all(|(a, b)| a.table == b.table && a.version == b.version)
    }
}

/// All snapshots of a store, oldest first.
///
/// # Errors
/// [`Error::Io`], or [`Error::Bug`] if one cannot be understood.
pub(super) fn read_all(folder: &Path) -> Result<Vec<Snapshot>> {
    let mut snapshots = Vec::new();
    if !folder.is_dir() {
        return Ok(snapshots);
    }
    for entry in std::fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let path = entry.map_err(Error::io("list", folder))?.path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let snapshot: Snapshot = serde_json::from_str(&text).map_err(|e| Error::Io {
            action: "understand the snapshot",
            path: path.clone(),
            source: std::io::Error::other(e),
        })?;
        snapshots.push(snapshot);
    }
    snapshots.sort_by_key(|s| s.number);
    Ok(snapshots)
}

/// Appends a snapshot.
pub(super) fn append(folder: &Path, snapshot: &Snapshot) -> Result<()> {
    let path = folder.join(format!("{:06}.json", snapshot.number));
    let text = serde_json::to_string_pretty(snapshot)
        .map_err(|e| Error::Bug(format!("a snapshot cannot be written: {e}")))?;
    durable::write(&path, text.as_bytes())
}
