//! How far off each method would have been, and which one is therefore chosen.

use super::mean;
use super::methods::{ByMethod, Method, Past};
use super::series::Series;
use crate::second_opinion::kpis::nine;

/// Values that a trial is made from.
const VALUES: usize = 4;
/// Trials that are enough to go by.
const ENOUGH: usize = 3;
/// Older ones than so many are forgotten.
const REMEMBERED: usize = 12;

/// A forecast of a value that came.
struct Trial {
    errors: ByMethod,
    ahead: f64,
    elapsed: f64,
}

pub(super) struct Trials {
    /// Values from the last one that was known to the one forecast.
    pub(super) values_ahead: usize,
    trials: Vec<Trial>,
}

impl Trials {
    /// The farthest of which there are enough, no farther than what is asked for; else
    /// those of the very next value.
    pub(super) fn before(series: &Series, count: usize, steps: i32) -> Self {
        let asked = usize::try_from(steps).unwrap();
        let is_enough = |ahead: &usize| *ahead <= asked && count >= VALUES + ahead + ENOUGH - 1;
        let values_ahead = [12, 6, 3].into_iter().find(is_enough).unwrap_or(1);
        let first = (VALUES + values_ahead).max((count + 1).saturating_sub(REMEMBERED));
        let trials = (first..=count)
            .map(|known| Trial::new(series, known - values_ahead, known))
            .collect();
        Self {
            values_ahead,
            trials,
        }
    }

    fn errors(&self, method: Method) -> impl Iterator<Item = f64> {
        let errors = self.trials.iter();
        errors.filter_map(move |t| t.errors.get(&method).copied())
    }

    pub(super) fn count(&self, method: Method) -> usize {
        self.errors(method).count()
    }

    pub(super) fn mean_error(&self, method: Method) -> Option<f64> {
        mean(self.errors(method))
    }

    /// The least error of the others where the season took part.
    pub(super) fn rival_error(&self) -> Option<f64> {
        let error = |method: Method| {
            let with_season = self.trials.iter();
            let with_season = with_season.filter(|t| t.errors.contains_key(&Method::Season));
            mean(with_season.map(|t| t.errors[&method]))
        };
        Method::PLAIN
            .into_iter()
            .filter_map(error)
            .min_by(f64::total_cmp)
    }

    pub(super) fn chosen(&self, has_season: bool) -> Method {
        let seasonal = self.mean_error(Method::Season).zip(self.rival_error());
        let is_better = seasonal.is_some_and(|(season, rival)| nine(season) < nine(rival));
        if has_season && self.count(Method::Season) >= ENOUGH && is_better {
            return Method::Season;
        }
        let error = |method: &Method| nine(self.mean_error(*method).unwrap());
        Method::PLAIN
            .into_iter()
            .min_by(|one, other| error(one).total_cmp(&error(other)))
            .unwrap()
    }

    /// Squared error per day ahead; nothing from too few trials.
    pub(super) fn variance(&self, method: Method) -> Option<f64> {
        let days = |t: &Trial| match method {
            Method::Drift => t.ahead * (1.0 + t.ahead / t.elapsed),
            _ => t.ahead,
        };
        let squares = self
            .trials
            .iter()
            .map(|t| t.errors[&method].powi(2) / days(t));
        mean(squares).filter(|_| self.trials.len() >= ENOUGH)
    }
}

impl Trial {
    /// Of the `outcome`-th value from the first `known`.
    fn new(series: &Series, known: usize, outcome: usize) -> Self {
        let past = Past::new(series, known);
        let outcome = &series.points[outcome - 1];
        let ahead = outcome.elapsed - past.newest().elapsed;
        let steps = (outcome.slot - past.newest().slot).max(1);
        let errors = past.forecasts(ahead, steps).into_iter();
        Self {
            errors: errors
                .map(|(method, level)| (method, (outcome.level - level).abs()))
                .collect(),
            ahead,
            elapsed: past.newest().elapsed,
        }
    }
}
