-- misallocation.priority_gap, whole.
with movable as (
    select goal_id, sum(cents) as cents
    from spend_by_link
    where period_start_date > addMonths(toStartOfMonth(toDate32('{as_of}')), -12)
        and initiative_id not in (select initiative_id from initiatives where is_mandatory)
    group by goal_id
),
levels as (
    select distinct level from goal_tree
),
cuts as (
    select levels.level as cut, tree.goal_id as goal_id, assumeNotNull(tree.weight_ratio) as weight_ratio
    from levels
    cross join goal_tree as tree
    where tree.level = levels.level or (tree.is_leaf and tree.level < levels.level)
),
places as (
    select cuts.cut as cut, closure.goal_id as linked_goal_id, cuts.goal_id as goal_id
    from cuts
    inner join closure on cuts.goal_id = closure.ancestor_goal_id
),
spread as (
    select movable.goal_id as linked_goal_id, movable.cents as cents, levels.level as cut
    from movable
    cross join levels
),
placed as (
    select spread.cut as cut,
        coalesce(places.goal_id, if(spread.linked_goal_id = '(unaligned)', '(unaligned)', '(not broken down)')) as goal_id,
        sum(spread.cents) as cents
    from spread
    left join places on spread.linked_goal_id = places.linked_goal_id and spread.cut = places.cut
    group by cut, goal_id
),
rows as (
    select cuts.cut as cut, cuts.goal_id as goal_id, 1 as is_goal, cuts.weight_ratio as weight_ratio,
        coalesce(placed.cents, 0) as cents
    from cuts
    left join placed on cuts.cut = placed.cut and cuts.goal_id = placed.goal_id
    union all
    select cut, assumeNotNull(goal_id), 0, 0., cents
    from placed
    where goal_id in ('(unaligned)', '(not broken down)') and cents <> 0
),
ends as (
    select *, (select toInt128(sum(cents)) from movable) as total,
        row_number() over (partition by cut order by is_goal, goal_id) as place,
        count() over (partition by cut) as places,
        min(cents) over (partition by cut) as least,
        sum(toInt128(round(weight_ratio * 1e15))) over (partition by cut order by is_goal, goal_id) as weighed,
        half_away(total * if(place = places, toInt128(1000000000000), half_away(weighed, 1000)), 1000000000000) as upto
    from rows
),
fair as (
    select *, if(least >= 0, as_ratio(cents, total), null) as share,
        upto - coalesce(lagInFrame(toNullable(upto)) over (partition by cut order by is_goal, goal_id
            rows between unbounded preceding and current row), 0) as fair
    from ends
)
select cut as level, goal_id, weight_ratio, as_money(cents) as spend_amount, as_money(total) as total_amount,
    share as spend_ratio, (share - weight_ratio) * 100 as gap_pp, as_money(fair) as fair_amount,
    as_money(fair - cents) as move_amount, share / nullIf(weight_ratio, 0) as funding_ratio,
    multiIf(is_goal = 0 or share is null, null, round(share, 9) < round(weight_ratio * 0.8, 9), 'under-funded',
        round(share, 9) > round(weight_ratio * 1.2, 9), 'over-funded', 'in line') as verdict
from fair
