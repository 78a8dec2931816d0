-- warning.process_limits, whole.
with charted as (
    select vals.kpi_id as kpi_id, coalesce(vals.business_unit, '(all)') as unit_id, vals.period_end_date as day,
        assumeNotNull(vals.value) as value, kpis.unit as unit,
        coalesce(kpis.direction <> 'range' and coalesce(kpis.aggregation, 'last') <> 'sum'
            and kpis.baseline <> kpis.target, false) as is_moving,
        row_number() over (partition by kpi_id, unit_id order by day) as place,
        toFloat64(assumeNotNull(dateDiff('day', min(day) over (partition by kpi_id, unit_id), day))) as day_number
    from raw_kpi_values as vals
    inner join kpis on vals.kpi_id = kpis.kpi_id
    where vals.period_end_date <= toDate32('{as_of}')
),
lines as (
    select kpi_id, unit_id, simpleLinearRegression(day_number, value) as line, min(value) as least_value,
        max(value) as greatest_value, min(day) as from_date, max(day) as to_date, toInt64(count()) as value_count
    from charted
    group by kpi_id, unit_id
),
departures as (
    select charted.*, lines.line.1 as slope, lines.line.2 as start, lines.least_value as least_value,
        lines.greatest_value as greatest_value, lines.from_date as from_date, lines.to_date as to_date,
        lines.value_count as value_count,
        charted.value - if(charted.is_moving, start + slope * charted.day_number, 0.) as departure
    from charted
    inner join lines on charted.kpi_id = lines.kpi_id and charted.unit_id = lines.unit_id
),
ranged as (
    select *, abs(departure - lagInFrame(toNullable(departure)) over (partition by kpi_id, unit_id order by day
        rows between unbounded preceding and current row)) as moving_range
    from departures
),
limits as (
    select kpi_id, unit_id, any(is_moving) as moving, any(unit) as measure, any(from_date) as from_day,
        any(to_date) as to_day, any(value_count) as all_count, toInt64(count()) as n, max(day) as baseline_end,
        toInt64(count(moving_range)) as ranges, if(moving, 0., avg(departure)) as middle, avg(moving_range) as width,
        if(not moving and any(least_value) >= 0, 0., null) as floor_value,
        if(not moving and any(greatest_value) <= 100 and measure = '%', 100., null) as ceiling_value,
        if(moving, any(start), 0.) as line_start, if(moving, any(slope), 0.) as line_slope
    from ranged
    where is_moving or place <= 24 or day_number < 364
    group by kpi_id, unit_id
)
select kpi_id, unit_id as business_unit, if(moving, 'trend', 'level') as chart_basis, from_day as from_date,
    to_day as to_date, all_count as value_count, n, baseline_end as baseline_end_date, ranges as moving_range_count,
    if(n >= 6, middle, null) as centre, if(n >= 6, width, null) as moving_range_mean,
    if(n >= 6, width / 1.128, null) as sigma,
    if(n >= 6, greatest(middle - 2.66 * width, coalesce(floor_value, middle - 2.66 * width)), null) as lower_limit,
    if(n >= 6, least(middle + 2.66 * width, coalesce(ceiling_value, middle + 2.66 * width)), null) as upper_limit,
    if(n >= 6, 3.268 * width, null) as range_limit, floor_value, ceiling_value,
    if(n >= 6, line_start, null) as trend_start_value, if(n >= 6, line_slope, null) as trend_slope,
    n < 12 as is_provisional
from limits
