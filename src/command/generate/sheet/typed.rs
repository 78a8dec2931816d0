//! Parquet, each column of the type that the contract declares.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    StringBuilder,
};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::{Cell, write_text};
use crate::contract::{Column, Kind, arrow_type};
use crate::error::{Error, Result};

/// Rows that become one Arrow batch.
const BATCH_ROWS: usize = 8_192;
/// What a writer holds back until it is written.
const ROW_GROUP_ROWS: usize = 131_072;

pub(in super::super) struct Typed {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    columns: Vec<Builder>,
    rows: usize,
    /// Where an id is put together.
    scratch: Vec<u8>,
}

enum Builder {
    Text(StringBuilder),
    Money(Decimal128Builder),
    Number(Float64Builder),
    Integer(Int64Builder),
    Date(Date32Builder),
    Flag(BooleanBuilder),
}

impl Typed {
    pub(super) fn create(path: PathBuf, columns: &[Column]) -> Result<Self> {
        let file = File::create(&path).map_err(Error::cannot_write(&path))?;
        let fields: Vec<Field> = columns
            .iter()
            .map(|c| Field::new(c.name, arrow_type(c.kind), !c.required))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_created_by("throughline".to_owned())
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .map_err(Error::engine::<ParquetError>("start a Parquet file"))?;
        let columns = columns
            .iter()
            .map(|column| Builder::of(column.kind))
            .collect();
        Ok(Self {
            path,
            schema,
            writer,
            columns,
            rows: 0,
            scratch: Vec::new(),
        })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let mut fits = cells.len() == self.columns.len();
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            fits &= column.push(*cell, &mut self.scratch);
        }
        if !fits {
            let path = self.path.display();
            return Err(Error::Bug(format!(
                "a row of `{path}` does not fit its columns"
            )));
        }
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<()> {
        self.flush()?;
        self.writer
            .close()
            .map_err(|e| Error::cannot_write(&self.path)(std::io::Error::other(e)))?;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(Error::engine("put rows together"))?;
        self.writer
            .write(&batch)
            .map_err(|e| Error::cannot_write(&self.path)(std::io::Error::other(e)))
    }
}

impl Builder {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Choice(_) => Self::Text(StringBuilder::new()),
            Kind::Money => Self::Money(Decimal128Builder::new().with_data_type(arrow_type(kind))),
            Kind::Number { .. } => Self::Number(Float64Builder::new()),
            Kind::Integer { .. } => Self::Integer(Int64Builder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Bool => Self::Flag(BooleanBuilder::new()),
        }
    }

    /// Adds a cell; `false` if the column is of another type.
    fn push(&mut self, cell: Cell<'_>, scratch: &mut Vec<u8>) -> bool {
        match (self, cell) {
            (Self::Text(column), Cell::None) => column.append_null(),
            (Self::Money(column), Cell::None) => column.append_null(),
            (Self::Number(column), Cell::None) => column.append_null(),
            (Self::Integer(column), Cell::None) => column.append_null(),
            (Self::Date(column), Cell::None) => column.append_null(),
            (Self::Flag(column), Cell::None) => column.append_null(),
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Text(column), cell @ Cell::Id(..)) => {
                scratch.clear();
                write_text(scratch, cell);
                column.append_value(String::from_utf8_lossy(scratch));
            }
            (Self::Money(column), Cell::Money(cents)) => column.append_value(i128::from(cents)),
            (Self::Number(column), Cell::Number(parts, decimals)) => {
                column.append_value(number(parts, decimals));
            }
            (Self::Integer(column), Cell::Integer(whole)) => column.append_value(whole),
            (Self::Date(column), Cell::Date(days)) => column.append_value(days),
            (Self::Flag(column), Cell::Flag(flag)) => column.append_value(flag),
            _ => return false,
        }
        true
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Money(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Flag(column) => Arc::new(column.finish()),
        }
    }
}

/// The double nearest to the decimal, which is what reading its text gives: both
/// parts are exact, and one division rounds once.
#[expect(clippy::cast_precision_loss, reason = "parts stay far below 2^53")]
fn number(parts: i64, decimals: u32) -> f64 {
    parts as f64 / 10_i64.pow(decimals) as f64
}
