-- question: Where should each KPI be today on the way to its target, and where is it?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id            text     KPI
--   business_unit     text     unit the values were reported for; '(all)' when they name none
--   kpi_name          text     name of the KPI
--   goal_id           text     goal the KPI names; NULL when not given
--   unit              text     unit of the values
--   direction         text     'up' (more is better), 'down' (less is better) or 'range' (inside is better)
--   aggregation       text     how values make the actual: 'last', 'sum', 'average' or 'ratio'
--   basis             text     what is expected today: 'target curve' or 'step' (period targets, by the trajectory of
--                              the one that comes next), 'period target' (an average or ratio is held to the target of
--                              its period from the first day), 'straight line' (from the start to the target date),
--                              'target' (no dates: the target itself) or 'range'
--   segment_end_date  date     day of the period target that comes next, or of the last one; NULL without such
--   baseline_value    double   value at the start, in unit; a sum over a target period starts at nothing, which is 0
--   target_value      double   value at the end: of the curve, for a sum, average or ratio of the target period
--   target_date       date     day of that end; NULL when not given
--   expected_value    double   where the KPI should be on the as-of date, in unit
--   actual_value      double   where it is, in unit; with period targets a sum, average or ratio is that of the
--                              target period
--   period_end_date   date     last day of the newest period with a value
--   deviation_value   double   distance of the actual from the expected value, in unit; for a range from the
--                              nearest bound, 0 inside; positive = favourable
--   expected_ratio    double   part of the way that should be done: (expected - baseline) / (target - baseline),
--                              without a baseline expected / target; 1 when the target itself is expected; NULL for
--                              ranges and for ceilings, which are to be held ('down' without a baseline)
--   attainment_ratio  double   part of the way that is done: (actual - baseline) / (target - baseline); without a
--                              baseline as in variance.kpi_attainment; not capped; positive = favourable
--   pace_ratio        double   attainment to date, the same against what is expected today: (actual - baseline) /
--                              (expected - baseline), without a baseline actual / expected upwards and
--                              2 - actual / expected downwards; 1 = as expected; not capped
--   status            text     'green', 'amber' or 'red' by pace_ratio; 'grey' = unknown
--   status_reason     text     NULL, or why the status is grey: 'no value', 'no value since start', 'no value in the
--                              period', 'no target', 'no range', 'no start date', 'no baseline', 'denominator is zero',
--                              'target is zero', 'target is negative', 'baseline equals target', 'range has no
--                              width', 'not started', 'nothing due yet' (a step is still to come), 'curve against
--                              the direction' (the curve expects the KPI to get worse than its baseline)
-- checks:
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where status <> 'grey' and pace_ratio is null) = 0
--   count(*) = (select count(*) from variance.kpi_attainment)
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: stretch targets; baselines of all but the first period target; the age of the newest value: a KPI that
--             is measured once a quarter is compared with today, not with the day of its value
-- method:   METHODS 3 and 4. A period target counts from its set_date, and of several for one period the newest. In
--             a level ('last') they are the points of a curve that begins with the baseline on start_date and ends
--             with the KPI's own target when that is due after all of them; between two points the curve is a
--             straight line, or, when the next one is a 'step', stays at the one before; after the last it stays. In
--             a sum a period target is the amount of its period, from the day after the one before (or from
--             start_date) and due day by day, as a 'step' only on its last day. Without period targets this agrees
--             with variance.kpi_attainment, but for ceilings on a sum, of which only the part due by now is allowed.
--             A ratio equal to a threshold earns the better colour; comparisons are made on nine decimals.
with attained_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        aggregation,
        baseline_value,
        target_value,
        lower_value,
        upper_value,
        start_date,
        target_date,
        actual_value,
        period_end_date,
        attainment_ratio,
        expected_ratio,
        pace_ratio,
        status_reason
    from variance.kpi_attainment
),

kpi_definitions as (
    select
        kpi_id,
        coalesce(aggregation, 'last') as aggregation,
        baseline,
        target,
        start_date,
        target_date
    from kpis
    where direction <> 'range'
),

observations as (
    select
        kpi_id,
        coalesce(nullif(business_unit, ''), '(all)') as business_unit,
        period_end_date,
        value,
        case when denominator is not null then numerator end as numerator,
        case when numerator is not null then denominator end as denominator
    from kpi_values
),

newest_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        baseline,
        trajectory,
        row_number() over (
            partition by kpi_id, period_end_date
            order by set_date desc nulls last
        ) as newness
    from kpi_targets
),

rules as (
    select rag_green_ratio, rag_amber_ratio
    from base.rules
),

period_points as (
    select
        newest_targets.kpi_id,
        newest_targets.period_end_date as point_date,
        newest_targets.target as point_value,
        newest_targets.baseline as point_baseline,
        coalesce(newest_targets.trajectory, 'linear') as trajectory
    from newest_targets
    inner join kpi_definitions
        on newest_targets.kpi_id = kpi_definitions.kpi_id
    where
        newest_targets.newness = 1
        and newest_targets.target is not null
),

last_points as (
    select kpi_id, max(point_date) as last_date
    from period_points
    group by kpi_id
),

points as (
    select kpi_id, point_date, point_value, point_baseline, trajectory
    from period_points
    union all
    select
        kpi_definitions.kpi_id,
        kpi_definitions.target_date as point_date,
        kpi_definitions.target as point_value,
        cast(null as double) as point_baseline,
        'linear' as trajectory
    from kpi_definitions
    inner join last_points
        on kpi_definitions.kpi_id = last_points.kpi_id
        and kpi_definitions.target_date > last_points.last_date
    where
        kpi_definitions.aggregation = 'last'
        and kpi_definitions.target is not null
),

ordered_points as (
    select
        kpi_id,
        point_date,
        point_value,
        trajectory,
        lag(point_date) over in_order as previous_date,
        lag(point_value) over in_order as previous_value,
        first_value(point_baseline) over in_order as first_baseline,
        first_value(point_value) over (partition by kpi_id order by point_date desc) as end_value,
        max(point_date) over (partition by kpi_id) as end_date,
        row_number() over (
            partition by kpi_id
            order by
                point_date >= $as_of desc,
                case when point_date >= $as_of then point_date end,
                point_date desc
        ) as nearness
    from points
    window in_order as (partition by kpi_id order by point_date)
),

-- the segment that leads to the next point, or has led to the last one
segments as (
    select
        ordered_points.kpi_id,
        ordered_points.point_date,
        ordered_points.point_value,
        ordered_points.trajectory,
        ordered_points.previous_date,
        coalesce(ordered_points.previous_date, kpi_definitions.start_date) as from_date,
        coalesce(ordered_points.first_baseline, kpi_definitions.baseline) as baseline_value,
        coalesce(
            ordered_points.previous_value,
            ordered_points.first_baseline,
            kpi_definitions.baseline
        ) as from_value,
        ordered_points.end_value,
        ordered_points.end_date,
        kpi_definitions.aggregation,
        kpi_definitions.start_date
    from ordered_points
    inner join kpi_definitions
        on ordered_points.kpi_id = kpi_definitions.kpi_id
    where ordered_points.nearness = 1
),

-- running totals add values in the order of their dates, so that the last digit never depends on luck
running_observations as (
    select
        observations.kpi_id,
        observations.business_unit,
        segments.aggregation,
        observations.value as last_value,
        sum(observations.value) over in_order as value_sum,
        count(*) over in_order as value_count,
        sum(observations.numerator) over in_order as numerator_sum,
        sum(observations.denominator) over in_order as denominator_sum,
        row_number() over (
            partition by observations.kpi_id, observations.business_unit
            order by observations.period_end_date desc
        ) as newness
    from observations
    inner join segments
        on observations.kpi_id = segments.kpi_id
    where
        segments.aggregation <> 'last'
        and observations.period_end_date <= segments.point_date
        and (segments.previous_date is null or observations.period_end_date > segments.previous_date)
        and (segments.start_date is null or observations.period_end_date >= segments.start_date)
    window in_order as (
        partition by observations.kpi_id, observations.business_unit
        order by observations.period_end_date
        rows between unbounded preceding and current row
    )
),

period_actuals as (
    select
        kpi_id,
        business_unit,
        case
            when aggregation = 'sum' then value_sum
            when aggregation = 'average' then value_sum / nullif(value_count, 0)
            when denominator_sum is not null then numerator_sum / nullif(denominator_sum, 0)
            else last_value
        end as actual_value,
        coalesce(aggregation = 'ratio' and denominator_sum = 0, false) as has_zero_denominator
    from running_observations
    where newness = 1
),

-- progress_ratio: how much of the segment lies behind us, by days; 1 after its end
placed_segments as (
    select
        kpi_id,
        aggregation,
        point_date,
        point_value,
        trajectory,
        start_date,
        from_date,
        from_value,
        baseline_value,
        end_value,
        end_date,
        case
            when $as_of >= point_date then 1.0
            when trajectory = 'step' then 0.0
            when from_date is null then null
            when $as_of <= from_date then 0.0
            else cast($as_of - from_date as double) / nullif(cast(point_date - from_date as double), 0)
        end as progress_ratio
    from segments
),

expected_segments as (
    select
        kpi_id,
        aggregation,
        point_date,
        trajectory,
        from_date,
        case when aggregation = 'last' then baseline_value end as baseline_value,
        case when aggregation = 'last' then end_value else point_value end as target_value,
        case when aggregation = 'last' then end_date else point_date end as target_date,
        case
            when start_date >= $as_of then null
            when aggregation in ('average', 'ratio') then point_value
            when aggregation = 'sum' and from_date is null then null
            when aggregation = 'sum' then point_value * progress_ratio
            when progress_ratio = 1 then point_value
            when progress_ratio = 0 then from_value
            else from_value + (point_value - from_value) * progress_ratio
        end as expected_value,
        case
            when start_date >= $as_of then 'not started'
            when aggregation = 'sum' and from_date is null then 'no start date'
            when aggregation <> 'last' then null
            when progress_ratio < 1 and from_value is null then 'no baseline'
            when progress_ratio is null then 'no start date'
        end as gap_reason
    from placed_segments
),

-- without period targets: what variance.kpi_attainment expects, as a value
expected_kpis as (
    select
        attained_kpis.kpi_id,
        attained_kpis.business_unit,
        attained_kpis.kpi_name,
        attained_kpis.goal_id,
        attained_kpis.unit,
        attained_kpis.direction,
        attained_kpis.aggregation,
        expected_segments.kpi_id is not null as has_curve,
        case
            when attained_kpis.direction = 'range' then 'range'
            when expected_segments.aggregation in ('average', 'ratio') then 'period target'
            when expected_segments.trajectory = 'step' then 'step'
            when expected_segments.kpi_id is not null then 'target curve'
            when attained_kpis.expected_ratio is not null then 'straight line'
            when
                attained_kpis.aggregation = 'sum'
                and attained_kpis.start_date is not null
                and attained_kpis.target_date is not null
                then 'straight line'
            when attained_kpis.target_value is not null then 'target'
        end as basis,
        expected_segments.point_date as segment_end_date,
        case
            when expected_segments.kpi_id is not null then expected_segments.baseline_value
            else attained_kpis.baseline_value
        end as baseline_value,
        case
            when expected_segments.kpi_id is not null then expected_segments.target_value
            else attained_kpis.target_value
        end as target_value,
        case
            when expected_segments.kpi_id is not null then expected_segments.target_date
            else attained_kpis.target_date
        end as target_date,
        attained_kpis.lower_value,
        attained_kpis.upper_value,
        expected_segments.expected_value as curve_value,
        expected_segments.gap_reason,
        case
            when attained_kpis.expected_ratio is not null then attained_kpis.expected_ratio
            when
                attained_kpis.direction = 'range'
                or attained_kpis.aggregation <> 'sum'
                or attained_kpis.start_date is null
                or attained_kpis.target_date is null
                then null
            when attained_kpis.target_date <= $as_of then 1.0
            when attained_kpis.start_date >= $as_of then 0.0
            else cast($as_of - attained_kpis.start_date as double)
                / nullif(cast(attained_kpis.target_date - attained_kpis.start_date as double), 0)
        end as line_ratio,
        case
            when expected_segments.aggregation <> 'last' then period_actuals.actual_value
            else attained_kpis.actual_value
        end as actual_value,
        coalesce(period_actuals.has_zero_denominator, false) as has_zero_denominator,
        attained_kpis.period_end_date,
        attained_kpis.attainment_ratio as attained_ratio,
        attained_kpis.status_reason as attained_reason
    from attained_kpis
    left join expected_segments
        on attained_kpis.kpi_id = expected_segments.kpi_id
    left join period_actuals
        on attained_kpis.kpi_id = period_actuals.kpi_id
        and attained_kpis.business_unit = period_actuals.business_unit
),

valued_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        aggregation,
        has_curve,
        basis,
        segment_end_date,
        case when basis in ('target curve', 'step') and aggregation = 'sum' then 0.0 else baseline_value end
            as baseline_value,
        target_value,
        target_date,
        lower_value,
        upper_value,
        case
            when has_curve then curve_value
            when basis = 'straight line' and line_ratio = 1 then target_value
            when basis = 'straight line'
                then coalesce(baseline_value, 0) + (target_value - coalesce(baseline_value, 0)) * line_ratio
            when basis = 'target' then target_value
        end as expected_value,
        gap_reason,
        actual_value,
        has_zero_denominator,
        period_end_date,
        attained_ratio,
        attained_reason
    from expected_kpis
),

-- a ceiling is compared as a whole, since there is no way to go from a baseline
judged_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        aggregation,
        has_curve,
        basis,
        segment_end_date,
        baseline_value,
        target_value,
        target_date,
        lower_value,
        upper_value,
        expected_value,
        gap_reason,
        actual_value,
        has_zero_denominator,
        period_end_date,
        attained_ratio,
        attained_reason,
        direction = 'down' and (baseline_value is null or (has_curve and aggregation = 'sum')) as is_ceiling
    from valued_kpis
),

measured_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        aggregation,
        basis,
        segment_end_date,
        baseline_value,
        target_value,
        target_date,
        expected_value,
        actual_value,
        period_end_date,
        case
            when direction = 'range' and attained_ratio is not null
                then 0.0 - greatest(lower_value - actual_value, actual_value - upper_value, 0.0)
            when direction = 'down' then expected_value - actual_value
            when direction = 'up' then actual_value - expected_value
        end as deviation_value,
        case
            when is_ceiling then null
            when baseline_value is not null
                then (expected_value - baseline_value) / nullif(target_value - baseline_value, 0)
            else expected_value / nullif(target_value, 0)
        end as expected_ratio,
        case
            when not has_curve then attained_ratio
            when is_ceiling and target_value > 0 then 2 - actual_value / target_value
            when is_ceiling then null
            when baseline_value is not null
                then (actual_value - baseline_value) / nullif(target_value - baseline_value, 0)
            when target_value > 0 then actual_value / target_value
        end as attainment_ratio,
        case
            when direction = 'range' then attained_ratio
            when is_ceiling then 2 - actual_value / nullif(expected_value, 0)
            when baseline_value is not null
                then (actual_value - baseline_value) / nullif(expected_value - baseline_value, 0)
            else actual_value / nullif(expected_value, 0)
        end as pace_ratio,
        case
            when not has_curve and attained_reason is not null then attained_reason
            when direction = 'range' then null
            when attained_reason = 'no value' then 'no value'
            when gap_reason is not null then gap_reason
            when has_zero_denominator then 'denominator is zero'
            when actual_value is null then 'no value in the period'
            when basis = 'step' and round(expected_value, 9) = round(baseline_value, 9) then 'nothing due yet'
            when (is_ceiling or baseline_value is null or aggregation = 'sum') and round(expected_value, 9) = 0
                then 'target is zero'
            when (is_ceiling or baseline_value is null) and expected_value < 0 then 'target is negative'
            when round(expected_value, 9) <> round(baseline_value, 9)
                then case
                    when is_ceiling or (direction = 'up') = (expected_value > baseline_value) then null
                    else 'curve against the direction'
                end
            when round(target_value, 9) = round(baseline_value, 9) then 'baseline equals target'
            when round(expected_value, 9) = round(baseline_value, 9) then 'nothing due yet'
        end as status_reason
    from judged_kpis
)

select
    measured_kpis.kpi_id,
    measured_kpis.business_unit,
    measured_kpis.kpi_name,
    measured_kpis.goal_id,
    measured_kpis.unit,
    measured_kpis.direction,
    measured_kpis.aggregation,
    measured_kpis.basis,
    measured_kpis.segment_end_date,
    cast(measured_kpis.baseline_value as double) as baseline_value,
    cast(measured_kpis.target_value as double) as target_value,
    measured_kpis.target_date,
    cast(measured_kpis.expected_value as double) as expected_value,
    cast(measured_kpis.actual_value as double) as actual_value,
    measured_kpis.period_end_date,
    cast(measured_kpis.deviation_value as double) as deviation_value,
    cast(measured_kpis.expected_ratio as double) as expected_ratio,
    cast(measured_kpis.attainment_ratio as double) as attainment_ratio,
    cast(
        case when measured_kpis.status_reason is null then measured_kpis.pace_ratio end as double
    ) as pace_ratio,
    case
        when measured_kpis.status_reason is not null then 'grey'
        when round(measured_kpis.pace_ratio, 9) >= round(rules.rag_green_ratio, 9) then 'green'
        when round(measured_kpis.pace_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
        else 'red'
    end as status,
    measured_kpis.status_reason
from measured_kpis
cross join rules
order by kpi_id, business_unit
