//! Rows with the same key. Identical content: one is kept and the others are
//! counted. Different content: nobody can say which is right, so all go to
//! quarantine.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef};
use arrow::row::{RowConverter, Rows, SortField};

/// What a second look at the keys found, as row numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// (row, the earlier row with the same key and content)
    pub identical: Vec<(usize, usize)>,
    /// (row, another row with the same key and different content)
    pub conflicting: Vec<(usize, usize)>,
}

/// Compares rows by `keys`, then by `content`, which is asked for only where two
/// rows have one key. Rows whose `identity` columns are
/// all null have no key and are never duplicates.
///
/// # Errors
/// If Arrow cannot encode the columns as rows.
pub fn find(
    identity: &[ArrayRef],
    keys: &[ArrayRef],
    content: impl FnOnce() -> Result<Vec<ArrayRef>, arrow::error::ArrowError>,
) -> Result<Duplicates, arrow::error::ArrowError> {
    let height = keys.first().map_or(0, arrow::array::Array::len);
    let key_rows = encoded(keys)?;
    let mut first: HashMap<&[u8], usize> = HashMap::with_capacity(height);
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for row in 0..height {
        if identity.iter().all(|column| column.is_null(row)) {
            continue;
        }
        let earlier = *first.entry(key_rows.row(row).data()).or_insert(row);
        if earlier != row {
            groups.entry(earlier).or_default().push(row);
        }
    }
    if groups.is_empty() {
        return Ok(Duplicates::default());
    }
    let content_rows = encoded(&content()?)?;
    let mut found = Duplicates::default();
    for (earliest, rows) in groups {
        let is_identical = rows
            .iter()
            .all(|row| content_rows.row(*row) == content_rows.row(earliest));
        if is_identical {
            found
                .identical
                .extend(rows.into_iter().map(|row| (row, earliest)));
        } else {
            found.conflicting.push((earliest, rows[0]));
            found
                .conflicting
                .extend(rows.into_iter().map(|row| (row, earliest)));
        }
    }
    found.identical.sort_unstable();
    found.conflicting.sort_unstable();
    Ok(found)
}

fn encoded(columns: &[ArrayRef]) -> Result<Rows, arrow::error::ArrowError> {
    RowConverter::new(
        columns
            .iter()
            .map(|c| SortField::new(c.data_type().clone()))
            .collect(),
    )?
    .convert_columns(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn identical_copies_are_counted_and_conflicts_all_refused() {
        let key: ArrayRef = Arc::new(StringArray::from(vec![
            Some("a"),
            Some("b"),
            Some("a"),
            Some("b"),
            None,
            None,
        ]));
        let value: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 1, 3, 4, 4]));
        let found = find(
            std::slice::from_ref(&key),
            std::slice::from_ref(&key),
            || Ok(vec![key.clone(), value]),
        )
        .unwrap();
        assert_eq!(found.identical, [(2, 0)]);
        assert_eq!(found.conflicting, [(1, 3), (3, 1)]);
    }
}
