//! Checks that one file alone cannot pass or fail: keys that two files share,
//! references to other tables, and currencies without a rate.
//!
//! A broken reference is reported and its row kept: what it refers to may come
//! tomorrow, and a number that silently loses rows is worse than one that says so.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;

use super::object::{self, read_object};
use super::snapshot::{Across, Correction, FileEntry};
use crate::contract::{
    FILE, Finding, QuarantineKind, Quarantined, RECORDED_DATE, ROW, SOURCE_VERSION, Severity,
    TABLES, Table, VALID_FROM, display_cents, find_duplicates, quarantine_batch, table,
};
use crate::error::{Error, Result};

/// A row taken out of a table, and the file version it belongs to.
struct Excluded {
    version: String,
    row: Quarantined,
}

/// Compares the current files with one another.
pub(super) fn compare(objects: &Path, files: &[FileEntry], currency: &str) -> Result<Across> {
    let mut across = Across::default();
    let mut excluded = Vec::new();
    for table in TABLES {
        let entries: Vec<&FileEntry> = files.iter().filter(|f| f.table == table.name).collect();
        if entries.is_empty() {
            continue;
        }
        if entries.iter().any(|e| e.has_axes) && has_versions(objects, table, &entries)? {
            across.versioned.push(table.name.to_owned());
        }
        if entries.len() > 1 {
            excluded.extend(shared_keys(objects, table, &entries)?);
        }
        across
            .findings
            .extend(broken_references(objects, table, &entries, files)?);
        excluded.extend(without_rate(objects, table, &entries, files, currency)?);
    }
    if !excluded.is_empty() {
        across.corrections = corrections(&excluded);
        across.findings.extend(excluded_findings(&excluded));
        across.excluded = Some(object::keep(objects, &exclusion_batch(&excluded)?)?);
    }
    Ok(across)
}

fn columns_of(objects: &Path, entries: &[&FileEntry], columns: &[&str]) -> Result<RecordBatch> {
    let batches = entries
        .iter()
        .map(|e| read_object(&object::path_of(objects, &e.object), columns))
        .filter(|b| b.as_ref().map_or(true, |b| b.num_columns() > 0))
        .collect::<Result<Vec<_>>>()?;
    let schema = batches
        .first()
        .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    concat_batches(&schema, &batches).map_err(Error::engine("join the files of a table"))
}

fn arrays(batch: &RecordBatch, names: &[&str]) -> Vec<ArrayRef> {
    names
        .iter()
        .filter_map(|name| batch.column_by_name(name).cloned())
        .collect()
}

/// Whether any key, leaving the time axes aside, stands in more than one row.
fn has_versions(objects: &Path, table: &Table, entries: &[&FileEntry]) -> Result<bool> {
    let batch = columns_of(objects, entries, table.key)?;
    let keys = arrays(&batch, table.key);
    let found = find_duplicates(&keys, &keys, &keys).map_err(Error::engine("compare keys"))?;
    Ok(!found.identical.is_empty())
}

/// Rows whose key stands in more than one file.
fn shared_keys(objects: &Path, table: &Table, entries: &[&FileEntry]) -> Result<Vec<Excluded>> {
    let axes: Vec<&str> = table
        .key
        .iter()
        .copied()
        .chain([VALID_FROM, RECORDED_DATE])
        .collect();
    let keys_only = columns_of(objects, entries, &axes)?;
    let (identity, keys) = (arrays(&keys_only, table.key), arrays(&keys_only, &axes));
    let first = find_duplicates(&identity, &keys, &keys).map_err(Error::engine("compare keys"))?;
    if first.identical.is_empty() {
        return Ok(Vec::new());
    }
    let batch = columns_of(objects, entries, &[])?;
    let declared: Vec<&str> = table.all_columns().map(|c| c.name).collect();
    let found = find_duplicates(
        &arrays(&batch, table.key),
        &arrays(&batch, &axes),
        &arrays(&batch, &declared),
    )
    .map_err(Error::engine("compare rows"))?;
    let place = Place::new(&batch, table)?;
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

/// Where the rows of a joined table came from.
struct Place<'a> {
    table: &'a Table,
    batch: &'a RecordBatch,
    files: StringArray,
    versions: StringArray,
}

impl<'a> Place<'a> {
    fn new(batch: &'a RecordBatch, table: &'a Table) -> Result<Self> {
        let plain = |name: &str| -> Result<StringArray> {
            let column = batch
                .column_by_name(name)
                .ok_or_else(|| Error::Bug(format!("an object has no column `{name}`")))?;
            let text = cast(column, &DataType::Utf8).map_err(Error::engine("read a dictionary"))?;
            Ok(text.as_string::<i32>().clone())
        };
        Ok(Self {
            table,
            batch,
            files: plain(FILE)?,
            versions: plain(SOURCE_VERSION)?,
        })
    }

    fn line(&self, row: usize) -> u64 {
        self.batch
            .column_by_name(ROW)
            .and_then(|c| u64::try_from(c.as_primitive::<Int64Type>().value(row)).ok())
            .unwrap_or(0)
    }

    fn of(&self, row: usize) -> String {
        format!("{}:{}", self.files.value(row), self.line(row))
    }

    fn text(&self, column: &str, row: usize) -> Option<String> {
        let column = self.batch.column_by_name(column)?;
        column
            .is_valid(row)
            .then(|| arrow::util::display::array_value_to_string(column, row).ok())
            .flatten()
    }

    fn exclude(&self, row: usize, kind: QuarantineKind, reason: String) -> Excluded {
        let column = self.table.key.first().copied().unwrap_or("");
        let money = self.table.money;
        let record: serde_json::Map<String, serde_json::Value> = self
            .table
            .all_columns()
            .map(|c| (c.name.to_owned(), self.text(c.name, row).into()))
            .collect();
        Excluded {
            version: self.versions.value(row).to_owned(),
            row: Quarantined {
                kind,
                table: self.table.name.into(),
                file: self.files.value(row).to_owned(),
                row: self.line(row),
                column: column.into(),
                value: self.text(column, row).unwrap_or_default(),
                reason,
                amount: money.and_then(|(amount, _)| {
                    let amounts = self.batch.column_by_name(amount)?;
                    let amounts = amounts.as_primitive::<Decimal128Type>();
                    amounts.is_valid(row).then(|| amounts.value(row))
                }),
                currency: money.and_then(|(_, currency)| self.text(currency, row)),
                record: serde_json::Value::Object(record).to_string(),
            },
        }
    }
}

/// One finding per reference that has unknown values, with the money concerned.
fn broken_references(
    objects: &Path,
    table: &Table,
    entries: &[&FileEntry],
    files: &[FileEntry],
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for reference in table.references {
        let targets: Vec<&FileEntry> = files
            .iter()
            .filter(|f| f.table == reference.table)
            .collect();
        if targets.is_empty() {
            continue;
        }
        let known = columns_of(objects, &targets, &[reference.key])?;
        let known: HashSet<&str> = known
            .column_by_name(reference.key)
            .map(|c| c.as_string::<i32>().iter().flatten().collect())
            .unwrap_or_default();
        let mut wanted = vec![reference.column];
        wanted.extend(table.money.map(|(amount, _)| amount));
        let batch = columns_of(objects, entries, &wanted)?;
        let Some(column) = batch.column_by_name(reference.column) else {
            continue;
        };
        let amounts = table
            .money
            .and_then(|(amount, _)| batch.column_by_name(amount))
            .map(arrow::array::AsArray::as_primitive::<Decimal128Type>);
        let mut unknown: BTreeMap<&str, u64> = BTreeMap::new();
        let mut cents = 0;
        for (row, value) in column.as_string::<i32>().iter().enumerate() {
            if let Some(value) = value.filter(|v| !known.contains(v)) {
                *unknown.entry(value).or_default() += 1;
                cents += amounts
                    .filter(|a| a.is_valid(row))
                    .map_or(0, |a| a.value(row));
            }
        }
        if unknown.is_empty() {
            continue;
        }
        let rows: u64 = unknown.values().sum();
        let examples: Vec<&str> = unknown.keys().take(3).copied().collect();
        let money = amounts.map_or(String::new(), |_| {
            format!(", {} in all", display_cents(cents))
        });
        findings.push(Finding {
            column: reference.column.into(),
            count: rows,
            ..Finding::of_table(
                Severity::Warning,
                table.name,
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
fn without_rate(
    objects: &Path,
    money_table: &Table,
    entries: &[&FileEntry],
    files: &[FileEntry],
    reporting: &str,
) -> Result<Vec<Excluded>> {
    let (Some((_, currency)), Some(date)) = (
        money_table.money,
        match money_table.name {
            "spend" => Some("posted_date"),
            "budgets" => Some("period_start_date"),
            _ => None,
        },
    ) else {
        return Ok(Vec::new());
    };
    let is_foreign = |c: &Option<String>| c.as_ref().is_some_and(|c| c != reporting);
    if !entries
        .iter()
        .flat_map(|e| &e.totals)
        .any(|t| is_foreign(&t.currency))
    {
        return Ok(Vec::new());
    }
    let first_rate = first_rates(objects, files)?;
    let batch = columns_of(objects, entries, &[])?;
    // Every row may be in quarantine already.
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let place = Place::new(&batch, money_table)?;
    let dates = batch
        .column_by_name(date)
        .map(|c| c.as_primitive::<Date32Type>().clone())
        .ok_or_else(|| Error::Bug(format!("an object has no column `{date}`")))?;
    let mut excluded = Vec::new();
    for row in 0..batch.num_rows() {
        let Some(code) = place.text(currency, row).filter(|c| c != reporting) else {
            continue;
        };
        let is_reachable = first_rate
            .get(&code)
            .is_some_and(|first| dates.is_valid(row) && *first <= dates.value(row));
        if !is_reachable {
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

fn corrections(excluded: &[Excluded]) -> Vec<Correction> {
    let mut sums: BTreeMap<(String, Option<String>, bool), (u64, i128)> = BTreeMap::new();
    for out in excluded {
        let key = (
            out.version.clone(),
            out.row.currency.clone(),
            out.row.kind == QuarantineKind::Duplicate,
        );
        let sum = sums.entry(key).or_default();
        sum.0 += 1;
        sum.1 += out.row.amount.unwrap_or(0);
    }
    sums.into_iter()
        .map(
            |((version, currency, is_duplicate), (rows, cents))| Correction {
                version,
                currency,
                is_duplicate,
                rows,
                cents: cents.to_string(),
            },
        )
        .collect()
}

fn excluded_findings(excluded: &[Excluded]) -> Vec<Finding> {
    let mut counts: BTreeMap<(&str, bool), (u64, &Excluded)> = BTreeMap::new();
    for out in excluded {
        let key = (
            out.row.table.as_str(),
            out.row.kind == QuarantineKind::Duplicate,
        );
        counts.entry(key).or_insert((0, out)).0 += 1;
    }
    counts
        .into_iter()
        .map(|((table, is_duplicate), (count, example))| Finding {
            count,
            file: example.row.file.clone(),
            row: example.row.row,
            ..Finding::of_table(
                Severity::Warning,
                table,
                if is_duplicate {
                    format!("{count} rows repeat rows of another file to the letter; one of each is kept")
                } else {
                    format!(
                        "{count} rows were taken out when files were compared; the first {}",
                        example.row.reason
                    )
                },
                "the quarantine lists them all",
            )
        })
        .collect()
}

/// The quarantine schema, with the file version in front.
fn exclusion_batch(excluded: &[Excluded]) -> Result<RecordBatch> {
    let rows: Vec<Quarantined> = excluded.iter().map(|e| e.row.clone()).collect();
    let batch = quarantine_batch(&rows).map_err(Error::engine("write the exclusions"))?;
    let versions: StringArray = excluded.iter().map(|e| Some(e.version.as_str())).collect();
    let mut fields = vec![Field::new(SOURCE_VERSION, DataType::Utf8, false)];
    fields.extend(batch.schema().fields().iter().map(|f| f.as_ref().clone()));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(versions)];
    columns.extend(batch.columns().iter().cloned());
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(Error::engine("write the exclusions"))
}
