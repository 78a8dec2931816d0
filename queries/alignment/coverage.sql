-- question: How much of the work, the measures and the money has a path to a goal, and how many goals have work,
--             a measure and an owner?
-- grain:    measure
-- columns:
--   measure         text           what is covered: 'initiatives with a path', 'active initiatives with a path',
--                                  'KPIs with a path', 'goals with work', 'goals with a KPI', 'goals with an
--                                  owner', 'spend with a path'
--   unit            text           'count', or the reporting currency for spend
--   covered_amount  decimal(38,2)  the part that is covered, in the unit
--   total_amount    decimal(38,2)  the whole, in the unit
--   coverage_ratio  double         covered_amount / total_amount; NULL unless the whole is above zero
--   status_reason   text           NULL, or why there is no ratio: 'nothing to cover', 'total is negative',
--                                  'negative share' (the covered or the uncovered part is a net credit)
-- checks:
--   count(*) = 7
--   count(*) filter (where unit = 'count' and covered_amount > total_amount) = 0
-- receipt:  initiatives where $measure like '%initiatives%'; kpis where $measure like '%KPI%';
--             goals where $measure like 'goals%'; spend where $measure like 'spend%' and is_trailing
-- leaves out: nothing; mandatory work is counted like any other, because it too should have a path
-- method:   METHODS 13. A goal has work when an active initiative is linked to it or to any goal below it; it
--             has a KPI only when one is linked to the goal itself, since a goal needs a measure of its own. An
--             initiative is active when its stage says so or is not given. Spend is that of the trailing
--             periods (base.periods).
with work as (
    select
        initiative_id,
        coalesce(stage, 'active') = 'active' as is_active
    from initiatives
),

measures as (
    select kpi_id
    from kpis
),

goal_owners as (
    select
        goal_id,
        coalesce(owner, '') <> '' as has_owner
    from goals
),

links as (
    select child_type, child_id, goal_id
    from base.links
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
),

trailing_spend as (
    select
        spend_links.goal_id,
        spend_links.spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
),

rules as (
    select reporting_currency
    from base.rules
),

linked_children as (
    select distinct child_type, child_id
    from links
),

goals_with_work as (
    select distinct closure.ancestor_goal_id as goal_id
    from closure
    inner join links
        on closure.goal_id = links.goal_id
    inner join work
        on links.child_id = work.initiative_id
    where
        links.child_type = 'initiative'
        and work.is_active
),

goals_with_kpi as (
    select distinct links.goal_id
    from links
    inner join measures
        on links.child_id = measures.kpi_id
    where links.child_type = 'kpi'
),

initiative_coverage as (
    select
        work.is_active,
        linked_children.child_id is not null as has_path
    from work
    left join linked_children
        on linked_children.child_type = 'initiative'
        and work.initiative_id = linked_children.child_id
),

kpi_coverage as (
    select linked_children.child_id is not null as has_path
    from measures
    left join linked_children
        on linked_children.child_type = 'kpi'
        and measures.kpi_id = linked_children.child_id
),

goal_coverage as (
    select
        goal_owners.has_owner,
        goals_with_work.goal_id is not null as has_work,
        goals_with_kpi.goal_id is not null as has_kpi
    from goal_owners
    left join goals_with_work
        on goal_owners.goal_id = goals_with_work.goal_id
    left join goals_with_kpi
        on goal_owners.goal_id = goals_with_kpi.goal_id
),

counts as (
    select
        'initiatives with a path' as measure,
        count(*) filter (where has_path) as covered_count,
        count(*) as total_count
    from initiative_coverage
    union all
    select
        'active initiatives with a path' as measure,
        count(*) filter (where has_path) as covered_count,
        count(*) as total_count
    from initiative_coverage
    where is_active
    union all
    select
        'KPIs with a path' as measure,
        count(*) filter (where has_path) as covered_count,
        count(*) as total_count
    from kpi_coverage
    union all
    select
        'goals with work' as measure,
        count(*) filter (where has_work) as covered_count,
        count(*) as total_count
    from goal_coverage
    union all
    select
        'goals with a KPI' as measure,
        count(*) filter (where has_kpi) as covered_count,
        count(*) as total_count
    from goal_coverage
    union all
    select
        'goals with an owner' as measure,
        count(*) filter (where has_owner) as covered_count,
        count(*) as total_count
    from goal_coverage
),

spend_totals as (
    select
        coalesce(sum(spend_amount) filter (where goal_id <> '(unaligned)'), 0) as covered_amount,
        coalesce(sum(spend_amount), 0) as total_amount
    from trailing_spend
),

amounts as (
    select
        measure,
        'count' as unit,
        cast(covered_count as decimal(38, 2)) as covered_amount,
        cast(total_count as decimal(38, 2)) as total_amount
    from counts
    union all
    select
        'spend with a path' as measure,
        rules.reporting_currency as unit,
        cast(spend_totals.covered_amount as decimal(38, 2)) as covered_amount,
        cast(spend_totals.total_amount as decimal(38, 2)) as total_amount
    from spend_totals
    cross join rules
)

select
    measure,
    unit,
    covered_amount,
    total_amount,
    case
        when total_amount > 0 and covered_amount between 0 and total_amount
            then cast(covered_amount as double) / nullif(cast(total_amount as double), 0)
    end as coverage_ratio,
    case
        when total_amount = 0 then 'nothing to cover'
        when total_amount < 0 then 'total is negative'
        when not covered_amount between 0 and total_amount then 'negative share'
    end as status_reason
from amounts
order by measure
