-- question: What would have been forecast on each day that a value came in, and what happened?
-- grain:    kpi_id, business_unit, origin_date, target_date
-- columns:
--   kpi_id           text     KPI
--   business_unit    text     unit the values were reported for; '(all)' when they name none
--   origin_date      date     day of the forecast: that on which its newest value and all before it were known
--   target_date      date     day that was forecast
--   period_end_date  date     last day of the period of the newest value then
--   owner            text     who answers for the KPI now; NULL when not given
--   direction        text     'up', 'down' or 'range'
--   target_basis     text     'period target', 'target date', 'held' or 'value only', as in base.forecast_targets
--   method           text     the method that would have been chosen: 'last', 'drift', 'OLS' or 'seasonal naive'
--   horizon_days     bigint   days from period_end_date to target_date
--   target_value     double   value to reach as it was known then, in unit; NULL when none was due
--   lower_value      double   lower bound of a range; NULL = open
--   upper_value      double   upper bound of a range; NULL = open
--   forecast_value   double   the forecast, in unit
--   low_80_value     double   lower end of the interval with a probability of 0.80
--   high_80_value    double   upper end of that
--   low_95_value     double   the same for 0.95
--   high_95_value    double   upper end of that
--   hit_probability  double   probability that the target would be met; NULL when none was due
--   outcome_date     date     last day of the period whose value is the outcome
--   outcome_value    double   the outcome, in unit
--   is_inside_80     boolean  true when the outcome lies between low_80_value and high_80_value
--   is_inside_95     boolean  true when the outcome lies between low_95_value and high_95_value
--   is_hit           boolean  true when the outcome met the target; false also when none was due
--   squared_error    double   (hit_probability - 1)^2 when it was met, else hit_probability^2; NULL when none was due
--   error_value      double   outcome less forecast, for 'down' the other way round; positive = favourable; NULL for
--                             ranges
--   error_ratio      double   error_value over half the width of the 80 % interval, from -1000 to 1000; NULL without
--                             a width
-- checks:
--   count(*) filter (where is_inside_80 and not is_inside_95) = 0
--   count(*) filter (where squared_error < 0 or squared_error > 1) = 0
--   count(*) filter (where (squared_error is null) <> (hit_probability is null)) = 0
--   count(*) filter (where outcome_date <= origin_date or outcome_date > target_date) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $target_date
-- leaves out: forecasts whose outcome is still to come; what a value was before it was restated: a restated value and
--             all after it count from the day of its restatement on
-- method:   METHODS 8. Values, errors of the methods and targets are those that were known on origin_date; a target
--             that was changed later was met or missed as it stood. Of several values that came in on one day the
--             newest makes the forecast. Forecasts from several days for one target count each, and are no
--             independent trials. Comparisons are made on nine decimals.
with forecasts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        direction,
        target_basis,
        target_date,
        horizon_days,
        target_value,
        lower_value,
        upper_value,
        method,
        forecast_value,
        low_80_value,
        high_80_value,
        low_95_value,
        high_95_value,
        hit_probability,
        outcome_date,
        outcome_value
    from base.kpi_forecasts
    where not is_newest
),

kpi_owners as (
    select kpi_id, nullif(owner, '') as owner
    from kpis
),

dated_forecasts as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        direction,
        target_basis,
        target_date,
        horizon_days,
        target_value,
        lower_value,
        upper_value,
        method,
        forecast_value,
        low_80_value,
        high_80_value,
        low_95_value,
        high_95_value,
        hit_probability,
        outcome_date,
        outcome_value,
        round(outcome_value, 9) >= round(low_80_value, 9)
        and round(outcome_value, 9) <= round(high_80_value, 9) as is_inside_80,
        round(outcome_value, 9) >= round(low_95_value, 9)
        and round(outcome_value, 9) <= round(high_95_value, 9) as is_inside_95,
        case direction
            when 'up' then round(outcome_value, 9) >= round(target_value, 9)
            when 'down' then round(outcome_value, 9) <= round(target_value, 9)
            else round(outcome_value, 9) >= round(coalesce(lower_value, outcome_value), 9)
                and round(outcome_value, 9) <= round(coalesce(upper_value, outcome_value), 9)
        end as is_met,
        case direction
            when 'up' then outcome_value - forecast_value
            when 'down' then forecast_value - outcome_value
        end as error_value
    from forecasts
    qualify row_number() over (
        partition by kpi_id, business_unit, origin_date
        order by period_end_date desc
    ) = 1
)

select
    dated_forecasts.kpi_id,
    dated_forecasts.business_unit,
    dated_forecasts.origin_date,
    dated_forecasts.target_date,
    dated_forecasts.period_end_date,
    kpi_owners.owner,
    dated_forecasts.direction,
    dated_forecasts.target_basis,
    dated_forecasts.method,
    dated_forecasts.horizon_days,
    dated_forecasts.target_value,
    dated_forecasts.lower_value,
    dated_forecasts.upper_value,
    dated_forecasts.forecast_value,
    dated_forecasts.low_80_value,
    dated_forecasts.high_80_value,
    dated_forecasts.low_95_value,
    dated_forecasts.high_95_value,
    dated_forecasts.hit_probability,
    dated_forecasts.outcome_date,
    dated_forecasts.outcome_value,
    dated_forecasts.is_inside_80,
    dated_forecasts.is_inside_95,
    dated_forecasts.hit_probability is not null and coalesce(dated_forecasts.is_met, false) as is_hit,
    case
        when dated_forecasts.is_met then power(dated_forecasts.hit_probability - 1, 2)
        else power(dated_forecasts.hit_probability, 2)
    end as squared_error,
    dated_forecasts.error_value,
    clamp(
        2 * dated_forecasts.error_value / nullif(dated_forecasts.high_80_value - dated_forecasts.low_80_value, 0),
        -1000.0,
        1000.0
    ) as error_ratio
from dated_forecasts
inner join kpi_owners
    on dated_forecasts.kpi_id = kpi_owners.kpi_id
order by kpi_id, business_unit, origin_date, target_date
