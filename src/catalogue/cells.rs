//! Cells: Rust values as Arrow columns, for the small tables that the engine
//! makes itself.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::contract::to_days;
use crate::error::{Error, Result};

pub(super) fn texts<'t>(items: impl Iterator<Item = Option<&'t str>>) -> ArrayRef {
    Arc::new(items.collect::<StringArray>())
}

pub(super) fn doubles(items: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(items.collect::<Float64Array>())
}

pub(super) fn integers(items: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(items.map(Some).collect::<Int64Array>())
}

pub(super) fn counts(items: impl Iterator<Item = u64>) -> ArrayRef {
    integers(items.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
}

pub(super) fn money(items: impl Iterator<Item = i128>, precision: u8) -> Result<ArrayRef> {
    let array = items
        .map(Some)
        .collect::<Decimal128Array>()
        .with_precision_and_scale(precision, 2)
        .map_err(Error::engine("write money"))?;
    Ok(Arc::new(array))
}

pub(super) fn table(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .map_err(Error::engine("build a table"))
}

pub(super) fn dates(items: impl Iterator<Item = Option<NaiveDate>>) -> ArrayRef {
    Arc::new(items.map(|day| day.map(to_days)).collect::<Date32Array>())
}

pub(super) fn truths(items: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(items.map(Some).collect::<BooleanArray>())
}
