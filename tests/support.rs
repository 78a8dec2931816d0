//! What every test needs: a project of its own, the binary, and the tables it
//! published.

use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::Array;
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use tempfile::TempDir;

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the binary.
pub(crate) fn throughline(arguments: &[&str]) -> Outcome {
    throughline_in(&root(), arguments)
}

/// Runs the binary in a folder.
pub(crate) fn throughline_in(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_throughline"))
        .current_dir(folder)
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A project that ran, and what the run said.
pub(crate) struct Run {
    pub(crate) project: Project,
    pub(crate) outcome: Outcome,
}

/// Runs a copy of a project of the repository, which must publish.
pub(crate) fn run_of(path: &str) -> Run {
    let project = Project::copy_of(path);
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    Run { project, outcome }
}

/// A project in a temporary folder.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// A copy of a project of the repository, without store and releases.
    pub(crate) fn copy_of(path: &str) -> Self {
        let project = Self::new();
        copy(&root().join(path), project.path());
        project
    }

    /// Copies a folder of the repository in, under its own name.
    pub(crate) fn copy_in(&self, path: &str) {
        copy(&root().join(path), &self.path().join(path));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn arg(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// `throughline <verb> <project> <arguments>`
    pub(crate) fn run(&self, verb: &str, arguments: &[&str]) -> Outcome {
        let mut all = vec![verb, self.arg()];
        all.extend(arguments);
        throughline(&all)
    }

    /// A table of the current release.
    pub(crate) fn table(&self, name: &str) -> Table {
        published(&self.path().join("out"), name)
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name == "store" || name == "out" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// A published table, read back as text.
pub(crate) struct Table(RecordBatch);

/// Reads `family.model` of the current release under `out`.
pub(crate) fn published(out: &Path, name: &str) -> Table {
    let folder = out.join("current").join(name.replace('.', "/"));
    let day = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .next()
        .unwrap()
        .unwrap();
    let path = day.path().join("part-0.parquet");
    Table(throughline::history::read_object(&path, &[]).unwrap())
}

impl Table {
    pub(crate) fn height(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns, in order.
    pub(crate) fn columns(&self) -> Vec<String> {
        let schema = self.0.schema();
        schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    /// A cell as text, `None` for NULL.
    pub(crate) fn cell(&self, column: &str, row: usize) -> Option<String> {
        let array = self
            .0
            .column_by_name(column)
            .unwrap_or_else(|| panic!("no column `{column}`"));
        array
            .is_valid(row)
            .then(|| array_value_to_string(array, row).unwrap())
    }

    /// The row numbers where `column` is `value`.
    pub(crate) fn rows_where<'a>(
        &'a self,
        column: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = usize> + 'a {
        (0..self.height()).filter(move |row| self.cell(column, *row).as_deref() == Some(value))
    }

    /// One cell of the only row where `key` is `value`.
    pub(crate) fn at(&self, key: &str, value: &str, column: &str) -> Option<String> {
        let rows: Vec<usize> = self.rows_where(key, value).collect();
        assert_eq!(rows.len(), 1, "rows where {key} = {value}");
        self.cell(column, rows[0])
    }

    /// The sum of a money column over the given rows, in cents.
    pub(crate) fn cents(&self, column: &str, rows: impl Iterator<Item = usize>) -> i128 {
        rows.filter_map(|row| self.cell(column, row))
            .map(|text| cents(&text))
            .sum()
    }
}

/// Cents of a plain decimal with two places.
pub(crate) fn cents(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    assert_eq!(part.len(), 2, "{text}");
    format!("{whole}{part}").parse().unwrap()
}
