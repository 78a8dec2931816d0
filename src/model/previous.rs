//! What the previous release published, under the names of today.

use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::Schema;

use super::plan::is_same;
use super::query::Query;
use crate::catalogue::{Catalogue, Previous, PreviousTable};
use crate::error::{Error, Result};
use crate::history::schema_of;

/// Names `previous.<family>.<model>` for each model that another one compares
/// with its past: with the columns of today's header, those that were not
/// published then NULL; empty without a previous release, and where a column had
/// another type.
///
/// # Errors
/// [`Error::Io`] for a table that is not what was published; engine errors.
pub fn name_previous(
    catalogue: &Catalogue,
    queries: &[Query],
    previous: Option<&Previous>,
) -> Result<()> {
    let compared = read_of_previous(queries, queries);
    name_previous_of(catalogue, &compared, previous)
}

/// Those of `queries` that `readers` compare with their past.
#[must_use]
pub fn read_of_previous<'q>(queries: &'q [Query], readers: &[Query]) -> Vec<&'q Query> {
    let is_compared = |query: &&Query| {
        let name = format!("previous.{}", query.name);
        readers.iter().any(|reader| reader.sql.contains(&name))
    };
    queries.iter().filter(is_compared).collect()
}

/// Names `previous.<family>.<model>` for these models.
///
/// # Errors
/// As [`name_previous`].
pub fn name_previous_of(
    catalogue: &Catalogue,
    queries: &[&Query],
    previous: Option<&Previous>,
) -> Result<()> {
    for query in queries {
        let schema = query.header.schema();
        let table = previous.and_then(|p| p.tables.iter().find(|t| t.name == query.name));
        let path = match table {
            Some(table) if has_types(table, &schema)? => Some(&table.path),
            _ => None,
        };
        catalogue.name_previous(&query.name, path, Arc::new(schema))?;
    }
    Ok(())
}

/// Whether the columns that a published table shares with `schema` have its types.
fn has_types(table: &PreviousTable, schema: &Schema) -> Result<bool> {
    let bytes = std::fs::read(&table.path).map_err(Error::io("read", &table.path))?;
    if blake3::hash(&bytes).to_hex().to_string() != table.hash {
        return Err(Error::Io {
            action: "read",
            path: table.path.clone(),
            source: std::io::Error::other(
                "the bytes are not those that were published; `--compare-with none` does without",
            ),
        });
    }
    let published = schema_of(&table.path)?;
    Ok(published.fields().iter().all(|found| {
        let wanted = schema.field_with_name(found.name());
        wanted.map_or(true, |w| is_same(found.data_type(), w.data_type()))
    }))
}

/// Whether a published table has every column that the model of today promises.
///
/// # Errors
/// [`Error::Io`] for a table that is not there or damaged.
pub fn keeps_header(query: &Query, path: &Path) -> Result<bool> {
    let published = schema_of(path)?;
    let promised = query.header.schema();
    Ok(promised.fields().iter().all(|wanted| {
        let found = published.field_with_name(wanted.name());
        found.is_ok_and(|f| is_same(f.data_type(), wanted.data_type()))
    }))
}
