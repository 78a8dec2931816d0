//! The difference of two releases: each change with its cause, to the cent.

use serde_json::{Value, json};

use crate::finding_memory::{self, initiatives};
use crate::small::{BUDGETS, SPEND, Small, publish};
use crate::support::{Outcome, Project, throughline};

fn diff(project: &Project, arguments: &[&str]) -> Outcome {
    throughline(&[&["diff"], arguments, &["-p", project.arg()]].concat())
}

fn difference(project: &Project, before: &str, after: &str) -> Value {
    let outcome = diff(project, &[before, after, "--json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn release(published: &Value) -> String {
    published["release"].as_str().unwrap().to_owned()
}

/// A load is known to the second.
fn wait() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

/// Before, change, after, and the causes, of the only row that has these values.
fn money(difference: &Value, list: &str, wanted: &[(&str, &str)]) -> Value {
    let rows = difference[list].as_array().unwrap();
    let found: Vec<&Value> = rows
        .iter()
        .filter(|row| wanted.iter().all(|(name, value)| row[*name] == **value))
        .collect();
    assert_eq!(found.len(), 1, "{wanted:?} in {rows:#?}");
    let row = found[0];
    let causes: Vec<Value> = row["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| json!([c["cause"], c["change_amount"]]))
        .collect();
    json!([
        row["before_amount"],
        row["change_amount"],
        row["after_amount"],
        causes
    ])
}

/// By the end of February 400.00 + 300.00 + 250.00 = 950.00 were spent. Since then E7 was
/// learned, of February (+40.00); E2 became 310.00 (+10.00); March brought -50.00 + 75.00 +
/// 25.00 (+50.00): 1,050.00. The budget of I2 became 260.00 (+60.00); K1 went from 4 to 9 of
/// 10; green begins at 90 %.
fn two_releases() -> (Project, String, String) {
    let project = Small::new().make();
    let before = release(&publish(&project, &["--as-of", "2026-02-28"]));
    wait();
    project.write(
        "data/spend.csv",
        SPEND.replace("300.00", "310.00") + "E7,I1,2026-02-20,40.00\n",
    );
    project.write("data/budgets.csv", BUDGETS.replace("200.00", "260.00"));
    let settings = project.read("throughline.toml");
    project.write(
        "throughline.toml",
        settings.replace(
            "[rules]\n",
            "[rules]\nversion = \"2\"\nrag = { green = 0.9, amber = 0.85 }\n",
        ),
    );
    let after = release(&publish(&project, &[]));
    (project, before, after)
}

#[test]
fn every_change_has_its_cause_and_the_causes_sum_to_it() {
    let (project, before, after) = two_releases();
    let found = difference(&project, &before, "current");
    assert_eq!(found["after"]["release"], after.as_str());
    assert_eq!(found["is_nothing_material"], false);
    assert_eq!(found["is_backwards"], false);
    assert_eq!(
        money(&found, "totals", &[("measure", "spend")]),
        json!([
            "950.00",
            "100.00",
            "1050.00",
            [
                ["late data", "40.00"],
                ["restatement", "10.00"],
                ["time passed", "50.00"]
            ]
        ])
    );
    assert_eq!(
        money(&found, "totals", &[("measure", "budget")]),
        json!(["800.00", "60.00", "860.00", [["restatement", "60.00"]]])
    );
    let initiative = |id, measure| {
        let wanted = [
            ("subject_type", "initiative"),
            ("subject_id", id),
            ("measure", measure),
        ];
        money(&found, "money", &wanted)
    };
    assert_eq!(
        initiative("I1", "spend"),
        json!([
            "700.00",
            "50.00",
            "750.00",
            [["late data", "40.00"], ["restatement", "10.00"]]
        ])
    );
    assert_eq!(
        initiative("I2", "spend"),
        json!(["250.00", "-50.00", "200.00", [["time passed", "-50.00"]]])
    );
    assert_eq!(
        initiative("I2", "budget"),
        json!(["200.00", "60.00", "260.00", [["restatement", "60.00"]]])
    );
}

#[test]
fn measures_rules_and_inputs_are_told_and_the_way_back_is_the_same() {
    let (project, before, after) = two_releases();
    let found = difference(&project, &before, &after);
    // What is known of K1 is of March, and the status with it: 40 % is red, 90 % is green.
    let measures = found["measures"].as_array().unwrap();
    let of = |name: &str| measures.iter().find(|m| m["measure"] == name).unwrap();
    assert_eq!(of("value")["before_value"], 4.0);
    assert_eq!(of("value")["after_value"], 9.0);
    assert_eq!(of("status")["before_status"], "red");
    assert_eq!(of("status")["after_status"], "green");
    assert_eq!(of("status")["cause"], "time passed");
    assert_eq!(
        found["rules"],
        json!([
            { "name": "rules.rag_green_ratio", "before": "0.95", "after": "0.9" },
            { "name": "rules.version", "before": "1", "after": "2" },
        ])
    );
    assert_eq!(found["models"], json!([]));
    let side = |rows: u64, amount: &str| json!({ "seen": rows, "loaded": rows, "money": [["EUR", amount]] });
    let changed = |table: &str, before: Value, after: Value| {
        json!({
            "table": table, "file": format!("data/{table}.csv"), "change": "changed",
            "before": before, "after": after,
        })
    };
    assert_eq!(
        found["inputs"],
        json!([
            changed("budgets", side(2, "800.00"), side(2, "860.00")),
            changed("spend", side(6, "1000.00"), side(7, "1050.00")),
        ])
    );

    // In words, few rows a table, and the sums of all.
    let said = diff(&project, &[&before, &after, "--rows", "1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let total = said
        .stdout
        .lines()
        .find(|l| l.contains("spend") && l.contains("total"));
    let words: Vec<&str> = total.unwrap().split_whitespace().collect();
    assert_eq!(words, ["spend", "total", "950.00", "+100.00", "1,050.00"]);
    assert!(
        said.stdout.contains("--rows 0 prints all"),
        "{}",
        said.stdout
    );

    // The way back is the same way, and said to be one.
    let back = diff(&project, &[&after, &before, "--json"]);
    assert!(back.stderr.contains("is newer than"), "{}", back.stderr);
    let back: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(
        money(&back, "totals", &[("measure", "spend")]),
        json!([
            "1050.00",
            "-100.00",
            "950.00",
            [
                ["late data", "-40.00"],
                ["restatement", "-10.00"],
                ["time passed", "-50.00"]
            ]
        ])
    );
    assert_eq!(back["inputs"][1]["after"]["money"][0][1], "1000.00");
    // Nothing is left behind, and nothing was published.
    let releases = std::fs::read_dir(project.path().join("out/releases")).unwrap();
    assert_eq!(releases.count(), 2);
}

#[test]
fn a_release_is_no_different_from_itself() {
    let project = Small::new().make();
    let only = release(&publish(&project, &[]));
    let found = difference(&project, &only, &only);
    assert_eq!(found["is_nothing_material"], true);
    for list in [
        "money", "measures", "statuses", "findings", "rules", "models", "inputs",
    ] {
        assert_eq!(found[list], json!([]), "{list}");
    }
    assert_eq!(
        money(&found, "totals", &[("measure", "spend")]),
        json!(["1000.00", "0.00", "1000.00", []])
    );
    let said = diff(&project, &["current"]);
    assert!(
        said.stdout.contains("Nothing material changed"),
        "{}",
        said.stdout
    );
}

#[test]
fn releases_that_are_not_there_are_told_from_ids_that_are_none() {
    let project = Small::new().make();
    let empty = diff(&project, &["2026-01-31-abc"]);
    assert_eq!(empty.code, 66, "{}", empty.stderr);
    assert!(
        empty.stderr.contains("`throughline run`"),
        "{}",
        empty.stderr
    );
    let only = release(&publish(&project, &[]));
    for (before, after) in [("2026-01-31-abc", "current"), ("current", "2026-01-31-abc")] {
        let missing = diff(&project, &[before, after]);
        assert_eq!(missing.code, 66, "{}", missing.stderr);
        assert!(missing.stderr.contains(&only), "{}", missing.stderr);
    }
    for wrong in ["../store", "", "a/b", ".hidden"] {
        let refused = diff(&project, &[wrong]);
        assert_eq!(refused.code, 2, "{wrong}: {}", refused.stderr);
    }
}

/// G2 and G4 have no work, then both, then only G2.
#[test]
fn findings_come_go_and_come_back() {
    let project = finding_memory::project();
    let night = |day: &str| {
        let models = ["--as-of", day, "--models", "scorecard.findings"];
        release(&publish(&project, &models))
    };
    let first = night("2026-02-28");
    project.write("data/initiatives.csv", initiatives("G2", "G4"));
    let second = night("2026-03-01");
    project.write("data/initiatives.csv", initiatives("G2", ""));
    let third = night("2026-03-02");
    let changes = |before: &str, after: &str| {
        let found = difference(&project, before, after);
        let list = found["findings"].as_array().unwrap();
        list.iter()
            .map(|f| {
                let text = |name: &str| f[name].as_str().unwrap().to_owned();
                format!("{} {}", text("change"), text("finding_id"))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        changes(&first, &second),
        [
            "resolved goal_without_work:goal:G2",
            "resolved goal_without_work:goal:G4"
        ]
    );
    assert_eq!(
        changes(&second, &third),
        ["reopened goal_without_work:goal:G4"]
    );
    assert_eq!(
        changes(&first, &third),
        ["resolved goal_without_work:goal:G2"]
    );
    // Back from the third to the first, G2 is one that the third knows nothing of.
    assert_eq!(changes(&third, &first), ["new goal_without_work:goal:G2"]);
}
