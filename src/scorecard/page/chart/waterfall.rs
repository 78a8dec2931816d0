//! Waterfall: what a change is made of.
//!
//! In: causes and their amounts, and where they start from. Out: bars that start
//! where the one before ended, from a total before to a total after.
//!
//! Not here: the total after as a figure. It is the length that the causes come to;
//! its figure is printed only if a cell has it.

use minijinja::Error;

use super::asked::{Asked, Figure};
use super::svg::{Anchor, PLOT, ROW, Scale, Svg, label};
use super::{Drawing, listed};

const HEAD: f64 = 4.0;
const BAR: f64 = 9.0;

/// `name`, `value`; `before`, `after`, `before_label`, `after_label` and `unit` if
/// given, and `adverse="up"` where
/// more is worse.
pub(super) fn waterfall(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let values = asked.figures("value")?;
    let (before, after) = (asked.figure("before")?, asked.figure("after")?);
    let unit = asked.words("unit")?;
    let labels = ["before", "after"].map(|word| {
        let label = asked.words(&format!("{word}_label"));
        label.map(|label| {
            if label.is_empty() {
                word.to_owned()
            } else {
                label
            }
        })
    });
    let [before_label, after_label] = labels;
    let (before_label, after_label) = (before_label?, after_label?);
    let is_up_adverse = asked.words("adverse")? == "up";
    let start = before.as_ref().map_or(0.0, |before| before.number);
    let mut sum = start;
    let mut sums = vec![start];
    for value in &values {
        sum += value.as_ref().map_or(0.0, |value| value.number);
        sums.push(sum);
    }
    let end = after.as_ref().map_or(sum, |after| after.number);
    let low = sums.iter().copied().fold(end, f64::min);
    let high = sums.iter().copied().fold(end, f64::max);
    // Totals that dwarf their causes are cut, so that the causes can be seen.
    let is_cut = before.is_some() && low > 0.0 && high - low < high / 4.0 && high > low;
    let foot = if is_cut {
        low - (high - low) / 2.0
    } else {
        low.min(0.0)
    };
    let scale = Scale::new(foot, high.max(if is_cut { high } else { 0.0 }));
    let mut svg = Svg::new();
    let mut down = HEAD;
    let mut parts = Vec::new();
    let zero = scale.across(0.0);
    let total = |svg: &mut Svg, down: f64, name: &str, number: f64, figure: &str| {
        let line = down + 28.0;
        svg.text("label total", Anchor::Start, (0.0, down + 14.0), name);
        svg.bar("total", zero, scale.across(number), line - BAR / 2.0, BAR);
        if is_cut {
            svg.mark("cut", 5.0, line, "M-4 7 0-7M2 7 6-7");
        }
        svg.text("value", Anchor::End, (100.0, line + 4.5), figure);
    };
    if let Some(before) = &before {
        let figure = with(&before.text, &unit);
        total(&mut svg, down, &before_label, before.number, &figure);
        joint(&mut svg, scale.across(before.number), down + 28.0);
        parts.push(format!("{before_label}: {figure}"));
        down += ROW;
    }
    for (row, name) in names.iter().enumerate() {
        let line = down + 28.0;
        svg.text("label", Anchor::Start, (0.0, down + 14.0), &label(name));
        let (from, to) = (scale.across(sums[row]), scale.across(sums[row + 1]));
        let figure = if let Some(value) = &values[row] {
            let is_adverse = (value.number > 0.0) == is_up_adverse;
            let tone = if is_adverse { "over" } else { "under" };
            svg.bar(tone, from, to, line - BAR / 2.0, BAR);
            signed(value)
        } else {
            svg.rule("unknown", (PLOT.0, line), (PLOT.1, line));
            "unknown".to_owned()
        };
        joint(&mut svg, to, line);
        svg.text("value", Anchor::End, (100.0, line + 4.5), &figure);
        parts.push(format!("{name}: {figure}"));
        down += ROW;
    }
    let figure = after
        .as_ref()
        .map_or_else(String::new, |after| with(&after.text, &unit));
    total(&mut svg, down, &after_label, end, &figure);
    if after.is_some() {
        parts.push(format!("{after_label}: {figure}"));
    }
    down += ROW;
    if !is_cut {
        svg.rule("zero", (zero, HEAD), (zero, down));
    }
    Ok(Some(Drawing::wide(svg, down + 4.0, listed(&parts))))
}

/// A thin line from where a bar ends to the next.
fn joint(svg: &mut Svg, across: f64, line: f64) {
    let (top, foot) = (line - BAR / 2.0, line + ROW + BAR / 2.0);
    svg.rule("joint", (across, top), (across, foot));
}

fn with(figure: &str, unit: &str) -> String {
    format!("{figure} {unit}").trim_end().to_owned()
}

/// A figure with its sign, also when it is positive.
fn signed(figure: &Figure) -> String {
    if figure.number > 0.0 && !figure.text.starts_with('+') {
        format!("+{}", figure.text)
    } else {
        figure.text.clone()
    }
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::super::sample;
    use super::*;

    fn drawn(values: &[Option<f64>], more: &[(&str, Value)]) -> Drawing {
        let names: Vec<&str> = values.iter().map(|_| "cause").collect();
        let rows = sample::rows(&[
            ("name", sample::texts(&names)),
            ("value", sample::maybe(values)),
        ]);
        sample::drawn(waterfall, &rows, &["name", "value"], more)
    }

    #[test]
    fn each_cause_starts_where_the_one_before_ended() {
        let before = [("before", Value::from(100))];
        let drawn = drawn(&[Some(60.0), None, Some(-120.0)], &before);
        let (up, down) = ("rect class=\"under\"", "rect class=\"over\"");
        let up = (
            sample::each(&drawn, up, "x")[0],
            sample::each(&drawn, up, "width")[0],
        );
        let down = (
            sample::each(&drawn, down, "x")[0],
            sample::each(&drawn, down, "width")[0],
        );
        assert!((up.0 + up.1 - (down.0 + down.1)).abs() < 0.02);
        assert!((down.1 - 2.0 * up.1).abs() < 0.02);
        let totals = sample::each(&drawn, "\"total\"", "width");
        assert!((totals[0] - up.0).abs() < 0.02 && (totals[1] - down.0).abs() < 0.02);
        assert!(drawn.svg.body.contains(">+60<") && drawn.svg.body.contains(">unknown<"));
    }

    #[test]
    fn totals_that_dwarf_their_causes_are_cut() {
        let drawn = drawn(&[Some(3.0)], &[("before", Value::from(1000))]);
        assert_eq!(drawn.svg.body.matches("class=\"cut\"").count(), 2);
        assert!(sample::each(&drawn, "rect class=\"under\"", "width")[0] > 20.0);
    }

    #[test]
    fn without_a_total_before_it_starts_at_nothing() {
        let drawn = drawn(&[Some(-3.0), Some(5.0)], &[]);
        assert_eq!(sample::each(&drawn, "\"total\"", "x").len(), 1);
        let (zero, over) = (
            sample::each(&drawn, "\"zero\"", "x1")[0],
            sample::each(&drawn, "rect class=\"over\"", "width")[0],
        );
        assert!((zero - over).abs() < 0.02);
    }
}
