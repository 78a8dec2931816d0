//! The order of models, from the tables that their SQL names.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::Statement as Sql;

use super::plan::located;
use super::query::Query;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};

/// Sorts models so that each comes after those it reads. Ties go by name.
///
/// # Errors
/// [`Error::Model`] for SQL that does not parse, for anything but one query, and
/// for models that read each other in a circle.
pub fn order(catalogue: &Catalogue, queries: Vec<Query>) -> Result<Vec<Query>> {
    let names: BTreeSet<String> = queries.iter().map(|q| q.name.clone()).collect();
    let mut waiting: BTreeMap<String, (Query, BTreeSet<String>)> = BTreeMap::new();
    for query in queries {
        let mut reads: BTreeSet<String> = reads(catalogue, &query)?
            .into_iter()
            .filter(|t| names.contains(t))
            .collect();
        // A check against a table that has not run would see it empty, and pass.
        let checked = query.header.checks.iter().flat_map(|check| words(check));
        reads.extend(checked.filter(|word| *word != query.name && names.contains(word)));
        waiting.insert(query.name.clone(), (query, reads));
    }
    let mut ordered: Vec<Query> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .find(|(_, (_, reads))| !reads.iter().any(|r| waiting.contains_key(r)))
            .map(|(name, _)| name.clone());
        let Some(name) = ready else {
            let circle: Vec<&str> = waiting.keys().map(String::as_str).collect();
            let (query, _) = waiting
                .values()
                .find(|(q, _)| !q.built_in)
                .or_else(|| waiting.values().next())
                .ok_or_else(|| Error::Bug("an empty circle of models".into()))?;
            return Err(query.complain(
                1,
                1,
                format!(
                    "these models read each other in a circle: {}",
                    circle.join(", ")
                ),
                "a model may read tables and models that do not read it",
            ));
        };
        if let Some((query, _)) = waiting.remove(&name) {
            ordered.push(query);
        }
    }
    Ok(ordered)
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
