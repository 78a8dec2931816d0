-- question: When was each goal's plan last changed or reviewed, and is that recent enough for the money it steers?
-- grain:    goal_id
-- columns:
--   goal_id             text           goal
--   goal_name           text           name of the goal
--   owner               text           who answers for it; NULL when not given
--   is_open             boolean        false when the goal is closed on the as-of date (alignment.goal_support)
--   version_count       bigint         versions of the goal up to the as-of date, each day counted once
--   change_count        bigint         those of them that changed a value, the first version not counted
--   last_changed_date   date           day of the newest version that differs from the one before it, or of the
--                                      first; NULL when no version is dated
--   last_reviewed_date  date           day of the last review; NULL when not given or after the as-of date
--   last_touched_date   date           the later of both
--   age_days            bigint         days from then to the as-of date
--   cadence_days        bigint         days between reviews: the goal's own, else the default in the rules
--   is_default_cadence  boolean        true when the goal names none of its own
--   freshness_ratio     double         age_days / cadence_days; up to 1 = within its cadence
--   verdict             text           'fresh' up to 1, 'due' up to stale_after_cadences in the rules, 'stale'
--                                      beyond, 'unknown'
--   currency            text           reporting currency
--   spend_amount        decimal(38,2)  spend of the trailing periods linked to the goal itself, not to goals below
--                                      it; positive = money spent
--   status_reason       text           NULL, or why the verdict is unknown: 'never dated'; 'later review only' (the
--                                      one review given is after the as-of date, and what came before it is lost)
-- checks:
--   count(*) = (select count(*) from goals)
--   count(*) filter (where (verdict = 'unknown') = (status_reason is null)) = 0
-- receipt:  goals where goal_id = $goal_id; history.goals where goal_id = $goal_id and known_to is null
--   spend_amount  spend where is_trailing and goal_id = $goal_id
-- leaves out: changes that a source wrote over between two loads; milestones, KPIs and links of the goal
-- method:   METHODS 17. A version that only repeats the values, or only moves the date of the review, is no change:
--             compared are name, parent, level, perspective, owner, unit, weight, rank, kind, status, dates and
--             cadence. With several versions of one day, the one recorded last counts. A goal whose only review
--             is dated after the as-of date is unknown, unless a change alone makes it fresh. Comparisons are
--             made on nine decimals; bounds belong to the better verdict.
with current_goals as (
    select
        goal_id,
        name as goal_name,
        nullif(owner, '') as owner,
        review_cadence_days,
        last_reviewed_date
    from goals
),

goal_versions as (
    select
        goal_id,
        -- what a source wrote over without a day changed on the day of the load
        coalesce(valid_from, cast(known_from as date)) as valid_from,
        name,
        parent_goal_id,
        level,
        perspective,
        owner,
        business_unit,
        weight,
        priority_rank,
        kind,
        status,
        start_date,
        due_date,
        review_cadence_days
    from history.goals
    where
        (known_to is null or valid_from is null)
        and coalesce(valid_from, cast(known_from as date)) <= $as_of
    qualify row_number() over (
        partition by goal_id, coalesce(valid_from, cast(known_from as date))
        order by known_from desc, recorded_date desc nulls last, file desc, row desc
    ) = 1
),

goal_support as (
    select goal_id, is_open
    from alignment.goal_support
),

direct_spend as (
    select
        goal_spend.goal_id,
        sum(goal_spend.spend_amount) as spend_amount
    from base.spend_by_goal as goal_spend
    inner join base.periods as periods
        on goal_spend.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by goal_spend.goal_id
),

rules as (
    select
        reporting_currency,
        stale_after_cadences,
        cast(default_cadence_days as bigint) as default_cadence_days
    from base.rules
),

-- the first version of a goal is new, later ones are changes when a value differs from the version before
compared_versions as (
    select
        goal_id,
        valid_from,
        row_number() over in_order = 1 as is_first,
        (name is distinct from lag(name) over in_order)
        or (parent_goal_id is distinct from lag(parent_goal_id) over in_order)
        or (level is distinct from lag(level) over in_order)
        or (perspective is distinct from lag(perspective) over in_order)
        or (owner is distinct from lag(owner) over in_order)
        or (business_unit is distinct from lag(business_unit) over in_order)
        or (weight is distinct from lag(weight) over in_order)
        or (priority_rank is distinct from lag(priority_rank) over in_order)
        or (kind is distinct from lag(kind) over in_order)
        or (status is distinct from lag(status) over in_order)
        or (start_date is distinct from lag(start_date) over in_order)
        or (due_date is distinct from lag(due_date) over in_order)
        or (review_cadence_days is distinct from lag(review_cadence_days) over in_order) as is_different
    from goal_versions
    window in_order as (partition by goal_id order by valid_from)
),

goal_changes as (
    select
        goal_id,
        count(*) as version_count,
        count(*) filter (where is_different and not is_first) as change_count,
        max(valid_from) filter (where is_different or is_first) as last_changed_date
    from compared_versions
    group by goal_id
),

dated_goals as (
    select
        current_goals.goal_id,
        current_goals.goal_name,
        current_goals.owner,
        coalesce(goal_changes.version_count, 0) as version_count,
        coalesce(goal_changes.change_count, 0) as change_count,
        goal_changes.last_changed_date,
        case
            when current_goals.last_reviewed_date <= $as_of then current_goals.last_reviewed_date
        end as last_reviewed_date,
        coalesce(current_goals.last_reviewed_date > $as_of, false) as has_later_review,
        coalesce(current_goals.review_cadence_days, rules.default_cadence_days) as cadence_days,
        current_goals.review_cadence_days is null as is_default_cadence
    from current_goals
    left join goal_changes
        on current_goals.goal_id = goal_changes.goal_id
    cross join rules
),

touched_goals as (
    select
        goal_id,
        goal_name,
        owner,
        version_count,
        change_count,
        last_changed_date,
        last_reviewed_date,
        has_later_review,
        cadence_days,
        is_default_cadence,
        case
            when last_changed_date is null then last_reviewed_date
            when last_reviewed_date > last_changed_date then last_reviewed_date
            else last_changed_date
        end as last_touched_date
    from dated_goals
),

aged_goals as (
    select
        goal_id,
        goal_name,
        owner,
        version_count,
        change_count,
        last_changed_date,
        last_reviewed_date,
        has_later_review,
        cadence_days,
        is_default_cadence,
        last_touched_date,
        $as_of - last_touched_date as age_days,
        cast($as_of - last_touched_date as double) / nullif(cadence_days, 0) as freshness_ratio
    from touched_goals
),

judged_goals as (
    select
        aged_goals.goal_id,
        case
            when aged_goals.freshness_ratio is null then 'unknown'
            when round(aged_goals.freshness_ratio, 9) <= 1 then 'fresh'
            when aged_goals.has_later_review then 'unknown'
            when round(aged_goals.freshness_ratio, 9) <= rules.stale_after_cadences then 'due'
            else 'stale'
        end as verdict
    from aged_goals
    cross join rules
)

select
    aged_goals.goal_id,
    aged_goals.goal_name,
    aged_goals.owner,
    goal_support.is_open,
    cast(aged_goals.version_count as bigint) as version_count,
    cast(aged_goals.change_count as bigint) as change_count,
    aged_goals.last_changed_date,
    aged_goals.last_reviewed_date,
    aged_goals.last_touched_date,
    cast(aged_goals.age_days as bigint) as age_days,
    cast(aged_goals.cadence_days as bigint) as cadence_days,
    aged_goals.is_default_cadence,
    aged_goals.freshness_ratio,
    judged_goals.verdict,
    rules.reporting_currency as currency,
    cast(coalesce(direct_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    case
        when judged_goals.verdict <> 'unknown' then null
        when aged_goals.has_later_review then 'later review only'
        else 'never dated'
    end as status_reason
from aged_goals
inner join judged_goals
    on aged_goals.goal_id = judged_goals.goal_id
inner join goal_support
    on aged_goals.goal_id = goal_support.goal_id
left join direct_spend
    on aged_goals.goal_id = direct_spend.goal_id
cross join rules
order by goal_id
