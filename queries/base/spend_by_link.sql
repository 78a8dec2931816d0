-- question: How much of each initiative's spend went to each of its goals, period by period?
-- grain:    initiative_id, goal_id, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' is spend without one
--   goal_id            text           goal the initiative is linked to; '(unaligned)' is spend without a link
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  the goal's part of the spend; positive = money spent
-- checks:
--   sum(spend_amount) = (select sum(spend_amount) from base.spend_by_month)
-- receipt:
--   spend_amount  spend where initiative_id = $initiative_id and goal_id = $goal_id
--                 and period_start_date = $period_start_date
-- leaves out: commitments (see base.spend_by_month); ancestors of the linked goals, so that nothing is counted
--             twice
-- method:   METHODS 13. The spend of one initiative in one period is split once, here, by base.goal_shares;
--             every model that needs spend by goal sums these rows, so all of them agree to the cent.
with spend_months as (
    select initiative_id, period_start_date, fiscal_year, fiscal_quarter, currency, spend_amount
    from base.spend_by_month
),

goal_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
)

select
    spend_months.initiative_id,
    goal_shares.goal_id,
    spend_months.period_start_date,
    spend_months.fiscal_year,
    spend_months.fiscal_quarter,
    spend_months.currency,
    cast(
        cast(spend_months.spend_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast(spend_months.spend_amount * goal_shares.from_ratio as decimal(38, 2))
        as decimal(38, 2)
    ) as spend_amount
from spend_months
inner join goal_shares
    on spend_months.initiative_id = goal_shares.initiative_id
order by initiative_id, goal_id, period_start_date
