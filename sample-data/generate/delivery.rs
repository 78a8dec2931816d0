//! Delivery: milestones with their forecasts, and what the leads report every month.
//!
//! Rule: milestones are met and reports are honest, but for the legacy programme and the
//! watermelon.

use super::dates::{AS_OF, MONTHS, month_end, month_start};
use super::initiatives::{INITIATIVES, Initiative, LEGACY, Stage, WATERMELON};
use super::random::Random;
use super::text::csv;

const MILESTONES: &str = "milestone_id,initiative_id,name,baseline_date,forecast_date,actual_date,weight,depends_on,valid_from";

/// Every single slip looks small; together they outrun the calendar.
const SLIPPING: &str = "\
M-017-1,I-017,Foundation poured,2024-09-30,2024-09-30,,0.1,,2024-03-01
M-017-1,I-017,Foundation poured,2024-09-30,2024-09-27,2024-09-27,0.1,,2024-09-27
M-017-2,I-017,Steel frame up,2025-03-31,2025-03-31,,0.2,M-017-1,2024-03-01
M-017-2,I-017,Steel frame up,2025-03-31,2025-04-30,2025-04-30,0.2,M-017-1,2025-04-30
M-017-3,I-017,Cranes installed,2025-09-30,2025-09-30,,0.2,M-017-2,2024-03-01
M-017-3,I-017,Cranes installed,2025-09-30,2025-10-15,,0.2,M-017-2,2025-04-30
M-017-3,I-017,Cranes installed,2025-09-30,2026-01-15,,0.2,M-017-2,2025-07-31
M-017-3,I-017,Cranes installed,2025-09-30,2026-04-20,,0.2,M-017-2,2025-10-31
M-017-3,I-017,Cranes installed,2025-09-30,2026-07-31,,0.2,M-017-2,2026-01-31
M-017-4,I-017,Control system accepted,2025-12-31,2025-12-31,,0.2,M-017-3,2024-03-01
M-017-4,I-017,Control system accepted,2025-12-31,2026-03-31,,0.2,M-017-3,2025-07-31
M-017-4,I-017,Control system accepted,2025-12-31,2026-10-15,,0.2,M-017-3,2026-01-31
M-017-5,I-017,First pallet stored,2026-03-31,2026-03-31,,0.1,M-017-4,2024-03-01
M-017-5,I-017,First pallet stored,2026-03-31,2026-12-15,,0.1,M-017-4,2026-01-31
M-017-6,I-017,Handed over,2026-09-30,2026-09-30,,0.2,M-017-5,2024-03-01
M-017-6,I-017,Handed over,2026-09-30,2027-03-31,,0.2,M-017-5,2026-01-31
";

/// The legacy programme moves its end by a year, every year.
const POSTPONED: &str = "\
M-041-1,I-041,Release 4,2023-06-30,2023-06-30,2023-06-30,0.5,,2023-06-30
M-041-2,I-041,Release 5,2024-03-31,2024-03-31,,0.5,M-041-1,2023-04-01
M-041-2,I-041,Release 5,2024-03-31,2025-03-31,,0.5,M-041-1,2024-02-15
M-041-2,I-041,Release 5,2024-03-31,2026-03-31,,0.5,M-041-1,2025-02-15
M-041-2,I-041,Release 5,2024-03-31,2027-03-31,,0.5,M-041-1,2026-02-15
";

/// A date that no calendar has.
const NO_SUCH_DAY: &str =
    "M-043-4,I-043,Extra training round,2025-11-30,2025-11-31,,0,M-043-2,2025-06-01";

const STAGES: [&str; 3] = ["Design approved", "First site live", "Handed over"];
const WEIGHTS: [&str; 3] = ["0.3", "0.4", "0.3"];

pub(crate) fn milestones_csv() -> String {
    let mut random = Random::stream(4);
    let mut rows = Vec::new();
    for initiative in &INITIATIVES {
        match initiative.id {
            WATERMELON => rows.extend(SLIPPING.lines().map(str::to_owned)),
            LEGACY => rows.extend(POSTPONED.lines().map(str::to_owned)),
            _ => rows.extend(punctual(initiative, &mut random)),
        }
        if initiative.id == "I-043" {
            rows.push(NO_SUCH_DAY.to_owned());
        }
    }
    csv(MILESTONES, rows)
}

/// Three milestones at a third, two thirds and the end of the plan, met up to six days early.
fn punctual(initiative: &Initiative, random: &mut Random) -> Vec<String> {
    let start = month_start(initiative.first);
    let length = start.days_to(month_end(initiative.planned));
    let stopped = matches!(initiative.stage, Stage::Cancelled | Stage::OnHold);
    let mut rows = Vec::new();
    for (third, (stage, weight)) in (1..).zip(STAGES.into_iter().zip(WEIGHTS)) {
        let baseline = start.plus(length * third / 3);
        if stopped && baseline > month_end(initiative.until) {
            break;
        }
        let before = if third == 1 {
            String::new()
        } else {
            milestone_id(initiative, third - 1)
        };
        let promised = start.min(AS_OF).plus(-30).iso();
        let row = |forecast: &str, actual: &str, known: &str| {
            let (id, date) = (milestone_id(initiative, third), baseline.iso());
            format!(
                "{id},{},{stage},{date},{forecast},{actual},{weight},{before},{known}",
                initiative.id
            )
        };
        rows.push(row(&baseline.iso(), "", &promised));
        let met = baseline.plus(-random.between(0, 6));
        if met <= AS_OF {
            rows.push(row(&met.iso(), &met.iso(), &met.iso()));
        }
    }
    rows
}

fn milestone_id(initiative: &Initiative, number: i64) -> String {
    format!("M-{}-{number}", &initiative.id[2..])
}

pub(crate) fn status_reports_csv() -> String {
    let header =
        "project,report_date,status,percent_complete,forecast_end_date,confidence,comment,author";
    csv(header, all_reports().iter().map(Report::row))
}

/// What each lead says is done on the day the data set is closed, in percent.
pub(crate) fn done_on_closing_day() -> Vec<(&'static str, i64)> {
    all_reports()
        .into_iter()
        .filter(|report| month_end(report.month) == AS_OF)
        .map(|report| (report.initiative.id, report.percent))
        .collect()
}

struct Report {
    initiative: &'static Initiative,
    month: i64,
    status: &'static str,
    percent: i64,
    comment: String,
}

fn all_reports() -> Vec<Report> {
    let mut random = Random::stream(5);
    let mut all = Vec::new();
    for initiative in &INITIATIVES {
        for month in initiative.first..=initiative.until.min(MONTHS - 1) {
            all.extend(reports(initiative, month, &mut random));
        }
    }
    all
}

/// The report of one month: nearly always one, two where somebody contradicts himself.
fn reports(initiative: &'static Initiative, month: i64, random: &mut Random) -> Vec<Report> {
    let percent = progress(initiative, month, random);
    let honest = |status: &'static str, percent: i64, comment: &str| Report {
        initiative,
        month,
        status,
        percent,
        comment: comment.to_owned(),
    };
    match (initiative.id, month) {
        (WATERMELON, _) => vec![honest(
            "G",
            percent,
            &format!("On track; {percent} % built"),
        )],
        (LEGACY, _) => vec![honest("G", 62, "Operation continues as agreed")],
        ("I-022", 20) => vec![honest("G", 120, "More done than planned")],
        ("I-026", 25) => vec![
            honest("G", percent, &format!("{percent} % done")),
            honest("A", percent - 9, "Second pool not ordered yet"),
        ],
        _ if random.chance(3) => {
            vec![honest(
                "A",
                percent,
                &format!("{percent} % done; one supplier late but recovered by replanning"),
            )]
        }
        _ => vec![honest(
            "G",
            percent,
            &format!("{percent} % done; next step prepared"),
        )],
    }
}

fn progress(initiative: &Initiative, month: i64, random: &mut Random) -> i64 {
    if initiative.stage == Stage::Complete && month == initiative.until {
        return 100;
    }
    let elapsed =
        100 * (month - initiative.first + 1) / (initiative.planned - initiative.first + 1);
    (elapsed + random.between(0, 2)).clamp(1, 99)
}

impl Report {
    fn row(&self) -> String {
        let done = format!("{}.{:02}", self.percent / 100, self.percent % 100);
        let confidence = if self.status == "G" { "0.9" } else { "0.7" };
        format!(
            "{},{},{},{done},{},{confidence},{},{}",
            self.initiative.id,
            month_end(self.month).iso(),
            self.status,
            month_end(self.initiative.planned).iso(),
            self.comment,
            self.initiative.owner()
        )
    }
}
