-- variance.earned_value, whole but for the unit and for how progress was measured. Every generated initiative has a monthly budget; the day of the report
-- is the last of its month, so that a started month's budget is due in full.
with budgets as (
    select initiative_id, sum(budget_amount) as whole,
        coalesce(sum(budget_amount) filter (where period_start_date <= getvariable('as_of')), 0) as due,
        max(period_end_date) as end_date
    from budget_by_month
    group by all
),
spend as (
    select initiative_id, sum(spend_amount) as actual from spend_by_month group by all
),
positions as (
    select initiatives.initiative_id, initiatives.name as initiative_name, initiatives.stage,
        budgets.whole::decimal(38, 2) as bac, 'budget' as bac_basis, budgets.due::decimal(38, 2) as pv,
        coalesce(spend.actual, 0)::decimal(38, 2) as ac, progress.complete::decimal(18, 9) as complete,
        (budgets.whole * progress.complete::decimal(18, 9))::decimal(38, 2) as ev
    from initiatives
    left join budgets using (initiative_id)
    left join spend using (initiative_id)
    left join progress using (initiative_id)
),
indexed as (
    select *, case when bac > 0 and ac > 0 then ratio(ev, ac) end as cpi,
        case when bac > 0 and pv > 0 then ratio(ev, pv) end as spi
    from positions
)
select initiative_id, initiative_name, stage, bac as bac_amount, bac_basis, pv as planned_value_amount,
    ev as earned_value_amount, ac as actual_amount, (ev - ac)::decimal(38, 2) as cost_variance_amount,
    (ev - pv)::decimal(38, 2) as schedule_variance_amount,
    case when ev > 0 then ratio(ev - ac, ev) end as cost_variance_ratio,
    case when pv > 0 then ratio(ev - pv, pv) end as schedule_variance_ratio,
    cpi as cpi_ratio, spi as spi_ratio, complete::double as complete_ratio,
    case when bac > 0 then ratio(ac, bac) end as spent_ratio,
    colour(cpi) as cost_status, colour(spi) as schedule_status,
    case
        when bac is null then 'no budget'
        when complete is null then 'no progress reported'
        when ac = 0 then 'nothing spent'
        when ac < 0 then 'spend is negative'
        when pv = 0 then 'nothing planned yet'
        when ev = 0 then 'nothing earned yet'
    end as status_reason
from indexed
