//! Bars: variance to either side of a budget line, and coverage out of a whole.
//!
//! Favourable variance runs right in the cool colour, adverse runs left in the
//! warm one; the side says it without the colour.

use super::super::page::{Coverage, Variance};
use super::{Anchor, PLOT, ROW, Scale, Svg, label};

const HEAD: f64 = 26.0;
const BAR: f64 = 8.0;

/// Diverging bars, one per initiative, in the order given.
pub(in super::super) fn variance(rows: &[&Variance]) -> Option<String> {
    let values = || {
        rows.iter()
            .map(|row| row.variance_value)
            .filter(|value| value.is_finite())
    };
    if values().all(|value| value == 0.0) {
        return None;
    }
    let scale = Scale::new(values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let zero = scale.across(0.0);

    let mut svg = Svg::new();
    let mut down = HEAD;
    if values().any(|value| value < 0.0) {
        svg.text("tick", Anchor::Start, (0.0, 14.0), "← over budget");
    }
    if values().any(|value| value > 0.0) {
        svg.text("tick", Anchor::End, (PLOT.1, 14.0), "under budget →");
    }
    for row in rows {
        let line = down + 28.0;
        svg.text(
            "label",
            Anchor::Start,
            (0.0, down + 14.0),
            &label(&row.name),
        );
        svg.rule("track", (PLOT.0, line), (PLOT.1, line));
        if row.variance_value.is_finite() {
            let tone = if row.variance_value < 0.0 {
                "over"
            } else {
                "under"
            };
            svg.bar(
                tone,
                zero,
                scale.across(row.variance_value),
                line - BAR / 2.0,
                BAR,
            );
        }
        svg.text("value", Anchor::End, (100.0, line + 4.5), &row.variance);
        svg.rule("zero", (zero, line - 9.0), (zero, line + 9.0));
        down += ROW;
    }
    let parts: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row.name, row.variance))
        .collect();
    let description = format!("Positive is under budget. {}.", parts.join("; "));
    Some(svg.finish(
        "chart-variance",
        down + 4.0,
        "Largest variances from budget, to date",
        &description,
    ))
}

/// Covered out of total, one bar per measure.
pub(in super::super) fn coverage(rows: &[Coverage]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let scale = Scale::new(0.0, 1.0);
    let mut svg = Svg::new();
    let mut down = 4.0;
    for row in rows {
        let line = down + 28.0;
        svg.text(
            "label",
            Anchor::Start,
            (0.0, down + 14.0),
            &label(&capital(&row.measure)),
        );
        let value = if let Some(ratio) = row.ratio_value {
            svg.bar("rest", PLOT.0, PLOT.1, line - BAR / 2.0, BAR);
            svg.bar("full", PLOT.0, scale.across(ratio), line - BAR / 2.0, BAR);
            row.ratio.as_str()
        } else {
            svg.rule("unknown", (PLOT.0, line), (PLOT.1, line));
            "unknown"
        };
        svg.text("value", Anchor::End, (100.0, line + 4.5), value);
        down += ROW;
    }
    let parts: Vec<String> = rows
        .iter()
        .map(|row| {
            let ratio = if row.ratio_value.is_some() {
                &row.ratio
            } else {
                "unknown"
            };
            format!("{}: {ratio}", row.measure)
        })
        .collect();
    Some(svg.finish(
        "chart-coverage",
        down + 4.0,
        "Coverage",
        &format!("{}.", parts.join("; ")),
    ))
}

/// The text with its first letter large.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64) -> Variance {
        Variance {
            name: "<i>".into(),
            variance: value.to_string(),
            variance_value: value,
            ..Variance::default()
        }
    }

    #[test]
    fn adverse_runs_left_and_favourable_right_of_the_budget_line() {
        let (over, under) = (row(-10.0), row(30.0));
        let drawn = variance(&[&over, &under]).unwrap_or_default();
        assert!(drawn.contains("class=\"over\" x=\"0%\""), "{drawn}");
        assert!(drawn.contains("class=\"under\" x=\"18.25%\""), "{drawn}");
        assert!(!drawn.contains("<i>"));
    }

    #[test]
    fn nothing_to_draw() {
        assert_eq!(variance(&[&row(0.0)]), None);
        assert_eq!(coverage(&[]), None);
    }

    #[test]
    fn unknown_coverage_is_no_bar() {
        let drawn = coverage(&[Coverage::default()]).unwrap_or_default();
        assert!(drawn.contains("unknown") && !drawn.contains("class=\"full\""));
    }
}
