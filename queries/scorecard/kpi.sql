-- question: How does each KPI stand: where it should be, where it is going, and is it looked at?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id            text     KPI
--   business_unit     text     unit the values were reported for; '(all)' when they name none
--   kpi_name          text     name of the KPI
--   goal_id           text     goal the KPI names; NULL when not given
--   owner             text     who answers for it; NULL when not given
--   unit              text     unit of the values
--   direction         text     'up' (more is better), 'down' (less is better) or 'range' (inside is better)
--   period_end_date   date     last day of the newest period with a value
--   actual_value      double   the actual, in unit
--   target_value      double   value to reach, in unit; NULL for ranges
--   target_date       date     day the target is due; NULL when it is to be held
--   attainment_ratio  double   how much of the way to the target is done; 1 = reached; positive = favourable
--   pace_ratio        double   the same over what should be done by now; NULL when nothing is expected
--   hit_probability   double   probability that the next target is met on its day, 0..1
--   process_signal    text     'worse', 'better' or 'none': whether one of Wheeler's rules fires at the newest value,
--                              and on which side; NULL without limits
--   assurance         text     'always met', 'never met' or 'hit or miss' when the process stays as it is; NULL when
--                              that cannot be said
--   pace_status       text     'green', 'amber' or 'red': status of variance.kpi_attainment; 'grey' = unknown
--   forecast_status   text     the same of warning.kpi_forecast
--   freshness_status  text     'green' when its newest value is within its cadence, 'amber' when one is due, 'red'
--                              when it is stale or there is none; 'grey' = unknown
--   derived_status    text     the worst of the three that is known; 'grey' when none is
--   deciding_rule     text     the first of 'pace', 'forecast' and 'freshness' with that colour; NULL when green or
--                              grey
--   unknown           text     what is grey, such as 'forecast, freshness'; NULL when all is known
--   finding_count     bigint   findings raised on the KPI (warning.raised_on_kpis); the same for each of its units
-- checks:
--   count(*) = (select count(*) from variance.kpi_attainment)
--   count(*) filter (where (deciding_rule is not null) <> (derived_status in ('amber', 'red'))) = 0
--   count(*) filter (where derived_status = 'green' and 'red' in (pace_status, forecast_status, freshness_status)) = 0
--   count(*) filter (where derived_status = 'grey' and 'green' in (pace_status, forecast_status, freshness_status)) = 0
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: a status that somebody reports, which KPIs do not have; signals of the process, which ask for a look and
--             have no colour
-- method:   METHODS 4. Each status is that of its model, with the thresholds there; unknown is grey and never green,
--             and hides nothing: what is known decides.
with attained_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        target_value,
        target_date,
        actual_value,
        period_end_date,
        attainment_ratio,
        pace_ratio,
        status as pace_status
    from variance.kpi_attainment
),

kpi_owners as (
    select kpi_id, nullif(trim(owner), '') as owner
    from kpis
),

forecasts as (
    select kpi_id, business_unit, hit_probability, status as forecast_status
    from warning.kpi_forecast
),

limits as (
    select distinct kpi_id, business_unit
    from warning.process_limits
    where
        is_newest
        and upper_limit is not null
),

signals as (
    select
        kpi_id,
        business_unit,
        bool_or(is_unfavourable) as is_worse,
        bool_or(side is not null and not is_unfavourable) as is_better
    from warning.process_signals
    where
        is_current
        and rule_set = 'wheeler'
    group by kpi_id, business_unit
),

assurances as (
    select kpi_id, business_unit, verdict
    from warning.assurance
),

observations as (
    select
        subject_id as kpi_id,
        case verdict
            when 'fresh' then 'green'
            when 'due' then 'amber'
            when 'stale' then 'red'
            when 'never observed' then 'red'
            else 'grey'
        end as freshness_status
    from warning.stale_data
    where subject_type = 'kpi'
),

finding_counts as (
    select subject_id as kpi_id, count(*) as finding_count
    from warning.raised_on_kpis
    group by subject_id
),

statuses as (
    select
        attained_kpis.kpi_id,
        attained_kpis.business_unit,
        attained_kpis.pace_status,
        coalesce(forecasts.forecast_status, 'grey') as forecast_status,
        coalesce(observations.freshness_status, 'grey') as freshness_status,
        forecasts.hit_probability
    from attained_kpis
    left join forecasts
        on attained_kpis.kpi_id = forecasts.kpi_id
        and attained_kpis.business_unit = forecasts.business_unit
    left join observations
        on attained_kpis.kpi_id = observations.kpi_id
),

derived as (
    select
        kpi_id,
        business_unit,
        pace_status,
        forecast_status,
        freshness_status,
        hit_probability,
        case
            when 'red' in (pace_status, forecast_status, freshness_status) then 'red'
            when 'amber' in (pace_status, forecast_status, freshness_status) then 'amber'
            when 'green' in (pace_status, forecast_status, freshness_status) then 'green'
            else 'grey'
        end as derived_status
    from statuses
)

select
    attained_kpis.kpi_id,
    attained_kpis.business_unit,
    attained_kpis.kpi_name,
    attained_kpis.goal_id,
    kpi_owners.owner,
    attained_kpis.unit,
    attained_kpis.direction,
    attained_kpis.period_end_date,
    attained_kpis.actual_value,
    attained_kpis.target_value,
    attained_kpis.target_date,
    attained_kpis.attainment_ratio,
    attained_kpis.pace_ratio,
    derived.hit_probability,
    case
        when signals.is_worse then 'worse'
        when signals.is_better then 'better'
        when limits.kpi_id is not null then 'none'
    end as process_signal,
    assurances.verdict as assurance,
    derived.pace_status,
    derived.forecast_status,
    derived.freshness_status,
    derived.derived_status,
    case
        when derived.derived_status in ('green', 'grey') then null
        when derived.pace_status = derived.derived_status then 'pace'
        when derived.forecast_status = derived.derived_status then 'forecast'
        else 'freshness'
    end as deciding_rule,
    nullif(
        concat_ws(
            ', ',
            case when derived.pace_status = 'grey' then 'pace' end,
            case when derived.forecast_status = 'grey' then 'forecast' end,
            case when derived.freshness_status = 'grey' then 'freshness' end
        ),
        ''
    ) as unknown,
    cast(coalesce(finding_counts.finding_count, 0) as bigint) as finding_count
from attained_kpis
inner join derived
    on attained_kpis.kpi_id = derived.kpi_id
    and attained_kpis.business_unit = derived.business_unit
left join kpi_owners
    on attained_kpis.kpi_id = kpi_owners.kpi_id
left join limits
    on attained_kpis.kpi_id = limits.kpi_id
    and attained_kpis.business_unit = limits.business_unit
left join signals
    on attained_kpis.kpi_id = signals.kpi_id
    and attained_kpis.business_unit = signals.business_unit
left join assurances
    on attained_kpis.kpi_id = assurances.kpi_id
    and attained_kpis.business_unit = assurances.business_unit
left join finding_counts
    on attained_kpis.kpi_id = finding_counts.kpi_id
order by kpi_id, business_unit
