//! Cells: the values of a column as text, exactly.

use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::{Error, Result};

/// The columns of a batch, dictionaries resolved.
pub(super) fn columns(rows: &RecordBatch) -> Result<Vec<ArrayRef>> {
    rows.columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Dictionary(_, value) => {
                cast(column, value).map_err(Error::engine("write an answer"))
            }
            _ => Ok(ArrayRef::clone(column)),
        })
        .collect()
}

/// One column as text.
pub(super) struct Texts<'a> {
    column: &'a dyn Array,
    formatter: ArrayFormatter<'a>,
}

const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_display_error(true);

impl<'a> Texts<'a> {
    pub(super) fn of(column: &'a dyn Array) -> Result<Self> {
        let formatter =
            ArrayFormatter::try_new(column, &OPTIONS).map_err(Error::engine("write an answer"))?;
        Ok(Self { column, formatter })
    }

    /// None for NULL.
    pub(super) fn at(&self, row: usize) -> Option<String> {
        self.column
            .is_valid(row)
            .then(|| self.formatter.value(row).to_string())
    }
}

/// The columns of a batch as text.
pub(super) fn texts(columns: &[ArrayRef]) -> Result<Vec<Texts<'_>>> {
    columns.iter().map(|c| Texts::of(c.as_ref())).collect()
}

/// Whether a column is one of numbers, which stand to the right.
pub(super) fn are_numbers(schema: &Schema) -> Vec<bool> {
    let fields = schema.fields().iter();
    fields.map(|f| f.data_type().is_numeric()).collect()
}

/// An engine type in the words of a header.
pub(in crate::sql) fn type_name(found: &DataType) -> String {
    match found {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".into(),
        DataType::Int64 => "bigint".into(),
        DataType::Float64 => "double".into(),
        DataType::Date32 => "date".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Timestamp(..) => "timestamp".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Dictionary(_, value) => type_name(value),
        other => other.to_string().to_lowercase(),
    }
}
