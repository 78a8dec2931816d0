//! Columns: the cells of a file as the typed columns of a table.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, Int64Array, new_null_array};
use arrow::compute::take;

use super::mapping::{Mapping, Origin};
use super::table::arrow_type;
use super::typing::{self, Complaint, Reading};
use super::verdict::Verdicts;
use crate::error::{Error, Result};
use crate::project::Fiscal;
use crate::source::Sheet;

/// The rows that pass the filter; `None` = all.
pub(super) fn kept_rows(mapping: &Mapping<'_>, sheet: &Sheet) -> Option<Vec<usize>> {
    if mapping.filters.is_empty() {
        return None;
    }
    let nulls = &mapping.spec.nulls;
    let columns: Vec<_> = mapping
        .filters
        .iter()
        .map(|(i, condition)| (sheet.texts(*i), *condition))
        .collect();
    Some(
        (0..sheet.height())
            .filter(|row| {
                columns.iter().all(|(texts, condition)| {
                    let cell = texts
                        .get(*row)
                        .map(str::trim)
                        .filter(|t| !t.is_empty() && !nulls.iter().any(|n| n == t));
                    condition.holds(cell)
                })
            })
            .collect(),
    )
}

/// Types every declared column; what does not fit is refused, row by row.
pub(super) fn type_columns(
    mapping: &Mapping<'_>,
    sheet: &Sheet,
    keep: Option<&[usize]>,
    height: usize,
    fiscal: Fiscal,
    verdicts: &mut Verdicts,
) -> Result<Vec<ArrayRef>> {
    let iso = ["%Y-%m-%d".to_owned()];
    let canonical = Reading::canonical(fiscal, &iso, mapping.spec);
    let mut columns = Vec::with_capacity(mapping.columns.len());
    for (column, origin, from) in &mapping.columns {
        let wanted = arrow_type(column.kind);
        let (array, complaints) = match origin {
            Origin::Absent => (new_null_array(&wanted, height), Vec::new()),
            Origin::Constant(text) => {
                let once = std::iter::repeat_n(Some(text.as_str()), height);
                typing::typed_cells(column.kind, once, &canonical)
            }
            Origin::Header(i) => match sheet.typed(*i) {
                Some(array)
                    if *array.data_type() == wanted && from.is_none_or(|f| f.values.is_empty()) =>
                {
                    (kept(array, keep)?, Vec::new())
                }
                Some(_) if from.is_none_or(|f| f.values.is_empty() && f.label.is_none()) => {
                    typing::typed(column.kind, &sheet.texts(*i), keep, &canonical)
                }
                _ => {
                    let reading = Reading::new(mapping.spec, *from, fiscal);
                    typing::typed(column.kind, &sheet.texts(*i), keep, &reading)
                }
            },
        };
        let mut refused = BTreeSet::new();
        for complaint in complaints {
            refused.insert(complaint.row);
            verdicts.refuse(column.name, complaint);
        }
        for complaint in typing::out_of_bounds(column.kind, &array) {
            verdicts.refuse(column.name, complaint);
        }
        if column.required && array.null_count() > 0 {
            for row in (0..height).filter(|r| array.is_null(*r) && !refused.contains(r)) {
                verdicts.refuse(
                    column.name,
                    Complaint {
                        row,
                        value: String::new(),
                        why: "is empty, and the table needs it".into(),
                    },
                );
            }
        }
        columns.push(array);
    }
    Ok(columns)
}

fn kept(array: &ArrayRef, keep: Option<&[usize]>) -> Result<ArrayRef> {
    let Some(rows) = keep else {
        return Ok(array.clone());
    };
    let rows: Int64Array = rows
        .iter()
        .map(|r| i64::try_from(*r).unwrap_or(i64::MAX))
        .collect();
    take(array, &rows, None).map_err(Error::engine("filter rows"))
}
