-- question: How does each business unit stand, and which rule decides?
-- grain:    business_unit
-- columns:
--   business_unit            text           unit that initiatives, KPIs or goals name, or that is in business_units;
--                                           '(none)' collects those without a unit
--   unit_name                text           its name; NULL when not given
--   currency                 text           reporting currency
--   spend_amount             decimal(38,2)  spend of the trailing periods of the unit's initiatives, for '(none)'
--                                           also what names no initiative; positive = money spent
--   red_kpi_count            bigint         KPIs of the unit that are red (variance.kpi_attainment)
--   judged_kpi_count         bigint         those that are green, amber or red
--   red_kpi_ratio            double         red_kpi_count / judged_kpi_count; NULL without any
--   expected_hit_count       double         sum of the probabilities that its KPIs meet their next target
--   forecast_count           bigint         KPIs with such a probability
--   expected_hit_ratio       double         expected_hit_count / forecast_count; NULL without any
--   budget_to_date_amount    decimal(38,2)  budget to date of its initiatives; NULL without any quarter
--   variance_to_date_amount  decimal(38,2)  budget less spend to date; positive = under budget
--   running_count            bigint         initiatives of the unit that run
--   late_weight              double         trailing spend of those whose schedule is red; without any spend, their
--                                           number
--   schedule_weight          double         the same of all whose schedule is known
--   late_ratio               double         late_weight / schedule_weight; NULL without any
--   stale_count              bigint         goals, KPIs and initiatives of the unit that nobody looked at in time:
--                                           stale or never observed (warning.stale_data)
--   observed_count           bigint         those of which that can be said
--   stale_ratio              double         stale_count / observed_count; NULL without any
--   pace_status              text           'red' when red_kpi_ratio is at least masking_weight_ratio, 'amber' when
--                                           any KPI is red or amber, else 'green'; 'grey' = unknown
--   forecast_status          text           by expected_hit_ratio, with the thresholds of warning.kpi_forecast
--   budget_status            text           'red' when spend to date is materially over budget, 'amber' when
--                                           materially under, else 'green'; 'grey' without a budget to date
--   schedule_status          text           'red' when late_ratio is at least masking_weight_ratio, 'amber' when any
--                                           initiative is late, else 'green'; 'grey' = unknown
--   freshness_status         text           'red' when stale_ratio is at least masking_weight_ratio, 'amber' when
--                                           anything is stale, else 'green'; 'grey' = unknown
--   derived_status           text           the worst of the five that is known; 'grey' when none is, or only
--                                           freshness and that is green
--   deciding_rule            text           the first of 'pace', 'forecast', 'budget', 'schedule' and 'freshness'
--                                           with that colour; NULL when green or grey
--   unknown                  text           what is grey, such as 'forecast, schedule'; NULL when all is known
--   green_report_count       bigint         running initiatives whose newest report is green
--   amber_report_count       bigint         the same, amber
--   red_report_count         bigint         the same, red
--   reported_status          text           the worst that its running initiatives report; NULL without a report
--   red_data_count           bigint         running initiatives that are red by their data (scorecard.initiative)
--   finding_count            bigint         findings raised on the unit itself (warning.raised_on_units)
-- checks:
--   count(*) filter (where (deciding_rule is not null) <> (derived_status in ('amber', 'red'))) = 0
--   count(*) filter (where derived_status = 'green' and 'red' in (pace_status, forecast_status, budget_status,
--     schedule_status, freshness_status)) = 0
--   sum(spend_amount) = (select sum(s.spend_amount) from base.spend_by_month as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date where p.is_trailing)
--   sum(running_count) = (select count(*) from scorecard.initiative where is_running)
--   count(*) filter (where green_report_count + amber_report_count + red_report_count > running_count) = 0
-- receipt:  initiatives where coalesce(nullif(business_unit, ''), '(none)') = $business_unit;
--             kpis where coalesce(nullif(business_unit, ''), '(none)') = $business_unit;
--             goals where coalesce(nullif(business_unit, ''), '(none)') = $business_unit
--   spend_amount  spend where is_trailing and coalesce(nullif(initiative_unit, ''), '(none)') = $business_unit
-- leaves out: the unit that the ledger charged, which may be another than the unit that runs the initiative; units
--             below a unit
-- method:   METHODS 4 and 5. A KPI belongs to the unit whose values it has, and where they name none to the unit that
--             it names itself. One red among many colours the unit amber, a share of masking_weight_ratio red. What is
--             reported stands beside what is derived and never replaces it.
with initiative_cards as (
    select
        initiative_id,
        coalesce(business_unit, '(none)') as business_unit,
        is_running,
        spend_amount,
        schedule_status,
        derived_status,
        reported_status
    from scorecard.initiative
),

kpi_units as (
    select kpi_id, nullif(business_unit, '') as business_unit
    from kpis
),

kpi_cards as (
    select
        cards.kpi_id,
        case
            when cards.business_unit = '(all)' then coalesce(kpi_units.business_unit, '(none)')
            else cards.business_unit
        end as business_unit,
        cards.pace_status,
        cards.hit_probability
    from scorecard.kpi as cards
    inner join kpi_units
        on cards.kpi_id = kpi_units.kpi_id
),

goal_units as (
    select distinct coalesce(nullif(business_unit, ''), '(none)') as business_unit
    from goals
),

unit_names as (
    select business_unit_id as business_unit, name as unit_name
    from business_units
),

running_budgets as (
    select
        business_unit,
        budget_to_date_amount,
        variance_to_date_amount,
        is_material
    from variance.unit_budget_to_actual
    where
        start_date <= $as_of
        and end_date >= $as_of
),

observations as (
    select
        coalesce(nullif(business_unit, ''), '(none)') as business_unit,
        verdict
    from warning.stale_data
    where
        subject_type in ('goal', 'kpi', 'initiative')
        and verdict <> 'unknown'
        and coalesce(business_unit, '') <> '(all)'
),

loose_spend as (
    select sum(spend_months.spend_amount) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    left join initiatives
        on spend_months.initiative_id = initiatives.initiative_id
    where
        periods.is_trailing
        and initiatives.initiative_id is null
),

finding_counts as (
    select subject_id as business_unit, count(*) as finding_count
    from warning.raised_on_units
    group by subject_id
),

rules as (
    select
        reporting_currency,
        masking_weight_ratio,
        hit_green_ratio,
        hit_amber_ratio
    from base.rules
),

named_units as (
    select business_unit
    from initiative_cards
    union
    select business_unit
    from kpi_cards
    union
    select business_unit
    from goal_units
    union
    select business_unit
    from unit_names
    union
    select '(none)' as business_unit
    from loose_spend
    where spend_amount is not null
),

unit_work as (
    select
        business_unit,
        sum(spend_amount) as spend_amount,
        count(*) filter (where is_running) as running_count,
        count(*) filter (where is_running and reported_status = 'green') as green_report_count,
        count(*) filter (where is_running and reported_status = 'amber') as amber_report_count,
        count(*) filter (where is_running and reported_status = 'red') as red_report_count,
        count(*) filter (where is_running and derived_status = 'red') as red_data_count,
        count(*) filter (where is_running and schedule_status <> 'grey') as schedule_count,
        count(*) filter (where is_running and schedule_status = 'red') as red_count,
        count(*) filter (where is_running and schedule_status in ('amber', 'red')) as late_count,
        sum(greatest(spend_amount, 0)) filter (where is_running and schedule_status <> 'grey') as schedule_amount,
        sum(greatest(spend_amount, 0)) filter (where is_running and schedule_status = 'red') as red_amount
    from initiative_cards
    group by business_unit
),

unit_kpis as (
    select
        business_unit,
        count(*) filter (where pace_status = 'red') as red_count,
        count(*) filter (where pace_status = 'amber') as amber_count,
        count(*) filter (where pace_status <> 'grey') as judged_count,
        cast(sum(cast(hit_probability as decimal(18, 12))) as double) as hit_sum,
        count(hit_probability) as hit_count
    from kpi_cards
    group by business_unit
),

unit_observations as (
    select
        business_unit,
        count(*) as observed_count,
        count(*) filter (where verdict in ('stale', 'never observed')) as stale_count
    from observations
    group by business_unit
),

figures as (
    select
        named_units.business_unit,
        coalesce(unit_work.spend_amount, 0)
        + case when named_units.business_unit = '(none)' then coalesce(loose_spend.spend_amount, 0) else 0 end
            as spend_amount,
        coalesce(unit_kpis.red_count, 0) as red_kpi_count,
        coalesce(unit_kpis.amber_count, 0) as amber_kpi_count,
        coalesce(unit_kpis.judged_count, 0) as judged_kpi_count,
        unit_kpis.hit_sum,
        coalesce(unit_kpis.hit_count, 0) as hit_count,
        running_budgets.budget_to_date_amount,
        running_budgets.variance_to_date_amount,
        running_budgets.is_material,
        coalesce(unit_work.running_count, 0) as running_count,
        coalesce(unit_work.late_count, 0) as late_count,
        case
            when coalesce(unit_work.schedule_count, 0) = 0 then null
            when unit_work.schedule_amount > 0 then cast(coalesce(unit_work.red_amount, 0) as double)
            else cast(unit_work.red_count as double)
        end as late_weight,
        case
            when coalesce(unit_work.schedule_count, 0) = 0 then null
            when unit_work.schedule_amount > 0 then cast(unit_work.schedule_amount as double)
            else cast(unit_work.schedule_count as double)
        end as schedule_weight,
        coalesce(unit_observations.stale_count, 0) as stale_count,
        coalesce(unit_observations.observed_count, 0) as observed_count,
        coalesce(unit_work.green_report_count, 0) as green_report_count,
        coalesce(unit_work.amber_report_count, 0) as amber_report_count,
        coalesce(unit_work.red_report_count, 0) as red_report_count,
        coalesce(unit_work.red_data_count, 0) as red_data_count
    from named_units
    left join unit_work
        on named_units.business_unit = unit_work.business_unit
    left join unit_kpis
        on named_units.business_unit = unit_kpis.business_unit
    left join running_budgets
        on named_units.business_unit = running_budgets.business_unit
    left join unit_observations
        on named_units.business_unit = unit_observations.business_unit
    cross join loose_spend
),

ratios as (
    select
        business_unit,
        cast(red_kpi_count as double) / nullif(cast(judged_kpi_count as double), 0) as red_kpi_ratio,
        hit_sum / nullif(cast(hit_count as double), 0) as expected_hit_ratio,
        late_weight / nullif(schedule_weight, 0) as late_ratio,
        cast(stale_count as double) / nullif(cast(observed_count as double), 0) as stale_ratio
    from figures
),

statuses as (
    select
        figures.business_unit,
        case
            when ratios.red_kpi_ratio is null then 'grey'
            when figures.red_kpi_count > 0 and round(ratios.red_kpi_ratio, 9) >= rules.masking_weight_ratio then 'red'
            when figures.red_kpi_count + figures.amber_kpi_count > 0 then 'amber'
            else 'green'
        end as pace_status,
        case
            when ratios.expected_hit_ratio is null then 'grey'
            when round(ratios.expected_hit_ratio, 9) >= rules.hit_green_ratio then 'green'
            when round(ratios.expected_hit_ratio, 9) >= rules.hit_amber_ratio then 'amber'
            else 'red'
        end as forecast_status,
        case
            when coalesce(figures.budget_to_date_amount, 0) = 0 then 'grey'
            when figures.is_material and figures.variance_to_date_amount < 0 then 'red'
            when figures.is_material then 'amber'
            else 'green'
        end as budget_status,
        case
            when ratios.late_ratio is null then 'grey'
            when figures.late_weight > 0 and round(ratios.late_ratio, 9) >= rules.masking_weight_ratio then 'red'
            when figures.late_count > 0 then 'amber'
            else 'green'
        end as schedule_status,
        case
            when ratios.stale_ratio is null then 'grey'
            when figures.stale_count > 0 and round(ratios.stale_ratio, 9) >= rules.masking_weight_ratio then 'red'
            when figures.stale_count > 0 then 'amber'
            else 'green'
        end as freshness_status
    from figures
    inner join ratios
        on figures.business_unit = ratios.business_unit
    cross join rules
),

derived as (
    select
        business_unit,
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
    figures.business_unit,
    unit_names.unit_name,
    rules.reporting_currency as currency,
    cast(figures.spend_amount as decimal(38, 2)) as spend_amount,
    cast(figures.red_kpi_count as bigint) as red_kpi_count,
    cast(figures.judged_kpi_count as bigint) as judged_kpi_count,
    ratios.red_kpi_ratio,
    figures.hit_sum as expected_hit_count,
    cast(figures.hit_count as bigint) as forecast_count,
    ratios.expected_hit_ratio,
    figures.budget_to_date_amount,
    figures.variance_to_date_amount,
    cast(figures.running_count as bigint) as running_count,
    figures.late_weight,
    figures.schedule_weight,
    ratios.late_ratio,
    cast(figures.stale_count as bigint) as stale_count,
    cast(figures.observed_count as bigint) as observed_count,
    ratios.stale_ratio,
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
    cast(figures.green_report_count as bigint) as green_report_count,
    cast(figures.amber_report_count as bigint) as amber_report_count,
    cast(figures.red_report_count as bigint) as red_report_count,
    case
        when figures.red_report_count > 0 then 'red'
        when figures.amber_report_count > 0 then 'amber'
        when figures.green_report_count > 0 then 'green'
    end as reported_status,
    cast(figures.red_data_count as bigint) as red_data_count,
    cast(coalesce(finding_counts.finding_count, 0) as bigint) as finding_count
from figures
inner join ratios
    on figures.business_unit = ratios.business_unit
inner join derived
    on figures.business_unit = derived.business_unit
left join unit_names
    on figures.business_unit = unit_names.business_unit
left join finding_counts
    on figures.business_unit = finding_counts.business_unit
cross join rules
order by business_unit
