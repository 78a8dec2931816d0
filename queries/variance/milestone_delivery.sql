-- question: Does each initiative reach its milestones when it first said it would?
-- grain:    initiative_id
-- columns:
--   initiative_id           text     initiative
--   initiative_name         text     name of the initiative
--   milestone_count         bigint   milestones of the initiative
--   done_count              bigint   milestones reached
--   due_count               bigint   milestones whose first baseline is not after the as-of date
--   on_time_count           bigint   those of them that were reached by their first baseline
--   done_late_count         bigint   those of them that were reached later
--   late_open_count         bigint   those of them that are still open
--   expected_late_count     bigint   open milestones not yet due that are expected after their first baseline
--   never_converging_count  bigint   open milestones whose forecast moves as fast as the days pass, or faster
--   hit_ratio               double   on_time_count / due_count; NULL when none is due
--   due_weight              double   weight of the milestones that are due
--   on_time_weight          double   weight of those reached by their first baseline
--   weighted_hit_ratio      double   on_time_weight / due_weight; NULL when that is 0
--   mean_slip_days          double   mean slip of the milestones that are due; positive = late
--   max_slip_days           bigint   largest slip of any milestone, due or not; positive = late
--   rebaseline_count        bigint   new baselines of all milestones
--   next_milestone_id       text     open milestone expected first; NULL when none is open
--   next_baseline_date      date     its first baseline
--   next_expected_date      date     when it is expected
--   status_reason           text     NULL, or why the hit ratio is missing: 'initiative is cancelled' (and none was
--                                    due before), 'no milestones', 'no baselines', 'none due yet'
-- checks:
--   count(*) filter (where due_count <> on_time_count + done_late_count + late_open_count) = 0
--   count(*) filter (where (hit_ratio is null) <> (status_reason is not null)) = 0
--   count(*) = (select count(*) from initiatives)
-- receipt:  variance.milestone_slip where initiative_id = $initiative_id
-- leaves out: milestones without an initiative, or of one that does not exist; open milestones of cancelled
--             initiatives, which nobody will reach and nobody needs to; milestones without a baseline count in
--             milestone_count and done_count only
-- method:   METHODS 19, against the first approved baseline. A milestone without a weight counts 1 when no
--             milestone of the initiative has one, otherwise 0.
with named_initiatives as (
    select initiative_id, name as initiative_name, stage = 'cancelled' as is_cancelled
    from initiatives
),

milestones_met as (
    select
        milestone_id,
        initiative_id,
        first_baseline_date,
        expected_date,
        actual_date,
        slip_days,
        rebaseline_count,
        verdict,
        first_baseline_date <= $as_of as is_due,
        case
            when count(weight) over (partition by initiative_id) = 0 then cast(1 as decimal(18, 9))
            else coalesce(cast(weight as decimal(18, 9)), cast(0 as decimal(18, 9)))
        end as weight
    from variance.milestone_slip
    where initiative_id is not null
),

relevant_milestones as (
    select
        milestone_id,
        initiative_id,
        first_baseline_date,
        expected_date,
        actual_date,
        slip_days,
        rebaseline_count,
        verdict,
        coalesce(is_due, false) as is_due,
        weight
    from milestones_met
    where coalesce(verdict, 'no baseline') <> 'work ended'
),

tallies as (
    select
        initiative_id,
        count(*) as milestone_count,
        count(actual_date) as done_count,
        count(first_baseline_date) as baseline_count,
        count(*) filter (where is_due) as due_count,
        count(*) filter (where is_due and verdict = 'done on time') as on_time_count,
        count(*) filter (where is_due and verdict = 'done late') as done_late_count,
        count(*) filter (where is_due and actual_date is null) as late_open_count,
        count(*) filter (where not is_due and actual_date is null and slip_days > 0) as expected_late_count,
        count(*) filter (where verdict = 'never converges') as never_converging_count,
        sum(weight) filter (where is_due) as due_weight,
        sum(weight) filter (where is_due and verdict = 'done on time') as on_time_weight,
        sum(slip_days) filter (where is_due) as due_slip_days,
        max(slip_days) as max_slip_days,
        sum(rebaseline_count) as rebaseline_count
    from relevant_milestones
    group by initiative_id
),

next_milestones as (
    select initiative_id, milestone_id, first_baseline_date, expected_date
    from relevant_milestones
    where actual_date is null
    qualify row_number() over (
        partition by initiative_id
        order by expected_date, first_baseline_date nulls last, milestone_id
    ) = 1
)

select
    named_initiatives.initiative_id,
    named_initiatives.initiative_name,
    cast(coalesce(tallies.milestone_count, 0) as bigint) as milestone_count,
    cast(coalesce(tallies.done_count, 0) as bigint) as done_count,
    cast(coalesce(tallies.due_count, 0) as bigint) as due_count,
    cast(coalesce(tallies.on_time_count, 0) as bigint) as on_time_count,
    cast(coalesce(tallies.done_late_count, 0) as bigint) as done_late_count,
    cast(coalesce(tallies.late_open_count, 0) as bigint) as late_open_count,
    cast(coalesce(tallies.expected_late_count, 0) as bigint) as expected_late_count,
    cast(coalesce(tallies.never_converging_count, 0) as bigint) as never_converging_count,
    cast(tallies.on_time_count as double) / nullif(tallies.due_count, 0) as hit_ratio,
    coalesce(cast(tallies.due_weight as double), 0.0) as due_weight,
    coalesce(cast(tallies.on_time_weight as double), 0.0) as on_time_weight,
    coalesce(cast(tallies.on_time_weight as double), 0.0)
    / nullif(cast(tallies.due_weight as double), 0) as weighted_hit_ratio,
    cast(tallies.due_slip_days as double) / nullif(tallies.due_count, 0) as mean_slip_days,
    cast(tallies.max_slip_days as bigint) as max_slip_days,
    cast(coalesce(tallies.rebaseline_count, 0) as bigint) as rebaseline_count,
    next_milestones.milestone_id as next_milestone_id,
    next_milestones.first_baseline_date as next_baseline_date,
    next_milestones.expected_date as next_expected_date,
    case
        when tallies.due_count > 0 then null
        when named_initiatives.is_cancelled then 'initiative is cancelled'
        when tallies.milestone_count is null then 'no milestones'
        when tallies.baseline_count = 0 then 'no baselines'
        else 'none due yet'
    end as status_reason
from named_initiatives
left join tallies
    on named_initiatives.initiative_id = tallies.initiative_id
left join next_milestones
    on named_initiatives.initiative_id = next_milestones.initiative_id
order by initiative_id
