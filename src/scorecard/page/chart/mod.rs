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

mod aims;
mod asked;
mod axis;
mod bars;
mod bullet;
mod dumbbell;
mod fan;
mod frame;
mod limits;
mod lines;
mod marks;
mod point;
mod process;
mod ribbon;
mod slope;
mod spark;
mod svg;
mod time;
mod timeline;
mod tree;
mod waterfall;

#[cfg(test)]
mod every;
#[cfg(test)]
mod sample;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, State, Value};

use self::asked::Asked;
use self::svg::{Anchor, PLOT, ROW, Scale, Svg, label};
use super::rows::Rows;

/// A chart that has been drawn, without its number on the page.
struct Drawing {
    svg: Svg,
    /// In pixels; without it a drawing is as wide as its place.
    width: Option<f64>,
    height: f64,
    /// What the reader of the picture hears instead of it.
    description: String,
}

impl Drawing {
    /// A drawing as wide as its place.
    fn wide(svg: Svg, height: f64, description: String) -> Self {
        Self {
            svg,
            width: None,
            height,
            description,
        }
    }
}

/// How charts are drawn, by the name that a template calls them.
type Draw = fn(&Asked<'_>) -> Result<Option<Drawing>, Error>;
const CHARTS: [(&str, Draw); 13] = [
    ("bars", bars::bars),
    ("shares", bars::shares),
    ("bullet", bullet::bullet),
    ("strip", bullet::strip),
    ("dumbbell", dumbbell::dumbbell),
    ("process", process::process),
    ("lines", lines::lines),
    ("ribbon", ribbon::ribbon),
    ("timeline", timeline::timeline),
    ("waterfall", waterfall::waterfall),
    ("slope", slope::slope),
    ("tree", tree::tree),
    ("spark", spark::spark),
];

/// `chart("bars", rows, title="…", name="column", …)`: the drawing as markup, or
/// none where there is nothing to draw. Without its model there are no rows.
#[expect(
    clippy::needless_pass_by_value,
    reason = "so a function of templates takes its options"
)]
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
        (drawing.width, drawing.height),
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
