//! Real figures of the Government of Canada: what the engine publishes against
//! totals and verdicts that others computed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{Project, Run, Table, cents, root, run_of};

/// One run, shared by all tests about Canada.
pub(crate) fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run_of("sample-data/canada"))
}

pub(crate) fn table(name: &str) -> Table {
    run().project.table(name)
}

fn oracle(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/canada_oracle").join(name)).unwrap()
}

fn totals() -> Value {
    serde_json::from_str(&oracle("totals.json")).unwrap()
}

/// Cents of a JSON number.
fn json_cents(value: &Value) -> i128 {
    cents(&format!("{:.2}", value.as_f64().unwrap()))
}

fn by_year(table: &Table, amount: &str) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for row in 0..table.height() {
        let year = table.cell("fiscal_year", row).unwrap();
        *sums.entry(year).or_default() += cents(&table.cell(amount, row).unwrap());
    }
    sums
}

#[test]
fn every_year_has_the_budget_and_the_actuals_that_were_published() {
    let project = &run().project;
    let budgets = by_year(&project.table("base.budget_by_month"), "budget_amount");
    let actuals = by_year(&project.table("base.spend_by_month"), "spend_amount");
    let totals = totals();
    let years = totals["spend_CAD"].as_object().unwrap();
    assert_eq!(years.len(), 17);
    let expected = |what: &str| -> BTreeMap<String, i128> {
        years
            .iter()
            .filter(|(_, year)| !year[what].is_null())
            .map(|(name, year)| (name.clone(), json_cents(&year[what])))
            .collect()
    };
    assert_eq!(actuals, expected("actual"));
    // Six budgets of 2017-18 have three or four decimals. Money has two, so each is
    // rounded; the official total adds first and rounds once, and is a cent lower.
    let mut official = expected("budget");
    *official.get_mut("2017-18").unwrap() += 1;
    assert_eq!(budgets, official);
}

#[test]
fn the_largest_departures_of_a_year_are_the_published_ones() {
    let table = run().project.table("variance.budget_to_actual");
    let last: BTreeMap<String, usize> = table
        .rows_where("fiscal_quarter", "2024-25-Q4")
        .map(|row| (table.cell("initiative_id", row).unwrap(), row))
        .collect();
    let totals = totals();
    for list in ["top_overspend_2024_25", "top_underspend_2024_25"] {
        for entry in totals[list].as_array().unwrap() {
            let id = entry[0].as_str().unwrap();
            let at = |column| cents(&table.cell(column, last[id]).unwrap());
            assert_eq!(at("budget_ytd_amount"), json_cents(&entry[1]), "{id}");
            assert_eq!(at("actual_ytd_amount"), json_cents(&entry[2]), "{id}");
            // Official: actual less budget. Ours: budget less actual, positive = under budget.
            assert_eq!(at("variance_ytd_amount"), -json_cents(&entry[3]), "{id}");
        }
    }
}

#[test]
fn every_row_is_loaded_or_refused_with_a_reason() {
    let project = &run().project;
    let loads = project.table("base.loads");
    let mut counts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for row in 0..loads.height() {
        let sums = counts
            .entry(loads.cell("table_name", row).unwrap())
            .or_default();
        let columns = [
            "seen_count",
            "loaded_count",
            "duplicate_count",
            "quarantined_count",
        ];
        for (sum, column) in sums.iter_mut().zip(columns) {
            *sum += loads.cell(column, row).unwrap().parse::<u64>().unwrap();
        }
    }
    let expected: BTreeMap<String, [u64; 4]> = [
        ("goals", [3_607, 3_607, 0, 0]),
        ("initiatives", [4_296, 4_296, 0, 0]),
        ("goal_links", [471, 471, 0, 0]),
        // of 32,118 rows, 16,438 are money; each has a plan, an actual or both
        ("budgets", [13_799, 13_799, 0, 0]),
        ("spend", [11_923, 11_923, 0, 0]),
        ("kpis", [3_679, 3_677, 0, 2]),
        // of 2,732 results, 526 are in words
        ("kpi_values", [2_206, 2_206, 0, 0]),
    ]
    .map(|(name, sums)| (name.to_owned(), sums))
    .into();
    assert_eq!(counts, expected);

    let quarantine = project.table("base.quarantine");
    let refused: Vec<_> = (0..quarantine.height())
        .map(|row| ["value", "reason"].map(|c| quarantine.cell(c, row).unwrap()))
        .collect();
    let wrong = ["0.0".to_owned(), "comes before `lower` (80.0)".to_owned()];
    assert_eq!(refused, [wrong.clone(), wrong]);
}

/// Ids of KPIs in the quarantine.
fn refused_kpis(project: &Project) -> BTreeSet<String> {
    let quarantine = project.table("base.quarantine");
    quarantine
        .rows_where("table_name", "kpis")
        .map(|row| {
            let record: Value =
                serde_json::from_str(&quarantine.cell("record", row).unwrap()).unwrap();
            record["kpi_id"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn verdicts_agree_with_the_official_ones_except_for_a_known_list() {
    let project = &run().project;
    let attainment = project.table("variance.kpi_attainment");
    let mut verdicts: BTreeMap<String, String> = (0..attainment.height())
        .filter_map(|row| {
            Some((
                attainment.cell("kpi_id", row)?,
                attainment.cell("verdict", row)?,
            ))
        })
        .collect();
    assert_eq!(verdicts.len(), 2_181);
    verdicts.extend(
        refused_kpis(project)
            .into_iter()
            .map(|id| (id, "refused".to_owned())),
    );
    assert_eq!(verdicts.len(), 2_183);

    let text = oracle("kpi_status.csv");
    let official: BTreeMap<&str, &str> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    assert_eq!(official.len(), 2_732);
    let (mut agreed, mut differing) = (0, vec!["kpi_id,official_status,verdict".to_owned()]);
    for (id, verdict) in &verdicts {
        match (official[id.as_str()], verdict.as_str()) {
            ("success", "met") | ("failure", "not met") => agreed += 1,
            (status, verdict) => differing.push(format!("{id},{status},{verdict}")),
        }
    }
    assert_eq!((agreed, differing.len() - 1), (1_996, 187));
    let known = oracle("kpi_differences.csv");
    assert_eq!(differing, known.lines().collect::<Vec<_>>());
}

#[test]
fn the_ledger_is_accounted_for_to_the_cent() {
    let reconciliation = run().project.table("scorecard.reconciliation");
    assert_eq!(reconciliation.height(), 1);
    let at = |column| reconciliation.at("currency", "CAD", column).unwrap();
    let published: i128 = totals()["spend_CAD"]
        .as_object()
        .unwrap()
        .values()
        .filter(|year| !year["actual"].is_null())
        .map(|year| json_cents(&year["actual"]))
        .sum();
    assert_eq!(cents(&at("ledger_amount")), published);
    for empty in [
        "difference_amount",
        "quarantined_amount",
        "later_amount",
        "duplicate_amount",
    ] {
        assert_eq!(at(empty), "0.00", "{empty}");
    }
    // Five programs spent in 2024-25 and were first published after its end.
    assert_eq!(at("unaligned_amount"), "45582539.44");
}

#[test]
fn without_weights_the_priority_gap_is_unknown_and_the_run_says_why() {
    let run = run();
    let gap = run.project.table("misallocation.priority_gap");
    assert!(gap.height() > 3_000);
    for row in 0..gap.height() {
        for column in [
            "weight_ratio",
            "gap_pp",
            "fair_amount",
            "move_amount",
            "verdict",
        ] {
            assert_eq!(gap.cell(column, row), None, "{column}");
        }
    }
    assert!(
        run.outcome.stderr.contains("no weight or rank"),
        "{}",
        run.outcome.stderr
    );
    let missing = run.project.table("scorecard.not_computed");
    let weight = "goals.weight or goals.priority_rank";
    assert_eq!(
        missing.at("missing", weight, "analysis").unwrap(),
        "priority against money"
    );
    let count = |column| missing.at("missing", weight, column);
    assert_eq!(count("missing_count"), count("total_count"));
}
