//! What the nights of a replay leave behind, as two tables.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::compute::kernels::cmp::eq;
use arrow::compute::{cast, concat_batches, filter_record_batch, not};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::night::{FINDINGS, Night};
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
    pub(super) fn add(&mut self, night: NaiveDate, replayed: &Night) -> Result<()> {
        let doing = "gather the findings of a night";
        let rows = &replayed.rows;
        let state = rows
            .column_by_name("state")
            .ok_or_else(|| Error::Bug(format!("`{FINDINGS}` has no column `state`")))?;
        let resolved = eq(
            &cast(state, &DataType::Utf8).map_err(Error::engine(doing))?,
            &StringArray::new_scalar("resolved"),
        )
        .map_err(Error::engine(doing))?;
        let standing = not(&resolved).map_err(Error::engine(doing))?;
        let standing = filter_record_batch(rows, &standing).map_err(Error::engine(doing))?;
        let mut columns: Vec<(String, ArrayRef)> = vec![(
            "night".into(),
            Arc::new(Date32Array::from(vec![to_days(night); standing.num_rows()])),
        )];
        let schema = standing.schema();
        columns.extend(
            schema
                .fields()
                .iter()
                .zip(standing.columns())
                .map(|(field, column)| (field.name().clone(), Arc::clone(column))),
        );
        let with_night = columns.into_iter().map(|(name, array)| (name, array, true));
        self.raised.push(
            RecordBatch::try_from_iter_with_nullable(with_night).map_err(Error::engine(doing))?,
        );
        self.nights.push(night);
        self.resolved
            .push(i64::try_from(resolved.true_count()).unwrap_or(i64::MAX));
        self.seconds.push(replayed.seconds);
        Ok(())
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
