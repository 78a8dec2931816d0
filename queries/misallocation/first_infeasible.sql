-- question: When goals are served in order of priority, for which goal do the people run out first, when and where?
-- grain:    goal_id
-- columns:
--   goal_id             text     goal whose initiatives ask for people; '(mandatory)' collects mandatory initiatives,
--                                '(unaligned)' demand without a path to a goal
--   goal_name           text     name of the goal
--   priority_position   bigint   place in the queue: mandatory work first, then goals by weight, unaligned last
--   weight_ratio        double   share of the whole the goal should get, 0..1; NULL when not known, and for the
--                                collecting rows
--   skill_period_count  bigint   pairs of team and skill, and period, in which it asks for anybody
--   short_count         bigint   those in which not everybody it asks for is left
--   open_short_count    bigint   those of them that have not ended before the as-of date
--   first_short_date    date     first day of the first period that is short; NULL when none is, like what follows
--   team                text     team that is short in it; of several, that with the largest shortfall
--   skill               text     skill that is short
--   capacity_fte        double   full-time equivalents of that team, skill and period, times capacity_ratio (rules)
--   ahead_fte           double   of those, claimed by what stands ahead in the queue
--   demand_fte          double   what this goal asks for
--   shortfall_fte       double   what is missing of it, at most demand_fte
--   verdict             text     'fits' or 'does not fit'; NULL when no capacity is known for anything it asks for
--   status_reason       text     NULL, or what to mind: 'no capacity given' for some of what it asks for; 'no weight
--                                or rank', so that its place is by id after all weighted goals; 'not a goal'
-- checks:
--   count(*) filter (where (first_short_date is null) <> (short_count = 0)) = 0
--   count(*) filter (where shortfall_fte <= 0 or shortfall_fte > demand_fte + 0.000001) = 0
--   count(*) = count(distinct priority_position)
-- receipt:  base.goal_shares where goal_id = $goal_id;
--             capacity where team = $team and skill = $skill and period_start_date = $first_short_date;
--             demand where team = $team and skill = $skill and period_start_date <= $first_short_date
--             and period_end_date >= $first_short_date
-- leaves out: periods that ended before the trailing periods began; goals for which nobody is asked
-- method:   METHODS 15, greedy. A queue: everything ahead keeps its whole claim, also where it does not fit itself,
--             so a small demand far behind never slips through. Demand of an initiative with several goals is
--             split by base.goal_shares; equal weights are served in order of goal id.
with skill_periods as (
    select
        skill_periods.team,
        skill_periods.skill,
        skill_periods.period_start_date,
        skill_periods.period_end_date,
        skill_periods.capacity_fte * cast(rules.capacity_ratio as decimal(18, 9)) as capacity_fte
    from base.skill_periods as skill_periods
    cross join base.rules as rules
),

window_start as (
    select min(period_start_date) as first_date
    from base.periods
    where is_trailing
),

skill_demand as (
    select team, skill, period_start_date, initiative_id, demand_fte
    from base.skill_demand
    where demand_fte > 0
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

goal_shares as (
    select initiative_id, goal_id, to_ratio - from_ratio as share_ratio
    from base.goal_shares
),

goal_weights as (
    select goal_id, round(weight_ratio, 9) as order_ratio, weight_ratio
    from base.goal_weights
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

goal_demand as (
    select
        skill_demand.team,
        skill_demand.skill,
        skill_demand.period_start_date,
        skill_periods.period_end_date,
        skill_periods.capacity_fte,
        case
            when mandatory_initiatives.initiative_id is not null then '(mandatory)'
            else goal_shares.goal_id
        end as goal_id,
        sum(cast(skill_demand.demand_fte * goal_shares.share_ratio as decimal(38, 9))) as demand_fte
    from skill_demand
    inner join skill_periods
        on skill_demand.team = skill_periods.team
        and skill_demand.skill = skill_periods.skill
        and skill_demand.period_start_date = skill_periods.period_start_date
    inner join goal_shares
        on skill_demand.initiative_id = goal_shares.initiative_id
    left join mandatory_initiatives
        on skill_demand.initiative_id = mandatory_initiatives.initiative_id
    cross join window_start
    where skill_periods.period_end_date >= window_start.first_date
    group by
        skill_demand.team,
        skill_demand.skill,
        skill_demand.period_start_date,
        skill_periods.period_end_date,
        skill_periods.capacity_fte,
        case
            when mandatory_initiatives.initiative_id is not null then '(mandatory)'
            else goal_shares.goal_id
        end
),

asking_goals as (
    select distinct goal_id
    from goal_demand
),

queued_goals as (
    select
        asking_goals.goal_id,
        goal_weights.weight_ratio,
        row_number() over (
            order by
                case asking_goals.goal_id when '(mandatory)' then 1 when '(unaligned)' then 3 else 2 end,
                goal_weights.order_ratio desc nulls last,
                asking_goals.goal_id
        ) as priority_position
    from asking_goals
    left join goal_weights
        on asking_goals.goal_id = goal_weights.goal_id
),

claims as (
    select
        goal_demand.team,
        goal_demand.skill,
        goal_demand.period_start_date,
        goal_demand.period_end_date,
        goal_demand.capacity_fte,
        goal_demand.goal_id,
        goal_demand.demand_fte,
        queued_goals.priority_position,
        queued_goals.weight_ratio,
        sum(goal_demand.demand_fte) over (
            partition by goal_demand.team, goal_demand.skill, goal_demand.period_start_date
            order by queued_goals.priority_position
        ) as claimed_fte
    from goal_demand
    inner join queued_goals
        on goal_demand.goal_id = queued_goals.goal_id
),

judged_claims as (
    select
        team,
        skill,
        period_start_date,
        period_end_date,
        capacity_fte,
        goal_id,
        demand_fte,
        priority_position,
        weight_ratio,
        claimed_fte,
        coalesce(claimed_fte > capacity_fte, false) as is_short,
        least(demand_fte, claimed_fte - capacity_fte) as shortfall_fte
    from claims
),

goal_counts as (
    select
        goal_id,
        priority_position,
        weight_ratio,
        count(*) as skill_period_count,
        count(*) filter (where is_short) as short_count,
        count(*) filter (where is_short and period_end_date >= $as_of) as open_short_count,
        count(*) filter (where capacity_fte is null) as unknown_count
    from judged_claims
    group by goal_id, priority_position, weight_ratio
),

first_shortages as (
    select goal_id, period_start_date, team, skill, capacity_fte, claimed_fte, demand_fte, shortfall_fte
    from judged_claims
    where is_short
    qualify row_number() over (
        partition by goal_id
        order by period_start_date, shortfall_fte desc, team, skill
    ) = 1
)

select
    goal_counts.goal_id,
    coalesce(goal_names.goal_name, goal_counts.goal_id) as goal_name,
    cast(goal_counts.priority_position as bigint) as priority_position,
    goal_counts.weight_ratio,
    cast(goal_counts.skill_period_count as bigint) as skill_period_count,
    cast(goal_counts.short_count as bigint) as short_count,
    cast(goal_counts.open_short_count as bigint) as open_short_count,
    first_shortages.period_start_date as first_short_date,
    first_shortages.team,
    first_shortages.skill,
    cast(first_shortages.capacity_fte as double) as capacity_fte,
    cast(first_shortages.claimed_fte - first_shortages.demand_fte as double) as ahead_fte,
    cast(first_shortages.demand_fte as double) as demand_fte,
    cast(first_shortages.shortfall_fte as double) as shortfall_fte,
    case
        when goal_counts.short_count > 0 then 'does not fit'
        when goal_counts.unknown_count < goal_counts.skill_period_count then 'fits'
    end as verdict,
    case
        when goal_counts.unknown_count > 0 then 'no capacity given'
        when goal_counts.goal_id in ('(mandatory)', '(unaligned)') then 'not a goal'
        when goal_counts.weight_ratio is null then 'no weight or rank'
    end as status_reason
from goal_counts
left join first_shortages
    on goal_counts.goal_id = first_shortages.goal_id
left join goal_names
    on goal_counts.goal_id = goal_names.goal_id
order by goal_id
