-- misallocation.priority_gap, whole. Every generated goal has a weight.
with movable as (
    select goal_id, sum(spend_amount) as spend_amount
    from spend_by_link
    anti join (select initiative_id from initiatives where is_mandatory) using (initiative_id)
    where is_trailing(period_start_date)
    group by goal_id
),
levels as (
    select distinct level from goal_tree
),
cuts as (
    select levels.level, tree.goal_id, tree.weight_ratio
    from levels
    inner join goal_tree as tree on tree.level = levels.level or (tree.is_leaf and tree.level < levels.level)
),
places as (
    select cuts.level, closure.goal_id as linked_goal_id, cuts.goal_id
    from cuts
    inner join closure on cuts.goal_id = closure.ancestor_goal_id
),
placed as (
    select levels.level,
        coalesce(places.goal_id, case when movable.goal_id = '(unaligned)' then '(unaligned)'
            else '(not broken down)' end) as goal_id,
        sum(movable.spend_amount) as spend_amount
    from movable
    cross join levels
    left join places on movable.goal_id = places.linked_goal_id and levels.level = places.level
    group by all
),
rows as (
    select cuts.level, cuts.goal_id, true as is_goal, cuts.weight_ratio,
        coalesce(placed.spend_amount, 0)::decimal(38, 2) as spend_amount
    from cuts
    left join placed using (level, goal_id)
    union all
    select level, goal_id, false, 0.0, spend_amount
    from placed
    where goal_id in ('(unaligned)', '(not broken down)') and spend_amount <> 0
),
whole as (
    select coalesce(sum(spend_amount), 0)::decimal(38, 2) as total_amount from movable
),
ends as (
    select rows.*, whole.total_amount,
        case
            when lead(goal_id) over in_order is null then 1::decimal(18, 12)
            else sum(weight_ratio::decimal(18, 15)) over in_order::decimal(18, 12)
        end as to_ratio
    from rows
    cross join whole
    window in_order as (partition by level order by is_goal, goal_id)
),
fair as (
    select *,
        case when min(spend_amount) over (partition by level) >= 0 then ratio(spend_amount, total_amount) end
            as spend_ratio,
        (total_amount * to_ratio)::decimal(38, 2)
        - coalesce(lag((total_amount * to_ratio)::decimal(38, 2)) over in_order, 0) as fair_amount
    from ends
    window in_order as (partition by level order by is_goal, goal_id)
)
select level, goal_id, weight_ratio, spend_amount, total_amount, spend_ratio,
    (spend_ratio - weight_ratio) * 100 as gap_pp, fair_amount::decimal(38, 2) as fair_amount,
    (fair_amount - spend_amount)::decimal(38, 2) as move_amount, spend_ratio / nullif(weight_ratio, 0) as funding_ratio,
    case
        when not is_goal or spend_ratio is null then null
        when round(spend_ratio, 9) < round(weight_ratio * 0.8, 9) then 'under-funded'
        when round(spend_ratio, 9) > round(weight_ratio * 1.2, 9) then 'over-funded'
        else 'in line'
    end as verdict
from fair
