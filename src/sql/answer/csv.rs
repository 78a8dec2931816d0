//! CSV, quoted as in RFC 4180; lines end with a line feed. NULL is nothing and an
//! empty text is `""`, so that a reader can tell them apart.

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

use super::Answer;
use super::cells::{columns, texts};
use crate::sql::output::{Sink, Written};

pub(super) struct Csv;

impl Csv {
    pub(super) fn begin(schema: &Schema, sink: &mut Sink) -> Written<Self> {
        let mut line = String::new();
        for (at, field) in schema.fields().iter().enumerate() {
            push(&mut line, at, Some(field.name()));
        }
        line.push('\n');
        sink.text(&line)?;
        Ok(Self)
    }
}

impl Answer for Csv {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written {
        let columns = columns(rows)?;
        let texts = texts(&columns)?;
        let mut line = String::new();
        for row in 0..rows.num_rows() {
            line.clear();
            for (at, column) in texts.iter().enumerate() {
                push(&mut line, at, column.at(row).as_deref());
            }
            line.push('\n');
            sink.text(&line)?;
        }
        Ok(())
    }

    fn end(self: Box<Self>, _: &mut Sink) -> Written<Option<String>> {
        Ok(None)
    }
}

fn push(line: &mut String, at: usize, cell: Option<&str>) {
    if at > 0 {
        line.push(',');
    }
    let Some(text) = cell else { return };
    if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut line = String::new();
        let cells = [
            Some("a"),
            None,
            Some(""),
            Some("1,5"),
            Some("say \"x\""),
            Some("two\nlines"),
        ];
        for (at, cell) in cells.into_iter().enumerate() {
            push(&mut line, at, cell);
        }
        assert_eq!(line, "a,,\"\",\"1,5\",\"say \"\"x\"\"\",\"two\nlines\"");
    }
}
