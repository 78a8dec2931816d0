-- question: Has a KPI drifted by so little at a time that no single value shows it?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id                    text     KPI
--   business_unit             text     unit the values were reported for; '(all)' when they name none
--   kpi_name                  text     name of the KPI
--   goal_id                   text     goal the KPI names; NULL when not given
--   unit                      text     unit of the values
--   direction                 text     'up', 'down' or 'range'
--   chart_basis               text     'level' or 'trend', as in warning.process_limits
--   period_end_date           date     last day of the newest period
--   value                     double   newest value, in unit
--   centre_value              double   what is expected for it, in unit; NULL without limits, like all that follows
--   sigma                     double   mean moving range / 1.128, in unit
--   ewma_value                double   exponentially weighted moving average at the newest value, in unit
--   ewma_lower_limit          double   its lower limit there, in unit
--   ewma_upper_limit          double   its upper limit there, in unit
--   ewma_side                 text     side on which it is beyond its limit now: 'above' or 'below'; NULL = neither
--   ewma_since_date           date     last day of the first period of that alarm; NULL when there is none now
--   ewma_first_alarm_date     date     last day of the first period of the segment with an alarm; NULL = none so far
--   cusum_high_value          double   sum of what the values exceed the centre by, each less the slack; in unit
--   cusum_low_value           double   sum of what they fall short of it by, each less the slack; in unit
--   cusum_limit               double   either sum above it is an alarm; in unit
--   cusum_side                text     side of the alarm now: 'above' or 'below', the larger of both; NULL = none
--   cusum_since_date          date     last day of the first period of that alarm; NULL when there is none now
--   cusum_first_alarm_date    date     last day of the first period of the segment with an alarm; NULL = none so far
--   is_alarm                  boolean  true when either is beyond its limit now
--   is_unfavourable           boolean  true when either is so on the worse side by the KPI's direction; in a range,
--                                      on the side of the bound that is nearer to the newest value
--   is_provisional            boolean  true when few values make the limits, or none
--   status_reason             text     NULL, or why nothing is computed: 'too few values' or 'no moving range'
-- checks:
--   count(*) filter (where (status_reason is null) <> (ewma_value is not null and cusum_high_value is not null)) = 0
--   count(*) filter (where is_unfavourable and not is_alarm) = 0
--   count(*) filter (where ewma_first_alarm_date > ewma_since_date or cusum_first_alarm_date > cusum_since_date) = 0
--   count(*) filter (where cusum_high_value < 0 or cusum_low_value < 0) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: earlier segments
-- method:   METHODS 7, with the centre and the sigma of warning.process_limits. Both begin anew after a gap. The
--             average starts at the centre and weighs each value with ewma_weight_ratio; its limits are
--             ewma_limit_factor sigma, narrower while it is young. The sums have a slack of cusum_slack_factor sigma
--             per value, and a limit of cusum_alarm_factor sigma. Trends are followed by what they depart by from
--             their straight line. Compared on nine decimals.
with rules as (
    select
        ewma_weight_ratio,
        ewma_limit_factor,
        cusum_slack_factor,
        cusum_alarm_factor
    from base.rules
),

newest_segments as (
    select
        kpi_id,
        business_unit,
        segment_number,
        kpi_name,
        goal_id,
        unit,
        direction,
        chart_basis
    from warning.process_limits
    where is_newest
),

points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        value,
        centre_value,
        deviation_value,
        sigma,
        is_newest,
        is_provisional,
        status_reason
    from warning.process_points
),

series as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        lower_value,
        upper_value
    from base.kpi_series
),

followed_points as (
    select
        points.kpi_id,
        points.business_unit,
        points.period_end_date,
        points.value,
        points.centre_value,
        points.sigma,
        points.is_newest,
        points.is_provisional,
        points.status_reason,
        newest_segments.kpi_name,
        newest_segments.goal_id,
        newest_segments.unit,
        newest_segments.direction,
        newest_segments.chart_basis,
        ewma(points.deviation_value, rules.ewma_weight_ratio, 0.0) over in_run as ewma_deviation,
        rules.ewma_limit_factor * points.sigma * sqrt(
            rules.ewma_weight_ratio / (2 - rules.ewma_weight_ratio)
            * (1 - power(1 - rules.ewma_weight_ratio, 2.0 * row_number() over in_run))
        ) as ewma_limit,
        cusum_high(points.deviation_value, rules.cusum_slack_factor * points.sigma) over in_run
            as cusum_high_value,
        cusum_low(points.deviation_value, 0 - rules.cusum_slack_factor * points.sigma) over in_run
            as cusum_low_value,
        rules.cusum_alarm_factor * points.sigma as cusum_limit
    from points
    inner join newest_segments
        on points.kpi_id = newest_segments.kpi_id
        and points.business_unit = newest_segments.business_unit
        and points.segment_number = newest_segments.segment_number
    cross join rules
    window in_run as (
        partition by points.kpi_id, points.business_unit, points.run_number
        order by points.period_end_date
    )
),

judged_points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        value,
        centre_value,
        sigma,
        is_newest,
        is_provisional,
        status_reason,
        kpi_name,
        goal_id,
        unit,
        direction,
        chart_basis,
        ewma_deviation,
        ewma_limit,
        cusum_high_value,
        cusum_low_value,
        cusum_limit,
        case
            when round(ewma_deviation - ewma_limit, 9) > 0 then 'above'
            when round(ewma_deviation + ewma_limit, 9) < 0 then 'below'
        end as ewma_side,
        case
            when round(greatest(cusum_high_value, cusum_low_value) - cusum_limit, 9) <= 0 then null
            when cusum_high_value >= cusum_low_value then 'above'
            when cusum_low_value > cusum_high_value then 'below'
        end as cusum_side
    from followed_points
),

-- an alarm lasts since the last value that was quiet, or sounded on the other side
changed_points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        value,
        centre_value,
        sigma,
        is_newest,
        is_provisional,
        status_reason,
        kpi_name,
        goal_id,
        unit,
        direction,
        chart_basis,
        ewma_deviation,
        ewma_limit,
        cusum_high_value,
        cusum_low_value,
        cusum_limit,
        ewma_side,
        cusum_side,
        case
            when ewma_side is not null and (lag(ewma_side) over in_order is distinct from ewma_side)
                then period_end_date
        end as ewma_start_date,
        case
            when cusum_side is not null and (lag(cusum_side) over in_order is distinct from cusum_side)
                then period_end_date
        end as cusum_start_date
    from judged_points
    window in_order as (partition by kpi_id, business_unit order by period_end_date)
),

remembered_points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        value,
        centre_value,
        sigma,
        is_newest,
        is_provisional,
        status_reason,
        kpi_name,
        goal_id,
        unit,
        direction,
        chart_basis,
        ewma_deviation,
        ewma_limit,
        cusum_high_value,
        cusum_low_value,
        cusum_limit,
        ewma_side,
        cusum_side,
        max(ewma_start_date) over in_series as ewma_last_start_date,
        max(cusum_start_date) over in_series as cusum_last_start_date,
        min(ewma_start_date) over in_series as ewma_first_alarm_date,
        min(cusum_start_date) over in_series as cusum_first_alarm_date
    from changed_points
    window in_series as (partition by kpi_id, business_unit)
),

sided_points as (
    select
        remembered_points.kpi_id,
        remembered_points.business_unit,
        remembered_points.period_end_date,
        remembered_points.value,
        remembered_points.centre_value,
        remembered_points.sigma,
        remembered_points.is_provisional,
        remembered_points.status_reason,
        remembered_points.kpi_name,
        remembered_points.goal_id,
        remembered_points.unit,
        remembered_points.direction,
        remembered_points.chart_basis,
        remembered_points.ewma_deviation,
        remembered_points.ewma_limit,
        remembered_points.cusum_high_value,
        remembered_points.cusum_low_value,
        remembered_points.cusum_limit,
        remembered_points.ewma_side,
        remembered_points.cusum_side,
        remembered_points.ewma_last_start_date,
        remembered_points.cusum_last_start_date,
        remembered_points.ewma_first_alarm_date,
        remembered_points.cusum_first_alarm_date,
        case
            when remembered_points.direction = 'up' then 'below'
            when remembered_points.direction = 'down' then 'above'
            when series.lower_value is null and series.upper_value is null then null
            when series.upper_value is null then 'below'
            when series.lower_value is null then 'above'
            when remembered_points.value * 2 > series.lower_value + series.upper_value then 'above'
            when remembered_points.value * 2 < series.lower_value + series.upper_value then 'below'
        end as worse_side
    from remembered_points
    inner join series
        on remembered_points.kpi_id = series.kpi_id
        and remembered_points.business_unit = series.business_unit
        and remembered_points.period_end_date = series.period_end_date
    where remembered_points.is_newest
)

select
    kpi_id,
    business_unit,
    kpi_name,
    goal_id,
    unit,
    direction,
    chart_basis,
    period_end_date,
    value,
    centre_value,
    sigma,
    centre_value + ewma_deviation as ewma_value,
    centre_value - ewma_limit as ewma_lower_limit,
    centre_value + ewma_limit as ewma_upper_limit,
    ewma_side,
    case when ewma_side is not null then ewma_last_start_date end as ewma_since_date,
    ewma_first_alarm_date,
    cusum_high_value,
    cusum_low_value,
    cusum_limit,
    cusum_side,
    case when cusum_side is not null then cusum_last_start_date end as cusum_since_date,
    cusum_first_alarm_date,
    ewma_side is not null or cusum_side is not null as is_alarm,
    coalesce(ewma_side = worse_side, false) or coalesce(cusum_side = worse_side, false) as is_unfavourable,
    is_provisional,
    status_reason
from sided_points
order by kpi_id, business_unit
