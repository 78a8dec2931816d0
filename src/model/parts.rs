//! Parts: money broken down to the rows of files, as views that receipts name.
//!
//! `receipt.spend`, `commitments` and `ledger` are three readings of one text;
//! `budgets` is its twin for budgets; `spend_under` and `budgets_under` show the
//! same rows under every goal above.
//!
//! Not here: what is asked of them (`explain`).

use crate::catalogue::Catalogue;
use crate::error::Result;

const LEDGER: &str = include_str!("receipt/ledger_parts.sql");
const BUDGETS: &str = include_str!("receipt/budgets.sql");
const SPEND_UNDER: &str = include_str!("receipt/spend_under.sql");
const BUDGETS_UNDER: &str = include_str!("receipt/budgets_under.sql");

/// In the order in which they read one another.
pub const RECEIPTS: [&str; 6] = [
    "spend",
    "commitments",
    "ledger",
    "budgets",
    "spend_under",
    "budgets_under",
];

/// Names the views `receipt.*` in a catalogue whose models are published, or
/// promised.
///
/// # Errors
/// Engine errors.
pub fn name_receipts(catalogue: &Catalogue) -> Result<()> {
    let as_of = format!("date '{}'", catalogue.as_of());
    for name in RECEIPTS {
        let sql = text(name).replace("$as_of", &as_of);
        catalogue.query(
            &format!("define the receipt `{name}`"),
            &format!("create view receipt.{name} as {sql}"),
        )?;
    }
    Ok(())
}

/// The table of a receipt as SQL knows it.
#[must_use]
pub fn resolved(table_name: &str) -> String {
    if RECEIPTS.contains(&table_name) {
        format!("receipt.{table_name}")
    } else {
        table_name.to_owned()
    }
}

fn text(name: &str) -> String {
    match name {
        "spend" => ledger(
            "reporting_amount",
            "coalesce(kind, 'actual') = 'actual'",
            "",
        ),
        "commitments" => ledger(
            "reporting_amount",
            "coalesce(kind, 'actual') = 'commitment'",
            "",
        ),
        "ledger" => ledger("amount", "true", "entries.currency,"),
        "budgets" => BUDGETS.to_owned(),
        "spend_under" => SPEND_UNDER.to_owned(),
        _ => BUDGETS_UNDER.to_owned(),
    }
}

/// A reading of the ledger: which amount, of which entries, kept apart by what.
fn ledger(whole: &str, kinds: &str, apart: &str) -> String {
    LEDGER
        .replace("$whole", whole)
        .replace("$kinds", kinds)
        .replace("$apart", apart)
}
