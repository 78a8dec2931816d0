//! Scores of goals, by walking down the tree instead of multiplying along paths.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{self, Company};
use super::compare::Published;
use super::kpis::{self, Standings};

/// What stands at a goal and below it, each leaf by its weight in the goal.
#[derive(Clone, Copy, Default)]
struct Sums {
    total: f64,
    scored: f64,
    weighted: f64,
}

impl Sums {
    fn plus(self, other: Self, by: f64) -> Self {
        Self {
            total: self.total + other.total * by,
            scored: self.scored + other.scored * by,
            weighted: self.weighted + other.weighted * by,
        }
    }

    /// The same, with a total of 1.
    fn whole(self) -> Self {
        Self::default().plus(self, 1.0 / self.total)
    }

    fn score(self) -> Option<f64> {
        (self.scored > 0.0).then(|| self.weighted / self.scored)
    }
}

/// A goal's own KPIs by their shares. Units that report one KPI divide its share.
fn own_sums(company: &Company, standings: &Standings) -> BTreeMap<String, Sums> {
    let mut own: BTreeMap<String, Sums> = BTreeMap::new();
    for (kpi, goals) in &company.kpi_goals {
        let units = standings.range((kpi.clone(), String::new())..);
        let scores: Vec<Option<f64>> = units
            .take_while(|((k, _), _)| k == kpi)
            .map(|(_, s)| s.judged().map(|score| score.clamp(0.0, 1.0)))
            .collect();
        let divisor = f64::from(u32::try_from(scores.len()).unwrap());
        for (goal, share) in goals {
            let sums = own.entry(goal.clone()).or_default();
            for score in &scores {
                let one = Sums {
                    total: 1.0,
                    scored: score.map_or(0.0, |_| 1.0),
                    weighted: score.unwrap_or(0.0),
                };
                *sums = sums.plus(one, share / divisor);
            }
        }
    }
    own
}

/// Shares among the goals directly below: as weighted, else equal.
fn local_shares<'a>(company: &Company, children: &[&'a str]) -> Vec<(&'a str, f64)> {
    let equal = 1.0 / f64::from(u32::try_from(children.len().max(1)).unwrap());
    let weights: Option<Vec<f64>> = children.iter().map(|c| company.goals[*c].weight).collect();
    let sum: f64 = weights.iter().flatten().sum();
    let share = |i: usize| weights.as_ref().map_or(equal, |w| w[i] / sum);
    children
        .iter()
        .enumerate()
        .map(|(i, c)| (*c, share(i)))
        .collect()
}

struct Tree<'a> {
    company: &'a Company,
    families: BTreeMap<&'a str, Vec<&'a str>>,
    own: BTreeMap<String, Sums>,
}

fn walk(tree: &Tree, goal: &str, found: &mut BTreeMap<String, Sums>) -> Sums {
    let children = tree.families.get(goal).map_or(&[][..], Vec::as_slice);
    let below = local_shares(tree.company, children);
    let of_goal = tree.own.get(goal).map(|s| s.whole());
    let (mine, rest) = match (&of_goal, below.is_empty()) {
        (Some(sums), true) => (*sums, 0.0),
        // Nothing measures it, and so all of it is without a score.
        (None, true) => (
            Sums {
                total: 1.0,
                ..Sums::default()
            },
            0.0,
        ),
        (Some(sums), false) => (Sums::default().plus(*sums, 0.5), 0.5),
        (None, false) => (Sums::default(), 1.0),
    };
    let sums = below.into_iter().fold(mine, |sums, (child, share)| {
        sums.plus(walk(tree, child, found), rest * share)
    });
    found.insert(goal.to_owned(), sums);
    sums
}

fn compare(company: &Company, standings: &Standings) -> usize {
    let theirs = Published::new((company.table)("variance.goal_score"), &["goal_id"]);
    let tree = Tree {
        company,
        families: company.families(),
        own: own_sums(company, standings),
    };
    let mut found = BTreeMap::new();
    for root in &tree.families[""] {
        walk(&tree, root, &mut found);
    }
    let measured: BTreeSet<&str> = tree.own.keys().flat_map(|g| company.ancestry(g)).collect();
    assert_eq!(
        (theirs.height(), found.len()),
        (company.goals.len(), company.goals.len())
    );
    for (goal, sums) in &found {
        let row = [goal.as_str()];
        theirs.same_ratio(
            &row,
            "own_score",
            tree.own.get(goal).and_then(|s| s.score()),
        );
        theirs.same_ratio(&row, "total_weight", Some(sums.total));
        theirs.same_ratio(&row, "scored_weight", Some(sums.scored));
        theirs.same_ratio(&row, "weighted_score", Some(sums.weighted));
        theirs.same_ratio(&row, "score", sums.score());
        theirs.same_ratio(&row, "coverage_ratio", Some(sums.scored / sums.total));
        let reason = if !measured.contains(goal.as_str()) {
            Some("no KPI")
        } else if sums.scored == 0.0 {
            Some("no score")
        } else {
            ((sums.scored / sums.total * 1e9).round() < 5e8).then_some("coverage too low")
        };
        theirs.same(&row, "status_reason", reason);
    }
    found.values().filter(|s| s.score().is_some()).count()
}

#[test]
fn goals_of_the_sample_score_what_the_walk_scores() {
    assert_eq!(compare(company::sample(), &kpis::sample()), 24);
}

#[test]
fn goals_of_canada_score_what_the_walk_scores() {
    assert!(compare(company::canada(), &kpis::canada()) > 1_000);
}
