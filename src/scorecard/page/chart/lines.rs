//! Lines: up to four measures over time.
//!
//! In: rows in ascending order of their day, and a column for each line. Out: lines
//! told apart by their dashes and by a word at their end.
//!
//! Rule: a line breaks where it has no value and ends at its last one.

use minijinja::{Error, ErrorKind};

use super::Drawing;
use super::asked::{Asked, Figure};
use super::axis::Axis;
use super::frame::{End, Frame};
use super::svg::Svg;

/// The classes of the lines and of their words; the style sheet dashes them.
const CLASSES: [(&str, &str); 4] = [
    ("course l0", "end l0"),
    ("course l1", "end l1"),
    ("course l2", "end l2"),
    ("course l3", "end l3"),
];

/// `date`, the columns `lines` with their `labels`; `today` and `unit` if given.
pub(super) fn lines(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let days = asked.days("date")?;
    let dates = asked.texts("date")?;
    let columns = asked.columns("lines")?;
    let labels = asked.labels(&columns)?;
    if columns.len() > CLASSES.len() {
        let message = format!("`lines` draws up to {} columns", CLASSES.len());
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    let (today, unit) = (asked.day("today")?, asked.words("unit")?);
    let lines: Vec<Vec<Option<Figure>>> = columns
        .iter()
        .map(|column| asked.figures_in(column))
        .collect();
    let known = || lines.iter().flatten().flatten();
    let is_share = known().any(|figure| figure.text.ends_with(" %"));
    // An amount is read from its foot, unless all of them are far above it.
    let (low, high) = known().fold((f64::INFINITY, 0.0_f64), |(low, high), figure| {
        (low.min(figure.number), high.max(figure.number))
    });
    let foot = (low > 0.0 && low < high / 2.0).then_some(0.0);
    let values = known().map(|figure| figure.number).chain(foot);
    let known_days = || days.iter().copied().flatten();
    let (Some(axis), Some(from), Some(to)) = (
        Axis::around(values, is_share),
        known_days().reduce(f64::min),
        known_days().reduce(f64::max),
    ) else {
        return Ok(None);
    };
    let frame = Frame::new(from, to, axis);
    let mut svg = Svg::new();
    frame.axes(&mut svg, &unit);
    if let Some(today) = today {
        frame.day(&mut svg, today, "today");
    }
    let (mut paths, mut ends, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for ((line, label), (class, word)) in lines.iter().zip(&labels).zip(CLASSES) {
        let points: Vec<(usize, f64, &Figure)> = (0..days.len())
            .filter_map(|row| Some((row, days[row]?, line[row].as_ref()?)))
            .collect();
        let values = days.iter().zip(line);
        let values = values.filter_map(|(day, f)| Some(((*day)?, f.as_ref().map(|f| f.number))));
        paths.push((class, frame.line(values)));
        let (Some((first, _, start)), Some((last, day, end))) = (points.first(), points.last())
        else {
            parts.push(format!("{label}: no values"));
            continue;
        };
        ends.push(End {
            class: word,
            text: label.clone(),
            day: *day,
            value: end.number,
            is_led: true,
        });
        parts.push(format!(
            "{label}: {} on {}, {} on {}",
            start.text, dates[*first], end.text, dates[*last]
        ));
    }
    Frame::inset(&mut svg, &paths);
    for end in &ends {
        svg.dot(end.class, frame.across(end.day), frame.down(end.value), 3.0);
    }
    frame.ends(&mut svg, &ends);
    let description = format!("{}.", parts.join("; "));
    Ok(Some(Drawing::wide(svg, Frame::HEIGHT, description)))
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::super::frame::RIGHT;
    use super::super::sample;
    use super::*;

    const DAYS: [&str; 4] = ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"];

    fn drawn(planned: &[Option<f64>], actual: &[Option<f64>]) -> Option<Drawing> {
        let rows = sample::rows(&[
            ("date", sample::days(&DAYS)),
            ("planned", sample::maybe(planned)),
            ("actual", sample::maybe(actual)),
        ]);
        let more = [
            ("lines", Value::from(vec!["planned", "actual"])),
            ("labels", Value::from(vec!["plan", "actual"])),
            ("today", Value::from("2025-03-31")),
        ];
        sample::tried(lines, &rows, &["date"], &more)
    }

    #[test]
    fn words_at_the_ends_keep_apart_and_lines_end_where_values_do() {
        let planned = [Some(1.0), Some(2.0), Some(3.0), Some(4.0)];
        let drawn = drawn(&planned, &[Some(1.0), Some(2.0), Some(4.0), None]).unwrap();
        let words = sample::each(&drawn, "text class=\"end", "y");
        assert!((words[0] - words[1]).abs() >= 14.9, "{words:?}");
        let dots = sample::each(&drawn, "circle", "cx");
        assert!(dots[1] < dots[0] && (dots[0] - RIGHT).abs() < 0.01);
        let today = sample::each(&drawn, "\"today\"", "x1");
        assert_eq!(today[0].to_bits(), dots[1].to_bits());
        assert!(
            drawn
                .description
                .contains("actual: 1 on 2025-01-31, 4 on 2025-03-31")
        );
    }

    #[test]
    fn a_gap_breaks_its_line_and_no_value_draws_no_line() {
        let gap = drawn(&[Some(1.0), None, Some(3.0), Some(4.0)], &[None; 4]).unwrap();
        assert_eq!(
            gap.svg.body.matches('M').count(),
            2 + gap.svg.body.matches("Mar").count()
        );
        assert_eq!(gap.svg.body.matches("<path").count(), 1);
        assert!(gap.description.contains("actual: no values"));
        assert!(drawn(&[None; 4], &[Some(f64::INFINITY), None, None, None]).is_none());
    }
}
