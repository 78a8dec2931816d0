//! The command line as a shell and a scheduler see it.

use std::process::{Command, Stdio};

use crate::small::{Small, last_json};
use crate::support::{Project, throughline};

/// The rows that the README tells a new user to fill in.
fn filled(project: &Project) {
    for (table, row) in [
        (
            "goals",
            [("goal_id", "G1"), ("name", "Grow"), ("weight", "1")].as_slice(),
        ),
        (
            "initiatives",
            &[("initiative_id", "I1"), ("name", "Shop"), ("goal_id", "G1")],
        ),
        (
            "kpis",
            &[
                ("kpi_id", "K1"),
                ("name", "Orders"),
                ("goal_id", "G1"),
                ("direction", "up"),
                ("target", "10"),
            ],
        ),
        (
            "kpi_values",
            &[
                ("kpi_id", "K1"),
                ("period_end_date", "2026-01-31"),
                ("value", "9"),
            ],
        ),
        (
            "spend",
            &[
                ("initiative_id", "I1"),
                ("posted_date", "2026-01-15"),
                ("amount", "12.50"),
            ],
        ),
        (
            "budgets",
            &[
                ("initiative_id", "I1"),
                ("period_start_date", "2026-01-01"),
                ("period_end_date", "2026-01-31"),
                ("amount", "10.00"),
            ],
        ),
    ] {
        let name = format!("data/{table}.csv");
        let text = project.read(&name);
        let cells: Vec<&str> = text
            .trim_end()
            .split(',')
            .map(|header| {
                row.iter()
                    .find(|(h, _)| *h == header)
                    .map_or("", |(_, cell)| cell)
            })
            .collect();
        assert_eq!(
            cells.iter().filter(|c| !c.is_empty()).count(),
            row.len(),
            "{name}: {text}"
        );
        project.write(&name, format!("{text}{}\n", cells.join(",")));
    }
}

#[test]
fn a_new_project_can_be_checked_and_run_before_and_after_it_is_filled() {
    let project = Project::new();
    let made = throughline(&["init", project.arg()]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stderr.contains("throughline check"), "{}", made.stderr);
    assert!(project.read("CONTRACT.md").contains("goal_id"));
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &["--as-of", "2026-01-31"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }
    filled(&project);
    assert_eq!(project.run("check", &[]).code, 0);
    let outcome = project.run("run", &["--as-of", "2026-01-31"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(
        project
            .table("base.spend_by_month")
            .at("initiative_id", "I1", "spend_amount")
            .as_deref(),
        Some("12.50")
    );
    assert!(project.path().join("out/current/index.html").is_file());
}

#[test]
fn init_overwrites_nothing() {
    let project = Project::new();
    project.write("data/goals.csv", "mine");
    assert_eq!(throughline(&["init", project.arg()]).code, 0);
    assert_eq!(project.read("data/goals.csv"), "mine");
    let again = throughline(&["init", project.arg()]);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
}

#[test]
fn quiet_says_nothing_but_errors() {
    let project = Small::new().make();
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &["--quiet"]);
        assert_eq!(
            (
                outcome.code,
                outcome.stdout.as_str(),
                outcome.stderr.as_str()
            ),
            (0, "", ""),
            "{verb}"
        );
    }
    project.write("data/spend.csv", "entry_id\n");
    let outcome = project.run("run", &["--quiet"]);
    assert_eq!(outcome.code, 65);
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
}

#[test]
fn the_last_line_of_json_is_one_object_and_talk_stays_on_stderr() {
    let project = Small::new().make();
    let checked = project.run("check", &["--json"]);
    assert_eq!(checked.stdout.lines().count(), 1);
    assert_eq!(last_json(&checked)["status"], "accepted");
    for quiet in [&["--json"][..], &["--json", "--quiet"]] {
        let outcome = project.run("run", quiet);
        assert_eq!(outcome.stdout.lines().count(), 1);
        let json = last_json(&outcome);
        assert_eq!(json["as_of"], "2026-03-31");
        assert_eq!(json["answers"].as_array().unwrap().len(), 3);
        assert_eq!(json["reconciliation"][0]["ledger"], "1000.00");
        assert_eq!(json["reconciliation"][0]["difference"], "0.00");
        assert!(std::path::Path::new(json["page"].as_str().unwrap()).is_file());
    }
    assert_eq!(project.run("run", &[]).stdout, "");
}

#[test]
fn a_refused_run_prints_json_as_well() {
    let project = Small::new()
        .csv("spend", "posted_date,amount,initiative_id\nsoon,1,I1\n")
        .make();
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &["--json"]);
        assert_eq!(outcome.code, 65);
        assert_eq!(last_json(&outcome)["status"], "refused", "{verb}");
    }
}

#[test]
fn usage_errors_are_2() {
    let project = Small::new().make();
    for arguments in [
        &["run", project.arg(), "--as-of", "31.03.2026"][..],
        &["run", project.arg(), "--as-known", "yesterday"],
        &["run", project.arg(), "--threads", "0"],
        &["run", project.arg(), "--memory-limit", "2GB"],
        &["run", project.arg(), "--memory-limit", "1MiB"],
        &["run", project.arg(), "--fail-on", "blue"],
        &["run", project.arg(), "--frobnicate"],
        &["ran"],
        &[],
    ] {
        let outcome = throughline(arguments);
        assert_eq!(outcome.code, 2, "{arguments:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
}

#[test]
fn the_gate_closes_after_publishing() {
    let project = Small::new().make();
    let red = project.run("run", &["--json", "--fail-on", "red"]);
    let tones: Vec<String> = last_json(&red)["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["tone"].to_string())
        .collect();
    let is_red = tones.iter().any(|t| t == "\"bad\"");
    assert_eq!(red.code, if is_red { 65 } else { 0 }, "{tones:?}");
    assert!(project.path().join("out/current").exists());

    let clean = project.run("run", &["--json", "--fail-on", "warning"]);
    assert_eq!(
        (clean.code, last_json(&clean)["gate"].as_str()),
        (0, Some("open")),
        "{}",
        clean.stderr
    );
    project.write(
        "data/spend.csv",
        "entry_id,initiative_id,posted_date,amount\nE1,I9,2026-01-01,1.00\n",
    );
    let warned = project.run("run", &["--json", "--fail-on", "warning"]);
    assert_eq!(
        (warned.code, last_json(&warned)["gate"].as_str()),
        (65, Some("closed")),
        "{}",
        warned.stderr
    );
    let unchanged = project.run("run", &["--json", "--fail-on", "warning"]);
    assert_eq!(
        (unchanged.code, last_json(&unchanged)["status"].as_str()),
        (65, Some("unchanged")),
        "a rerun does not open it"
    );
    assert_eq!(project.run("run", &[]).code, 0, "no gate was asked for");
}

#[test]
fn a_rerun_reports_the_same_findings_as_the_run_that_published() {
    let project = Small::new()
        .csv(
            "goals",
            "goal_id,name,weight\nG1,Grow,0.9\nG2,Save,0.6\nG3,Sleep,0.5\n",
        )
        .make();
    let first = last_json(&project.run("run", &["--json"]));
    let second = last_json(&project.run("run", &["--json"]));
    assert_eq!(second["status"], "unchanged");
    assert_eq!(first["findings"], second["findings"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Small::new().make();
    for arguments in [
        &["models"][..],
        &["models", "--json"],
        &["run", project.arg(), "--json"],
        &["check", project.arg(), "--json"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_throughline"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn outside_a_project_the_catalogue_is_ours() {
    let folder = Project::new();
    let listed = throughline(&["models", folder.arg()]);
    assert_eq!(listed.code, 0);
    assert!(
        listed.stdout.contains("misallocation.priority_gap"),
        "{}",
        listed.stdout
    );
    assert_eq!(throughline(&["models", "/nowhere/at/all"]).code, 66);
}

#[test]
fn help_and_version_go_to_stdout() {
    for argument in ["--help", "--version"] {
        let outcome = throughline(&[argument]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        assert!(outcome.stdout.contains("throughline"));
    }
}
