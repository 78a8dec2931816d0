//! Rows that break the contract: each is set aside with file, line, column,
//! value and reason, and none is lost.

use std::sync::OnceLock;

use crate::small::{Checked, Small, check, publish, says};
use crate::support::Project;

/// A spend file with one amount per row, checked.
fn amounts(cells: &[&str], block: &str) -> Checked {
    let mut file = "entry_id,initiative_id,posted_date,amount\n".to_owned();
    for (i, cell) in cells.iter().enumerate() {
        file.push_str(&format!("E{i},I1,2026-01-01,\"{cell}\"\n"));
    }
    let project = Small::new()
        .tolerating("1.0")
        .file("data/a.csv", file)
        .source("spend", &format!("path = \"data/a.csv\"\n{block}"))
        .make();
    check(&project)
}

#[test]
fn what_is_no_amount_is_quarantined_with_its_reason() {
    let bad = [
        ("1e3", "exponent"),
        ("1,234.50", "decimal mark"),
        ("12.345", "3 decimals"),
        ("abc", "no digit"),
        ("1.2.3", "decimal mark"),
        ("--1", "no digit"),
        ("1-2", "no digit"),
        ("(1.00", "closing"),
        ("1 234.50", "decimal mark"),
        ("12345678901234567", "16 digits"),
        ("NaN", "no digit"),
        ("-", "no amount"),
        ("+-5", "no digit"),
        ("1)", "no digit"),
        ("-(5)", "no digit"),
        ("٣", "no digit"),
    ];
    let checked = amounts(&bad.map(|(cell, _)| cell), "");
    let n = bad.len() as u64;
    assert_eq!(
        checked.counts("spend"),
        (n, 0, n, 0),
        "{}",
        checked.outcome.stderr
    );
    for (line, (cell, reason)) in (2..).zip(bad) {
        checked.refuses(
            &format!("data/a.csv:{line}, column `amount`: `{cell}`"),
            reason,
        );
    }
}

#[test]
fn misplaced_thousands_are_quarantined_and_do_not_stop_the_run() {
    let checked = amounts(
        &["1.23", "12.34.567", "1234.567", "1.234.567,89"],
        "decimal = \",\"\nthousands = \".\"",
    );
    assert_eq!(
        checked.counts("spend"),
        (4, 1, 3, 0),
        "{}",
        checked.outcome.stderr
    );
    checked.refuses("data/a.csv:2", "thousands");
    checked.refuses("data/a.csv:4", "thousands");
}

#[test]
fn an_empty_amount_is_quarantined() {
    let checked = amounts(&["", "1.00"], "");
    assert_eq!(checked.counts("spend"), (2, 1, 1, 0));
    checked.refuses("data/a.csv:2, column `amount`:", "is empty");
}

#[test]
fn dates_that_do_not_exist_or_are_written_otherwise_are_quarantined() {
    let bad = [
        "2025-02-30",
        "2025-13-01",
        "01/02/2025",
        "2025-01-01T00:00:00",
        "20250101",
        "0025-01-01",
        "46000",
    ];
    let mut file = "entry_id,initiative_id,posted_date,amount\nE0,I1,2024-02-29,1.00\n".to_owned();
    for (i, day) in bad.iter().enumerate() {
        file.push_str(&format!("F{i},I1,{day},1.00\n"));
    }
    let checked = check(&Small::new().tolerating("1.0").csv("spend", file).make());
    assert_eq!(checked.counts("spend"), (8, 1, 7, 0));
    for (line, day) in (3..).zip(bad) {
        checked.refuses(
            &format!("data/spend.csv:{line}, column `posted_date`: `{day}`"),
            "%Y-%m-%d",
        );
    }
}

#[test]
fn fiscal_labels_become_the_edges_of_their_period() {
    let project = Small::new()
        .settings("as_of = 2026-03-31\nfiscal_year_start_month = 4")
        .tolerating("1.0")
        .file("data/b.csv", "initiative_id,year,amount\nI1,2025-26,1200.00\nI2,2025-27,1.00\nI2,soon,1.00\n")
        .source(
            "budgets",
            "path = \"data/b.csv\"\n[source.columns]\nperiod_start_date = { from = \"year\", label = \"fiscal-year\", edge = \"start\" }\n\
             period_end_date = { from = \"year\", label = \"fiscal-year\", edge = \"end\" }",
        )
        .make();
    publish(&project, &[]);
    let months = project.table("base.budget_by_month");
    let first = (0..months.height())
        .filter_map(|r| months.cell("period_start_date", r))
        .min();
    let last = (0..months.height())
        .filter_map(|r| months.cell("period_start_date", r))
        .max();
    assert_eq!(
        (first.as_deref(), last.as_deref()),
        (Some("2025-04-01"), Some("2026-03-01"))
    );
    assert_eq!(months.cents("budget_amount", 0..months.height()), 120_000);
    let refused = project.table("base.quarantine");
    // Each of the two labels is refused at both edges.
    assert_eq!(
        (
            refused.rows_where("value", "2025-27").count(),
            refused.height()
        ),
        (2, 4)
    );
}

/// One project in which many tables have bad rows at once.
fn shared() -> &'static (Project, Checked) {
    static SHARED: OnceLock<(Project, Checked)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let project = Small::new()
            .tolerating("1.0")
            .csv("goals", "goal_id,name,weight,kind,start_date,due_date,priority_rank\nG1,Grow,-1,,,,\nG2,,1,,,,\n,Nobody,1,,,,\nG3,Save,1,dream,,,0\nG4,Late,1,,2026-02-01,2026-01-01,\n")
            .csv("initiatives", "initiative_id,name,goal_id,stage,is_mandatory,start_date,planned_end_date\nI1,Shop,G1,ACTIVE,Yes,,\nI2,Press,G1,running,maybe,,\nI3,Back,G1,active,no,2026-02-01,2026-01-31\n")
            .csv("kpis", "kpi_id,name,direction,baseline,target,lower,upper\nK1,Up,up,10,5,,\nK2,Down,down,5,10,,\nK3,Range,range,,,9,3\nK4,Fine,down,10,5,,\nK5,None,,1,2,,\n")
            .csv("kpi_values", "kpi_id,period_end_date,value\nK4,2026-01-31,inf\nK4,2026-02-28,1e2\nK4,2026-03-31,\"1,5\"\nK4,2026-04-30,nan\n")
            .csv("spend", "entry_id,initiative_id,posted_date,amount,kind\nE1,I1,2026-01-01,1.00,Actual\nE2,I1,2026-01-02,2.00,planned\nE3,I1,oops,3.x,actual\nE4,I1,2026-01-04,4.00,actual\nE4,I1,2026-01-04,4.00,actual\nE5,I1,2026-01-05,5.00,actual\nE5,I1,2026-01-05,6.00,actual\n,I1,2026-01-07,7.00,actual\n,I1,2026-01-07,7.00,actual\n")
            .csv("budgets", "initiative_id,period_start_date,period_end_date,amount\nI1,2026-02-01,2026-01-01,8.00\n")
            .file("data/s.csv", "initiative_id,reported_date,percent_complete\nI1,2026-01-01,1.2\nI1,2026-02-01,1\n")
            .also("status_reports", "path = \"data/s.csv\"")
            .file("data/e.csv", "signal_id,severity,likelihood\nX1,6,0.5\nX2,5,-0.1\nX3,2.5,0\n")
            .also("environment_signals", "path = \"data/e.csv\"")
            .make();
        let checked = check(&project);
        publish(&project, &[]);
        (project, checked)
    })
}

#[test]
fn every_problem_is_in_the_quarantine_table_and_not_only_the_first() {
    let table = shared().0.table("base.quarantine");
    let found: Vec<String> = (0..table.height())
        .map(|r| {
            let cell = |c: &str| table.cell(c, r).unwrap_or_default();
            format!(
                "{}:{}:{}:{}: {}",
                cell("file"),
                cell("row"),
                cell("column_name"),
                cell("value"),
                cell("reason")
            )
        })
        .collect();
    for (place, reason) in [
        ("data/goals.csv:2:weight:-1", "below 0"),
        ("data/goals.csv:3:name:", "is empty"),
        ("data/goals.csv:4:goal_id:", "is empty"),
        (
            "data/goals.csv:5:kind:dream",
            "committed, aspirational, mandatory",
        ),
        ("data/goals.csv:5:priority_rank:0", "below 1"),
        (
            "data/goals.csv:6:due_date:2026-01-01",
            "before `start_date` (2026-02-01)",
        ),
        ("data/initiatives.csv:3:stage:running", "values"),
        (
            "data/initiatives.csv:3:is_mandatory:maybe",
            "neither true nor false",
        ),
        (
            "data/initiatives.csv:4:planned_end_date:2026-01-31",
            "before `start_date`",
        ),
        ("data/kpis.csv:2:target:5", "wrong side of the baseline 10"),
        ("data/kpis.csv:3:target:10", "wrong side of the baseline 5"),
        ("data/kpis.csv:4:upper:3", "`lower` (9"),
        ("data/kpis.csv:6:direction:", "is empty"),
        ("data/kpi_values.csv:2:value:inf", "no number"),
        ("data/kpi_values.csv:4:value:1,5", "no number"),
        ("data/kpi_values.csv:5:value:nan", "no number"),
        ("data/spend.csv:3:kind:planned", "actual, commitment"),
        ("data/spend.csv:4:posted_date:oops", "no date"),
        ("data/spend.csv:4:amount:3.x", "no digit"),
        (
            "data/spend.csv:6:entry_id:E4",
            "same key (entry_id) as line 5 and the same content",
        ),
        (
            "data/spend.csv:7:entry_id:E5",
            "as line 8 and other content; neither",
        ),
        (
            "data/spend.csv:8:entry_id:E5",
            "as line 7 and other content; neither",
        ),
        (
            "data/budgets.csv:2:period_end_date:2026-01-01",
            "before `period_start_date`",
        ),
        ("data/s.csv:2:percent_complete:1.2", "outside 0 to 1"),
        ("data/e.csv:2:severity:6", "outside 1 to 5"),
        ("data/e.csv:3:likelihood:-0.1", "outside 0 to 1"),
        ("data/e.csv:4:severity:2.5", "no whole number"),
    ] {
        says(&found, &[place, reason]);
    }
    assert_eq!(found.len(), 27, "{found:#?}");
}

#[test]
fn rows_are_counted_once_however_many_problems_they_have() {
    let checked = &shared().1;
    for (table, counts) in [
        ("goals", (5, 0, 5, 0)),
        ("initiatives", (3, 1, 2, 0)),
        ("kpis", (5, 1, 4, 0)),
        ("kpi_values", (4, 1, 3, 0)),
        ("spend", (9, 4, 4, 1)),
        ("budgets", (1, 0, 1, 0)),
        ("status_reports", (2, 1, 1, 0)),
        ("environment_signals", (3, 0, 3, 0)),
    ] {
        assert_eq!(checked.counts(table), counts, "{table}");
    }
}

#[test]
fn entries_without_an_id_are_never_duplicates() {
    let loads = shared().0.table("base.loads");
    // 1.00 + 4.00 + 7.00 + 7.00
    assert_eq!(
        loads.at("table_name", "spend", "loaded_amount").as_deref(),
        Some("19.00")
    );
    assert_eq!(
        loads
            .at("table_name", "spend", "duplicate_amount")
            .as_deref(),
        Some("4.00")
    );
    // 2.00 + 5.00 + 6.00
    assert_eq!(
        loads
            .at("table_name", "spend", "quarantined_amount")
            .as_deref(),
        Some("13.00")
    );
    assert_eq!(
        loads
            .at("table_name", "spend", "unreadable_amount_count")
            .as_deref(),
        Some("1")
    );
}

#[test]
fn a_quarantined_row_keeps_its_amount_and_its_whole_record() {
    let table = shared().0.table("base.quarantine");
    assert_eq!(
        table.at("value", "planned", "amount").as_deref(),
        Some("2.00")
    );
    assert_eq!(
        table.at("value", "planned", "kind").as_deref(),
        Some("contract")
    );
    let record: serde_json::Value =
        serde_json::from_str(&table.at("value", "planned", "record").unwrap()).unwrap();
    assert_eq!(record["entry_id"], "E2");
}

#[test]
fn more_broken_rows_than_tolerated_refuse_the_run_and_publish_nothing() {
    let project = Small::new()
        .csv(
            "spend",
            "entry_id,initiative_id,posted_date,amount\nE1,I1,2026-01-01,1.00\nE2,I1,soon,2.00\n",
        )
        .make();
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &[]);
        assert_eq!(outcome.code, 65, "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("1 of the 2 rows of `spend`"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome
                .stderr
                .contains("data/spend.csv:3, column `posted_date`: `soon`"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("quarantined_ratio"),
            "{}",
            outcome.stderr
        );
    }
    assert!(!project.path().join("out/current").exists());
    let project = Small::new()
        .tolerating("0.5")
        .csv(
            "spend",
            "entry_id,initiative_id,posted_date,amount\nE1,I1,2026-01-01,1.00\nE2,I1,soon,2.00\n",
        )
        .make();
    assert_eq!(
        project.run("check", &[]).code,
        0,
        "exactly the tolerance is tolerated"
    );
}

#[test]
fn a_date_that_no_calendar_reaches_and_a_number_beyond_all_sense_are_quarantined() {
    let project = Small::new()
        .tolerating("1.0")
        .csv(
            "spend",
            "entry_id,initiative_id,posted_date,amount,quantity\n\
             1,I1,9999-12-31,1.00,\n\
             2,I1,2026-01-31,1.00,1e300\n\
             3,I1,2026-01-31,1.00,5\n",
        )
        .make();
    let checked = check(&project);
    assert_eq!(
        checked.counts("spend"),
        (3, 1, 2, 0),
        "{}",
        checked.outcome.stderr
    );
    checked.refuses("data/spend.csv:2, column `posted_date`", "1900 to 2199");
    checked.refuses("data/spend.csv:3, column `quantity`", "beyond 1e18");
}
