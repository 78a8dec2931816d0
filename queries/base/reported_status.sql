-- question: What did each status report say, in the same three colours whatever its words?
-- grain:    initiative_id, reported_date
-- columns:
--   initiative_id     text    initiative
--   reported_date     date    day of the report
--   known_date        date    day from which it was known: the day it was recorded; without one, the day of the load
--                             that brought it, and when the first load brought it, the day of the report
--   rag               text    the status as written; NULL when not given
--   reported_rag      text    'green', 'amber' or 'red'; NULL when not given or not understood
--   complete_ratio    double  share of the work that is done, as reported, 0..1; NULL when not given
--   author            text    who reported; NULL when not given
--   comment           text    what was said; NULL when nothing was
--   status_reason     text    NULL, or why there is no colour: 'not given', 'unknown word'
-- checks:
--   count(*) = (select count(*) from status_reports)
--   count(*) filter (where (reported_rag is null) <> (status_reason is not null)) = 0
--   count(*) filter (where reported_rag not in ('green', 'amber', 'red')) = 0
-- receipt:  status_reports where initiative_id = $initiative_id and reported_date = $reported_date
-- leaves out: reports after the as-of date; what a source wrote over
-- method:   Capitals and blanks do not matter. Green: g, green, grün, gruen, vert, verde, on track. Amber: a, amber,
--             y, yellow, gelb, orange, jaune, amarillo, at risk. Red: r, red, rot, rouge, rojo, off track. A mixed
--             colour, as in the five levels of the UK Government Major Projects Portfolio, is the worse of the two:
--             amber/green is amber, amber/red is red (METHODS 4).
with reports as (
    select
        initiative_id,
        reported_date,
        rag,
        cast(percent_complete as double) as complete_ratio,
        nullif(author, '') as author,
        nullif(comment, '') as comment,
        replace(replace(lower(trim(rag)), '-', ' '), ' / ', '/') as word
    from status_reports
),

run as (
    select first_known_at
    from base.run
),

known_days as (
    select
        records.initiative_id,
        records.reported_date,
        min(
            case
                when records.recorded_date is not null then records.recorded_date
                when records.known_from is null or records.known_from <= run.first_known_at
                    then records.reported_date
                else cast(records.known_from as date)
            end
        ) as known_date
    from history.status_reports as records
    cross join run
    group by records.initiative_id, records.reported_date
),

coloured_reports as (
    select
        initiative_id,
        reported_date,
        rag,
        case
            when word in ('g', 'green', 'grün', 'gruen', 'vert', 'verde', 'on track') then 'green'
            when
                word in (
                    'a', 'amber', 'y', 'yellow', 'gelb', 'orange', 'jaune', 'amarillo', 'at risk',
                    'a/g', 'g/a', 'ag', 'amber/green', 'green/amber', 'yellow/green', 'green/yellow'
                )
                then 'amber'
            when
                word in (
                    'r', 'red', 'rot', 'rouge', 'rojo', 'off track',
                    'a/r', 'r/a', 'ar', 'amber/red', 'red/amber', 'yellow/red', 'red/yellow'
                )
                then 'red'
        end as reported_rag,
        complete_ratio,
        author,
        comment
    from reports
)

select
    coloured_reports.initiative_id,
    coloured_reports.reported_date,
    greatest(known_days.known_date, coloured_reports.reported_date) as known_date,
    coloured_reports.rag,
    coloured_reports.reported_rag,
    coloured_reports.complete_ratio,
    coloured_reports.author,
    coloured_reports.comment,
    case
        when coloured_reports.reported_rag is not null then null
        when coalesce(trim(coloured_reports.rag), '') = '' then 'not given'
        else 'unknown word'
    end as status_reason
from coloured_reports
left join known_days
    on coloured_reports.initiative_id = known_days.initiative_id
    and coloured_reports.reported_date = known_days.reported_date
order by initiative_id, reported_date
