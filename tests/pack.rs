//! The pack of a fiscal period: its cut-off, with what it is compared, and that it
//! can be made again to the byte when more is known.

use std::collections::BTreeMap;
use std::path::Path;

use crate::small::{SPEND, Small, last_json};
use crate::support::{Outcome, Project};

/// Makes a pack; what `run` said of it, as JSON and in words.
fn pack(project: &Project, arguments: &[&str]) -> (serde_json::Value, Outcome) {
    let mut all = vec!["--json", "--pack"];
    all.extend(arguments);
    let outcome = project.run("run", &all);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    (last_json(&outcome), outcome)
}

fn text<'a>(json: &'a serde_json::Value, name: &str) -> &'a str {
    json[name].as_str().unwrap()
}

fn manifest(project: &Project, release: &str) -> serde_json::Value {
    let path = format!("out/releases/{release}/manifest.json");
    serde_json::from_str(&project.read(&path)).unwrap()
}

/// Every file of a release but the one with a clock in it.
fn files(release: &Path) -> BTreeMap<String, Vec<u8>> {
    let pattern = release.join("**/*");
    glob::glob(pattern.to_str().unwrap())
        .unwrap()
        .map(Result::unwrap)
        .filter(|path| path.is_file() && !path.ends_with("run.json"))
        .map(|path| {
            let name = path.strip_prefix(release).unwrap().to_str().unwrap();
            (name.to_owned(), std::fs::read(&path).unwrap())
        })
        .collect()
}

/// A load is known to the second.
fn wait() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

#[test]
fn a_pack_is_made_again_to_the_byte_after_newer_data_came() {
    // A row that cannot be believed is told of then and now.
    let spoilt = format!("{SPEND}E7,I1,2026-13-01,1.00\n");
    let project = Small::new()
        .settings("as_of = 2026-05-02")
        .tolerating("0.5")
        .csv("spend", &spoilt)
        .make();
    let (before, _) = pack(&project, &["quarterly", "--as-of", "2026-01-15"]);
    assert_eq!(text(&before, "as_of"), "2025-12-31");
    let (first, _) = pack(&project, &["quarterly"]);
    let id = text(&first, "release").to_owned();
    assert!(id.starts_with("2026-03-31-quarterly-"), "{id}");
    let made = manifest(&project, &id);
    assert_eq!(made["pack"], "quarterly");
    assert_eq!(
        made["period"],
        serde_json::json!({ "label": "2026-Q1", "start": "2026-01-01", "end": "2026-03-31" })
    );
    assert_eq!(made["previous"]["release"], before["release"]);
    let then = files(&project.path().join("out/releases").join(&id));
    assert!(then.contains_key("manifest.json") && then.len() > 20);

    // A late entry of March, a changed one, and an initiative with another goal and a
    // goal that nobody knows, of which the load speaks.
    wait();
    project.write(
        "data/spend.csv",
        SPEND.replace("-50.00", "-60.00") + "E8,I1,2026-03-30,40.00\nE9,I9,2026-03-30,4.00\n",
    );
    project.write(
        "data/initiatives.csv",
        "initiative_id,name,goal_id,stage,start_date,planned_end_date\nI1,Shop,G2,active,2025-01-01,2026-12-31\n",
    );
    let (second, _) = pack(&project, &["quarterly"]);
    assert_ne!(text(&second, "release"), id);
    assert_eq!(text(&second, "as_of"), "2026-03-31");
    assert_ne!(second["findings"], first["findings"]);

    // Into another folder, from the cut-off itself; it needs the pack before as well.
    let known = text(&first, "as_known").to_owned();
    let other = project.path().join("again");
    let again = |day: &str| {
        let out = other.to_str().unwrap();
        let arguments = [
            "quarterly",
            "--as-of",
            day,
            "--as-known",
            &known,
            "--out",
            out,
        ];
        pack(&project, &arguments).0
    };
    assert_eq!(again("2025-12-31")["release"], before["release"]);
    let third = again("2026-03-31");
    assert_eq!(text(&third, "release"), id);
    assert_eq!(files(&other.join("releases").join(&id)), then);

    // In its own place, once the folder is gone, from the last day before the next cut-off.
    let place = project.path().join("out/releases").join(&id);
    std::fs::remove_dir_all(&place).unwrap();
    let (fourth, _) = pack(
        &project,
        &["quarterly", "--as-of", "2026-06-29", "--as-known", &known],
    );
    assert_eq!(text(&fourth, "status"), "published");
    assert_eq!(text(&fourth, "release"), id);
    assert_eq!(files(&place), then);
}

#[test]
fn a_pack_is_compared_with_the_cut_off_before_else_with_the_newest_before_it() {
    let project = Small::new().settings("as_of = 2026-05-02").make();
    let run = |arguments: &[&str]| {
        let outcome = project.run("run", &[&["--json"], arguments].concat());
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        text(&last_json(&outcome), "release").to_owned()
    };
    let previous = |release: &str| manifest(&project, release)["previous"]["release"].clone();

    let (alone, said) = pack(&project, &["monthly"]);
    let alone = text(&alone, "release");
    assert!(alone.starts_with("2026-04-30-monthly-"), "{alone}");
    assert!(
        said.stderr.contains("as of the cut-off before, 2026-03-31")
            && said.stderr.contains("compared with nothing"),
        "{}",
        said.stderr
    );
    assert!(previous(alone).is_null());

    // A night within April is no cut-off; the one of February is the newest before March.
    run(&["--as-of", "2026-04-15"]);
    let february = run(&["--as-of", "2026-02-20"]);
    let (monthly, said) = pack(&project, &["monthly"]);
    assert_eq!(previous(text(&monthly, "release")), february.as_str());
    assert!(
        said.stderr.contains("the newest before it"),
        "{}",
        said.stderr
    );

    let march = run(&["--as-of", "2026-03-31"]);
    let (monthly, said) = pack(&project, &["monthly"]);
    assert_eq!(previous(text(&monthly, "release")), march.as_str());
    assert!(
        said.stderr
            .contains(&format!("compared with {march}, as of the cut-off before")),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr
            .contains("the monthly pack of 2026-P04, 2026-04-01 to 2026-04-30")
            && said.stderr.contains("by 2026-05-02"),
        "{}",
        said.stderr
    );
    // What was typed wins.
    let (named, _) = pack(&project, &["monthly", "--compare-with", &february]);
    assert_eq!(previous(text(&named, "release")), february.as_str());

    // The kind makes another release of the same day and the same data.
    let night = run(&["--as-of", "2026-03-31"]);
    let (quarterly, _) = pack(&project, &["quarterly", "--compare-with", "none"]);
    assert_eq!(text(&quarterly, "as_of"), "2026-03-31");
    assert_ne!(text(&quarterly, "release"), night);
    assert_eq!(quarterly["period"]["label"], "2026-Q1");
    // And a night looks back at a night, though a pack is newer.
    assert_eq!(night, march);
    let may = run(&[]);
    let april = project.run("run", &["--as-of", "2026-04-29", "--json"]);
    assert_eq!(
        previous(text(&last_json(&april), "release"))
            .as_str()
            .map(|id| id[..10].to_owned()),
        Some("2026-04-15".to_owned())
    );
    assert_eq!(
        previous(&may).as_str().map(|id| id[..10].to_owned()),
        Some("2026-04-15".into())
    );
}

#[test]
fn a_pack_follows_the_projects_own_calendar() {
    let calendar = "\
fiscal_year,fiscal_quarter,fiscal_period,start_date,end_date
2026,2026-Q1,2026-P01,2025-12-29,2026-02-01
2026,2026-Q1,2026-P02,2026-02-02,2026-03-01
2026,2026-Q1,2026-P03,2026-03-02,2026-04-05
2026,2026-Q2,2026-P04,2026-04-06,2026-05-03
";
    let own = |days: &str| {
        Small::new()
            .settings("as_of = 2026-04-20")
            .csv("fiscal_calendar", days)
            .make()
    };
    let project = own(calendar);
    let (quarterly, _) = pack(&project, &["quarterly"]);
    assert_eq!(text(&quarterly, "as_of"), "2026-04-05");
    assert_eq!(quarterly["period"]["start"], "2025-12-29");

    let none = project.run("run", &["--pack", "annual"]);
    assert_eq!(none.code, 65, "{}", none.stderr);
    assert!(
        none.stderr
            .contains("no fiscal year had ended by 2026-04-20; the calendar begins on 2025-12-29"),
        "{}",
        none.stderr
    );
    let after = project.run("run", &["--pack", "quarterly", "--as-of", "2026-05-04"]);
    assert_eq!(after.code, 65, "{}", after.stderr);
    assert!(
        after.stderr.contains("ends on 2026-05-03"),
        "{}",
        after.stderr
    );
}
