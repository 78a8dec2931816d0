//! The goal graph as tables: closure, weights, and what serves what.

use std::collections::HashSet;

use super::cells::{doubles, integers, table, texts, truths};
use super::graph::{Goal, Graph, Reach, Weighted};
use super::links;
use super::rows::Rows;
use super::session::Catalogue;
use crate::contract::Finding;
use crate::error::Result;
use crate::project::Project;

const GRAPH: &str = "read the goal graph";

/// Reads goals and links, and publishes `base.goal_closure`, `base.goal_weights`
/// and `base.links`.
pub(super) fn shelve(catalogue: &Catalogue, project: &Project) -> Result<Vec<Finding>> {
    let goals = Rows::read(
        catalogue,
        GRAPH,
        "select goal_id, name, parent_goal_id, weight, priority_rank from goals order by goal_id",
    )?;
    let links_given = Rows::read(
        catalogue,
        GRAPH,
        "select child_type, child_id, goal_id, weight from goal_links order by child_type, child_id, goal_id",
    )?;
    let shorthand = Rows::read(
        catalogue,
        GRAPH,
        "select 'initiative' as child_type, initiative_id as child_id, goal_id from initiatives where goal_id is not null \
         union all select 'kpi', kpi_id, goal_id from kpis where goal_id is not null",
    )?;
    let ids: HashSet<String> = (0..goals.height())
        .filter_map(|r| goals.text("goal_id", r))
        .collect();
    let given: Vec<links::Given> = (0..links_given.height())
        .filter_map(|r| {
            let l = &links_given;
            Some((
                l.text("child_type", r)?,
                l.text("child_id", r)?,
                l.text("goal_id", r)?,
                l.double("weight", r),
            ))
        })
        .collect();
    let between_goals: Vec<(String, String, f64)> = given
        .iter()
        .filter(|(kind, ..)| kind == "goal")
        .map(|(_, child, goal, weight)| (child.clone(), goal.clone(), weight.unwrap_or(1.0)))
        .collect();
    let graph = Graph::new(
        (0..goals.height())
            .filter_map(|r| {
                Some(Goal {
                    id: goals.text("goal_id", r)?,
                    name: goals.text("name", r)?,
                    parent: goals.text("parent_goal_id", r),
                    weight: goals.double("weight", r),
                    rank: goals.integer("priority_rank", r),
                })
            })
            .collect(),
        &between_goals,
    )?;
    shelve_closure(catalogue, &graph.closure())?;
    let (weights, mut findings) = graph.weights(project.rules.rank_weights);
    shelve_weights(catalogue, &weights)?;
    let shorthand = (0..shorthand.height())
        .filter_map(|r| {
            Some((
                shorthand.text("child_type", r)?,
                shorthand.text("child_id", r)?,
                shorthand.text("goal_id", r)?,
            ))
        })
        .collect();
    let given = given
        .into_iter()
        .filter(|(kind, ..)| kind != "goal")
        .collect();
    let (links, link_findings) = links::resolve(given, shorthand, &ids);
    findings.extend(link_findings);
    shelve_links(catalogue, &links)?;
    Ok(findings)
}

fn shelve_closure(catalogue: &Catalogue, closure: &[Reach]) -> Result<()> {
    catalogue.shelve(
        "base",
        "goal_closure",
        &table(vec![
            (
                "ancestor_goal_id",
                texts(closure.iter().map(|r| Some(r.ancestor.as_str()))),
            ),
            (
                "goal_id",
                texts(closure.iter().map(|r| Some(r.goal.as_str()))),
            ),
            ("depth", integers(closure.iter().map(|r| r.depth))),
            (
                "weight_ratio",
                doubles(closure.iter().map(|r| Some(r.weight))),
            ),
            ("is_primary", truths(closure.iter().map(|r| r.is_primary))),
            ("path", texts(closure.iter().map(|r| Some(r.path.as_str())))),
        ])?,
    )?;
    Ok(())
}

fn shelve_weights(catalogue: &Catalogue, weights: &[Weighted]) -> Result<()> {
    catalogue.shelve(
        "base",
        "goal_weights",
        &table(vec![
            (
                "goal_id",
                texts(weights.iter().map(|w| Some(w.goal.as_str()))),
            ),
            (
                "parent_goal_id",
                texts(weights.iter().map(|w| w.parent.as_deref())),
            ),
            (
                "root_goal_id",
                texts(weights.iter().map(|w| Some(w.root.as_str()))),
            ),
            ("level", integers(weights.iter().map(|w| w.level))),
            ("is_leaf", truths(weights.iter().map(|w| w.is_leaf))),
            ("weight_ratio", doubles(weights.iter().map(|w| w.weight))),
            ("weight_basis", texts(weights.iter().map(|w| w.basis))),
            (
                "status_reason",
                texts(
                    weights
                        .iter()
                        .map(|w| w.weight.is_none().then_some("no weight or rank")),
                ),
            ),
            ("path", texts(weights.iter().map(|w| Some(w.path.as_str())))),
        ])?,
    )?;
    Ok(())
}

fn shelve_links(catalogue: &Catalogue, links: &[links::Link]) -> Result<()> {
    catalogue.shelve(
        "base",
        "links",
        &table(vec![
            (
                "child_type",
                texts(links.iter().map(|l| Some(l.0.as_str()))),
            ),
            ("child_id", texts(links.iter().map(|l| Some(l.1.as_str())))),
            ("goal_id", texts(links.iter().map(|l| Some(l.2.as_str())))),
            ("weight_ratio", doubles(links.iter().map(|l| Some(l.3)))),
        ])?,
    )?;
    Ok(())
}
