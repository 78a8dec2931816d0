//! The release that a run is compared with: which it is, what a model sees of
//! it, and that the manifest names it.

use crate::small::Small;
use crate::support::{Outcome, Project};

/// What a model sees of the release before: money as it was, and what was published.
const BEFORE: &str = "\
-- question: What was there before?
-- grain:    run_number
-- columns:
--   run_number          bigint         always 1
--   spend_amount        decimal(38,2)  spend of this run
--   before_amount       decimal(38,2)  spend of the release before; NULL without one
--   published_count     bigint         rows that the release before published of this model
--   before_of_before    decimal(38,2)  what that one had seen before it
--   previous_as_of      date           its day
-- checks:
--   count(*) = 1
-- receipt:  spend where true
--   before_amount  previous.spend.reporting_amount where true
-- leaves out: nothing
-- method:   sums
select
    cast(1 as bigint) as run_number,
    cast((select sum(reporting_amount) from spend) as decimal(38, 2)) as spend_amount,
    cast((select sum(reporting_amount) from previous.spend) as decimal(38, 2)) as before_amount,
    cast((select count(*) from previous.scorecard.before) as bigint) as published_count,
    cast((select max(spend_amount) from previous.scorecard.before) as decimal(38, 2)) as before_of_before,
    run.previous_as_of
from base.run as run
order by run_number
";

fn project() -> Project {
    Small::new()
        .file("queries/scorecard/before.sql", BEFORE)
        .make()
}

fn run(project: &Project, arguments: &[&str]) -> Outcome {
    let outcome = project.run("run", arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome
}

fn seen(project: &Project, column: &str) -> Option<String> {
    project.table("scorecard.before").cell(column, 0)
}

fn manifest(project: &Project) -> serde_json::Value {
    serde_json::from_str(&project.read("out/current/manifest.json")).unwrap()
}

#[test]
fn a_run_is_compared_with_the_newest_release_before_it() {
    let project = project();
    run(&project, &["--as-of", "2026-01-31"]);
    assert_eq!(seen(&project, "before_amount"), None);
    assert_eq!(seen(&project, "published_count").as_deref(), Some("0"));
    assert!(manifest(&project)["previous"].is_null());
    let first = project.read("out/current/manifest.json");
    let first_id = manifest(&project)["release"].as_str().unwrap().to_owned();

    // 400.00 and 250.00 were posted by the end of January, 1,000.00 by the end of March.
    run(&project, &[]);
    assert_eq!(seen(&project, "spend_amount").as_deref(), Some("1000.00"));
    assert_eq!(seen(&project, "before_amount").as_deref(), Some("650.00"));
    assert_eq!(seen(&project, "published_count").as_deref(), Some("1"));
    assert_eq!(
        seen(&project, "before_of_before").as_deref(),
        Some("650.00")
    );
    assert_eq!(
        seen(&project, "previous_as_of").as_deref(),
        Some("2026-01-31")
    );
    let named = &manifest(&project)["previous"];
    assert_eq!(named["release"], first_id.as_str());
    assert_eq!(
        named["hash"],
        blake3::hash(first.as_bytes()).to_hex().as_str()
    );

    // A rerun is compared with the same release, and so has nothing new to say.
    let again = run(&project, &[]);
    assert!(again.stderr.contains("nothing new"), "{}", again.stderr);
    // Nor has the first one, which looks back at nothing still.
    let back = run(&project, &["--as-of", "2026-01-31"]);
    assert!(back.stderr.contains("nothing new"), "{}", back.stderr);

    // The receipt of a figure reaches into the release before.
    let newest = std::fs::read_dir(project.path().join("out/releases"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .find(|name| *name != first_id)
        .unwrap();
    let explained = crate::support::throughline(&[
        "explain",
        "scorecard.before",
        "before_amount",
        "run_number=1",
        "-p",
        project.arg(),
        "--release",
        &newest,
    ]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    assert!(
        explained.stdout.contains("sum 650.00, which is the figure"),
        "{}",
        explained.stdout
    );
}

#[test]
fn the_release_to_compare_with_can_be_named() {
    let project = project();
    run(&project, &["--as-of", "2026-01-31"]);
    let january = manifest(&project)["release"].as_str().unwrap().to_owned();
    run(&project, &["--as-of", "2026-02-28"]);
    run(&project, &["--compare-with", "none"]);
    assert_eq!(seen(&project, "before_amount"), None);
    run(&project, &["--compare-with", &january]);
    assert_eq!(seen(&project, "before_amount").as_deref(), Some("650.00"));
    // Without a word it is February: 400 + 300 + 250.
    run(&project, &[]);
    assert_eq!(seen(&project, "before_amount").as_deref(), Some("950.00"));

    let wrong = project.run("run", &["--compare-with", "2020-01-01-abc"]);
    assert_eq!(wrong.code, 66, "{}", wrong.stderr);
    let path = project.run("run", &["--compare-with", "../store"]);
    assert_eq!(path.code, 2, "{}", path.stderr);
}

#[test]
fn what_the_release_before_was_made_from_must_still_be_there() {
    let project = project();
    run(&project, &["--as-of", "2026-01-31"]);
    let id = manifest(&project)["release"].as_str().unwrap().to_owned();
    let table = format!("out/releases/{id}/scorecard/before/as_of=2026-01-31/part-0.parquet");
    let sound = std::fs::read(project.path().join(&table)).unwrap();
    project.write(&table, b"not what was published");
    let damaged = project.run("run", &[]);
    assert_eq!(damaged.code, 74, "{}", damaged.stderr);
    assert!(
        damaged.stderr.contains("--compare-with none"),
        "{}",
        damaged.stderr
    );
    project.write(&table, sound);

    // Another store of other files never held what the release was made from.
    std::fs::remove_dir_all(project.path().join("store")).unwrap();
    project.write(
        "data/spend.csv",
        "entry_id,initiative_id,posted_date,amount\nE1,I1,2026-01-10,1.00\n",
    );
    let lost = run(&project, &[]);
    assert!(
        lost.stderr.contains("no longer holds what release"),
        "{}",
        lost.stderr
    );
    assert_eq!(seen(&project, "before_amount"), None);
}
