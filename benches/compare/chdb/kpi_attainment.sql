-- variance.kpi_attainment, whole.
with targets as (
    select kpi_id, period_end_date, target, baseline
    from raw_kpi_targets
    where set_date <= toDate32('{as_of}') and period_end_date <= toDate32('{as_of}')
    order by period_end_date desc, set_date desc
    limit 1 by kpi_id
),
newest as (
    select vals.kpi_id as kpi_id, coalesce(vals.business_unit, '(all)') as unit_id,
        max(vals.period_end_date) as newest_date, argMax(vals.value, vals.period_end_date) as last_value,
        toInt64(count()) as value_count, sumIf(vals.value, vals.period_end_date >= kpis.start_date) as value_sum,
        countIf(vals.period_end_date >= kpis.start_date) as since_count
    from raw_kpi_values as vals
    inner join kpis on vals.kpi_id = kpis.kpi_id
    where vals.period_end_date <= toDate32('{as_of}')
    group by kpi_id, unit_id
),
measured as (
    select kpis.kpi_id as kpi_id, newest.unit_id as unit_id, kpis.name as kpi_name, kpis.direction as direction,
        coalesce(kpis.aggregation, 'last') as aggregation, coalesce(targets.baseline, kpis.baseline) as baseline_value,
        coalesce(targets.target, kpis.target) as target_value, kpis.lower as lower_value, kpis.upper as upper_value,
        kpis.start_date as start_date,
        if(targets.target is not null, targets.period_end_date, kpis.target_date) as due_date,
        multiIf(aggregation = 'sum', newest.value_sum, aggregation = 'average', newest.value_sum / newest.since_count,
            newest.last_value) as actual_value,
        newest.newest_date as newest_date, newest.value_count as value_count
    from kpis
    inner join newest on kpis.kpi_id = newest.kpi_id
    left join targets on kpis.kpi_id = targets.kpi_id
),
attained as (
    select *,
        round(actual_value, 9) >= round(lower_value, 9) and round(actual_value, 9) <= round(upper_value, 9) as is_inside,
        multiIf(direction = 'range', null, due_date <= toDate32('{as_of}'), 1.,
            start_date >= toDate32('{as_of}'), 0.,
            dateDiff('day', start_date, toDate32('{as_of}')) / dateDiff('day', start_date, due_date)) as expected,
        multiIf(
            direction <> 'range', (actual_value - baseline_value) / nullIf(target_value - baseline_value, 0),
            is_inside, 1.,
            greatest(1 - greatest(lower_value - actual_value, actual_value - upper_value)
                / ((upper_value - lower_value) / 2), 0.)) as attainment
    from measured
)
select kpi_id, unit_id as business_unit, kpi_name, direction, aggregation, baseline_value, target_value, lower_value,
    upper_value, due_date as target_date, actual_value, newest_date as period_end_date, value_count,
    attainment as attainment_ratio, expected as expected_ratio, attainment / nullIf(expected, 0) as pace_ratio,
    if(multiIf(direction = 'range', is_inside, direction = 'up', round(actual_value, 9) >= round(target_value, 9),
        round(actual_value, 9) <= round(target_value, 9)), 'met', 'not met') as verdict,
    as_colour(coalesce(attainment / nullIf(expected, 0), attainment)) as status
from attained
