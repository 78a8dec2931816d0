//! `run`: load, analyse, publish.

use std::time::{Duration, Instant};

use super::Outcome;
use super::check::{print_problems, refusal};
use super::pack;
use super::printer::Printer;
use super::report::finish;
use crate::catalogue::{Catalogue, Previous};
use crate::cli::{Common, Run};
use crate::contract::Finding;
use crate::error::{Error, Result};
use crate::history::{self, Known, Loaded, Lock};
use crate::model::{self, Query, Ran};
use crate::project::{Overrides, Pack, Project};
use crate::scorecard::page::{Book, Facts, Published, Templates};
use crate::scorecard::{self, CompareWith, Release, Summary};

/// The overrides that the common flags make.
pub(super) fn overrides(common: &Common) -> Overrides {
    Overrides {
        as_of: common.as_of,
        as_known: common.as_known,
        out: None,
        models: None,
        memory_limit: common.memory_limit,
        threads: common.threads.map(usize::from),
    }
}

/// What a run is compared with, as it was typed; a pack by itself with the
/// cut-off before.
fn compare_with(typed: &Run, project: &Project) -> CompareWith {
    let pack = project.pack.as_ref();
    match typed.compare_with.as_deref() {
        None => match pack.and_then(Pack::cut_off_before) {
            Some(day) => CompareWith::CutOff(day),
            None => CompareWith::Newest,
        },
        Some("none") => CompareWith::Nothing,
        Some(id) => CompareWith::Release(id.to_owned()),
    }
}

pub(super) fn run(typed: &Run, printer: &Printer) -> Result<Outcome> {
    let started = Instant::now();
    let mut project = Project::open(
        &typed.common.project,
        Overrides {
            out: typed.out.clone(),
            models: typed.models.clone(),
            ..overrides(&typed.common)
        },
    )?;
    let queries = model::load(&project.root)?;
    let names = queries.iter().map(|q| q.name.clone()).collect();
    let templates = Templates::load(&project.root)?;
    history::durable::create_dir(&project.out)?;
    let _store = Lock::take(&project.store)?;
    let _out = Lock::take(&project.out)?;
    // The day of a pack is known only with the calendar.
    if typed.pack.is_none() {
        say_title(printer, &project);
    }
    let loaded = history::load(&project, true, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    let load_took = started.elapsed();
    if let Some(refused) = refusal(&project, &loaded) {
        return say_refused(typed, printer, &loaded, refused);
    }
    let known = Known::at(&loaded, project.as_known);
    if let Some(kind) = typed.pack {
        pack::cut_off(printer, &mut project, &known, kind)?;
        say_title(printer, &project);
    }
    let (previous, previous_findings) = look_back(typed, printer, &project, &loaded, &known)?;
    let mut release = Release::prepare(&project, &known, previous.as_ref(), &queries, &templates)?;
    if let Some(manifest) = release.published()? {
        printer.say(&format!(
            "nothing new: {} files unchanged, release {} stands",
            loaded.reused_count, manifest.release
        ));
        return finish(
            typed,
            printer,
            &project,
            &manifest,
            &scorecard::findings(&project.out, None)?,
            &known,
            "unchanged",
        );
    }
    let (catalogue, graph_findings) =
        Catalogue::open(&project, &known, previous.as_ref(), &release.folder)?;
    let queries = planned(&catalogue, &project, previous.as_ref(), queries)?;
    let ran = model::run_all(&catalogue, queries, &|name, done, all| {
        printer.progress(name, done, all);
    })?;
    printer.progress_done();
    let findings = [
        history::findings(&project, &known.snapshot).as_slice(),
        &known.findings,
        &graph_findings,
        &previous_findings,
    ]
    .concat();
    let summary = scorecard::summarise(&catalogue, &known, findings.len())?;
    let publishing = Publishing {
        project: &project,
        known: &known,
        previous: previous.as_ref(),
        ran: &ran,
        findings: &findings,
        summary: &summary,
        templates: &templates,
    };
    publishing.add_to(&mut release, &catalogue, names)?;
    let record = record(&project, &loaded, &ran, started.elapsed(), load_took);
    let manifest = release.publish(
        &project,
        &known,
        &ran,
        &catalogue.shelved(),
        summary,
        &record,
    )?;
    printer.say(&format!(
        "{} files read, {} unchanged; {} models in {:.1} s",
        loaded.read_count,
        loaded.reused_count,
        ran.len(),
        started.elapsed().as_secs_f64()
    ));
    finish(
        typed,
        printer,
        &project,
        &manifest,
        &findings,
        &known,
        "published",
    )
}

/// The release to compare with, and what is to be said of it.
fn look_back(
    typed: &Run,
    printer: &Printer,
    project: &Project,
    loaded: &Loaded,
    known: &Known,
) -> Result<(Option<Previous>, Vec<Finding>)> {
    history::durable::create_dir(&project.out.join("releases"))?;
    let wanted = compare_with(typed, project);
    let (previous, findings) = scorecard::previous(project, loaded, known, &wanted)?;
    // Where the store has lost what it was made from, a finding says that.
    if findings.is_empty() {
        pack::say_compared(printer, &wanted, previous.as_ref());
    }
    Ok((previous, findings))
}

fn say_title(printer: &Printer, project: &Project) {
    printer.say(&format!(
        "{} as of {}, rules {}",
        project.name, project.as_of, project.rules.version
    ));
}

/// What people open is made of.
struct Publishing<'r> {
    project: &'r Project,
    known: &'r Known,
    previous: Option<&'r Previous>,
    ran: &'r [Ran],
    findings: &'r [Finding],
    summary: &'r Summary,
    templates: &'r Templates,
}

impl Publishing<'_> {
    /// Adds what people open: the pages, the workbook and the findings.
    /// `names` are all models there are, run or not.
    fn add_to(
        &self,
        release: &mut Release,
        catalogue: &Catalogue,
        names: Vec<String>,
    ) -> Result<()> {
        let facts = Facts::of(
            self.project,
            self.known,
            self.previous,
            &release.id,
            self.findings,
            self.summary,
        );
        let published = self.ran.iter().map(|r| Published::of(&release.folder, r));
        let book = Book::open(
            &facts,
            published.collect(),
            names,
            self.templates,
            catalogue.threads(),
        )?;
        release.add_pages(|sink| book.write(sink))?;
        let workbook = scorecard::workbook(
            self.project,
            self.known,
            self.previous,
            self.ran,
            self.summary,
            &release.id,
        )?;
        release.add("scorecard.xlsx", &workbook)?;
        release.add_findings(self.findings)
    }
}

/// Says why nothing is published.
fn say_refused(typed: &Run, printer: &Printer, loaded: &Loaded, refused: Error) -> Result<Outcome> {
    print_problems(printer, loaded)?;
    if typed.common.json {
        let line = serde_json::json!({ "status": "refused", "findings": loaded.findings });
        printer.data(&line.to_string());
    }
    Err(refused)
}

/// The models to run, in their order, each planned and held to its header.
fn planned(
    catalogue: &Catalogue,
    project: &Project,
    previous: Option<&Previous>,
    queries: Vec<Query>,
) -> Result<Vec<Query>> {
    let queries = model::order(catalogue, queries, project.models.as_deref())?;
    model::name_previous(catalogue, &queries, previous)?;
    model::plan_all(catalogue, &queries)?;
    model::plan_receipts(catalogue, &queries)?;
    Ok(queries)
}

/// `run.json`: what the clock and the machine had to do with it.
fn record(
    project: &Project,
    loaded: &Loaded,
    ran: &[Ran],
    took: Duration,
    load_took: Duration,
) -> serde_json::Value {
    serde_json::json!({
        "status": "published",
        "finished_at": chrono::Utc::now().to_rfc3339(),
        "seconds": took.as_secs_f64(),
        "load_seconds": load_took.as_secs_f64(),
        "files_read": loaded.read_count,
        "files_unchanged": loaded.reused_count,
        "build": format!("throughline {}", env!("CARGO_PKG_VERSION")),
        "peak_memory_bytes": peak_memory(),
        "threads": project.threads,
        "memory_limit": project.memory_limit,
        "models": ran.iter().map(|r| serde_json::json!({
            "name": r.query.name,
            "rows": r.shelved.rows,
            "seconds": r.took.as_secs_f64(),
        })).collect::<Vec<_>>(),
    })
}

/// The largest resident size this process has had, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}
