//! throughline.toml of a generated project.

use super::days::AS_OF;
use crate::cli::GeneratedFormat;

/// (table, file without its extension, column that also says when a row was known)
const SOURCES: &[(&str, &str, &str)] = &[
    ("business_units", "business_units", "valid_from"),
    ("goals", "goals", "valid_from"),
    ("initiatives", "initiatives", "valid_from"),
    ("goal_links", "goal_links", "asserted_date"),
    ("kpis", "kpis", "valid_from"),
    ("kpi_values", "kpi_values-*", "period_end_date"),
    ("kpi_targets", "kpi_targets", "set_date"),
    ("spend", "ledger/*", "posted_date"),
    ("budgets", "budgets", "approved_date"),
    ("milestones", "milestones", "valid_from"),
    ("status_reports", "status_reports", "reported_date"),
    ("fx_rates", "fx_rates", "rate_date"),
];

pub(super) fn page(scale: f64, seed: u64, format: GeneratedFormat) -> String {
    let extension = format.extension();
    let mut page = format!(
        r#"# Made by `throughline generate --scale {scale} --seed {seed} --format {extension}`.

[project]
name = "Portfolio of scale {scale}"
reporting_currency = "EUR"
fiscal_year_start_month = 1
as_of = {AS_OF}               # the last day of the data

[rules]
version = "1"
rag = "cascade"
materiality = {{ amount = "10000.00", ratio = 0.10 }}
budget_versions = ["current", "original"]

# A column may be read twice: the day of a row is also the day on which it was known.
"#
    );
    for (table, file, known) in SOURCES {
        page.push_str(&format!(
            "\n[[source]]\ntable = \"{table}\"\npath = \"data/{file}.{extension}\"\n\
             [source.columns]\nrecorded_date = \"{known}\"\n"
        ));
    }
    page
}
