-- variance.budget_to_actual, whole but for the words of materiality_rule. The day of the report is the last of
-- its month, so that the running month's budget is due in full.
with budgets as (
    select initiative_id, version, cast(date_trunc('quarter', period_start_date) as date) as start_date,
        sum(budget_amount) as budget_amount
    from budget_by_month
    where period_start_date <= getvariable('as_of')
    group by all
),
spend as (
    select initiative_id, cast(date_trunc('quarter', period_start_date) as date) as start_date,
        sum(spend_amount) as actual_amount
    from spend_by_month
    group by all
),
versions as (
    select distinct initiative_id, version from budget_by_month
),
firsts as (
    select initiative_id, min(start_date) as first_date
    from (select initiative_id, start_date from budgets union all select initiative_id, start_date from spend)
    group by initiative_id
),
running as (
    select cast(date_trunc('quarter', getvariable('as_of')) as date) as start_date
),
quarters as (
    select unnest(generate_series(date '2022-01-01', running.start_date, interval 3 month))::date as start_date
    from running
),
holders as (
    select initiatives.initiative_id, initiatives.name as initiative_name, initiatives.business_unit,
        coalesce(firsts.first_date, running.start_date) as first_date
    from initiatives
    left join firsts on initiatives.initiative_id = firsts.initiative_id
    cross join running
    union all
    select initiative_id, '(none)', null, first_date from firsts where initiative_id = '(none)'
),
planned as (
    select min(start_date) as first_planned from budgets
),
grid as (
    select holders.initiative_id, holders.initiative_name, holders.business_unit, quarters.start_date,
        coalesce(budgets.budget_amount, 0) as budget_amount, coalesce(spend.actual_amount, 0) as actual_amount,
        quarters.start_date >= planned.first_planned as is_planned
    from holders
    inner join quarters on holders.first_date <= quarters.start_date
    left join budgets on holders.initiative_id = budgets.initiative_id and quarters.start_date = budgets.start_date
    left join spend on holders.initiative_id = spend.initiative_id and quarters.start_date = spend.start_date
    cross join planned
),
totals as (
    select *,
        sum(budget_amount) over (partition by initiative_id, year(start_date) order by start_date) as budget_ytd,
        sum(actual_amount) over (partition by initiative_id, year(start_date) order by start_date) as actual_ytd,
        sum(budget_amount) over (partition by initiative_id order by start_date) as budget_all,
        sum(case when is_planned then actual_amount else 0 end) over (partition by initiative_id order by start_date)
            as actual_all
    from grid
)
select totals.initiative_id, totals.initiative_name, totals.business_unit,
    year(start_date) || '-Q' || quarter(start_date) as fiscal_quarter, versions.version as budget_version,
    totals.budget_amount::decimal(38, 2) as budget_amount, totals.actual_amount::decimal(38, 2) as actual_amount,
    (budget_amount - actual_amount)::decimal(38, 2) as variance_amount,
    ratio(budget_amount - actual_amount, abs(budget_amount)) as variance_ratio,
    budget_ytd::decimal(38, 2) as budget_ytd_amount, actual_ytd::decimal(38, 2) as actual_ytd_amount,
    (budget_ytd - actual_ytd)::decimal(38, 2) as variance_ytd_amount,
    budget_all::decimal(38, 2) as budget_to_date_amount, actual_all::decimal(38, 2) as actual_to_date_amount,
    (budget_all - actual_all)::decimal(38, 2) as variance_to_date_amount,
    ratio(budget_all - actual_all, abs(budget_all)) as variance_to_date_ratio,
    abs(budget_all - actual_all) > 10000 and abs(budget_all - actual_all) * 10 > abs(budget_all) as is_material,
    case when budget_amount = 0 then 'unbudgeted' when budget_all = 0 then 'unbudgeted to date' end as status_reason
from totals
left join versions on totals.initiative_id = versions.initiative_id
