//! What no single value shows: moving averages and cumulative sums of the newest segment.

use chrono::NaiveDate;

use super::chart::Chart;
use super::nine;
use crate::second_opinion::compare::float;

/// Of the newest value.
const WEIGHT: f64 = 0.2;

/// Where average and sums stand at the newest value, as distances from the centre.
pub(super) struct Shifts {
    pub(super) average: f64,
    pub(super) average_limit: f64,
    pub(super) average_alarm: Alarm,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) sum_limit: f64,
    pub(super) sum_alarm: Alarm,
}

/// Side of the alarm that sounds now, since when it does, and when one sounded first.
#[derive(Default)]
pub(super) struct Alarm {
    pub(super) side: Option<&'static str>,
    pub(super) since: Option<NaiveDate>,
    pub(super) first: Option<NaiveDate>,
}

impl Alarm {
    /// What it says at a further value.
    fn hear(&mut self, day: NaiveDate, side: Option<&'static str>) {
        if side != self.side {
            self.since = side.map(|_| day);
        }
        self.side = side;
        self.first = self.first.or(self.since);
    }
}

fn average_side(average: f64, limit: f64) -> Option<&'static str> {
    let is_beyond = nine(average.abs() - limit) > 0.0;
    is_beyond.then_some(if average > 0.0 { "above" } else { "below" })
}

fn sum_side(high: f64, low: f64, limit: f64) -> Option<&'static str> {
    let is_beyond = nine(high.max(low) - limit) > 0.0;
    is_beyond.then_some(if high >= low { "above" } else { "below" })
}

/// Nothing for a segment without limits. Both begin anew with each run.
pub(super) fn shifts(chart: &Chart) -> Option<Shifts> {
    let newest = chart.segments.len() - 1;
    let sigma = chart.segments[newest].limits.as_ref().ok()?.sigma;
    let mut shifts = Shifts {
        average: 0.0,
        average_limit: 0.0,
        average_alarm: Alarm::default(),
        high: 0.0,
        low: 0.0,
        sum_limit: 5.0 * sigma,
        sum_alarm: Alarm::default(),
    };
    let points: Vec<_> = chart
        .points
        .iter()
        .filter(|p| p.segment == newest)
        .collect();
    for run in points.chunk_by(|a, b| a.run == b.run) {
        (shifts.average, shifts.high, shifts.low) = (0.0, 0.0, 0.0);
        for (age, point) in (1_i128..).zip(run) {
            let deviation = point.reading.as_ref()?.deviation;
            shifts.average = WEIGHT * deviation + (1.0 - WEIGHT) * shifts.average;
            let settled = 1.0 - (1.0 - WEIGHT).powf(2.0 * float(age));
            shifts.average_limit = 3.0 * sigma * (WEIGHT / (2.0 - WEIGHT) * settled).sqrt();
            shifts.high = (shifts.high + deviation - 0.5 * sigma).max(0.0);
            shifts.low = (shifts.low - deviation - 0.5 * sigma).max(0.0);
            let average_side = average_side(shifts.average, shifts.average_limit);
            shifts.average_alarm.hear(point.day, average_side);
            let sum_side = sum_side(shifts.high, shifts.low, shifts.sum_limit);
            shifts.sum_alarm.hear(point.day, sum_side);
        }
    }
    Some(shifts)
}
