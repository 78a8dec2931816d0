-- question: What should somebody know who reads ten lines and no more?
-- grain:    position
-- columns:
--   position  bigint  place on the page; 1 = first
--   topic     text    'Findings', 'Worst finding', 'Money and goals', 'Priorities', 'Targets', 'Forecast', 'Budget',
--                     'Schedule', 'Honesty' and 'Not computed', in this order
--   headline  text    what is so, in one sentence
--   figure    text    the one figure behind it, with its unit; NULL when it cannot be computed
--   evidence  text    the model to open next
-- checks:
--   count(*) = 10
--   max(position) = 10
--   count(*) filter (where headline is null) = 0
-- receipt:  scorecard.findings where rank is not null; variance.kpi_attainment where kpi_id is not null;
--             alignment.coverage where measure is not null
-- leaves out: everything else; each line names where it goes on
-- method:   Each line is drawn from the model that it names, which has its own receipt; nothing is computed here but
--             counts and the share of the first level's money that would have to move. Amounts in sentences are rounded
--             to whole units.
with findings as (
    select rank, severity, subject_type, subject_id, subject_name, evidence, state
    from scorecard.findings
),

run as (
    select previous_as_of
    from base.run
),

rules as (
    select reporting_currency
    from base.rules
),

covered_spend as (
    select covered_amount, total_amount, coverage_ratio
    from alignment.coverage
    where measure = 'spend with a path'
),

top_gaps as (
    select goal_id, goal_name, spend_ratio, weight_ratio, move_amount, total_amount
    from misallocation.priority_gap
    where level = 1
),

kpi_cards as (
    select kpi_id, pace_status, hit_probability
    from scorecard.kpi
),

initiative_cards as (
    select is_running, budget_status, schedule_status, comparison
    from scorecard.initiative
),

over_budget as (
    select money_at_risk_amount
    from warning.raised_on_initiatives_money
    where rule_id = 'initiative_over_budget'
),

watermelons as (
    select spend_amount
    from warning.watermelon
    where is_watermelon
),

gaps as (
    select analysis, spend_amount
    from scorecard.not_computed
),

finding_counts as (
    select
        count(*) filter (where state <> 'resolved') as finding_count,
        count(*) filter (where severity = 'high' and state <> 'resolved') as high_count,
        count(*) filter (where state in ('new', 'reopened')) as new_count,
        count(*) filter (where state = 'resolved') as resolved_count
    from findings
),

worst_findings as (
    select
        max(concat(subject_id, ' ', subject_name, ': ', evidence)) filter (where rank = 1) as headline,
        max(subject_type) filter (where rank = 1) as subject_type
    from findings
),

moves as (
    select
        sum(move_amount) filter (where move_amount > 0) as move_amount,
        max(total_amount) as total_amount
    from top_gaps
),

poorest_goals as (
    select goal_id, goal_name, spend_ratio, weight_ratio
    from top_gaps
    where move_amount > 0
    qualify row_number() over (order by move_amount desc, goal_id) = 1
),

kpi_counts as (
    select
        count(*) filter (where pace_status <> 'grey') as judged_count,
        count(*) filter (where pace_status = 'green') as green_count,
        count(*) filter (where pace_status = 'red') as red_count,
        count(*) filter (where pace_status = 'grey') as grey_count,
        count(hit_probability) as forecast_count,
        sum(cast(hit_probability as decimal(18, 12))) as hit_sum
    from kpi_cards
),

initiative_counts as (
    select
        count(*) filter (where is_running and budget_status <> 'grey') as budget_count,
        count(*) filter (where is_running and schedule_status <> 'grey') as schedule_count,
        count(*) filter (where is_running and schedule_status in ('amber', 'red')) as late_count,
        count(*) filter (where is_running and comparison is not null) as compared_count
    from initiative_cards
),

over_counts as (
    select count(*) as over_count, sum(money_at_risk_amount) as over_amount
    from over_budget
),

watermelon_counts as (
    select count(*) as watermelon_count, sum(spend_amount) as watermelon_amount
    from watermelons
),

gap_counts as (
    select count(*) as gap_count, count(distinct analysis) as analysis_count
    from gaps
),

lines as (
    select
        1 as position,
        'Findings' as topic,
        concat(
            finding_counts.finding_count,
            case when finding_counts.finding_count = 1 then ' finding needs' else ' findings need' end,
            ' a decision, ', finding_counts.high_count, ' of them now',
            case
                when run.previous_as_of is null then ''
                else concat(
                    '; against ', run.previous_as_of, ' there are ', finding_counts.new_count, ' new and ',
                    finding_counts.resolved_count, ' gone'
                )
            end,
            '.'
        ) as headline,
        cast(finding_counts.finding_count as text) as figure,
        'scorecard.findings' as evidence
    from finding_counts
    cross join run
    union all
    select
        2 as position,
        'Worst finding' as topic,
        coalesce(headline, 'Nothing was found.') as headline,
        subject_type as figure,
        'scorecard.findings' as evidence
    from worst_findings
    union all
    select
        3 as position,
        'Money and goals' as topic,
        case
            when covered_spend.coverage_ratio is null then 'There is no spend to follow to a goal.'
            else concat(
                cast(cast(covered_spend.covered_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
                ' of ', cast(cast(covered_spend.total_amount as decimal(38, 0)) as text), ' ',
                rules.reporting_currency, ' of the trailing spend can be followed to a goal.'
            )
        end as headline,
        cast(cast(covered_spend.coverage_ratio * 100 as decimal(18, 1)) as text) || ' %' as figure,
        'alignment.coverage' as evidence
    from covered_spend
    cross join rules
    union all
    select
        4 as position,
        'Priorities' as topic,
        case
            when moves.move_amount is null
                then 'The top goals have no weights, or nothing was spent, or all are in line.'
            else concat(
                cast(cast(moves.move_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
                ' would have to move for the top goals to get what they weigh',
                coalesce(
                    '; first to ' || poorest_goals.goal_id || ' ' || poorest_goals.goal_name || ', which gets '
                    || cast(cast(poorest_goals.spend_ratio * 100 as decimal(18, 1)) as text) || ' % of the money for '
                    || cast(cast(poorest_goals.weight_ratio * 100 as decimal(18, 1)) as text) || ' % of the weight',
                    ''
                ),
                '.'
            )
        end as headline,
        cast(
            cast(
                cast(moves.move_amount as double) / nullif(cast(moves.total_amount as double), 0) * 100
                as decimal(18, 1)
            ) as text
        ) || ' %' as figure,
        'misallocation.priority_gap' as evidence
    from moves
    left join poorest_goals
        on moves.move_amount is not null
    cross join rules
    union all
    select
        5 as position,
        'Targets' as topic,
        case
            when judged_count = 0 then 'No KPI can be judged.'
            else concat(
                green_count, ' of ', judged_count, ' KPIs are where they should be, ', red_count, ' clearly not',
                case when grey_count = 0 then '' else concat('; of ', grey_count, ' more nothing can be said') end, '.'
            )
        end as headline,
        case
            when judged_count > 0
                then cast(
                    cast(cast(green_count as double) / cast(judged_count as double) * 100 as decimal(18, 1)) as text
                ) || ' %'
        end as figure,
        'scorecard.kpi' as evidence
    from kpi_counts
    union all
    select
        6 as position,
        'Forecast' as topic,
        case
            when forecast_count = 0 then 'No KPI can be forecast to its target.'
            else concat(
                'Of ', forecast_count, ' KPIs with a forecast, ', cast(cast(hit_sum as decimal(18, 1)) as text),
                ' are expected to meet their next target.'
            )
        end as headline,
        case
            when forecast_count > 0
                then cast(
                    cast(cast(hit_sum as double) / cast(forecast_count as double) * 100 as decimal(18, 1)) as text
                ) || ' %'
        end as figure,
        'warning.kpi_forecast' as evidence
    from kpi_counts
    union all
    select
        7 as position,
        'Budget' as topic,
        case
            when over_counts.over_count = 0 and initiative_counts.budget_count = 0
                then 'No running initiative has a budget to be over.'
            when over_counts.over_count = 0 then 'No live initiative is materially over its budget.'
            else concat(
                over_counts.over_count,
                case
                    when over_counts.over_count = 1 then ' live initiative is'
                    else ' live initiatives are'
                end,
                ' materially over budget, by ', cast(cast(over_counts.over_amount as decimal(38, 0)) as text), ' ',
                rules.reporting_currency, ' in all.'
            )
        end as headline,
        case
            when over_counts.over_count > 0 or initiative_counts.budget_count > 0
                then cast(coalesce(over_counts.over_amount, 0) as text) || ' ' || rules.reporting_currency
        end as figure,
        'variance.budget_to_actual' as evidence
    from over_counts
    cross join initiative_counts
    cross join rules
    union all
    select
        8 as position,
        'Schedule' as topic,
        case
            when schedule_count = 0 then 'No running initiative has a schedule that can be judged.'
            else concat(late_count, ' of ', schedule_count, ' running initiatives with dates are late.')
        end as headline,
        case when schedule_count > 0 then cast(late_count as text) end as figure,
        'scorecard.initiative' as evidence
    from initiative_counts
    union all
    select
        9 as position,
        'Honesty' as topic,
        case
            when initiative_counts.compared_count = 0 then 'No report can be held against data.'
            else concat(
                watermelon_counts.watermelon_count, ' of ', initiative_counts.compared_count,
                ' running initiatives report green while their data are red',
                coalesce(
                    '; ' || cast(cast(watermelon_counts.watermelon_amount as decimal(38, 0)) as text) || ' '
                    || rules.reporting_currency || ' of the trailing spend is theirs',
                    ''
                ),
                '.'
            )
        end as headline,
        case
            when initiative_counts.compared_count > 0 then cast(watermelon_counts.watermelon_count as text)
        end as figure,
        'warning.watermelon' as evidence
    from watermelon_counts
    cross join initiative_counts
    cross join rules
    union all
    select
        10 as position,
        'Not computed' as topic,
        case
            when gap_count = 0 then 'Everything could be computed.'
            else concat(
                analysis_count, case when analysis_count = 1 then ' analysis' else ' analyses' end,
                ' could not be made in full, for want of data in ', gap_count,
                case when gap_count = 1 then ' place.' else ' places.' end
            )
        end as headline,
        cast(analysis_count as text) as figure,
        'scorecard.not_computed' as evidence
    from gap_counts
)

select
    cast(position as bigint) as position,
    topic,
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(headline, '(\d)(\d{3}) ([A-Z]{3}\b)', '\1,\2 \3', 'g'),
                '(\d)(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3 \4', 'g'
            ),
            '(\d)(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4 \5', 'g'
        ),
        '(\d)(\d{3}),(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4,\5 \6', 'g'
    ) as headline,
    figure,
    evidence
from lines
order by position
