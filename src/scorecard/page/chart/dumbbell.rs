//! Dumbbell: a goal's share of priority and its share of money, on one line.
//!
//! A hollow ring stands at the weight, a filled dot at the money; the bar
//! between them is the money that would have to move.

use minijinja::Error;

use super::{Anchor, Asked, Drawing, PLOT, ROW, Scale, Svg, label, listed};

const TOP: f64 = 8.0;
const FOOT: f64 = 26.0;

/// `name`, the shares `ring` and `dot`, `verdict`, and `figure` to print; nothing
/// when no row has a share.
pub(super) fn dumbbell(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let (rings, ring_texts) = (asked.numbers("ring")?, asked.texts("ring")?);
    let (dots, dot_texts) = (asked.numbers("dot")?, asked.texts("dot")?);
    let verdicts = asked.texts("verdict")?;
    let figures = asked.texts("figure")?;
    let shares = rings.iter().chain(&dots).copied().flatten();
    let Some(largest) = shares.reduce(f64::max) else {
        return Ok(None);
    };
    let (step, steps) = axis(largest);
    let scale = Scale::new(0.0, step * f64::from(steps));
    let mut svg = Svg::new();
    let mut down = TOP;
    let height = names.iter().fold(0.0, |sum, _| sum + ROW);
    let bottom = TOP + height;
    for tick in 0..=steps {
        let share = step * f64::from(tick);
        let across = scale.across(share);
        svg.rule("grid", (across, TOP), (across, bottom));
        let anchor = if tick == 0 {
            Anchor::Start
        } else {
            Anchor::Middle
        };
        let text = format!("{:.0} %", share * 100.0);
        svg.text("tick", anchor, (across, bottom + 16.0), &text);
    }
    let mut parts = Vec::new();
    for row in 0..names.len() {
        let line = down + 28.0;
        svg.text(
            "label",
            Anchor::Start,
            (0.0, down + 14.0),
            &label(&names[row]),
        );
        svg.rule("track", (PLOT.0, line), (PLOT.1, line));
        let tone = match verdicts[row].as_str() {
            "over-funded" => "over",
            "under-funded" => "under",
            _ => "even",
        };
        let ring = rings[row].map(|share| scale.across(share));
        let dot = dots[row].map(|share| scale.across(share));
        if let (Some(ring), Some(dot)) = (ring, dot) {
            svg.bar(tone, ring, dot, line - 2.5, 5.0);
        }
        if let Some(dot) = dot {
            svg.dot(tone, dot, line, 5.5);
        }
        if let Some(ring) = ring {
            svg.dot("ring", ring, line, 5.5);
        }
        let figure = if figures[row].is_empty() {
            &dot_texts[row]
        } else {
            &figures[row]
        };
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure);
        parts.push(format!(
            "{}: weight {}, money {}, {}",
            names[row],
            known(&ring_texts[row], "unknown"),
            known(&dot_texts[row], "unknown"),
            known(&verdicts[row], "no verdict"),
        ));
        down += ROW;
    }
    Ok(Some(Drawing::wide(svg, bottom + FOOT, listed(&parts))))
}

fn known<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Step and number of steps of an axis that reaches `largest`.
fn axis(largest: f64) -> (f64, u8) {
    for step in [0.01, 0.02, 0.05, 0.1, 0.2] {
        for steps in 1..=5_u8 {
            if step * f64::from(steps) >= largest - 1e-9 {
                return (step, steps);
            }
        }
    }
    (0.25, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_reaches_the_largest_share() {
        assert_eq!(axis(0.03), (0.01, 3));
        assert_eq!(axis(0.34), (0.1, 4));
        assert_eq!(axis(1.0), (0.2, 5));
    }
}
