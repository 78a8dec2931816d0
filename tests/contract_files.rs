//! Files that cannot be believed as a whole, and rows that only a comparison
//! of files can judge.

use crate::small::{BUDGETS, ENTRIES, GOALS, Small, check, publish, says};

#[test]
fn every_unreadable_file_is_named_and_not_only_the_first() {
    let project = Small::new()
        .csv("goals", "")
        .csv("initiatives", "initiative_id,name\n")
        .csv("kpis", "kpi_id,name,direction,name\nK1,a,up,b\n")
        .csv("kpi_values", "kpi_id,period_end,value\nK1,2026-01-01,1\n")
        .csv("spend", b"entry_id,posted_date,amount,initiative_id\nE1,2026-01-01,1.00,\xff\n")
        .file("data/b.csv", BUDGETS)
        .source("budgets", "path = \"data/b.csv\"\n[source.columns]\naccount = \"acount\"\n[source.where]\nverson = { present = true }")
        .make();
    let checked = check(&project);
    assert_eq!(checked.outcome.code, 65);
    let errors = checked.findings("error");
    says(&errors, &["goals data/goals.csv:0", "is empty"]);
    says(
        &errors,
        &[
            "initiatives data/initiatives.csv:1",
            "no rows",
            "allow_empty",
        ],
    );
    says(
        &errors,
        &["kpis", "column", "`name`", "more than once"]
            .map(|p| if p == "column" { "kpis.csv" } else { p }),
    );
    says(
        &errors,
        &[
            "kpi_values",
            "period_end_date",
            "no header of the file is mapped",
            "period_end",
        ],
    );
    says(&errors, &["spend data/spend.csv:2", "0xff"]);
    says(&errors, &["budgets", "`acount`"]);
    says(&errors, &["budgets", "`verson`", "did you mean `version`?"]);
    assert_eq!(errors.len(), 7, "{errors:#?}");
    let run = project.run("run", &[]);
    assert_eq!(run.code, 65);
    assert!(!project.path().join("out/current").exists());
    for line in &errors {
        let what = line
            .split(": ")
            .nth(1)
            .unwrap()
            .split(" — ")
            .next()
            .unwrap();
        assert!(
            run.stderr.contains(what),
            "{what} is not in\n{}",
            run.stderr
        );
    }
}

#[test]
fn a_missing_header_is_answered_with_the_nearest_one() {
    let project = Small::new()
        .source(
            "spend",
            "path = \"data/spend.csv\"\n[source.columns]\namount = \"Amount\"",
        )
        .make();
    says(
        &check(&project).findings("error"),
        &["no header `Amount`", "did you mean `amount`?"],
    );
}

#[test]
fn an_empty_file_is_fine_where_the_source_expects_it() {
    let project = Small::new()
        .file(
            "data/spend.csv",
            "entry_id,initiative_id,posted_date,amount\n",
        )
        .source("spend", "path = \"data/spend.csv\"\nallow_empty = true")
        .make();
    publish(&project, &[]);
    assert_eq!(project.table("base.spend_by_month").height(), 0);
}

#[test]
fn headers_mapped_to_nothing_are_mentioned() {
    let project = Small::new()
        .csv(
            "spend",
            "posted_date,amount,initiative_id,Belegart\n2026-01-01,1.00,I1,x\n",
        )
        .make();
    says(&check(&project).findings("info"), &["spend", "Belegart"]);
}

#[test]
fn keys_shared_between_files_are_judged_like_keys_within_one() {
    let head = "entry_id,initiative_id,posted_date,amount\n";
    let project = Small::new()
        .tolerating("1.0")
        .file(
            "data/s/1.csv",
            format!("{head}E1,I1,2026-01-01,1.00\nE2,I1,2026-01-02,2.00\nE3,I1,2026-01-03,3.00\n"),
        )
        .file(
            "data/s/2.csv",
            format!("{head}E1,I1,2026-01-01,1.00\nE2,I1,2026-01-02,2.50\nE4,I1,2026-01-04,4.00\n"),
        )
        .source("spend", "path = \"data/s/*.csv\"")
        .file(ENTRIES.0, ENTRIES.1)
        .make();
    let json = publish(&project, &[]);
    let spend = json["loads"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["table"] == "spend")
        .unwrap();
    assert_eq!((&spend["seen"], &spend["loaded"]), (&6.into(), &3.into()));
    assert_eq!(
        (&spend["quarantined"], &spend["duplicates"]),
        (&2.into(), &1.into())
    );
    let entries = project.table("base.entries");
    assert_eq!(entries.cents("amount", 0..entries.height()), 800);
    assert_eq!(
        entries.at("entry_id", "E1", "file").as_deref(),
        Some("data/s/1.csv")
    );
    let refused = project.table("base.quarantine");
    let reasons: Vec<String> = (0..refused.height())
        .filter_map(|r| refused.cell("reason", r))
        .collect();
    says(&reasons, &["data/s/2.csv:3", "other content", "neither"]);
    says(&reasons, &["data/s/1.csv:3", "other content", "neither"]);
    says(&reasons, &["data/s/1.csv:2", "same content", "kept"]);
    let balance = project.table("scorecard.reconciliation");
    assert_eq!(balance.cell("ledger_amount", 0).as_deref(), Some("13.50"));
    assert_eq!(
        balance.cell("quarantined_amount", 0).as_deref(),
        Some("4.50")
    );
    assert_eq!(balance.cell("duplicate_amount", 0).as_deref(), Some("1.00"));
}

#[test]
fn unknown_references_are_kept_as_unaligned_and_reported_with_their_money() {
    let project = Small::new()
        .csv("spend", "entry_id,initiative_id,posted_date,amount\nE1,I1,2026-01-01,1.00\nE2,I9,2026-01-02,2.25\nE3,I8,2026-01-03,-0.25\n")
        .make();
    let json = publish(&project, &[]);
    let findings: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].to_string())
        .collect();
    says(
        &findings,
        &[
            "2 rows",
            "2.00",
            "2 ids unknown to `initiatives`",
            "I8, I9",
            "unaligned",
        ],
    );
    let balance = project.table("scorecard.reconciliation");
    assert_eq!(balance.cell("unaligned_amount", 0).as_deref(), Some("2.00"));
    assert_eq!(
        balance.cell("quarantined_amount", 0).as_deref(),
        Some("0.00")
    );
}

#[test]
fn money_without_a_rate_is_quarantined_and_money_with_one_is_converted() {
    let project = Small::new()
        .tolerating("1.0")
        .csv("spend", "entry_id,initiative_id,posted_date,amount,currency\nE1,I1,2026-01-10,1.00,\nE2,I1,2026-01-10,100.00,USD\nE3,I1,2026-02-20,100.00,USD\nE4,I1,2026-01-01,7.00,USD\nE5,I1,2026-01-10,9.00,XXX\nE6,I1,2026-01-10,1.00,EUR\n")
        .file("data/fx.csv", "currency,rate_date,rate\nUSD,2026-01-05,0.90\nUSD,2026-02-01,0.805\n")
        .also("fx_rates", "path = \"data/fx.csv\"")
        .file(ENTRIES.0, ENTRIES.1)
        .make();
    publish(&project, &[]);
    let entries = project.table("base.entries");
    let amount = |id: &str| entries.at("entry_id", id, "reporting_amount").unwrap();
    assert_eq!(
        (amount("E1"), amount("E2"), amount("E3")),
        ("1.00".into(), "90.00".into(), "80.50".into())
    );
    assert_eq!(entries.height(), 4);
    let refused = project.table("base.quarantine");
    let reasons: Vec<String> = (0..refused.height())
        .map(|r| {
            format!(
                "{:?} {:?}",
                refused.cell("row", r),
                refused.cell("reason", r)
            )
        })
        .collect();
    says(
        &reasons,
        &[
            "\"5\"",
            "no rate from USD to EUR on or before its `posted_date`",
        ],
    );
    says(&reasons, &["\"6\"", "no rate from XXX to EUR"]);
    let balance = project.table("scorecard.reconciliation");
    assert_eq!(
        balance.at("currency", "USD", "ledger_amount").as_deref(),
        Some("207.00")
    );
    assert_eq!(
        balance
            .at("currency", "USD", "quarantined_amount")
            .as_deref(),
        Some("7.00")
    );
    assert_eq!(
        balance
            .at("currency", "XXX", "quarantined_amount")
            .as_deref(),
        Some("9.00")
    );
}

#[test]
fn a_foreign_ledger_of_which_nothing_is_believed_is_no_fault_of_ours() {
    let project = Small::new()
        .tolerating("1.0")
        .csv(
            "spend",
            "entry_id,initiative_id,posted_date,amount,currency\nE1,I1,never,1.00,USD\n",
        )
        .make();
    publish(&project, &[]);
    assert_eq!(project.table("base.quarantine").height(), 1);
}

#[test]
fn a_circle_of_goals_is_printed_and_nothing_is_published() {
    let project = Small::new()
        .csv(
            "goals",
            "goal_id,name,parent_goal_id\nG1,Grow,G3\nG2,Save,G1\nG3,Sleep,G2\nG4,Alone,\n",
        )
        .make();
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 65, "{}", outcome.stderr);
    for goal in ["G1", "G2", "G3"] {
        assert!(outcome.stderr.contains(goal), "{}", outcome.stderr);
    }
    assert!(
        outcome.stderr.contains("G1 > ")
            || outcome.stderr.contains(" → ")
            || outcome.stderr.contains(" -> "),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("G4"), "{}", outcome.stderr);
    assert!(!project.path().join("out/current").exists());
}

#[test]
fn weights_that_miss_one_are_normalised_and_their_sum_is_shown() {
    let project = Small::new()
        .csv("goals", GOALS.replace("0.6", "0.9").replace("0.4", "0.6"))
        .make();
    let json = publish(&project, &[]);
    let findings: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].to_string())
        .collect();
    says(&findings, &["1.5"]);
    let gap = project.table("misallocation.priority_gap");
    let row = gap
        .rows_where("goal_id", "G1")
        .find(|r| gap.cell("level", *r).as_deref() == Some("1"))
        .unwrap();
    let weight: f64 = gap.cell("weight_ratio", row).unwrap().parse().unwrap();
    assert!((weight - 0.6).abs() < 1e-12, "{weight}");
}

#[test]
fn links_of_more_than_the_whole_are_normalised_and_said() {
    let project = Small::new()
        .file(
            "data/l.csv",
            "child_type,child_id,goal_id,weight\ninitiative,I3,G1,0.8\ninitiative,I3,G3,0.8\n",
        )
        .also("goal_links", "path = \"data/l.csv\"")
        .make();
    let json = publish(&project, &[]);
    let findings: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].to_string())
        .collect();
    says(&findings, &["I3", "1.6"]);
    let sight = project.table("alignment.line_of_sight");
    let ratios: Vec<_> = sight
        .rows_where("item_id", "I3")
        .map(|r| sight.cell("link_ratio", r).unwrap())
        .collect();
    assert_eq!(ratios, ["0.5", "0.5"]);
}
