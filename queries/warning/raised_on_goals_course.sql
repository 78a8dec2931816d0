-- question: Which open goals are off track, or follow a plan that should be looked at again, by which rule, on what
--             evidence, and how much money is at risk?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   subject_id            text           goal
--   subject_name          text           its name
--   severity              text           'high', 'medium' or 'low': that of the rule
--   since_date            date           day from which on the rule holds without a break; NULL when not known
--   currency              text           reporting currency
--   money_at_risk_amount  decimal(38,2)  as scorecard.finding_rules says under 'money'; positive = at risk; the same
--                                        money can stand behind several findings, so never add it up; NULL when not
--                                        known
--   evidence              text           what the finding rests on, in words and figures
--   evidence_model        text           model that has the figures
--   evidence_key          text           its row, in the words of `throughline explain`
-- checks:
--   count(*) filter (where money_at_risk_amount < 0) = 0
--   count(*) filter (where evidence is null or evidence_key is null) = 0
--   count(*) filter (where since_date > (select as_of from base.run)) = 0
--   count(*) = (select count(*) from warning.raised_on_goals_course as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'goal')
-- receipt:  goals where goal_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: goals that are closed on the as-of date (alignment.goal_support); goals below one that is off track,
--             since the one above says it for them; what a goal lacks (warning.raised_on_goals_means)
-- method:   METHODS 5, 17. 'goal_plan_stale' is raised for more than materiality_amount only. A signal counts from an
--             exposure (severity times likelihood) of signal_exposure_score on. Amounts in sentences are rounded to
--             whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'goal'
),

rules as (
    select
        reporting_currency,
        materiality_amount,
        stale_after_cadences,
        signal_exposure_score
    from base.rules
),

goal_support as (
    select goal_id, goal_name, spend_amount, is_open
    from alignment.goal_support
),

goal_scores as (
    select
        goal_id,
        parent_goal_id,
        score,
        coverage_ratio,
        kpi_count,
        scored_kpi_count,
        status
    from variance.goal_score
),

stale_plans as (
    select
        goal_id,
        last_touched_date,
        age_days,
        cadence_days,
        spend_amount
    from alignment.plan_staleness
    where verdict = 'stale'
),

broken_assumptions as (
    select
        assumption_id,
        statement,
        goal_id,
        initiative_id,
        kpi_id,
        kpi_name,
        unit,
        low_value,
        high_value,
        actual_value,
        period_end_date,
        since_date,
        run_count,
        spend_amount
    from warning.assumption_status
    where status = 'breached'
),

open_signals as (
    select
        signal_id,
        category,
        signal_name,
        observed_date,
        severity,
        likelihood,
        exposure_score,
        coalesce(goal_id, assumption_goal_id) as goal_id,
        spend_amount
    from warning.environment_exposure
    where verdict = 'open'
),

-- looked back at, a goal may have been reviewed then: the file has its newest review alone
unknown_reviews as (
    select distinct goal_id
    from alignment.plan_staleness
    where status_reason = 'later review only'
),

initiative_goals as (
    select child_id as initiative_id, goal_id
    from base.links
    where child_type = 'initiative'
    qualify row_number() over (partition by child_id order by weight_ratio desc, goal_id) = 1
),

off_track as (
    select
        'goal_off_track' as rule_id,
        goal_scores.goal_id as subject_id,
        cast(null as date) as since_date,
        greatest(goal_support.spend_amount, 0) as money_at_risk_amount,
        concat(
            'Its KPIs have reached ', cast(cast(goal_scores.score * 100 as decimal(18, 1)) as text),
            ' % of what is due by now (', goal_scores.scored_kpi_count, ' of ', goal_scores.kpi_count,
            ' KPIs on it and below it have a score).'
        ) as evidence,
        'variance.goal_score' as evidence_model,
        concat('goal_id=', goal_scores.goal_id) as evidence_key
    from goal_scores
    inner join goal_support
        on goal_scores.goal_id = goal_support.goal_id
    left join goal_scores as parents
        on goal_scores.parent_goal_id = parents.goal_id
    where
        goal_scores.status = 'red'
        and coalesce(parents.status, '') <> 'red'
),

plans_stale as (
    select
        'goal_plan_stale' as rule_id,
        stale_plans.goal_id as subject_id,
        cast(
            cast(stale_plans.last_touched_date as integer)
            + cast(floor(stale_plans.cadence_days * rules.stale_after_cadences) as integer) + 1 as date
        ) as since_date,
        stale_plans.spend_amount as money_at_risk_amount,
        concat(
            'Last changed or reviewed on ', stale_plans.last_touched_date, ', ', stale_plans.age_days,
            ' days ago, with a review due every ', stale_plans.cadence_days, ' days; it steers ',
            cast(cast(stale_plans.spend_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' of the trailing spend.'
        ) as evidence,
        'alignment.plan_staleness' as evidence_model,
        concat('goal_id=', stale_plans.goal_id) as evidence_key
    from stale_plans
    cross join rules
    where stale_plans.spend_amount > rules.materiality_amount
),

goal_assumptions as (
    select
        broken_assumptions.assumption_id,
        broken_assumptions.statement,
        coalesce(broken_assumptions.goal_id, initiative_goals.goal_id) as goal_id,
        broken_assumptions.kpi_id,
        broken_assumptions.kpi_name,
        broken_assumptions.unit,
        broken_assumptions.low_value,
        broken_assumptions.high_value,
        broken_assumptions.actual_value,
        broken_assumptions.period_end_date,
        broken_assumptions.since_date,
        broken_assumptions.run_count,
        broken_assumptions.spend_amount
    from broken_assumptions
    left join initiative_goals
        on broken_assumptions.initiative_id = initiative_goals.initiative_id
),

assumptions_broken as (
    select
        'goal_assumption_broken' as rule_id,
        goal_id as subject_id,
        since_date,
        greatest(coalesce(spend_amount, 0), 0) as money_at_risk_amount,
        concat(
            assumption_id, coalesce(' "' || statement || '"', ''), ' no longer holds: ', kpi_id, ' ', kpi_name,
            ' was ', cast(round(actual_value, 4) as text), ' on ', period_end_date,
            case
                when actual_value > high_value then concat(', above ', high_value)
                when actual_value < low_value then concat(', below ', low_value)
                else ''
            end,
            case
                when run_count = 1 then ', for the first time'
                else concat(', outside for ', run_count, ' values, since ', since_date)
            end,
            case
                when count(*) over in_goal = 2 then '; one more assumption is broken'
                when count(*) over in_goal > 2
                    then concat('; ', count(*) over in_goal - 1, ' more assumptions are broken')
                else ''
            end,
            '.'
        ) as evidence,
        'warning.assumption_status' as evidence_model,
        concat('assumption_id=', assumption_id) as evidence_key
    from goal_assumptions
    where goal_id is not null
    qualify
        row_number() over (partition by goal_id order by coalesce(spend_amount, 0) desc, assumption_id) = 1
    window in_goal as (partition by goal_id)
),

signals_unanswered as (
    select
        'goal_signal_unanswered' as rule_id,
        open_signals.goal_id as subject_id,
        open_signals.observed_date as since_date,
        greatest(coalesce(open_signals.spend_amount, 0), 0) as money_at_risk_amount,
        concat(
            'On ', open_signals.observed_date, ' somebody noted ', open_signals.signal_id,
            coalesce(' "' || open_signals.signal_name || '"', ''), ' (severity ', open_signals.severity,
            ' of 5, likelihood ', cast(cast(open_signals.likelihood * 100 as decimal(18, 0)) as text),
            ' %); since then nothing was decided about the goal, nor was it reviewed or changed.'
        ) as evidence,
        'warning.environment_exposure' as evidence_model,
        concat('signal_id=', open_signals.signal_id) as evidence_key
    from open_signals
    left join unknown_reviews
        on open_signals.goal_id = unknown_reviews.goal_id
    cross join rules
    where
        open_signals.goal_id is not null
        and unknown_reviews.goal_id is null
        and round(open_signals.exposure_score, 9) >= rules.signal_exposure_score
    qualify
        row_number() over (
            partition by open_signals.goal_id order by open_signals.exposure_score desc, open_signals.signal_id
        ) = 1
),

raised as (
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from off_track
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from plans_stale
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from assumptions_broken
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from signals_unanswered
),

-- 1234567 EUR becomes 1,234,567 EUR
spelled as (
    select
        rule_id,
        subject_id,
        since_date,
        money_at_risk_amount,
        group_thousands(evidence) as evidence,
        evidence_model,
        evidence_key
    from raised
)

select
    spelled.rule_id,
    spelled.subject_id,
    goal_support.goal_name as subject_name,
    finding_rules.severity,
    spelled.since_date,
    rules.reporting_currency as currency,
    cast(spelled.money_at_risk_amount as decimal(38, 2)) as money_at_risk_amount,
    spelled.evidence,
    spelled.evidence_model,
    spelled.evidence_key
from spelled
inner join finding_rules
    on spelled.rule_id = finding_rules.rule_id
inner join goal_support
    on spelled.subject_id = goal_support.goal_id
cross join rules
where goal_support.is_open
order by rule_id, subject_id
