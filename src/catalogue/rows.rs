//! A small result, read cell by cell by column name. For figures on a page and
//! the goal graph, not for data.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use chrono::NaiveDate;

use super::session::Catalogue;
use crate::contract::from_days;
use crate::error::{Error, Result};

/// The rows of one result.
#[derive(Debug)]
pub struct Rows(Option<RecordBatch>);

impl Rows {
    /// Rows that are there already.
    #[must_use]
    pub fn of(batch: RecordBatch) -> Self {
        Self(Some(batch))
    }

    /// Runs a statement of ours and keeps its rows.
    ///
    /// # Errors
    /// [`Error::Engine`] with `doing`.
    pub fn read(catalogue: &Catalogue, doing: &str, sql: &str) -> Result<Self> {
        let batches = catalogue.query(doing, sql)?;
        let Some(first) = batches.first() else {
            return Ok(Self(None));
        };
        concat_batches(&first.schema(), &batches)
            .map(|batch| Self(Some(batch)))
            .map_err(Error::engine(doing))
    }

    #[must_use]
    pub fn height(&self) -> usize {
        self.0.as_ref().map_or(0, RecordBatch::num_rows)
    }

    /// The names of the columns; none where there is no result.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.0.as_ref().map_or_else(Vec::new, |batch| {
            let schema = batch.schema();
            schema.fields().iter().map(|f| f.name().clone()).collect()
        })
    }

    #[must_use]
    pub fn into_batch(self) -> Option<RecordBatch> {
        self.0
    }

    fn valid(&self, column: &str, row: usize) -> Option<&ArrayRef> {
        self.0
            .as_ref()?
            .column_by_name(column)
            .filter(|c| row < c.len() && c.is_valid(row))
    }

    /// A cell as text; decimals keep their scale. `None` for NULL.
    #[must_use]
    pub fn text(&self, column: &str, row: usize) -> Option<String> {
        array_value_to_string(self.valid(column, row)?, row).ok()
    }

    /// A cell as text, empty for NULL.
    #[must_use]
    pub fn shown(&self, column: &str, row: usize) -> String {
        self.text(column, row).unwrap_or_default()
    }

    #[must_use]
    pub fn double(&self, column: &str, row: usize) -> Option<f64> {
        let one = self.valid(column, row)?.slice(row, 1);
        let one = cast(&one, &DataType::Float64).ok()?;
        Some(one.as_primitive::<Float64Type>().value(0))
    }

    #[must_use]
    pub fn integer(&self, column: &str, row: usize) -> Option<i64> {
        Some(
            self.valid(column, row)?
                .as_primitive_opt::<Int64Type>()?
                .value(row),
        )
    }

    #[must_use]
    pub fn truth(&self, column: &str, row: usize) -> Option<bool> {
        Some(self.valid(column, row)?.as_boolean_opt()?.value(row))
    }

    #[must_use]
    pub fn date(&self, column: &str, row: usize) -> Option<NaiveDate> {
        let days = self
            .valid(column, row)?
            .as_primitive_opt::<Date32Type>()?
            .value(row);
        from_days(days)
    }
}
