-- variance.budget_to_actual: the amounts and ratios of each quarter, of the year to date and of all to date.
with budgets as (
    select initiative_id, toDate32(toStartOfQuarter(period_start_date)) as start_date, sum(cents) as cents
    from budget_by_month
    where period_start_date <= toDate32('{as_of}')
    group by initiative_id, start_date
),
spend as (
    select initiative_id, toDate32(toStartOfQuarter(period_start_date)) as start_date, sum(cents) as cents
    from spend_by_month
    group by initiative_id, start_date
),
firsts as (
    select initiative_id, min(start_date) as first_date
    from (select initiative_id, start_date from budgets union all select initiative_id, start_date from spend)
    group by initiative_id
),
quarters as (
    select toDate32(addQuarters(toDate32('2022-01-01'), number)) as start_date
    from numbers(200)
    where start_date <= toStartOfQuarter(toDate32('{as_of}'))
),
holders as (
    select initiatives.initiative_id as initiative_id, initiatives.name as initiative_name,
        coalesce(firsts.first_date, toDate32(toStartOfQuarter(toDate32('{as_of}')))) as first_date
    from initiatives
    left join firsts on initiatives.initiative_id = firsts.initiative_id
    union all
    select initiative_id, '(none)', first_date from firsts where initiative_id = '(none)'
),
grid as (
    select holders.initiative_id as initiative_id, holders.initiative_name as initiative_name,
        quarters.start_date as start_date
    from holders
    cross join quarters
    where quarters.start_date >= holders.first_date
),
filled as (
    select grid.initiative_id as initiative_id, grid.initiative_name as initiative_name, grid.start_date as start_date,
        coalesce(budgets.cents, 0) as budget, coalesce(spend.cents, 0) as actual,
        if(grid.start_date >= (select min(start_date) from budgets), actual, 0) as planned_actual
    from grid
    left join budgets on grid.initiative_id = budgets.initiative_id and grid.start_date = budgets.start_date
    left join spend on grid.initiative_id = spend.initiative_id and grid.start_date = spend.start_date
),
totals as (
    select *,
        sum(budget) over (partition by initiative_id, toYear(start_date) order by start_date) as budget_ytd,
        sum(actual) over (partition by initiative_id, toYear(start_date) order by start_date) as actual_ytd,
        sum(budget) over (partition by initiative_id order by start_date) as budget_all,
        sum(planned_actual) over (partition by initiative_id order by start_date) as actual_all
    from filled
)
select initiative_id, initiative_name, concat(toString(toYear(start_date)), '-Q', toString(toQuarter(start_date)))
        as fiscal_quarter,
    as_money(budget) as budget_amount, as_money(actual) as actual_amount, as_money(budget - actual) as variance_amount,
    as_ratio(budget - actual, abs(budget)) as variance_ratio, as_money(budget_ytd) as budget_ytd_amount,
    as_money(actual_ytd) as actual_ytd_amount, as_money(budget_ytd - actual_ytd) as variance_ytd_amount,
    as_money(budget_all) as budget_to_date_amount, as_money(actual_all) as actual_to_date_amount,
    as_money(budget_all - actual_all) as variance_to_date_amount,
    as_ratio(budget_all - actual_all, abs(budget_all)) as variance_to_date_ratio,
    abs(budget_all - actual_all) > 1000000 and abs(budget_all - actual_all) * 10 > abs(budget_all) as is_material,
    multiIf(budget = 0, 'unbudgeted', budget_all = 0, 'unbudgeted to date', null) as status_reason
from totals
