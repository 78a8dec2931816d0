//! Findings remember: from night to night the same one is new, still there, gone once, or
//! back again.
//!
//! Most models have a part in raising findings, and the sample tries them all. Here simple
//! ones stand in for them, so that a night takes seconds and the memory stands alone.

use crate::small::{GOALS, Small, publish};
use crate::support::{Project, Table};

/// Stands in for a model of what is raised now: goals that no initiative names.
const RAISED: &str = "\
-- question: Which goals does no initiative name?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           always 'goal_without_work'
--   subject_id            text           goal
--   subject_name          text           its name
--   severity              text           always 'high'
--   since_date            date           NULL
--   currency              text           always 'EUR'
--   money_at_risk_amount  decimal(38,2)  NULL
--   evidence              text           always the same
--   evidence_model        text           always 'alignment.goal_support'
--   evidence_key          text           its row
-- checks:   none
-- receipt:  goals where goal_id = $subject_id
-- leaves out: nothing
-- method:   as it says
with named as (
    select distinct goal_id
    from initiatives
    where goal_id is not null
)

select
    'goal_without_work' as rule_id,
    goals.goal_id as subject_id,
    goals.name as subject_name,
    'high' as severity,
    cast(null as date) as since_date,
    'EUR' as currency,
    cast(null as decimal(38, 2)) as money_at_risk_amount,
    'Nobody works on it.' as evidence,
    'alignment.goal_support' as evidence_model,
    concat('goal_id=', goals.goal_id) as evidence_key
from goals
left join named
    on goals.goal_id = named.goal_id
where named.goal_id is null
order by rule_id, subject_id
";

/// Stands in for what has come true: nothing has.
const OUTCOMES: &str = "\
-- question: What has come true?
-- grain:    subject_type, subject_id, problem
-- columns:
--   subject_type  text  what it is
--   subject_id    text  which one
--   problem       text  what happened
-- checks:   none
-- receipt:  goals where goal_id = $subject_id
-- leaves out: nothing
-- method:   as it says
select
    'goal' as subject_type,
    goal_id as subject_id,
    'target missed' as problem
from goals
where false
order by subject_type, subject_id, problem
";

/// Initiatives of which the last two serve the given goals.
pub(crate) fn initiatives(third: &str, fourth: &str) -> String {
    format!(
        "initiative_id,name,goal_id,stage,start_date,planned_end_date
I1,Shop,G1,active,2025-01-01,2026-12-31
I2,Press,G3,active,2025-01-01,2026-12-31
I3,Hobby,{third},active,2025-01-01,2026-12-31
I4,Garden,{fourth},active,2025-01-01,2026-12-31
"
    )
}

pub(crate) fn project() -> Project {
    let nothing = RAISED.replace("where named.goal_id is null", "where false");
    Small::new()
        .file("queries/warning/raised_on_goals_means.sql", RAISED)
        .file("queries/warning/raised_on_goals_course.sql", &nothing)
        .file("queries/warning/raised_on_kpis.sql", &nothing)
        .file("queries/warning/raised_on_initiatives_money.sql", &nothing)
        .file("queries/warning/raised_on_initiatives_work.sql", &nothing)
        .file("queries/warning/raised_on_units.sql", &nothing)
        .file("queries/warning/outcomes.sql", OUTCOMES)
        .csv("goals", format!("{GOALS}G4,Rest,G2,1,Dan\n"))
        .csv("initiatives", initiatives("", ""))
        .make()
}

/// The findings of a night, as the run of that day publishes them.
fn night(project: &Project, day: &str) -> Table {
    publish(project, &["--as-of", day, "--models", "scorecard.findings"]);
    project.table("scorecard.findings")
}

/// What a finding remembers: rank, state, reason, first and last seen, nights, resolved.
fn memory(findings: &Table, goal: &str) -> [String; 7] {
    let id = format!("goal_without_work:goal:{goal}");
    [
        "rank",
        "state",
        "state_reason",
        "first_seen_date",
        "last_seen_date",
        "nights_count",
        "resolved_date",
    ]
    .map(|column| findings.at("finding_id", &id, column).unwrap_or_default())
}

#[test]
fn a_finding_is_new_then_persists_is_resolved_once_and_is_then_forgotten_or_back() {
    let project = project();
    let first = night(&project, "2026-02-28");
    let new = ["new", "first release", "2026-02-28", "2026-02-28", "1", ""];
    assert_eq!(first.height(), 2);
    assert_eq!(memory(&first, "G2")[0], "1");
    assert_eq!(memory(&first, "G2")[1..], new);
    assert_eq!(memory(&first, "G4")[0], "2");
    assert_eq!(memory(&first, "G4")[1..], new);

    let second = night(&project, "2026-03-01");
    let persisting = ["persisting", "", "2026-02-28", "2026-03-01", "2", ""];
    assert_eq!(second.height(), 2);
    assert_eq!(memory(&second, "G2")[1..], persisting);
    assert_eq!(memory(&second, "G4")[1..], persisting);

    // The same day once more, and of other data at that: no night is counted twice.
    let renamed = format!("{GOALS}G4,Holiday,G2,1,Dan\n");
    project.write("data/goals.csv", renamed);
    let again = night(&project, "2026-03-01");
    assert_eq!(again.height(), 2);
    assert_eq!(
        again.at("subject_id", "G4", "subject_name").as_deref(),
        Some("Holiday")
    );
    assert_eq!(memory(&again, "G2")[1..], persisting);
    assert_eq!(memory(&again, "G4")[1..], persisting);

    // Somebody works on both.
    project.write("data/initiatives.csv", initiatives("G2", "G4"));
    let third = night(&project, "2026-03-02");
    let resolved = [
        "",
        "resolved",
        "",
        "2026-02-28",
        "2026-03-01",
        "2",
        "2026-03-02",
    ];
    assert_eq!(third.height(), 2);
    assert_eq!(memory(&third, "G2"), resolved);
    assert_eq!(memory(&third, "G4"), resolved);

    // One stays solved and is shown no more; the other is back, and knows since when.
    project.write("data/initiatives.csv", initiatives("G2", ""));
    let fourth = night(&project, "2026-03-03");
    assert_eq!(fourth.height(), 1);
    assert_eq!(
        memory(&fourth, "G4"),
        ["1", "reopened", "", "2026-02-28", "2026-03-03", "3", ""]
    );
}
