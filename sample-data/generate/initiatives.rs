//! Initiatives: sixty of them, where their money comes from, and how long it lasts.
//!
//! Not here: the amounts (funding).
//!
//! Rule: months count from April 2023; `until` is the last month with money, `planned` the
//! month of the planned end.

use super::dates::{month_end, month_start};
use super::funding::Plan;
use super::money::{share, with_point};
use super::text::line;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Money {
    /// A weight in what is left of the goal's envelope.
    Part(i64),
    /// Euro in a full year, taken from the envelopes of its goals first.
    Yearly(i64),
    /// Hundredths of a percent of the year's total, outside every envelope.
    OfTotal(i64),
    /// Euro in a full year beside the total: required by law.
    Mandatory(i64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Active,
    Complete,
    OnHold,
    Cancelled,
    Proposed,
}

pub(crate) struct Initiative {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) goal: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) first: i64,
    pub(crate) until: i64,
    pub(crate) planned: i64,
    pub(crate) stage: Stage,
    pub(crate) money: Money,
}

use Money::{Mandatory, OfTotal, Part, Yearly};
use Stage::{Active, Cancelled, Complete, OnHold, Proposed};

/// Day-to-day operation rather than change.
const RUN: [&str; 5] = ["I-016", "I-032", "I-040", "I-044", "I-054"];

/// The legacy programme: paid for every month, no goal, no sponsor.
pub(crate) const LEGACY: &str = "I-041";
/// Reported green while cost and milestones say red.
pub(crate) const WATERMELON: &str = "I-017";

const OWNERS: [&str; 12] = [
    "Henrik Sollberg",
    "Paula Kettering",
    "Tomas Revelin",
    "Beata Lindqvor",
    "Jonas Brandauer",
    "Silke Dahmert",
    "Mareike Osthoff",
    "Arvid Nollmann",
    "Leonie Faber",
    "Karim Benhöfer",
    "Ottilie Graff",
    "Wim van Reuvel",
];

const fn row(
    id: &'static str,
    name: &'static str,
    goal_and_unit: (&'static str, &'static str),
    months: (i64, i64, i64),
    stage: Stage,
    money: Money,
) -> Initiative {
    let (goal, unit) = goal_and_unit;
    let (first, until, planned) = months;
    Initiative {
        id,
        name,
        goal,
        unit,
        first,
        until,
        planned,
        stage,
        money,
    }
}

#[rustfmt::skip]
pub(crate) const INITIATIVES: [Initiative; 60] = [
    row("I-001", "Electric truck pilot Lindhafen", ("G-111", "020"), (0, 14, 14), Complete, Part(3)),
    row("I-002", "Electric city fleet wave 1", ("G-111", "020"), (10, 30, 30), Complete, Part(5)),
    row("I-003", "Electric city fleet wave 2", ("G-111", "020"), (24, 35, 44), Active, Part(5)),
    row("I-004", "Depot charging Ostkamp", ("G-112", "020"), (0, 20, 20), Complete, Part(4)),
    row("I-005", "Depot charging phase 2", ("G-112", "020"), (16, 35, 40), Active, Part(5)),
    row("I-006", "Megawatt charging trial", ("G-112", "020"), (27, 35, 42), Active, Part(2)),
    row("I-007", "Ammonia plants north", ("G-120", "010"), (0, 26, 26), Complete, Part(5)),
    row("I-008", "Ammonia plants south", ("G-120", "010"), (18, 35, 45), Active, Part(6)),
    row("I-009", "Refrigerant leak sensors", ("G-120", "010"), (6, 33, 33), Complete, Part(2)),
    row("I-010", "Roof solar programme", ("G-130", "010"), (0, 35, 38), Active, Part(5)),
    row("I-011", "Thermal storage", ("G-130", "010"), (20, 35, 41), Active, Part(3)),
    row("I-012", "Pharma site Wendlau", ("G-211", "030"), (0, 22, 22), Complete, Part(6)),
    row("I-013", "Pharma site Karnstedt", ("G-211", "030"), (14, 35, 39), Active, Part(7)),
    row("I-014", "Cleanroom repacking", ("G-211", "030"), (22, 35, 43), Active, Part(3)),
    row("I-015", "Validation master plan", ("G-212", "030"), (0, 28, 28), Complete, Part(4)),
    row("I-016", "Pharma quality academy", ("G-212", "030"), (4, 35, 40), Active, Part(4)),
    row("I-017", "High-bay store Nordkai", ("G-411", "010"), (12, 35, 41), Active, Yearly(1_020_000)),
    row("I-018", "High-bay store Ellerbach", ("G-411", "010"), (0, 18, 18), Complete, Part(5)),
    row("I-019", "Shuttle retrofit Bramfurt", ("G-411", "010"), (8, 35, 38), Active, Part(4)),
    row("I-020", "Layer-picking robots", ("G-412", "010"), (0, 32, 32), Complete, Part(4)),
    row("I-021", "Case-picking robots", ("G-412", "010"), (15, 35, 42), Active, Part(5)),
    row("I-022", "Yard and dock booking", ("G-413", "010"), (0, 29, 29), Complete, Part(4)),
    row("I-023", "Automatic gate and weighbridge", ("G-413", "010"), (21, 35, 40), Active, Part(4)),
    row("I-024", "Live shipment temperature", ("G-220", "030"), (0, 35, 37), Active, Part(5)),
    row("I-025", "Pharma lane qualification", ("G-220", "030"), (3, 35, 40), Active, Part(4)),
    row("I-026", "Passive packaging pool", ("G-220", "030"), (11, 34, 34), Complete, Part(3)),
    row("I-027", "Airport pharma hub", ("G-220", "030"), (19, 35, 44), Active, Part(6)),
    row("I-028", "Door sensors on trailers", ("G-310", "020"), (0, 27, 27), Complete, Part(3)),
    row("I-029", "Multi-temperature trailers", ("G-310", "020"), (7, 35, 43), Active, Part(4)),
    row("I-030", "Alarm desk round the clock", ("G-310", "020"), (18, 35, 40), Active, Part(2)),
    row("I-031", "Route planning renewal", ("G-320", "020"), (0, 31, 31), Complete, Part(5)),
    row("I-032", "Slot booking with retailers", ("G-320", "020"), (2, 35, 39), Active, Part(4)),
    row("I-033", "Cross-dock Mittelau", ("G-320", "020"), (12, 35, 42), Active, Part(6)),
    row("I-034", "Driver app", ("G-320", "020"), (20, 35, 38), Active, Part(3)),
    row("I-035", "Night-drop keys", ("G-320", "020"), (39, 39, 50), Proposed, Part(0)),
    row("I-036", "Returns and empties loop", ("G-320", "020"), (5, 16, 22), Cancelled, Part(3)),
    row("I-037", "Second data centre", ("G-330", "040"), (0, 24, 24), Complete, Part(5)),
    row("I-038", "Backup power for cold stores", ("G-330", "010"), (9, 35, 40), Active, Part(5)),
    row("I-039", "Second source for spare parts", ("G-330", "040"), (13, 35, 37), Active, Part(3)),
    row("I-040", "Network stress tests", ("G-330", "040"), (0, 35, 47), Active, Part(2)),
    row("I-041", "Orion depot system", ("", "010"), (0, 35, 47), Active, OfTotal(1_000)),
    row("I-042", "Voice picking roll-out", ("G-420", "010"), (0, 23, 23), Complete, Part(5)),
    row("I-043", "Shift planning", ("G-420", "010"), (8, 35, 39), Active, Part(4)),
    row("I-044", "Lean dock programme", ("G-420", "010"), (0, 35, 47), Active, Part(3)),
    row("I-045", "Forklift telematics", ("G-420", "010"), (22, 35, 41), Active, Part(4)),
    row("I-046", "Driver pay and rota reform", ("G-510", "020"), (0, 35, 40), Active, Part(6)),
    row("I-047", "Apprentice academy", ("G-510", "040"), (6, 35, 44), Active, Part(4)),
    row("I-048", "Housing near depots", ("G-510", "040"), (17, 27, 42), OnHold, Part(3)),
    row("I-049", "Ready to work in a week", ("G-510", "040"), (38, 38, 49), Proposed, Part(0)),
    row("I-050", "Cold-store safety", ("G-520", "010"), (0, 30, 30), Complete, Part(5)),
    row("I-051", "Smart tachograph refit", ("G-330", "020"), (3, 35, 38), Active, Mandatory(1_400_000)),
    row("I-052", "Refrigerant phase-down register", ("G-120", "010"), (6, 35, 40), Active, Mandatory(900_000)),
    row("I-053", "Network security duties", ("G-330", "040"), (12, 35, 44), Active, Mandatory(1_800_000)),
    row("I-054", "Dock collision guards", ("G-520", "010"), (14, 35, 40), Active, Part(4)),
    row("I-055", "Fatigue monitoring", ("G-520", "020"), (25, 35, 42), Active, Part(3)),
    row("I-056", "Energy management at all sites", ("", "010"), (3, 35, 39), Active, Yearly(900_000)),
    row("I-057", "Predictive cooling maintenance", ("", "010"), (5, 35, 41), Active, Yearly(1_000_000)),
    row("I-058", "Customer portal refresh", ("G-999", "040"), (15, 35, 38), Active, OfTotal(60)),
    row("I-059", "Pharma traceability core", ("", "030"), (10, 35, 42), Active, Yearly(1_200_000)),
    row("I-060", "Data platform", ("", "040"), (4, 35, 43), Active, Yearly(1_000_000)),
];

impl Initiative {
    pub(crate) const fn is_active_in(&self, month: i64) -> bool {
        self.first <= month && month <= self.until
    }

    pub(crate) fn is_run(&self) -> bool {
        RUN.contains(&self.id)
    }

    const fn is_mandatory(&self) -> bool {
        matches!(self.money, Mandatory(_))
    }

    /// The digits of the id.
    pub(crate) fn number(&self) -> i64 {
        self.id[2..].parse().unwrap_or(0)
    }

    /// Text with leading zeros, as the ledger knows it.
    pub(crate) fn cost_centre(&self) -> String {
        format!("{:03}", 1 + (self.number() * 7) % 199)
    }

    pub(crate) fn owner(&self) -> &'static str {
        person(self.number())
    }

    fn sponsor(&self) -> &'static str {
        if self.id == LEGACY {
            ""
        } else {
            person(self.number() + 5)
        }
    }
}

fn person(number: i64) -> &'static str {
    let place = number.rem_euclid(12);
    OWNERS[usize::try_from(place).unwrap_or(0)]
}

/// The export of the project office, with its own headings and words.
pub(crate) fn initiatives_csv(plans: &[Plan]) -> String {
    let mut text = "Project ID,Title,Strategic goal,Lead,Sponsor,Unit,Phase,Start,Planned finish,\
                    Actual finish,Approved EUR,Regulatory,Run/Change,Version from\n"
        .to_owned();
    for (initiative, plan) in INITIATIVES.iter().zip(plans) {
        for row in versions(initiative, approved(initiative, plan)) {
            text.push_str(&row);
            text.push('\n');
        }
    }
    text
}

/// What the whole initiative may cost: the money so far, scaled to the planned length.
fn approved(initiative: &Initiative, plan: &Plan) -> i64 {
    let so_far: i64 = plan.budget.iter().sum();
    let months = initiative.until - initiative.first + 1;
    let all_months = initiative.planned - initiative.first + 1;
    if so_far == 0 {
        25_000_000
    } else {
        share(so_far, all_months, months)
    }
}

fn versions(initiative: &Initiative, approved: i64) -> Vec<String> {
    let decided = month_start(initiative.first.min(35)).plus(-45);
    let ended = month_end(initiative.until);
    let open = if initiative.stage == Proposed {
        "Idea"
    } else {
        "In flight"
    };
    let mut rows = vec![version(initiative, open, "", approved, &decided.iso())];
    let closing = match initiative.stage {
        Complete => Some(("Done", ended.plus(-3).iso())),
        Cancelled => Some(("Stopped", ended.iso())),
        OnHold => Some(("Paused", String::new())),
        Active | Proposed => None,
    };
    if let Some((phase, finish)) = closing {
        rows.push(version(initiative, phase, &finish, approved, &ended.iso()));
    }
    rows
}

fn version(
    initiative: &Initiative,
    phase: &str,
    finish: &str,
    approved: i64,
    valid_from: &str,
) -> String {
    let fields = [
        initiative.id,
        initiative.name,
        initiative.goal,
        initiative.owner(),
        initiative.sponsor(),
        initiative.unit,
        phase,
        &month_start(initiative.first).iso(),
        &month_end(initiative.planned).iso(),
        finish,
        &with_point(approved),
        if initiative.is_mandatory() {
            "yes"
        } else {
            "no"
        },
        if initiative.is_run() { "run" } else { "change" },
        valid_from,
    ];
    line(&fields, ',')
}
