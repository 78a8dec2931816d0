-- question: Does the order of the money agree with the order of the priorities, level by level?
-- grain:    level, comparison
-- columns:
--   level               bigint  level of the goal tree: 1 = roots, 2 = their children, and so on
--   comparison          text    'weight and spend', 'weight and budget', or 'rank within parents': the rank a goal
--                               states against the weight of its parent
--   goal_count          bigint  goals of the level that have both
--   pair_count          bigint  pairs of them
--   concordant_count    bigint  pairs that both put in the same order
--   discordant_count    bigint  pairs that they put in opposite order
--   first_tie_count     bigint  pairs with equal weights (equal ranks)
--   second_tie_count    bigint  pairs with equal money (parents of equal weight, or the same parent)
--   agreement_value     double  Kendall's tau-b: (concordant - discordant) / sqrt((pairs - first ties) * (pairs -
--                               second ties)); 1 = the same order, -1 = the opposite order
--   status_reason       text    NULL, or why there is no value: 'no weights', 'no ranks', 'no parents', 'ranks
--                               repeat' (a rank stands twice on the level, so ranks are meant within each parent),
--                               'no money', 'fewer than 2 goals', 'all tied'
-- checks:
--   count(*) filter (where concordant_count + discordant_count > pair_count) = 0
--   count(*) filter (where abs(agreement_value) > 1.000001) = 0
--   count(*) filter (where (agreement_value is null) <> (status_reason is not null)) = 0
-- receipt:  goals where goal_id in (select w.goal_id from base.goal_weights as w where w.level = $level)
-- leaves out: goals without a weight, or without a rank; mandatory initiatives, whose money no priority can move
-- method:   METHODS 11. Weights are products from the root (base.goal_weights), money is that of a goal and all below
--             it (base.movable_by_goal): spend of the trailing periods, budget of the fiscal year. Weights are equal
--             when they agree in nine decimals. Every goal stands on its own level only.
with goal_weights as (
    select goal_id, parent_goal_id, level, round(weight_ratio, 9) as weight_ratio
    from base.goal_weights
),

goal_ranks as (
    select goal_id, priority_rank
    from goals
),

goal_money as (
    select goal_id, spend_amount, budget_amount
    from base.movable_by_goal
),

ranked_goals as (
    select
        goal_weights.level,
        goal_weights.goal_id,
        goal_weights.weight_ratio,
        cast(goal_ranks.priority_rank as double) as priority_rank,
        parents.goal_id is not null as has_parent,
        parents.weight_ratio as parent_ratio,
        cast(goal_money.spend_amount as double) as spend_value,
        cast(goal_money.budget_amount as double) as budget_value
    from goal_weights
    inner join goal_ranks
        on goal_weights.goal_id = goal_ranks.goal_id
    inner join goal_money
        on goal_weights.goal_id = goal_money.goal_id
    left join goal_weights as parents
        on goal_weights.parent_goal_id = parents.goal_id
),

-- what is compared; a small rank is a high priority
compared_goals as (
    select
        level,
        'weight and spend' as comparison,
        goal_id,
        weight_ratio as first_value,
        spend_value as second_value
    from ranked_goals
    union all
    select
        level,
        'weight and budget' as comparison,
        goal_id,
        weight_ratio as first_value,
        budget_value as second_value
    from ranked_goals
    union all
    select
        level,
        'rank within parents' as comparison,
        goal_id,
        -priority_rank as first_value,
        parent_ratio as second_value
    from ranked_goals
),

level_facts as (
    select
        compared_goals.level,
        compared_goals.comparison,
        count(compared_goals.first_value) as first_count,
        count(distinct compared_goals.first_value) as first_value_count,
        count(compared_goals.second_value) as second_count,
        count(*) filter (where compared_goals.second_value <> 0) as money_count,
        count(*) filter (where compared_goals.first_value is not null and compared_goals.second_value is not null)
            as goal_count
    from compared_goals
    group by compared_goals.level, compared_goals.comparison
),

pair_facts as (
    select
        ours.level,
        ours.comparison,
        count(*) as pair_count,
        count(*) filter (
            where (ours.first_value < others.first_value and ours.second_value < others.second_value)
            or (ours.first_value > others.first_value and ours.second_value > others.second_value)
        ) as concordant_count,
        count(*) filter (
            where (ours.first_value < others.first_value and ours.second_value > others.second_value)
            or (ours.first_value > others.first_value and ours.second_value < others.second_value)
        ) as discordant_count,
        count(*) filter (where ours.first_value = others.first_value) as first_tie_count,
        count(*) filter (where ours.second_value = others.second_value) as second_tie_count
    from compared_goals as ours
    inner join compared_goals as others
        on ours.level = others.level
        and ours.comparison = others.comparison
        and ours.goal_id < others.goal_id
    where
        ours.first_value is not null
        and ours.second_value is not null
        and others.first_value is not null
        and others.second_value is not null
    group by ours.level, ours.comparison
),

judged_levels as (
    select
        level_facts.level,
        level_facts.comparison,
        level_facts.goal_count,
        coalesce(pair_facts.pair_count, 0) as pair_count,
        coalesce(pair_facts.concordant_count, 0) as concordant_count,
        coalesce(pair_facts.discordant_count, 0) as discordant_count,
        coalesce(pair_facts.first_tie_count, 0) as first_tie_count,
        coalesce(pair_facts.second_tie_count, 0) as second_tie_count,
        case
            when level_facts.comparison = 'rank within parents' and level_facts.first_count = 0 then 'no ranks'
            when level_facts.comparison = 'rank within parents' and level_facts.level = 1 then 'no parents'
            when level_facts.comparison = 'rank within parents' and level_facts.second_count = 0 then 'no weights'
            when level_facts.first_count = 0 then 'no weights'
            when
                level_facts.comparison = 'rank within parents'
                and level_facts.first_value_count < level_facts.first_count
                then 'ranks repeat'
            when level_facts.goal_count < 2 then 'fewer than 2 goals'
            when level_facts.money_count = 0 then 'no money'
            when
                pair_facts.pair_count = pair_facts.first_tie_count
                or pair_facts.pair_count = pair_facts.second_tie_count
                then 'all tied'
        end as status_reason
    from level_facts
    left join pair_facts
        on level_facts.level = pair_facts.level
        and level_facts.comparison = pair_facts.comparison
)

select
    cast(level as bigint) as level,
    comparison,
    cast(goal_count as bigint) as goal_count,
    cast(pair_count as bigint) as pair_count,
    cast(concordant_count as bigint) as concordant_count,
    cast(discordant_count as bigint) as discordant_count,
    cast(first_tie_count as bigint) as first_tie_count,
    cast(second_tie_count as bigint) as second_tie_count,
    case
        when status_reason is null
            then cast(concordant_count - discordant_count as double)
                / nullif(
                    sqrt(cast(pair_count - first_tie_count as double))
                    * sqrt(cast(pair_count - second_tie_count as double)),
                    0
                )
    end as agreement_value,
    status_reason
from judged_levels
order by level, comparison
