-- question: What could not be computed, which column would unlock it, and how much spend does that concern?
-- grain:    analysis, missing
-- columns:
--   analysis       text           the analysis that is missing or incomplete
--   missing        text           the table or column that would unlock it
--   unlocks        text           what could be said with it
--   missing_count  bigint         rows without it, of the table that should have it or be served by it (goals,
--                                 initiatives, KPIs, …); 0 when the whole table is absent
--   total_count    bigint         rows that could have it
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods that the gap concerns
--   total_amount   decimal(38,2)  all spend of the trailing periods
-- checks:
--   min(total_count - missing_count) >= 0
--   count(*) filter (where total_count > 0 and missing_count = 0) = 0
--   count(*) filter (where total_count = 0 and spend_amount <> total_amount) = 0
-- receipt:  base.loads where table_name = split_part($missing, '.', 1)
--   total_amount  spend where is_trailing
-- leaves out: columns that no model reads; which models came out empty or without an answer, and why (see
--             scorecard.model_coverage); a sponsor, stage, status, concept, dependency or version that some rows lack
--             and others have, which is a fact about these rows rather than a gap in the data
-- method:   A gap concerns the spend of the initiatives that lack the column, or that is linked to the goals that
--             lack it, are measured by the KPIs, or need the capabilities that do, each once; a missing table, and a
--             column of the ledger or the budgets that no row has, concern all spend. Forecasts need 6 values
--             (METHODS 8), process limits 12 (METHODS 6).
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

goal_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

kpi_links as (
    select child_id as kpi_id, goal_id
    from base.links
    where child_type = 'kpi'
),

attained_kpis as (
    select kpi_id, business_unit, status, status_reason
    from variance.kpi_attainment
),

rules as (
    select reporting_currency
    from base.rules
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

-- what each row may lack; with is_whole, a gap only when all rows lack it
goal_columns as (
    select analysis, missing, unlocks, is_whole
    from (
        values
            ('priority against money', 'goals.weight or goals.priority_rank', 'the money to move for every goal',
             false),
            ('coverage', 'goals.owner', 'goals that nobody answers for', false),
            ('plan staleness', 'goals.last_reviewed_date', 'plans that nobody has looked at', false),
            ('plan staleness', 'goals.review_cadence_days', 'reviews that are late by their own cadence', false),
            ('unit scorecards', 'goals.business_unit', 'goals of each unit', false),
            ('target quality', 'goals.due_date', 'targets that are due after their goal', false),
            ('plan staleness', 'goals.status', 'goals that are closed and still get money', true),
            ('response to priorities', 'goals.valid_from', 'whether money followed a change of weight', true)
    ) as gap_columns (analysis, missing, unlocks, is_whole)
),

goal_items as (
    select
        goal_columns.analysis,
        goal_columns.missing,
        goal_columns.unlocks,
        goal_columns.is_whole,
        goals.goal_id as item_id,
        goals.goal_id,
        cast(null as text) as initiative_id,
        case goal_columns.missing
            when 'goals.weight or goals.priority_rank' then goal_weights.weight_ratio is null
            when 'goals.owner' then nullif(goals.owner, '') is null
            when 'goals.last_reviewed_date' then goals.last_reviewed_date is null
            when 'goals.review_cadence_days' then goals.review_cadence_days is null
            when 'goals.business_unit' then nullif(goals.business_unit, '') is null
            when 'goals.due_date' then goals.due_date is null
            when 'goals.status' then nullif(goals.status, '') is null
            else goals.valid_from is null
        end as is_missing
    from goals
    left join goal_weights
        on goals.goal_id = goal_weights.goal_id
    cross join goal_columns
),

budgeted_initiatives as (
    select initiative_id, max(case when version = 'forecast' then 1 else 0 end) = 1 as has_forecast
    from base.budget_by_month
    group by initiative_id
),

planned_initiatives as (
    select initiative_id
    from milestones
    where baseline_date is not null
    group by initiative_id
),

reported_initiatives as (
    select initiative_id, count(rag) > 0 as has_rag, count(percent_complete) > 0 as has_percent
    from status_reports
    group by initiative_id
),

recorded as (
    select
        (select count(*) from milestones) > 0 as has_milestones,
        (select count(*) from status_reports) > 0 as has_reports,
        (select count(*) from budgets) > 0 as has_budgets
),

initiative_columns as (
    select analysis, missing, unlocks, is_whole
    from (
        values
            ('budget to actual', 'budgets', 'variance of the initiatives without a budget', false),
            ('priority against money', 'initiatives.is_mandatory', 'the carve-out of work that the law requires',
             false),
            ('run and change', 'initiatives.run_or_change', 'money that runs or changes the business', false),
            ('reallocation', 'initiatives.business_unit', 'money that moves between units', false),
            ('estimate realism', 'initiatives.approved_amount', 'whether estimates fit what was approved', false),
            ('earned value', 'initiatives.planned_end_date', 'plans phased over the time that they take', false),
            ('schedule', 'milestones.baseline_date', 'slip of the initiatives without a planned milestone', false),
            ('reported status', 'status_reports.rag', 'reports that are greener than the data', false),
            ('earned value', 'status_reports.percent_complete', 'what was earned with the money', false),
            ('estimate at completion', 'budgets.version', 'what is still to be spent (version forecast)', false),
            ('plan bias', 'initiatives.owner', 'whose plans are too hopeful', true),
            ('legacy work', 'initiatives.sponsor', 'work that nobody stands behind', true),
            ('legacy work', 'initiatives.stage', 'work that is alive', true)
    ) as gap_columns (analysis, missing, unlocks, is_whole)
),

-- is_missing is NULL for what an initiative cannot have: work that is not under way has no reports
initiative_items as (
    select
        initiative_columns.analysis,
        initiative_columns.missing,
        initiative_columns.unlocks,
        initiative_columns.is_whole,
        initiatives.initiative_id as item_id,
        cast(null as text) as goal_id,
        initiatives.initiative_id,
        case
            when initiative_columns.missing = 'budgets' then budgeted_initiatives.initiative_id is null
            when initiative_columns.missing = 'initiatives.is_mandatory' then initiatives.is_mandatory is null
            when initiative_columns.missing = 'initiatives.run_or_change' then initiatives.run_or_change is null
            when initiative_columns.missing = 'initiatives.business_unit'
                then nullif(initiatives.business_unit, '') is null
            when initiative_columns.missing = 'initiatives.owner' then nullif(initiatives.owner, '') is null
            when initiative_columns.missing = 'initiatives.sponsor' then nullif(initiatives.sponsor, '') is null
            when initiative_columns.missing = 'initiatives.stage' then initiatives.stage is null
            when coalesce(initiatives.stage, 'active') <> 'active' then null
            when initiative_columns.missing = 'initiatives.approved_amount' then initiatives.approved_amount is null
            when initiative_columns.missing = 'initiatives.planned_end_date' then initiatives.planned_end_date is null
            when initiative_columns.missing = 'milestones.baseline_date' and recorded.has_milestones
                then planned_initiatives.initiative_id is null
            when initiative_columns.missing = 'status_reports.rag' and recorded.has_reports
                then not coalesce(reported_initiatives.has_rag, false)
            when initiative_columns.missing = 'status_reports.percent_complete' and recorded.has_reports
                then not coalesce(reported_initiatives.has_percent, false)
            when initiative_columns.missing = 'budgets.version' and recorded.has_budgets
                then not coalesce(budgeted_initiatives.has_forecast, false)
        end as is_missing
    from initiatives
    left join budgeted_initiatives
        on initiatives.initiative_id = budgeted_initiatives.initiative_id
    left join planned_initiatives
        on initiatives.initiative_id = planned_initiatives.initiative_id
    left join reported_initiatives
        on initiatives.initiative_id = reported_initiatives.initiative_id
    cross join recorded
    cross join initiative_columns
),

kpi_columns as (
    select analysis, missing, unlocks, is_whole
    from (
        values
            ('line of sight', 'kpis.goal_id', 'the goal that a KPI measures', false),
            ('stale data', 'kpis.cadence_days', 'values that are late', false),
            ('metric contracts', 'kpis.unit', 'whether a word means one measure', false),
            ('pace', 'kpis.start_date or kpis.target_date', 'whether a KPI is on its way in time', false),
            ('forecast', 'kpi_values.value', 'a forecast, which needs 6 values', false),
            ('process behaviour', 'kpi_values.value', 'firm process limits, from 12 values on', false),
            ('KPI attainment', 'kpi_values.denominator', 'ratios that are divided again when added up', false),
            ('metric contracts', 'kpis.concept', 'whether units measure the same thing in the same way', true),
            ('track record', 'kpis.owner', 'whose forecasts come true', true)
    ) as gap_columns (analysis, missing, unlocks, is_whole)
),

value_counts as (
    select kpi_id, count(*) as value_count, count(denominator) as denominator_count
    from kpi_values
    group by kpi_id
),

kpi_items as (
    select
        kpi_columns.analysis,
        kpi_columns.missing,
        kpi_columns.unlocks,
        kpi_columns.is_whole,
        kpis.kpi_id as item_id,
        kpi_links.goal_id,
        cast(null as text) as initiative_id,
        case
            when kpi_columns.missing = 'kpis.goal_id' then kpi_links.goal_id is null
            when kpi_columns.missing = 'kpis.cadence_days' then kpis.cadence_days is null
            when kpi_columns.missing = 'kpis.unit' then nullif(kpis.unit, '') is null
            when kpi_columns.missing = 'kpis.concept' then nullif(kpis.concept, '') is null
            when kpi_columns.missing = 'kpis.owner' then nullif(kpis.owner, '') is null
            when kpi_columns.missing = 'kpis.start_date or kpis.target_date' and kpis.baseline is not null
                then kpis.start_date is null or kpis.target_date is null
            when kpi_columns.analysis = 'forecast' then coalesce(value_counts.value_count, 0) < 6
            when kpi_columns.analysis = 'process behaviour' then coalesce(value_counts.value_count, 0) < 12
            when kpi_columns.missing = 'kpi_values.denominator' and kpis.aggregation = 'ratio'
                then coalesce(value_counts.denominator_count, 0) = 0
        end as is_missing
    from kpis
    left join kpi_links
        on kpis.kpi_id = kpi_links.kpi_id
    left join value_counts
        on kpis.kpi_id = value_counts.kpi_id
    cross join kpi_columns
),

-- each KPI that is grey lacks one thing
attainment_columns as (
    select missing
    from (values ('kpis.target'), ('kpis.baseline'), ('kpi_values.value')) as named_columns (missing)
),

attainment_items as (
    select
        'KPI attainment' as analysis,
        attainment_columns.missing,
        'status of the KPIs that are grey' as unlocks,
        false as is_whole,
        attained_kpis.kpi_id || ' ' || attained_kpis.business_unit as item_id,
        kpi_links.goal_id,
        cast(null as text) as initiative_id,
        attained_kpis.status = 'grey' and attained_kpis.status_reason <> 'not started'
        and attainment_columns.missing = case
            when attained_kpis.status_reason in ('no target', 'no range') then 'kpis.target'
            when attained_kpis.status_reason like '%value%' then 'kpi_values.value'
            else 'kpis.baseline'
        end as is_missing
    from attained_kpis
    left join kpi_links
        on attained_kpis.kpi_id = kpi_links.kpi_id
    cross join attainment_columns
),

context_items as (
    select
        'capability map' as analysis,
        'capabilities.maturity or capabilities.required_maturity' as missing,
        'capability gaps per goal' as unlocks,
        false as is_whole,
        capability_id as item_id,
        goal_id,
        cast(null as text) as initiative_id,
        maturity is null or required_maturity is null as is_missing
    from capabilities
    union all
    select
        'environment', 'assumptions.kpi_id', 'whether an assumption still holds', false, assumption_id, goal_id,
        case when goal_id is null then initiative_id end,
        nullif(kpi_id, '') is null
    from assumptions
    union all
    select
        'environment', 'assumptions.valid_low or assumptions.valid_high', 'whether an assumption still holds', false,
        assumption_id, goal_id,
        case when goal_id is null then initiative_id end,
        case when nullif(kpi_id, '') is not null then valid_low is null and valid_high is null end
    from assumptions
    union all
    select
        'environment', 'environment_signals.goal_id or environment_signals.assumption_id', 'what a signal bears on',
        false, signal_id, goal_id, cast(null as text), nullif(goal_id, '') is null and nullif(assumption_id, '') is null
    from environment_signals
    union all
    select
        'environment', 'environment_signals.severity or environment_signals.likelihood', 'how grave a signal is',
        false, signal_id, goal_id, cast(null as text), severity is null or likelihood is null
    from environment_signals
    union all
    select
        'risks', 'risks.probability or risks.impact_amount', 'expected loss', false, risk_id, cast(null as text),
        initiative_id, probability is null or impact_amount is null
    from risks
    union all
    select
        'risks', 'risks.opened_date', 'age of blockers', false, risk_id, cast(null as text), initiative_id,
        opened_date is null
    from risks
    union all
    select
        'schedule', 'milestones.valid_from', 'whether forecasts move away as time goes by', true, milestone_id,
        cast(null as text), initiative_id, valid_from is null
    from milestones
    union all
    select
        'dependencies', 'milestones.depends_on', 'work that waits for a late milestone', true, milestone_id,
        cast(null as text), initiative_id, nullif(depends_on, '') is null
    from milestones
    union all
    select
        'capacity against demand', 'demand.is_committed', 'demand that is promised, not only wished for', true,
        concat_ws(' ', team, skill, cast(period_start_date as text), cast(period_end_date as text), initiative_id),
        cast(null as text), initiative_id, is_committed is null
    from demand
    union all
    select
        'age of links', 'goal_links.asserted_date', 'links that nobody has confirmed for long', true,
        child_type || ' ' || child_id || ' ' || goal_id, goal_id, cast(null as text), asserted_date is null
    from goal_links
),

items as (
    select analysis, missing, unlocks, is_whole, item_id, goal_id, initiative_id, is_missing
    from goal_items
    union all
    select analysis, missing, unlocks, is_whole, item_id, goal_id, initiative_id, is_missing
    from initiative_items
    union all
    select analysis, missing, unlocks, is_whole, item_id, goal_id, initiative_id, is_missing
    from kpi_items
    union all
    select analysis, missing, unlocks, is_whole, item_id, goal_id, initiative_id, is_missing
    from attainment_items
    union all
    select analysis, missing, unlocks, is_whole, item_id, goal_id, initiative_id, is_missing
    from context_items
),

-- whose money it is, in one column: ordered by columns that are NULL in some of the branches, DataFusion 55.2 makes
-- a plan on one thread that it then refuses itself
held_items as (
    select
        analysis,
        missing,
        unlocks,
        is_whole,
        item_id,
        goal_id,
        initiative_id,
        is_missing,
        coalesce('goal ' || goal_id, 'initiative ' || initiative_id, '') as holder_id
    from items
    where is_missing is not null
),

-- the first item that lacks it stands for the money of its goal or initiative
ranked_items as (
    select
        analysis,
        missing,
        unlocks,
        is_whole,
        item_id,
        goal_id,
        initiative_id,
        is_missing,
        row_number() over (partition by analysis, missing, is_missing, holder_id order by item_id) = 1 as is_first
    from held_items
),

concerned_items as (
    select
        analysis,
        missing,
        unlocks,
        is_whole,
        item_id,
        is_missing,
        case when is_missing and is_first then goal_id end as goal_id,
        case when is_missing and is_first then initiative_id end as initiative_id
    from ranked_items
),

item_counts as (
    select
        concerned_items.analysis,
        concerned_items.missing,
        concerned_items.unlocks,
        count(distinct case when concerned_items.is_missing then concerned_items.item_id end) as missing_count,
        count(distinct concerned_items.item_id) as total_count,
        coalesce(sum(spend_by_goal.spend_amount), 0)
        + coalesce(sum(spend_by_initiative.spend_amount), 0) as spend_amount
    from concerned_items
    left join spend_by_goal
        on concerned_items.goal_id = spend_by_goal.goal_id
    left join spend_by_initiative
        on concerned_items.initiative_id = spend_by_initiative.initiative_id
    group by concerned_items.analysis, concerned_items.missing, concerned_items.unlocks
    having
        bool_or(concerned_items.is_missing)
        and (bool_and(concerned_items.is_missing) or not bool_or(concerned_items.is_whole))
),

-- columns of the ledger and the budgets that no row has
money_rows as (
    select
        'spend' as table_name,
        count(*) as row_count,
        count(account) as account_count,
        count(vendor) as vendor_count,
        count(quantity) as quantity_count,
        count(recorded_date) as recorded_count
    from spend
    union all
    select
        'budgets' as table_name,
        count(*) as row_count,
        count(account) as account_count,
        cast(null as bigint) as vendor_count,
        count(quantity) as quantity_count,
        cast(null as bigint) as recorded_count
    from budgets
),

money_columns as (
    select table_name, analysis, missing, unlocks
    from (
        values
            ('spend', 'account to actual', 'spend.account', 'variance of each account'),
            ('spend', 'concentration', 'spend.vendor', 'how much depends on few vendors'),
            ('spend', 'price and volume', 'spend.quantity', 'dearer or only more'),
            ('spend', 'as known', 'spend.recorded_date', 'what was known on a day before the first load'),
            ('budgets', 'account to actual', 'budgets.account', 'variance of each account'),
            ('budgets', 'price and volume', 'budgets.quantity', 'dearer or only more')
    ) as gap_columns (table_name, analysis, missing, unlocks)
),

money_counts as (
    select
        money_columns.analysis,
        money_columns.missing,
        money_columns.unlocks,
        money_rows.row_count
    from money_columns
    inner join money_rows
        on money_columns.table_name = money_rows.table_name
    where
        money_rows.row_count > 0
        and case split_part(money_columns.missing, '.', 2)
            when 'account' then money_rows.account_count
            when 'vendor' then money_rows.vendor_count
            when 'quantity' then money_rows.quantity_count
            else money_rows.recorded_count
        end = 0
),

-- tables that no source feeds, or that are empty as of the day
table_sizes as (
    select
        'milestones' as missing,
        'schedule' as analysis,
        'slip and hit rate of milestones' as unlocks,
        count(*) as size
    from milestones
    union all
    select 'status_reports', 'reported status', 'reported status beside derived status', count(*)
    from status_reports
    union all
    select 'initiatives', 'every question about work', 'work under each goal', count(*)
    from initiatives
    union all
    select 'kpis', 'KPI attainment', 'attainment and pace of every KPI', count(*)
    from kpis
    union all
    select 'kpi_values', 'KPI attainment', 'attainment and pace of every KPI', count(*)
    from kpi_values
    union all
    select 'kpi_targets', 'target curve', 'targets of each period', count(*)
    from kpi_targets
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
    union all
    select 'decisions', 'answers', 'what was decided since a signal, and new process limits', count(*)
    from decisions
    union all
    select 'business_units', 'reallocation', 'years that compare when units change', count(*)
    from business_units
),

-- what concerns all spend has none of its own
gaps as (
    select analysis, missing, unlocks, missing_count, total_count, spend_amount
    from item_counts
    union all
    select
        money_counts.analysis,
        money_counts.missing,
        money_counts.unlocks,
        money_counts.row_count as missing_count,
        money_counts.row_count as total_count,
        cast(null as decimal(38, 2)) as spend_amount
    from money_counts
    union all
    select
        table_sizes.analysis,
        table_sizes.missing,
        table_sizes.unlocks,
        0 as missing_count,
        0 as total_count,
        cast(null as decimal(38, 2)) as spend_amount
    from table_sizes
    where table_sizes.size = 0
)

select
    gaps.analysis,
    gaps.missing,
    gaps.unlocks,
    cast(gaps.missing_count as bigint) as missing_count,
    cast(gaps.total_count as bigint) as total_count,
    rules.reporting_currency as currency,
    cast(coalesce(gaps.spend_amount, whole.total_amount) as decimal(38, 2)) as spend_amount,
    cast(whole.total_amount as decimal(38, 2)) as total_amount
from gaps
cross join whole
cross join rules
order by analysis, missing
