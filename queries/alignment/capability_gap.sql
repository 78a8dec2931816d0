-- question: Which abilities that a goal needs are missing, and does money go there?
-- grain:    capability_id
-- columns:
--   capability_id         text           capability
--   capability_name       text           name of the capability
--   parent_capability_id  text           capability above it; NULL when not given
--   business_unit         text           unit that has it; NULL when not given
--   goal_id               text           goal that needs it; '(none)' when it names none
--   goal_name             text           name of that goal; NULL when it does not exist
--   assessed_date         date           day of the assessment; NULL when not given
--   maturity_level        double         assessed level
--   required_level        double         level the goal needs
--   gap_value             double         required_level - maturity_level, in levels; positive = short of what is needed
--   weight_ratio          double         product of weights from the root to the goal, 0..1; NULL when not fully
--                                        weighted
--   weighted_gap_value    double         gap_value times weight_ratio, 0 without a gap: sort by it; NULL when unknown
--   currency              text           reporting currency
--   spend_amount          decimal(38,2)  spend of the trailing periods on the goal and everything below it; the same
--                                        for every capability of a goal, so never add it up
--   verdict               text           'gap without spend', 'gap funded', 'spend without gap' or 'no gap'; NULL when
--                                        the gap or the goal is unknown
--   status_reason         text           NULL, or why a figure is missing: 'no maturity', 'no required maturity', 'no
--                                        goal', 'goal not found', 'no weight or rank'
-- checks:
--   count(*) = (select count(*) from capabilities)
--   count(*) filter (where verdict is null and status_reason is null) = 0
--   count(*) filter (where (verdict like 'gap%') <> (gap_value > 0)) = 0
-- receipt:  capabilities where capability_id = $capability_id; goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and ancestor_goal_id = $goal_id
-- leaves out: whether the money of the goal is spent on this capability, which no ledger says; earlier assessments
-- method:   METHODS 13. 'Spend without gap' is no reproach: most work needs abilities that are there already. The
--             trailing periods are those of base.periods.
with assessed_capabilities as (
    select
        capability_id,
        name as capability_name,
        parent_capability_id,
        business_unit,
        nullif(goal_id, '') as goal_id,
        assessed_date,
        maturity as maturity_level,
        required_maturity as required_level
    from capabilities
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

goal_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
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

spend_under as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(trailing_spend.spend_amount) as spend_amount
    from closure
    inner join trailing_spend
        on closure.goal_id = trailing_spend.goal_id
    group by closure.ancestor_goal_id
),

gaps as (
    select
        assessed_capabilities.capability_id,
        assessed_capabilities.capability_name,
        assessed_capabilities.parent_capability_id,
        assessed_capabilities.business_unit,
        assessed_capabilities.goal_id,
        goal_names.goal_name,
        goal_names.goal_id is not null as has_goal,
        assessed_capabilities.assessed_date,
        assessed_capabilities.maturity_level,
        assessed_capabilities.required_level,
        assessed_capabilities.required_level - assessed_capabilities.maturity_level as gap_value,
        goal_weights.weight_ratio,
        coalesce(spend_under.spend_amount, 0) as spend_amount
    from assessed_capabilities
    left join goal_names
        on assessed_capabilities.goal_id = goal_names.goal_id
    left join goal_weights
        on assessed_capabilities.goal_id = goal_weights.goal_id
    left join spend_under
        on assessed_capabilities.goal_id = spend_under.goal_id
)

select
    gaps.capability_id,
    gaps.capability_name,
    gaps.parent_capability_id,
    gaps.business_unit,
    coalesce(gaps.goal_id, '(none)') as goal_id,
    gaps.goal_name,
    gaps.assessed_date,
    cast(gaps.maturity_level as double) as maturity_level,
    cast(gaps.required_level as double) as required_level,
    cast(gaps.gap_value as double) as gap_value,
    cast(gaps.weight_ratio as double) as weight_ratio,
    cast(
        case
            when gaps.gap_value > 0 then gaps.gap_value * gaps.weight_ratio
            when gaps.gap_value <= 0 then 0.0
        end as double
    ) as weighted_gap_value,
    rules.reporting_currency as currency,
    cast(gaps.spend_amount as decimal(38, 2)) as spend_amount,
    case
        when gaps.gap_value is null or not gaps.has_goal then null
        when gaps.gap_value > 0 and gaps.spend_amount > 0 then 'gap funded'
        when gaps.gap_value > 0 then 'gap without spend'
        when gaps.spend_amount > 0 then 'spend without gap'
        else 'no gap'
    end as verdict,
    case
        when gaps.maturity_level is null then 'no maturity'
        when gaps.required_level is null then 'no required maturity'
        when gaps.goal_id is null then 'no goal'
        when not gaps.has_goal then 'goal not found'
        when gaps.weight_ratio is null then 'no weight or rank'
    end as status_reason
from gaps
cross join rules
order by capability_id
