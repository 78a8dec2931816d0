-- question: Which pairs of goals stand in the wrong order, by money against weight or by rank against parents?
-- grain:    goal_id, other_goal_id, comparison
-- columns:
--   goal_id              text           goal that should come first: it has clearly more weight, or its parent has
--                                       more weight
--   other_goal_id        text           goal of the same level that comes first instead
--   comparison           text           'weight and spend' (the other goal gets more money), or 'rank within parents'
--                                       (the other goal states the better rank)
--   level                bigint         level of both: 1 = roots
--   goal_name            text           name of the goal
--   other_goal_name      text           name of the other goal
--   weight_ratio         double         weight of the goal, or of its parent for 'rank within parents', 0..1
--   other_weight_ratio   double         the same for the other goal
--   priority_rank        bigint         rank that the goal states; NULL when not given
--   other_priority_rank  bigint         rank that the other goal states; NULL when not given
--   currency             text           reporting currency
--   spend_amount         decimal(38,2)  spend of the trailing periods on the goal and all below it; positive = money
--                                       spent
--   other_spend_amount   decimal(38,2)  the same for the other goal
--   conflict_score       double         (weight_ratio - other_weight_ratio) * money; money is what the other goal
--                                       gets more, or what both get for 'rank within parents'
--   conflict_rank        bigint         1 = the largest conflict_score
-- checks:
--   count(*) <= 200
--   count(*) filter (where weight_ratio <= other_weight_ratio) = 0
--   count(*) filter (where comparison = 'weight and spend' and spend_amount >= other_spend_amount) = 0
--   count(*) filter (where comparison = 'rank within parents' and priority_rank <= other_priority_rank) = 0
-- receipt:  goals where goal_id = $goal_id or goal_id = $other_goal_id
--   spend_amount        spend_under where is_trailing and not is_mandatory and ancestor_goal_id = $goal_id
--   other_spend_amount  spend_under where is_trailing and not is_mandatory and ancestor_goal_id = $other_goal_id
-- leaves out: all but the 200 pairs with the largest score; weights that differ by less than a fifth; ranks of a
--             level on which a rank stands twice, since these are meant within each parent; goals without weight;
--             mandatory initiatives, whose money no priority can move
-- method:   METHODS 11. Clearly more weight is at least 1.2 times that of the other goal. Weights are products from
--             the root (base.goal_weights), compared on nine decimals. A goal is compared on its own level only.
with goal_weights as (
    select goal_id, parent_goal_id, level, round(weight_ratio, 9) as weight_ratio
    from base.goal_weights
    where weight_ratio is not null
),

named_goals as (
    select goal_id, name as goal_name, priority_rank
    from goals
),

goal_money as (
    select goal_id, spend_amount
    from base.movable_by_goal
),

rules as (
    select reporting_currency
    from base.rules
),

conflict_rules as (
    select
        conflict_weight_ratio,
        cast(conflict_count as bigint) as conflict_count
    from base.rules
),

ranked_goals as (
    select
        goal_weights.level,
        goal_weights.goal_id,
        named_goals.goal_name,
        goal_weights.weight_ratio,
        named_goals.priority_rank,
        parents.weight_ratio as parent_ratio,
        goal_money.spend_amount,
        count(named_goals.priority_rank)
            over (partition by goal_weights.level, named_goals.priority_rank) as rank_count
    from goal_weights
    inner join named_goals
        on goal_weights.goal_id = named_goals.goal_id
    inner join goal_money
        on goal_weights.goal_id = goal_money.goal_id
    left join goal_weights as parents
        on goal_weights.parent_goal_id = parents.goal_id
),

judged_goals as (
    select
        level,
        goal_id,
        goal_name,
        weight_ratio,
        priority_rank,
        parent_ratio,
        spend_amount,
        max(rank_count) over (partition by level) <= 1 as has_one_order
    from ranked_goals
),

money_conflicts as (
    select
        ours.goal_id,
        others.goal_id as other_goal_id,
        'weight and spend' as comparison,
        ours.level,
        ours.goal_name,
        others.goal_name as other_goal_name,
        ours.weight_ratio,
        others.weight_ratio as other_weight_ratio,
        ours.priority_rank,
        others.priority_rank as other_priority_rank,
        ours.spend_amount,
        others.spend_amount as other_spend_amount,
        cast(others.spend_amount - ours.spend_amount as double) as money_value
    from judged_goals as ours
    inner join judged_goals as others
        on ours.level = others.level
    cross join conflict_rules
    where
        ours.weight_ratio > others.weight_ratio
        and round(ours.weight_ratio, 9) >= round(others.weight_ratio * conflict_rules.conflict_weight_ratio, 9)
        and ours.spend_amount < others.spend_amount
),

rank_conflicts as (
    select
        ours.goal_id,
        others.goal_id as other_goal_id,
        'rank within parents' as comparison,
        ours.level,
        ours.goal_name,
        others.goal_name as other_goal_name,
        ours.parent_ratio as weight_ratio,
        others.parent_ratio as other_weight_ratio,
        ours.priority_rank,
        others.priority_rank as other_priority_rank,
        ours.spend_amount,
        others.spend_amount as other_spend_amount,
        cast(ours.spend_amount + others.spend_amount as double) as money_value
    from judged_goals as ours
    inner join judged_goals as others
        on ours.level = others.level
    where
        ours.has_one_order
        and ours.parent_ratio > others.parent_ratio
        and ours.priority_rank > others.priority_rank
),

conflicts as (
    select
        goal_id,
        other_goal_id,
        comparison,
        level,
        goal_name,
        other_goal_name,
        weight_ratio,
        other_weight_ratio,
        priority_rank,
        other_priority_rank,
        spend_amount,
        other_spend_amount,
        (weight_ratio - other_weight_ratio) * money_value as conflict_score
    from money_conflicts
    union all
    select
        goal_id,
        other_goal_id,
        comparison,
        level,
        goal_name,
        other_goal_name,
        weight_ratio,
        other_weight_ratio,
        priority_rank,
        other_priority_rank,
        spend_amount,
        other_spend_amount,
        (weight_ratio - other_weight_ratio) * money_value as conflict_score
    from rank_conflicts
),

worst_conflicts as (
    select
        goal_id,
        other_goal_id,
        comparison,
        level,
        goal_name,
        other_goal_name,
        weight_ratio,
        other_weight_ratio,
        priority_rank,
        other_priority_rank,
        spend_amount,
        other_spend_amount,
        conflict_score,
        row_number() over (
            order by round(conflict_score, 6) desc, goal_id, other_goal_id, comparison
        ) as conflict_rank
    from conflicts
)

select
    worst_conflicts.goal_id,
    worst_conflicts.other_goal_id,
    worst_conflicts.comparison,
    cast(worst_conflicts.level as bigint) as level,
    worst_conflicts.goal_name,
    worst_conflicts.other_goal_name,
    worst_conflicts.weight_ratio,
    worst_conflicts.other_weight_ratio,
    cast(worst_conflicts.priority_rank as bigint) as priority_rank,
    cast(worst_conflicts.other_priority_rank as bigint) as other_priority_rank,
    rules.reporting_currency as currency,
    cast(worst_conflicts.spend_amount as decimal(38, 2)) as spend_amount,
    cast(worst_conflicts.other_spend_amount as decimal(38, 2)) as other_spend_amount,
    worst_conflicts.conflict_score,
    cast(worst_conflicts.conflict_rank as bigint) as conflict_rank
from worst_conflicts
cross join rules
cross join conflict_rules
where worst_conflicts.conflict_rank <= conflict_rules.conflict_count
order by goal_id, other_goal_id, comparison
