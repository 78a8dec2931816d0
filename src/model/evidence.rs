//! Evidence: the rows of one table that a receipt names, counted and added up.
//!
//! Not here: which rows those are (`receipt`), or which figure they make
//! (`explain`).

use super::parts::{RECEIPTS, resolved};
use super::receipt::Rows as Clause;
use crate::catalogue::{Catalogue, Rows};
use crate::contract::table;
use crate::error::Result;

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
pub(super) fn evidence(
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
                || RECEIPTS.contains(&clause.table.as_str())
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
pub(super) fn units(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    (part.len() == 2).then(|| format!("{whole}{part}").parse().ok())?
}
