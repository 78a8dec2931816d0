-- question: Which initiatives get all the people they ask for when work is served in order of priority?
-- grain:    initiative_id
-- columns:
--   initiative_id       text     initiative that asks for people; '(none)' collects initiatives that do not exist
--   initiative_name     text     its name
--   stage               text     where it stands; NULL when not given
--   is_mandatory        boolean  true when required by law or regulation: such work is served first
--   goal_id             text     the heaviest goal it serves; NULL without a path to a goal
--   weight_ratio        double   share of the whole that goal should get, 0..1; NULL when not known
--   priority_position   bigint   place in the queue
--   skill_period_count  bigint   pairs of team and skill, and period, in which it asks for anybody
--   short_count         bigint   those in which not everybody it asks for is left
--   open_short_count    bigint   those of them that have not ended before the as-of date
--   first_short_date    date     first day of the first period that is short; NULL when none is, like what follows
--   team                text     team that is short in it; of several, that with the largest shortfall
--   skill               text     skill that is short
--   demand_fte          double   full-time equivalents it asks of that team and skill in that period
--   left_fte            double   what those ahead in the queue leave of the capacity there; 0 when nothing
--   shortfall_fte       double   demand_fte less left_fte
--   short_skills        text     every team and skill that is short in some period, in alphabetical order
--   verdict             text     'fits' or 'does not fit'; NULL when no capacity is known for anything it asks for
--   status_reason       text     NULL, or what to mind: 'no capacity given' for some of what it asks for; 'no goal
--                                path' or 'no weight or rank', so that it is served after all weighted goals
-- checks:
--   count(*) filter (where (first_short_date is null) <> (short_count = 0)) = 0
--   count(*) filter (where shortfall_fte <= 0 or left_fte < 0) = 0
--   count(*) = count(distinct priority_position)
-- receipt:  initiatives where initiative_id = $initiative_id;
--             demand where initiative_id = $initiative_id;
--             capacity where team = $team and skill = $skill and period_start_date = $first_short_date
-- leaves out: periods that ended before the trailing periods began; initiatives that ask for nobody
-- method:   METHODS 15, greedy. Mandatory work, then by weight of the heaviest goal, then by id. A queue: those
--             ahead keep their whole claim, also where they do not fit themselves, so an initiative behind
--             one that does not fit never takes its people. Whether it is worth more is another question.
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

named_initiatives as (
    select initiative_id, name as initiative_name, stage, coalesce(is_mandatory, false) as is_mandatory
    from initiatives
),

heaviest_goals as (
    select
        links.child_id as initiative_id,
        links.goal_id,
        goal_weights.weight_ratio
    from base.links as links
    inner join base.goal_weights as goal_weights
        on links.goal_id = goal_weights.goal_id
    where
        links.child_type = 'initiative'
        and links.weight_ratio > 0
    qualify row_number() over (
        partition by links.child_id
        order by round(goal_weights.weight_ratio, 9) desc nulls last, links.goal_id
    ) = 1
),

asked_periods as (
    select
        skill_demand.team,
        skill_demand.skill,
        skill_demand.period_start_date,
        skill_demand.initiative_id,
        skill_demand.demand_fte,
        skill_periods.period_end_date,
        skill_periods.capacity_fte
    from skill_demand
    inner join skill_periods
        on skill_demand.team = skill_periods.team
        and skill_demand.skill = skill_periods.skill
        and skill_demand.period_start_date = skill_periods.period_start_date
    cross join window_start
    where skill_periods.period_end_date >= window_start.first_date
),

asking_initiatives as (
    select distinct initiative_id
    from asked_periods
),

queue as (
    select
        asking_initiatives.initiative_id,
        coalesce(named_initiatives.initiative_name, asking_initiatives.initiative_id) as initiative_name,
        named_initiatives.stage,
        coalesce(named_initiatives.is_mandatory, false) as is_mandatory,
        heaviest_goals.goal_id,
        heaviest_goals.weight_ratio,
        row_number() over (
            order by
                coalesce(named_initiatives.is_mandatory, false) desc,
                round(heaviest_goals.weight_ratio, 9) desc nulls last,
                heaviest_goals.goal_id is null,
                asking_initiatives.initiative_id
        ) as priority_position
    from asking_initiatives
    left join named_initiatives
        on asking_initiatives.initiative_id = named_initiatives.initiative_id
    left join heaviest_goals
        on asking_initiatives.initiative_id = heaviest_goals.initiative_id
),

claims as (
    select
        asked_periods.team,
        asked_periods.skill,
        asked_periods.period_start_date,
        asked_periods.period_end_date,
        asked_periods.initiative_id,
        asked_periods.demand_fte,
        asked_periods.capacity_fte,
        sum(asked_periods.demand_fte) over (
            partition by asked_periods.team, asked_periods.skill, asked_periods.period_start_date
            order by queue.priority_position
        ) as claimed_fte
    from asked_periods
    inner join queue
        on asked_periods.initiative_id = queue.initiative_id
),

judged_claims as (
    select
        team,
        skill,
        period_start_date,
        period_end_date,
        initiative_id,
        demand_fte,
        capacity_fte,
        coalesce(claimed_fte > capacity_fte, false) as is_short,
        least(demand_fte, claimed_fte - capacity_fte) as shortfall_fte
    from claims
),

initiative_counts as (
    select
        initiative_id,
        count(*) as skill_period_count,
        count(*) filter (where is_short) as short_count,
        count(*) filter (where is_short and period_end_date >= $as_of) as open_short_count,
        count(*) filter (where capacity_fte is null) as unknown_count
    from judged_claims
    group by initiative_id
),

first_shortages as (
    select initiative_id, period_start_date, team, skill, demand_fte, shortfall_fte
    from judged_claims
    where is_short
    qualify row_number() over (
        partition by initiative_id
        order by period_start_date, shortfall_fte desc, team, skill
    ) = 1
),

short_skills as (
    select distinct initiative_id, team || ': ' || skill as short_skill
    from judged_claims
    where is_short
),

short_lists as (
    select
        initiative_id,
        string_agg(short_skill, '; ' order by short_skill) as short_skills
    from short_skills
    group by initiative_id
)

select
    queue.initiative_id,
    queue.initiative_name,
    queue.stage,
    queue.is_mandatory,
    queue.goal_id,
    queue.weight_ratio,
    cast(queue.priority_position as bigint) as priority_position,
    cast(initiative_counts.skill_period_count as bigint) as skill_period_count,
    cast(initiative_counts.short_count as bigint) as short_count,
    cast(initiative_counts.open_short_count as bigint) as open_short_count,
    first_shortages.period_start_date as first_short_date,
    first_shortages.team,
    first_shortages.skill,
    cast(first_shortages.demand_fte as double) as demand_fte,
    cast(first_shortages.demand_fte - first_shortages.shortfall_fte as double) as left_fte,
    cast(first_shortages.shortfall_fte as double) as shortfall_fte,
    short_lists.short_skills,
    case
        when initiative_counts.short_count > 0 then 'does not fit'
        when initiative_counts.unknown_count < initiative_counts.skill_period_count then 'fits'
    end as verdict,
    case
        when initiative_counts.unknown_count > 0 then 'no capacity given'
        when queue.is_mandatory then null
        when queue.goal_id is null then 'no goal path'
        when queue.weight_ratio is null then 'no weight or rank'
    end as status_reason
from queue
inner join initiative_counts
    on queue.initiative_id = initiative_counts.initiative_id
left join first_shortages
    on queue.initiative_id = first_shortages.initiative_id
left join short_lists
    on queue.initiative_id = short_lists.initiative_id
order by initiative_id
