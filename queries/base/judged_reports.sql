-- question: What did the data say on the day of each status report?
-- grain:    initiative_id, reported_date
-- columns:
--   initiative_id    text    initiative
--   reported_date    date    day of the report
--   status_date      date    day of the evidence: the newest one looked back at that is not after the report
--   owner            text    who ran the initiative then; '(none)' when not given
--   business_unit    text    unit that ran it then; '(none)' when not given
--   reported_rag     text    'green', 'amber' or 'red', as reported
--   judged_status    text    the same, as the data said: budget, cost and schedule of that day (evidence_status of
--                            base.initiative_status_by_period)
--   inflation_score  bigint  colours by which the report was better than the data: 0, 1 or 2
--   pessimism_score  bigint  colours by which it was worse
-- checks:
--   count(*) filter (where inflation_score > 0 and pessimism_score > 0) = 0
--   count(*) filter (where (reported_rag = judged_status) <> (inflation_score + pessimism_score = 0)) = 0
--   count(*) filter (where status_date > reported_date) = 0
-- receipt:  status_reports where initiative_id = $initiative_id and reported_date = $reported_date;
--             base.initiative_status_by_period where initiative_id = $initiative_id
--             and period_end_date = $status_date
-- leaves out: reports without a colour; reports on days on which the data could not say anything, or the initiative
--             did not run; the as-of date as a day of evidence, since what is known of it may be younger than it
-- method:   METHODS 18, as-known data only. Where a later correction changed the colour of that day, any colour from
--             the corrected to the uncorrected one counts as right: nobody is accused of an error in the books, or
--             of having believed it. Freshness is no evidence here: it speaks of silence, not of the work.
with reports as (
    select initiative_id, reported_date, reported_rag
    from base.reported_status
    where reported_rag is not null
),

status_days as (
    select status_date
    from base.status_days
    where not is_as_of
),

statuses as (
    select
        initiative_id,
        period_end_date,
        coalesce(owner, '(none)') as owner,
        coalesce(business_unit, '(none)') as business_unit,
        evidence_status,
        upheld_status
    from base.initiative_status_by_period
    where is_running
),

grades as (
    select 'green' as colour, 0 as grade
    union all
    select 'amber' as colour, 1 as grade
    union all
    select 'red' as colour, 2 as grade
),

report_days as (
    select distinct reported_date
    from reports
),

evidence_days as (
    select report_days.reported_date, max(status_days.status_date) as status_date
    from report_days
    inner join status_days
        on status_days.status_date <= report_days.reported_date
    group by report_days.reported_date
),

-- the corrected colour is never the worse one
graded_reports as (
    select
        reports.initiative_id,
        reports.reported_date,
        evidence_days.status_date,
        statuses.owner,
        statuses.business_unit,
        reports.reported_rag,
        reported.grade as reported_grade,
        greatest(least(reported.grade, evidence.grade), upheld.grade) as judged_grade
    from reports
    inner join evidence_days
        on reports.reported_date = evidence_days.reported_date
    inner join statuses
        on reports.initiative_id = statuses.initiative_id
        and evidence_days.status_date = statuses.period_end_date
    inner join grades as reported
        on reports.reported_rag = reported.colour
    inner join grades as evidence
        on statuses.evidence_status = evidence.colour
    inner join grades as upheld
        on statuses.upheld_status = upheld.colour
)

select
    graded_reports.initiative_id,
    graded_reports.reported_date,
    graded_reports.status_date,
    graded_reports.owner,
    graded_reports.business_unit,
    graded_reports.reported_rag,
    judged.colour as judged_status,
    cast(greatest(graded_reports.judged_grade - graded_reports.reported_grade, 0) as bigint) as inflation_score,
    cast(greatest(graded_reports.reported_grade - graded_reports.judged_grade, 0) as bigint) as pessimism_score
from graded_reports
inner join grades as judged
    on graded_reports.judged_grade = judged.grade
order by initiative_id, reported_date
