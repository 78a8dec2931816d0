-- warning.watermelon as it stands on the day of the report. Left out: since when, which looks back at what was known
-- on each month's end (since_date, report_count, since_amount).
with budgets as (
    select initiative_id, sum(budget_amount) as whole,
        coalesce(sum(budget_amount) filter (where period_start_date <= getvariable('as_of')), 0) as due,
        max(period_end_date) as end_date
    from budget_by_month
    group by all
),
spend as (
    select initiative_id, sum(spend_amount) as actual,
        sum(spend_amount) filter (where is_trailing(period_start_date)) as trailing_amount
    from spend_by_month
    group by all
),
slips as (
    select initiative_id, count(first_baseline_date) as dated_count,
        max(greatest(coalesce(forecast_date, baseline_date), getvariable('as_of')) - first_baseline_date)
            filter (where actual_date is null or actual_date > getvariable('as_of')) as open_slip
    from milestones
    group by all
),
running as (
    select *
    from initiatives
    where start_date <= getvariable('as_of')
        and case
            when actual_end_date is not null then actual_end_date > getvariable('as_of')
                and coalesce(stage, 'active') in ('active', 'complete', 'cancelled')
            else coalesce(stage, 'active') = 'active'
        end
),
gathered as (
    select running.initiative_id, running.name as initiative_name, running.owner, running.business_unit, progress.rag,
        progress.reported_date, progress.complete, budgets.due, coalesce(spend.actual, 0) as actual,
        coalesce(spend.trailing_amount, 0)::decimal(38, 2) as trailing_amount,
        case
            when running.currency = 'EUR' and running.approved_amount > budgets.whole
                and running.planned_end_date > budgets.end_date then running.approved_amount
            else budgets.whole
        end as bac,
        greatest(
            slips.open_slip,
            case when slips.dated_count > 0 then 0 end,
            case when running.planned_end_date < getvariable('as_of')
                then getvariable('as_of') - running.planned_end_date end
        ) as late_days,
        least((getvariable('as_of') - running.start_date + 1)::double
            / (running.planned_end_date - running.start_date + 1)::double, 1.0) as gone
    from running
    left join budgets using (initiative_id)
    left join spend using (initiative_id)
    left join progress using (initiative_id)
    left join slips using (initiative_id)
),
measured as (
    select *, case when due > 0 then 2 - ratio(actual, due) end as budget_ratio,
        case when bac > 0 and actual > 0 then bac::double * complete / actual::double end as cpi_ratio,
        case when due > 0 and actual > 0 then complete / gone * due::double / actual::double end as paced_ratio,
        round(ratio(actual, bac), 9) >= 0.2 as is_settled
    from gathered
),
graded as (
    select *,
        case when budget_ratio is null or not is_settled then 0 when round(budget_ratio, 9) >= 0.95 then 1
            when round(budget_ratio, 9) >= 0.85 then 2 else 3 end as budget_grade,
        case when greatest(cpi_ratio, paced_ratio) is null or not is_settled then 0
            when round(greatest(cpi_ratio, paced_ratio), 9) >= 0.95 then 1
            when round(greatest(cpi_ratio, paced_ratio), 9) >= 0.85 then 2 else 3 end as cost_grade,
        case when late_days is null then 0 when late_days <= 0 then 1 when late_days <= 90 then 2 else 3 end
            as schedule_grade,
        greatest(budget_grade, cost_grade, schedule_grade) as grade
    from measured
)
select initiative_id, initiative_name, owner, business_unit, rag as reported, reported_date,
    ['grey', 'green', 'amber', 'red'][grade + 1] as derived,
    case
        when grade < 2 then null
        when cost_grade = grade then 'cost'
        when schedule_grade = grade then 'schedule'
        else 'budget'
    end as deciding_rule,
    budget_ratio, cpi_ratio, late_days, rag = 'green' and grade = 3 as is_watermelon, trailing_amount as spend_amount
from graded
