//! Holding a published table against what was computed a second time.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Table, cents};

/// A published table whose rows are found by their key.
pub(super) struct Published {
    table: Table,
    rows: BTreeMap<Vec<String>, usize>,
}

impl Published {
    pub(super) fn new(table: Table, keys: &[&str]) -> Self {
        let cell = |key: &&str, row| table.cell(key, row).unwrap_or_default();
        let rows: BTreeMap<Vec<String>, usize> = (0..table.height())
            .map(|row| (keys.iter().map(|k| cell(k, row)).collect(), row))
            .collect();
        assert_eq!(rows.len(), table.height(), "{keys:?} repeat");
        Self { table, rows }
    }

    pub(super) fn height(&self) -> usize {
        self.rows.len()
    }

    /// The rows that there are: none is missing, none is extra.
    pub(super) fn same_keys(&self, wanted: &BTreeSet<Vec<String>>) {
        let found: BTreeSet<Vec<String>> = self.rows.keys().cloned().collect();
        let missing: Vec<_> = wanted.difference(&found).collect();
        let extra: Vec<_> = found.difference(wanted).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "missing {missing:?}, extra {extra:?}"
        );
    }

    fn row(&self, key: &[&str]) -> usize {
        let owned: Vec<String> = key.iter().map(|k| (*k).to_owned()).collect();
        *self
            .rows
            .get(&owned)
            .unwrap_or_else(|| panic!("no row for {key:?}"))
    }

    pub(super) fn cell(&self, key: &[&str], column: &str) -> Option<String> {
        self.table.cell(column, self.row(key))
    }

    pub(super) fn cents(&self, key: &[&str], column: &str) -> Option<i128> {
        self.cell(key, column).map(|text| cents(&text))
    }

    /// Money, to the cent.
    pub(super) fn same_cents(&self, key: &[&str], column: &str, wanted: i128) {
        assert_eq!(self.cents(key, column), Some(wanted), "{key:?}, {column}");
    }

    /// Money that was rounded on another way than here: within a cent.
    pub(super) fn near_cents(&self, key: &[&str], column: &str, wanted: f64) {
        let found = self.cents(key, column);
        let is_near = found.is_some_and(|c| (float(c) - wanted).abs() <= 1.0);
        assert!(is_near, "{key:?}, {column}: {found:?} is not {wanted}");
    }

    /// Anything written as text: names, days, counts, truths.
    pub(super) fn same(&self, key: &[&str], column: &str, wanted: Option<&str>) {
        assert_eq!(
            self.cell(key, column).as_deref(),
            wanted,
            "{key:?}, {column}"
        );
    }

    pub(super) fn same_count(&self, key: &[&str], column: &str, wanted: usize) {
        self.same(key, column, Some(&wanted.to_string()));
    }

    /// A ratio, to nine decimals of itself or of 1, whichever is larger.
    pub(super) fn same_ratio(&self, key: &[&str], column: &str, wanted: Option<f64>) {
        let found: Option<f64> = self.cell(key, column).map(|text| text.parse().unwrap());
        let is_same = match (found, wanted) {
            (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
            (None, None) => true,
            _ => false,
        };
        assert!(is_same, "{key:?}, {column}: {found:?} is not {wanted:?}");
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "cents and counts far below 2^53"
)]
pub(super) fn float(number: i128) -> f64 {
    number as f64
}

/// A share of money; nothing unless the whole is above zero.
pub(super) fn share(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}
