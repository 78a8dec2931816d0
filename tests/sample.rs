//! Sample data: every planted story is found by the model that is named for it,
//! with its numbers, and nothing else is accused (sample-data/README.md).

#[path = "../sample-data/generate/mod.rs"]
mod sample_data;

mod alignment;
mod delivery;
mod measures;
mod misallocation;
mod money;
mod warnings;

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

/// Cells of one row against what they should say.
fn says(table: &Table, row: usize, cells: &[(&str, &str)]) {
    for (column, text) in cells {
        assert_eq!(table.cell(column, row).as_deref(), Some(*text), "{column}");
    }
}

/// Numbers of one row, each within half of the last digit that is given.
fn reads(table: &Table, row: usize, cells: &[(&str, &str)]) {
    for (column, text) in cells {
        let digits = text.split_once('.').map_or(0, |(_, part)| part.len());
        let within = 0.5 * 0.1_f64.powi(i32::try_from(digits).unwrap()) + 1e-9;
        let (found, wanted) = (double(table, column, row), text.parse::<f64>().unwrap());
        assert!(
            (found - wanted).abs() <= within,
            "{column}: {found} is not {text}"
        );
    }
}

/// The keys of all rows in which `column` says none of what the healthy say, in order.
fn accused(name: &str, keys: &[&str], column: &str, healthy: &[&str]) -> Vec<String> {
    let table = table(name);
    let mut found: Vec<String> = (0..table.height())
        .filter(|row| !healthy.contains(&table.cell(column, *row).as_deref().unwrap_or("NULL")))
        .map(|row| {
            let key: Vec<String> = keys
                .iter()
                .map(|key| table.cell(key, row).unwrap_or_default())
                .collect();
            key.join(" ")
        })
        .collect();
    assert!(table.height() > 0, "{name} has no rows to judge");
    found.sort();
    found.dedup();
    found
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
