//! The report of a run in the terminal, and the gate that a scheduler may set.

use super::Outcome;
use super::check::report_load;
use super::printer::{Printer, table};
use super::render::single_file;
use crate::cli::{FailOn, Run};
use crate::contract::{Finding, Severity};
use crate::error::Result;
use crate::history::Known;
use crate::project::Project;
use crate::scorecard::{Manifest, Release, Summary, money};

/// Gaps that a terminal has room for, those with the most money first.
const MISSING_SHOWN: usize = 12;

/// Says what was found, and closes the gate if one was asked for.
pub(super) fn finish(
    typed: &Run,
    printer: &Printer,
    project: &Project,
    manifest: &Manifest,
    findings: &[Finding],
    known: &Known,
    status: &str,
) -> Result<Outcome> {
    let summary = &manifest.summary;
    report_load(printer, summary, findings, known)?;
    report_balances(printer, summary);
    report_answers(printer, summary);
    report_warnings(printer, summary, &manifest.currency);
    report_missing(printer, summary, &manifest.currency);
    if let Some(file) = &typed.single_file {
        single_file(&mut project.clone(), Some(&manifest.release), file)?;
    }
    let page = Release::page_path(&project.out);
    printer.say(&format!("\nOpen {}", page.display()));
    let is_closed = match typed.fail_on {
        None => false,
        Some(FailOn::Warning) => findings.iter().any(|f| f.severity <= Severity::Warning),
        Some(FailOn::Red) => {
            let is_red = summary.warnings.as_ref().is_some_and(|w| w.high_count > 0);
            is_red || summary.answers.iter().any(|a| a.tone == "bad")
        }
    };
    if typed.common.json {
        let line = serde_json::json!({
            "status": status,
            "release": manifest.release,
            "as_of": manifest.as_of,
            "as_known": manifest.as_known,
            "pack": manifest.pack.as_ref().map(|pack| pack.kind),
            "period": manifest.pack.as_ref().map(|pack| &pack.period),
            "rules_version": manifest.rules_version,
            "page": page.display().to_string(),
            "loads": summary.loads,
            "reconciliation": summary.balances,
            "answers": summary.answers,
            "warnings": summary.warnings,
            "not_computed": summary.missing,
            "findings": findings,
            "gate": if is_closed { "closed" } else { "open" },
        });
        printer.data(&line.to_string());
    }
    Ok(if is_closed {
        printer.say("the gate of --fail-on is closed: exit 65");
        Outcome::Gate(65)
    } else {
        Outcome::Done
    })
}

fn report_balances(printer: &Printer, summary: &Summary) {
    if summary.balances.is_empty() {
        printer.say("\nNo ledger was loaded, so there is nothing to reconcile");
        return;
    }
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
            money(&b.ledger),
            money(&b.aligned),
            money(&b.unaligned),
            money(&b.quarantined),
            money(&b.duplicates),
            money(&b.later),
            money(&b.difference),
        ]);
    }
    printer.say(&table(&rows, &[1, 2, 3, 4, 5, 6, 7]));
}

fn report_answers(printer: &Printer, summary: &Summary) {
    printer.say("\nWhat was found");
    for answer in &summary.answers {
        let figure = [answer.figure.as_str(), answer.label.as_str()].join(" ");
        printer.say(&format!(
            "  {}\n    {}. {}",
            answer.question,
            figure.trim_end(),
            answer.sentence
        ));
    }
}

/// The gravest findings and the seven signs.
fn report_warnings(printer: &Printer, summary: &Summary, currency: &str) {
    let Some(warnings) = &summary.warnings else {
        return;
    };
    let since = match &warnings.compared_with {
        Some(day) => format!(
            "; {} new and {} resolved since {day}",
            warnings.new_count, warnings.resolved_count
        ),
        None => String::new(),
    };
    printer.say(&format!(
        "\nFindings: {}, {} of high severity{since}",
        warnings.finding_count, warnings.high_count
    ));
    for finding in &warnings.findings {
        let risk = match &finding.money_at_risk {
            Some(amount) => format!("; {} {currency} at risk", money(amount)),
            None => String::new(),
        };
        // A subject without a name of its own is called by its id.
        let subject = if finding.subject_name == finding.subject_id {
            finding.subject_id.clone()
        } else {
            format!("{} {}", finding.subject_id, finding.subject_name)
        };
        printer.say(&format!(
            "  {:<6} {subject}: {}{risk}",
            finding.severity,
            finding.evidence.trim_end_matches('.')
        ));
    }
    let more = warnings
        .finding_count
        .saturating_sub(warnings.findings.len() as u64);
    if more > 0 {
        printer.say(&format!("  and {more} more in scorecard.findings"));
    }
    if let (Some(day), Some(changes)) = (&warnings.compared_with, &warnings.changes) {
        printer.say(&format!("\nWhat changed since {day}"));
        for change in changes {
            let subject = if change.subject.is_empty() {
                String::new()
            } else {
                format!(" of {}", change.subject)
            };
            printer.say(&format!(
                "  {}{subject}: {} by {}",
                change.measure, change.change, change.cause
            ));
        }
        if changes.is_empty() {
            printer.say("  nothing material");
        }
    }
    if !warnings.signs.is_empty() {
        printer.say("\nSeven signs");
        let rows: Vec<Vec<String>> = std::iter::once(
            ["sign", "figure", "status", "evidence"]
                .map(str::to_owned)
                .to_vec(),
        )
        .chain(warnings.signs.iter().map(|s| {
            vec![
                s.sign.clone(),
                s.figure.clone(),
                s.status.clone(),
                s.evidence.clone(),
            ]
        }))
        .collect();
        printer.say(&table(&rows, &[1]));
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
    for m in summary.missing.iter().take(MISSING_SHOWN) {
        rows.push(vec![
            m.analysis.clone(),
            m.missing.clone(),
            m.unlocks.clone(),
            money(&m.spend),
        ]);
    }
    printer.say(&table(&rows, &[3]));
    if summary.missing.len() > MISSING_SHOWN {
        printer.say(&format!(
            "   and {} more in scorecard.not_computed",
            summary.missing.len() - MISSING_SHOWN
        ));
    }
}
