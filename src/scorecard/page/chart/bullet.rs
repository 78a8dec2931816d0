//! Bullet: how far a measure is to its target, and where it should be by now.
//!
//! The bar is attainment, the long stroke the target, the short one the pace
//! expected by the page's date. What has no value has no bar.

use minijinja::Error;

use super::{Anchor, Asked, Drawing, PLOT, ROW, Scale, Svg, judged, label, listed};

const HEAD: f64 = 26.0;
/// Attainment the track ends at; beyond it a bar is cut.
const REACH: f64 = 1.25;

/// One bullet a row: `name`, `ratio` (1 = target), `expected` by now, `status`;
/// `unit` tells rows of one name apart.
pub(super) fn bullet(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let units = if asked.has("unit") {
        asked.texts("unit")?
    } else {
        vec![String::new(); names.len()]
    };
    let (ratios, shown) = (asked.numbers("ratio")?, asked.texts("ratio")?);
    let expected = asked.numbers("expected")?;
    let statuses = asked.texts("status")?;
    let scale = Scale::new(0.0, REACH);
    let target = scale.across(1.0);
    let mut svg = Svg::new();
    svg.text("tick", Anchor::Middle, (target, 14.0), "target");
    let mut down = HEAD;
    let mut parts = Vec::new();
    for row in 0..names.len() {
        let name = if units[row].is_empty() || units[row] == "(all)" {
            names[row].clone()
        } else {
            format!("{}, {}", names[row], units[row])
        };
        let (class, word) = judged(&statuses[row]);
        let line = down + 28.0;
        svg.text("label", Anchor::Start, (0.0, down + 14.0), &label(&name));
        match ratios[row] {
            Some(ratio) => {
                svg.bar("rest", PLOT.0, PLOT.1, line - 6.0, 12.0);
                svg.bar(class, PLOT.0, scale.across(ratio), line - 3.0, 6.0);
            }
            None => svg.rule("unknown", (PLOT.0, line), (PLOT.1, line)),
        }
        svg.rule("zero", (target, line - 9.0), (target, line + 9.0));
        if let Some(expected) = expected[row] {
            let across = scale.across(expected);
            svg.rule("pace", (across, line - 6.0), (across, line + 6.0));
        }
        let figure = format!("{word} {}", shown[row]);
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure.trim_end());
        let attained = match ratios[row] {
            Some(_) => shown[row].as_str(),
            None => "no attainment",
        };
        parts.push(format!("{name}: {attained}, {}", word.to_lowercase()));
        down += ROW;
    }
    Ok(Some(Drawing::wide(svg, down + 4.0, listed(&parts))))
}

/// One bar divided by `status`.
pub(super) fn strip(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let statuses = asked.texts("status")?;
    let counts = ["red", "amber", "green", "grey"].map(|wanted| {
        let (class, word) = judged(wanted);
        let count = statuses.iter().filter(|s| judged(s).0 == class).count();
        (class, word, count)
    });
    let share = |count: usize| 100.0 * ratio(count) / ratio(statuses.len());
    let mut svg = Svg::new();
    let mut from = 0.0;
    for (class, _, count) in counts.iter().filter(|(.., count)| *count > 0) {
        let to = from + share(*count);
        svg.bar(class, from, to, 2.0, 12.0);
        if from > 0.0 {
            svg.rule("cut", (from, 0.0), (from, 16.0));
        }
        from = to;
    }
    let parts = counts.map(|(_, word, count)| format!("{count} {}", word.to_lowercase()));
    Ok(Some(Drawing::wide(
        svg,
        16.0,
        format!("{}.", parts.join(", ")),
    )))
}

fn ratio(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
