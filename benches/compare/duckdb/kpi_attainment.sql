-- variance.kpi_attainment, whole. Generated KPIs all have a baseline or a range, a start and a target date.
with targets as (
    select kpi_id, period_end_date, target, baseline
    from kpi_targets
    where period_end_date <= getvariable('as_of')
    qualify row_number() over (partition by kpi_id order by period_end_date desc, set_date desc) = 1
),
newest as (
    select kpi_values.kpi_id, kpi_values.business_unit, max(period_end_date) as period_end_date,
        arg_max(value, period_end_date) as last_value, count(*) as value_count,
        sum(value order by period_end_date) filter (where period_end_date >= start_date) as value_sum,
        count(*) filter (where period_end_date >= start_date) as since_count
    from kpi_values
    inner join kpis using (kpi_id)
    group by all
),
measured as (
    select kpis.kpi_id, newest.business_unit, kpis.name as kpi_name, kpis.direction,
        coalesce(kpis.aggregation, 'last') as aggregation, coalesce(targets.baseline, kpis.baseline) as baseline_value,
        coalesce(targets.target, kpis.target) as target_value, kpis.lower as lower_value, kpis.upper as upper_value,
        kpis.start_date,
        case when targets.target is not null then targets.period_end_date else kpis.target_date end as target_date,
        case kpis.aggregation
            when 'sum' then value_sum
            when 'average' then value_sum / nullif(since_count, 0)
            else last_value
        end as actual_value,
        newest.period_end_date, newest.value_count
    from kpis
    inner join newest using (kpi_id)
    left join targets using (kpi_id)
),
attained as (
    select *,
        case when direction = 'range'
            then round(actual_value, 9) between round(lower_value, 9) and round(upper_value, 9) end as is_inside,
        case
            when direction = 'range' then null
            when target_date <= getvariable('as_of') then 1.0
            when start_date >= getvariable('as_of') then 0.0
            else (getvariable('as_of') - start_date)::double / (target_date - start_date)::double
        end as expected_ratio,
        case
            when direction <> 'range' then (actual_value - baseline_value) / nullif(target_value - baseline_value, 0)
            when is_inside then 1.0
            else greatest(
                1 - greatest(lower_value - actual_value, actual_value - upper_value)
                    / ((upper_value - lower_value) / 2),
                0.0)
        end as attainment_ratio
    from measured
)
select kpi_id, business_unit, kpi_name, direction, aggregation, baseline_value, target_value, lower_value, upper_value,
    target_date, actual_value, period_end_date, value_count, attainment_ratio, expected_ratio,
    attainment_ratio / nullif(expected_ratio, 0) as pace_ratio,
    case when case direction
            when 'range' then is_inside
            when 'up' then round(actual_value, 9) >= round(target_value, 9)
            else round(actual_value, 9) <= round(target_value, 9)
        end then 'met' else 'not met' end as verdict,
    colour(coalesce(attainment_ratio / nullif(expected_ratio, 0), attainment_ratio)) as status
from attained
