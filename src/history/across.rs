//! Checks that one file alone cannot pass or fail: keys that two files share,
//! references to other tables, and currencies without a rate.
//!
//! In: the current files. Out: what was taken out and what is to be said of it.
//! Rows are read only where the files' digests show that something is to be found.
//!
//! A broken reference is reported and its row kept: what it refers to may come
//! tomorrow, and a number that silently loses rows is worse than one that says so.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{Date32Type, Schema};
use arrow::record_batch::RecordBatch;

use super::digest::{self, Digest};
use super::exclude::{self, Excluded, Place};
use super::object::{self, read_object};
use super::snapshot::{Across, FileEntry};
use crate::contract::{
    Finding, QuarantineKind, RECORDED_DATE, Severity, TABLES, Table, VALID_FROM, display_cents,
    find_duplicates, table,
};
use crate::crew;
use crate::error::{Error, Result};

/// The current files of one table, each with its digest.
struct Files<'a> {
    objects: &'a Path,
    table: &'a Table,
    entries: Vec<(&'a FileEntry, Digest)>,
}

/// Compares the current files with one another.
pub(super) fn compare(
    objects: &Path,
    files: &[FileEntry],
    currency: &str,
    threads: usize,
) -> Result<Across> {
    let mut across = Across::default();
    let mut excluded = Vec::new();
    for table in TABLES {
        let entries: Vec<&FileEntry> = files.iter().filter(|f| f.table == table.name).collect();
        if entries.is_empty() {
            continue;
        }
        let digests = crew::in_order(threads, &entries, |entry| {
            digest::of(objects, table, &entry.object)
        })?;
        let of_table = Files {
            objects,
            table,
            entries: entries.into_iter().zip(digests).collect(),
        };
        if let Some(rows) = of_table.rows_of_repeated_keys()? {
            if of_table.entries.iter().any(|(e, _)| e.has_axes) && has_versions(table, &rows)? {
                across.versioned.push(table.name.to_owned());
            }
            if of_table.entries.len() > 1 {
                excluded.extend(shared_keys(table, &rows)?);
            }
        }
        across.findings.extend(of_table.broken_references(files)?);
        excluded.extend(of_table.without_rate(files, currency)?);
    }
    if !excluded.is_empty() {
        across.corrections = exclude::corrections(&excluded);
        across.findings.extend(exclude::findings(&excluded));
        across.excluded = Some(object::keep(objects, &exclude::batch(&excluded)?)?);
    }
    Ok(across)
}

fn columns_of(objects: &Path, entries: &[&FileEntry], columns: &[&str]) -> Result<RecordBatch> {
    let batches = entries
        .iter()
        .map(|e| read_object(&object::path_of(objects, &e.object), columns))
        .filter(|b| b.as_ref().map_or(true, |b| b.num_columns() > 0))
        .collect::<Result<Vec<_>>>()?;
    joined(&batches)
}

fn joined(batches: &[RecordBatch]) -> Result<RecordBatch> {
    let schema = batches
        .first()
        .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    concat_batches(&schema, batches).map_err(Error::engine("join the files of a table"))
}

fn arrays(batch: &RecordBatch, names: &[&str]) -> Vec<ArrayRef> {
    names
        .iter()
        .filter_map(|name| batch.column_by_name(name).cloned())
        .collect()
}

/// Whether any key, leaving the time axes aside, stands in more than one row.
fn has_versions(table: &Table, rows: &RecordBatch) -> Result<bool> {
    let keys = arrays(rows, table.key);
    let found = find_duplicates(&keys, &keys, || Ok(keys.clone()))
        .map_err(Error::engine("compare keys"))?;
    Ok(!found.identical.is_empty())
}

/// Rows whose key stands in more than one file.
fn shared_keys(table: &Table, rows: &RecordBatch) -> Result<Vec<Excluded>> {
    let axes: Vec<&str> = table
        .key
        .iter()
        .copied()
        .chain([VALID_FROM, RECORDED_DATE])
        .collect();
    let declared: Vec<&str> = table.all_columns().map(|c| c.name).collect();
    let found = find_duplicates(&arrays(rows, table.key), &arrays(rows, &axes), || {
        Ok(arrays(rows, &declared))
    })
    .map_err(Error::engine("compare rows"))?;
    let place = Place::new(rows, table)?;
    let key = table.key.join(", ");
    let mut excluded = Vec::new();
    for (row, other) in found.identical {
        excluded.push(place.exclude(
            row,
            QuarantineKind::Duplicate,
            format!(
                "has the same key ({key}) as {} and the same content; that one is kept",
                place.of(other)
            ),
        ));
    }
    for (row, other) in found.conflicting {
        excluded.push(place.exclude(
            row,
            QuarantineKind::Contract,
            format!(
                "has the same key ({key}) as {} and other content; neither is believed",
                place.of(other)
            ),
        ));
    }
    Ok(excluded)
}

/// Values that stand more than once in sorted lists.
fn repeated<'k>(lists: impl Iterator<Item = &'k [u64]>) -> HashSet<u64> {
    let mut all: Vec<u64> = lists.flatten().copied().collect();
    #[expect(
        clippy::stable_sort_primitive,
        reason = "sorted runs are merged by this sort, and sorted again by the other"
    )]
    all.sort();
    let pairs = all.windows(2).filter(|pair| pair[0] == pair[1]);
    pairs.map(|pair| pair[0]).collect()
}

impl Files<'_> {
    /// Every row whose key is, by its fingerprint, the key of another row as well;
    /// in the order of the files. `None` where there is none.
    fn rows_of_repeated_keys(&self) -> Result<Option<RecordBatch>> {
        let repeated = repeated(self.entries.iter().map(|(_, d)| d.keys.as_slice()));
        if repeated.is_empty() {
            return Ok(None);
        }
        let mut batches = Vec::new();
        for (entry, digest) in &self.entries {
            if !digest.keys.iter().any(|key| repeated.contains(key)) {
                continue;
            }
            let rows = read_object(&object::path_of(self.objects, &entry.object), &[])?;
            let keys = digest::fingerprints(self.table, &rows).into_iter();
            let is_repeated: BooleanArray = keys
                .map(|key| Some(key.is_some_and(|key| repeated.contains(&key))))
                .collect();
            let rows = filter_record_batch(&rows, &is_repeated);
            batches.push(rows.map_err(Error::engine("compare keys"))?);
        }
        joined(&batches).map(Some)
    }

    /// One finding per reference that has unknown values, with the money concerned.
    fn broken_references(&self, files: &[FileEntry]) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for reference in self.table.references {
            let targets: Vec<&FileEntry> = files
                .iter()
                .filter(|f| f.table == reference.table)
                .collect();
            if targets.is_empty() {
                continue;
            }
            let known = columns_of(self.objects, &targets, &[reference.key])?;
            let known: HashSet<&str> = known
                .column_by_name(reference.key)
                .map(|c| c.as_string::<i32>().iter().flatten().collect())
                .unwrap_or_default();
            let mut unknown: BTreeMap<&str, u64> = BTreeMap::new();
            let mut cents = 0;
            for used in self.entries.iter().flat_map(|(_, digest)| &digest.uses) {
                if used.column == reference.column && !known.contains(used.value.as_str()) {
                    *unknown.entry(&used.value).or_default() += used.rows;
                    cents += used.cents;
                }
            }
            if unknown.is_empty() {
                continue;
            }
            let rows: u64 = unknown.values().sum();
            let examples: Vec<&str> = unknown.keys().take(3).copied().collect();
            let money = self.table.money.map_or(String::new(), |_| {
                format!(", {} in all", display_cents(cents))
            });
            findings.push(Finding {
                column: reference.column.into(),
                count: rows,
                ..Finding::of_table(
                    Severity::Warning,
                    self.table.name,
                    format!(
                        "{}{money} {} unknown to `{}` (such as {}); {}",
                        if rows == 1 {
                            "1 row".to_owned()
                        } else {
                            format!("{rows} rows")
                        },
                        match (rows, unknown.len()) {
                            (1, _) => "names an id".to_owned(),
                            (_, 1) => "name an id".to_owned(),
                            (_, n) => format!("name {n} ids"),
                        },
                        reference.table,
                        examples.join(", "),
                        match reference.table {
                            "goals" | "initiatives" => "kept, and counted as unaligned",
                            _ => "kept, and used by no figure until it is known",
                        },
                    ),
                    &format!(
                        "add them to `{}` (or see whether they are in quarantine), or correct the rows",
                        reference.table
                    ),
                )
            });
        }
        Ok(findings)
    }

    /// Money rows in a currency from which no rate leads to the reporting currency.
    fn without_rate(&self, files: &[FileEntry], reporting: &str) -> Result<Vec<Excluded>> {
        let (Some((_, currency)), Some(date)) = (self.table.money, self.table.money_date()) else {
            return Ok(Vec::new());
        };
        let first_rate = first_rates(self.objects, files)?;
        let has_rate = |code: &str, day: Option<i32>| {
            let first = first_rate.get(code);
            first.is_some_and(|first| day.is_some_and(|day| *first <= day))
        };
        let mut excluded = Vec::new();
        for (entry, digest) in &self.entries {
            let mut foreign = digest
                .uses
                .iter()
                .filter(|u| u.column == currency && u.value != reporting);
            if foreign.all(|u| has_rate(&u.value, u.first_day)) {
                continue;
            }
            let rows = read_object(&object::path_of(self.objects, &entry.object), &[])?;
            let place = Place::new(&rows, self.table)?;
            let dates = rows
                .column_by_name(date)
                .map(|c| c.as_primitive::<Date32Type>().clone())
                .ok_or_else(|| Error::Bug(format!("an object has no column `{date}`")))?;
            for row in 0..rows.num_rows() {
                let code = place.text(currency, row).filter(|c| c != reporting);
                let day = dates.is_valid(row).then(|| dates.value(row));
                let Some(code) = code.filter(|code| !has_rate(code, day)) else {
                    continue;
                };
                let reason = format!(
                    "is in {code}, and `fx_rates` has no rate from {code} to {reporting} on or before its `{date}`"
                );
                let mut out = place.exclude(row, QuarantineKind::Contract, reason);
                out.row.column = currency.into();
                out.row.value = code;
                excluded.push(out);
            }
        }
        Ok(excluded)
    }
}

/// The first day with a rate, per currency.
fn first_rates(objects: &Path, files: &[FileEntry]) -> Result<HashMap<String, i32>> {
    let entries: Vec<&FileEntry> = files.iter().filter(|f| f.table == "fx_rates").collect();
    let mut first = HashMap::new();
    if entries.is_empty() || table("fx_rates").is_none() {
        return Ok(first);
    }
    let batch = columns_of(objects, &entries, &["currency", "rate_date"])?;
    if let (Some(codes), Some(days)) = (
        batch.column_by_name("currency"),
        batch.column_by_name("rate_date"),
    ) {
        let days = days.as_primitive::<Date32Type>();
        for (row, code) in codes.as_string::<i32>().iter().enumerate() {
            if let Some(code) = code {
                let day = first.entry(code.to_owned()).or_insert(i32::MAX);
                *day = (*day).min(days.value(row));
            }
        }
    }
    Ok(first)
}
