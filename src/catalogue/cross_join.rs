//! Cross join: the side with one row, or few, comes first.
//!
//! In: a physical plan. Out: the same plan, in which every cross join holds its
//! small side in memory and streams the other.
//!
//! Not here: joins with a condition; the engine orders those itself.
//!
//! The engine swaps the sides only where it knows the size of both. `big cross join
//! rules` then holds the big side and streams the single row past it, and gives one
//! batch for each row of the big side: a sort of 139,000 such batches took a minute.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::CrossJoinExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

/// The rule of the engine that orders joins, after which ours runs: what follows
/// it divides the work among the threads.
const AFTER: &str = "join_selection";

/// Rows that are few, whatever stands on the other side.
const FEW: usize = 64;

#[derive(Debug)]
struct SmallSideFirst;

/// The engine's rules, and ours among them.
pub(super) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    let at = rules.iter().position(|rule| rule.name() == AFTER);
    rules.insert(at.map_or(0, |at| at + 1), Arc::new(SmallSideFirst));
    rules
}

impl PhysicalOptimizerRule for SmallSideFirst {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let Some(join) = plan.downcast_ref::<CrossJoinExec>() else {
                return Ok(Transformed::no(plan));
            };
            if is_smaller(row_count(join.right())?, row_count(join.left())?) {
                join.swap_inputs().map(Transformed::yes)
            } else {
                Ok(Transformed::no(plan))
            }
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "small_side_of_a_cross_join_first"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a side has fewer rows than the other. An estimate, which for the rows of
/// a join may be far too low, is no match for a count that is known and small.
fn is_smaller(side: Precision<usize>, other: Precision<usize>) -> bool {
    match (side, other) {
        (Precision::Exact(rows), Precision::Inexact(_)) if rows <= FEW => true,
        (Precision::Absent, _) => false,
        (_, Precision::Absent) => true,
        _ => side.get_value() < other.get_value(),
    }
}

/// How many rows a plan gives, where that can be told.
fn row_count(plan: &Arc<dyn ExecutionPlan>) -> Result<Precision<usize>> {
    let statistics = StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new())?;
    Ok(statistics.num_rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Precision::{Absent, Exact, Inexact};

    #[test]
    fn a_count_that_is_known_and_small_is_believed_before_an_estimate() {
        assert!(is_smaller(Exact(1), Inexact(1)) && is_smaller(Exact(1), Absent));
        assert!(!is_smaller(Inexact(1), Exact(1)) && !is_smaller(Absent, Absent));
        assert!(is_smaller(Exact(5), Exact(6)) && !is_smaller(Exact(6), Exact(5)));
        assert!(!is_smaller(Exact(5_000), Inexact(40)) && is_smaller(Inexact(7), Inexact(9)));
    }
}
