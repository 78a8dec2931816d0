//! Spark: the course of a measure, small enough for a cell of a table.
//!
//! In: rows in ascending order and the column of the value. Out: a line without
//! axes, whose last value is a dot. It breaks where there is no value.

use std::fmt::Write;

use minijinja::Error;

use super::Drawing;
use super::asked::Asked;
use super::svg::{Svg, pixel};

const WIDE: f64 = 120.0;
const TALL: f64 = 24.0;
/// Room for the dot and for half a stroke.
const ROOM: f64 = 4.0;

/// `value`, and `title` for those who hear the page.
pub(super) fn spark(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let values = asked.figures("value")?;
    let known: Vec<_> = values.iter().flatten().collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return Ok(None);
    };
    let by = |a: &&&super::asked::Figure, b: &&&super::asked::Figure| a.number.total_cmp(&b.number);
    let (Some(lowest), Some(highest)) = (known.iter().min_by(by), known.iter().max_by(by)) else {
        return Ok(None);
    };
    let span = highest.number - lowest.number;
    let down = |value: f64| {
        // Equal values run level through the middle.
        let share = if span > 0.0 {
            (value - lowest.number) / span
        } else {
            0.5
        };
        ROOM + (1.0 - share) * (TALL - 2.0 * ROOM)
    };
    let step = (WIDE - 2.0 * ROOM) / values.iter().skip(1).fold(0.0, |sum, _| sum + 1.0);
    let mut path = String::new();
    let mut end = (WIDE - ROOM, TALL / 2.0);
    let mut across = if values.len() > 1 { ROOM } else { WIDE - ROOM };
    let mut is_down = false;
    for value in &values {
        if let Some(value) = value {
            end = (across, down(value.number));
            let pen = if is_down { " " } else { "M" };
            // Writing to a String cannot fail.
            let _ = write!(path, "{pen}{:.1} {:.1}", end.0, end.1);
        }
        is_down = value.is_some();
        across += step;
    }
    let mut svg = Svg::new();
    svg.put(format_args!("<path class=\"course\" d=\"{path}\"/>"));
    svg.put(format_args!(
        "<circle class=\"point\" cx=\"{}\" cy=\"{}\" r=\"2.8\"/>",
        pixel(end.0),
        pixel(end.1)
    ));
    Ok(Some(Drawing {
        svg,
        width: Some(WIDE),
        height: TALL,
        description: format!(
            "First {}, newest {}, lowest {}, highest {}.",
            first.text, last.text, lowest.text, highest.text
        ),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn drawn(values: &[Option<f64>]) -> Option<Drawing> {
        let rows = sample::rows(&[("value", sample::maybe(values))]);
        sample::tried(spark, &rows, &["value"], &[])
    }

    #[test]
    fn the_last_value_is_the_dot() {
        let drawn = drawn(&[Some(1.0), Some(3.0), None, Some(2.0), None]).unwrap();
        assert_eq!(drawn.width, Some(120.0));
        assert_eq!(sample::each(&drawn, "circle", "cx"), [88.0]);
        assert_eq!(sample::each(&drawn, "circle", "cy"), [12.0]);
        assert!(
            drawn
                .svg
                .body
                .contains("d=\"M4.0 20.0 32.0 4.0M88.0 12.0\"")
        );
        assert!(drawn.description.contains("newest 2, lowest 1, highest 3"));
    }

    #[test]
    fn one_value_equal_values_and_none() {
        assert_eq!(
            sample::each(&drawn(&[Some(7.0)]).unwrap(), "circle", "cx"),
            [116.0]
        );
        let level = drawn(&[Some(7.0), Some(7.0)]).unwrap();
        assert_eq!(sample::each(&level, "circle", "cy"), [12.0]);
        assert!(drawn(&[None, Some(f64::NAN)]).is_none());
    }
}
