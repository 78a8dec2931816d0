-- question: What was each KPI next held to, seen from each of its values, and what became of it?
-- grain:    kpi_id, business_unit, period_end_date
-- columns:
--   kpi_id                  text     KPI
--   business_unit           text     unit the values were reported for; '(all)' when they name none
--   period_end_date         date     last day of the period of the newest value then: the origin
--   origin_date             date     day on which it and all values before it were known
--   is_newest               boolean  true for the newest value: its forecast is for days still to come
--   target_basis            text     'period target' or 'target date' (due on a day), 'held' (a target without a day
--                                    is to be kept, and is looked at forecast_horizon_days on), 'value only' (the
--                                    same day, but no target is due on it) or 'none' (nothing to forecast)
--   target_date             date     day that is forecast; NULL for 'none'
--   horizon_days            bigint   days from the origin's period to target_date; NULL for 'none'
--   horizon_slot_count      bigint   the same in steps of the season's grid, at least 1; NULL for 'none'
--   target_value            double   value to reach as it was known then, in unit; NULL when there was none
--   lower_value             double   lower bound of a range; NULL = open
--   upper_value             double   upper bound of a range; NULL = open
--   offset_value            double   running total that the target of a sum starts from; 0 for all others
--   outcome_date            date     last day of the period whose value is the outcome; NULL for the newest value
--   outcome_value           double   the outcome, of the same kind as target_value; NULL for the newest value
--   status_reason           text     NULL, or why there is nothing to forecast: 'too few values', 'no target date'
--                                    (of a sum), 'no target ahead' (the last target date has passed)
-- checks:
--   count(*) filter (where (target_basis = 'none') <> (status_reason is not null)) = 0
--   count(*) filter (where (target_basis = 'none') <> (target_date is null)) = 0
--   count(*) filter (where is_newest <> (outcome_value is null)) = 0
--   count(*) filter (where target_date <= origin_date and not is_newest) = 0
--   count(*) filter (where outcome_date > target_date) = 0
-- receipt:  kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $target_date;
--             history.kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id
-- leaves out: origins before the forecast_min_values-th value, but for the newest; earlier origins whose outcome is
--             still to come; stretch targets
-- method:   METHODS 8. Next is the target with the earliest day after the day of the origin, for the newest value
--             after the as-of date; a target of a period counts from its set_date on, a KPI's own from the day of its
--             version on. A sum with targets of periods starts anew after each. The outcome is the value of the period
--             that ends on the target's day, or that is at most one cadence before. For 'held' the outcome is the
--             value as many steps later as fit forecast_horizon_days, at least one.
with rules as (
    select
        cast(forecast_min_values as bigint) as min_value_count,
        cast(forecast_horizon_days as bigint) as horizon_days
    from base.rules
),

origins as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        direction,
        aggregation,
        cadence_days,
        ordinal,
        segment_number,
        value_count,
        slot_days,
        level_value,
        lead(period_end_date) over (
            partition by kpi_id, business_unit
            order by period_end_date
        ) as next_period_end_date
    from base.forecast_origins
),

believed_versions as (
    select
        kpi_id,
        target,
        lower,
        upper,
        target_date,
        -- what a source wrote over without a day changed on the day of the load
        coalesce(
            valid_from,
            case
                when row_number() over (partition by kpi_id order by valid_from nulls first, known_from) > 1
                    then cast(known_from as date)
            end,
            date '1900-01-01'
        ) as valid_from,
        known_from,
        recorded_date,
        file,
        row
    from history.kpis
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
),

kpi_versions as (
    select kpi_id, target, lower, upper, target_date, valid_from
    from believed_versions
    where valid_from <= $as_of
    qualify row_number() over (
        partition by kpi_id, valid_from
        order by recorded_date desc nulls last, known_from desc, file desc, row desc
    ) = 1
),

-- the first version also holds for all that came before it
version_spans as (
    select
        kpi_id,
        target,
        lower,
        upper,
        target_date,
        case
            when row_number() over in_order = 1 then date '0001-01-01'
            else valid_from
        end as from_date,
        coalesce(lead(valid_from) over in_order, date '9999-12-31') as to_date
    from kpi_versions
    window in_order as (partition by kpi_id order by valid_from)
),

target_versions as (
    select
        kpi_id,
        period_end_date as due_date,
        target,
        lower,
        upper,
        coalesce(set_date, date '0001-01-01') as from_date,
        coalesce(
            lead(set_date) over (
                partition by kpi_id, period_end_date
                order by set_date nulls first
            ),
            date '9999-12-31'
        ) as to_date
    from kpi_targets
),

due_dates as (
    select distinct kpi_id, due_date
    from target_versions
),

dated_kpis as (
    select distinct kpi_id
    from due_dates
),

due_spans as (
    select
        kpi_id,
        due_date,
        lag(due_date) over (partition by kpi_id order by due_date) as previous_due_date
    from due_dates
),

-- the newest value is looked at from the as-of date, every other from the day on which it was known
dated_origins as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        aggregation,
        cadence_days,
        ordinal,
        segment_number,
        value_count,
        slot_days,
        case when is_newest then $as_of else origin_date end as view_date
    from origins
    cross join rules
    where origins.value_count >= rules.min_value_count or origins.is_newest
),

aimed_origins as (
    select
        dated_origins.kpi_id,
        dated_origins.business_unit,
        dated_origins.period_end_date,
        dated_origins.origin_date,
        dated_origins.is_newest,
        dated_origins.aggregation,
        dated_origins.cadence_days,
        dated_origins.ordinal,
        dated_origins.segment_number,
        dated_origins.value_count,
        dated_origins.slot_days,
        due_spans.previous_due_date,
        target_versions.due_date as period_due_date,
        target_versions.target as period_target,
        target_versions.lower as period_lower,
        target_versions.upper as period_upper,
        case
            when version_spans.target_date > dated_origins.view_date then version_spans.target_date
        end as own_due_date,
        version_spans.target as own_target,
        version_spans.lower as own_lower,
        version_spans.upper as own_upper,
        version_spans.target_date is null and dated_kpis.kpi_id is null as is_held
    from dated_origins
    left join due_spans
        on dated_origins.kpi_id = due_spans.kpi_id
        and dated_origins.view_date < due_spans.due_date
        and dated_origins.view_date >= coalesce(due_spans.previous_due_date, date '0001-01-01')
    left join target_versions
        on due_spans.kpi_id = target_versions.kpi_id
        and due_spans.due_date = target_versions.due_date
        and dated_origins.view_date >= target_versions.from_date
        and dated_origins.view_date < target_versions.to_date
    left join version_spans
        on dated_origins.kpi_id = version_spans.kpi_id
        and dated_origins.view_date >= version_spans.from_date
        and dated_origins.view_date < version_spans.to_date
    left join dated_kpis
        on dated_origins.kpi_id = dated_kpis.kpi_id
),

chosen_targets as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        origin_date,
        is_newest,
        aggregation,
        cadence_days,
        ordinal,
        segment_number,
        value_count,
        slot_days,
        is_held,
        least(period_due_date, own_due_date) as due_date,
        coalesce(period_due_date <= coalesce(own_due_date, period_due_date), false) as is_of_period,
        previous_due_date,
        case
            when period_due_date <= coalesce(own_due_date, period_due_date) then coalesce(period_target, own_target)
            else own_target
        end as target_value,
        case
            when period_due_date <= coalesce(own_due_date, period_due_date) then coalesce(period_lower, own_lower)
            else own_lower
        end as lower_value,
        case
            when period_due_date <= coalesce(own_due_date, period_due_date) then coalesce(period_upper, own_upper)
            else own_upper
        end as upper_value
    from aimed_origins
),

due_days as (
    select kpi_id, due_date
    from due_dates
    union
    select kpi_id, target_date as due_date
    from version_spans
    where target_date is not null
),

-- the newest value at a due day, whether or not it was known then
due_levels as (
    select
        due_days.kpi_id,
        origins.business_unit,
        due_days.due_date,
        origins.period_end_date,
        origins.ordinal,
        origins.level_value
    from due_days
    inner join origins
        on due_days.kpi_id = origins.kpi_id
        and due_days.due_date >= origins.period_end_date
        and due_days.due_date < coalesce(origins.next_period_end_date, date '9999-12-31')
),

-- the value of the period that a due day ends, and for a sum the total at the end of the target period before
outcome_targets as (
    select
        chosen_targets.kpi_id,
        chosen_targets.business_unit,
        chosen_targets.period_end_date,
        chosen_targets.origin_date,
        chosen_targets.is_newest,
        chosen_targets.aggregation,
        chosen_targets.ordinal,
        chosen_targets.segment_number,
        chosen_targets.value_count,
        chosen_targets.slot_days,
        chosen_targets.is_held,
        chosen_targets.due_date,
        chosen_targets.is_of_period,
        chosen_targets.target_value,
        chosen_targets.lower_value,
        chosen_targets.upper_value,
        due_outcomes.period_end_date as outcome_date,
        due_outcomes.level_value as outcome_level,
        case
            when chosen_targets.aggregation = 'sum' and chosen_targets.is_of_period
                then coalesce(start_totals.level_value, 0.0)
            else 0.0
        end as offset_value,
        chosen_targets.due_date is not null
        and (
            chosen_targets.is_newest
            or coalesce(
                chosen_targets.due_date <= $as_of
                and due_outcomes.ordinal > chosen_targets.ordinal
                and due_outcomes.period_end_date > chosen_targets.origin_date
                and chosen_targets.due_date - due_outcomes.period_end_date < chosen_targets.cadence_days,
                false
            )
        ) as is_due,
        greatest(cast(round(rules.horizon_days / chosen_targets.slot_days) as bigint), 1) as horizon_slot_count
    from chosen_targets
    cross join rules
    left join due_levels as due_outcomes
        on chosen_targets.kpi_id = due_outcomes.kpi_id
        and chosen_targets.business_unit = due_outcomes.business_unit
        and chosen_targets.due_date = due_outcomes.due_date
    left join due_levels as start_totals
        on chosen_targets.kpi_id = start_totals.kpi_id
        and chosen_targets.business_unit = start_totals.business_unit
        and chosen_targets.previous_due_date = start_totals.due_date
),

-- where no day is due, or its outcome is not there yet, a fixed horizon is looked at
placed_targets as (
    select
        outcome_targets.kpi_id,
        outcome_targets.business_unit,
        outcome_targets.period_end_date,
        outcome_targets.origin_date,
        outcome_targets.is_newest,
        outcome_targets.slot_days,
        case
            when outcome_targets.value_count < rules.min_value_count then 'too few values'
            when outcome_targets.is_newest and not outcome_targets.is_due and not outcome_targets.is_held
                then 'no target ahead'
            when outcome_targets.is_newest and not outcome_targets.is_due and outcome_targets.aggregation = 'sum'
                then 'no target date'
        end as status_reason,
        case
            when outcome_targets.is_due and outcome_targets.is_of_period then 'period target'
            when outcome_targets.is_due then 'target date'
            when outcome_targets.is_held and outcome_targets.aggregation <> 'sum' then 'held'
            else 'value only'
        end as target_basis,
        case
            when outcome_targets.is_due then outcome_targets.due_date
            when outcome_targets.is_newest
                then cast(cast($as_of as int) + cast(rules.horizon_days as int) as date)
            else later_origins.period_end_date
        end as target_date,
        outcome_targets.target_value,
        outcome_targets.lower_value,
        outcome_targets.upper_value,
        case when outcome_targets.is_due then outcome_targets.offset_value else 0.0 end as offset_value,
        case
            when outcome_targets.is_due then outcome_targets.outcome_date
            else later_origins.period_end_date
        end as outcome_date,
        case
            when outcome_targets.is_due then outcome_targets.outcome_level - outcome_targets.offset_value
            else later_origins.level_value
        end as outcome_value
    from outcome_targets
    cross join rules
    left join origins as later_origins
        on outcome_targets.kpi_id = later_origins.kpi_id
        and outcome_targets.business_unit = later_origins.business_unit
        and outcome_targets.segment_number = later_origins.segment_number
        and outcome_targets.ordinal + outcome_targets.horizon_slot_count = later_origins.ordinal
        and outcome_targets.origin_date < later_origins.period_end_date
)

select
    kpi_id,
    business_unit,
    period_end_date,
    origin_date,
    is_newest,
    case when status_reason is not null then 'none' else target_basis end as target_basis,
    case when status_reason is null then target_date end as target_date,
    case when status_reason is null then cast(target_date - period_end_date as bigint) end as horizon_days,
    case
        when status_reason is null
            then greatest(cast(round((target_date - period_end_date) / slot_days) as bigint), 1)
    end as horizon_slot_count,
    case when target_basis <> 'value only' then target_value end as target_value,
    case when target_basis <> 'value only' then lower_value end as lower_value,
    case when target_basis <> 'value only' then upper_value end as upper_value,
    offset_value,
    case when not is_newest then outcome_date end as outcome_date,
    case when not is_newest then outcome_value end as outcome_value,
    status_reason
from placed_targets
where is_newest or outcome_value is not null
order by kpi_id, business_unit, period_end_date
