//! `generate`: a project of any size that keeps the contract, the same bytes
//! every time.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{Project, throughline};

/// The name and the hash of every file.
fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            for (below, hash) in hashes(&path) {
                found.insert(format!("{name}/{below}"), hash);
            }
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(name, blake3::hash(&bytes).to_hex().to_string());
        }
    }
    found
}

fn generated(arguments: &[&str]) -> Project {
    let project = Project::new();
    let outcome = project.run("generate", arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    project
}

/// One hash of all files.
fn digest(project: &Project) -> String {
    let mut all = blake3::Hasher::new();
    for (name, hash) in hashes(project.path()) {
        all.update(format!("{name} {hash}\n").as_bytes());
    }
    all.finalize().to_hex()[..16].to_owned()
}

fn data_rows(project: &Project, name: &str) -> usize {
    project.read(&format!("data/{name}.csv")).lines().count() - 1
}

#[test]
fn the_bytes_are_a_function_of_scale_seed_and_format() {
    let csv = generated(&["--scale", "0.0005", "--threads", "1"]);
    // Whoever changes the data on purpose writes this anew.
    assert_eq!(digest(&csv), "6d781ed01cd87406");
    for format in ["csv", "parquet"] {
        let made = |threads| {
            generated(&[
                "--scale",
                "0.0005",
                "--threads",
                threads,
                "--format",
                format,
            ])
        };
        assert_eq!(hashes(made("1").path()), hashes(made("3").path()));
    }
    let other = generated(&["--scale", "0.0005", "--seed", "1"]);
    for (name, hash) in hashes(csv.path()) {
        let is_the_same = ["business_units.csv", ".gitignore"]
            .iter()
            .any(|same| name.ends_with(same));
        assert_eq!(hashes(other.path())[&name] == hash, is_the_same, "{name}");
    }
}

#[test]
fn csv_and_parquet_keep_the_contract_and_load_to_the_same_rows() {
    let mut loads = Vec::new();
    for format in ["csv", "parquet"] {
        let project = generated(&["--scale", "0.0003", "--format", format]);
        let outcome = project.run("check", &["--json"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let said: serde_json::Value = serde_json::from_str(outcome.stdout.trim()).unwrap();
        assert_eq!(said["findings"], serde_json::json!([]));
        for load in said["loads"].as_array().unwrap() {
            assert_eq!(load["seen"], load["loaded"], "{load}");
        }
        loads.push((said["loads"].clone(), rows_of_the_store(project.path())));
    }
    let parquet = loads.pop().unwrap();
    assert_eq!(loads.pop().unwrap(), parquet);
}

/// What the history holds, without where each row came from.
fn rows_of_the_store(project: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(project.join("store/objects")).unwrap() {
        let file = File::open(entry.unwrap().path()).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        for batch in builder.build().unwrap() {
            let batch = batch.unwrap();
            let schema = batch.schema();
            let kept: Vec<usize> = (0..batch.num_columns())
                .filter(|i| {
                    !["file", "row", "source_version"].contains(&schema.field(*i).name().as_str())
                })
                .collect();
            let batch = batch.project(&kept).unwrap();
            for row in 0..batch.num_rows() {
                let cells: Vec<String> = batch
                    .columns()
                    .iter()
                    .map(|c| arrow::util::display::array_value_to_string(c, row).unwrap())
                    .collect();
                rows.push(cells.join("|"));
            }
        }
    }
    rows.sort();
    rows
}

#[test]
fn everything_is_in_proportion() {
    let project = generated(&["--scale", "0.002"]);
    let ledger: usize = (2023..=2025)
        .flat_map(|year| (1..=12).map(move |month| format!("ledger/spend-{year}-{month:02}")))
        .map(|name| data_rows(&project, &name))
        .sum();
    let values: usize = (2023..=2025)
        .map(|year| data_rows(&project, &format!("kpi_values-{year}")))
        .sum();
    assert_eq!(ledger, 40_000);
    assert_eq!(values, 2_000);
    assert_eq!(data_rows(&project, "budgets"), 1_920);
    assert_eq!(data_rows(&project, "status_reports"), 800);
    let distinct = |name: &str| {
        let text = project.read(&format!("data/{name}.csv"));
        let ids: std::collections::BTreeSet<String> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect();
        ids.len()
    };
    assert_eq!(distinct("initiatives"), 40);
    assert_eq!(distinct("milestones"), 200);
}

#[test]
fn parquet_is_typed_as_the_contract_types_it() {
    let project = generated(&["--scale", "0.0001", "--format", "parquet"]);
    let path = project.path().join("data/ledger/spend-2024-02.parquet");
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = builder.schema();
    let kind = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
    assert_eq!(kind("amount"), DataType::Decimal128(18, 2));
    assert_eq!(kind("posted_date"), DataType::Date32);
    assert_eq!(kind("entry_id"), DataType::Utf8);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let project = Project::new();
    project.write("notes.txt", "mine");
    let outcome = project.run("generate", &["--scale", "0.0001"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("is not empty"),
        "{}",
        outcome.stderr
    );
    assert_eq!(std::fs::read_dir(project.path()).unwrap().count(), 1);
}

#[test]
fn a_scale_is_a_number_above_zero() {
    for wrong in ["0", "-1", "much", "NaN", "101"] {
        let scale = format!("--scale={wrong}");
        let outcome = throughline(&["generate", &scale, "/nowhere"]);
        assert_eq!(outcome.code, 2, "{wrong}");
        assert!(outcome.stderr.contains("above 0"), "{}", outcome.stderr);
    }
}
