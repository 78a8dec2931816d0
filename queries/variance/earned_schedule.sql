-- question: How far is each initiative in time, and when will it end at the pace it has kept?
-- grain:    initiative_id
-- columns:
--   initiative_id             text     initiative
--   initiative_name           text     name of the initiative
--   plan_start_date           date     first day of the first fiscal period in which anything is planned
--   plan_end_date             date     last day of the plan; NULL when it is not phased to its end
--   earned_schedule_periods   double   earned schedule (ES): fiscal periods after which the plan should have
--                                      earned what is earned now
--   actual_time_periods       double   actual time (AT): fiscal periods gone since plan_start_date, the running one
--                                      by its days; for finished work, those up to the period that finished it
--   schedule_variance_periods double   ES less AT; positive = ahead
--   spi_t_ratio               double   SPI(t): ES / AT; above 1 = favourable; unlike SPI it stays low when late work
--                                      ends
--   planned_duration_periods  double   planned duration (PD)
--   ieac_t_periods            double   independent estimate of the whole duration, IEAC(t): PD / SPI(t)
--   tspi_ratio                double   TSPI(t): pace needed to end as planned, (PD less ES) / (PD less AT)
--   forecast_end_date         date     plan_end_date moved by the periods that IEAC(t) is longer than PD; for
--                                      finished work the day it ended, or the last day of the period that
--                                      reported it
--   slip_days                 bigint   forecast_end_date less plan_end_date; positive = late
--   pv_basis                  text     'budget' or 'linear_assumed': whether the whole plan was phased as given
--   schedule_status           text     'green', 'amber' or 'red' by spi_t_ratio; 'grey' = unknown
--   status_reason             text     NULL, or why a figure is missing: 'initiative is cancelled', 'no budget',
--                                      'budget is zero', 'budget is negative', 'no progress reported', 'no dates to
--                                      phase by', 'nothing planned yet', 'plan is not phased to its end', 'nothing
--                                      earned yet', 'end is out of sight' (more than 100 years off), 'work complete'
--                                      (only the pace needed), 'planned duration is used up' (only the pace needed)
-- checks:
--   count(*) filter (where (schedule_status = 'grey') <> (spi_t_ratio is null)) = 0
--   min(earned_schedule_periods) >= 0
--   count(*) filter (where earned_schedule_periods > planned_duration_periods) = 0
-- receipt:  base.earned_value_by_period where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id
-- leaves out: cancelled initiatives; time before the first planned money
-- method:   METHODS 1, earned schedule after Lipke: C is the last period whose cumulative plan is not above the
--             earned value, ES = C + (EV - PV of C) / (PV of C + 1 - PV of C). A plan that ends after
--             the fiscal calendar goes on in a straight line, in periods of mean length.
with calendar as (
    select period_start_date, day_count, elapsed_ratio
    from base.periods
),

sight_rules as (
    select forecast_sight_days as sight_days
    from base.rules
),

mean_periods as (
    select cast(sum(day_count) as double) / nullif(count(*), 0) as mean_days
    from calendar
),

rules as (
    select rag_green_ratio, rag_amber_ratio
    from base.rules
),

period_values as (
    select
        earned_values.initiative_id,
        earned_values.period_start_date,
        earned_values.period_end_date,
        earned_values.has_started,
        earned_values.planned_end_amount,
        earned_values.earned_value_amount,
        earned_values.bac_amount,
        earned_values.pv_basis,
        calendar.elapsed_ratio,
        max(case when earned_values.is_running then earned_values.earned_value_amount end)
            over (partition by earned_values.initiative_id) as earned_now_amount,
        min(case when earned_values.planned_end_amount <> 0 then earned_values.period_start_date end)
            over (partition by earned_values.initiative_id) as plan_start_date
    from base.earned_value_by_period as earned_values
    inner join calendar
        on earned_values.period_start_date = calendar.period_start_date
    where earned_values.bac_amount > 0
),

numbered_periods as (
    select
        initiative_id,
        plan_start_date,
        period_end_date,
        has_started,
        planned_end_amount,
        earned_value_amount,
        bac_amount,
        pv_basis,
        earned_now_amount,
        coalesce(
            lag(planned_end_amount) over (partition by initiative_id order by period_start_date),
            cast(0 as decimal(38, 2))
        ) as planned_before_amount,
        row_number() over in_order as period_number,
        sum(elapsed_ratio) over in_order as elapsed_periods
    from period_values
    where period_start_date >= plan_start_date
    window in_order as (
        partition by initiative_id
        order by period_start_date
        rows between unbounded preceding and current row
    )
),

-- the plan is full from the period on after which it never again stands below the whole
plan_lengths as (
    select
        initiative_id,
        min(plan_start_date) as plan_start_date,
        max(period_number) as last_number,
        max(period_end_date) as last_date,
        max(elapsed_periods) as elapsed_periods,
        coalesce(max(period_number) filter (where planned_end_amount < bac_amount), 0) + 1 as full_number,
        min(elapsed_periods) filter (where has_started and earned_value_amount >= bac_amount) as done_periods,
        min(period_end_date) filter (where has_started and earned_value_amount >= bac_amount) as done_date,
        max(pv_basis) as pv_basis
    from numbered_periods
    group by initiative_id
),

positions as (
    select
        earned_values.initiative_id,
        earned_values.initiative_name,
        earned_values.bac_amount,
        earned_values.earned_value_amount,
        earned_values.earned_value_amount >= earned_values.bac_amount as is_done,
        initiatives.actual_end_date,
        period_plans.plan_end_date,
        case
            when earned_values.stage = 'cancelled' then 'initiative is cancelled'
            when
                earned_values.status_reason in (
                    'no budget',
                    'budget is zero',
                    'budget is negative',
                    'no progress reported',
                    'no dates to phase by'
                )
                then earned_values.status_reason
        end as position_reason
    from variance.earned_value as earned_values
    inner join initiatives
        on earned_values.initiative_id = initiatives.initiative_id
    inner join base.earned_value_by_period as period_plans
        on earned_values.initiative_id = period_plans.initiative_id
        and period_plans.is_running
),

planned_positions as (
    select
        positions.initiative_id,
        positions.initiative_name,
        positions.bac_amount,
        positions.earned_value_amount,
        positions.is_done,
        positions.plan_end_date,
        case
            when positions.is_done then coalesce(positions.actual_end_date, plan_lengths.done_date)
        end as done_date,
        plan_lengths.plan_start_date,
        case
            when
                plan_lengths.full_number > plan_lengths.last_number
                and positions.plan_end_date > plan_lengths.last_date
                then 'linear_assumed'
            else plan_lengths.pv_basis
        end as pv_basis,
        case
            when positions.is_done then plan_lengths.done_periods
            else plan_lengths.elapsed_periods
        end as actual_time,
        case
            when plan_lengths.full_number <= plan_lengths.last_number then cast(plan_lengths.full_number as double)
            when positions.plan_end_date > plan_lengths.last_date
                then plan_lengths.last_number
                    + cast(positions.plan_end_date - plan_lengths.last_date as double)
                    / nullif(mean_periods.mean_days, 0)
        end as planned_duration,
        mean_periods.mean_days,
        case
            when positions.position_reason is not null then positions.position_reason
            when coalesce(plan_lengths.elapsed_periods, 0.0) = 0 then 'nothing planned yet'
        end as position_reason
    from positions
    left join plan_lengths
        on positions.initiative_id = plan_lengths.initiative_id
    cross join mean_periods
),

-- the last period that begins with no more planned than is earned now: the plan reaches that amount in it, or
-- after it when it is the last of all
reached_periods as (
    select
        initiative_id,
        period_number,
        planned_before_amount,
        planned_end_amount
    from numbered_periods
    where planned_before_amount <= earned_now_amount
    qualify row_number() over (
        partition by initiative_id
        order by period_number desc
    ) = 1
),

timed_positions as (
    select
        planned_positions.initiative_id,
        planned_positions.initiative_name,
        planned_positions.is_done,
        planned_positions.plan_start_date,
        planned_positions.plan_end_date,
        planned_positions.done_date,
        planned_positions.pv_basis,
        planned_positions.actual_time,
        planned_positions.planned_duration,
        planned_positions.mean_days,
        case
            when planned_positions.position_reason is not null then null
            when planned_positions.is_done then planned_positions.planned_duration
            when reached_periods.planned_end_amount > planned_positions.earned_value_amount
                then reached_periods.period_number - 1
                    + cast(planned_positions.earned_value_amount - reached_periods.planned_before_amount as double)
                    / nullif(
                        cast(reached_periods.planned_end_amount - reached_periods.planned_before_amount as double),
                        0
                    )
            else reached_periods.period_number
                + cast(planned_positions.earned_value_amount - reached_periods.planned_end_amount as double)
                / nullif(cast(planned_positions.bac_amount - reached_periods.planned_end_amount as double), 0)
                * (planned_positions.planned_duration - reached_periods.period_number)
        end as earned_schedule,
        planned_positions.position_reason
    from planned_positions
    left join reached_periods
        on planned_positions.initiative_id = reached_periods.initiative_id
),

forecasts as (
    select
        initiative_id,
        initiative_name,
        is_done,
        plan_start_date,
        plan_end_date,
        done_date,
        pv_basis,
        earned_schedule,
        actual_time,
        case when position_reason is null then planned_duration end as planned_duration,
        earned_schedule / nullif(actual_time, 0) as spi_t,
        case
            when position_reason is null
                then planned_duration / nullif(earned_schedule / nullif(actual_time, 0), 0)
        end as ieac_t,
        mean_days,
        position_reason
    from timed_positions
),

dated_forecasts as (
    select
        forecasts.initiative_id,
        forecasts.initiative_name,
        forecasts.is_done,
        forecasts.plan_start_date,
        forecasts.plan_end_date,
        forecasts.pv_basis,
        forecasts.earned_schedule,
        forecasts.actual_time,
        forecasts.planned_duration,
        forecasts.spi_t,
        forecasts.ieac_t,
        abs(forecasts.ieac_t - forecasts.planned_duration) * forecasts.mean_days > sight_rules.sight_days
            as is_out_of_sight,
        case
            when forecasts.position_reason is not null then null
            when forecasts.is_done then forecasts.done_date
            when
                abs(forecasts.ieac_t - forecasts.planned_duration) * forecasts.mean_days
                <= sight_rules.sight_days
                then forecasts.plan_end_date
                    + cast(
                        round((forecasts.ieac_t - forecasts.planned_duration) * forecasts.mean_days)
                        as integer
                    )
        end as forecast_end_date,
        forecasts.position_reason
    from forecasts
    cross join sight_rules
)

select
    dated_forecasts.initiative_id,
    dated_forecasts.initiative_name,
    dated_forecasts.plan_start_date,
    dated_forecasts.plan_end_date,
    cast(dated_forecasts.earned_schedule as double) as earned_schedule_periods,
    case
        when dated_forecasts.position_reason is null then cast(dated_forecasts.actual_time as double)
    end as actual_time_periods,
    cast(dated_forecasts.earned_schedule - dated_forecasts.actual_time as double) as schedule_variance_periods,
    cast(dated_forecasts.spi_t as double) as spi_t_ratio,
    cast(dated_forecasts.planned_duration as double) as planned_duration_periods,
    cast(dated_forecasts.ieac_t as double) as ieac_t_periods,
    case
        when not dated_forecasts.is_done and dated_forecasts.planned_duration > dated_forecasts.actual_time
            then cast(
                (dated_forecasts.planned_duration - dated_forecasts.earned_schedule)
                / nullif(dated_forecasts.planned_duration - dated_forecasts.actual_time, 0)
                as double
            )
    end as tspi_ratio,
    dated_forecasts.forecast_end_date,
    cast(dated_forecasts.forecast_end_date - dated_forecasts.plan_end_date as bigint) as slip_days,
    dated_forecasts.pv_basis,
    case
        when dated_forecasts.spi_t is null then 'grey'
        when round(dated_forecasts.spi_t, 9) >= round(rules.rag_green_ratio, 9) then 'green'
        when round(dated_forecasts.spi_t, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
        else 'red'
    end as schedule_status,
    case
        when dated_forecasts.position_reason is not null then dated_forecasts.position_reason
        when dated_forecasts.planned_duration is null then 'plan is not phased to its end'
        when dated_forecasts.is_done then 'work complete'
        when dated_forecasts.earned_schedule = 0 then 'nothing earned yet'
        when dated_forecasts.is_out_of_sight then 'end is out of sight'
        when dated_forecasts.planned_duration <= dated_forecasts.actual_time then 'planned duration is used up'
    end as status_reason
from dated_forecasts
cross join rules
order by initiative_id
