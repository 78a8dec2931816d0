//! The chosen forecast with its intervals, its chance to meet the target, and what came.

use chrono::{NaiveDate, TimeDelta};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::aims::{Aim, aim};
use super::methods::{ByMethod, Method, Past};
use super::series::Series;
use super::trials::Trials;
use crate::second_opinion::kpis::{days, nine};

/// A series with fewer values is not forecast.
const ENOUGH: usize = 6;

pub(super) struct Outlook {
    /// The newest value, and the day on which it and all before it were known.
    pub(super) period_end: NaiveDate,
    pub(super) origin: NaiveDate,
    pub(super) value_count: usize,
    pub(super) aim: Aim,
    pub(super) trials: Trials,
    pub(super) forecasts: ByMethod,
    pub(super) standard_errors: ByMethod,
    pub(super) method: Method,
    pub(super) value: f64,
    /// Ends of the 80 % interval and of the 95 % interval.
    pub(super) ends_80: [f64; 2],
    pub(super) ends_95: [f64; 2],
    pub(super) probability: Option<f64>,
    pub(super) crossing: Option<NaiveDate>,
}

/// What came of an outlook.
pub(super) struct Outcome {
    pub(super) day: NaiveDate,
    pub(super) value: f64,
    pub(super) is_inside_80: bool,
    pub(super) is_inside_95: bool,
    pub(super) is_hit: bool,
    pub(super) squared_error: Option<f64>,
    /// Favourable above zero; a range has no better side.
    pub(super) error: Option<f64>,
    pub(super) error_ratio: Option<f64>,
}

/// How a level may miss: Student's t around a regression, else normally.
enum Spread {
    T(StudentsT),
    Normal(Normal),
}

impl Spread {
    fn new(method: Method, value_count: f64) -> Self {
        if method == Method::Ols {
            Self::T(StudentsT::new(0.0, 1.0, value_count - 2.0).unwrap())
        } else {
            Self::Normal(Normal::standard())
        }
    }

    fn below(&self, distance: f64) -> f64 {
        match self {
            Self::T(t) => t.cdf(distance),
            Self::Normal(normal) => normal.cdf(distance),
        }
    }

    fn quantile(&self, probability: f64) -> f64 {
        match self {
            Self::T(t) => t.inverse_cdf(probability),
            Self::Normal(normal) => normal.inverse_cdf(probability),
        }
    }
}

/// Where no value can lie: below zero, for a sum below the total so far, above a whole;
/// not bounded is what was beyond.
fn bounds(series: &Series, count: usize) -> [f64; 2] {
    let seen = || series.points[..count].iter().map(|p| p.value);
    if seen().any(|v| v < 0.0) {
        return [f64::NEG_INFINITY, f64::INFINITY];
    }
    if series.kpi.is_sum() {
        return [series.points[count - 1].level, f64::INFINITY];
    }
    let whole = match series.kpi.unit.as_str() {
        "%" => 100.0,
        "share" => 1.0,
        _ => f64::INFINITY,
    };
    let upper = if seen().all(|v| v <= whole) {
        whole
    } else {
        f64::INFINITY
    };
    [0.0, upper]
}

/// The chance of the good side of the target, of a range that of lying inside; a bound of
/// a range that nothing can pass is none.
fn chance(
    direction: &str,
    aim: &Aim,
    [lowest, highest]: [f64; 2],
    below: impl Fn(f64) -> f64,
) -> Option<f64> {
    match direction {
        "up" => Some(1.0 - below(aim.target?)),
        "down" => Some(below(aim.target?)),
        _ => {
            aim.lower.or(aim.upper)?;
            let lower = aim.lower.filter(|lower| *lower > lowest);
            let upper = aim.upper.filter(|upper| *upper < highest);
            let inside = upper.map_or(1.0, &below) - lower.map_or(0.0, &below);
            Some(inside.max(0.0))
        }
    }
}

impl Outlook {
    /// From the value in place `at` and all before it.
    fn new(series: &Series, at: usize, aim: Aim) -> Self {
        let (count, point) = (at + 1, &series.points[at]);
        let ahead = days(point.day, aim.day);
        let steps = series.steps(ahead);
        let past = Past::new(series, count);
        let trials = Trials::before(series, count, steps);
        let forecasts = past.forecasts(ahead, steps);
        let standard_errors = past.standard_errors(ahead, steps, &trials);
        let method = trials.chosen(forecasts.contains_key(&Method::Season));
        let (level, error) = (forecasts[&method], standard_errors[&method]);
        let spread = Spread::new(method, past.count());
        let [lowest, highest] = bounds(series, count);
        let bounded = |level: f64| level.clamp(lowest, highest);
        let ends = |probability: f64| {
            let half = spread.quantile(probability) * error;
            [bounded(level - half), bounded(level + half)]
        };
        let direction = series.kpi.direction.as_str();
        let below = |mark: f64| spread.below((mark - level) / error);
        let slope = match method {
            Method::Drift => past.drift,
            Method::Ols => past.trend,
            Method::Last | Method::Season => 0.0,
        };
        let leads_there = match direction {
            "up" => slope > 0.0,
            "down" => slope < 0.0,
            _ => false,
        };
        let crossing = aim.target.filter(|_| leads_there).and_then(|target| {
            let days = (ahead + (target - level) / slope).round();
            (days.abs() <= 36_600.0).then(|| point.day + whole_days(days))
        });
        Self {
            period_end: point.day,
            origin: point.known,
            value_count: count,
            value: bounded(level),
            ends_80: ends(0.9),
            ends_95: ends(0.975),
            probability: chance(direction, &aim, [lowest, highest], below),
            crossing,
            aim,
            trials,
            forecasts,
            standard_errors,
            method,
        }
    }

    pub(super) fn status(&self) -> &'static str {
        match self.probability.map(nine) {
            None => "grey",
            Some(green) if green >= 700_000_000.0 => "green",
            Some(amber) if amber >= 400_000_000.0 => "amber",
            Some(_) => "red",
        }
    }

    pub(super) fn outcome(&self, direction: &str) -> Option<Outcome> {
        let (day, value) = self.aim.outcome?;
        let is_inside =
            |[low, high]: [f64; 2]| nine(low) <= nine(value) && nine(value) <= nine(high);
        let target = self.aim.target.unwrap_or(f64::NAN);
        let is_met = match direction {
            "up" => nine(value) >= nine(target),
            "down" => nine(value) <= nine(target),
            _ => is_inside([
                self.aim.lower.unwrap_or(f64::NEG_INFINITY),
                self.aim.upper.unwrap_or(f64::INFINITY),
            ]),
        };
        let is_hit = is_met && self.probability.is_some();
        let error = match direction {
            "up" => Some(value - self.value),
            "down" => Some(self.value - value),
            _ => None,
        };
        let width = self.ends_80[1] - self.ends_80[0];
        let of_width = |error: f64| (2.0 * error / width).clamp(-1000.0, 1000.0);
        Some(Outcome {
            day,
            value,
            is_inside_80: is_inside(self.ends_80),
            is_inside_95: is_inside(self.ends_95),
            is_hit,
            squared_error: self
                .probability
                .map(|p| (p - f64::from(u8::from(is_hit))).powi(2)),
            error,
            error_ratio: error.filter(|_| width > 0.0).map(of_width),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a hundred years at most")]
fn whole_days(days: f64) -> TimeDelta {
    TimeDelta::days(days as i64)
}

/// From every value of a series that has enough before it, oldest first.
pub(super) fn outlooks(series: &Series, as_of: NaiveDate) -> Vec<Outlook> {
    let places = ENOUGH - 1..series.points.len();
    places
        .filter_map(|at| Some(Outlook::new(series, at, aim(series, at, as_of)?)))
        .collect()
}
