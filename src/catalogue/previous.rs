//! Previous: the release that this run is compared with, as tables.
//!
//! Takes what an earlier release published and the knowledge it was made from;
//! gives `previous.<table>` (the contract's tables as they were for it),
//! `base.run` (one row: the run and the release before it), and room for
//! `previous.<family>.<model>` (what it published).
//!
//! Not here: which release that is (`scorecard`).
//!
//! Rule: without one every name is there all the same, and empty.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::session::Catalogue;
use super::views::Reading;
use crate::contract::TABLES;
use crate::error::Result;
use crate::history::Known;
use crate::project::Project;

/// An earlier release.
#[derive(Debug, Clone)]
pub struct Previous {
    pub release: String,
    pub as_of: NaiveDate,
    pub rules_version: String,
    /// BLAKE3 of its manifest.
    pub hash: String,
    pub known: Known,
    /// What it published.
    pub tables: Vec<PreviousTable>,
}

/// A table of an earlier release.
#[derive(Debug, Clone)]
pub struct PreviousTable {
    pub name: String,
    pub path: PathBuf,
    /// BLAKE3 of the file, by its manifest.
    pub hash: String,
}

pub(super) fn register(
    catalogue: &Catalogue,
    project: &Project,
    known: &Known,
    previous: Option<&Previous>,
) -> Result<()> {
    match previous {
        Some(before) => {
            Reading::of_previous(project, before.as_of, &before.known).register(catalogue)?;
        }
        None => {
            for table in TABLES.iter().filter(|t| t.name != "fiscal_calendar") {
                let name = format!("previous.{}", table.name);
                let nothing = format!("select * from {} where false", table.name);
                catalogue.name_view(&name, nothing)?;
            }
        }
    }
    catalogue.name_view("base.run", run_sql(project, known, previous))
}

/// One row, and a view: the day of the first load is no part of a release, which
/// would differ between two stores of the same files.
fn run_sql(project: &Project, known: &Known, previous: Option<&Previous>) -> String {
    let text = |t: Option<&str>| match t {
        Some(t) => format!("'{}'", t.replace('\'', "''")),
        None => "cast(null as varchar)".into(),
    };
    let moment = |m: Option<DateTime<Utc>>| match m {
        Some(m) => format!("timestamp '{}'", m.format("%Y-%m-%d %H:%M:%S%.6f")),
        None => "cast(null as timestamp)".into(),
    };
    let day = |d: Option<NaiveDate>| match d {
        Some(d) => format!("date '{d}'"),
        None => "cast(null as date)".into(),
    };
    format!(
        "select {} as as_of, {} as as_known, {} as first_known_at, {} as rules_version, {} as currency, \
         {} as previous_release, {} as previous_as_of, {} as previous_as_known, {} as previous_rules_version",
        day(Some(project.as_of)),
        moment(Some(known.as_known)),
        moment(Some(known.first_known_at)),
        text(Some(&project.rules.version)),
        text(Some(&project.currency)),
        text(previous.map(|p| p.release.as_str())),
        day(previous.map(|p| p.as_of)),
        moment(previous.map(|p| p.known.as_known)),
        text(previous.map(|p| p.rules_version.as_str())),
    )
}
