-- question: How many people are asked for in each skill, on average over the trailing periods?
-- grain:    skill
-- columns:
--   skill        text           skill that is asked for
--   average_fte  decimal(38,2)  full-time equivalents, the average over all days of the trailing periods
-- checks:
--   count(*) filter (where average_fte < 0) = 0
--   count(*) <= (select count(distinct skill) from demand)
-- receipt:  demand where skill = $skill
-- leaves out: demand without a number; whether it is promised or only wished for; demand outside the trailing
--             periods; teams, whose demand for one skill is taken together
-- method:   METHODS 15. A demand that covers a quarter of the days counts a quarter. Hundredths are rounded once, so
--             these may differ by as much from base.headcount_by_link, which rounds by initiative.
with trailing_days as (
    select
        min(period_start_date) as first_date,
        max(period_end_date) as last_date,
        max(period_end_date) - min(period_start_date) + 1 as day_count
    from base.periods
    where is_trailing
),

demand_days as (
    select
        demand.skill,
        trailing_days.day_count,
        cast(demand.fte as decimal(18, 6)) * (
            least(demand.period_end_date, trailing_days.last_date)
            - greatest(demand.period_start_date, trailing_days.first_date)
            + 1
        ) as fte_days
    from demand
    inner join trailing_days
        on demand.period_start_date <= trailing_days.last_date
        and demand.period_end_date >= trailing_days.first_date
    where demand.fte is not null
)

select
    skill,
    cast(cast(sum(fte_days) as double) / nullif(max(day_count), 0) as decimal(38, 2)) as average_fte
from demand_days
group by skill
order by skill
