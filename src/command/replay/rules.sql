-- One row for each rule: precision and recall on the project's own history, and the lead.
--   precision = (came true + raised late) / (those + did not come true); a finding that still stands without its
--               problem is open, and judged by a later replay; what was raised on the first night about a problem that
--               was a fact by then is not judged, for nobody knows when it was first raised
--   recall    = problems of the window that were raised on the day they became a fact or before / all problems of
--               the window
with told as (
    select rule_id, subject_type, subject_id, first_raised_date, raised_count, lead_to_fact_days, lead_to_report_days, verdict
    from replay.findings
),

window_of_nights as (
    select min(night) as first_night, max(night) as last_night
    from replay.nights
),

raised as (
    select
        rule_id,
        count(*) as finding_count,
        sum(raised_count) as raised_count,
        count(*) filter (where verdict = 'came true') as came_true_count,
        count(*) filter (where verdict = 'raised late') as late_count,
        count(*) filter (where verdict = 'did not come true') as false_count,
        count(*) filter (where verdict = 'open') as open_count,
        median(cast(lead_to_fact_days as double)) filter (where verdict = 'came true') as median_lead_days,
        median(cast(lead_to_report_days as double)) as median_lead_to_report_days
    from told
    group by rule_id
),

problems as (
    select
        rules.rule_id,
        count(*) as problem_count,
        count(told.rule_id) as foreseen_count
    from scorecard.finding_rules as rules
    inner join warning.outcomes as outcomes
        on rules.foretells = outcomes.problem
        and rules.subject_type = outcomes.subject_type
    cross join window_of_nights
    left join told
        on rules.rule_id = told.rule_id
        and outcomes.subject_type = told.subject_type
        and outcomes.subject_id = told.subject_id
        and told.first_raised_date <= outcomes.happened_date
    where outcomes.happened_date > window_of_nights.first_night
        and outcomes.happened_date <= window_of_nights.last_night
    group by rules.rule_id
)

select
    rules.rule_id,
    rules.foretells,
    coalesce(raised.finding_count, 0) as finding_count,
    coalesce(raised.raised_count, 0) as raised_count,
    coalesce(raised.came_true_count, 0) as came_true_count,
    coalesce(raised.late_count, 0) as late_count,
    coalesce(raised.false_count, 0) as false_count,
    coalesce(raised.open_count, 0) as open_count,
    case
        when rules.foretells is not null
            then cast(raised.came_true_count + raised.late_count as double)
                / nullif(raised.came_true_count + raised.late_count + raised.false_count, 0)
    end as precision_ratio,
    coalesce(problems.problem_count, 0) as problem_count,
    coalesce(problems.foreseen_count, 0) as foreseen_count,
    case
        when rules.foretells is not null
            then cast(problems.foreseen_count as double) / nullif(problems.problem_count, 0)
    end as recall_ratio,
    raised.median_lead_days,
    raised.median_lead_to_report_days,
    case
        when rules.foretells is null then 'states a fact'
        when coalesce(raised.finding_count, 0) = 0 and coalesce(problems.problem_count, 0) = 0 then 'never raised, and nothing to raise'
        when coalesce(raised.came_true_count + raised.late_count + raised.false_count, 0) = 0 then 'nothing to judge yet'
    end as status_reason
from scorecard.finding_rules as rules
left join raised
    on rules.rule_id = raised.rule_id
left join problems
    on rules.rule_id = problems.rule_id
order by rule_id
