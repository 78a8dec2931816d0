//! One night of a replay: a run as of that day, as known by its end.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::catalogue::{Catalogue, Previous, PreviousTable, Rows};
use crate::contract::Finding;
use crate::error::{Error, Result};
use crate::history::{Known, Loaded};
use crate::model::{self, Query};
use crate::project::Project;

/// What findings rest on is run, and nothing else.
const FINDINGS: &str = "scorecard.findings";

/// One night, replayed.
pub(super) struct Night {
    /// As the next night will look back at it.
    pub(super) release: Previous,
    /// The findings that stood, with the day of the night.
    pub(super) standing: RecordBatch,
    /// How many were resolved since the night before.
    pub(super) resolved_count: i64,
    /// What was said of the data.
    pub(super) findings: Vec<Finding>,
    pub(super) seconds: f64,
}

/// Runs what findings rest on, as of `night` and as known by its end.
pub(super) fn replay(
    project: &Project,
    loaded: &Loaded,
    queries: &[Query],
    night: NaiveDate,
    before: Option<&Previous>,
    folder: &Path,
) -> Result<Night> {
    let started = Instant::now();
    let end = night
        .and_hms_opt(23, 59, 59)
        .ok_or_else(|| Error::Bug("a day has no last second".into()))?
        .and_utc();
    let mut project = project.clone();
    project.as_of = night;
    let known = Known::at(loaded, Some(end));
    let release = night.to_string();
    let place = folder.join(&release);
    let (catalogue, _) = Catalogue::open(&project, &known, before, &place)?;
    let queries = model::order_only(&catalogue, queries.to_vec(), &[FINDINGS])?;
    model::name_previous(&catalogue, &queries, before)?;
    if before.is_none() {
        // Mistakes of a project's own models are the same every night.
        model::plan_all(&catalogue, &queries)?;
    }
    model::run_all(&catalogue, queries, &|_, _, _| {})?;
    let standing = format!(
        "select date '{night}' as night, f.* from {FINDINGS} as f where state <> 'resolved'"
    );
    let standing = read(&catalogue, "gather the findings of a night", &standing)?;
    let resolved =
        format!("select count(*) as resolved_count from {FINDINGS} where state = 'resolved'");
    let resolved = Rows::read(&catalogue, "count what was resolved", &resolved)?;
    let tables = catalogue.shelved().into_iter().map(|s| PreviousTable {
        name: s.name,
        path: s.path,
        hash: s.hash,
    });
    Ok(Night {
        standing,
        resolved_count: resolved.integer("resolved_count", 0).unwrap_or(0),
        findings: known.findings.clone(),
        seconds: started.elapsed().as_secs_f64(),
        release: Previous {
            hash: release.clone(),
            release,
            as_of: night,
            rules_version: project.rules.version.clone(),
            tables: tables.collect(),
            known,
        },
    })
}

/// All rows of a statement, with their columns even if there are none.
pub(super) fn read(catalogue: &Catalogue, doing: &str, sql: &str) -> Result<RecordBatch> {
    let frame = catalogue.plan(sql).map_err(Error::engine(doing))?;
    let schema = Arc::clone(frame.schema().inner());
    let batches = catalogue
        .wait(frame.collect())
        .map_err(Error::engine(doing))?;
    concat_batches(&schema, &batches).map_err(Error::engine(doing))
}
