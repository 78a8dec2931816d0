-- question: How do the value, the target, the attainment and the status of each KPI differ from the previous release?
-- grain:    kpi_id, business_unit, measure, cause
-- columns:
--   kpi_id         text    KPI
--   business_unit  text    unit the values were reported for; '(all)' when they name none
--   measure        text    'value', 'target', 'lower bound', 'upper bound', 'attainment' or 'status'
--   cause          text    'time passed' (a new period, or the target of the period that ended), 'late data' (a value of
--                          an earlier period, learned since), 'restatement' (a value that was changed or withdrawn),
--                          'target' (the target, a bound or the baseline was set anew), 'definition' (direction,
--                          aggregation, unit or start), 'rules' (status only: other thresholds)
--   before_value   double  the measure in the previous release; NULL when unknown, and for the status
--   after_value    double  the measure today; NULL when unknown, and for the status
--   change_value   double  what this cause adds to it; NULL where one side is unknown, and for the status
--   before_status  text    status in the previous release; NULL for the other measures
--   after_status   text    status today
-- checks:
--   count(*) filter (where (measure = 'status') <> (before_status is not null)) = 0
--   (select count(*) from (select c.kpi_id, c.business_unit, c.measure, max(c.after_value) - max(c.before_value)
--     - sum(c.change_value) as rest from base.kpi_changes as c where c.measure <> 'status'
--     group by c.kpi_id, c.business_unit, c.measure) as s where abs(s.rest) > 0.000001) = 0
-- receipt:  history.kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             history.kpi_values where kpi_id = $kpi_id
--             and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: KPIs, and units of a KPI, that are in one of the releases only; the pace, which moves every day
-- method:   METHODS 3. The previous release is rebuilt step by step into today's: first the values that were restated,
--             then those that came late, then those of new periods, each time with the definition and the target as
--             they were; what is left is the new target or definition. Steps below a billionth are none. A status
--             changes for the cause that moved the attainment most; when nothing moved it, for the time that passed
--             and with it what was expected by now.
with attained_now as (
    select
        kpi_id,
        business_unit,
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
        attainment_ratio,
        pace_ratio,
        status
    from variance.kpi_attainment
),

attained_then as (
    select
        kpi_id,
        business_unit,
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
        attainment_ratio,
        pace_ratio,
        status
    from previous.variance.kpi_attainment
),

step_values as (
    select kpi_id, business_unit, step, actual_value, attainment_ratio
    from base.kpi_steps
),

period_targets as (
    select distinct kpi_id, period_end_date
    from kpi_targets
),

releases as (
    select previous_as_of, rules_version is distinct from previous_rules_version as has_new_rules
    from base.run
    where previous_as_of is not null
),

changed_kpis as (
    select
        attained_then.kpi_id,
        attained_then.business_unit,
        attained_then.direction,
        attained_then.aggregation,
        attained_then.baseline_value,
        attained_then.start_date,
        attained_then.target_value as target_before_value,
        attained_now.target_value as target_after_value,
        attained_then.lower_value as lower_before_value,
        attained_now.lower_value as lower_after_value,
        attained_then.upper_value as upper_before_value,
        attained_now.upper_value as upper_after_value,
        attained_then.actual_value as actual_before_value,
        attained_now.actual_value as actual_after_value,
        attained_then.attainment_ratio as attainment_before_ratio,
        attained_now.attainment_ratio as attainment_after_ratio,
        attained_then.status as status_before,
        attained_now.status as status_after,
        releases.previous_as_of,
        releases.has_new_rules,
        (attained_then.direction is distinct from attained_now.direction)
        or (attained_then.aggregation is distinct from attained_now.aggregation)
        or (attained_then.unit is distinct from attained_now.unit)
        or (attained_then.start_date is distinct from attained_now.start_date) as is_redefined,
        coalesce(
            attained_now.target_date > releases.previous_as_of
            and attained_now.target_date <= $as_of
            and period_targets.kpi_id is not null,
            false
        ) as is_next_period,
        coalesce(round(attained_then.pace_ratio, 9), -1) <> coalesce(round(attained_now.pace_ratio, 9), -1)
            as is_paced_otherwise
    from attained_then
    inner join attained_now
        on attained_then.kpi_id = attained_now.kpi_id
        and attained_then.business_unit = attained_now.business_unit
    left join period_targets
        on attained_now.kpi_id = period_targets.kpi_id
        and attained_now.target_date = period_targets.period_end_date
    cross join releases
    where
        (round(attained_then.actual_value, 9) is distinct from round(attained_now.actual_value, 9))
        or (round(attained_then.attainment_ratio, 9) is distinct from round(attained_now.attainment_ratio, 9))
        or (attained_then.target_value is distinct from attained_now.target_value)
        or (attained_then.lower_value is distinct from attained_now.lower_value)
        or (attained_then.upper_value is distinct from attained_now.upper_value)
        or (attained_then.status is distinct from attained_now.status)
),

-- step 0 is the previous release and step 4 today's, both as published
measured_steps as (
    select kpi_id, business_unit, 'value' as measure, 0 as step, actual_before_value as step_value
    from changed_kpis
    union all
    select kpi_id, business_unit, 'value' as measure, step, actual_value as step_value
    from step_values
    union all
    select kpi_id, business_unit, 'value' as measure, 4 as step, actual_after_value as step_value
    from changed_kpis
    union all
    select kpi_id, business_unit, 'attainment' as measure, 0 as step, attainment_before_ratio as step_value
    from changed_kpis
    union all
    select kpi_id, business_unit, 'attainment' as measure, step, attainment_ratio as step_value
    from step_values
    union all
    select kpi_id, business_unit, 'attainment' as measure, 4 as step, attainment_after_ratio as step_value
    from changed_kpis
),

-- a step without a value leaves it as it was: it is told by the next one that has a value
known_steps as (
    select
        kpi_id,
        business_unit,
        measure,
        step,
        round(
            step_value - lag(step_value) over (partition by kpi_id, business_unit, measure order by step),
            9
        ) as change_value
    from measured_steps
    where step_value is not null
),

stepwise_changes as (
    select
        known_steps.kpi_id,
        known_steps.business_unit,
        known_steps.measure,
        case known_steps.step
            when 1 then 'restatement'
            when 2 then 'late data'
            when 3 then 'time passed'
            else
                case
                    when changed_kpis.is_redefined then 'definition'
                    when known_steps.measure = 'attainment' and not changed_kpis.is_next_period then 'target'
                    else 'time passed'
                end
        end as cause,
        known_steps.change_value
    from known_steps
    inner join changed_kpis
        on known_steps.kpi_id = changed_kpis.kpi_id
        and known_steps.business_unit = changed_kpis.business_unit
    where known_steps.change_value <> 0
),

value_changes as (
    select
        stepwise_changes.kpi_id,
        stepwise_changes.business_unit,
        stepwise_changes.measure,
        stepwise_changes.cause,
        case
            when stepwise_changes.measure = 'value' then changed_kpis.actual_before_value
            else changed_kpis.attainment_before_ratio
        end as before_value,
        case
            when stepwise_changes.measure = 'value' then changed_kpis.actual_after_value
            else changed_kpis.attainment_after_ratio
        end as after_value,
        sum(stepwise_changes.change_value) as change_value
    from stepwise_changes
    inner join changed_kpis
        on stepwise_changes.kpi_id = changed_kpis.kpi_id
        and stepwise_changes.business_unit = changed_kpis.business_unit
    group by
        stepwise_changes.kpi_id,
        stepwise_changes.business_unit,
        stepwise_changes.measure,
        stepwise_changes.cause,
        changed_kpis.actual_before_value,
        changed_kpis.actual_after_value,
        changed_kpis.attainment_before_ratio,
        changed_kpis.attainment_after_ratio
),

-- a measure that was unknown, or became so, has no change in figures
appeared_values as (
    select
        kpi_id,
        business_unit,
        'value' as measure,
        actual_before_value as before_value,
        actual_after_value as after_value,
        case when is_redefined then 'definition' else 'time passed' end as cause
    from changed_kpis
    where (actual_before_value is null) <> (actual_after_value is null)
    union all
    select
        kpi_id,
        business_unit,
        'attainment' as measure,
        attainment_before_ratio as before_value,
        attainment_after_ratio as after_value,
        case
            when is_redefined then 'definition'
            when (actual_before_value is null) <> (actual_after_value is null) then 'time passed'
            else 'target'
        end as cause
    from changed_kpis
    where (attainment_before_ratio is null) <> (attainment_after_ratio is null)
),

bounds as (
    select
        kpi_id,
        business_unit,
        'target' as measure,
        target_before_value as before_value,
        target_after_value as after_value,
        is_next_period
    from changed_kpis
    union all
    select
        kpi_id,
        business_unit,
        'lower bound' as measure,
        lower_before_value as before_value,
        lower_after_value as after_value,
        is_next_period
    from changed_kpis
    union all
    select
        kpi_id,
        business_unit,
        'upper bound' as measure,
        upper_before_value as before_value,
        upper_after_value as after_value,
        is_next_period
    from changed_kpis
),

strongest_causes as (
    select kpi_id, business_unit, cause
    from stepwise_changes
    where measure = 'attainment'
    qualify row_number() over (
        partition by kpi_id, business_unit
        order by abs(change_value) desc, cause
    ) = 1
),

status_changes as (
    select
        changed_kpis.kpi_id,
        changed_kpis.business_unit,
        case
            when strongest_causes.cause is not null then strongest_causes.cause
            when changed_kpis.is_redefined then 'definition'
            when changed_kpis.has_new_rules and not changed_kpis.is_paced_otherwise then 'rules'
            else 'time passed'
        end as cause,
        changed_kpis.status_before,
        changed_kpis.status_after
    from changed_kpis
    left join strongest_causes
        on changed_kpis.kpi_id = strongest_causes.kpi_id
        and changed_kpis.business_unit = strongest_causes.business_unit
    where changed_kpis.status_before <> changed_kpis.status_after
),

kpi_changes as (
    select
        kpi_id,
        business_unit,
        measure,
        cause,
        before_value,
        after_value,
        change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from value_changes
    where before_value is not null and after_value is not null
    union all
    select
        kpi_id,
        business_unit,
        measure,
        cause,
        before_value,
        after_value,
        cast(null as double) as change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from appeared_values
    union all
    select
        kpi_id,
        business_unit,
        measure,
        case when is_next_period then 'time passed' else 'target' end as cause,
        before_value,
        after_value,
        after_value - before_value as change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from bounds
    where before_value is distinct from after_value
    union all
    select
        kpi_id,
        business_unit,
        'status' as measure,
        cause,
        cast(null as double) as before_value,
        cast(null as double) as after_value,
        cast(null as double) as change_value,
        status_before as before_status,
        status_after as after_status
    from status_changes
)

select
    kpi_id,
    business_unit,
    measure,
    cause,
    cast(before_value as double) as before_value,
    cast(after_value as double) as after_value,
    cast(change_value as double) as change_value,
    before_status,
    after_status
from kpi_changes
order by kpi_id, business_unit, measure, cause
