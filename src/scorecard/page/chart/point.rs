//! Point: a row of a process behaviour chart.
//!
//! In: the columns that a template names. Out: points, and what they say in words.
//!
//! Not here: how a point is drawn (`marks`).

use minijinja::Error;

use super::asked::{Asked, Figure};

/// A row with a day.
pub(super) struct Point {
    pub(super) day: Figure,
    pub(super) value: Option<Figure>,
    pub(super) centre: Option<Figure>,
    pub(super) low: Option<Figure>,
    pub(super) high: Option<Figure>,
    pub(super) is_signal: bool,
    /// A signal to the side where better values are.
    pub(super) is_fine: bool,
}

impl Point {
    pub(super) fn figures(&self) -> [Option<&Figure>; 4] {
        [&self.value, &self.centre, &self.low, &self.high].map(Option::as_ref)
    }

    /// Day and value; a point without a value has none to stand at.
    pub(super) fn at(&self) -> (f64, f64) {
        let value = self.value.as_ref().map_or(0.0, |value| value.number);
        (self.day.number, value)
    }

    pub(super) fn mark(&self) -> &'static str {
        if self.is_fine {
            "signal fine"
        } else {
            "signal"
        }
    }
}

/// The rows that have a day, as the template's options name their columns.
pub(super) fn points(asked: &Asked<'_>) -> Result<Vec<Point>, Error> {
    let days = asked.figures("date")?;
    asked.days("date")?;
    let values = asked.figures("value")?;
    let (centres, lows, highs) = (
        asked.figures("centre")?,
        asked.figures("low")?,
        asked.figures("high")?,
    );
    let signals = asked.truths("signal")?;
    let better = asked.words("direction")?;
    let mut points = Vec::new();
    for (row, day) in days.into_iter().enumerate() {
        let Some(day) = day else { continue };
        let (value, centre) = (values[row].clone(), centres[row].clone());
        let is_fine = match (&value, &centre) {
            (Some(value), Some(centre)) => match better.as_str() {
                "up" => value.number > centre.number,
                "down" => value.number < centre.number,
                _ => false,
            },
            _ => false,
        };
        points.push(Point {
            day,
            value,
            centre,
            low: lows[row].clone(),
            high: highs[row].clone(),
            is_signal: signals[row],
            is_fine,
        });
    }
    Ok(points)
}

/// What the chart says, in the figures of its cells.
pub(super) fn described(points: &[Point], newest: &Point) -> Vec<String> {
    let known: Vec<(&Figure, &Figure)> = points
        .iter()
        .filter_map(|point| Some((&point.day, point.value.as_ref()?)))
        .collect();
    let told = |(day, value): &(&Figure, &Figure)| format!("{} on {}", value.text, day.text);
    let by = |a: &&(&Figure, &Figure), b: &&(&Figure, &Figure)| a.1.number.total_cmp(&b.1.number);
    let ends = [
        ("first", known.first()),
        ("newest", known.last()),
        ("lowest", known.iter().min_by(by)),
        ("highest", known.iter().max_by(by)),
    ];
    let ends: Vec<String> = ends
        .iter()
        .filter_map(|(word, pair)| Some(format!("{word} {}", told((*pair)?))))
        .collect();
    let mut parts = vec![format!("Values: {}", ends.join(", "))];
    if let Some(centre) = &newest.centre {
        parts.push(format!("Mean {}", centre.text));
    }
    let bound = |word: &str, figure: &Option<Figure>| {
        figure
            .as_ref()
            .map(|figure| format!("{word} limit {}", figure.text))
    };
    parts.extend(bound("Lower", &newest.low));
    parts.extend(bound("Upper", &newest.high));
    let signals: Vec<&Point> = points.iter().filter(|p| p.is_signal).collect();
    parts.push(match signals.last() {
        None => "No signals".to_owned(),
        Some(last) => format!(
            "Signals: {}, the newest on {}",
            signals.len(),
            last.day.text
        ),
    });
    parts
}
