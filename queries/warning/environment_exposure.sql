-- question: What does each signal from outside bear on, how much money is that, and has anyone answered it?
-- grain:    signal_id
-- columns:
--   signal_id                 text           signal
--   category                  text           'competitor', 'regulatory', 'market', 'technology', 'social' or
--                                            'funding'; NULL when not given
--   signal_name               text           name of the signal
--   source                    text           who observed it; NULL when not given
--   observed_date             date           day of observation; NULL when not given
--   expires_date              date           day after which it no longer counts; NULL = open
--   is_active                 boolean        true until that day has passed
--   age_days                  bigint         days from its observation to the as-of date; NULL without a day
--   severity                  bigint         1 = slight .. 5 = severe; NULL when not given
--   likelihood                double         probability, 0..1; NULL when not given
--   exposure_score            double         severity * likelihood, 0..5; NULL without both
--   goal_id                   text           goal it bears on; NULL when not given
--   assumption_id             text           assumption it bears on; NULL when not given
--   assumption_goal_id        text           goal that rests on the assumption; NULL when not given
--   assumption_initiative_id  text           initiative that rests on the assumption; NULL when not given
--   assumption_status         text           'breached', 'near', 'holds' or 'unmeasured'
--                                            (warning.assumption_status); NULL without a known assumption
--   goal_count                bigint         goals it reaches: these goals and all below them
--   initiative_count          bigint         initiatives it reaches: those linked to these goals, and the
--                                            assumption's own
--   currency                  text           reporting currency
--   spend_amount              decimal(38,2)  spend of the trailing periods on what it reaches, each entry once;
--                                            positive = money spent; NULL when it reaches nothing known
--   acted_date                date           last day from its observation on of a decision about the goals, the
--                                            initiative or the assumption, of a change of the goals or of a new
--                                            version of the assumption; NULL when there was none
--   reviewed_date             date           last review of the goals from its observation on; NULL when there was
--                                            none
--   verdict                   text           'expired', 'acted on', 'reviewed' (and nothing changed), 'open', or
--                                            'unknown' when it reaches nothing known or has no day
--   status_reason             text           NULL, or why the verdict is unknown: 'not linked', 'unknown goal or
--                                            assumption' (or an assumption that names neither), 'not dated'
-- checks:
--   count(*) = (select count(*) from environment_signals)
--   count(*) filter (where (verdict = 'unknown') = (status_reason is null)) = 0
--   count(*) filter (where acted_date < observed_date or reviewed_date < observed_date) = 0
--   count(*) filter (where is_active = (verdict = 'expired')) = 0
-- receipt:  environment_signals where signal_id = $signal_id; assumptions where assumption_id = $assumption_id;
--             decisions where subject_id in ($goal_id, $assumption_goal_id, $assumption_initiative_id, $assumption_id)
--   spend_amount  spend where is_trailing and (initiative_id = $assumption_initiative_id or goal_id in
--                 (select c.goal_id from base.goal_closure as c
--                 where c.ancestor_goal_id = $goal_id or c.ancestor_goal_id = $assumption_goal_id))
-- leaves out: signals that nobody wrote down; decisions about goals above or below; reviews that a later review wrote
--             over before it was loaded; commitments; one entry may stand under several signals, so amounts must not
--             be added
-- method:   A signal that bears on an assumption bears on what rests on it. An expired signal keeps its money, and
--             needs no answer. A review alone is an answer, but changes nothing. What happened on the day of the
--             observation counts as an answer.
with signals as (
    select
        signal_id,
        category,
        name as signal_name,
        source,
        observed_date,
        expires_date,
        severity,
        likelihood,
        nullif(goal_id, '') as goal_id,
        nullif(assumption_id, '') as assumption_id,
        coalesce(expires_date >= $as_of, true) as is_active
    from environment_signals
),

known_assumptions as (
    select assumption_id, goal_id, initiative_id, status
    from warning.assumption_status
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
),

known_initiatives as (
    select initiative_id
    from initiatives
),

initiative_links as (
    select child_id as initiative_id, goal_id
    from base.links
    where child_type = 'initiative'
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

goal_changes as (
    select goal_id, last_changed_date
    from alignment.plan_staleness
),

goal_reviews as (
    select distinct goal_id, last_reviewed_date
    from history.goals
    where last_reviewed_date <= $as_of and (valid_from is null or valid_from <= $as_of)
),

assumption_versions as (
    select distinct assumption_id, valid_from
    from history.assumptions
    where valid_from <= $as_of
),

known_decisions as (
    select subject_type, subject_id, decided_date
    from decisions
    where decided_date <= $as_of
),

rules as (
    select reporting_currency
    from base.rules
),

linked_signals as (
    select
        signals.signal_id,
        signals.observed_date,
        signals.goal_id,
        signals.assumption_id,
        known_assumptions.goal_id as assumption_goal_id,
        known_assumptions.initiative_id as assumption_initiative_id,
        known_assumptions.status as assumption_status
    from signals
    left join known_assumptions
        on signals.assumption_id = known_assumptions.assumption_id
),

-- what a signal names, one line for each thing
named_subjects as (
    select signal_id, observed_date, 'goal' as subject_type, goal_id as subject_id
    from linked_signals
    where goal_id is not null
    union
    select signal_id, observed_date, 'goal' as subject_type, assumption_goal_id as subject_id
    from linked_signals
    where assumption_goal_id is not null
    union
    select signal_id, observed_date, 'initiative' as subject_type, assumption_initiative_id as subject_id
    from linked_signals
    where assumption_initiative_id is not null
    union
    select signal_id, observed_date, 'assumption' as subject_type, assumption_id as subject_id
    from linked_signals
    where assumption_status is not null
),

reached_goals as (
    select distinct named_subjects.signal_id, closure.goal_id
    from named_subjects
    inner join closure
        on named_subjects.subject_id = closure.ancestor_goal_id
    where named_subjects.subject_type = 'goal'
),

reached_initiatives as (
    select reached_goals.signal_id, initiative_links.initiative_id
    from reached_goals
    inner join initiative_links
        on reached_goals.goal_id = initiative_links.goal_id
    union
    select named_subjects.signal_id, known_initiatives.initiative_id
    from named_subjects
    inner join known_initiatives
        on named_subjects.subject_id = known_initiatives.initiative_id
    where named_subjects.subject_type = 'initiative'
),

reached_links as (
    select reached_goals.signal_id, trailing_links.initiative_id, trailing_links.goal_id, trailing_links.spend_amount
    from reached_goals
    inner join trailing_links
        on reached_goals.goal_id = trailing_links.goal_id
    union
    select named_subjects.signal_id, trailing_links.initiative_id, trailing_links.goal_id, trailing_links.spend_amount
    from named_subjects
    inner join trailing_links
        on named_subjects.subject_id = trailing_links.initiative_id
    where named_subjects.subject_type = 'initiative'
),

reached_spend as (
    select signal_id, sum(spend_amount) as spend_amount
    from reached_links
    group by signal_id
),

goal_counts as (
    select signal_id, count(*) as goal_count
    from reached_goals
    group by signal_id
),

initiative_counts as (
    select signal_id, count(*) as initiative_count
    from reached_initiatives
    group by signal_id
),

answers as (
    select 'goal' as subject_type, goal_id as subject_id, last_changed_date as answered_date, true as is_action
    from goal_changes
    where last_changed_date is not null
    union all
    select 'goal' as subject_type, goal_id as subject_id, last_reviewed_date as answered_date, false as is_action
    from goal_reviews
    union all
    select 'assumption' as subject_type, assumption_id as subject_id, valid_from as answered_date, true as is_action
    from assumption_versions
    union all
    select subject_type, subject_id, decided_date as answered_date, true as is_action
    from known_decisions
),

answered_signals as (
    select
        named_subjects.signal_id,
        max(answers.answered_date) filter (where answers.is_action) as acted_date,
        max(answers.answered_date) filter (where not answers.is_action) as reviewed_date
    from named_subjects
    inner join answers
        on named_subjects.subject_type = answers.subject_type
        and named_subjects.subject_id = answers.subject_id
    where answers.answered_date >= named_subjects.observed_date
    group by named_subjects.signal_id
),

judged_signals as (
    select
        signals.signal_id,
        coalesce(goal_counts.goal_count, 0) as goal_count,
        coalesce(initiative_counts.initiative_count, 0) as initiative_count,
        answered_signals.acted_date,
        answered_signals.reviewed_date,
        case
            when not signals.is_active then null
            when signals.goal_id is null and signals.assumption_id is null then 'not linked'
            when goal_counts.goal_count is null and initiative_counts.initiative_count is null
                then 'unknown goal or assumption'
            when signals.observed_date is null then 'not dated'
        end as status_reason
    from signals
    left join goal_counts
        on signals.signal_id = goal_counts.signal_id
    left join initiative_counts
        on signals.signal_id = initiative_counts.signal_id
    left join answered_signals
        on signals.signal_id = answered_signals.signal_id
)

select
    signals.signal_id,
    signals.category,
    signals.signal_name,
    signals.source,
    signals.observed_date,
    signals.expires_date,
    signals.is_active,
    cast($as_of - signals.observed_date as bigint) as age_days,
    cast(signals.severity as bigint) as severity,
    signals.likelihood,
    cast(signals.severity as double) * signals.likelihood as exposure_score,
    signals.goal_id,
    signals.assumption_id,
    linked_signals.assumption_goal_id,
    linked_signals.assumption_initiative_id,
    linked_signals.assumption_status,
    cast(judged_signals.goal_count as bigint) as goal_count,
    cast(judged_signals.initiative_count as bigint) as initiative_count,
    rules.reporting_currency as currency,
    case
        when judged_signals.goal_count + judged_signals.initiative_count > 0
            then cast(coalesce(reached_spend.spend_amount, 0) as decimal(38, 2))
    end as spend_amount,
    judged_signals.acted_date,
    judged_signals.reviewed_date,
    case
        when not signals.is_active then 'expired'
        when judged_signals.status_reason is not null then 'unknown'
        when judged_signals.acted_date is not null then 'acted on'
        when judged_signals.reviewed_date is not null then 'reviewed'
        else 'open'
    end as verdict,
    judged_signals.status_reason
from signals
inner join linked_signals
    on signals.signal_id = linked_signals.signal_id
inner join judged_signals
    on signals.signal_id = judged_signals.signal_id
left join reached_spend
    on signals.signal_id = reached_spend.signal_id
cross join rules
order by signal_id
