-- question: Which KPIs need a decision now, by which rule, on what evidence, and how much money is at risk?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   subject_id            text           KPI
--   subject_name          text           its name
--   severity              text           'high', 'medium' or 'low': that of the rule
--   since_date            date           day from which on the rule holds without a break; NULL when not known
--   currency              text           reporting currency
--   money_at_risk_amount  decimal(38,2)  spend of the trailing periods on the goal that the KPI measures and all
--                                        below it; positive = at risk; the same for every KPI of a goal, so never add
--                                        it up; NULL without a goal
--   evidence              text           what the finding rests on, in words and figures
--   evidence_model        text           model that has the figures
--   evidence_key          text           its row, in the words of `throughline explain`
-- checks:
--   count(*) filter (where money_at_risk_amount < 0) = 0
--   count(*) filter (where evidence is null or evidence_key is null) = 0
--   count(*) filter (where since_date > (select as_of from base.run)) = 0
--   count(*) = (select count(*) from warning.raised_on_kpis as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id and rules.subject_type = 'kpi')
-- receipt:  kpis where kpi_id = $subject_id;
--             kpi_values where kpi_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: KPIs of goals that are closed on the as-of date (alignment.goal_support); targets that cannot steer
--             anything, which alignment.target_quality lists
-- method:   METHODS 3, 6, 8, 17, 18. One finding for a rule and a KPI: of several units the worst is named. A KPI
--             that is off its target is not also said to miss it: where 'kpi_off_target' is raised,
--             'kpi_target_unlikely' and 'kpi_never_met' are not. Signals are those of Wheeler's rules at the newest
--             value, with limits of enough values. Of the KPIs that share a concept, those are named that do not
--             measure as most of them do; among equals the first by id sets the measure. 'kpi_not_measured' is raised
--             for more than materiality_amount only.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'kpi'
),

rules as (
    select reporting_currency, materiality_amount
    from base.rules
),

goal_support as (
    select goal_id, spend_amount, is_open
    from alignment.goal_support
),

kpi_goals as (
    select child_id as kpi_id, goal_id
    from base.links
    where child_type = 'kpi'
    qualify row_number() over (partition by child_id order by weight_ratio desc, goal_id) = 1
),

judged_kpis as (
    select
        kpis.kpi_id,
        kpis.name as kpi_name,
        case when goal_support.goal_id is not null then greatest(goal_support.spend_amount, 0) end as spend_amount
    from kpis
    left join kpi_goals
        on kpis.kpi_id = kpi_goals.kpi_id
    left join goal_support
        on kpi_goals.goal_id = goal_support.goal_id
    where coalesce(goal_support.is_open, true)
),

attained_kpis as (
    select
        kpi_id,
        business_unit,
        unit,
        direction,
        baseline_value,
        target_value,
        lower_value,
        upper_value,
        target_date,
        actual_value,
        period_end_date,
        attainment_ratio,
        pace_ratio,
        status
    from variance.kpi_attainment
),

missed_targets as (
    select subject_id as kpi_id, happened_date
    from warning.outcomes
    where
        subject_type = 'kpi'
        and problem = 'target missed'
),

drifts as (
    select
        kpi_id,
        owner,
        first_target_value,
        target_value,
        first_target_date,
        target_date,
        first_attainment_ratio,
        attainment_ratio,
        target_change_count + baseline_change_count + due_change_count as change_count,
        first_status,
        status
    from variance.goalpost_drift
    where is_flattered
),

contracts as (
    select concept, difference
    from warning.metric_contracts
    where verdict = 'several measures'
),

contract_parts as (
    select
        concept,
        kpi_id,
        kpi_name,
        unit,
        direction,
        aggregation,
        measure_number,
        count(*) over (partition by concept, measure_number) as alike_count
    from warning.metric_contract_parts
),

current_signals as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        rule,
        side,
        started_date,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        meaning
    from warning.process_signals
    where
        is_current
        and is_unfavourable
        and not is_provisional
        and rule_set = 'wheeler'
),

hopeless_kpis as (
    select
        kpi_id,
        business_unit,
        direction,
        lower_limit,
        upper_limit,
        target_value,
        lower_value,
        upper_value,
        met_count,
        value_count
    from warning.assurance
    where
        verdict = 'never met'
        and not is_provisional
    qualify row_number() over (partition by kpi_id order by met_ratio, business_unit) = 1
),

doubtful_kpis as (
    select
        kpi_id,
        business_unit,
        direction,
        method,
        target_date,
        target_value,
        lower_value,
        upper_value,
        forecast_value,
        low_80_value,
        high_80_value,
        hit_probability
    from warning.kpi_forecast
    where status = 'red'
    qualify row_number() over (partition by kpi_id order by hit_probability, business_unit) = 1
),

silent_kpis as (
    select
        subject_id as kpi_id,
        last_observed_date,
        age_days,
        cadence_days,
        verdict,
        spend_amount
    from warning.stale_data
    where
        subject_type = 'kpi'
        and verdict in ('stale', 'never observed')
),

worst_kpis as (
    select
        kpi_id,
        business_unit,
        unit,
        direction,
        baseline_value,
        target_value,
        lower_value,
        upper_value,
        target_date,
        actual_value,
        period_end_date,
        attainment_ratio,
        pace_ratio,
        count(*) over (partition by kpi_id) as red_count
    from attained_kpis
    where status = 'red'
    qualify
        row_number() over (
            partition by kpi_id order by coalesce(pace_ratio, attainment_ratio), business_unit
        ) = 1
),

off_target as (
    select
        'kpi_off_target' as rule_id,
        worst_kpis.kpi_id as subject_id,
        case
            when missed_targets.happened_date <= worst_kpis.period_end_date then missed_targets.happened_date
        end as since_date,
        concat(
            case when worst_kpis.business_unit = '(all)' then '' else concat('In ', worst_kpis.business_unit, ' ') end,
            case when worst_kpis.business_unit = '(all)' then 'It' else 'it' end,
            ' is ', cast(round(worst_kpis.actual_value, 4) as text), coalesce(' ' || nullif(worst_kpis.unit, ''), ''),
            ' (period to ', worst_kpis.period_end_date, ')',
            case
                when worst_kpis.direction = 'range'
                    then concat(
                        ', outside ', concat_ws(' to ', worst_kpis.lower_value, worst_kpis.upper_value)
                    )
                else concat(
                    ' against a target of ',
                    case when worst_kpis.direction = 'down' then 'at most ' else 'at least ' end,
                    worst_kpis.target_value,
                    coalesce(' due on ' || cast(worst_kpis.target_date as text), '')
                )
            end,
            '; ',
            cast(cast(coalesce(worst_kpis.pace_ratio, worst_kpis.attainment_ratio) * 100 as decimal(38, 1)) as text),
            ' % of what is expected by now',
            case
                when worst_kpis.red_count > 1 then concat('; red in ', worst_kpis.red_count, ' units')
                else ''
            end,
            '.'
        ) as evidence,
        'variance.kpi_attainment' as evidence_model,
        concat('kpi_id=', worst_kpis.kpi_id, ' business_unit=', worst_kpis.business_unit) as evidence_key
    from worst_kpis
    left join missed_targets
        on worst_kpis.kpi_id = missed_targets.kpi_id
),

goalposts_moved as (
    select
        'kpi_goalposts_moved' as rule_id,
        kpi_id as subject_id,
        cast(null as date) as since_date,
        concat(
            'It is ', status, ' against the target of today',
            coalesce(' (' || cast(target_value as text) || ' by ' || cast(target_date as text) || ')', ''),
            ' and would be ', first_status, ' against the first one',
            coalesce(
                ' (' || cast(first_target_value as text) || ' by ' || cast(first_target_date as text) || ')', ''
            ),
            ': ', cast(cast(attainment_ratio * 100 as decimal(38, 1)) as text), ' % of the way instead of ',
            cast(cast(first_attainment_ratio * 100 as decimal(38, 1)) as text), ' %; changed ', change_count,
            case when change_count = 1 then ' time' else ' times' end, ' after the start.'
        ) as evidence,
        'variance.goalpost_drift' as evidence_model,
        concat('kpi_id=', kpi_id) as evidence_key
    from drifts
),

first_signals as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        side,
        started_date,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        rule,
        meaning,
        count(*) over (partition by kpi_id, business_unit) as signal_count
    from current_signals
    qualify row_number() over (partition by kpi_id order by started_date, business_unit, rule) = 1
),

process_shifted as (
    select
        'kpi_process_shifted' as rule_id,
        kpi_id as subject_id,
        started_date as since_date,
        concat(
            case when business_unit = '(all)' then 'It' else concat('In ', business_unit, ' it') end,
            ' is ', cast(round(value, 4) as text), ' (period to ', period_end_date, '), where ',
            cast(round(centre_value, 4) as text), ' is expected and ', cast(round(lower_limit, 4) as text), ' to ',
            cast(round(upper_limit, 4) as text), ' is what it does by itself; signalled since ', started_date,
            ', at every value: ', meaning,
            case
                when signal_count = 1 then ''
                when signal_count = 2 then '; one more rule fires'
                else concat('; ', signal_count - 1, ' more rules fire')
            end,
            '.'
        ) as evidence,
        'warning.process_signals' as evidence_model,
        concat(
            'kpi_id=', kpi_id, ' business_unit=', business_unit, ' period_end_date=', period_end_date,
            ' rule=', rule
        ) as evidence_key
    from first_signals
),

never_met as (
    select
        'kpi_never_met' as rule_id,
        hopeless_kpis.kpi_id as subject_id,
        cast(null as date) as since_date,
        concat(
            case
                when hopeless_kpis.business_unit = '(all)' then 'By itself it'
                else concat('By itself it, in ', hopeless_kpis.business_unit, ',')
            end,
            ' gives ', cast(round(hopeless_kpis.lower_limit, 4) as text), ' to ',
            cast(round(hopeless_kpis.upper_limit, 4) as text),
            case
                when hopeless_kpis.direction = 'range'
                    then concat(
                        ', and never ', concat_ws(' to ', hopeless_kpis.lower_value, hopeless_kpis.upper_value)
                    )
                else concat(
                    ', and never the target of ',
                    case when hopeless_kpis.direction = 'down' then 'at most ' else 'at least ' end,
                    hopeless_kpis.target_value
                )
            end,
            '; ', hopeless_kpis.met_count, ' of ', hopeless_kpis.value_count, ' values have met it.'
        ) as evidence,
        'warning.assurance' as evidence_model,
        concat('kpi_id=', hopeless_kpis.kpi_id, ' business_unit=', hopeless_kpis.business_unit) as evidence_key
    from hopeless_kpis
    left join off_target
        on hopeless_kpis.kpi_id = off_target.subject_id
    where off_target.subject_id is null
),

target_unlikely as (
    select
        'kpi_target_unlikely' as rule_id,
        doubtful_kpis.kpi_id as subject_id,
        cast(null as date) as since_date,
        concat(
            case
                when doubtful_kpis.business_unit = '(all)' then ''
                else concat('In ', doubtful_kpis.business_unit, ': ')
            end,
            'as it goes (', doubtful_kpis.method, '), it will be ',
            cast(round(doubtful_kpis.forecast_value, 4) as text), ' on ', doubtful_kpis.target_date, ', most likely ',
            cast(round(doubtful_kpis.low_80_value, 4) as text), ' to ',
            cast(round(doubtful_kpis.high_80_value, 4) as text), ', where ',
            case
                when doubtful_kpis.direction = 'range'
                    then concat_ws(' to ', doubtful_kpis.lower_value, doubtful_kpis.upper_value)
                when doubtful_kpis.direction = 'down' then concat('at most ', doubtful_kpis.target_value)
                else concat('at least ', doubtful_kpis.target_value)
            end,
            ' is due: a chance of ', cast(cast(doubtful_kpis.hit_probability * 100 as decimal(18, 0)) as text), ' %.'
        ) as evidence,
        'warning.kpi_forecast' as evidence_model,
        concat('kpi_id=', doubtful_kpis.kpi_id, ' business_unit=', doubtful_kpis.business_unit) as evidence_key
    from doubtful_kpis
    left join off_target
        on doubtful_kpis.kpi_id = off_target.subject_id
    where off_target.subject_id is null
),

standard_measures as (
    select
        concept,
        kpi_id,
        kpi_name,
        unit,
        direction,
        measure_number
    from contract_parts
    qualify row_number() over (partition by concept order by alike_count desc, measure_number, kpi_id) = 1
),

two_measures as (
    select
        'kpi_two_measures' as rule_id,
        contract_parts.kpi_id as subject_id,
        cast(null as date) as since_date,
        concat(
            '"', contracts.concept, '" is measured here in ', coalesce(contract_parts.unit, 'no unit'), ' (',
            coalesce(contract_parts.direction, 'no direction'), ' is better) and by ', standard_measures.kpi_id, ' ',
            standard_measures.kpi_name, ' in ', coalesce(standard_measures.unit, 'no unit'), ' (',
            coalesce(standard_measures.direction, 'no direction'), ' is better); what differs: ',
            contracts.difference, '.'
        ) as evidence,
        'warning.metric_contracts' as evidence_model,
        concat('concept=', contracts.concept) as evidence_key
    from contract_parts
    inner join contracts
        on contract_parts.concept = contracts.concept
    inner join standard_measures
        on contract_parts.concept = standard_measures.concept
    where contract_parts.measure_number <> standard_measures.measure_number
),

not_measured as (
    select
        'kpi_not_measured' as rule_id,
        silent_kpis.kpi_id as subject_id,
        cast(null as date) as since_date,
        concat(
            case
                when silent_kpis.last_observed_date is null then 'It has never had a value'
                else concat(
                    'Its newest value is of ', silent_kpis.last_observed_date, ', ', silent_kpis.age_days,
                    ' days ago'
                )
            end,
            coalesce('; one is due every ' || cast(silent_kpis.cadence_days as text) || ' days', ''),
            '.'
        ) as evidence,
        'warning.stale_data' as evidence_model,
        concat('subject_type=kpi subject_id=', silent_kpis.kpi_id) as evidence_key
    from silent_kpis
    cross join rules
    where silent_kpis.spend_amount > rules.materiality_amount
),

raised as (
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from off_target
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from process_shifted
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from never_met
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from target_unlikely
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from goalposts_moved
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from two_measures
    union all
    select rule_id, subject_id, since_date, evidence, evidence_model, evidence_key
    from not_measured
)

select
    raised.rule_id,
    raised.subject_id,
    judged_kpis.kpi_name as subject_name,
    finding_rules.severity,
    raised.since_date,
    rules.reporting_currency as currency,
    cast(judged_kpis.spend_amount as decimal(38, 2)) as money_at_risk_amount,
    raised.evidence,
    raised.evidence_model,
    raised.evidence_key
from raised
inner join finding_rules
    on raised.rule_id = finding_rules.rule_id
inner join judged_kpis
    on raised.subject_id = judged_kpis.kpi_id
cross join rules
order by rule_id, subject_id
