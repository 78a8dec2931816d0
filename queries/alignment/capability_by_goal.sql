-- question: Does the money under each goal follow the abilities that are missing there?
-- grain:    goal_id
-- columns:
--   goal_id               text           goal
--   goal_name             text           name of the goal
--   parent_goal_id        text           goal above it; NULL at the top
--   level                 bigint         1 at the top
--   capability_count      bigint         capabilities that it and the goals below it need
--   assessed_count        bigint         those of them whose gap is known
--   gap_count             bigint         those that are short of what is needed
--   weighted_gap_value    double         sum of their gaps in levels, each times the weight of its goal; NULL when a
--                                        weight is missing
--   sibling_gap_value     double         the same for the goal and its siblings together
--   gap_share_ratio       double         weighted_gap_value / sibling_gap_value; NULL when there is no gap among them
--   currency              text           reporting currency
--   spend_amount          decimal(38,2)  spend of the trailing periods on the goal and everything below it
--   sibling_spend_amount  decimal(38,2)  the same for the goal and its siblings together
--   spend_share_ratio     double         spend_amount / sibling_spend_amount; NULL unless that is above zero
--   share_gap_pp          double         (spend_share_ratio - gap_share_ratio) * 100, in percentage points; positive =
--                                        a larger part of the money than of the gap
--   status_reason         text           NULL, or why the shares cannot be compared: 'no weight or rank', 'no gap', 'no
--                                        spend' (among the siblings)
-- checks:
--   count(*) filter (where gap_share_ratio < 0 or gap_share_ratio > 1.000000001) = 0
--   count(*) filter (where (share_gap_pp is null) = (status_reason is null)) = 0
--   abs(coalesce(sum(share_gap_pp), 0)) < 0.000001
-- receipt:  base.goal_closure where ancestor_goal_id = $goal_id and is_primary; goals where goal_id = $goal_id
--   spend_amount          spend_under where is_trailing and ancestor_goal_id = $goal_id
--   sibling_spend_amount  alignment.capability_by_goal.spend_amount
--                         where coalesce(parent_goal_id, '') = coalesce($parent_goal_id, '')
-- leaves out: the tree of capabilities, where a part and its whole both count; goals of families in which no goal needs
--             any capability; capabilities without a goal; second parents of a goal, which counts under the first
-- method:   METHODS 13, over alignment.capability_gap. Goals are compared with their siblings, so that no money and no
--             gap counts twice; the shares of a family sum to 1. A capability that has more than is needed makes up for
--             none that has less.
with gaps as (
    select goal_id, gap_value, weight_ratio, weighted_gap_value
    from alignment.capability_gap
    where goal_name is not null
),

goal_weights as (
    select goal_id, parent_goal_id, level
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

trailing_spend as (
    select
        spend_by_goal.goal_id,
        sum(spend_by_goal.spend_amount) as spend_amount
    from base.spend_by_goal as spend_by_goal
    inner join base.periods as periods
        on spend_by_goal.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_by_goal.goal_id
),

rules as (
    select reporting_currency
    from base.rules
),

gaps_under as (
    select
        closure.ancestor_goal_id as goal_id,
        count(*) as capability_count,
        count(gaps.gap_value) as assessed_count,
        count(*) filter (where gaps.gap_value > 0) as gap_count,
        count(*) filter (where gaps.gap_value > 0 and gaps.weight_ratio is null) as unweighted_count,
        sum(cast(gaps.weighted_gap_value as decimal(30, 12))) as weighted_gap
    from closure
    inner join gaps
        on closure.goal_id = gaps.goal_id
    group by closure.ancestor_goal_id
),

spend_under as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(trailing_spend.spend_amount) as spend_amount
    from closure
    inner join trailing_spend
        on closure.goal_id = trailing_spend.goal_id
    group by closure.ancestor_goal_id
),

families as (
    select
        goal_weights.goal_id,
        goal_weights.parent_goal_id,
        goal_weights.level,
        coalesce(gaps_under.capability_count, 0) as capability_count,
        coalesce(gaps_under.assessed_count, 0) as assessed_count,
        coalesce(gaps_under.gap_count, 0) as gap_count,
        coalesce(gaps_under.unweighted_count, 0) as unweighted_count,
        coalesce(gaps_under.weighted_gap, 0) as weighted_gap,
        cast(coalesce(spend_under.spend_amount, 0) as decimal(38, 2)) as spend_amount,
        sum(coalesce(gaps_under.capability_count, 0)) over siblings as sibling_count,
        sum(coalesce(gaps_under.unweighted_count, 0)) over siblings as sibling_unweighted_count,
        sum(coalesce(gaps_under.weighted_gap, 0)) over siblings as sibling_gap,
        sum(coalesce(spend_under.spend_amount, 0)) over siblings as sibling_spend_amount
    from goal_weights
    left join gaps_under
        on goal_weights.goal_id = gaps_under.goal_id
    left join spend_under
        on goal_weights.goal_id = spend_under.goal_id
    window siblings as (partition by goal_weights.parent_goal_id)
),

shares as (
    select
        goal_id,
        parent_goal_id,
        level,
        capability_count,
        assessed_count,
        gap_count,
        case when unweighted_count = 0 then cast(weighted_gap as double) end as weighted_gap_value,
        case when sibling_unweighted_count = 0 then cast(sibling_gap as double) end as sibling_gap_value,
        spend_amount,
        sibling_spend_amount,
        case
            when sibling_unweighted_count = 0 then cast(weighted_gap as double) / nullif(cast(sibling_gap as double), 0)
        end as gap_share_ratio,
        case
            when sibling_spend_amount > 0
                then cast(spend_amount as double) / nullif(cast(sibling_spend_amount as double), 0)
        end as spend_share_ratio,
        case
            when sibling_unweighted_count > 0 then 'no weight or rank'
            when sibling_gap = 0 then 'no gap'
            when sibling_spend_amount <= 0 then 'no spend'
        end as status_reason
    from families
    where sibling_count > 0
)

select
    shares.goal_id,
    goal_names.goal_name,
    shares.parent_goal_id,
    cast(shares.level as bigint) as level,
    cast(shares.capability_count as bigint) as capability_count,
    cast(shares.assessed_count as bigint) as assessed_count,
    cast(shares.gap_count as bigint) as gap_count,
    cast(shares.weighted_gap_value as double) as weighted_gap_value,
    cast(shares.sibling_gap_value as double) as sibling_gap_value,
    cast(shares.gap_share_ratio as double) as gap_share_ratio,
    rules.reporting_currency as currency,
    shares.spend_amount,
    cast(shares.sibling_spend_amount as decimal(38, 2)) as sibling_spend_amount,
    cast(shares.spend_share_ratio as double) as spend_share_ratio,
    cast((shares.spend_share_ratio - shares.gap_share_ratio) * 100 as double) as share_gap_pp,
    shares.status_reason
from shares
inner join goal_names
    on shares.goal_id = goal_names.goal_id
cross join rules
order by goal_id
