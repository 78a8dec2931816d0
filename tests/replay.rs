//! Replay: each night sees what was known by then, and a finding is held against
//! what became of it.

use crate::small::Small;
use crate::support::{Outcome, Project, throughline};

fn json(outcome: &Outcome) -> serde_json::Value {
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    serde_json::from_str(outcome.stdout.lines().last().unwrap()).unwrap()
}

/// What is said of a finding.
fn of<'a>(replayed: &'a serde_json::Value, finding: &str) -> &'a serde_json::Value {
    let findings = replayed["findings"].as_array().unwrap();
    findings
        .iter()
        .find(|f| f["finding_id"] == finding)
        .unwrap_or_else(|| panic!("`{finding}` was never raised"))
}

fn replayed(project: &Project, from: &str, to: &str) -> serde_json::Value {
    json(&project.run(
        "replay",
        &[
            "--from", from, "--as-of", to, "--every", "day", "--json", "--quiet",
        ],
    ))
}

/// Story 4: the value of 2025-12-07 was recorded on the 12th, ten weeks before the miss.
/// Story 5: nine invoices were corrected on 2025-09-04, in a month that was closed.
#[test]
fn stories_are_found_on_the_night_they_can_be_known() {
    let project = Project::copy_of("sample-data");
    let december = replayed(&project, "2025-12-11", "2025-12-12");
    let shift = of(&december, "kpi_process_shifted:kpi:K-014");
    assert_eq!(shift["first_raised_date"], "2025-12-12");
    assert_eq!(shift["is_from_start"], false);
    let nights = december["nights"].as_array().unwrap();
    assert_eq!(nights.len(), 2);
    assert_eq!(nights[1]["new_count"], 1, "{nights:?}");

    let september = replayed(&project, "2025-09-03", "2025-09-04");
    let restated = of(&september, "initiative_restated:initiative:I-033");
    assert_eq!(restated["first_raised_date"], "2025-09-04");
    // No healthy initiative is raised under any rule on these nights.
    let named = [
        "I-010", "I-017", "I-027", "I-033", "I-041", "I-058", "I-060",
    ];
    for night in [&december, &september] {
        for finding in night["findings"].as_array().unwrap() {
            let subject = finding["subject_id"].as_str().unwrap();
            let is_told = finding["subject_type"] != "initiative" || named.contains(&subject);
            assert!(is_told, "{finding}");
        }
    }
}

/// I1 overspends its budget in the first quarter; its report says so in May.
#[test]
fn a_finding_is_held_against_what_became_of_it() {
    let project = Small::new()
        .settings("as_of = 2026-06-30")
        .csv(
            "spend",
            "entry_id,initiative_id,posted_date,amount\nE1,I1,2026-02-10,900.00\nE2,I2,2026-02-10,190.00\n",
        )
        .csv(
            "status_reports",
            "initiative_id,reported_date,rag\nI1,2026-02-28,green\nI1,2026-05-15,red\nI2,2026-02-28,green\n",
        )
        .make();
    let outcome = project.run(
        "replay",
        &[
            "--from",
            "2026-03-31",
            "--as-of",
            "2026-04-30",
            "--every",
            "month",
            "--json",
        ],
    );
    let said = json(&outcome);
    let over = of(&said, "initiative_over_budget:initiative:I1");
    assert_eq!(over["first_raised_date"], "2026-03-31");
    assert_eq!(over["raised_count"], 2);
    assert_eq!(over["is_from_start"], true);
    assert!(
        outcome
            .stderr
            .contains("initiative_over_budget:initiative:I1"),
        "{}",
        outcome.stderr
    );
    // Its tables stay, its work does not, and nothing is published.
    let place = project
        .path()
        .join("out/replays/2026-03-31_2026-04-30_month");
    for table in ["nights", "findings", "rules", "raised"] {
        assert!(place.join(format!("{table}.parquet")).is_file(), "{table}");
    }
    let left: Vec<_> = std::fs::read_dir(project.path().join("out/replays"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["2026-03-31_2026-04-30_month"]);
    assert!(!project.path().join("out/current").exists());
}

#[test]
fn a_replay_ends_after_it_begins() {
    let project = Small::new().make();
    let outcome = project.run("replay", &["--from", "2026-04-01", "--every", "week"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("is after 2026-03-31"),
        "{}",
        outcome.stderr
    );
    let nothing = throughline(&[
        "replay",
        "/nonexistent",
        "--from",
        "2026-01-01",
        "--every",
        "day",
    ]);
    assert_eq!(nothing.code, 66, "{}", nothing.stderr);
}
