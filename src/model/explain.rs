//! Explaining: from one published figure to the rows behind it.
//!
//! Takes a catalogue over a release and a model's header; gives the row of the
//! figure, the source rows that its receipt names, and, for an additive amount,
//! their sum beside the figure.
//!
//! Not here: how it is printed (`command::explain`).

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use super::query::Query;
use super::receipt::{Part, Rows as Clause, parameters};
use crate::catalogue::{Catalogue, Rows};
use crate::contract::table;
use crate::error::{Error, Result};

/// Views that break money down to the rows of files.
static PARTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/model/receipt");

/// In the order in which they read one another.
const VIEWS: [&str; 6] = [
    "spend",
    "commitments",
    "ledger",
    "budgets",
    "spend_under",
    "budgets_under",
];

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

/// Rows of one table that a receipt names.
#[derive(Debug)]
pub struct Evidence {
    pub table: String,
    pub predicate: String,
    pub is_less: bool,
    /// What they sum to; 0 for rows that are only shown.
    pub sum: i128,
    /// Rows of files, or of a model.
    pub count: usize,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// Names the views `receipt.*` in a catalogue over a release.
///
/// # Errors
/// Engine errors.
pub fn name_receipts(catalogue: &Catalogue) -> Result<()> {
    let as_of = format!("date '{}'", catalogue.as_of());
    for name in VIEWS {
        let sql = PARTS
            .get_file(format!("{name}.sql"))
            .and_then(include_dir::File::contents_utf8)
            .ok_or_else(|| Error::Bug(format!("the receipt `{name}` is missing")))?
            .replace("$as_of", &as_of);
        catalogue.query(
            &format!("define the receipt `{name}`"),
            &format!("create view receipt.{name} as {sql}"),
        )?;
    }
    Ok(())
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

/// The table of a clause as SQL knows it.
#[must_use]
pub fn resolved(table_name: &str) -> String {
    if VIEWS.contains(&table_name) {
        format!("receipt.{table_name}")
    } else {
        table_name.to_owned()
    }
}

/// What is worth seeing of a row, by table; what is not listed shows its keys.
fn detail(table_name: &str) -> Vec<String> {
    let names: &[&str] = match table_name {
        "spend" | "spend_under" | "commitments" | "ledger" => &[
            "entry_id",
            "posted_date",
            "initiative_id",
            "account",
            "vendor",
            "currency",
            "amount",
        ],
        "budgets" | "budgets_under" => &[
            "initiative_id",
            "account",
            "version",
            "period_start_date",
            "currency",
            "amount",
        ],
        other => {
            return table(other).map_or_else(Vec::new, |t| {
                t.all_columns().map(|c| c.name.to_owned()).collect()
            });
        }
    };
    names.iter().map(|n| (*n).to_owned()).collect()
}

/// Fetches, counts and adds up the rows of a clause.
fn evidence(
    catalogue: &Catalogue,
    clause: &Clause,
    predicate: &str,
    amount: Option<&str>,
    limit: Option<usize>,
) -> Result<Evidence> {
    let source = resolved(&clause.table);
    let doing = format!("fetch the rows of `{}`", clause.table);
    let listed: Vec<String> = detail(&clause.table)
        .into_iter()
        .filter(|name| {
            amount.is_none()
                || VIEWS.contains(&clause.table.as_str())
                || Some(name.as_str()) != amount
        })
        .collect();
    let is_of_files = !listed.is_empty();
    let mut columns: Vec<String> = Vec::new();
    if is_of_files {
        columns.extend(["file".to_owned(), "row".to_owned()]);
    }
    columns.extend(listed);
    let mut sql = if is_of_files {
        let named: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
        match amount {
            // A row of a file may have several parts of one figure.
            Some(amount) => format!(
                "select {0}, sum(\"{amount}\") as summed_amount from {source} where {predicate} group by {0} having sum(\"{amount}\") <> 0",
                named.join(", ")
            ),
            None => format!(
                "select {} from {source} where {predicate}",
                named.join(", ")
            ),
        }
    } else {
        match amount {
            Some(amount) => {
                format!("select *, \"{amount}\" as summed_amount from {source} where {predicate}")
            }
            None => format!("select * from {source} where {predicate}"),
        }
    };
    let totals = Rows::read(
        catalogue,
        &doing,
        &format!(
            "select count(*) as n{} from ({sql})",
            if amount.is_some() {
                ", cast(sum(summed_amount) as decimal(38, 2)) as total"
            } else {
                ""
            }
        ),
    )?;
    if is_of_files {
        sql.push_str(" order by \"file\", \"row\"");
    }
    if let Some(limit) = limit {
        sql.push_str(&format!(" limit {limit}"));
    }
    let found = Rows::read(catalogue, &doing, &sql)?;
    if amount.is_some() {
        columns.push("summed_amount".to_owned());
    }
    if !is_of_files {
        columns = found.columns();
    }
    // A column that no row fills says nothing.
    columns.retain(|name| (0..found.height()).any(|r| found.text(name, r).is_some()));
    Ok(Evidence {
        table: clause.table.clone(),
        predicate: predicate.to_owned(),
        is_less: false,
        sum: totals.text("total", 0).and_then(|t| units(&t)).unwrap_or(0),
        count: totals
            .integer("n", 0)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0),
        rows: (0..found.height())
            .map(|r| columns.iter().map(|c| found.text(c, r)).collect())
            .collect(),
        columns,
    })
}

/// A decimal with two places, in cents.
fn units(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    (part.len() == 2).then(|| format!("{whole}{part}").parse().ok())?
}
