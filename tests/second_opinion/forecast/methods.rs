//! What each of the four methods reads off a series as it was known on one day.

use std::collections::BTreeMap;

use super::mean;
use super::series::{Point, Series};
use super::trials::Trials;
use crate::second_opinion::compare::float;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    Last,
    Drift,
    Ols,
    Season,
}

impl Method {
    pub(super) const ALL: [Self; 4] = [Self::Last, Self::Drift, Self::Ols, Self::Season];
    /// In the order in which they win a tie.
    pub(super) const PLAIN: [Self; 3] = [Self::Last, Self::Drift, Self::Ols];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Drift => "drift",
            Self::Ols => "OLS",
            Self::Season => "seasonal naive",
        }
    }
}

/// A number for each method that has one.
pub(super) type ByMethod = BTreeMap<Method, f64>;

/// A series up to one of its values.
pub(super) struct Past<'a> {
    series: &'a Series,
    points: &'a [Point],
    /// Change per day from the first value to the newest.
    pub(super) drift: f64,
    /// The regression: its slope per day, and the point that it goes through.
    pub(super) trend: f64,
    mean_day: f64,
    mean_level: f64,
    /// Sum of squared distances of the days from their mean.
    day_spread: f64,
}

impl<'a> Past<'a> {
    /// The first `count` values.
    pub(super) fn new(series: &'a Series, count: usize) -> Self {
        let points = &series.points[..count];
        let mean_day = mean(points.iter().map(|p| p.elapsed)).unwrap();
        let mean_level = mean(points.iter().map(|p| p.level)).unwrap();
        let day_spread: f64 = points.iter().map(|p| (p.elapsed - mean_day).powi(2)).sum();
        let joint: f64 = points
            .iter()
            .map(|p| (p.elapsed - mean_day) * (p.level - mean_level))
            .sum();
        let newest = &points[count - 1];
        Self {
            series,
            points,
            drift: (newest.level - points[0].level) / newest.elapsed,
            trend: joint / day_spread,
            mean_day,
            mean_level,
            day_spread,
        }
    }

    pub(super) fn newest(&self) -> &Point {
        &self.points[self.points.len() - 1]
    }

    pub(super) fn count(&self) -> f64 {
        float(self.points.len().try_into().unwrap())
    }

    fn on_the_line(&self, elapsed: f64) -> f64 {
        self.mean_level + self.trend * (elapsed - self.mean_day)
    }

    /// The value at a place of the grid.
    fn at(&self, slot: i32) -> Option<&Point> {
        self.points.iter().rfind(|p| p.slot == slot)
    }

    /// Changes of the values from a year before.
    fn changes_in_a_year(&self) -> Vec<f64> {
        let change = |p: &Point| Some(p.value - self.at(p.slot - self.series.season)?.value);
        self.points.iter().filter_map(change).collect()
    }

    /// Years to go back so that what is looked up has been.
    fn years(&self, steps: i32) -> i32 {
        (steps + self.series.season - 1) / self.series.season
    }

    /// The same place in the last year that is known, for a sum the gain since the place
    /// of the newest value; nothing under two years of values.
    fn season(&self, steps: i32) -> Option<f64> {
        let year = self.series.season;
        let newest = self.newest();
        let changes = i32::try_from(self.changes_in_a_year().len()).unwrap();
        if year == 1 || changes < year {
            return None;
        }
        let then = self.at(newest.slot + steps - year * self.years(steps))?;
        if !self.series.kpi.is_sum() {
            return Some(then.level);
        }
        let gain = then.level - self.at(newest.slot - year)?.level;
        (steps <= year).then_some(newest.level + gain)
    }

    /// The level so many days, or steps of the season, after the newest value.
    pub(super) fn forecasts(&self, ahead: f64, steps: i32) -> ByMethod {
        let newest = self.newest();
        let plain = [
            (Method::Last, newest.level),
            (Method::Drift, newest.level + self.drift * ahead),
            (Method::Ols, self.on_the_line(newest.elapsed + ahead)),
        ];
        let season = self.season(steps).map(|level| (Method::Season, level));
        plain.into_iter().chain(season).collect()
    }

    /// Variance per day of the steps around a constant drift, which takes `spent` of their
    /// degrees of freedom.
    fn step_variance(&self, drift: f64, spent: f64) -> f64 {
        let squares: f64 = self
            .points
            .windows(2)
            .map(|pair| {
                let days = pair[1].elapsed - pair[0].elapsed;
                (pair[1].level - pair[0].level - drift * days).powi(2) / days
            })
            .sum();
        squares / (self.count() - 1.0 - spent)
    }

    /// Standard errors of these forecasts. A series that swings about a level errs less in
    /// its trials than its steps say.
    pub(super) fn standard_errors(&self, ahead: f64, steps: i32, trials: &Trials) -> ByMethod {
        let newest = self.newest();
        let smaller = |of_steps: f64, method| {
            let of_trials = trials.variance(method).unwrap_or(of_steps);
            of_steps.min(of_trials)
        };
        let last = smaller(self.step_variance(0.0, 0.0), Method::Last) * ahead;
        let drift = smaller(self.step_variance(self.drift, 1.0), Method::Drift)
            * ahead
            * (1.0 + ahead / newest.elapsed);
        let scatter: f64 = self
            .points
            .iter()
            .map(|p| (p.level - self.on_the_line(p.elapsed)).powi(2))
            .sum();
        let distance = newest.elapsed + ahead - self.mean_day;
        let ols = scatter / (self.count() - 2.0)
            * (1.0 + 1.0 / self.count() + distance.powi(2) / self.day_spread);
        let changes = self.changes_in_a_year();
        let mean_square = mean(changes.iter().map(|c| c.powi(2)));
        let counted = if self.series.kpi.is_sum() {
            steps
        } else {
            self.years(steps)
        };
        let season = self.season(steps).and(mean_square);
        let season = season.map(|s| (Method::Season, s * f64::from(counted)));
        [
            (Method::Last, last),
            (Method::Drift, drift),
            (Method::Ols, ols),
        ]
        .into_iter()
        .chain(season)
        .map(|(method, variance)| (method, variance.sqrt()))
        .collect()
    }
}
