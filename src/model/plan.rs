//! Planning: every model against every other's header, before anything runs.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::Diagnostic;
use datafusion::error::DataFusionError;

use super::query::Query;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};

/// Functions whose answer depends on when or how often they are asked.
const RESTLESS: [&str; 6] = [
    "now()",
    "current_date()",
    "current_time()",
    "current_timestamp()",
    "random()",
    "uuid()",
];

/// Plans all models in their order, each against empty tables with the columns
/// that the headers before it promise; compares the result with its own header.
///
/// # Errors
/// [`Error::Model`] with file, line and column of the first mistake.
pub fn plan_all(catalogue: &Catalogue, queries: &[Query]) -> Result<()> {
    for query in queries {
        let frame = catalogue.plan(&query.sql).map_err(|e| located(query, &e))?;
        let plan = frame.logical_plan().display_indent().to_string();
        if let Some(restless) = RESTLESS.iter().find(|f| plan.contains(*f)) {
            return Err(query.complain(
                1,
                1,
                format!("`{restless}` makes a pack that nobody can reproduce"),
                "use $as_of, the only day a model knows",
            ));
        }
        compare(query, frame.schema().as_arrow())?;
        catalogue.promise(&query.name, Arc::new(query.header.schema()))?;
    }
    Ok(())
}

fn compare(query: &Query, found: &Schema) -> Result<()> {
    let promised = &query.header.columns;
    for (at, column) in promised.iter().enumerate() {
        let Some(field) = found.fields().get(at) else {
            return Err(query.complain(
                column.line,
                1,
                format!(
                    "the header promises `{}`, and the query has no column {}",
                    column.name,
                    at + 1
                ),
                "select the columns of the header, in its order",
            ));
        };
        if *field.name() != column.name {
            return Err(query.complain(
                column.line,
                1,
                format!(
                    "column {} is `{}` in the header and `{}` in the query",
                    at + 1,
                    column.name,
                    field.name()
                ),
                "select the columns of the header, in its order",
            ));
        }
        let wanted = column
            .data_type()
            .ok_or_else(|| Error::Bug("a header type is unknown".into()))?;
        if !is_same(field.data_type(), &wanted) {
            return Err(query.complain(
                column.line,
                1,
                format!(
                    "`{}` is {} in the header and {} in the query",
                    column.name,
                    column.type_name,
                    in_words(field.data_type())
                ),
                &format!(
                    "write cast(… as {}) in the final select, or correct the header",
                    column.type_name
                ),
            ));
        }
    }
    if found.fields().len() > promised.len() {
        return Err(query.complain(
            1,
            1,
            format!(
                "the query selects `{}`, which the header does not promise",
                found.field(promised.len()).name()
            ),
            "describe the column in the header, or leave it out",
        ));
    }
    Ok(())
}

/// An engine type in the words of a header.
fn in_words(found: &DataType) -> String {
    match found {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".into(),
        DataType::Int64 => "bigint".into(),
        DataType::Float64 => "double".into(),
        DataType::Date32 => "date".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Dictionary(_, value) => in_words(value),
        other => other.to_string(),
    }
}

pub(super) fn is_same(found: &DataType, wanted: &DataType) -> bool {
    match (found, wanted) {
        (DataType::Utf8View | DataType::LargeUtf8 | DataType::Null, DataType::Utf8) => true,
        (DataType::Dictionary(_, value), wanted) => is_same(value, wanted),
        (found, wanted) => found == wanted,
    }
}

/// The engine's complaint, with the place in the file where it has one.
pub(super) fn located(query: &Query, error: &DataFusionError) -> Error {
    let diagnostic: Option<&Diagnostic> = error.diagnostic();
    let spot = diagnostic
        .and_then(|d| d.span)
        .map(|span| (span.start.line, span.start.column));
    let whole = error.strip_backtrace();
    let (line, column) = spot
        .or_else(|| written_place(&whole))
        .map_or((1, 1), |(l, c)| (to_usize(l), to_usize(c)));
    let message = diagnostic.map_or_else(|| whole.clone(), |d| d.message.clone());
    let mut helps: Vec<String> = diagnostic
        .into_iter()
        .flat_map(|d| {
            d.helps
                .iter()
                .map(|h| h.message.clone())
                .chain(d.notes.iter().map(|n| n.message.clone()))
        })
        .collect();
    if helps.is_empty() && diagnostic.is_some() && whole.contains("Did you mean") {
        helps.extend(
            whole
                .split_once("Did you mean")
                .map(|(_, rest)| format!("did you mean{rest}")),
        );
    }
    query.complain(line, column, message, &helps.join("; "))
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The parser writes its place into the sentence: `… at Line: 3, Column: 7`.
fn written_place(message: &str) -> Option<(u64, u64)> {
    let (_, rest) = message.split_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, column.parse().ok()?))
}
