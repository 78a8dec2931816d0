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
--   basis              text           'as given', or 'linear_assumed' when any budget behind the amount was
--                                     spread over several periods
-- checks:
--   sum(budget_amount) = (select sum(budget_amount) from base.budget_by_month)
-- receipt:  budgets where goal_id, version, period_start_date
-- leaves out: roll-up to parent goals: join base.goal_closure, and never add a goal to its own ancestors
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
        basis
    from base.budget_by_month
),

goal_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
),

budget_parts as (
    select
        goal_shares.goal_id,
        budget_months.version,
        budget_months.period_start_date,
        budget_months.fiscal_year,
        budget_months.fiscal_quarter,
        budget_months.currency,
        cast(budget_months.budget_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast(budget_months.budget_amount * goal_shares.from_ratio as decimal(38, 2)) as part_amount,
        budget_months.basis = 'linear_assumed' as is_spread
    from budget_months
    inner join goal_shares
        on budget_months.initiative_id = goal_shares.initiative_id
)

select
    goal_id,
    version,
    period_start_date,
    fiscal_year,
    fiscal_quarter,
    currency,
    cast(sum(part_amount) as decimal(38, 2)) as budget_amount,
    case when bool_or(is_spread) then 'linear_assumed' else 'as given' end as basis
from budget_parts
group by goal_id, version, period_start_date, fiscal_year, fiscal_quarter, currency
order by goal_id, version, period_start_date
