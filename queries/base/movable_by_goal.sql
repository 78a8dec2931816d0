-- question: How much money that priorities can move stands under each goal, spent and budgeted?
-- grain:    goal_id
-- columns:
--   goal_id        text           goal
--   fiscal_year    text           fiscal year that the as-of date falls in; budget_amount is of this year
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods on it and all below it; positive = money spent
--   budget_amount  decimal(38,2)  budget of the whole fiscal year for it and all below it, in the version each
--                                 initiative is compared with; positive = money that may be spent
-- checks:
--   count(*) = (select count(*) from base.goal_weights)
-- receipt:
--   spend_amount   spend_under where is_trailing and not is_mandatory and ancestor_goal_id = $goal_id
--   budget_amount  budgets_under where is_chosen and not is_mandatory and fiscal_year = $fiscal_year
--                  and ancestor_goal_id = $goal_id
-- leaves out: mandatory initiatives, whose money no priority can move; commitments
-- method:   METHODS 11. A goal with several parents counts under the first of them; never add a goal to the goals
--             above it.
with all_goals as (
    select goal_id
    from base.goal_weights
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

periods as (
    select period_start_date, period_end_date, fiscal_year, is_trailing
    from base.periods
),

rules as (
    select reporting_currency
    from base.rules
),

running_year as (
    select max(fiscal_year) as fiscal_year
    from periods
    where
        period_start_date <= $as_of
        and period_end_date >= $as_of
),

trailing_spend as (
    select
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join periods
        on spend_links.period_start_date = periods.period_start_date
    left join mandatory_initiatives
        on spend_links.initiative_id = mandatory_initiatives.initiative_id
    where
        periods.is_trailing
        and mandatory_initiatives.initiative_id is null
    group by spend_links.goal_id
),

year_budgets as (
    select
        budget_links.goal_id,
        sum(budget_links.budget_amount) as budget_amount
    from base.budget_by_link as budget_links
    inner join base.chosen_budget as chosen_versions
        on budget_links.initiative_id = chosen_versions.initiative_id
        and budget_links.version = chosen_versions.version
    inner join running_year
        on budget_links.fiscal_year = running_year.fiscal_year
    left join mandatory_initiatives
        on budget_links.initiative_id = mandatory_initiatives.initiative_id
    where mandatory_initiatives.initiative_id is null
    group by budget_links.goal_id
),

goal_money as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(trailing_spend.spend_amount) as spend_amount,
        sum(year_budgets.budget_amount) as budget_amount
    from closure
    left join trailing_spend
        on closure.goal_id = trailing_spend.goal_id
    left join year_budgets
        on closure.goal_id = year_budgets.goal_id
    group by closure.ancestor_goal_id
)

select
    all_goals.goal_id,
    running_year.fiscal_year,
    rules.reporting_currency as currency,
    cast(coalesce(goal_money.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    cast(coalesce(goal_money.budget_amount, 0) as decimal(38, 2)) as budget_amount
from all_goals
left join goal_money
    on all_goals.goal_id = goal_money.goal_id
cross join running_year
cross join rules
order by goal_id
