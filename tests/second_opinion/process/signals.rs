//! Signals as rows: which rule fired when, since when, and what that means.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Charted;
use super::chart::{Limits, Point, Reading};
use super::rules::Side;

pub(super) struct Signal<'a> {
    pub(super) point: &'a Point,
    pub(super) rule: &'a str,
    pub(super) side: Option<&'static str>,
    /// First of the values in a row, of one run, at each of which it fired on this side.
    pub(super) started: NaiveDate,
    pub(super) meaning: String,
}

/// Signals of one series, oldest first.
pub(super) fn signals<'a>(series: &'a Charted) -> Vec<Signal<'a>> {
    let mut found = Vec::new();
    for run in series.chart.points.chunk_by(|a, b| a.run == b.run) {
        // Of the value before.
        let mut starts: BTreeMap<(&str, Side), NaiveDate> = BTreeMap::new();
        for point in run {
            let Some(reading) = &point.reading else {
                continue;
            };
            starts = reading
                .fired
                .iter()
                .map(|fired| (*fired, starts.get(fired).copied().unwrap_or(point.day)))
                .collect();
            found.extend(starts.iter().map(|((rule, side), started)| Signal {
                point,
                rule,
                side: side.name(),
                started: *started,
                meaning: meaning(rule, *side, series, point, reading),
            }));
        }
    }
    found
}

/// To four decimals, and to one at least.
fn rounded(number: f64) -> String {
    format!("{:?}", (number * 1e4).round() / 1e4)
}

fn meaning(rule: &str, side: Side, series: &Charted, point: &Point, reading: &Reading) -> String {
    let limits = series.limits(point).unwrap();
    let on = side.name().unwrap_or_default();
    let reference = if series.kpi.is_moving {
        "its straight line"
    } else {
        "the centre"
    };
    match rule {
        "R1" => beyond_limit(side, point, reading, limits),
        "R1 range" => format!(
            "moved by {} from the value before, beyond the limit {}",
            rounded(reading.moving_range.unwrap()),
            rounded(limits.range_limit)
        ),
        "R2" => format!("3 of 4 in a row {on}, nearer the limit than {reference}"),
        "R3" => format!("8 in a row {on} {reference}"),
        "N1" => format!("more than 3 sigma {on} {reference}"),
        "N2" => format!("9 in a row {on} {reference}"),
        "N3" if side == Side::Above => "6 in a row rising".to_owned(),
        "N3" => "6 in a row falling".to_owned(),
        "N4" => "14 in a row rising and falling by turns".to_owned(),
        "N5" => format!("2 of 3 in a row more than 2 sigma {on} {reference}"),
        "N6" => format!("4 of 5 in a row more than 1 sigma {on} {reference}"),
        "N7" => format!("15 in a row within 1 sigma of {reference}"),
        _ => format!("8 in a row more than 1 sigma from {reference}, on both sides"),
    }
}

fn beyond_limit(side: Side, point: &Point, reading: &Reading, limits: &Limits) -> String {
    let (on, limit) = if side == Side::Above {
        ("above", limits.upper)
    } else {
        ("below", limits.lower)
    };
    format!(
        "{} is {on} the limit {}",
        rounded(point.value),
        rounded(reading.line + limit)
    )
}
