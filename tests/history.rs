//! What the store remembers, and how a release is swapped in.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::small::{BUDGETS, SPEND, Small, last_json, publish};
use crate::support::{Project, throughline};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn snapshot(project: &Project, number: u32) -> serde_json::Value {
    serde_json::from_str(&project.read(&format!("store/snapshots/{number:06}.json"))).unwrap()
}

fn run_json(project: &Project) -> serde_json::Value {
    serde_json::from_str(&project.read("out/current/run.json")).unwrap()
}

const HISTORY: &str = "\
-- question: What was ever believed of the ledger, and when?
-- grain:    entry_id, known_from
-- columns:
--   entry_id    text           the entry
--   known_from  text           since when
--   amount      decimal(18,2)  its amount
--   is_current  boolean        whether it still is
-- checks:   none
-- receipt:  spend where entry_id = $entry_id
-- leaves out: nothing
-- method:   as loaded
select
    entry_id, cast(known_from as varchar) as known_from, amount, known_to is null as is_current
from history.spend
order by entry_id, known_from
";

#[test]
fn an_unchanged_file_is_not_read_again_and_nothing_new_is_published() {
    let project = Small::new().make();
    let first = publish(&project, &[]);
    assert_eq!(first["status"], "published");
    assert_eq!(run_json(&project)["files_read"], 6);
    let objects = names(&project.path().join("store/objects"));
    let second = project.run("run", &["--json"]);
    assert_eq!(second.code, 0);
    assert_eq!(last_json(&second)["status"], "unchanged");
    assert_eq!(last_json(&second)["release"], first["release"]);
    assert!(
        second.stderr.contains("nothing new: 6 files unchanged"),
        "{}",
        second.stderr
    );
    assert_eq!(names(&project.path().join("store/objects")), objects);
    assert_eq!(
        names(&project.path().join("store/snapshots")),
        ["000001.json"]
    );
    let other_day = publish(&project, &["--as-of", "2026-02-28"]);
    assert_eq!(other_day["status"], "published");
    assert_eq!(
        (
            &run_json(&project)["files_read"],
            &run_json(&project)["files_unchanged"]
        ),
        (&0.into(), &6.into())
    );
}

#[test]
fn a_restated_ledger_adds_to_the_store_and_both_versions_stay_readable() {
    let project = Small::new()
        .file("queries/base/believed.sql", HISTORY)
        .make();
    publish(&project, &[]);
    let before = names(&project.path().join("store/objects"));
    let first_known = snapshot(&project, 1)["known_at"]
        .as_str()
        .unwrap()
        .to_owned();
    project.write(
        "data/spend.csv",
        SPEND.replace("E1,I1,2026-01-10,400.00", "E1,I1,2026-01-10,40.00"),
    );
    publish(&project, &[]);
    assert_eq!(
        (
            &run_json(&project)["files_read"],
            &run_json(&project)["files_unchanged"]
        ),
        (&1.into(), &5.into())
    );
    let after = names(&project.path().join("store/objects"));
    assert!(
        before.iter().all(|object| after.contains(object)),
        "an object was lost"
    );
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(
        names(&project.path().join("store/snapshots")),
        ["000001.json", "000002.json"]
    );

    let month = project.table("base.spend_by_month");
    let of_i1 =
        |t: &crate::support::Table| t.cents("spend_amount", t.rows_where("initiative_id", "I1"));
    assert_eq!(of_i1(&month), 34_000);
    let believed = project.table("base.believed");
    let e1: Vec<_> = believed
        .rows_where("entry_id", "E1")
        .map(|r| {
            (
                believed.cell("amount", r).unwrap(),
                believed.cell("is_current", r).unwrap(),
            )
        })
        .collect();
    assert_eq!(
        e1,
        [
            ("400.00".into(), "false".into()),
            ("40.00".into(), "true".to_owned())
        ]
    );

    publish(&project, &["--as-known", &first_known]);
    assert_eq!(
        of_i1(&project.table("base.spend_by_month")),
        70_000,
        "as it was known then"
    );
    let believed = project.table("base.believed");
    assert_eq!(
        believed.rows_where("entry_id", "E1").count(),
        1,
        "nobody knew the second version"
    );
    publish(&project, &[]);
    assert_eq!(
        of_i1(&project.table("base.spend_by_month")),
        34_000,
        "and now again"
    );
}

#[test]
fn as_of_picks_the_version_in_force_and_drops_later_facts() {
    let project = Small::new()
        .csv("initiatives", "initiative_id,name,goal_id,valid_from\nI1,Old,G1,2025-01-01\nI1,New,G3,2026-03-01\nI2,Press,G3,\n")
        .make();
    let seen = |day: &str| {
        publish(&project, &["--as-of", day]);
        let sight = project.table("alignment.line_of_sight");
        let ledger = project.table("scorecard.reconciliation");
        (
            sight.at("item_id", "I1", "item_name").unwrap(),
            sight.at("item_id", "I1", "goal_id").unwrap(),
            ledger.cell("later_amount", 0).unwrap(),
        )
    };
    assert_eq!(
        seen("2026-02-28"),
        ("Old".into(), "G1".into(), "50.00".into())
    );
    assert_eq!(
        seen("2026-03-01"),
        ("New".into(), "G3".into(), "50.00".into())
    );
    assert_eq!(
        seen("2026-03-31"),
        ("New".into(), "G3".into(), "0.00".into())
    );
}

#[test]
fn a_recorded_date_wins_over_the_time_of_loading() {
    let project = Small::new()
        .csv("spend", "entry_id,initiative_id,posted_date,amount,recorded_date\nE1,I1,2026-01-10,400.00,2026-01-11\nE2,I1,2026-01-10,-300.00,2026-02-20\n")
        .make();
    for (known, amount, later) in [
        ("2026-01-31", "400.00", "-300.00"),
        ("2026-02-20", "100.00", "0.00"),
    ] {
        publish(&project, &["--as-known", known]);
        let month = project.table("base.spend_by_month");
        assert_eq!(
            month.at("initiative_id", "I1", "spend_amount").as_deref(),
            Some(amount)
        );
        assert_eq!(
            project
                .table("scorecard.reconciliation")
                .cell("later_amount", 0)
                .as_deref(),
            Some(later)
        );
    }
}

/// Every file of the current release of `out` but the run's own notes.
fn release(out: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for name in names(folder) {
            let path = folder.join(&name);
            if path.is_dir() {
                walk(&path, root, files);
            } else if name != "run.json" {
                let shown = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                files.push((shown, std::fs::read(&path).unwrap()));
            }
        }
    }
    let root = std::fs::canonicalize(out.join("current")).unwrap();
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    files
}

#[test]
fn the_same_inputs_give_the_same_bytes_with_any_number_of_threads() {
    let project = Small::new().make();
    let outs: Vec<PathBuf> = ["1", "2", "8"]
        .iter()
        .map(|threads| {
            let out = project.path().join(format!("out-{threads}"));
            publish(
                &project,
                &[
                    "--as-known",
                    "2099-12-31",
                    "--threads",
                    threads,
                    "--out",
                    out.to_str().unwrap(),
                ],
            );
            out
        })
        .collect();
    let first = release(&outs[0]);
    assert!(first.iter().any(|(name, _)| name == "manifest.json"));
    for out in &outs[1..] {
        for ((name, bytes), (other, others)) in first.iter().zip(release(out)) {
            assert_eq!(*name, other);
            assert!(*bytes == others, "{name} differs");
        }
    }
    // A project elsewhere, loaded at another time, is the same release as well.
    let twin = Small::new().make();
    publish(&twin, &["--as-known", "2099-12-31"]);
    let twin = release(&twin.path().join("out"));
    let manifest = |files: &[(String, Vec<u8>)]| {
        files
            .iter()
            .find(|(n, _)| n == "manifest.json")
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(
        String::from_utf8(manifest(&first)),
        String::from_utf8(manifest(&twin))
    );
}

#[test]
fn the_order_of_rows_in_a_file_changes_no_answer() {
    let shuffled = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let straight = Small::new().make();
    let reversed = Small::new()
        .csv("spend", shuffled(SPEND))
        .csv("budgets", shuffled(BUDGETS))
        .csv("goals", shuffled(crate::small::GOALS))
        .csv("initiatives", shuffled(crate::small::INITIATIVES))
        .csv("kpi_values", shuffled(crate::small::KPI_VALUES))
        .make();
    let of = |project: &Project| {
        publish(project, &["--as-known", "2099-12-31"]);
        let files = release(&project.path().join("out"));
        files
            .into_iter()
            .filter(|(name, _)| name.ends_with(".parquet"))
            .collect::<Vec<_>>()
    };
    for ((name, bytes), (other, others)) in of(&straight).into_iter().zip(of(&reversed)) {
        assert_eq!(name, other);
        assert!(bytes == others, "{name} differs");
    }
}

#[test]
fn a_lock_that_is_held_is_answered_with_75_and_its_holder() {
    let project = Small::new().make();
    for folder in ["store", "out"] {
        project.write(&format!("{folder}/lock"), "process 4711\n");
        let lock = File::options()
            .write(true)
            .open(project.path().join(folder).join("lock"))
            .unwrap();
        lock.lock().unwrap();
        let outcome = project.run("run", &[]);
        assert_eq!(outcome.code, 75, "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("process 4711"),
            "{}",
            outcome.stderr
        );
        lock.unlock().unwrap();
    }
    assert!(!project.path().join("out/current").exists());
    assert_eq!(
        project.run("run", &[]).code,
        0,
        "a lock left behind does not hold"
    );
}

#[test]
fn current_points_at_a_release_whose_files_are_those_of_its_manifest() {
    let project = Small::new().make();
    let json = publish(&project, &[]);
    let id = json["release"].as_str().unwrap();
    let target = std::fs::read_link(project.path().join("out/current")).unwrap();
    assert_eq!(target, Path::new("releases").join(id));
    let manifest: serde_json::Value =
        serde_json::from_str(&project.read("out/current/manifest.json")).unwrap();
    let mut promised: Vec<String> = Vec::new();
    // The manifest vouches for the list of pages, and the list for each page.
    let pages: Vec<serde_json::Value> = project
        .read("out/current/pages.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for output in manifest["outputs"].as_array().unwrap().iter().chain(&pages) {
        let file = output["file"].as_str().unwrap();
        let bytes = std::fs::read(project.path().join("out/current").join(file)).unwrap();
        assert_eq!(output["bytes"], bytes.len(), "{file}");
        assert_eq!(
            output["hash"],
            blake3::hash(&bytes).to_hex().to_string(),
            "{file}"
        );
        promised.push(file.to_owned());
    }
    promised.push("manifest.json".into());
    promised.sort();
    let mut found: Vec<String> = release(&project.path().join("out"))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    // A folder and a file may begin alike, and paths sort otherwise than texts.
    found.sort();
    assert_eq!(found, promised, "nothing but what the manifest names");
    for input in manifest["inputs"].as_array().unwrap() {
        let bytes = std::fs::read(project.path().join(input["file"].as_str().unwrap())).unwrap();
        assert_eq!(input["hash"], blake3::hash(&bytes).to_hex().to_string());
    }
}

#[test]
fn a_damaged_release_is_set_aside_and_built_again() {
    let project = Small::new().make();
    let id = publish(&project, &[])["release"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = project.read("out/current/index.html");
    project.write("out/current/index.html", "scratched");
    let again = publish(&project, &[]);
    assert_eq!(
        (again["status"].as_str(), again["release"].as_str()),
        (Some("published"), Some(id.as_str()))
    );
    assert_eq!(project.read("out/current/index.html"), page);
    assert_eq!(
        project.read(&format!("out/releases/{id}.damaged/index.html")),
        "scratched"
    );
}

#[test]
fn a_lost_object_is_read_from_its_file_again() {
    let project = Small::new().make();
    publish(&project, &[]);
    let object = snapshot(&project, 1)["files"][0]["object"]
        .as_str()
        .unwrap()
        .to_owned();
    std::fs::remove_file(
        project
            .path()
            .join(format!("store/objects/{object}.parquet")),
    )
    .unwrap();
    publish(&project, &["--as-of", "2026-03-30"]);
    assert_eq!(run_json(&project)["files_read"], 1);
    assert!(
        project
            .path()
            .join(format!("store/objects/{object}.parquet"))
            .exists()
    );
}

#[test]
fn what_a_killed_run_left_is_swept_and_never_shown() {
    let project = Small::new().make();
    project.write("out/.staging-x/index.html", "half");
    project.write("out/.current-new", "half");
    publish(&project, &[]);
    assert_eq!(
        names(&project.path().join("out")),
        ["current", "lock", "releases"]
    );
}

#[test]
fn an_output_folder_that_cannot_be_made_is_73() {
    let project = Small::new().make();
    project.write("plain", "a file");
    let outcome = project.run(
        "run",
        &["--out", project.path().join("plain/out").to_str().unwrap()],
    );
    assert_eq!(outcome.code, 73, "{}", outcome.stderr);
    for part in ["cannot write", "plain/out", "--out"] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert!(
        !project.path().join("store/objects").exists(),
        "found before any work was done"
    );
}

#[test]
fn a_moment_before_the_first_load_is_answered_and_said() {
    let project = Small::new().make();
    let json = publish(&project, &["--as-known", "2001-01-01"]);
    let said: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].to_string())
        .collect();
    crate::small::says(&said, &["after the moment asked for"]);
}

#[test]
fn a_check_leaves_no_trace_in_the_history() {
    let project = Small::new().make();
    assert_eq!(throughline(&["check", project.arg()]).code, 0);
    assert!(names(&project.path().join("store/snapshots")).is_empty());
    assert!(!project.path().join("out").exists());
}
