//! Verdicts: what is wrong with which row, while a file is being judged.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::Decimal128Type;

use super::quarantine::QuarantineKind;
use super::typing::Complaint;

/// The fate of a row while it is being judged.
#[derive(Default)]
pub(super) struct Verdicts {
    /// Problems per row: (kind, column, value, reason).
    pub(super) problems: BTreeMap<usize, Vec<(QuarantineKind, &'static str, String, String)>>,
}

impl Verdicts {
    pub(super) fn refuse(&mut self, column: &'static str, complaint: Complaint) {
        self.problems.entry(complaint.row).or_default().push((
            QuarantineKind::Contract,
            column,
            complaint.value,
            complaint.why,
        ));
    }

    pub(super) fn admitted(&self, height: usize) -> BooleanArray {
        let mut admitted = vec![true; height];
        for row in self.problems.keys() {
            admitted[*row] = false;
        }
        BooleanArray::from(admitted)
    }
}

/// Cents of a cell, `None` for NULL.
pub(super) fn cents_at(amounts: &ArrayRef, row: usize) -> Option<i128> {
    let amounts = amounts.as_primitive::<Decimal128Type>();
    amounts.is_valid(row).then(|| amounts.value(row))
}

/// A cell as text, `None` for NULL.
pub(super) fn text_at(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    arrow::util::display::array_value_to_string(column, row).ok()
}
