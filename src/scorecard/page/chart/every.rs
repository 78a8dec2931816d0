//! Every: what holds for every chart, whatever its table holds.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Kwargs;

use super::super::rows::Rows;
use super::asked::Asked;
use super::{CHARTS, sample, spark};

/// Every option that some chart reads, with a column of the table below.
fn options(rows: Rows) -> Vec<(&'static str, Value)> {
    let columns = [
        ("name", "text"),
        ("date", "day"),
        ("from", "day"),
        ("to", "day"),
        ("target_date", "day"),
        ("forecast_date", "day"),
        ("done", "truth"),
        ("signal", "truth"),
        ("status", "text"),
        ("verdict", "text"),
        ("figure", "number"),
    ];
    let numbers = [
        "value",
        "ratio",
        "expected",
        "ring",
        "dot",
        "centre",
        "low",
        "high",
        "target",
        "goal_low",
        "forecast_value",
        "low_80",
        "high_80",
        "low_95",
        "high_95",
        "before",
        "after",
        "depth",
        "share",
        "second",
    ];
    let mut options: Vec<(&str, Value)> = columns.map(|(o, c)| (o, Value::from(c))).to_vec();
    options.extend(numbers.map(|option| (option, Value::from("number"))));
    options.extend([
        ("left", Value::from("less")),
        ("right", Value::from("more")),
        ("today", Value::from("2025-02-01")),
        ("lines", Value::from(vec!["number", "number"])),
        ("bands", Value::from(vec!["text", "text"])),
        ("labels", Value::from(vec!["one", "two"])),
    ]);
    let rows = Value::from_dyn_object(Arc::new(rows));
    options.extend([("targets", rows.clone()), ("forecast", rows)]);
    options
}

#[test]
fn every_chart_survives_every_table() {
    let (nan, far) = (Some(f64::NAN), Some(f64::INFINITY));
    let values: [&[Option<f64>]; 9] = [
        &[Some(1.0)],
        &[None],
        &[None, None, None],
        &[Some(2.0), Some(2.0), Some(2.0)],
        &[Some(0.0), Some(0.0)],
        &[Some(-5.0), Some(-1.0), None],
        &[nan, far, Some(1.0)],
        &[Some(1e15), Some(-1e15), Some(1e-9)],
        &[Some(f64::MAX), Some(f64::MIN), Some(0.0)],
    ];
    let days = ["2025-03-31", "2025-01-31", ""];
    for values in values {
        let texts = ["red", "green", ""];
        let table = || {
            sample::rows(&[
                ("number", sample::maybe(values)),
                ("day", sample::days(&days[..values.len()])),
                ("text", sample::texts(&texts[..values.len()])),
                (
                    "truth",
                    sample::truths(&[true, false, true][..values.len()]),
                ),
            ])
        };
        for (name, draw) in CHARTS {
            let mut options = options(table());
            if name == "waterfall" {
                options.retain(|(option, _)| !["before", "after"].contains(option));
            }
            if let Some(drawing) = sample::tried(draw, &table(), &[], &options) {
                let body = drawing.svg.body;
                assert!(drawing.height.is_finite(), "{name} {values:?}");
                for element in body.split('<').filter_map(|e| e.split('>').next()) {
                    let is_sound = !element.contains("NaN") && !element.contains("inf");
                    assert!(is_sound, "{name} of {values:?}: {element}");
                }
            }
        }
    }
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let rows = sample::rows(&[("number", sample::numbers(&[1.0]))]);
    let options: Kwargs = [("value", Value::from("nummer"))].into_iter().collect();
    let asked = Asked {
        rows: &rows,
        options: &options,
    };
    let mistake = spark::spark(&asked).err().map(|e| e.to_string());
    assert!(mistake.is_some_and(|m| m.contains("`family.model` has no column `nummer`")));
}
