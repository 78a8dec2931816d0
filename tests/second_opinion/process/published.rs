//! Charts held against the tables that a run published, row by row and column by column.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Charted;
use super::cells::{Cells, with_rows};
use super::chart::Point;
use super::shifts::{Alarm, Shifts, shifts};
use super::signals::signals;
use super::verdict::assurance;
use crate::support::Table;

const SERIES: [&str; 2] = ["kpi_id", "business_unit"];

/// The column of each rule, and whether it names a side.
const RULE_COLUMNS: [(&str, &str, bool); 12] = [
    ("R1", "wheeler_1_side", true),
    ("R1 range", "is_wheeler_1_range", false),
    ("R2", "wheeler_2_side", true),
    ("R3", "wheeler_3_side", true),
    ("N1", "nelson_1_side", true),
    ("N2", "nelson_2_side", true),
    ("N3", "nelson_3_side", true),
    ("N4", "is_nelson_4", false),
    ("N5", "nelson_5_side", true),
    ("N6", "nelson_6_side", true),
    ("N7", "is_nelson_7", false),
    ("N8", "is_nelson_8", false),
];

pub(super) fn same_limits(table: Table, all: &[Charted]) {
    let keys = [SERIES[0], SERIES[1], "segment_number"];
    let wanted = all.iter().flat_map(|series| {
        let numbers = 1..=series.chart.segments.len();
        numbers.map(|number| series.key(&[&number.to_string()]))
    });
    let theirs = with_rows(table, &keys, wanted);
    for series in all {
        for (number, segment) in (1_usize..).zip(&series.chart.segments) {
            let row = Cells {
                theirs: &theirs,
                key: &[&series.id, &series.unit, &number.to_string()],
            };
            row.kpi(series);
            row.measure(series);
            row.text("chart_basis", series.basis());
            row.text("from_date", &segment.from.to_string());
            row.text("to_date", &segment.to.to_string());
            row.is("is_newest", number == series.chart.segments.len());
            row.count("value_count", segment.value_count);
            row.count("n", segment.n);
            row.text("baseline_end_date", &segment.baseline_end.to_string());
            row.count("moving_range_count", segment.range_count);
            let limits = segment.limits.as_ref().ok();
            row.numbers([
                ("centre", limits.map(|l| l.centre)),
                ("moving_range_mean", limits.map(|l| l.mean_range)),
                ("sigma", limits.map(|l| l.sigma)),
                ("lower_limit", limits.map(|l| l.lower)),
                ("upper_limit", limits.map(|l| l.upper)),
                ("range_limit", limits.map(|l| l.range_limit)),
                ("floor_value", segment.floor),
                ("ceiling_value", segment.ceiling),
                ("trend_start_value", limits.map(|l| l.start)),
                ("trend_slope", limits.map(|l| l.slope)),
            ]);
            row.standing(segment);
        }
    }
}

/// Centre and limits for the period of a value.
fn expected(series: &Charted, point: &Point) -> [(&'static str, Option<f64>); 3] {
    let at = |limit: f64| point.reading.as_ref().map(|r| r.line + limit);
    let limits = series.limits(point);
    [
        ("centre_value", limits.and_then(|l| at(l.centre))),
        ("lower_limit", limits.and_then(|l| at(l.lower))),
        ("upper_limit", limits.and_then(|l| at(l.upper))),
    ]
}

pub(super) fn same_points(table: Table, all: &[Charted]) {
    let keys = [SERIES[0], SERIES[1], "period_end_date"];
    let wanted = all.iter().flat_map(|series| {
        let points = series.chart.points.iter();
        points.map(|point| series.key(&[&point.day.to_string()]))
    });
    let theirs = with_rows(table, &keys, wanted);
    for series in all {
        for point in &series.chart.points {
            let row = Cells {
                theirs: &theirs,
                key: &[&series.id, &series.unit, &point.day.to_string()],
            };
            let segment = &series.chart.segments[point.segment];
            row.count("segment_number", point.segment + 1);
            row.count("run_number", point.run);
            row.text("chart_basis", series.basis());
            row.text("direction", &series.kpi.direction);
            row.numbers(expected(series, point));
            let (limits, reading) = (series.limits(point), point.reading.as_ref());
            row.numbers([
                ("value", Some(point.value)),
                ("moving_range", reading.and_then(|r| r.moving_range)),
                ("range_limit", limits.map(|l| l.range_limit)),
                ("deviation_value", reading.map(|r| r.deviation)),
                ("sigma", limits.map(|l| l.sigma)),
            ]);
            row.is("is_baseline", point.day <= segment.baseline_end);
            row.is("is_newest", point.day == series.newest().day);
            let fired = reading.map(|r| r.fired.as_slice()).unwrap_or_default();
            for (rule, column, has_side) in RULE_COLUMNS {
                let side = fired.iter().find(|(name, _)| *name == rule);
                if has_side {
                    row.text_or_null(column, side.and_then(|(_, side)| side.name()));
                } else {
                    row.is(column, side.is_some());
                }
            }
            row.is(
                "is_signal",
                fired.iter().any(|(rule, _)| rule.starts_with('R')),
            );
            row.standing(segment);
        }
    }
}

/// Gives rules and sides that fired somewhere.
pub(super) fn same_signals(table: Table, all: &[Charted]) -> BTreeSet<String> {
    let keys = [SERIES[0], SERIES[1], "period_end_date", "rule"];
    let wanted = all.iter().flat_map(|series| {
        let signals = signals(series).into_iter();
        signals.map(|s| series.key(&[&s.point.day.to_string(), s.rule]))
    });
    let theirs = with_rows(table, &keys, wanted);
    let mut fired = BTreeSet::new();
    for series in all {
        for signal in signals(series) {
            let point = signal.point;
            let row = Cells {
                theirs: &theirs,
                key: &[
                    &series.id,
                    &series.unit,
                    &point.day.to_string(),
                    signal.rule,
                ],
            };
            row.kpi(series);
            let is_wheeler = signal.rule.starts_with('R');
            row.text("rule_set", if is_wheeler { "wheeler" } else { "nelson" });
            row.count("segment_number", point.segment + 1);
            row.text_or_null("side", signal.side);
            let worse = series.kpi.worse_side(point.day, point.value);
            row.is(
                "is_unfavourable",
                signal.side.is_some() && signal.side == worse,
            );
            row.is("is_current", point.day == series.newest().day);
            row.text("started_date", &signal.started.to_string());
            row.numbers([("value", Some(point.value))]);
            row.numbers(expected(series, point));
            let segment = &series.chart.segments[point.segment];
            row.is("is_provisional", segment.is_provisional());
            row.text("meaning", &signal.meaning);
            fired.insert(format!("{} {}", signal.rule, signal.side.unwrap_or("-")));
        }
    }
    fired
}

pub(super) fn same_shifts(table: Table, all: &[Charted]) {
    let theirs = with_rows(table, &SERIES, all.iter().map(|series| series.key(&[])));
    for series in all {
        let row = Cells {
            theirs: &theirs,
            key: &[&series.id, &series.unit],
        };
        let newest = series.newest();
        row.kpi(series);
        row.measure(series);
        row.text("chart_basis", series.basis());
        row.text("period_end_date", &newest.day.to_string());
        let (shifts, [centre, ..]) = (shifts(&series.chart), expected(series, newest));
        let at =
            |of: &dyn Fn(&Shifts) -> f64| centre.1.zip(shifts.as_ref()).map(|(c, s)| c + of(s));
        row.numbers([
            ("value", Some(newest.value)),
            centre,
            ("sigma", series.limits(newest).map(|l| l.sigma)),
            ("ewma_value", at(&|s| s.average)),
            ("ewma_lower_limit", at(&|s| -s.average_limit)),
            ("ewma_upper_limit", at(&|s| s.average_limit)),
            ("cusum_high_value", shifts.as_ref().map(|s| s.high)),
            ("cusum_low_value", shifts.as_ref().map(|s| s.low)),
            ("cusum_limit", shifts.as_ref().map(|s| s.sum_limit)),
        ]);
        let quiet = Alarm::default();
        let average = shifts.as_ref().map_or(&quiet, |s| &s.average_alarm);
        let sum = shifts.as_ref().map_or(&quiet, |s| &s.sum_alarm);
        for (name, alarm) in [("ewma", average), ("cusum", sum)] {
            let day = |day: Option<NaiveDate>| day.map(|d| d.to_string());
            row.text_or_null(&format!("{name}_side"), alarm.side);
            row.text_or_null(&format!("{name}_since_date"), day(alarm.since).as_deref());
            row.text_or_null(
                &format!("{name}_first_alarm_date"),
                day(alarm.first).as_deref(),
            );
        }
        let is_on =
            |side: Option<&str>| side.is_some() && (average.side == side || sum.side == side);
        row.is("is_alarm", is_on(Some("above")) || is_on(Some("below")));
        row.is(
            "is_unfavourable",
            is_on(series.kpi.worse_side(newest.day, newest.value)),
        );
        let segment = &series.chart.segments[newest.segment];
        row.standing(segment);
    }
}

/// Gives the verdicts, and the reasons for having none.
pub(super) fn same_assurance(table: Table, all: &[Charted]) -> BTreeSet<&'static str> {
    let theirs = with_rows(table, &SERIES, all.iter().map(|series| series.key(&[])));
    let mut found = BTreeSet::new();
    for series in all {
        let row = Cells {
            theirs: &theirs,
            key: &[&series.id, &series.unit],
        };
        let (newest, mine) = (series.newest(), assurance(series));
        let segment = &series.chart.segments[newest.segment];
        row.kpi(series);
        row.measure(series);
        row.text("period_end_date", &newest.day.to_string());
        let limits = series.limits(newest).filter(|_| !series.kpi.is_moving);
        row.numbers([
            ("value", Some(newest.value)),
            ("lower_limit", limits.map(|l| l.lower)),
            ("upper_limit", limits.map(|l| l.upper)),
            ("target_value", mine.aim.target),
            ("lower_value", mine.aim.lower),
            ("upper_value", mine.aim.upper),
            ("met_ratio", mine.met_ratio(segment)),
        ]);
        row.text_or_null(
            "met_count",
            mine.met_count.map(|c| c.to_string()).as_deref(),
        );
        row.count("value_count", segment.value_count);
        row.is("is_provisional", segment.is_provisional());
        row.text_or_null("verdict", mine.verdict.ok());
        row.text_or_null("status_reason", mine.verdict.err());
        found.insert(match mine.verdict {
            Ok(text) | Err(text) => text,
        });
    }
    found
}
