-- question: How much was spent on each goal in each fiscal period?
-- grain:    goal_id, period_start_date
-- columns:
--   goal_id            text           goal the money was linked to directly; '(unaligned)' collects spend without
--                                     a path to any goal
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  spend on the goal; positive = money spent, negative = a net credit
-- checks:
--   sum(spend_amount) = (select sum(spend_amount) from base.spend_by_month)
-- receipt:
--   spend_amount  spend where goal_id = $goal_id and period_start_date = $period_start_date
-- leaves out: commitments; roll-up to parent goals: to see a branch of the tree, join base.goal_closure and
--             never add a goal to its own ancestors
-- method:   METHODS 13. An initiative with several goals gives each its share; aligned and unaligned rows
--             together are the ledger to the cent.
with spend_links as (
    select goal_id, period_start_date, fiscal_year, fiscal_quarter, currency, spend_amount
    from base.spend_by_link
)

select
    goal_id,
    period_start_date,
    fiscal_year,
    fiscal_quarter,
    currency,
    cast(sum(spend_amount) as decimal(38, 2)) as spend_amount
from spend_links
group by goal_id, period_start_date, fiscal_year, fiscal_quarter, currency
order by goal_id, period_start_date
