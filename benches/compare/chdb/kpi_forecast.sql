-- warning.kpi_forecast: as duckdb/kpi_forecast.sql. Keys of what is joined have names of their own: ClickHouse
-- qualifies those that occur twice.
with series as (
    select assumeNotNull(kpi_id) as kpi, coalesce(business_unit, '(all)') as unit_id, period_end_date as day,
        assumeNotNull(value) as value,
        toInt64(row_number() over (partition by kpi, unit_id order by day)) as ordinal,
        toFloat64(assumeNotNull(dateDiff('day', min(day) over (partition by kpi, unit_id), day))) as days,
        value - first_value(value) over (partition by kpi, unit_id order by day) as gained,
        toInt64(round(days / (365.25 / 12))) as slot
    from raw_kpi_values
    where period_end_date <= toDate32('{as_of}')
),
slots as (
    select kpi as slot_kpi, unit_id as slot_unit, slot as slot_number, toNullable(argMax(value, day)) as slot_value
    from series
    group by kpi, unit_id, slot
),
seasons as (
    select series.*, slots.slot_value as year_ago
    from series
    left join slots
        on series.kpi = slots.slot_kpi and series.unit_id = slots.slot_unit and series.slot - 12 = slots.slot_number
),
-- sums of what departs from the first value, so that nothing large cancels out
summed as (
    select *, sum(days) over w as sx, sum(gained) over w as sy, sum(days * days) over w as sxx,
        sum(days * gained) over w as sxy, toInt64(count(year_ago) over w) as season_n, min(value) over w as lowest,
        max(value) over w as highest, max(ordinal) over (partition by kpi, unit_id) as newest_ordinal
    from seasons
    window w as (partition by kpi, unit_id order by day rows between unbounded preceding and current row)
),
origins as (
    select *, (sxy - sx * sy / ordinal) / (sxx - sx * sx / ordinal) as slope, sx / ordinal as mean_days,
        value - gained + sy / ordinal as mean_value
    from summed
),
next_targets as (
    select kpi_id, period_end_date as due_date, target
    from raw_kpi_targets
    where set_date <= toDate32('{as_of}') and period_end_date > toDate32('{as_of}')
    order by period_end_date, set_date desc
    limit 1 by kpi_id
),
aims as (
    select kpis.kpi_id as aim_kpi, kpis.direction as direction, kpis.unit as measure,
        if(kpis.target_date > toDate32('{as_of}'), kpis.target_date, null) as own_date,
        coalesce(next_targets.due_date <= coalesce(own_date, next_targets.due_date), false) as is_of_period,
        if(is_of_period, next_targets.due_date, coalesce(own_date, next_targets.due_date)) as due_date,
        if(is_of_period, coalesce(next_targets.target, kpis.target), kpis.target) as aim, kpis.lower as lower,
        kpis.upper as upper
    from kpis
    left join next_targets on kpis.kpi_id = next_targets.kpi_id
),
newest as (
    select origins.*, aims.direction as direction, aims.measure as measure, aims.is_of_period as is_of_period,
        aims.due_date as due_date, aims.aim as aim, aims.lower as lower, aims.upper as upper,
        origins.ordinal >= 6 and aims.due_date is not null as is_known,
        toFloat64(dateDiff('day', origins.day, aims.due_date)) as horizon,
        greatest(toInt64(round(assumeNotNull(horizon) / (365.25 / 12))), 1) as steps
    from origins
    inner join aims on origins.kpi = aims.aim_kpi
    where origins.ordinal = origins.newest_ordinal
),
-- the twelve newest ends of a trial, for each length that the target is ahead
asked as (
    select newest.kpi as kpi, newest.unit_id as unit_id, length,
        origins.ordinal as end_ordinal, origins.ordinal - length as start_ordinal, origins.value as outcome,
        origins.days as end_days, origins.slot as end_slot
    from newest
    inner join origins on newest.kpi = origins.kpi and newest.unit_id = origins.unit_id
    array join [1, 3, 6, 12]::Array(Int64) as length
    where newest.is_known and length <= newest.steps and origins.ordinal > newest.ordinal - 12
),
started as (
    select asked.kpi as kpi, asked.unit_id as unit_id, asked.length as length, asked.outcome as outcome,
        starts.value as last_value, starts.season_n as season_n,
        starts.value + starts.gained / starts.days * (asked.end_days - starts.days) as drift_value,
        starts.mean_value + starts.slope * (asked.end_days - starts.mean_days) as trend_value,
        greatest(asked.end_slot - starts.slot, 1) as step,
        starts.slot + step - intDiv(step + 11, 12) * 12 as year_slot
    from asked
    inner join origins as starts
        on asked.kpi = starts.kpi and asked.unit_id = starts.unit_id and asked.start_ordinal = starts.ordinal
    where starts.ordinal >= 4
),
trials as (
    select started.kpi as kpi, started.unit_id as unit_id, started.length as length,
        abs(outcome - last_value) as last_error, abs(outcome - drift_value) as drift_error,
        abs(outcome - trend_value) as trend_error,
        abs(outcome - multiIf(season_n < 12, null, step % 12 = 0, last_value, slots.slot_value)) as season_error
    from started
    left join slots on started.kpi = slots.slot_kpi and started.unit_id = slots.slot_unit
        and started.year_slot = slots.slot_number
),
errors as (
    select kpi, unit_id, length, count() as trial_count, avg(last_error) as last_mae, avg(drift_error) as drift_mae,
        avg(trend_error) as trend_mae, avg(season_error) as season_mae, count(season_error) as season_count,
        least(avgIf(last_error, season_error is not null), avgIf(drift_error, season_error is not null),
            avgIf(trend_error, season_error is not null)) as rival_mae
    from trials
    group by kpi, unit_id, length
),
chosen as (
    select * except (kpi, unit_id), kpi as chosen_kpi, unit_id as chosen_unit
    from errors
    order by trial_count >= 3 desc, if(trial_count >= 3, -length, length)
    limit 1 by chosen_kpi, chosen_unit
),
placed as (
    select *, slot + steps - intDiv(steps + 11, 12) * 12 as year_slot,
        value + gained / days * horizon as drift_value,
        mean_value + slope * (days + horizon - mean_days) as trend_value
    from newest
),
picked as (
    select placed.*, chosen.last_mae as last_mae, chosen.drift_mae as drift_mae, chosen.trend_mae as trend_mae,
        chosen.season_mae as season_mae,
        multiIf(placed.season_n < 12, null, placed.steps % 12 = 0, placed.value, slots.slot_value) as season_value,
        multiIf(
            not placed.is_known, null,
            coalesce(season_value is not null and chosen.season_count >= 3
                and round(chosen.season_mae, 9) < round(chosen.rival_mae, 9), false), 'seasonal naive',
            round(chosen.last_mae, 9) <= round(chosen.drift_mae, 9)
                and round(chosen.last_mae, 9) <= round(chosen.trend_mae, 9), 'last',
            round(chosen.drift_mae, 9) <= round(chosen.trend_mae, 9), 'drift',
            'OLS') as method,
        multiIf(method = 'seasonal naive', season_value, method = 'last', placed.value, method = 'drift',
            placed.drift_value, placed.trend_value) as level_value
    from placed
    left join chosen on placed.kpi = chosen.chosen_kpi and placed.unit_id = chosen.chosen_unit
    left join slots on placed.kpi = slots.slot_kpi and placed.unit_id = slots.slot_unit
        and placed.year_slot = slots.slot_number
)
select kpi as kpi_id, unit_id as business_unit, direction, ordinal as value_count, day as period_end_date, method,
    multiIf(method is null, null, method = 'seasonal naive', season_mae, method = 'last', last_mae,
        method = 'drift', drift_mae, trend_mae) as mae,
    multiIf(method is null, null, is_of_period, 'period target', 'target date') as target_basis,
    if(method is null, null, due_date) as target_date, if(method is null, null, aim) as target_value,
    if(method is null, null, lower) as lower_value, if(method is null, null, upper) as upper_value,
    if(method is null, null, if(lowest >= 0, greatest(
        if(measure = '%' and highest <= 100, least(level_value, 100.), level_value), 0.), level_value)) as forecast_value
from picked
