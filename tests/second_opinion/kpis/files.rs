//! Aims and values of the KPIs of both projects.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Aim, Values};
use crate::second_opinion::company::day;
use crate::second_opinion::{Row, newest, rows, rows_of};
use crate::support::root;

/// A cell that holds a number.
pub(in crate::second_opinion) fn number(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// The targets of the year that has just ended replace the KPI's own.
pub(super) fn sample_aims(as_of: NaiveDate) -> BTreeMap<String, Aim> {
    let mut targets = rows("kpi_targets.csv", ',');
    targets.retain(|r| r["fiscal_year"] == "2025-26");
    let targets = newest(targets, "kpi_id", "set_date");
    newest(rows("kpis.csv", ','), "kpi_id", "valid_from")
        .into_iter()
        .map(|(id, row)| {
            let of_year = targets.get(&id);
            let own = |column: &str| {
                of_year
                    .and_then(|t| number(t, column))
                    .or_else(|| number(&row, column))
            };
            let aim = Aim {
                direction: match row["direction"].as_str() {
                    "up" => "up",
                    "down" => "down",
                    _ => "range",
                },
                aggregation: row["aggregation"].clone(),
                baseline: own("baseline"),
                target: own("target"),
                lower: number(&row, "lower"),
                upper: number(&row, "upper"),
                start: day(&row["start_date"]),
                due: of_year.map_or_else(|| day(&row["target_date"]), |_| Some(as_of)),
            };
            (id, aim)
        })
        .collect()
}

pub(in crate::second_opinion) fn sample_values() -> Values {
    let path = root().join("sample-data/data/kpi_values.ndjson");
    let mut values = Values::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        if text("kpi").is_empty() {
            continue;
        }
        let parts = line["hits"].as_f64().zip(line["tries"].as_f64());
        values
            .entry((text("kpi"), text("unit_code")))
            .or_default()
            .insert(
                day(&text("period_end")).unwrap(),
                (line["value"].as_f64().unwrap(), parts),
            );
    }
    values
}

/// Indicators that can be believed: a range does not end before it begins.
pub(in crate::second_opinion) fn canada_rows() -> Vec<Row> {
    let mut rows = rows_of("sample-data/canada/data", "kpis.csv", ',');
    rows.retain(|r| {
        let bounds = number(r, "target_min").zip(number(r, "target_max"));
        r["direction"] != "range" || bounds.is_none_or(|(lower, upper)| lower <= upper)
    });
    rows
}

pub(super) fn canada_aims() -> BTreeMap<String, Aim> {
    let aim = |row: &Row| {
        let is_range = row["direction"] == "range";
        Aim {
            direction: match row["direction"].as_str() {
                "higher" => "up",
                "lower" => "down",
                _ => "range",
            },
            aggregation: "last".to_owned(),
            baseline: number(row, "baseline"),
            target: number(row, "target"),
            lower: number(row, "target_min").filter(|_| is_range),
            upper: number(row, "target_max").filter(|_| is_range),
            start: None,
            due: day(&row["target_date"]),
        }
    };
    canada_rows()
        .into_iter()
        .map(|row| (row["kpi_id"].clone(), aim(&row)))
        .collect()
}

pub(super) fn canada_values() -> Values {
    let mut values = Values::new();
    for row in rows_of("sample-data/canada/data", "kpi_values.csv", ',') {
        if let Some(value) = number(&row, "actual") {
            values
                .entry((row["kpi_id"].clone(), "(all)".to_owned()))
                .or_default()
                .insert(day(&row["period_end"]).unwrap(), (value, None));
        }
    }
    values
}
