-- question: How well would each way to forecast have served each KPI, and which one is used?
-- grain:    kpi_id, business_unit, method
-- columns:
--   kpi_id             text     KPI
--   business_unit      text     unit the values were reported for; '(all)' when they name none
--   method             text     'last', 'drift', 'OLS' or 'seasonal naive'
--   trial_value_count  bigint   values ahead over which it was tried
--   origin_count       bigint   trials, each from another value
--   mae                double   mean absolute error in these, in unit; NULL when there are none
--   rival_mae          double   for 'seasonal naive' the least error of the other three in the same trials; else NULL
--   forecast_value     double   what it forecasts for the day of the target, in unit, before it is cut off at the
--                               bounds of the KPI; NULL when it cannot say
--   standard_error     double   standard error of that, in unit
--   is_chosen          boolean  true for the one that is used
--   status_reason      text     NULL, or why the method is not among the candidates: 'no two years of values' or 'too
--                               few trials'
-- checks:
--   count(*) filter (where is_chosen) = count(distinct concat(kpi_id, ' ', business_unit))
--   count(*) filter (where is_chosen and (mae is null or forecast_value is null or status_reason is not null)) = 0
--   count(*) = 4 * count(distinct concat(kpi_id, ' ', business_unit))
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: KPIs without a forecast, which warning.kpi_forecast gives the reason for
-- method:   METHODS 8. A trial forecasts a value from those up to trial_value_count places before it (rolling
--             origin). A season needs two years of values before it can be tried and forecast_trials trials, and is
--             held against the others over its own trials.
with rules as (
    select cast(forecast_trials as bigint) as forecast_trials
    from base.rules
),

newest_forecasts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        trial_value_count,
        trial_count,
        method,
        last_mae,
        drift_mae,
        trend_mae,
        season_count,
        season_mae,
        season_rival_mae,
        last_value,
        drift_value,
        trend_value,
        season_value,
        last_standard_error,
        drift_standard_error,
        trend_standard_error,
        season_standard_error
    from base.method_forecasts
    where is_newest
),

newest_targets as (
    select kpi_id, business_unit, offset_value
    from base.forecast_targets
    where is_newest
),

method_names as (
    select column1 as method_name
    from (values ('last'), ('drift'), ('OLS'), ('seasonal naive')) as names
),

named_forecasts as (
    select
        newest_forecasts.kpi_id,
        newest_forecasts.business_unit,
        method_names.method_name,
        newest_forecasts.trial_value_count,
        case
            when method_names.method_name = 'seasonal naive' then newest_forecasts.season_count
            else newest_forecasts.trial_count
        end as origin_count,
        case method_names.method_name
            when 'last' then newest_forecasts.last_mae
            when 'drift' then newest_forecasts.drift_mae
            when 'OLS' then newest_forecasts.trend_mae
            else newest_forecasts.season_mae
        end as mae,
        case
            when method_names.method_name = 'seasonal naive' then newest_forecasts.season_rival_mae
        end as rival_mae,
        case method_names.method_name
            when 'last' then newest_forecasts.last_value
            when 'drift' then newest_forecasts.drift_value
            when 'OLS' then newest_forecasts.trend_value
            else newest_forecasts.season_value
        end - newest_targets.offset_value as forecast_value,
        case method_names.method_name
            when 'last' then newest_forecasts.last_standard_error
            when 'drift' then newest_forecasts.drift_standard_error
            when 'OLS' then newest_forecasts.trend_standard_error
            else newest_forecasts.season_standard_error
        end as standard_error,
        newest_forecasts.method = method_names.method_name as is_chosen
    from newest_forecasts
    inner join newest_targets
        on newest_forecasts.kpi_id = newest_targets.kpi_id
        and newest_forecasts.business_unit = newest_targets.business_unit
    cross join method_names
)

select
    named_forecasts.kpi_id,
    named_forecasts.business_unit,
    named_forecasts.method_name as method,
    named_forecasts.trial_value_count,
    named_forecasts.origin_count,
    named_forecasts.mae,
    named_forecasts.rival_mae,
    named_forecasts.forecast_value,
    named_forecasts.standard_error,
    named_forecasts.is_chosen,
    case
        when named_forecasts.forecast_value is null then 'no two years of values'
        when
            named_forecasts.method_name = 'seasonal naive'
            and named_forecasts.origin_count < rules.forecast_trials then 'too few trials'
    end as status_reason
from named_forecasts
cross join rules
order by kpi_id, business_unit, method
