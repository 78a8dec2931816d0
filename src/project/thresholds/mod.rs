//! Declared thresholds: a name, a default, what it may be, and what it decides.
//!
//! Each is a column of `base.rules`, and may be set under `[rules.thresholds]`.
//!
//! Not here: reading them from the project's file (`rules_table`), or applying
//! them (the models).

mod questions;
mod warning;

/// A threshold as declared: `[rules.thresholds] <name> = <number>`.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    pub name: &'static str,
    pub default: f64,
    pub low: f64,
    pub high: f64,
    pub what: &'static str,
}

const fn threshold(
    name: &'static str,
    default: f64,
    (low, high): (f64, f64),
    what: &'static str,
) -> Threshold {
    Threshold {
        name,
        default,
        low,
        high,
        what,
    }
}

const RATIO: (f64, f64) = (0.0, 1.0);
const COUNT: (f64, f64) = (1.0, 10_000.0);
const DAYS: (f64, f64) = (1.0, 36_600.0);
const FACTOR: (f64, f64) = (0.0, 1000.0);

/// Every declared threshold, in the order in which they are listed.
pub fn thresholds() -> impl Iterator<Item = &'static Threshold> {
    questions::THRESHOLDS.iter().chain(warning::THRESHOLDS)
}
