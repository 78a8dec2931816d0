//! `throughline.toml` as written: parsed strictly, every complaint with its line.
//!
//! Not here: flags and defaults that depend on the machine (`project`).

use std::path::Path;

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};
use serde::Deserialize;
use toml::Spanned;

use super::rules::{preset, preset_names};
use super::{Fiscal, MaterialityCombine, RankWeights, Rules, SourceSpec, YearLabel};
use crate::error::{Error, Result};

/// The file, checked, with defaults filled in.
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) currency: String,
    pub(super) fiscal: Fiscal,
    pub(super) as_of: Option<NaiveDate>,
    pub(super) rules: Rules,
    pub(super) quarantined_ratio: f64,
    pub(super) sources: Vec<SourceSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    project: ProjectTable,
    #[serde(default)]
    rules: RulesTable,
    #[serde(default)]
    tolerance: ToleranceTable,
    #[serde(default)]
    source: Vec<Spanned<SourceSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectTable {
    name: String,
    #[serde(default)]
    description: String,
    reporting_currency: Spanned<String>,
    fiscal_year_start_month: Option<Spanned<u32>>,
    fiscal_year_label: Option<YearLabel>,
    as_of: Option<Spanned<toml::value::Datetime>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RulesTable {
    version: Option<String>,
    rag: Option<Spanned<Rag>>,
    materiality: Option<Spanned<Materiality>>,
    under_funded_ratio: Option<Spanned<f64>>,
    over_funded_ratio: Option<Spanned<f64>>,
    stale_after_cadences: Option<Spanned<f64>>,
    trailing_months: Option<Spanned<i64>>,
    budget_versions: Option<Vec<String>>,
    rank_weights: Option<RankWeights>,
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

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ToleranceTable {
    quarantined_ratio: Option<Spanned<f64>>,
}

/// Where in the file something stands, for complaints.
struct Page<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Page<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn complain(&self, offset: usize, message: impl Into<String>, hint: &str) -> Error {
        Error::Config {
            path: self.path.to_path_buf(),
            line: self.line(offset),
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn within(&self, name: &str, value: &Spanned<f64>, low: f64, high: f64) -> Result<f64> {
        let v = *value.get_ref();
        if v.is_finite() && (low..=high).contains(&v) {
            Ok(v)
        } else {
            Err(self.complain(
                value.span().start,
                format!("`{name}` is {v}, and must lie between {low} and {high}"),
                "",
            ))
        }
    }
}

/// Parses the text of `throughline.toml`.
pub(super) fn parse(path: &Path, text: &str) -> Result<Parsed> {
    let page = Page { path, text };
    let file: File = toml::from_str(text).map_err(|e| {
        let offset = e.span().map_or(0, |s| s.start);
        page.complain(
            offset,
            e.message().replace('\n', " "),
            "`throughline init` writes a project file that explains every key",
        )
    })?;
    let project = file.project;
    let currency = project.reporting_currency.get_ref().clone();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(page.complain(
            project.reporting_currency.span().start,
            format!("`reporting_currency` is `{currency}`, and must be an ISO 4217 code"),
            "three capital letters, such as \"EUR\"",
        ));
    }
    let sources = file
        .source
        .into_iter()
        .map(|spanned| source(&page, spanned))
        .collect::<Result<Vec<_>>>()?;
    if sources.is_empty() {
        return Err(page.complain(
            text.len(),
            "no `[[source]]` is named, so there is nothing to load",
            "name at least goals, initiatives and spend",
        ));
    }
    refuse_repeats(&page, &sources)?;
    Ok(Parsed {
        name: project.name,
        description: project.description,
        currency,
        fiscal: Fiscal {
            start_month: month(&page, project.fiscal_year_start_month)?,
            label: project.fiscal_year_label.unwrap_or(YearLabel::End),
        },
        as_of: as_of(&page, project.as_of)?,
        rules: rules(&page, file.rules)?,
        quarantined_ratio: file
            .tolerance
            .quarantined_ratio
            .map_or(Ok(0.0), |v| page.within("quarantined_ratio", &v, 0.0, 1.0))?,
        sources,
    })
}

/// Two blocks that say the same would load every row twice.
fn refuse_repeats(page: &Page<'_>, sources: &[SourceSpec]) -> Result<()> {
    for (at, source) in sources.iter().enumerate() {
        let same = |other: &&SourceSpec| {
            serde_json::to_value(other).ok() == serde_json::to_value(source).ok()
        };
        if let Some(first) = sources[..at].iter().find(same) {
            return Err(Error::Config {
                path: page.path.to_path_buf(),
                line: source.line,
                message: format!(
                    "this [[source]] of `{}` repeats the one on line {}",
                    source.table, first.line
                ),
                hint: "take one of them out".into(),
            });
        }
    }
    Ok(())
}

fn month(page: &Page<'_>, month: Option<Spanned<u32>>) -> Result<u32> {
    match month {
        None => Ok(1),
        Some(m) if (1..=12).contains(m.get_ref()) => Ok(*m.get_ref()),
        Some(m) => Err(page.complain(
            m.span().start,
            format!(
                "`fiscal_year_start_month` is {}, and must be 1 to 12",
                m.get_ref()
            ),
            "",
        )),
    }
}

fn as_of(
    page: &Page<'_>,
    date: Option<Spanned<toml::value::Datetime>>,
) -> Result<Option<NaiveDate>> {
    let Some(spanned) = date else { return Ok(None) };
    let text = spanned.get_ref().to_string();
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .map(Some)
        .map_err(|_| {
            page.complain(
                spanned.span().start,
                format!("`as_of` is `{text}`, and must be a date without a time"),
                "write it without quotes: as_of = 2026-03-31",
            )
        })
}

fn rules(page: &Page<'_>, table: RulesTable) -> Result<Rules> {
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
        rules.materiality_cents = cents(&m.amount).ok_or_else(|| {
            page.complain(
                at,
                format!("`materiality.amount` is `{}`, which is no amount", m.amount),
                "a text with at most two decimals, such as \"100000.00\"",
            )
        })?;
        if !(m.ratio.is_finite() && m.ratio >= 0.0) {
            return Err(page.complain(
                at,
                format!(
                    "`materiality.ratio` is {}, and must not be below 0",
                    m.ratio
                ),
                "0.10 is a tenth of the budget",
            ));
        }
        rules.materiality_ratio = m.ratio;
        if let Some(combine) = m.combine {
            rules.materiality_combine = combine;
        }
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

fn source(page: &Page<'_>, spanned: Spanned<SourceSpec>) -> Result<SourceSpec> {
    let at = spanned.span().start;
    let mut spec = spanned.into_inner();
    spec.line = page.line(at);
    if encoding_rs::Encoding::for_label(spec.encoding.as_bytes()).is_none() {
        return Err(page.complain(
            at,
            format!(
                "source of `{}`: the encoding `{}` is not known",
                spec.table, spec.encoding
            ),
            "for example \"utf-8\", \"windows-1252\", \"iso-8859-15\", \"utf-16le\"",
        ));
    }
    if !spec.delimiter.is_ascii() || spec.delimiter == '"' || spec.delimiter == '\n' {
        return Err(page.complain(
            at,
            format!(
                "source of `{}`: `{}` cannot be a delimiter",
                spec.table, spec.delimiter
            ),
            "usually \",\", \";\", \"\\t\" or \"|\"",
        ));
    }
    let separators = ['.', ',', '\'', ' ', '_', '\u{a0}', '\u{202f}'];
    for (key, mark) in [
        ("decimal", Some(spec.decimal)),
        ("thousands", spec.thousands),
    ] {
        if let Some(mark) = mark.filter(|m| !separators.contains(m)) {
            return Err(page.complain(
                at,
                format!("source of `{}`: `{mark}` cannot be `{key}`", spec.table),
                "usually \".\" or \",\"; thousands may also be \" \", \"'\" or \"_\"",
            ));
        }
    }
    if spec.thousands == Some(spec.decimal) {
        return Err(page.complain(
            at,
            format!(
                "source of `{}`: `decimal` and `thousands` are both `{}`",
                spec.table, spec.decimal
            ),
            "",
        ));
    }
    let formats = spec.dates.iter().chain(
        spec.columns
            .values()
            .filter_map(|c| c.dates.as_ref())
            .flatten(),
    );
    for format in formats {
        if StrftimeItems::new(format).any(|item| item == Item::Error) {
            return Err(page.complain(
                at,
                format!("source of `{}`: `{format}` is no date format", spec.table),
                "for example \"%Y-%m-%d\" or \"%d.%m.%Y\"",
            ));
        }
    }
    for (column, from) in &spec.columns {
        if from.label.is_some() != from.edge.is_some() {
            return Err(page.complain(
                at,
                format!("source of `{}`: column `{column}` has only one of `label` and `edge`", spec.table),
                "a labelled period needs both: { from = \"period\", label = \"fiscal-year\", edge = \"end\" }",
            ));
        }
    }
    Ok(spec)
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
