-- question: What does each way to forecast say of each KPI after each of its values, and which had erred least?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id                 text     KPI
--   business_unit          text     unit the values were reported for; '(all)' when they name none
--   period_end_date        date     last day of the period of the newest value then: the origin
--   is_newest              boolean  true for the newest value: its forecast is for days still to come
--   trial_value_count      bigint   values ahead over which the methods were tried: the most, of 1, 3, 6 and 12, that
--                                   do not reach beyond the day forecast and have forecast_trials trials; the fewest
--                                   when none has
--   trial_count            bigint   trials behind the choice
--   method                 text     the method with the smallest mean absolute error: 'last', 'drift', 'OLS' or
--                                   'seasonal naive'; of equals the first in this order
--   last_mae               double   mean absolute error of the last value in the trials, in unit
--   drift_mae              double   the same of the drift
--   trend_mae              double   the same of the regression (OLS)
--   season_count           bigint   trials in which the season took part
--   season_mae             double   mean absolute error of the seasonal forecast in these; NULL when there are none
--   season_rival_mae       double   the least of the other three in these; NULL when there are none
--   last_value             double   forecast of the level by the last value: of the value, for a sum of the running
--                                   total since the start date, in unit
--   drift_value            double   the same by the drift
--   trend_value            double   the same by the regression
--   season_value           double   the same by the season; NULL under two years of values and where the value of the
--                                   year before is missing
--   last_standard_error    double   standard error of last_value
--   drift_standard_error   double   standard error of drift_value
--   trend_standard_error   double   standard error of trend_value, with value_count - 2 degrees of freedom
--   season_standard_error  double   standard error of season_value; NULL when there is none
--   drift_slope            double   change of the level per day by the drift
--   trend_slope            double   change of the level per day by the regression
-- checks:
--   count(*) filter (where trial_count < 1) = 0
--   count(*) filter (where method = 'seasonal naive' and (season_value is null or season_standard_error is null)) = 0
--   count(*) = (select count(*) from base.forecast_targets where target_basis <> 'none')
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: origins for which base.forecast_targets has nothing to forecast; bounds of the KPI, which
--             base.kpi_forecasts sees to
-- method:   METHODS 8. OLS: a + bT with s*sqrt(1 + 1/n + (T - mean)^2 / Sxx). Last: sigma*sqrt(h). Drift:
--             sigma*sqrt(h*(1 + h/T)), which is h*(1 + h/(n - 1)) in steps; both in days. Seasonal naive:
--             sigma*sqrt(years), for a sum sigma*sqrt(steps). For last and drift sigma is that of the steps or that of
--             the trials, the smaller one: of a series that swings about a level and does not wander, the steps
--             promise errors that never come. The season is compared with the best of the others over the trials in
--             which it took part, and needs forecast_trials of them. Errors are compared on nine decimals.
with rules as (
    select cast(forecast_trials as bigint) as forecast_trials
    from base.rules
),

targets as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        is_newest,
        horizon_days,
        horizon_slot_count
    from base.forecast_targets
    where target_basis <> 'none'
),

origins as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        aggregation,
        segment_number,
        value_count,
        season_slot_count,
        slot,
        level_value,
        elapsed_days,
        gained_value,
        last_variance,
        drift_variance,
        trend_slope,
        mean_days,
        mean_level_value,
        day_spread,
        trend_variance,
        season_count,
        season_variance
    from base.forecast_origins
),

trials as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        trial_value_count,
        trial_count,
        last_mae,
        drift_mae,
        trend_mae,
        last_trial_variance,
        drift_trial_variance,
        season_count,
        season_mae,
        season_last_mae,
        season_drift_mae,
        season_trend_mae
    from base.forecast_errors
),

-- the farthest trials that are not too few; failing that, the nearest
chosen_trials as (
    select
        targets.kpi_id,
        targets.business_unit,
        targets.period_end_date,
        trials.trial_value_count,
        trials.trial_count,
        trials.last_mae,
        trials.drift_mae,
        trials.trend_mae,
        case
            when trials.trial_count >= rules.forecast_trials then trials.last_trial_variance
        end as last_trial_variance,
        case
            when trials.trial_count >= rules.forecast_trials then trials.drift_trial_variance
        end as drift_trial_variance,
        trials.season_count,
        trials.season_mae,
        least(trials.season_last_mae, trials.season_drift_mae, trials.season_trend_mae) as season_rival_mae
    from targets
    cross join rules
    inner join trials
        on targets.kpi_id = trials.kpi_id
        and targets.business_unit = trials.business_unit
        and targets.period_end_date = trials.period_end_date
        and targets.horizon_slot_count >= trials.trial_value_count
    qualify row_number() over (
        partition by targets.kpi_id, targets.business_unit, targets.period_end_date
        order by
            trials.trial_count >= rules.forecast_trials desc,
            case
                when trials.trial_count >= rules.forecast_trials then -trials.trial_value_count
                else trials.trial_value_count
            end
    ) = 1
),

slot_levels as (
    select kpi_id, business_unit, segment_number, slot, level_value
    from origins
    where season_slot_count > 1
    qualify row_number() over (
        partition by kpi_id, business_unit, segment_number, slot
        order by period_end_date desc
    ) = 1
),

methods as (
    select
        targets.kpi_id,
        targets.business_unit,
        targets.period_end_date,
        targets.is_newest,
        origins.aggregation,
        origins.segment_number,
        origins.season_slot_count,
        origins.slot,
        targets.horizon_slot_count,
        cast(targets.horizon_days as double) as horizon_days,
        cast(origins.elapsed_days as double) as elapsed_days,
        cast(ceil(cast(targets.horizon_slot_count as double) / cast(origins.season_slot_count as double)) as bigint)
            as year_count,
        origins.season_count >= origins.season_slot_count as has_season,
        origins.level_value as last_value,
        origins.gained_value / cast(origins.elapsed_days as double) as drift_slope,
        origins.trend_slope,
        origins.mean_level_value + origins.trend_slope
        * (cast(origins.elapsed_days + targets.horizon_days as double) - origins.mean_days) as trend_value,
        cast(origins.elapsed_days + targets.horizon_days as double) - origins.mean_days as days_from_mean,
        origins.last_variance,
        origins.drift_variance,
        origins.trend_variance,
        origins.season_variance,
        origins.day_spread,
        cast(origins.value_count as double) as value_count,
        chosen_trials.last_trial_variance,
        chosen_trials.drift_trial_variance
    from targets
    inner join chosen_trials
        on targets.kpi_id = chosen_trials.kpi_id
        and targets.business_unit = chosen_trials.business_unit
        and targets.period_end_date = chosen_trials.period_end_date
    inner join origins
        on targets.kpi_id = origins.kpi_id
        and targets.business_unit = origins.business_unit
        and targets.period_end_date = origins.period_end_date
),

-- the same place of the year, in the last year that was known then
forecasts as (
    select
        methods.kpi_id,
        methods.business_unit,
        methods.period_end_date,
        methods.last_value,
        methods.last_value + methods.drift_slope * methods.horizon_days as drift_value,
        methods.trend_value,
        case
            when not methods.has_season then null
            when methods.aggregation = 'sum' and methods.horizon_slot_count <= methods.season_slot_count
                then methods.last_value - year_ago_starts.level_value + case
                    when methods.horizon_slot_count % methods.season_slot_count = 0 then methods.last_value
                    else year_ago_ends.level_value
                end
            -- whole years ahead it is this very place of the grid, where a later value may have come since
            when methods.aggregation <> 'sum' and methods.horizon_slot_count % methods.season_slot_count = 0
                then methods.last_value
            when methods.aggregation <> 'sum' then year_ago_ends.level_value
        end as season_value,
        sqrt(least(methods.last_variance, methods.last_trial_variance) * methods.horizon_days) as last_standard_error,
        sqrt(
            least(methods.drift_variance, methods.drift_trial_variance)
            * methods.horizon_days * (1 + methods.horizon_days / methods.elapsed_days)
        ) as drift_standard_error,
        sqrt(
            methods.trend_variance
            * (1 + 1 / methods.value_count + methods.days_from_mean * methods.days_from_mean / methods.day_spread)
        ) as trend_standard_error,
        sqrt(
            methods.season_variance * cast(
                case
                    when methods.aggregation = 'sum' then methods.horizon_slot_count
                    else methods.year_count
                end as double
            )
        ) as season_standard_error,
        methods.drift_slope,
        methods.trend_slope,
        methods.is_newest
    from methods
    left join slot_levels as year_ago_ends
        on methods.kpi_id = year_ago_ends.kpi_id
        and methods.business_unit = year_ago_ends.business_unit
        and methods.segment_number = year_ago_ends.segment_number
        and methods.slot + methods.horizon_slot_count - methods.season_slot_count * methods.year_count
            = year_ago_ends.slot
    left join slot_levels as year_ago_starts
        on methods.kpi_id = year_ago_starts.kpi_id
        and methods.business_unit = year_ago_starts.business_unit
        and methods.segment_number = year_ago_starts.segment_number
        and methods.slot - methods.season_slot_count = year_ago_starts.slot
),

rated_forecasts as (
    select
        forecasts.kpi_id,
        forecasts.business_unit,
        forecasts.period_end_date,
        forecasts.is_newest,
        chosen_trials.trial_value_count,
        chosen_trials.trial_count,
        chosen_trials.last_mae,
        chosen_trials.drift_mae,
        chosen_trials.trend_mae,
        chosen_trials.season_count,
        chosen_trials.season_mae,
        chosen_trials.season_rival_mae,
        forecasts.season_value is not null
        and chosen_trials.season_count >= rules.forecast_trials
        and round(chosen_trials.season_mae, 9) < round(chosen_trials.season_rival_mae, 9) as is_seasonal,
        forecasts.last_value,
        forecasts.drift_value,
        forecasts.trend_value,
        forecasts.season_value,
        forecasts.last_standard_error,
        forecasts.drift_standard_error,
        forecasts.trend_standard_error,
        case when forecasts.season_value is not null then forecasts.season_standard_error end
            as season_standard_error,
        forecasts.drift_slope,
        forecasts.trend_slope
    from forecasts
    cross join rules
    inner join chosen_trials
        on forecasts.kpi_id = chosen_trials.kpi_id
        and forecasts.business_unit = chosen_trials.business_unit
        and forecasts.period_end_date = chosen_trials.period_end_date
)

select
    kpi_id,
    business_unit,
    period_end_date,
    is_newest,
    trial_value_count,
    trial_count,
    case
        when is_seasonal then 'seasonal naive'
        when round(last_mae, 9) <= round(drift_mae, 9) and round(last_mae, 9) <= round(trend_mae, 9) then 'last'
        when round(drift_mae, 9) <= round(trend_mae, 9) then 'drift'
        else 'OLS'
    end as method,
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
    season_standard_error,
    drift_slope,
    trend_slope
from rated_forecasts
order by kpi_id, business_unit, period_end_date
