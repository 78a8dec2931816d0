//! Kind: what a column holds, by the type and the name that its header gives it,
//! and so how its cells are shown.

use arrow::datatypes::DataType;

use crate::model::HeaderColumn;

/// How the cells of a column are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Text,
    /// A word of judgement, which has a colour.
    Verdict,
    Count,
    /// With its decimals.
    Money(i8),
    /// 0.5 is 50.0 %.
    Share,
    /// 1 is as planned: read as it stands.
    Index,
    /// Days and percentage points.
    Tenth,
    Value,
    Date,
    Truth,
}

/// Ratios of which 1 is the plan and 2 is twice as good; as percentages they
/// would be taken for shares.
const INDICES: [&str; 15] = [
    "budget_ratio",
    "cpi_ratio",
    "first_pace_ratio",
    "followed_ratio",
    "funding_ratio",
    "gini_ratio",
    "hhi_ratio",
    "hockey_stick_ratio",
    "pace_ratio",
    "performance_ratio",
    "spi_ratio",
    "spi_t_ratio",
    "tcpi_bac_ratio",
    "tcpi_eac_ratio",
    "tspi_ratio",
];

impl Kind {
    pub(super) fn of(column: &HeaderColumn) -> Self {
        let name = column.name.as_str();
        let ends = |endings: &[&str]| endings.iter().any(|e| name.ends_with(e));
        match column.data_type() {
            Some(DataType::Int64) => Self::Count,
            Some(DataType::Decimal128(_, scale)) => Self::Money(scale.max(0)),
            Some(DataType::Date32) => Self::Date,
            Some(DataType::Boolean) => Self::Truth,
            Some(DataType::Float64) if INDICES.contains(&name) => Self::Index,
            Some(DataType::Float64) if ends(&["_ratio", "_probability"]) => Self::Share,
            Some(DataType::Float64) if ends(&["_days", "_pp"]) => Self::Tenth,
            Some(DataType::Float64) => Self::Value,
            _ if name == "tone" || ends(&["status", "severity"]) => Self::Verdict,
            _ => Self::Text,
        }
    }

    /// The number format; none for text.
    pub(super) fn number_format(self) -> Option<String> {
        Some(match self {
            Self::Text | Self::Verdict | Self::Truth => return None,
            Self::Count => "#,##0".into(),
            Self::Money(0) => "#,##0;[Red]-#,##0".into(),
            Self::Money(scale) => {
                let part = "0".repeat(usize::from(scale.unsigned_abs()));
                format!("#,##0.{part};[Red]-#,##0.{part}")
            }
            Self::Share => "0.0%".into(),
            Self::Index => "0.00".into(),
            Self::Tenth => "#,##0.0".into(),
            Self::Value => "#,##0.00##".into(),
            Self::Date => "yyyy-mm-dd".into(),
        })
    }

    /// What a reader of the workbook is told that the cells are.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text | Self::Verdict => "text",
            Self::Count => "whole number",
            Self::Money(_) => "exact decimal",
            Self::Share => "percentage",
            Self::Index => "index, 1 = as planned",
            Self::Tenth | Self::Value => "number",
            Self::Date => "date",
            Self::Truth => "TRUE or FALSE",
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Verdict)
    }
}
