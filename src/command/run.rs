//! `run`: load, analyse, publish.

use std::time::Instant;

use super::Outcome;
use super::check::{refusal, report_load};
use super::printer::{Printer, table};
use crate::catalogue::Catalogue;
use crate::cli::{Common, FailOn, Run};
use crate::contract::{Finding, Severity};
use crate::error::Result;
use crate::history::{self, Known, Lock};
use crate::model;
use crate::project::{Overrides, Project};
use crate::scorecard::{self, Manifest, Release, Summary};

/// The overrides that the common flags make.
pub(super) fn overrides(common: &Common) -> Overrides {
    Overrides {
        as_of: common.as_of,
        as_known: common.as_known,
        out: None,
        memory_limit: common.memory_limit,
        threads: common.threads.map(usize::from),
    }
}

pub(super) fn run(typed: &Run, printer: &Printer) -> Result<Outcome> {
    let started = Instant::now();
    let project = Project::open(
        &typed.common.project,
        Overrides {
            out: typed.out.clone(),
            ..overrides(&typed.common)
        },
    )?;
    let queries = model::load(&project.root)?;
    history::durable::create_dir(&project.out)?;
    let _store = Lock::take(&project.store)?;
    let _out = Lock::take(&project.out)?;
    printer.say(&format!(
        "{} as of {}, rules {}",
        project.name, project.as_of, project.rules.version
    ));
    let loaded = history::load(&project, true, &|table, file, done, all| {
        printer.progress(&format!("{table}: {file}"), done, all);
    })?;
    printer.progress_done();
    let load_took = started.elapsed();
    if let Some(refused) = refusal(&project, &loaded, printer) {
        return Err(refused);
    }
    let known = Known::at(&loaded, project.as_known);
    let mut release = Release::prepare(&project, &known, &queries)?;
    if let Some(manifest) = release.published()? {
        printer.say(&format!(
            "nothing new: {} files unchanged, release {} stands",
            loaded.reused_count, manifest.release
        ));
        return Ok(finish(
            typed,
            printer,
            &project,
            &manifest,
            &loaded.findings,
            "unchanged",
        ));
    }
    let (catalogue, graph_findings) = Catalogue::open(&project, &known, &release.folder)?;
    let queries = model::order(&catalogue, queries)?;
    model::plan_all(&catalogue, &queries)?;
    let ran = model::run_all(&catalogue, queries, &|name, done, all| {
        printer.progress(name, done, all);
    })?;
    printer.progress_done();
    let findings: Vec<Finding> = loaded
        .findings
        .iter()
        .chain(&known.findings)
        .chain(&graph_findings)
        .cloned()
        .collect();
    let summary = scorecard::summarise(&catalogue, &known, findings.len())?;
    let page = scorecard::page(
        &catalogue,
        &project,
        &known,
        &ran,
        &findings,
        &summary,
        &release.id,
    )?;
    release.add("index.html", page.as_bytes())?;
    release.add_findings(&findings)?;
    let record = serde_json::json!({
        "status": "published",
        "finished_at": chrono::Utc::now().to_rfc3339(),
        "seconds": started.elapsed().as_secs_f64(),
        "load_seconds": load_took.as_secs_f64(),
        "files_read": loaded.read_count,
        "files_unchanged": loaded.reused_count,
        "threads": project.threads,
        "memory_limit": project.memory_limit,
        "models": ran.iter().map(|r| serde_json::json!({
            "name": r.query.name,
            "rows": r.shelved.rows,
            "seconds": r.took.as_secs_f64(),
        })).collect::<Vec<_>>(),
    });
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
    Ok(finish(
        typed,
        printer,
        &project,
        &manifest,
        &findings,
        "published",
    ))
}

/// Says what was found, and closes the gate if one was asked for.
fn finish(
    typed: &Run,
    printer: &Printer,
    project: &Project,
    manifest: &Manifest,
    findings: &[Finding],
    status: &str,
) -> Outcome {
    let summary = &manifest.summary;
    report_load(printer, summary, findings);
    report_balances(printer, summary);
    report_answers(printer, summary);
    report_missing(printer, summary, &manifest.currency);
    let page = Release::page_path(&project.out);
    printer.say(&format!("\nOpen {}", page.display()));
    let is_closed = match typed.fail_on {
        None => false,
        Some(FailOn::Warning) => findings.iter().any(|f| f.severity <= Severity::Warning),
        Some(FailOn::Red) => summary.answers.iter().any(|a| a.tone == "bad"),
    };
    if typed.common.json {
        let line = serde_json::json!({
            "status": status,
            "release": manifest.release,
            "as_of": manifest.as_of,
            "as_known": manifest.as_known,
            "rules_version": manifest.rules_version,
            "page": page.display().to_string(),
            "loads": summary.loads,
            "reconciliation": summary.balances,
            "answers": summary.answers,
            "not_computed": summary.missing,
            "findings": findings,
            "gate": if is_closed { "closed" } else { "open" },
        });
        printer.data(&line.to_string());
    }
    if is_closed {
        printer.say("the gate of --fail-on is closed: exit 65");
        Outcome::Gate(65)
    } else {
        Outcome::Done
    }
}

fn report_balances(printer: &Printer, summary: &Summary) {
    printer.say("\nReconciled to the cent");
    let mut rows = vec![
        [
            "",
            "ledger",
            "= aligned",
            "+ unaligned",
            "+ quarantined",
            "+ duplicates",
            "+ later",
            "difference",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for b in &summary.balances {
        rows.push(vec![
            b.currency.clone(),
            b.ledger.clone(),
            b.aligned.clone(),
            b.unaligned.clone(),
            b.quarantined.clone(),
            b.duplicates.clone(),
            b.later.clone(),
            b.difference.clone(),
        ]);
    }
    printer.say(&table(&rows, &[1, 2, 3, 4, 5, 6, 7]));
}

fn report_answers(printer: &Printer, summary: &Summary) {
    printer.say("\nWhat was found");
    for answer in &summary.answers {
        printer.say(&format!(
            "  {}\n    {} {}. {}",
            answer.question, answer.figure, answer.label, answer.sentence
        ));
    }
}

fn report_missing(printer: &Printer, summary: &Summary, currency: &str) {
    if summary.missing.is_empty() {
        printer.say("\nNothing that the models need is missing");
        return;
    }
    printer.say("\nNot computed, and what would unlock it");
    let mut rows = vec![vec![
        "analysis".to_owned(),
        "missing".into(),
        "would say".into(),
        format!("spend concerned, {currency}"),
    ]];
    for m in &summary.missing {
        rows.push(vec![
            m.analysis.clone(),
            m.missing.clone(),
            m.unlocks.clone(),
            m.spend.clone(),
        ]);
    }
    printer.say(&table(&rows, &[3]));
}
