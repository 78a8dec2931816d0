-- question: Whose plans, and which kind of plan, keep turning out too optimistic or too cautious?
-- grain:    dimension, item_id
-- columns:
--   dimension              text           'all', 'owner', 'business_unit', 'stage', 'run_or_change' or 'mandatory'
--   item_id                text           owner, unit, stage, 'run' or 'change', 'mandatory' or 'optional', '(all)';
--                                         '(none)' where it is not given
--   currency               text           reporting currency
--   initiative_count       bigint         initiatives with a budget that is due
--   overspent_count        bigint         those of them that spent more than the budget first made
--   planned_amount         decimal(38,2)  what the budgets first made give to the as-of date
--   actual_amount          decimal(38,2)  spend against it; positive = money spent
--   budget_bias_amount     decimal(38,2)  planned less actual; positive = favourable, less was spent
--   budget_bias_ratio      double         budget_bias_amount / planned_amount; NULL below bias_count initiatives
--   budget_verdict         text           'optimistic' (the plans promised too much), 'cautious', 'uneven' (far off
--                                         together, but by a few plans only) or 'fair'; NULL below bias_count
--   milestone_count        bigint         milestones reached or due
--   late_count             bigint         those of them later than first approved
--   early_days             bigint         days that they came before the dates first approved, added up; negative =
--                                         late
--   schedule_bias_days     double         early_days / milestone_count; positive = early; NULL below bias_count
--   schedule_verdict       text           as budget_verdict, for the dates
--   kpi_count              bigint         KPIs with a pace or an attainment
--   behind_count           bigint         those of them behind their first target
--   ahead_value            double         pace against the first target (without a pace, attainment) less 1, added up
--   attainment_bias_ratio  double         ahead_value / kpi_count; positive = ahead; NULL below bias_count
--   attainment_verdict     text           as budget_verdict, for the targets
--   status_reason          text           NULL, or 'too few': fewer than bias_count of each, so that nothing is said
-- checks:
--   sum(budget_bias_amount) filter (where dimension = 'all')
--     = sum(budget_bias_amount) filter (where dimension = 'owner')
--   sum(actual_amount) filter (where dimension = 'all')
--     = (select sum(actual_amount) from base.plan_outcomes where measure = 'budget')
--   count(*) filter (where (budget_verdict is null) <> (budget_bias_ratio is null)
--     or (schedule_verdict is null) <> (schedule_bias_days is null)
--     or (attainment_verdict is null) <> (attainment_bias_ratio is null)) = 0
--   count(*) filter (where (status_reason is null) <> (coalesce(budget_verdict, schedule_verdict, attainment_verdict)
--     is not null)) = 0
-- receipt:  base.plan_outcomes where case $dimension when 'all' then '(all)'
--             when 'owner' then coalesce(owner, '(none)')
--             when 'business_unit' then coalesce(business_unit, '(none)')
--             when 'stage' then coalesce(stage, '(none)')
--             when 'run_or_change' then coalesce(run_or_change, '(none)')
--             else case when is_mandatory then 'mandatory' else 'optional' end end = $item_id
--             and (measure <> 'attainment' or $dimension in ('all', 'owner', 'business_unit'))
--   planned_amount  base.plan_outcomes.planned_amount where case $dimension when 'all' then '(all)'
--                   when 'owner' then coalesce(owner, '(none)')
--                   when 'business_unit' then coalesce(business_unit, '(none)')
--                   when 'stage' then coalesce(stage, '(none)')
--                   when 'run_or_change' then coalesce(run_or_change, '(none)')
--                   else case when is_mandatory then 'mandatory' else 'optional' end end = $item_id
--                   and measure = 'budget'
--   actual_amount   base.plan_outcomes.actual_amount where case $dimension when 'all' then '(all)'
--                   when 'owner' then coalesce(owner, '(none)')
--                   when 'business_unit' then coalesce(business_unit, '(none)')
--                   when 'stage' then coalesce(stage, '(none)')
--                   when 'run_or_change' then coalesce(run_or_change, '(none)')
--                   else case when is_mandatory then 'mandatory' else 'optional' end end = $item_id
--                   and measure = 'budget'
--   budget_bias_amount  planned_amount less actual_amount
-- leaves out: KPIs by stage, by run or change and by mandatory, which they do not have; owners who left: a plan
--             counts for the owner of today; what base.plan_outcomes leaves out
-- method:   METHODS 8, 9 and 19. A bias is both large, at least bias_budget_ratio, bias_slip_days or
--             bias_attainment_ratio, and steady: the mean of the single outcomes differs from zero at a confidence of
--             bias_confidence_ratio by Student's t. One large miss among many good plans is large and not steady, which
--             is called uneven: look at that plan. The ratios shown weigh by money and re-divide sums; steadiness
--             counts each plan once. To be shown to the owner first.
with outcomes as (
    select
        measure,
        owner,
        business_unit,
        stage,
        run_or_change,
        is_mandatory,
        planned_amount,
        actual_amount,
        outcome_value
    from base.plan_outcomes
),

-- thresholds to be declared
rules as (
    select
        reporting_currency,
        cast(bias_count as bigint) as bias_count,
        bias_confidence_ratio,
        bias_budget_ratio,
        bias_slip_days,
        bias_attainment_ratio
    from base.rules
),

dimensions as (
    select 'all' as dimension
    union all
    select 'owner' as dimension
    union all
    select 'business_unit' as dimension
    union all
    select 'stage' as dimension
    union all
    select 'run_or_change' as dimension
    union all
    select 'mandatory' as dimension
),

placed_outcomes as (
    select
        dimensions.dimension,
        case dimensions.dimension
            when 'all' then '(all)'
            when 'owner' then coalesce(outcomes.owner, '(none)')
            when 'business_unit' then coalesce(outcomes.business_unit, '(none)')
            when 'stage' then coalesce(outcomes.stage, '(none)')
            when 'run_or_change' then coalesce(outcomes.run_or_change, '(none)')
            else case when outcomes.is_mandatory then 'mandatory' else 'optional' end
        end as item_id,
        outcomes.measure,
        outcomes.planned_amount,
        outcomes.actual_amount,
        outcomes.outcome_value
    from outcomes
    cross join dimensions
    where
        outcomes.measure <> 'attainment'
        or dimensions.dimension in ('all', 'owner', 'business_unit')
),

-- sums of decimals come out the same in whatever order the rows arrive
measured_items as (
    select
        dimension,
        item_id,
        measure,
        count(*) as outcome_count,
        count(*) filter (where outcome_value < 0) as unfavourable_count,
        sum(planned_amount) as planned_amount,
        sum(actual_amount) as actual_amount,
        sum(cast(outcome_value as decimal(38, 6))) as value_sum,
        sum(cast(cast(outcome_value as decimal(19, 6)) * cast(outcome_value as decimal(19, 6)) as decimal(38, 12)))
            as square_sum
    from placed_outcomes
    group by dimension, item_id, measure
),

spread_items as (
    select
        dimension,
        item_id,
        measure,
        outcome_count,
        unfavourable_count,
        planned_amount,
        actual_amount,
        value_sum,
        cast(value_sum as double) / nullif(cast(outcome_count as double), 0) as mean_value,
        sqrt(
            greatest(
                cast(square_sum as double)
                - cast(value_sum as double) * cast(value_sum as double) / nullif(cast(outcome_count as double), 0),
                0.0
            )
            / nullif(cast(outcome_count - 1 as double), 0)
            / nullif(cast(outcome_count as double), 0)
        ) as standard_error
    from measured_items
),

-- the ratio that is shown: money by money, days and paces by count
biased_items as (
    select
        spread_items.dimension,
        spread_items.item_id,
        spread_items.measure,
        spread_items.outcome_count,
        spread_items.unfavourable_count,
        spread_items.planned_amount,
        spread_items.actual_amount,
        spread_items.value_sum,
        case
            when spread_items.measure = 'budget'
                then cast(spread_items.planned_amount - spread_items.actual_amount as double)
                / nullif(cast(spread_items.planned_amount as double), 0)
            else spread_items.mean_value
        end as bias_value,
        abs(spread_items.mean_value) > spread_items.standard_error
        * student_t_quantile(0.5 + rules.bias_confidence_ratio / 2, spread_items.outcome_count - 1)
            as is_steady,
        case spread_items.measure
            when 'budget' then rules.bias_budget_ratio
            when 'schedule' then rules.bias_slip_days
            else rules.bias_attainment_ratio
        end as large_value,
        spread_items.mean_value
    from spread_items
    cross join rules
    where spread_items.outcome_count >= rules.bias_count
),

judged_items as (
    select
        dimension,
        item_id,
        measure,
        bias_value,
        case
            when is_steady
                and round(bias_value, 9) <= -large_value
                and round(mean_value, 9) <= -large_value
                then 'optimistic'
            when is_steady
                and round(bias_value, 9) >= large_value
                and round(mean_value, 9) >= large_value
                then 'cautious'
            when not is_steady and greatest(abs(round(bias_value, 9)), abs(round(mean_value, 9))) >= large_value
                then 'uneven'
            else 'fair'
        end as verdict
    from biased_items
),

items as (
    select
        measured_items.dimension,
        measured_items.item_id,
        sum(case when measured_items.measure = 'budget' then measured_items.outcome_count else 0 end)
            as initiative_count,
        sum(case when measured_items.measure = 'budget' then measured_items.unfavourable_count else 0 end)
            as overspent_count,
        sum(measured_items.planned_amount) as planned_amount,
        sum(measured_items.actual_amount) as actual_amount,
        max(case when measured_items.measure = 'budget' then judged_items.bias_value end) as budget_bias_ratio,
        max(case when measured_items.measure = 'budget' then judged_items.verdict end) as budget_verdict,
        sum(case when measured_items.measure = 'schedule' then measured_items.outcome_count else 0 end)
            as milestone_count,
        sum(case when measured_items.measure = 'schedule' then measured_items.unfavourable_count else 0 end)
            as late_count,
        sum(case when measured_items.measure = 'schedule' then measured_items.value_sum end) as early_days,
        max(case when measured_items.measure = 'schedule' then judged_items.bias_value end) as schedule_bias_days,
        max(case when measured_items.measure = 'schedule' then judged_items.verdict end) as schedule_verdict,
        sum(case when measured_items.measure = 'attainment' then measured_items.outcome_count else 0 end)
            as kpi_count,
        sum(case when measured_items.measure = 'attainment' then measured_items.unfavourable_count else 0 end)
            as behind_count,
        sum(case when measured_items.measure = 'attainment' then measured_items.value_sum end) as ahead_value,
        max(case when measured_items.measure = 'attainment' then judged_items.bias_value end)
            as attainment_bias_ratio,
        max(case when measured_items.measure = 'attainment' then judged_items.verdict end) as attainment_verdict
    from measured_items
    left join judged_items
        on measured_items.dimension = judged_items.dimension
        and measured_items.item_id = judged_items.item_id
        and measured_items.measure = judged_items.measure
    group by measured_items.dimension, measured_items.item_id
)

select
    items.dimension,
    items.item_id,
    rules.reporting_currency as currency,
    cast(items.initiative_count as bigint) as initiative_count,
    cast(items.overspent_count as bigint) as overspent_count,
    cast(coalesce(items.planned_amount, 0) as decimal(38, 2)) as planned_amount,
    cast(coalesce(items.actual_amount, 0) as decimal(38, 2)) as actual_amount,
    cast(coalesce(items.planned_amount, 0) - coalesce(items.actual_amount, 0) as decimal(38, 2))
        as budget_bias_amount,
    items.budget_bias_ratio,
    items.budget_verdict,
    cast(items.milestone_count as bigint) as milestone_count,
    cast(items.late_count as bigint) as late_count,
    cast(items.early_days as bigint) as early_days,
    items.schedule_bias_days,
    items.schedule_verdict,
    cast(items.kpi_count as bigint) as kpi_count,
    cast(items.behind_count as bigint) as behind_count,
    cast(items.ahead_value as double) as ahead_value,
    items.attainment_bias_ratio,
    items.attainment_verdict,
    case
        when coalesce(items.budget_verdict, items.schedule_verdict, items.attainment_verdict) is null then 'too few'
    end as status_reason
from items
cross join rules
order by dimension, item_id
