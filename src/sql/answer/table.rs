//! Table: columns side by side, for people.
//!
//! Rows are gathered until the widths are known, in lots: a long answer in a file
//! has its header again before each lot. At a terminal the first rows are shown,
//! the rest is counted, and its number is said.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement};

use super::cells::{are_numbers, columns, texts};
use super::{Answer, Look};
use crate::sql::output::{Sink, Written};

/// Rows whose widths are worked out together.
const LOT: usize = 10_000;

/// What stands for NULL.
const NULL: &str = "∅";

pub(super) struct Table {
    schema: SchemaRef,
    are_numbers: Vec<bool>,
    look: Look,
    lot: Vec<Vec<Option<String>>>,
    seen: usize,
    is_begun: bool,
}

impl Table {
    pub(super) fn new(schema: &SchemaRef, look: Look) -> Self {
        Self {
            are_numbers: are_numbers(schema),
            schema: SchemaRef::clone(schema),
            look,
            lot: Vec::new(),
            seen: 0,
            is_begun: false,
        }
    }

    fn write(&mut self, sink: &mut Sink) -> Written {
        let mut table = comfy_table::Table::new();
        table.load_preset("     ──            ");
        table.set_content_arrangement(match self.look.width {
            Some(_) => ContentArrangement::Dynamic,
            None => ContentArrangement::Disabled,
        });
        if let Some(width) = self.look.width {
            table.set_width(width);
        }
        if self.look.is_dimmed {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let names = self.schema.fields().iter().map(|f| visible(f.name()));
        table.set_header(names);
        for row in self.lot.drain(..) {
            table.add_row(row.into_iter().map(|cell| match cell {
                Some(text) => Cell::new(visible(&text)),
                None => Cell::new(NULL).add_attribute(Attribute::Dim),
            }));
        }
        for (at, _) in self.are_numbers.iter().enumerate().filter(|(_, is)| **is) {
            if let Some(column) = table.column_mut(at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        if self.is_begun {
            sink.text("\n")?;
        }
        self.is_begun = true;
        for line in table.lines() {
            sink.text(line.trim_end())?;
            sink.text("\n")?;
        }
        sink.flushed()
    }
}

impl Answer for Table {
    fn rows(&mut self, sink: &mut Sink, rows: &RecordBatch) -> Written {
        let columns = columns(rows)?;
        let texts = texts(&columns)?;
        for row in 0..rows.num_rows() {
            self.seen += 1;
            if self.look.rows.is_some_and(|shown| self.seen > shown) {
                // The first rows need not wait until the others are counted.
                if !self.lot.is_empty() {
                    self.write(sink)?;
                }
                continue;
            }
            self.lot.push(texts.iter().map(|c| c.at(row)).collect());
            if self.lot.len() == LOT {
                self.write(sink)?;
            }
        }
        Ok(())
    }

    fn end(mut self: Box<Self>, sink: &mut Sink) -> Written<Option<String>> {
        if !self.lot.is_empty() || !self.is_begun {
            self.write(sink)?;
        }
        let shown = self.look.rows.unwrap_or(self.seen);
        Ok((self.seen > shown).then(|| {
            format!(
                "the first {shown} are shown, {} more are not; --max-rows 0 shows all",
                self.seen - shown
            )
        }))
    }
}

/// A text without what would move the cursor or change the colours.
fn visible(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' => c,
        '\t' => ' ',
        other if other.is_control() => '\u{fffd}',
        other => other,
    };
    text.chars().map(plain).collect()
}
