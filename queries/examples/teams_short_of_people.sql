-- question: Which teams and skills are asked for more people than they have in the last four quarters?
-- reads:    capacity, demand
-- answer:   over sample-data, as of 2026-03-31
--   team,skill,period_start_date,capacity_fte,demand_fte,short_fte
--   Automation,controls engineering,2026-01-01,15.0,19.5,4.5
--   Automation,controls engineering,2025-10-01,15.0,18.6,3.6
--   Automation,controls engineering,2025-07-01,15.0,17.7,2.7
with needed as (
    select team, skill, period_start_date, sum(fte) as demand_fte
    from demand
    group by team, skill, period_start_date
)

select
    capacity.team,
    capacity.skill,
    capacity.period_start_date,
    capacity.fte as capacity_fte,
    needed.demand_fte,
    round(needed.demand_fte - capacity.fte, 2) as short_fte
from capacity
inner join needed
    on
        capacity.team = needed.team
        and capacity.skill = needed.skill
        and capacity.period_start_date = needed.period_start_date
where
    capacity.period_end_date <= $as_of
    and capacity.period_start_date > $as_of - interval '12 months'
    and needed.demand_fte > capacity.fte
order by short_fte desc, capacity.team, capacity.skill, capacity.period_start_date
limit 10;
