-- question: How far did the planned end of each project move from one report to the next?
-- grain:    initiative_id, reported_date
-- columns:
--   initiative_id          text    project
--   earlier_reported_date  date    report before; the project may have skipped a year in between
--   reported_date          date    report
--   earlier_end_date       date    planned end in the report before
--   end_date               date    planned end in this report
--   slip_days              bigint  days between the two; positive = later than planned before
-- checks:
--   count(*) filter (where reported_date <= earlier_reported_date) = 0
-- receipt:  initiatives where initiative_id = $initiative_id
-- leaves out: reports of a project without a planned end, and the report after each of them; first reports
-- method:   every version of an initiative is kept in history.initiatives; a report is compared with the same
--           project's report before it
with versions as (
    select initiative_id, valid_from, planned_end_date
    from history.initiatives
    where known_to is null
),

pairs as (
    select
        initiative_id,
        lag(valid_from) over (partition by initiative_id order by valid_from) as earlier_reported_date,
        valid_from as reported_date,
        lag(planned_end_date) over (partition by initiative_id order by valid_from) as earlier_end_date,
        planned_end_date as end_date
    from versions
)

select
    initiative_id,
    earlier_reported_date,
    reported_date,
    earlier_end_date,
    end_date,
    cast(end_date - earlier_end_date as bigint) as slip_days
from pairs
where
    earlier_end_date is not null
    and end_date is not null
order by initiative_id, reported_date
