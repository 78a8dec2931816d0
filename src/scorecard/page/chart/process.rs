//! Process: a process behaviour chart, with its target and its forecast.
//!
//! In: rows in ascending order of their day: a value, the centre and the limits that
//! hold for it, and whether it is a signal. Out: the values as a line between their
//! limits; a signal is a diamond, and no other mark is.
//!
//! Not here: choosing limits or signals (`warning.process_points`).
//!
//! Rule: what is NULL is not drawn; a line breaks there.

use minijinja::Error;

use super::Drawing;
use super::aims::Aims;
use super::asked::{Asked, Figure};
use super::axis::Axis;
use super::fan::Fan;
use super::frame::{End, Frame, joined};
use super::limits::steps;
use super::svg::{Anchor, Svg};

/// More values than this are a line without dots.
const DOTTED: usize = 60;

/// A row with a day.
struct Point {
    day: Figure,
    value: Option<Figure>,
    centre: Option<Figure>,
    low: Option<Figure>,
    high: Option<Figure>,
    is_signal: bool,
    /// A signal to the side where better values are.
    is_fine: bool,
}

/// `date`, `value`, `centre`, `low`, `high`, `signal`; and if they are there `unit`,
/// `direction` ("up" or "down": where better values are), `targets` with
/// `target_date`, `target`, `goal_low` and `goal_high`, and `forecast` with
/// `forecast_date`, `forecast_value`, `low_80`, `high_80`, `low_95` and `high_95`.
pub(super) fn process(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let points = points(asked)?;
    let unit = asked.words("unit")?;
    let fan = Fan::of(asked)?;
    let newest = points.iter().rev().find(|point| point.value.is_some());
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(None);
    };
    let last = last.day.number;
    let from = first
        .day
        .number
        .min(fan.as_ref().map_or(last, |fan| fan.day.number));
    let to = last.max(fan.as_ref().map_or(last, |fan| fan.day.number));
    let aims = Aims::of(asked, (from, newest.map_or(last, |p| p.day.number), to))?;
    let figures = points.iter().flat_map(Point::figures);
    let values = figures.flatten().map(|figure| figure.number);
    let values = values.chain(aims.values());
    let values = values.chain(fan.iter().flat_map(Fan::values));
    let is_share = points
        .iter()
        .flat_map(Point::figures)
        .flatten()
        .any(|f| f.text.ends_with(" %"));
    let (Some(axis), Some(newest)) = (Axis::around(values, is_share), newest) else {
        return Ok(None);
    };
    let frame = Frame::new(from, to, axis);

    let mut svg = Svg::new();
    frame.axes(&mut svg, &unit);
    let mut paths = limits(&frame, &points);
    let mut ends = Vec::new();
    if let Some(fan) = &fan {
        paths.extend(fan.paths(&frame, newest.at()));
        ends.extend(fan.end());
    }
    paths.extend(aims.paths(&frame));
    ends.extend(aims.ends());
    let line = points
        .iter()
        .map(|p| (p.day.number, p.value.as_ref().map(|v| v.number)));
    paths.push(("course", frame.line(line)));
    Frame::inset(&mut svg, &paths);
    if let Some(fan) = &fan {
        fan.marks(&mut svg, &frame);
    }
    dots(&mut svg, &frame, &points);
    tags(&mut svg, &frame, &points, newest, fan.is_some(), &mut ends);
    ends.extend(named(&points));
    frame.ends(&mut svg, &ends);

    let mut told = described(&points, newest);
    told.extend(aims.told());
    told.extend(fan.iter().map(Fan::description));
    let description = format!("{}.", told.join(". "));
    Ok(Some(Drawing::wide(svg, Frame::HEIGHT, description)))
}

fn points(asked: &Asked<'_>) -> Result<Vec<Point>, Error> {
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

impl Point {
    fn figures(&self) -> [Option<&Figure>; 4] {
        [&self.value, &self.centre, &self.low, &self.high].map(Option::as_ref)
    }

    /// Day and value; a point without a value has none to stand at.
    fn at(&self) -> (f64, f64) {
        let value = self.value.as_ref().map_or(0.0, |value| value.number);
        (self.day.number, value)
    }

    fn mark(&self) -> &'static str {
        if self.is_fine {
            "signal fine"
        } else {
            "signal"
        }
    }
}

fn limits(frame: &Frame, points: &[Point]) -> Vec<(&'static str, String)> {
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
    let lines: [(_, fn(&Point) -> Option<&Figure>); 3] = [
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

/// Dots while they can be told apart, signals always, and what has no neighbour.
fn dots(svg: &mut Svg, frame: &Frame, points: &[Point]) {
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
fn tags(
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
        let at = (frame.across(day), frame.down(value) - 11.0);
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
fn named(points: &[Point]) -> Vec<End> {
    let Some(last) = points.last() else {
        return Vec::new();
    };
    let lines = [
        ("upper limit", &last.high),
        ("mean", &last.centre),
        ("lower limit", &last.low),
    ];
    let end = |(word, figure): (&str, &Option<Figure>)| {
        figure.as_ref().map(|figure| End {
            class: "tick",
            text: word.to_owned(),
            day: last.day.number,
            value: figure.number,
            is_led: false,
        })
    };
    lines.into_iter().filter_map(end).collect()
}

fn described(points: &[Point], newest: &Point) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::ArrayRef;
    use minijinja::Value;

    use super::super::frame::RIGHT;
    use super::super::sample;
    use super::*;

    const NAMED: [&str; 6] = ["date", "value", "centre", "low", "high", "signal"];
    const DAYS: [&str; 4] = ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"];

    fn drawn(values: &[Option<f64>], signals: &[bool], more: &[(&str, Value)]) -> Option<Drawing> {
        let level = |value: f64| -> ArrayRef { sample::numbers(&[value; 4]) };
        let rows = sample::rows(&[
            ("date", sample::days(&DAYS)),
            ("value", sample::maybe(values)),
            ("centre", level(2.0)),
            ("low", sample::maybe(&[None; 4])),
            ("high", level(3.0)),
            ("signal", sample::truths(signals)),
        ]);
        sample::tried(process, &rows, &NAMED, more)
    }

    const VALUES: [Option<f64>; 4] = [Some(1.0), Some(2.0), Some(4.0), Some(2.0)];

    #[test]
    fn a_signal_is_a_diamond_where_its_value_is() {
        let drawn = drawn(&VALUES, &[false, false, true, false], &[]).unwrap();
        assert_eq!(drawn.svg.body.matches("class=\"signal\"").count(), 1);
        let signal = sample::each(&drawn, "svg x=", "x")[1];
        let dots = sample::each(&drawn, "\"point\"", "cx");
        assert!(dots.len() == 3 && dots[1] < signal && signal < dots[2]);
        // 4 is the top of the axis, and its figure stands above the diamond.
        let (mark, tag) = (sample::each(&drawn, "svg x=", "y")[1], sample::each(&drawn, "\"tag\"", "y"));
        assert!(sample::each(&drawn, "\"point\"", "cy").iter().all(|dot| *dot > mark));
        assert!(tag.contains(&(mark - 11.0)));
        assert!(drawn.description.contains("Signals: 1, the newest on 2025-03-31"));
    }

    #[test]
    fn a_limit_that_is_not_there_is_not_drawn() {
        let drawn = drawn(&VALUES, &[false; 4], &[]).unwrap();
        assert_eq!(drawn.svg.body.matches("class=\"limit\"").count(), 1);
        assert!(!drawn.svg.body.contains("class=\"band\"") && !drawn.svg.body.contains("lower limit"));
        assert!(drawn.svg.body.contains("upper limit"));
    }

    #[test]
    fn null_makes_a_gap_and_nothing_but_null_no_chart() {
        let gap = drawn(&[Some(1.0), None, Some(2.0), Some(3.0)], &[false; 4], &[]).unwrap();
        let course = gap.svg.body.split("class=\"course\"").nth(1).unwrap();
        let path = course.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(path.matches('M').count(), 2);
        assert!(drawn(&[None; 4], &[false; 4], &[]).is_none());
    }

    #[test]
    fn a_fan_widens_to_its_day_and_the_target_reaches_it() {
        let forecast = sample::rows(&[
            ("day", sample::days(&["2025-12-31"])),
            ("value", sample::numbers(&[3.0])),
            ("low_80", sample::numbers(&[2.0])),
            ("high_80", sample::numbers(&[5.0])),
            ("low_95", sample::numbers(&[1.0])),
            ("high_95", sample::numbers(&[8.0])),
        ]);
        let targets = sample::rows(&[
            ("day", sample::days(&["2025-12-31"])),
            ("target", sample::numbers(&[2.5])),
        ]);
        let names = ["low_80", "high_80", "low_95", "high_95", "target"];
        let mut more: Vec<(&str, Value)> = names.map(|n| (n, Value::from(n))).to_vec();
        more.extend([
            ("forecast", Value::from_dyn_object(Arc::new(forecast))),
            ("forecast_date", Value::from("day")),
            ("forecast_value", Value::from("value")),
            ("targets", Value::from_dyn_object(Arc::new(targets))),
            ("target_date", Value::from("day")),
        ]);
        let drawn = drawn(&VALUES, &[false; 4], &more).unwrap();
        let fans: Vec<Vec<f64>> = drawn
            .svg
            .body
            .split("class=\"fan\"")
            .skip(1)
            .map(|fan| {
                let path = fan.split("d=\"M").nth(1).unwrap().split('z').next().unwrap();
                path.split(' ').map(|n| n.parse().unwrap()).collect()
            })
            .collect();
        // From one point to two ends on the same day, the 95 % interval the wider.
        let width = |fan: &[f64]| fan[5] - fan[3];
        assert!(fans[0][2] > fans[0][0] && width(&fans[0]) > width(&fans[1]));
        assert!(width(&fans[1]) > 0.0);
        let hollow = sample::each(&drawn, "\"hollow\"", "cx");
        assert!((hollow[0] - RIGHT).abs() < 0.01);
        for told in ["target 2.5", "forecast 3"] {
            assert!(drawn.svg.body.contains(told), "{told}");
        }
        let told = "Forecast for 2025-12-31: 3, 80 % interval 2 to 5, 95 % interval 1 to 8";
        assert!(drawn.description.contains(told), "{}", drawn.description);
    }
}
