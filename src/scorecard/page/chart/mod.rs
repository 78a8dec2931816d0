//! Chart: small inline drawings of figures that a table beside them states.
//!
//! In: rows of a table, and which columns name, measure and judge them. Out: one
//! `<svg>` with a title and a description. Lengths across are percentages and text
//! is in pixels, so a drawing fits a phone and a sheet of paper without shrinking
//! its words.
//!
//! Not here: colours (the style sheet's classes), choosing, ordering or rounding
//! figures.
//!
//! Rule: the same input draws the same bytes; shapes and words carry the
//! meaning, colour only repeats it.

mod bars;
mod bullet;
mod dumbbell;

use std::fmt::Write;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, State, Value};

use super::escape;
use super::rows::Rows;

/// A chart that has been drawn, without its number on the page.
struct Drawing {
    svg: Svg,
    height: f64,
    /// What the reader of the picture hears instead of it.
    description: String,
}

/// What a chart draws: rows, and the columns that the template names.
struct Asked<'a> {
    rows: &'a Rows,
    options: &'a Kwargs,
}

impl Asked<'_> {
    /// The column that an option names.
    fn column(&self, option: &str) -> Result<String, Error> {
        let column: String = self.options.get(option)?;
        if let Some(table) = &self.rows.table
            && table.place(&column).is_none()
        {
            let message = format!("`{}` has no column `{column}`", table.name);
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        Ok(column)
    }

    fn numbers(&self, option: &str) -> Result<Vec<Option<f64>>, Error> {
        let numbers = self.rows.numbers(&self.column(option)?);
        Ok(numbers
            .into_iter()
            .map(|number| number.filter(|n| n.is_finite()))
            .collect())
    }

    fn texts(&self, option: &str) -> Result<Vec<String>, Error> {
        Ok(self.rows.texts(&self.column(option)?))
    }

    fn has(&self, option: &str) -> bool {
        self.options.has(option)
    }
}

/// How charts are drawn, by the name that a template calls them.
type Draw = fn(&Asked<'_>) -> Result<Option<Drawing>, Error>;
const CHARTS: [(&str, Draw); 5] = [
    ("bars", bars::bars),
    ("shares", bars::shares),
    ("bullet", bullet::bullet),
    ("strip", bullet::strip),
    ("dumbbell", dumbbell::dumbbell),
];

/// `chart("bars", rows, title="…", name="column", …)`: the drawing as markup, or
/// none where there is nothing to draw. Without its model there are no rows.
pub(super) fn draw(
    state: &mut State<'_, '_>,
    chart: &str,
    rows: &Value,
    options: Kwargs,
) -> Result<Value, Error> {
    let mistake = |message: String| Error::new(ErrorKind::InvalidOperation, message);
    let Some((_, draw)) = CHARTS.iter().find(|(name, _)| *name == chart) else {
        let names: Vec<&str> = CHARTS.iter().map(|(name, _)| *name).collect();
        return Err(mistake(format!(
            "there is no chart `{chart}`; there are {}",
            names.join(", ")
        )));
    };
    let Some(rows) = rows.downcast_object_ref::<Rows>() else {
        return Err(mistake(format!("`{chart}` draws rows of a table")));
    };
    let title: String = options.get("title")?;
    if rows.picked.is_empty() {
        return Ok(Value::from(()));
    }
    let drawn = draw(&Asked {
        rows,
        options: &options,
    })?;
    options.assert_all_used()?;
    let Some(drawing) = drawn else {
        return Ok(Value::from(()));
    };
    // Charts are numbered on their page, because ids on a page are unique.
    let before = state.get_temp(NUMBER).and_then(|n| usize::try_from(n).ok());
    let number = before.unwrap_or(0) + 1;
    state.set_temp(NUMBER, Value::from(number));
    Ok(Value::from_safe_string(drawing.svg.finish(
        &format!("chart-{number}"),
        drawing.height,
        &title,
        &drawing.description,
    )))
}

/// Where a render keeps the number of its last chart.
const NUMBER: &str = "charts drawn";

/// The class of a judgement, and its word.
fn judged(word: &str) -> (&'static str, &'static str) {
    match word {
        "red" | "bad" => ("bad", "Red"),
        "amber" | "watch" => ("watch", "Amber"),
        "green" | "good" => ("good", "Green"),
        _ => ("unknown", "Grey"),
    }
}

/// The first entries of a description, and how many more there are.
fn listed(parts: &[String]) -> String {
    const TOLD: usize = 8;
    let more = parts.len().saturating_sub(TOLD);
    let told = parts[..parts.len().min(TOLD)].join("; ");
    if more == 0 {
        format!("{told}.")
    } else {
        format!("{told}; and {more} more in the table.")
    }
}

/// Where bars start and end, in percent of the width; figures stand to the right.
const PLOT: (f64, f64) = (0.0, 73.0);
/// Height of one entry: a line of text over a bar.
const ROW: f64 = 44.0;
/// Longest label that fits a phone's width.
const LABEL: usize = 44;

/// Which way a text runs from its point.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in progress. Positions across are percent, positions down pixels.
struct Svg {
    body: String,
}

impl Svg {
    fn new() -> Self {
        Self {
            body: String::new(),
        }
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(element);
    }

    fn rule(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, x2) = (percent(from.0), percent(to.0));
        let (y1, y2) = (pixel(from.1), pixel(to.1));
        self.put(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    fn bar(&mut self, class: &str, from: f64, to: f64, top: f64, height: f64) {
        let (x, width) = (percent(from.min(to)), percent((to - from).abs()));
        let (y, height) = (pixel(top), pixel(height));
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    fn dot(&mut self, class: &str, across: f64, down: f64, radius: f64) {
        let (cx, cy, r) = (percent(across), pixel(down), pixel(radius));
        self.put(format_args!(
            "<circle class=\"{class}\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/>"
        ));
    }

    fn text(&mut self, class: &str, anchor: Anchor, at: (f64, f64), text: &str) {
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

    /// Closes the drawing. `id` must be unique on the page.
    fn finish(self, id: &str, height: f64, title: &str, description: &str) -> String {
        let (title, description) = (escape::html(title), escape::html(description));
        format!(
            "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" width=\"100%\" \
             height=\"{}\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{}</svg>",
            pixel(height),
            self.body
        )
    }
}

/// A linear scale from a value to a percentage of the width.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale over these bounds; a bound that is no number, or no width, becomes 0..1.
    fn new(low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && high > low {
            Self { low, high }
        } else {
            Self {
                low: 0.0,
                high: 1.0,
            }
        }
    }

    fn across(self, value: f64) -> f64 {
        let value = if value.is_finite() {
            value.clamp(self.low, self.high)
        } else {
            self.low
        };
        PLOT.0 + (value - self.low) / (self.high - self.low) * (PLOT.1 - PLOT.0)
    }
}

fn percent(value: f64) -> String {
    format!("{}%", pixel(value))
}

/// Two decimals at most, no trailing zeros, never `-0`.
fn pixel(value: f64) -> String {
    let text = format!("{:.2}", if value.is_finite() { value } else { 0.0 });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A label cut to what fits, with an ellipsis; the table has it in full.
fn label(text: &str) -> String {
    if text.chars().count() <= LABEL {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LABEL - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_title_and_description_and_escapes_them() {
        let mut svg = Svg::new();
        svg.text("l", Anchor::Start, (0.0, 10.0), "<script>");
        let drawn = svg.finish("c1", 20.0, "A & B", "<desc>");
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
