//! The house law: which room may use which, who may name which library, how long
//! a file may be, and that the documents are true.

use std::path::{Path, PathBuf};

use crate::support::{Project, root, throughline_in};

/// The rooms in the order of the flow. A room uses rooms before it.
const ROOMS: [&str; 10] = [
    "error",
    "project",
    "source",
    "contract",
    "history",
    "catalogue",
    "model",
    "scorecard",
    "sql",
    "command",
];

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let pattern = root().join(folder).join("**/*.rs");
    let mut files: Vec<(PathBuf, String)> = glob::glob(pattern.to_str().unwrap())
        .unwrap()
        .map(|path| {
            let path = path.unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            (path.strip_prefix(root()).unwrap().to_path_buf(), text)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The room a file of `src` belongs to; `cli`, `lib` and `main` belong to none.
fn room(path: &Path) -> Option<usize> {
    let part = path.components().nth(1)?.as_os_str().to_str()?;
    let name = part.strip_suffix(".rs").unwrap_or(part);
    ROOMS.iter().position(|r| *r == name)
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let mut broken = Vec::new();
    for (path, text) in sources("src") {
        let Some(mine) = room(&path) else { continue };
        for (at, used) in ROOMS.iter().enumerate() {
            if at > mine && text.contains(&format!("crate::{used}")) {
                broken.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_the_rooms_of_doubt_name_polars_and_only_those_of_sql_name_the_engine() {
    let may = |path: &Path, rooms: &[&str]| room(path).is_some_and(|r| rooms.contains(&ROOMS[r]));
    for (path, text) in sources("src") {
        if text.contains("polars::") {
            assert!(
                may(&path, &["source", "contract"]),
                "{} names polars",
                path.display()
            );
        }
        if text.contains("datafusion::") {
            assert!(
                may(&path, &["catalogue", "model", "sql"]),
                "{} names the engine",
                path.display()
            );
        }
    }
}

#[test]
fn files_are_short_enough_to_be_read() {
    let mut lengths: Vec<(usize, PathBuf)> = sources("src")
        .into_iter()
        .map(|(path, text)| (text.lines().count(), path))
        .collect();
    lengths.sort();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100].0;
    assert!(at(50) <= 200, "the median file has {} lines", at(50));
    assert!(at(90) <= 400, "one file in ten has over {} lines", at(90));
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= 600, "{} has {longest} lines", path.display());
}

#[test]
fn every_room_says_what_it_is_for() {
    for (path, text) in sources("src") {
        assert!(
            text.starts_with("//! "),
            "{} has no module doc",
            path.display()
        );
    }
}

#[test]
fn nothing_is_left_to_be_done_later() {
    // Spelled apart, so that this file does not find itself.
    let marks = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["db", "g!("],
    ];
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        for mark in marks {
            assert!(
                !text.contains(&mark.concat()),
                "{} has a {}",
                path.display(),
                mark.concat()
            );
        }
    }
}

#[test]
fn one_version_of_arrow_parquet_and_the_engine() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in [
        "arrow",
        "arrow-array",
        "parquet",
        "datafusion",
        "polars",
        "object_store",
    ] {
        let count = lock.matches(&format!("name = \"{name}\"\n")).count();
        assert_eq!(count, 1, "{name} stands {count} times in Cargo.lock");
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}

/// A console block of the README: the command and what it prints.
struct Block {
    command: String,
    output: String,
}

fn blocks(readme: &str) -> Vec<Block> {
    readme
        .split("```console\n")
        .skip(1)
        .map(|rest| {
            let block = rest.split("```").next().unwrap();
            let (command, output) = block.split_once('\n').unwrap();
            Block {
                command: command.strip_prefix("$ ").unwrap().to_owned(),
                output: output.trim_end().to_owned(),
            }
        })
        .collect()
}

/// What differs from run to run: seconds.
fn without_seconds(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once(" models in ") {
            Some((before, _)) => format!("{before} models in … s"),
            None => line.trim_end().to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

#[test]
fn the_transcripts_of_the_readme_are_what_the_commands_print() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = blocks(&readme);
    assert!(
        blocks.len() >= 2,
        "the README shows at least a run and a new project"
    );
    let place = Project::new();
    place.copy_in("sample-data");
    for block in blocks {
        let words = block
            .command
            .strip_prefix("cargo run -- ")
            .or_else(|| block.command.strip_prefix("throughline "))
            .unwrap_or_else(|| panic!("`{}` is no command of ours", block.command));
        let arguments: Vec<&str> = words.split_whitespace().collect();
        let outcome = throughline_in(place.path(), &arguments);
        let printed = format!("{}{}", outcome.stderr, outcome.stdout);
        assert_eq!(
            without_seconds(&printed),
            without_seconds(&block.output),
            "{}",
            block.command
        );
    }
}
