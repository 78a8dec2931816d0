-- question: Would the same goals stand out if their weights were made in another way?
-- grain:    level, goal_id, method
-- columns:
--   level          bigint         cut through the goal tree: 1 shows the roots, 2 their children, and so on; a
--                                 branch that ends higher up is shown by its leaf
--   goal_id        text           goal; '(unaligned)' and '(not broken down)' collect spend as in
--                                 misallocation.priority_gap
--   method         text           'as given' (base.goal_weights), 'rank_sum', 'roc' (rank-order centroid) or 'equal'
--   goal_name      text           name of the goal
--   rank_position  double         place of the goal among its siblings, 1 = first; goals that tie share the middle of
--                                 their places; NULL when the siblings have no order, and for the collecting rows
--   weight_ratio   double         share of the whole the goal should get by this method: the product from the root,
--                                 0..1; NULL when this level is not fully weighted by it
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods on the goal and everything below it
--   total_amount   decimal(38,2)  spend of the trailing periods on all rows of the level
--   spend_ratio    double         spend_amount / total_amount; NULL unless the total is above zero
--   fair_amount    decimal(38,2)  weight_ratio times total_amount, rounded so that a level sums to its total
--   move_amount    decimal(38,2)  fair_amount less spend_amount; positive = move in; sums to exactly 0 per level and
--                                 method
--   funding_ratio  double         spend_ratio / weight_ratio; NULL when the weight is 0
--   verdict        text           'under-funded', 'over-funded' or 'in line' by the thresholds in base.rules,
--                                 which are themselves in line; NULL when unknown, and for the collecting rows
--   is_sensitive   boolean        true when two methods give this goal different verdicts
--   status_reason  text           NULL, or why a figure is missing: 'no weight or rank' (a goal on the way down has
--                                 siblings without weight or rank), 'level not fully weighted', 'no spend', 'spend is
--                                 negative', 'negative share' (a row of the level is a net credit), 'weight is
--                                 zero', 'not a goal' (a collecting row)
-- checks:
--   sum(move_amount) = 0
--   sum(abs(move_amount)) filter (where method = 'as given') = (select sum(abs(move_amount)) from
--     misallocation.priority_gap)
--   abs(sum(weight_ratio) filter (where method = 'equal') - count(distinct level) filter (where method = 'equal'
--     and weight_ratio is not null)) < 0.000001
--   count(*) filter (where is_sensitive and verdict is null and status_reason is null) = 0
-- receipt:  goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and not is_mandatory
--                 and (ancestor_goal_id = $goal_id or ($goal_id = '(not broken down)' and depth = 0
--                 and goal_level < $level and not is_leaf))
--   total_amount  spend where is_trailing and not is_mandatory
-- leaves out: mandatory initiatives, whose money no priority can move; commitments
-- method:   METHODS 11. Siblings are ordered by priority_rank when all of them have one, otherwise by weight when all
--             have one. Of n siblings the i-th gets 2(n+1-i)/(n(n+1)) by rank sum and the sum of 1/j for j = i..n,
--             over n, by rank-order centroid; goals that tie share equally what their places get together. A verdict
--             that only one method gives is a statement about that method.
with recursive goal_weights as (
    select goal_id, parent_goal_id, level, weight_ratio
    from base.goal_weights
),

goal_orders as (
    select goal_id, name as goal_name, weight, priority_rank
    from goals
),

gap_rows as (
    select
        level,
        goal_id,
        goal_name,
        currency,
        spend_amount,
        total_amount,
        spend_ratio,
        goal_id not in ('(unaligned)', '(not broken down)') as is_goal
    from misallocation.priority_gap
),

rules as (
    select under_funded_ratio, over_funded_ratio
    from base.rules
),

siblings as (
    select
        goal_weights.goal_id,
        goal_weights.parent_goal_id,
        goal_weights.level,
        coalesce(goal_weights.parent_goal_id, '') as family_id,
        count(*) over (partition by coalesce(goal_weights.parent_goal_id, '')) as sibling_count,
        case
            when bool_and(goal_orders.priority_rank is not null) over (
                partition by coalesce(goal_weights.parent_goal_id, '')
            ) then cast(goal_orders.priority_rank as double)
            when bool_and(goal_orders.weight is not null) over (
                partition by coalesce(goal_weights.parent_goal_id, '')
            ) then -goal_orders.weight
        end as order_value
    from goal_weights
    inner join goal_orders
        on goal_weights.goal_id = goal_orders.goal_id
),

places as (
    select
        goal_id,
        parent_goal_id,
        level,
        family_id,
        sibling_count,
        order_value,
        row_number() over (partition by family_id order by order_value, goal_id) as place
    from siblings
),

place_weights as (
    select
        goal_id,
        parent_goal_id,
        level,
        family_id,
        sibling_count,
        order_value,
        place,
        cast(2 * (sibling_count + 1 - place) as double) / nullif(sibling_count * (sibling_count + 1), 0) as rank_sum,
        sum(cast(1 as double) / nullif(place, 0)) over (
            partition by family_id
            order by place desc
            rows between unbounded preceding and current row
        ) / nullif(sibling_count, 0) as roc
    from places
),

-- goals that tie share what their places get together
local_weights as (
    select
        goal_id,
        parent_goal_id,
        level,
        case
            when order_value is not null or sibling_count = 1
                then avg(cast(place as double)) over (partition by family_id, order_value)
        end as rank_position,
        case
            when order_value is not null or sibling_count = 1
                then avg(rank_sum) over (partition by family_id, order_value)
        end as rank_sum,
        case
            when order_value is not null or sibling_count = 1
                then avg(roc) over (partition by family_id, order_value)
        end as roc,
        cast(1 as double) / nullif(sibling_count, 0) as equal
    from place_weights
),

compounded_weights as (
    select goal_id, rank_sum, roc, equal
    from local_weights
    where level = 1
    union all
    select
        local_weights.goal_id,
        compounded_weights.rank_sum * local_weights.rank_sum as rank_sum,
        compounded_weights.roc * local_weights.roc as roc,
        compounded_weights.equal * local_weights.equal as equal
    from compounded_weights
    inner join local_weights
        on compounded_weights.goal_id = local_weights.parent_goal_id
),

methods as (
    select 'as given' as method
    union all
    select 'rank_sum' as method
    union all
    select 'roc' as method
    union all
    select 'equal' as method
),

method_rows as (
    select
        gap_rows.level,
        gap_rows.goal_id,
        methods.method,
        gap_rows.goal_name,
        gap_rows.currency,
        gap_rows.spend_amount,
        gap_rows.total_amount,
        gap_rows.spend_ratio,
        gap_rows.is_goal,
        local_weights.rank_position,
        case
            when not gap_rows.is_goal then cast(0 as double)
            when methods.method = 'as given' then goal_weights.weight_ratio
            when methods.method = 'rank_sum' then compounded_weights.rank_sum
            when methods.method = 'roc' then compounded_weights.roc
            else compounded_weights.equal
        end as weight_ratio
    from gap_rows
    cross join methods
    left join goal_weights
        on gap_rows.goal_id = goal_weights.goal_id
    left join local_weights
        on gap_rows.goal_id = local_weights.goal_id
    left join compounded_weights
        on gap_rows.goal_id = compounded_weights.goal_id
),

-- a level can be compared only when every goal on it has a weight and the weights are the whole
level_weights as (
    select
        level,
        method,
        bool_and(weight_ratio is not null) and abs(sum(weight_ratio) - 1) < 0.000001 as is_weighted
    from method_rows
    group by level, method
),

-- weights laid end to end, collecting rows first; the last goal of a level ends at 1 whatever the doubles say
weight_ends as (
    select
        method_rows.level,
        method_rows.goal_id,
        method_rows.method,
        method_rows.goal_name,
        method_rows.currency,
        method_rows.spend_amount,
        method_rows.total_amount,
        method_rows.spend_ratio,
        method_rows.is_goal,
        method_rows.rank_position,
        method_rows.is_goal and method_rows.weight_ratio is null as lacks_weight,
        case when level_weights.is_weighted then method_rows.weight_ratio end as weight_ratio,
        case
            when not level_weights.is_weighted then null
            when lead(method_rows.goal_id) over in_order is null then cast(1 as decimal(18, 12))
            else cast(sum(cast(method_rows.weight_ratio as decimal(18, 15))) over in_order as decimal(18, 12))
        end as to_ratio
    from method_rows
    inner join level_weights
        on method_rows.level = level_weights.level
        and method_rows.method = level_weights.method
    window in_order as (
        partition by method_rows.level, method_rows.method
        order by method_rows.is_goal, method_rows.goal_id
    )
),

fair_rows as (
    select
        level,
        goal_id,
        method,
        goal_name,
        currency,
        spend_amount,
        total_amount,
        spend_ratio,
        is_goal,
        rank_position,
        lacks_weight,
        weight_ratio,
        case
            when total_amount > 0
                then cast(total_amount * to_ratio as decimal(38, 2)) - coalesce(
                    lag(cast(total_amount * to_ratio as decimal(38, 2))) over (
                        partition by level, method
                        order by is_goal, goal_id
                    ),
                    cast(0 as decimal(38, 2))
                )
        end as fair_amount
    from weight_ends
),

judged_rows as (
    select
        fair_rows.level,
        fair_rows.goal_id,
        fair_rows.method,
        fair_rows.goal_name,
        fair_rows.currency,
        fair_rows.spend_amount,
        fair_rows.total_amount,
        fair_rows.spend_ratio,
        fair_rows.is_goal,
        fair_rows.rank_position,
        fair_rows.lacks_weight,
        fair_rows.weight_ratio,
        fair_rows.fair_amount,
        case
            when not fair_rows.is_goal or fair_rows.spend_ratio is null or fair_rows.weight_ratio is null then null
            when round(fair_rows.spend_ratio, 9) < round(fair_rows.weight_ratio * rules.under_funded_ratio, 9)
                then 'under-funded'
            when round(fair_rows.spend_ratio, 9) > round(fair_rows.weight_ratio * rules.over_funded_ratio, 9)
                then 'over-funded'
            else 'in line'
        end as verdict
    from fair_rows
    cross join rules
)

select
    cast(level as bigint) as level,
    goal_id,
    method,
    goal_name,
    case when is_goal then rank_position end as rank_position,
    weight_ratio,
    currency,
    spend_amount,
    total_amount,
    spend_ratio,
    cast(fair_amount as decimal(38, 2)) as fair_amount,
    cast(fair_amount - spend_amount as decimal(38, 2)) as move_amount,
    spend_ratio / nullif(weight_ratio, 0) as funding_ratio,
    verdict,
    coalesce(
        min(verdict) over (partition by level, goal_id) <> max(verdict) over (partition by level, goal_id),
        false
    ) as is_sensitive,
    case
        when lacks_weight then 'no weight or rank'
        when weight_ratio is null then 'level not fully weighted'
        when total_amount = 0 then 'no spend'
        when total_amount < 0 then 'spend is negative'
        when spend_ratio is null then 'negative share'
        when not is_goal then 'not a goal'
        when weight_ratio = 0 then 'weight is zero'
    end as status_reason
from judged_rows
order by level, goal_id, method
