-- question: Do money spent, money budgeted and people each go where the priorities are?
-- grain:    level, goal_id, resource
-- columns:
--   level          bigint         cut through the goal tree: 1 shows the roots, 2 their children, and so on; a
--                                 branch that ends higher up is shown by its leaf
--   goal_id        text           goal; '(unaligned)' collects what has no path, '(not broken down)' what is
--                                 linked to a goal above this cut
--   resource       text           'spend' of the trailing periods; 'budget' for the whole of the fiscal year of the
--                                 as-of date, in the version each initiative is compared with; 'headcount', people
--                                 asked for, the average of the trailing periods
--   goal_name      text           name of the goal
--   fiscal_year    text           for the budget, its fiscal year; otherwise NULL
--   weight_ratio   double         share of the whole the goal should get: the product of weights from the root,
--                                 0..1; NULL when this level is not fully weighted
--   weight_basis   text           where the weight comes from: 'weight', 'rank_sum', 'roc' or 'only child'
--   unit           text           of the amounts: the reporting currency, or 'FTE' (full-time equivalents)
--   given_amount   decimal(38,2)  what the goal and everything below it gets of the resource
--   total_amount   decimal(38,2)  the resource on all rows of the level
--   given_ratio    double         given_amount / total_amount; NULL unless the total is above zero
--   gap_pp         double         (given_ratio - weight_ratio) * 100, in percentage points; positive = the goal
--                                 gets more than its weight
--   fair_amount    decimal(38,2)  weight_ratio times total_amount, rounded so that a level sums to its total
--   move_amount    decimal(38,2)  fair_amount less given_amount; positive = move in; sums to exactly 0 per level and
--                                 resource
--   funding_ratio  double         given_ratio / weight_ratio; 1 = as weighted; NULL when the weight is 0
--   verdict        text           'under-funded', 'over-funded' or 'in line' by the thresholds in base.rules,
--                                 which are themselves in line; NULL when unknown, and for the collecting rows
--   status_reason  text           NULL, or why a figure is missing: 'no weight or rank', 'level not fully
--                                 weighted' (another goal has none, or weights do not sum to 1), 'nothing given',
--                                 'total is negative', 'negative share' (a row of the level is a net credit),
--                                 'weight is zero', 'not a goal' (a collecting row)
-- checks:
--   sum(move_amount) = 0
--   abs(sum(given_amount) filter (where resource = 'spend') - (select sum(spend_amount) from
--     misallocation.priority_gap)) = 0
--   abs(sum(abs(move_amount)) filter (where resource = 'spend') - (select sum(abs(move_amount)) from
--     misallocation.priority_gap)) = 0
--   count(*) filter (where resource = 'spend' and verdict = 'under-funded') = (select count(*) from
--     misallocation.priority_gap where verdict = 'under-funded')
-- receipt:  goals where goal_id = $goal_id
--   given_amount  spend_under where $resource = 'spend' and is_trailing and not is_mandatory
--                 and (ancestor_goal_id = $goal_id or ($goal_id = '(not broken down)' and depth = 0
--                 and goal_level < $level and not is_leaf))
--                 plus budgets_under where $resource = 'budget' and is_chosen and fiscal_year = $fiscal_year
--                 and not is_mandatory
--                 and (ancestor_goal_id = $goal_id or ($goal_id = '(not broken down)' and depth = 0
--                 and goal_level < $level and not is_leaf))
--                 plus base.headcount_by_link.average_fte where $resource = 'headcount' and not is_mandatory
--                 and (goal_id = $goal_id
--                 or goal_id in (
--                 select goal_id from base.goal_closure where ancestor_goal_id = $goal_id and is_primary)
--                 or ($goal_id = '(not broken down)' and goal_id in (
--                 select goal_id from base.goal_weights where level < $level and not is_leaf)))
--   total_amount  spend where $resource = 'spend' and is_trailing and not is_mandatory
--                 plus budgets where $resource = 'budget' and is_chosen and fiscal_year = $fiscal_year
--                 and not is_mandatory
--                 plus base.headcount_by_link.average_fte where $resource = 'headcount' and not is_mandatory
-- leaves out: mandatory initiatives, which no priority can move; commitments; a resource of which the project says
--             nothing; whether people are promised or only asked for
-- method:   METHODS 11, as misallocation.priority_gap, with which the rows for spend agree. Each level is a complete
--             picture of the same resource: never add levels, nor resources. Spend that lags behind a budget which
--             already follows the priorities is on its way; a budget that does not follow them is a decision.
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

rules as (
    select reporting_currency, under_funded_ratio, over_funded_ratio
    from base.rules
),

current_year as (
    select fiscal_year
    from base.periods
    where $as_of between period_start_date and period_end_date
),

movable_spend as (
    select
        'spend' as resource,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as given_amount
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

movable_budget as (
    select
        'budget' as resource,
        budget_links.goal_id,
        sum(budget_links.budget_amount) as given_amount
    from base.budget_by_link as budget_links
    inner join base.chosen_budget as chosen_budget
        on budget_links.initiative_id = chosen_budget.initiative_id
        and budget_links.version = chosen_budget.version
    inner join current_year
        on budget_links.fiscal_year = current_year.fiscal_year
    left join mandatory_initiatives
        on budget_links.initiative_id = mandatory_initiatives.initiative_id
    where mandatory_initiatives.initiative_id is null
    group by budget_links.goal_id
),

movable_headcount as (
    select
        'headcount' as resource,
        goal_id,
        sum(average_fte) as given_amount
    from base.headcount_by_link
    where not is_mandatory
    group by goal_id
),

movable_resources as (
    select resource, goal_id, given_amount
    from movable_spend
    union all
    select resource, goal_id, given_amount
    from movable_budget
    union all
    select resource, goal_id, given_amount
    from movable_headcount
),

resources as (
    select 'spend' as resource
    union
    select 'budget' as resource
    from movable_budget
    union
    select 'headcount' as resource
    from movable_headcount
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

-- where what is linked to each goal shows in each cut: in the goal itself or in what it is part of
cut_places as (
    select
        cut_goals.level,
        closure.goal_id as linked_goal_id,
        cut_goals.goal_id
    from cut_goals
    inner join closure
        on cut_goals.goal_id = closure.ancestor_goal_id
),

placed_resources as (
    select
        levels.level,
        movable_resources.resource,
        case
            when cut_places.goal_id is not null then cut_places.goal_id
            when movable_resources.goal_id = '(unaligned)' then '(unaligned)'
            else '(not broken down)'
        end as goal_id,
        sum(movable_resources.given_amount) as given_amount
    from movable_resources
    cross join levels
    left join cut_places
        on movable_resources.goal_id = cut_places.linked_goal_id
        and levels.level = cut_places.level
    group by
        levels.level,
        movable_resources.resource,
        case
            when cut_places.goal_id is not null then cut_places.goal_id
            when movable_resources.goal_id = '(unaligned)' then '(unaligned)'
            else '(not broken down)'
        end
),

-- a level can be compared only when every goal on it has a weight and the weights are the whole
level_weights as (
    select
        level,
        bool_and(weight_ratio is not null) and abs(sum(weight_ratio) - 1) < 0.000001 as is_weighted
    from cut_goals
    group by level
),

given_rows as (
    select
        cut_goals.level,
        cut_goals.goal_id,
        resources.resource,
        true as is_goal,
        cut_goals.weight_ratio,
        cut_goals.weight_basis,
        coalesce(placed_resources.given_amount, 0) as given_amount
    from cut_goals
    cross join resources
    left join placed_resources
        on cut_goals.level = placed_resources.level
        and cut_goals.goal_id = placed_resources.goal_id
        and resources.resource = placed_resources.resource
    union all
    select
        level,
        goal_id,
        resource,
        false as is_goal,
        cast(0 as double) as weight_ratio,
        cast(null as text) as weight_basis,
        given_amount
    from placed_resources
    where
        goal_id in ('(unaligned)', '(not broken down)')
        and given_amount <> 0
),

-- weights laid end to end, collecting rows first; the last goal of a level ends at 1 whatever the doubles say
weight_ends as (
    select
        given_rows.level,
        given_rows.goal_id,
        given_rows.resource,
        given_rows.is_goal,
        case when level_weights.is_weighted then given_rows.weight_ratio end as weight_ratio,
        case when level_weights.is_weighted then given_rows.weight_basis end as weight_basis,
        given_rows.is_goal and given_rows.weight_ratio is null as lacks_weight,
        cast(given_rows.given_amount as decimal(38, 2)) as given_amount,
        cast(
            sum(given_rows.given_amount) over (partition by given_rows.level, given_rows.resource) as decimal(38, 2)
        ) as total_amount,
        case
            when not level_weights.is_weighted then null
            when lead(given_rows.goal_id) over in_order is null then cast(1 as decimal(18, 12))
            else cast(sum(cast(given_rows.weight_ratio as decimal(18, 15))) over in_order as decimal(18, 12))
        end as to_ratio
    from given_rows
    inner join level_weights
        on given_rows.level = level_weights.level
    window in_order as (
        partition by given_rows.level, given_rows.resource
        order by given_rows.is_goal, given_rows.goal_id
    )
),

fair_ends as (
    select
        level,
        goal_id,
        resource,
        is_goal,
        weight_ratio,
        weight_basis,
        lacks_weight,
        given_amount,
        total_amount,
        case when total_amount > 0 then cast(total_amount * to_ratio as decimal(38, 2)) end as fair_end_amount
    from weight_ends
),

fair_rows as (
    select
        level,
        goal_id,
        resource,
        is_goal,
        weight_ratio,
        weight_basis,
        lacks_weight,
        given_amount,
        total_amount,
        -- a net credit has no share, and then no row of its level has one
        case
            when total_amount > 0 and min(given_amount) over (partition by level, resource) >= 0
                then cast(given_amount as double) / nullif(cast(total_amount as double), 0)
        end as given_ratio,
        fair_end_amount - coalesce(
            lag(fair_end_amount) over (partition by level, resource order by is_goal, goal_id),
            cast(0 as decimal(38, 2))
        ) as fair_amount
    from fair_ends
)

select
    cast(fair_rows.level as bigint) as level,
    fair_rows.goal_id,
    fair_rows.resource,
    coalesce(goal_names.goal_name, fair_rows.goal_id) as goal_name,
    case when fair_rows.resource = 'budget' then current_year.fiscal_year end as fiscal_year,
    fair_rows.weight_ratio,
    fair_rows.weight_basis,
    case when fair_rows.resource = 'headcount' then 'FTE' else rules.reporting_currency end as unit,
    fair_rows.given_amount,
    fair_rows.total_amount,
    fair_rows.given_ratio,
    (fair_rows.given_ratio - fair_rows.weight_ratio) * 100 as gap_pp,
    cast(fair_rows.fair_amount as decimal(38, 2)) as fair_amount,
    cast(fair_rows.fair_amount - fair_rows.given_amount as decimal(38, 2)) as move_amount,
    fair_rows.given_ratio / nullif(fair_rows.weight_ratio, 0) as funding_ratio,
    case
        when not fair_rows.is_goal or fair_rows.given_ratio is null or fair_rows.weight_ratio is null then null
        when round(fair_rows.given_ratio, 9) < round(fair_rows.weight_ratio * rules.under_funded_ratio, 9)
            then 'under-funded'
        when round(fair_rows.given_ratio, 9) > round(fair_rows.weight_ratio * rules.over_funded_ratio, 9)
            then 'over-funded'
        else 'in line'
    end as verdict,
    case
        when fair_rows.lacks_weight then 'no weight or rank'
        when fair_rows.weight_ratio is null then 'level not fully weighted'
        when fair_rows.total_amount = 0 then 'nothing given'
        when fair_rows.total_amount < 0 then 'total is negative'
        when fair_rows.given_ratio is null then 'negative share'
        when not fair_rows.is_goal then 'not a goal'
        when fair_rows.weight_ratio = 0 then 'weight is zero'
    end as status_reason
from fair_rows
cross join rules
left join current_year
    on true
left join goal_names
    on fair_rows.goal_id = goal_names.goal_id
order by level, goal_id, resource
