//! Money against priorities: spend and budget cut by cut, and the order of both.

use std::collections::BTreeMap;

use super::company::{self, Company, Money, UNALIGNED, year_of};
use super::compare::{Published, float, share};

/// Movable money of the last fiscal year by goal linked directly.
fn movable(company: &Company, money: &[Money]) -> BTreeMap<String, i128> {
    let mut movable: BTreeMap<String, i128> = BTreeMap::new();
    for ((initiative, goal, month), cents) in company.by_link(money) {
        if year_of(month) == year_of(company.last_month()) && !company.is_mandatory(&initiative) {
            *movable.entry(goal).or_default() += cents;
        }
    }
    movable
}

fn level(company: &Company, goal: &str) -> usize {
    company.ancestry(goal).len()
}

/// Goals of a level, and leaves above it.
fn cut(company: &Company, at: usize) -> Vec<&str> {
    let families = company.families();
    let is_shown = |goal: &str| {
        let level = level(company, goal);
        level == at || (level < at && !families.contains_key(goal))
    };
    let goals = company.goals.keys().map(String::as_str);
    goals.filter(|g| is_shown(g)).collect()
}

/// Money of each row of a cut. A goal is shown by what it is part of.
fn placed(
    company: &Company,
    money: &BTreeMap<String, i128>,
    cut: &[&str],
) -> BTreeMap<String, i128> {
    let mut placed: BTreeMap<String, i128> = BTreeMap::new();
    for (goal, cents) in money {
        let place = company.ancestry(goal).into_iter().find(|g| cut.contains(g));
        let row = match place {
            Some(shown) => shown,
            None if goal == UNALIGNED => UNALIGNED,
            None => "(not broken down)",
        };
        *placed.entry(row.to_owned()).or_default() += cents;
    }
    placed.retain(|goal, cents| !goal.starts_with('(') || *cents != 0);
    for goal in cut {
        placed.entry((*goal).to_owned()).or_default();
    }
    placed
}

#[test]
fn shares_and_distances_are_the_same_when_computed_by_hand() {
    let company = company::sample();
    let keys = ["level", "goal_id", "resource"];
    let shares = Published::new((company.table)("misallocation.share_by_resource"), &keys);
    let distances = Published::new(
        (company.table)("misallocation.distance"),
        &["level", "resource"],
    );
    let depth = company
        .goals
        .keys()
        .map(|g| level(company, g))
        .max()
        .unwrap();
    assert_eq!(depth, 3);
    for (resource, money) in [("spend", &company.spend), ("budget", &company.budget)] {
        let money = movable(company, money);
        let total: i128 = money.values().sum();
        for at in 1..=depth {
            let cut = cut(company, at);
            let number = at.to_string();
            let mut distance = 0.0;
            for (goal, given) in placed(company, &money, &cut) {
                let row = [number.as_str(), goal.as_str(), resource];
                let weight = company.weight(&goal).filter(|_| !goal.starts_with('('));
                let weight = weight.unwrap_or(0.0);
                let ratio = share(given, total).unwrap();
                shares.same_cents(&row, "given_amount", given);
                shares.same_cents(&row, "total_amount", total);
                shares.same_ratio(&row, "given_ratio", Some(ratio));
                shares.same_ratio(&row, "weight_ratio", Some(weight));
                // Fair amounts are rounded end to end, so that a level sums to its total.
                shares.near_cents(&row, "move_amount", weight * float(total) - float(given));
                distance += (ratio - weight).abs() / 2.0;
            }
            let row = [number.as_str(), resource];
            distances.same_ratio(&row, "distance_ratio", Some(distance));
            distances.same_cents(&row, "total_amount", total);
            let loose = money.get(UNALIGNED).copied().unwrap_or(0);
            distances.same_cents(&row, "unaligned_amount", loose);
        }
    }
}

/// Kendall's tau-b, pair by pair; nothing where one side is tied throughout.
fn kendall(points: &[(f64, i128)]) -> (i128, i128, Option<f64>) {
    let (mut same, mut opposite, mut pairs, mut untied) = (0, 0, 0, [0, 0]);
    for (i, one) in points.iter().enumerate() {
        for other in &points[..i] {
            let first = one.0.total_cmp(&other.0);
            let second = one.1.cmp(&other.1);
            pairs += 1;
            untied[0] += i128::from(first.is_ne());
            untied[1] += i128::from(second.is_ne());
            if first.is_ne() && second.is_ne() {
                *(if first == second {
                    &mut same
                } else {
                    &mut opposite
                }) += 1;
            }
        }
    }
    let divisor = float(untied[0]).sqrt() * float(untied[1]).sqrt();
    let tau = (divisor > 0.0).then(|| float(same - opposite) / divisor);
    (same, pairs, tau)
}

#[test]
fn the_agreement_of_ranks_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let keys = ["level", "comparison"];
    let theirs = Published::new((company.table)("alignment.rank_agreement"), &keys);
    for (comparison, money) in [
        ("weight and spend", &company.spend),
        ("weight and budget", &company.budget),
    ] {
        let mut whole: BTreeMap<&str, i128> = BTreeMap::new();
        let money = movable(company, money);
        for (direct, cents) in &money {
            for goal in company.ancestry(direct) {
                *whole.entry(goal).or_default() += cents;
            }
        }
        for at in 1..=3 {
            let goals = company.goals.keys().filter(|g| level(company, g) == at);
            // Weights are equal when they agree in nine decimals.
            let weight = |goal: &str| (company.weight(goal).unwrap() * 1e9).round();
            let of = |goal: &str| whole.get(goal).copied().unwrap_or(0);
            let points: Vec<(f64, i128)> = goals.map(|g| (weight(g), of(g))).collect();
            let (same, pairs, tau) = kendall(&points);
            let number = at.to_string();
            let row = [number.as_str(), comparison];
            theirs.same_count(&row, "goal_count", points.len());
            theirs.same(&row, "pair_count", Some(&pairs.to_string()));
            theirs.same(&row, "concordant_count", Some(&same.to_string()));
            theirs.same_ratio(&row, "agreement_value", tau);
        }
    }
}
