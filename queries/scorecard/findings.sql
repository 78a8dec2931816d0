-- question: What needs a decision, the worst first, and is it new, still there, back again or gone?
-- grain:    finding_id
-- columns:
--   finding_id            text           rule, subject type and subject, with ':' between them; the same every night
--   rank                  bigint         1 = first; by severity, then money at risk; NULL when resolved
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   severity              text           'high' (act now), 'medium' (decide at the next review) or 'low' (put in
--                                        order)
--   subject_type          text           'kpi', 'initiative', 'goal' or 'business_unit'
--   subject_id            text           what it is about
--   subject_name          text           its name
--   goal_id               text           goal it bears on: the goal itself, or the one that most of the initiative or
--                                        KPI serves; NULL for units and without one
--   owner                 text           who answers for it; NULL when not given, and for units
--   currency              text           reporting currency
--   money_at_risk_amount  decimal(38,2)  as scorecard.finding_rules says under 'money'; positive = at risk; the same
--                                        money can stand behind several findings, so never add it up; NULL when not
--                                        known
--   evidence              text           what the finding rests on, in words and figures; of a resolved one, as it
--                                        was
--   decide                text           what somebody should decide
--   foretells             text           the problem that should follow when nothing is done; NULL when none is
--                                        foretold
--   evidence_model        text           model that has the figures
--   evidence_key          text           its row, in the words of `throughline explain`
--   since_date            date           day from which on the rule holds, by the data; NULL when not known
--   state                 text           against the previous release: 'new', 'persisting', 'reopened' (it was
--                                        resolved there) or 'resolved' (raised there and not now; shown once)
--   first_seen_date       date           as-of date of the first release that raised it
--   last_seen_date        date           as-of date of the newest release that raised it
--   nights_count          bigint         as-of dates on which it was raised, this one included
--   resolved_date         date           as-of date on which it was no longer raised; NULL unless resolved
--   state_reason          text           NULL, or what to mind when reading the state: 'first release' (nothing to
--                                        compare with, so all is new), 'came true' (resolved, because what it
--                                        foretold has happened), 'rules changed' (since the previous release, which
--                                        may be why it is new, back or gone)
-- checks:
--   count(*) filter (where state <> 'resolved') = (select count(*) from warning.raised_on_kpis)
--     + (select count(*) from warning.raised_on_initiatives_money)
--     + (select count(*) from warning.raised_on_initiatives_work)
--     + (select count(*) from warning.raised_on_goals_means) + (select count(*) from warning.raised_on_goals_course)
--     + (select count(*) from warning.raised_on_units)
--   count(*) filter (where (state = 'resolved') <> (rank is null)) = 0
--   count(*) filter (where (state = 'resolved') <> (resolved_date is not null)) = 0
--   count(*) filter (where first_seen_date > last_seen_date or nights_count < 1) = 0
--   count(*) filter (where state = 'new' and nights_count <> 1) = 0
--   count(distinct rank) = count(rank)
-- receipt:  kpis where $subject_type = 'kpi' and kpi_id = $subject_id;
--             initiatives where $subject_type = 'initiative' and initiative_id = $subject_id;
--             goals where $subject_type = 'goal' and goal_id = $subject_id;
--             business_units where $subject_type = 'business_unit' and business_unit_id = $subject_id;
--             previous.scorecard.findings where finding_id = $finding_id
-- leaves out: messages about the data itself; findings that were resolved before the previous release: one that comes
--             back later than that is new
-- method:   One row for each rule and subject that it is raised on now (the models warning.raised_on_*), and one for
--             each that the previous release raised and this one does not. Nights are as-of dates that were run: a
--             second run of the same date counts none. Equal severities are ranked by money at risk, the largest
--             first and unknown amounts last, then by the earlier since_date, then by rule and subject.
with raised_now as (
    select
        'kpi' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_kpis
    union all
    select
        'initiative' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_initiatives_money
    union all
    select
        'initiative' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_initiatives_work
    union all
    select
        'goal' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_goals_means
    union all
    select
        'goal' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_goals_course
    union all
    select
        'business_unit' as subject_type, rule_id, subject_id, subject_name, severity, since_date, currency,
        money_at_risk_amount, evidence, evidence_model, evidence_key
    from warning.raised_on_units
),

finding_rules as (
    select rule_id, decide, foretells
    from scorecard.finding_rules
),

outcomes as (
    select subject_type, subject_id, problem
    from warning.outcomes
),

run as (
    select
        previous_release is null as is_first,
        rules_version is distinct from previous_rules_version as is_rule_change
    from base.run
),

earlier_findings as (
    select
        finding_id,
        rule_id,
        severity,
        subject_type,
        subject_id,
        subject_name,
        goal_id,
        owner,
        currency,
        money_at_risk_amount,
        evidence,
        decide,
        foretells,
        evidence_model,
        evidence_key,
        since_date,
        state,
        first_seen_date,
        last_seen_date,
        nights_count
    from previous.scorecard.findings
),

item_goals as (
    select child_type as subject_type, child_id as subject_id, goal_id
    from base.links
    where child_type in ('initiative', 'kpi')
    qualify row_number() over (partition by child_type, child_id order by weight_ratio desc, goal_id) = 1
    union all
    select 'goal' as subject_type, goal_id as subject_id, goal_id
    from goals
),

item_owners as (
    select 'initiative' as subject_type, initiative_id as subject_id, nullif(trim(owner), '') as owner
    from initiatives
    union all
    select 'kpi' as subject_type, kpi_id as subject_id, nullif(trim(owner), '') as owner
    from kpis
    union all
    select 'goal' as subject_type, goal_id as subject_id, nullif(trim(owner), '') as owner
    from goals
),

identified as (
    select
        concat(rule_id, ':', subject_type, ':', subject_id) as finding_id,
        subject_type,
        rule_id,
        subject_id,
        subject_name,
        severity,
        since_date,
        currency,
        money_at_risk_amount,
        evidence,
        evidence_model,
        evidence_key
    from raised_now
),

ranked as (
    select
        finding_id,
        row_number() over (
            order by
                case severity when 'high' then 1 when 'medium' then 2 else 3 end,
                money_at_risk_amount desc nulls last,
                since_date nulls last,
                rule_id,
                subject_type,
                subject_id
        ) as rank
    from identified
),

current_findings as (
    select
        identified.finding_id,
        ranked.rank,
        identified.rule_id,
        identified.severity,
        identified.subject_type,
        identified.subject_id,
        identified.subject_name,
        item_goals.goal_id,
        item_owners.owner,
        identified.currency,
        identified.money_at_risk_amount,
        identified.evidence,
        finding_rules.decide,
        finding_rules.foretells,
        identified.evidence_model,
        identified.evidence_key,
        identified.since_date,
        case
            when earlier_findings.finding_id is null then 'new'
            when earlier_findings.state = 'resolved' then 'reopened'
            else 'persisting'
        end as state,
        coalesce(earlier_findings.first_seen_date, $as_of) as first_seen_date,
        $as_of as last_seen_date,
        case
            when earlier_findings.finding_id is null then 1
            when earlier_findings.last_seen_date < $as_of then earlier_findings.nights_count + 1
            else earlier_findings.nights_count
        end as nights_count,
        cast(null as date) as resolved_date
    from identified
    inner join ranked
        on identified.finding_id = ranked.finding_id
    inner join finding_rules
        on identified.rule_id = finding_rules.rule_id
    left join earlier_findings
        on identified.finding_id = earlier_findings.finding_id
    left join item_goals
        on identified.subject_type = item_goals.subject_type
        and identified.subject_id = item_goals.subject_id
    left join item_owners
        on identified.subject_type = item_owners.subject_type
        and identified.subject_id = item_owners.subject_id
),

resolved_findings as (
    select
        earlier_findings.finding_id,
        cast(null as bigint) as rank,
        earlier_findings.rule_id,
        earlier_findings.severity,
        earlier_findings.subject_type,
        earlier_findings.subject_id,
        earlier_findings.subject_name,
        earlier_findings.goal_id,
        earlier_findings.owner,
        earlier_findings.currency,
        earlier_findings.money_at_risk_amount,
        earlier_findings.evidence,
        earlier_findings.decide,
        earlier_findings.foretells,
        earlier_findings.evidence_model,
        earlier_findings.evidence_key,
        earlier_findings.since_date,
        'resolved' as state,
        earlier_findings.first_seen_date,
        earlier_findings.last_seen_date,
        earlier_findings.nights_count,
        $as_of as resolved_date
    from earlier_findings
    left join identified
        on earlier_findings.finding_id = identified.finding_id
    where
        identified.finding_id is null
        and earlier_findings.state <> 'resolved'
),

findings as (
    select
        finding_id, rank, rule_id, severity, subject_type, subject_id, subject_name, goal_id, owner, currency,
        money_at_risk_amount, evidence, decide, foretells, evidence_model, evidence_key, since_date, state,
        first_seen_date, last_seen_date, nights_count, resolved_date
    from current_findings
    union all
    select
        finding_id, rank, rule_id, severity, subject_type, subject_id, subject_name, goal_id, owner, currency,
        money_at_risk_amount, evidence, decide, foretells, evidence_model, evidence_key, since_date, state,
        first_seen_date, last_seen_date, nights_count, resolved_date
    from resolved_findings
)

select
    findings.finding_id,
    cast(findings.rank as bigint) as rank,
    findings.rule_id,
    findings.severity,
    findings.subject_type,
    findings.subject_id,
    findings.subject_name,
    findings.goal_id,
    findings.owner,
    findings.currency,
    cast(findings.money_at_risk_amount as decimal(38, 2)) as money_at_risk_amount,
    findings.evidence,
    findings.decide,
    findings.foretells,
    findings.evidence_model,
    findings.evidence_key,
    findings.since_date,
    findings.state,
    cast(findings.first_seen_date as date) as first_seen_date,
    cast(findings.last_seen_date as date) as last_seen_date,
    cast(findings.nights_count as bigint) as nights_count,
    cast(findings.resolved_date as date) as resolved_date,
    case
        when run.is_first then 'first release'
        when findings.state = 'resolved' and outcomes.problem is not null then 'came true'
        when run.is_rule_change and findings.state <> 'persisting' then 'rules changed'
    end as state_reason
from findings
left join outcomes
    on findings.subject_type = outcomes.subject_type
    and findings.subject_id = outcomes.subject_id
    and findings.foretells = outcomes.problem
cross join run
order by finding_id
