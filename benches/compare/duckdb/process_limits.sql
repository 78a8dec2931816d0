-- warning.process_limits, whole. A generated KPI has one segment and no gap: nothing redefines or re-bases it.
with charted as (
    select kpi_values.kpi_id, kpi_values.business_unit, period_end_date, value, kpis.unit,
        kpis.direction <> 'range' and coalesce(kpis.aggregation, 'last') <> 'sum'
            and kpis.baseline is not null and kpis.target is not null and kpis.baseline <> kpis.target as is_moving,
        row_number() over in_order as place,
        (period_end_date - first_value(period_end_date) over in_order)::double as day_number
    from kpi_values
    inner join kpis on kpi_values.kpi_id = kpis.kpi_id
    window in_order as (partition by kpi_values.kpi_id, kpi_values.business_unit order by period_end_date)
),
lines as (
    select kpi_id, business_unit, regr_slope(value, day_number) as slope, regr_intercept(value, day_number) as start,
        min(value) as least_value, max(value) as greatest_value, min(period_end_date) as from_date,
        max(period_end_date) as to_date, count(*) as value_count
    from charted
    group by all
),
departures as (
    select charted.*, lines.* exclude (kpi_id, business_unit),
        value - case when is_moving then start + slope * day_number else 0.0 end as departure
    from charted
    inner join lines using (kpi_id, business_unit)
),
ranged as (
    select *, abs(departure - lag(departure) over (partition by kpi_id, business_unit order by period_end_date))
        as moving_range
    from departures
),
limits as (
    select kpi_id, business_unit, any_value(is_moving) as is_moving, any_value(from_date) as from_date,
        any_value(to_date) as to_date, any_value(value_count) as value_count, count(*) as n,
        max(period_end_date) as baseline_end_date, count(moving_range) as moving_range_count,
        case when any_value(is_moving) then 0.0 else sum(departure) / count(*) end as centre,
        sum(moving_range) / nullif(count(moving_range), 0) as moving_range_mean,
        case when not any_value(is_moving) and any_value(least_value) >= 0 then 0.0::double end as floor_value,
        case when not any_value(is_moving) and any_value(greatest_value) <= 100 and any_value(unit) = '%'
            then 100.0::double end as ceiling_value,
        case when any_value(is_moving) then any_value(start) else 0.0 end as trend_start_value,
        case when any_value(is_moving) then any_value(slope) else 0.0 end as trend_slope
    from ranged
    where is_moving or place <= 24 or day_number < 364
    group by all
)
select kpi_id, business_unit, case when is_moving then 'trend' else 'level' end as chart_basis, from_date, to_date,
    value_count, n, baseline_end_date, moving_range_count,
    case when n >= 6 then centre end as centre,
    case when n >= 6 then moving_range_mean end as moving_range_mean,
    case when n >= 6 then moving_range_mean / 1.128 end as sigma,
    case when n >= 6 then greatest(centre - 2.66 * moving_range_mean, floor_value) end as lower_limit,
    case when n >= 6 then least(centre + 2.66 * moving_range_mean, ceiling_value) end as upper_limit,
    case when n >= 6 then 3.268 * moving_range_mean end as range_limit,
    floor_value, ceiling_value,
    case when n >= 6 then trend_start_value end as trend_start_value,
    case when n >= 6 then trend_slope end as trend_slope,
    n < 12 as is_provisional
from limits
