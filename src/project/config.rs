//! `throughline.toml` as written: parsed strictly, every complaint with its line.
//!
//! Not here: flags and defaults that depend on the machine (`project`).

use std::path::Path;

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};
use serde::Deserialize;
use toml::Spanned;

use super::page::Page;
use super::rules_table::{RulesTable, rules};
use super::{Fiscal, Rules, SourceSpec, YearLabel};
use crate::error::{Error, Result};

/// The file, checked, with defaults filled in.
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) currency: String,
    pub(super) fiscal: Fiscal,
    pub(super) as_of: Option<NaiveDate>,
    pub(super) models: Option<Vec<String>>,
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
    models: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ToleranceTable {
    quarantined_ratio: Option<Spanned<f64>>,
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
        models: project.models,
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
