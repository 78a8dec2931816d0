//! A load: every source file, read if it is new, reused if it is not.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use arrow::record_batch::RecordBatch;
use chrono::{NaiveDate, SubsecRound, Utc};

use super::snapshot::{self, FileEntry, Snapshot};
use super::{across, digest, durable, object};
use crate::contract::{
    self, Admitted, CONTRACT_VERSION, Finding, RECORDED_DATE, Severity, TABLES, Table, VALID_FROM,
    quarantine_batch,
};
use crate::crew;
use crate::error::{Error, Result};
use crate::project::{Project, SourceSpec};
use crate::source::{self, SourceFile};

/// Told about each file before it is looked at: (table, file, done, all).
pub type Progress<'a> = &'a (dyn Fn(&str, &str, usize, usize) + Sync);

/// What a load brought.
#[derive(Debug)]
pub struct Loaded {
    /// The state of all sources now.
    pub snapshot: Snapshot,
    /// Every snapshot of the store, the new one included if it was kept.
    pub snapshots: Vec<Snapshot>,
    /// Findings of this load, refusals among them.
    pub findings: Vec<Finding>,
    /// Files that were read, and files that were known already.
    pub read_count: usize,
    pub reused_count: usize,
    pub objects: PathBuf,
}

/// Reads what is new, compares files with one another, and, if `keep`, appends
/// a snapshot when anything changed and nothing was refused.
///
/// # Errors
/// Configuration, missing files and I/O; problems of the data are findings.
pub fn load(project: &Project, keep: bool, progress: Progress<'_>) -> Result<Loaded> {
    let objects = project.store.join("objects");
    let folder = project.store.join("snapshots");
    durable::create_dir(&objects)?;
    durable::create_dir(&folder)?;
    let mut snapshots = snapshot::read_all(&folder)?;
    let known: HashMap<String, FileEntry> = snapshots
        .iter()
        .flat_map(|s| &s.files)
        .map(|entry| (entry.version.clone(), entry.clone()))
        .collect();

    let jobs = jobs(project)?;
    let mut paths: Vec<&Path> = jobs.iter().map(|(.., file)| file.path.as_path()).collect();
    paths.sort_unstable();
    paths.dedup();
    let hashes = crew::in_order(project.threads, &paths, |path| source::fingerprint(path))?;
    let fingerprints: HashMap<&Path, String> = paths.into_iter().zip(hashes).collect();
    let done = AtomicUsize::new(0);
    let looked_at = crew::in_order(project.threads, &jobs, |(table, spec, file)| {
        progress(
            table.name,
            &file.name,
            done.fetch_add(1, Ordering::Relaxed),
            jobs.len(),
        );
        let fingerprint = &fingerprints[file.path.as_path()];
        let version = version_of(table, spec, file, fingerprint, project)?;
        match known.get(&version) {
            Some(entry) if is_kept(&objects, entry) => Ok(LookedAt::Reused(entry.clone())),
            _ => read(project, &objects, (table, spec, file), fingerprint, version),
        }
    })?;
    let mut files = Vec::new();
    let mut findings = missing_tables(project);
    let (mut read_count, mut reused_count) = (0, 0);
    for looked_at in looked_at {
        match looked_at {
            LookedAt::Reused(_) => reused_count += 1,
            LookedAt::Read(_) | LookedAt::Refused(_) => read_count += 1,
        }
        match looked_at {
            LookedAt::Reused(entry) | LookedAt::Read(entry) => {
                findings.extend(entry.findings.iter().cloned());
                files.push(entry);
            }
            LookedAt::Refused(problems) => findings.extend(problems),
        }
    }
    let mut findings = together(findings);
    let is_refused = findings.iter().any(|f| f.severity == Severity::Error);
    let newest = snapshots.last();
    let snapshot = match newest {
        Some(newest) if newest.is_same(&files, &project.currency) => newest.clone(),
        _ => Snapshot {
            number: newest.map_or(1, |s| s.number + 1),
            // Whole seconds, so that every stamp of it is all of it.
            known_at: Utc::now().trunc_subsecs(0),
            reporting_currency: project.currency.clone(),
            across: across::compare(&objects, &files, &project.currency, project.threads)?,
            files,
        },
    };
    findings.extend(snapshot.across.findings.iter().cloned());
    let is_new = snapshots.last().is_none_or(|s| s.number != snapshot.number);
    if keep && is_new && !is_refused {
        snapshot::append(&folder, &snapshot)?;
        snapshots.push(snapshot.clone());
    }
    Ok(Loaded {
        snapshot,
        snapshots,
        findings,
        read_count,
        reused_count,
        objects,
    })
}

/// What came of one file.
enum LookedAt {
    /// It is as it was.
    Reused(FileEntry),
    Read(FileEntry),
    Refused(Vec<Finding>),
}

/// Reads a file that is not known yet.
fn read(
    project: &Project,
    objects: &Path,
    (table, spec, file): (&'static Table, &SourceSpec, &SourceFile),
    fingerprint: &str,
    version: String,
) -> Result<LookedAt> {
    let opened = match source::open(&file.path, spec)? {
        Ok(opened) => opened,
        Err(unreadable) => return Ok(LookedAt::Refused(vec![refused(table, file, unreadable)])),
    };
    Ok(
        match contract::admit(opened, file, &version, table, spec, project.fiscal)? {
            Ok(admitted) => LookedAt::Read(keep_file(
                objects,
                table,
                file,
                fingerprint,
                version,
                admitted,
            )?),
            Err(problems) => LookedAt::Refused(problems),
        },
    )
}

/// What the store knows, without looking at any source.
///
/// # Errors
/// [`Error::Missing`] if nothing was ever loaded.
pub fn recall(project: &Project) -> Result<Loaded> {
    let folder = project.store.join("snapshots");
    let snapshots = snapshot::read_all(&folder)?;
    let newest = snapshots.last().cloned().ok_or_else(|| Error::Missing {
        what: "history",
        path: folder,
        hint: "`throughline run` loads the project first".into(),
    })?;
    Ok(Loaded {
        snapshot: newest,
        snapshots,
        findings: Vec::new(),
        read_count: 0,
        reused_count: 0,
        objects: project.store.join("objects"),
    })
}

/// What is to be said of the files of a snapshot. A pack that is made again says
/// what was said of the data then, and not of what came since.
#[must_use]
pub fn findings(project: &Project, snapshot: &Snapshot) -> Vec<Finding> {
    let of_files = snapshot.files.iter().flat_map(|f| f.findings.clone());
    let mut said = together(
        missing_tables(project)
            .into_iter()
            .chain(of_files)
            .collect(),
    );
    said.extend(snapshot.across.findings.iter().cloned());
    said
}

/// Every (table, source, file), tables in the order of the contract.
fn jobs(project: &Project) -> Result<Vec<(&'static Table, &SourceSpec, SourceFile)>> {
    for spec in &project.sources {
        contract::resolve(&project.root, spec)?;
    }
    let mut jobs = Vec::new();
    for table in TABLES {
        for spec in project.sources_of(table.name) {
            for file in source::expand(&project.root, &spec.path)? {
                jobs.push((table, spec, file));
            }
        }
    }
    Ok(jobs)
}

/// Findings that say the same of several files, said once.
fn together(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said: Vec<(Finding, u64)> = Vec::new();
    for finding in findings {
        let same = said.iter_mut().find(|(f, _)| {
            f.severity == finding.severity
                && f.severity != Severity::Error
                && (&f.table, &f.row, &f.column, &f.what, &f.hint)
                    == (
                        &finding.table,
                        &finding.row,
                        &finding.column,
                        &finding.what,
                        &finding.hint,
                    )
        });
        match same {
            Some((first, others)) => {
                first.count += finding.count;
                *others += 1;
            }
            None => said.push((finding, 0)),
        }
    }
    said.into_iter()
        .map(|(mut finding, others)| {
            match others {
                0 => {}
                1 => finding.file.push_str(" and 1 more file"),
                n => finding.file.push_str(&format!(" and {n} more files")),
            }
            finding
        })
        .collect()
}

fn missing_tables(project: &Project) -> Vec<Finding> {
    TABLES
        .iter()
        .filter(|t| t.required && project.sources_of(t.name).next().is_none())
        .map(|t| {
            Finding::of_table(
                Severity::Warning,
                t.name,
                format!(
                    "no source feeds this table, which would give: {}",
                    t.unlocks
                ),
                "add a [[source]] for it to throughline.toml",
            )
        })
        .collect()
}

fn refused(table: &Table, file: &SourceFile, unreadable: source::Unreadable) -> Finding {
    Finding {
        file: file.name.clone(),
        row: unreadable.line,
        ..Finding::of_table(
            Severity::Error,
            table.name,
            unreadable.why,
            &unreadable.hint,
        )
    }
}

/// The identity of one file as one table sees it: its bytes, its name, how it is
/// mapped, and what the table means.
fn version_of(
    table: &Table,
    spec: &SourceSpec,
    file: &SourceFile,
    fingerprint: &str,
    project: &Project,
) -> Result<String> {
    let mapping = serde_json::to_string(&(spec, project.fiscal))
        .map_err(|e| Error::Bug(format!("a mapping cannot be written: {e}")))?;
    let identity = [
        CONTRACT_VERSION,
        table.name,
        &file.name,
        fingerprint,
        &mapping,
    ]
    .join("\n");
    Ok(blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned())
}

fn is_kept(objects: &Path, entry: &FileEntry) -> bool {
    std::iter::once(&entry.object)
        .chain(&entry.quarantine)
        .all(|name| object::path_of(objects, name).is_file())
}

fn keep_file(
    objects: &Path,
    table: &Table,
    file: &SourceFile,
    fingerprint: &str,
    version: String,
    admitted: Admitted,
) -> Result<FileEntry> {
    let quarantine = if admitted.quarantined.is_empty() {
        None
    } else {
        let rows = quarantine_batch(&admitted.quarantined)
            .map_err(Error::engine("write the quarantine"))?;
        Some(object::keep(objects, &rows)?)
    };
    let object = object::keep(objects, &admitted.rows)?;
    digest::keep(objects, table, &object, &admitted.rows)?;
    Ok(FileEntry {
        table: table.name.into(),
        file: file.name.clone(),
        fingerprint: fingerprint.to_owned(),
        version,
        object,
        quarantine,
        has_axes: [VALID_FROM, RECORDED_DATE].iter().any(|axis| {
            admitted
                .rows
                .column_by_name(axis)
                .is_some_and(|c| c.null_count() < c.len())
        }),
        newest: newest(&admitted.rows, table),
        totals: admitted.totals,
        findings: admitted.findings,
    })
}

fn newest(rows: &RecordBatch, table: &Table) -> Option<NaiveDate> {
    let column = rows.column_by_name(table.fact_date.unwrap_or(VALID_FROM))?;
    let day = arrow::compute::max(column.as_primitive_opt::<Date32Type>()?)?;
    contract::from_days(day)
}
