//! `backfill`: the models' tables as of many past days, by all that is known now.
//!
//! The sources are loaded once; each day is a run of its own that looks back at the
//! day before it. What is left is one dataset: a folder for each model, in it one
//! partition for each day, and `backfill.json` that says what it was made of.
//!
//! Not here: nights as they were known then (`replay`), and pages.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Outcome;
use super::check::{print_problems, refusal};
use super::days;
use super::printer::Printer;
use super::run::overrides;
use super::staging::Staging;
use crate::catalogue::{Catalogue, Previous, PreviousTable, Shelved};
use crate::cli::Backfill;
use crate::error::{Error, Result};
use crate::history::{self, Known, Lock, durable};
use crate::model::{self, Query};
use crate::project::{Overrides, Project};

pub(super) fn backfill(typed: &Backfill, printer: &Printer) -> Result<Outcome> {
    let asked = Overrides {
        models: typed.models.clone(),
        ..overrides(&typed.common)
    };
    let project = Project::open(&typed.common.project, asked)?;
    let days = days::days(typed.from, project.as_of, typed.every);
    if days.is_empty() {
        return Err(Error::Usage {
            message: format!("--from {} is after {}", typed.from, project.as_of),
            hint: "a backfill ends on --as-of, and starts before it".into(),
        });
    }
    let queries = model::load(&project.root)?;
    let _store = Lock::take(&project.store)?;
    let loaded = history::load(&project, true, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    if let Some(refused) = refusal(&project, &loaded) {
        print_problems(printer, &loaded)?;
        return Err(refused);
    }
    let known = Known::at(&loaded, project.as_known);
    let place = place(typed, &project);
    let staging = Staging::beside(&place)?;
    let mut before: Option<Previous> = None;
    let mut tables = Vec::new();
    for (done, day) in days.iter().enumerate() {
        printer.progress(&format!("as of {day}"), done, days.len());
        let mut project = project.clone();
        project.as_of = *day;
        let shelved = as_of(&project, &known, &queries, before.as_ref(), &staging.path)?;
        before = Some(looked_back_at(&project, &known, &shelved));
        tables.extend(shelved.into_iter().map(|s| (*day, s)));
    }
    printer.progress_done();
    let manifest = json!({
        "format": 1,
        "project": project.name,
        "as_known": known.as_known.to_rfc3339(),
        "rules_version": project.rules.version,
        "days": days,
        "tables": tables.iter().map(|(day, s)| json!({
            "name": s.name, "as_of": day, "file": s.file, "rows": s.rows, "blake3": s.hash,
        })).collect::<Vec<_>>(),
    });
    let text = format!("{manifest:#}\n");
    durable::write(&staging.path.join("backfill.json"), text.as_bytes())?;
    durable::sync_all(&staging.path)?;
    staging.put("", &place)?;
    printer.say(&format!(
        "{} days, {} tables in {}",
        days.len(),
        tables.len(),
        place.display()
    ));
    if typed.common.json {
        let line = json!({
            "status": "published", "days": days, "tables": tables.len(), "folder": place,
        });
        printer.data(&line.to_string());
    }
    Ok(Outcome::Done)
}

/// Where the dataset is left.
fn place(typed: &Backfill, project: &Project) -> PathBuf {
    let every = typed.every.word();
    let name = format!("{}_{}_{every}", typed.from, project.as_of);
    typed
        .out
        .clone()
        .unwrap_or_else(|| project.out.join("backfills").join(name))
}

/// Runs the models as of the project's day; each leaves its partition in `folder`.
fn as_of(
    project: &Project,
    known: &Known,
    queries: &[Query],
    before: Option<&Previous>,
    folder: &Path,
) -> Result<Vec<Shelved>> {
    let (catalogue, _) = Catalogue::open(project, known, before, folder)?;
    let queries = model::order(&catalogue, queries.to_vec(), project.models.as_deref())?;
    model::name_previous(&catalogue, &queries, before)?;
    if before.is_none() {
        // Mistakes of a project's own models are the same every day.
        model::plan_all(&catalogue, &queries)?;
    }
    model::run_all(&catalogue, queries, &|_, _, _| {})?;
    Ok(catalogue.shelved())
}

/// A day, as the next one looks back at it.
fn looked_back_at(project: &Project, known: &Known, shelved: &[Shelved]) -> Previous {
    let day = project.as_of.to_string();
    Previous {
        hash: day.clone(),
        release: day,
        as_of: project.as_of,
        rules_version: project.rules.version.clone(),
        known: known.clone(),
        tables: shelved
            .iter()
            .map(|s| PreviousTable {
                name: s.name.clone(),
                path: s.path.clone(),
                hash: s.hash.clone(),
            })
            .collect(),
    }
}
