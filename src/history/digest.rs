//! Digest: what a comparison of files needs to know of one object, without its rows.
//!
//! In: an object and its table. Out: the fingerprint of each key, sorted, and for
//! each column that names rows of another table, or a currency, its values with
//! their rows and money. Kept under the object's name, so it cannot be stale: a night that brings one new file reads the rows of one file.
//!
//! Not here: what follows from it (`across`).

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Int64Array, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use twox_hash::XxHash64;

use super::{durable, object};
use crate::contract::Table;
use crate::error::{Error, Result};

/// Beside the objects; what is lost there is made again from them.
const FOLDER: &str = "digests";

/// Raised when a fingerprint or a column here comes to mean something else.
const VERSION: u32 = 1;

/// What is known of one object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    /// Fingerprints of the keys, time axes aside; sorted. A row without any part of
    /// a key has none.
    pub(super) keys: Vec<u64>,
    pub(super) uses: Vec<Use>,
}

/// A value of a column that names something elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) column: String,
    pub(super) value: String,
    pub(super) rows: u64,
    /// Of the table's money; 0 for a table without.
    pub(super) cents: i128,
    /// The first day of the money, as Arrow counts days; `None` for a table without.
    pub(super) first_day: Option<i32>,
}

/// The digest of an object: as it was kept, or made now.
///
/// # Errors
/// [`Error::Io`] or [`Error::Engine`] if the store is damaged.
pub(super) fn of(objects: &Path, table: &Table, name: &str) -> Result<Digest> {
    let (keys, uses) = paths(objects, name);
    if let (Ok(keys), true) = (std::fs::read(keys), uses.is_file()) {
        let (keys, _) = keys.as_chunks();
        return Ok(Digest {
            keys: keys.iter().map(|k| u64::from_le_bytes(*k)).collect(),
            uses: read_uses(&object::read_object(&uses, &[])?)?,
        });
    }
    let rows = object::read_object(&object::path_of(objects, name), &columns(table))?;
    keep(objects, table, name, &rows)
}

/// Makes the digest of an object's rows and keeps it beside the object.
///
/// # Errors
/// As [`of`]; [`Error::CannotWrite`].
pub(super) fn keep(
    objects: &Path,
    table: &Table,
    name: &str,
    rows: &RecordBatch,
) -> Result<Digest> {
    let mut keys: Vec<u64> = fingerprints(table, rows).into_iter().flatten().collect();
    keys.sort_unstable();
    let digest = Digest {
        keys,
        uses: uses(table, rows),
    };
    durable::create_dir(&objects.with_file_name(FOLDER))?;
    let (keys_path, uses_path) = paths(objects, name);
    let bytes: Vec<u8> = digest.keys.iter().flat_map(|k| k.to_le_bytes()).collect();
    durable::write(&keys_path, &bytes)?;
    let bytes = object::to_parquet(&uses_batch(&digest.uses)?, &[])?;
    durable::write(&uses_path, &bytes)?;
    Ok(digest)
}

fn paths(objects: &Path, name: &str) -> (PathBuf, PathBuf) {
    let folder = objects.with_file_name(FOLDER);
    (
        folder.join(format!("{name}.keys{VERSION}")),
        folder.join(format!("{name}.uses{VERSION}.parquet")),
    )
}

/// The columns that a digest is made of.
fn columns(table: &Table) -> Vec<&'static str> {
    let mut names: BTreeSet<&str> = table.key.iter().copied().collect();
    names.extend(named_elsewhere(table));
    names.extend(table.money.map(|(amount, _)| amount));
    names.extend(table.money_date());
    names.into_iter().collect()
}

/// Columns whose values name rows of another table, or a currency.
fn named_elsewhere(table: &Table) -> BTreeSet<&'static str> {
    let references = table.references.iter().map(|r| r.column);
    references
        .chain(table.money.map(|(_, currency)| currency))
        .collect()
}

/// The fingerprint of each row's key; `None` where no part of it is given. Equal
/// keys have equal fingerprints, and hardly any others do.
pub(super) fn fingerprints(table: &Table, rows: &RecordBatch) -> Vec<Option<u64>> {
    let keys: Vec<&ArrayRef> = table
        .key
        .iter()
        .filter_map(|name| rows.column_by_name(name))
        .collect();
    let mut bytes = Vec::new();
    (0..rows.num_rows())
        .map(|row| {
            if keys.iter().all(|column| column.is_null(row)) {
                return None;
            }
            bytes.clear();
            for column in &keys {
                write_part(&mut bytes, column, row);
            }
            Some(XxHash64::oneshot(0, &bytes))
        })
        .collect()
}

/// One part of a key, such that no two different keys are written alike.
fn write_part(bytes: &mut Vec<u8>, column: &ArrayRef, row: usize) {
    if column.is_null(row) {
        bytes.push(0);
        return;
    }
    bytes.push(1);
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row);
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        DataType::Date32 => {
            let day = column.as_primitive::<Date32Type>().value(row);
            bytes.extend(day.to_le_bytes());
        }
        DataType::Int64 => {
            let number = column.as_primitive::<Int64Type>().value(row);
            bytes.extend(number.to_le_bytes());
        }
        _ => {
            let shown = arrow::util::display::array_value_to_string(column, row);
            let shown = shown.unwrap_or_default();
            bytes.extend((shown.len() as u64).to_le_bytes());
            bytes.extend(shown.as_bytes());
        }
    }
}

fn uses(table: &Table, rows: &RecordBatch) -> Vec<Use> {
    let amounts = table
        .money
        .and_then(|(amount, _)| rows.column_by_name(amount))
        .and_then(|column| column.as_primitive_opt::<Decimal128Type>());
    let days = table
        .money_date()
        .and_then(|date| rows.column_by_name(date))
        .and_then(|column| column.as_primitive_opt::<Date32Type>());
    let mut all = Vec::new();
    for name in named_elsewhere(table) {
        let column = rows.column_by_name(name);
        let Some(values) = column.and_then(|c| c.as_string_opt::<i32>()) else {
            continue;
        };
        let mut found: HashMap<&str, Use> = HashMap::new();
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let used = found.entry(value).or_insert_with(|| Use {
                column: name.to_owned(),
                value: value.to_owned(),
                rows: 0,
                cents: 0,
                first_day: None,
            });
            used.rows += 1;
            used.cents += amounts
                .filter(|a| a.is_valid(row))
                .map_or(0, |a| a.value(row));
            let day = days.filter(|d| d.is_valid(row)).map(|d| d.value(row));
            used.first_day = used.first_day.into_iter().chain(day).min();
        }
        let mut found: Vec<Use> = found.into_values().collect();
        found.sort_by(|a, b| a.value.cmp(&b.value));
        all.extend(found);
    }
    all
}

fn uses_batch(uses: &[Use]) -> Result<RecordBatch> {
    let text = |of: fn(&Use) -> &str| -> ArrayRef {
        Arc::new(uses.iter().map(|u| Some(of(u))).collect::<StringArray>())
    };
    let rows: Int64Array = uses
        .iter()
        .map(|u| i64::try_from(u.rows).unwrap_or(i64::MAX))
        .collect();
    let cents: Decimal128Array = uses.iter().map(|u| Some(u.cents)).collect();
    let cents = cents.with_data_type(DataType::Decimal128(38, 0));
    let days: Date32Array = uses.iter().map(|u| u.first_day).collect();
    let schema = Schema::new(vec![
        Field::new("column", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, false),
        Field::new("rows", DataType::Int64, false),
        Field::new("cents", DataType::Decimal128(38, 0), false),
        Field::new("first_day", DataType::Date32, true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        text(|u| &u.column),
        text(|u| &u.value),
        Arc::new(rows),
        Arc::new(cents),
        Arc::new(days),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).map_err(Error::engine("write a digest"))
}

fn read_uses(batch: &RecordBatch) -> Result<Vec<Use>> {
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let column = |name: &str| {
        let column = batch.column_by_name(name);
        column.ok_or_else(|| Error::Bug(format!("a digest has no column `{name}`")))
    };
    let (columns, values) = (
        column("column")?.as_string::<i32>(),
        column("value")?.as_string::<i32>(),
    );
    let rows = column("rows")?.as_primitive::<Int64Type>();
    let cents = column("cents")?.as_primitive::<Decimal128Type>();
    let days = column("first_day")?.as_primitive::<Date32Type>();
    Ok((0..batch.num_rows())
        .map(|row| Use {
            column: columns.value(row).to_owned(),
            value: values.value(row).to_owned(),
            rows: u64::try_from(rows.value(row)).unwrap_or(0),
            cents: cents.value(row),
            first_day: days.is_valid(row).then(|| days.value(row)),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::table;

    fn ledger() -> RecordBatch {
        let text =
            |cells: [Option<&str>; 4]| -> ArrayRef { Arc::new(StringArray::from(cells.to_vec())) };
        let amounts = Decimal128Array::from(vec![Some(100), Some(-30), None, Some(5)]);
        let amounts = amounts.with_data_type(DataType::Decimal128(18, 2));
        let days = Date32Array::from(vec![12, 10, 11, 9]);
        RecordBatch::try_from_iter([
            ("entry_id", text([Some("a"), Some("b"), Some("a"), None])),
            (
                "initiative_id",
                text([Some("I-1"), Some("I-1"), None, Some("I-2")]),
            ),
            ("currency", text([None, Some("USD"), Some("USD"), None])),
            ("amount", Arc::new(amounts) as ArrayRef),
            ("posted_date", Arc::new(days) as ArrayRef),
        ])
        .unwrap()
    }

    #[test]
    fn a_digest_counts_what_is_named_elsewhere_and_marks_each_key() {
        let folder = tempfile::tempdir().unwrap();
        let objects = folder.path().join("objects");
        let spend = table("spend").unwrap();
        let made = keep(&objects, spend, "x", &ledger()).unwrap();
        assert_eq!(made.keys.len(), 3);
        assert!(
            made.keys.is_sorted() && made.keys.windows(2).filter(|w| w[0] == w[1]).count() == 1
        );
        let told: Vec<_> = made
            .uses
            .iter()
            .map(|u| {
                (
                    u.column.as_str(),
                    u.value.as_str(),
                    u.rows,
                    u.cents,
                    u.first_day,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("currency", "USD", 2, -30, Some(10)),
                ("initiative_id", "I-1", 2, 70, Some(10)),
                ("initiative_id", "I-2", 1, 5, Some(9)),
            ]
        );
        assert_eq!(of(&objects, spend, "x").unwrap(), made);
    }

    #[test]
    fn parts_of_a_key_do_not_run_into_one_another() {
        let links = table("goal_links").unwrap();
        let of = |parts: [&str; 3]| {
            let columns =
                links.key.iter().zip(parts).map(|(name, part)| {
                    (*name, Arc::new(StringArray::from(vec![part])) as ArrayRef)
                });
            fingerprints(links, &RecordBatch::try_from_iter(columns).unwrap())
        };
        assert_ne!(of(["a", "bc", "d"]), of(["ab", "c", "d"]));
        assert_eq!(of(["a", "bc", "d"]), of(["a", "bc", "d"]));
    }
}
