-- question: How much was each goal given in each fiscal period, in each version of the budget?
-- grain:    goal_id, version, period_start_date
-- columns:
--   goal_id            text           goal the money was linked to directly; '(unaligned)' collects budget without
--                                     a path to any goal
--   version            text           budget version, such as 'current'; '(none)' when the budget names none
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   budget_amount      decimal(38,2)  budget of the goal; positive = money that may be spent
--   due_amount         decimal(38,2)  the part of it that is due by the as-of date
--   basis              text           'as given', or 'linear_assumed' when any budget behind the amount was
--                                     spread over several periods
-- checks:
--   sum(budget_amount) = (select sum(budget_amount) from base.budget_by_month)
-- receipt:
--   budget_amount  budgets where goal_id = $goal_id and version = $version
--                  and period_start_date = $period_start_date
--   due_amount     budgets.due_part_amount where goal_id = $goal_id and version = $version
--                  and period_start_date = $period_start_date
-- leaves out: roll-up to parent goals: join base.goal_closure, and never add a goal to its own ancestors
-- method:   METHODS 13. The parts of base.budget_by_link, added up.
with budget_links as (
    select
        goal_id,
        version,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        currency,
        budget_amount,
        due_amount,
        basis = 'linear_assumed' as is_spread
    from base.budget_by_link
)

select
    goal_id,
    version,
    period_start_date,
    fiscal_year,
    fiscal_quarter,
    currency,
    cast(sum(budget_amount) as decimal(38, 2)) as budget_amount,
    cast(sum(due_amount) as decimal(38, 2)) as due_amount,
    case when bool_or(is_spread) then 'linear_assumed' else 'as given' end as basis
from budget_links
group by goal_id, version, period_start_date, fiscal_year, fiscal_quarter, currency
order by goal_id, version, period_start_date
