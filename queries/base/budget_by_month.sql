-- question: How much was each initiative given for each fiscal period, in each version of the budget?
-- grain:    initiative_id, version, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' collects budgets of initiatives that do not exist
--   version            text           budget version, such as 'current'; '(none)' when the budget names none
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   budget_amount      decimal(38,2)  budget of the period; positive = money that may be spent
--   due_amount         decimal(38,2)  the part of it that is due by the as-of date (see base.budget_by_account)
--   basis              text           'as given', or 'linear_assumed' when any budget behind the amount was
--                                     spread over several periods
-- checks:
--   sum(budget_amount) = (select sum(reporting_amount) from budgets)
-- receipt:
--   budget_amount  budgets where initiative_id = $initiative_id and version = $version
--                  and period_start_date = $period_start_date
--   due_amount     budgets.due_part_amount where initiative_id = $initiative_id and version = $version
--                  and period_start_date = $period_start_date
-- leaves out: nothing; all versions are kept side by side and must never be added together
-- method:   METHODS 1. The accounts of base.budget_by_account, added up.
with account_budgets as (
    select
        initiative_id,
        version,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        currency,
        budget_amount,
        due_amount,
        basis = 'linear_assumed' as is_spread
    from base.budget_by_account
)

select
    initiative_id,
    version,
    period_start_date,
    fiscal_year,
    fiscal_quarter,
    currency,
    cast(sum(budget_amount) as decimal(38, 2)) as budget_amount,
    cast(sum(due_amount) as decimal(38, 2)) as due_amount,
    case when bool_or(is_spread) then 'linear_assumed' else 'as given' end as basis
from account_budgets
group by initiative_id, version, period_start_date, fiscal_year, fiscal_quarter, currency
order by initiative_id, version, period_start_date
