//! A pack: the release of one fiscal period, told at its end.
//!
//! Not here: where fiscal periods end (`catalogue::cut_off`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How often a pack of its kind is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackKind {
    Monthly,
    Quarterly,
    Annual,
}

impl PackKind {
    /// As it is typed, and as it stands in an id.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Annual => "annual",
        }
    }

    /// The span that it tells of.
    #[must_use]
    pub fn span(self) -> &'static str {
        match self {
            Self::Monthly => "fiscal period",
            Self::Quarterly => "fiscal quarter",
            Self::Annual => "fiscal year",
        }
    }
}

/// A span of the fiscal calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiscalPeriod {
    /// As the calendar names it: `2026-P03`, `2026-Q1` or `2026`.
    pub label: String,
    pub start: NaiveDate,
    /// The last day, which is the cut-off of its pack.
    pub end: NaiveDate,
}

/// What a release is the pack of. In the manifest its kind is `pack`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    #[serde(rename = "pack")]
    pub kind: PackKind,
    pub period: FiscalPeriod,
}

impl Pack {
    /// The last day of the period of its kind before its own; none before the
    /// first day there is.
    #[must_use]
    pub fn cut_off_before(&self) -> Option<NaiveDate> {
        self.period.start.pred_opt()
    }
}
