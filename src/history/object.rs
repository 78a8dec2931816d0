//! Objects: immutable Parquet files named by the hash of their bytes.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::compute::concat_batches;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

use super::durable;
use crate::error::{Error, Result};

/// Small enough that statistics prune, large enough to compress.
const ROW_GROUP_ROWS: usize = 262_144;

/// Rows as Parquet bytes: the same rows and notes always give the same bytes.
///
/// # Errors
/// [`Error::Engine`] if the writer refuses them.
pub fn to_parquet(rows: &RecordBatch, notes: &[(&str, &str)]) -> Result<Vec<u8>> {
    let notes = notes
        .iter()
        .map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned()))
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_created_by("throughline".to_owned())
        .set_key_value_metadata(Some(notes))
        .build();
    let mut bytes = Vec::new();
    let doing = Error::engine::<parquet::errors::ParquetError>;
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties))
        .map_err(doing("start a Parquet file"))?;
    writer.write(rows).map_err(doing("write a Parquet file"))?;
    writer.close().map_err(doing("close a Parquet file"))?;
    Ok(bytes)
}

/// Keeps `rows` under `objects`; gives the object's name.
pub(super) fn keep(objects: &Path, rows: &RecordBatch) -> Result<String> {
    let bytes = to_parquet(rows, &[])?;
    let name = blake3::hash(&bytes).to_hex().to_string();
    let path = path_of(objects, &name);
    // The name is the content: if it is there, it is the same.
    if !path.is_file() {
        durable::write(&path, &bytes)?;
    }
    Ok(name)
}

/// Where an object lies.
pub(super) fn path_of(objects: &Path, name: &str) -> PathBuf {
    objects.join(format!("{name}.parquet"))
}

/// The columns of a Parquet file.
///
/// # Errors
/// [`Error::Io`] or [`Error::Engine`] if it is not there or damaged.
pub fn schema_of(path: &Path) -> Result<SchemaRef> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .map(|builder| Arc::clone(builder.schema()))
        .map_err(Error::engine(format!("read {}", path.display())))
}

/// Reads the named columns of an object (all, if none are named).
///
/// # Errors
/// [`Error::Io`] or [`Error::Engine`] if the store is damaged.
pub fn read_object(path: &Path, columns: &[&str]) -> Result<RecordBatch> {
    read_rows(path, columns, None)
}

/// As [`read_object`], and no more rows than these.
///
/// # Errors
/// As [`read_object`].
pub fn read_rows(path: &Path, columns: &[&str], limit: Option<usize>) -> Result<RecordBatch> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let doing = || format!("read the object {}", path.display());
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(Error::engine(doing()))?;
    let mask = if columns.is_empty() {
        ProjectionMask::all()
    } else {
        ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
    };
    let builder = match limit {
        Some(rows) => builder.with_limit(rows),
        None => builder,
    };
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(Error::engine(doing()))?;
    let batches = reader
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::engine(doing()))?;
    let schema = batches
        .first()
        .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    concat_batches(&schema, &batches).map_err(Error::engine(doing()))
}
