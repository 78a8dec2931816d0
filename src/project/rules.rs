//! Thresholds as data, stamped with a version into every output.
//!
//! Not here: applying them; the models read them as `base.rules`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Every other threshold, by its name in [`THRESHOLDS`].
    pub thresholds: BTreeMap<&'static str, f64>,
}

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

/// The declared thresholds; each is a column of `base.rules`.
pub const THRESHOLDS: &[Threshold] = &[
    threshold(
        "goals_per_owner",
        5.0,
        COUNT,
        "an owner of more goals than this is stretched",
    ),
    threshold(
        "link_stale_days",
        365.0,
        DAYS,
        "a link asserted longer ago than this is stale",
    ),
    threshold(
        "default_cadence_days",
        91.0,
        DAYS,
        "review cadence of a goal that names none",
    ),
    threshold(
        "conflict_weight_ratio",
        1.2,
        (1.0, 1000.0),
        "a goal with this many times the weight of another clearly comes first",
    ),
    threshold(
        "conflict_count",
        200.0,
        COUNT,
        "pairs of goals that are listed as conflicts, the worst first",
    ),
    threshold(
        "schedule_red_days",
        90.0,
        DAYS,
        "an open milestone later than this is red",
    ),
    threshold(
        "response_weight_pp",
        5.0,
        FACTOR,
        "a weight that moves by this many percentage points is a change of priority",
    ),
    threshold(
        "response_ratio",
        0.5,
        FACTOR,
        "the money has followed when its share moved by this part of the change in weight",
    ),
    threshold(
        "hockey_stick_ratio",
        2.0,
        FACTOR,
        "spend of a year's last period over an even share, above which the year ends in a rush",
    ),
    threshold(
        "consumption_gap_ratio",
        0.10,
        RATIO,
        "share of the budget spent less share of the time gone, above which money runs ahead",
    ),
    threshold(
        "eac_tcpi_gap",
        0.10,
        FACTOR,
        "TCPI of the stated estimate less CPI, above which the estimate is not credible",
    ),
    threshold(
        "eac_stated_gap_ratio",
        0.10,
        FACTOR,
        "distance of the stated estimate from the composite one, above which it is not credible",
    ),
    threshold(
        "eac_recent_periods",
        3.0,
        COUNT,
        "newest fiscal periods behind the estimate at completion by recent performance",
    ),
    threshold(
        "forecast_sight_days",
        36_600.0,
        DAYS,
        "a forecast end further off than this is out of sight",
    ),
    threshold(
        "dependency_depth",
        100.0,
        COUNT,
        "milestones up to which a chain of dependencies is followed",
    ),
    threshold(
        "burn_periods",
        3.0,
        COUNT,
        "newest ended fiscal periods that the burn is measured over",
    ),
    threshold(
        "slip_slope",
        1.0,
        FACTOR,
        "days that a forecast moves per day of work, from which on it never converges",
    ),
    threshold(
        "slip_reports",
        3.0,
        COUNT,
        "forecasts that a milestone needs before its trend is read",
    ),
    threshold(
        "okr_green_ratio",
        0.7,
        RATIO,
        "score of a key result from which on it is green",
    ),
    threshold(
        "okr_amber_ratio",
        0.4,
        RATIO,
        "score of a key result from which on it is amber",
    ),
    threshold(
        "okr_aspirational_low_score",
        0.6,
        RATIO,
        "score from which on an aspirational key result is as expected",
    ),
    threshold(
        "okr_aspirational_high_score",
        0.7,
        RATIO,
        "score above which an aspiration was too easy",
    ),
    threshold(
        "own_kpi_weight_ratio",
        0.5,
        (0.0, 0.99),
        "part of a goal's score that its own KPIs speak for where goals lie below it",
    ),
    threshold(
        "masking_weight_ratio",
        0.25,
        RATIO,
        "a red child with at least this weight caps its parent at amber",
    ),
    threshold(
        "score_coverage_ratio",
        0.5,
        RATIO,
        "a roll-up with less of its weight scored than this is grey",
    ),
    threshold(
        "inertia_share_ratio",
        0.02,
        RATIO,
        "relative change of a share that still counts as unchanged",
    ),
    threshold(
        "inertia_credit_ratio",
        0.01,
        RATIO,
        "net credits over a year's spend, above which shares are not compared",
    ),
    threshold(
        "legacy_years",
        2.0,
        COUNT,
        "years of unchanged shares after which a holder is a legacy",
    ),
    threshold(
        "zombie_spend_periods",
        3.0,
        COUNT,
        "newest fiscal periods in which a zombie still spends",
    ),
    threshold("zombie_reasons", 3.0, COUNT, "reasons that make a zombie"),
    threshold(
        "zombie_slips",
        2.0,
        COUNT,
        "times a forecast moved later, from which on it is a reason",
    ),
    threshold(
        "zombie_rebaselines",
        2.0,
        COUNT,
        "new baselines, from which on they are a reason",
    ),
    threshold(
        "zombie_quiet_days",
        182.0,
        DAYS,
        "days without a milestone reached, from which on they are a reason",
    ),
    threshold(
        "capacity_ratio",
        1.0,
        FACTOR,
        "demand over capacity, above which a skill is booked beyond what it has",
    ),
];

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
            thresholds: THRESHOLDS.iter().map(|t| (t.name, t.default)).collect(),
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
