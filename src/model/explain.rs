//! Explaining: from one published figure to the rows behind it.
//!
//! Takes a catalogue over a release and a model's header; gives the row of the
//! figure, the source rows that its receipt names, and, for an additive amount,
//! their sum beside the figure.
//!
//! Not here: how it is printed (`command::explain`).

use std::collections::BTreeMap;

use super::evidence::{Evidence, evidence, units};
use super::parts::{name_receipts, resolved};
use super::query::Query;
use super::receipt::{Part, Rows as Clause, parameters};
use crate::catalogue::{Catalogue, Rows};
use crate::error::{Error, Result};

/// How many rows of a model are listed when the keys name several.
const LISTED: usize = 10;

/// A figure and what stands behind it.
#[derive(Debug)]
pub struct Explained {
    /// Every column of the row, as text; `None` for NULL.
    pub row: BTreeMap<String, Option<String>>,
    /// The sums that make the amount, this column's first, then those of the
    /// columns it is made of; none where the figure is no sum.
    pub sums: Vec<Proof>,
    /// Rows behind any figure of the row.
    pub rows: Vec<Evidence>,
}

/// An amount as a sum.
#[derive(Debug)]
pub struct Proof {
    pub column: String,
    /// `column = part_amount of spend where …`
    pub made_of: String,
    /// As published; `None` for NULL.
    pub figure: Option<String>,
    /// What the terms sum to, in units of the last decimal.
    pub sum: i128,
    pub terms: Vec<Evidence>,
}

impl Proof {
    /// Whether the rows sum to the figure, to the last digit. NULL has no rows.
    #[must_use]
    pub fn holds(&self) -> bool {
        match &self.figure {
            None => self.sum == 0,
            Some(figure) => units(figure) == Some(self.sum),
        }
    }

    /// The sum as a decimal.
    #[must_use]
    pub fn shown_sum(&self) -> String {
        crate::contract::display_cents(self.sum)
    }
}

/// Plans the receipts of the project's own models against the tables that all
/// models promise, so that a mistake is found before anything runs.
///
/// # Errors
/// [`Error::Model`] with the file and what the engine says of the receipt.
pub fn plan_receipts(catalogue: &Catalogue, queries: &[Query]) -> Result<()> {
    let own: Vec<&Query> = queries.iter().filter(|q| !q.built_in).collect();
    if own.is_empty() {
        return Ok(());
    }
    name_receipts(catalogue)?;
    let nothing = BTreeMap::new();
    for query in own {
        let receipt = &query.header.receipt;
        let shown = receipt.rows.iter().map(|rows| (rows, "1"));
        let summed = receipt.sums.iter().flat_map(|sum| &sum.terms);
        let summed = summed.filter_map(|term| match &term.part {
            Part::Amounts { rows, amount } => Some((rows, amount.as_str())),
            Part::Column(_) => None,
        });
        for (rows, amount) in shown.chain(summed) {
            let sql = format!(
                "select sum({amount}) from {} where {}",
                resolved(&rows.table),
                bind(query, rows, &nothing)
            );
            if let Err(error) = catalogue.plan(&sql) {
                return Err(query.complain(
                    1,
                    1,
                    format!(
                        "the receipt `{} where {}` cannot be evaluated: {}",
                        rows.table,
                        rows.predicate,
                        error.strip_backtrace()
                    ),
                    "a receipt is `table where condition` or `column  table.amount where condition`; $column is a column of the model",
                ));
            }
        }
    }
    Ok(())
}

/// Explains `column` of the one row of `query` where every key has its value.
/// At most `limit` rows of each table are fetched, all without one; all are
/// counted and summed.
///
/// # Errors
/// [`Error::Usage`] for a column that is not there, and for keys that name no
/// row or several; engine errors.
pub fn explain(
    catalogue: &Catalogue,
    query: &Query,
    column: &str,
    keys: &[(String, String)],
    limit: Option<usize>,
) -> Result<Explained> {
    let header = &query.header;
    let known = |name: &str| header.columns.iter().any(|c| c.name == name);
    for name in keys.iter().map(|(key, _)| key.as_str()).chain([column]) {
        if !known(name) {
            let columns: Vec<&str> = header.columns.iter().map(|c| c.name.as_str()).collect();
            return Err(Error::Usage {
                message: format!("`{}` has no column `{name}`", query.name),
                hint: format!("its columns are {}", columns.join(", ")),
            });
        }
    }
    let row = one_row(catalogue, query, keys)?;
    let mut explained = Explained {
        row,
        sums: Vec::new(),
        rows: Vec::new(),
    };
    let mut columns = vec![column.to_owned()];
    while let Some(column) = columns.pop() {
        if explained.sums.iter().any(|s| s.column == column) {
            continue;
        }
        if let Some(proof) = prove(
            catalogue,
            query,
            &column,
            &explained.row,
            limit,
            &mut columns,
        )? {
            explained.sums.push(proof);
        }
    }
    settle(query, &mut explained.sums);
    for clause in &header.receipt.rows {
        let predicate = bind(query, clause, &explained.row);
        explained
            .rows
            .push(evidence(catalogue, clause, &predicate, None, limit)?);
    }
    Ok(explained)
}

/// The row that the keys name.
fn one_row(
    catalogue: &Catalogue,
    query: &Query,
    keys: &[(String, String)],
) -> Result<BTreeMap<String, Option<String>>> {
    let condition = if keys.is_empty() {
        "true".to_owned()
    } else {
        let each = keys
            .iter()
            .map(|(key, value)| format!("cast(\"{key}\" as varchar) = {}", quoted(value)));
        each.collect::<Vec<_>>().join(" and ")
    };
    let grain: Vec<String> = query
        .header
        .grain
        .iter()
        .map(|g| format!("\"{g}\""))
        .collect();
    let sql = format!(
        "select * from {} where {condition} order by {} limit {}",
        query.name,
        grain.join(", "),
        LISTED + 1
    );
    let found = Rows::read(catalogue, "find the row of the figure", &sql)?;
    let keys_of = |row: usize| {
        let each = query.header.grain.iter().map(|name| {
            let value = found.shown(name, row);
            if value.contains(' ') {
                format!("'{name}={value}'")
            } else {
                format!("{name}={value}")
            }
        });
        each.collect::<Vec<_>>().join(" ")
    };
    match found.height() {
        1 => Ok(query
            .header
            .columns
            .iter()
            .map(|c| (c.name.clone(), found.text(&c.name, 0)))
            .collect()),
        0 => {
            let any = Rows::read(
                catalogue,
                "find a row",
                &format!(
                    "select * from {} order by {} limit 1",
                    query.name,
                    grain.join(", ")
                ),
            )?;
            let example = query
                .header
                .grain
                .iter()
                .map(|name| format!("{name}={}", any.shown(name, 0)))
                .collect::<Vec<_>>()
                .join(" ");
            Err(Error::Usage {
                message: format!("no row of `{}` has {}", query.name, given(keys)),
                hint: if any.height() == 0 {
                    "the table is empty in this release".into()
                } else {
                    format!(
                        "a row is named by {}, such as {example}",
                        query.header.grain.join(", ")
                    )
                },
            })
        }
        several => Err(Error::Usage {
            message: format!(
                "{} rows of `{}` have {}",
                if several > LISTED {
                    "many".into()
                } else {
                    several.to_string()
                },
                query.name,
                given(keys)
            ),
            hint: format!(
                "name one of them: {}",
                (0..several.min(LISTED))
                    .map(keys_of)
                    .collect::<Vec<_>>()
                    .join("; ")
            ),
        }),
    }
}

fn given(keys: &[(String, String)]) -> String {
    if keys.is_empty() {
        return "no key".into();
    }
    let each = keys.iter().map(|(key, value)| format!("{key} = {value}"));
    each.collect::<Vec<_>>().join(" and ")
}

/// The sum behind an amount, if the header has one; columns that it is made of
/// are added to `more`.
fn prove(
    catalogue: &Catalogue,
    query: &Query,
    column: &str,
    row: &BTreeMap<String, Option<String>>,
    limit: Option<usize>,
    more: &mut Vec<String>,
) -> Result<Option<Proof>> {
    let Some(sum) = query.header.receipt.sum_of(column) else {
        return Ok(None);
    };
    let mut proof = Proof {
        column: column.to_owned(),
        made_of: sum.text(),
        figure: row.get(column).cloned().flatten(),
        sum: 0,
        terms: Vec::new(),
    };
    for term in &sum.terms {
        match &term.part {
            Part::Column(name) => more.push(name.clone()),
            Part::Amounts { rows, amount } => {
                let predicate = bind(query, rows, row);
                let mut found = evidence(catalogue, rows, &predicate, Some(amount), limit)?;
                found.is_less = term.is_less;
                proof.sum += if term.is_less { -found.sum } else { found.sum };
                proof.terms.push(found);
            }
        }
    }
    Ok(Some(proof))
}

/// Adds to each sum the columns that it is made of.
fn settle(query: &Query, sums: &mut [Proof]) {
    let of_rows: BTreeMap<String, i128> = sums.iter().map(|s| (s.column.clone(), s.sum)).collect();
    for proof in sums {
        proof.sum = whole(query, &proof.column, &of_rows);
    }
}

/// What a column sums to, the columns it is made of included; they are never
/// made of it (`Receipt::mistake`).
fn whole(query: &Query, column: &str, of_rows: &BTreeMap<String, i128>) -> i128 {
    let terms = query
        .header
        .receipt
        .sum_of(column)
        .map_or(&[][..], |sum| &sum.terms);
    let parts = terms.iter().filter_map(|term| match &term.part {
        Part::Column(name) if term.is_less => Some(-whole(query, name, of_rows)),
        Part::Column(name) => Some(whole(query, name, of_rows)),
        Part::Amounts { .. } => None,
    });
    of_rows.get(column).copied().unwrap_or(0) + parts.sum::<i128>()
}

/// A predicate with the values of the row in place of its parameters.
fn bind(query: &Query, clause: &Clause, row: &BTreeMap<String, Option<String>>) -> String {
    let mut bound = clause.predicate.clone();
    for name in parameters(&clause.predicate) {
        let Some(column) = query.header.columns.iter().find(|c| c.name == name) else {
            continue;
        };
        let value = match row.get(&name).cloned().flatten() {
            None => format!(
                "cast(null as {})",
                column.type_name.replace("text", "varchar")
            ),
            Some(value) => match column.type_name.as_str() {
                "text" => quoted(&value),
                "bigint" | "boolean" => value,
                other => format!("cast({} as {other})", quoted(&value)),
            },
        };
        bound = bound.replace(&format!("${name}"), &value);
    }
    bound
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
