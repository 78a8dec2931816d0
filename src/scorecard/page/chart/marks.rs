//! Marks: what a process behaviour chart draws of its points.
//!
//! In: points in ascending order of their day. Out: the band of their limits, dots,
//! diamonds, and the words beside them.

use super::asked::Figure;
use super::frame::{End, Frame, joined};
use super::limits::steps;
use super::point::Point;
use super::svg::{Anchor, Svg};

/// What a line runs through.
type Read = fn(&Point) -> Option<&Figure>;

/// The band between the limits, the limits and the centre.
pub(super) fn limits(frame: &Frame, points: &[Point]) -> Vec<(&'static str, String)> {
    let days: Vec<f64> = points.iter().map(|point| point.day.number).collect();
    let both = |point: &Point| {
        let (low, high) = (point.low.as_ref()?, point.high.as_ref()?);
        Some([low.number, high.number])
    };
    let both: Vec<_> = points.iter().map(both).collect();
    let mut paths = Vec::new();
    for piece in steps(&days, &both) {
        let top = piece.iter().map(|(day, [_, high])| (*day, *high));
        let foot = piece.iter().rev().map(|(day, [low, _])| (*day, *low));
        paths.push(("band", frame.area(top.chain(foot))));
    }
    let lines: [(_, Read); 3] = [
        ("limit", |point| point.low.as_ref()),
        ("limit", |point| point.high.as_ref()),
        ("mean", |point| point.centre.as_ref()),
    ];
    for (class, read) in lines {
        let values: Vec<_> = points.iter().map(|p| read(p).map(|f| [f.number])).collect();
        paths.push((class, joined(frame, &steps(&days, &values))));
    }
    paths
}

/// More values than this are a line without dots.
const DOTTED: usize = 60;
/// Pixels between limits that leave no room for a word at each.
const NARROW: f64 = 26.0;

/// Dots while they can be told apart, signals always, and what has no neighbour.
pub(super) fn dots(svg: &mut Svg, frame: &Frame, points: &[Point]) {
    let has = |row: Option<usize>| {
        row.and_then(|r| points.get(r))
            .is_some_and(|p| p.value.is_some())
    };
    for (row, point) in points.iter().enumerate().filter(|(_, p)| p.value.is_some()) {
        let (day, value) = point.at();
        let (across, down) = (frame.across(day), frame.down(value));
        let is_alone = !has(row.checked_sub(1)) && !has(Some(row + 1));
        if point.is_signal {
            svg.diamond(point.mark(), across, down);
        } else if points.len() <= DOTTED || is_alone {
            svg.dot("point", across, down, 2.5);
        }
    }
}

/// The newest value and the newest signal, by their figures.
pub(super) fn tags(
    svg: &mut Svg,
    frame: &Frame,
    points: &[Point],
    newest: &Point,
    is_followed: bool,
    ends: &mut Vec<End>,
) {
    let signal = points
        .iter()
        .rev()
        .find(|p| p.is_signal && p.value.is_some());
    let signal = signal.filter(|signal| signal.day != newest.day);
    let inside = signal.into_iter().chain(is_followed.then_some(newest));
    for point in inside {
        let (day, value) = point.at();
        let text = point.value.as_ref().map_or("", |value| &value.text);
        // Away from the line that leads there.
        let mut before = points.iter().rev().filter(|p| p.day.number < day);
        let before = before.find_map(|p| p.value.as_ref());
        let is_fall = before.is_some_and(|before| before.number > value);
        let below = if is_fall { 18.0 } else { -11.0 };
        let at = (frame.across(day), frame.down(value) + below);
        svg.text("tag", Anchor::Middle, at, text);
    }
    if !is_followed {
        let (day, value) = newest.at();
        let text = newest.value.as_ref().map_or("", |value| &value.text);
        ends.push(End {
            class: "tag",
            text: text.to_owned(),
            day,
            value,
            is_led: true,
        });
    }
}

/// The words to the right of centre and limits, where the newest row has them.
/// Limits too narrow for three words have one, or none where a forecast parts them
/// from it.
pub(super) fn named(frame: &Frame, points: &[Point], is_followed: bool) -> Vec<End> {
    let Some(last) = points.last() else {
        return Vec::new();
    };
    let end = |word: &str, figure: &Option<Figure>| {
        figure.as_ref().map(|figure| End {
            class: "tick",
            text: word.to_owned(),
            day: last.day.number,
            value: figure.number,
            is_led: false,
        })
    };
    if let (Some(low), Some(high)) = (&last.low, &last.high)
        && frame.down(low.number) - frame.down(high.number) < NARROW
    {
        let one = end("limits", &last.high).filter(|_| !is_followed);
        return one.into_iter().collect();
    }
    let ends = [
        end("upper limit", &last.high),
        end("mean", &last.centre),
        end("lower limit", &last.low),
    ];
    ends.into_iter().flatten().collect()
}
