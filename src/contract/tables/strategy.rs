//! The strategy: goals, what serves them, KPIs and the world around.

use super::super::table::Table;
use super::{
    DAYS, PLAIN, TO_GOAL, TO_INITIATIVE, TO_KPI, choice, date, flag, integer, number, positive,
    ratio, refers, text,
};

pub(super) const GOALS: Table = Table {
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
};

pub(super) const GOAL_LINKS: Table = Table {
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
};

pub(super) const KPIS: Table = Table {
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
};

pub(super) const KPI_VALUES: Table = Table {
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
};

pub(super) const KPI_TARGETS: Table = Table {
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
};

pub(super) const CAPABILITIES: Table = Table {
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
};

pub(super) const ENVIRONMENT_SIGNALS: Table = Table {
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
};

pub(super) const ASSUMPTIONS: Table = Table {
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
};

pub(super) const BUSINESS_UNITS: Table = Table {
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
};
