//! Assurance: what a process that stays as it is will do about its target.

use super::Charted;
use super::chart::{Limits, Segment};
use super::definition::Aim;
use super::nine;
use super::rules::Side;
use crate::second_opinion::compare::float;

pub(super) struct Assurance {
    /// In force for the newest period: a target, or the bounds of a range.
    pub(super) aim: Aim,
    /// The verdict, or why there is none.
    pub(super) verdict: Result<&'static str, &'static str>,
    pub(super) met_count: Option<usize>,
}

impl Assurance {
    pub(super) fn met_ratio(&self, segment: &Segment) -> Option<f64> {
        let float = |count: usize| float(count.try_into().unwrap());
        let met = self.met_count?;
        Some(float(met) / float(segment.value_count))
    }
}

/// What is good, from the least to the greatest; open where nothing is asked for.
struct Good {
    least: Option<f64>,
    greatest: Option<f64>,
}

impl Good {
    fn of(direction: &str, aim: Aim) -> Option<Self> {
        let (least, greatest) = match direction {
            "up" => (aim.target, None),
            "down" => (None, aim.target),
            _ => (aim.lower, aim.upper),
        };
        (least.is_some() || greatest.is_some()).then_some(Self { least, greatest })
    }

    fn is_too_little(&self, value: f64) -> bool {
        self.least.is_some_and(|least| nine(value - least) < 0.0)
    }

    fn is_too_much(&self, value: f64) -> bool {
        self.greatest.is_some_and(|most| nine(value - most) > 0.0)
    }

    fn holds(&self, value: f64) -> bool {
        !self.is_too_little(value) && !self.is_too_much(value)
    }

    fn verdict(&self, limits: &Limits) -> &'static str {
        if self.holds(limits.lower) && self.holds(limits.upper) {
            "always met"
        } else if self.is_too_little(limits.upper) || self.is_too_much(limits.lower) {
            "never met"
        } else {
            "hit or miss"
        }
    }
}

pub(super) fn assurance(series: &Charted) -> Assurance {
    let (kpi, newest) = (series.kpi, series.newest());
    let aim = kpi.aim_on(newest.day);
    let is_range = kpi.direction == "range";
    let is_sum = kpi.aggregation == "sum";
    let good = Good::of(&kpi.direction, aim);
    // A rule that a side goes with says that the process does not stay as it is.
    let is_stable = newest.reading.as_ref().is_none_or(|reading| {
        let is_change =
            |(rule, side): &(&str, Side)| rule.starts_with('R') && side.name().is_some();
        !reading.fired.iter().any(is_change)
    });
    let segment = &series.chart.segments[newest.segment];
    let verdict = match (&good, &segment.limits) {
        (None, _) => Err("no target"),
        _ if is_sum => Err("target is a total"),
        _ if kpi.is_moving => Err("on the way to its target"),
        (_, Err(reason)) => Err(*reason),
        _ if !is_stable => Err("process is not stable"),
        (Some(good), Ok(limits)) => Ok(good.verdict(limits)),
    };
    let is_counted = !is_sum && !kpi.is_moving;
    let of_segment = || {
        series
            .chart
            .points
            .iter()
            .filter(|p| p.segment == newest.segment)
    };
    Assurance {
        aim: Aim {
            target: aim.target.filter(|_| !is_range),
            lower: aim.lower.filter(|_| is_range),
            upper: aim.upper.filter(|_| is_range),
        },
        verdict,
        met_count: good
            .filter(|_| is_counted)
            .map(|good| of_segment().filter(|p| good.holds(p.value)).count()),
    }
}
