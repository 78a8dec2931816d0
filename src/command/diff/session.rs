//! The session of a diff: the newer release over the older one.

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;

use crate::catalogue::{Catalogue, PreviousTable};
use crate::error::{Error, Result};
use crate::model::{self, Query};
use crate::project::Project;
use crate::scorecard::{self, Manifest};

/// The model that tells changes with their causes.
pub(super) const CHANGES: &str = "scorecard.what_changed";

/// Models that are compared as both published them, where both did.
const COMPARED: [&str; 4] = [
    "scorecard.findings",
    "scorecard.initiative",
    "scorecard.goal",
    "scorecard.unit",
];

/// Two releases, opened one over the other.
pub(super) struct Session {
    pub(super) catalogue: Catalogue,
    /// Whether the release that is told of is the older one.
    pub(super) is_backwards: bool,
    /// Models that one of the two did not publish.
    pub(super) not_compared: Vec<String>,
    /// What is computed anew lies here for as long as it is read.
    _work: TempDir,
}

impl Session {
    pub(super) fn open(
        mut project: Project,
        older: &Manifest,
        newer: &Manifest,
        is_backwards: bool,
    ) -> Result<Self> {
        let work = TempDir::new().map_err(Error::cannot_write(&std::env::temp_dir()))?;
        let queries = model::load(&project.root)?;
        let mut previous = scorecard::as_previous(&project, older)?;
        let folder = work.path().join("newer");
        let catalogue = scorecard::reopen_against(&mut project, newer, Some(&previous), &folder)?;
        let then = standing(&project, older, &queries)?;
        let now = standing(&project, newer, &queries)?;
        let again = model::order_again(&catalogue, queries.clone(), &[CHANGES], &now)?;
        let mut compared = model::read_of_previous(&queries, &again);
        let missing: Vec<&str> = compared
            .iter()
            .map(|query| query.name.as_str())
            .filter(|name| !then.contains(*name))
            .collect();
        if !missing.is_empty() {
            let folder = work.path().join("older");
            let made = complete(project, older, &queries, &missing, &then, &folder)?;
            previous
                .tables
                .retain(|table| made.iter().all(|m| m.name != table.name));
            previous.tables.extend(made);
        }
        let (both, not_compared): (Vec<&str>, Vec<&str>) = COMPARED
            .iter()
            .partition(|name| then.contains(**name) && now.contains(**name));
        compared.extend(
            queries
                .iter()
                .filter(|query| both.contains(&query.name.as_str())),
        );
        model::name_previous_of(&catalogue, &compared, Some(&previous))?;
        model::run_all(&catalogue, again, &|_, _, _| {})?;
        Ok(Self {
            catalogue,
            is_backwards,
            not_compared: not_compared.into_iter().map(str::to_owned).collect(),
            _work: work,
        })
    }

    /// The tables of a model as the first and the second release had them, where
    /// both published it.
    pub(super) fn sides(&self, model: &str) -> Option<(String, String)> {
        if self.not_compared.iter().any(|name| name == model) {
            return None;
        }
        let sides = (format!("previous.{model}"), model.to_owned());
        Some(if self.is_backwards {
            (sides.1, sides.0)
        } else {
            sides
        })
    }
}

/// The models that a release published with the columns they have today.
fn standing(project: &Project, manifest: &Manifest, queries: &[Query]) -> Result<BTreeSet<String>> {
    let mut standing = BTreeSet::new();
    for (name, path) in scorecard::tables_of(project, manifest) {
        if let Some(query) = queries.iter().find(|query| query.name == name)
            && model::keeps_header(query, &path)?
        {
            standing.insert(name);
        }
    }
    Ok(standing)
}

/// Runs over a release what it did not publish itself.
fn complete(
    mut project: Project,
    manifest: &Manifest,
    queries: &[Query],
    missing: &[&str],
    standing: &BTreeSet<String>,
    folder: &Path,
) -> Result<Vec<PreviousTable>> {
    let catalogue = scorecard::reopen_against(&mut project, manifest, None, folder)?;
    let again = model::order_again(&catalogue, queries.to_vec(), missing, standing)?;
    let compared = model::read_of_previous(queries, &again);
    model::name_previous_of(&catalogue, &compared, None)?;
    let ran = model::run_all(&catalogue, again, &|_, _, _| {})?;
    Ok(ran
        .into_iter()
        .map(|ran| PreviousTable {
            name: ran.shelved.name,
            path: ran.shelved.path,
            hash: ran.shelved.hash,
        })
        .collect())
}
