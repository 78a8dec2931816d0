//! Ten yearly reports on the major projects of the UK government: budgets
//! without actuals, projects without measures, and end dates that move.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{Run, cents, root, run_of};

/// One run, shared by all tests of this module. The project has a query of its own.
fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run_of("tests/uk_gmpp"))
}

fn oracle() -> Value {
    let text = std::fs::read_to_string(root().join("tests/uk_gmpp/oracle.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_year_has_the_budget_and_the_forecast_that_were_published() {
    let months = run().project.table("base.budget_by_month");
    let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
    for row in 0..months.height() {
        let key = ["fiscal_year", "version"].map(|c| months.cell(c, row).unwrap());
        *sums.entry(key.into()).or_default() += cents(&months.cell("budget_amount", row).unwrap());
    }
    let at = |year: &str, version: &str| sums[&(year.to_owned(), version.to_owned())];
    // £47,507.37m and £41,507.93m
    assert_eq!(at("2022-23", "current"), 4_750_737_000_000);
    assert_eq!(at("2022-23", "forecast"), 4_150_793_000_000);
    let oracle = oracle();
    let years = oracle["by_year"].as_object().unwrap();
    assert_eq!((years.len(), sums.len()), (10, 20));
    for (year, totals) in years {
        for (version, total) in [("current", "budget_gbp_m"), ("forecast", "forecast_gbp_m")] {
            // Millions with three decimals. Only the first report is finer than that.
            let thousands: i128 = format!("{:.3}", totals[total].as_f64().unwrap())
                .replace('.', "")
                .parse()
                .unwrap();
            let away = at(year, version) - thousands * 100_000;
            match year.as_str() {
                "2013-14" => assert!(away.abs() <= 50_000, "{year} {version}: {away}"),
                _ => assert_eq!(away, 0, "{year} {version}"),
            }
        }
    }
}

#[test]
fn end_dates_slip_as_counted_from_the_reports() {
    let project = &run().project;
    let slips = project.table("variance.end_date_slip");
    let days: Vec<i64> = (0..slips.height())
        .map(|row| slips.cell("slip_days", row).unwrap().parse().unwrap())
        .collect();
    // One report of one project ends before it starts. The row is refused, and with it
    // one of the 1,014 pairs: the end had come forward by 6,190 days.
    let quarantine = project.table("base.quarantine");
    assert_eq!(quarantine.height(), 1);
    assert_eq!(
        quarantine.cell("column_name", 0).unwrap(),
        "planned_end_date"
    );
    assert_eq!(quarantine.cell("value", 0).unwrap(), "2023-01-20");
    let refused = -6_190;
    let history = &oracle()["history"];
    let count = |name: &str| usize::try_from(history[name].as_u64().unwrap()).unwrap();
    let slipped = days.iter().filter(|d| **d > 0).count();
    assert_eq!((days.len(), slipped), (1_013, 278));
    assert_eq!(days.len() + 1, count("pairs_with_end_date"));
    assert_eq!(slipped, count("slipped"));
    assert_eq!(
        days.iter().filter(|d| **d < 0).count() + 1,
        count("pulled_in")
    );
    assert_eq!(days.iter().filter(|d| **d == 0).count(), count("unchanged"));
    assert_eq!(
        days.iter().filter(|d| **d > 365).count(),
        count("slip_over_365")
    );
    // a mean of 168.68 days over 1,014 pairs
    assert_eq!(days.iter().sum::<i64>() + refused, 171_045);
}

#[test]
fn what_was_not_published_is_said_and_the_rest_is_computed() {
    let run = run();
    for table in ["spend", "kpis", "kpi_values"] {
        let said = format!("{table}: no source feeds this table");
        assert!(run.outcome.stderr.contains(&said), "{}", run.outcome.stderr);
    }
    let missing = run.project.table("scorecard.not_computed");
    for table in [
        "spend",
        "kpis",
        "milestones",
        "goals.weight or goals.priority_rank",
    ] {
        assert!(missing.at("missing", table, "unlocks").is_some());
    }
    assert_eq!(run.project.table("base.spend_by_month").height(), 0);
    assert_eq!(run.project.table("variance.kpi_attainment").height(), 0);
    // As of the last report every project ever reported is there, with or without a category.
    let sight = run.project.table("alignment.line_of_sight");
    assert_eq!(sight.height(), 642);
    assert!(sight.rows_where("has_path", "true").count() > 0);
    // Against no actuals a budget cannot be overspent or underspent.
    let page = run.project.read("out/current/index.html");
    let sentence = "No actual spend was loaded, so nothing can be compared.";
    assert!(
        run.outcome.stderr.contains(sentence),
        "{}",
        run.outcome.stderr
    );
    assert!(page.contains(sentence), "{page}");
    // Money has two decimals on the page too, where there is none.
    assert!(!page.contains("0.000000000000000"));
}
