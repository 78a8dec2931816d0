//! Rows of a published table, cell by cell.

use super::Charted;
use super::chart::Segment;
use crate::second_opinion::compare::Published;
use crate::support::Table;

/// A published table with the rows of these keys and no others.
pub(super) fn with_rows(
    table: Table,
    keys: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Published {
    let theirs = Published::new(table, keys);
    theirs.same_keys(&rows.collect());
    theirs
}

/// Cells of one row.
pub(super) struct Cells<'a> {
    pub(super) theirs: &'a Published,
    pub(super) key: &'a [&'a str],
}

impl Cells<'_> {
    pub(super) fn text(&self, column: &str, wanted: &str) {
        self.theirs.same(self.key, column, Some(wanted));
    }

    pub(super) fn text_or_null(&self, column: &str, wanted: Option<&str>) {
        self.theirs.same(self.key, column, wanted);
    }

    pub(super) fn is(&self, column: &str, wanted: bool) {
        self.text(column, &wanted.to_string());
    }

    pub(super) fn count(&self, column: &str, wanted: usize) {
        self.theirs.same_count(self.key, column, wanted);
    }

    pub(super) fn numbers<const N: usize>(&self, wanted: [(&str, Option<f64>); N]) {
        for (column, number) in wanted {
            self.theirs.same_ratio(self.key, column, number);
        }
    }

    /// Name and goal of the KPI.
    pub(super) fn kpi(&self, series: &Charted) {
        self.text("kpi_name", &series.kpi.name);
        self.text_or_null("goal_id", series.kpi.goal.as_deref());
    }

    pub(super) fn measure(&self, series: &Charted) {
        self.text("unit", &series.kpi.unit);
        self.text("direction", &series.kpi.direction);
    }

    /// How firm the limits are, and why there are none.
    pub(super) fn standing(&self, segment: &Segment) {
        self.is("is_provisional", segment.is_provisional());
        let reason = segment.limits.as_ref().err().copied();
        self.text_or_null("status_reason", reason);
    }
}
