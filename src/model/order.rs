//! The order of models, from the tables that their SQL names.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::Statement as Sql;

use super::plan::located;
use super::query::Query;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};

/// What every scorecard shows, and what must balance before it is published.
const ALWAYS: [&str; 8] = [
    "alignment.coverage",
    "alignment.line_of_sight",
    "misallocation.priority_gap",
    "scorecard.answers",
    "scorecard.not_computed",
    "scorecard.reconciliation",
    "variance.budget_to_actual",
    "variance.kpi_attainment",
];

/// Sorts models so that each comes after those it reads. Ties go by name. With
/// `wanted` (names, or `family.*`) only those are kept, the project's own, what
/// the scorecard always needs, and whatever these read.
///
/// # Errors
/// [`Error::Model`] for SQL that does not parse, for anything but one query, and
/// for models that read each other in a circle; [`Error::Usage`] for a wanted
/// name that no model has.
pub fn order(
    catalogue: &Catalogue,
    queries: Vec<Query>,
    wanted: Option<&[String]>,
) -> Result<Vec<Query>> {
    let waiting = with_reads(catalogue, queries)?;
    let kept = match wanted {
        Some(wanted) => {
            let mut chosen = chosen(&waiting, wanted)?;
            let in_any_case = waiting
                .values()
                .filter(|q| !q.built_in || ALWAYS.contains(&q.name.as_str()));
            chosen.extend(in_any_case.map(|q| q.name.clone()));
            closure(&waiting, chosen)
        }
        None => waiting.keys().cloned().collect(),
    };
    sorted(waiting, &kept)
}

/// Sorts the models of these names and those that they read, and no others.
///
/// # Errors
/// As [`order`].
pub fn order_only(
    catalogue: &Catalogue,
    queries: Vec<Query>,
    names: &[&str],
) -> Result<Vec<Query>> {
    let waiting = with_reads(catalogue, queries)?;
    let kept = closure(&waiting, names.iter().map(|n| (*n).to_owned()).collect());
    sorted(waiting, &kept)
}

/// Sorts those models that must run again to answer `names` over a published
/// release that now looks back at another one: what is not published, and what
/// rests on the release before. Everything else stands as it was published.
///
/// # Errors
/// As [`order`].
pub fn order_again(
    catalogue: &Catalogue,
    queries: Vec<Query>,
    names: &[&str],
    published: &BTreeSet<String>,
) -> Result<Vec<Query>> {
    let waiting = with_reads(catalogue, queries)?;
    let mut looks_back = BTreeSet::new();
    for query in waiting.values() {
        let tables = reads(catalogue, query)?;
        let is_back = |table: &String| {
            table.starts_with("previous.")
                || (table == "base.run" && query.body().contains("previous_"))
        };
        if tables.iter().any(is_back) {
            looks_back.insert(query.name.clone());
        }
    }
    let must = |name: &String| {
        let below = closure(&waiting, vec![name.clone()]);
        !published.contains(name) || !below.is_disjoint(&looks_back)
    };
    let mut again = BTreeSet::new();
    let mut open: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    while let Some(name) = open.pop() {
        if let Some(query) = waiting.get(&name)
            && must(&name)
            && again.insert(name)
        {
            open.extend(query.reads.iter().cloned());
        }
    }
    sorted(waiting, &again)
}

/// The models by their names, each with those it reads.
///
/// # Errors
/// [`Error::Model`] for SQL that does not parse or is no query.
pub fn with_reads(catalogue: &Catalogue, queries: Vec<Query>) -> Result<BTreeMap<String, Query>> {
    let names: BTreeSet<String> = queries.iter().map(|q| q.name.clone()).collect();
    let mut waiting: BTreeMap<String, Query> = BTreeMap::new();
    for mut query in queries {
        let tables = reads(catalogue, &query)?;
        // A check against a table that has not run would see it empty, and pass.
        let checked = query.header.checks.iter().flat_map(|check| words(check));
        query.reads = tables
            .into_iter()
            .chain(checked)
            .filter(|name| *name != query.name && names.contains(name))
            .collect();
        waiting.insert(query.name.clone(), query);
    }
    Ok(waiting)
}

/// Those of `kept`, each after those it reads.
fn sorted(mut waiting: BTreeMap<String, Query>, kept: &BTreeSet<String>) -> Result<Vec<Query>> {
    waiting.retain(|name, _| kept.contains(name));
    let mut ordered: Vec<Query> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .find(|(_, query)| !query.reads.iter().any(|r| waiting.contains_key(r)))
            .map(|(name, _)| name.clone());
        let Some(name) = ready else {
            return Err(circle(&waiting));
        };
        ordered.extend(waiting.remove(&name));
    }
    Ok(ordered)
}

/// The models that patterns name: a model, or `family.*`.
fn chosen(queries: &BTreeMap<String, Query>, wanted: &[String]) -> Result<Vec<String>> {
    let mut chosen: Vec<String> = Vec::new();
    for pattern in wanted {
        let of_family = pattern.strip_suffix('*');
        let found = queries.keys().filter(|name| match of_family {
            Some(family) => name.starts_with(family),
            None => *name == pattern,
        });
        let before = chosen.len();
        chosen.extend(found.cloned());
        if chosen.len() == before {
            return Err(Error::Usage {
                message: format!("there is no model `{pattern}` to run"),
                hint: "`throughline models` lists them; a family is written `variance.*`".into(),
            });
        }
    }
    Ok(chosen)
}

/// These models and all that they read.
fn closure(queries: &BTreeMap<String, Query>, mut waiting: Vec<String>) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(query) = queries.get(&name)
            && kept.insert(name)
        {
            waiting.extend(query.reads.iter().cloned());
        }
    }
    kept
}

fn circle(waiting: &BTreeMap<String, Query>) -> Error {
    let names: Vec<&str> = waiting.keys().map(String::as_str).collect();
    let blamed = waiting
        .values()
        .find(|q| !q.built_in)
        .or_else(|| waiting.values().next());
    match blamed {
        Some(query) => query.complain(
            1,
            1,
            format!(
                "these models read each other in a circle: {}",
                names.join(", ")
            ),
            "a model may read tables and models that do not read it",
        ),
        None => Error::Bug("an empty circle of models".into()),
    }
}

/// The names in a piece of SQL.
fn words(sql: &str) -> impl Iterator<Item = String> {
    sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .map(str::to_owned)
}

/// The tables that a model names, as `schema.table` or `table`.
///
/// # Errors
/// [`Error::Model`] for SQL that does not parse or is no query.
pub fn reads(catalogue: &Catalogue, query: &Query) -> Result<Vec<String>> {
    let dialect = catalogue
        .context()
        .state()
        .config()
        .options()
        .sql_parser
        .dialect;
    let statement = catalogue
        .context()
        .state()
        .sql_to_statement(&query.sql, &dialect)
        .map_err(|e| located(query, &e))?;
    if !matches!(&statement, Statement::Statement(sql) if matches!(**sql, Sql::Query(_))) {
        return Err(query.complain(
            1,
            1,
            "a model is one query; this is another kind of statement".into(),
            "end the file with a single select",
        ));
    }
    let (tables, _) = resolve_table_references(&statement, true).map_err(|e| located(query, &e))?;
    Ok(tables.into_iter().map(|t| t.to_string()).collect())
}
