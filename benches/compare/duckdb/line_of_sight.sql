-- alignment.line_of_sight, whole.
with items as (
    select 'initiative' as item_type, initiative_id as item_id, name as item_name, business_unit,
        goal_id as named_goal_id
    from initiatives
    union all
    select 'kpi', kpi_id, name, business_unit, goal_id from kpis
),
named as (
    select distinct child_type, child_id from goal_links
),
trailing_spend as (
    select initiative_id, goal_id, sum(spend_amount) as spend_amount
    from spend_by_link
    where is_trailing(period_start_date)
    group by all
)
select items.item_type, items.item_id, items.item_name, items.business_unit,
    coalesce(links.goal_id, '(none)') as goal_id, tree.name as goal_name, tree.root_goal_id, tree.path,
    tree.level - 1 as depth, links.weight_ratio as link_ratio,
    case when items.item_type = 'initiative'
        then cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 2)) end as spend_amount,
    links.goal_id is not null as has_path,
    case
        when links.goal_id is not null then null
        when items.named_goal_id is not null or named.child_id is not null then 'goal not found'
        else 'no goal given'
    end as gap_reason
from items
left join links on items.item_type = links.child_type and items.item_id = links.child_id
left join named on items.item_type = named.child_type and items.item_id = named.child_id
left join goal_tree as tree on links.goal_id = tree.goal_id
left join trailing_spend on items.item_type = 'initiative' and items.item_id = trailing_spend.initiative_id
    and coalesce(links.goal_id, '(unaligned)') = trailing_spend.goal_id
