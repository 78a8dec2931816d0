//! Sample: tiny tables for the tests of drawings.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, StringArray};
use arrow::record_batch::RecordBatch;
use minijinja::Value;
use minijinja::value::Kwargs;

use super::super::rows::Rows;
use super::super::table::Table;
use super::asked::Asked;
use super::time::{day_of, whole};
use super::{Draw, Drawing};
use crate::model::{Header, HeaderColumn};

pub(super) fn days(days: &[&str]) -> ArrayRef {
    let days = days.iter().map(|day| day_of(day).map(whole));
    Arc::new(days.collect::<Date32Array>())
}

pub(super) fn numbers(values: &[f64]) -> ArrayRef {
    maybe(&values.iter().map(|value| Some(*value)).collect::<Vec<_>>())
}

pub(super) fn maybe(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<Float64Array>())
}

/// Texts; an empty one is NULL.
pub(super) fn texts(texts: &[&str]) -> ArrayRef {
    let texts = texts.iter().map(|text| (!text.is_empty()).then_some(*text));
    Arc::new(texts.collect::<StringArray>())
}

pub(super) fn truths(truths: &[bool]) -> ArrayRef {
    Arc::new(BooleanArray::from(truths.to_vec()))
}

/// All rows of a table with these columns.
pub(super) fn rows(columns: &[(&str, ArrayRef)]) -> Rows {
    let named = columns.iter().map(|(name, _)| HeaderColumn {
        name: (*name).to_owned(),
        type_name: String::new(),
        description: String::new(),
        line: 1,
    });
    let header = Header {
        columns: named.collect(),
        ..Header::default()
    };
    let cells = columns
        .iter()
        .map(|(name, cells)| (*name, Arc::clone(cells), true));
    let batch = RecordBatch::try_from_iter_with_nullable(cells).unwrap();
    let table = Table::new("family.model".to_owned(), header, batch);
    Rows::all(Some(Arc::new(table)))
}

/// What a chart makes of rows, where each option names the column of its name, and
/// of further options.
pub(super) fn drawn(draw: Draw, rows: &Rows, named: &[&str], more: &[(&str, Value)]) -> Drawing {
    tried(draw, rows, named, more).expect("something to draw")
}

pub(super) fn tried(
    draw: Draw,
    rows: &Rows,
    named: &[&str],
    more: &[(&str, Value)],
) -> Option<Drawing> {
    let named = named.iter().map(|name| (*name, Value::from(*name)));
    let options: Kwargs = named.chain(more.iter().cloned()).collect();
    let asked = Asked {
        rows,
        options: &options,
    };
    draw(&asked).expect("options are in order")
}

/// Every value of an attribute, of elements that contain `mark`, in their order.
pub(super) fn each(drawing: &Drawing, mark: &str, attribute: &str) -> Vec<f64> {
    let (attribute, body) = (format!(" {attribute}=\""), &drawing.svg.body);
    body.split('<')
        .filter(|element| element.contains(mark))
        .filter_map(|element| element.split_once(&attribute)?.1.split('"').next())
        .map(|value| value.trim_end_matches('%').parse().unwrap())
        .collect()
}
