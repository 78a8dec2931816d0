//! Newline-delimited JSON: one object a line. Numbers keep the digits they were
//! written with; they never pass through a float.

use std::collections::{BTreeMap, HashSet};

use csv::StringRecord;
use polars::prelude::{Column, DataFrame, PlSmallStr};
use serde_json::value::RawValue;

use super::sheet::{BrokenRow, Lines, Sheet};
use super::{Unreadable, encoding};
use crate::project::SourceSpec;

/// An NDJSON file whose keys have been collected.
pub struct Ndjson {
    /// Every key that any line has, in order of first appearance.
    pub(super) headers: Vec<String>,
    text: String,
    allow_empty: bool,
}

impl Ndjson {
    pub(super) fn open(bytes: Vec<u8>, spec: &SourceSpec) -> Result<Self, Unreadable> {
        let text = encoding::decode(bytes, &spec.encoding)?;
        let mut headers = Vec::new();
        let mut seen = HashSet::new();
        for object in text.lines().filter_map(|line| parse(line).ok()) {
            for key in object.into_keys() {
                if seen.insert(key.clone()) {
                    headers.push(key);
                }
            }
        }
        Ok(Self {
            headers,
            text,
            allow_empty: spec.allow_empty,
        })
    }

    pub(super) fn read(self, audit: &mut dyn FnMut(&StringRecord)) -> Result<Sheet, Unreadable> {
        let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); self.headers.len()];
        let mut lines = Vec::new();
        let mut broken = Vec::new();
        for (number, line) in (1_u64..).zip(self.text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            match parse(line) {
                Err(e) => broken.push(BrokenRow {
                    line: number,
                    why: format!("the line is no JSON object: {e}"),
                    text: line.to_owned(),
                }),
                Ok(object) => {
                    let cells: Vec<Option<String>> = self
                        .headers
                        .iter()
                        .map(|header| object.get(header).and_then(|raw| text_of(raw)))
                        .collect();
                    audit(&cells.iter().map(|c| c.as_deref().unwrap_or("")).collect());
                    for (column, cell) in columns.iter_mut().zip(cells) {
                        column.push(cell);
                    }
                    lines.push(number);
                }
            }
        }
        if lines.is_empty() && broken.is_empty() && !self.allow_empty {
            return Err(Unreadable::new(
                0,
                "the file has no rows",
                "set `allow_empty = true` in this source if that is expected",
            ));
        }
        let height = lines.len();
        let columns = columns
            .into_iter()
            .enumerate()
            .map(|(i, cells)| Column::new(PlSmallStr::from_string(i.to_string()), cells))
            .collect();
        let frame =
            DataFrame::new(height, columns).map_err(|e| Unreadable::new(0, e.to_string(), ""))?;
        Ok(Sheet::of_text(
            self.headers,
            frame,
            Lines::Listed(lines),
            broken,
        ))
    }
}

fn parse(line: &str) -> Result<BTreeMap<String, &RawValue>, serde_json::Error> {
    serde_json::from_str(line)
}

/// A scalar as it was written; strings unescaped, `null` as missing.
fn text_of(raw: &RawValue) -> Option<String> {
    let written = raw.get();
    match written.as_bytes().first() {
        Some(b'"') => serde_json::from_str(written).ok(),
        Some(b'n') => None,
        _ => Some(written.to_owned()),
    }
}
