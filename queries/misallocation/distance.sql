-- question: How far is each resource from the priorities, and how much of it would have to move?
-- grain:    level, resource
-- columns:
--   level                  bigint         cut through the goal tree: 1 shows the roots, 2 their children, and so on
--   resource               text           'spend', 'budget' or 'headcount' (see misallocation.share_by_resource)
--   goal_count             bigint         goals of the cut
--   unit                   text           of the amounts: the reporting currency, or 'FTE' (full-time equivalents)
--   distance_ratio         double         half the sum of |share - weight| over the goals and the collecting rows,
--                                         0..1: 0 = exactly as weighted, 1 = everything in the wrong place
--   move_amount            decimal(38,2)  what would have to move: the sum of all moves in, which is that of all
--                                         moves out
--   total_amount           decimal(38,2)  all of the resource
--   unaligned_amount       decimal(38,2)  the part of it without a path to any goal
--   unaligned_ratio        double         unaligned_amount / total_amount
--   not_broken_down_ratio  double         share linked to a goal above this cut
--   status_reason          text           NULL, or why the distance is missing: 'level not fully weighted', 'nothing
--                                         given', 'total is negative', 'negative share' (a goal has a net credit)
-- checks:
--   count(*) filter (where distance_ratio < -0.000000001 or distance_ratio > 1.000000001) = 0
--   count(*) filter (where abs(cast(move_amount as double) - distance_ratio * cast(total_amount as double))
--     > 0.01 * (goal_count + 2)) = 0
--   count(*) filter (where (distance_ratio is null) <> (status_reason is not null)) = 0
-- receipt:  misallocation.share_by_resource where level = $level and resource = $resource
--   move_amount       misallocation.share_by_resource.move_amount where level = $level and resource = $resource
--                     and move_amount > 0
--   total_amount      misallocation.share_by_resource.given_amount where level = $level and resource = $resource
--   unaligned_amount  misallocation.share_by_resource.given_amount where level = $level and resource = $resource
--                     and goal_id = '(unaligned)'
-- leaves out: mandatory initiatives, which no priority can move; commitments
-- method:   METHODS 11: total variation distance; what has no path and what is not broken down have a weight of 0.
--             A finer cut can only show more distance, never less, as long as everything is broken down to it.
with shares as (
    select
        level,
        resource,
        goal_id,
        unit,
        weight_ratio,
        given_amount,
        total_amount,
        given_ratio,
        move_amount,
        goal_id in ('(unaligned)', '(not broken down)') as is_collecting,
        status_reason
    from misallocation.share_by_resource
),

level_sums as (
    select
        level,
        resource,
        max(unit) as unit,
        count(*) filter (where not is_collecting) as goal_count,
        max(total_amount) as total_amount,
        sum(case when goal_id = '(unaligned)' then given_amount else 0 end) as unaligned_amount,
        sum(case when goal_id = '(not broken down)' then given_amount else 0 end) as not_broken_down_amount,
        sum(case when move_amount > 0 then move_amount else 0 end) as move_amount,
        sum(abs(cast(given_ratio as decimal(18, 15)) - cast(weight_ratio as decimal(18, 15)))) / 2 as distance_ratio,
        case
            when bool_or(weight_ratio is null) then 'level not fully weighted'
            when max(total_amount) = 0 then 'nothing given'
            when max(total_amount) < 0 then 'total is negative'
            when min(given_amount) < 0 then 'negative share'
        end as status_reason
    from shares
    group by level, resource
)

select
    level,
    resource,
    cast(goal_count as bigint) as goal_count,
    unit,
    case when status_reason is null then cast(distance_ratio as double) end as distance_ratio,
    case when status_reason is null then cast(move_amount as decimal(38, 2)) end as move_amount,
    cast(total_amount as decimal(38, 2)) as total_amount,
    cast(unaligned_amount as decimal(38, 2)) as unaligned_amount,
    case
        when total_amount > 0 then cast(unaligned_amount as double) / nullif(cast(total_amount as double), 0)
    end as unaligned_ratio,
    case
        when total_amount > 0 then cast(not_broken_down_amount as double) / nullif(cast(total_amount as double), 0)
    end as not_broken_down_ratio,
    status_reason
from level_sums
order by level, resource
