//! Bullet: how far each KPI is to its target, and where it should be by now.
//!
//! The bar is attainment, the long stroke the target, the short one the pace
//! expected by the page's date. A KPI without a value has no bar.

use super::super::page::{Kpi, Status};
use super::{Anchor, PLOT, ROW, Scale, Svg, label};

const HEAD: f64 = 26.0;
/// Attainment the track ends at; beyond it a bar is cut.
const REACH: f64 = 1.25;

/// Bullets in the order given.
pub(in super::super) fn kpis(rows: &[&Kpi]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let scale = Scale::new(0.0, REACH);
    let target = scale.across(1.0);
    let mut svg = Svg::new();
    svg.text("tick", Anchor::Middle, (target, 14.0), "target");
    let mut down = HEAD;
    for row in rows {
        let line = down + 28.0;
        svg.text(
            "label",
            Anchor::Start,
            (0.0, down + 14.0),
            &label(&name(row)),
        );
        match row.attainment_ratio {
            Some(ratio) => {
                svg.bar("rest", PLOT.0, PLOT.1, line - 6.0, 12.0);
                svg.bar(
                    class(row.status),
                    PLOT.0,
                    scale.across(ratio),
                    line - 3.0,
                    6.0,
                );
            }
            None => svg.rule("unknown", (PLOT.0, line), (PLOT.1, line)),
        }
        svg.rule("zero", (target, line - 9.0), (target, line + 9.0));
        if let Some(expected) = row.expected_ratio {
            let across = scale.across(expected);
            svg.rule("pace", (across, line - 6.0), (across, line + 6.0));
        }
        let attained = if row.attainment_ratio.is_some() {
            row.attainment.as_str()
        } else {
            ""
        };
        let figure = format!("{} {attained}", word(row.status));
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure.trim_end());
        down += ROW;
    }
    let parts: Vec<String> = rows
        .iter()
        .map(|row| {
            let attained = if row.attainment_ratio.is_some() {
                &row.attainment
            } else {
                "no attainment"
            };
            format!(
                "{}: {attained}, {}",
                name(row),
                word(row.status).to_lowercase()
            )
        })
        .collect();
    let title = "KPI attainment against target, gravest first";
    Some(svg.finish(
        "chart-kpis",
        down + 4.0,
        title,
        &format!("{}.", parts.join("; ")),
    ))
}

/// One bar divided by status, for the head of the section.
pub(in super::super) fn status_strip(counts: &[(Status, usize)]) -> Option<String> {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    if total == 0 {
        return None;
    }
    let share = |count: usize| 100.0 * ratio(count) / ratio(total);
    let mut svg = Svg::new();
    let mut from = 0.0;
    for &(status, count) in counts.iter().filter(|(_, count)| *count > 0) {
        let to = from + share(count);
        svg.bar(class(status), from, to, 2.0, 12.0);
        if from > 0.0 {
            svg.rule("cut", (from, 0.0), (from, 16.0));
        }
        from = to;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(status, count)| format!("{count} {}", word(*status).to_lowercase()))
        .collect();
    Some(svg.finish(
        "chart-status",
        16.0,
        "KPIs by status",
        &format!("{}.", parts.join(", ")),
    ))
}

/// A KPI may stand in several units; the unit tells them apart.
fn name(row: &Kpi) -> String {
    if row.unit.is_empty() || row.unit == "(all)" {
        row.name.clone()
    } else {
        format!("{}, {}", row.name, row.unit)
    }
}

/// The status in a word.
fn word(status: Status) -> &'static str {
    match status {
        Status::Red => "Red",
        Status::Amber => "Amber",
        Status::Grey => "Grey",
        Status::Green => "Green",
    }
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Red => "bad",
        Status::Amber => "watch",
        Status::Grey => "unknown",
        Status::Green => "good",
    }
}

fn ratio(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_has_no_bar_and_says_grey() {
        let drawn = kpis(&[&Kpi::default()]).unwrap_or_default();
        assert!(
            drawn.contains(">Grey</text>") && !drawn.contains("<rect"),
            "{drawn}"
        );
    }

    #[test]
    fn strip_fills_the_width() {
        let drawn = status_strip(&[(Status::Red, 1), (Status::Amber, 0), (Status::Green, 3)])
            .unwrap_or_default();
        assert!(
            drawn.contains("width=\"25%\"") && drawn.contains("width=\"75%\""),
            "{drawn}"
        );
        assert!(drawn.contains("1 red, 0 amber, 3 green."));
        assert_eq!(status_strip(&[(Status::Red, 0)]), None);
    }
}
