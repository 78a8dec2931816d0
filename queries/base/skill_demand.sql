-- question: How many people does each initiative ask of each team, skill and period?
-- grain:    team, skill, period_start_date, initiative_id
-- columns:
--   team               text           the team
--   skill              text           the skill
--   period_start_date  date           first day of the period (see base.skill_periods)
--   initiative_id      text           initiative that asks; '(none)' collects initiatives that do not exist
--   committed_fte      decimal(38,6)  full-time equivalents promised, the average over the days of the period
--   uncommitted_fte    decimal(38,6)  full-time equivalents only wished for, likewise
--   demand_fte         decimal(38,6)  both together
-- checks:
--   count(*) filter (where demand_fte <> committed_fte + uncommitted_fte) = 0
--   count(*) filter (where demand_fte < 0) = 0
-- receipt:  demand where team = $team and skill = $skill and initiative_id = $initiative_id
--             and period_end_date >= $period_start_date
-- leaves out: demand without a number; days of a demand outside every period of its skill
-- method:   METHODS 15. Demand that covers half of a period's days counts half; demand for a longer span counts in
--             every period that it covers. Demand that does not say whether it is promised counts as promised.
with demand_rows as (
    select
        team,
        skill,
        initiative_id as named_initiative_id,
        period_start_date,
        period_end_date,
        cast(fte as decimal(18, 6)) as fte,
        coalesce(is_committed, true) as is_committed
    from demand
    where fte is not null
),

known_initiatives as (
    select initiative_id
    from initiatives
),

skill_periods as (
    select team, skill, period_start_date, period_end_date, day_count
    from base.skill_periods
),

demand_days as (
    select
        skill_periods.team,
        skill_periods.skill,
        skill_periods.period_start_date,
        skill_periods.day_count,
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        demand_rows.is_committed,
        demand_rows.fte * (
            least(demand_rows.period_end_date, skill_periods.period_end_date)
            - greatest(demand_rows.period_start_date, skill_periods.period_start_date)
            + 1
        ) as fte_days
    from demand_rows
    inner join skill_periods
        on demand_rows.team = skill_periods.team
        and demand_rows.skill = skill_periods.skill
        and demand_rows.period_start_date <= skill_periods.period_end_date
        and demand_rows.period_end_date >= skill_periods.period_start_date
    left join known_initiatives
        on demand_rows.named_initiative_id = known_initiatives.initiative_id
),

asked_people as (
    select
        team,
        skill,
        period_start_date,
        initiative_id,
        cast(
            cast(sum(case when is_committed then fte_days else 0 end) as double) / nullif(max(day_count), 0)
            as decimal(38, 6)
        ) as committed_fte,
        cast(
            cast(sum(case when is_committed then 0 else fte_days end) as double) / nullif(max(day_count), 0)
            as decimal(38, 6)
        ) as uncommitted_fte
    from demand_days
    group by team, skill, period_start_date, initiative_id
)

select
    team,
    skill,
    period_start_date,
    initiative_id,
    committed_fte,
    uncommitted_fte,
    cast(committed_fte + uncommitted_fte as decimal(38, 6)) as demand_fte
from asked_people
order by team, skill, period_start_date, initiative_id
