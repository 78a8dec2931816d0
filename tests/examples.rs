//! `queries/examples/`: each question, asked over sample-data, has the answer that
//! stands in its head. The answers were computed by another engine over the same
//! files.

use std::path::PathBuf;

use crate::sample;
use crate::support::{root, throughline};

fn examples() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("queries/examples")).unwrap();
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The lines of an answer, as they stand in the head of a question.
fn answer_of(text: &str) -> Vec<&str> {
    text.lines()
        .take_while(|line| line.starts_with("--"))
        .filter_map(|line| line.strip_prefix("--   "))
        .collect()
}

fn cells(lines: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(std::io::Cursor::new(lines.join("\n").into_bytes()));
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

/// Texts and money are equal to the letter; `71.1` and `71.10` are one number.
fn is_same(found: &str, wanted: &str) -> bool {
    match (found.parse::<f64>(), wanted.parse::<f64>()) {
        _ if found == wanted => true,
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * b.abs(),
        _ => false,
    }
}

#[test]
fn twenty_questions_have_the_answers_in_their_heads() {
    let (project, _) = sample::shared();
    let examples = examples();
    assert_eq!(examples.len(), 20);
    for path in examples {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        assert!(text.starts_with("-- question: "), "{name}");
        let wanted = cells(&answer_of(&text));
        assert!(wanted.len() > 1, "{name} states no answer");
        let outcome = throughline(&[
            "sql",
            "--project",
            project.arg(),
            "--file",
            path.to_str().unwrap(),
            "--format",
            "csv",
        ]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stderr);
        let found = cells(&outcome.stdout.lines().collect::<Vec<_>>());
        assert_eq!(found.len(), wanted.len(), "{name}: {}", outcome.stdout);
        for (found, wanted) in found.iter().zip(&wanted) {
            let is_row =
                found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| is_same(f, w));
            assert!(is_row, "{name}: found {found:?}, wanted {wanted:?}");
        }
    }
}

#[test]
fn a_changed_figure_would_be_seen() {
    assert!(is_same("71.10", "71.1") && is_same("a", "a"));
    assert!(!is_same("71.11", "71.1") && !is_same("", "0"));
    assert_eq!(
        answer_of("-- question: x\n--   a,b\n--   1,2\nselect 1\n--   3"),
        ["a,b", "1,2"]
    );
}
