//! Look: what ad-hoc questions are asked of.
//!
//! In: which release, day or moment was asked for. Out: a session with the
//! contract's tables as of that day and as known at that moment, the tables of
//! the release that belongs to it, and `every` with those of all releases.
//!
//! Not here: the questions (`sql`).
//!
//! Rule: nothing is locked and nothing is written. `current` is read once, and the
//! objects of the store never change, so a run beside it is not noticed.

use chrono::{DateTime, NaiveDate, Utc};

use super::manifest::Manifest;
use super::previous::{self, manifests};
use super::release::published;
use super::reopen::{release_named, tables_of};
use crate::catalogue::{Catalogue, Edition, Editions};
use crate::error::{Error, Result};
use crate::history::{self, Known};
use crate::project::Project;

/// What is looked at; nothing set is the current release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub release: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub as_known: Option<DateTime<Utc>>,
}

/// A project, opened for questions.
pub struct Look {
    /// The release whose tables are there, if there is one for the day.
    pub manifest: Option<Manifest>,
    pub catalogue: Catalogue,
    /// What somebody should know before believing an answer.
    pub notes: Vec<String>,
}

/// Opens a project for questions, and sets it to the day that they are asked of.
///
/// # Errors
/// [`Error::Missing`] if nothing was ever loaded, or for a release that is not
/// there.
pub fn look(project: &mut Project, asked: &Asked) -> Result<Look> {
    let loaded = history::recall(project).map_err(|error| match error {
        Error::Missing { .. } => Error::Missing {
            what: "a load of this project",
            path: project.store.clone(),
            hint: "nothing was ever loaded here; `throughline run` loads and publishes".into(),
        },
        other => other,
    })?;
    let mut notes = Vec::new();
    let manifest = find(project, asked)?;
    let axes = manifest.as_ref().map(Manifest::axes).transpose()?;
    if let Some(day) = asked.as_of.or(axes.map(|(as_of, _)| as_of)) {
        project.as_of = day;
    }
    let known = Known::at(&loaded, asked.as_known.or(axes.map(|(_, known)| known)));
    match &manifest {
        None if asked.as_of.is_some() || asked.as_known.is_some() => notes.push(format!(
            "no release was published as of {} with that knowledge, so the models have no tables of that day; `every` has those of all releases",
            project.as_of
        )),
        None => notes.push(
            "nothing was published yet, so the models have no tables; `throughline run` publishes".into(),
        ),
        // Asked for more or less knowledge, the contract's tables are no release's.
        Some(manifest) if asked.as_known.is_none() && !manifest.is_made_from(&known) => {
            notes.push(format!(
                "the store was replaced after release {} was made: the contract's tables are not those that it was made from",
                manifest.release
            ));
        }
        Some(_) => {}
    }
    let before = match &manifest {
        Some(manifest) => previous::named(project, &loaded, manifest.previous.as_ref())?,
        None => None,
    };
    let tables = manifest
        .as_ref()
        .map(|manifest| tables_of(project, manifest))
        .unwrap_or_default();
    if let Some(manifest) = &manifest {
        project.currency.clone_from(&manifest.currency);
    }
    let folder = project.out.clone();
    let catalogue = Catalogue::reopen(project, &known, before.as_ref(), &folder, &tables)?;
    if let Some(before) = &before {
        catalogue.name_published(before)?;
    }
    if manifest.is_none() {
        catalogue.name_calendar(project)?;
    }
    catalogue.name_every(editions(project));
    Ok(Look {
        manifest,
        catalogue,
        notes,
    })
}

/// The release that was asked for. Of several of one day it is the one that knows
/// most, a plain one rather than a pack.
fn find(project: &Project, asked: &Asked) -> Result<Option<Manifest>> {
    if let Some(id) = &asked.release {
        return release_named(&project.out, id).map(Some);
    }
    let current = match published(&project.out, None) {
        Ok((manifest, _)) => Some(manifest),
        Err(Error::Missing { .. }) => None,
        Err(other) => return Err(other),
    };
    if asked.as_of.is_none() && asked.as_known.is_none() {
        return Ok(current);
    }
    let day = match (asked.as_of, &current) {
        (Some(day), _) => day,
        (None, Some(current)) => current.axes()?.0,
        (None, None) => project.as_of,
    };
    let mut best = None;
    for manifest in all(project)? {
        let (as_of, as_known) = manifest.axes()?;
        if as_of != day || asked.as_known.is_some_and(|moment| as_known > moment) {
            continue;
        }
        let is_current = current
            .as_ref()
            .is_some_and(|c| c.release == manifest.release);
        let rank = (
            as_known,
            manifest.pack.is_none(),
            is_current,
            manifest.release.clone(),
        );
        if best.as_ref().is_none_or(|(other, _)| *other < rank) {
            best = Some((rank, manifest));
        }
    }
    Ok(best.map(|(_, manifest)| manifest))
}

/// Every release that is there; none where nothing was published yet.
fn all(project: &Project) -> Result<Vec<Manifest>> {
    if project.out.join("releases").is_dir() {
        manifests(&project.out)
    } else {
        Ok(Vec::new())
    }
}

/// The tables of all releases, the newest first, when they are asked for.
fn editions(project: &Project) -> Editions {
    let project = project.clone();
    Box::new(move || {
        let mut releases = Vec::new();
        for manifest in all(&project)? {
            releases.push((manifest.axes()?, manifest));
        }
        releases.sort_by(|a, b| (b.0, &b.1.release).cmp(&(a.0, &a.1.release)));
        let editions = releases.iter().flat_map(|((as_of, _), manifest)| {
            let tables = tables_of(&project, manifest).into_iter();
            tables.map(|(name, path)| Edition {
                name,
                release: manifest.release.clone(),
                as_of: *as_of,
                path,
            })
        });
        Ok(editions.collect())
    })
}
