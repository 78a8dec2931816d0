//! The portfolio of Brunnhalm Cold Chain SE, a company that does not exist.
//!
//! Takes nothing; gives every data file as a relative path and its bytes.
//!
//! Not here: writing them to disk (`generate.rs`), mapping them (`throughline.toml`).
//!
//! Rule: money is integer cents, other numbers are integer thousandths, and each table draws
//! from its own stream of random numbers, so a change to one table leaves the others as they are.

mod budgets;
mod dates;
mod delivery;
mod dollars;
mod forecast;
mod funding;
mod goals;
mod initiatives;
mod kpi_values;
mod kpis;
mod ledger;
mod money;
mod people;
mod quantities;
mod random;
mod restatement;
mod surroundings;
mod text;
mod vendors;

/// Every file of the data set, in a fixed order: path below the data folder, and content.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let plans = funding::plans();
    let mut files = vec![
        named("business_units.csv", surroundings::BUSINESS_UNITS),
        named("goals.csv", &goals::goals_csv()),
        named("goal_links.csv", goals::LINKS_CSV),
        named("initiatives.csv", &initiatives::initiatives_csv(&plans)),
        named("budget_original.csv", &budgets::original_csv(&plans)),
        named("budget_current.csv", &budgets::current_csv(&plans)),
        named("budget_forecast.csv", &forecast::forecast_csv(&plans)),
        named("fx_rates.csv", &dollars::rates_csv()),
        named("milestones.csv", &delivery::milestones_csv()),
        named("status_reports.csv", &delivery::status_reports_csv()),
        named("kpis.csv", &kpis::kpis_csv()),
        named("kpi_targets.csv", &kpis::targets_csv()),
        named("kpi_values.ndjson", &kpi_values::values_ndjson()),
        named("capacity.csv", &people::capacity_csv()),
        named("demand.csv", &people::demand_csv()),
        named("capabilities.csv", surroundings::CAPABILITIES),
        named("environment_signals.csv", surroundings::SIGNALS),
        named("assumptions.csv", surroundings::ASSUMPTIONS),
        named("risks.csv", surroundings::RISKS),
        named("decisions.csv", surroundings::DECISIONS),
    ];
    files.extend(ledger::files(&plans));
    files
}

fn named(name: &str, content: &str) -> (String, Vec<u8>) {
    (name.to_owned(), content.as_bytes().to_vec())
}
