//! The shelf: a finished table is written as Parquet, stamped, and named for SQL,
//! so that the next model reads what the reader of the scorecard will read.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;

use super::session::Catalogue;
use crate::error::{Error, Result};
use crate::history::{durable, to_parquet};

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelved {
    /// `family.model`
    pub name: String,
    /// Relative to the release.
    pub file: String,
    pub path: PathBuf,
    pub rows: usize,
    pub bytes: u64,
    pub hash: String,
    /// Sums of the money columns, as plain decimals.
    pub totals: Vec<(String, String)>,
}

impl Catalogue {
    /// Publishes `rows` as `family.model`: hive folder by `as_of`; `as_known` and
    /// the rules version in every row, so that a BI tool can tell packs apart.
    ///
    /// # Errors
    /// [`Error::CannotWrite`] and engine errors.
    pub fn shelve(&self, family: &str, model: &str, rows: &RecordBatch) -> Result<Shelved> {
        let stamped = self.stamped(rows)?;
        let name = format!("{family}.{model}");
        let as_of = self.as_of().to_string();
        let file = format!("{family}/{model}/as_of={as_of}/part-0.parquet");
        let path = self.folder().join(&file);
        if let Some(folder) = path.parent() {
            durable::create_dir(folder)?;
        }
        let bytes = to_parquet(
            &stamped,
            &[
                ("throughline.as_of", as_of.as_str()),
                ("throughline.rules_version", self.rules_version()),
            ],
        )?;
        durable::write(&path, &bytes)?;
        let shelved = Shelved {
            name: name.clone(),
            file,
            rows: rows.num_rows(),
            bytes: bytes.len() as u64,
            hash: blake3::hash(&bytes).to_hex().to_string(),
            totals: totals(rows)?,
            path,
        };
        self.name_files(&name, std::slice::from_ref(&shelved.path), stamped.schema())?;
        self.note(shelved.clone());
        Ok(shelved)
    }

    fn stamped(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let mut fields: Vec<Field> = rows
            .schema()
            .fields()
            .iter()
            .map(|f| f.as_ref().clone())
            .collect();
        let mut columns = rows.columns().to_vec();
        let known = self.as_known().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for (name, text) in [
            ("as_known", known.as_str()),
            ("rules_version", self.rules_version()),
        ] {
            if rows.column_by_name(name).is_some() {
                continue;
            }
            fields.push(Field::new(name, DataType::Utf8, false));
            let column: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                text,
                rows.num_rows(),
            )));
            columns.push(column);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
            .map_err(Error::engine("stamp a table"))
    }
}

fn totals(rows: &RecordBatch) -> Result<Vec<(String, String)>> {
    let mut totals = Vec::new();
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        if let DataType::Decimal128(_, scale) = field.data_type() {
            use arrow::array::AsArray;
            let sum: i128 = column
                .as_primitive::<arrow::datatypes::Decimal128Type>()
                .iter()
                .flatten()
                .try_fold(0_i128, i128::checked_add)
                .ok_or_else(|| Error::Bug(format!("the sum of `{}` overflows", field.name())))?;
            let shown = arrow::array::Decimal128Array::from(vec![sum])
                .with_precision_and_scale(38, *scale)
                .map_err(Error::engine("add up a column"))?
                .value_as_string(0);
            if column.null_count() < column.len() {
                totals.push((field.name().clone(), shown));
            }
        }
    }
    Ok(totals)
}
