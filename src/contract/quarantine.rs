//! Quarantine: every row that was not believed, with where it stands and why.

use std::sync::Arc;

use arrow::array::{Decimal128Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

/// Why a row is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuarantineKind {
    /// It breaks the contract.
    Contract,
    /// It repeats another row to the letter; one is kept.
    Duplicate,
}

impl QuarantineKind {
    fn name(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Duplicate => "duplicate",
        }
    }
}

/// One problem of one row; a row with two problems appears twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    pub kind: QuarantineKind,
    pub table: String,
    pub file: String,
    /// Line in the file.
    pub row: u64,
    pub column: String,
    pub value: String,
    pub reason: String,
    /// Cents, where the amount can be read; on the first problem of a row only,
    /// so that the column adds up.
    pub amount: Option<i128>,
    pub currency: Option<String>,
    /// The whole row as it stood, as JSON.
    pub record: String,
}

/// The schema of a quarantine file.
#[must_use]
pub fn quarantine_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("kind"),
        text("table_name"),
        text("file"),
        Field::new("row", DataType::Int64, false),
        text("column_name"),
        text("value"),
        text("reason"),
        Field::new("amount", DataType::Decimal128(18, 2), true),
        text("currency"),
        text("record"),
    ]))
}

/// Quarantined rows as Arrow.
///
/// # Errors
/// Never for rows made by this room; Arrow's own check otherwise.
pub fn quarantine_batch(rows: &[Quarantined]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let text = |get: fn(&Quarantined) -> &str| {
        Arc::new(rows.iter().map(|r| Some(get(r))).collect::<StringArray>())
    };
    RecordBatch::try_new(
        quarantine_schema(),
        vec![
            text(|r| r.kind.name()),
            text(|r| &r.table),
            text(|r| &r.file),
            Arc::new(
                rows.iter()
                    .map(|r| i64::try_from(r.row).ok())
                    .collect::<Int64Array>(),
            ),
            text(|r| &r.column),
            text(|r| &r.value),
            text(|r| &r.reason),
            Arc::new(
                rows.iter()
                    .map(|r| r.amount)
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(18, 2)?,
            ),
            Arc::new(
                rows.iter()
                    .map(|r| r.currency.as_deref())
                    .collect::<StringArray>(),
            ),
            text(|r| &r.record),
        ],
    )
}
