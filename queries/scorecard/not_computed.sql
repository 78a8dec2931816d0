-- question: What could not be computed, which column would unlock it, and how much spend does that concern?
-- grain:    analysis, missing
-- columns:
--   analysis       text           the analysis that is missing or incomplete
--   missing        text           the table or column that would unlock it
--   unlocks        text           what could be said with it
--   missing_count  bigint         rows without it (goals, initiatives or KPIs); 0 when the whole table is absent
--   total_count    bigint         rows that could have it
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods that the gap concerns
--   total_amount   decimal(38,2)  all spend of the trailing periods
-- checks:
--   min(total_count - missing_count) >= 0
-- receipt:  base.loads where table_name = split_part($missing, '.', 1)
--   total_amount  spend where is_trailing
-- leaves out: columns that no model reads
-- method:   a gap concerns the spend of the initiatives that lack the column, or that are linked to the goals
--           that lack it; a missing table concerns all spend
with trailing_links as (
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

spend_by_initiative as (
    select initiative_id, sum(spend_amount) as spend_amount
    from trailing_links
    group by initiative_id
),

spend_by_goal as (
    select goal_id, sum(spend_amount) as spend_amount
    from trailing_links
    group by goal_id
),

whole as (
    select coalesce(sum(spend_amount), 0) as total_amount
    from trailing_links
),

-- one line for each goal, initiative or KPI and each thing it may lack
goal_items as (
    select
        'priority against money' as analysis,
        'goals.weight or goals.priority_rank' as missing,
        'the money to move for every goal' as unlocks,
        goal_weights.weight_ratio is null as is_missing,
        spend_by_goal.spend_amount
    from base.goal_weights as goal_weights
    left join spend_by_goal
        on goal_weights.goal_id = spend_by_goal.goal_id
    union all
    select
        'coverage' as analysis,
        'goals.owner' as missing,
        'goals that nobody answers for' as unlocks,
        goals.owner is null as is_missing,
        spend_by_goal.spend_amount
    from goals
    left join spend_by_goal
        on goals.goal_id = spend_by_goal.goal_id
),

budgeted_initiatives as (
    select distinct initiative_id
    from base.budget_by_month
),

initiative_items as (
    select
        'budget to actual' as analysis,
        'budgets' as missing,
        'variance of the initiatives without a budget' as unlocks,
        budgeted_initiatives.initiative_id is null as is_missing,
        spend_by_initiative.spend_amount
    from initiatives
    left join budgeted_initiatives
        on initiatives.initiative_id = budgeted_initiatives.initiative_id
    left join spend_by_initiative
        on initiatives.initiative_id = spend_by_initiative.initiative_id
    union all
    select
        'priority against money' as analysis,
        'initiatives.is_mandatory' as missing,
        'the carve-out of work that the law requires' as unlocks,
        initiatives.is_mandatory is null as is_missing,
        spend_by_initiative.spend_amount
    from initiatives
    left join spend_by_initiative
        on initiatives.initiative_id = spend_by_initiative.initiative_id
),

attained_kpis as (
    select kpi_id, goal_id, status, status_reason, expected_ratio
    from variance.kpi_attainment
),

kpi_items as (
    select
        'KPI attainment' as analysis,
        case
            when attained_kpis.status_reason in ('no target', 'no range') then 'kpis.target'
            when attained_kpis.status_reason like '%value%' then 'kpi_values.value'
            else 'kpis.baseline'
        end as missing,
        'status of the KPIs that are grey' as unlocks,
        attained_kpis.status = 'grey' as is_missing,
        spend_by_goal.spend_amount
    from attained_kpis
    left join spend_by_goal
        on attained_kpis.goal_id = spend_by_goal.goal_id
    where attained_kpis.status = 'grey' and attained_kpis.status_reason <> 'not started'
),

item_counts as (
    select
        analysis,
        missing,
        unlocks,
        count(*) filter (where is_missing) as missing_count,
        count(*) as total_count,
        sum(case when is_missing then spend_amount else 0 end) as spend_amount
    from (
        select analysis, missing, unlocks, is_missing, spend_amount
        from goal_items
        union all
        select analysis, missing, unlocks, is_missing, spend_amount
        from initiative_items
        union all
        select analysis, missing, unlocks, is_missing, spend_amount
        from kpi_items
    ) as items
    group by analysis, missing, unlocks
    having count(*) filter (where is_missing) > 0
),

-- tables that no source feeds, or that are empty as of the day
table_sizes as (
    select 'milestones' as missing, 'schedule' as analysis, 'slip and hit rate of milestones' as unlocks, count(*) as size
    from milestones
    union all
    select 'status_reports', 'reported status', 'reported status beside derived status', count(*)
    from status_reports
    union all
    select 'kpis', 'KPI attainment', 'attainment and pace of every KPI', count(*)
    from kpis
    union all
    select 'spend', 'every question about money', 'money under each goal', count(*)
    from spend
    union all
    select 'capacity', 'capacity against demand', 'teams booked beyond their capacity', count(*)
    from capacity
    union all
    select 'demand', 'capacity against demand', 'teams booked beyond their capacity', count(*)
    from demand
    union all
    select 'capabilities', 'capability map', 'capability gaps per goal', count(*)
    from capabilities
    union all
    select 'environment_signals', 'environment', 'changes outside that bear on goals', count(*)
    from environment_signals
    union all
    select 'assumptions', 'environment', 'assumptions that no longer hold', count(*)
    from assumptions
    union all
    select 'risks', 'risks', 'expected loss and blockers', count(*)
    from risks
),

gaps as (
    select analysis, missing, unlocks, missing_count, total_count, coalesce(spend_amount, 0) as spend_amount
    from item_counts
    union all
    select
        table_sizes.analysis,
        table_sizes.missing,
        table_sizes.unlocks,
        0 as missing_count,
        0 as total_count,
        whole.total_amount as spend_amount
    from table_sizes
    cross join whole
    where table_sizes.size = 0
)

select
    gaps.analysis,
    gaps.missing,
    gaps.unlocks,
    cast(gaps.missing_count as bigint) as missing_count,
    cast(gaps.total_count as bigint) as total_count,
    rules.reporting_currency as currency,
    cast(gaps.spend_amount as decimal(38, 2)) as spend_amount,
    cast(whole.total_amount as decimal(38, 2)) as total_amount
from gaps
cross join whole
cross join base.rules as rules
order by analysis, missing
