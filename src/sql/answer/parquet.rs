//! Parquet: row groups as they fill.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::Answer;
use crate::error::Error;
use crate::sql::output::{Sink, Written};

/// Rows that are held until they are a group.
const GROUP: usize = 131_072;

/// The writer keeps its bytes here until a group is whole; the sink, which every
/// other format writes to as well, cannot be lent for so long.
pub(super) struct Parquet(ArrowWriter<Vec<u8>>);

impl Parquet {
    pub(super) fn begin(schema: &SchemaRef, _: &mut Sink) -> Written<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP))
            .set_created_by("throughline".to_owned())
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), SchemaRef::clone(schema), Some(properties))
            .map_err(Error::engine("start a Parquet file"))?;
        Ok(Self(writer))
    }

    /// Hands on what the writer has finished.
    fn pass(&mut self, sink: &mut Sink) -> Written {
        let bytes = std::mem::take(self.0.inner_mut());
        std::io::Write::write_all(sink, &bytes).map_err(|e| sink.stopped(e))
    }
}

impl Answer for Parquet {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written {
        self.0
            .write(rows)
            .map_err(Error::engine("write a Parquet file"))?;
        self.pass(sink)
    }

    fn end(mut self: Box<Self>, sink: &mut Sink) -> Written<Option<String>> {
        self.0
            .finish()
            .map_err(Error::engine("close a Parquet file"))?;
        self.pass(sink)?;
        Ok(None)
    }
}
