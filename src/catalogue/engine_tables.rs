//! `base.*` tables that SQL cannot work out itself, written like any other.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use arrow::record_batch::RecordBatch;
use chrono::{Months, NaiveDate};

use super::calendar;
use super::graph::{Goal, Graph};
use super::links;
use super::rows::Rows;
use super::session::Catalogue;
use crate::contract::{Finding, quarantine_schema};
use crate::error::{Error, Result};
use crate::history::{Known, LoadRow};
use crate::project::{MaterialityCombine, Project};

/// Publishes them all; gives what is to be said about weights and links.
pub(super) fn shelve(
    catalogue: &Catalogue,
    project: &Project,
    known: &Known,
) -> Result<Vec<Finding>> {
    shelve_rules(catalogue, project)?;
    shelve_loads(catalogue, known)?;
    shelve_quarantine(catalogue)?;
    shelve_calendar(catalogue, project)?;
    shelve_graph(catalogue, project)
}

/// Arrow's days since 1970-01-01.
pub(super) fn days(day: NaiveDate) -> i32 {
    i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

fn texts<'t>(items: impl Iterator<Item = Option<&'t str>>) -> ArrayRef {
    Arc::new(items.collect::<StringArray>())
}

fn doubles(items: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(items.collect::<Float64Array>())
}

fn integers(items: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(items.map(Some).collect::<Int64Array>())
}

fn counts(items: impl Iterator<Item = u64>) -> ArrayRef {
    integers(items.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
}

fn money(items: impl Iterator<Item = i128>, precision: u8) -> Result<ArrayRef> {
    let array = items
        .map(Some)
        .collect::<Decimal128Array>()
        .with_precision_and_scale(precision, 2)
        .map_err(Error::engine("write money"))?;
    Ok(Arc::new(array))
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .map_err(Error::engine("build a table"))
}

fn shelve_rules(catalogue: &Catalogue, project: &Project) -> Result<()> {
    let rules = &project.rules;
    let text = |t: &str| texts(std::iter::once(Some(t)));
    let double = |d: f64| doubles(std::iter::once(Some(d)));
    let batch = table(vec![
        ("rules_version", text(&rules.version)),
        ("reporting_currency", text(&project.currency)),
        ("rag_green_ratio", double(rules.rag_green_ratio)),
        ("rag_amber_ratio", double(rules.rag_amber_ratio)),
        (
            "materiality_amount",
            money(std::iter::once(i128::from(rules.materiality_cents)), 18)?,
        ),
        ("materiality_ratio", double(rules.materiality_ratio)),
        (
            "materiality_combine",
            text(match rules.materiality_combine {
                MaterialityCombine::All => "all",
                MaterialityCombine::Any => "any",
            }),
        ),
        ("under_funded_ratio", double(rules.under_funded_ratio)),
        ("over_funded_ratio", double(rules.over_funded_ratio)),
        ("stale_after_cadences", double(rules.stale_after_cadences)),
        (
            "trailing_months",
            integers(std::iter::once(rules.trailing_months)),
        ),
    ])?;
    catalogue.shelve("base", "rules", &batch)?;
    let versions = table(vec![
        (
            "version",
            texts(rules.budget_versions.iter().map(|v| Some(v.as_str()))),
        ),
        (
            "preference",
            counts((1..).take(rules.budget_versions.len())),
        ),
    ])?;
    catalogue.shelve("base", "budget_versions", &versions)?;
    Ok(())
}

fn shelve_loads(catalogue: &Catalogue, known: &Known) -> Result<()> {
    let loads = &known.loads;
    let cents = |get: fn(&LoadRow) -> i128| money(loads.iter().map(get), 38);
    let batch = table(vec![
        (
            "table_name",
            texts(loads.iter().map(|l| Some(l.table.as_str()))),
        ),
        ("file", texts(loads.iter().map(|l| Some(l.file.as_str())))),
        (
            "currency",
            texts(loads.iter().map(|l| l.currency.as_deref())),
        ),
        ("seen_count", counts(loads.iter().map(|l| l.seen))),
        ("loaded_count", counts(loads.iter().map(|l| l.loaded))),
        (
            "duplicate_count",
            counts(loads.iter().map(|l| l.duplicates)),
        ),
        (
            "quarantined_count",
            counts(loads.iter().map(|l| l.quarantined)),
        ),
        ("counted_amount", cents(|l| l.counted_cents)?),
        ("loaded_amount", cents(|l| l.loaded_cents)?),
        ("duplicate_amount", cents(|l| l.duplicate_cents)?),
        ("quarantined_amount", cents(|l| l.quarantined_cents)?),
        (
            "unreadable_amount_count",
            counts(loads.iter().map(|l| l.unreadable_amounts)),
        ),
        (
            "newest_date",
            Arc::new(
                loads
                    .iter()
                    .map(|l| l.newest.map(days))
                    .collect::<Date32Array>(),
            ),
        ),
    ])?;
    catalogue.shelve("base", "loads", &batch).map(|_| ())
}

const QUARANTINE: &str = "
    with every_problem as (
        select kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
        from raw.quarantine
        union all
        select kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
        from raw.excluded
    )
    select
        kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
    from every_problem
    order by table_name, file, \"row\", column_name, reason";

fn shelve_quarantine(catalogue: &Catalogue) -> Result<()> {
    let rows = Rows::read(catalogue, "list the quarantine", QUARANTINE)?
        .into_batch()
        .unwrap_or_else(|| RecordBatch::new_empty(quarantine_schema()));
    catalogue.shelve("base", "quarantine", &rows).map(|_| ())
}

const SPAN: &str = "
    select min(first) as first, max(last) as last from (
        select min(posted_date) as first, max(posted_date) as last from raw.spend
        union all
        select min(period_start_date), max(period_end_date) from raw.budgets
        union all
        select min(period_end_date), max(period_end_date) from raw.kpi_values
    )";

/// A calendar of more than this many years is a typing error somewhere.
const MAX_YEARS: i64 = 400;

fn shelve_calendar(catalogue: &Catalogue, project: &Project) -> Result<()> {
    let own = "select fiscal_year, fiscal_quarter, fiscal_period, start_date, end_date \
               from raw.fiscal_calendar order by start_date";
    let own = Rows::read(catalogue, "read the calendar", own)?.into_batch();
    let batch = if let Some(own) = own.filter(|b| b.num_rows() > 0) {
        own
    } else {
        let span = Rows::read(catalogue, "find the span of the data", SPAN)?;
        // The trailing window reaches back even where no data does.
        let months = u32::try_from(project.rules.trailing_months).unwrap_or(u32::MAX);
        let window = project
            .as_of
            .checked_sub_months(Months::new(months))
            .unwrap_or(project.as_of);
        let first = span.date("first", 0).unwrap_or(window).min(window);
        let last = span
            .date("last", 0)
            .unwrap_or(project.as_of)
            .max(project.as_of);
        if last.signed_duration_since(first).num_days() > MAX_YEARS * 366 {
            return Err(Error::Refused {
                message: format!(
                    "the dates of the data span {first} to {last}, more than {MAX_YEARS} years"
                ),
                hint: "one of spend, budgets or kpi_values has a mistyped date".into(),
            });
        }
        let periods = calendar::periods(project.fiscal, first, last)?;
        table(vec![
            (
                "fiscal_year",
                texts(periods.iter().map(|p| Some(p.year.as_str()))),
            ),
            (
                "fiscal_quarter",
                texts(periods.iter().map(|p| Some(p.quarter.as_str()))),
            ),
            (
                "fiscal_period",
                texts(periods.iter().map(|p| Some(p.name.as_str()))),
            ),
            (
                "start_date",
                Arc::new(
                    periods
                        .iter()
                        .map(|p| Some(days(p.start)))
                        .collect::<Date32Array>(),
                ),
            ),
            (
                "end_date",
                Arc::new(
                    periods
                        .iter()
                        .map(|p| Some(days(p.end)))
                        .collect::<Date32Array>(),
                ),
            ),
        ])?
    };
    let shelved = catalogue.shelve("base", "fiscal_calendar", &batch)?;
    catalogue.name_files("fiscal_calendar", &[shelved.path], batch.schema())
}

const GRAPH: &str = "read the goal graph";

fn shelve_graph(catalogue: &Catalogue, project: &Project) -> Result<Vec<Finding>> {
    let goals = Rows::read(
        catalogue,
        GRAPH,
        "select goal_id, name, parent_goal_id, weight, priority_rank from goals order by goal_id",
    )?;
    let links_given = Rows::read(
        catalogue,
        GRAPH,
        "select child_type, child_id, goal_id, weight from goal_links order by child_type, child_id, goal_id",
    )?;
    let shorthand = Rows::read(
        catalogue,
        GRAPH,
        "select 'initiative' as child_type, initiative_id as child_id, goal_id from initiatives where goal_id is not null \
         union all select 'kpi', kpi_id, goal_id from kpis where goal_id is not null",
    )?;
    let ids: HashSet<String> = (0..goals.height())
        .filter_map(|r| goals.text("goal_id", r))
        .collect();
    let given: Vec<links::Given> = (0..links_given.height())
        .filter_map(|r| {
            let l = &links_given;
            Some((
                l.text("child_type", r)?,
                l.text("child_id", r)?,
                l.text("goal_id", r)?,
                l.double("weight", r),
            ))
        })
        .collect();
    let between_goals: Vec<(String, String, f64)> = given
        .iter()
        .filter(|(kind, ..)| kind == "goal")
        .map(|(_, child, goal, weight)| (child.clone(), goal.clone(), weight.unwrap_or(1.0)))
        .collect();
    let graph = Graph::new(
        (0..goals.height())
            .filter_map(|r| {
                Some(Goal {
                    id: goals.text("goal_id", r)?,
                    name: goals.text("name", r)?,
                    parent: goals.text("parent_goal_id", r),
                    weight: goals.double("weight", r),
                    rank: goals.integer("priority_rank", r),
                })
            })
            .collect(),
        &between_goals,
    )?;
    let closure = graph.closure();
    catalogue.shelve(
        "base",
        "goal_closure",
        &table(vec![
            (
                "ancestor_goal_id",
                texts(closure.iter().map(|r| Some(r.ancestor.as_str()))),
            ),
            (
                "goal_id",
                texts(closure.iter().map(|r| Some(r.goal.as_str()))),
            ),
            ("depth", integers(closure.iter().map(|r| r.depth))),
            (
                "weight_ratio",
                doubles(closure.iter().map(|r| Some(r.weight))),
            ),
            ("path", texts(closure.iter().map(|r| Some(r.path.as_str())))),
        ])?,
    )?;
    let (weights, mut findings) = graph.weights(project.rules.rank_weights);
    catalogue.shelve(
        "base",
        "goal_weights",
        &table(vec![
            (
                "goal_id",
                texts(weights.iter().map(|w| Some(w.goal.as_str()))),
            ),
            (
                "parent_goal_id",
                texts(weights.iter().map(|w| w.parent.as_deref())),
            ),
            (
                "root_goal_id",
                texts(weights.iter().map(|w| Some(w.root.as_str()))),
            ),
            ("level", integers(weights.iter().map(|w| w.level))),
            (
                "is_leaf",
                Arc::new(
                    weights
                        .iter()
                        .map(|w| Some(w.is_leaf))
                        .collect::<BooleanArray>(),
                ),
            ),
            ("weight_ratio", doubles(weights.iter().map(|w| w.weight))),
            ("weight_basis", texts(weights.iter().map(|w| w.basis))),
            (
                "status_reason",
                texts(
                    weights
                        .iter()
                        .map(|w| w.weight.is_none().then_some("no weight or rank")),
                ),
            ),
            ("path", texts(weights.iter().map(|w| Some(w.path.as_str())))),
        ])?,
    )?;
    let shorthand = (0..shorthand.height())
        .filter_map(|r| {
            Some((
                shorthand.text("child_type", r)?,
                shorthand.text("child_id", r)?,
                shorthand.text("goal_id", r)?,
            ))
        })
        .collect();
    let given = given
        .into_iter()
        .filter(|(kind, ..)| kind != "goal")
        .collect();
    let (links, link_findings) = links::resolve(given, shorthand, &ids);
    findings.extend(link_findings);
    catalogue.shelve(
        "base",
        "links",
        &table(vec![
            (
                "child_type",
                texts(links.iter().map(|l| Some(l.0.as_str()))),
            ),
            ("child_id", texts(links.iter().map(|l| Some(l.1.as_str())))),
            ("goal_id", texts(links.iter().map(|l| Some(l.2.as_str())))),
            ("weight_ratio", doubles(links.iter().map(|l| Some(l.3)))),
        ])?,
    )?;
    Ok(findings)
}
