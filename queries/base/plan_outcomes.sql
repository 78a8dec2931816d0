-- question: What did each plan first say, and how did it turn out so far?
-- grain:    measure, subject_id
-- columns:
--   measure         text           'budget' (of an initiative), 'schedule' (of a milestone) or 'attainment' (of a KPI)
--   subject_id      text           initiative_id, milestone_id or kpi_id
--   owner           text           who answers for the initiative or the KPI; NULL when not given
--   business_unit   text           unit that it belongs to; NULL when not given
--   stage           text           stage of the initiative; NULL when not given, and for KPIs
--   run_or_change   text           'run' or 'change'; NULL when not given, and for KPIs
--   is_mandatory    boolean        true when the initiative is required by law or regulation; NULL for KPIs
--   budget_version  text           the budget first made for the initiative; '(none)' when it names no version; NULL
--                                  for the other measures
--   currency        text           reporting currency
--   planned_amount  decimal(38,2)  the part of that budget that is due on the as-of date; NULL for the other measures
--   actual_amount   decimal(38,2)  spend since the first period that it covers; positive = money spent
--   planned_date    date           milestones: the date first approved
--   outcome_date    date           milestones: the date reached; for an open one the date expected now
--   outcome_value   decimal(18,6)  how far the outcome departs from the plan; positive = favourable. Budget: planned
--                                  less actual over planned. Schedule: days early. Attainment: pace against the first
--                                  target, without a pace attainment, less 1. Ratios end at -1 and at 1, so that
--                                  one plan close to nothing cannot speak for all
-- checks:
--   count(*) filter (where (measure = 'budget') <> (planned_amount is not null)) = 0
--   count(*) filter (where (measure = 'schedule') <> (planned_date is not null)) = 0
--   count(*) filter (where measure = 'budget' and planned_amount <= 0) = 0
-- receipt:  budgets where $measure = 'budget' and initiative_id = $subject_id and version = $budget_version;
--             history.milestones where $measure = 'schedule' and milestone_id = $subject_id;
--             history.kpis where $measure = 'attainment' and kpi_id = $subject_id
--   planned_amount  budgets.due_part_amount where $measure = 'budget' and initiative_id = $subject_id
--                   and version = $budget_version
-- leaves out: initiatives without a budget that is due; milestones not due and not reached, and those whose work has
--             ended; KPIs without a ratio, and those held inside a range, which cannot do better than planned
-- method:   METHODS 9, 18 and 19. The first plan counts, because a later one has learned from what happened. The
--             budget first made is the version approved earliest; where no version is dated, the one that the rules
--             prefer least, because new versions are preferred to the ones they replace.
with initiative_traits as (
    select
        initiative_id,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        stage,
        run_or_change,
        coalesce(is_mandatory, false) as is_mandatory
    from initiatives
),

kpi_traits as (
    select
        kpi_id,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit
    from kpis
),

budget_months as (
    select initiative_id, version, period_start_date, budget_amount, due_amount
    from base.budget_by_month
    where initiative_id <> '(none)'
),

approvals as (
    select
        initiative_id,
        coalesce(version, '(none)') as version,
        min(approved_date) as approved_date
    from budgets
    group by initiative_id, coalesce(version, '(none)')
),

preferred_versions as (
    select version, preference
    from base.budget_versions
),

spend_months as (
    select initiative_id, period_start_date, spend_amount
    from base.spend_by_month
),

milestones_by_outcome as (
    select milestone_id, initiative_id, first_baseline_date, expected_date, slip_days
    from variance.milestone_slip
    where
        first_baseline_date is not null
        and verdict <> 'work ended'
        and (actual_date is not null or first_baseline_date <= $as_of)
),

kpi_outcomes as (
    select
        kpi_id,
        coalesce(first_pace_ratio, first_attainment_ratio) as first_ratio
    from variance.goalpost_drift
    where direction <> 'range' and first_status <> 'grey'
),

rules as (
    select reporting_currency
    from base.rules
),

budget_totals as (
    select
        initiative_id,
        version,
        sum(due_amount) as due_amount,
        min(period_start_date) filter (where budget_amount <> 0) as first_period_date
    from budget_months
    group by initiative_id, version
),

first_budgets as (
    select
        budget_totals.initiative_id,
        budget_totals.version,
        budget_totals.due_amount,
        budget_totals.first_period_date
    from budget_totals
    left join preferred_versions
        on budget_totals.version = preferred_versions.version
    left join approvals
        on budget_totals.initiative_id = approvals.initiative_id
        and budget_totals.version = approvals.version
    where
        preferred_versions.preference is not null
        or budget_totals.version = '(none)'
    qualify row_number() over (
        partition by budget_totals.initiative_id
        order by
            budget_totals.version = '(none)',
            approvals.approved_date nulls last,
            preferred_versions.preference desc
    ) = 1
),

budget_outcomes as (
    select
        first_budgets.initiative_id,
        first_budgets.version,
        first_budgets.due_amount as planned_amount,
        coalesce(sum(spend_months.spend_amount), 0) as actual_amount
    from first_budgets
    left join spend_months
        on first_budgets.initiative_id = spend_months.initiative_id
        and spend_months.period_start_date >= first_budgets.first_period_date
    where first_budgets.due_amount > 0
    group by first_budgets.initiative_id, first_budgets.version, first_budgets.due_amount
),

outcomes as (
    select
        'budget' as measure,
        budget_outcomes.initiative_id as subject_id,
        initiative_traits.owner,
        initiative_traits.business_unit,
        initiative_traits.stage,
        initiative_traits.run_or_change,
        initiative_traits.is_mandatory,
        budget_outcomes.version as budget_version,
        cast(budget_outcomes.planned_amount as decimal(38, 2)) as planned_amount,
        cast(budget_outcomes.actual_amount as decimal(38, 2)) as actual_amount,
        cast(null as date) as planned_date,
        cast(null as date) as outcome_date,
        1 - cast(budget_outcomes.actual_amount as double)
        / nullif(cast(budget_outcomes.planned_amount as double), 0) as outcome_value
    from budget_outcomes
    inner join initiative_traits
        on budget_outcomes.initiative_id = initiative_traits.initiative_id
    union all
    select
        'schedule' as measure,
        milestones_by_outcome.milestone_id as subject_id,
        initiative_traits.owner,
        initiative_traits.business_unit,
        initiative_traits.stage,
        initiative_traits.run_or_change,
        initiative_traits.is_mandatory,
        cast(null as text) as budget_version,
        cast(null as decimal(38, 2)) as planned_amount,
        cast(null as decimal(38, 2)) as actual_amount,
        milestones_by_outcome.first_baseline_date as planned_date,
        milestones_by_outcome.expected_date as outcome_date,
        cast(-milestones_by_outcome.slip_days as double) as outcome_value
    from milestones_by_outcome
    left join initiative_traits
        on milestones_by_outcome.initiative_id = initiative_traits.initiative_id
    union all
    select
        'attainment' as measure,
        kpi_outcomes.kpi_id as subject_id,
        kpi_traits.owner,
        kpi_traits.business_unit,
        cast(null as text) as stage,
        cast(null as text) as run_or_change,
        cast(null as boolean) as is_mandatory,
        cast(null as text) as budget_version,
        cast(null as decimal(38, 2)) as planned_amount,
        cast(null as decimal(38, 2)) as actual_amount,
        cast(null as date) as planned_date,
        cast(null as date) as outcome_date,
        kpi_outcomes.first_ratio - 1 as outcome_value
    from kpi_outcomes
    inner join kpi_traits
        on kpi_outcomes.kpi_id = kpi_traits.kpi_id
    where kpi_outcomes.first_ratio is not null
)

select
    outcomes.measure,
    outcomes.subject_id,
    outcomes.owner,
    outcomes.business_unit,
    outcomes.stage,
    outcomes.run_or_change,
    outcomes.is_mandatory,
    outcomes.budget_version,
    rules.reporting_currency as currency,
    outcomes.planned_amount,
    outcomes.actual_amount,
    outcomes.planned_date,
    outcomes.outcome_date,
    cast(
        case
            when outcomes.measure = 'schedule' then outcomes.outcome_value
            else greatest(least(outcomes.outcome_value, 1.0), -1.0)
        end
        as decimal(18, 6)
    ) as outcome_value
from outcomes
cross join rules
order by measure, subject_id
