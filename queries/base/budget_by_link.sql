-- question: How much of each initiative's budget belongs to each of its goals, period by period and version by version?
-- grain:    initiative_id, goal_id, version, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' collects budgets of initiatives that do not exist
--   goal_id            text           goal the initiative is linked to; '(unaligned)' is budget without a link
--   version            text           budget version, such as 'current'; '(none)' when the budget names none
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   budget_amount      decimal(38,2)  the goal's part of the budget; positive = money that may be spent
--   due_amount         decimal(38,2)  the goal's part of what is due by the as-of date
--   basis              text           'as given', or 'linear_assumed' when any budget behind the amount was
--                                     spread over several periods
-- checks:
--   sum(budget_amount) = (select sum(budget_amount) from base.budget_by_month)
--   sum(due_amount) = (select sum(due_amount) from base.budget_by_month)
-- receipt:
--   budget_amount  budgets where initiative_id = $initiative_id and goal_id = $goal_id and version = $version
--                  and period_start_date = $period_start_date
--   due_amount     budgets.due_part_amount where initiative_id = $initiative_id and goal_id = $goal_id
--                  and version = $version and period_start_date = $period_start_date
-- leaves out: ancestors of the linked goals, so that nothing is counted twice
-- method:   METHODS 13. Budgets are split among goals exactly as spend is, by base.goal_shares, so that the two
--             can be compared.
with budget_months as (
    select
        initiative_id,
        version,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        currency,
        budget_amount,
        due_amount,
        basis
    from base.budget_by_month
),

goal_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
)

select
    budget_months.initiative_id,
    goal_shares.goal_id,
    budget_months.version,
    budget_months.period_start_date,
    budget_months.fiscal_year,
    budget_months.fiscal_quarter,
    budget_months.currency,
    cast(
        cast(budget_months.budget_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast(budget_months.budget_amount * goal_shares.from_ratio as decimal(38, 2))
        as decimal(38, 2)
    ) as budget_amount,
    cast(
        cast(budget_months.due_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast(budget_months.due_amount * goal_shares.from_ratio as decimal(38, 2))
        as decimal(38, 2)
    ) as due_amount,
    budget_months.basis
from budget_months
inner join goal_shares
    on budget_months.initiative_id = goal_shares.initiative_id
order by initiative_id, goal_id, version, period_start_date
