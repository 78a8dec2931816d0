-- question: Which open milestones have been put off most often, and by how many days in all?
-- reads:    history.milestones, milestones
-- answer:   over sample-data, as of 2026-03-31
--   milestone_id,initiative_id,name,move_count,baseline_date,forecast_date,late_days
--   M-017-3,I-017,Cranes installed,4,2025-09-30,2026-07-31,304
--   M-041-2,I-041,Release 5,3,2024-03-31,2027-03-31,1095
--   M-017-4,I-017,Control system accepted,2,2025-12-31,2026-10-15,288
--   M-017-5,I-017,First pallet stored,1,2026-03-31,2026-12-15,259
--   M-017-6,I-017,Handed over,1,2026-09-30,2027-03-31,182
with moves as (
    select
        milestone_id,
        forecast_date,
        lag(forecast_date) over (partition by milestone_id order by valid_from nulls first) as forecast_before
    from history.milestones
    where valid_from is null or valid_from <= $as_of
),

put_off as (
    select milestone_id, count(*) as move_count
    from moves
    where forecast_date > forecast_before
    group by milestone_id
)

select
    milestones.milestone_id,
    milestones.initiative_id,
    milestones.name,
    put_off.move_count,
    milestones.baseline_date,
    milestones.forecast_date,
    milestones.forecast_date - milestones.baseline_date as late_days
from milestones
inner join put_off on milestones.milestone_id = put_off.milestone_id
where milestones.actual_date is null
order by put_off.move_count desc, late_days desc, milestones.milestone_id
limit 10;
