-- question: For which team, skill and period are people counted, and how many are there?
-- grain:    team, skill, period_start_date
-- columns:
--   team               text           the team
--   skill              text           the skill
--   period_start_date  date           first day of the period
--   period_end_date    date           last day of the period
--   day_count          bigint         days in the period, both ends counted
--   capacity_fte       decimal(38,6)  full-time equivalents there are; NULL when only demand is known
-- checks:
--   min(day_count) > 0
-- receipt:  capacity where team = $team and skill = $skill and period_start_date = $period_start_date;
--             demand where team = $team and skill = $skill and period_start_date = $period_start_date
-- leaves out: capacity without a number; of two periods of a skill that begin on one day, the longer
-- method:   METHODS 15. The periods are those of the capacity; demand that meets none of them brings its own.
with capacity_rows as (
    select
        team,
        skill,
        period_start_date,
        period_end_date,
        cast(fte as decimal(38, 6)) as capacity_fte
    from capacity
    where fte is not null
    qualify row_number() over (partition by team, skill, period_start_date order by period_end_date) = 1
),

demand_spans as (
    select
        team,
        skill,
        period_start_date,
        min(period_end_date) as period_end_date
    from demand
    group by team, skill, period_start_date
),

unmet_spans as (
    select
        demand_spans.team,
        demand_spans.skill,
        demand_spans.period_start_date,
        demand_spans.period_end_date
    from demand_spans
    left join capacity_rows
        on demand_spans.team = capacity_rows.team
        and demand_spans.skill = capacity_rows.skill
        and demand_spans.period_start_date <= capacity_rows.period_end_date
        and demand_spans.period_end_date >= capacity_rows.period_start_date
    where capacity_rows.team is null
),

skill_periods as (
    select team, skill, period_start_date, period_end_date, capacity_fte
    from capacity_rows
    union all
    select team, skill, period_start_date, period_end_date, cast(null as decimal(38, 6)) as capacity_fte
    from unmet_spans
)

select
    team,
    skill,
    period_start_date,
    period_end_date,
    cast(period_end_date - period_start_date + 1 as bigint) as day_count,
    capacity_fte
from skill_periods
order by team, skill, period_start_date
