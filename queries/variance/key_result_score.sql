-- question: What score does each key result earn, and is that what its kind of goal expects?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id               text     KPI, read as a key result
--   business_unit        text     unit the values were reported for; '(all)' when they name none
--   kpi_name             text     name of the KPI
--   goal_id              text     goal it serves with its largest share; '(none)' without a goal
--   goal_kind            text     kind of that goal: 'committed', 'aspirational' or 'mandatory'; NULL when not given
--   score_method         text     'baseline', 'linear' (no baseline), 'range', or 'maintained' (the target is the
--                                 baseline: to be held); NULL without a score
--   numerator_value      double   actual - baseline, in the unit of the KPI; NULL without a baseline
--   denominator_value    double   target - baseline, in the unit of the KPI; NULL without a baseline
--   uncapped_score       double   how much of the way is done: numerator / denominator; above 1 = more than was asked
--   score                double   the same, 0..1
--   band                 text     'green' from okr_green_ratio on, 'amber' from okr_amber_ratio on, else 'red': the
--                                 grade if the cycle ended today; 'grey' = unknown
--   is_final             boolean  true when the target date has been reached; without one the target holds every day
--   elapsed_ratio        double   part of the way that should be done by now, 0..1
--   expected_low_score   double   score that the kind of goal expects by now: 1 for committed and mandatory goals, the
--                                 sweet spot from 0.6 for aspirational ones, times elapsed_ratio; NULL without a kind
--   expected_high_score  double   the same for 1 and 0.7; an aspiration that ends above it was too easy
--   verdict              text     'below expectation', 'as expected' or 'above expectation' (aspirational and final
--                                 only); NULL when unknown
--   status_reason        text     NULL, or why the band is grey: 'no value', 'no value since start', 'no value in the
--                                 period', 'no start date', 'no target', 'no range', 'denominator is zero', 'target is
--                                 zero', 'target is negative', 'range has no width', 'not started', 'baseline equals
--                                 target' (it was not held, and no bounds say how bad that is)
-- checks:
--   count(*) filter (where score < 0 or score > 1) = 0
--   count(*) filter (where (band = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where (score is null) <> (score_method is null)) = 0
--   count(*) = (select count(*) from variance.kpi_attainment)
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit;
--             goals where goal_id = $goal_id
-- leaves out: scores of earlier cycles; an uncapped score above 1.2 in several cycles in a row is sandbagging
-- method:   METHODS 2, over the values of variance.kpi_target_curve: the target is the end of the curve. The published
--             bands 0.0 to 0.3, 0.4 to 0.6 and 0.7 to 1.0 leave gaps; here each band begins at its threshold and ends
--             below the next. A range scores 1 inside and less with the distance outside. A target equal to its
--             baseline is to be maintained: 1 when held, otherwise by the distance outside lower and upper where these
--             are given. Until the target date a score is below expectation only when it is no longer green against it
--             (rag_green_ratio), for the newest value is always older than today. Thresholds earn the better word;
--             comparisons are made on nine decimals.
with placed_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        direction,
        baseline_value,
        target_value,
        target_date,
        actual_value,
        attainment_ratio,
        expected_ratio,
        status_reason
    from variance.kpi_target_curve
),

bounds as (
    select kpi_id, business_unit, lower_value, upper_value
    from variance.kpi_attainment
),

kpi_links as (
    select
        child_id as kpi_id,
        goal_id,
        row_number() over (
            partition by child_id
            order by weight_ratio desc, goal_id
        ) as importance
    from base.links
    where child_type = 'kpi'
),

goal_kinds as (
    select goal_id, kind as goal_kind
    from goals
),

rules as (
    select okr_green_ratio, okr_amber_ratio, rag_green_ratio
    from base.rules
),

-- the sweet spot of Google's guide to OKRs
aspiration_rules as (
    select okr_aspirational_low_score, okr_aspirational_high_score
    from base.rules
),

linked_kpis as (
    select
        placed_kpis.kpi_id,
        placed_kpis.business_unit,
        placed_kpis.kpi_name,
        kpi_links.goal_id,
        goal_kinds.goal_kind,
        placed_kpis.direction,
        placed_kpis.actual_value,
        placed_kpis.target_value,
        placed_kpis.actual_value - placed_kpis.baseline_value as numerator_value,
        placed_kpis.target_value - placed_kpis.baseline_value as denominator_value,
        placed_kpis.attainment_ratio,
        coalesce(placed_kpis.status_reason = 'not started', false) as is_to_start,
        case
            when placed_kpis.direction = 'range' then false
            else coalesce(round(placed_kpis.target_value, 9) = round(placed_kpis.baseline_value, 9), false)
        end as is_maintained,
        case
            when placed_kpis.direction = 'up'
                then round(placed_kpis.actual_value, 9) >= round(placed_kpis.target_value, 9)
            else round(placed_kpis.actual_value, 9) <= round(placed_kpis.target_value, 9)
        end as is_met,
        greatest(
            bounds.lower_value - placed_kpis.actual_value,
            placed_kpis.actual_value - bounds.upper_value,
            0.0
        ) as outside_distance,
        case
            when bounds.upper_value > bounds.lower_value then (bounds.upper_value - bounds.lower_value) / 2
        end as tolerance,
        coalesce(placed_kpis.target_date <= $as_of, true) as is_final,
        greatest(least(coalesce(placed_kpis.expected_ratio, 1.0), 1.0), 0.0) as elapsed_ratio,
        placed_kpis.status_reason
    from placed_kpis
    inner join bounds
        on placed_kpis.kpi_id = bounds.kpi_id
        and placed_kpis.business_unit = bounds.business_unit
    left join kpi_links
        on placed_kpis.kpi_id = kpi_links.kpi_id
        and kpi_links.importance = 1
    left join goal_kinds
        on kpi_links.goal_id = goal_kinds.goal_id
),

scored_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        goal_kind,
        case when direction <> 'range' then numerator_value end as numerator_value,
        case when direction <> 'range' then denominator_value end as denominator_value,
        case
            when is_to_start then null
            when is_maintained and is_met then 1.0
            when is_maintained and not is_met and tolerance is not null
                then greatest(1 - outside_distance / nullif(tolerance, 0), 0.0)
            else attainment_ratio
        end as uncapped_score,
        case
            when is_maintained then 'maintained'
            when direction = 'range' then 'range'
            when numerator_value is not null then 'baseline'
            else 'linear'
        end as score_method,
        is_final,
        elapsed_ratio,
        case
            when direction = 'range' or actual_value is null or target_value is null or is_to_start then status_reason
            when is_maintained then 'baseline equals target'
            when round(target_value, 9) = 0 then 'target is zero'
            when target_value < 0 then 'target is negative'
        end as status_reason
    from linked_kpis
),

judged_kpis as (
    select
        scored_kpis.kpi_id,
        scored_kpis.business_unit,
        scored_kpis.kpi_name,
        scored_kpis.goal_id,
        scored_kpis.goal_kind,
        scored_kpis.score_method,
        scored_kpis.numerator_value,
        scored_kpis.denominator_value,
        scored_kpis.uncapped_score,
        case
            when scored_kpis.uncapped_score is not null then least(greatest(scored_kpis.uncapped_score, 0.0), 1.0)
        end as score,
        scored_kpis.is_final,
        scored_kpis.elapsed_ratio,
        scored_kpis.elapsed_ratio * case
            when scored_kpis.goal_kind = 'aspirational' then aspiration_rules.okr_aspirational_low_score
            when scored_kpis.goal_kind in ('committed', 'mandatory') then 1.0
        end as expected_low_score,
        scored_kpis.elapsed_ratio * case
            when scored_kpis.goal_kind = 'aspirational' then aspiration_rules.okr_aspirational_high_score
            when scored_kpis.goal_kind in ('committed', 'mandatory') then 1.0
        end as expected_high_score,
        scored_kpis.status_reason
    from scored_kpis
    cross join aspiration_rules
)

select
    judged_kpis.kpi_id,
    judged_kpis.business_unit,
    judged_kpis.kpi_name,
    coalesce(judged_kpis.goal_id, '(none)') as goal_id,
    judged_kpis.goal_kind,
    case when judged_kpis.score is not null then judged_kpis.score_method end as score_method,
    cast(judged_kpis.numerator_value as double) as numerator_value,
    cast(judged_kpis.denominator_value as double) as denominator_value,
    cast(judged_kpis.uncapped_score as double) as uncapped_score,
    cast(judged_kpis.score as double) as score,
    case
        when judged_kpis.score is null then 'grey'
        when round(judged_kpis.score, 9) >= round(rules.okr_green_ratio, 9) then 'green'
        when round(judged_kpis.score, 9) >= round(rules.okr_amber_ratio, 9) then 'amber'
        else 'red'
    end as band,
    judged_kpis.is_final,
    cast(judged_kpis.elapsed_ratio as double) as elapsed_ratio,
    cast(judged_kpis.expected_low_score as double) as expected_low_score,
    cast(judged_kpis.expected_high_score as double) as expected_high_score,
    case
        when judged_kpis.score is null or judged_kpis.expected_low_score is null then null
        when
            round(judged_kpis.score, 9) < round(
                judged_kpis.expected_low_score * case when judged_kpis.is_final then 1.0 else rules.rag_green_ratio end,
                9
            )
            then 'below expectation'
        when
            judged_kpis.goal_kind = 'aspirational'
            and judged_kpis.is_final
            and round(judged_kpis.score, 9) > round(judged_kpis.expected_high_score, 9)
            then 'above expectation'
        else 'as expected'
    end as verdict,
    case when judged_kpis.score is null then judged_kpis.status_reason end as status_reason
from judged_kpis
cross join rules
order by kpi_id, business_unit
