//! Delimited text: comma, semicolon, tab; quoted as RFC 4180 says.
//!
//! The `csv` crate walks the records first: it counts, finds the line of each,
//! and sets aside the ones with a wrong number of cells. Polars then parses
//! what is left, as text. polars alone would fill or cut ragged rows silently.

use std::io::Cursor;
use std::sync::Arc;

use csv::StringRecord;
use polars::prelude::{
    CsvParseOptions, CsvReadOptions, DataFrame, DataType, PlSmallStr, Schema, SerReader,
};

use super::sheet::{BrokenRow, Lines, Sheet};
use super::{Unreadable, encoding};
use crate::project::SourceSpec;

/// A delimited file whose header has been read.
pub struct Delimited {
    pub(super) headers: Vec<String>,
    text: String,
    delimiter: u8,
    allow_empty: bool,
}

/// What the walk over the records found.
struct Walk {
    lines: Vec<u64>,
    broken: Vec<BrokenRow>,
    /// Byte range of each well-formed record, without its line end.
    ranges: Vec<(usize, usize)>,
    /// Whether the body can go to polars as it stands.
    is_plain: bool,
    body_start: usize,
}

impl Delimited {
    pub(super) fn open(bytes: Vec<u8>, spec: &SourceSpec) -> Result<Self, Unreadable> {
        let text = encoding::decode(bytes, &spec.encoding)?;
        let delimiter = u8::try_from(spec.delimiter).unwrap_or(b',');
        let mut header = StringRecord::new();
        let found = reader(&text, delimiter)
            .read_record(&mut header)
            .map_err(|e| Unreadable::new(1, e.to_string(), ""))?;
        if !found {
            return Err(Unreadable::new(
                0,
                "the file is empty: it has no header",
                "export it again, or take the source out of throughline.toml",
            ));
        }
        Ok(Self {
            headers: header.iter().map(|h| h.trim().to_owned()).collect(),
            text,
            delimiter,
            allow_empty: spec.allow_empty,
        })
    }

    pub(super) fn read(self, audit: &mut dyn FnMut(&StringRecord)) -> Result<Sheet, Unreadable> {
        let walk = self.walk(audit)?;
        let wanted = walk.ranges.len();
        if wanted + walk.broken.len() == 0 && !self.allow_empty {
            return Err(Unreadable::new(
                1,
                "the file has a header and no rows",
                "set `allow_empty = true` in this source if that is expected",
            ));
        }
        let mut frame = if walk.is_plain {
            self.parse(self.text.as_bytes()[walk.body_start..].to_vec(), wanted)
        } else {
            None
        };
        // Stray quotes, blank lines, lone carriage returns or ragged rows: write
        // the well-formed records out cleanly, then parse those.
        if frame.is_none() {
            frame = self.parse(self.rewritten(&walk)?, wanted);
        }
        let frame = frame.ok_or_else(|| {
            Unreadable::new(
                0,
                format!("two readers do not agree on its {wanted} records"),
                "look for an unclosed quotation mark, or a wrong `delimiter`",
            )
        })?;
        let evenly_spaced = walk
            .lines
            .iter()
            .enumerate()
            .all(|(row, line)| *line == walk.lines[0] + row as u64);
        let lines = match walk.lines.first() {
            Some(first) if evenly_spaced => Lines::From(*first),
            _ => Lines::Listed(walk.lines),
        };
        Ok(Sheet::of_text(self.headers, frame, lines, walk.broken))
    }

    fn walk(&self, audit: &mut dyn FnMut(&StringRecord)) -> Result<Walk, Unreadable> {
        let mut reader = reader(&self.text, self.delimiter);
        let mut record = StringRecord::new();
        let malformed = |e: csv::Error| Unreadable::new(0, e.to_string(), "");
        reader.read_record(&mut record).map_err(malformed)?;
        let mut walk = Walk {
            lines: Vec::new(),
            broken: Vec::new(),
            ranges: Vec::new(),
            is_plain: true,
            body_start: byte_of(&reader),
        };
        // Where no line feed is, a carriage return ends a line.
        let line_end = if self.text.contains('\n') { '\n' } else { '\r' };
        let (mut line, mut counted) = (1, 0);
        loop {
            let start = byte_of(&reader);
            if !reader.read_record(&mut record).map_err(malformed)? {
                break;
            }
            let raw = &self.text[start..byte_of(&reader)];
            let content = raw.trim_start_matches(['\r', '\n']);
            let skipped = &raw[..raw.len() - content.len()];
            let from = start + skipped.len();
            line += self.text[counted..from].matches(line_end).count() as u64;
            counted = from;
            let content = content.trim_end_matches(['\r', '\n']);
            if !skipped.is_empty() || !raw.ends_with('\n') {
                walk.is_plain = false;
            }
            if record.len() == self.headers.len() {
                audit(&record);
                walk.lines.push(line);
                walk.ranges.push((from, from + content.len()));
            } else {
                walk.is_plain = false;
                walk.broken.push(BrokenRow {
                    line,
                    why: format!(
                        "the row has {} cells and the header {}",
                        record.len(),
                        self.headers.len()
                    ),
                    text: content.to_owned(),
                });
            }
        }
        Ok(walk)
    }

    /// The well-formed records, quoted afresh, one line end each.
    fn rewritten(&self, walk: &Walk) -> Result<Vec<u8>, Unreadable> {
        let failed = |e: csv::Error| Unreadable::new(0, e.to_string(), "");
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        let mut record = StringRecord::new();
        for (from, to) in &walk.ranges {
            reader(&self.text[*from..*to], self.delimiter)
                .read_record(&mut record)
                .map_err(failed)?;
            writer.write_record(&record).map_err(failed)?;
        }
        writer
            .into_inner()
            .map_err(|e| Unreadable::new(0, e.to_string(), ""))
    }

    /// Polars' reading, if it sees the wanted number of rows.
    fn parse(&self, body: Vec<u8>, wanted: usize) -> Option<DataFrame> {
        let schema: Schema = (0..self.headers.len())
            .map(|i| (PlSmallStr::from_string(i.to_string()), DataType::String))
            .collect();
        if wanted == 0 {
            return Some(DataFrame::empty_with_schema(&schema));
        }
        CsvReadOptions::default()
            .with_has_header(false)
            .with_infer_schema_length(Some(0))
            .with_schema(Some(Arc::new(schema)))
            .with_raise_if_empty(false)
            .with_parse_options(
                CsvParseOptions::default()
                    .with_separator(self.delimiter)
                    .with_missing_is_null(true)
                    .with_truncate_ragged_lines(false),
            )
            .into_reader_with_file_handle(Cursor::new(body))
            .finish()
            .ok()
            .filter(|frame| frame.height() == wanted && frame.width() == self.headers.len())
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn byte_of(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}
