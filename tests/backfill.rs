//! Backfill: each partition is the table of a run of that day, to the byte.

use std::path::Path;

use crate::small::Small;
use crate::support::{Project, throughline};

const MODELS: &str = "variance.budget_to_actual,alignment.coverage,misallocation.priority_gap";

fn backfilled(project: &Project, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["--every", "month", "--models", MODELS, "--json", "--quiet"];
    all.extend(arguments);
    let outcome = project.run("backfill", &all);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    serde_json::from_str(outcome.stdout.lines().last().unwrap()).unwrap()
}

fn bytes(folder: &Path, file: &str) -> Vec<u8> {
    let path = folder.join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn each_partition_is_the_table_of_a_run_of_that_day() {
    let project = Small::new().make();
    let told = backfilled(&project, &["--from", "2026-01", "--as-of", "2026-03-31"]);
    let days = ["2026-01-31", "2026-02-28", "2026-03-31"];
    assert_eq!(told["days"], serde_json::json!(days));
    let folder = Path::new(told["folder"].as_str().unwrap()).to_owned();
    let manifest: serde_json::Value =
        serde_json::from_slice(&bytes(&folder, "backfill.json")).unwrap();
    let tables = manifest["tables"].as_array().unwrap();
    assert_eq!(told["tables"], tables.len());
    for table in tables {
        let file = table["file"].as_str().unwrap();
        let hash = blake3::hash(&bytes(&folder, file)).to_hex().to_string();
        assert_eq!(table["blake3"], hash, "{file}");
    }
    for day in days {
        let outcome = project.run(
            "run",
            &["--as-of", day, "--models", MODELS, "--compare-with", "none"],
        );
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        for model in MODELS.split(',') {
            let file = format!("{}/as_of={day}/part-0.parquet", model.replace('.', "/"));
            let release = project.path().join("out/current");
            assert!(
                bytes(&folder, &file) == bytes(&release, &file),
                "{model} as of {day}"
            );
        }
    }
    // Again, and nothing is left of the work.
    let again = backfilled(&project, &["--from", "2026-01-01", "--as-of", "2026-03-31"]);
    assert_eq!(again["tables"], told["tables"]);
    let left = std::fs::read_dir(folder.parent().unwrap()).unwrap();
    assert_eq!(left.count(), 1);
}

#[test]
fn a_first_day_after_the_last_and_a_day_that_is_none_are_refused() {
    let project = Small::new().make();
    let refused = |from: &str| {
        throughline(&[
            "backfill",
            project.arg(),
            "--from",
            from,
            "--as-of",
            "2026-03-31",
            "--every",
            "month",
        ])
    };
    let late = refused("2026-04");
    assert_eq!(late.code, 2);
    assert!(
        late.stderr
            .contains("--from 2026-04-01 is after 2026-03-31"),
        "{}",
        late.stderr
    );
    let none = refused("2026-13");
    assert_eq!(none.code, 2);
    assert!(
        none.stderr.contains("a month as 2023-01"),
        "{}",
        none.stderr
    );
}
