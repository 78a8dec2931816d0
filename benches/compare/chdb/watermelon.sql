-- warning.watermelon as it stands on the day of the report.
with budgets as (
    select initiative_id, sum(cents) as whole, coalesce(sumIf(cents, period_start_date <= toDate32('{as_of}')), 0) as due,
        max(period_end_date) as end_date
    from budget_by_month
    group by initiative_id
),
spend as (
    select initiative_id, sum(cents) as spent,
        coalesce(sumIf(cents, period_start_date > addMonths(toStartOfMonth(toDate32('{as_of}')), -12)), 0) as lately
    from spend_by_month
    group by initiative_id
),
milestones as (
    select milestone_id, argMax(initiative_id, valid_from) as initiative_id,
        argMin(baseline_date, valid_from) as first_baseline,
        argMax(tuple(forecast_date, baseline_date, actual_date), valid_from) as now
    from raw_milestones
    where valid_from <= toDate32('{as_of}')
    group by milestone_id
),
slips as (
    select initiative_id, count(first_baseline) as dated_count,
        maxIf(toNullable(dateDiff('day', first_baseline, greatest(coalesce(now.1, now.2), toDate32('{as_of}')))),
            now.3 is null or now.3 > toDate32('{as_of}')) as open_slip
    from milestones
    group by initiative_id
),
running as (
    select *
    from initiatives
    where start_date <= toDate32('{as_of}')
        and if(actual_end_date is not null,
            actual_end_date > toDate32('{as_of}') and coalesce(stage, 'active') in ('active', 'complete', 'cancelled'),
            coalesce(stage, 'active') = 'active')
),
gathered as (
    select running.initiative_id as initiative_id, running.name as initiative_name, running.owner as owner,
        running.business_unit as business_unit, progress.colour as colour, progress.newest_date as newest_date,
        progress.complete as complete, budgets.due as due, coalesce(spend.spent, 0) as actual,
        coalesce(spend.lately, 0) as lately,
        if(running.currency = 'EUR' and toInt128(running.approved_amount * 100) > budgets.whole
            and running.planned_end_date > budgets.end_date, toInt128(running.approved_amount * 100), budgets.whole) as bac,
        arrayMax(arrayFilter(x -> x is not null, [
            toInt64(slips.open_slip),
            if(slips.dated_count > 0, 0, null),
            if(running.planned_end_date < toDate32('{as_of}'), dateDiff('day', running.planned_end_date, toDate32('{as_of}')), null)
        ])) as late,
        least((dateDiff('day', running.start_date, toDate32('{as_of}')) + 1)
            / (dateDiff('day', running.start_date, running.planned_end_date) + 1), 1.)
            as gone
    from running
    left join budgets on running.initiative_id = budgets.initiative_id
    left join spend on running.initiative_id = spend.initiative_id
    left join progress on running.initiative_id = progress.initiative_id
    left join slips on running.initiative_id = slips.initiative_id
),
measured as (
    select *, if(due > 0, 2 - as_ratio(actual, due), null) as budget_index,
        if(bac > 0 and actual > 0, toFloat64(bac) * complete / toFloat64(actual), null) as cpi,
        if(due > 0 and actual > 0, complete / gone * toFloat64(due) / toFloat64(actual), null) as paced,
        if(cpi is null or paced is null, coalesce(cpi, paced), greatest(cpi, paced)) as best,
        coalesce(round(as_ratio(actual, bac), 9) >= 0.2, false) as is_settled
    from gathered
),
graded as (
    select *,
        multiIf(budget_index is null or not is_settled, 0, round(budget_index, 9) >= 0.95, 1,
            round(budget_index, 9) >= 0.85, 2, 3) as budget_grade,
        multiIf(best is null or not is_settled, 0, round(best, 9) >= 0.95, 1, round(best, 9) >= 0.85, 2, 3) as cost_grade,
        multiIf(late is null, 0, late <= 0, 1, late <= 90, 2, 3) as schedule_grade,
        greatest(budget_grade, cost_grade, schedule_grade) as grade
    from measured
)
select initiative_id, initiative_name, owner, business_unit, colour as reported, newest_date as reported_date,
    ['grey', 'green', 'amber', 'red'][grade + 1] as derived,
    multiIf(grade < 2, null, cost_grade = grade, 'cost', schedule_grade = grade, 'schedule', 'budget') as deciding_rule,
    budget_index as budget_ratio, cpi as cpi_ratio, late as late_days, colour = 'green' and grade = 3 as is_watermelon,
    as_money(lately) as spend_amount
from graded
