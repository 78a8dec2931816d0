-- question: How late was each milestone, as it was known at the end of each fiscal period?
-- grain:    milestone_id, status_date
-- columns:
--   milestone_id         text     milestone
--   status_date          date     day looked back at (base.status_days)
--   initiative_id        text     initiative that it belonged to then
--   first_baseline_date  date     the date first approved
--   expected_date        date     the forecast as it stood (without one the baseline), but not before the status
--                                 date; the day it was reached when it had been
--   slip_days            bigint   expected_date less first_baseline_date; positive = late; NULL without a baseline
--   weight_value         double   weight within the initiative; 1 when none of its milestones has one, else 0
--   is_reached           boolean  true when it had been reached by then
-- checks:
--   count(*) filter (where status_date = $as_of) <= (select count(*) from milestones)
--   count(*) filter (where not is_reached and expected_date < status_date) = 0
-- receipt:  history.milestones where milestone_id = $milestone_id
-- leaves out: milestones without an initiative
-- method:   METHODS 19, against the first approved baseline. A version counts from the day on which it was recorded,
--             and not before it became true, until a newer one did. One that carries neither day counts from its
--             load; what the first load brought counts from the beginning, but for its forecast, which nobody can
--             say how old it is: before the load the baseline stands in for it.
with status_days as (
    select status_date, known_date, is_as_of
    from base.status_days
),

run as (
    select first_known_at
    from base.run
),

versions as (
    select
        milestones.milestone_id,
        milestones.initiative_id,
        milestones.baseline_date,
        milestones.forecast_date,
        milestones.actual_date,
        milestones.weight,
        milestones.valid_from,
        milestones.recorded_date,
        milestones.known_from,
        milestones.known_to,
        milestones.file,
        milestones."row" as line,
        greatest(
            case
                when milestones.recorded_date is not null then milestones.recorded_date
                when milestones.known_from is null or milestones.known_from <= run.first_known_at
                    then coalesce(milestones.valid_from, date '0001-01-01')
                else cast(milestones.known_from as date)
            end,
            coalesce(milestones.valid_from, date '0001-01-01')
        ) as from_date,
        case
            when milestones.valid_from is null and milestones.recorded_date is null
                then cast(milestones.known_from as date)
        end as forecast_known_date
    from history.milestones as milestones
    cross join run
    where milestones.valid_from is null or milestones.valid_from <= $as_of
),

version_lives as (
    select
        milestone_id,
        initiative_id,
        baseline_date,
        first_value(baseline_date) ignore nulls over (
            partition by milestone_id
            order by valid_from nulls first, from_date, known_to nulls last, recorded_date nulls first, file, line
            rows between unbounded preceding and current row
        ) as first_baseline_date,
        forecast_date,
        forecast_known_date,
        actual_date,
        weight,
        from_date,
        least(
            coalesce(cast(known_to as date), date '9999-12-31'),
            coalesce(
                min(from_date) over (
                    partition by milestone_id
                    order by
                        valid_from nulls first, from_date, known_to nulls last, recorded_date nulls first, file, line
                    rows between 1 following and unbounded following
                ),
                date '9999-12-31'
            )
        ) as end_date
    from versions
),

milestone_days as (
    select
        version_lives.milestone_id,
        status_days.status_date,
        version_lives.initiative_id,
        version_lives.baseline_date,
        version_lives.first_baseline_date,
        case
            when
                version_lives.forecast_known_date is null
                or status_days.is_as_of
                or version_lives.forecast_known_date <= status_days.known_date
                then version_lives.forecast_date
        end as forecast_date,
        case
            when version_lives.actual_date <= status_days.status_date then version_lives.actual_date
        end as actual_date,
        version_lives.weight
    from version_lives
    inner join status_days
        on version_lives.from_date <= status_days.known_date
        and (version_lives.end_date > status_days.known_date or version_lives.end_date = date '9999-12-31')
    where
        version_lives.initiative_id is not null
        and version_lives.from_date < version_lives.end_date
)

select
    milestone_id,
    status_date,
    initiative_id,
    first_baseline_date,
    case
        when actual_date is not null then actual_date
        else greatest(coalesce(forecast_date, baseline_date, first_baseline_date, status_date), status_date)
    end as expected_date,
    cast(
        case
            when actual_date is not null then actual_date
            else greatest(coalesce(forecast_date, baseline_date, first_baseline_date, status_date), status_date)
        end - first_baseline_date as bigint
    ) as slip_days,
    cast(
        case
            when count(weight) over (partition by initiative_id, status_date) = 0 then 1
            else coalesce(weight, 0)
        end as double
    ) as weight_value,
    actual_date is not null as is_reached
from milestone_days
order by milestone_id, status_date
