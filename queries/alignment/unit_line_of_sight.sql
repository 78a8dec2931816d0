-- question: Which top goals does each unit's money, work and measures serve, and how much of it serves none?
-- grain:    business_unit, root_goal_id
-- columns:
--   business_unit     text           unit that runs the initiatives and KPIs; '(none)' collects those without a unit,
--                                    and money without an initiative
--   root_goal_id      text           goal at the top of the path; '(unaligned)' is what has no path
--   unit_name         text           name of the unit; NULL when not given
--   root_goal_name    text           name of that goal; NULL for '(unaligned)'
--   initiative_count  bigint         initiatives of the unit linked to the goal or below it, each counted once; for
--                                    '(unaligned)', those without any path
--   kpi_count         bigint         KPIs of the unit, counted in the same way
--   currency          text           reporting currency
--   spend_amount      decimal(38,2)  spend of the trailing periods of the unit's initiatives that serves the goal or
--                                    a goal below it; positive = money spent
--   unit_amount       decimal(38,2)  all of the unit's spend of the trailing periods
--   spend_ratio       double         spend_amount / unit_amount; NULL unless the unit's spend is above zero
--   status_reason     text           NULL, or why there is no ratio: 'no spend', 'spend is negative'
-- checks:
--   coalesce(sum(spend_amount), 0) = (select coalesce(sum(s.spend_amount), 0) from base.spend_by_link as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date where p.is_trailing)
--   abs(sum(spend_ratio) - count(distinct business_unit) filter (where spend_ratio is not null)) < 0.000001
-- receipt:  initiatives where coalesce(nullif(business_unit, ''), '(none)') = $business_unit;
--             kpis where coalesce(nullif(business_unit, ''), '(none)') = $business_unit
--   spend_amount  spend_under where is_trailing and coalesce(nullif(initiative_unit, ''), '(none)') = $business_unit
--                 and ancestor_goal_id = $root_goal_id
--   unit_amount   spend where is_trailing and coalesce(nullif(initiative_unit, ''), '(none)') = $business_unit
-- leaves out: pairs of a unit and a goal with neither money nor work nor a measure; commitments; the unit that the
--             ledger charged, which may be another than the unit that runs the initiative
-- method:   METHODS 13. Money counts once, under the first parent of each goal. An initiative with several goals
--             counts in the row of each top goal it serves, so counts do not add up over rows, but money does.
with known_initiatives as (
    select initiative_id, coalesce(nullif(business_unit, ''), '(none)') as business_unit
    from initiatives
),

known_kpis as (
    select kpi_id, coalesce(nullif(business_unit, ''), '(none)') as business_unit
    from kpis
),

links as (
    select child_type, child_id, goal_id
    from base.links
),

goal_roots as (
    select goal_id, root_goal_id
    from base.goal_weights
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

unit_names as (
    select business_unit_id as business_unit, name as unit_name
    from business_units
),

trailing_spend as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.initiative_id, spend_links.goal_id
),

rules as (
    select reporting_currency
    from base.rules
),

unit_spend as (
    select
        coalesce(known_initiatives.business_unit, '(none)') as business_unit,
        coalesce(goal_roots.root_goal_id, '(unaligned)') as root_goal_id,
        sum(trailing_spend.spend_amount) as spend_amount
    from trailing_spend
    left join known_initiatives
        on trailing_spend.initiative_id = known_initiatives.initiative_id
    left join goal_roots
        on trailing_spend.goal_id = goal_roots.goal_id
    group by
        coalesce(known_initiatives.business_unit, '(none)'),
        coalesce(goal_roots.root_goal_id, '(unaligned)')
),

linked_roots as (
    select distinct
        links.child_type,
        links.child_id,
        goal_roots.root_goal_id
    from links
    inner join goal_roots
        on links.goal_id = goal_roots.goal_id
),

unit_items as (
    select
        known_initiatives.business_unit,
        coalesce(linked_roots.root_goal_id, '(unaligned)') as root_goal_id,
        1 as initiative_count,
        0 as kpi_count
    from known_initiatives
    left join linked_roots
        on linked_roots.child_type = 'initiative'
        and known_initiatives.initiative_id = linked_roots.child_id
    union all
    select
        known_kpis.business_unit,
        coalesce(linked_roots.root_goal_id, '(unaligned)') as root_goal_id,
        0 as initiative_count,
        1 as kpi_count
    from known_kpis
    left join linked_roots
        on linked_roots.child_type = 'kpi'
        and known_kpis.kpi_id = linked_roots.child_id
),

unit_parts as (
    select
        business_unit,
        root_goal_id,
        initiative_count,
        kpi_count,
        cast(0 as decimal(38, 2)) as spend_amount
    from unit_items
    union all
    select
        business_unit,
        root_goal_id,
        0 as initiative_count,
        0 as kpi_count,
        cast(spend_amount as decimal(38, 2)) as spend_amount
    from unit_spend
),

unit_roots as (
    select
        business_unit,
        root_goal_id,
        sum(initiative_count) as initiative_count,
        sum(kpi_count) as kpi_count,
        sum(spend_amount) as spend_amount
    from unit_parts
    group by business_unit, root_goal_id
),

unit_totals as (
    select
        business_unit,
        root_goal_id,
        initiative_count,
        kpi_count,
        spend_amount,
        sum(spend_amount) over (partition by business_unit) as unit_amount
    from unit_roots
)

select
    unit_totals.business_unit,
    unit_totals.root_goal_id,
    unit_names.unit_name,
    goal_names.goal_name as root_goal_name,
    cast(unit_totals.initiative_count as bigint) as initiative_count,
    cast(unit_totals.kpi_count as bigint) as kpi_count,
    rules.reporting_currency as currency,
    cast(unit_totals.spend_amount as decimal(38, 2)) as spend_amount,
    cast(unit_totals.unit_amount as decimal(38, 2)) as unit_amount,
    case
        when unit_totals.unit_amount > 0
            then cast(unit_totals.spend_amount as double) / nullif(cast(unit_totals.unit_amount as double), 0)
    end as spend_ratio,
    case
        when unit_totals.unit_amount = 0 then 'no spend'
        when unit_totals.unit_amount < 0 then 'spend is negative'
    end as status_reason
from unit_totals
left join unit_names
    on unit_totals.business_unit = unit_names.business_unit
left join goal_names
    on unit_totals.root_goal_id = goal_names.goal_id
cross join rules
order by business_unit, root_goal_id
