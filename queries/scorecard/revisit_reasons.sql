-- question: What has happened, in the work or outside, that speaks against the plan of each open goal?
-- grain:    goal_id, reason, subject_type, subject_id
-- columns:
--   goal_id               text     open goal whose plan it concerns
--   reason                text     'assumption breached'; 'environment changed' (an unanswered signal of at least
--                                  revisit_severity); 'target missed' (status red); 'target out of reach' (forecast red);
--                                  'process shifted' (to the worse, and now); 'target was lowered' (and flatters the
--                                  KPI); 'status greener than data'; 'milestone never converges'; 'work without
--                                  result'; 'capability missing'; 'top priority under-funded'; 'money did not follow';
--                                  'no active work'; 'plan is stale'
--   subject_type          text     'assumption', 'signal', 'kpi', 'initiative', 'milestone', 'capability' or 'goal'
--   subject_id            text     what it is about
--   reason_position       bigint   place of the reason in the list above
--   since_date            date     since when; NULL when that cannot be said
--   evidence_model        text     the model that shows it
--   is_plan_changed       boolean  true when the plan of the goal was changed on that day or later; false when it was not,
--                                  or nobody can say
--   is_plan_reviewed      boolean  the same for a review of the goal
-- checks:
--   count(*) filter (where reason_position is null) = 0
--   count(*) filter (where since_date is null and (is_plan_changed or is_plan_reviewed)) = 0
-- receipt:  goals where goal_id = $goal_id; assumptions where assumption_id = $subject_id;
--             environment_signals where signal_id = $subject_id; kpis where kpi_id = $subject_id;
--             initiatives where initiative_id = $subject_id; milestones where milestone_id = $subject_id;
--             capabilities where capability_id = $subject_id
-- leaves out: closed goals; signals by limits that are provisional; what concerns only goals above or below
-- method:   The models named in evidence_model, with their thresholds. KPIs, initiatives and their milestones concern
--             every goal they are linked to; an assumption and a signal the goal that they name. The same reason counts
--             once for each KPI, whatever units report it: since the earliest of their days. The change of weight that
--             the money did not follow is no answer to that.
with open_goals as (
    select plan_staleness.goal_id, plan_staleness.last_changed_date, plan_staleness.last_reviewed_date
    from alignment.plan_staleness as plan_staleness
    where plan_staleness.is_open
),

links as (
    select child_type, child_id, goal_id
    from base.links
),

milestones_in_work as (
    select milestone_id, initiative_id
    from milestones
),

-- thresholds to be declared
rules as (
    select cast(revisit_severity as bigint) as revisit_severity
    from base.rules
),

reasons as (
    select 1 as reason_position, 'assumption breached' as reason, 'warning.assumption_status' as evidence_model
    union all
    select 2 as reason_position, 'environment changed' as reason, 'warning.environment_exposure' as evidence_model
    union all
    select 3 as reason_position, 'target missed' as reason, 'variance.kpi_attainment' as evidence_model
    union all
    select 4 as reason_position, 'target out of reach' as reason, 'warning.kpi_forecast' as evidence_model
    union all
    select 5 as reason_position, 'process shifted' as reason, 'warning.process_signals' as evidence_model
    union all
    select 6 as reason_position, 'target was lowered' as reason, 'variance.goalpost_drift' as evidence_model
    union all
    select 7 as reason_position, 'status greener than data' as reason, 'warning.watermelon' as evidence_model
    union all
    select 8 as reason_position, 'milestone never converges' as reason, 'variance.milestone_slip' as evidence_model
    union all
    select 9 as reason_position, 'work without result' as reason, 'misallocation.docket' as evidence_model
    union all
    select 10 as reason_position, 'capability missing' as reason, 'alignment.capability_gap' as evidence_model
    union all
    select
        11 as reason_position,
        'top priority under-funded' as reason,
        'misallocation.funding_verdicts' as evidence_model
    union all
    select 12 as reason_position, 'money did not follow' as reason, 'alignment.response_lag' as evidence_model
    union all
    select 13 as reason_position, 'no active work' as reason, 'alignment.goal_support' as evidence_model
    union all
    select 14 as reason_position, 'plan is stale' as reason, 'alignment.plan_staleness' as evidence_model
),

kpi_evidence as (
    select 'target missed' as reason, kpi_id, period_end_date as since_date
    from variance.kpi_attainment
    where status = 'red'
    union all
    select 'target out of reach' as reason, kpi_id, cast(null as date) as since_date
    from warning.kpi_forecast
    where status = 'red'
    union all
    select 'process shifted' as reason, kpi_id, started_date as since_date
    from warning.process_signals
    where rule_set = 'wheeler' and is_current and is_unfavourable and not is_provisional
    union all
    select 'target was lowered' as reason, kpi_id, cast(null as date) as since_date
    from variance.goalpost_drift
    where is_flattered
),

initiative_evidence as (
    select
        'status greener than data' as reason,
        'initiative' as subject_type,
        initiative_id as subject_id,
        initiative_id,
        since_date
    from warning.watermelon
    where is_watermelon
    union all
    select
        'milestone never converges' as reason,
        'milestone' as subject_type,
        slips.milestone_id as subject_id,
        milestones_in_work.initiative_id,
        case when slips.is_overdue then slips.first_baseline_date end as since_date
    from variance.milestone_slip as slips
    inner join milestones_in_work
        on slips.milestone_id = milestones_in_work.milestone_id
    where slips.verdict = 'never converges'
    union all
    select
        'work without result' as reason,
        'initiative' as subject_type,
        initiative_id as subject_id,
        initiative_id,
        cast(null as date) as since_date
    from misallocation.docket
    where verdict = 'zombie'
),

goal_evidence as (
    select 'assumption breached' as reason, 'assumption' as subject_type, assumption_id as subject_id, goal_id, since_date
    from warning.assumption_status
    where status = 'breached'
    union all
    select
        'environment changed' as reason,
        'signal' as subject_type,
        exposures.signal_id as subject_id,
        coalesce(exposures.goal_id, exposures.assumption_goal_id) as goal_id,
        exposures.observed_date as since_date
    from warning.environment_exposure as exposures
    cross join rules
    where exposures.verdict = 'open' and exposures.severity >= rules.revisit_severity
    union all
    select
        'capability missing' as reason,
        'capability' as subject_type,
        capability_id as subject_id,
        goal_id,
        assessed_date as since_date
    from alignment.capability_gap
    where verdict = 'gap without spend'
    union all
    select
        'top priority under-funded' as reason,
        'goal' as subject_type,
        goal_id as subject_id,
        goal_id,
        cast(null as date) as since_date
    from misallocation.funding_verdicts
    where verdict = 'top priority under-funded'
    union all
    select
        'money did not follow' as reason,
        'goal' as subject_type,
        goal_id as subject_id,
        goal_id,
        changed_date as since_date
    from alignment.response_lag
    where verdict = 'money did not follow'
    union all
    select
        'no active work' as reason,
        'goal' as subject_type,
        goal_id as subject_id,
        goal_id,
        cast(null as date) as since_date
    from alignment.goal_support
    where missing like 'work%' or missing like 'active work%'
    union all
    select
        'plan is stale' as reason,
        'goal' as subject_type,
        goal_id as subject_id,
        goal_id,
        last_touched_date as since_date
    from alignment.plan_staleness
    where verdict = 'stale'
),

all_evidence as (
    select
        kpi_evidence.reason,
        'kpi' as subject_type,
        kpi_evidence.kpi_id as subject_id,
        links.goal_id,
        kpi_evidence.since_date
    from kpi_evidence
    inner join links
        on kpi_evidence.kpi_id = links.child_id
        and links.child_type = 'kpi'
    union all
    select
        initiative_evidence.reason,
        initiative_evidence.subject_type,
        initiative_evidence.subject_id,
        links.goal_id,
        initiative_evidence.since_date
    from initiative_evidence
    inner join links
        on initiative_evidence.initiative_id = links.child_id
        and links.child_type = 'initiative'
    union all
    select reason, subject_type, subject_id, goal_id, since_date
    from goal_evidence
),

goal_reasons as (
    select goal_id, reason, subject_type, subject_id, min(since_date) as since_date
    from all_evidence
    group by goal_id, reason, subject_type, subject_id
)

select
    goal_reasons.goal_id,
    goal_reasons.reason,
    goal_reasons.subject_type,
    goal_reasons.subject_id,
    cast(reasons.reason_position as bigint) as reason_position,
    goal_reasons.since_date,
    reasons.evidence_model,
    coalesce(
        goal_reasons.reason <> 'plan is stale'
        and (
            open_goals.last_changed_date > goal_reasons.since_date
            or (
                goal_reasons.reason <> 'money did not follow'
                and open_goals.last_changed_date = goal_reasons.since_date
            )
        ),
        false
    ) as is_plan_changed,
    coalesce(
        goal_reasons.reason <> 'plan is stale' and open_goals.last_reviewed_date >= goal_reasons.since_date,
        false
    ) as is_plan_reviewed
from goal_reasons
inner join open_goals
    on goal_reasons.goal_id = open_goals.goal_id
inner join reasons
    on goal_reasons.reason = reasons.reason
order by goal_id, reason, subject_type, subject_id
