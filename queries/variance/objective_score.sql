-- question: What score does each goal earn as an objective, from its own key results?
-- grain:    goal_id
-- columns:
--   goal_id              text     goal, read as an objective
--   goal_name            text     name of the goal
--   goal_kind            text     'committed', 'aspirational' or 'mandatory'; NULL when not given
--   owner                text     who answers for it; NULL when not given
--   key_result_count     bigint   KPIs linked to the goal itself
--   scored_count         bigint   those of them with a score
--   weighted_score       double   numerator: sum of share times score
--   scored_weight        double   denominator: sum of the shares with which the scored ones serve the goal
--   total_weight         double   sum of the shares of all of them
--   score                double   weighted_score / scored_weight, 0..1; NULL without scored key results
--   coverage_ratio       double   scored_weight / total_weight; NULL without key results
--   band                 text     'green' from okr_green_ratio on, 'amber' from okr_amber_ratio on, else 'red';
--                                 'grey' = unknown
--   expected_low_score   double   score that the goal should have by now: the mean of its key results' expectations
--   expected_high_score  double   upper end of the same; an aspiration that ends above it was too easy
--   verdict              text     'below expectation', 'as expected' or 'above expectation' (aspirational, when all
--                                 key results are final, only); NULL when unknown
--   status_reason        text     NULL, or why the band is grey: 'no key result', 'no score', 'coverage too low'
-- checks:
--   count(*) = (select count(*) from goals)
--   count(*) filter (where (band = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where score < 0 or score > 1) = 0
-- receipt:  goals where goal_id = $goal_id;
--             base.links where child_type = 'kpi' and goal_id = $goal_id
-- leaves out: key results of the goals below (see variance.goal_score)
-- method:   METHODS 2. Key results that have no score are left out of the mean and show in coverage_ratio; below
--             score_coverage_ratio the band is grey. A KPI with several goals serves each with its share; one that
--             several units report counts once, each unit equally. Expectations are those of
--             variance.key_result_score. A threshold earns the better band; comparisons are made on nine decimals.
with objectives as (
    select goal_id, name as goal_name, kind as goal_kind, owner
    from goals
),

kpi_links as (
    select child_id as kpi_id, goal_id, weight_ratio
    from base.links
    where child_type = 'kpi'
),

key_results as (
    select kpi_id, business_unit, score, elapsed_ratio
    from variance.key_result_score
),

rules as (
    select
        okr_green_ratio,
        okr_amber_ratio,
        okr_aspirational_low_score,
        okr_aspirational_high_score,
        rag_green_ratio,
        score_coverage_ratio
    from base.rules
),

unit_counts as (
    select kpi_id, count(*) as unit_count
    from key_results
    group by kpi_id
),

-- decimals, so that the order of adding never shows
weighted_results as (
    select
        kpi_links.goal_id,
        key_results.kpi_id,
        key_results.score is not null as is_scored,
        cast(kpi_links.weight_ratio / nullif(unit_counts.unit_count, 0) as decimal(30, 15)) as weight,
        cast(
            kpi_links.weight_ratio / nullif(unit_counts.unit_count, 0) * key_results.score as decimal(30, 15)
        ) as weighted_score,
        cast(
            kpi_links.weight_ratio / nullif(unit_counts.unit_count, 0) * key_results.elapsed_ratio as decimal(30, 15)
        ) as elapsed_weight
    from kpi_links
    inner join key_results
        on kpi_links.kpi_id = key_results.kpi_id
    inner join unit_counts
        on kpi_links.kpi_id = unit_counts.kpi_id
),

goal_sums as (
    select
        goal_id,
        count(distinct kpi_id) as key_result_count,
        count(distinct case when is_scored then kpi_id end) as scored_count,
        cast(sum(weighted_score) as double) as weighted_score,
        cast(sum(case when is_scored then weight end) as double) as scored_weight,
        cast(sum(weight) as double) as total_weight,
        cast(sum(case when is_scored then elapsed_weight end) as double) as elapsed_weight
    from weighted_results
    group by goal_id
),

scored_goals as (
    select
        objectives.goal_id,
        objectives.goal_name,
        objectives.goal_kind,
        objectives.owner,
        coalesce(goal_sums.key_result_count, 0) as key_result_count,
        coalesce(goal_sums.scored_count, 0) as scored_count,
        goal_sums.weighted_score,
        goal_sums.scored_weight,
        goal_sums.total_weight,
        goal_sums.weighted_score / nullif(goal_sums.scored_weight, 0) as score,
        coalesce(goal_sums.scored_weight, 0) / nullif(goal_sums.total_weight, 0) as coverage_ratio,
        goal_sums.elapsed_weight / nullif(goal_sums.scored_weight, 0) as elapsed_ratio
    from objectives
    left join goal_sums
        on objectives.goal_id = goal_sums.goal_id
),

judged_goals as (
    select
        scored_goals.goal_id,
        scored_goals.goal_name,
        scored_goals.goal_kind,
        scored_goals.owner,
        scored_goals.key_result_count,
        scored_goals.scored_count,
        scored_goals.weighted_score,
        scored_goals.scored_weight,
        scored_goals.total_weight,
        scored_goals.score,
        scored_goals.coverage_ratio,
        scored_goals.elapsed_ratio * case
            when scored_goals.goal_kind = 'aspirational' then rules.okr_aspirational_low_score
            when scored_goals.goal_kind in ('committed', 'mandatory') then 1.0
        end as expected_low_score,
        scored_goals.elapsed_ratio * case
            when scored_goals.goal_kind = 'aspirational' then rules.okr_aspirational_high_score
            when scored_goals.goal_kind in ('committed', 'mandatory') then 1.0
        end as expected_high_score,
        case
            when scored_goals.key_result_count = 0 then 'no key result'
            when scored_goals.score is null then 'no score'
            when round(scored_goals.coverage_ratio, 9) < round(rules.score_coverage_ratio, 9) then 'coverage too low'
        end as status_reason,
        round(scored_goals.elapsed_ratio, 9) = 1 as is_final,
        rules.okr_green_ratio,
        rules.okr_amber_ratio,
        rules.rag_green_ratio
    from scored_goals
    cross join rules
)

select
    goal_id,
    goal_name,
    goal_kind,
    owner,
    cast(key_result_count as bigint) as key_result_count,
    cast(scored_count as bigint) as scored_count,
    cast(weighted_score as double) as weighted_score,
    cast(scored_weight as double) as scored_weight,
    cast(total_weight as double) as total_weight,
    cast(score as double) as score,
    cast(coverage_ratio as double) as coverage_ratio,
    case
        when status_reason is not null then 'grey'
        when round(score, 9) >= round(okr_green_ratio, 9) then 'green'
        when round(score, 9) >= round(okr_amber_ratio, 9) then 'amber'
        else 'red'
    end as band,
    cast(expected_low_score as double) as expected_low_score,
    cast(expected_high_score as double) as expected_high_score,
    case
        when status_reason is not null or expected_low_score is null then null
        when round(score, 9) < round(expected_low_score * case when is_final then 1.0 else rag_green_ratio end, 9)
            then 'below expectation'
        when goal_kind = 'aspirational' and is_final and round(score, 9) > round(expected_high_score, 9)
            then 'above expectation'
        else 'as expected'
    end as verdict,
    status_reason
from judged_goals
order by goal_id
