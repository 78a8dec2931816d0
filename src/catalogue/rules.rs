//! The thresholds as tables.
//!
//! Not here: what they mean (`project`), or applying them (the models).

use super::cells::{counts, doubles, integers, money, table, texts};
use super::session::Catalogue;
use crate::error::Result;
use crate::project::{AccountMateriality, MaterialityCombine, Project, Rules};

/// Publishes `base.rules` (one row), `base.materiality_rules` and
/// `base.budget_versions`.
pub(super) fn shelve(catalogue: &Catalogue, project: &Project) -> Result<()> {
    let rules = &project.rules;
    let text = |t: &str| texts(std::iter::once(Some(t)));
    let double = |d: f64| doubles(std::iter::once(Some(d)));
    let mut columns = vec![
        ("rules_version", text(&rules.version)),
        ("reporting_currency", text(&project.currency)),
        ("rag_green_ratio", double(rules.rag_green_ratio)),
        ("rag_amber_ratio", double(rules.rag_amber_ratio)),
        (
            "materiality_amount",
            money(std::iter::once(i128::from(rules.materiality_cents)), 18)?,
        ),
        ("materiality_ratio", double(rules.materiality_ratio)),
        ("materiality_combine", text(word(rules.materiality_combine))),
        ("under_funded_ratio", double(rules.under_funded_ratio)),
        ("over_funded_ratio", double(rules.over_funded_ratio)),
        ("stale_after_cadences", double(rules.stale_after_cadences)),
        (
            "trailing_months",
            integers(std::iter::once(rules.trailing_months)),
        ),
    ];
    columns.extend(rules.thresholds.iter().map(|(name, v)| (*name, double(*v))));
    catalogue.shelve("base", "rules", &table(columns)?)?;
    shelve_materiality(catalogue, rules)?;
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

/// The bounds for accounts, in the order in which they are tried; the last one
/// takes every account.
fn shelve_materiality(catalogue: &Catalogue, rules: &Rules) -> Result<()> {
    let others = AccountMateriality {
        accounts: "*".into(),
        cents: rules.materiality_cents,
        ratio: rules.materiality_ratio,
        combine: rules.materiality_combine,
    };
    let all: Vec<&AccountMateriality> = rules
        .materiality_by_account
        .iter()
        .chain(std::iter::once(&others))
        .collect();
    let patterns: Vec<String> = all.iter().map(|r| like(&r.accounts)).collect();
    let batch = table(vec![
        ("preference", counts((1..).take(all.len()))),
        (
            "accounts",
            texts(all.iter().map(|r| Some(r.accounts.as_str()))),
        ),
        (
            "account_like",
            texts(patterns.iter().map(|p| Some(p.as_str()))),
        ),
        (
            "materiality_amount",
            money(all.iter().map(|r| i128::from(r.cents)), 18)?,
        ),
        (
            "materiality_ratio",
            doubles(all.iter().map(|r| Some(r.ratio))),
        ),
        (
            "materiality_combine",
            texts(all.iter().map(|r| Some(word(r.combine)))),
        ),
    ])?;
    catalogue
        .shelve("base", "materiality_rules", &batch)
        .map(|_| ())
}

/// A pattern with `*` as SQL's `like` reads it.
fn like(accounts: &str) -> String {
    let mut pattern = String::new();
    for letter in accounts.chars() {
        match letter {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', letter]),
            other => pattern.push(other),
        }
    }
    pattern
}

fn word(combine: MaterialityCombine) -> &'static str {
    match combine {
        MaterialityCombine::All => "all",
        MaterialityCombine::Any => "any",
    }
}
