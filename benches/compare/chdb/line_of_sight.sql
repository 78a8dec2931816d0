-- alignment.line_of_sight, whole.
with items as (
    select 'initiative' as item_type, initiative_id as item_id, name as item_name, business_unit, goal_id as named_goal_id
    from initiatives
    union all
    select 'kpi', kpi_id, name, business_unit, goal_id from kpis
),
spend as (
    select initiative_id, goal_id, sum(cents) as cents
    from spend_by_link
    where period_start_date > addMonths(toStartOfMonth(toDate32('{as_of}')), -12)
    group by initiative_id, goal_id
),
linked as (
    select items.*, links.goal_id as goal_id, links.weight_ratio as link_ratio,
        coalesce(links.goal_id, '(unaligned)') as place
    from items
    left join links on items.item_type = links.child_type and items.item_id = links.child_id
)
select linked.item_type as item_type, linked.item_id as item_id, linked.item_name as item_name,
    linked.business_unit as business_unit, coalesce(linked.goal_id, '(none)') as goal_id, tree.name as goal_name,
    tree.root_goal_id as root_goal_id, tree.path as path, tree.level - 1 as depth, linked.link_ratio as link_ratio,
    if(linked.item_type = 'initiative', as_money(coalesce(spend.cents, 0)), null) as spend_amount,
    linked.goal_id is not null as has_path,
    multiIf(linked.goal_id is not null, null,
        linked.named_goal_id is not null
            or (linked.item_type, linked.item_id) in (select child_type, child_id from goal_links), 'goal not found',
        'no goal given') as gap_reason
from linked
left join goal_tree as tree on linked.goal_id = tree.goal_id
left join spend on linked.item_id = spend.initiative_id and linked.place = spend.goal_id
