-- question: Which goals are the top, and which the bottom third of the priorities at each cut through the tree?
-- grain:    level, goal_id
-- columns:
--   level          bigint   cut through the goal tree: 1 shows the roots, 2 their children, and so on; a branch
--                           that ends higher up is shown by its leaf
--   goal_id        text     goal of the cut
--   weight_ratio   double   share of the whole the goal should get, 0..1; NULL when it is not known
--   goal_count     bigint   goals of the cut
--   heavier_count  bigint   goals of the cut with a larger weight; NULL when a weight of the cut is not known
--   lighter_count  bigint   goals of the cut with a smaller weight; NULL when a weight of the cut is not known
--   tercile        text     'top', 'middle' or 'bottom' third; NULL when not known
--   status_reason  text     NULL, or 'level not fully weighted' when a goal of the cut has no weight
-- checks:
--   count(*) filter (where (tercile is null) <> (status_reason is not null)) = 0
--   count(*) filter (where heavier_count + lighter_count >= goal_count) = 0
-- receipt:  goals where goal_id = $goal_id
-- leaves out: nothing
-- method:   METHODS 11. Laid out by weight, each goal takes one place and goals of equal weight the middle of
--             theirs; a goal is in the bottom third when its middle lies in the lowest third of the places. So
--             ties stay together, and where all weigh the same, or there is only one, none is top or bottom.
--             Weights are compared to nine decimals.
with goal_weights as (
    select goal_id, level, is_leaf, round(weight_ratio, 9) as weight_ratio
    from base.goal_weights
),

exact_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

levels as (
    select distinct level
    from goal_weights
),

-- a cut shows the goals of its level and the leaves of the levels above
cut_goals as (
    select
        levels.level,
        goal_weights.goal_id,
        goal_weights.weight_ratio
    from levels
    inner join goal_weights
        on goal_weights.level = levels.level
        or (goal_weights.is_leaf and goal_weights.level < levels.level)
),

cut_places as (
    select
        level,
        goal_id,
        count(*) over (partition by level) as goal_count,
        bool_and(weight_ratio is not null) over (partition by level) as is_weighted,
        rank() over (partition by level order by weight_ratio desc) - 1 as heavier_count,
        rank() over (partition by level order by weight_ratio) - 1 as lighter_count
    from cut_goals
)

select
    cast(cut_places.level as bigint) as level,
    cut_places.goal_id,
    exact_weights.weight_ratio,
    cast(cut_places.goal_count as bigint) as goal_count,
    cast(case when cut_places.is_weighted then cut_places.heavier_count end as bigint) as heavier_count,
    cast(case when cut_places.is_weighted then cut_places.lighter_count end as bigint) as lighter_count,
    case
        when not cut_places.is_weighted then null
        when
            3 * (cut_places.goal_count + cut_places.heavier_count - cut_places.lighter_count)
            <= 2 * cut_places.goal_count then 'top'
        when
            3 * (cut_places.goal_count + cut_places.lighter_count - cut_places.heavier_count)
            <= 2 * cut_places.goal_count then 'bottom'
        else 'middle'
    end as tercile,
    case when not cut_places.is_weighted then 'level not fully weighted' end as status_reason
from cut_places
inner join exact_weights
    on cut_places.goal_id = exact_weights.goal_id
order by level, goal_id
