//! `replay`: today's rules over past nights, each as it was known then.
//!
//! Each night is a run of its own, over what had been recorded by that day, with
//! the night before as the release it compares itself with; only the models that
//! findings rest on are run, and nothing is published but the replay's own
//! tables. What became a fact is judged from all that is known now.
//!
//! Not here: what is a finding (`scorecard.findings`), or a problem that became
//! a fact (`warning.outcomes`).

mod folder;
mod gathered;
mod night;
mod report;

use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;

use self::gathered::Gathered;
use self::night::read;
use super::Outcome;
use super::check::{print_problems, refusal};
use super::days;
use super::printer::Printer;
use super::run::overrides;
use super::staging::Staging;
use crate::catalogue::{Catalogue, Previous};
use crate::cli::Replay;
use crate::error::{Error, Result};
use crate::history::{self, Known, Loaded, Lock};
use crate::model::{self, Query};
use crate::project::Project;

const RULES: &str = "scorecard.finding_rules";
const OUTCOMES: &str = "warning.outcomes";

pub(super) fn replay(typed: &Replay, printer: &Printer) -> Result<Outcome> {
    let project = Project::open(&typed.common.project, overrides(&typed.common))?;
    let nights = days::days(typed.from, project.as_of, typed.every);
    if nights.is_empty() {
        return Err(Error::Usage {
            message: format!("--from {} is after {}", typed.from, project.as_of),
            hint: "a replay ends on --as-of, and starts before it".into(),
        });
    }
    let queries = model::load(&project.root)?;
    let _store = Lock::take(&project.store)?;
    let loaded = history::load(&project, true, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    if let Some(refused) = refusal(&project, &loaded) {
        print_problems(printer, &loaded)?;
        return Err(refused);
    }
    let place = place(typed, &project);
    let staging = Staging::beside(&place)?;
    let mut gathered = Gathered::default();
    let mut before: Option<Previous> = None;
    let mut said: Vec<String> = Vec::new();
    for (done, night) in nights.iter().enumerate() {
        printer.progress(&format!("the night of {night}"), done, nights.len());
        let replayed = night::replay(
            &project,
            &loaded,
            &queries,
            *night,
            before.as_ref(),
            &staging.path,
        )?;
        for finding in &replayed.findings {
            if !said.contains(&finding.what) {
                said.push(finding.what.clone());
                printer.say(&format!("note: {}", finding.what));
            }
        }
        gathered.add(*night, &replayed);
        if let Some(old) = before.replace(replayed.release) {
            folder::forget(&staging, &old.release)?;
        }
    }
    printer.progress_done();
    let judged = judge(&project, &loaded, &queries, &gathered, &staging.path)?;
    folder::publish(&staging, &place, &judged)?;
    report::report(typed, printer, &judged, &place);
    Ok(Outcome::Done)
}

/// Where the tables of a replay are left.
fn place(typed: &Replay, project: &Project) -> PathBuf {
    let every = typed.every.word();
    let name = format!("{}_{}_{every}", typed.from, project.as_of);
    typed
        .out
        .clone()
        .unwrap_or_else(|| project.out.join("replays").join(name))
}

/// The tables of a replay, as they are left and reported.
pub(super) struct Judged {
    pub(super) nights: RecordBatch,
    pub(super) findings: RecordBatch,
    pub(super) rules: RecordBatch,
    /// Every finding of every night.
    pub(super) raised: RecordBatch,
}

/// Holds what was raised against what became a fact, by all that is known now.
fn judge(
    project: &Project,
    loaded: &Loaded,
    queries: &[Query],
    gathered: &Gathered,
    folder: &Path,
) -> Result<Judged> {
    let known = Known::at(loaded, project.as_known);
    let (catalogue, _) = Catalogue::open(project, &known, None, &folder.join("outcomes"))?;
    let queries = model::order_only(&catalogue, queries.to_vec(), &[OUTCOMES, RULES])?;
    model::name_previous(&catalogue, &queries, None)?;
    model::run_all(&catalogue, queries, &|_, _, _| {})?;
    let (raised, nights) = gathered.tables()?;
    catalogue.shelve("replay", "raised", &raised)?;
    catalogue.shelve("replay", "nights", &nights)?;
    let findings = read(
        &catalogue,
        "judge the findings",
        include_str!("findings.sql"),
    )?;
    catalogue.shelve("replay", "findings", &findings)?;
    Ok(Judged {
        nights: read(&catalogue, "count the nights", include_str!("nights.sql"))?,
        rules: read(&catalogue, "judge the rules", include_str!("rules.sql"))?,
        findings,
        raised,
    })
}
