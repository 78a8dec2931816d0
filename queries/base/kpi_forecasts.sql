-- question: What would have been forecast for each KPI after each of its values, and is forecast after the newest?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id             text     KPI
--   business_unit      text     unit the values were reported for; '(all)' when they name none
--   period_end_date    date     last day of the period of the newest value then: the origin
--   origin_date        date     day on which it and all values before it were known
--   is_newest          boolean  true for the newest value: its forecast is for days still to come
--   direction          text     'up', 'down' or 'range'
--   value_count        bigint   values behind the forecast
--   target_basis       text     'period target', 'target date', 'held' or 'value only', as in base.forecast_targets
--   target_date        date     day that is forecast
--   horizon_days       bigint   days from the origin's period to target_date
--   target_value       double   value to reach as it was known then, in unit; NULL when there was none
--   lower_value        double   lower bound of a range; NULL = open
--   upper_value        double   upper bound of a range; NULL = open
--   trial_value_count  bigint   values ahead over which the methods were tried
--   trial_count        bigint   trials behind the choice
--   method             text     the method with the smallest mean absolute error: 'last', 'drift', 'OLS' or 'seasonal
--                               naive', as in base.method_forecasts
--   mae                double   its mean absolute error in the trials, in unit
--   forecast_value     double   forecast by the chosen method, in unit, within the KPI's bounds
--   standard_error     double   standard error of the forecast, in unit
--   degrees            double   degrees of freedom of its t distribution; NULL = normal
--   low_80_value       double   the value lies between low_80_value and high_80_value with a probability of 0.80
--   high_80_value      double   upper end of that
--   low_95_value       double   the same for 0.95
--   high_95_value      double   upper end of that
--   hit_probability    double   probability that the target is met on target_date, 0..1; NULL without a target
--   crossing_date      date     day on which a 'drift' or 'OLS' line crosses the target, which may be a day gone by;
--                               NULL for all others, when the line leads away from the target, and out of sight
--   outcome_date       date     last day of the period whose value is the outcome; NULL for the newest value
--   outcome_value      double   the outcome, in unit; NULL for the newest value
-- checks:
--   count(*) filter (where hit_probability < 0 or hit_probability > 1) = 0
--   count(*) filter (where not (low_95_value <= low_80_value and low_80_value <= forecast_value)) = 0
--   count(*) filter (where not (forecast_value <= high_80_value and high_80_value <= high_95_value)) = 0
--   count(*) filter (where mae > 0 and trial_count = 0) = 0
--   count(*) filter (where value_count < 6) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: origins for which base.forecast_targets has nothing to forecast
-- method:   METHODS 8. The chosen forecast of base.method_forecasts plus and less its standard error times the
--             quantile of Student's t with n - 2 degrees of freedom for OLS, else of the normal distribution. Forecast
--             and interval are cut off at the KPI's bounds; what lies beyond a bound counts as lying on it, so a bound
--             of a range that is no tighter is open. The probability is that of the value on the good side of the
--             target, of a range that of lying between its bounds. Without any error it is 1 or 0, on nine decimals.
--             A sum is forecast as the total since its start; a value of an 'average' or a 'ratio' as that of the
--             period itself, not of all periods together.
with sight as (
    select forecast_sight_days
    from base.rules
),

targets as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        target_basis,
        target_date,
        horizon_days,
        target_value,
        lower_value,
        upper_value,
        offset_value,
        outcome_date,
        outcome_value
    from base.forecast_targets
    where target_basis <> 'none'
),

origins as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        direction,
        value_count,
        lower_bound_value,
        upper_bound_value
    from base.forecast_origins
),

methods as (
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
        season_mae,
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
    from base.method_forecasts
),

-- targets and bounds are brought to what the series counts: the value, for a sum the total since the start
chosen_forecasts as (
    select
        targets.kpi_id,
        targets.business_unit,
        targets.period_end_date,
        targets.origin_date,
        targets.is_newest,
        origins.direction,
        origins.value_count,
        targets.target_basis,
        targets.target_date,
        targets.horizon_days,
        targets.target_value,
        targets.lower_value,
        targets.upper_value,
        targets.offset_value,
        targets.outcome_date,
        targets.outcome_value,
        methods.trial_value_count,
        methods.trial_count,
        methods.method,
        case methods.method
            when 'last' then methods.last_mae
            when 'drift' then methods.drift_mae
            when 'OLS' then methods.trend_mae
            else methods.season_mae
        end as mae,
        case methods.method
            when 'last' then methods.last_value
            when 'drift' then methods.drift_value
            when 'OLS' then methods.trend_value
            else methods.season_value
        end as level_value,
        case methods.method
            when 'last' then methods.last_standard_error
            when 'drift' then methods.drift_standard_error
            when 'OLS' then methods.trend_standard_error
            else methods.season_standard_error
        end as standard_error,
        case when methods.method = 'OLS' then cast(origins.value_count - 2 as double) end as degrees,
        case methods.method
            when 'drift' then methods.drift_slope
            when 'OLS' then methods.trend_slope
        end as slope,
        case when origins.direction <> 'range' then targets.target_value + targets.offset_value end as target_level,
        case when origins.direction = 'range' then targets.lower_value + targets.offset_value end as lower_level,
        case when origins.direction = 'range' then targets.upper_value + targets.offset_value end as upper_level,
        origins.lower_bound_value,
        origins.upper_bound_value
    from targets
    inner join origins
        on targets.kpi_id = origins.kpi_id
        and targets.business_unit = origins.business_unit
        and targets.period_end_date = origins.period_end_date
    inner join methods
        on targets.kpi_id = methods.kpi_id
        and targets.business_unit = methods.business_unit
        and targets.period_end_date = methods.period_end_date
),

-- distances from a mark in standard errors, positive on its good side
placed_forecasts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        direction,
        value_count,
        target_basis,
        target_date,
        horizon_days,
        target_value,
        lower_value,
        upper_value,
        offset_value,
        outcome_date,
        outcome_value,
        trial_value_count,
        trial_count,
        method,
        mae,
        level_value,
        standard_error,
        degrees,
        lower_bound_value,
        upper_bound_value,
        case
            when degrees is null then normal_quantile(0.9)
            else student_t_quantile(0.9, degrees)
        end as factor_80,
        case
            when degrees is null then normal_quantile(0.975)
            else student_t_quantile(0.975, degrees)
        end as factor_95,
        case
            when standard_error > 0 and direction = 'down' then (target_level - level_value) / standard_error
            when standard_error > 0 then (level_value - target_level) / standard_error
        end as target_distance,
        case
            when standard_error > 0 and lower_level > coalesce(lower_bound_value, lower_level - 1)
                then (level_value - lower_level) / standard_error
        end as lower_distance,
        case
            when standard_error > 0 and upper_level < coalesce(upper_bound_value, upper_level + 1)
                then (upper_level - level_value) / standard_error
        end as upper_distance,
        case
            when direction = 'up' then round(level_value, 9) >= round(target_level, 9)
            when direction = 'down' then round(level_value, 9) <= round(target_level, 9)
            when lower_level is not null or upper_level is not null
                then round(level_value, 9) >= round(coalesce(lower_level, level_value), 9)
                    and round(level_value, 9) <= round(coalesce(upper_level, level_value), 9)
        end as is_ahead,
        case
            when (direction = 'up' and slope > 0) or (direction = 'down' and slope < 0)
                then round(cast(horizon_days as double) + (target_level - level_value) / slope)
        end as days_to_crossing
    from chosen_forecasts
),

probable_forecasts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        direction,
        value_count,
        target_basis,
        target_date,
        horizon_days,
        target_value,
        lower_value,
        upper_value,
        offset_value,
        outcome_date,
        outcome_value,
        trial_value_count,
        trial_count,
        method,
        mae,
        level_value,
        standard_error,
        degrees,
        lower_bound_value,
        upper_bound_value,
        level_value - factor_80 * standard_error as low_80_level,
        level_value + factor_80 * standard_error as high_80_level,
        level_value - factor_95 * standard_error as low_95_level,
        level_value + factor_95 * standard_error as high_95_level,
        is_ahead,
        case
            when degrees is null then normal_cdf(target_distance)
            else student_t_cdf(target_distance, degrees)
        end as target_probability,
        case
            when degrees is null then normal_cdf(lower_distance)
            else student_t_cdf(lower_distance, degrees)
        end as above_probability,
        case
            when degrees is null then normal_cdf(upper_distance)
            else student_t_cdf(upper_distance, degrees)
        end as below_probability,
        days_to_crossing
    from placed_forecasts
)

select
    probable_forecasts.kpi_id,
    probable_forecasts.business_unit,
    probable_forecasts.period_end_date,
    probable_forecasts.origin_date,
    probable_forecasts.is_newest,
    probable_forecasts.direction,
    probable_forecasts.value_count,
    probable_forecasts.target_basis,
    probable_forecasts.target_date,
    probable_forecasts.horizon_days,
    probable_forecasts.target_value,
    probable_forecasts.lower_value,
    probable_forecasts.upper_value,
    probable_forecasts.trial_value_count,
    probable_forecasts.trial_count,
    probable_forecasts.method,
    probable_forecasts.mae,
    clamp(
        probable_forecasts.level_value,
        probable_forecasts.lower_bound_value,
        probable_forecasts.upper_bound_value
    ) - probable_forecasts.offset_value as forecast_value,
    probable_forecasts.standard_error,
    probable_forecasts.degrees,
    clamp(
        probable_forecasts.low_80_level,
        probable_forecasts.lower_bound_value,
        probable_forecasts.upper_bound_value
    ) - probable_forecasts.offset_value as low_80_value,
    clamp(
        probable_forecasts.high_80_level,
        probable_forecasts.lower_bound_value,
        probable_forecasts.upper_bound_value
    ) - probable_forecasts.offset_value as high_80_value,
    clamp(
        probable_forecasts.low_95_level,
        probable_forecasts.lower_bound_value,
        probable_forecasts.upper_bound_value
    ) - probable_forecasts.offset_value as low_95_value,
    clamp(
        probable_forecasts.high_95_level,
        probable_forecasts.lower_bound_value,
        probable_forecasts.upper_bound_value
    ) - probable_forecasts.offset_value as high_95_value,
    case
        when probable_forecasts.is_ahead is null then null
        when probable_forecasts.standard_error = 0 and probable_forecasts.is_ahead then 1.0
        when probable_forecasts.standard_error = 0 then 0.0
        when probable_forecasts.direction <> 'range' then probable_forecasts.target_probability
        else greatest(
            coalesce(probable_forecasts.above_probability, 1.0)
            + coalesce(probable_forecasts.below_probability, 1.0) - 1.0,
            0.0
        )
    end as hit_probability,
    case
        when abs(probable_forecasts.days_to_crossing) <= sight.forecast_sight_days
            then cast(
                cast(probable_forecasts.period_end_date as int)
                + cast(probable_forecasts.days_to_crossing as int) as date
            )
    end as crossing_date,
    probable_forecasts.outcome_date,
    probable_forecasts.outcome_value
from probable_forecasts
cross join sight
order by kpi_id, business_unit, period_end_date
