//! Warnings: findings and signs, as the page says them.
//!
//! Not here: which findings, or their order.

use serde::Serialize;

use super::page::Status;

/// The findings that the page has room for, and the seven signs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Warnings {
    /// How many stand, and what is new.
    pub lede: String,
    /// In the order shown.
    pub findings: Vec<Raised>,
    /// In the order shown; empty where they were not asked for.
    pub signs: Vec<Sign>,
    /// How many findings stand beside those shown.
    pub more: String,
    /// Day of the release before; empty for a first release, and where nobody asked
    /// what changed.
    pub compared_with: String,
    /// In the order shown.
    pub changes: Vec<Change>,
}

/// One cause of one change.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Change {
    /// What changed.
    pub measure: String,
    /// Whose it is; empty for the whole.
    pub subject: String,
    /// By how much, or from what to what.
    pub change: String,
    /// Why.
    pub cause: String,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Act now.
    High,
    /// Decide at the next review.
    Medium,
    /// Put in order.
    #[default]
    Low,
}

impl Grade {
    /// By its name in a model; anything else is low.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "high" => Self::High,
            "medium" => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// A finding.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Raised {
    /// How grave.
    pub severity: Grade,
    /// What it is about.
    pub subject_name: String,
    /// Its id.
    pub subject_id: String,
    /// What was found, in a sentence.
    pub evidence: String,
    /// The model that shows it.
    pub evidence_model: String,
    /// With its currency; empty where no money hangs on it.
    pub money_at_risk: String,
    /// Day it was first seen.
    pub first_seen: String,
    /// Whether the release before did not have it.
    pub is_new: bool,
    /// Nights it has stood.
    pub nights: String,
}

/// One of the seven signs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sign {
    /// Its name.
    pub sign: String,
    /// What it asks.
    pub question: String,
    /// The number, with its unit.
    pub figure: String,
    /// Judgement.
    pub status: Status,
    /// What the number rests on, in a sentence.
    pub evidence: String,
}
