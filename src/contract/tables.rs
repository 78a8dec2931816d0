//! Every table of the contract, declared once. Checks, templates and the
//! catalogue all come from here.

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
    Table {
        name: "goals",
        grain: "goal and version",
        required: true,
        columns: &[
            text("goal_id", "the goal").must(),
            text("name", "its name").must(),
            text("parent_goal_id", "the goal above it; empty at the top"),
            text("level", "what the organisation calls this level"),
            text("perspective", "scorecard perspective"),
            text("owner", "who answers for it"),
            text("business_unit", "unit that owns it"),
            positive("weight", "share among its siblings"),
            integer(
                "priority_rank",
                1,
                i64::MAX,
                "1 = highest, where there are no weights",
            ),
            choice(
                "kind",
                &["committed", "aspirational", "mandatory"],
                "kind of goal",
            ),
            text("status", "as reported"),
            date("start_date", "first day"),
            date("due_date", "day by which it is to be reached"),
            integer("review_cadence_days", 1, DAYS, "days between reviews"),
            date("last_reviewed_date", "day of the last review"),
        ],
        key: &["goal_id"],
        versioned: true,
        ordered: &[("start_date", "due_date")],
        references: &[refers("parent_goal_id", "goals", "goal_id")],
        unlocks: "the line of sight",
        ..PLAIN
    },
    Table {
        name: "initiatives",
        grain: "initiative and version",
        required: true,
        columns: &[
            text("initiative_id", "the initiative").must(),
            text("name", "its name").must(),
            text("goal_id", "shorthand for one link of weight 1"),
            text("owner", "who runs it"),
            text("sponsor", "who pays for it"),
            text("business_unit", "unit that runs it"),
            choice(
                "stage",
                &["proposed", "active", "on_hold", "complete", "cancelled"],
                "where it stands",
            ),
            date("start_date", "first day"),
            date("planned_end_date", "planned last day"),
            date("actual_end_date", "actual last day"),
            money("approved_amount", "approved money"),
            text("currency", "ISO 4217"),
            flag("is_mandatory", "required by law or regulation"),
            choice(
                "run_or_change",
                &["run", "change"],
                "runs the business or changes it",
            ),
        ],
        key: &["initiative_id"],
        versioned: true,
        ordered: &[
            ("start_date", "planned_end_date"),
            ("start_date", "actual_end_date"),
        ],
        references: &[TO_GOAL],
        unlocks: "work under each goal",
        ..PLAIN
    },
    Table {
        name: "kpis",
        grain: "KPI and version",
        required: true,
        columns: &[
            text("kpi_id", "the KPI").must(),
            text("name", "its name").must(),
            text("goal_id", "goal that it measures"),
            text("unit", "unit of its values"),
            choice("direction", &["up", "down", "range"], "which way is better").must(),
            choice(
                "aggregation",
                &["sum", "last", "average", "ratio"],
                "how periods add up",
            ),
            integer("cadence_days", 1, DAYS, "days between values"),
            text("owner", "who answers for it"),
            text("business_unit", "unit it belongs to"),
            text("concept", "what is measured, shared between units"),
            number("baseline", "value at the start"),
            number("target", "value to reach"),
            number("lower", "lower bound of the range"),
            number("upper", "upper bound of the range"),
            date("start_date", "day of the baseline"),
            date("target_date", "day of the target"),
            flag("is_leading", "moves before the outcome does"),
        ],
        key: &["kpi_id"],
        versioned: true,
        ordered: &[("lower", "upper"), ("start_date", "target_date")],
        references: &[TO_GOAL],
        unlocks: "measures of each goal",
        ..PLAIN
    },
    Table {
        name: "kpi_values",
        grain: "KPI, unit and period",
        required: true,
        columns: &[
            text("kpi_id", "the KPI").must(),
            text("business_unit", "unit it was measured in; empty = all"),
            date("period_end_date", "last day of the period").must(),
            number("value", "the value").must(),
            number("numerator", "numerator of a ratio"),
            number("denominator", "denominator of a ratio"),
        ],
        key: &["kpi_id", "business_unit", "period_end_date"],
        fact_date: Some("period_end_date"),
        references: &[TO_KPI],
        unlocks: "attainment and pace of every KPI",
        ..PLAIN
    },
    Table {
        name: "spend",
        grain: "ledger entry",
        required: true,
        columns: &[
            text("entry_id", "the ledger entry"),
            text(
                "initiative_id",
                "initiative that was charged; empty = unaligned",
            ),
            date("posted_date", "day of posting").must(),
            money("amount", "money spent; credits are negative").must(),
            text("currency", "ISO 4217; empty = the reporting currency"),
            text("account", "account"),
            text("cost_centre", "cost centre"),
            text("business_unit", "unit that was charged"),
            text("vendor", "vendor"),
            choice("kind", &["actual", "commitment"], "spent or only committed"),
            number("quantity", "units bought"),
            number("unit_price", "price of a unit"),
        ],
        key: &["entry_id"],
        fact_date: Some("posted_date"),
        money: Some(("amount", "currency")),
        references: &[TO_INITIATIVE],
        unlocks: "money under each goal",
        ..PLAIN
    },
    Table {
        name: "budgets",
        grain: "initiative, period, account and version",
        required: true,
        columns: &[
            text("initiative_id", "the initiative").must(),
            date("period_start_date", "first day of the period").must(),
            date("period_end_date", "last day of the period").must(),
            money("amount", "budgeted money").must(),
            text("currency", "ISO 4217; empty = the reporting currency"),
            text("account", "account"),
            text("version", "original, current, forecast, or your own"),
            date("approved_date", "day of approval"),
            number("quantity", "units planned"),
            number("unit_price", "planned price of a unit"),
        ],
        key: &[
            "initiative_id",
            "period_start_date",
            "period_end_date",
            "account",
            "version",
        ],
        fact_date: Some("approved_date"),
        money: Some(("amount", "currency")),
        ordered: &[("period_start_date", "period_end_date")],
        references: &[TO_INITIATIVE],
        unlocks: "variance from budget",
        ..PLAIN
    },
    Table {
        name: "goal_links",
        grain: "child and goal",
        columns: &[
            choice(
                "child_type",
                &["initiative", "kpi", "goal"],
                "what is linked",
            )
            .must(),
            text("child_id", "the initiative, KPI or goal").must(),
            text("goal_id", "goal that it serves").must(),
            ratio(
                "weight",
                "share of the child that serves this goal; empty = 1",
            ),
            text("asserted_by", "who says so"),
            date("asserted_date", "when they said so"),
        ],
        key: &["child_type", "child_id", "goal_id"],
        versioned: true,
        references: &[TO_GOAL],
        unlocks: "initiatives and KPIs that serve several goals",
        ..PLAIN
    },
    Table {
        name: "kpi_targets",
        grain: "KPI and period",
        columns: &[
            text("kpi_id", "the KPI").must(),
            date("period_end_date", "period the target is for").must(),
            number("target", "value to reach"),
            number("baseline", "value at the start"),
            number("lower", "lower bound"),
            number("upper", "upper bound"),
            number("stretch", "value beyond the target"),
            choice(
                "trajectory",
                &["linear", "step"],
                "how the target is approached",
            ),
            date("set_date", "day on which it was set"),
        ],
        key: &["kpi_id", "period_end_date", "set_date"],
        fact_date: Some("set_date"),
        ordered: &[("lower", "upper")],
        references: &[TO_KPI],
        unlocks: "targets that change over time",
        ..PLAIN
    },
    Table {
        name: "milestones",
        grain: "milestone and version",
        columns: &[
            text("milestone_id", "the milestone").must(),
            text("initiative_id", "initiative it belongs to"),
            text("name", "its name"),
            date("baseline_date", "first approved date"),
            date("forecast_date", "date expected now"),
            date("actual_date", "date reached"),
            positive("weight", "weight within the initiative"),
            text("depends_on", "milestone that must come first"),
        ],
        key: &["milestone_id"],
        versioned: true,
        references: &[TO_INITIATIVE],
        unlocks: "schedule variance and slip",
        ..PLAIN
    },
    Table {
        name: "status_reports",
        grain: "initiative and report",
        columns: &[
            text("initiative_id", "the initiative").must(),
            date("reported_date", "day of the report").must(),
            text("rag", "as reported"),
            ratio("percent_complete", "share of the work that is done, 0..1"),
            date("forecast_end_date", "end expected by the reporter"),
            text("confidence", "as reported"),
            text("comment", "as reported"),
            text("author", "who reported"),
        ],
        key: &["initiative_id", "reported_date"],
        fact_date: Some("reported_date"),
        references: &[TO_INITIATIVE],
        unlocks: "reported status against derived status",
        ..PLAIN
    },
    Table {
        name: "capacity",
        grain: "team, skill and period",
        columns: &[
            text("team", "the team").must(),
            text("skill", "the skill").must(),
            date("period_start_date", "first day").must(),
            date("period_end_date", "last day").must(),
            positive("fte", "full-time equivalents available"),
            text("capability_id", "capability it serves"),
        ],
        key: &["team", "skill", "period_start_date", "period_end_date"],
        ordered: &[("period_start_date", "period_end_date")],
        unlocks: "capacity against demand",
        ..PLAIN
    },
    Table {
        name: "demand",
        grain: "team, skill, period and initiative",
        columns: &[
            text("team", "the team").must(),
            text("skill", "the skill").must(),
            date("period_start_date", "first day").must(),
            date("period_end_date", "last day").must(),
            positive("fte", "full-time equivalents asked for"),
            text("capability_id", "capability it serves"),
            text("initiative_id", "initiative that asks").must(),
            flag("is_committed", "promised, not only wished for"),
        ],
        key: &[
            "team",
            "skill",
            "period_start_date",
            "period_end_date",
            "initiative_id",
        ],
        ordered: &[("period_start_date", "period_end_date")],
        references: &[TO_INITIATIVE],
        unlocks: "capacity against demand",
        ..PLAIN
    },
    Table {
        name: "capabilities",
        grain: "capability and version",
        columns: &[
            text("capability_id", "the capability").must(),
            text("parent_capability_id", "the capability above it"),
            text("name", "its name"),
            text("goal_id", "goal that needs it"),
            text("business_unit", "unit that has it"),
            number("maturity", "assessed level"),
            number("required_maturity", "level the goal needs"),
            date("assessed_date", "day of the assessment"),
        ],
        key: &["capability_id"],
        versioned: true,
        references: &[
            TO_GOAL,
            refers("parent_capability_id", "capabilities", "capability_id"),
        ],
        unlocks: "capability gaps per goal",
        ..PLAIN
    },
    Table {
        name: "environment_signals",
        grain: "signal",
        columns: &[
            text("signal_id", "the signal").must(),
            choice(
                "category",
                &[
                    "competitor",
                    "regulatory",
                    "market",
                    "technology",
                    "social",
                    "funding",
                ],
                "where it comes from",
            ),
            text("name", "its name"),
            date("observed_date", "day of observation"),
            date("expires_date", "day after which it no longer counts"),
            integer("severity", 1, 5, "1 = slight, 5 = severe"),
            ratio("likelihood", "probability, 0..1"),
            text("goal_id", "goal it bears on"),
            text("assumption_id", "assumption it bears on"),
            text("source", "who observed it"),
        ],
        key: &["signal_id"],
        fact_date: Some("observed_date"),
        ordered: &[("observed_date", "expires_date")],
        references: &[
            TO_GOAL,
            refers("assumption_id", "assumptions", "assumption_id"),
        ],
        unlocks: "changes outside that bear on goals",
        ..PLAIN
    },
    Table {
        name: "assumptions",
        grain: "assumption and version",
        columns: &[
            text("assumption_id", "the assumption").must(),
            text("goal_id", "goal that rests on it"),
            text("initiative_id", "initiative that rests on it"),
            text("statement", "what is assumed"),
            text("kpi_id", "KPI that tests it"),
            number("valid_low", "lowest value for which it holds"),
            number("valid_high", "highest value for which it holds"),
            date("review_date", "day of the next review"),
        ],
        key: &["assumption_id"],
        versioned: true,
        ordered: &[("valid_low", "valid_high")],
        references: &[TO_GOAL, TO_INITIATIVE, TO_KPI],
        unlocks: "assumptions breached",
        ..PLAIN
    },
    Table {
        name: "risks",
        grain: "risk, issue or blocker",
        columns: &[
            text("risk_id", "the risk").must(),
            text("initiative_id", "initiative it threatens"),
            text("kind", "risk, issue or blocker"),
            text("name", "its name"),
            date("opened_date", "day it was opened"),
            date("closed_date", "day it was closed"),
            ratio("probability", "probability, 0..1"),
            money("impact_amount", "money at risk"),
            text("owner", "who answers for it"),
            date("due_date", "day by which it is to be settled"),
        ],
        key: &["risk_id"],
        fact_date: Some("opened_date"),
        ordered: &[("opened_date", "closed_date")],
        references: &[TO_INITIATIVE],
        unlocks: "expected loss and blockers",
        ..PLAIN
    },
    Table {
        name: "business_units",
        grain: "unit and version",
        columns: &[
            text("business_unit_id", "the unit").must(),
            text("parent_business_unit_id", "the unit above it"),
            text("name", "its name"),
            text("bridged_from", "earlier unit whose history it continues"),
        ],
        key: &["business_unit_id"],
        versioned: true,
        references: &[refers(
            "parent_business_unit_id",
            "business_units",
            "business_unit_id",
        )],
        unlocks: "scorecards per unit and years that compare",
        ..PLAIN
    },
    Table {
        name: "fiscal_calendar",
        grain: "fiscal period",
        columns: &[
            text("fiscal_year", "'2026'").must(),
            text("fiscal_quarter", "'2026-Q1'").must(),
            text("fiscal_period", "'2026-P01'").must(),
            date("start_date", "first day").must(),
            date("end_date", "last day").must(),
        ],
        key: &["start_date"],
        ordered: &[("start_date", "end_date")],
        unlocks: "4-4-5 and 53-week years",
        ..PLAIN
    },
    Table {
        name: "fx_rates",
        grain: "currency and day",
        columns: &[
            text("currency", "ISO 4217").must(),
            date("rate_date", "first day on which the rate holds").must(),
            positive("rate", "reporting currency for one unit of `currency`").must(),
            choice("kind", &["actual", "budget", "average"], "kind of rate"),
        ],
        key: &["currency", "rate_date", "kind"],
        unlocks: "money in several currencies",
        ..PLAIN
    },
    Table {
        name: "decisions",
        grain: "decision",
        columns: &[
            text("decision_id", "the decision").must(),
            date("decided_date", "day of the decision"),
            text("subject_type", "goal, initiative or kpi"),
            text("subject_id", "what was decided about"),
            choice(
                "kind",
                &["fund", "cut", "stop", "re-rank"],
                "what was decided",
            ),
            money("amount", "money concerned"),
            text("rationale", "why"),
        ],
        key: &["decision_id"],
        fact_date: Some("decided_date"),
        unlocks: "decisions beside what followed",
        ..PLAIN
    },
    Table {
        name: "scenarios",
        grain: "change",
        columns: &[
            text("scenario_id", "the scenario").must(),
            integer("step", 1, i64::MAX, "order within the scenario").must(),
            text("table", "table to change"),
            text("key", "key of the row to change"),
            text("column", "column to change"),
            choice(
                "operation",
                &["set", "scale", "add", "shift_days", "close"],
                "what to do",
            ),
            text("value", "with what"),
            text("note", "why"),
        ],
        key: &["scenario_id", "step"],
        unlocks: "what-if answers",
        ..PLAIN
    },
];

/// The declaration of `name`.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}
