//! Exclude: rows that a comparison of files takes out of a table.
//!
//! In: rows of several files, and why one of them is not believed. Out: the row as
//! the quarantine shows it, what it takes from its file's totals, and one finding
//! for many of a kind.
//!
//! Not here: which rows (`across`).

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;

use super::snapshot::Correction;
use crate::contract::{
    FILE, Finding, QuarantineKind, Quarantined, ROW, SOURCE_VERSION, Severity, Table,
    quarantine_batch,
};
use crate::error::{Error, Result};

/// A row taken out of a table, and the file version it belongs to.
pub(super) struct Excluded {
    version: String,
    pub(super) row: Quarantined,
}

/// Where the rows of a joined table came from.
pub(super) struct Place<'a> {
    table: &'a Table,
    batch: &'a RecordBatch,
    files: StringArray,
    versions: StringArray,
}

impl<'a> Place<'a> {
    pub(super) fn new(batch: &'a RecordBatch, table: &'a Table) -> Result<Self> {
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

    pub(super) fn of(&self, row: usize) -> String {
        format!("{}:{}", self.files.value(row), self.line(row))
    }

    pub(super) fn text(&self, column: &str, row: usize) -> Option<String> {
        let column = self.batch.column_by_name(column)?;
        column
            .is_valid(row)
            .then(|| arrow::util::display::array_value_to_string(column, row).ok())
            .flatten()
    }

    pub(super) fn exclude(&self, row: usize, kind: QuarantineKind, reason: String) -> Excluded {
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

pub(super) fn corrections(excluded: &[Excluded]) -> Vec<Correction> {
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

pub(super) fn findings(excluded: &[Excluded]) -> Vec<Finding> {
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
pub(super) fn batch(excluded: &[Excluded]) -> Result<RecordBatch> {
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
