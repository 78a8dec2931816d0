-- question: What could be read off each KPI's series on the day each of its values had come in?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id             text     KPI
--   business_unit      text     unit the values were reported for; '(all)' when they name none
--   period_end_date    date     last day of the period of the newest value then
--   origin_date        date     day on which it and all values before it were known
--   is_newest          boolean  true for the newest value of the series
--   direction          text     'up', 'down' or 'range'
--   aggregation        text     'last', 'sum', 'average' or 'ratio'
--   cadence_days       bigint   days between values; NULL for a single value of a KPI that declares none
--   ordinal            bigint   place of the value in its series; 1 = oldest
--   segment_number     bigint   as in base.kpi_series; nothing before its segment is used
--   value_count        bigint   values of the segment up to here
--   slot_days          double   days of a season's step: a twelfth of a year for monthly values, and so on
--   season_slot_count  bigint   steps in a year; 1 = the values come too seldom to have a season
--   slot               bigint   place of the value on a grid of such steps
--   value              double   the value, in unit
--   level_value        double   what is forecast: the value, for a sum the running total since the start date
--   elapsed_days       bigint   days from the first value of the segment to this one
--   gained_value       double   level_value less that of the first value of the segment
--   last_variance      double   variance per day of a random walk; NULL under two values
--   drift_variance     double   the same around a constant drift; NULL under three values
--   trend_slope        double   slope of a regression of the level on time, per day; NULL under two values
--   mean_days          double   mean of elapsed_days
--   mean_level_value   double   mean of level_value
--   day_spread         double   sum of squared distances of the days from their mean
--   trend_variance     double   variance of the level around the regression; NULL under three values
--   season_count       bigint   values that have one a year before them
--   season_variance    double   mean of squared changes of the value from a year before; NULL without such
--   lower_bound_value  double   below this the level cannot fall: 0 when no value was below it, for such a sum the
--                               total so far; NULL = unbounded
--   upper_bound_value  double   100 for a '%' that was never above it, 1 for a 'share'; NULL = unbounded
-- checks:
--   count(*) filter (where value_count > ordinal) = 0
--   count(*) filter (where origin_date < period_end_date and value_count = 1 and ordinal = 1) = 0
--   count(*) filter (where last_variance < 0 or drift_variance < 0 or trend_variance < 0) = 0
--   count(*) filter (where is_newest) = count(distinct concat(kpi_id, ' ', business_unit))
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: values of a sum before the start date of the KPI; what a value was before it was restated: a restated
--             value counts from the day of its restatement on, and so do all that come after it
-- method:   METHODS 8. Time is in days, so that a gap is a long step and nothing else. A variance per day is that of
--             the steps, each over its days; with even steps this is the usual one per step. Everything looks back
--             only, so a forecast from here knows nothing that was not known then; but how often values come, and
--             with it the grid, is read off the whole series where the KPI does not declare it.
with series as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        cadence_days,
        segment_number,
        known_date
    from base.kpi_series
),

kpi_starts as (
    select kpi_id, start_date
    from kpis
),

-- steps in a year, as they divide it: half years, four-monthly, quarterly, two-monthly, monthly; else weeks or days
gridded_values as (
    select
        series.kpi_id,
        series.business_unit,
        series.period_end_date,
        series.unit,
        series.direction,
        series.aggregation,
        series.value,
        series.ordinal,
        series.cadence_days,
        series.segment_number,
        series.known_date,
        greatest(cast(round(365.25 / series.cadence_days) as bigint), 1) as season_slot_count
    from series
    inner join kpi_starts
        on series.kpi_id = kpi_starts.kpi_id
    where
        series.aggregation <> 'sum'
        or kpi_starts.start_date is null
        or series.period_end_date >= kpi_starts.start_date
),

levelled_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        cadence_days,
        segment_number,
        season_slot_count,
        case
            when season_slot_count <= 12 then 365.25 / season_slot_count
            else cast(cadence_days as double)
        end as slot_days,
        max(known_date) over in_order as known_date,
        case
            when aggregation = 'sum' then sum(value) over in_order
            else value
        end as level_value,
        period_end_date - first_value(period_end_date) over in_order as series_days,
        row_number() over (
            partition by kpi_id, business_unit
            order by period_end_date desc
        ) = 1 as is_newest
    from gridded_values
    window in_order as (
        partition by kpi_id, business_unit
        order by period_end_date
        rows between unbounded preceding and current row
    )
),

stepped_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        cadence_days,
        segment_number,
        season_slot_count,
        slot_days,
        known_date,
        level_value,
        is_newest,
        cast(round(series_days / slot_days) as bigint) as slot,
        cast(period_end_date - first_value(period_end_date) over in_order as double) as elapsed_days,
        level_value - first_value(level_value) over in_order as gained_value,
        (level_value - lag(level_value) over in_order) * (level_value - lag(level_value) over in_order)
        / cast(period_end_date - lag(period_end_date) over in_order as double) as step_variance
    from levelled_values
    window in_order as (
        partition by kpi_id, business_unit, segment_number
        order by period_end_date
    )
),

-- of two values on one place of the grid the later one stands for it
slot_values as (
    select kpi_id, business_unit, segment_number, slot, value
    from stepped_values
    where season_slot_count > 1
    qualify row_number() over (
        partition by kpi_id, business_unit, segment_number, slot
        order by period_end_date desc
    ) = 1
),

seasoned_values as (
    select
        stepped_values.kpi_id,
        stepped_values.business_unit,
        stepped_values.period_end_date,
        stepped_values.unit,
        stepped_values.direction,
        stepped_values.aggregation,
        stepped_values.value,
        stepped_values.ordinal,
        stepped_values.cadence_days,
        stepped_values.segment_number,
        stepped_values.season_slot_count,
        stepped_values.slot_days,
        stepped_values.known_date,
        stepped_values.level_value,
        stepped_values.is_newest,
        stepped_values.slot,
        stepped_values.elapsed_days,
        stepped_values.gained_value,
        stepped_values.step_variance,
        stepped_values.value - slot_values.value as season_change
    from stepped_values
    left join slot_values
        on stepped_values.kpi_id = slot_values.kpi_id
        and stepped_values.business_unit = slot_values.business_unit
        and stepped_values.segment_number = slot_values.segment_number
        and stepped_values.slot - stepped_values.season_slot_count = slot_values.slot
),

-- every figure adds values in the order of their dates, so that the last digit never depends on luck
running_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        cadence_days,
        segment_number,
        season_slot_count,
        slot_days,
        known_date,
        level_value,
        is_newest,
        slot,
        elapsed_days,
        gained_value,
        count(*) over in_order as value_count,
        sum(step_variance) over in_order as step_variance_sum,
        regr_slope(level_value, elapsed_days) over in_order as trend_slope,
        regr_avgx(level_value, elapsed_days) over in_order as mean_days,
        regr_avgy(level_value, elapsed_days) over in_order as mean_level_value,
        regr_sxx(level_value, elapsed_days) over in_order as day_spread,
        regr_syy(level_value, elapsed_days) over in_order as level_spread,
        regr_sxy(level_value, elapsed_days) over in_order as joint_spread,
        count(season_change) over in_order as season_count,
        sum(season_change * season_change) over in_order as season_change_sum,
        min(value) over in_order as lowest_value,
        max(value) over in_order as highest_value
    from seasoned_values
    window in_order as (
        partition by kpi_id, business_unit, segment_number
        order by period_end_date
        rows between unbounded preceding and current row
    )
),

-- what is left of a perfect line is the dust of the arithmetic, and counts as nothing
scattered_values as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        unit,
        direction,
        aggregation,
        value,
        ordinal,
        cadence_days,
        segment_number,
        season_slot_count,
        slot_days,
        known_date,
        level_value,
        is_newest,
        slot,
        elapsed_days,
        gained_value,
        value_count,
        step_variance_sum,
        step_variance_sum - gained_value * gained_value / nullif(elapsed_days, 0) as drift_scatter,
        trend_slope,
        mean_days,
        mean_level_value,
        day_spread,
        level_spread,
        level_spread - joint_spread * joint_spread / nullif(day_spread, 0) as trend_scatter,
        season_count,
        season_change_sum,
        lowest_value,
        highest_value
    from running_values
)

select
    kpi_id,
    business_unit,
    period_end_date,
    known_date as origin_date,
    is_newest,
    direction,
    aggregation,
    cadence_days,
    ordinal,
    segment_number,
    cast(value_count as bigint) as value_count,
    cast(slot_days as double) as slot_days,
    season_slot_count,
    slot,
    value,
    level_value,
    cast(elapsed_days as bigint) as elapsed_days,
    gained_value,
    step_variance_sum / nullif(cast(value_count - 1 as double), 0) as last_variance,
    case
        when value_count < 3 then null
        when drift_scatter <= 0.000000000001 * step_variance_sum then 0.0
        else drift_scatter / cast(value_count - 2 as double)
    end as drift_variance,
    trend_slope,
    mean_days,
    mean_level_value,
    day_spread,
    case
        when value_count < 3 then null
        when trend_scatter <= 0.000000000001 * level_spread then 0.0
        else trend_scatter / cast(value_count - 2 as double)
    end as trend_variance,
    cast(season_count as bigint) as season_count,
    season_change_sum / nullif(cast(season_count as double), 0) as season_variance,
    case
        when lowest_value < 0 then null
        when aggregation = 'sum' then level_value
        else 0.0
    end as lower_bound_value,
    case
        when aggregation = 'sum' or lowest_value < 0 then null
        when unit = '%' and highest_value <= 100 then 100.0
        when unit = 'share' and highest_value <= 1 then 1.0
    end as upper_bound_value
from scattered_values
order by kpi_id, business_unit, period_end_date
