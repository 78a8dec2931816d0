-- question: Which problems have become fact, since when, and when did a report first say so?
-- grain:    subject_type, subject_id, problem
-- columns:
--   subject_type   text    'kpi', 'initiative', 'goal' or 'business_unit'
--   subject_id     text    the KPI, initiative, goal or unit
--   problem        text    'target missed' (KPI), 'budget overspent' (initiative or unit), 'approved amount
--                          exceeded', 'milestone missed', 'promise broken' (initiatives) or 'capacity exceeded'
--                          (goals); the same words as foretells in scorecard.finding_rules
--   happened_date  date    day on which it became fact
--   reported_date  date    of an initiative, first status report on or after that day that is not green; of a KPI,
--                          the day on which the value was recorded; NULL when nobody has reported it, and where
--                          nothing is reported
--   report_days    bigint  days from happened_date to reported_date; NULL without the latter
--   evidence       text    what happened, in words and figures
-- checks:
--   count(*) filter (where happened_date > (select as_of from base.run)) = 0
--   count(*) filter (where report_days < 0) = 0
--   count(*) filter (where problem not in ('target missed', 'budget overspent', 'approved amount exceeded',
--     'milestone missed', 'promise broken', 'capacity exceeded')) = 0
--   (select count(*) from scorecard.finding_rules where foretells not in ('target missed', 'budget overspent',
--     'approved amount exceeded', 'milestone missed', 'promise broken', 'capacity exceeded')) = 0
-- receipt:  kpi_values where $subject_type = 'kpi' and kpi_id = $subject_id;
--             milestones where $subject_type = 'initiative' and initiative_id = $subject_id;
--             status_reports where $subject_type = 'initiative' and initiative_id = $subject_id
-- leaves out: what happens after the as-of date; problems that came and went before the newest one of their kind;
--             targets of past periods that a later target has replaced; single values of a sum or ratio
-- method:   The judge is the ledger, the milestone or the value as it is known today, for here nobody is accused:
--             rules are measured against what really happened. 'budget overspent': end of the first quarter that closed
--             with spend to date materially over budget. 'approved amount exceeded': last day of the month in which
--             spend to date first exceeded the approved amount by more than approval_tolerance_ratio. 'milestone
--             missed': first date approved for a milestone that was not reached by then, the earliest of an initiative.
--             'promise broken': the first of the first two, or of a milestone schedule_red_days past its first date.
--             'capacity exceeded': first day of the first period in which the people are missing. 'target missed':
--             where the target is to be held, the first value of the newest run of values that miss it, and for an
--             average the first running average; where it is due on a day, that day. A KPI of several units counts from
--             the first of them.
with status_reports_made as (
    select initiative_id, reported_date
    from base.reported_status
    where reported_rag in ('amber', 'red')
),

rules as (
    select
        reporting_currency,
        schedule_red_days,
        approval_tolerance_ratio
    from base.rules
),

initiative_approvals as (
    select
        initiative_id,
        approved_amount
    from initiatives
    cross join rules
    where
        approved_amount > 0
        and coalesce(nullif(currency, ''), rules.reporting_currency) = rules.reporting_currency
),

overspent_quarters as (
    select
        initiative_id,
        fiscal_quarter,
        end_date,
        variance_to_date_amount
    from variance.budget_to_actual
    where
        is_material
        and is_complete
        and variance_to_date_amount < 0
        and initiative_id <> '(none)'
    qualify row_number() over (partition by initiative_id order by end_date) = 1
),

overspent_unit_quarters as (
    select
        business_unit,
        fiscal_quarter,
        end_date,
        variance_to_date_amount
    from variance.unit_budget_to_actual
    where
        is_material
        and is_complete
        and variance_to_date_amount < 0
        and business_unit <> '(none)'
    qualify row_number() over (partition by business_unit order by end_date) = 1
),

spend_to_date as (
    select
        spend_months.initiative_id,
        periods.period_end_date,
        sum(spend_months.spend_amount) over (
            partition by spend_months.initiative_id order by spend_months.period_start_date
        ) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
),

missed_milestones as (
    select
        milestone_id,
        milestone_name,
        initiative_id,
        first_baseline_date,
        actual_date
    from variance.milestone_slip
    where
        initiative_id is not null
        and verdict <> 'work ended'
        and first_baseline_date < $as_of
        and coalesce(actual_date > first_baseline_date, true)
),

people_gaps as (
    select goal_id, first_short_date, team, skill, shortfall_fte
    from misallocation.first_infeasible
    where
        first_short_date <= $as_of
        and goal_id not in ('(mandatory)', '(unaligned)')
),

attained_kpis as (
    select
        kpi_id,
        business_unit,
        direction,
        aggregation,
        baseline_value,
        target_value,
        lower_value,
        upper_value,
        target_date,
        actual_value,
        period_end_date,
        verdict
    from variance.kpi_attainment
),

kpi_series as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        ordinal,
        direction,
        aggregation,
        target_value,
        lower_value,
        upper_value,
        known_date,
        case aggregation
            when 'average'
                then avg(value) over (partition by kpi_id, business_unit order by period_end_date)
            else value
        end as held_value
    from base.kpi_series
    where aggregation in ('last', 'average')
),

budget_overspent as (
    select
        'initiative' as subject_type,
        overspent_quarters.initiative_id as subject_id,
        'budget overspent' as problem,
        overspent_quarters.end_date as happened_date,
        concat(
            overspent_quarters.fiscal_quarter, ' closed ',
            cast(cast(-overspent_quarters.variance_to_date_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' over the budget to date.'
        ) as evidence
    from overspent_quarters
    cross join rules
),

unit_overspent as (
    select
        'business_unit' as subject_type,
        overspent_unit_quarters.business_unit as subject_id,
        'budget overspent' as problem,
        overspent_unit_quarters.end_date as happened_date,
        concat(
            overspent_unit_quarters.fiscal_quarter, ' closed ',
            cast(cast(-overspent_unit_quarters.variance_to_date_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' over the budget to date.'
        ) as evidence
    from overspent_unit_quarters
    cross join rules
),

first_excesses as (
    select
        spend_to_date.initiative_id,
        initiative_approvals.approved_amount,
        spend_to_date.spend_amount,
        spend_to_date.period_end_date
    from spend_to_date
    inner join initiative_approvals
        on spend_to_date.initiative_id = initiative_approvals.initiative_id
    cross join rules
    where
        cast(spend_to_date.spend_amount as double)
        > cast(initiative_approvals.approved_amount as double) * (1 + rules.approval_tolerance_ratio)
    qualify row_number() over (partition by spend_to_date.initiative_id order by spend_to_date.period_end_date) = 1
),

approval_exceeded as (
    select
        'initiative' as subject_type,
        first_excesses.initiative_id as subject_id,
        'approved amount exceeded' as problem,
        least(first_excesses.period_end_date, $as_of) as happened_date,
        concat(
            cast(cast(first_excesses.spend_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' were spent of ', cast(cast(first_excesses.approved_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' approved.'
        ) as evidence
    from first_excesses
    cross join rules
),

milestone_missed as (
    select
        'initiative' as subject_type,
        initiative_id as subject_id,
        'milestone missed' as problem,
        first_baseline_date as happened_date,
        concat(
            milestone_id, coalesce(' ' || milestone_name, ''), ' was first approved for ', first_baseline_date,
            case when actual_date is null then ' and is open' else concat(' and reached on ', actual_date) end,
            '; ', count(*) over (partition by initiative_id), ' missed in all.'
        ) as evidence
    from missed_milestones
    qualify row_number() over (partition by initiative_id order by first_baseline_date, milestone_id) = 1
),

very_late_milestones as (
    select
        missed_milestones.initiative_id as subject_id,
        cast(
            cast(missed_milestones.first_baseline_date as integer) + cast(rules.schedule_red_days as integer) as date
        ) as happened_date,
        concat(
            missed_milestones.milestone_id, coalesce(' ' || missed_milestones.milestone_name, ''),
            ' was not reached ', cast(rules.schedule_red_days as bigint), ' days after ',
            missed_milestones.first_baseline_date, ', the date first approved.'
        ) as evidence
    from missed_milestones
    cross join rules
    where
        coalesce(missed_milestones.actual_date, $as_of) - missed_milestones.first_baseline_date
        > rules.schedule_red_days
),

breaches as (
    select subject_id, happened_date, evidence
    from budget_overspent
    union all
    select subject_id, happened_date, evidence
    from approval_exceeded
    union all
    select subject_id, happened_date, evidence
    from very_late_milestones
),

promise_broken as (
    select
        'initiative' as subject_type,
        subject_id,
        'promise broken' as problem,
        happened_date,
        evidence
    from breaches
    qualify row_number() over (partition by subject_id order by happened_date, evidence) = 1
),

capacity_exceeded as (
    select
        'goal' as subject_type,
        goal_id as subject_id,
        'capacity exceeded' as problem,
        first_short_date as happened_date,
        concat(
            'Team ', team, ' was short of ', cast(cast(shortfall_fte as decimal(18, 1)) as text),
            ' full-time equivalents of ', skill, '.'
        ) as evidence
    from people_gaps
),

-- a target without a day, a ceiling without a baseline and a range are to be held, every other one is due on its day
held_values as (
    select
        kpi_series.kpi_id,
        kpi_series.business_unit,
        kpi_series.period_end_date,
        kpi_series.ordinal,
        kpi_series.known_date,
        kpi_series.held_value,
        coalesce(
            case kpi_series.direction
                when 'up' then round(kpi_series.held_value - kpi_series.target_value, 9) < 0
                when 'down' then round(kpi_series.held_value - kpi_series.target_value, 9) > 0
                else round(kpi_series.held_value - kpi_series.lower_value, 9) < 0
                or round(kpi_series.held_value - kpi_series.upper_value, 9) > 0
            end,
            false
        ) as is_miss,
        case kpi_series.direction
            when 'range' then concat_ws(' to ', kpi_series.lower_value, kpi_series.upper_value)
            else cast(kpi_series.target_value as text)
        end as bound
    from kpi_series
    inner join attained_kpis
        on kpi_series.kpi_id = attained_kpis.kpi_id
        and kpi_series.business_unit = attained_kpis.business_unit
    where
        attained_kpis.target_date is null
        or attained_kpis.direction = 'range'
        or (attained_kpis.direction = 'down' and attained_kpis.baseline_value is null)
),

run_starts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        known_date,
        held_value,
        bound,
        is_miss and not coalesce(lag(is_miss) over in_order, false) as is_start
    from held_values
    window in_order as (partition by kpi_id, business_unit order by period_end_date)
),

held_misses as (
    select
        kpi_id,
        period_end_date as happened_date,
        known_date,
        concat(
            'It was ', cast(round(held_value, 4) as text), ' on ', period_end_date, ', with ', bound, ' to be held.'
        ) as evidence
    from run_starts
    where is_start
    qualify row_number() over (partition by kpi_id, business_unit order by period_end_date desc) = 1
),

dated_misses as (
    select
        attained_kpis.kpi_id,
        attained_kpis.target_date as happened_date,
        kpi_series.known_date,
        concat(
            'It was ', cast(round(attained_kpis.actual_value, 4) as text), ' on ', attained_kpis.period_end_date,
            ', with ', attained_kpis.target_value, ' due on ', attained_kpis.target_date, '.'
        ) as evidence
    from attained_kpis
    left join kpi_series
        on attained_kpis.kpi_id = kpi_series.kpi_id
        and attained_kpis.business_unit = kpi_series.business_unit
        and attained_kpis.period_end_date = kpi_series.period_end_date
    where
        attained_kpis.verdict = 'not met'
        and attained_kpis.target_date <= $as_of
        and attained_kpis.direction <> 'range'
        and not (attained_kpis.direction = 'down' and attained_kpis.baseline_value is null)
),

misses as (
    select kpi_id, happened_date, known_date, evidence
    from held_misses
    union all
    select kpi_id, happened_date, known_date, evidence
    from dated_misses
),

target_missed as (
    select
        kpi_id as subject_id,
        happened_date,
        greatest(known_date, happened_date) as reported_date,
        evidence
    from misses
    qualify row_number() over (partition by kpi_id order by happened_date, evidence) = 1
),

problems as (
    select subject_type, subject_id, problem, happened_date, evidence
    from budget_overspent
    union all
    select subject_type, subject_id, problem, happened_date, evidence
    from unit_overspent
    union all
    select subject_type, subject_id, problem, happened_date, evidence
    from approval_exceeded
    union all
    select subject_type, subject_id, problem, happened_date, evidence
    from milestone_missed
    union all
    select subject_type, subject_id, problem, happened_date, evidence
    from promise_broken
    union all
    select subject_type, subject_id, problem, happened_date, evidence
    from capacity_exceeded
),

first_reports as (
    select
        problems.subject_id,
        problems.problem,
        min(status_reports_made.reported_date) as reported_date
    from problems
    inner join status_reports_made
        on problems.subject_id = status_reports_made.initiative_id
        and problems.happened_date <= status_reports_made.reported_date
    where problems.subject_type = 'initiative'
    group by problems.subject_id, problems.problem
),

reported_problems as (
    select
        problems.subject_type,
        problems.subject_id,
        problems.problem,
        problems.happened_date,
        first_reports.reported_date,
        problems.evidence
    from problems
    left join first_reports
        on problems.subject_type = 'initiative'
        and problems.subject_id = first_reports.subject_id
        and problems.problem = first_reports.problem
    union all
    select
        'kpi' as subject_type,
        subject_id,
        'target missed' as problem,
        happened_date,
        case when reported_date <= $as_of then reported_date end as reported_date,
        evidence
    from target_missed
)

select
    subject_type,
    subject_id,
    problem,
    happened_date,
    reported_date,
    cast(reported_date - happened_date as bigint) as report_days,
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(evidence, '(\d)(\d{3}) ([A-Z]{3}\b)', '\1,\2 \3', 'g'),
                '(\d)(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3 \4', 'g'
            ),
            '(\d)(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4 \5', 'g'
        ),
        '(\d)(\d{3}),(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4,\5 \6', 'g'
    ) as evidence
from reported_problems
order by subject_type, subject_id, problem
