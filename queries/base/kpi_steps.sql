-- question: What would each KPI have shown, had only some of what is new been known at the previous release?
-- grain:    kpi_id, business_unit, step
-- columns:
--   kpi_id            text    KPI that shows something else than in the previous release
--   business_unit     text    unit the values were reported for; '(all)' when they name none
--   step              bigint  1 = values that were restated or withdrawn are as they are today; 2 = values of earlier
--                             periods that came late are there as well; 3 = and those of new periods
--   actual_value      double  the actual of these values, in unit; NULL when there is none
--   attainment_ratio  double  its attainment, as in variance.kpi_attainment; NULL when it cannot be said
-- checks:
--   count(*) filter (where step not between 1 and 3) = 0
--   count(*) filter (where actual_value is null and attainment_ratio is not null) = 0
-- receipt:  history.kpis where kpi_id = $kpi_id; history.kpi_values where kpi_id = $kpi_id
--             and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: KPIs that show the same as before, and those that are in one of the releases only
-- method:   METHODS 3, with direction, aggregation, start, baseline, target and bounds as they were published in the
--             previous release: a step differs from the one before it by values only. base.kpi_changes reads the
--             differences.
with attained_now as (
    select kpi_id, business_unit, actual_value, attainment_ratio, target_value, lower_value, upper_value, status
    from variance.kpi_attainment
),

attained_then as (
    select
        kpi_id,
        business_unit,
        direction,
        aggregation,
        baseline_value,
        target_value,
        lower_value,
        upper_value,
        start_date,
        actual_value,
        attainment_ratio,
        status
    from previous.variance.kpi_attainment
),

values_now as (
    select
        kpi_id,
        coalesce(nullif(business_unit, ''), '(all)') as business_unit,
        period_end_date,
        value,
        numerator,
        denominator
    from kpi_values
),

values_then as (
    select
        kpi_id,
        coalesce(nullif(business_unit, ''), '(all)') as business_unit,
        period_end_date
    from previous.kpi_values
),

releases as (
    select previous_as_of
    from base.run
    where previous_as_of is not null
),

changed_kpis as (
    select
        attained_then.kpi_id,
        attained_then.business_unit,
        attained_then.direction,
        attained_then.aggregation,
        attained_then.baseline_value,
        attained_then.start_date,
        attained_then.target_value as target_before_value,
        attained_then.lower_value as lower_before_value,
        attained_then.upper_value as upper_before_value,
        releases.previous_as_of
    from attained_then
    inner join attained_now
        on attained_then.kpi_id = attained_now.kpi_id
        and attained_then.business_unit = attained_now.business_unit
    cross join releases
    where
        (round(attained_then.actual_value, 9) is distinct from round(attained_now.actual_value, 9))
        or (round(attained_then.attainment_ratio, 9) is distinct from round(attained_now.attainment_ratio, 9))
        or (attained_then.target_value is distinct from attained_now.target_value)
        or (attained_then.lower_value is distinct from attained_now.lower_value)
        or (attained_then.upper_value is distinct from attained_now.upper_value)
        or (attained_then.status is distinct from attained_now.status)
),

-- every value of today, and whether its period had one in the previous release
compared_values as (
    select
        values_now.kpi_id,
        values_now.business_unit,
        values_now.period_end_date,
        values_now.value,
        case when values_now.denominator is not null then values_now.numerator end as numerator,
        case when values_now.numerator is not null then values_now.denominator end as denominator,
        values_then.kpi_id is not null as was_there
    from values_now
    left join values_then
        on values_now.kpi_id = values_then.kpi_id
        and values_now.business_unit = values_then.business_unit
        and values_now.period_end_date = values_then.period_end_date
),

steps as (
    select 1 as step
    union all
    select 2 as step
    union all
    select 3 as step
),

step_values as (
    select
        changed_kpis.kpi_id,
        changed_kpis.business_unit,
        steps.step,
        compared_values.period_end_date,
        compared_values.value,
        changed_kpis.start_date is null
        or compared_values.period_end_date >= changed_kpis.start_date as is_since_start,
        compared_values.numerator,
        compared_values.denominator
    from changed_kpis
    inner join compared_values
        on changed_kpis.kpi_id = compared_values.kpi_id
        and changed_kpis.business_unit = compared_values.business_unit
    inner join steps
        on compared_values.was_there
        or (steps.step >= 2 and compared_values.period_end_date <= changed_kpis.previous_as_of)
        or steps.step = 3
),

step_totals as (
    select
        kpi_id,
        business_unit,
        step,
        last_value(value order by period_end_date) as last_value,
        sum(value) filter (where is_since_start) as value_sum,
        count(value) filter (where is_since_start) as value_count,
        sum(numerator) filter (where is_since_start) as numerator_sum,
        sum(denominator) filter (where is_since_start) as denominator_sum
    from step_values
    group by kpi_id, business_unit, step
),

step_actuals as (
    select
        changed_kpis.kpi_id,
        changed_kpis.business_unit,
        step_totals.step,
        changed_kpis.direction,
        changed_kpis.baseline_value,
        changed_kpis.target_before_value as target_value,
        changed_kpis.lower_before_value as lower_value,
        changed_kpis.upper_before_value as upper_value,
        case
            when changed_kpis.aggregation = 'sum' then step_totals.value_sum
            when changed_kpis.aggregation = 'average'
                then step_totals.value_sum / nullif(step_totals.value_count, 0)
            when changed_kpis.aggregation = 'ratio' and step_totals.denominator_sum is not null
                then step_totals.numerator_sum / nullif(step_totals.denominator_sum, 0)
            else step_totals.last_value
        end as actual_value
    from changed_kpis
    inner join step_totals
        on changed_kpis.kpi_id = step_totals.kpi_id
        and changed_kpis.business_unit = step_totals.business_unit
),

step_attainments as (
    select
        kpi_id,
        business_unit,
        step,
        actual_value,
        case
            when actual_value is null then null
            when direction = 'range' and lower_value is null and upper_value is null then null
            when direction = 'range'
                and round(actual_value, 9) >= round(coalesce(lower_value, actual_value), 9)
                and round(actual_value, 9) <= round(coalesce(upper_value, actual_value), 9) then 1.0
            when direction = 'range' and upper_value > lower_value
                then greatest(
                    1 - greatest(lower_value - actual_value, actual_value - upper_value)
                    / ((upper_value - lower_value) / 2),
                    0.0
                )
            when direction = 'range' then null
            when baseline_value is not null
                then (actual_value - baseline_value) / nullif(target_value - baseline_value, 0)
            when target_value > 0 and direction = 'up' then actual_value / target_value
            when target_value > 0 and direction = 'down' then 2 - actual_value / target_value
        end as attainment_ratio
    from step_actuals
)

select
    kpi_id,
    business_unit,
    cast(step as bigint) as step,
    cast(actual_value as double) as actual_value,
    cast(attainment_ratio as double) as attainment_ratio
from step_attainments
order by kpi_id, business_unit, step
