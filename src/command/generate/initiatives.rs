//! Initiatives, and the goals that they serve.

use super::days::first_of;
use super::goals::served;
use super::random::Stream;
use super::sheet::{Cell, Sheet};
use super::work::{Course, Work};
use super::{Job, Portfolio};
use crate::error::Result;

const VERBS: [&str; 8] = [
    "Build", "Replace", "Roll out", "Extend", "Merge", "Automate", "Run", "Move",
];
const THINGS: [&str; 10] = [
    "depot",
    "billing",
    "fleet",
    "portal",
    "cold store",
    "planning",
    "data centre",
    "returns",
    "training",
    "pricing",
];

pub(super) fn jobs() -> [Job; 2] {
    let initiatives = Job::new(
        "initiatives",
        "initiatives",
        &[
            "initiative_id",
            "name",
            "goal_id",
            "owner",
            "sponsor",
            "business_unit",
            "stage",
            "start_date",
            "planned_end_date",
            "actual_end_date",
            "approved_amount",
            "currency",
            "is_mandatory",
            "run_or_change",
            "valid_from",
        ],
        |portfolio, sheet| {
            (0..portfolio.size.initiatives).try_for_each(|n| initiative(portfolio, n, sheet))
        },
    );
    let links = Job::new(
        "goal_links",
        "goal_links",
        &[
            "child_type",
            "child_id",
            "goal_id",
            "weight",
            "asserted_by",
            "asserted_date",
            "valid_from",
        ],
        |portfolio, sheet| {
            for n in 0..portfolio.size.initiatives {
                links(portfolio, ("initiative", "I-", Stream::Link), n, sheet)?;
            }
            for n in 0..portfolio.size.kpis() {
                links(portfolio, ("kpi", "K-", Stream::KpiLink), n, sheet)?;
            }
            Ok(())
        },
    );
    [initiatives, links]
}

fn initiative(portfolio: &Portfolio, number: u64, sheet: &mut Sheet) -> Result<()> {
    let work = Work::of(portfolio, number);
    let mut random = portfolio.seed.draw(Stream::Delivery, number, 0);
    let name = format!(
        "{} {} {}",
        random.pick(&VERBS),
        random.pick(&THINGS),
        number + 1
    );
    let people = portfolio.size.initiatives / 4 + 1;
    let (owner, sponsor) = (random.skewed(people), random.below(people));
    // Those with several goals name them as links.
    let goals = served(portfolio, Stream::Link, number);
    let goal = match goals[..] {
        [(goal, _)] => Cell::Id("G-", goal + 1, 5),
        _ => Cell::None,
    };
    let running = match work.course {
        Course::Paused => "on_hold",
        _ => "active",
    };
    let over = match work.course {
        Course::Cancelled => "cancelled",
        _ => "complete",
    };
    let first = [(running, None, work.start_day() - 30)];
    let last = work.ended().map(|day| (over, Some(day), day));
    for (stage, end, valid_from) in first.into_iter().chain(last) {
        sheet.row(&[
            Cell::Id("I-", number + 1, 6),
            Cell::Text(&name),
            goal,
            Cell::Id("Owner ", owner + 1, 1),
            Cell::Id("Sponsor ", sponsor + 1, 1),
            Cell::Id("U-", work.unit + 1, 3),
            Cell::Text(stage),
            Cell::Date(work.start_day()),
            Cell::Date(work.planned_end()),
            end.map_or(Cell::None, Cell::Date),
            Cell::Money(work.amount.cast_signed()),
            Cell::Text(work.currency()),
            Cell::Flag(work.is_mandatory),
            Cell::Text(if work.is_run() { "run" } else { "change" }),
            Cell::Date(valid_from),
        ])?;
    }
    Ok(())
}

/// The links of a thing that serves several goals.
fn links(
    portfolio: &Portfolio,
    (kind, prefix, stream): (&str, &str, Stream),
    number: u64,
    sheet: &mut Sheet,
) -> Result<()> {
    let goals = served(portfolio, stream, number);
    if goals.len() < 2 {
        return Ok(());
    }
    for (goal, percent) in goals {
        sheet.row(&[
            Cell::Text(kind),
            Cell::Id(prefix, number + 1, 6),
            Cell::Id("G-", goal + 1, 5),
            Cell::Number(percent, 2),
            Cell::Text("Planning"),
            Cell::Date(first_of(0)),
            Cell::Date(first_of(0)),
        ])?;
    }
    Ok(())
}
