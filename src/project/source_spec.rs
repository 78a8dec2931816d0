//! How one source feeds one table: where it is, how it is written, which
//! column is which. Declared in a `[[source]]` block; unknown keys are errors.
//!
//! Not here: whether the table and columns exist (`contract::mapping`).

use std::collections::BTreeMap;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// One `[[source]]` block.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    pub table: String,
    /// One file or a glob, relative to the project.
    pub path: String,
    pub format: Option<Format>,
    #[serde(default = "utf8")]
    pub encoding: String,
    #[serde(default = "comma")]
    pub delimiter: char,
    #[serde(default = "dot")]
    pub decimal: char,
    pub thousands: Option<char>,
    #[serde(default = "iso_dates")]
    pub dates: Vec<String>,
    #[serde(default = "empty_text")]
    pub nulls: Vec<String>,
    /// Round money half-even to cents instead of refusing a third decimal.
    #[serde(default)]
    pub round: bool,
    #[serde(default)]
    pub allow_empty: bool,
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnFrom>,
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Condition>,
    /// Line of the block in `throughline.toml`, for messages; no part of the mapping.
    #[serde(skip)]
    pub line: usize,
}

/// File formats a source may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Csv,
    Ndjson,
    Parquet,
}

/// Where a contract column comes from: a header, or a header and how to read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ColumnFrom {
    pub from: String,
    /// Source text → contract text; a text that is not listed is kept.
    pub values: BTreeMap<String, String>,
    pub dates: Option<Vec<String>>,
    pub label: Option<PeriodLabel>,
    pub edge: Option<Edge>,
}

/// A period written as a label instead of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodLabel {
    /// '2016-17', '2016/17', '2016-2017', 'FY2017' or '2017'.
    FiscalYear,
    /// '2017-Q1', 'Q1 2017' of a fiscal year.
    FiscalQuarter,
    /// '2017-03': a calendar month.
    Month,
}

/// Which day of a labelled period a date column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edge {
    Start,
    End,
}

/// A row filter on one source header. All given parts must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub is: Option<Vec<String>>,
    pub not: Option<Vec<String>>,
    /// `true`: the cell has a value; `false`: it has none.
    pub present: Option<bool>,
}

impl Condition {
    /// Whether a cell passes; `None` is an empty cell.
    #[must_use]
    pub fn holds(&self, cell: Option<&str>) -> bool {
        let text = cell.unwrap_or("");
        self.is
            .as_ref()
            .is_none_or(|list| list.iter().any(|t| t == text))
            && self
                .not
                .as_ref()
                .is_none_or(|list| list.iter().all(|t| t != text))
            && self.present.is_none_or(|wanted| wanted == cell.is_some())
    }
}

fn utf8() -> String {
    "utf-8".into()
}
fn comma() -> char {
    ','
}
fn dot() -> char {
    '.'
}
fn iso_dates() -> Vec<String> {
    vec!["%Y-%m-%d".into()]
}
fn empty_text() -> Vec<String> {
    vec![String::new()]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    from: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
    dates: Option<Vec<String>>,
    label: Option<PeriodLabel>,
    edge: Option<Edge>,
}

impl<'de> Deserialize<'de> for ColumnFrom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ColumnFrom;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a source header, or a table such as { from = \"Header\" }")
            }
            fn visit_str<E>(self, header: &str) -> Result<ColumnFrom, E> {
                Ok(ColumnFrom {
                    from: header.into(),
                    ..ColumnFrom::default()
                })
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<ColumnFrom, M::Error> {
                let d = Detailed::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ColumnFrom {
                    from: d.from,
                    values: d.values,
                    dates: d.dates,
                    label: d.label,
                    edge: d.edge,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
