-- question: How long did the data know of trouble before anyone reported it?
-- grain:    initiative_id
-- columns:
--   initiative_id      text     initiative whose data were red on some day looked back at
--   initiative_name    text     its name
--   owner              text     who ran it then; NULL when not given
--   business_unit      text     unit that ran it then; NULL when not given
--   first_red_date     date     first day on which the data were red, by what was known then
--   deciding_rule      text     what made them so: 'cost', 'schedule' or 'budget'
--   first_told_date    date     day of the first report that was not green: of the unbroken run of such reports that
--                               the red day fell into, else the first one after it; NULL while there is none
--   lead_days          bigint   first_told_date less first_red_date: days by which the data were ahead of the reports;
--                               negative = reported before the data showed it
--   untold_days        bigint   days from first_red_date to the as-of date, or to the end of the initiative, while
--                               nothing is told; NULL once it is
--   green_count        bigint   green reports made from first_red_date until it was told
--   status_reason      text     NULL, or why lead_days is missing: 'not told yet', 'no reports'
-- checks:
--   count(*) filter (where (lead_days is null) <> (status_reason is not null)) = 0
--   count(*) filter (where (lead_days is null) <> (untold_days is not null)) = 0
--   count(*) filter (where first_told_date > $as_of or first_red_date > $as_of) = 0
-- receipt:  base.initiative_status_by_period where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id
-- leaves out: initiatives whose data were never red; reds that a later correction took away; trouble after the first
--             one; days before those that base.status_days looks back at
-- method:   METHODS 18: first date r > 0 less first date d = 2, on data as they were known. An amber report of long
--             ago that was followed by green ones told nothing of this trouble, so it does not count.
with current_initiatives as (
    select initiative_id, name as initiative_name, actual_end_date
    from initiatives
),

statuses as (
    select
        initiative_id,
        period_end_date,
        business_unit,
        owner,
        evidence_status,
        upheld_status,
        budget_status,
        cost_status,
        schedule_status
    from base.initiative_status_by_period
    where is_running
),

reports as (
    select
        initiative_id,
        reported_date,
        reported_rag <> 'green' as is_told
    from base.reported_status
    where reported_rag is not null
),

first_reds as (
    select
        initiative_id,
        period_end_date as first_red_date,
        business_unit,
        owner,
        case
            when cost_status = 'red' then 'cost'
            when schedule_status = 'red' then 'schedule'
            else 'budget'
        end as deciding_rule
    from statuses
    where upheld_status = 'red' and evidence_status = 'red'
    qualify row_number() over (partition by initiative_id order by period_end_date) = 1
),

report_counts as (
    select initiative_id, count(*) as report_count
    from reports
    group by initiative_id
),

-- a report tells until a green one follows
last_greens as (
    select first_reds.initiative_id, max(reports.reported_date) as green_date
    from first_reds
    inner join reports
        on first_reds.initiative_id = reports.initiative_id
    where not reports.is_told and reports.reported_date <= first_reds.first_red_date
    group by first_reds.initiative_id
),

first_told as (
    select first_reds.initiative_id, min(reports.reported_date) as first_told_date
    from first_reds
    inner join reports
        on first_reds.initiative_id = reports.initiative_id
    left join last_greens
        on first_reds.initiative_id = last_greens.initiative_id
    where
        reports.is_told
        and (last_greens.green_date is null or reports.reported_date > last_greens.green_date)
    group by first_reds.initiative_id
),

green_counts as (
    select first_reds.initiative_id, count(*) as green_count
    from first_reds
    inner join reports
        on first_reds.initiative_id = reports.initiative_id
    left join first_told
        on first_reds.initiative_id = first_told.initiative_id
    where
        not reports.is_told
        and reports.reported_date >= first_reds.first_red_date
        and (first_told.first_told_date is null or reports.reported_date < first_told.first_told_date)
    group by first_reds.initiative_id
)

select
    first_reds.initiative_id,
    current_initiatives.initiative_name,
    first_reds.owner,
    first_reds.business_unit,
    first_reds.first_red_date,
    first_reds.deciding_rule,
    first_told.first_told_date,
    cast(first_told.first_told_date - first_reds.first_red_date as bigint) as lead_days,
    cast(
        case
            when first_told.first_told_date is null
                then least(coalesce(current_initiatives.actual_end_date, $as_of), $as_of) - first_reds.first_red_date
        end as bigint
    ) as untold_days,
    cast(coalesce(green_counts.green_count, 0) as bigint) as green_count,
    case
        when first_told.first_told_date is not null then null
        when report_counts.report_count is null then 'no reports'
        else 'not told yet'
    end as status_reason
from first_reds
inner join current_initiatives
    on first_reds.initiative_id = current_initiatives.initiative_id
left join first_told
    on first_reds.initiative_id = first_told.initiative_id
left join report_counts
    on first_reds.initiative_id = report_counts.initiative_id
left join green_counts
    on first_reds.initiative_id = green_counts.initiative_id
order by initiative_id
