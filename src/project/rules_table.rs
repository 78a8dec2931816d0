//! `[rules]` of `throughline.toml` as written, and as resolved.
//!
//! Not here: what the thresholds mean and their defaults (`rules`).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::page::Page;
use super::rules::{preset, preset_names};
use super::{AccountMateriality, MaterialityCombine, RankWeights, Rules, Threshold, thresholds};
use crate::error::{Result, nearest};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesTable {
    version: Option<String>,
    rag: Option<Spanned<Rag>>,
    materiality: Option<Spanned<Materiality>>,
    under_funded_ratio: Option<Spanned<f64>>,
    over_funded_ratio: Option<Spanned<f64>>,
    stale_after_cadences: Option<Spanned<f64>>,
    trailing_months: Option<Spanned<i64>>,
    budget_versions: Option<Vec<String>>,
    rank_weights: Option<RankWeights>,
    #[serde(default)]
    materiality_by_account: Vec<Spanned<AccountTable>>,
    #[serde(default)]
    thresholds: BTreeMap<String, Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rag {
    Preset(String),
    Own { green: f64, amber: f64 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Materiality {
    amount: String,
    ratio: f64,
    combine: Option<MaterialityCombine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountTable {
    accounts: String,
    amount: String,
    ratio: f64,
    combine: Option<MaterialityCombine>,
}

/// Reads `[rules]`; what is not written keeps its default.
pub(super) fn rules(page: &Page<'_>, table: RulesTable) -> Result<Rules> {
    let mut rules = Rules::default();
    if let Some(version) = table.version {
        rules.version = version;
    }
    if let Some(rag) = table.rag {
        let at = rag.span().start;
        (rules.rag_green_ratio, rules.rag_amber_ratio) = match rag.into_inner() {
            Rag::Preset(name) => preset(&name).ok_or_else(|| {
                page.complain(
                    at,
                    format!("`rag` names the preset `{name}`, which does not exist"),
                    &format!(
                        "one of: {}; or {{ green = 0.95, amber = 0.85 }}",
                        preset_names()
                    ),
                )
            })?,
            Rag::Own { green, amber } if amber < green && amber > 0.0 => (green, amber),
            Rag::Own { green, amber } => {
                return Err(page.complain(
                    at,
                    format!("`rag` has amber {amber} not below green {green}"),
                    "amber is the lower of the two bounds",
                ));
            }
        };
    }
    if let Some(m) = table.materiality {
        let at = m.span().start;
        let m = m.into_inner();
        (rules.materiality_cents, rules.materiality_ratio) =
            bounds(page, at, "materiality", &m.amount, m.ratio)?;
        if let Some(combine) = m.combine {
            rules.materiality_combine = combine;
        }
    }
    rules.materiality_by_account = by_account(
        page,
        table.materiality_by_account,
        rules.materiality_combine,
    )?;
    for (name, given) in &table.thresholds {
        let threshold = declared(page, name, given.span().start)?;
        let value = page.within(name, given, threshold.low, threshold.high)?;
        rules.thresholds.insert(threshold.name, value);
    }
    let bound = |name: &str, v: Option<Spanned<f64>>, low, high, default| {
        v.map_or(Ok(default), |v| page.within(name, &v, low, high))
    };
    rules.under_funded_ratio = bound(
        "under_funded_ratio",
        table.under_funded_ratio,
        0.0,
        1.0,
        rules.under_funded_ratio,
    )?;
    rules.over_funded_ratio = bound(
        "over_funded_ratio",
        table.over_funded_ratio,
        1.0,
        1000.0,
        rules.over_funded_ratio,
    )?;
    rules.stale_after_cadences = bound(
        "stale_after_cadences",
        table.stale_after_cadences,
        0.0,
        1000.0,
        rules.stale_after_cadences,
    )?;
    if let Some(months) = table.trailing_months {
        if !(1..=1200).contains(months.get_ref()) {
            return Err(page.complain(
                months.span().start,
                format!(
                    "`trailing_months` is {}, and must be 1 to 1200",
                    months.get_ref()
                ),
                "",
            ));
        }
        rules.trailing_months = *months.get_ref();
    }
    if let Some(versions) = table.budget_versions {
        rules.budget_versions = versions;
    }
    if let Some(method) = table.rank_weights {
        rules.rank_weights = method;
    }
    Ok(rules)
}

/// The bounds for accounts, in the order in which they are written.
fn by_account(
    page: &Page<'_>,
    tables: Vec<Spanned<AccountTable>>,
    combine: MaterialityCombine,
) -> Result<Vec<AccountMateriality>> {
    tables
        .into_iter()
        .map(|account| {
            let at = account.span().start;
            let account = account.into_inner();
            let (cents, ratio) = bounds(
                page,
                at,
                "materiality_by_account",
                &account.amount,
                account.ratio,
            )?;
            Ok(AccountMateriality {
                accounts: account.accounts,
                cents,
                ratio,
                combine: account.combine.unwrap_or(combine),
            })
        })
        .collect()
}

/// Two bounds of materiality: cents and a ratio.
fn bounds(page: &Page<'_>, at: usize, name: &str, amount: &str, ratio: f64) -> Result<(i64, f64)> {
    let cents = cents(amount).ok_or_else(|| {
        page.complain(
            at,
            format!("`{name}.amount` is `{amount}`, which is no amount"),
            "a text with at most two decimals, such as \"100000.00\"",
        )
    })?;
    if ratio.is_finite() && ratio >= 0.0 {
        return Ok((cents, ratio));
    }
    Err(page.complain(
        at,
        format!("`{name}.ratio` is {ratio}, and must not be below 0"),
        "0.10 is a tenth of the budget",
    ))
}

/// The declaration of a threshold, or a complaint with the nearest name.
fn declared(page: &Page<'_>, name: &str, at: usize) -> Result<&'static Threshold> {
    if let Some(threshold) = thresholds().find(|t| t.name == name) {
        return Ok(threshold);
    }
    let nearest = nearest(name, thresholds().map(|t| t.name));
    Err(page.complain(
        at,
        format!("`{name}` is no threshold"),
        &nearest.map_or_else(String::new, |known| {
            format!("did you mean `{known}`? CONTRACT.md of `throughline init` lists them all")
        }),
    ))
}

/// Cents of a plain decimal text with at most two decimals.
fn cents(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 2 || whole.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    (whole >= 0).then_some(whole.checked_mul(100)?.checked_add(part)?)
}
