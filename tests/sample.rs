//! Sample data: every planted story is found by the model that is named for it,
//! with its numbers, and nothing else is accused (sample-data/README.md).

#[path = "../sample-data/generate/mod.rs"]
mod sample_data;

use std::sync::OnceLock;

use crate::small::publish;
use crate::support::{Project, Table, root};

/// Sample data, loaded and published once.
pub(crate) fn shared() -> &'static (Project, serde_json::Value) {
    static SHARED: OnceLock<(Project, serde_json::Value)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let project = Project::copy_of("sample-data");
        let json = publish(
            &project,
            &["--out", project.path().join("out").to_str().unwrap()],
        );
        (project, json)
    })
}

pub(crate) fn table(name: &str) -> Table {
    shared().0.table(name)
}

/// The row of `goal` in the given level of the priority gap.
fn gap(goals: &Table, level: &str, goal: &str) -> usize {
    goals
        .rows_where("goal_id", goal)
        .find(|r| goals.cell("level", *r).as_deref() == Some(level))
        .unwrap_or_else(|| panic!("{goal} on level {level}"))
}

fn double(table: &Table, column: &str, row: usize) -> f64 {
    table.cell(column, row).unwrap().parse().unwrap()
}

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

/// Whole euro, half up.
fn euro(cents: i128) -> i128 {
    (cents + 50).div_euclid(100)
}

#[test]
fn the_committed_files_are_what_the_generator_makes() {
    let data = root().join("sample-data/data");
    let made = sample_data::files();
    for (name, bytes) in &made {
        let kept = std::fs::read(data.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(
            kept == *bytes,
            "{name} differs; write it again with sample-data/generate.rs"
        );
    }
    let count = |folder: &std::path::Path| {
        std::fs::read_dir(folder)
            .unwrap()
            .flatten()
            .filter(|e| e.path().is_file())
            .count()
    };
    assert_eq!(
        count(&data) + count(&data.join("ledger")),
        made.len(),
        "a file that nobody makes"
    );
}

#[test]
fn the_first_goal_comes_last_with_the_money() {
    let goals = table("misallocation.priority_gap");
    let row = gap(&goals, "1", "G-100");
    near(double(&goals, "weight_ratio", row), 0.30, 1e-9);
    near(double(&goals, "spend_ratio", row), 0.1334, 5e-5);
    let cents = |column: &str| goals.cents(column, std::iter::once(row));
    assert_eq!(euro(cents("spend_amount")), 6_449_096);
    assert_eq!(euro(cents("move_amount")), 8_051_013);
    assert_eq!(cents("total_amount"), 4_833_369_519);
    near(double(&goals, "spend_ratio", row) / 0.30, 0.445, 5e-4);
}

/// README: between 1.050 and 1.058, so neither under- nor over-funded.
#[test]
fn no_other_top_goal_is_under_or_over_funded() {
    let goals = table("misallocation.priority_gap");
    let tops = goals
        .rows_where("level", "1")
        .filter_map(|r| goals.cell("goal_id", r))
        .filter(|g| g.starts_with("G-"));
    let others: Vec<String> = tops.filter(|g| g != "G-100").collect();
    assert_eq!(others.len(), 4);
    for goal in &others {
        let row = gap(&goals, "1", goal);
        let relative = double(&goals, "spend_ratio", row) / double(&goals, "weight_ratio", row);
        assert!((1.0495..=1.0585).contains(&relative), "{goal}: {relative}");
        assert_eq!(
            goals.cell("verdict", row).as_deref(),
            Some("in line"),
            "{goal}"
        );
    }
    assert_eq!(
        goals.cell("verdict", gap(&goals, "1", "G-100")).as_deref(),
        Some("under-funded")
    );
    let over = |level: &str| {
        let rows = goals.rows_where("level", level);
        let over = rows.filter(|r| goals.cell("verdict", *r).as_deref() == Some("over-funded"));
        over.map(|r| goals.cell("goal_id", r).unwrap())
            .collect::<Vec<_>>()
    };
    assert!(over("1").is_empty());
    assert_eq!(over("2"), ["G-320", "G-330"]);
}

#[test]
fn the_legacy_programme_has_no_goal() {
    let sight = table("alignment.line_of_sight");
    assert_eq!(
        sight.at("item_id", "I-041", "gap_reason").as_deref(),
        Some("no goal given")
    );
    assert_eq!(
        sight.at("item_id", "I-041", "spend_amount").as_deref(),
        Some("4792946.80")
    );
    assert_eq!(
        sight.at("item_id", "I-058", "gap_reason").as_deref(),
        Some("goal not found")
    );
    assert_eq!(
        sight.at("item_id", "I-058", "spend_amount").as_deref(),
        Some("290041.52")
    );
    let lost: Vec<String> = sight
        .rows_where("has_path", "false")
        .filter(|r| sight.cell("item_type", *r).as_deref() == Some("initiative"))
        .map(|r| sight.cell("item_id", r).unwrap())
        .collect();
    assert_eq!(lost, ["I-041", "I-058"]);
}

#[test]
fn coverage_counts_what_the_readme_counts() {
    let coverage = table("alignment.coverage");
    let of = |measure: &str| {
        let cell = |c: &str| coverage.cents(c, coverage.rows_where("measure", measure));
        (cell("covered_amount"), cell("total_amount"))
    };
    assert_eq!(of("initiatives with a path"), (5_800, 6_000));
    assert_eq!(of("active initiatives with a path"), (3_800, 4_000));
    assert_eq!(of("goals with work"), (2_400, 2_500));
    let (covered, total) = of("spend with a path");
    assert_eq!((euro(covered), total), (46_238_586, 5_247_823_480));
}

#[test]
fn one_initiative_and_no_other_departs_materially_from_its_budget() {
    let variance = table("variance.budget_to_actual");
    let material: Vec<(String, String)> = variance
        .rows_where("is_material", "true")
        .map(|r| {
            (
                variance.cell("initiative_id", r).unwrap(),
                variance.cell("fiscal_quarter", r).unwrap(),
            )
        })
        .filter(|(id, _)| id != "(none)")
        .collect();
    let wanted = ["2026-Q2", "2026-Q3", "2026-Q4"].map(|q| ("I-017".to_owned(), q.to_owned()));
    assert_eq!(material, wanted);
    let row = variance
        .rows_where("initiative_id", "I-017")
        .find(|r| variance.cell("fiscal_quarter", *r).as_deref() == Some("2026-Q4"))
        .unwrap();
    for (column, amount) in [
        ("budget_to_date_amount", "2040000.00"),
        ("actual_to_date_amount", "2704802.00"),
        ("variance_to_date_amount", "-664802.00"),
        ("budget_version", "current"),
    ] {
        assert_eq!(
            variance.cell(column, row).as_deref(),
            Some(amount),
            "{column}"
        );
    }
    near(
        double(&variance, "variance_to_date_ratio", row),
        -0.326,
        5e-4,
    );
}

#[test]
fn one_kpi_is_red_and_the_others_are_green() {
    let kpis = table("variance.kpi_attainment");
    assert_eq!(kpis.height(), 45);
    let others: Vec<_> = (0..45)
        .filter(|r| kpis.cell("status", *r).as_deref() != Some("green"))
        .map(|r| {
            (
                kpis.cell("kpi_id", r).unwrap(),
                kpis.cell("status", r).unwrap(),
            )
        })
        .collect();
    assert_eq!(others, [("K-014".into(), "red".to_owned())]);
    let row = kpis.rows_where("kpi_id", "K-014").next().unwrap();
    near(double(&kpis, "actual_value", row), 2.37, 1e-9);
    near(double(&kpis, "attainment_ratio", row), 0.815, 5e-4);
    assert_eq!(kpis.cell("verdict", row).as_deref(), Some("not met"));
    // Two measures of one name, each of them met.
    for (id, direction) in [("K-020", "down"), ("K-021", "up")] {
        assert_eq!(
            kpis.at("kpi_id", id, "direction").as_deref(),
            Some(direction)
        );
        assert_eq!(kpis.at("kpi_id", id, "verdict").as_deref(), Some("met"));
    }
}

/// Spend posted in June 2025: of everybody, and of I-033.
fn june(months: &Table) -> (i128, i128) {
    let rows = || months.rows_where("period_start_date", "2025-06-01");
    let one = rows().filter(|r| months.cell("initiative_id", *r).as_deref() == Some("I-033"));
    (
        months.cents("spend_amount", rows()),
        months.cents("spend_amount", one),
    )
}

#[test]
fn a_closed_month_was_restated() {
    assert_eq!(
        june(&table("base.spend_by_month")),
        (453_503_428, 13_659_851)
    );
    let then = shared().0.path().join("out-then");
    publish(
        &shared().0,
        &["--as-known", "2025-08-31", "--out", then.to_str().unwrap()],
    );
    let then = crate::support::published(&then, "base.spend_by_month");
    assert_eq!(june(&then), (502_678_888, 62_835_311));
}

#[test]
fn one_goal_has_no_work() {
    let goals = table("misallocation.priority_gap");
    let idle: Vec<String> = goals
        .rows_where("spend_amount", "0.00")
        .filter_map(|r| goals.cell("goal_id", r))
        .filter(|g| g.starts_with("G-"))
        .collect();
    assert!(
        !idle.is_empty() && idle.iter().all(|g| g == "G-230"),
        "{idle:?}"
    );
    let row = goals.rows_where("goal_id", "G-230").next().unwrap();
    near(double(&goals, "weight_ratio", row), 0.015, 1e-9);
    // Fair amounts are rounded so that a level sums to its total: within a cent.
    let move_in = goals.cents("move_amount", std::iter::once(row));
    assert!((move_in - 72_500_543).abs() <= 1, "{move_in}");
}

#[test]
fn the_weight_tripled_and_the_money_stayed() {
    let goals = table("misallocation.priority_gap");
    for (goal, relative) in [
        ("G-310", 0.351),
        ("G-320", 1.752),
        ("G-330", 1.469),
        ("G-210", 1.127),
        ("G-220", 1.124),
    ] {
        let row = gap(&goals, "2", goal);
        let weight = double(&goals, "weight_ratio", row);
        near(double(&goals, "spend_ratio", row) / weight, relative, 1e-3);
    }
}

#[test]
fn broken_rows_are_found_where_they_are() {
    let quarantine = table("base.quarantine");
    let found: Vec<String> = (0..quarantine.height())
        .map(|r| {
            let cell = |c: &str| quarantine.cell(c, r).unwrap_or_default();
            format!(
                "{} {}:{} {} {}",
                cell("kind"),
                cell("file"),
                cell("row"),
                cell("column_name"),
                cell("value")
            )
        })
        .collect();
    let wanted = [
        "contract data/budget_original.csv:1192 amount 12500.125",
        "duplicate data/kpi_values.ndjson:741 kpi_id K-024",
        "contract data/kpi_values.ndjson:1330 kpi_id ",
        "contract data/milestones.csv:235 forecast_date 2025-11-31",
        "contract data/ledger/2024-07.csv:123 amount 1607,725",
        "contract data/ledger/2024-11.csv:213  ",
        "contract data/ledger/2025-02.csv:303 posted_date 31.02.2025",
        "contract data/status_reports.csv:490 percent_complete 1.2",
        "contract data/status_reports.csv:598 initiative_id I-026",
        "contract data/status_reports.csv:599 initiative_id I-026",
    ];
    for row in wanted {
        assert!(
            found.iter().any(|f| f.starts_with(row)),
            "{row} is not in {found:#?}"
        );
    }
    let ledger_copy = found
        .iter()
        .filter(|f| f.starts_with("duplicate data/ledger/2025-08.csv:80 entry_id"))
        .count();
    assert_eq!(
        (ledger_copy, found.len()),
        (1, wanted.len() + 1),
        "{found:#?}"
    );
}

/// README: in euro the ledger and the budgets are what they were before one vendor sent
/// invoices in dollars.
#[test]
fn dollars_come_back_to_the_same_euro() {
    let of = |name: &str, column: &str, version: Option<&str>| {
        let months = table(name);
        let rows = (0..months.height())
            .filter(|r| version.is_none() || months.cell("version", *r).as_deref() == version);
        months.cents(column, rows)
    };
    assert_eq!(
        of("base.spend_by_month", "spend_amount", None),
        14_520_296_069
    );
    for (version, cents) in [
        ("original", 14_128_032_764),
        ("current", 6_541_803_878),
        ("forecast", 1_829_320_000),
    ] {
        assert_eq!(
            of("base.budget_by_month", "budget_amount", Some(version)),
            cents,
            "{version}"
        );
    }
}

/// Lowered twice, to where it is ahead: green only against the last of its targets.
#[test]
fn the_goalposts_moved_to_where_the_kpi_was() {
    let kpis = table("variance.kpi_attainment");
    let row = kpis.rows_where("kpi_id", "K-017").next().unwrap();
    let of = |column: &str| double(&kpis, column, row);
    near(of("actual_value"), 118.996, 1e-9);
    near(of("target_value"), 140.0, 1e-9);
    near(of("attainment_ratio"), 0.800, 5e-4);
    near(of("pace_ratio"), 1.067, 5e-4);
    assert_eq!(kpis.cell("status", row).as_deref(), Some("green"));
    let first = (of("actual_value") - of("baseline_value")) / (180.0 - of("baseline_value"));
    near(first, 0.579, 5e-4);
    near(first / of("expected_ratio"), 0.772, 5e-4);
}

#[test]
fn unknown_ids_are_reported_and_their_rows_kept() {
    let findings: Vec<String> = shared().1["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].to_string())
        .collect();
    crate::small::says(
        &findings,
        &["3 rows, 8456.27", "unknown to `initiatives`", "I-099"],
    );
    crate::small::says(&findings, &["unknown to `goals`", "G-999"]);
}

#[test]
fn the_ledger_adds_up_to_the_control_totals() {
    let loads = table("base.loads");
    let ledger = || loads.rows_where("table_name", "spend");
    let count = |c: &str| {
        ledger()
            .map(|r| loads.cell(c, r).unwrap().parse::<u64>().unwrap())
            .sum::<u64>()
    };
    assert_eq!(
        [
            count("seen_count"),
            count("loaded_count"),
            count("duplicate_count"),
            count("quarantined_count"),
            count("unreadable_amount_count")
        ],
        [25_000, 24_996, 1, 3, 2],
    );
    let is_in =
        |currency: &str, row: usize| loads.cell("currency", row).as_deref() == Some(currency);
    let cents = |c: &str, currency: &str| loads.cents(c, ledger().filter(|r| is_in(currency, *r)));
    assert_eq!(cents("loaded_amount", "EUR"), 14_503_757_136);
    assert_eq!(cents("duplicate_amount", "EUR"), 341_640);
    // A row with a field too many has no amount that could be believed.
    assert_eq!(cents("quarantined_amount", "EUR"), 607_995);
    assert_eq!(
        cents("counted_amount", "EUR"),
        14_503_757_136 + 341_640 + 607_995
    );
    for column in ["loaded_amount", "counted_amount"] {
        assert_eq!(cents(column, "USD"), 151_892_669, "{column}");
    }
    let budget = |file: &str, currency: &str| {
        let rows = loads.rows_where("file", file);
        loads.cents("loaded_amount", rows.filter(|r| is_in(currency, *r)))
    };
    for (file, currency, cents) in [
        ("data/budget_original.csv", "EUR", 13_991_225_513),
        ("data/budget_original.csv", "USD", 152_008_057),
        ("data/budget_current.csv", "EUR", 6_541_803_878),
        ("data/budget_forecast.csv", "EUR", 1_829_320_000),
    ] {
        assert_eq!(budget(file, currency), cents, "{file} {currency}");
    }
    let balance = table("scorecard.reconciliation");
    assert_eq!(balance.height(), 2);
    for currency in ["EUR", "USD"] {
        assert_eq!(
            balance
                .at("currency", currency, "difference_amount")
                .as_deref(),
            Some("0.00"),
            "{currency}"
        );
    }
}
