-- question: Between which limits does each KPI vary as long as nothing changes?
-- grain:    kpi_id, business_unit, segment_number
-- columns:
--   kpi_id              text     KPI
--   business_unit       text     unit the values were reported for; '(all)' when they name none
--   segment_number      bigint   stretch of the series with limits of its own, from 1; see base.kpi_series
--   kpi_name            text     name of the KPI
--   goal_id             text     goal the KPI names; NULL when not given
--   unit                text     unit of the values
--   direction           text     'up', 'down' or 'range'
--   chart_basis         text     'level' (the values themselves) or 'trend' (what they depart by from their own
--                                straight line, for KPIs that are to move from a baseline to a target)
--   from_date           date     last day of the first period of the segment
--   to_date             date     last day of its newest period
--   is_newest           boolean  true for the newest segment of the series
--   value_count         bigint   values in the segment
--   n                   bigint   values that the limits are made of, from the first on
--   baseline_end_date   date     last day of the newest period among these
--   moving_range_count  bigint   moving ranges among these; none across a gap
--   centre              double   their mean, in unit; NULL without limits
--   moving_range_mean   double   mean moving range, in unit; NULL without limits
--   sigma               double   moving_range_mean / 1.128, in unit
--   lower_limit         double   centre less 2.66 moving_range_mean, not below floor_value
--   upper_limit         double   centre and 2.66 moving_range_mean, not above ceiling_value
--   range_limit         double   3.268 moving_range_mean; a moving range above it is a signal
--   floor_value         double   0 where no value of the segment is below it; NULL = none, as for every trend
--   ceiling_value       double   100 for percentages where no value of the segment is above it; else NULL
--   trend_start_value   double   the straight line at from_date, in unit; 0 for a level; NULL without limits
--   trend_slope         double   what it rises by in a day, in unit; 0 for a level; NULL without limits
--   is_provisional      boolean  true when fewer than chart_firm_points values make the limits, or there are none
--   status_reason       text     NULL, or why there are no limits: 'too few values' or 'no moving range'
-- checks:
--   count(*) filter (where (status_reason is null) <> (centre is not null and lower_limit is not null)) = 0
--   count(*) filter (where upper_limit < lower_limit or moving_range_count >= n) = 0
--   count(*) filter (where status_reason is not null and not is_provisional) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date between $from_date and $baseline_end_date
-- leaves out: screening of single wild values in the baseline; limits by the median moving range; seasons, with which
--             a KPI signals every year
-- method:   METHODS 6, with Wheeler's constants. The limits of a level are frozen: they are made of the values of the
--             first chart_baseline_days of the segment, and of chart_baseline_points values at least, so that a shift
--             does not widen the limits that are to show it. A KPI with a baseline and another target, and no sum, is
--             expected to move: its straight line is fitted by least squares, in days, through the whole segment, and
--             so are its limits, because a line drawn on from a short stretch raises false alarms the further it
--             reaches. Fewer than chart_min_points values make no limits. A KPI that never changed has limits of no
--             width: any other value is then a signal. Sums add up in order of time.
with rules as (
    select
        cast(chart_baseline_days as bigint) as chart_baseline_days,
        cast(chart_baseline_points as bigint) as chart_baseline_points,
        cast(chart_min_points as bigint) as chart_min_points,
        cast(chart_firm_points as bigint) as chart_firm_points
    from base.rules
),

moving_kpis as (
    select
        kpi_id,
        coalesce(
            direction <> 'range' and coalesce(aggregation, 'last') <> 'sum' and baseline <> target,
            false
        ) as is_moving
    from kpis
),

series as (
    select
        kpi_id,
        business_unit,
        segment_number,
        period_end_date,
        kpi_name,
        goal_id,
        unit,
        direction,
        value,
        is_after_gap
    from base.kpi_series
),

segment_values as (
    select
        series.kpi_id,
        series.business_unit,
        series.segment_number,
        series.period_end_date,
        series.kpi_name,
        series.goal_id,
        series.unit,
        series.direction,
        series.value,
        series.is_after_gap,
        moving_kpis.is_moving,
        row_number() over in_order as place,
        first_value(series.period_end_date) over in_order as from_date,
        series.period_end_date - first_value(series.period_end_date) over in_order as day_number,
        row_number() over (
            partition by series.kpi_id, series.business_unit, series.segment_number
            order by series.period_end_date desc
        ) as newness,
        min(series.value) over in_segment as least_value,
        max(series.value) over in_segment as greatest_value,
        max(series.segment_number) over (
            partition by series.kpi_id, series.business_unit
        ) as newest_segment_number
    from series
    inner join moving_kpis
        on series.kpi_id = moving_kpis.kpi_id
    window
        in_segment as (
            partition by series.kpi_id, series.business_unit, series.segment_number
        ),
        in_order as (
            partition by series.kpi_id, series.business_unit, series.segment_number
            order by series.period_end_date
        )
),

-- one straight line per segment; a level is a line without a slope, which starts at zero
running_lines as (
    select
        kpi_id,
        business_unit,
        segment_number,
        newness,
        regr_slope(value, cast(day_number as double)) over in_order as trend_slope,
        regr_intercept(value, cast(day_number as double)) over in_order as trend_start_value
    from segment_values
    where is_moving
    window in_order as (
        partition by kpi_id, business_unit, segment_number
        order by period_end_date
        rows between unbounded preceding and current row
    )
),

lines as (
    select kpi_id, business_unit, segment_number, trend_slope, trend_start_value
    from running_lines
    where newness = 1
),

charted_values as (
    select
        segment_values.kpi_id,
        segment_values.business_unit,
        segment_values.segment_number,
        segment_values.period_end_date,
        segment_values.kpi_name,
        segment_values.goal_id,
        segment_values.unit,
        segment_values.direction,
        segment_values.is_moving,
        segment_values.place,
        segment_values.from_date,
        segment_values.day_number,
        segment_values.newness,
        segment_values.segment_number = segment_values.newest_segment_number as is_newest,
        segment_values.least_value,
        segment_values.greatest_value,
        segment_values.is_after_gap,
        coalesce(lines.trend_start_value, 0.0) as trend_start_value,
        coalesce(lines.trend_slope, 0.0) as trend_slope,
        segment_values.value
        - coalesce(lines.trend_start_value + lines.trend_slope * segment_values.day_number, 0.0) as charted_value
    from segment_values
    left join lines
        on segment_values.kpi_id = lines.kpi_id
        and segment_values.business_unit = lines.business_unit
        and segment_values.segment_number = lines.segment_number
),

-- the first value of a segment and the first after a gap have no moving range
ranged_values as (
    select
        kpi_id,
        business_unit,
        segment_number,
        period_end_date,
        kpi_name,
        goal_id,
        unit,
        direction,
        is_moving,
        place,
        from_date,
        day_number,
        newness,
        is_newest,
        least_value,
        greatest_value,
        trend_start_value,
        trend_slope,
        charted_value,
        case
            when not is_after_gap then abs(charted_value - lag(charted_value) over in_order)
        end as moving_range
    from charted_values
    window in_order as (
        partition by kpi_id, business_unit, segment_number
        order by period_end_date
    )
),

baseline_values as (
    select
        ranged_values.kpi_id,
        ranged_values.business_unit,
        ranged_values.segment_number,
        ranged_values.period_end_date,
        sum(ranged_values.charted_value) over in_order as value_sum,
        count(*) over in_order as value_count,
        sum(ranged_values.moving_range) over in_order as range_sum,
        count(ranged_values.moving_range) over in_order as range_count,
        row_number() over (
            partition by ranged_values.kpi_id, ranged_values.business_unit, ranged_values.segment_number
            order by ranged_values.period_end_date desc
        ) as newness
    from ranged_values
    cross join rules
    where
        ranged_values.is_moving
        or ranged_values.place <= rules.chart_baseline_points
        or ranged_values.day_number < rules.chart_baseline_days
    window in_order as (
        partition by ranged_values.kpi_id, ranged_values.business_unit, ranged_values.segment_number
        order by ranged_values.period_end_date
        rows between unbounded preceding and current row
    )
),

measured_segments as (
    select
        ranged_values.kpi_id,
        ranged_values.business_unit,
        ranged_values.segment_number,
        ranged_values.kpi_name,
        ranged_values.goal_id,
        ranged_values.unit,
        ranged_values.direction,
        ranged_values.is_moving,
        ranged_values.from_date,
        ranged_values.period_end_date as to_date,
        ranged_values.is_newest,
        ranged_values.place as value_count,
        baseline_values.value_count as n,
        baseline_values.period_end_date as baseline_end_date,
        baseline_values.range_count as moving_range_count,
        -- what departs from a fitted line is 0 on average
        case
            when ranged_values.is_moving then 0.0
            else baseline_values.value_sum / baseline_values.value_count
        end as centre,
        baseline_values.range_sum / nullif(baseline_values.range_count, 0) as moving_range_mean,
        case when not ranged_values.is_moving and ranged_values.least_value >= 0 then 0.0 end as floor_value,
        case
            when
                not ranged_values.is_moving
                and ranged_values.greatest_value <= 100
                and (
                    ranged_values.unit = '%'
                    or starts_with(ranged_values.unit, '% ')
                    or lower(ranged_values.unit) in ('percent', 'per cent', 'pct')
                )
                then 100.0
        end as ceiling_value,
        ranged_values.trend_start_value,
        ranged_values.trend_slope,
        case
            when baseline_values.value_count < rules.chart_min_points then 'too few values'
            when baseline_values.range_count = 0 then 'no moving range'
        end as status_reason,
        baseline_values.value_count < rules.chart_firm_points
        or baseline_values.range_count = 0 as is_provisional
    from ranged_values
    inner join baseline_values
        on ranged_values.kpi_id = baseline_values.kpi_id
        and ranged_values.business_unit = baseline_values.business_unit
        and ranged_values.segment_number = baseline_values.segment_number
        and baseline_values.newness = 1
    cross join rules
    where ranged_values.newness = 1
)

select
    kpi_id,
    business_unit,
    segment_number,
    kpi_name,
    goal_id,
    unit,
    direction,
    case when is_moving then 'trend' else 'level' end as chart_basis,
    from_date,
    to_date,
    is_newest,
    cast(value_count as bigint) as value_count,
    cast(n as bigint) as n,
    baseline_end_date,
    cast(moving_range_count as bigint) as moving_range_count,
    case when status_reason is null then centre end as centre,
    case when status_reason is null then moving_range_mean end as moving_range_mean,
    case when status_reason is null then moving_range_mean / 1.128 end as sigma,
    case
        when status_reason is null
            then greatest(centre - 2.66 * moving_range_mean, coalesce(floor_value, centre - 2.66 * moving_range_mean))
    end as lower_limit,
    case
        when status_reason is null
            then least(centre + 2.66 * moving_range_mean, coalesce(ceiling_value, centre + 2.66 * moving_range_mean))
    end as upper_limit,
    case when status_reason is null then 3.268 * moving_range_mean end as range_limit,
    floor_value,
    ceiling_value,
    case when status_reason is null then trend_start_value end as trend_start_value,
    case when status_reason is null then trend_slope end as trend_slope,
    is_provisional,
    status_reason
from measured_segments
order by kpi_id, business_unit, segment_number
