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
use super::asked::Asked;
use super::axis::Axis;
use super::fan::Fan;
use super::frame::Frame;
use super::marks::{dots, limits, named, tags};
use super::point::{Point, described, points};
use super::svg::Svg;

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
    ends.extend(named(&frame, &points, fan.is_some()));
    frame.ends(&mut svg, &ends);

    let mut told = described(&points, newest);
    told.extend(aims.told());
    told.extend(fan.iter().map(Fan::description));
    let description = format!("{}.", told.join(". "));
    Ok(Some(Drawing::wide(svg, Frame::HEIGHT, description)))
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
        let signal = sample::each(&drawn, "svg aria-hidden=\"true\" x=", "x")[1];
        let dots = sample::each(&drawn, "\"point\"", "cx");
        assert!(dots.len() == 3 && dots[1] < signal && signal < dots[2]);
        // 4 is the top of the axis, and its figure stands above the diamond.
        let (mark, tag) = (
            sample::each(&drawn, "svg aria-hidden=\"true\" x=", "y")[1],
            sample::each(&drawn, "\"tag\"", "y"),
        );
        assert!(
            sample::each(&drawn, "\"point\"", "cy")
                .iter()
                .all(|dot| *dot > mark)
        );
        assert!(tag.contains(&(mark - 11.0)));
        assert!(
            drawn
                .description
                .contains("Signals: 1, the newest on 2025-03-31")
        );
    }

    #[test]
    fn a_limit_that_is_not_there_is_not_drawn() {
        let drawn = drawn(&VALUES, &[false; 4], &[]).unwrap();
        assert_eq!(drawn.svg.body.matches("class=\"limit\"").count(), 1);
        assert!(
            !drawn.svg.body.contains("class=\"band\"") && !drawn.svg.body.contains("lower limit")
        );
        assert!(drawn.svg.body.contains("upper limit"));
    }

    #[test]
    fn null_makes_a_gap_and_nothing_but_null_no_chart() {
        let gap = drawn(&[Some(1.0), None, Some(2.0), Some(3.0)], &[false; 4], &[]).unwrap();
        let course = gap.svg.body.split("class=\"course\"").nth(1).unwrap();
        let path = course
            .split("d=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
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
                let path = fan
                    .split("d=\"M")
                    .nth(1)
                    .unwrap()
                    .split('z')
                    .next()
                    .unwrap();
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
