//! What was known at a moment: for each table the objects that make it up, and
//! the objects that ever did, with the time each was current.
//!
//! Not here: reading them as tables (`catalogue`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::load::Loaded;
use super::object;
use super::snapshot::{FileEntry, Snapshot};
use crate::contract::{Finding, Severity, TABLES};

/// A table at a moment of knowledge.
#[derive(Debug, Clone, Default)]
pub struct KnownTable {
    /// Objects that were current.
    pub objects: Vec<PathBuf>,
    /// Whether some key has more than one version among them.
    pub has_versions: bool,
    /// Objects that were ever current up to then, each once.
    pub all_objects: Vec<PathBuf>,
    /// (source version, known from, known to); no end = still current.
    pub intervals: Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)>,
}

/// Rows and money of one file of one table and one currency, comparisons with
/// other files included. Money in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadRow {
    pub table: String,
    pub file: String,
    pub currency: Option<String>,
    pub seen: u64,
    pub loaded: u64,
    pub duplicates: u64,
    pub quarantined: u64,
    pub counted_cents: i128,
    pub loaded_cents: i128,
    pub duplicate_cents: i128,
    pub quarantined_cents: i128,
    pub unreadable_amounts: u64,
    pub newest: Option<NaiveDate>,
}

/// Everything the catalogue needs to name tables.
#[derive(Debug, Clone)]
pub struct Known {
    pub as_known: DateTime<Utc>,
    /// The first load: what it brought without a `recorded_date` may be older.
    pub first_known_at: DateTime<Utc>,
    pub snapshot: Snapshot,
    pub tables: BTreeMap<&'static str, KnownTable>,
    pub loads: Vec<LoadRow>,
    /// Parquet files with the quarantined rows of single files.
    pub quarantine: Vec<PathBuf>,
    /// Parquet file with the rows that comparisons took out.
    pub excluded: Option<PathBuf>,
    pub findings: Vec<Finding>,
}

impl Known {
    /// What was known at `as_known`; without it, what is known now.
    ///
    /// A moment before the first load is answered from the first load, and said:
    /// rows that carry a `recorded_date` still obey it.
    #[must_use]
    pub fn at(loaded: &Loaded, as_known: Option<DateTime<Utc>>) -> Self {
        let mut findings = Vec::new();
        let chosen = match as_known {
            None => &loaded.snapshot,
            Some(moment) => loaded
                .snapshots
                .iter()
                .rfind(|s| s.known_at <= moment)
                .unwrap_or_else(|| {
                    let first = loaded.snapshots.first().unwrap_or(&loaded.snapshot);
                    findings.push(Finding::of_table(
                        Severity::Warning,
                        "history",
                        format!(
                            "the first load was on {}, after the moment asked for; rows without a `recorded_date` are taken as known before it",
                            first.known_at.format("%Y-%m-%d %H:%M UTC")
                        ),
                        "map `recorded_date` in the sources whose knowledge is older than this store",
                    ));
                    first
                }),
        };
        let upto: Vec<&Snapshot> = loaded
            .snapshots
            .iter()
            .filter(|s| s.number <= chosen.number)
            .collect();
        let path = |name: &str| object::path_of(&loaded.objects, name);
        let tables = TABLES
            .iter()
            .map(|table| {
                let current: Vec<&FileEntry> = chosen
                    .files
                    .iter()
                    .filter(|f| f.table == table.name)
                    .collect();
                let mut all: BTreeMap<&str, &FileEntry> = BTreeMap::new();
                for entry in upto.iter().flat_map(|s| &s.files) {
                    if entry.table == table.name {
                        all.insert(&entry.version, entry);
                    }
                }
                let known = KnownTable {
                    objects: current.iter().map(|f| path(&f.object)).collect(),
                    has_versions: chosen.across.versioned.iter().any(|t| t == table.name),
                    all_objects: all.values().map(|f| path(&f.object)).collect(),
                    intervals: all
                        .keys()
                        .flat_map(|version| intervals(version, &upto))
                        .collect(),
                };
                (table.name, known)
            })
            .collect();
        Self {
            as_known: as_known.unwrap_or(chosen.known_at),
            first_known_at: loaded.snapshots.first().unwrap_or(chosen).known_at,
            tables,
            loads: load_rows(chosen),
            quarantine: chosen
                .files
                .iter()
                .filter_map(|f| f.quarantine.as_deref().map(path))
                .collect(),
            excluded: chosen.across.excluded.as_deref().map(path),
            snapshot: chosen.clone(),
            findings,
        }
    }
}

/// The times during which a file version was current.
fn intervals(
    version: &str,
    snapshots: &[&Snapshot],
) -> Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)> {
    let mut found: Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)> = Vec::new();
    let mut open = false;
    for snapshot in snapshots {
        let is_current = snapshot.files.iter().any(|f| f.version == version);
        if is_current && !open {
            found.push((version.to_owned(), snapshot.known_at, None));
        } else if !is_current
            && open
            && let Some(last) = found.last_mut()
        {
            last.2 = Some(snapshot.known_at);
        }
        open = is_current;
    }
    found
}

fn load_rows(snapshot: &Snapshot) -> Vec<LoadRow> {
    let mut rows = Vec::new();
    for file in &snapshot.files {
        for total in &file.totals {
            let mut row = LoadRow {
                table: file.table.clone(),
                file: file.file.clone(),
                currency: total.currency.clone(),
                seen: total.seen,
                loaded: total.loaded,
                duplicates: total.duplicates,
                quarantined: total.quarantined,
                counted_cents: total.counted_cents,
                loaded_cents: total.loaded_cents,
                duplicate_cents: total.duplicate_cents,
                quarantined_cents: total.quarantined_cents,
                unreadable_amounts: total.unreadable_amounts,
                newest: file.newest,
            };
            let moved = snapshot
                .across
                .corrections
                .iter()
                .filter(|c| c.version == file.version && c.currency == total.currency);
            for correction in moved {
                let cents: i128 = correction.cents.parse().unwrap_or(0);
                row.loaded -= correction.rows;
                row.loaded_cents -= cents;
                if correction.is_duplicate {
                    row.duplicates += correction.rows;
                    row.duplicate_cents += cents;
                } else {
                    row.quarantined += correction.rows;
                    row.quarantined_cents += cents;
                }
            }
            rows.push(row);
        }
    }
    rows
}
