//! Canada, read into what the models know.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::files::{Links, as_shares, goals_from, known, parts, versions, with_shorthand};
use super::{Company, Initiative, NONE, day, laid_end_to_end};
use crate::second_opinion::{Row, cents, kpis, rows_of};

fn read_rows(name: &str) -> Vec<Row> {
    rows_of("sample-data/canada/data", name, ',')
}

/// Cents; what has more decimals is rounded half to even.
fn rounded_cents(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let (kept, rest) = part.split_at(part.len().min(2));
    let below: i128 = format!("{}{kept:0<2}", whole.trim_start_matches('-'))
        .parse()
        .unwrap();
    let rest = rest.trim_end_matches('0');
    let is_up = rest > "5" || (rest == "5" && below % 2 == 1);
    let size = below + i128::from(is_up);
    if text.starts_with('-') { -size } else { size }
}

/// First and last day of a year such as `2016-17`.
fn span(year: &str) -> [NaiveDate; 2] {
    let first: i32 = year[..4].parse().unwrap();
    [
        NaiveDate::from_ymd_opt(first, 4, 1).unwrap(),
        NaiveDate::from_ymd_opt(first + 1, 3, 31).unwrap(),
    ]
}

fn initiatives(as_of: NaiveDate) -> BTreeMap<String, Initiative> {
    let is_active = |row: &Row| row["status"] == "active";
    versions(
        read_rows("initiatives.csv"),
        "initiative_id",
        "valid_from",
        as_of,
    )
    .into_iter()
    .map(|(id, row)| {
        let initiative = Initiative {
            unit: row["business_unit"].clone(),
            stage: if is_active(&row) {
                "active"
            } else {
                "complete"
            }
            .to_owned(),
            start: day(&row["planned_start"]),
            end: day(&row["planned_end"]),
            actual_end: day(&row["actual_end"]),
            approved: cents(&row["budget_total"], '.').filter(|c| *c != 0),
            goal: row["goal_id"].clone(),
            ..Initiative::default()
        };
        (id, initiative)
    })
    .collect()
}

pub(super) fn read() -> Company {
    let as_of = day("2025-03-31").unwrap();
    let initiatives = initiatives(as_of);
    let goal_rows = versions(read_rows("goals.csv"), "goal_id", "valid_from", as_of);
    let goals = goals_from(goal_rows, "period_end", |r| {
        if r["active"] == "0" {
            "inactive"
        } else {
            "active"
        }
        .to_owned()
    });
    let mut of_work: Links = BTreeMap::new();
    for row in read_rows("extra_initiative_goal_links.csv") {
        let of_child = of_work.entry(row["initiative_id"].clone()).or_default();
        of_child.insert(row["goal_id"].clone(), None);
    }
    with_shorthand(
        &mut of_work,
        initiatives.iter().map(|(id, i)| (id, i.goal.as_str())),
    );
    let kpis = kpis::canada_rows();
    let mut of_kpis: Links = BTreeMap::new();
    with_shorthand(
        &mut of_kpis,
        kpis.iter().map(|r| (&r["kpi_id"], r["goal_id"].as_str())),
    );
    let (mut spend, mut budget) = (Vec::new(), Vec::new());
    for row in read_rows("spend.csv")
        .into_iter()
        .filter(|r| r["kind"].is_empty())
    {
        let initiative = known(&initiatives, &row["initiative_id"]);
        let days = span(&row["period"]);
        if !row["budget"].is_empty() {
            budget.extend(parts(
                &initiative,
                NONE,
                rounded_cents(&row["budget"]),
                days,
            ));
        }
        if !row["actual"].is_empty() {
            let on_last_day = [days[1]; 2];
            spend.extend(parts(
                &initiative,
                NONE,
                rounded_cents(&row["actual"]),
                on_last_day,
            ));
        }
    }
    Company {
        table: crate::canada::table,
        as_of,
        year_name: |year| format!("{year}-{:02}", (year + 1) % 100),
        materiality_cents: 5_000_000_000,
        kpi_goals: as_shares(laid_end_to_end(of_kpis, &goals)),
        spend,
        commitments: Vec::new(),
        budget,
        share_ends: laid_end_to_end(of_work, &goals),
        initiatives,
        goals,
    }
}
