-- question: Which goal does each initiative and each KPI serve, and which serve none?
-- grain:    item_type, item_id, goal_id
-- columns:
--   item_type      text           'initiative' or 'kpi'
--   item_id        text           initiative_id or kpi_id
--   item_name      text           name of the initiative or KPI
--   business_unit  text           unit that runs the item; NULL when not given
--   goal_id        text           goal the item is linked to directly; '(none)' when it has no path to any goal
--   goal_name      text           name of that goal
--   root_goal_id   text           goal at the top of the path
--   path           text           the line of sight, from the top: root > … > goal
--   depth          bigint         steps from the goal up to its root; 0 when the goal is itself a root
--   link_ratio     double         share of the item that serves this goal, 0..1; NULL without a path
--   currency       text           reporting currency; NULL for KPIs
--   spend_amount   decimal(38,2)  the goal's share of the initiative's spend in the trailing periods; without a
--                                 path, all of it; positive = money spent; NULL for KPIs
--   has_path       boolean        true when the item is linked to a goal that exists
--   gap_reason     text           NULL with a path; 'no goal given' when the item names none; 'goal not found'
--                                 when every goal it names is missing
-- checks:
--   count(*) filter (where has_path = (gap_reason is not null)) = 0
--   count(*) filter (where has_path = (goal_id = '(none)')) = 0
-- receipt:  initiatives where $item_type = 'initiative' and initiative_id = $item_id;
--             kpis where $item_type = 'kpi' and kpi_id = $item_id;
--             goal_links where child_type = $item_type and child_id = $item_id
--   spend_amount  spend where $item_type = 'initiative' and initiative_id = $item_id and is_trailing
--                 and (goal_id = $goal_id or ($goal_id = '(none)' and goal_id = '(unaligned)'))
-- leaves out: ledger entries without an initiative, and the rest of an initiative whose links sum to less than 1
--             (both are '(unaligned)' in base.spend_by_goal); commitments
-- method:   METHODS 13. An item with several goals has one row for each. The trailing periods are those of
--             base.periods.
with initiative_items as (
    select
        'initiative' as item_type,
        initiative_id as item_id,
        name as item_name,
        business_unit,
        goal_id as named_goal_id
    from initiatives
),

kpi_items as (
    select
        'kpi' as item_type,
        kpi_id as item_id,
        name as item_name,
        business_unit,
        goal_id as named_goal_id
    from kpis
),

links as (
    select child_type, child_id, goal_id, weight_ratio
    from base.links
),

-- every goal an item was ever linked to by name, found or not
named_links as (
    select child_type, child_id, count(*) as named_count
    from goal_links
    group by child_type, child_id
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

goal_paths as (
    select goal_id, root_goal_id, path, level
    from base.goal_weights
),

trailing_spend as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.initiative_id, spend_links.goal_id
),

rules as (
    select reporting_currency
    from base.rules
),

items as (
    select item_type, item_id, item_name, business_unit, named_goal_id
    from initiative_items
    union all
    select item_type, item_id, item_name, business_unit, named_goal_id
    from kpi_items
),

linked_items as (
    select
        items.item_type,
        items.item_id,
        items.item_name,
        items.business_unit,
        links.goal_id,
        links.weight_ratio as link_ratio,
        links.goal_id is not null as has_path,
        case
            when links.goal_id is not null then null
            when items.named_goal_id is not null or named_links.named_count > 0 then 'goal not found'
            else 'no goal given'
        end as gap_reason
    from items
    left join links
        on items.item_type = links.child_type
        and items.item_id = links.child_id
    left join named_links
        on items.item_type = named_links.child_type
        and items.item_id = named_links.child_id
)

select
    linked_items.item_type,
    linked_items.item_id,
    linked_items.item_name,
    linked_items.business_unit,
    coalesce(linked_items.goal_id, '(none)') as goal_id,
    goal_names.goal_name,
    goal_paths.root_goal_id,
    goal_paths.path,
    cast(goal_paths.level - 1 as bigint) as depth,
    cast(linked_items.link_ratio as double) as link_ratio,
    case when linked_items.item_type = 'initiative' then rules.reporting_currency end as currency,
    case
        when linked_items.item_type = 'initiative'
            then cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 2))
    end as spend_amount,
    linked_items.has_path,
    linked_items.gap_reason
from linked_items
left join goal_names
    on linked_items.goal_id = goal_names.goal_id
left join goal_paths
    on linked_items.goal_id = goal_paths.goal_id
left join trailing_spend
    on linked_items.item_type = 'initiative'
    and linked_items.item_id = trailing_spend.initiative_id
    and coalesce(linked_items.goal_id, '(unaligned)') = trailing_spend.goal_id
cross join rules
order by item_type, item_id, goal_id
