//! What a replay says: a line for each night, each rule and each finding that
//! foretells something.

use std::path::Path;

use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

use crate::catalogue::Rows;
use crate::cli::Replay;
use crate::command::printer::{Printer, table};

use super::Judged;

pub(super) fn report(typed: &Replay, printer: &Printer, judged: &Judged, place: &Path) {
    nights(printer, &judged.nights);
    findings(printer, &judged.findings);
    rules(printer, &judged.rules);
    printer.say(&format!("\nThe tables are in {}", place.display()));
    if typed.common.json {
        let line = serde_json::json!({
            "status": "replayed",
            "place": place.display().to_string(),
            "nights": as_json(&judged.nights),
            "findings": as_json(&judged.findings),
            "rules": as_json(&judged.rules),
        });
        printer.data(&line.to_string());
    }
}

fn nights(printer: &Printer, batch: &RecordBatch) {
    let rows = Rows::of(batch.clone());
    let mut lines = vec![
        ["night", "findings", "high", "new", "resolved", "seconds"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for row in 0..rows.height() {
        lines.push(vec![
            rows.shown("night", row),
            rows.shown("finding_count", row),
            rows.shown("high_count", row),
            rows.shown("new_count", row),
            rows.shown("resolved_count", row),
            rows.double("seconds", row)
                .map_or_else(String::new, |s| format!("{s:.1}")),
        ]);
    }
    printer.say("Findings by night");
    printer.say(&table(&lines, &[1, 2, 3, 4, 5]));
}

fn findings(printer: &Printer, batch: &RecordBatch) {
    let rows = Rows::of(batch.clone());
    let foretelling: Vec<usize> = (0..rows.height())
        .filter(|row| rows.text("foretells", *row).is_some())
        .collect();
    if foretelling.is_empty() {
        printer.say("\nNo finding foretold anything");
        return;
    }
    let mut lines = vec![
        [
            "finding",
            "first raised",
            "nights",
            "a fact on",
            "lead, days",
            "reported on",
            "lead, days",
            "verdict",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for row in foretelling {
        let first = rows.shown("first_raised_date", row);
        // Raised on the first night that was looked at, and perhaps before.
        let from_start = rows.truth("is_from_start", row) == Some(true);
        lines.push(vec![
            rows.shown("finding_id", row),
            if from_start {
                format!("≤ {first}")
            } else {
                first
            },
            rows.shown("raised_count", row),
            rows.shown("happened_date", row),
            rows.shown("lead_to_fact_days", row),
            rows.shown("reported_date", row),
            rows.shown("lead_to_report_days", row),
            rows.shown("verdict", row),
        ]);
    }
    printer.say("\nWhat was foretold, and what came of it");
    printer.say(&table(&lines, &[2, 4, 6]));
}

fn rules(printer: &Printer, batch: &RecordBatch) {
    let rows = Rows::of(batch.clone());
    let mut lines = vec![
        [
            "rule",
            "findings",
            "true",
            "late",
            "false",
            "open",
            "precision",
            "problems",
            "foreseen",
            "recall",
            "median lead, days",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let ratio = |column: &str, row: usize| {
        rows.double(column, row)
            .map_or_else(String::new, |r| format!("{r:.2}"))
    };
    for row in 0..rows.height() {
        lines.push(vec![
            rows.shown("rule_id", row),
            rows.shown("finding_count", row),
            rows.shown("came_true_count", row),
            rows.shown("late_count", row),
            rows.shown("false_count", row),
            rows.shown("open_count", row),
            ratio("precision_ratio", row),
            rows.shown("problem_count", row),
            rows.shown("foreseen_count", row),
            ratio("recall_ratio", row),
            rows.double("median_lead_days", row)
                .map_or_else(String::new, |d| format!("{d:.0}")),
            rows.shown("status_reason", row),
        ]);
    }
    printer.say("\nThe rules on this history");
    printer.say(&table(&lines, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
}

/// The rows as objects; numbers that a double cannot hold to the cent as text.
fn as_json(batch: &RecordBatch) -> Vec<serde_json::Value> {
    let rows = Rows::of(batch.clone());
    let schema = batch.schema();
    (0..rows.height())
        .map(|row| {
            let cells = schema.fields().iter().map(|field| {
                let name = field.name();
                let value = match field.data_type() {
                    DataType::Int64 => serde_json::json!(rows.integer(name, row)),
                    DataType::Float64 => serde_json::json!(rows.double(name, row)),
                    DataType::Boolean => serde_json::json!(rows.truth(name, row)),
                    _ => serde_json::json!(rows.text(name, row)),
                };
                (name.clone(), value)
            });
            serde_json::Value::Object(cells.collect())
        })
        .collect()
}
