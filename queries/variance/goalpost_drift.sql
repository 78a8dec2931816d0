-- question: Did a KPI come closer to its target, or the target closer to the KPI, and whom does that flatter?
-- grain:    kpi_id
-- columns:
--   kpi_id                    text     KPI
--   kpi_name                  text     name of the KPI
--   goal_id                   text     goal the KPI names; NULL when not given
--   owner                     text     who answers for it; NULL when not given
--   direction                 text     'up', 'down' or 'range'
--   version_count             bigint   versions of the KPI known by now
--   first_baseline_value      double   baseline as first approved, in unit; NULL when there never was one
--   baseline_value            double   baseline now
--   first_target_value        double   target as first approved, in unit; NULL for ranges
--   target_value              double   target now
--   first_target_date         date     due date as first approved
--   target_date               date     due date now
--   target_change_count       bigint   changes of the target, or of a bound, after the start: in versions of the KPI
--                                      and in targets of one period that were set again
--   baseline_change_count     bigint   changes of the baseline after the start
--   due_change_count          bigint   changes of the due date after the start
--   unit_count                bigint   units that report the KPI; ratios are the mean over them
--   first_attainment_ratio    double   attainment of today's actual against the first goalposts; 1 = reached
--   attainment_ratio          double   the same against the present ones, as in variance.kpi_attainment
--   attainment_drift_ratio    double   first less present; negative = the moved goalposts flatter the KPI
--   first_pace_ratio          double   first_attainment_ratio over what was expected by now with the first dates; NULL
--                                      when nothing is expected
--   pace_ratio                double   attainment_ratio over what is expected by now
--   pace_drift_ratio          double   first less present; negative = the moved goalposts flatter the KPI; a later due
--                                      date shows here only
--   first_status              text     'green', 'amber' or 'red' that the KPI would have with the first goalposts: by
--                                      pace, by attainment where either has no pace; 'grey' = unknown
--   status                    text     the same with the present ones
--   is_flattered              boolean  true when goalposts were moved after the start and the KPI looks better for it
--   gains                     text     the owner, when the KPI is flattered; '(nobody named)' without one; else NULL
--   status_reason             text     NULL, or why there is no drift: 'first target cannot be compared', or what
--                                      variance.kpi_attainment says of the present one
-- checks:
--   count(*) = (select count(*) from kpis)
--   count(*) filter (where is_flattered and target_change_count + baseline_change_count + due_change_count = 0) = 0
--   count(*) filter (where is_flattered <> (gains is not null)) = 0
-- receipt:  history.kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id
-- leaves out: changes before the start, which are planning; who asked for a change
-- method:   METHODS 18. The first goalposts are the oldest version of a KPI by valid_from that has them; where
--             variance.kpi_attainment uses the target of a period, the one first set for that period. A version that
--             its file lost when it was overwritten counts as well. The actual is today's on both sides.
with kpi_names as (
    select
        kpi_id,
        name as kpi_name,
        goal_id,
        nullif(owner, '') as owner
    from kpis
),

versions as (
    select
        kpi_id,
        baseline,
        target,
        lower,
        upper,
        start_date,
        target_date,
        coalesce(valid_from, cast(known_from as date)) as version_date,
        row_number() over (
            partition by kpi_id
            order by valid_from nulls first, known_from, file, "row"
        ) as place
    from history.kpis
    where valid_from is null or valid_from <= $as_of
),

set_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        baseline,
        set_date,
        row_number() over (
            partition by kpi_id, period_end_date
            order by set_date nulls first
        ) as place
    from kpi_targets
),

attained_kpis as (
    select
        kpi_id,
        direction,
        baseline_value,
        target_value,
        target_date,
        actual_value,
        attainment_ratio,
        pace_ratio,
        status_reason
    from variance.kpi_attainment
),

rules as (
    select rag_green_ratio, rag_amber_ratio
    from base.rules
),

-- each version beside the one before it and beside the oldest that has a value
compared_versions as (
    select
        kpi_id,
        place,
        version_date > first_value(start_date) over in_order
        or first_value(start_date) over in_order is null as is_after_start,
        (lag(target) over in_order is not null and target is distinct from lag(target) over in_order)
        or (lag(lower) over in_order is not null and lower is distinct from lag(lower) over in_order)
        or (lag(upper) over in_order is not null and upper is distinct from lag(upper) over in_order)
            as is_target_changed,
        lag(baseline) over in_order is not null
        and baseline is distinct from lag(baseline) over in_order as is_baseline_changed,
        lag(target_date) over in_order is not null
        and target_date is distinct from lag(target_date) over in_order as is_due_changed,
        first_value(baseline) over (partition by kpi_id order by baseline is null, place) as first_baseline,
        first_value(target) over (partition by kpi_id order by target is null, place) as first_target,
        first_value(lower) over (partition by kpi_id order by lower is null, place) as first_lower,
        first_value(upper) over (partition by kpi_id order by upper is null, place) as first_upper,
        first_value(start_date) over (partition by kpi_id order by start_date is null, place) as first_start_date,
        first_value(target_date) over (partition by kpi_id order by target_date is null, place) as first_target_date
    from versions
    window in_order as (partition by kpi_id order by place)
),

first_versions as (
    select
        kpi_id,
        max(place) as version_count,
        count(*) filter (where is_after_start and is_target_changed) as target_change_count,
        count(*) filter (where is_after_start and is_baseline_changed) as baseline_change_count,
        count(*) filter (where is_after_start and is_due_changed) as due_change_count,
        max(first_baseline) as first_baseline,
        max(first_target) as first_target,
        max(first_lower) as first_lower,
        max(first_upper) as first_upper,
        max(first_start_date) as first_start_date,
        max(first_target_date) as first_target_date
    from compared_versions
    group by kpi_id
),

compared_targets as (
    select
        set_targets.kpi_id,
        set_targets.period_end_date,
        set_targets.place,
        set_targets.target,
        set_targets.baseline,
        coalesce(set_targets.set_date > first_versions.first_start_date, true) as is_after_start,
        lag(set_targets.target) over in_order is not null
        and set_targets.target is distinct from lag(set_targets.target) over in_order as is_target_changed,
        lag(set_targets.baseline) over in_order is not null
        and set_targets.baseline is distinct from lag(set_targets.baseline) over in_order as is_baseline_changed,
        dense_rank() over (
            partition by set_targets.kpi_id
            order by set_targets.period_end_date > $as_of, set_targets.period_end_date desc
        ) as period_age
    from set_targets
    inner join first_versions
        on set_targets.kpi_id = first_versions.kpi_id
    window in_order as (
        partition by set_targets.kpi_id, set_targets.period_end_date
        order by set_targets.place
    )
),

-- of the newest period that has ended, which is the one that variance.kpi_attainment uses
first_targets as (
    select
        kpi_id,
        count(*) filter (where is_after_start and is_target_changed) as target_change_count,
        count(*) filter (where is_after_start and is_baseline_changed) as baseline_change_count,
        max(case when period_age = 1 and place = 1 and period_end_date <= $as_of then target end) as first_target,
        max(case when period_age = 1 and place = 1 and period_end_date <= $as_of then baseline end) as first_baseline,
        max(
            case when period_age = 1 and period_end_date <= $as_of and target is not null then period_end_date end
        ) as period_target_date
    from compared_targets
    group by kpi_id
),

-- a target of a period is due with its period, in every version of it
due_dates as (
    select
        first_versions.kpi_id,
        first_versions.first_start_date,
        coalesce(first_targets.period_target_date, first_versions.first_target_date) as first_target_date
    from first_versions
    left join first_targets
        on first_versions.kpi_id = first_targets.kpi_id
),

goalposts as (
    select
        first_versions.kpi_id,
        first_versions.version_count,
        first_versions.target_change_count + coalesce(first_targets.target_change_count, 0) as target_change_count,
        first_versions.baseline_change_count + coalesce(first_targets.baseline_change_count, 0)
            as baseline_change_count,
        first_versions.due_change_count,
        coalesce(first_targets.first_baseline, first_versions.first_baseline) as first_baseline,
        coalesce(first_targets.first_target, first_versions.first_target) as first_target,
        first_versions.first_lower,
        first_versions.first_upper,
        due_dates.first_target_date,
        case
            when due_dates.first_start_date is null or due_dates.first_target_date is null then null
            when due_dates.first_target_date <= $as_of then 1.0
            when due_dates.first_start_date >= $as_of then 0.0
            else cast($as_of - due_dates.first_start_date as double)
                / nullif(cast(due_dates.first_target_date - due_dates.first_start_date as double), 0)
        end as first_expected_ratio
    from first_versions
    inner join due_dates
        on first_versions.kpi_id = due_dates.kpi_id
    left join first_targets
        on first_versions.kpi_id = first_targets.kpi_id
),

-- the formulas of variance.kpi_attainment over the first goalposts
first_attained_kpis as (
    select
        attained_kpis.kpi_id,
        attained_kpis.direction,
        attained_kpis.baseline_value,
        attained_kpis.target_value,
        attained_kpis.target_date,
        attained_kpis.attainment_ratio,
        attained_kpis.pace_ratio,
        attained_kpis.status_reason,
        goalposts.first_baseline,
        goalposts.first_expected_ratio,
        case
            when attained_kpis.actual_value is null then null
            when attained_kpis.direction = 'range'
                then case
                    when goalposts.first_lower is null and goalposts.first_upper is null then null
                    when
                        attained_kpis.actual_value >= coalesce(goalposts.first_lower, attained_kpis.actual_value)
                        and attained_kpis.actual_value <= coalesce(goalposts.first_upper, attained_kpis.actual_value)
                        then 1.0
                    when goalposts.first_upper > goalposts.first_lower
                        then greatest(
                            1 - greatest(
                                goalposts.first_lower - attained_kpis.actual_value,
                                attained_kpis.actual_value - goalposts.first_upper
                            ) * 2 / (goalposts.first_upper - goalposts.first_lower),
                            0.0
                        )
                end
            when goalposts.first_baseline is not null
                then (attained_kpis.actual_value - goalposts.first_baseline)
                    / nullif(goalposts.first_target - goalposts.first_baseline, 0)
            when goalposts.first_target > 0 and attained_kpis.direction = 'up'
                then attained_kpis.actual_value / goalposts.first_target
            when goalposts.first_target > 0 then 2 - attained_kpis.actual_value / goalposts.first_target
        end as first_attainment_ratio
    from attained_kpis
    inner join goalposts
        on attained_kpis.kpi_id = goalposts.kpi_id
),

-- compared like with like: units without one of the two attainments do not count
paced_kpis as (
    select
        kpi_id,
        direction,
        baseline_value,
        target_value,
        target_date,
        status_reason,
        first_attainment_ratio is not null and attainment_ratio is not null as is_compared,
        first_attainment_ratio,
        attainment_ratio,
        case
            when direction = 'range' or (direction = 'down' and first_baseline is null) or pace_ratio is null then null
            else first_attainment_ratio / nullif(first_expected_ratio, 0)
        end as first_pace_ratio,
        pace_ratio
    from first_attained_kpis
),

-- decimals, so that the order of adding never shows
kpi_means as (
    select
        kpi_id,
        max(direction) as direction,
        max(baseline_value) as baseline_value,
        max(target_value) as target_value,
        max(target_date) as target_date,
        count(*) as unit_count,
        max(status_reason) as status_reason,
        cast(avg(case when is_compared then cast(first_attainment_ratio as decimal(30, 12)) end) as double)
            as first_attainment_ratio,
        cast(avg(case when is_compared then cast(attainment_ratio as decimal(30, 12)) end) as double)
            as attainment_ratio,
        cast(
            avg(case when is_compared then cast(first_pace_ratio as decimal(30, 12)) end)
            as double
        ) as first_pace_ratio,
        cast(
            avg(case when is_compared and first_pace_ratio is not null then cast(pace_ratio as decimal(30, 12)) end)
            as double
        ) as pace_ratio
    from paced_kpis
    group by kpi_id
),

drifted_kpis as (
    select
        kpi_names.kpi_id,
        kpi_names.kpi_name,
        kpi_names.goal_id,
        kpi_names.owner,
        kpi_means.direction,
        goalposts.version_count,
        goalposts.first_baseline,
        kpi_means.baseline_value,
        case when kpi_means.direction <> 'range' then goalposts.first_target end as first_target,
        case when kpi_means.direction <> 'range' then kpi_means.target_value end as target_value,
        goalposts.first_target_date,
        kpi_means.target_date,
        goalposts.target_change_count,
        goalposts.baseline_change_count,
        goalposts.due_change_count,
        kpi_means.unit_count,
        kpi_means.first_attainment_ratio,
        kpi_means.attainment_ratio,
        kpi_means.first_pace_ratio,
        kpi_means.pace_ratio,
        coalesce(kpi_means.first_pace_ratio, kpi_means.first_attainment_ratio) as first_to_date_ratio,
        coalesce(kpi_means.pace_ratio, kpi_means.attainment_ratio) as to_date_ratio,
        kpi_means.status_reason
    from kpi_names
    inner join goalposts
        on kpi_names.kpi_id = goalposts.kpi_id
    inner join kpi_means
        on kpi_names.kpi_id = kpi_means.kpi_id
),

judged_kpis as (
    select
        drifted_kpis.kpi_id,
        drifted_kpis.kpi_name,
        drifted_kpis.goal_id,
        drifted_kpis.owner,
        drifted_kpis.direction,
        drifted_kpis.version_count,
        drifted_kpis.first_baseline,
        drifted_kpis.baseline_value,
        drifted_kpis.first_target,
        drifted_kpis.target_value,
        drifted_kpis.first_target_date,
        drifted_kpis.target_date,
        drifted_kpis.target_change_count,
        drifted_kpis.baseline_change_count,
        drifted_kpis.due_change_count,
        drifted_kpis.unit_count,
        drifted_kpis.first_attainment_ratio,
        drifted_kpis.attainment_ratio,
        drifted_kpis.first_pace_ratio,
        drifted_kpis.pace_ratio,
        case
            when drifted_kpis.first_to_date_ratio is null then 'grey'
            when round(drifted_kpis.first_to_date_ratio, 9) >= round(rules.rag_green_ratio, 9) then 'green'
            when round(drifted_kpis.first_to_date_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
            else 'red'
        end as first_status,
        case
            when drifted_kpis.to_date_ratio is null then 'grey'
            when round(drifted_kpis.to_date_ratio, 9) >= round(rules.rag_green_ratio, 9) then 'green'
            when round(drifted_kpis.to_date_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
            else 'red'
        end as status,
        coalesce(round(drifted_kpis.first_to_date_ratio, 9) < round(drifted_kpis.to_date_ratio, 9), false)
        and drifted_kpis.target_change_count
        + drifted_kpis.baseline_change_count
        + drifted_kpis.due_change_count > 0 as is_flattered,
        case
            when drifted_kpis.first_attainment_ratio is null
                then coalesce(drifted_kpis.status_reason, 'first target cannot be compared')
        end as status_reason
    from drifted_kpis
    cross join rules
)

select
    kpi_id,
    kpi_name,
    goal_id,
    owner,
    direction,
    cast(version_count as bigint) as version_count,
    cast(first_baseline as double) as first_baseline_value,
    cast(baseline_value as double) as baseline_value,
    cast(first_target as double) as first_target_value,
    cast(target_value as double) as target_value,
    first_target_date,
    target_date,
    cast(target_change_count as bigint) as target_change_count,
    cast(baseline_change_count as bigint) as baseline_change_count,
    cast(due_change_count as bigint) as due_change_count,
    cast(unit_count as bigint) as unit_count,
    cast(first_attainment_ratio as double) as first_attainment_ratio,
    cast(attainment_ratio as double) as attainment_ratio,
    cast(first_attainment_ratio - attainment_ratio as double) as attainment_drift_ratio,
    cast(first_pace_ratio as double) as first_pace_ratio,
    cast(pace_ratio as double) as pace_ratio,
    cast(first_pace_ratio - pace_ratio as double) as pace_drift_ratio,
    first_status,
    status,
    is_flattered,
    case when is_flattered then coalesce(owner, '(nobody named)') end as gains,
    status_reason
from judged_kpis
order by kpi_id
