-- question: Which goals, KPIs, initiatives, assumptions and capabilities has nobody looked at in time, and what
--           money do they steer?
-- grain:    subject_type, subject_id
-- columns:
--   subject_type        text           'goal' (its plan), 'kpi' (its values), 'initiative' (its reports),
--                                      'assumption' (its review) or 'capability' (its assessment)
--   subject_id          text           goal_id, kpi_id, initiative_id, assumption_id or capability_id
--   subject_name        text           name of it, or the statement of the assumption
--   owner               text           who answers for it; NULL when not given
--   business_unit       text           unit it belongs to; of a KPI that several units report, the one whose newest
--                                      value is oldest; NULL when not given
--   last_observed_date  date           day of the newest review or change, value, report, version or assessment;
--                                      NULL when there was none
--   age_days            bigint         days from then to the as-of date
--   cadence_days        bigint         days between observations; NULL when not known
--   cadence_basis       text           'declared', 'observed' (the median step of its values), 'default' (in the
--                                      rules) or 'unknown'
--   freshness_ratio     double         age_days / cadence_days; up to 1 = within its cadence; of an assumption past
--                                      its review, 1 and the days since that review over the default cadence
--   verdict             text           'fresh' up to 1, 'due' up to stale_after_cadences in the rules, 'stale'
--                                      beyond, 'never observed', 'unknown'
--   currency            text           reporting currency
--   spend_amount        decimal(38,2)  spend of the trailing periods that it steers: of the initiative, or of the
--                                      goals it concerns and all goals below them, each entry once; for an
--                                      assumption see warning.assumption_status; positive = money spent
--   status_reason       text           NULL, or why it was never observed or is unknown: 'never dated', 'later
--                                      review only' (alignment.plan_staleness), 'no value', 'no report', 'no review
--                                      date', 'never assessed'
-- checks:
--   count(*) filter (where (verdict in ('never observed', 'unknown')) = (status_reason is null)) = 0
--   count(*) filter (where verdict in ('fresh', 'due', 'stale') and freshness_ratio is null) = 0
--   count(*) filter (where subject_type = 'goal') = (select count(*) from alignment.plan_staleness where is_open)
-- receipt:  goals where $subject_type = 'goal' and goal_id = $subject_id;
--             kpi_values where $subject_type = 'kpi' and kpi_id = $subject_id;
--             status_reports where $subject_type = 'initiative' and initiative_id = $subject_id;
--             assumptions where $subject_type = 'assumption' and assumption_id = $subject_id;
--             capabilities where $subject_type = 'capability' and capability_id = $subject_id
--   spend_amount  spend where is_trailing and (
--                 ($subject_type = 'initiative' and initiative_id = $subject_id)
--                 or ($subject_type = 'assumption' and initiative_id in
--                 (select a.initiative_id from assumptions as a where a.assumption_id = $subject_id))
--                 or ($subject_type = 'goal' and goal_id in
--                 (select c.goal_id from base.goal_closure as c where c.ancestor_goal_id = $subject_id))
--                 or ($subject_type = 'kpi' and goal_id in
--                 (select c.goal_id from base.goal_closure as c inner join base.links as l
--                 on c.ancestor_goal_id = l.goal_id where l.child_type = 'kpi' and l.child_id = $subject_id))
--                 or ($subject_type = 'assumption' and goal_id in
--                 (select c.goal_id from base.goal_closure as c inner join assumptions as a
--                 on c.ancestor_goal_id = a.goal_id where a.assumption_id = $subject_id))
--                 or ($subject_type = 'capability' and goal_id in
--                 (select c.goal_id from base.goal_closure as c inner join capabilities as p
--                 on c.ancestor_goal_id = p.goal_id where p.capability_id = $subject_id)))
-- leaves out: closed goals, and KPIs and capabilities of closed goals only; initiatives that are not active; KPIs
--             that have not begun, or were measured on their target date or later; what is new for less than a
--             cadence and never observed; reports and assessments where the project keeps none at all (see
--             scorecard.not_computed); milestones; how old the files are (see base.loads). Amounts of several rows
--             must not be added: for shares of the money see alignment.stale_money
-- method:   METHODS 17. The cadence of a goal is its review cadence; of a KPI its own, else the median step between
--             its values; of an assumption the days from its version to its next review, and once that is missed the
--             default cadence. Bounds belong to the better verdict; comparisons are made on nine decimals.
with plans as (
    select
        goal_id,
        goal_name,
        owner,
        is_open,
        last_touched_date,
        cadence_days,
        is_default_cadence,
        verdict,
        status_reason
    from alignment.plan_staleness
),

goal_units as (
    select goal_id, nullif(business_unit, '') as business_unit
    from goals
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
),

kpi_links as (
    select child_id as kpi_id, goal_id
    from base.links
    where child_type = 'kpi'
),

kpi_definitions as (
    select
        kpi_id,
        name as kpi_name,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        cadence_days,
        start_date,
        target_date
    from kpis
),

kpi_series as (
    select
        kpi_id,
        business_unit,
        max(period_end_date) as last_observed_date,
        max(cadence_days) as cadence_days
    from base.kpi_series
    group by kpi_id, business_unit
),

active_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        start_date
    from initiatives
    where coalesce(stage, 'active') = 'active'
),

last_reports as (
    select initiative_id, max(reported_date) as last_observed_date
    from status_reports
    group by initiative_id
),

known_assumptions as (
    select assumption_id, statement, review_date, valid_from
    from assumptions
),

assumption_spend as (
    select assumption_id, spend_amount
    from warning.assumption_status
),

known_capabilities as (
    select
        capability_id,
        name as capability_name,
        nullif(business_unit, '') as business_unit,
        nullif(goal_id, '') as goal_id,
        case when assessed_date <= $as_of then assessed_date end as assessed_date
    from capabilities
),

trailing_links as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.initiative_id, spend_links.goal_id
),

rules as (
    select
        reporting_currency,
        stale_after_cadences,
        cast(default_cadence_days as bigint) as default_cadence_days,
        cast(status_cadence_days as bigint) as status_cadence_days,
        cast(assessment_cadence_days as bigint) as assessment_cadence_days
    from base.rules
),

initiative_spend as (
    select initiative_id, sum(spend_amount) as spend_amount
    from trailing_links
    group by initiative_id
),

goal_spend as (
    select goal_id, sum(spend_amount) as spend_amount
    from trailing_links
    group by goal_id
),

-- KPIs and capabilities with all the goals that they concern, and whether one of these is open
concerned_goals as (
    select distinct 'kpi' as subject_type, kpi_links.kpi_id as subject_id, closure.goal_id
    from kpi_links
    inner join closure
        on kpi_links.goal_id = closure.ancestor_goal_id
    union all
    select distinct 'capability' as subject_type, known_capabilities.capability_id as subject_id, closure.goal_id
    from known_capabilities
    inner join closure
        on known_capabilities.goal_id = closure.ancestor_goal_id
    union all
    select distinct 'goal' as subject_type, ancestor_goal_id as subject_id, goal_id
    from closure
),

concerned_spend as (
    select concerned_goals.subject_type, concerned_goals.subject_id, sum(goal_spend.spend_amount) as spend_amount
    from concerned_goals
    inner join goal_spend
        on concerned_goals.goal_id = goal_spend.goal_id
    group by concerned_goals.subject_type, concerned_goals.subject_id
    union all
    select 'initiative' as subject_type, initiative_id as subject_id, spend_amount
    from initiative_spend
    union all
    select 'assumption' as subject_type, assumption_id as subject_id, spend_amount
    from assumption_spend
),

open_subjects as (
    select named_goals.subject_type, named_goals.subject_id, bool_or(plans.is_open) as is_open
    from (
        select 'kpi' as subject_type, kpi_id as subject_id, goal_id
        from kpi_links
        union all
        select 'capability' as subject_type, capability_id as subject_id, goal_id
        from known_capabilities
    ) as named_goals
    inner join plans
        on named_goals.goal_id = plans.goal_id
    group by named_goals.subject_type, named_goals.subject_id
),

-- of several units that report, the one whose newest value is oldest
ranked_series as (
    select
        kpi_id,
        business_unit,
        last_observed_date,
        cadence_days,
        count(*) over (partition by kpi_id) as unit_count,
        row_number() over (partition by kpi_id order by last_observed_date, business_unit) as oldness
    from kpi_series
),

kpi_subjects as (
    select
        'kpi' as subject_type,
        kpi_definitions.kpi_id as subject_id,
        kpi_definitions.kpi_name as subject_name,
        kpi_definitions.owner,
        case
            when ranked_series.unit_count > 1 then ranked_series.business_unit
            else coalesce(kpi_definitions.business_unit, nullif(ranked_series.business_unit, '(all)'))
        end as business_unit,
        ranked_series.last_observed_date,
        kpi_definitions.start_date as begun_date,
        coalesce(kpi_definitions.cadence_days, ranked_series.cadence_days, rules.default_cadence_days) as cadence_days,
        case
            when kpi_definitions.cadence_days is not null then 'declared'
            when ranked_series.cadence_days is not null then 'observed'
            else 'default'
        end as cadence_basis,
        'no value' as missing_reason
    from kpi_definitions
    left join ranked_series
        on kpi_definitions.kpi_id = ranked_series.kpi_id
        and ranked_series.oldness = 1
    cross join rules
    where
        coalesce(kpi_definitions.start_date <= $as_of, true)
        and not coalesce(ranked_series.last_observed_date >= kpi_definitions.target_date, false)
),

goal_subjects as (
    select
        'goal' as subject_type,
        plans.goal_id as subject_id,
        plans.goal_name as subject_name,
        plans.owner,
        goal_units.business_unit,
        plans.last_touched_date as last_observed_date,
        cast(null as date) as begun_date,
        plans.cadence_days,
        case when plans.is_default_cadence then 'default' else 'declared' end as cadence_basis,
        plans.status_reason as missing_reason
    from plans
    inner join goal_units
        on plans.goal_id = goal_units.goal_id
    where plans.is_open
),

initiative_subjects as (
    select
        'initiative' as subject_type,
        active_initiatives.initiative_id as subject_id,
        active_initiatives.initiative_name as subject_name,
        active_initiatives.owner,
        active_initiatives.business_unit,
        last_reports.last_observed_date,
        active_initiatives.start_date as begun_date,
        rules.status_cadence_days as cadence_days,
        'default' as cadence_basis,
        'no report' as missing_reason
    from active_initiatives
    left join last_reports
        on active_initiatives.initiative_id = last_reports.initiative_id
    cross join rules
    where
        coalesce(active_initiatives.start_date <= $as_of, true)
        and (select count(*) from last_reports) > 0
),

assumption_subjects as (
    select
        'assumption' as subject_type,
        assumption_id as subject_id,
        statement as subject_name,
        cast(null as text) as owner,
        cast(null as text) as business_unit,
        valid_from as last_observed_date,
        cast(null as date) as begun_date,
        case when review_date > valid_from then review_date - valid_from end as cadence_days,
        case when review_date > valid_from then 'declared' else 'unknown' end as cadence_basis,
        case when valid_from is null then 'never dated' else 'no review date' end as missing_reason
    from known_assumptions
),

capability_subjects as (
    select
        'capability' as subject_type,
        known_capabilities.capability_id as subject_id,
        known_capabilities.capability_name as subject_name,
        cast(null as text) as owner,
        known_capabilities.business_unit,
        known_capabilities.assessed_date as last_observed_date,
        cast(null as date) as begun_date,
        rules.assessment_cadence_days as cadence_days,
        'default' as cadence_basis,
        'never assessed' as missing_reason
    from known_capabilities
    cross join rules
    where (select count(assessed_date) from known_capabilities) > 0
),

subjects as (
    select
        subject_type, subject_id, subject_name, owner, business_unit, last_observed_date, begun_date, cadence_days,
        cadence_basis, missing_reason
    from goal_subjects
    union all
    select
        subject_type, subject_id, subject_name, owner, business_unit, last_observed_date, begun_date, cadence_days,
        cadence_basis, missing_reason
    from kpi_subjects
    union all
    select
        subject_type, subject_id, subject_name, owner, business_unit, last_observed_date, begun_date, cadence_days,
        cadence_basis, missing_reason
    from initiative_subjects
    union all
    select
        subject_type, subject_id, subject_name, owner, business_unit, last_observed_date, begun_date, cadence_days,
        cadence_basis, missing_reason
    from assumption_subjects
    union all
    select
        subject_type, subject_id, subject_name, owner, business_unit, last_observed_date, begun_date, cadence_days,
        cadence_basis, missing_reason
    from capability_subjects
),

aged_subjects as (
    select
        subjects.subject_type,
        subjects.subject_id,
        subjects.subject_name,
        subjects.owner,
        subjects.business_unit,
        subjects.last_observed_date,
        $as_of - subjects.last_observed_date as age_days,
        subjects.cadence_days,
        subjects.cadence_basis,
        case
            when subjects.subject_type = 'assumption' and $as_of - subjects.last_observed_date > subjects.cadence_days
                then 1 + cast($as_of - subjects.last_observed_date - subjects.cadence_days as double)
                / nullif(rules.default_cadence_days, 0)
            else cast($as_of - subjects.last_observed_date as double) / nullif(subjects.cadence_days, 0)
        end as freshness_ratio,
        subjects.missing_reason
    from subjects
    cross join rules
    left join open_subjects
        on subjects.subject_type = open_subjects.subject_type
        and subjects.subject_id = open_subjects.subject_id
    where
        coalesce(open_subjects.is_open, true)
        and (
            subjects.last_observed_date is not null
            or subjects.begun_date is null
            or $as_of - subjects.begun_date > subjects.cadence_days
        )
),

judged_subjects as (
    select
        aged_subjects.subject_type,
        aged_subjects.subject_id,
        aged_subjects.subject_name,
        aged_subjects.owner,
        aged_subjects.business_unit,
        aged_subjects.last_observed_date,
        aged_subjects.age_days,
        aged_subjects.cadence_days,
        aged_subjects.cadence_basis,
        aged_subjects.freshness_ratio,
        aged_subjects.missing_reason,
        case
            when aged_subjects.subject_type = 'goal' and plans.verdict <> 'unknown' then plans.verdict
            when aged_subjects.missing_reason = 'later review only' then 'unknown'
            when aged_subjects.last_observed_date is null then 'never observed'
            when aged_subjects.freshness_ratio is null then 'unknown'
            when round(aged_subjects.freshness_ratio, 9) <= 1 then 'fresh'
            when round(aged_subjects.freshness_ratio, 9) <= rules.stale_after_cadences then 'due'
            else 'stale'
        end as verdict
    from aged_subjects
    left join plans
        on aged_subjects.subject_type = 'goal'
        and aged_subjects.subject_id = plans.goal_id
    cross join rules
)

select
    judged_subjects.subject_type,
    judged_subjects.subject_id,
    judged_subjects.subject_name,
    judged_subjects.owner,
    judged_subjects.business_unit,
    judged_subjects.last_observed_date,
    cast(judged_subjects.age_days as bigint) as age_days,
    cast(judged_subjects.cadence_days as bigint) as cadence_days,
    judged_subjects.cadence_basis,
    judged_subjects.freshness_ratio,
    judged_subjects.verdict,
    rules.reporting_currency as currency,
    cast(coalesce(concerned_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    case
        when judged_subjects.verdict in ('never observed', 'unknown') then judged_subjects.missing_reason
    end as status_reason
from judged_subjects
left join concerned_spend
    on judged_subjects.subject_type = concerned_spend.subject_type
    and judged_subjects.subject_id = concerned_spend.subject_id
cross join rules
order by subject_type, subject_id
