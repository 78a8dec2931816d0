-- question: How far has each milestone moved from the date first approved, and will it ever be reached?
-- grain:    milestone_id
-- columns:
--   milestone_id         text     milestone
--   milestone_name       text     its name; NULL when not given
--   initiative_id        text     initiative it belongs to; NULL when not given
--   weight               double   weight within the initiative; NULL when not given
--   first_baseline_date  date     the date first approved: that of the earliest version with a baseline
--   baseline_date        date     the baseline as it stands
--   forecast_date        date     date expected now, as stated; NULL when not given
--   actual_date          date     date reached; NULL while open
--   expected_date        date     actual_date; for an open milestone the forecast (without one, the baseline),
--                                 but not before the as-of date
--   slip_days            bigint   expected_date less first_baseline_date; positive = late
--   rebaseline_count     bigint   times the baseline was changed
--   baseline_moved_days  bigint   baseline_date less first_baseline_date: what new baselines hide; positive = later
--   version_count        bigint   versions of the milestone
--   moved_later_count    bigint   times the forecast moved to a later date
--   slip_slope           double   days that the forecast moves per day that passes, over the newest forecasts:
--                                 0 = it holds, 1 = every day of work adds a day; NULL once done
--   is_overdue           boolean  true when the milestone is open and the date first approved has passed
--   verdict              text     'done on time', 'done late', 'on track', 'slipping' (expected late), 'never
--                                 converges' (expected late, and slip_slope at or above the threshold) or 'work
--                                 ended' (open, but its initiative is cancelled); NULL without a baseline
--   status_reason        text     NULL, or why a figure is missing: 'no baseline' (slip), 'too few forecasts' (slope:
--                                 fewer than slip_reports, or none on different days)
-- checks:
--   count(*) filter (where (verdict is null) <> (first_baseline_date is null)) = 0
--   count(*) filter (where is_overdue and verdict in ('done on time', 'done late', 'on track')) = 0
--   count(*) = (select count(*) from milestones)
-- receipt:  milestones where milestone_id = $milestone_id
-- leaves out: versions that become true after the as-of date; slips measured in working days
-- method:   METHODS 19. Against the latest baseline every slip can be made to vanish, so the first one counts. The
--             slope is a regression of forecast dates on the days they became true, over the last slip_reports
--             moves, which are one version more than moves. Where a source dates no version, what it said at each
--             load is one, and became true on the day of the load.
with current_milestones as (
    select
        milestone_id,
        name as milestone_name,
        initiative_id,
        weight,
        baseline_date,
        forecast_date,
        case when actual_date <= $as_of then actual_date end as actual_date,
        valid_from
    from milestones
),

-- the versions up to the one that holds now; of one recorded twice, the newest record. A source that dates no
-- version writes over the one before: each load is then a version of its own
known_versions as (
    select
        versions.milestone_id,
        versions.baseline_date,
        versions.forecast_date,
        versions.actual_date,
        versions.valid_from,
        versions.known_from
    from history.milestones as versions
    inner join current_milestones
        on versions.milestone_id = current_milestones.milestone_id
    where
        (versions.known_to is null or versions.valid_from is null)
        and (versions.valid_from is null or versions.valid_from <= current_milestones.valid_from
            or current_milestones.valid_from is null)
    qualify row_number() over (
        partition by
            versions.milestone_id,
            versions.valid_from,
            case when versions.valid_from is null then versions.known_from end
        order by versions.recorded_date desc nulls last, versions.file desc, versions."row" desc
    ) = 1
),

-- a version without a day is the oldest, and one that only repeats the load before it is none
placed_versions as (
    select
        milestone_id,
        baseline_date,
        forecast_date,
        valid_from,
        known_from,
        valid_from is null
        and row_number() over in_order > 1
        and (baseline_date is not distinct from lag(baseline_date) over in_order)
        and (forecast_date is not distinct from lag(forecast_date) over in_order)
        and (actual_date is not distinct from lag(actual_date) over in_order) as is_repeat,
        max(valid_from) over (partition by milestone_id) is null as is_undated
    from known_versions
    window in_order as (
        partition by milestone_id
        order by valid_from nulls first, known_from
    )
),

milestone_versions as (
    select
        milestone_id,
        baseline_date,
        forecast_date,
        case when is_undated then cast(known_from as date) else valid_from end as version_date,
        row_number() over (
            partition by milestone_id
            order by valid_from nulls first, known_from
        ) as place
    from placed_versions
    where not is_repeat
),

cancelled_initiatives as (
    select initiative_id
    from initiatives
    where stage = 'cancelled'
),

rules as (
    select cast(slip_reports as bigint) as slip_reports, slip_slope
    from base.rules
),

baseline_steps as (
    select
        milestone_id,
        baseline_date,
        first_value(baseline_date) over in_order as first_baseline_date,
        lag(baseline_date) over in_order as baseline_before
    from milestone_versions
    where baseline_date is not null
    window in_order as (
        partition by milestone_id
        order by place
    )
),

baselines as (
    select
        milestone_id,
        min(first_baseline_date) as first_baseline_date,
        count(*) filter (where baseline_date <> baseline_before) as rebaseline_count
    from baseline_steps
    group by milestone_id
),

version_counts as (
    select milestone_id, count(*) as version_count
    from milestone_versions
    group by milestone_id
),

forecast_steps as (
    select
        milestone_id,
        forecast_date,
        version_date,
        lag(forecast_date) over in_order as forecast_before,
        row_number() over (
            partition by milestone_id
            order by place desc
        ) as newness
    from milestone_versions
    where forecast_date is not null
    window in_order as (
        partition by milestone_id
        order by place
    )
),

forecast_moves as (
    select
        milestone_id,
        count(*) filter (where forecast_date > forecast_before) as moved_later_count
    from forecast_steps
    group by milestone_id
),

trends as (
    select
        forecast_steps.milestone_id,
        regr_slope(
            cast(forecast_steps.forecast_date - date '2000-01-01' as double),
            cast(forecast_steps.version_date - date '2000-01-01' as double)
        ) as slope
    from forecast_steps
    cross join rules
    where
        forecast_steps.version_date is not null
        and forecast_steps.newness <= rules.slip_reports + 1
    group by forecast_steps.milestone_id, rules.slip_reports
    having
        count(*) >= rules.slip_reports
        and count(distinct forecast_steps.version_date) > 1
),

dated_milestones as (
    select
        current_milestones.milestone_id,
        current_milestones.milestone_name,
        current_milestones.initiative_id,
        current_milestones.weight,
        baselines.first_baseline_date,
        current_milestones.baseline_date,
        current_milestones.forecast_date,
        current_milestones.actual_date,
        case
            when current_milestones.actual_date is not null then current_milestones.actual_date
            else greatest(
                coalesce(
                    current_milestones.forecast_date,
                    current_milestones.baseline_date,
                    baselines.first_baseline_date,
                    $as_of
                ),
                $as_of
            )
        end as expected_date,
        coalesce(baselines.rebaseline_count, 0) as rebaseline_count,
        coalesce(version_counts.version_count, 0) as version_count,
        coalesce(forecast_moves.moved_later_count, 0) as moved_later_count,
        case when current_milestones.actual_date is null then trends.slope end as slope,
        cancelled_initiatives.initiative_id is not null as is_cancelled
    from current_milestones
    left join baselines
        on current_milestones.milestone_id = baselines.milestone_id
    left join version_counts
        on current_milestones.milestone_id = version_counts.milestone_id
    left join forecast_moves
        on current_milestones.milestone_id = forecast_moves.milestone_id
    left join trends
        on current_milestones.milestone_id = trends.milestone_id
    left join cancelled_initiatives
        on current_milestones.initiative_id = cancelled_initiatives.initiative_id
)

select
    dated_milestones.milestone_id,
    dated_milestones.milestone_name,
    dated_milestones.initiative_id,
    dated_milestones.weight,
    dated_milestones.first_baseline_date,
    dated_milestones.baseline_date,
    dated_milestones.forecast_date,
    dated_milestones.actual_date,
    dated_milestones.expected_date,
    cast(dated_milestones.expected_date - dated_milestones.first_baseline_date as bigint) as slip_days,
    cast(dated_milestones.rebaseline_count as bigint) as rebaseline_count,
    cast(dated_milestones.baseline_date - dated_milestones.first_baseline_date as bigint) as baseline_moved_days,
    cast(dated_milestones.version_count as bigint) as version_count,
    cast(dated_milestones.moved_later_count as bigint) as moved_later_count,
    dated_milestones.slope as slip_slope,
    coalesce(
        dated_milestones.actual_date is null
        and not dated_milestones.is_cancelled
        and dated_milestones.first_baseline_date < $as_of,
        false
    ) as is_overdue,
    case
        when dated_milestones.first_baseline_date is null then null
        when dated_milestones.actual_date <= dated_milestones.first_baseline_date then 'done on time'
        when dated_milestones.actual_date is not null then 'done late'
        when dated_milestones.is_cancelled then 'work ended'
        when dated_milestones.expected_date <= dated_milestones.first_baseline_date then 'on track'
        when round(dated_milestones.slope, 9) >= round(rules.slip_slope, 9) then 'never converges'
        else 'slipping'
    end as verdict,
    case
        when dated_milestones.first_baseline_date is null then 'no baseline'
        when dated_milestones.actual_date is null and dated_milestones.slope is null then 'too few forecasts'
    end as status_reason
from dated_milestones
cross join rules
order by milestone_id
