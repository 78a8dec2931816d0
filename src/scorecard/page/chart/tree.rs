//! Tree: a tree with two shares on each line, such as of priority and of money.
//!
//! In: rows in the order of the tree, how deep each lies, and two shares. Out: names
//! indented by their depth, each over two thin bars on one scale: the first filled,
//! the second with an outline only.

use minijinja::Error;

use super::asked::Asked;
use super::svg::{Anchor, PLOT, Scale, Svg, cut};
use super::{Drawing, listed};

const LINE: f64 = 42.0;
const BAR: f64 = 6.0;
/// Indentation, in percent, and where it ends so that a name still fits.
const INDENT: f64 = 3.5;
const DEEPEST: f64 = 21.0;
const NAME: usize = 46;

/// `name`, `depth`, the shares `share` and `second`, and `figure` to print; `labels`
/// are two words for the shares, if given.
pub(super) fn tree(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let depths = asked.numbers("depth")?;
    let (shares, seconds) = (asked.figures("share")?, asked.figures("second")?);
    let figures = asked.texts("figure")?;
    let words: Vec<String> = if asked.has("labels") {
        asked.labels(&[String::new(), String::new()])?
    } else {
        Vec::new()
    };
    let known = || shares.iter().chain(&seconds).flatten().map(|f| f.number);
    let Some(largest) = known().reduce(f64::max) else {
        return Ok(None);
    };
    // The root of a tree may start below the top.
    let top = depths
        .iter()
        .copied()
        .flatten()
        .fold(f64::INFINITY, f64::min);
    let mut svg = Svg::new();
    let mut down = 4.0;
    if let [first, second] = words.as_slice() {
        svg.bar("full", 0.0, 4.0, 5.0, BAR);
        svg.text("tick", Anchor::Start, (5.5, 12.0), &cut(first, 18));
        svg.bar("outline", 40.0, 44.0, 5.0, BAR);
        svg.text("tick", Anchor::Start, (45.5, 12.0), &cut(second, 18));
        down += 20.0;
    }
    let mut parts = Vec::new();
    for row in 0..names.len() {
        let depth = depths[row].map_or(0.0, |depth| depth - top);
        let indent = (depth * INDENT).clamp(0.0, DEEPEST);
        // Bars of all depths share a scale; each starts beneath its name.
        let scale = Scale::new(0.0, largest);
        let length = |share: f64| scale.across(share) * (PLOT.1 - DEEPEST) / PLOT.1;
        let name = cut(&names[row], NAME);
        let class = if depth > 0.0 { "label" } else { "label total" };
        svg.text(class, Anchor::Start, (indent, down + 14.0), &name);
        for (share, class, below) in [
            (&shares[row], "full", 20.0),
            (&seconds[row], "outline", 28.0),
        ] {
            let line = down + below;
            match share {
                Some(share) => svg.bar(class, indent, indent + length(share.number), line, BAR),
                None => svg.rule(
                    "unknown",
                    (indent, line + BAR / 2.0),
                    (indent + length(largest), line + BAR / 2.0),
                ),
            }
        }
        svg.text("value", Anchor::End, (100.0, down + 30.0), &figures[row]);
        let text = |figure: &Option<super::asked::Figure>| {
            figure
                .as_ref()
                .map_or_else(|| "unknown".to_owned(), |f| f.text.clone())
        };
        let word = |at: usize, otherwise: &str| {
            words
                .get(at)
                .cloned()
                .unwrap_or_else(|| otherwise.to_owned())
        };
        parts.push(format!(
            "{}: {} {}, {} {}",
            names[row],
            word(0, "first share"),
            text(&shares[row]),
            word(1, "second share"),
            text(&seconds[row])
        ));
        down += LINE;
    }
    Ok(Some(Drawing::wide(svg, down + 2.0, listed(&parts))))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn depth_indents_and_bars_share_a_scale() {
        let rows = sample::rows(&[
            ("name", sample::texts(&["Root", "Leaf", "Far"])),
            ("depth", sample::numbers(&[1.0, 2.0, 90.0])),
            ("share", sample::maybe(&[Some(0.4), Some(0.2), None])),
            ("second", sample::numbers(&[0.1, 0.1, 0.1])),
            ("figure", sample::texts(&["a", "b", ""])),
        ]);
        let named = ["name", "depth", "share", "second", "figure"];
        let drawn = sample::drawn(tree, &rows, &named, &[]);
        assert_eq!(sample::each(&drawn, "\"full\"", "x"), [0.0, INDENT]);
        let widths = sample::each(&drawn, "\"full\"", "width");
        assert!((widths[0] - 2.0 * widths[1]).abs() < 0.02);
        assert_eq!(
            sample::each(&drawn, "\"outline\"", "x"),
            [0.0, INDENT, DEEPEST]
        );
        assert_eq!(sample::each(&drawn, "\"unknown\"", "x2"), [PLOT.1]);
        assert!(
            drawn
                .description
                .contains("Far: first share unknown, second share 0.1")
        );
    }
}
