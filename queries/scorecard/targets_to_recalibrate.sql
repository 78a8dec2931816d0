-- question: Which targets should the next planning round set anew, and to what?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id                text     KPI
--   business_unit         text     unit the values were reported for; '(all)' when they name none
--   kpi_name              text     name of the KPI
--   goal_id               text     goal the KPI names; NULL when not given
--   owner                 text     who answers for it; NULL when not given
--   direction             text     'up', 'down' or 'range'
--   reason                text     the first that applies of: 'target date passed' (no target lies ahead), 'no target'
--                                  (values come in, but nothing is to be reached), 'out of reach' (hit_probability at
--                                  or below recalibrate_miss_ratio; a target that is held must have been missed by
--                                  every one of recalibrate_values newest values, too), 'moved after the start' (and
--                                  the KPI looks better for it), 'too easy' (even the bad end of the 80 % interval
--                                  is beyond recalibrate_easy_ratio of the way)
--   reasons               text     all that apply, in that order, separated by '; '
--   target_date           date     day that was forecast; NULL without a forecast
--   target_value          double   value to reach on that day, in unit; NULL when not given
--   lower_value           double   lower bound of a range; NULL = open
--   upper_value           double   upper bound of a range; NULL = open
--   forecast_value        double   what is to be expected on that day, in unit; NULL without a forecast
--   hit_probability       double   probability that the target is met, 0..1; NULL without a forecast or target
--   suggested_low_value   double   lower end of where a target would be a fair one: met with a probability between 0.1
--                                  and 0.9; for 'no target' of a range, its lower bound; NULL without a forecast
--   suggested_high_value  double   upper end of that
--   evidence              text     a sentence with the figures behind the reason
-- checks:
--   count(*) filter (where reasons not like concat(reason, '%')) = 0
--   count(*) filter (where suggested_low_value > suggested_high_value) = 0
--   count(*) filter (where reason = 'out of reach' and hit_probability is null) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit;
--             history.kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id
-- leaves out: KPIs without values, or with too few of them; ranges that are too wide; what a target is meant to do: a
--             hard one may be right; a KPI that met its target before and misses it now, which asks for work and not
--             for a new target
-- method:   METHODS 2, 8 and 18. The suggestion is the 80 % interval of the forecast. The way is that from the
--             baseline to the target, without a baseline 1 is the target itself, and downwards twice the target less
--             the value over it, only for targets above zero. Comparisons are made on nine decimals.
with rules as (
    select
        recalibrate_miss_ratio,
        recalibrate_easy_ratio,
        recalibrate_values
    from base.rules
),

forecasts as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        owner,
        direction,
        value_count,
        target_basis,
        target_date,
        target_value,
        lower_value,
        upper_value,
        forecast_value,
        low_80_value,
        high_80_value,
        hit_probability,
        status_reason
    from warning.kpi_forecast
    where value_count > 0
),

attained_kpis as (
    select kpi_id, business_unit, baseline_value, target_value, target_date, verdict
    from variance.kpi_attainment
),

moved_goalposts as (
    select kpi_id, target_change_count, first_target_value, first_status, status
    from variance.goalpost_drift
    where is_flattered
),

numbered_values as (
    select
        kpi_id,
        business_unit,
        case
            when value is null then null
            when direction = 'up' then round(value, 9) >= round(target_value, 9)
            when direction = 'down' then round(value, 9) <= round(target_value, 9)
            when lower_value is not null or upper_value is not null
                then round(value, 9) >= round(coalesce(lower_value, value), 9)
                    and round(value, 9) <= round(coalesce(upper_value, value), 9)
        end as is_met,
        row_number() over (
            partition by kpi_id, business_unit
            order by period_end_date desc
        ) as newness
    from base.kpi_series
),

recent_values as (
    select
        numbered_values.kpi_id,
        numbered_values.business_unit,
        count(*) filter (where numbered_values.is_met) as met_count,
        count(*) as recent_count
    from numbered_values
    cross join rules
    where numbered_values.newness <= rules.recalibrate_values
    group by numbered_values.kpi_id, numbered_values.business_unit
),

-- the end of the interval that is worse for the KPI
placed_forecasts as (
    select
        forecasts.kpi_id,
        forecasts.business_unit,
        forecasts.kpi_name,
        forecasts.goal_id,
        forecasts.owner,
        forecasts.direction,
        forecasts.target_basis,
        forecasts.target_date,
        forecasts.target_value,
        forecasts.lower_value,
        forecasts.upper_value,
        forecasts.forecast_value,
        forecasts.low_80_value,
        forecasts.high_80_value,
        forecasts.hit_probability,
        forecasts.status_reason,
        attained_kpis.target_value as past_target_value,
        attained_kpis.target_date as past_target_date,
        attained_kpis.verdict,
        attained_kpis.baseline_value,
        case forecasts.direction
            when 'up' then forecasts.low_80_value
            when 'down' then forecasts.high_80_value
        end as bad_end_value,
        moved_goalposts.kpi_id is not null as is_moved,
        moved_goalposts.target_change_count,
        moved_goalposts.first_target_value,
        moved_goalposts.first_status,
        moved_goalposts.status as present_status,
        recent_values.met_count,
        recent_values.recent_count
    from forecasts
    left join attained_kpis
        on forecasts.kpi_id = attained_kpis.kpi_id
        and forecasts.business_unit = attained_kpis.business_unit
    left join moved_goalposts
        on forecasts.kpi_id = moved_goalposts.kpi_id
    left join recent_values
        on forecasts.kpi_id = recent_values.kpi_id
        and forecasts.business_unit = recent_values.business_unit
),

measured_forecasts as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        owner,
        direction,
        target_basis,
        target_date,
        target_value,
        lower_value,
        upper_value,
        forecast_value,
        low_80_value,
        high_80_value,
        hit_probability,
        status_reason,
        past_target_value,
        past_target_date,
        verdict,
        is_moved,
        target_change_count,
        first_target_value,
        first_status,
        present_status,
        met_count,
        recent_count,
        bad_end_value,
        case
            when baseline_value is not null
                then (bad_end_value - baseline_value) / nullif(target_value - baseline_value, 0)
            when target_value > 0 and direction = 'up' then bad_end_value / target_value
            when target_value > 0 and direction = 'down' then 2 - bad_end_value / target_value
        end as bad_end_ratio
    from placed_forecasts
),

judged_forecasts as (
    select
        measured_forecasts.kpi_id,
        measured_forecasts.business_unit,
        measured_forecasts.kpi_name,
        measured_forecasts.goal_id,
        measured_forecasts.owner,
        measured_forecasts.direction,
        measured_forecasts.target_date,
        measured_forecasts.target_value,
        measured_forecasts.lower_value,
        measured_forecasts.upper_value,
        measured_forecasts.forecast_value,
        measured_forecasts.low_80_value,
        measured_forecasts.high_80_value,
        measured_forecasts.hit_probability,
        case
            when measured_forecasts.status_reason in ('no target ahead', 'no target date') then 'target date passed'
        end as passed_reason,
        case
            when measured_forecasts.status_reason in ('no target', 'no range') then 'no target'
        end as missing_reason,
        case
            when round(measured_forecasts.hit_probability, 9) <= round(rules.recalibrate_miss_ratio, 9)
                and (measured_forecasts.target_basis <> 'held'
                    or (measured_forecasts.met_count = 0
                        and measured_forecasts.recent_count >= rules.recalibrate_values))
                then 'out of reach'
        end as reach_reason,
        case when measured_forecasts.is_moved then 'moved after the start' end as moved_reason,
        case
            when round(measured_forecasts.bad_end_ratio, 9) >= round(rules.recalibrate_easy_ratio, 9)
                then 'too easy'
        end as easy_reason,
        measured_forecasts.past_target_value,
        measured_forecasts.past_target_date,
        measured_forecasts.verdict,
        measured_forecasts.target_change_count,
        measured_forecasts.first_target_value,
        measured_forecasts.first_status,
        measured_forecasts.present_status,
        measured_forecasts.met_count,
        measured_forecasts.recent_count,
        measured_forecasts.bad_end_value,
        measured_forecasts.bad_end_ratio
    from measured_forecasts
    cross join rules
),

reasoned_forecasts as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        owner,
        direction,
        target_date,
        target_value,
        lower_value,
        upper_value,
        forecast_value,
        low_80_value,
        high_80_value,
        hit_probability,
        coalesce(passed_reason, missing_reason, reach_reason, moved_reason, easy_reason) as reason,
        concat_ws('; ', passed_reason, missing_reason, reach_reason, moved_reason, easy_reason) as reasons,
        past_target_value,
        past_target_date,
        verdict,
        target_change_count,
        first_target_value,
        first_status,
        present_status,
        met_count,
        recent_count,
        bad_end_value,
        bad_end_ratio
    from judged_forecasts
)

select
    kpi_id,
    business_unit,
    kpi_name,
    goal_id,
    owner,
    direction,
    reason,
    reasons,
    target_date,
    target_value,
    lower_value,
    upper_value,
    forecast_value,
    hit_probability,
    low_80_value as suggested_low_value,
    high_80_value as suggested_high_value,
    case reason
        when 'target date passed' then concat(
            'the last target',
            coalesce(concat(' was due on ', cast(past_target_date as text)), ' has no date'),
            coalesce(concat(' and is ', verdict), '')
        )
        when 'no target' then concat('expected on ', cast(target_date as text), ': ', round(forecast_value, 3))
        when 'out of reach' then concat(
            'expected on ', cast(target_date as text), ': ', round(forecast_value, 3),
            coalesce(concat(' against ', target_value), ' against a range'),
            '; probability ', round(hit_probability, 3)
        )
        when 'moved after the start' then concat(
            'changes after the start: ', target_change_count,
            coalesce(concat('; the first target was ', first_target_value), ''),
            '; ', present_status, ' now, ', first_status, ' by the first goalposts'
        )
        else concat(
            'even ', round(bad_end_value, 3), ' on ', cast(target_date as text), ' would be ',
            round(100 * bad_end_ratio), ' % of the way to ', target_value
        )
    end as evidence
from reasoned_forecasts
where reason is not null
order by kpi_id, business_unit
