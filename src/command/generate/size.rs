//! How many of everything: proportional to the scale, never too few to say
//! something.

use std::fmt;

use super::days::MONTHS;

/// Rows of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) goals: u64,
    pub(super) units: u64,
    pub(super) initiatives: u64,
    pub(super) ledger_rows: u64,
    /// Values of KPIs; 36 of each series but the last.
    pub(super) kpi_values: u64,
}

/// Every initiative's plan has as many rows: months x accounts x versions.
pub(super) const BUDGET_ROWS: u64 = 48;
/// Of every initiative.
pub(super) const REPORTS: u64 = 20;
/// Of every initiative.
pub(super) const MILESTONES: u64 = 5;
/// Five KPIs have six series: the fifth is measured in two units.
const SERIES_OF_FIVE: u64 = 6;

impl Size {
    pub(super) fn of(scale: f64) -> Self {
        let initiatives = scaled(20_000, scale).max(20);
        Self {
            goals: scaled(2_000, scale).max(12),
            units: (initiatives / 500).clamp(6, 60),
            initiatives,
            ledger_rows: scaled(20_000_000, scale).max(2_000),
            kpi_values: scaled(1_000_000, scale).max(432),
        }
    }

    /// (KPI, unit) pairs that are measured.
    pub(super) const fn series(&self) -> u64 {
        self.kpi_values.div_ceil(MONTHS as u64)
    }

    pub(super) const fn kpis(&self) -> u64 {
        kpi_of_series(self.series() - 1) + 1
    }
}

/// The KPI of a series.
pub(super) const fn kpi_of_series(series: u64) -> u64 {
    let (five, within) = (series / SERIES_OF_FIVE, series % SERIES_OF_FIVE);
    five * 5 + if within < 5 { within } else { 4 }
}

/// Whether it is the second series of its KPI.
pub(super) const fn is_second_series(series: u64) -> bool {
    series % SERIES_OF_FIVE == 5
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "scales are positive, and rows stay far below 2^53"
)]
fn scaled(rows: u64, scale: f64) -> u64 {
    (rows as f64 * scale).round() as u64
}

/// What falls to one of several pieces of `amount`: those before it weigh
/// `before`, with it they weigh `after`, all of them `all`. Pieces sum to `amount`.
pub(super) fn piece(amount: u64, before: u64, after: u64, all: u64) -> u64 {
    let upto = |weight: u64| u128::from(amount) * u128::from(weight) / u128::from(all.max(1));
    u64::try_from(upto(after) - upto(before)).unwrap_or(u64::MAX)
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ledger rows, {} KPI values of {} KPIs, {} initiatives, {} goals, {} budget rows, {} status reports, {} milestones",
            self.ledger_rows,
            self.kpi_values,
            self.kpis(),
            self.initiatives,
            self.goals,
            self.initiatives * BUDGET_ROWS,
            self.initiatives * REPORTS,
            self.initiatives * MILESTONES,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_one_is_the_size_that_is_promised() {
        let size = Size::of(1.0);
        assert_eq!(size.ledger_rows, 20_000_000);
        assert_eq!(size.kpi_values, 1_000_000);
        assert_eq!(size.initiatives, 20_000);
        assert_eq!(size.goals, 2_000);
        assert_eq!(size.initiatives * BUDGET_ROWS, 960_000);
        assert_eq!(size.initiatives * REPORTS, 400_000);
        assert_eq!(size.initiatives * MILESTONES, 100_000);
    }

    #[test]
    fn pieces_sum_to_the_whole() {
        let weights = [3_u64, 0, 7, 1];
        let mut before = 0;
        let mut sum = 0;
        for weight in weights {
            sum += piece(1_000, before, before + weight, 11);
            before += weight;
        }
        assert_eq!(sum, 1_000);
    }
}
