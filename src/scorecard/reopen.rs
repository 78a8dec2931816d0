//! Reopening: a published release as tables, over the inputs it was made from.
//!
//! Not here: what is asked of them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};

use super::manifest::Manifest;
use super::release::published;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::history::{self, Known};
use crate::project::Project;

/// Opens a release (the current one, if no id is given) of a project, and sets
/// the project to its dates and its currency.
///
/// # Errors
/// [`Error::Missing`] if there is no such release, or if the store no longer
/// holds what it was made from.
pub fn reopen(project: &mut Project, id: Option<&str>) -> Result<(Manifest, Catalogue)> {
    let (manifest, folder) = published(&project.out, id)?;
    let unreadable = |what: &str| Error::Bug(format!("the manifest has no readable {what}"));
    project.as_of =
        NaiveDate::parse_from_str(&manifest.as_of, "%Y-%m-%d").map_err(|_| unreadable("as_of"))?;
    let as_known = DateTime::parse_from_rfc3339(&manifest.as_known)
        .map_err(|_| unreadable("as_known"))?
        .to_utc();
    project.currency.clone_from(&manifest.currency);
    let known = Known::at(&history::recall(project)?, Some(as_known));
    let then: BTreeSet<&str> = manifest.inputs.iter().map(|i| i.object.as_str()).collect();
    let files = &known.snapshot.files;
    let now: BTreeSet<&str> = files.iter().map(|f| f.object.as_str()).collect();
    if then != now {
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
    let catalogue = Catalogue::reopen(project, &known, &folder, &tables)?;
    Ok((manifest, catalogue))
}
