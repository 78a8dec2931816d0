-- question: Which goals get a larger or smaller share of spend than their weight, and what should move?
-- grain:    level, goal_id
-- columns:
--   level          bigint         cut through the goal tree: 1 shows the roots, 2 their children, and so on; a
--                                 branch that ends higher up is shown by its leaf
--   goal_id        text           goal; '(unaligned)' collects spend without a path, '(not broken down)' spend
--                                 linked to a goal above this cut
--   goal_name      text           name of the goal
--   weight_ratio   double         share of the whole the goal should get: the product of weights from the root,
--                                 0..1; NULL when this level is not fully weighted
--   weight_basis   text           where the weight comes from: 'weight', 'rank_sum', 'roc' or 'only child'
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods on the goal and everything below it
--   total_amount   decimal(38,2)  spend of the trailing periods on all rows of the level
--   spend_ratio    double         spend_amount / total_amount; NULL unless the total is above zero, and where
--                                 a row of the level is a net credit
--   gap_pp         double         (spend_ratio - weight_ratio) * 100, in percentage points; positive = the goal
--                                 gets more than its weight
--   fair_amount    decimal(38,2)  weight_ratio times total_amount, rounded so that a level sums to its total
--   move_amount    decimal(38,2)  fair_amount less spend_amount; positive = move in; sums to exactly 0 per level
--   funding_ratio  double         spend_ratio / weight_ratio; 1 = funded as weighted; NULL when the weight is 0
--   verdict        text           'under-funded', 'over-funded' or 'in line' by the thresholds in base.rules,
--                                 which are themselves in line; NULL when unknown, and for the collecting rows
--   status_reason  text           NULL, or why a figure is missing: 'no weight or rank', 'level not fully
--                                 weighted' (another goal has none, or weights do not sum to 1), 'no spend',
--                                 'spend is negative', 'negative share' (a row of the level is a net credit),
--                                 'weight is zero', 'not a goal' (a collecting row)
-- checks:
--   sum(move_amount) = 0
--   sum(spend_amount) = count(distinct level) * max(total_amount)
--   abs(sum(weight_ratio) - count(distinct level) filter (where weight_ratio is not null)) < 0.000001
-- receipt:  goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and not is_mandatory
--                 and (ancestor_goal_id = $goal_id or ($goal_id = '(not broken down)' and depth = 0
--                 and goal_level < $level and not is_leaf))
--   total_amount  spend where is_trailing and not is_mandatory
-- leaves out: mandatory initiatives, whose money no priority can move; commitments; spend before the trailing
--             periods
-- method:   METHODS 11. Each level is a complete picture of the same money: read one level at a time and never
--             add levels together. Half the sum of |gap_pp| within a level is its misallocation. The trailing
--             periods are those of base.periods. A goal with several parents counts under the first of them.
with goal_weights as (
    select goal_id, level, is_leaf, weight_ratio, weight_basis
    from base.goal_weights
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

movable_spend as (
    select
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    left join mandatory_initiatives
        on spend_links.initiative_id = mandatory_initiatives.initiative_id
    where
        periods.is_trailing
        and mandatory_initiatives.initiative_id is null
    group by spend_links.goal_id
),

rules as (
    select reporting_currency, under_funded_ratio, over_funded_ratio
    from base.rules
),

levels as (
    select distinct level
    from goal_weights
),

-- a cut shows the goals of its level and the leaves of the levels above
cut_goals as (
    select
        levels.level,
        goal_weights.goal_id,
        goal_weights.weight_ratio,
        goal_weights.weight_basis
    from levels
    inner join goal_weights
        on goal_weights.level = levels.level
        or (goal_weights.is_leaf and goal_weights.level < levels.level)
),

-- where the money linked to each goal shows in each cut: in the goal itself or in what it is part of
spend_places as (
    select
        cut_goals.level,
        closure.goal_id as linked_goal_id,
        cut_goals.goal_id
    from cut_goals
    inner join closure
        on cut_goals.goal_id = closure.ancestor_goal_id
),

placed_spend as (
    select
        levels.level,
        case
            when spend_places.goal_id is not null then spend_places.goal_id
            when movable_spend.goal_id = '(unaligned)' then '(unaligned)'
            else '(not broken down)'
        end as goal_id,
        sum(movable_spend.spend_amount) as spend_amount
    from movable_spend
    cross join levels
    left join spend_places
        on movable_spend.goal_id = spend_places.linked_goal_id
        and levels.level = spend_places.level
    group by
        levels.level,
        case
            when spend_places.goal_id is not null then spend_places.goal_id
            when movable_spend.goal_id = '(unaligned)' then '(unaligned)'
            else '(not broken down)'
        end
),

whole_spend as (
    select coalesce(sum(spend_amount), 0) as total_amount
    from movable_spend
),

-- a level can be compared only when every goal on it has a weight and the weights are the whole
level_weights as (
    select
        level,
        bool_and(weight_ratio is not null) and abs(sum(weight_ratio) - 1) < 0.000001 as is_weighted
    from cut_goals
    group by level
),

gap_rows as (
    select
        cut_goals.level,
        cut_goals.goal_id,
        true as is_goal,
        cut_goals.weight_ratio,
        cut_goals.weight_basis,
        coalesce(placed_spend.spend_amount, 0) as spend_amount
    from cut_goals
    left join placed_spend
        on cut_goals.level = placed_spend.level
        and cut_goals.goal_id = placed_spend.goal_id
    union all
    select
        level,
        goal_id,
        false as is_goal,
        cast(0 as double) as weight_ratio,
        cast(null as text) as weight_basis,
        spend_amount
    from placed_spend
    where
        goal_id in ('(unaligned)', '(not broken down)')
        and spend_amount <> 0
),

weighed_rows as (
    select
        gap_rows.level,
        gap_rows.goal_id,
        gap_rows.is_goal,
        case when level_weights.is_weighted then gap_rows.weight_ratio end as weight_ratio,
        case when level_weights.is_weighted then gap_rows.weight_basis end as weight_basis,
        gap_rows.is_goal and gap_rows.weight_ratio is null as lacks_weight,
        cast(gap_rows.spend_amount as decimal(38, 2)) as spend_amount,
        cast(whole_spend.total_amount as decimal(38, 2)) as total_amount
    from gap_rows
    inner join level_weights
        on gap_rows.level = level_weights.level
    cross join whole_spend
),

-- weights laid end to end, collecting rows first; the last goal of a level ends at 1 whatever the doubles say
weight_ends as (
    select
        level,
        goal_id,
        is_goal,
        weight_ratio,
        weight_basis,
        lacks_weight,
        spend_amount,
        total_amount,
        case
            when weight_ratio is null then null
            when lead(goal_id) over in_order is null then cast(1 as decimal(18, 12))
            else cast(
                sum(cast(weight_ratio as decimal(18, 15))) over in_order
                as decimal(18, 12)
            )
        end as to_ratio
    from weighed_rows
    window in_order as (partition by level order by is_goal, goal_id)
),

fair_ends as (
    select
        level,
        goal_id,
        is_goal,
        weight_ratio,
        weight_basis,
        lacks_weight,
        spend_amount,
        total_amount,
        case when total_amount > 0 then cast(total_amount * to_ratio as decimal(38, 2)) end as fair_end_amount
    from weight_ends
),

fair_rows as (
    select
        level,
        goal_id,
        is_goal,
        weight_ratio,
        weight_basis,
        lacks_weight,
        spend_amount,
        total_amount,
        -- a net credit has no share, and then no row of its level has one
        case
            when total_amount > 0 and min(spend_amount) over (partition by level) >= 0
                then cast(spend_amount as double) / nullif(cast(total_amount as double), 0)
        end as spend_ratio,
        fair_end_amount - coalesce(
            lag(fair_end_amount) over (partition by level order by is_goal, goal_id),
            cast(0 as decimal(38, 2))
        ) as fair_amount
    from fair_ends
)

select
    cast(fair_rows.level as bigint) as level,
    fair_rows.goal_id,
    coalesce(goal_names.goal_name, fair_rows.goal_id) as goal_name,
    fair_rows.weight_ratio,
    fair_rows.weight_basis,
    rules.reporting_currency as currency,
    fair_rows.spend_amount,
    fair_rows.total_amount,
    fair_rows.spend_ratio,
    (fair_rows.spend_ratio - fair_rows.weight_ratio) * 100 as gap_pp,
    cast(fair_rows.fair_amount as decimal(38, 2)) as fair_amount,
    cast(fair_rows.fair_amount - fair_rows.spend_amount as decimal(38, 2)) as move_amount,
    fair_rows.spend_ratio / nullif(fair_rows.weight_ratio, 0) as funding_ratio,
    case
        when not fair_rows.is_goal or fair_rows.spend_ratio is null or fair_rows.weight_ratio is null then null
        when round(fair_rows.spend_ratio, 9) < round(fair_rows.weight_ratio * rules.under_funded_ratio, 9)
            then 'under-funded'
        when round(fair_rows.spend_ratio, 9) > round(fair_rows.weight_ratio * rules.over_funded_ratio, 9)
            then 'over-funded'
        else 'in line'
    end as verdict,
    case
        when fair_rows.lacks_weight then 'no weight or rank'
        when fair_rows.weight_ratio is null then 'level not fully weighted'
        when fair_rows.total_amount = 0 then 'no spend'
        when fair_rows.total_amount < 0 then 'spend is negative'
        when fair_rows.spend_ratio is null then 'negative share'
        when not fair_rows.is_goal then 'not a goal'
        when fair_rows.weight_ratio = 0 then 'weight is zero'
    end as status_reason
from fair_rows
cross join rules
left join goal_names
    on fair_rows.goal_id = goal_names.goal_id
order by level, goal_id
