//! Parquet: typed already, handed on as Arrow.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use arrow::compute::{can_cast_types, concat_batches};
use arrow::datatypes::{DataType, Field};
use csv::StringRecord;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Unreadable;
use super::sheet::Sheet;
use crate::error::{Error, Result};

const HINT: &str = "write the file again; if other readers accept it, please report it";

/// A Parquet file whose footer has been read.
pub struct ParquetFile {
    pub(super) headers: Vec<String>,
    path: PathBuf,
}

impl ParquetFile {
    pub(super) fn open(path: &Path) -> Result<Result<Self, Unreadable>> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        Ok(
            guarded(|| ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string()))
                .map(|builder| Self {
                    headers: builder
                        .schema()
                        .fields()
                        .iter()
                        .map(|f| header(f))
                        .collect(),
                    path: path.to_path_buf(),
                }),
        )
    }

    pub(super) fn read(self, audit: &mut dyn FnMut(&StringRecord)) -> Result<Sheet, Unreadable> {
        let batch = guarded(|| {
            let file = File::open(&self.path).map_err(|e| e.to_string())?;
            let builder =
                ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string())?;
            let schema = builder.schema().clone();
            let reader = builder.build().map_err(|e| e.to_string())?;
            let batches = reader
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| e.to_string())?;
            concat_batches(&schema, &batches).map_err(|e| e.to_string())
        })?;
        let sheet = Sheet::of_arrow(self.headers, batch);
        let columns: Vec<_> = (0..sheet.headers.len()).map(|i| sheet.texts(i)).collect();
        for row in 0..sheet.height() {
            audit(
                &columns
                    .iter()
                    .map(|column| column.get(row).unwrap_or(""))
                    .collect(),
            );
        }
        Ok(sheet)
    }
}

/// A column's header. One that has no cells, such as a list, says so instead of
/// looking empty.
fn header(field: &Field) -> String {
    let name = field.name().trim();
    if can_cast_types(field.data_type(), &DataType::Utf8) && !field.data_type().is_nested() {
        name.to_owned()
    } else {
        format!("{name} ({}, which has no cells)", field.data_type())
    }
}

/// Malformed files make the parquet crate panic in places; a panic here is a
/// property of the file, not of the run.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, Unreadable> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|why| Unreadable::new(0, why, HINT)),
        Err(_) => Err(Unreadable::new(0, "the file is malformed", HINT)),
    }
}
