//! Frame: a drawing of values over time, with its two axes.
//!
//! In: the first and the last day, and an axis of values. Out: where a value of a
//! day stands, the axes, and lines through many of them.
//!
//! Not here: what the lines mean.

use std::fmt::Write;

use super::axis::{Axis, spread};
use super::limits::Piece;
use super::svg::{Anchor, Svg, cut, percent, pixel};
use super::time::ticks;

/// Where lines start and end, in percent. Values are named to the left, lines to
/// the right.
pub(super) const LEFT: f64 = 12.0;
pub(super) const RIGHT: f64 = 73.0;
const HEAD: f64 = 30.0;
const TALL: f64 = 200.0;
/// Width of an inset's own coordinates.
const WIDE: f64 = 1000.0;
/// Characters that fit to the right of the lines on a phone.
const FIT: usize = 15;

/// Where days and values stand.
pub(super) struct Frame {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) axis: Axis,
}

/// A word at the end of a line.
pub(super) struct End {
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) day: f64,
    pub(super) value: f64,
    /// Whether a thin line leads from the end of its line to the word.
    pub(super) is_led: bool,
}

impl Frame {
    pub(super) const HEIGHT: f64 = HEAD + TALL + 26.0;

    /// One day alone gets room to either side.
    pub(super) fn new(from: f64, to: f64, axis: Axis) -> Self {
        let room = if to > from { 0.0 } else { 1.0 };
        Self {
            from: from - room,
            to: to + room,
            axis,
        }
    }

    pub(super) fn across(&self, day: f64) -> f64 {
        let share = (day - self.from) / (self.to - self.from);
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    pub(super) fn down(&self, value: f64) -> f64 {
        let share = (value - self.axis.low) / (self.axis.high - self.axis.low);
        HEAD + (1.0 - share.clamp(0.0, 1.0)) * TALL
    }

    /// The two axes: values named on their lines, days beneath.
    pub(super) fn axes(&self, svg: &mut Svg, unit: &str) {
        svg.text("tick", Anchor::Start, (0.0, 10.0), &cut(unit, 40));
        for value in self.axis.ticks() {
            let down = self.down(value);
            let is_zero = value.abs() < 1e-9 * (self.axis.high - self.axis.low);
            let class = if is_zero && self.axis.low < 0.0 {
                "zero"
            } else {
                "grid"
            };
            svg.rule(class, (0.0, down), (RIGHT, down));
            let text = self.axis.text(value);
            svg.text("tick", Anchor::Start, (0.0, down - 4.0), &text);
        }
        let foot = HEAD + TALL;
        for tick in ticks(self.from, self.to) {
            let across = self.across(tick.day);
            svg.rule("stub", (across, foot), (across, foot + 5.0));
            svg.text("tick", Anchor::Middle, (across, foot + 19.0), &tick.text);
        }
    }

    /// A line down through a day, with a word at its head.
    pub(super) fn day(&self, svg: &mut Svg, day: f64, word: &str) {
        if (self.from..=self.to).contains(&day) {
            let across = self.across(day);
            svg.rule("today", (across, HEAD - 14.0), (across, HEAD + TALL));
            svg.text("tick", Anchor::Middle, (across, HEAD - 18.0), word);
        }
    }

    /// A path through values of days; it breaks where there is no value.
    pub(super) fn line(&self, points: impl Iterator<Item = (f64, Option<f64>)>) -> String {
        let mut path = String::new();
        let mut is_down = false;
        for (day, value) in points {
            if let Some(value) = value {
                let x = (self.across(day) - LEFT) / (RIGHT - LEFT) * WIDE;
                let y = self.down(value) - HEAD;
                let pen = if is_down { " " } else { "M" };
                // Writing to a String cannot fail.
                let _ = write!(path, "{pen}{} {}", tenth(x), tenth(y));
            }
            is_down = value.is_some();
        }
        path
    }

    /// An area around values of days.
    pub(super) fn area(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let path = self.line(points.map(|(day, value)| (day, Some(value))));
        format!("{path}z")
    }

    /// Paths, each with its class, stretched over the days.
    pub(super) fn inset(svg: &mut Svg, paths: &[(&str, String)]) {
        if paths.iter().all(|(_, path)| path.is_empty()) {
            return;
        }
        let (x, width) = (percent(LEFT), percent(RIGHT - LEFT));
        let (y, height) = (pixel(HEAD), pixel(TALL));
        svg.put(format_args!(
            "<svg aria-hidden=\"true\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDE} {height}\" preserveAspectRatio=\"none\" overflow=\"visible\">"
        ));
        for (class, path) in paths.iter().filter(|(_, path)| !path.is_empty()) {
            svg.put(format_args!(
                "<path class=\"{class}\" vector-effect=\"non-scaling-stroke\" d=\"{path}\"/>"
            ));
        }
        svg.put(format_args!("</svg>"));
    }

    /// Words at the ends of lines: apart, and each led to where its line ends.
    pub(super) fn ends(&self, svg: &mut Svg, ends: &[End]) {
        let wanted: Vec<f64> = ends.iter().map(|end| self.down(end.value)).collect();
        for (end, place) in ends.iter().zip(spread(&wanted, 15.0, HEAD - 4.0)) {
            let (across, down) = (self.across(end.day), self.down(end.value));
            if end.is_led && (RIGHT - across > 1.0 || (place - down).abs() > 3.0) {
                svg.rule("leader", (across + 1.0, down), (RIGHT + 1.5, place));
            }
            let at = (RIGHT + 2.0, place + 4.0);
            svg.text(end.class, Anchor::Start, at, &cut(&end.text, FIT));
        }
    }
}

/// One path of many pieces.
pub(super) fn joined(frame: &Frame, pieces: &[Piece<1>]) -> String {
    let piece = |piece: &Piece<1>| {
        let points = piece.iter().map(|(day, [value])| (*day, Some(*value)));
        frame.line(points)
    };
    pieces.iter().map(piece).collect()
}

/// A word with its figure, or the word alone where both do not fit.
pub(super) fn labelled(word: &str, figure: &str) -> String {
    let both = format!("{word} {figure}");
    if both.chars().count() <= FIT {
        both
    } else {
        word.to_owned()
    }
}

/// One decimal at most: an inset is finer than a screen.
fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame::new(
            0.0,
            10.0,
            Axis::around([0.0, 4.0].into_iter(), false).unwrap(),
        )
    }

    #[test]
    fn a_line_breaks_where_there_is_no_value() {
        let points = [
            (0.0, Some(0.0)),
            (2.0, Some(2.0)),
            (4.0, None),
            (10.0, Some(4.0)),
        ];
        assert_eq!(frame().line(points.into_iter()), "M0 200 200 100M1000 0");
    }

    #[test]
    fn what_lies_outside_stands_at_the_edge() {
        assert!((frame().across(99.0) - RIGHT).abs() < 1e-9);
        assert!((frame().down(-5.0) - (HEAD + TALL)).abs() < 1e-9);
        let day = Frame::new(3.0, 3.0, frame().axis);
        assert!((day.across(3.0) - f64::midpoint(LEFT, RIGHT)).abs() < 1e-9);
    }

    #[test]
    fn a_long_figure_leaves_its_word_alone() {
        assert_eq!(labelled("target", "2.5"), "target 2.5");
        assert_eq!(labelled("forecast", "124,517.25"), "forecast");
    }
}
