//! Svg: the marks of a drawing, and where they stand.
//!
//! In: positions, classes, words. Out: the elements of one `<svg>`.
//!
//! Not here: what is drawn.
//!
//! Rule: across is percent of the width and down is pixels, so a drawing is as wide
//! as its page and its words keep their size. A path cannot be in percent; it
//! stands in an inset that is stretched, whose strokes are not.

use std::fmt::Write;

use super::super::escape;

/// Where bars start and end, in percent of the width; figures stand to the right.
pub(super) const PLOT: (f64, f64) = (0.0, 73.0);
/// Height of one entry: a line of text over a bar.
pub(super) const ROW: f64 = 44.0;
/// Longest label that fits a phone's width.
const LABEL: usize = 44;

/// Which way a text runs from its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in progress. Positions across are percent, positions down pixels.
pub(super) struct Svg {
    pub(super) body: String,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self {
            body: String::new(),
        }
    }

    pub(super) fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(element);
    }

    pub(super) fn rule(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, x2) = (percent(from.0), percent(to.0));
        let (y1, y2) = (pixel(from.1), pixel(to.1));
        self.put(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    pub(super) fn bar(&mut self, class: &str, from: f64, to: f64, top: f64, height: f64) {
        let (x, width) = (percent(from.min(to)), percent((to - from).abs()));
        let (y, height) = (pixel(top), pixel(height));
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    pub(super) fn dot(&mut self, class: &str, across: f64, down: f64, radius: f64) {
        let (cx, cy, r) = (percent(across), pixel(down), pixel(radius));
        self.put(format_args!(
            "<circle class=\"{class}\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/>"
        ));
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, at: (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (percent(at.0), pixel(at.1), escape::html(text));
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// A mark of its own shape, drawn by `path` around 0, 0.
    pub(super) fn mark(&mut self, class: &str, across: f64, down: f64, path: &str) {
        let (x, y) = (percent(across), pixel(down));
        self.put(format_args!(
            "<svg aria-hidden=\"true\" x=\"{x}\" y=\"{y}\" overflow=\"visible\"><path class=\"{class}\" d=\"{path}\"/></svg>"
        ));
    }

    /// A signal: a diamond, which no other mark is.
    pub(super) fn diamond(&mut self, class: &str, across: f64, down: f64) {
        self.mark(class, across, down, "M0-5.5 5.5 0 0 5.5-5.5 0z");
    }

    /// Closes the drawing. `id` must be unique on the page; a drawing without a
    /// width of its own is as wide as its place.
    pub(super) fn finish(
        self,
        id: &str,
        size: (Option<f64>, f64),
        title: &str,
        description: &str,
    ) -> String {
        let (title, description) = (escape::html(title), escape::html(description));
        let (class, width) = match size.0 {
            None => ("chart", "100%".to_owned()),
            Some(width) => ("spark", pixel(width)),
        };
        format!(
            "<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" width=\"{width}\" \
             height=\"{}\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{}</svg>",
            pixel(size.1),
            self.body
        )
    }
}

/// A linear scale from a value to a percentage of the width.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale over these bounds; a bound that is no number, or no width, becomes 0..1.
    pub(super) fn new(low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && high > low {
            Self { low, high }
        } else {
            Self {
                low: 0.0,
                high: 1.0,
            }
        }
    }

    pub(super) fn across(self, value: f64) -> f64 {
        let value = if value.is_finite() {
            value.clamp(self.low, self.high)
        } else {
            self.low
        };
        PLOT.0 + (value - self.low) / (self.high - self.low) * (PLOT.1 - PLOT.0)
    }
}

pub(super) fn percent(value: f64) -> String {
    format!("{}%", pixel(value))
}

/// Two decimals at most, no trailing zeros, never `-0`.
pub(super) fn pixel(value: f64) -> String {
    // Drawings are a few thousand pixels wide; anything else is no place on them.
    let value = if value.abs() < 1e9 { value } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let hundredths = (value * 100.0).round_ties_even() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, part) = (hundredths.abs() / 100, hundredths.abs() % 100);
    match (part, part % 10) {
        (0, _) => format!("{sign}{whole}"),
        (_, 0) => format!("{sign}{whole}.{}", part / 10),
        _ => format!("{sign}{whole}.{part:02}"),
    }
}

/// A label cut to what fits, with an ellipsis; the table has it in full.
pub(super) fn label(text: &str) -> String {
    cut(text, LABEL)
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_title_and_description_and_escapes_them() {
        let mut svg = Svg::new();
        svg.text("l", Anchor::Start, (0.0, 10.0), "<script>");
        let drawn = svg.finish("c1", (None, 20.0), "A & B", "<desc>");
        assert!(drawn.contains("<title id=\"c1-t\">A &amp; B</title>"));
        assert!(drawn.contains("<desc id=\"c1-d\">&lt;desc&gt;</desc>"));
        assert!(!drawn.contains("<script>"));
    }

    #[test]
    fn scale_survives_values_that_are_no_numbers() {
        let scale = Scale::new(f64::NAN, f64::INFINITY);
        assert!((scale.across(f64::NAN) - PLOT.0).abs() < 1e-9);
        assert!((scale.across(9.0) - PLOT.1).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(pixel(10.0), "10");
        assert_eq!(pixel(-0.001), "0");
        assert_eq!(pixel(0.125), "0.12");
    }

    #[test]
    fn long_labels_are_cut() {
        assert_eq!(label("short"), "short");
        assert_eq!(label(&"x".repeat(60)).chars().count(), LABEL);
    }
}
