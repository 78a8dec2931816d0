-- question: Left alone, will each KPI always meet its target, never, or by luck?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id            text     KPI
--   business_unit     text     unit the values were reported for; '(all)' when they name none
--   kpi_name          text     name of the KPI
--   goal_id           text     goal the KPI names; NULL when not given
--   unit              text     unit of the values
--   direction         text     'up', 'down' or 'range'
--   period_end_date   date     last day of the newest period
--   value             double   newest value, in unit
--   lower_limit       double   lower limit of the process, in unit; NULL when unknown, and for KPIs that are to move
--   upper_limit       double   upper limit of the process, in unit
--   target_value      double   value to reach that is in force for the newest period; NULL for ranges
--   lower_value       double   lower bound of a range in force; NULL = open
--   upper_value       double   upper bound of a range in force; NULL = open
--   verdict           text     'always met' (the limits lie on the good side of the target), 'never met' (on the bad
--                              side) or 'hit or miss' (the target lies between); NULL when that cannot be said
--   met_ratio         double   met_count / value_count; NULL like met_count
--   met_count         bigint   values of the segment that met the target of today; NULL without a target, for totals
--                              and for KPIs that are to move
--   value_count       bigint   values of the segment
--   is_provisional    boolean  true when few values make the limits, or none
--   status_reason     text     NULL, or why there is no verdict: 'too few values', 'no moving range', 'no target',
--                              'target is a total', 'on the way to its target' or 'process is not stable'
-- checks:
--   count(*) filter (where (verdict is null) <> (status_reason is not null)) = 0
--   count(*) filter (where met_count > value_count) = 0
--   count(*) filter (where verdict is not null and lower_limit is null) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit;
--             warning.process_limits where kpi_id = $kpi_id and business_unit = $business_unit and is_newest;
--             warning.process_signals where kpi_id = $kpi_id and business_unit = $business_unit and is_current
-- leaves out: earlier segments; what will happen when the process is changed
-- method:   METHODS 6. Limits of the newest segment against the target in force; a limit that equals the target meets
--             it; compared on nine decimals. The limits describe a process that stays as it is: a rule of Wheeler
--             that fires on a side at the newest value says that it does not. A KPI that is to move from a baseline
--             to a target is a matter of pace and forecast; the target of a sum is held against no single value.
with limits as (
    select
        kpi_id,
        business_unit,
        segment_number,
        kpi_name,
        goal_id,
        unit,
        direction,
        chart_basis,
        lower_limit,
        upper_limit,
        is_provisional,
        status_reason
    from warning.process_limits
    where is_newest
),

series as (
    select
        kpi_id,
        business_unit,
        segment_number,
        period_end_date,
        aggregation,
        value,
        target_value,
        lower_value,
        upper_value,
        row_number() over (partition by kpi_id, business_unit order by period_end_date desc) as newness
    from base.kpi_series
),

current_signals as (
    select distinct kpi_id, business_unit
    from warning.process_signals
    where is_current and rule_set = 'wheeler' and side is not null
),

newest_values as (
    select
        limits.kpi_id,
        limits.business_unit,
        limits.segment_number,
        limits.kpi_name,
        limits.goal_id,
        limits.unit,
        limits.direction,
        limits.chart_basis,
        case when limits.chart_basis = 'level' then limits.lower_limit end as lower_limit,
        case when limits.chart_basis = 'level' then limits.upper_limit end as upper_limit,
        limits.is_provisional,
        limits.status_reason,
        series.period_end_date,
        series.aggregation,
        series.value,
        case when limits.direction <> 'range' then series.target_value end as target_value,
        case when limits.direction = 'range' then series.lower_value end as lower_value,
        case when limits.direction = 'range' then series.upper_value end as upper_value,
        case limits.direction
            when 'up' then series.target_value
            when 'range' then series.lower_value
        end as least_good_value,
        case limits.direction
            when 'down' then series.target_value
            when 'range' then series.upper_value
        end as greatest_good_value,
        current_signals.kpi_id is not null as is_unstable
    from limits
    inner join series
        on limits.kpi_id = series.kpi_id
        and limits.business_unit = series.business_unit
        and series.newness = 1
    left join current_signals
        on limits.kpi_id = current_signals.kpi_id
        and limits.business_unit = current_signals.business_unit
),

-- an open bound is met by everything
met_counts as (
    select
        newest_values.kpi_id,
        newest_values.business_unit,
        count(*) as value_count,
        count(*) filter (
            where
                coalesce(round(series.value - newest_values.least_good_value, 9) >= 0, true)
                and coalesce(round(series.value - newest_values.greatest_good_value, 9) <= 0, true)
        ) as met_count
    from newest_values
    inner join series
        on newest_values.kpi_id = series.kpi_id
        and newest_values.business_unit = series.business_unit
        and newest_values.segment_number = series.segment_number
    group by newest_values.kpi_id, newest_values.business_unit
),

reasoned_values as (
    select
        newest_values.kpi_id,
        newest_values.business_unit,
        newest_values.kpi_name,
        newest_values.goal_id,
        newest_values.unit,
        newest_values.direction,
        newest_values.period_end_date,
        newest_values.value,
        newest_values.lower_limit,
        newest_values.upper_limit,
        newest_values.target_value,
        newest_values.lower_value,
        newest_values.upper_value,
        newest_values.is_provisional,
        case
            when
                newest_values.aggregation <> 'sum'
                and newest_values.chart_basis = 'level'
                and coalesce(newest_values.least_good_value, newest_values.greatest_good_value) is not null
                then met_counts.met_count
        end as met_count,
        met_counts.value_count,
        coalesce(round(newest_values.lower_limit - newest_values.least_good_value, 9) >= 0, true)
        and coalesce(round(newest_values.upper_limit - newest_values.greatest_good_value, 9) <= 0, true)
            as is_always_met,
        coalesce(round(newest_values.upper_limit - newest_values.least_good_value, 9) < 0, false)
        or coalesce(round(newest_values.lower_limit - newest_values.greatest_good_value, 9) > 0, false)
            as is_never_met,
        case
            when coalesce(newest_values.least_good_value, newest_values.greatest_good_value) is null then 'no target'
            when newest_values.aggregation = 'sum' then 'target is a total'
            when newest_values.chart_basis = 'trend' then 'on the way to its target'
            when newest_values.status_reason is not null then newest_values.status_reason
            when newest_values.is_unstable then 'process is not stable'
        end as status_reason
    from newest_values
    inner join met_counts
        on newest_values.kpi_id = met_counts.kpi_id
        and newest_values.business_unit = met_counts.business_unit
)

select
    kpi_id,
    business_unit,
    kpi_name,
    goal_id,
    unit,
    direction,
    period_end_date,
    value,
    lower_limit,
    upper_limit,
    target_value,
    lower_value,
    upper_value,
    case
        when status_reason is not null then null
        when is_always_met then 'always met'
        when is_never_met then 'never met'
        else 'hit or miss'
    end as verdict,
    cast(met_count as double) / nullif(cast(value_count as double), 0) as met_ratio,
    cast(met_count as bigint) as met_count,
    cast(value_count as bigint) as value_count,
    is_provisional,
    status_reason
from reasoned_values
order by kpi_id, business_unit
