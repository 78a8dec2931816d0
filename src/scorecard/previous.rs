//! Previous: which earlier release a run is compared with.
//!
//! Takes the releases that are there; gives the newest before this one, in days
//! of report first and in knowledge second, with what it published and what it
//! was made from. The manifest names it as an input.
//!
//! Not here: comparing (the models do, over `previous.*`).
//!
//! Rule: a pack looks back a whole period and at nothing learned since, so that it
//! can be made again; nights look back at nights, so that findings count them.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

use super::manifest::{Manifest, PreviousRelease};
use super::release::{hash_of, published};
use crate::catalogue::{Previous, PreviousTable};
use crate::contract::{Finding, Severity};
use crate::error::{Error, Result};
use crate::history::{Known, Loaded};
use crate::project::Project;

/// With which release a run is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CompareWith {
    /// The newest that was made of an earlier day, or of the same day and less
    /// knowledge; no pack, where there is anything else.
    #[default]
    Newest,
    /// The newest as of this cut-off, else as of an earlier day, that knows no
    /// more than the run.
    CutOff(NaiveDate),
    /// One by its id.
    Release(String),
    /// None.
    Nothing,
}

/// The release to compare with, if there is one, and what is to be said of it.
///
/// # Errors
/// [`Error::Missing`] for an id that is not there; I/O errors.
pub fn previous(
    project: &Project,
    loaded: &Loaded,
    known: &Known,
    wanted: &CompareWith,
) -> Result<(Option<Previous>, Vec<Finding>)> {
    let manifest = match wanted {
        CompareWith::Nothing => None,
        CompareWith::Release(id) => Some(published(&project.out, Some(id))?.0),
        CompareWith::Newest => {
            let now = (project.as_of, known.as_known);
            newest(project, &|release| release.axes < now)?
        }
        CompareWith::CutOff(day) => newest(project, &|release| {
            release.axes.0 <= *day && release.axes.1 <= known.as_known
        })?,
    };
    let Some(manifest) = manifest else {
        return Ok((None, Vec::new()));
    };
    match open(&project.out, &manifest, loaded)? {
        Some(previous) => Ok((Some(previous), Vec::new())),
        None => Ok((
            None,
            vec![Finding::of_table(
                Severity::Warning,
                "history",
                format!(
                    "the store no longer holds what release {} was made from, so nothing is compared with it",
                    manifest.release
                ),
                "keep `store/` beside `out/`, or name another release with --compare-with",
            )],
        )),
    }
}

/// The release that a manifest names as its previous one; none if it is gone.
pub(super) fn named(
    project: &Project,
    loaded: &Loaded,
    named: Option<&PreviousRelease>,
) -> Result<Option<Previous>> {
    let Some(named) = named else {
        return Ok(None);
    };
    match published(&project.out, Some(&named.release)) {
        Ok((manifest, _)) => open(&project.out, &manifest, loaded),
        Err(Error::Missing { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What makes one release preferred to another: whether it is of the run's own
/// sort, its day, its knowledge, whether it has today's rules, and its id, so that
/// the answer is always the same one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    is_of_our_sort: bool,
    axes: (NaiveDate, DateTime<Utc>),
    is_our_pack: bool,
    has_our_rules: bool,
    id: String,
}

fn newest(project: &Project, may: &dyn Fn(&Candidate) -> bool) -> Result<Option<Manifest>> {
    let kind = project.pack.as_ref().map(|pack| pack.kind);
    let mut best: Option<(Candidate, Manifest)> = None;
    for manifest in manifests(&project.out)? {
        let of = manifest.pack.as_ref().map(|pack| pack.kind);
        let found = Candidate {
            is_of_our_sort: kind.is_some() || of.is_none(),
            axes: manifest.axes()?,
            is_our_pack: of == kind,
            has_our_rules: manifest.rules_version == project.rules.version,
            id: manifest.release.clone(),
        };
        if may(&found) && best.as_ref().is_none_or(|(other, _)| *other < found) {
            best = Some((found, manifest));
        }
    }
    Ok(best.map(|(_, manifest)| manifest))
}

/// Every release that is there.
pub(super) fn manifests(out: &Path) -> Result<Vec<Manifest>> {
    let releases = out.join("releases");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&releases).map_err(Error::io("list", &releases))? {
        let name = entry.map_err(Error::io("list", &releases))?.file_name();
        let name = name.to_string_lossy();
        // What `published` set aside is no release.
        if name.contains(".damaged") {
            continue;
        }
        if let Ok((manifest, _)) = published(out, Some(&name)) {
            found.push(manifest);
        }
    }
    Ok(found)
}

/// A release as the catalogue needs it; none if the store has lost its inputs.
pub(super) fn open(out: &Path, manifest: &Manifest, loaded: &Loaded) -> Result<Option<Previous>> {
    let folder = out.join("releases").join(&manifest.release);
    let (as_of, as_known) = manifest.axes()?;
    let known = Known::at(loaded, Some(as_known));
    if !manifest.is_made_from(&known) {
        return Ok(None);
    }
    let tables = manifest
        .outputs
        .iter()
        .filter(|output| output.rows.is_some())
        .map(|output| PreviousTable {
            name: output.name.clone(),
            path: folder.join(&output.file),
            hash: output.hash.clone(),
        })
        .collect();
    Ok(Some(Previous {
        release: manifest.release.clone(),
        as_of,
        rules_version: manifest.rules_version.clone(),
        hash: hash_of(&folder)?,
        known,
        tables,
    }))
}

impl Manifest {
    /// The day of the report and the moment of its knowledge.
    ///
    /// # Errors
    /// [`Error::Bug`] where the manifest is none of ours.
    pub fn axes(&self) -> Result<(NaiveDate, DateTime<Utc>)> {
        let unreadable = |what: &str| Error::Bug(format!("the manifest has no readable {what}"));
        let day =
            NaiveDate::parse_from_str(&self.as_of, "%Y-%m-%d").map_err(|_| unreadable("as_of"))?;
        let moment = DateTime::parse_from_rfc3339(&self.as_known)
            .map_err(|_| unreadable("as_known"))?
            .to_utc();
        Ok((day, moment))
    }

    /// Whether the release was made from just these objects.
    pub(super) fn is_made_from(&self, known: &Known) -> bool {
        let then: BTreeSet<&str> = self.inputs.iter().map(|i| i.object.as_str()).collect();
        let files = &known.snapshot.files;
        let now: BTreeSet<&str> = files.iter().map(|f| f.object.as_str()).collect();
        then == now
    }
}
