//! The manifest: what went in, what came out, with hashes. No clock in it.

use serde::{Deserialize, Serialize};

use super::page::Templates;
use super::summary::Summary;
use crate::catalogue::Previous;
use crate::contract::{CONTRACT_VERSION, display_cents};
use crate::history::Known;
use crate::model::{Query, Ran};
use crate::project::{Pack, Project};

/// One version of one source file, as one table saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    pub table: String,
    pub file: String,
    /// BLAKE3 of the file's bytes.
    pub hash: String,
    /// The immutable object that holds its believed rows.
    pub object: String,
    pub seen: u64,
    pub loaded: u64,
    pub duplicates: u64,
    pub quarantined: u64,
    /// (currency, amount by the independent count); empty without money.
    pub money: Vec<(String, String)>,
}

/// One file of the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub name: String,
    pub file: String,
    pub bytes: u64,
    /// BLAKE3 of the file's bytes.
    pub hash: String,
    pub rows: Option<usize>,
    /// Sums of the money columns.
    pub money: Vec<(String, String)>,
}

/// The earlier release that a release looks back at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousRelease {
    pub release: String,
    pub as_of: String,
    pub as_known: String,
    pub rules_version: String,
    /// BLAKE3 of its manifest.
    pub hash: String,
}

impl From<&Previous> for PreviousRelease {
    fn from(previous: &Previous) -> Self {
        Self {
            release: previous.release.clone(),
            as_of: previous.as_of.to_string(),
            as_known: previous.known.as_known.to_rfc3339(),
            rules_version: previous.rules_version.clone(),
            hash: previous.hash.clone(),
        }
    }
}

/// A release, described.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub release: String,
    pub project: String,
    pub description: String,
    pub as_of: String,
    pub as_known: String,
    /// `pack` (its kind) and `period`, where the release is the pack of one.
    #[serde(flatten)]
    pub pack: Option<Pack>,
    pub currency: String,
    pub rules_version: String,
    pub rules: serde_json::Value,
    pub engine_version: String,
    pub contract_version: String,
    /// (model, BLAKE3 of its SQL)
    pub models: Vec<(String, String)>,
    pub inputs: Vec<Input>,
    /// The release that this one is compared with: an input like any other.
    pub previous: Option<PreviousRelease>,
    pub outputs: Vec<Output>,
    pub summary: Summary,
}

impl Manifest {
    /// Whether the release was made with the model as it is now.
    #[must_use]
    pub fn is_made_with(&self, query: &Query) -> bool {
        let mut models = self.models.iter();
        models.any(|(name, hash)| *name == query.name && *hash == query.hash())
    }
}

/// The version of this build.
pub(crate) const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The id of the release that these inputs, rules and models make.
#[must_use]
pub(crate) fn release_id(
    project: &Project,
    known: &Known,
    previous: Option<&Previous>,
    queries: &[Query],
    templates: &Templates,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut feed = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(b"\n");
    };
    for text in [
        ENGINE_VERSION,
        CONTRACT_VERSION,
        &project.name,
        &project.description,
        &project.currency,
        &format!("{:?}", project.fiscal),
        &format!("{:?}", project.rules),
        &format!("{:?}", project.models),
        &project.as_of.to_string(),
        &known.as_known.to_rfc3339(),
    ] {
        feed(text);
    }
    for file in &known.snapshot.files {
        feed(&file.version);
    }
    if let Some(previous) = previous {
        feed(&previous.hash);
    }
    for query in queries {
        feed(&query.name);
        feed(&query.sql);
    }
    for (name, source) in templates.own() {
        feed(name);
        feed(source);
    }
    let mut id = project.as_of.to_string();
    if let Some(pack) = &project.pack {
        feed(&format!("{pack:?}"));
        id.push('-');
        id.push_str(pack.kind.word());
    }
    format!("{id}-{}", &hasher.finalize().to_hex()[..12])
}

pub(super) fn inputs(known: &Known) -> Vec<Input> {
    known
        .snapshot
        .files
        .iter()
        .map(|file| {
            let loads: Vec<_> = known
                .loads
                .iter()
                .filter(|l| l.table == file.table && l.file == file.file)
                .collect();
            Input {
                table: file.table.clone(),
                file: file.file.clone(),
                hash: file.fingerprint.clone(),
                object: file.object.clone(),
                seen: loads.iter().map(|l| l.seen).sum(),
                loaded: loads.iter().map(|l| l.loaded).sum(),
                duplicates: loads.iter().map(|l| l.duplicates).sum(),
                quarantined: loads.iter().map(|l| l.quarantined).sum(),
                money: loads
                    .iter()
                    .filter(|l| l.counted_cents != 0)
                    .map(|l| {
                        let currency = l.currency.clone().unwrap_or_default();
                        (currency, display_cents(l.counted_cents))
                    })
                    .collect(),
            }
        })
        .collect()
}

pub(super) fn models(ran: &[Ran]) -> Vec<(String, String)> {
    ran.iter()
        .map(|r| (r.query.name.clone(), r.query.hash()))
        .collect()
}
