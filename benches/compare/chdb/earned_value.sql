-- variance.earned_value: the amounts, the ratios and the colours.
with budgets as (
    select initiative_id, sum(cents) as whole, coalesce(sumIf(cents, period_start_date <= toDate32('{as_of}')), 0) as due
    from budget_by_month
    group by initiative_id
),
spend as (
    select initiative_id, sum(cents) as spent from spend_by_month group by initiative_id
),
positions as (
    select initiatives.initiative_id as initiative_id, initiatives.stage as stage, budgets.whole as bac,
        budgets.due as pv, coalesce(spend.spent, 0) as ac, progress.complete as complete,
        half_away(budgets.whole * toInt128(round(progress.complete * 1e9)), 1000000000) as ev
    from initiatives
    left join budgets on initiatives.initiative_id = budgets.initiative_id
    left join spend on initiatives.initiative_id = spend.initiative_id
    left join progress on initiatives.initiative_id = progress.initiative_id
),
indexed as (
    select *, if(bac > 0 and ac > 0, as_ratio(ev, ac), null) as cpi, if(bac > 0 and pv > 0, as_ratio(ev, pv), null) as spi
    from positions
)
select initiative_id, stage, as_money(bac) as bac_amount, as_money(pv) as planned_value_amount,
    as_money(ev) as earned_value_amount, as_money(ac) as actual_amount, as_money(ev - ac) as cost_variance_amount,
    as_money(ev - pv) as schedule_variance_amount, if(ev > 0, as_ratio(ev - ac, ev), null) as cost_variance_ratio,
    if(pv > 0, as_ratio(ev - pv, pv), null) as schedule_variance_ratio, cpi as cpi_ratio, spi as spi_ratio,
    complete as complete_ratio, if(bac > 0, as_ratio(ac, bac), null) as spent_ratio,
    as_colour(cpi) as cost_status, as_colour(spi) as schedule_status
from indexed
