//! Every table of the contract, declared once. Checks, templates and the
//! catalogue all come from here.

mod execution;
mod strategy;

use super::table::{Column, Kind, Reference, Table};

const fn column(name: &'static str, kind: Kind, what: &'static str) -> Column {
    Column {
        name,
        kind,
        required: false,
        what,
    }
}
const fn text(name: &'static str, what: &'static str) -> Column {
    column(name, Kind::Text, what)
}
const fn money(name: &'static str, what: &'static str) -> Column {
    column(name, Kind::Money, what)
}
const fn number(name: &'static str, what: &'static str) -> Column {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    column(name, Kind::Number { low, high }, what)
}
const fn positive(name: &'static str, what: &'static str) -> Column {
    let (low, high) = (0.0, f64::INFINITY);
    column(name, Kind::Number { low, high }, what)
}
const fn ratio(name: &'static str, what: &'static str) -> Column {
    let (low, high) = (0.0, 1.0);
    column(name, Kind::Number { low, high }, what)
}
const fn integer(name: &'static str, low: i64, high: i64, what: &'static str) -> Column {
    column(name, Kind::Integer { low, high }, what)
}
const fn date(name: &'static str, what: &'static str) -> Column {
    column(name, Kind::Date, what)
}
const fn flag(name: &'static str, what: &'static str) -> Column {
    column(name, Kind::Bool, what)
}
const fn choice(name: &'static str, list: &'static [&'static str], what: &'static str) -> Column {
    column(name, Kind::Choice(list), what)
}
const fn refers(column: &'static str, table: &'static str, key: &'static str) -> Reference {
    Reference { column, table, key }
}

const DAYS: i64 = 36_600;
const TO_GOAL: Reference = refers("goal_id", "goals", "goal_id");
const TO_INITIATIVE: Reference = refers("initiative_id", "initiatives", "initiative_id");
const TO_KPI: Reference = refers("kpi_id", "kpis", "kpi_id");

/// What most tables are; each declaration says what differs.
const PLAIN: Table = Table {
    name: "",
    grain: "",
    required: false,
    columns: &[],
    key: &[],
    versioned: false,
    fact_date: None,
    money: None,
    ordered: &[],
    references: &[],
    unlocks: "",
};

/// All tables, in the order in which a reader meets them.
pub const TABLES: &[Table] = &[
    strategy::GOALS,
    execution::INITIATIVES,
    strategy::KPIS,
    strategy::KPI_VALUES,
    execution::SPEND,
    execution::BUDGETS,
    strategy::GOAL_LINKS,
    strategy::KPI_TARGETS,
    execution::MILESTONES,
    execution::STATUS_REPORTS,
    execution::CAPACITY,
    execution::DEMAND,
    strategy::CAPABILITIES,
    strategy::ENVIRONMENT_SIGNALS,
    strategy::ASSUMPTIONS,
    execution::RISKS,
    strategy::BUSINESS_UNITS,
    execution::FISCAL_CALENDAR,
    execution::FX_RATES,
    execution::DECISIONS,
    execution::SCENARIOS,
];

/// The declaration of `name`.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}
