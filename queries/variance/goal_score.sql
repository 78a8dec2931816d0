-- question: How well does each goal do, by its own KPIs and by all the goals below it?
-- grain:    goal_id
-- columns:
--   goal_id             text     goal
--   goal_name           text     name of the goal
--   parent_goal_id      text     goal above it; NULL at the top
--   owner               text     who answers for it; NULL when not given
--   level               bigint   1 at the top
--   is_leaf             boolean  true when no goal is below it
--   own_kpi_count       bigint   KPIs linked to the goal itself
--   kpi_count           bigint   KPIs linked to it and to the goals below; a KPI of two of them counts at each
--   scored_kpi_count    bigint   those of them with a score
--   own_score           double   mean score of its own KPIs by their shares, 0..1; NULL without one
--   weighted_score      double   numerator: sum of weight times score over all KPIs at and below the goal
--   scored_weight       double   denominator: sum of the weights of those with a score
--   total_weight        double   sum of the weights of everything that should have a score; 1 but for rounding
--   score               double   weighted_score / scored_weight, 0..1; NULL when nothing has a score
--   coverage_ratio      double   scored_weight / total_weight: how much of the goal the score speaks for
--   child_weight_basis  text     where the weights of the goals directly below come from: 'weight', 'rank_sum', 'roc',
--                                'only child', or 'equal' when neither weights nor ranks are known; NULL for a leaf
--   status              text     'green', 'amber' or 'red' by score; 'grey' = unknown
--   cap_reason          text     why a green score shows amber: 'red goal below' or 'red KPI', holding at least
--                                masking_weight_ratio among its like; NULL when it is not capped
--   masked_red_count    bigint   red goals below and red KPIs at or below, while the goal itself is green or amber; 0
--                                when it is red or grey, for then nothing is hidden
--   status_reason       text     NULL, or why the status is grey: 'no KPI' at or below, 'no score' for any of them,
--                                'coverage too low'
-- checks:
--   count(*) = (select count(*) from base.goal_weights)
--   count(*) filter (where abs(total_weight - 1) > 0.000001) = 0
--   count(*) filter (where score < 0 or score > 1) = 0
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where status = 'green' and cap_reason is not null) = 0
-- receipt:  goals where goal_id = $goal_id;
--             base.goal_closure where ancestor_goal_id = $goal_id and is_primary;
--             base.links where child_type = 'kpi' and goal_id = $goal_id
-- leaves out: second parents of a goal, which counts under the first; ranks below a level without weights or ranks,
--             where shares are taken as equal and said to be
-- method:   METHODS 5, without recursion. The score of a KPI is its attainment to date (pace_ratio of
--             variance.kpi_target_curve), capped to 0..1, so that no success pays for a failure. The weight of what
--             lies below is the product of the local shares on the way down; a goal with KPIs of its own and goals
--             below counts half by either. Missing scores are left out and the rest divided by its own weight, at once
--             over all leaves and not level by level: with full coverage both are the same. Below
--             score_coverage_ratio the status is grey. A ratio equal to a threshold earns the better colour;
--             comparisons are made on nine decimals.
with goal_names as (
    select goal_id, name as goal_name, owner, weight
    from goals
),

goal_weights as (
    select goal_id, parent_goal_id, level, is_leaf, weight_ratio, weight_basis
    from base.goal_weights
),

closure as (
    select ancestor_goal_id, goal_id, depth
    from base.goal_closure
    where is_primary
),

kpi_links as (
    select child_id as kpi_id, goal_id, weight_ratio
    from base.links
    where child_type = 'kpi'
),

kpi_scores as (
    select
        kpi_id,
        count(*) over (partition by kpi_id) as unit_count,
        case when pace_ratio is not null then least(greatest(pace_ratio, 0.0), 1.0) end as score,
        status
    from variance.kpi_target_curve
),

rules as (
    select
        rag_green_ratio,
        rag_amber_ratio,
        masking_weight_ratio,
        score_coverage_ratio
    from base.rules
),

-- the part of a goal that its own KPIs speak for when there are goals below it
weight_rules as (
    select own_kpi_weight_ratio
    from base.rules
),

-- decimals, so that the order of adding never shows
linked_scores as (
    select
        kpi_links.goal_id,
        kpi_links.kpi_id,
        kpi_scores.score is not null as is_scored,
        kpi_scores.status = 'red' as is_red,
        kpi_links.weight_ratio / kpi_scores.unit_count as weight,
        cast(kpi_links.weight_ratio / kpi_scores.unit_count as decimal(30, 15)) as exact_weight,
        cast(kpi_links.weight_ratio / kpi_scores.unit_count * kpi_scores.score as decimal(30, 15)) as exact_score
    from kpi_links
    inner join kpi_scores
        on kpi_links.kpi_id = kpi_scores.kpi_id
),

own_sums as (
    select
        goal_id,
        count(distinct kpi_id) as kpi_count,
        count(distinct case when is_scored then kpi_id end) as scored_count,
        count(distinct case when is_red then kpi_id end) as red_count,
        max(case when is_red then weight else 0 end) as red_weight,
        cast(sum(exact_weight) as double) as total_weight,
        cast(sum(case when is_scored then exact_weight end) as double) as scored_weight,
        cast(sum(exact_score) as double) as weighted_score
    from linked_scores
    group by goal_id
),

-- shares among siblings: from the weights of the whole tree, else from the weights as given, else equal
local_shares as (
    select
        goal_weights.goal_id,
        goal_names.goal_name,
        goal_names.owner,
        goal_weights.parent_goal_id,
        goal_weights.level,
        goal_weights.is_leaf,
        case
            when goal_weights.parent_goal_id is null then 1.0
            when sum(goal_weights.weight_ratio) over siblings > 0
                then goal_weights.weight_ratio / sum(goal_weights.weight_ratio) over siblings
            when goal_weights.weight_basis = 'weight'
                then goal_names.weight / sum(goal_names.weight) over siblings
            else 1.0 / count(*) over siblings
        end as local_ratio,
        case
            when sum(goal_weights.weight_ratio) over siblings > 0 then goal_weights.weight_basis
            when goal_weights.weight_basis in ('weight', 'only child') then goal_weights.weight_basis
            else 'equal'
        end as local_basis,
        coalesce(own_sums.kpi_count, 0) as own_kpi_count,
        coalesce(own_sums.scored_count, 0) as scored_count,
        coalesce(own_sums.red_count, 0) as red_count,
        own_sums.red_weight / nullif(own_sums.total_weight, 0) as red_weight_ratio,
        own_sums.weighted_score / nullif(own_sums.scored_weight, 0) as own_score,
        coalesce(own_sums.scored_weight / nullif(own_sums.total_weight, 0), 0) as own_coverage_ratio,
        coalesce(own_sums.weighted_score / nullif(own_sums.total_weight, 0), 0) as own_weighted_score,
        case
            when goal_weights.is_leaf then 1.0
            when own_sums.goal_id is null then 0.0
            else weight_rules.own_kpi_weight_ratio
        end as own_ratio
    from goal_weights
    inner join goal_names
        on goal_weights.goal_id = goal_names.goal_id
    left join own_sums
        on goal_weights.goal_id = own_sums.goal_id
    cross join weight_rules
    window siblings as (partition by goal_weights.parent_goal_id)
),

-- products along the path from the top, as sums of logarithms; a share of 0 is counted apart
path_shares as (
    select
        closure.goal_id,
        sum(
            case when above.local_ratio > 0 then cast(ln(above.local_ratio) as decimal(30, 15)) else 0 end
            + case when closure.depth > 0 then cast(ln(1 - above.own_ratio) as decimal(30, 15)) else 0 end
        ) as share_logarithm,
        count(*) filter (where above.local_ratio = 0) as zero_count
    from closure
    inner join local_shares as above
        on closure.ancestor_goal_id = above.goal_id
    group by closure.goal_id
),

placed_goals as (
    select
        local_shares.goal_id,
        local_shares.own_ratio,
        local_shares.own_coverage_ratio,
        local_shares.own_weighted_score,
        local_shares.own_kpi_count,
        local_shares.scored_count,
        local_shares.red_count,
        path_shares.share_logarithm,
        path_shares.zero_count
    from local_shares
    inner join path_shares
        on local_shares.goal_id = path_shares.goal_id
),

-- a goal with each goal at or below it, and the weight of that one's own KPIs in it
weighed_pairs as (
    select
        closure.ancestor_goal_id as goal_id,
        case
            when below.zero_count > above.zero_count then 0.0
            else below.own_ratio * exp(cast(below.share_logarithm - above.share_logarithm as double))
        end as weight,
        below.own_coverage_ratio,
        below.own_weighted_score,
        below.own_kpi_count,
        below.scored_count,
        below.red_count
    from closure
    inner join placed_goals as below
        on closure.goal_id = below.goal_id
    inner join path_shares as above
        on closure.ancestor_goal_id = above.goal_id
),

goal_sums as (
    select
        goal_id,
        round(cast(sum(cast(weight as decimal(30, 15))) as double), 12) as total_weight,
        round(cast(sum(cast(weight * own_coverage_ratio as decimal(30, 15))) as double), 12) as scored_weight,
        round(cast(sum(cast(weight * own_weighted_score as decimal(30, 15))) as double), 12) as weighted_score,
        sum(own_kpi_count) as kpi_count,
        sum(scored_count) as scored_kpi_count,
        sum(red_count) as red_kpi_count
    from weighed_pairs
    group by goal_id
),

scored_goals as (
    select
        local_shares.goal_id,
        local_shares.goal_name,
        local_shares.parent_goal_id,
        local_shares.owner,
        local_shares.level,
        local_shares.is_leaf,
        local_shares.local_ratio,
        local_shares.local_basis,
        local_shares.own_kpi_count,
        local_shares.own_score,
        coalesce(round(local_shares.red_weight_ratio, 9) >= round(rules.masking_weight_ratio, 9), false)
        and local_shares.red_count > 0 as has_heavy_red_kpi,
        goal_sums.kpi_count,
        goal_sums.scored_kpi_count,
        goal_sums.red_kpi_count,
        goal_sums.weighted_score,
        goal_sums.scored_weight,
        goal_sums.total_weight,
        goal_sums.weighted_score / nullif(goal_sums.scored_weight, 0) as score,
        goal_sums.scored_weight / nullif(goal_sums.total_weight, 0) as coverage_ratio,
        case
            when goal_sums.kpi_count = 0 then 'no KPI'
            when goal_sums.scored_weight = 0 then 'no score'
            when
                round(goal_sums.scored_weight / nullif(goal_sums.total_weight, 0), 9)
                < round(rules.score_coverage_ratio, 9)
                then 'coverage too low'
        end as status_reason
    from local_shares
    inner join goal_sums
        on local_shares.goal_id = goal_sums.goal_id
    cross join rules
),

coloured_goals as (
    select
        scored_goals.goal_id,
        scored_goals.goal_name,
        scored_goals.parent_goal_id,
        scored_goals.owner,
        scored_goals.level,
        scored_goals.is_leaf,
        scored_goals.local_ratio,
        scored_goals.local_basis,
        scored_goals.own_kpi_count,
        scored_goals.own_score,
        scored_goals.has_heavy_red_kpi,
        scored_goals.kpi_count,
        scored_goals.scored_kpi_count,
        scored_goals.red_kpi_count,
        scored_goals.weighted_score,
        scored_goals.scored_weight,
        scored_goals.total_weight,
        scored_goals.score,
        scored_goals.coverage_ratio,
        case
            when scored_goals.status_reason is not null then 'grey'
            when round(scored_goals.score, 9) >= round(rules.rag_green_ratio, 9) then 'green'
            when round(scored_goals.score, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
            else 'red'
        end as colour,
        scored_goals.status_reason,
        rules.masking_weight_ratio
    from scored_goals
    cross join rules
),

-- what a goal has below it: how many are red, and whether a heavy one stands directly below
goals_below as (
    select
        closure.ancestor_goal_id as goal_id,
        count(*) filter (where coloured_goals.colour = 'red') as red_goal_count,
        bool_or(
            closure.depth = 1
            and coloured_goals.colour = 'red'
            and round(coloured_goals.local_ratio, 9) >= round(coloured_goals.masking_weight_ratio, 9)
        ) as has_heavy_red_goal,
        max(case when closure.depth = 1 then coloured_goals.local_basis end) as child_weight_basis
    from closure
    inner join coloured_goals
        on closure.goal_id = coloured_goals.goal_id
    where closure.depth > 0
    group by closure.ancestor_goal_id
),

judged_goals as (
    select
        coloured_goals.goal_id,
        coloured_goals.goal_name,
        coloured_goals.parent_goal_id,
        coloured_goals.owner,
        coloured_goals.level,
        coloured_goals.is_leaf,
        coloured_goals.own_kpi_count,
        coloured_goals.own_score,
        coloured_goals.kpi_count,
        coloured_goals.scored_kpi_count,
        coloured_goals.red_kpi_count + coalesce(goals_below.red_goal_count, 0) as red_count,
        coloured_goals.weighted_score,
        coloured_goals.scored_weight,
        coloured_goals.total_weight,
        coloured_goals.score,
        coloured_goals.coverage_ratio,
        goals_below.child_weight_basis,
        coloured_goals.colour,
        case
            when coloured_goals.colour <> 'green' then null
            when goals_below.has_heavy_red_goal then 'red goal below'
            when coloured_goals.has_heavy_red_kpi then 'red KPI'
        end as cap_reason,
        coloured_goals.status_reason
    from coloured_goals
    left join goals_below
        on coloured_goals.goal_id = goals_below.goal_id
)

select
    goal_id,
    goal_name,
    parent_goal_id,
    owner,
    cast(level as bigint) as level,
    is_leaf,
    cast(own_kpi_count as bigint) as own_kpi_count,
    cast(kpi_count as bigint) as kpi_count,
    cast(scored_kpi_count as bigint) as scored_kpi_count,
    cast(own_score as double) as own_score,
    cast(weighted_score as double) as weighted_score,
    cast(scored_weight as double) as scored_weight,
    cast(total_weight as double) as total_weight,
    cast(score as double) as score,
    cast(coverage_ratio as double) as coverage_ratio,
    child_weight_basis,
    case when cap_reason is not null then 'amber' else colour end as status,
    cap_reason,
    cast(case when colour in ('green', 'amber') then red_count else 0 end as bigint) as masked_red_count,
    status_reason
from judged_goals
order by goal_id
