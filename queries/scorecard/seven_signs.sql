-- question: Which of the seven signs that a strategy is losing touch with the work does this organisation show?
-- grain:    sign_number
-- columns:
--   sign_number     bigint         1 to 7
--   sign            text           'plan not revisited', 'work not traceable', 'slow review', 'problems found at
--                                  reviews', 'last year''s budget', 'stale OKRs', 'inconsistent measures'
--   question        text           what the figure answers
--   value           double         numerator / denominator; less is better for every sign; NULL = unknown
--   numerator       decimal(38,2)  the part that shows the sign, in part_unit
--   denominator     decimal(38,2)  the whole, in whole_unit
--   unit            text           unit of the value: 'ratio', which is from 0 to 1, or 'days'
--   part_unit       text           unit of the numerator: the reporting currency, 'days', 'initiatives', 'KPIs' or
--                                  'words'
--   whole_unit      text           unit of the denominator
--   green_value     double         up to here it is green
--   amber_value     double         up to here it is amber, beyond it red
--   status          text           'green', 'amber', 'red' or 'grey' = unknown
--   example_id      text           what shows it most: the goal, initiative, fiscal year, KPI or word; NULL when
--                                  nothing does
--   evidence        text           the figure as a sentence; amounts in it are rounded to whole units
--   evidence_model  text           model with the rows behind it
--   status_reason   text           NULL, or why it is unknown: 'no spend', 'spend is negative', 'no open goal', 'no
--                                  reports', 'no problem in the data', 'no earlier year', 'negative share', 'no KPI
--                                  of an open goal', 'no shared word'
-- checks:
--   count(*) = 7
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
--   count(*) filter (where (value is null) <> (status_reason is not null)) = 0
--   count(*) filter (where unit = 'ratio' and (value < 0 or value > 1.000000001)) = 0
-- receipt:  alignment.plan_staleness where ($sign_number = 1 and spend_amount <> 0)
--             or ($sign_number = 3 and is_open);
--             alignment.coverage where $sign_number = 2 and measure = 'spend with a path';
--             warning.detection_lead where $sign_number = 4;
--             misallocation.inertia where $sign_number = 5 and taxonomy = 'goal' and fiscal_year = $example_id;
--             warning.stale_data where $sign_number = 6 and subject_type = 'kpi';
--             warning.metric_contracts where $sign_number = 7 and kpi_count > 1
-- leaves out: everything that the model named as evidence leaves out; how the signs hang together
-- method:   1: spend of the trailing periods that goals with a stale plan steer, over all spend under a goal whose
--             plan's age is known. 2: spend without a path to a goal, over all spend. 3: mean over open goals of the
--             days between two looks at the plan: its cadence, or its age where that is longer. 4: of the
--             initiatives that the data, as known then, showed red while they ran, those that a report called amber
--             or red after that day only, or never. 5: share of the newest complete year's money that sits on the
--             same goals as the year before; goals that started count as moved. 6: KPIs of open goals whose values
--             are stale or never came. 7: words shared by KPIs that stand for several measures. Thresholds belong
--             to the better colour; comparisons are made on nine decimals.
with plans as (
    select goal_id, is_open, age_days, cadence_days, verdict, spend_amount
    from alignment.plan_staleness
),

coverage as (
    select covered_amount, total_amount, status_reason
    from alignment.coverage
    where measure = 'spend with a path'
),

trailing_spend as (
    select spend_links.initiative_id, spend_links.goal_id, spend_links.spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
),

leads as (
    select initiative_id, lead_days, untold_days
    from warning.detection_lead
    where status_reason is distinct from 'no reports'
),

reports as (
    select initiative_id
    from base.reported_status
),

goal_inertia as (
    select
        fiscal_year,
        spend_amount,
        moved_amount,
        status_reason,
        row_number() over (order by fiscal_year desc) as newness
    from misallocation.inertia
    where taxonomy = 'goal'
),

observed_kpis as (
    select subject_id, verdict, freshness_ratio
    from warning.stale_data
    where subject_type = 'kpi'
),

contracts as (
    select concept, kpi_count, verdict
    from warning.metric_contracts
    where kpi_count > 1 and verdict is not null
),

rules as (
    select
        reporting_currency,
        sign_green_ratio,
        sign_amber_ratio,
        review_green_days,
        review_amber_days,
        same_budget_green_ratio,
        same_budget_amber_ratio
    from base.rules
),

plan_sums as (
    select
        coalesce(sum(spend_amount) filter (where verdict = 'stale'), 0) as stale_amount,
        coalesce(sum(spend_amount) filter (where verdict <> 'unknown'), 0) as known_amount,
        count(*) filter (where verdict = 'stale') as stale_count,
        count(*) filter (where is_open and verdict <> 'unknown') as open_count,
        sum(case when age_days > cadence_days then age_days else cadence_days end)
            filter (where is_open and verdict <> 'unknown') as interval_days,
        max(age_days) filter (where is_open and verdict <> 'unknown') as oldest_days
    from plans
),

stalest_plan as (
    select goal_id
    from (
        select goal_id, row_number() over (order by spend_amount desc, goal_id) as position
        from plans
        where verdict = 'stale'
    ) as stale_plans
    where position = 1
),

oldest_plan as (
    select goal_id
    from (
        select
            goal_id,
            row_number() over (
                order by case when age_days > cadence_days then age_days else cadence_days end desc, goal_id
            ) as position
        from plans
        where is_open and verdict <> 'unknown'
    ) as open_plans
    where position = 1
),

loosest_initiative as (
    select initiative_id
    from (
        select initiative_id, row_number() over (order by sum(spend_amount) desc, initiative_id) as position
        from trailing_spend
        where goal_id = '(unaligned)'
        group by initiative_id
        having sum(spend_amount) > 0
    ) as loose_initiatives
    where position = 1
),

lead_sums as (
    select
        count(*) as red_count,
        count(*) filter (where untold_days is not null) as untold_count,
        count(*) filter (where untold_days is not null or lead_days > 0) as late_count
    from leads
),

longest_lead as (
    select initiative_id
    from (
        select
            initiative_id,
            row_number() over (order by coalesce(lead_days, untold_days) desc, initiative_id) as position
        from leads
        where untold_days is not null or lead_days > 0
    ) as late_leads
    where position = 1
),

report_sums as (
    select count(*) as report_count
    from reports
),

newest_inertia as (
    select fiscal_year, spend_amount, moved_amount, status_reason
    from goal_inertia
    where newness = 1
),

kpi_sums as (
    select
        count(*) as kpi_count,
        count(*) filter (where verdict = 'stale') as stale_count,
        count(*) filter (where verdict = 'never observed') as unobserved_count
    from observed_kpis
),

stalest_kpi as (
    select subject_id
    from (
        select subject_id, row_number() over (order by freshness_ratio desc nulls first, subject_id) as position
        from observed_kpis
        where verdict in ('stale', 'never observed')
    ) as stale_kpis
    where position = 1
),

contract_sums as (
    select
        count(*) as word_count,
        count(*) filter (where verdict = 'several measures') as several_count
    from contracts
),

widest_contract as (
    select concept
    from (
        select concept, row_number() over (order by kpi_count desc, concept) as position
        from contracts
        where verdict = 'several measures'
    ) as split_contracts
    where position = 1
),

measured_signs as (
    select
        1 as sign_number,
        'plan not revisited' as sign,
        'How much of the money is steered by plans that nobody has looked at in time?' as question,
        cast(plan_sums.stale_amount as decimal(38, 2)) as numerator,
        cast(plan_sums.known_amount as decimal(38, 2)) as denominator,
        'ratio' as unit,
        rules.reporting_currency as part_unit,
        rules.reporting_currency as whole_unit,
        rules.sign_green_ratio as green_value,
        rules.sign_amber_ratio as amber_value,
        stalest_plan.goal_id as example_id,
        concat(
            'of the trailing spend are steered by plans that are stale; ', plan_sums.stale_count,
            case when plan_sums.stale_count = 1 then ' goal has one' else ' goals have one' end
        ) as remark,
        'alignment.plan_staleness' as evidence_model,
        case
            when plan_sums.known_amount = 0 then 'no spend'
            when plan_sums.known_amount < 0 or plan_sums.stale_amount < 0 then 'spend is negative'
            when plan_sums.stale_amount > plan_sums.known_amount then 'negative share'
        end as status_reason
    from plan_sums
    left join stalest_plan
        on true
    cross join rules
    union all
    select
        2,
        'work not traceable',
        'How much of the money has no path to a goal?',
        cast(coverage.total_amount - coverage.covered_amount as decimal(38, 2)),
        cast(coverage.total_amount as decimal(38, 2)),
        'ratio' as unit,
        rules.reporting_currency as part_unit,
        rules.reporting_currency as whole_unit,
        rules.sign_green_ratio as green_value,
        rules.sign_amber_ratio as amber_value,
        loosest_initiative.initiative_id,
        concat(
            'of the trailing spend have no path to a goal',
            coalesce('; the most of one initiative is that of ' || loosest_initiative.initiative_id, '')
        ),
        'alignment.coverage',
        case coverage.status_reason
            when 'nothing to cover' then 'no spend'
            when 'total is negative' then 'spend is negative'
            else coverage.status_reason
        end
    from coverage
    left join loosest_initiative
        on true
    cross join rules
    union all
    select
        3,
        'slow review',
        'How many days lie between two looks at a plan?',
        cast(coalesce(plan_sums.interval_days, 0) as decimal(38, 2)),
        cast(plan_sums.open_count as decimal(38, 2)),
        'days' as unit,
        'days' as part_unit,
        'goals' as whole_unit,
        rules.review_green_days as green_value,
        rules.review_amber_days as amber_value,
        oldest_plan.goal_id,
        concat('the plan that waits longest was looked at ', coalesce(plan_sums.oldest_days, 0), ' days ago'),
        'alignment.plan_staleness',
        case when plan_sums.open_count = 0 then 'no open goal' end
    from plan_sums
    left join oldest_plan
        on true
    cross join rules
    union all
    select
        4,
        'problems found at reviews',
        'Of the initiatives that the data showed red, how many were reported later or not at all?',
        cast(lead_sums.late_count as decimal(38, 2)),
        cast(lead_sums.red_count as decimal(38, 2)),
        'ratio' as unit,
        'initiatives' as part_unit,
        'initiatives' as whole_unit,
        rules.sign_green_ratio as green_value,
        rules.sign_amber_ratio as amber_value,
        longest_lead.initiative_id,
        concat(
            'that the data showed red were reported later or not at all; ', lead_sums.untold_count,
            ' of them not to this day', coalesce('; the longest wait is that of ' || longest_lead.initiative_id, '')
        ),
        'warning.detection_lead',
        case
            when report_sums.report_count = 0 then 'no reports'
            when lead_sums.red_count = 0 then 'no problem in the data'
        end
    from lead_sums
    left join longest_lead
        on true
    cross join report_sums
    cross join rules
    union all
    select
        5,
        'last year''s budget',
        'How much of the year''s money sits on the same goals as the year before?',
        cast(coalesce(newest_inertia.spend_amount - newest_inertia.moved_amount, 0) as decimal(38, 2)),
        cast(coalesce(newest_inertia.spend_amount, 0) as decimal(38, 2)),
        'ratio' as unit,
        rules.reporting_currency as part_unit,
        rules.reporting_currency as whole_unit,
        rules.same_budget_green_ratio as green_value,
        rules.same_budget_amber_ratio as amber_value,
        newest_inertia.fiscal_year,
        concat(
            'spent in ', newest_inertia.fiscal_year, ' sit on the same goals as the year before; ',
            cast(cast(newest_inertia.moved_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency, ' moved'
        ),
        'misallocation.inertia',
        case
            when newest_inertia.fiscal_year is null then 'no earlier year'
            else newest_inertia.status_reason
        end
    from rules
    left join newest_inertia
        on true
    union all
    select
        6,
        'stale OKRs',
        'How many of the KPIs of open goals have not been measured in time?',
        cast(kpi_sums.stale_count + kpi_sums.unobserved_count as decimal(38, 2)),
        cast(kpi_sums.kpi_count as decimal(38, 2)),
        'ratio' as unit,
        'KPIs' as part_unit,
        'KPIs' as whole_unit,
        rules.sign_green_ratio as green_value,
        rules.sign_amber_ratio as amber_value,
        stalest_kpi.subject_id,
        concat('of open goals have not been measured in time; ', kpi_sums.unobserved_count, ' of them never'),
        'warning.stale_data',
        case when kpi_sums.kpi_count = 0 then 'no KPI of an open goal' end
    from kpi_sums
    left join stalest_kpi
        on true
    cross join rules
    union all
    select
        7,
        'inconsistent measures',
        'How many of the words that KPIs share stand for several measures?',
        cast(contract_sums.several_count as decimal(38, 2)),
        cast(contract_sums.word_count as decimal(38, 2)),
        'ratio' as unit,
        'words' as part_unit,
        'words' as whole_unit,
        rules.sign_green_ratio as green_value,
        rules.sign_amber_ratio as amber_value,
        widest_contract.concept,
        concat(
            'that KPIs share stand for several measures',
            coalesce('; the one of most KPIs is ' || widest_contract.concept, '')
        ),
        'warning.metric_contracts',
        case when contract_sums.word_count = 0 then 'no shared word' end
    from contract_sums
    left join widest_contract
        on true
    cross join rules
),

valued_signs as (
    select
        sign_number,
        sign,
        question,
        case
            when status_reason is null then cast(numerator as double) / nullif(cast(denominator as double), 0)
        end as value,
        numerator,
        denominator,
        unit,
        part_unit,
        whole_unit,
        green_value,
        amber_value,
        example_id,
        remark,
        evidence_model,
        status_reason,
        case
            when whole_unit = 'goals' and denominator = 1 then '1 goal'
            else concat(cast(cast(denominator as decimal(38, 0)) as text), ' ', whole_unit)
        end as whole
    from measured_signs
),

sentences as (
    select
        sign_number,
        sign,
        question,
        value,
        numerator,
        denominator,
        unit,
        part_unit,
        whole_unit,
        green_value,
        amber_value,
        example_id,
        evidence_model,
        status_reason,
        case
            when status_reason is not null then concat('Not known: ', status_reason, '.')
            when unit = 'days'
                then concat(
                    'A plan is looked at every ', cast(cast(value as decimal(18, 1)) as text), ' days, the mean of ',
                    whole, '; ', remark, '.'
                )
            when whole_unit in ('initiatives', 'KPIs', 'words')
                then concat(cast(cast(numerator as decimal(38, 0)) as text), ' of ', whole, ' ', remark, '.')
            else concat(
                cast(cast(numerator as decimal(38, 0)) as text), ' ', part_unit, ' of ', whole, ' ', remark, '.'
            )
        end as sentence
    from valued_signs
)

select
    cast(sign_number as bigint) as sign_number,
    sign,
    question,
    value,
    numerator,
    denominator,
    unit,
    part_unit,
    whole_unit,
    cast(green_value as double) as green_value,
    cast(amber_value as double) as amber_value,
    case
        when status_reason is not null then 'grey'
        when round(value, 9) <= green_value then 'green'
        when round(value, 9) <= amber_value then 'amber'
        else 'red'
    end as status,
    example_id,
    -- 1234567 EUR becomes 1,234,567 EUR
    group_thousands(sentence) as evidence,
    evidence_model,
    status_reason
from sentences
order by sign_number
