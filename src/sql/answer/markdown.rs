//! Markdown: a table that a document takes as it is; NULL is an empty cell.

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

use super::Answer;
use super::cells::{are_numbers, columns, texts};
use crate::sql::output::{Sink, Written};

pub(super) struct Markdown;

impl Markdown {
    pub(super) fn begin(schema: &Schema, sink: &mut Sink) -> Written<Self> {
        let mut head = String::from("|");
        let mut rule = String::from("|");
        for (field, is_number) in schema.fields().iter().zip(are_numbers(schema)) {
            push(&mut head, Some(field.name()));
            rule.push_str(if is_number { " ---: |" } else { " --- |" });
        }
        sink.text(&format!("{head}\n{rule}\n"))?;
        Ok(Self)
    }
}

impl Answer for Markdown {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written {
        let columns = columns(rows)?;
        let texts = texts(&columns)?;
        for row in 0..rows.num_rows() {
            let mut line = String::from("|");
            for column in &texts {
                push(&mut line, column.at(row).as_deref());
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

/// A cell; what Markdown would read as a mark of its own is escaped.
fn push(line: &mut String, cell: Option<&str>) {
    line.push(' ');
    for letter in cell.unwrap_or_default().chars() {
        match letter {
            '\n' => line.push_str("<br>"),
            '\r' => {}
            '|' | '\\' | '`' | '*' | '<' | '[' => line.extend(['\\', letter]),
            other => line.push(other),
        }
    }
    line.push_str(" |");
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn a_cell_cannot_leave_its_table() {
        let mut line = String::from("|");
        push(&mut line, Some("a|b\n<x>"));
        push(&mut line, None);
        assert_eq!(line, "| a\\|b<br>\\<x> |  |");
    }
}
