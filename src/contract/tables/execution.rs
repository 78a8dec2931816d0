//! The execution: work, money, people and what was decided.

use super::super::table::Table;
use super::{
    PLAIN, TO_GOAL, TO_INITIATIVE, choice, date, flag, integer, money, number, positive, ratio,
    text,
};

pub(super) const INITIATIVES: Table = Table {
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
};

pub(super) const SPEND: Table = Table {
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
};

pub(super) const BUDGETS: Table = Table {
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
};

pub(super) const MILESTONES: Table = Table {
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
};

pub(super) const STATUS_REPORTS: Table = Table {
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
};

pub(super) const CAPACITY: Table = Table {
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
};

pub(super) const DEMAND: Table = Table {
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
};

pub(super) const RISKS: Table = Table {
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
};

pub(super) const FISCAL_CALENDAR: Table = Table {
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
};

pub(super) const FX_RATES: Table = Table {
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
};

pub(super) const DECISIONS: Table = Table {
    name: "decisions",
    grain: "decision",
    columns: &[
        text("decision_id", "the decision").must(),
        date("decided_date", "day of the decision"),
        text("subject_type", "goal, initiative or kpi"),
        text("subject_id", "what was decided about"),
        choice(
            "kind",
            &["fund", "cut", "stop", "re-rank", "re-base"],
            "what was decided; 're-base' of a kpi starts new process limits on that day",
        ),
        money("amount", "money concerned"),
        text("rationale", "why"),
    ],
    key: &["decision_id"],
    fact_date: Some("decided_date"),
    unlocks: "decisions beside what followed",
    ..PLAIN
};

pub(super) const SCENARIOS: Table = Table {
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
};
