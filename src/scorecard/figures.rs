//! Figures as a reader wants them: grouped digits, percentages, counts. The
//! exact value is in the Parquet beside them.

/// `-1234567.89` → `−1,234,567.89`; keeps the decimals it is given.
#[must_use]
pub fn money(plain: &str) -> String {
    let (sign, body) = match plain.strip_prefix('-') {
        Some(body) => ("\u{2212}", body),
        None => ("", plain),
    };
    let (whole, part) = body.split_once('.').unwrap_or((body, ""));
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{part}", grouped(whole))
}

/// Whole units, for sentences: `1234567.89` → `1,234,568`.
#[must_use]
pub(super) fn round_money(plain: &str) -> String {
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits: i128 = whole.parse().unwrap_or(0);
    let is_half_up = part.as_bytes().first().is_some_and(|d| *d >= b'5');
    let step = match (is_half_up, plain.starts_with('-')) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => -1,
    };
    money(&(digits + step).to_string())
}

/// A whole number with its thousands apart.
#[must_use]
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// 0.1234 → `12.3 %`.
#[must_use]
pub fn percent(ratio: f64) -> String {
    let shown = format!("{:.1}", (ratio * 100.0).abs());
    let sign = if ratio < 0.0 && shown != "0.0" {
        "\u{2212}"
    } else {
        ""
    };
    format!("{sign}{shown} %")
}

/// A KPI value: up to four decimals, none that say nothing.
#[must_use]
pub fn value(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    money(text)
}

/// Ratios of which 1 is the plan and 2 is twice as good, and indices that are no
/// share of anything: as percentages they would be taken for shares.
const INDICES: [&str; 16] = [
    "budget_ratio",
    "cpi_ratio",
    "first_pace_ratio",
    "followed_ratio",
    "freshness_ratio",
    "funding_ratio",
    "gini_ratio",
    "hhi_ratio",
    "hockey_stick_ratio",
    "pace_drift_ratio",
    "pace_ratio",
    "performance_ratio",
    "spi_ratio",
    "spi_t_ratio",
    "tcpi_ratio",
    "tspi_ratio",
];

/// Whether a column of ratios is read as an index and not as a percentage.
#[must_use]
pub(super) fn is_index(name: &str) -> bool {
    INDICES.contains(&name) || name.starts_with("tcpi_")
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_and_signed() {
        assert_eq!(money("-1234567.89"), "\u{2212}1,234,567.89");
        assert_eq!(money("0.00"), "0.00");
        assert_eq!(round_money("999.50"), "1,000");
        assert_eq!(round_money("-0.50"), "\u{2212}1");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(percent(-0.326), "\u{2212}32.6 %");
        assert_eq!(percent(-0.0001), "0.0 %");
        assert_eq!(value(2.5), "2.5");
        assert_eq!(value(12_000.0), "12,000");
    }
}
