//! Slope: two values of each name, before and after, as lines between two columns.
//!
//! In: names with two values. Out: a line for each, with its figures at both ends;
//! labels keep apart and are led to their ends where they had to move.
//!
//! Rule: what is missing at one end is a dot at the other.

use minijinja::Error;

use super::asked::{Asked, Figure};
use super::axis::{Axis, spread};
use super::svg::{Anchor, Svg, cut};
use super::{Drawing, listed};

const LEFT: f64 = 18.0;
const RIGHT: f64 = 42.0;
const HEAD: f64 = 34.0;
const GAP: f64 = 18.0;
/// Characters of a name that fit beside its figure on a phone.
const NAME: usize = 24;

/// `name`, `before`, `after`; `before_label`, `after_label` and `verdict` if given.
pub(super) fn slope(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let (before, after) = (asked.figures("before")?, asked.figures("after")?);
    let verdicts = asked.texts_if("verdict")?;
    let heads = (asked.words("before_label")?, asked.words("after_label")?);
    let numbers = before.iter().chain(&after).flatten().map(|f| f.number);
    let Some(axis) = Axis::around(numbers, false) else {
        return Ok(None);
    };
    let count = names.iter().fold(0.0, |sum, _| sum + 1.0);
    let tall = (count * GAP * 1.2).max(120.0);
    let down = |value: f64| HEAD + (1.0 - (value - axis.low) / (axis.high - axis.low)) * tall;
    let places = |figures: &[Option<Figure>]| -> Vec<Option<f64>> {
        figures
            .iter()
            .map(|f| f.as_ref().map(|f| down(f.number)))
            .collect()
    };
    let (from, to) = (places(&before), places(&after));
    let mut svg = Svg::new();
    svg.text("tick", Anchor::End, (LEFT - 2.0, 12.0), &heads.0);
    svg.text("tick", Anchor::Start, (RIGHT + 4.0, 12.0), &heads.1);
    svg.rule("track", (LEFT, HEAD - 8.0), (LEFT, HEAD + tall));
    svg.rule("track", (RIGHT, HEAD - 8.0), (RIGHT, HEAD + tall));
    for row in 0..names.len() {
        let tone = tone(&verdicts[row]);
        if let (Some(from), Some(to)) = (from[row], to[row]) {
            let class = format!("slope {tone}");
            svg.rule(&class, (LEFT, from), (RIGHT, to));
        }
        for (across, place) in [(LEFT, from[row]), (RIGHT, to[row])] {
            if let Some(place) = place {
                svg.dot(tone, across, place, 3.5);
            }
        }
    }
    let lowest = from
        .iter()
        .chain(&to)
        .flatten()
        .copied()
        .fold(tall, f64::max);
    let mut foot = lowest;
    for (across, anchor, lead, places, figures) in [
        (LEFT, Anchor::End, -1.0, &from, &before),
        (RIGHT, Anchor::Start, 1.0, &to, &after),
    ] {
        let known: Vec<usize> = (0..names.len())
            .filter(|row| places[*row].is_some())
            .collect();
        let wanted: Vec<f64> = known.iter().filter_map(|row| places[*row]).collect();
        for ((row, wanted), place) in known.iter().zip(&wanted).zip(spread(&wanted, GAP, HEAD)) {
            if (place - wanted).abs() > 2.0 {
                let ends = ((across + lead, *wanted), (across + 3.0 * lead, place));
                svg.rule("leader", ends.0, ends.1);
            }
            let figure = figures[*row].as_ref().map_or("", |f| &f.text);
            let text = match anchor {
                Anchor::Start => format!("{figure} {}", cut(&names[*row], NAME)),
                _ => figure.to_owned(),
            };
            svg.text("name", anchor, (across + 4.0 * lead, place + 4.0), &text);
            foot = foot.max(place);
        }
    }
    let text = |figure: &Option<Figure>| {
        figure
            .as_ref()
            .map_or_else(|| "unknown".to_owned(), |f| f.text.clone())
    };
    let parts: Vec<String> = (0..names.len())
        .map(|row| {
            let (before, after) = (text(&before[row]), text(&after[row]));
            let verdict = match verdicts[row].as_str() {
                "" => String::new(),
                verdict => format!(", {verdict}"),
            };
            format!("{}: from {before} to {after}{verdict}", names[row])
        })
        .collect();
    Ok(Some(Drawing::wide(svg, foot + 12.0, listed(&parts))))
}

fn tone(verdict: &str) -> &'static str {
    match verdict {
        "over-funded" | "red" | "amber" => "over",
        "under-funded" | "green" => "under",
        _ => "even",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const NAMED: [&str; 3] = ["name", "before", "after"];

    fn drawn(before: &[Option<f64>], after: &[Option<f64>]) -> Drawing {
        let names: Vec<&str> = before.iter().map(|_| "name").collect();
        let rows = sample::rows(&[
            ("name", sample::texts(&names)),
            ("before", sample::maybe(before)),
            ("after", sample::maybe(after)),
        ]);
        sample::drawn(slope, &rows, &NAMED, &[])
    }

    #[test]
    fn labels_of_equal_values_keep_apart() {
        let drawn = drawn(&[Some(1.0); 5], &[Some(2.0); 5]);
        let mut places = sample::each(&drawn, "class=\"name\"", "y");
        assert_eq!(places.len(), 10);
        let (left, right) = places.split_at_mut(5);
        for side in [left, right] {
            side.sort_by(f64::total_cmp);
            assert!(
                side.windows(2).all(|pair| pair[1] - pair[0] >= GAP - 0.01),
                "{side:?}"
            );
            assert!(side.iter().all(|place| *place < drawn.height), "{side:?}");
        }
    }

    #[test]
    fn more_is_higher_and_what_is_missing_has_no_line() {
        let drawn = drawn(&[Some(1.0), None], &[Some(3.0), Some(2.0)]);
        let (from, to) = (
            sample::each(&drawn, "\"slope even\"", "y1"),
            sample::each(&drawn, "\"slope even\"", "y2"),
        );
        assert!(from.len() == 1 && to[0] < from[0]);
        assert_eq!(sample::each(&drawn, "circle", "cx").len(), 3);
        assert!(drawn.description.contains("from unknown to 2"));
    }
}
