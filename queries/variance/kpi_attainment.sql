-- question: Has each KPI reached its target, and if not yet, is it on pace?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id             text     KPI
--   business_unit      text     unit the values were reported for; '(all)' when they name none
--   kpi_name           text     name of the KPI
--   goal_id            text     goal the KPI names; NULL when not given
--   unit               text     unit of the values
--   direction          text     'up' (more is better), 'down' (less is better) or 'range' (inside is better)
--   aggregation        text     how values make the actual: 'last', 'sum', 'average' or 'ratio'
--   baseline_value     double   value at the start, in unit; NULL when not given
--   target_value       double   value to reach, in unit: that of the newest period target, else the KPI's own
--   lower_value        double   lower bound of a range; NULL = open
--   upper_value        double   upper bound of a range; NULL = open
--   start_date         date     day the KPI starts from its baseline
--   target_date        date     day the target is due: the end of its period for a period target
--   actual_value       double   the actual, in unit
--   period_end_date    date     last day of the newest period with a value
--   value_count        bigint   values up to the as-of date
--   attainment_ratio   double   how much of the way to the target is done; 1 = reached, not capped either way;
--                               positive = favourable
--   attainment_method  text     'baseline', 'linear' (no baseline) or 'range'; NULL without an attainment
--   expected_ratio     double   how much of the way should be done by now, 0..1, in a straight line from
--                               start_date to target_date; NULL without both dates, for ranges, and for 'down'
--                               without a baseline, which are to be held every day rather than reached
--   pace_ratio         double   attainment_ratio / expected_ratio; 1 = on pace; NULL when nothing is expected
--   verdict            text     'met' or 'not met' of the target itself; NULL when unknown
--   status             text     'green', 'amber' or 'red' by pace_ratio, or by attainment_ratio when there is no
--                               pace; 'grey' = unknown
--   status_reason      text     NULL, or why the status is grey: 'no value', 'no value since start', 'no target',
--                               'no range', 'denominator is zero', 'target is zero', 'target is negative',
--                               'baseline equals target', 'range has no width', 'not started'
-- checks:
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where (attainment_ratio is null) <> (attainment_method is null)) = 0
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: values of KPIs that are not in kpis; stretch targets; targets of periods still to end
-- method:   METHODS 3 and 4. Sum, average and ratio use the values from start_date on; last uses the newest of
--             all; ratio is the sum of numerators over the sum of denominators, and the last value where these
--             are not given. Attainment is (A-B)/(T-B) with a baseline; without one A/T upwards and 2-A/T
--             downwards, both only for targets above zero; in a range 1 inside, and outside 1 less the
--             distance to the nearest bound over half the width, not below 0. A period target is due in full when
--             its period has ended, even where the KPI's own target_date lies later: it is a stage of the way with
--             an end of its own. A ratio equal to a threshold earns the better colour; comparisons are made on nine
--             decimals.
with kpi_definitions as (
    select
        kpi_id,
        name,
        goal_id,
        unit,
        direction,
        aggregation,
        baseline,
        target,
        lower,
        upper,
        start_date,
        target_date
    from kpis
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

period_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        baseline,
        lower,
        upper,
        row_number() over (
            partition by kpi_id
            order by period_end_date desc, set_date desc nulls last
        ) as newness
    from kpi_targets
    where period_end_date <= $as_of
),

rules as (
    select rag_green_ratio, rag_amber_ratio
    from base.rules
),

targeted_kpis as (
    select
        kpi_definitions.kpi_id,
        kpi_definitions.name as kpi_name,
        kpi_definitions.goal_id,
        kpi_definitions.unit,
        kpi_definitions.direction,
        coalesce(kpi_definitions.aggregation, 'last') as aggregation,
        coalesce(period_targets.baseline, kpi_definitions.baseline) as baseline_value,
        coalesce(period_targets.target, kpi_definitions.target) as target_value,
        coalesce(period_targets.lower, kpi_definitions.lower) as lower_value,
        coalesce(period_targets.upper, kpi_definitions.upper) as upper_value,
        kpi_definitions.start_date,
        case
            when period_targets.target is not null then period_targets.period_end_date
            else kpi_definitions.target_date
        end as target_date
    from kpi_definitions
    left join period_targets
        on kpi_definitions.kpi_id = period_targets.kpi_id
        and period_targets.newness = 1
),

dated_observations as (
    select
        observations.kpi_id,
        observations.business_unit,
        observations.period_end_date,
        observations.value,
        observations.numerator,
        observations.denominator,
        kpi_definitions.start_date is null
        or observations.period_end_date >= kpi_definitions.start_date as is_since_start
    from observations
    inner join kpi_definitions
        on observations.kpi_id = kpi_definitions.kpi_id
),

-- running totals add values in the order of their dates, so that the last digit never depends on luck
running_observations as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        value as last_value,
        count(*) over in_order as value_count,
        sum(case when is_since_start then value end) over in_order as value_sum,
        count(case when is_since_start then value end) over in_order as since_start_count,
        sum(case when is_since_start then numerator end) over in_order as numerator_sum,
        sum(case when is_since_start then denominator end) over in_order as denominator_sum,
        row_number() over (
            partition by kpi_id, business_unit
            order by period_end_date desc
        ) as newness
    from dated_observations
    window in_order as (
        partition by kpi_id, business_unit
        order by period_end_date
        rows between unbounded preceding and current row
    )
),

newest_observations as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        last_value,
        value_count,
        value_sum,
        since_start_count,
        numerator_sum,
        denominator_sum
    from running_observations
    where newness = 1
),

measured_kpis as (
    select
        targeted_kpis.kpi_id,
        coalesce(newest_observations.business_unit, '(all)') as business_unit,
        targeted_kpis.kpi_name,
        targeted_kpis.goal_id,
        targeted_kpis.unit,
        targeted_kpis.direction,
        targeted_kpis.aggregation,
        targeted_kpis.baseline_value,
        targeted_kpis.target_value,
        targeted_kpis.lower_value,
        targeted_kpis.upper_value,
        targeted_kpis.start_date,
        targeted_kpis.target_date,
        case
            when targeted_kpis.aggregation = 'sum' then newest_observations.value_sum
            when targeted_kpis.aggregation = 'average'
                then newest_observations.value_sum / nullif(newest_observations.since_start_count, 0)
            when targeted_kpis.aggregation = 'ratio' and newest_observations.denominator_sum is not null
                then newest_observations.numerator_sum / nullif(newest_observations.denominator_sum, 0)
            else newest_observations.last_value
        end as actual_value,
        newest_observations.period_end_date,
        coalesce(newest_observations.value_count, 0) as value_count,
        coalesce(
            targeted_kpis.aggregation = 'ratio' and newest_observations.denominator_sum = 0,
            false
        ) as has_zero_denominator
    from targeted_kpis
    left join newest_observations
        on targeted_kpis.kpi_id = newest_observations.kpi_id
),

-- is_inside is NULL when there is no value or neither bound; greatest passes over an open bound, which is NULL
placed_kpis as (
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
        value_count,
        has_zero_denominator,
        case
            when actual_value is null or (lower_value is null and upper_value is null) then null
            else round(actual_value, 9) >= round(coalesce(lower_value, actual_value), 9)
                and round(actual_value, 9) <= round(coalesce(upper_value, actual_value), 9)
        end as is_inside,
        greatest(lower_value - actual_value, actual_value - upper_value) as outside_distance,
        case when upper_value > lower_value then (upper_value - lower_value) / 2 end as tolerance,
        case
            when direction = 'range' or (direction = 'down' and baseline_value is null) then null
            when start_date is null or target_date is null then null
            when target_date <= $as_of then 1.0
            when start_date >= $as_of then 0.0
            else cast($as_of - start_date as double) / nullif(cast(target_date - start_date as double), 0)
        end as expected_ratio
    from measured_kpis
),

attained_kpis as (
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
        value_count,
        case
            when direction = 'range' and is_inside then 1.0
            when direction = 'range' and not is_inside and tolerance is not null
                then greatest(1 - outside_distance / nullif(tolerance, 0), 0.0)
            when direction = 'range' then null
            when baseline_value is not null
                then (actual_value - baseline_value) / nullif(target_value - baseline_value, 0)
            when target_value > 0 and direction = 'up' then actual_value / target_value
            when target_value > 0 and direction = 'down' then 2 - actual_value / target_value
        end as attainment_ratio,
        expected_ratio,
        case
            when direction = 'range' then is_inside
            when direction = 'up' then round(actual_value, 9) >= round(target_value, 9)
            when direction = 'down' then round(actual_value, 9) <= round(target_value, 9)
        end as is_met,
        case
            when value_count = 0 then 'no value'
            when has_zero_denominator then 'denominator is zero'
            when actual_value is null then 'no value since start'
            when direction = 'range' and lower_value is null and upper_value is null then 'no range'
            when direction = 'range' and not is_inside and tolerance is null then 'range has no width'
            when direction <> 'range' and target_value is null then 'no target'
            when direction <> 'range' and baseline_value = target_value then 'baseline equals target'
            when direction <> 'range' and baseline_value is null and target_value = 0 then 'target is zero'
            when direction <> 'range' and baseline_value is null and target_value < 0 then 'target is negative'
            when start_date >= $as_of then 'not started'
        end as status_reason
    from placed_kpis
),

paced_kpis as (
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
        value_count,
        attainment_ratio,
        expected_ratio,
        attainment_ratio / nullif(expected_ratio, 0) as pace_ratio,
        is_met,
        status_reason
    from attained_kpis
)

select
    paced_kpis.kpi_id,
    paced_kpis.business_unit,
    paced_kpis.kpi_name,
    paced_kpis.goal_id,
    paced_kpis.unit,
    paced_kpis.direction,
    paced_kpis.aggregation,
    paced_kpis.baseline_value,
    paced_kpis.target_value,
    paced_kpis.lower_value,
    paced_kpis.upper_value,
    paced_kpis.start_date,
    paced_kpis.target_date,
    paced_kpis.actual_value,
    paced_kpis.period_end_date,
    cast(paced_kpis.value_count as bigint) as value_count,
    cast(paced_kpis.attainment_ratio as double) as attainment_ratio,
    case
        when paced_kpis.attainment_ratio is null then null
        when paced_kpis.direction = 'range' then 'range'
        when paced_kpis.baseline_value is not null then 'baseline'
        else 'linear'
    end as attainment_method,
    cast(paced_kpis.expected_ratio as double) as expected_ratio,
    cast(paced_kpis.pace_ratio as double) as pace_ratio,
    case
        when paced_kpis.is_met then 'met'
        when not paced_kpis.is_met then 'not met'
    end as verdict,
    case
        when paced_kpis.status_reason is not null then 'grey'
        when round(coalesce(paced_kpis.pace_ratio, paced_kpis.attainment_ratio), 9)
            >= round(rules.rag_green_ratio, 9) then 'green'
        when round(coalesce(paced_kpis.pace_ratio, paced_kpis.attainment_ratio), 9)
            >= round(rules.rag_amber_ratio, 9) then 'amber'
        else 'red'
    end as status,
    paced_kpis.status_reason
from paced_kpis
cross join rules
order by kpi_id, business_unit
