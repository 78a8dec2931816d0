-- question: How far off would each way to forecast have been, a given number of values ahead?
-- grain:    kpi_id, business_unit, period_end_date, trial_value_count
-- columns:
--   kpi_id               text     KPI
--   business_unit        text     unit the values were reported for; '(all)' when they name none
--   period_end_date      date     last day of the period that was forecast
--   trial_value_count    bigint   values ahead: 1, 3, 6 or 12, up to the farthest that is asked for
--   trial_date           date     last day of the period of the newest value then
--   outcome_value        double   what was forecast: the value, for a sum the running total since the start date
--   last_value           double   forecast by the last value
--   drift_value          double   forecast by the last value and the mean change so far
--   trend_value          double   forecast by a regression on time
--   season_value         double   forecast by the value a year before, for a sum by the gain a year before; NULL under
--                                 two years of values
--   trial_count          bigint   newest trials up to this one, this one counted, at most 12
--   last_mae             double   mean absolute error of the last value over these trials
--   drift_mae            double   the same of the drift
--   trend_mae            double   the same of the regression
--   last_trial_variance  double   mean squared error of the last value per day ahead; below last_variance of
--                                 base.forecast_origins when the series swings about a level and does not wander
--   drift_trial_variance double   the same of the drift, per h*(1 + h/T) days
--   season_count         bigint   those of the trials in which there was a season_value
--   season_mae           double   mean absolute error of season_value over these; NULL when there are none
--   season_last_mae      double   that of last_value over the trials with a season_value
--   season_drift_mae     double   that of drift_value over the trials with a season_value
--   season_trend_mae     double   that of trend_value over the trials with a season_value
-- checks:
--   count(*) filter (where season_count > trial_count) = 0
--   count(*) filter (where trial_date >= period_end_date) = 0
--   count(*) filter (where (season_mae is null) <> (season_count = 0)) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: trials from fewer than forecast_trial_values values; trials across the start of a new segment
-- method:   METHODS 8. Every value in turn is forecast from the values up to trial_value_count places before it. The
--             means are over the newest twelve trials up to this one, so that a method that served well long ago
--             gives way when a series changes its ways, and so that a choice made from them on the day of this value
--             knows no more than was known then. The season has fewer trials than the others, so it is compared with
--             them on its own.
with rules as (
    select cast(forecast_trial_values as bigint) as trial_values
    from base.rules
),

origins as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        aggregation,
        ordinal,
        segment_number,
        value_count,
        slot_days,
        season_slot_count,
        slot,
        level_value,
        elapsed_days,
        gained_value,
        trend_slope,
        mean_days,
        mean_level_value,
        season_count
    from base.forecast_origins
),

asked_horizons as (
    select kpi_id, business_unit, max(horizon_slot_count) as horizon_slot_count
    from base.forecast_targets
    group by kpi_id, business_unit
),

trial_lengths as (
    select column1 as trial_value_count
    from (values (1), (3), (6), (12)) as lengths
),

asked_trials as (
    select
        asked_horizons.kpi_id,
        asked_horizons.business_unit,
        cast(trial_lengths.trial_value_count as bigint) as trial_value_count
    from asked_horizons
    inner join trial_lengths
        on asked_horizons.horizon_slot_count >= trial_lengths.trial_value_count
),

trials as (
    select
        outcomes.kpi_id,
        outcomes.business_unit,
        outcomes.period_end_date,
        asked_trials.trial_value_count,
        origins.period_end_date as trial_date,
        origins.aggregation,
        origins.segment_number,
        origins.slot,
        origins.season_slot_count,
        origins.season_count,
        outcomes.level_value as outcome_value,
        origins.level_value as last_value,
        origins.level_value
        + origins.gained_value / cast(origins.elapsed_days as double)
        * cast(outcomes.elapsed_days - origins.elapsed_days as double) as drift_value,
        origins.mean_level_value
        + origins.trend_slope * (cast(outcomes.elapsed_days as double) - origins.mean_days) as trend_value,
        greatest(outcomes.slot - origins.slot, 1) as step_count,
        cast(outcomes.elapsed_days - origins.elapsed_days as double) as days_ahead,
        cast(origins.elapsed_days as double) as elapsed_days
    from origins as outcomes
    inner join asked_trials
        on outcomes.kpi_id = asked_trials.kpi_id
        and outcomes.business_unit = asked_trials.business_unit
    inner join origins
        on outcomes.kpi_id = origins.kpi_id
        and outcomes.business_unit = origins.business_unit
        and outcomes.segment_number = origins.segment_number
        and outcomes.ordinal - asked_trials.trial_value_count = origins.ordinal
    inner join rules
        on origins.value_count >= rules.trial_values
),

-- of two values on one place of the grid the later one stands for it
slot_levels as (
    select kpi_id, business_unit, segment_number, slot, level_value
    from origins
    where season_slot_count > 1
    qualify row_number() over (
        partition by kpi_id, business_unit, segment_number, slot
        order by period_end_date desc
    ) = 1
),

-- the same place of the year, in the last year that was known then
seasonal_trials as (
    select
        trials.kpi_id,
        trials.business_unit,
        trials.period_end_date,
        trials.trial_value_count,
        trials.trial_date,
        trials.outcome_value,
        trials.last_value,
        trials.drift_value,
        trials.trend_value,
        trials.days_ahead,
        trials.elapsed_days,
        case
            when trials.season_count < trials.season_slot_count then null
            when trials.aggregation = 'sum' and trials.step_count <= trials.season_slot_count
                then trials.last_value - year_ago_starts.level_value + case
                    when trials.step_count % trials.season_slot_count = 0 then trials.last_value
                    else year_ago_ends.level_value
                end
            -- whole years ahead it is this very place of the grid, where a later value may have come since
            when trials.aggregation <> 'sum' and trials.step_count % trials.season_slot_count = 0
                then trials.last_value
            when trials.aggregation <> 'sum' then year_ago_ends.level_value
        end as season_value
    from trials
    left join slot_levels as year_ago_ends
        on trials.kpi_id = year_ago_ends.kpi_id
        and trials.business_unit = year_ago_ends.business_unit
        and trials.segment_number = year_ago_ends.segment_number
        and trials.slot + trials.step_count - trials.season_slot_count
        * cast(ceil(cast(trials.step_count as double) / cast(trials.season_slot_count as double)) as bigint)
            = year_ago_ends.slot
    left join slot_levels as year_ago_starts
        on trials.kpi_id = year_ago_starts.kpi_id
        and trials.business_unit = year_ago_starts.business_unit
        and trials.segment_number = year_ago_starts.segment_number
        and trials.slot - trials.season_slot_count = year_ago_starts.slot
),

missed_trials as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        trial_value_count,
        trial_date,
        outcome_value,
        last_value,
        drift_value,
        trend_value,
        season_value,
        days_ahead,
        days_ahead * (1 + days_ahead / elapsed_days) as drift_days_ahead,
        abs(outcome_value - last_value) as last_error,
        abs(outcome_value - drift_value) as drift_error,
        abs(outcome_value - trend_value) as trend_error,
        abs(outcome_value - season_value) as season_error
    from seasonal_trials
)

select
    kpi_id,
    business_unit,
    period_end_date,
    trial_value_count,
    trial_date,
    outcome_value,
    last_value,
    drift_value,
    trend_value,
    season_value,
    cast(count(*) over in_order as bigint) as trial_count,
    avg(last_error) over in_order as last_mae,
    avg(drift_error) over in_order as drift_mae,
    avg(trend_error) over in_order as trend_mae,
    greatest(avg(last_error * last_error / days_ahead) over in_order, 0.0) as last_trial_variance,
    greatest(avg(drift_error * drift_error / drift_days_ahead) over in_order, 0.0) as drift_trial_variance,
    cast(count(season_error) over in_order as bigint) as season_count,
    case
        when count(season_error) over in_order > 0
            then avg(season_error) over in_order
    end as season_mae,
    case
        when count(season_error) over in_order > 0
            then avg(case when season_error is not null then last_error end) over in_order
    end as season_last_mae,
    case
        when count(season_error) over in_order > 0
            then avg(case when season_error is not null then drift_error end) over in_order
    end as season_drift_mae,
    case
        when count(season_error) over in_order > 0
            then avg(case when season_error is not null then trend_error end) over in_order
    end as season_trend_mae
from missed_trials
window in_order as (
    partition by kpi_id, business_unit, trial_value_count
    order by period_end_date
    rows between 11 preceding and current row
)
order by kpi_id, business_unit, period_end_date, trial_value_count
