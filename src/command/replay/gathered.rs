//! What the nights of a replay leave behind, as two tables.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array};
use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::night::Night;
use crate::contract::to_days;
use crate::error::{Error, Result};

/// What the nights left: the findings that stood, and a line for each night.
#[derive(Default)]
pub(super) struct Gathered {
    raised: Vec<RecordBatch>,
    nights: Vec<NaiveDate>,
    resolved: Vec<i64>,
    seconds: Vec<f64>,
}

impl Gathered {
    /// Takes in a night.
    pub(super) fn add(&mut self, night: NaiveDate, replayed: &Night) {
        self.raised.push(replayed.standing.clone());
        self.nights.push(night);
        self.resolved.push(replayed.resolved_count);
        self.seconds.push(replayed.seconds);
    }

    /// `replay.raised` and `replay.nights`.
    pub(super) fn tables(&self) -> Result<(RecordBatch, RecordBatch)> {
        let doing = "gather the nights";
        let first = self
            .raised
            .first()
            .ok_or_else(|| Error::Bug("a replay without a night".into()))?;
        let raised = concat_batches(&first.schema(), &self.raised).map_err(Error::engine(doing))?;
        let days: Vec<i32> = self.nights.iter().map(|n| to_days(*n)).collect();
        let columns: [(&str, ArrayRef); 3] = [
            ("night", Arc::new(Date32Array::from(days))),
            (
                "resolved_count",
                Arc::new(Int64Array::from(self.resolved.clone())),
            ),
            (
                "seconds",
                Arc::new(Float64Array::from(self.seconds.clone())),
            ),
        ];
        let columns = columns.into_iter().map(|(name, array)| (name, array, true));
        let nights =
            RecordBatch::try_from_iter_with_nullable(columns).map_err(Error::engine(doing))?;
        Ok((raised, nights))
    }
}
