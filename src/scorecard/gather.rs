//! Gathering: from published tables to the values of the page.
//!
//! Not here: how the page looks (`html`), or any arithmetic beyond formatting.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::figures::{count, money, percent, value};
use super::html::{
    self, Column, Coverage, Goal, Kpi, Linked, Listing, Load, Model, NotComputed, Notice, Page,
    Pages, Pathless, PriorityLevel, PriorityRow, Reconciliation, Severity, Status, Tone, Variance,
};
use super::manifest::ENGINE_VERSION;
use super::summary::Summary;
use super::warnings::Warnings;
use crate::catalogue::{Catalogue, Rows};
use crate::contract::{self, Finding};
use crate::error::{Error, Result};
use crate::history::Known;
use crate::model::Ran;
use crate::project::Project;

/// The pages as HTML.
///
/// # Errors
/// Engine errors while reading tables back, [`Error::Bug`] for a broken template.
pub fn pages(
    catalogue: &Catalogue,
    project: &Project,
    known: &Known,
    ran: &[Ran],
    findings: &[Finding],
    summary: &Summary,
    release: &str,
) -> Result<Pages> {
    let page = Page {
        project: project.name.clone(),
        description: project.description.clone(),
        as_of: project.as_of.to_string(),
        as_known: known.as_known.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        rules_version: project.rules.version.clone(),
        release_id: release.to_owned(),
        engine_version: ENGINE_VERSION.to_owned(),
        currency: project.currency.clone(),
        reconciliation: reconciliation(summary),
        answers: summary.answers.iter().map(answer).collect(),
        warnings: summary.warnings.as_ref().map(Warnings::page),
        priority: priority(catalogue)?,
        variances: variances(catalogue)?,
        kpis: kpis(catalogue)?,
        goals: goals(catalogue)?,
        pathless: pathless(catalogue)?,
        coverage: coverage(catalogue)?,
        notices: notices(findings),
        not_computed: not_computed(summary, &project.currency),
        loads: loads(project, summary),
        models: ran.iter().map(model).collect(),
    };
    html::render(&page, |bytes| STANDARD.encode(Sha256::digest(bytes)))
        .map_err(|e| Error::Bug(format!("the page cannot be rendered: {e:#}")))
}

fn amount(rows: &Rows, column: &str, row: usize) -> String {
    rows.text(column, row)
        .map(|t| money(&t))
        .unwrap_or_default()
}

fn share(rows: &Rows, column: &str, row: usize) -> String {
    rows.double(column, row).map(percent).unwrap_or_default()
}

fn size(number: Option<i64>) -> usize {
    number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

fn answer(answer: &super::summary::Answer) -> html::Answer {
    html::Answer {
        question: answer.question.clone(),
        figure: answer.figure.clone(),
        label: answer.label.clone(),
        sentence: answer.sentence.clone(),
        tone: match answer.tone.as_str() {
            "good" => Tone::Good,
            "watch" => Tone::Watch,
            "bad" => Tone::Bad,
            _ => Tone::Unknown,
        },
        anchor: answer.anchor.clone(),
    }
}

fn reconciliation(summary: &Summary) -> Listing<Reconciliation> {
    let source = "scorecard.reconciliation";
    if summary.balances.is_empty() {
        return Listing::empty(source, "Not computed: no ledger was loaded.");
    }
    let rows = summary.balances.iter().map(|b| Reconciliation {
        currency: b.currency.clone(),
        ledger: money(&b.ledger),
        aligned: money(&b.aligned),
        unaligned: money(&b.unaligned),
        quarantined: money(&b.quarantined),
        later: money(&b.later),
        duplicates: money(&b.duplicates),
        difference: money(&b.difference),
        is_balanced: b.difference.parse() == Ok(0.0),
    });
    Listing::of(source, rows.collect())
}

fn priority(catalogue: &Catalogue) -> Result<Listing<PriorityLevel>> {
    let source = "misallocation.priority_gap";
    let rows = Rows::read(
        catalogue,
        "read the priority gap",
        "select *, sum(case when move_amount > 0 then move_amount end) over (partition by level) as level_move \
         from misallocation.priority_gap order by level, goal_id",
    )?;
    let mut levels: BTreeMap<i64, PriorityLevel> = BTreeMap::new();
    for r in 0..rows.height() {
        let number = rows.integer("level", r).unwrap_or(0);
        let level = levels.entry(number).or_insert_with(|| PriorityLevel {
            level: u32::try_from(number).unwrap_or(0),
            title: match number {
                1 => "Top goals".into(),
                _ => String::new(),
            },
            to_move: amount(&rows, "level_move", r),
            ..PriorityLevel::default()
        });
        if level.status_reason.is_empty() && rows.double("weight_ratio", r).is_none() {
            level.status_reason = rows.shown("status_reason", r);
        }
        level.rows.push(PriorityRow {
            goal_id: rows.shown("goal_id", r),
            goal_name: rows.shown("goal_name", r),
            weight_ratio: rows.double("weight_ratio", r),
            weight: share(&rows, "weight_ratio", r),
            spend_ratio: rows.double("spend_ratio", r),
            spend_share: share(&rows, "spend_ratio", r),
            fair: amount(&rows, "fair_amount", r),
            actual: amount(&rows, "spend_amount", r),
            move_amount: amount(&rows, "move_amount", r),
            verdict: rows.shown("verdict", r),
            basis: rows.shown("weight_basis", r),
            status_reason: rows.shown("status_reason", r),
        });
    }
    if levels.is_empty() {
        return Ok(Listing::empty(
            source,
            "Not computed: there are no goals as of this day.",
        ));
    }
    let is_weighted = levels
        .values()
        .flat_map(|l| &l.rows)
        .any(|row| row.weight_ratio.is_some_and(|w| w > 0.0));
    if !is_weighted {
        return Ok(Listing::empty(
            source,
            "Not computed: goals carry no weight or priority_rank.",
        ));
    }
    let mut listing = Listing::of(source, levels.into_values().collect());
    "Not computed: goals carry no weight or priority_rank.".clone_into(&mut listing.empty_reason);
    Ok(listing)
}

fn variances(catalogue: &Catalogue) -> Result<Listing<Variance>> {
    let source = "variance.budget_to_actual";
    let rows = Rows::read(
        catalogue,
        "read the budget variances",
        "select * from variance.budget_to_actual where initiative_id <> '(none)' \
         qualify row_number() over (partition by initiative_id order by end_date desc) = 1 \
         order by initiative_id",
    )?;
    if rows.height() == 0 {
        return Ok(Listing::empty(
            source,
            "Not computed: there is neither a budget nor spend as of this day.",
        ));
    }
    if Rows::read(
        catalogue,
        "look for spend",
        "select 1 as found from base.spend_by_month limit 1",
    )?
    .height()
        == 0
    {
        return Ok(Listing::empty(
            source,
            "Not computed: no actual spend was loaded, so no budget can be compared.",
        ));
    }
    let list = (0..rows.height()).map(|r| Variance {
        initiative_id: rows.shown("initiative_id", r),
        name: rows.shown("initiative_name", r),
        unit: rows.shown("business_unit", r),
        budget: amount(&rows, "budget_to_date_amount", r),
        actual: amount(&rows, "actual_to_date_amount", r),
        variance: amount(&rows, "variance_to_date_amount", r),
        variance_value: rows.double("variance_to_date_amount", r).unwrap_or(0.0),
        ratio: share(&rows, "variance_to_date_ratio", r),
        is_material: rows.truth("is_material", r).unwrap_or(false),
        rule: rows.shown("materiality_rule", r),
        status_reason: rows.shown("status_reason", r),
    });
    Ok(Listing::of(source, list.collect()))
}

fn kpis(catalogue: &Catalogue) -> Result<Listing<Kpi>> {
    let source = "variance.kpi_attainment";
    let rows = Rows::read(
        catalogue,
        "read the KPI attainment",
        "select * from variance.kpi_attainment order by kpi_id, business_unit",
    )?;
    if rows.height() == 0 {
        return Ok(Listing::empty(source, "Not computed: no KPI was loaded."));
    }
    let list = (0..rows.height()).map(|r| {
        let number = |column| rows.double(column, r).map(value);
        let target = number("target_value").or_else(|| {
            match (number("lower_value"), number("upper_value")) {
                (Some(low), Some(high)) => Some(format!("{low} to {high}")),
                (Some(low), None) => Some(format!("from {low}")),
                (None, Some(high)) => Some(format!("up to {high}")),
                (None, None) => None,
            }
        });
        Kpi {
            kpi_id: rows.shown("kpi_id", r),
            name: rows.shown("kpi_name", r),
            unit: rows.shown("unit", r),
            goal: rows.shown("goal_id", r),
            actual: number("actual_value").unwrap_or_default(),
            target: target.unwrap_or_default(),
            attainment: share(&rows, "attainment_ratio", r),
            attainment_ratio: rows.double("attainment_ratio", r),
            expected_ratio: rows.double("expected_ratio", r),
            period_end: rows.shown("period_end_date", r),
            status: Status::named(&rows.shown("status", r)),
            verdict: rows.shown("verdict", r),
            status_reason: rows.shown("status_reason", r),
        }
    });
    Ok(Listing::of(source, list.collect()))
}

fn goals(catalogue: &Catalogue) -> Result<Listing<Goal>> {
    let source = "alignment.line_of_sight";
    let linked = Rows::read(
        catalogue,
        "read the line of sight",
        "select goal_id, item_id, item_name, business_unit, spend_amount from alignment.line_of_sight \
         where item_type = 'initiative' and has_path order by goal_id, spend_amount desc, item_id",
    )?;
    let mut under: BTreeMap<String, Vec<Linked>> = BTreeMap::new();
    for r in 0..linked.height() {
        under
            .entry(linked.shown("goal_id", r))
            .or_default()
            .push(Linked {
                initiative_id: linked.shown("item_id", r),
                name: linked.shown("item_name", r),
                unit: linked.shown("business_unit", r),
                spend: amount(&linked, "spend_amount", r),
            });
    }
    let rows = Rows::read(
        catalogue,
        "read the goal tree",
        "with subtree as (
            select closure.ancestor_goal_id as goal_id,
                sum(sight.spend_amount) filter (where sight.item_type = 'initiative') as spend_amount,
                count(distinct case when sight.item_type = 'initiative' then sight.item_id end) as initiative_count,
                count(distinct case when sight.item_type = 'kpi' then sight.item_id end) as kpi_count
            from base.goal_closure as closure
            inner join alignment.line_of_sight as sight on sight.goal_id = closure.goal_id
            group by closure.ancestor_goal_id
        )
        select weights.goal_id, goals.name, weights.level - 1 as depth, weights.path, weights.weight_ratio,
            cast(coalesce(subtree.spend_amount, 0) as decimal(38, 2)) as goal_spend_amount,
            coalesce(subtree.initiative_count, 0) as initiative_count,
            coalesce(subtree.kpi_count, 0) as kpi_count
        from base.goal_weights as weights
        inner join goals on goals.goal_id = weights.goal_id
        left join subtree on subtree.goal_id = weights.goal_id
        left join subtree as root on root.goal_id = weights.root_goal_id
        order by root.spend_amount desc nulls last, weights.path, weights.goal_id",
    )?;
    if rows.height() == 0 {
        return Ok(Listing::empty(
            source,
            "Not computed: there are no goals as of this day.",
        ));
    }
    let list = (0..rows.height()).map(|r| {
        let id = rows.shown("goal_id", r);
        Goal {
            name: rows.shown("name", r),
            depth: rows
                .integer("depth", r)
                .and_then(|d| u32::try_from(d).ok())
                .unwrap_or(0),
            path: rows.shown("path", r),
            weight: share(&rows, "weight_ratio", r),
            spend: amount(&rows, "goal_spend_amount", r),
            kpi_count: size(rows.integer("kpi_count", r)),
            initiative_count: size(rows.integer("initiative_count", r)),
            initiatives: under.remove(&id).unwrap_or_default(),
            goal_id: id,
        }
    });
    Ok(Listing::of(source, list.collect()))
}

fn pathless(catalogue: &Catalogue) -> Result<Listing<Pathless>> {
    let source = "alignment.line_of_sight";
    let rows = Rows::read(
        catalogue,
        "read what has no path",
        "select * from alignment.line_of_sight where not has_path order by spend_amount desc nulls last, item_type, item_id",
    )?;
    if rows.height() == 0 {
        return Ok(Listing::empty(
            source,
            "None: every initiative and KPI has a path to a goal.",
        ));
    }
    let list = (0..rows.height()).map(|r| Pathless {
        item_type: rows.shown("item_type", r),
        item_id: rows.shown("item_id", r),
        name: rows.shown("item_name", r),
        unit: rows.shown("business_unit", r),
        spend: amount(&rows, "spend_amount", r),
        gap_reason: rows.shown("gap_reason", r),
    });
    Ok(Listing::of(source, list.collect()))
}

fn coverage(catalogue: &Catalogue) -> Result<Listing<Coverage>> {
    let rows = Rows::read(
        catalogue,
        "read the coverage",
        "select * from alignment.coverage order by measure",
    )?;
    let list = (0..rows.height()).map(|r| {
        let is_count = rows.shown("unit", r) == "count";
        let shown = |column| {
            let text = rows.shown(column, r);
            let plain = if is_count {
                text.trim_end_matches(".00")
            } else {
                &text
            };
            money(plain)
        };
        Coverage {
            measure: rows.shown("measure", r),
            covered: shown("covered_amount"),
            total: shown("total_amount"),
            ratio: share(&rows, "coverage_ratio", r),
            ratio_value: rows.double("coverage_ratio", r),
            status_reason: rows.shown("status_reason", r),
        }
    });
    Ok(Listing::of("alignment.coverage", list.collect()))
}

fn notices(findings: &[Finding]) -> Listing<Notice> {
    if findings.is_empty() {
        return Listing::empty("", "None: every row met the contract.");
    }
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| f.severity);
    let list = sorted.into_iter().map(|f| Notice {
        severity: match f.severity {
            contract::Severity::Error => Severity::Error,
            contract::Severity::Warning => Severity::Warning,
            contract::Severity::Info => Severity::Note,
        },
        what: f.what.clone(),
        place: f.place(),
        why: String::new(),
        remedy: f.hint.clone(),
    });
    Listing::of("findings.ndjson", list.collect())
}

fn not_computed(summary: &Summary, currency: &str) -> Listing<NotComputed> {
    if summary.missing.is_empty() {
        return Listing::empty(
            "scorecard.not_computed",
            "None: nothing that the models need is missing.",
        );
    }
    let list = summary.missing.iter().map(|m| NotComputed {
        analysis: m.analysis.clone(),
        missing: m.missing.clone(),
        unlocks: m.unlocks.clone(),
        money: format!("{} {currency}", money(&m.spend)),
    });
    Listing::of("scorecard.not_computed", list.collect())
}

/// Newest facts older than this many days are called old.
const FRESH_DAYS: i64 = 45;
const STALE_DAYS: i64 = 120;

fn loads(project: &Project, summary: &Summary) -> Listing<Load> {
    let list = summary.loads.iter().map(|l| {
        let age = l
            .newest
            .map(|day| project.as_of.signed_duration_since(day).num_days());
        // Only facts age; a goal that was set three years ago is not stale data.
        let ages = contract::table(&l.table).is_some_and(|t| t.fact_date.is_some());
        Load {
            table: l.table.clone(),
            file_count: count(l.files),
            seen: count(l.seen),
            loaded: count(l.loaded),
            quarantined: count(l.quarantined),
            newest_date: l.newest.map(|d| d.to_string()).unwrap_or_default(),
            age: match age {
                None => String::new(),
                Some(days) if days < 0 => format!("{} days ahead", -days),
                Some(1) => "1 day".into(),
                Some(days) => format!("{} days", count(days.unsigned_abs())),
            },
            freshness: match age.filter(|_| ages) {
                None => Tone::Unknown,
                Some(days) if days <= FRESH_DAYS => Tone::Good,
                Some(days) if days <= STALE_DAYS => Tone::Watch,
                Some(_) => Tone::Bad,
            },
        }
    });
    Listing::of("base.loads", list.collect())
}

fn model(ran: &Ran) -> Model {
    let header = &ran.query.header;
    let first = Rows::of(ran.first_rows.clone());
    let shown = |row| {
        let cells = header.columns.iter();
        cells.map(|c| first.text(&c.name, row)).collect()
    };
    Model {
        name: ran.query.name.clone(),
        question: header.question.clone(),
        grain: header.grain.join(", "),
        columns: header
            .columns
            .iter()
            .map(|c| Column {
                name: c.name.clone(),
                type_name: c.type_name.clone(),
                description: c.description.clone(),
            })
            .collect(),
        checks: header.checks.clone(),
        receipt: header.receipt.text(),
        leaves_out: header.leaves_out.clone(),
        method: header.method.clone(),
        sql: ran.query.body().to_owned(),
        row_count: ran.shelved.rows,
        parquet_path: ran.shelved.file.clone(),
        rows: (0..first.height()).map(shown).collect(),
    }
}
