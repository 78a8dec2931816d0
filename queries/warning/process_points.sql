-- question: Is each value of a KPI noise, or has something changed?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id              text     KPI
--   business_unit       text     unit the value was reported for; '(all)' when it names none
--   period_end_date     date     last day of the period
--   segment_number      bigint   segment of the series, as in warning.process_limits
--   run_number          bigint   stretch of the series without a gap or a new segment, from 1; rules look no further
--                                back
--   chart_basis         text     'level' or 'trend', as in warning.process_limits
--   direction           text     'up', 'down' or 'range'
--   value               double   the value, in unit
--   centre_value        double   what is expected for the period: the centre, for a trend the straight line; in unit
--   lower_limit         double   lower limit for the period, in unit
--   upper_limit         double   upper limit for the period, in unit
--   moving_range        double   distance from the value before, on the chart; NULL for the first of a run
--   range_limit         double   limit of the moving range
--   deviation_value     double   value less centre_value, in unit
--   sigma               double   mean moving range / 1.128, in unit
--   is_baseline         boolean  true when the limits are made of this value among others
--   is_newest           boolean  true for the newest value of its KPI and unit
--   wheeler_1_side      text     'above' or 'below' the limits; NULL = neither, as in every column of this kind
--   is_wheeler_1_range  boolean  true when the moving range is above its limit
--   wheeler_2_side      text     side on which 3 of 4 in a row, this one among them, are nearer the limit than the
--                                centre
--   wheeler_3_side      text     side of the centre on which this and the 7 before it are
--   nelson_1_side       text     side on which it is beyond 3 sigma
--   nelson_2_side       text     side of the centre on which this and the 8 before it are
--   nelson_3_side       text     'above' when it ends 6 values in a row that rise, 'below' when they fall
--   is_nelson_4         boolean  true when it ends 14 values in a row that rise and fall by turns
--   nelson_5_side       text     side on which 2 of 3 in a row, this one among them, are beyond 2 sigma
--   nelson_6_side       text     side on which 4 of 5 in a row, this one among them, are beyond 1 sigma
--   is_nelson_7         boolean  true when this and the 14 before it are within 1 sigma
--   is_nelson_8         boolean  true when this and the 7 before it are beyond 1 sigma, on both sides
--   is_signal           boolean  true when one of Wheeler's rules fires
--   is_provisional      boolean  true when few values make the limits, or none
--   status_reason       text     NULL, or why there are no limits: 'too few values' or 'no moving range'
-- checks:
--   count(*) filter (where (status_reason is null) <> (lower_limit is not null)) = 0
--   count(*) filter (where status_reason is not null and (is_signal or is_nelson_4 or is_nelson_7)) = 0
--   count(*) filter (where is_signal <> (wheeler_1_side is not null or is_wheeler_1_range
--     or wheeler_2_side is not null or wheeler_3_side is not null)) = 0
--   count(*) filter (where nelson_2_side is not null and wheeler_3_side is distinct from nelson_2_side) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date;
--             warning.process_limits where kpi_id = $kpi_id and business_unit = $business_unit
--             and segment_number = $segment_number
-- leaves out: nothing; values without limits are kept, and signal nothing
-- method:   METHODS 6. A value on a limit or on the centre is on no side of it; compared on nine decimals. A value at
--             the natural bound of its scale is not beyond a limit that lies there. Trends are judged by what they
--             depart by from their straight line. A rule counts the values of its run so far, so that 3 in a row
--             nearer a limit are 3 of 4 already. Nelson's rules 4, 7 and 8 have no side; 8 needs values on both.
with limits as (
    select
        kpi_id,
        business_unit,
        segment_number,
        direction,
        chart_basis,
        from_date,
        baseline_end_date,
        centre,
        moving_range_mean,
        sigma,
        lower_limit,
        upper_limit,
        range_limit,
        trend_start_value,
        trend_slope,
        is_provisional,
        status_reason
    from warning.process_limits
),

series as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        ordinal,
        value,
        is_after_gap
    from base.kpi_series
),

numbered_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        value,
        is_after_gap or (lag(segment_number) over in_order is distinct from segment_number) as is_run_start,
        row_number() over (partition by kpi_id, business_unit order by period_end_date desc) = 1 as is_newest
    from series
    window in_order as (partition by kpi_id, business_unit order by period_end_date)
),

run_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        value,
        is_newest,
        sum(case when is_run_start then 1 else 0 end) over (
            partition by kpi_id, business_unit
            order by period_end_date
            rows between unbounded preceding and current row
        ) as run_number
    from numbered_values
),

charted_values as (
    select
        run_values.kpi_id,
        run_values.business_unit,
        run_values.period_end_date,
        run_values.segment_number,
        run_values.run_number,
        run_values.value,
        run_values.is_newest,
        limits.direction,
        limits.chart_basis,
        limits.centre,
        limits.moving_range_mean,
        limits.sigma,
        limits.lower_limit,
        limits.upper_limit,
        limits.range_limit,
        limits.is_provisional,
        limits.status_reason,
        run_values.period_end_date <= limits.baseline_end_date as is_baseline,
        limits.trend_start_value
        + limits.trend_slope * (run_values.period_end_date - limits.from_date) as line_value,
        run_values.value
        - (limits.trend_start_value + limits.trend_slope * (run_values.period_end_date - limits.from_date))
            as charted_value
    from run_values
    inner join limits
        on run_values.kpi_id = limits.kpi_id
        and run_values.business_unit = limits.business_unit
        and run_values.segment_number = limits.segment_number
),

-- distances are rounded once, so that a value on a limit is never beyond it by a last digit
measured_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        value,
        is_newest,
        direction,
        chart_basis,
        centre,
        moving_range_mean,
        sigma,
        lower_limit,
        upper_limit,
        range_limit,
        is_provisional,
        status_reason,
        is_baseline,
        line_value,
        charted_value,
        charted_value - centre as exact_deviation,
        round(charted_value - centre, 9) as deviation,
        round(charted_value - lag(charted_value) over in_run, 9) as move,
        round(sigma, 9) as one_sigma,
        round(2 * sigma, 9) as two_sigma,
        round(3 * sigma, 9) as three_sigma,
        round(1.33 * moving_range_mean, 9) as half_way
    from charted_values
    window in_run as (
        partition by kpi_id, business_unit, run_number
        order by period_end_date
    )
),

-- each value by itself, before any run is counted; all of them are NULL or false without limits
zoned_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        value,
        is_newest,
        direction,
        chart_basis,
        centre,
        sigma,
        lower_limit,
        upper_limit,
        range_limit,
        is_provisional,
        status_reason,
        is_baseline,
        line_value,
        exact_deviation,
        deviation,
        move,
        case
            when round(charted_value - upper_limit, 9) > 0 then 'above'
            when round(charted_value - lower_limit, 9) < 0 then 'below'
        end as beyond_limits,
        abs(move) > round(range_limit, 9) as is_range_beyond,
        case when deviation > 0 then 'above' when deviation < 0 then 'below' end as beyond_centre,
        case when deviation > half_way then 'above' when deviation < 0 - half_way then 'below' end as beyond_half_way,
        case when deviation > one_sigma then 'above' when deviation < 0 - one_sigma then 'below' end as beyond_1,
        case when deviation > two_sigma then 'above' when deviation < 0 - two_sigma then 'below' end as beyond_2,
        case when deviation > three_sigma then 'above' when deviation < 0 - three_sigma then 'below' end as beyond_3,
        abs(deviation) < one_sigma as is_within_1,
        case
            when status_reason is not null then null
            when move > 0 then 'above'
            when move < 0 then 'below'
        end as moved_to,
        lag(move) over in_run as earlier_move
    from measured_values
    window in_run as (
        partition by kpi_id, business_unit, run_number
        order by period_end_date
    )
),

-- how many of the last few, this one included
counted_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        value,
        is_newest,
        direction,
        chart_basis,
        centre,
        sigma,
        lower_limit,
        upper_limit,
        range_limit,
        is_provisional,
        status_reason,
        is_baseline,
        line_value,
        exact_deviation,
        deviation,
        move,
        beyond_limits,
        is_range_beyond,
        beyond_centre,
        beyond_half_way,
        beyond_1,
        beyond_2,
        beyond_3,
        moved_to,
        count(case when beyond_half_way = 'above' then 1 end) over last_4 as half_way_above,
        count(case when beyond_centre = 'above' then 1 end) over last_8 as centre_8_above,
        count(case when beyond_centre = 'above' then 1 end) over last_9 as centre_9_above,
        count(case when beyond_2 = 'above' then 1 end) over last_3 as two_sigma_above,
        count(case when beyond_1 = 'above' then 1 end) over last_5 as one_sigma_above,
        count(case when moved_to = 'above' then 1 end) over last_5 as moved_above,
        count(case when beyond_half_way = 'below' then 1 end) over last_4 as half_way_below,
        count(case when beyond_centre = 'below' then 1 end) over last_8 as centre_8_below,
        count(case when beyond_centre = 'below' then 1 end) over last_9 as centre_9_below,
        count(case when beyond_2 = 'below' then 1 end) over last_3 as two_sigma_below,
        count(case when beyond_1 = 'below' then 1 end) over last_5 as one_sigma_below,
        count(case when moved_to = 'below' then 1 end) over last_5 as moved_below,
        count(case when move * earlier_move < 0 and status_reason is null then 1 end) over last_12 as turn_count,
        count(case when is_within_1 then 1 end) over last_15 as within_count,
        count(case when beyond_1 is not null then 1 end) over last_8 as beyond_count,
        count(case when beyond_1 = 'above' then 1 end) over last_8 as beyond_above_count
    from zoned_values
    window
        last_3 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 2 preceding and current row
        ),
        last_4 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 3 preceding and current row
        ),
        last_5 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 4 preceding and current row
        ),
        last_8 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 7 preceding and current row
        ),
        last_9 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 8 preceding and current row
        ),
        last_12 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 11 preceding and current row
        ),
        last_15 as (
            partition by kpi_id, business_unit, run_number
            order by period_end_date
            rows between 14 preceding and current row
        )
)

select
    kpi_id,
    business_unit,
    period_end_date,
    cast(segment_number as bigint) as segment_number,
    cast(run_number as bigint) as run_number,
    chart_basis,
    direction,
    value,
    line_value + centre as centre_value,
    line_value + lower_limit as lower_limit,
    line_value + upper_limit as upper_limit,
    case when status_reason is null then abs(move) end as moving_range,
    range_limit,
    exact_deviation as deviation_value,
    sigma,
    is_baseline,
    is_newest,
    beyond_limits as wheeler_1_side,
    coalesce(is_range_beyond, false) as is_wheeler_1_range,
    case
        when beyond_half_way = 'above' and half_way_above >= 3 then 'above'
        when beyond_half_way = 'below' and half_way_below >= 3 then 'below'
    end as wheeler_2_side,
    case
        when beyond_centre = 'above' and centre_8_above >= 8 then 'above'
        when beyond_centre = 'below' and centre_8_below >= 8 then 'below'
    end as wheeler_3_side,
    beyond_3 as nelson_1_side,
    case
        when beyond_centre = 'above' and centre_9_above >= 9 then 'above'
        when beyond_centre = 'below' and centre_9_below >= 9 then 'below'
    end as nelson_2_side,
    case
        when moved_to = 'above' and moved_above >= 5 then 'above'
        when moved_to = 'below' and moved_below >= 5 then 'below'
    end as nelson_3_side,
    turn_count = 12 as is_nelson_4,
    case
        when beyond_2 = 'above' and two_sigma_above >= 2 then 'above'
        when beyond_2 = 'below' and two_sigma_below >= 2 then 'below'
    end as nelson_5_side,
    case
        when beyond_1 = 'above' and one_sigma_above >= 4 then 'above'
        when beyond_1 = 'below' and one_sigma_below >= 4 then 'below'
    end as nelson_6_side,
    within_count = 15 as is_nelson_7,
    beyond_count = 8 and beyond_above_count between 1 and 7 as is_nelson_8,
    coalesce(
        beyond_limits is not null
        or is_range_beyond
        or (beyond_half_way = 'above' and half_way_above >= 3)
        or (beyond_half_way = 'below' and half_way_below >= 3)
        or centre_8_above = 8
        or centre_8_below = 8,
        false
    ) as is_signal,
    is_provisional,
    status_reason
from counted_values
order by kpi_id, business_unit, period_end_date
