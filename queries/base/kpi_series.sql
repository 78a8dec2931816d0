-- question: Which values has each KPI had in order of time, and what was it held to in each period?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id             text     KPI
--   business_unit      text     unit the value was reported for; '(all)' when it names none
--   period_end_date    date     last day of the period
--   kpi_name           text     name of the KPI
--   goal_id            text     goal the KPI names; NULL when not given
--   owner              text     who answers for it; NULL when not given
--   concept            text     what is measured, shared between units; NULL when not given
--   unit               text     unit of the values
--   direction          text     'up' (more is better), 'down' (less is better) or 'range' (inside is better)
--   aggregation        text     how values add up: 'last', 'sum', 'average' or 'ratio'
--   value              double   the value, in unit
--   ordinal            bigint   place of the value in the series of its KPI and unit; 1 = oldest
--   previous_value     double   the value before it; NULL for the first
--   step_days          bigint   days since the value before it; NULL for the first
--   cadence_days       bigint   days between values: as declared, else the median step; NULL for a single value of a
--                               KPI that declares none
--   is_after_gap       boolean  true when the step is longer than 1.5 cadences, so that values in between are missing
--   segment_number     bigint   1, and one more from each re-basing or change of definition on that has values on
--                               both sides
--   segment_start_date date     day from which the segment holds; NULL for the first
--   segment_reason     text     what began the segment: 're-based' or 'definition changed'; NULL for the first
--   target_value       double   value to reach that was in force in the period; NULL when there was none
--   lower_value        double   lower bound of a range that was in force; NULL = open
--   upper_value        double   upper bound of a range that was in force; NULL = open
--   known_date         date     day on which the value was recorded, else the last day of its period
-- checks:
--   count(*) filter (where (ordinal = 1) <> (step_days is null)) = 0
--   count(*) filter (where step_days <= 0) = 0
--   count(*) filter (where (segment_number = 1) <> (segment_reason is null)) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date;
--             history.kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             decisions where kind = 're-base' and subject_type = 'kpi' and subject_id = $kpi_id
-- leaves out: values of KPIs that are not in kpis; decisions without a day; stretch targets
-- method:   METHODS 3 and 6. A segment begins with the first value of a period that ends on the day of a decision of
--             kind 're-base' about the KPI, or later, and likewise from the day on which a version changes its unit,
--             direction or aggregation; where both fall on one day, the decision is named. The target in force is
--             that of the newest period with a target that had ended and had been set by then, else that of the
--             KPI's version of that day; values older than the first version are held to the first. Where the values
--             come less often than declared, a gap is 1.5 times the median step instead.
with observations as (
    select
        kpi_id,
        coalesce(nullif(business_unit, ''), '(all)') as business_unit,
        period_end_date,
        value,
        coalesce(recorded_date, period_end_date) as known_date
    from kpi_values
),

kpi_definitions as (
    select
        kpi_id,
        name as kpi_name,
        goal_id,
        nullif(owner, '') as owner,
        nullif(concept, '') as concept,
        unit,
        direction,
        coalesce(aggregation, 'last') as aggregation,
        cadence_days
    from kpis
),

believed_versions as (
    select
        kpi_id,
        unit,
        direction,
        coalesce(aggregation, 'last') as aggregation,
        target,
        lower,
        upper,
        -- what a source wrote over without a day changed on the day of the load
        coalesce(
            valid_from,
            case
                when row_number() over (partition by kpi_id order by valid_from nulls first, known_from) > 1
                    then cast(known_from as date)
            end,
            date '1900-01-01'
        ) as valid_from,
        known_from,
        recorded_date,
        file,
        row
    from history.kpis
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
),

kpi_versions as (
    select kpi_id, unit, direction, aggregation, target, lower, upper, valid_from
    from believed_versions
    where valid_from <= $as_of
    qualify row_number() over (
        partition by kpi_id, valid_from
        order by recorded_date desc nulls last, known_from desc, file desc, row desc
    ) = 1
),

-- the first version also holds for all that came before it
version_spans as (
    select
        kpi_id,
        target,
        lower,
        upper,
        valid_from,
        case
            when row_number() over in_order = 1 then date '0001-01-01'
            else valid_from
        end as from_date,
        coalesce(lead(valid_from) over in_order, date '9999-12-31') as to_date,
        row_number() over in_order > 1
        and (
            (unit is distinct from lag(unit) over in_order)
            or (direction is distinct from lag(direction) over in_order)
            or (aggregation is distinct from lag(aggregation) over in_order)
        ) as is_redefined
    from kpi_versions
    window in_order as (partition by kpi_id order by valid_from)
),

rebasing_decisions as (
    select subject_id as kpi_id, decided_date
    from decisions
    where kind = 're-base' and subject_type = 'kpi' and decided_date is not null
),

breaks as (
    select kpi_id, valid_from as break_date, 'definition changed' as segment_reason
    from version_spans
    where is_redefined
    union all
    select kpi_id, decided_date as break_date, 're-based' as segment_reason
    from rebasing_decisions
),

break_spans as (
    select
        kpi_id,
        break_date,
        max(segment_reason) as segment_reason,
        coalesce(
            lead(break_date) over (partition by kpi_id order by break_date),
            date '9999-12-31'
        ) as to_date
    from breaks
    group by kpi_id, break_date
),

-- a target is in force once its period has ended and it has been set, until a later one is
period_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        lower,
        upper,
        set_date,
        greatest(period_end_date, coalesce(set_date, period_end_date)) as from_date
    from kpi_targets
),

ranked_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        lower,
        upper,
        from_date,
        row_number() over (
            partition by kpi_id, from_date
            order by period_end_date desc, set_date desc nulls last
        ) as place,
        max(period_end_date) over (partition by kpi_id order by from_date) as newest_period_end_date
    from period_targets
),

target_spans as (
    select
        kpi_id,
        target,
        lower,
        upper,
        from_date,
        coalesce(lead(from_date) over (partition by kpi_id order by from_date), date '9999-12-31') as to_date
    from ranked_targets
    where place = 1 and period_end_date = newest_period_end_date
),

ordered_observations as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        value,
        known_date,
        row_number() over in_order as ordinal,
        lag(value) over in_order as previous_value,
        period_end_date - lag(period_end_date) over in_order as step_days
    from observations
    window in_order as (partition by kpi_id, business_unit order by period_end_date)
),

median_steps as (
    select
        kpi_id,
        business_unit,
        median(cast(step_days as double)) as median_step_days
    from ordered_observations
    group by kpi_id, business_unit
),

placed_observations as (
    select
        ordered_observations.kpi_id,
        ordered_observations.business_unit,
        ordered_observations.period_end_date,
        kpi_definitions.kpi_name,
        kpi_definitions.goal_id,
        kpi_definitions.owner,
        kpi_definitions.concept,
        kpi_definitions.unit,
        kpi_definitions.direction,
        kpi_definitions.aggregation,
        ordered_observations.value,
        ordered_observations.ordinal,
        ordered_observations.previous_value,
        ordered_observations.step_days,
        coalesce(
            kpi_definitions.cadence_days,
            cast(round(median_steps.median_step_days) as bigint)
        ) as cadence_days,
        median_steps.median_step_days,
        break_spans.break_date,
        break_spans.segment_reason,
        coalesce(target_spans.target, version_spans.target) as target_value,
        coalesce(target_spans.lower, version_spans.lower) as lower_value,
        coalesce(target_spans.upper, version_spans.upper) as upper_value,
        ordered_observations.known_date
    from ordered_observations
    inner join kpi_definitions
        on ordered_observations.kpi_id = kpi_definitions.kpi_id
    inner join median_steps
        on ordered_observations.kpi_id = median_steps.kpi_id
        and ordered_observations.business_unit = median_steps.business_unit
    left join version_spans
        on ordered_observations.kpi_id = version_spans.kpi_id
        and ordered_observations.period_end_date >= version_spans.from_date
        and ordered_observations.period_end_date < version_spans.to_date
    left join target_spans
        on ordered_observations.kpi_id = target_spans.kpi_id
        and ordered_observations.period_end_date >= target_spans.from_date
        and ordered_observations.period_end_date < target_spans.to_date
    left join break_spans
        on ordered_observations.kpi_id = break_spans.kpi_id
        and ordered_observations.period_end_date >= break_spans.break_date
        and ordered_observations.period_end_date < break_spans.to_date
),

-- a break before the first value has nothing to be told apart from
numbered_observations as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        kpi_name,
        goal_id,
        owner,
        concept,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        previous_value,
        step_days,
        cadence_days,
        median_step_days,
        break_date,
        segment_reason,
        dense_rank() over (
            partition by kpi_id, business_unit
            order by coalesce(break_date, date '0001-01-01')
        ) as segment_number,
        target_value,
        lower_value,
        upper_value,
        known_date
    from placed_observations
)

select
    kpi_id,
    business_unit,
    period_end_date,
    kpi_name,
    goal_id,
    owner,
    concept,
    unit,
    direction,
    aggregation,
    value,
    cast(ordinal as bigint) as ordinal,
    previous_value,
    cast(step_days as bigint) as step_days,
    cast(cadence_days as bigint) as cadence_days,
    coalesce(
        cast(step_days as double) > 1.5 * greatest(cast(cadence_days as double), median_step_days),
        false
    ) as is_after_gap,
    cast(segment_number as bigint) as segment_number,
    case when segment_number > 1 then break_date end as segment_start_date,
    case when segment_number > 1 then segment_reason end as segment_reason,
    target_value,
    lower_value,
    upper_value,
    known_date
from numbered_observations
order by kpi_id, business_unit, period_end_date
