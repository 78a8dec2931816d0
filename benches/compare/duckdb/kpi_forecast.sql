-- warning.kpi_forecast: target, method, error in its trials and forecast. Left out: intervals and probability, which
-- need Student's t. Generated KPIs are measured monthly, without a gap, in one segment, and are no sums.
with series as (
    select kpi_values.kpi_id, kpi_values.business_unit, period_end_date, value,
        row_number() over in_order as ordinal,
        (period_end_date - first_value(period_end_date) over in_order)::double as days,
        value - first_value(value) over in_order as gained,
        cast(round((period_end_date - first_value(period_end_date) over in_order) / (365.25 / 12)) as bigint) as slot
    from kpi_values
    inner join kpis on kpi_values.kpi_id = kpis.kpi_id
    window in_order as (partition by kpi_values.kpi_id, kpi_values.business_unit order by period_end_date)
),
slots as (
    select kpi_id, business_unit, slot, value
    from series
    qualify row_number() over (partition by kpi_id, business_unit, slot order by period_end_date desc) = 1
),
seasons as (
    select series.*, slots.value as year_ago
    from series
    left join slots on series.kpi_id = slots.kpi_id and series.business_unit = slots.business_unit
        and series.slot - 12 = slots.slot
),
origins as (
    select *, count(*) over in_order as n, count(year_ago) over in_order as season_n,
        regr_slope(value, days) over in_order as slope, avg(days) over in_order as mean_days,
        avg(value) over in_order as mean_value,
        row_number() over (partition by kpi_id, business_unit order by period_end_date desc) = 1 as is_newest,
        min(value) over in_order as lowest, max(value) over in_order as highest
    from seasons
    window in_order as (partition by kpi_id, business_unit order by period_end_date
        rows between unbounded preceding and current row)
),
next_targets as (
    select kpi_id, period_end_date as due_date, target
    from kpi_targets
    where period_end_date > getvariable('as_of')
    qualify row_number() over (partition by kpi_id order by period_end_date, set_date desc) = 1
),
aims as (
    select kpis.kpi_id, kpis.direction, kpis.unit,
        case when kpis.target_date > getvariable('as_of') then kpis.target_date end as own_date,
        coalesce(next_targets.due_date <= coalesce(own_date, next_targets.due_date), false) as is_of_period,
        least(next_targets.due_date, own_date) as due_date,
        case when is_of_period then coalesce(next_targets.target, kpis.target) else kpis.target end as target,
        kpis.lower, kpis.upper
    from kpis
    left join next_targets on kpis.kpi_id = next_targets.kpi_id
),
newest as (
    select origins.*, aims.* exclude (kpi_id),
        case
            when n < 6 then 'too few values'
            when due_date is null then 'no target ahead'
        end as status_reason,
        due_date - period_end_date as horizon,
        greatest(cast(round((due_date - period_end_date) / (365.25 / 12)) as bigint), 1) as steps
    from origins
    inner join aims on origins.kpi_id = aims.kpi_id
    where is_newest
),
lengths as (
    select unnest([1, 3, 6, 12]) as length
),
trials as (
    select ends.kpi_id, ends.business_unit, lengths.length, ends.ordinal as end_ordinal, ends.value as outcome,
        starts.value as last_value,
        starts.value + starts.gained / starts.days * (ends.days - starts.days) as drift_value,
        starts.mean_value + starts.slope * (ends.days - starts.mean_days) as trend_value,
        case
            when starts.season_n < 12 then null
            when greatest(ends.slot - starts.slot, 1) % 12 = 0 then starts.value
            else slots.value
        end as season_value
    from newest
    inner join lengths on lengths.length <= newest.steps
    inner join origins as ends on newest.kpi_id = ends.kpi_id and newest.business_unit = ends.business_unit
    inner join origins as starts on ends.kpi_id = starts.kpi_id and ends.business_unit = starts.business_unit
        and ends.ordinal - lengths.length = starts.ordinal and starts.n >= 4
    left join slots on starts.kpi_id = slots.kpi_id and starts.business_unit = slots.business_unit
        and slots.slot = starts.slot + greatest(ends.slot - starts.slot, 1)
            - 12 * cast(ceil(greatest(ends.slot - starts.slot, 1) / 12.0) as bigint)
    where newest.status_reason is null
    -- the twelve newest trials of each length
    qualify row_number() over (partition by ends.kpi_id, ends.business_unit, lengths.length
        order by ends.ordinal desc) <= 12
),
errors as (
    select kpi_id, business_unit, length, count(*) as trial_count, avg(abs(outcome - last_value)) as last_mae,
        avg(abs(outcome - drift_value)) as drift_mae, avg(abs(outcome - trend_value)) as trend_mae,
        count(season_value) as season_count, avg(abs(outcome - season_value)) as season_mae,
        least(
            avg(abs(outcome - last_value)) filter (where season_value is not null),
            avg(abs(outcome - drift_value)) filter (where season_value is not null),
            avg(abs(outcome - trend_value)) filter (where season_value is not null)
        ) as rival_mae
    from trials
    group by all
),
-- the farthest trials that are not too few; failing that, the nearest
chosen as (
    from errors
    qualify row_number() over (partition by kpi_id, business_unit
        order by trial_count >= 3 desc, case when trial_count >= 3 then -length else length end) = 1
),
forecasts as (
    select newest.*, chosen.* exclude (kpi_id, business_unit),
        newest.value + newest.gained / newest.days * newest.horizon as drift_value,
        newest.mean_value + newest.slope * (newest.days + newest.horizon - newest.mean_days) as trend_value,
        case
            when newest.season_n < 12 then null
            when newest.steps % 12 = 0 then newest.value
            else slots.value
        end as season_value
    from newest
    left join chosen using (kpi_id, business_unit)
    left join slots on newest.kpi_id = slots.kpi_id and newest.business_unit = slots.business_unit
        and slots.slot = newest.slot + newest.steps - 12 * cast(ceil(newest.steps / 12.0) as bigint)
),
picked as (
    select *,
        case
            when status_reason is not null then null
            when season_value is not null and season_count >= 3 and round(season_mae, 9) < round(rival_mae, 9)
                then 'seasonal naive'
            when round(last_mae, 9) <= round(drift_mae, 9) and round(last_mae, 9) <= round(trend_mae, 9) then 'last'
            when round(drift_mae, 9) <= round(trend_mae, 9) then 'drift'
            else 'OLS'
        end as method
    from forecasts
)
select kpi_id, business_unit, direction, n as value_count, period_end_date, method,
    case method when 'seasonal naive' then season_mae when 'last' then last_mae when 'drift' then drift_mae
        when 'OLS' then trend_mae end as mae,
    case when method is not null then case when is_of_period then 'period target' else 'target date' end end
        as target_basis,
    case when method is not null then due_date end as target_date,
    case when method is not null then target end as target_value,
    case when method is not null then lower end as lower_value,
    case when method is not null then upper end as upper_value,
    case when method is not null then greatest(
        least(
            case method when 'seasonal naive' then season_value when 'last' then value when 'drift' then drift_value
                else trend_value end,
            case when lowest >= 0 and unit = '%' and highest <= 100 then 100.0 end
        ),
        case when lowest >= 0 then 0.0 end
    ) end as forecast_value
from picked
