-- question: How many goals does each person answer for, and how much money and work do they steer?
-- grain:    owner
-- columns:
--   owner              text           who answers for goals or initiatives; '(none)' collects those without an owner
--   goal_count         bigint         open goals that the person owns
--   initiative_count   bigint         active initiatives that the person leads
--   root_count         bigint         goals at the top under which these goals and initiatives stand
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  spend of the trailing periods linked to the goals that the person owns, not to
--                                     goals below them; positive = money spent
--   initiative_amount  decimal(38,2)  spend of the trailing periods of the initiatives that the person leads
--   is_stretched       boolean        true when goal_count is above goals_per_owner in the rules; never for '(none)'
-- checks:
--   sum(goal_count) = (select count(*) from alignment.plan_staleness where is_open)
--   sum(spend_amount) = (select sum(spend_amount) from alignment.plan_staleness where is_open)
--   sum(initiative_count) = (select count(*) from initiatives where coalesce(stage, 'active') = 'active')
-- receipt:  goals where coalesce(nullif(owner, ''), '(none)') = $owner;
--             initiatives where coalesce(nullif(owner, ''), '(none)') = $owner
--   spend_amount       spend where is_trailing and goal_id in (select p.goal_id from alignment.plan_staleness as p
--                      where p.is_open and coalesce(p.owner, '(none)') = $owner)
--   initiative_amount  spend where is_trailing and initiative_id in (select i.initiative_id from initiatives as i
--                      where coalesce(i.stage, 'active') = 'active'
--                      and coalesce(nullif(i.owner, ''), '(none)') = $owner)
-- leaves out: goals that are closed on the as-of date (alignment.goal_support); initiatives that are not active;
--             owners of KPIs alone; commitments
-- method:   METHODS 13. The two amounts look at the same money from two sides and must never be added together. An
--             initiative is active when its stage says so or is not given. People are told apart by their names
--             as written.
with owned_goals as (
    select goal_id, coalesce(owner, '(none)') as owner, spend_amount
    from alignment.plan_staleness
    where is_open
),

led_initiatives as (
    select initiative_id, coalesce(nullif(owner, ''), '(none)') as owner
    from initiatives
    where coalesce(stage, 'active') = 'active'
),

initiative_links as (
    select child_id as initiative_id, goal_id
    from base.links
    where child_type = 'initiative'
),

goal_roots as (
    select goal_id, root_goal_id
    from base.goal_weights
),

initiative_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_months.initiative_id
),

rules as (
    select reporting_currency, goals_per_owner
    from base.rules
),

owner_goals as (
    select
        owner,
        count(*) as goal_count,
        sum(spend_amount) as spend_amount
    from owned_goals
    group by owner
),

owner_initiatives as (
    select
        led_initiatives.owner,
        count(*) as initiative_count,
        sum(initiative_spend.spend_amount) as initiative_amount
    from led_initiatives
    left join initiative_spend
        on led_initiatives.initiative_id = initiative_spend.initiative_id
    group by led_initiatives.owner
),

served_roots as (
    select owned_goals.owner, goal_roots.root_goal_id
    from owned_goals
    inner join goal_roots
        on owned_goals.goal_id = goal_roots.goal_id
    union all
    select led_initiatives.owner, goal_roots.root_goal_id
    from led_initiatives
    inner join initiative_links
        on led_initiatives.initiative_id = initiative_links.initiative_id
    inner join goal_roots
        on initiative_links.goal_id = goal_roots.goal_id
),

owner_roots as (
    select owner, count(distinct root_goal_id) as root_count
    from served_roots
    group by owner
),

owners as (
    select owner
    from owner_goals
    union
    select owner
    from owner_initiatives
)

select
    owners.owner,
    cast(coalesce(owner_goals.goal_count, 0) as bigint) as goal_count,
    cast(coalesce(owner_initiatives.initiative_count, 0) as bigint) as initiative_count,
    cast(coalesce(owner_roots.root_count, 0) as bigint) as root_count,
    rules.reporting_currency as currency,
    cast(coalesce(owner_goals.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    cast(coalesce(owner_initiatives.initiative_amount, 0) as decimal(38, 2)) as initiative_amount,
    owners.owner <> '(none)' and coalesce(owner_goals.goal_count, 0) > rules.goals_per_owner as is_stretched
from owners
left join owner_goals
    on owners.owner = owner_goals.owner
left join owner_initiatives
    on owners.owner = owner_initiatives.owner
left join owner_roots
    on owners.owner = owner_roots.owner
cross join rules
order by owner
