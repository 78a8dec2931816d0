-- question: Which KPIs have a target that cannot steer anything, why, and how much money hangs on them?
-- grain:    kpi_id, rule
-- columns:
--   kpi_id         text           KPI
--   rule           text           what is wrong: 'no target', 'no baseline', 'no target date', 'target equals
--                                 baseline', 'target on the wrong side', 'already met at start', 'due in the past and
--                                 not renewed', 'due after its goal', 'no owner', 'no goal', 'no unit', 'never
--                                 measured', 'looser than the last value when set'
--   kpi_name       text           name of the KPI
--   owner          text           who answers for it; NULL when not given
--   business_unit  text           unit the KPI belongs to; NULL when not given
--   goal_id        text           goal it serves with its largest share; '(none)' without one
--   evidence       text           what the finding rests on, in words and figures
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  money concerned: spend of the trailing periods on that goal and everything below it;
--                                 the same for every KPI of a goal, so never add it up
-- checks:
--   count(*) filter (where evidence is null) = 0
--   count(*) filter (where rule = 'no goal' and goal_id <> '(none)') = 0
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id; kpi_values where kpi_id = $kpi_id;
--             goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and ancestor_goal_id = $goal_id
-- leaves out: standing limits, which have neither a baseline nor a day and are to be held rather than reached, need
--             neither; an owner, unit, goal, baseline or target date that no KPI at all has is a column to be mapped
--             (see scorecard.not_computed); sums in the comparison with earlier values; ranges in all rules about
--             targets but 'no target', which for them means no bound; a target of the KPI itself on the wrong side of
--             its baseline, which the contract refuses
-- method:   METHODS 3 and 18. The target is that of the KPI, else that of its last period target; the day likewise. A
--             target is 'already met at start' when the first value from a known start on, before it is due, meets it,
--             and 'looser than the last value when set' when the last value known by the day it was set was as good or
--             better: the valid_from of the first version of the KPI with this target, or the set_date of a period
--             target, of which the earliest such is told. The latter applies only where there is a day by which to get
--             there. Of several units the worst value counts. A target due on the as-of date is not past.
with kpi_definitions as (
    select
        kpi_id,
        name as kpi_name,
        nullif(owner, '') as owner,
        business_unit,
        nullif(unit, '') as unit,
        nullif(goal_id, '') as named_goal_id,
        direction,
        coalesce(aggregation, 'last') as aggregation,
        baseline,
        target,
        coalesce(lower, upper) as bound,
        start_date,
        target_date
    from kpis
),

kpi_versions as (
    select
        kpi_id,
        target,
        valid_from,
        target is distinct from lag(target) over (partition by kpi_id order by valid_from nulls first) as is_changed,
        row_number() over (partition by kpi_id order by valid_from nulls first) as place
    from history.kpis
    where
        known_to is null
        and (valid_from is null or valid_from <= $as_of)
),

observations as (
    select kpi_id, period_end_date, value
    from kpi_values
),

newest_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        baseline,
        coalesce(lower, upper) as bound,
        set_date,
        row_number() over (
            partition by kpi_id, period_end_date
            order by set_date desc nulls last
        ) as newness
    from kpi_targets
),

links as (
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

named_links as (
    select child_id as kpi_id, count(*) as named_count
    from goal_links
    where child_type = 'kpi'
    group by child_id
),

goal_dues as (
    select goal_id, due_date
    from goals
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

trailing_spend as (
    select
        spend_by_goal.goal_id,
        sum(spend_by_goal.spend_amount) as spend_amount
    from base.spend_by_goal as spend_by_goal
    inner join base.periods as periods
        on spend_by_goal.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_by_goal.goal_id
),

rules as (
    select reporting_currency
    from base.rules
),

lint_rules as (
    select column1 as rule
    from (
        values
            ('no target'),
            ('no baseline'),
            ('no target date'),
            ('target equals baseline'),
            ('target on the wrong side'),
            ('already met at start'),
            ('due in the past and not renewed'),
            ('due after its goal'),
            ('no owner'),
            ('no goal'),
            ('no unit'),
            ('never measured'),
            ('looser than the last value when set')
    ) as named
),

spend_under as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(trailing_spend.spend_amount) as spend_amount
    from closure
    inner join trailing_spend
        on closure.goal_id = trailing_spend.goal_id
    group by closure.ancestor_goal_id
),

-- since when the target of a KPI has been what it is
target_dates as (
    select kpi_id, max(valid_from) as set_date
    from kpi_versions
    where is_changed or place = 1
    group by kpi_id
),

period_targets as (
    select
        kpi_id,
        period_end_date,
        target,
        baseline,
        bound,
        set_date,
        row_number() over (
            partition by kpi_id
            order by target is null, period_end_date desc
        ) as lastness
    from newest_targets
    where newness = 1
),

period_summaries as (
    select
        kpi_id,
        max(period_end_date) as last_period_date,
        max(case when lastness = 1 then target end) as last_target,
        max(baseline) as period_baseline,
        max(bound) as period_bound
    from period_targets
    group by kpi_id
),

-- 1 is the first period from the start on; values before the start are only counted
ranked_values as (
    select
        kpi_definitions.kpi_id,
        kpi_definitions.direction,
        observations.period_end_date,
        observations.value,
        coalesce(observations.period_end_date >= kpi_definitions.start_date, true) as is_since_start,
        rank() over (
            partition by
                kpi_definitions.kpi_id,
                coalesce(observations.period_end_date >= kpi_definitions.start_date, true)
            order by observations.period_end_date
        ) as place
    from kpi_definitions
    inner join observations
        on kpi_definitions.kpi_id = observations.kpi_id
),

first_values as (
    select
        kpi_id,
        count(*) as value_count,
        min(case when is_since_start then period_end_date end) as first_date,
        case
            when max(direction) = 'down' then max(case when is_since_start and place = 1 then value end)
            else min(case when is_since_start and place = 1 then value end)
        end as first_value
    from ranked_values
    group by kpi_id
),

-- every target to be reached by a day, with the day it was set
set_targets as (
    select
        kpi_definitions.kpi_id,
        kpi_definitions.direction,
        kpi_definitions.target,
        kpi_definitions.target_date as due_date,
        coalesce(target_dates.set_date, kpi_definitions.start_date) as set_date
    from kpi_definitions
    left join target_dates
        on kpi_definitions.kpi_id = target_dates.kpi_id
    where
        kpi_definitions.direction <> 'range'
        and kpi_definitions.aggregation <> 'sum'
        and kpi_definitions.target_date is not null
    union all
    select
        period_targets.kpi_id,
        kpi_definitions.direction,
        period_targets.target,
        period_targets.period_end_date as due_date,
        period_targets.set_date
    from period_targets
    inner join kpi_definitions
        on period_targets.kpi_id = kpi_definitions.kpi_id
    where
        kpi_definitions.direction <> 'range'
        and kpi_definitions.aggregation <> 'sum'
),

known_values as (
    select
        set_targets.kpi_id,
        set_targets.direction,
        set_targets.target,
        set_targets.due_date,
        set_targets.set_date,
        observations.period_end_date as known_date,
        observations.value,
        rank() over (
            partition by set_targets.kpi_id, set_targets.due_date, set_targets.set_date, set_targets.target
            order by observations.period_end_date desc
        ) as newness
    from set_targets
    inner join observations
        on set_targets.kpi_id = observations.kpi_id
        and observations.period_end_date <= set_targets.set_date
    where set_targets.target is not null
),

last_known_values as (
    select
        kpi_id,
        direction,
        target,
        due_date,
        set_date,
        known_date,
        case when direction = 'down' then max(value) else min(value) end as known_value
    from known_values
    where newness = 1
    group by kpi_id, direction, target, due_date, set_date, known_date
),

loose_targets as (
    select
        kpi_id,
        target,
        due_date,
        set_date,
        known_date,
        known_value,
        row_number() over (partition by kpi_id order by due_date, set_date, target) as place
    from last_known_values
    where
        (direction = 'up' and round(known_value, 9) >= round(target, 9))
        or (direction = 'down' and round(known_value, 9) <= round(target, 9))
),

-- the contract refuses this in kpis itself
wrong_sides as (
    select
        period_targets.kpi_id,
        period_targets.period_end_date,
        period_targets.target,
        coalesce(period_targets.baseline, kpi_definitions.baseline) as baseline,
        row_number() over (partition by period_targets.kpi_id order by period_targets.period_end_date) as place
    from period_targets
    inner join kpi_definitions
        on period_targets.kpi_id = kpi_definitions.kpi_id
    where
        kpi_definitions.aggregation <> 'sum'
        and (
            (
                kpi_definitions.direction = 'up'
                and round(period_targets.target, 9)
                < round(coalesce(period_targets.baseline, kpi_definitions.baseline), 9)
            )
            or (
                kpi_definitions.direction = 'down'
                and round(period_targets.target, 9)
                > round(coalesce(period_targets.baseline, kpi_definitions.baseline), 9)
            )
        )
),

described_kpis as (
    select
        kpi_definitions.kpi_id,
        kpi_definitions.kpi_name,
        kpi_definitions.owner,
        kpi_definitions.business_unit,
        kpi_definitions.unit,
        kpi_definitions.direction,
        kpi_definitions.aggregation,
        coalesce(kpi_definitions.baseline, period_summaries.period_baseline) as baseline,
        coalesce(kpi_definitions.target, period_summaries.last_target) as target,
        coalesce(kpi_definitions.bound, period_summaries.period_bound) as bound,
        kpi_definitions.start_date,
        greatest(kpi_definitions.target_date, period_summaries.last_period_date) as due_date,
        links.goal_id,
        kpi_definitions.named_goal_id,
        named_links.named_count,
        goal_dues.due_date as goal_due_date
    from kpi_definitions
    left join period_summaries
        on kpi_definitions.kpi_id = period_summaries.kpi_id
    left join links
        on kpi_definitions.kpi_id = links.kpi_id
        and links.importance = 1
    left join named_links
        on kpi_definitions.kpi_id = named_links.kpi_id
    left join goal_dues
        on links.goal_id = goal_dues.goal_id
),

-- what no KPI has is missing from the source, not from the KPI
compared_kpis as (
    select
        kpi_id,
        kpi_name,
        owner,
        business_unit,
        unit,
        direction,
        aggregation,
        baseline,
        target,
        bound,
        start_date,
        due_date,
        goal_id,
        named_goal_id,
        named_count,
        goal_due_date,
        count(owner) over () > 0 as has_owners,
        count(unit) over () > 0 as has_units,
        count(goal_id) over () > 0 as has_goals,
        count(baseline) over () > 0 as has_baselines,
        count(due_date) over () > 0 as has_target_dates
    from described_kpis
),

checked_rules as (
    select
        compared_kpis.kpi_id,
        lint_rules.rule,
        compared_kpis.kpi_name,
        compared_kpis.owner,
        compared_kpis.business_unit,
        coalesce(compared_kpis.goal_id, '(none)') as goal_id,
        case lint_rules.rule
            when 'no target'
                then case
                    when compared_kpis.direction = 'range' and compared_kpis.bound is null
                        then 'neither a lower nor an upper bound'
                    when compared_kpis.direction <> 'range' and compared_kpis.target is null
                        then 'no target in kpis and none in kpi_targets'
                end
            when 'no baseline'
                then case
                    when
                        compared_kpis.has_baselines
                        and compared_kpis.direction <> 'range'
                        and compared_kpis.aggregation <> 'sum'
                        and compared_kpis.baseline is null
                        then 'target ' || cast(compared_kpis.target as text)
                            || ' due ' || cast(compared_kpis.due_date as text) || ', but no value to start from'
                end
            when 'no target date'
                then case
                    when
                        compared_kpis.has_target_dates
                        and compared_kpis.direction <> 'range'
                        and compared_kpis.due_date is null
                        and (compared_kpis.baseline is not null or compared_kpis.start_date is not null)
                        then 'target ' || cast(compared_kpis.target as text) || ' to be reached'
                            || coalesce(' from ' || cast(compared_kpis.baseline as text), '')
                            || ', but no day by which'
                end
            when 'target equals baseline'
                then case
                    when
                        compared_kpis.direction <> 'range'
                        and round(compared_kpis.target, 9) = round(compared_kpis.baseline, 9)
                        then 'target ' || cast(compared_kpis.target as text)
                            || ', baseline ' || cast(compared_kpis.baseline as text)
                end
            when 'target on the wrong side'
                then 'target ' || cast(wrong_sides.target as text)
                    || ' for ' || cast(wrong_sides.period_end_date as text)
                    || ', baseline ' || cast(wrong_sides.baseline as text)
            when 'already met at start'
                then case
                    when
                        compared_kpis.start_date is null
                        or compared_kpis.due_date is null
                        or first_values.first_date >= compared_kpis.due_date
                        then null
                    when
                        (
                            compared_kpis.direction = 'up'
                            and round(first_values.first_value, 9) >= round(compared_kpis.target, 9)
                        )
                        or (
                            compared_kpis.direction = 'down'
                            and compared_kpis.aggregation <> 'sum'
                            and round(first_values.first_value, 9) <= round(compared_kpis.target, 9)
                        )
                        then 'first value ' || cast(first_values.first_value as text)
                            || ' on ' || cast(first_values.first_date as text)
                            || ', target ' || cast(compared_kpis.target as text)
                end
            when 'due in the past and not renewed'
                then case
                    when compared_kpis.due_date < $as_of
                        then 'due ' || cast(compared_kpis.due_date as text) || ', '
                            || cast($as_of - compared_kpis.due_date as text) || ' days ago'
                end
            when 'due after its goal'
                then case
                    when compared_kpis.due_date > compared_kpis.goal_due_date
                        then 'due ' || cast(compared_kpis.due_date as text)
                            || ', the goal ' || cast(compared_kpis.goal_due_date as text)
                end
            when 'no owner'
                then case when compared_kpis.has_owners and compared_kpis.owner is null then 'owner is empty' end
            when 'no goal'
                then case
                    when not compared_kpis.has_goals or compared_kpis.goal_id is not null then null
                    when compared_kpis.named_goal_id is not null
                        then 'goal ' || compared_kpis.named_goal_id || ' does not exist'
                    when compared_kpis.named_count > 0 then 'no goal that it is linked to exists'
                    else 'no goal given'
                end
            when 'no unit'
                then case when compared_kpis.has_units and compared_kpis.unit is null then 'unit is empty' end
            when 'never measured'
                then case
                    when
                        first_values.kpi_id is null
                        and coalesce(compared_kpis.start_date <= $as_of, true)
                        then 'no value at all'
                            || coalesce(', though it started on ' || cast(compared_kpis.start_date as text), '')
                end
            when 'looser than the last value when set'
                then 'target ' || cast(loose_targets.target as text)
                    || ' due ' || cast(loose_targets.due_date as text)
                    || ' was set on ' || cast(loose_targets.set_date as text)
                    || ', when the last value, of ' || cast(loose_targets.known_date as text)
                    || ', was ' || cast(loose_targets.known_value as text)
        end as evidence
    from compared_kpis
    cross join lint_rules
    left join first_values
        on compared_kpis.kpi_id = first_values.kpi_id
    left join wrong_sides
        on compared_kpis.kpi_id = wrong_sides.kpi_id
        and wrong_sides.place = 1
    left join loose_targets
        on compared_kpis.kpi_id = loose_targets.kpi_id
        and loose_targets.place = 1
)

select
    checked_rules.kpi_id,
    checked_rules.rule,
    checked_rules.kpi_name,
    checked_rules.owner,
    checked_rules.business_unit,
    checked_rules.goal_id,
    checked_rules.evidence,
    rules.reporting_currency as currency,
    cast(coalesce(spend_under.spend_amount, 0) as decimal(38, 2)) as spend_amount
from checked_rules
left join spend_under
    on checked_rules.goal_id = spend_under.goal_id
cross join rules
where checked_rules.evidence is not null
order by kpi_id, rule
