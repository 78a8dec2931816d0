//! The chart of one series: its segments with their limits, and its values against them.

use chrono::NaiveDate;

use super::definition::Kpi;
use super::nine;
use super::rules::{self, Run, Side};
use crate::second_opinion::compare::float;

/// Limits are made of the values of the first 364 days, and of 24 at least; fewer than 6
/// make none, and fewer than 12 provisional ones.
const BASELINE_DAYS: f64 = 364.0;
const BASELINE_VALUES: usize = 24;
const FEWEST_VALUES: usize = 6;
const FIRM_VALUES: usize = 12;

pub(super) struct Chart {
    /// Oldest first.
    pub(super) segments: Vec<Segment>,
    pub(super) points: Vec<Point>,
}

pub(super) struct Segment {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) value_count: usize,
    /// Values that the limits are made of.
    pub(super) n: usize,
    pub(super) baseline_end: NaiveDate,
    pub(super) range_count: usize,
    pub(super) floor: Option<f64>,
    pub(super) ceiling: Option<f64>,
    pub(super) limits: Result<Limits, &'static str>,
}

/// Limits of what is charted; where that is the distance to a straight line, the line.
pub(super) struct Limits {
    pub(super) centre: f64,
    pub(super) mean_range: f64,
    pub(super) sigma: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) range_limit: f64,
    pub(super) start: f64,
    pub(super) slope: f64,
}

pub(super) struct Point {
    pub(super) day: NaiveDate,
    pub(super) value: f64,
    /// Place of its segment, from 0.
    pub(super) segment: usize,
    pub(super) run: usize,
    /// What it says against the limits; nothing without limits.
    pub(super) reading: Option<Reading>,
}

pub(super) struct Reading {
    pub(super) line: f64,
    pub(super) deviation: f64,
    pub(super) moving_range: Option<f64>,
    pub(super) fired: Vec<(&'static str, Side)>,
}

/// A value in order of time.
#[derive(Clone, Copy)]
struct Observation {
    day: NaiveDate,
    value: f64,
    is_after_gap: bool,
}

impl Segment {
    pub(super) fn is_provisional(&self) -> bool {
        self.limits.is_err() || self.n < FIRM_VALUES
    }

    fn of(kpi: &Kpi, values: &[Observation]) -> Self {
        let since = |v: &Observation| float((v.day - values[0].day).num_days().into());
        let points: Vec<(f64, f64)> = values.iter().map(|v| (since(v), v.value)).collect();
        let (start, slope) = if kpi.is_moving {
            straight_line(&points)
        } else {
            (0.0, 0.0)
        };
        let charted: Vec<f64> = points
            .iter()
            .map(|(x, y)| y - (start + slope * x))
            .collect();
        let is_baseline = |(at, (x, _)): &(usize, &(f64, f64))| {
            kpi.is_moving || *at < BASELINE_VALUES || *x < BASELINE_DAYS
        };
        let n = points.iter().enumerate().filter(is_baseline).count();
        let ranges: Vec<f64> = (1..n)
            .filter(|at| !values[*at].is_after_gap)
            .map(|at| (charted[at] - charted[at - 1]).abs())
            .collect();
        let is_level = !kpi.is_moving;
        let is_percentage = kpi.unit == "%" || kpi.unit.starts_with("% ");
        let floor = (is_level && values.iter().all(|v| v.value >= 0.0)).then_some(0.0);
        let ceiling =
            (is_level && is_percentage && values.iter().all(|v| v.value <= 100.0)).then_some(100.0);
        let limits = if n < FEWEST_VALUES {
            Err("too few values")
        } else if ranges.is_empty() {
            Err("no moving range")
        } else {
            // What departs from a fitted line is 0 on average.
            let centre = if kpi.is_moving {
                0.0
            } else {
                mean(&charted[..n])
            };
            let mean_range = mean(&ranges);
            Ok(Limits {
                centre,
                mean_range,
                sigma: mean_range / 1.128,
                lower: (centre - 2.66 * mean_range).max(floor.unwrap_or(f64::MIN)),
                upper: (centre + 2.66 * mean_range).min(ceiling.unwrap_or(f64::MAX)),
                range_limit: 3.268 * mean_range,
                start,
                slope,
            })
        };
        Self {
            from: values[0].day,
            to: values[values.len() - 1].day,
            value_count: values.len(),
            n,
            baseline_end: values[n - 1].day,
            range_count: ranges.len(),
            floor,
            ceiling,
            limits,
        }
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / float(numbers.len().try_into().unwrap())
}

/// Start and slope by least squares.
fn straight_line(points: &[(f64, f64)]) -> (f64, f64) {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let (mean_x, mean_y) = (mean(&xs), mean(&ys));
    let across: f64 = points
        .iter()
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum();
    let along: f64 = xs.iter().map(|x| (x - mean_x).powi(2)).sum();
    let slope = across / along;
    (mean_y - slope * mean_x, slope)
}

/// A gap is a step of more than one and a half cadences; where values come less often than
/// declared, of the median step.
fn observations(kpi: &Kpi, series: &[(NaiveDate, f64)]) -> Vec<Observation> {
    let steps: Vec<f64> = series
        .windows(2)
        .map(|pair| float((pair[1].0 - pair[0].0).num_days().into()))
        .collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let median = match (sorted.len() / 2, sorted.len() % 2) {
        (0, 0) => 0.0,
        (half, 0) => f64::midpoint(sorted[half - 1], sorted[half]),
        (half, _) => sorted[half],
    };
    let cadence = kpi.cadence_days.unwrap_or(median.round()).max(median);
    series
        .iter()
        .enumerate()
        .map(|(at, (day, value))| Observation {
            day: *day,
            value: *value,
            is_after_gap: at > 0 && steps[at - 1] > 1.5 * cadence,
        })
        .collect()
}

/// The chart of a series in order of time.
pub(super) fn chart(kpi: &Kpi, series: &[(NaiveDate, f64)]) -> Chart {
    let values = observations(kpi, series);
    let newest_break = |v: &Observation| kpi.breaks.range(..=v.day).next_back();
    let mut chart = Chart {
        segments: Vec::new(),
        points: Vec::new(),
    };
    let mut run = 0;
    for (place, part) in values
        .chunk_by(|a, b| newest_break(a) == newest_break(b))
        .enumerate()
    {
        let segment = Segment::of(kpi, part);
        for unbroken in part.chunk_by(|_, next| !next.is_after_gap) {
            run += 1;
            let readings = readings(&segment, unbroken);
            chart
                .points
                .extend(unbroken.iter().zip(readings).map(|(v, reading)| Point {
                    day: v.day,
                    value: v.value,
                    segment: place,
                    run,
                    reading,
                }));
        }
        chart.segments.push(segment);
    }
    chart
}

/// The values of one run against the limits of its segment.
fn readings(segment: &Segment, values: &[Observation]) -> Vec<Option<Reading>> {
    let Ok(limits) = &segment.limits else {
        return values.iter().map(|_| None).collect();
    };
    let mut run = Run::new(limits);
    let mut before: Option<f64> = None;
    values
        .iter()
        .map(|v| {
            let since = float((v.day - segment.from).num_days().into());
            let line = limits.start + limits.slope * since;
            let charted = v.value - line;
            let step = before.map(|b| charted - b);
            before = Some(charted);
            run.push(charted, step);
            Some(Reading {
                line,
                deviation: charted - limits.centre,
                moving_range: step.map(|s| nine(s.abs()) / 1e9),
                fired: rules::fired(&run),
            })
        })
        .collect()
}
