//! Workbook: one sheet with the rows of one answer, gathered before it is written.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::Answer;
use super::cells::columns;
use crate::scorecard::AnswerBook;
use crate::sql::output::{Sink, Written};

pub(super) struct Xlsx(AnswerBook);

impl Xlsx {
    pub(super) fn new(schema: &SchemaRef) -> Written<Self> {
        Ok(Self(AnswerBook::new(schema)?))
    }
}

impl Answer for Xlsx {
    fn rows(&mut self, _: &mut Sink, rows: &RecordBatch) -> Written {
        let columns = columns(rows)?;
        self.0.add(&columns).map_err(Into::into)
    }

    fn end(self: Box<Self>, sink: &mut Sink) -> Written<Option<String>> {
        let bytes = self.0.bytes()?;
        std::io::Write::write_all(sink, &bytes)
            .map_err(|e| sink.stopped(e))
            .map(|()| None)
    }
}
