//! The goal tree: a few at the top, five below each, as deep as it must.

use super::days::{as_of, first_of, last_of};
use super::random::Stream;
use super::sheet::{Cell, Sheet};
use super::size::piece;
use super::{Job, Portfolio};
use crate::error::Result;

/// Goals below one goal.
const CHILDREN: u64 = 5;
/// Weights have four decimals, and those of siblings sum to 1.
const WHOLE: u64 = 10_000;
/// January 2025: the plan was weighed anew in places.
const REVISION: u32 = 24;

const PERSPECTIVES: [&str; 4] = ["financial", "customer", "process", "people"];
const AIMS: [&str; 8] = [
    "Win", "Shorten", "Secure", "Simplify", "Grow", "Renew", "Open", "Steady",
];
const FIELDS: [&str; 8] = [
    "the home market",
    "delivery",
    "the supply chain",
    "service",
    "the product line",
    "the platform",
    "new regions",
    "cash flow",
];

pub(super) fn jobs() -> [Job; 1] {
    [Job::new(
        "goals",
        "goals",
        &[
            "goal_id",
            "name",
            "parent_goal_id",
            "level",
            "perspective",
            "owner",
            "business_unit",
            "weight",
            "kind",
            "status",
            "start_date",
            "due_date",
            "review_cadence_days",
            "last_reviewed_date",
            "valid_from",
        ],
        |portfolio, sheet| {
            (0..portfolio.size.goals).try_for_each(|number| goal(portfolio, number, sheet))
        },
    )]
}

/// Goals at the top.
fn top(portfolio: &Portfolio) -> u64 {
    (portfolio.size.goals / 200).clamp(3, 12)
}

/// The goal above one, if there is one.
fn parent(portfolio: &Portfolio, number: u64) -> Option<u64> {
    Some(number.checked_sub(top(portfolio))? / CHILDREN)
}

/// Its number among its siblings: all that have the same goal above.
fn siblings(portfolio: &Portfolio, number: u64) -> std::ops::Range<u64> {
    let top = top(portfolio);
    parent(portfolio, number).map_or(0..top, |above| {
        let first = top + above * CHILDREN;
        first..(first + CHILDREN).min(portfolio.size.goals)
    })
}

/// Share among its siblings, in parts of [`WHOLE`].
fn weight(portfolio: &Portfolio, number: u64, version: u64) -> u64 {
    let raw = |goal: u64| {
        let mut random = portfolio.seed.draw(Stream::GoalWeight, goal, version);
        2 + random.below(9)
    };
    let family = siblings(portfolio, number);
    let before: u64 = (family.start..number).map(raw).sum();
    let all: u64 = family.map(raw).sum();
    piece(WHOLE, before, before + raw(number), all)
}

fn goal(portfolio: &Portfolio, number: u64, sheet: &mut Sheet) -> Result<()> {
    let mut random = portfolio.seed.draw(Stream::Goal, number, 0);
    let above = parent(portfolio, number);
    let level = std::iter::successors(Some(number), |goal| parent(portfolio, *goal)).count();
    let name = format!(
        "{} {} {}",
        random.pick(&AIMS),
        random.pick(&FIELDS),
        number + 1
    );
    let perspective = random.pick(&PERSPECTIVES);
    let owner = random.below(portfolio.size.goals / 3 + 1);
    let unit = random.skewed(portfolio.size.units);
    let kind = match random.below(100) {
        0..80 => "committed",
        80..95 => "aspirational",
        _ => "mandatory",
    };
    let due = last_of(random.pick(&[35, 47, 47, 59]));
    let reviewed = as_of() - 5 - i32::try_from(random.skewed(420)).unwrap_or(0);
    // Siblings are weighed together or not at all.
    let family = siblings(portfolio, number).start;
    let is_revised = portfolio.seed.draw(Stream::Goal, family, 1).chance(12);
    for version in 0..=u64::from(is_revised) {
        let since = if version == 0 { 0 } else { REVISION };
        sheet.row(&[
            Cell::Id("G-", number + 1, 5),
            Cell::Text(&name),
            above.map_or(Cell::None, |goal| Cell::Id("G-", goal + 1, 5)),
            Cell::Id("", level as u64, 1),
            Cell::Text(perspective),
            Cell::Id("Owner ", owner + 1, 1),
            Cell::Id("U-", unit + 1, 3),
            Cell::Number(weight(portfolio, number, version).cast_signed(), 4),
            Cell::Text(kind),
            Cell::Text("active"),
            Cell::Date(first_of(0)),
            Cell::Date(due),
            Cell::Integer(91),
            Cell::Date(reviewed),
            Cell::Date(first_of(since)),
        ])?;
    }
    Ok(())
}

/// Goals that a thing serves, with the share of each in percent: most serve one,
/// some two or three, a few none.
pub(super) fn served(portfolio: &Portfolio, stream: Stream, number: u64) -> Vec<(u64, i64)> {
    let mut random = portfolio.seed.draw(stream, number, 1);
    let goals = portfolio.size.goals;
    let shares: &[i64] = match random.below(100) {
        0..5 => &[],
        5..78 => &[100],
        78..90 => &[60, 40],
        90..95 => &[50, 40],
        _ => &[50, 30, 20],
    };
    // Attention is uneven: some goals get much of the work, others none. Which
    // they are has nothing to do with their place in the tree.
    let favoured = random.skewed(goals);
    let first = portfolio
        .seed
        .draw(Stream::GoalChoice, favoured, 0)
        .below(goals);
    (0..)
        .zip(shares)
        .map(|(i, share)| ((first + i) % goals, *share))
        .collect()
}
