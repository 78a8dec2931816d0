//! What is said of the work: status reports and milestones.

use super::Job;
use super::days::as_of;
use super::random::Stream;
use super::sheet::Cell;
use super::size::{MILESTONES, REPORTS};
use super::work::{Course, Work};

const STEPS: [&str; 5] = [
    "Scope agreed",
    "Design done",
    "Built",
    "Tested",
    "Handed over",
];

pub(super) fn statuses() -> Job {
    Job::new(
        "status_reports",
        "status_reports",
        &[
            "initiative_id",
            "reported_date",
            "rag",
            "percent_complete",
            "forecast_end_date",
            "confidence",
            "comment",
            "author",
        ],
        |portfolio, sheet| {
            for number in 0..portfolio.size.initiatives {
                let work = Work::of(portfolio, number);
                let mut random = portfolio.seed.draw(Stream::Report, number, 0);
                let lead = random.below(portfolio.size.initiatives / 4 + 1);
                for (day, index) in days(&work).zip(0_u64..) {
                    let done = work.done(day) / 100;
                    let rag = colour(&work, day);
                    let is_over = work.ended().is_some_and(|end| day >= end);
                    let moved = if is_over || rag == "green" {
                        0
                    } else {
                        work.slip.max(0)
                    };
                    sheet.row(&[
                        Cell::Id("I-", number + 1, 6),
                        Cell::Date(day),
                        Cell::Text(rag),
                        Cell::Number(done.cast_signed(), 2),
                        Cell::Date(work.planned_end() + moved),
                        Cell::Text(if rag == "green" { "high" } else { "medium" }),
                        Cell::Text(comment(rag, index + number)),
                        Cell::Id("Lead ", lead + 1, 1),
                    ])?;
                }
            }
            Ok(())
        },
    )
}

/// Twenty days of reporting, the last one at the end of what there is to tell: a
/// month apart where the work is as long, otherwise a fortnight or a week.
fn days(work: &Work) -> impl Iterator<Item = i32> {
    let reports = i32::try_from(REPORTS).unwrap_or(i32::MAX);
    let life = work.last_day() - work.start_day();
    let step = [30, 14, 7]
        .into_iter()
        .find(|step| step * reports <= life)
        .unwrap_or_else(|| (life / reports).max(1));
    let last = work.last_day();
    (0..reports).map(move |i| last - (reports - 1 - i) * step)
}

/// As its author sees it, or wants it seen.
fn colour(work: &Work, day: i32) -> &'static str {
    let age = day - work.start_day();
    let is_settled = age > 120;
    match work.course {
        Course::Late | Course::Paused if age > 240 => "red",
        Course::Dear if work.cost_percent >= 130 && age > 240 => "red",
        Course::Late | Course::Paused | Course::Dear | Course::Cancelled if is_settled => "amber",
        _ => "green",
    }
}

fn comment(rag: &str, turn: u64) -> &'static str {
    let choices: [&str; 3] = match rag {
        "red" => [
            "End date will not hold",
            "Waiting for a decision",
            "Cost above plan",
        ],
        "amber" => [
            "Behind on one package",
            "Supplier is late",
            "Scope under review",
        ],
        _ => ["On plan", "Next step prepared", "Nothing to report"],
    };
    choices[usize::try_from(turn % 3).unwrap_or(0)]
}

pub(super) fn milestones() -> Job {
    Job::new(
        "milestones",
        "milestones",
        &[
            "milestone_id",
            "initiative_id",
            "name",
            "baseline_date",
            "forecast_date",
            "actual_date",
            "weight",
            "valid_from",
        ],
        |portfolio, sheet| {
            for number in 0..portfolio.size.initiatives {
                let work = Work::of(portfolio, number);
                let length = work.planned_end() - work.start_day();
                for (step, name) in (1..).zip(STEPS) {
                    let baseline = work.start_day() + length * step / 5;
                    let reached = baseline + work.slip * step / 5;
                    // Told once when it was planned, and once more when it was
                    // reached, or when its day went by.
                    let is_dropped = work.course == Course::Cancelled
                        && work.ended().is_some_and(|end| reached > end);
                    let news = if is_dropped || baseline.min(reached) > as_of() {
                        None
                    } else if reached <= as_of() {
                        Some((reached, Cell::Date(reached), reached))
                    } else {
                        Some((reached, Cell::None, baseline))
                    };
                    let first = (baseline, Cell::None, work.start_day() - 30);
                    for (forecast, actual, valid_from) in [first].into_iter().chain(news) {
                        sheet.row(&[
                            Cell::Id(
                                "M-",
                                number * MILESTONES + u64::from(step.unsigned_abs()),
                                7,
                            ),
                            Cell::Id("I-", number + 1, 6),
                            Cell::Text(name),
                            Cell::Date(baseline),
                            Cell::Date(forecast),
                            actual,
                            Cell::Number(20, 2),
                            Cell::Date(valid_from),
                        ])?;
                    }
                }
            }
            Ok(())
        },
    )
}
