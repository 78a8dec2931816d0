//! What the models say about the Government of Canada, sentence by sentence
//! (sample-data/canada/README.md, "What the models say").

use std::collections::BTreeSet;

use crate::canada::run;
use crate::support::{Table, cents};

fn table(name: &str) -> Table {
    run().project.table(name)
}

fn double(table: &Table, column: &str, row: usize) -> f64 {
    table.cell(column, row).unwrap().parse().unwrap()
}

/// The only row in which every column has its value.
fn row(table: &Table, keys: &[(&str, &str)]) -> usize {
    let is_it = |row: &usize| {
        keys.iter()
            .all(|(column, value)| table.cell(column, *row).as_deref() == Some(value))
    };
    let rows: Vec<usize> = (0..table.height()).filter(is_it).collect();
    assert_eq!(rows.len(), 1, "{keys:?}");
    rows[0]
}

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

#[test]
fn the_net_variance_hides_more_than_it_shows() {
    let accounts = table("variance.account_budget_to_actual");
    let year = row(&accounts, &[("fiscal_quarter", "2024-25-Q4")]);
    let of = |column: &str| accounts.cell(column, year).unwrap();
    assert_eq!(of("variance_ytd_amount"), "-41749386446.33");
    assert_eq!(of("gross_variance_ytd_amount"), "74588456514.69");

    let programmes = table("variance.budget_to_actual");
    let (mut under, mut over, mut saved) = (0, 0, 0);
    for row in programmes.rows_where("fiscal_quarter", "2024-25-Q4") {
        match cents(&programmes.cell("variance_ytd_amount", row).unwrap()) {
            0 => {}
            less if less > 0 => {
                under += 1;
                saved += less;
            }
            _ => over += 1,
        }
    }
    assert_eq!((under, over), (388, 841));
    assert_eq!(saved, 1_641_953_503_418);

    // The departments' own sums: what offsets within them is gone already.
    let units = table("variance.unit_budget_to_actual");
    let net: i128 = units
        .rows_where("fiscal_quarter", "2024-25-Q4")
        .map(|row| cents(&units.cell("variance_ytd_amount", row).unwrap()).abs())
        .sum();
    assert_eq!(net, 4_848_340_536_819);
}

#[test]
fn a_few_programmes_are_most_of_the_money() {
    let table = table("misallocation.concentration");
    let by = row(&table, &[("dimension", "initiative")]);
    assert_eq!(table.cell("item_count", by).as_deref(), Some("1223"));
    assert_eq!(table.cell("top_item_id", by).as_deref(), Some("HRSD-BGN01"));
    assert_eq!(
        table.cell("top_amount", by).as_deref(),
        Some("80762279356.53")
    );
    near(double(&table, "top_ratio", by), 0.170, 5e-4);
    near(double(&table, "effective_count", by), 16.07, 5e-3);
}

#[test]
fn green_goals_hide_red_kpis() {
    let scores = table("variance.goal_score");
    let prisons = row(&scores, &[("goal_id", "CSC-SO0461")]);
    assert_eq!(scores.cell("status", prisons).as_deref(), Some("green"));
    near(double(&scores, "score", prisons), 0.965, 5e-4);
    let of = |column: &str| scores.cell(column, prisons).unwrap();
    assert_eq!(
        (of("kpi_count"), of("scored_kpi_count")),
        ("73".into(), "72".to_owned())
    );
    assert_eq!(of("masked_red_count"), "8");

    // Seven of the eight are KPIs; the other is a goal below it.
    let sight = table("scorecard.line_of_sight");
    let red: BTreeSet<String> = sight
        .rows_where("root_goal_id", "CSC-SO0461")
        .filter(|row| sight.cell("kpi_status", *row).as_deref() == Some("red"))
        .map(|row| sight.cell("item_id", row).unwrap())
        .collect();
    assert_eq!(red.len(), 7);
    let below = scores
        .rows_where("parent_goal_id", "CSC-SO0461")
        .filter(|row| scores.cell("status", *row).as_deref() == Some("red"))
        .count();
    assert_eq!(below, 1);

    let hidden: Vec<u64> = scores
        .rows_where("status", "green")
        .map(|row| {
            scores
                .cell("masked_red_count", row)
                .unwrap()
                .parse()
                .unwrap()
        })
        .filter(|count| *count > 0)
        .collect();
    assert_eq!((hidden.len(), hidden.iter().sum::<u64>()), (23, 72));
    let red = table("variance.kpi_attainment")
        .rows_where("status", "red")
        .count();
    assert_eq!(red, 248);
}

#[test]
fn open_goals_have_no_kpi_and_targets_are_past() {
    let goals = table("alignment.goal_support");
    let open: Vec<usize> = goals.rows_where("is_open", "true").collect();
    assert_eq!(open.len(), 341);
    let lacks = |row: &usize| goals.cell("subtree_kpi_count", *row).as_deref() == Some("0");
    let without: Vec<usize> = open.into_iter().filter(lacks).collect();
    assert_eq!(without.len(), 289);
    // All are roots, so that nothing counts twice.
    assert!(
        without
            .iter()
            .all(|r| goals.cell("level", *r).as_deref() == Some("1"))
    );
    assert_eq!(
        goals.cents("spend_amount", without.into_iter()),
        29_364_895_119_380
    );

    let quality = table("alignment.target_quality");
    let past: BTreeSet<String> = quality
        .rows_where("rule", "due in the past and not renewed")
        .map(|row| quality.cell("kpi_id", row).unwrap())
        .collect();
    assert_eq!(past.len(), 3_344);
    let kpis = table("variance.kpi_attainment");
    let due = (0..kpis.height())
        .filter_map(|row| kpis.cell("target_date", row))
        .filter(|day| day.as_str() < "2018-01-01")
        .count();
    assert_eq!(due, 2_233);
}

#[test]
fn the_money_stays_where_it_was_unless_it_is_renamed() {
    let years = table("misallocation.inertia_many_years");
    let units = row(&years, &[("taxonomy", "unit")]);
    assert_eq!(years.cell("year_count", units).as_deref(), Some("13"));
    near(double(&years, "reallocation_ratio", units), 0.262, 5e-4);
    near(double(&years, "largest_pair_ratio", units), 0.236, 5e-4);
    let programmes = row(&years, &[("taxonomy", "initiative")]);
    near(double(&years, "reallocation_ratio", programmes), 1.0, 1e-9);

    let inertia = table("misallocation.inertia");
    let moved = |taxonomy: &str, year: &str| {
        let at = row(&inertia, &[("taxonomy", taxonomy), ("fiscal_year", year)]);
        double(&inertia, "reallocation_ratio", at)
    };
    near(moved("initiative", "2018-19"), 0.960, 5e-4);
    near(moved("unit", "2018-19"), 0.047, 5e-4);
    near(moved("unit", "2020-21"), 0.165, 5e-4);
    near(moved("initiative", "2024-25"), 0.115, 5e-4);

    let shares = table("misallocation.share_by_year");
    let programmes: Vec<usize> = shares.rows_where("taxonomy", "initiative").collect();
    let of = |year: &str| -> BTreeSet<String> {
        programmes
            .iter()
            .filter(|row| shares.cell("fiscal_year", **row).as_deref() == Some(year))
            .map(|row| shares.cell("item_id", *row).unwrap())
            .collect()
    };
    let before = of("2017-18");
    assert_eq!(before.len(), 539);
    assert_eq!(before.intersection(&of("2018-19")).count(), 87);
}

#[test]
fn plans_of_spring_are_steadily_too_low() {
    let bias = table("scorecard.plan_bias");
    let all = row(&bias, &[("dimension", "all")]);
    let cell = |column: &str| bias.cell(column, all);
    assert_eq!(cell("initiative_count").as_deref(), Some("1873"));
    assert_eq!(cell("overspent_count").as_deref(), Some("1267"));
    near(double(&bias, "budget_bias_ratio", all), -0.068, 5e-4);
    assert_eq!(cell("budget_verdict").as_deref(), Some("optimistic"));
}

#[test]
fn few_rules_can_speak_and_the_others_say_why_they_cannot() {
    let findings = table("scorecard.findings");
    assert_eq!(findings.height(), 601);
    for (rule, count) in [
        ("initiative_over_budget", 270),
        ("goal_plan_stale", 150),
        ("goal_unmeasured", 141),
        ("unit_over_budget", 26),
        ("initiative_money_ahead", 13),
        ("goal_without_work", 1),
    ] {
        assert_eq!(
            findings.rows_where("rule_id", rule).count(),
            count,
            "{rule}"
        );
    }
    assert_eq!(table("scorecard.not_computed").height(), 38);
    // One value a year is no process, and no forecast is made up from it.
    assert_eq!(table("warning.process_signals").height(), 0);
    let forecasts = table("warning.kpi_forecast");
    assert_eq!(
        forecasts.rows_where("status", "grey").count(),
        forecasts.height()
    );
}
