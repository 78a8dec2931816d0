//! The sample, read into what the models know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::files::{Links, as_shares, goals_from, known, named, parts, versions, with_shorthand};
use super::{Company, Initiative, Money, NONE, day, laid_end_to_end, month_of};
use crate::second_opinion::{cents, in_euro, postings, rows, scaled};

/// Shares with fifteen decimals.
const SHARE_DECIMALS: usize = 15;

fn initiatives(as_of: NaiveDate) -> BTreeMap<String, Initiative> {
    let stage = |phase: &str| match phase {
        "Idea" => "proposed",
        "In flight" => "active",
        "Paused" => "on_hold",
        "Done" => "complete",
        _ => "cancelled",
    };
    versions(
        rows("initiatives.csv", ','),
        "Project ID",
        "Version from",
        as_of,
    )
    .into_iter()
    .map(|(id, row)| {
        let initiative = Initiative {
            unit: row["Unit"].clone(),
            stage: stage(&row["Phase"]).to_owned(),
            start: day(&row["Start"]),
            end: day(&row["Planned finish"]),
            actual_end: day(&row["Actual finish"]),
            approved: cents(&row["Approved EUR"], '.'),
            is_mandatory: row["Regulatory"] == "yes",
            class: row["Run/Change"].clone(),
            goal: row["Strategic goal"].clone(),
        };
        (id, initiative)
    })
    .collect()
}

fn money(initiatives: &BTreeMap<String, Initiative>, kind: &str) -> Vec<Money> {
    let unit = |code: &str| match code {
        "LAG" => "010",
        "TRA" => "020",
        "PHA" => "030",
        "ZEN" => "040",
        _ => NONE,
    };
    postings()
        .iter()
        .filter(|e| e.kind == kind)
        .map(|e| Money {
            initiative: known(initiatives, &e.initiative),
            account: named(&e.account),
            unit: unit(&e.unit).to_owned(),
            vendor: named(&e.vendor),
            month: month_of(day(&format!("{}-01", e.month)).unwrap()),
            cents: e.cents,
        })
        .collect()
}

/// The current budget where there is one, else the original.
fn budget(initiatives: &BTreeMap<String, Initiative>) -> Vec<Money> {
    let current = rows("budget_current.csv", ',');
    let revised: BTreeSet<String> = current.iter().map(|r| r["initiative"].clone()).collect();
    let mut chosen = rows("budget_original.csv", ',');
    chosen.retain(|r| !revised.contains(&r["initiative"]));
    chosen.extend(current);
    let mut budget = Vec::new();
    for row in chosen {
        let Some(own) = cents(&row["amount"], '.') else {
            continue;
        };
        let whole = in_euro(own, &row["currency"], "budget", &row["period_start"]);
        let span = ["period_start", "period_end"].map(|c| day(&row[c]).unwrap());
        let initiative = known(initiatives, &row["initiative"]);
        budget.extend(parts(&initiative, &named(&row["account"]), whole, span));
    }
    budget
}

pub(super) fn read() -> Company {
    let as_of = day("2026-03-31").unwrap();
    let initiatives = initiatives(as_of);
    let goal_rows = versions(rows("goals.csv", ','), "goal_id", "valid_from", as_of);
    let goals = goals_from(goal_rows, "due_date", |r| r["status"].clone());
    let mut links: BTreeMap<String, Links> = BTreeMap::new();
    for row in rows("goal_links.csv", ',') {
        let weight = scaled(&row["weight"], '.', SHARE_DECIMALS);
        let of_kind = links.entry(row["child_type"].clone()).or_default();
        let of_child = of_kind.entry(row["child_id"].clone()).or_default();
        of_child.insert(row["goal_id"].clone(), Some(weight));
    }
    let mut of_work = links.remove("initiative").unwrap();
    with_shorthand(
        &mut of_work,
        initiatives.iter().map(|(id, i)| (id, i.goal.as_str())),
    );
    let kpis = versions(rows("kpis.csv", ','), "kpi_id", "valid_from", as_of);
    let mut of_kpis = links.remove("kpi").unwrap();
    with_shorthand(
        &mut of_kpis,
        kpis.iter().map(|(id, k)| (id, k["goal_id"].as_str())),
    );
    Company {
        table: crate::sample::table,
        as_of,
        year_name: |year| (year + 1).to_string(),
        materiality_cents: 10_000_000,
        kpi_goals: as_shares(laid_end_to_end(of_kpis, &goals)),
        spend: money(&initiatives, "IST"),
        commitments: money(&initiatives, "OBLIGO"),
        budget: budget(&initiatives),
        share_ends: laid_end_to_end(of_work, &goals),
        initiatives,
        goals,
    }
}
