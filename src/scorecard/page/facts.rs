//! Facts: what a page says that stands in no table: which release this is, and
//! what loading found.
//!
//! Not here: figures of the analysis; those are cells.

use chrono::{DateTime, NaiveDate, Utc};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::prose::Fact;
use crate::catalogue::Previous;
use crate::contract::{Finding, Severity};
use crate::error::Result;
use crate::history::Known;
use crate::project::{Pack, Project};
use crate::scorecard::figures::count;
use crate::scorecard::manifest::{ENGINE_VERSION, Manifest};
use crate::scorecard::summary::Summary;

/// The facts of a release.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Facts {
    pub project: String,
    pub description: String,
    pub as_of: String,
    pub as_known: String,
    pub rules_version: String,
    pub id: String,
    pub engine_version: String,
    pub currency: String,
    /// Day of the release that this one is compared with.
    pub previous_as_of: Option<String>,
    /// The period of a board pack, such as `2026-Q1`.
    pub pack: Option<String>,
    pub notices: Vec<Notice>,
    pub loads: Vec<Load>,
}

impl Facts {
    /// Of a release that is being made.
    #[must_use]
    pub fn of(
        project: &Project,
        known: &Known,
        previous: Option<&Previous>,
        release: &str,
        findings: &[Finding],
        summary: &Summary,
    ) -> Self {
        Self {
            project: project.name.clone(),
            description: project.description.clone(),
            as_of: project.as_of.to_string(),
            as_known: moment(known.as_known),
            rules_version: project.rules.version.clone(),
            id: release.to_owned(),
            engine_version: ENGINE_VERSION.to_owned(),
            currency: project.currency.clone(),
            previous_as_of: previous.map(|p| p.as_of.to_string()),
            pack: project.pack.as_ref().map(label),
            notices: notices(findings),
            loads: loads(project.as_of, summary),
        }
    }

    /// Of a release that was published.
    ///
    /// # Errors
    /// [`crate::error::Error::Bug`] for a manifest that cannot be understood.
    pub fn reopened(manifest: &Manifest, findings: &[Finding]) -> Result<Self> {
        let (as_of, as_known) = manifest.axes()?;
        Ok(Self {
            project: manifest.project.clone(),
            description: manifest.description.clone(),
            as_of: manifest.as_of.clone(),
            as_known: moment(as_known),
            rules_version: manifest.rules_version.clone(),
            id: manifest.release.clone(),
            engine_version: manifest.engine_version.clone(),
            currency: manifest.currency.clone(),
            previous_as_of: manifest.previous.as_ref().map(|p| p.as_of.clone()),
            pack: manifest.pack.as_ref().map(label),
            notices: notices(findings),
            loads: loads(as_of, &manifest.summary),
        })
    }

    /// For pages.
    pub(super) fn value(&self) -> Value {
        Value::from(Serde(self))
    }

    /// For narrative: each fact that may hold a digit is bound to the manifest.
    pub(super) fn sealed(&self) -> Value {
        let fact = |text: &str| Value::from_object(Fact(text.to_owned()));
        context! {
            project => fact(&self.project),
            as_of => fact(&self.as_of),
            as_known => fact(&self.as_known),
            currency => fact(&self.currency),
            previous_as_of => self.previous_as_of.as_deref().map(fact),
            pack => self.pack.as_deref().map(fact),
        }
    }
}

/// The period of a pack.
fn label(pack: &Pack) -> String {
    pack.period.label.clone()
}

fn moment(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A load or contract finding.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// `bad`, `watch` or `note`.
    tone: &'static str,
    severity: &'static str,
    what: String,
    place: String,
    remedy: String,
}

/// What was loaded into one table.
#[derive(Debug, Clone, Serialize)]
pub struct Load {
    table: String,
    files: String,
    seen: String,
    loaded: String,
    duplicates: String,
    quarantined: String,
    newest: Option<String>,
    /// Of the newest fact, in words.
    age: Option<String>,
    tone: &'static str,
}

/// Tables that a period adds to.
const AGEING: [&str; 3] = ["spend", "kpi_values", "status_reports"];

/// Newest facts older than this many days are called old.
const FRESH_DAYS: i64 = 45;
const STALE_DAYS: i64 = 120;

/// What the contract said, gravest first.
fn notices(findings: &[Finding]) -> Vec<Notice> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| f.severity);
    let notice = |f: &Finding| {
        let (tone, severity) = match f.severity {
            Severity::Error => ("bad", "Error"),
            Severity::Warning => ("watch", "Warning"),
            Severity::Info => ("note", "Note"),
        };
        Notice {
            tone,
            severity,
            what: f.what.clone(),
            place: f.place(),
            remedy: f.hint.clone(),
        }
    };
    sorted.into_iter().map(notice).collect()
}

/// What was loaded, and how fresh it is.
fn loads(as_of: NaiveDate, summary: &Summary) -> Vec<Load> {
    let load = |l: &crate::scorecard::LoadLine| {
        let age = l
            .newest
            .map(|day| as_of.signed_duration_since(day).num_days());
        // Only what is measured ages; what was set or decided three years ago is
        // not stale data.
        let ages = AGEING.contains(&l.table.as_str());
        Load {
            table: l.table.clone(),
            files: count(l.files),
            seen: count(l.seen),
            loaded: count(l.loaded),
            duplicates: count(l.duplicates),
            quarantined: count(l.quarantined),
            newest: l.newest.map(|d| d.to_string()),
            age: age.map(|days| match days {
                days if days < 0 => format!("{} days ahead", -days),
                1 => "1 day".into(),
                days => format!("{} days", count(days.unsigned_abs())),
            }),
            tone: match age.filter(|_| ages) {
                None => "unknown",
                Some(days) if days <= FRESH_DAYS => "good",
                Some(days) if days <= STALE_DAYS => "watch",
                Some(_) => "bad",
            },
        }
    };
    summary.loads.iter().map(load).collect()
}
