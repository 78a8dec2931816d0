//! Thresholds as data, stamped with a version into every output.
//!
//! Not here: applying them; the models read them as `base.rules`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::thresholds::thresholds;

/// Every threshold a model may use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rules {
    pub version: String,
    /// At or above: green. Inclusive lower bound, compared before rounding.
    pub rag_green_ratio: f64,
    /// At or above, and below green: amber.
    pub rag_amber_ratio: f64,
    /// Reporting currency, two decimals, in cents.
    pub materiality_cents: i64,
    pub materiality_ratio: f64,
    pub materiality_combine: MaterialityCombine,
    /// For some accounts other bounds; the first that matches decides.
    pub materiality_by_account: Vec<AccountMateriality>,
    pub under_funded_ratio: f64,
    pub over_funded_ratio: f64,
    pub stale_after_cadences: f64,
    pub trailing_months: i64,
    /// The first version an initiative has is its budget.
    pub budget_versions: Vec<String>,
    pub rank_weights: RankWeights,
    /// Every other threshold, by its name in [`thresholds`].
    pub thresholds: BTreeMap<&'static str, f64>,
}

/// Bounds of materiality for the accounts that a pattern names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountMateriality {
    /// As written, with `*` for any characters.
    pub accounts: String,
    pub cents: i64,
    pub ratio: f64,
    pub combine: MaterialityCombine,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            version: "1".into(),
            rag_green_ratio: 0.95,
            rag_amber_ratio: 0.85,
            materiality_cents: 10_000_000,
            materiality_ratio: 0.10,
            materiality_combine: MaterialityCombine::All,
            materiality_by_account: Vec::new(),
            under_funded_ratio: 0.8,
            over_funded_ratio: 1.2,
            stale_after_cadences: 2.0,
            trailing_months: 12,
            budget_versions: vec!["current".into(), "original".into()],
            rank_weights: RankWeights::RankSum,
            thresholds: thresholds().map(|t| (t.name, t.default)).collect(),
        }
    }
}

/// Whether a variance must exceed both bounds or either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MaterialityCombine {
    All,
    Any,
}

/// How ranks become weights when there are no weights (METHODS 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankWeights {
    /// 2(n+1−i) / (n(n+1))
    RankSum,
    /// Rank-order centroid: (1/n) Σ_{j≥i} 1/j
    Roc,
}

/// The name of a fiscal year that spans two calendar years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum YearLabel {
    /// April 2025 to March 2026 is '2026'.
    End,
    /// … is '2025'.
    Start,
    /// … is '2025-26'.
    Span,
}

/// Published RAG presets: name, green, amber (METHODS 4).
const PRESETS: [(&str, f64, f64); 7] = [
    ("cascade", 0.95, 0.85),
    ("upraise", 0.95, 0.75),
    ("camms", 0.90, 0.70),
    ("clearpoint", 1.0, 0.90),
    ("boja", 0.60, 0.20),
    ("google", 0.7, 0.4),
    ("spider", 0.667, 0.333),
];

/// The thresholds of a preset, as (green, amber).
pub(super) fn preset(name: &str) -> Option<(f64, f64)> {
    PRESETS
        .iter()
        .find(|(known, ..)| *known == name)
        .map(|(_, green, amber)| (*green, *amber))
}

/// The names of all presets, for messages.
pub(super) fn preset_names() -> String {
    PRESETS.map(|(name, ..)| name).join(", ")
}
