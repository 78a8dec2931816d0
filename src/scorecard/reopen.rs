//! Reopening: a published release as tables, over the inputs it was made from; as
//! it is, or against another release than the one it was compared with.
//!
//! Not here: what is asked of them.

use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::previous::{self, manifests};
use super::release::published;
use crate::catalogue::{Catalogue, Previous};
use crate::contract::Finding;
use crate::error::{Error, Result};
use crate::history::{self, Known};
use crate::project::Project;

/// A release, opened again.
pub struct Reopened {
    pub manifest: Manifest,
    /// Where its files are.
    pub folder: PathBuf,
    pub catalogue: Catalogue,
    /// The release that it was compared with, if that is still there.
    pub previous: Option<Previous>,
}

/// Opens a release (the current one, if no id is given) of a project, and sets
/// the project to its dates and its currency.
///
/// # Errors
/// [`Error::Missing`] if there is no such release, or if the store no longer
/// holds what it was made from.
pub fn reopen(project: &mut Project, id: Option<&str>) -> Result<Reopened> {
    let (manifest, folder) = published(&project.out, id)?;
    let (as_of, as_known) = manifest.axes()?;
    project.as_of = as_of;
    project.currency.clone_from(&manifest.currency);
    let loaded = history::recall(project)?;
    let known = Known::at(&loaded, Some(as_known));
    if !manifest.is_made_from(&known) {
        return Err(Error::Missing {
            what: "the load that this release was made from, in the store",
            path: project.store.clone(),
            hint: "the store was replaced since; `throughline run` publishes what it holds now"
                .into(),
        });
    }
    let previous = previous::named(project, &loaded, manifest.previous.as_ref())?;
    let catalogue = Catalogue::reopen(
        project,
        &known,
        previous.as_ref(),
        &folder,
        &tables(&manifest, &folder),
    )?;
    Ok(Reopened {
        manifest,
        folder,
        catalogue,
        previous,
    })
}

/// What was said of the data when a release was published: a rerun that has nothing
/// new to do must not forget what came after the load.
///
/// # Errors
/// [`Error::Missing`] if there is no such release; I/O errors.
pub fn findings(out: &Path, id: Option<&str>) -> Result<Vec<Finding>> {
    let (_, folder) = published(out, id)?;
    let path = folder.join("findings.ndjson");
    let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    text.lines()
        .map(|line| {
            serde_json::from_str(line)
                .map_err(|e| Error::io("understand", &path)(std::io::Error::other(e)))
        })
        .collect()
}

/// The tables of a release that lies in `folder`.
fn tables(manifest: &Manifest, folder: &Path) -> Vec<(String, PathBuf)> {
    let published = manifest
        .outputs
        .iter()
        .filter(|output| output.rows.is_some());
    published
        .map(|output| (output.name.clone(), folder.join(&output.file)))
        .collect()
}

/// The release of an id; `current` is the one that `out/current` points at.
///
/// # Errors
/// [`Error::Usage`] for what is no id, [`Error::Missing`] with the ids that there
/// are.
pub fn release_named(out: &Path, id: &str) -> Result<Manifest> {
    let wanted = (id != "current").then_some(id);
    match published(out, wanted) {
        Ok((manifest, _)) => Ok(manifest),
        Err(Error::Missing { what, path, hint }) => {
            let mut ids: Vec<String> = match manifests(out) {
                Ok(found) => found.into_iter().map(|m| m.release).collect(),
                Err(_) => Vec::new(),
            };
            ids.sort();
            let hint = if ids.is_empty() {
                hint
            } else {
                format!("these are there: {}", ids.join(", "))
            };
            Err(Error::Missing { what, path, hint })
        }
        Err(other) => Err(other),
    }
}

/// The tables that a release published: name and file.
#[must_use]
pub fn tables_of(project: &Project, manifest: &Manifest) -> Vec<(String, PathBuf)> {
    let folder = project.out.join("releases").join(&manifest.release);
    tables(manifest, &folder)
}

/// A release as another one looks back at it.
///
/// # Errors
/// [`Error::Missing`] if the store no longer holds what it was made from.
pub fn as_previous(project: &Project, manifest: &Manifest) -> Result<Previous> {
    let loaded = history::recall(project)?;
    previous::open(&project.out, manifest, &loaded)?.ok_or_else(|| lost(project, manifest))
}

/// Opens a release against `previous`, with room under `work` for what is computed
/// anew, and sets the project to its dates and its currency.
///
/// # Errors
/// [`Error::Missing`] if the store no longer holds what it was made from; engine
/// and I/O errors.
pub fn reopen_against(
    project: &mut Project,
    manifest: &Manifest,
    previous: Option<&Previous>,
    work: &Path,
) -> Result<Catalogue> {
    let (as_of, as_known) = manifest.axes()?;
    project.as_of = as_of;
    project.currency.clone_from(&manifest.currency);
    let loaded = history::recall(project)?;
    let known = Known::at(&loaded, Some(as_known));
    if !manifest.is_made_from(&known) {
        return Err(lost(project, manifest));
    }
    let tables = tables_of(project, manifest);
    Catalogue::reopen(project, &known, previous, work, &tables)
}

fn lost(project: &Project, manifest: &Manifest) -> Error {
    Error::Missing {
        what: "the load that a release was made from, in the store",
        path: project.store.clone(),
        hint: format!(
            "the store was replaced after {} was made, so its rows are gone",
            manifest.release
        ),
    }
}
