//! What serves what: the outgoing links of initiatives and KPIs.
//!
//! `goal_links` win over the `goal_id` shorthand of the same child. Outgoing
//! weights sum to at most 1; what is missing to 1 is unaligned. More than 1 is
//! divided by the sum, and said.

use std::collections::{BTreeMap, HashSet};

use crate::contract::{Finding, Severity};

/// One link as given: (child type, child, goal, weight).
pub(super) type Given = (String, String, String, Option<f64>);

/// One link as resolved: (child type, child, goal, weight).
pub(super) type Link = (String, String, String, f64);

/// Rounding of a third and the like.
const TOLERANCE: f64 = 1e-9;

/// Resolves links; `shorthand` are (child type, child, goal).
pub(super) fn resolve(
    given: Vec<Given>,
    shorthand: Vec<(String, String, String)>,
    goals: &HashSet<String>,
) -> (Vec<Link>, Vec<Finding>) {
    let mut by_child: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
    for (kind, child, goal, weight) in given {
        by_child
            .entry((kind, child))
            .or_default()
            .insert(goal, weight.unwrap_or(1.0));
    }
    for (kind, child, goal) in shorthand {
        by_child
            .entry((kind, child))
            .or_insert_with(|| BTreeMap::from([(goal, 1.0)]));
    }
    let mut links = Vec::new();
    let mut over: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for ((kind, child), goals_of) in by_child {
        // The share of a goal that does not exist stays unaligned: it is part of
        // the sum, and then left out.
        let sum: f64 = goals_of.values().sum();
        let divisor = if sum > 1.0 + TOLERANCE {
            let entry = over.entry(kind.clone()).or_insert_with(|| {
                (
                    0,
                    format!("`{child}` sums to {}", (sum * 1e6).round() / 1e6),
                )
            });
            entry.0 += 1;
            sum
        } else {
            1.0
        };
        for (goal, weight) in goals_of {
            if goals.contains(&goal) && weight > 0.0 {
                links.push((kind.clone(), child.clone(), goal, weight / divisor));
            }
        }
    }
    let findings = over
        .into_iter()
        .map(|(kind, (count, example))| Finding {
            count,
            ..Finding::of_table(
                Severity::Warning,
                "goal_links",
                format!("{count} {} have outgoing weights that sum to more than 1 ({example}); they were divided by the sum", plural(&kind)),
                "give each link its share; an empty weight counts as 1",
            )
        })
        .collect();
    (links, findings)
}

fn plural(kind: &str) -> &str {
    match kind {
        "initiative" => "initiatives",
        "kpi" => "KPIs",
        _ => "goals",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(child: &str, goal: &str, weight: Option<f64>) -> Given {
        ("initiative".into(), child.into(), goal.into(), weight)
    }

    #[test]
    fn more_than_one_is_divided_and_less_is_left() {
        let goals = HashSet::from(["A".to_owned(), "B".to_owned()]);
        let given = vec![
            link("I1", "A", None),
            link("I1", "B", None),
            link("I2", "A", Some(0.6)),
            link("I3", "A", Some(0.5)),
            link("I3", "gone", Some(0.5)),
        ];
        let shorthand = vec![
            ("initiative".to_owned(), "I2".to_owned(), "B".to_owned()),
            ("initiative".to_owned(), "I4".to_owned(), "B".to_owned()),
        ];
        let (links, findings) = resolve(given, shorthand, &goals);
        let shown: Vec<_> = links
            .iter()
            .map(|(_, c, g, w)| (c.as_str(), g.as_str(), *w))
            .collect();
        assert_eq!(
            shown,
            [
                ("I1", "A", 0.5),
                ("I1", "B", 0.5),
                ("I2", "A", 0.6),
                ("I3", "A", 0.5),
                ("I4", "B", 1.0)
            ]
        );
        assert!(
            findings[0].what.contains("1 initiatives")
                && findings[0].what.contains("`I1` sums to 2")
        );
    }
}
