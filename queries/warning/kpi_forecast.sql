-- question: Will each KPI meet its target on the day, and how sure is that?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id           text     KPI
--   business_unit    text     unit the values were reported for; '(all)' when they name none
--   kpi_name         text     name of the KPI
--   goal_id          text     goal the KPI names; NULL when not given
--   owner            text     who answers for it; NULL when not given
--   unit             text     unit of the values
--   direction        text     'up' (more is better), 'down' (less is better) or 'range' (inside is better)
--   aggregation      text     how values make the actual: 'last', 'sum', 'average' or 'ratio'
--   value_count      bigint   values behind the forecast: those since the KPI was last re-based or redefined
--   period_end_date  date     last day of the period of the newest value; NULL without values
--   method           text     'last', 'drift', 'OLS' or 'seasonal naive'; NULL without a forecast
--   mae              double   mean absolute error of the method in its trials, in unit
--   target_basis     text     'period target' or 'target date' (due on a day) or 'held' (to be kept, looked at
--                             forecast_horizon_days after the as-of date); NULL without a forecast
--   target_date      date     day that is forecast; NULL without a forecast
--   target_value     double   value to reach on that day, in unit; NULL when not given
--   lower_value      double   lower bound of a range; NULL = open
--   upper_value      double   upper bound of a range; NULL = open
--   forecast_value   double   the forecast, in unit; a sum as its total
--   low_80_value     double   the value lies between low_80_value and high_80_value with a probability of 0.80
--   high_80_value    double   upper end of that
--   low_95_value     double   the same for 0.95
--   high_95_value    double   upper end of that
--   hit_probability  double   probability that the target is met on that day, 0..1
--   crossing_date    date     day on which a 'drift' or 'OLS' line crosses the target, which may be a day gone by;
--                             NULL for all others and when the line leads away from the target
--   status           text     'green', 'amber' or 'red' by hit_probability; 'grey' = unknown
--   status_reason    text     NULL, or why the status is grey: 'no value', 'no value since start' (of a sum), 'too few
--                             values', 'no target date' (of a sum), 'no target ahead' (the last target date has
--                             passed), 'no target', 'no range'
-- checks:
--   count(*) filter (where (status = 'grey') <> (hit_probability is null)) = 0
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where target_date <= (select as_of from base.run)) = 0
--   count(distinct kpi_id) = (select count(*) from kpis)
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit;
--             kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id
-- leaves out: stretch targets; the average or ratio over all periods: what is forecast is that of the period that ends
--             on the target's day; what anyone plans to do about it
-- method:   METHODS 8; see base.kpi_forecasts. Next is the target with the earliest day after the as-of date. A
--             probability equal to a threshold earns the better colour; comparisons are made on nine decimals.
with rules as (
    select
        hit_green_ratio,
        hit_amber_ratio
    from base.rules
),

kpi_definitions as (
    select
        kpi_id,
        name as kpi_name,
        goal_id,
        nullif(owner, '') as owner,
        unit,
        direction,
        coalesce(aggregation, 'last') as aggregation
    from kpis
),

newest_values as (
    select kpi_id, business_unit, max(period_end_date) as period_end_date
    from base.kpi_series
    group by kpi_id, business_unit
),

newest_origins as (
    select kpi_id, business_unit, value_count
    from base.forecast_origins
    where is_newest
),

newest_targets as (
    select kpi_id, business_unit, status_reason
    from base.forecast_targets
    where is_newest
),

forecasts as (
    select
        kpi_id,
        business_unit,
        target_basis,
        target_date,
        target_value,
        lower_value,
        upper_value,
        method,
        mae,
        forecast_value,
        low_80_value,
        high_80_value,
        low_95_value,
        high_95_value,
        hit_probability,
        crossing_date
    from base.kpi_forecasts
    where is_newest
),

forecast_kpis as (
    select
        kpi_definitions.kpi_id,
        coalesce(newest_values.business_unit, '(all)') as business_unit,
        kpi_definitions.kpi_name,
        kpi_definitions.goal_id,
        kpi_definitions.owner,
        kpi_definitions.unit,
        kpi_definitions.direction,
        kpi_definitions.aggregation,
        coalesce(newest_origins.value_count, 0) as value_count,
        newest_values.period_end_date,
        forecasts.method,
        forecasts.mae,
        forecasts.target_basis,
        forecasts.target_date,
        forecasts.target_value,
        forecasts.lower_value,
        forecasts.upper_value,
        forecasts.forecast_value,
        forecasts.low_80_value,
        forecasts.high_80_value,
        forecasts.low_95_value,
        forecasts.high_95_value,
        forecasts.hit_probability,
        forecasts.crossing_date,
        case
            when newest_values.period_end_date is null then 'no value'
            when newest_origins.value_count is null then 'no value since start'
            when newest_targets.status_reason is not null then newest_targets.status_reason
            when forecasts.hit_probability is null and kpi_definitions.direction = 'range' then 'no range'
            when forecasts.hit_probability is null then 'no target'
        end as status_reason
    from kpi_definitions
    left join newest_values
        on kpi_definitions.kpi_id = newest_values.kpi_id
    left join newest_origins
        on newest_values.kpi_id = newest_origins.kpi_id
        and newest_values.business_unit = newest_origins.business_unit
    left join newest_targets
        on newest_values.kpi_id = newest_targets.kpi_id
        and newest_values.business_unit = newest_targets.business_unit
    left join forecasts
        on newest_values.kpi_id = forecasts.kpi_id
        and newest_values.business_unit = forecasts.business_unit
)

select
    forecast_kpis.kpi_id,
    forecast_kpis.business_unit,
    forecast_kpis.kpi_name,
    forecast_kpis.goal_id,
    forecast_kpis.owner,
    forecast_kpis.unit,
    forecast_kpis.direction,
    forecast_kpis.aggregation,
    cast(forecast_kpis.value_count as bigint) as value_count,
    forecast_kpis.period_end_date,
    forecast_kpis.method,
    forecast_kpis.mae,
    forecast_kpis.target_basis,
    forecast_kpis.target_date,
    forecast_kpis.target_value,
    forecast_kpis.lower_value,
    forecast_kpis.upper_value,
    forecast_kpis.forecast_value,
    forecast_kpis.low_80_value,
    forecast_kpis.high_80_value,
    forecast_kpis.low_95_value,
    forecast_kpis.high_95_value,
    forecast_kpis.hit_probability,
    forecast_kpis.crossing_date,
    case
        when forecast_kpis.status_reason is not null then 'grey'
        when round(forecast_kpis.hit_probability, 9) >= round(rules.hit_green_ratio, 9) then 'green'
        when round(forecast_kpis.hit_probability, 9) >= round(rules.hit_amber_ratio, 9) then 'amber'
        else 'red'
    end as status,
    forecast_kpis.status_reason
from forecast_kpis
cross join rules
order by kpi_id, business_unit
