-- question: Can the people of each team and skill do what is asked of them, period by period?
-- grain:    team, skill, period_start_date
-- columns:
--   team               text     the team
--   skill              text     the skill
--   period_start_date  date     first day of the period
--   period_end_date    date     last day of the period
--   is_past            boolean  true when the period has ended before the as-of date
--   capacity_fte       double   full-time equivalents there are; NULL when only demand is known
--   committed_fte      double   full-time equivalents promised to initiatives
--   uncommitted_fte    double   full-time equivalents that initiatives wish for on top
--   demand_fte         double   both together
--   utilisation_ratio  double   demand_fte / capacity_fte; 1 = fully booked; NULL without capacity
--   gap_fte            double   capacity_fte less demand_fte; positive = people left; NULL when capacity is not known
--   over_fte           double   people asked for beyond the capacity, 0 when all fits; NULL when it is not known
--   initiative_count   bigint   initiatives that ask
--   verdict            text     'over-committed' when what is promised exceeds capacity_ratio (base.rules) of the
--                               capacity, 'over-booked' when only the wishes on top exceed it, otherwise 'fits';
--                               exactly that ratio fits; NULL when capacity is not known
--   status_reason      text     NULL, or why a figure is missing: 'no capacity given', 'capacity is zero'
-- checks:
--   abs(sum(demand_fte) - (select cast(sum(demand_fte) as double) from base.skill_demand)) < 0.000001
--   count(*) filter (where over_fte < 0) = 0
--   count(*) filter (where (verdict is null) <> (capacity_fte is null)) = 0
-- receipt:  capacity where team = $team and skill = $skill and period_start_date = $period_start_date;
--             demand where team = $team and skill = $skill and period_start_date <= $period_end_date
--             and period_end_date >= $period_start_date
-- leaves out: people of other teams who have the skill: nobody is moved between teams
-- method:   METHODS 15, base.skill_periods and base.skill_demand. The sum of over_fte over skills and periods is
--             the over-allocation.
with skill_periods as (
    select team, skill, period_start_date, period_end_date, capacity_fte
    from base.skill_periods
),

skill_demand as (
    select
        team,
        skill,
        period_start_date,
        sum(committed_fte) as committed_fte,
        sum(uncommitted_fte) as uncommitted_fte,
        count(*) as initiative_count
    from base.skill_demand
    group by team, skill, period_start_date
),

rules as (
    select cast(capacity_ratio as decimal(18, 9)) as capacity_ratio
    from base.rules
),

booked_periods as (
    select
        skill_periods.team,
        skill_periods.skill,
        skill_periods.period_start_date,
        skill_periods.period_end_date,
        skill_periods.capacity_fte,
        skill_periods.capacity_fte * rules.capacity_ratio as allowed_fte,
        coalesce(skill_demand.committed_fte, 0) as committed_fte,
        coalesce(skill_demand.uncommitted_fte, 0) as uncommitted_fte,
        coalesce(skill_demand.committed_fte, 0) + coalesce(skill_demand.uncommitted_fte, 0) as demand_fte,
        coalesce(skill_demand.initiative_count, 0) as initiative_count
    from skill_periods
    cross join rules
    left join skill_demand
        on skill_periods.team = skill_demand.team
        and skill_periods.skill = skill_demand.skill
        and skill_periods.period_start_date = skill_demand.period_start_date
)

select
    team,
    skill,
    period_start_date,
    period_end_date,
    period_end_date < $as_of as is_past,
    cast(capacity_fte as double) as capacity_fte,
    cast(committed_fte as double) as committed_fte,
    cast(uncommitted_fte as double) as uncommitted_fte,
    cast(demand_fte as double) as demand_fte,
    cast(demand_fte as double) / nullif(cast(capacity_fte as double), 0) as utilisation_ratio,
    cast(capacity_fte - demand_fte as double) as gap_fte,
    cast(
        case
            when demand_fte > capacity_fte then demand_fte - capacity_fte
            when capacity_fte is not null then 0
        end as double
    ) as over_fte,
    cast(initiative_count as bigint) as initiative_count,
    case
        when capacity_fte is null then null
        when committed_fte > allowed_fte then 'over-committed'
        when demand_fte > allowed_fte then 'over-booked'
        else 'fits'
    end as verdict,
    case
        when capacity_fte is null then 'no capacity given'
        when capacity_fte = 0 then 'capacity is zero'
    end as status_reason
from booked_periods
order by team, skill, period_start_date
