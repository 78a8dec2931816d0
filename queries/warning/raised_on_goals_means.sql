-- question: Which open goals have too little or too much behind them: work, measures, money, abilities or people; by
--             which rule, on what evidence, and how much money is at risk?
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
--   count(*) = (select count(*) from warning.raised_on_goals_means as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'goal')
-- receipt:  goals where goal_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: goals that are closed on the as-of date (alignment.goal_support); goals below one that is raised for
--             the same lack of work, measures or money, since the one above says it for them; whether a goal is
--             reached and its plan still right (warning.raised_on_goals_course)
-- method:   METHODS 11, 13, 15. What a goal lacks counts as present when a goal above it has it by a direct link:
--             work on a whole is work on its parts. 'goal_unmeasured' is raised for more than materiality_amount
--             only. A goal below a top priority that is under-funded is named when it is not under that same one.
--             Amounts in sentences are rounded to whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'goal'
),

rules as (
    select reporting_currency, materiality_amount
    from base.rules
),

goal_support as (
    select
        goal_id,
        goal_name,
        parent_goal_id,
        active_initiative_count,
        subtree_kpi_count,
        spend_amount,
        missing,
        is_open
    from alignment.goal_support
),

closure as (
    select ancestor_goal_id, goal_id, depth
    from base.goal_closure
    where is_primary
),

live_initiatives as (
    select initiative_id
    from initiatives
    where coalesce(stage, 'active') = 'active'
),

direct_links as (
    select
        links.goal_id,
        count(live_initiatives.initiative_id) as initiative_count,
        count(*) filter (where links.child_type = 'kpi') as kpi_count
    from base.links as links
    left join live_initiatives
        on links.child_type = 'initiative'
        and links.child_id = live_initiatives.initiative_id
    group by links.goal_id
),

goal_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

movable_spend as (
    select coalesce(sum(spend_amount), 0) as total_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    left join initiatives
        on spend_months.initiative_id = initiatives.initiative_id
    where
        periods.is_trailing
        and not coalesce(initiatives.is_mandatory, false)
),

funding_verdicts as (
    select
        level,
        goal_id,
        weight_ratio,
        spend_amount,
        spend_ratio,
        funding_ratio,
        move_amount,
        is_legacy,
        verdict
    from misallocation.funding_verdicts
    where verdict <> 'neither'
),

weight_responses as (
    select
        goal_id,
        changed_date,
        weight_before_ratio,
        weight_after_ratio,
        weight_change_pp,
        spend_before_ratio,
        spend_after_ratio,
        after_amount,
        after_total_amount,
        verdict
    from alignment.response_lag
    qualify row_number() over (partition by goal_id order by changed_date desc) = 1
),

ability_gaps as (
    select
        capability_id,
        capability_name,
        goal_id,
        maturity_level,
        required_level,
        gap_value
    from alignment.capability_gap
    where verdict = 'gap without spend'
),

people_gaps as (
    select
        goal_id,
        first_short_date,
        open_short_count,
        short_count,
        team,
        skill,
        capacity_fte,
        ahead_fte,
        demand_fte,
        shortfall_fte
    from misallocation.first_infeasible
    where
        verdict = 'does not fit'
        and open_short_count > 0
),

-- work and measures that a goal above has by a direct link speak for the goal as well
supported_from_above as (
    select
        closure.goal_id,
        sum(direct_links.initiative_count) as initiative_count,
        sum(direct_links.kpi_count) as kpi_count
    from closure
    inner join direct_links
        on closure.ancestor_goal_id = direct_links.goal_id
    where closure.depth > 0
    group by closure.goal_id
),

lacking_goals as (
    select
        goal_support.goal_id,
        goal_support.parent_goal_id,
        goal_support.spend_amount,
        goal_support.missing,
        goal_support.active_initiative_count = 0 and coalesce(supported_from_above.initiative_count, 0) = 0
            as is_without_work,
        goal_support.subtree_kpi_count = 0 and coalesce(supported_from_above.kpi_count, 0) = 0
        and goal_support.spend_amount > rules.materiality_amount as is_unmeasured
    from goal_support
    left join supported_from_above
        on goal_support.goal_id = supported_from_above.goal_id
    cross join rules
    where goal_support.is_open
),

without_work as (
    select
        'goal_without_work' as rule_id,
        lacking_goals.goal_id as subject_id,
        cast(null as date) as since_date,
        cast(
            cast(goal_weights.weight_ratio as decimal(38, 12)) * movable_spend.total_amount as decimal(38, 2)
        ) as money_at_risk_amount,
        concat(
            'It has no ', replace(lacking_goals.missing, ', ', ', no '),
            case
                when goal_weights.weight_ratio is null then ''
                else concat(
                    '; its weight of ', cast(cast(goal_weights.weight_ratio * 100 as decimal(18, 1)) as text),
                    ' % of the whole would give it ',
                    cast(
                        cast(
                            cast(goal_weights.weight_ratio as decimal(38, 12)) * movable_spend.total_amount
                            as decimal(38, 0)
                        ) as text
                    ),
                    ' ', rules.reporting_currency, ' of the trailing spend'
                )
            end,
            '.'
        ) as evidence,
        'alignment.goal_support' as evidence_model,
        concat('goal_id=', lacking_goals.goal_id) as evidence_key
    from lacking_goals
    left join lacking_goals as parents
        on lacking_goals.parent_goal_id = parents.goal_id
    left join goal_weights
        on lacking_goals.goal_id = goal_weights.goal_id
    cross join movable_spend
    cross join rules
    where
        lacking_goals.is_without_work
        and not coalesce(parents.is_without_work, false)
),

unmeasured as (
    select
        'goal_unmeasured' as rule_id,
        lacking_goals.goal_id as subject_id,
        cast(null as date) as since_date,
        lacking_goals.spend_amount as money_at_risk_amount,
        concat(
            'Spent ', cast(cast(lacking_goals.spend_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' in the trailing periods on it and below it, without one KPI.'
        ) as evidence,
        'alignment.goal_support' as evidence_model,
        concat('goal_id=', lacking_goals.goal_id) as evidence_key
    from lacking_goals
    left join lacking_goals as parents
        on lacking_goals.parent_goal_id = parents.goal_id
    cross join rules
    where
        lacking_goals.is_unmeasured
        and not coalesce(parents.is_unmeasured, false)
),

-- the cut nearest to the top on which a goal is named
highest_verdicts as (
    select
        level,
        goal_id,
        weight_ratio,
        spend_amount,
        spend_ratio,
        funding_ratio,
        move_amount,
        is_legacy,
        verdict
    from funding_verdicts
    qualify row_number() over (partition by goal_id, verdict order by level) = 1
),

goals_under_named_ones as (
    select distinct
        lower_verdicts.goal_id,
        lower_verdicts.verdict
    from highest_verdicts as lower_verdicts
    inner join closure
        on lower_verdicts.goal_id = closure.goal_id
    inner join highest_verdicts as upper_verdicts
        on closure.ancestor_goal_id = upper_verdicts.goal_id
        and lower_verdicts.verdict = upper_verdicts.verdict
    where closure.depth > 0
),

funding_gaps as (
    select
        case highest_verdicts.verdict
            when 'top priority under-funded' then 'goal_under_funded'
            else 'goal_over_funded'
        end as rule_id,
        highest_verdicts.goal_id as subject_id,
        cast(null as date) as since_date,
        abs(highest_verdicts.move_amount) as money_at_risk_amount,
        concat(
            'It gets ', cast(cast(highest_verdicts.spend_ratio * 100 as decimal(18, 1)) as text),
            ' % of the money for ', cast(cast(highest_verdicts.weight_ratio * 100 as decimal(18, 1)) as text),
            ' % of the weight: ', cast(cast(highest_verdicts.spend_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ', ',
            cast(cast(abs(highest_verdicts.move_amount) as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            case when highest_verdicts.move_amount > 0 then ' less' else ' more' end,
            ' than its share',
            case when highest_verdicts.is_legacy then '; its share has not changed for years' else '' end,
            '.'
        ) as evidence,
        'misallocation.funding_verdicts' as evidence_model,
        concat('level=', highest_verdicts.level, ' goal_id=', highest_verdicts.goal_id) as evidence_key
    from highest_verdicts
    left join goals_under_named_ones
        on highest_verdicts.goal_id = goals_under_named_ones.goal_id
        and highest_verdicts.verdict = goals_under_named_ones.verdict
    cross join rules
    where goals_under_named_ones.goal_id is null
),

money_did_not_follow as (
    select
        'goal_money_did_not_follow' as rule_id,
        weight_responses.goal_id as subject_id,
        weight_responses.changed_date as since_date,
        greatest(
            cast(
                cast(
                    weight_responses.spend_before_ratio + weight_responses.weight_change_pp / 100
                    as decimal(38, 12)
                ) * weight_responses.after_total_amount - weight_responses.after_amount as decimal(38, 2)
            ),
            cast(0 as decimal(38, 2))
        ) as money_at_risk_amount,
        concat(
            'On ', weight_responses.changed_date, ' its part of the weight beside its siblings rose from ',
            cast(cast(weight_responses.weight_before_ratio * 100 as decimal(18, 1)) as text), ' % to ',
            cast(cast(weight_responses.weight_after_ratio * 100 as decimal(18, 1)) as text),
            ' %; its part of the money was ',
            cast(cast(weight_responses.spend_before_ratio * 100 as decimal(18, 1)) as text), ' % before and is ',
            cast(cast(weight_responses.spend_after_ratio * 100 as decimal(18, 1)) as text), ' % since.'
        ) as evidence,
        'alignment.response_lag' as evidence_model,
        concat('goal_id=', weight_responses.goal_id, ' changed_date=', weight_responses.changed_date) as evidence_key
    from weight_responses
    where
        weight_responses.verdict = 'money did not follow'
        and weight_responses.weight_change_pp > 0
),

worst_abilities as (
    select
        capability_id,
        capability_name,
        goal_id,
        maturity_level,
        required_level,
        count(*) over (partition by goal_id) as ability_count
    from ability_gaps
    qualify row_number() over (partition by goal_id order by gap_value desc, capability_id) = 1
),

ability_missing as (
    select
        'goal_ability_missing' as rule_id,
        worst_abilities.goal_id as subject_id,
        cast(null as date) as since_date,
        cast(
            cast(goal_weights.weight_ratio as decimal(38, 12)) * movable_spend.total_amount as decimal(38, 2)
        ) as money_at_risk_amount,
        concat(
            worst_abilities.capability_id, coalesce(' ' || worst_abilities.capability_name, ''), ' is at level ',
            cast(cast(worst_abilities.maturity_level as decimal(18, 1)) as text), ' and must be at ',
            cast(cast(worst_abilities.required_level as decimal(18, 1)) as text),
            ', and nothing was spent on the goal in the trailing periods',
            case
                when worst_abilities.ability_count = 2 then '; one more ability is short'
                when worst_abilities.ability_count > 2
                    then concat('; ', worst_abilities.ability_count - 1, ' more abilities are short')
                else ''
            end,
            '.'
        ) as evidence,
        'alignment.capability_gap' as evidence_model,
        concat('capability_id=', worst_abilities.capability_id) as evidence_key
    from worst_abilities
    left join goal_weights
        on worst_abilities.goal_id = goal_weights.goal_id
    cross join movable_spend
),

without_people as (
    select
        'goal_without_people' as rule_id,
        people_gaps.goal_id as subject_id,
        case when people_gaps.first_short_date <= $as_of then people_gaps.first_short_date end as since_date,
        greatest(goal_support.spend_amount, 0) as money_at_risk_amount,
        concat(
            'From ', people_gaps.first_short_date, ' on it asks team ', people_gaps.team, ' for ',
            cast(cast(people_gaps.demand_fte as decimal(18, 1)) as text), ' full-time equivalents of ',
            people_gaps.skill, ' and ', cast(cast(people_gaps.shortfall_fte as decimal(18, 1)) as text),
            ' of them are missing: the team has ',
            cast(cast(people_gaps.capacity_fte as decimal(18, 1)) as text), ', and what comes first takes ',
            cast(cast(people_gaps.ahead_fte as decimal(18, 1)) as text), '; ', people_gaps.short_count,
            case when people_gaps.short_count = 1 then ' period is short, ' else ' periods are short, ' end,
            people_gaps.open_short_count, ' of them still to end.'
        ) as evidence,
        'misallocation.first_infeasible' as evidence_model,
        concat('goal_id=', people_gaps.goal_id) as evidence_key
    from people_gaps
    inner join goal_support
        on people_gaps.goal_id = goal_support.goal_id
),

raised as (
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from without_work
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from unmeasured
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from funding_gaps
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from money_did_not_follow
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from ability_missing
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from without_people
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
