//! The goal graph: closure with path weights, and the weight of every goal.
//!
//! Worked out in Rust because a recursive query has no guard against cycles. A
//! goal may serve several goals (links of type `goal`); a diamond then counts
//! once, with the weights of its paths added.
//!
//! Not here: what initiatives and KPIs are linked to (`links`).

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::contract::{Finding, Severity};
use crate::error::{Error, Result};
use crate::project::RankWeights;

/// Sibling weights may miss 1 by this much without a word.
const SUM_TOLERANCE: f64 = 0.001;

/// A goal as the graph needs it.
#[derive(Debug, Clone, Default)]
pub(super) struct Goal {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) parent: Option<String>,
    pub(super) weight: Option<f64>,
    pub(super) rank: Option<i64>,
}

/// One pair of the closure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reach {
    pub(super) ancestor: String,
    pub(super) goal: String,
    pub(super) depth: i64,
    pub(super) weight: f64,
    /// Whether primary parents alone lead there: the tree within the graph.
    pub(super) is_primary: bool,
    pub(super) path: String,
}

/// The weight of one goal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighted {
    pub(super) goal: String,
    pub(super) parent: Option<String>,
    pub(super) root: String,
    pub(super) level: i64,
    pub(super) is_leaf: bool,
    pub(super) weight: Option<f64>,
    pub(super) basis: Option<&'static str>,
    pub(super) path: String,
}

/// The goals with everything above them.
pub(super) struct Graph {
    goals: Vec<Goal>,
    /// Per goal: (parent, fraction of its money that flows there); first = primary.
    parents: Vec<Vec<(usize, f64)>>,
    /// Parents before children.
    order: Vec<usize>,
}

impl Graph {
    /// Builds the graph. `links` are (child, parent, weight) between goals and win
    /// over `parent_goal_id` of the same child. Unknown parents make roots.
    ///
    /// # Errors
    /// [`Error::Refused`] with the path of a cycle.
    pub(super) fn new(mut goals: Vec<Goal>, links: &[(String, String, f64)]) -> Result<Self> {
        goals.sort_by(|a, b| a.id.cmp(&b.id));
        let index: HashMap<&str, usize> = goals
            .iter()
            .enumerate()
            .map(|(i, g)| (g.id.as_str(), i))
            .collect();
        let mut parents: Vec<Vec<(usize, f64)>> = vec![Vec::new(); goals.len()];
        for (child, parent, weight) in links {
            if let (Some(c), Some(p)) = (index.get(child.as_str()), index.get(parent.as_str())) {
                parents[*c].push((*p, *weight));
            }
        }
        for (i, goal) in goals.iter().enumerate() {
            let given = goal.parent.as_deref().and_then(|p| index.get(p));
            if let (true, Some(parent)) = (parents[i].is_empty(), given) {
                parents[i].push((*parent, 1.0));
            }
            let sum: f64 = parents[i].iter().map(|(_, w)| w).sum();
            if sum > 1.0 {
                for (_, weight) in &mut parents[i] {
                    *weight /= sum;
                }
            }
        }
        let order = ordered(&goals, &parents)?;
        Ok(Self {
            goals,
            parents,
            order,
        })
    }

    /// Every goal with each goal above it, itself included.
    pub(super) fn closure(&self) -> Vec<Reach> {
        let mut above: Vec<BTreeMap<usize, (i64, f64, String)>> =
            vec![BTreeMap::new(); self.goals.len()];
        for goal in &self.order {
            let name = &self.goals[*goal].name;
            let mut reach = BTreeMap::from([(*goal, (0, 1.0, name.clone()))]);
            for (parent, fraction) in &self.parents[*goal] {
                for (ancestor, (depth, weight, path)) in &above[*parent] {
                    let path = format!("{path} > {name}");
                    reach
                        .entry(*ancestor)
                        .and_modify(|(d, w, p)| {
                            *w += weight * fraction;
                            if depth + 1 < *d {
                                (*d, *p) = (depth + 1, path.clone());
                            }
                        })
                        .or_insert_with(|| (depth + 1, weight * fraction, path));
                }
            }
            above[*goal] = reach;
        }
        let mut closure: Vec<Reach> = Vec::new();
        for (goal, reach) in above.into_iter().enumerate() {
            let trunk = self.trunk(goal);
            closure.extend(
                reach
                    .into_iter()
                    .map(|(ancestor, (depth, weight, path))| Reach {
                        ancestor: self.goals[ancestor].id.clone(),
                        goal: self.goals[goal].id.clone(),
                        depth,
                        weight,
                        is_primary: trunk.contains(&ancestor),
                        path,
                    }),
            );
        }
        closure.sort_by(|a, b| (&a.ancestor, &a.goal).cmp(&(&b.ancestor, &b.goal)));
        closure
    }

    /// The weight of each goal: the product of sibling shares from the root down.
    /// Shares come from weights, else from ranks; without either they are unknown.
    pub(super) fn weights(&self, method: RankWeights) -> (Vec<Weighted>, Vec<Finding>) {
        let mut families: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for goal in 0..self.goals.len() {
            families.entry(self.primary(goal)).or_default().push(goal);
        }
        let mut shares: Vec<(Option<f64>, Option<&'static str>)> =
            vec![(None, None); self.goals.len()];
        let mut findings = Vec::new();
        for (parent, siblings) in &families {
            let under = parent.map_or("at the top".to_owned(), |p| {
                format!("under `{}`", self.goals[p].id)
            });
            for (goal, share) in
                siblings
                    .iter()
                    .zip(self.shares(siblings, method, &under, &mut findings))
            {
                shares[*goal] = share;
            }
        }
        let mut found: Vec<Option<Weighted>> = vec![None; self.goals.len()];
        for goal in &self.order {
            let (share, basis) = shares[*goal];
            let me = &self.goals[*goal];
            let above = self.primary(*goal).and_then(|p| found[p].clone());
            found[*goal] = Some(Weighted {
                goal: me.id.clone(),
                parent: above.as_ref().map(|a| a.goal.clone()),
                root: above
                    .as_ref()
                    .map_or_else(|| me.id.clone(), |a| a.root.clone()),
                level: above.as_ref().map_or(1, |a| a.level + 1),
                is_leaf: !families.contains_key(&Some(*goal)),
                weight: match &above {
                    None => share,
                    Some(above) => share.zip(above.weight).map(|(s, w)| s * w),
                },
                basis,
                path: above
                    .as_ref()
                    .map_or_else(|| me.name.clone(), |a| format!("{} > {}", a.path, me.name)),
            });
        }
        (found.into_iter().flatten().collect(), findings)
    }

    /// The goal and its primary parents up to the root.
    fn trunk(&self, goal: usize) -> HashSet<usize> {
        std::iter::successors(Some(goal), |at| self.primary(*at)).collect()
    }

    fn primary(&self, goal: usize) -> Option<usize> {
        self.parents[goal].first().map(|(p, _)| *p)
    }

    fn shares(
        &self,
        siblings: &[usize],
        method: RankWeights,
        under: &str,
        findings: &mut Vec<Finding>,
    ) -> Vec<(Option<f64>, Option<&'static str>)> {
        let weights: Vec<Option<f64>> = siblings.iter().map(|g| self.goals[*g].weight).collect();
        let ranks: Vec<Option<i64>> = siblings.iter().map(|g| self.goals[*g].rank).collect();
        let sum: f64 = weights.iter().flatten().sum();
        let is_weighted = weights.iter().all(Option::is_some);
        if is_weighted && sum > 0.0 && sum.is_finite() {
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                findings.push(Finding::of_table(
                    Severity::Warning,
                    "goals",
                    format!("the weights of the {} goals {under} sum to {}, not 1; they were divided by it", siblings.len(), rounded(sum)),
                    "correct the weights, so that nobody has to wonder which share was meant",
                ));
            }
            return weights
                .iter()
                .map(|w| (w.map(|w| w / sum), Some("weight")))
                .collect();
        }
        if siblings.len() == 1 {
            return vec![(Some(1.0), Some("only child"))];
        }
        if is_weighted {
            findings.push(Finding::of_table(
                Severity::Warning,
                "goals",
                format!(
                    "the weights of the {} goals {under} sum to {sum}, which gives nobody a share",
                    siblings.len()
                ),
                "give the siblings weights that sum to 1",
            ));
        } else if weights.iter().any(Option::is_some) {
            findings.push(Finding::of_table(
                Severity::Warning,
                "goals",
                format!(
                    "{} of the {} goals {under} have no weight, so the shares of all of them are unknown",
                    weights.iter().filter(|w| w.is_none()).count(),
                    siblings.len()
                ),
                "give every sibling a weight, or none of them",
            ));
        } else if ranks.iter().all(Option::is_some) {
            return rank_shares(&ranks, method);
        }
        vec![(None, None); siblings.len()]
    }
}

/// Shares from ranks (METHODS 11); goals of equal rank share what their places
/// would have had together.
fn rank_shares(
    ranks: &[Option<i64>],
    method: RankWeights,
) -> Vec<(Option<f64>, Option<&'static str>)> {
    let count = ranks.len();
    let size = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let place_share = |place: usize| -> f64 {
        let number = |i: usize| f64::from(u32::try_from(i).unwrap_or(u32::MAX));
        match method {
            RankWeights::RankSum => 2.0 * (size - number(place)) / (size * (size + 1.0)),
            RankWeights::Roc => (place..count).map(|j| 1.0 / number(j + 1)).sum::<f64>() / size,
        }
    };
    let basis = match method {
        RankWeights::RankSum => "rank_sum",
        RankWeights::Roc => "roc",
    };
    ranks
        .iter()
        .map(|rank| {
            let before = ranks.iter().filter(|r| *r < rank).count();
            let ties = ranks.iter().filter(|r| *r == rank).count();
            let together: f64 = (before..before + ties).map(place_share).sum();
            let ties = f64::from(u32::try_from(ties).unwrap_or(1));
            (Some(together / ties), Some(basis))
        })
        .collect()
}

fn rounded(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6
}

/// Parents before children, or the cycle.
fn ordered(goals: &[Goal], parents: &[Vec<(usize, f64)>]) -> Result<Vec<usize>> {
    let mut order = Vec::with_capacity(goals.len());
    let mut is_done = vec![false; goals.len()];
    for start in 0..goals.len() {
        // Depth first, upwards, without recursion: (goal, next parent to visit).
        let mut trail: Vec<(usize, usize)> = Vec::new();
        if !is_done[start] {
            trail.push((start, 0));
        }
        while let Some((goal, next)) = trail.last_mut() {
            let goal = *goal;
            let Some((parent, _)) = parents[goal].get(*next) else {
                is_done[goal] = true;
                order.push(goal);
                trail.pop();
                continue;
            };
            *next += 1;
            if let Some(at) = trail.iter().position(|(g, _)| g == parent) {
                let mut ids: Vec<&str> = trail[at..]
                    .iter()
                    .map(|(g, _)| goals[*g].id.as_str())
                    .collect();
                ids.push(&goals[*parent].id);
                return Err(Error::Refused {
                    message: format!("the goals form a cycle: {}", ids.join(" > ")),
                    hint: "a goal cannot serve itself; correct `parent_goal_id` (or the links of type goal) of one of them".into(),
                });
            }
            if !is_done[*parent] {
                trail.push((*parent, 0));
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(id: &str, parent: &str, weight: Option<f64>, rank: Option<i64>) -> Goal {
        Goal {
            id: id.into(),
            name: id.into(),
            parent: (!parent.is_empty()).then(|| parent.into()),
            weight,
            rank,
        }
    }

    fn weight_of(weights: &[Weighted], id: &str) -> f64 {
        weights
            .iter()
            .find(|w| w.goal == id)
            .and_then(|w| w.weight)
            .unwrap()
    }

    #[test]
    fn a_cycle_is_refused_and_printed() {
        let goals = vec![
            goal("A", "C", None, None),
            goal("B", "A", None, None),
            goal("C", "B", None, None),
            goal("D", "A", None, None),
        ];
        let said = Graph::new(goals, &[]).err().unwrap();
        assert_eq!(said.exit_code(), 65);
        assert!(said.to_string().contains("A > C > B > A"), "{said}");
    }

    #[test]
    fn a_diamond_counts_once_with_its_path_weights_added() {
        // D serves B and C half each; both serve A.
        let goals = vec![
            goal("A", "", None, None),
            goal("B", "A", None, None),
            goal("C", "A", None, None),
            goal("D", "", None, None),
        ];
        let links = [("D".into(), "B".into(), 0.5), ("D".into(), "C".into(), 0.5)];
        let closure = Graph::new(goals, &links).unwrap().closure();
        let to_root: Vec<_> = closure
            .iter()
            .filter(|r| r.goal == "D" && r.ancestor == "A")
            .collect();
        assert_eq!(to_root.len(), 1);
        let trunk: Vec<_> = closure
            .iter()
            .filter(|r| r.goal == "D" && r.is_primary)
            .map(|r| r.ancestor.as_str())
            .collect();
        assert_eq!(trunk, ["A", "B", "D"]);
        assert!((to_root[0].weight - 1.0).abs() < 1e-12);
        assert_eq!(
            (to_root[0].depth, to_root[0].path.as_str()),
            (2, "A > B > D")
        );
    }

    #[test]
    fn weights_multiply_down_and_are_normalised_with_the_sum_said() {
        // 0.6 + 0.6 at the top: halves. 0.25 + 0.75 under A.
        let goals = vec![
            goal("A", "", Some(0.6), None),
            goal("B", "", Some(0.6), None),
            goal("A1", "A", Some(0.25), None),
            goal("A2", "A", Some(0.75), None),
        ];
        let (weights, findings) = Graph::new(goals, &[])
            .unwrap()
            .weights(RankWeights::RankSum);
        assert!((weight_of(&weights, "A2") - 0.375).abs() < 1e-12);
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].what.contains("sum to 1.2, not 1"),
            "{}",
            findings[0].what
        );
    }

    #[test]
    fn ranks_become_weights_by_either_method() {
        // METHODS 20: ROC n=4: .5208 .2708 .1458 .0625.
        let goals = |()| {
            (1..=4)
                .map(|i| goal(&format!("G{i}"), "", None, Some(i)))
                .collect::<Vec<_>>()
        };
        let (roc, _) = Graph::new(goals(()), &[])
            .unwrap()
            .weights(RankWeights::Roc);
        for (id, share) in [
            ("G1", 0.5208),
            ("G2", 0.2708),
            ("G3", 0.1458),
            ("G4", 0.0625),
        ] {
            assert!((weight_of(&roc, id) - share).abs() < 5e-5, "{id}");
        }
        let (sum, _) = Graph::new(goals(()), &[])
            .unwrap()
            .weights(RankWeights::RankSum);
        for (id, share) in [("G1", 0.4), ("G2", 0.3), ("G3", 0.2), ("G4", 0.1)] {
            assert!((weight_of(&sum, id) - share).abs() < 1e-12, "{id}");
        }
    }

    #[test]
    fn half_given_weights_are_unknown_and_said() {
        let goals = vec![goal("A", "", Some(1.0), None), goal("B", "", None, None)];
        let (weights, findings) = Graph::new(goals, &[])
            .unwrap()
            .weights(RankWeights::RankSum);
        assert!(weights.iter().all(|w| w.weight.is_none()));
        assert!(findings[0].what.contains("1 of the 2 goals at the top"));
    }
}
