//! Bars: amounts to either side of nothing, and shares out of a whole.
//!
//! A favourable amount runs right in the cool colour, an adverse one left in the
//! warm one; the side says it without the colour.

use minijinja::Error;

use super::{Anchor, Asked, Drawing, PLOT, ROW, Scale, Svg, label, listed};

const HEAD: f64 = 26.0;
const BAR: f64 = 8.0;

/// Diverging bars: `name`, `value`, the words `left` and `right` for the sides;
/// `figure` names the column to print, `value` if it is not given.
pub(super) fn bars(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let values = asked.numbers("value")?;
    let figures = asked.texts(if asked.has("figure") {
        "figure"
    } else {
        "value"
    })?;
    let left: String = asked.options.get("left")?;
    let right: String = asked.options.get("right")?;
    let known = || values.iter().copied().flatten();
    if known().all(|value| value == 0.0) {
        return Ok(None);
    }
    let scale = Scale::new(known().fold(0.0, f64::min), known().fold(0.0, f64::max));
    let zero = scale.across(0.0);
    let mut svg = Svg::new();
    let mut down = HEAD;
    if known().any(|value| value < 0.0) {
        svg.text("tick", Anchor::Start, (0.0, 14.0), &format!("← {left}"));
    }
    if known().any(|value| value > 0.0) {
        svg.text("tick", Anchor::End, (PLOT.1, 14.0), &format!("{right} →"));
    }
    for ((name, value), figure) in names.iter().zip(&values).zip(&figures) {
        let line = down + 28.0;
        svg.text("label", Anchor::Start, (0.0, down + 14.0), &label(name));
        match value {
            Some(value) => {
                let tone = if *value < 0.0 { "over" } else { "under" };
                svg.bar(tone, zero, scale.across(*value), line - BAR / 2.0, BAR);
            }
            None => svg.rule("unknown", (PLOT.0, line), (PLOT.1, line)),
        }
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure);
        down += ROW;
    }
    svg.rule("zero", (zero, HEAD - 4.0), (zero, down));
    let parts: Vec<String> = names
        .iter()
        .zip(&figures)
        .map(|(name, figure)| format!("{name}: {figure}"))
        .collect();
    Ok(Some(Drawing::wide(svg, down + 4.0, listed(&parts))))
}

/// Shares of a whole, one bar each: `name`, `ratio`, and `figure` to print.
pub(super) fn shares(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let ratios = asked.numbers("ratio")?;
    let figures = asked.texts(if asked.has("figure") {
        "figure"
    } else {
        "ratio"
    })?;
    let scale = Scale::new(0.0, 1.0);
    let mut svg = Svg::new();
    let mut down = 4.0;
    for ((name, ratio), figure) in names.iter().zip(&ratios).zip(&figures) {
        let line = down + 28.0;
        svg.text("label", Anchor::Start, (0.0, down + 14.0), &label(name));
        if let Some(ratio) = ratio {
            svg.bar("rest", PLOT.0, PLOT.1, line - BAR / 2.0, BAR);
            svg.bar("full", PLOT.0, scale.across(*ratio), line - BAR / 2.0, BAR);
        } else {
            svg.rule("unknown", (PLOT.0, line), (PLOT.1, line));
        }
        let figure = if ratio.is_some() { figure } else { "unknown" };
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure);
        down += ROW;
    }
    let parts: Vec<String> = names
        .iter()
        .zip(&figures)
        .map(|(name, figure)| {
            let figure = if figure.is_empty() { "unknown" } else { figure };
            format!("{name}: {figure}")
        })
        .collect();
    Ok(Some(Drawing::wide(svg, down + 4.0, listed(&parts))))
}
