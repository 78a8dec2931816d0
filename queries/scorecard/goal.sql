-- question: How does each goal stand, with everything below it, and which rule decides?
-- grain:    goal_id
-- columns:
--   goal_id                  text           goal
--   goal_name                text           its name
--   parent_goal_id           text           goal above it; NULL at the top
--   level                    bigint         1 at the top
--   owner                    text           who answers for it; NULL when not given
--   is_open                  boolean        false when it is closed on the as-of date (alignment.goal_support)
--   weight_ratio             double         product of weights from the root, 0..1; NULL when not fully weighted
--   currency                 text           reporting currency
--   spend_amount             decimal(38,2)  spend of the trailing periods on it and all below it; positive = money
--                                           spent
--   score                    double         how much of what is due its KPIs and goals have reached, 0..1
--   expected_hit_count       double         sum of the probabilities that its KPIs, and those below, meet their next
--                                           target
--   forecast_count           bigint         KPIs and units with such a probability
--   expected_hit_ratio       double         expected_hit_count / forecast_count; NULL without any
--   budget_to_date_amount    decimal(38,2)  budget to date for it and all below it; NULL without one
--   variance_to_date_amount  decimal(38,2)  budget less spend to date; positive = under budget; NULL without a
--                                           budget
--   late_weight              double         trailing spend of the running initiatives below it whose schedule is red,
--                                           each by its share; without any spend, their number
--   schedule_weight          double         the same of all whose schedule is known
--   late_ratio               double         late_weight / schedule_weight; NULL without any
--   pace_status              text           'green', 'amber' or 'red' by score (variance.goal_score); 'grey' =
--                                           unknown
--   forecast_status          text           by expected_hit_ratio, with the thresholds of warning.kpi_forecast
--   budget_status            text           'red' when spend to date is materially over budget, 'amber' when
--                                           materially under, else 'green'; 'grey' without a budget to date
--   schedule_status          text           'red' when late_ratio is at least masking_weight_ratio, 'amber' when any
--                                           initiative is late, else 'green'; 'grey' when no schedule is known
--   freshness_status         text           'green', 'amber' or 'red' when its plan is fresh, due or stale
--   derived_status           text           the worst of the five that is known; 'grey' when none is, or only a fresh
--                                           plan
--   deciding_rule            text           the first of 'pace', 'forecast', 'budget', 'schedule' and 'freshness'
--                                           with that colour; NULL when green or grey
--   unknown                  text           what is grey, such as 'forecast, schedule'; NULL when all is known
--   reported_status          text           status of the goal as written; NULL when not given
--   finding_count            bigint         findings raised on it (warning.raised_on_goals_means and
--                                           warning.raised_on_goals_course)
-- checks:
--   count(*) = (select count(*) from goals)
--   count(*) filter (where (deciding_rule is not null) <> (derived_status in ('amber', 'red'))) = 0
--   count(*) filter (where derived_status = 'green' and 'red' in (pace_status, forecast_status, budget_status,
--     schedule_status, freshness_status)) = 0
--   count(*) filter (where late_ratio < 0 or late_ratio > 1 or expected_hit_ratio > 1) = 0
-- receipt:  goals where goal_id = $goal_id;
--             base.goal_closure where ancestor_goal_id = $goal_id and is_primary;
--             kpis where kpi_id in (select l.child_id from base.links as l
--             inner join base.goal_closure as c on l.goal_id = c.goal_id
--             where l.child_type = 'kpi' and c.ancestor_goal_id = $goal_id)
--   spend_amount  spend_under where is_trailing and ancestor_goal_id = $goal_id
-- leaves out: commitments; what initiatives report about themselves (scorecard.initiative); second parents of a goal,
--             which counts under the first
-- method:   METHODS 4 and 5. What lies below is rolled up by weight (pace), by the mean probability (forecast) and by
--             money (budget, schedule), so that one red among many does not colour the whole, and many do; a large red
--             one caps its parent at amber (variance.goal_score). Budgets are compared as in
--             variance.goal_budget_to_actual, summed over the goals below first. What is reported stands beside what is
--             derived and never replaces it.
with goal_support as (
    select
        goal_id,
        goal_name,
        parent_goal_id,
        level,
        owner,
        status,
        is_open,
        spend_amount
    from alignment.goal_support
),

goal_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

rules as (
    select
        reporting_currency,
        materiality_amount,
        cast(materiality_ratio as decimal(18, 9)) as materiality_ratio,
        materiality_combine,
        masking_weight_ratio,
        hit_green_ratio,
        hit_amber_ratio
    from base.rules
),

scores as (
    select goal_id, score, status as pace_status
    from variance.goal_score
),

kpi_hits as (
    select
        kpi_id,
        sum(cast(hit_probability as decimal(18, 12))) as hit_sum,
        count(hit_probability) as hit_count
    from warning.kpi_forecast
    where hit_probability is not null
    group by kpi_id
),

kpi_links as (
    select child_id as kpi_id, goal_id
    from base.links
    where child_type = 'kpi'
),

running_budgets as (
    select
        goal_id,
        budget_to_date_amount,
        actual_to_date_amount
    from variance.goal_budget_to_actual
    where
        start_date <= $as_of
        and end_date >= $as_of
),

initiative_schedules as (
    select initiative_id, schedule_status
    from base.initiative_status_by_period
    where
        is_as_of
        and is_running
        and schedule_status <> 'grey'
),

initiative_links as (
    select child_id as initiative_id, goal_id, weight_ratio
    from base.links
    where child_type = 'initiative'
),

trailing_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_months.initiative_id
),

plan_ages as (
    select
        goal_id,
        case verdict when 'fresh' then 'green' when 'due' then 'amber' when 'stale' then 'red' else 'grey' end
            as freshness_status
    from alignment.plan_staleness
),

findings as (
    select subject_id as goal_id
    from warning.raised_on_goals_means
    union all
    select subject_id as goal_id
    from warning.raised_on_goals_course
),

finding_counts as (
    select goal_id, count(*) as finding_count
    from findings
    group by goal_id
),

-- a KPI of two goals below one goal counts once
kpis_under as (
    select distinct
        closure.ancestor_goal_id as goal_id,
        kpi_links.kpi_id
    from closure
    inner join kpi_links
        on closure.goal_id = kpi_links.goal_id
),

forecasts as (
    select
        kpis_under.goal_id,
        cast(sum(kpi_hits.hit_sum) as double) as expected_hit_count,
        sum(kpi_hits.hit_count) as forecast_count
    from kpis_under
    inner join kpi_hits
        on kpis_under.kpi_id = kpi_hits.kpi_id
    group by kpis_under.goal_id
),

budgets_under as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(running_budgets.budget_to_date_amount) as budget_amount,
        sum(running_budgets.actual_to_date_amount) as actual_amount
    from closure
    inner join running_budgets
        on closure.goal_id = running_budgets.goal_id
    group by closure.ancestor_goal_id
    -- What had no plan is not over it.
    having sum(running_budgets.budget_to_date_amount) <> 0
),

judged_budgets as (
    select
        budgets_under.goal_id,
        budgets_under.budget_amount,
        budgets_under.actual_amount,
        rules.materiality_combine = 'any' as is_any,
        abs(budgets_under.budget_amount - budgets_under.actual_amount) > rules.materiality_amount as is_over_amount,
        abs(budgets_under.budget_amount - budgets_under.actual_amount)
        > abs(budgets_under.budget_amount) * rules.materiality_ratio as is_over_ratio
    from budgets_under
    cross join rules
),

schedules_under as (
    select
        closure.ancestor_goal_id as goal_id,
        count(*) as initiative_count,
        count(*) filter (where initiative_schedules.schedule_status = 'red') as red_count,
        count(*) filter (where initiative_schedules.schedule_status <> 'green') as late_count,
        sum(
            greatest(coalesce(trailing_spend.spend_amount, 0), 0)
            * cast(initiative_links.weight_ratio as decimal(18, 9))
        ) as schedule_amount,
        sum(
            greatest(coalesce(trailing_spend.spend_amount, 0), 0)
            * cast(initiative_links.weight_ratio as decimal(18, 9))
        ) filter (where initiative_schedules.schedule_status = 'red') as red_amount
    from closure
    inner join initiative_links
        on closure.goal_id = initiative_links.goal_id
    inner join initiative_schedules
        on initiative_links.initiative_id = initiative_schedules.initiative_id
    left join trailing_spend
        on initiative_links.initiative_id = trailing_spend.initiative_id
    group by closure.ancestor_goal_id
),

weighed_schedules as (
    select
        goal_id,
        late_count,
        case
            when schedule_amount > 0 then cast(coalesce(red_amount, 0) as double)
            else cast(red_count as double)
        end as late_weight,
        case
            when schedule_amount > 0 then cast(schedule_amount as double)
            else cast(initiative_count as double)
        end as schedule_weight
    from schedules_under
),

statuses as (
    select
        goal_support.goal_id,
        coalesce(scores.pace_status, 'grey') as pace_status,
        case
            when forecasts.goal_id is null then 'grey'
            when round(forecasts.expected_hit_count / forecasts.forecast_count, 9) >= rules.hit_green_ratio
                then 'green'
            when round(forecasts.expected_hit_count / forecasts.forecast_count, 9) >= rules.hit_amber_ratio
                then 'amber'
            else 'red'
        end as forecast_status,
        case
            when judged_budgets.goal_id is null then 'grey'
            when
                (judged_budgets.is_over_amount and judged_budgets.is_over_ratio)
                or (judged_budgets.is_any and (judged_budgets.is_over_amount or judged_budgets.is_over_ratio))
                then case when judged_budgets.actual_amount > judged_budgets.budget_amount then 'red' else 'amber' end
            when judged_budgets.budget_amount <> 0 then 'green'
            else 'grey'
        end as budget_status,
        case
            when weighed_schedules.goal_id is null then 'grey'
            when
                weighed_schedules.late_weight > 0
                and round(weighed_schedules.late_weight / weighed_schedules.schedule_weight, 9)
                >= rules.masking_weight_ratio
                then 'red'
            when weighed_schedules.late_count > 0 then 'amber'
            else 'green'
        end as schedule_status,
        coalesce(plan_ages.freshness_status, 'grey') as freshness_status
    from goal_support
    left join scores
        on goal_support.goal_id = scores.goal_id
    left join forecasts
        on goal_support.goal_id = forecasts.goal_id
    left join judged_budgets
        on goal_support.goal_id = judged_budgets.goal_id
    left join weighed_schedules
        on goal_support.goal_id = weighed_schedules.goal_id
    left join plan_ages
        on goal_support.goal_id = plan_ages.goal_id
    cross join rules
),

derived as (
    select
        goal_id,
        pace_status,
        forecast_status,
        budget_status,
        schedule_status,
        freshness_status,
        case
            when 'red' in (pace_status, forecast_status, budget_status, schedule_status, freshness_status) then 'red'
            when 'amber' in (pace_status, forecast_status, budget_status, schedule_status, freshness_status)
                then 'amber'
            when 'green' in (pace_status, forecast_status, budget_status, schedule_status) then 'green'
            else 'grey'
        end as derived_status
    from statuses
)

select
    goal_support.goal_id,
    goal_support.goal_name,
    goal_support.parent_goal_id,
    goal_support.level,
    goal_support.owner,
    goal_support.is_open,
    goal_weights.weight_ratio,
    rules.reporting_currency as currency,
    goal_support.spend_amount,
    scores.score,
    forecasts.expected_hit_count,
    cast(coalesce(forecasts.forecast_count, 0) as bigint) as forecast_count,
    forecasts.expected_hit_count / nullif(cast(forecasts.forecast_count as double), 0) as expected_hit_ratio,
    cast(judged_budgets.budget_amount as decimal(38, 2)) as budget_to_date_amount,
    cast(judged_budgets.budget_amount - judged_budgets.actual_amount as decimal(38, 2)) as variance_to_date_amount,
    weighed_schedules.late_weight,
    weighed_schedules.schedule_weight,
    weighed_schedules.late_weight / nullif(weighed_schedules.schedule_weight, 0) as late_ratio,
    derived.pace_status,
    derived.forecast_status,
    derived.budget_status,
    derived.schedule_status,
    derived.freshness_status,
    derived.derived_status,
    case
        when derived.derived_status in ('green', 'grey') then null
        when derived.pace_status = derived.derived_status then 'pace'
        when derived.forecast_status = derived.derived_status then 'forecast'
        when derived.budget_status = derived.derived_status then 'budget'
        when derived.schedule_status = derived.derived_status then 'schedule'
        else 'freshness'
    end as deciding_rule,
    nullif(
        concat_ws(
            ', ',
            case when derived.pace_status = 'grey' then 'pace' end,
            case when derived.forecast_status = 'grey' then 'forecast' end,
            case when derived.budget_status = 'grey' then 'budget' end,
            case when derived.schedule_status = 'grey' then 'schedule' end,
            case when derived.freshness_status = 'grey' then 'freshness' end
        ),
        ''
    ) as unknown,
    goal_support.status as reported_status,
    cast(coalesce(finding_counts.finding_count, 0) as bigint) as finding_count
from goal_support
inner join derived
    on goal_support.goal_id = derived.goal_id
left join goal_weights
    on goal_support.goal_id = goal_weights.goal_id
left join scores
    on goal_support.goal_id = scores.goal_id
left join forecasts
    on goal_support.goal_id = forecasts.goal_id
left join judged_budgets
    on goal_support.goal_id = judged_budgets.goal_id
left join weighed_schedules
    on goal_support.goal_id = weighed_schedules.goal_id
left join finding_counts
    on goal_support.goal_id = finding_counts.goal_id
cross join rules
order by goal_id
