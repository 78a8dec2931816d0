//! Reopening: a published release as tables, over the inputs it was made from.
//!
//! Not here: what is asked of them.

use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::previous;
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
    let tables: Vec<_> = manifest
        .outputs
        .iter()
        .filter(|output| output.rows.is_some())
        .map(|output| (output.name.clone(), folder.join(&output.file)))
        .collect();
    let previous = previous::named(project, &loaded, manifest.previous.as_ref())?;
    let catalogue = Catalogue::reopen(project, &known, previous.as_ref(), &folder, &tables)?;
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
