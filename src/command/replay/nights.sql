-- One row for each night: what stood on the list, and what was new on it.
select
    nights.night,
    count(raised.finding_id) as finding_count,
    count(raised.finding_id) filter (where raised.severity = 'high') as high_count,
    count(raised.finding_id) filter (where raised.state in ('new', 'reopened')) as new_count,
    nights.resolved_count,
    nights.seconds
from replay.nights as nights
left join replay.raised as raised
    on nights.night = raised.night
group by nights.night, nights.resolved_count, nights.seconds
order by night
