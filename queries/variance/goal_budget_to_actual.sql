-- question: Is each goal's money spent as it was given, this quarter, this year and since plans began?
-- grain:    goal_id, fiscal_quarter
-- columns:
--   goal_id                         text           goal the money is linked to directly; '(unaligned)' collects
--                                                  money without a path to any goal
--   goal_name                       text           name of the goal
--   fiscal_year                     text           fiscal year
--   fiscal_quarter                  text           fiscal quarter, such as '2026-Q1'
--   start_date                      date           first day of the quarter
--   end_date                        date           last day of the quarter
--   is_complete                     boolean        true when the quarter has ended on the as-of date
--   currency                        text           reporting currency
--   budget_amount                   decimal(38,2)  budget of the quarter; in the running quarter, the part that
--                                                  is due
--   actual_amount                   decimal(38,2)  spend of the quarter; positive = money spent
--   variance_amount                 decimal(38,2)  budget less actual; positive = under budget
--   variance_ratio                  double         variance_amount / |budget_amount|; NULL when the budget is 0
--   gross_variance_amount           decimal(38,2)  the same variance by initiative, added up without sign: what
--                                                  the net figure hides when one is over and another under
--   budget_ytd_amount               decimal(38,2)  budget from the start of the fiscal year to the end of the
--                                                  quarter
--   actual_ytd_amount               decimal(38,2)  spend over the same span
--   variance_ytd_amount             decimal(38,2)  budget less actual over the same span; positive = under
--                                                  budget
--   gross_variance_ytd_amount       decimal(38,2)  the variances of the initiatives over the same span, without
--                                                  sign
--   budget_to_date_amount           decimal(38,2)  budget from the first quarter for which anything was
--                                                  budgeted to the end of this one
--   actual_to_date_amount           decimal(38,2)  spend over the same span
--   variance_to_date_amount         decimal(38,2)  budget less actual over the same span; positive = under
--                                                  budget
--   variance_to_date_ratio          double         variance_to_date_amount / |budget_to_date_amount|; NULL when
--                                                  that budget is 0
--   gross_variance_to_date_amount   decimal(38,2)  the variances of the initiatives over the same span, without
--                                                  sign
--   is_material                     boolean        true when the variance to date, either way, is over the
--                                                  thresholds
--   materiality_rule                text           the rule that fired, such as 'over 100000.00 and over
--                                                  10.0 %'; NULL when none did
--   status_reason                   text           NULL, or why a ratio is missing: 'unbudgeted' when the
--                                                  quarter has no budget, 'unbudgeted to date' when only the sum
--                                                  to date is 0
-- checks:
--   sum(budget_amount) = (select sum(budget_amount) from variance.budget_to_actual)
--   sum(actual_amount) = (select sum(actual_amount) from variance.budget_to_actual)
--   sum(budget_ytd_amount) = (select sum(budget_ytd_amount) from variance.budget_to_actual)
--   sum(actual_ytd_amount) = (select sum(actual_ytd_amount) from variance.budget_to_actual)
--   sum(variance_to_date_amount) = (select sum(variance_to_date_amount) from variance.budget_to_actual)
--   count(*) filter (where gross_variance_to_date_amount < abs(variance_to_date_amount)) = 0
--   count(*) filter (where is_material = (materiality_rule is null)) = 0
-- receipt:
--   budget_amount    budgets.due_part_amount where goal_id = $goal_id and is_chosen
--                    and fiscal_quarter = $fiscal_quarter
--   actual_amount    spend where goal_id = $goal_id and fiscal_quarter = $fiscal_quarter
--   variance_amount  budget_amount less actual_amount
--   budget_ytd_amount    budgets.due_part_amount where goal_id = $goal_id and is_chosen
--                        and fiscal_year = $fiscal_year and period_start_date <= $end_date
--   actual_ytd_amount    spend where goal_id = $goal_id and fiscal_year = $fiscal_year
--                        and period_start_date <= $end_date
--   variance_ytd_amount  budget_ytd_amount less actual_ytd_amount
--   budget_to_date_amount    budgets.due_part_amount where goal_id = $goal_id and is_chosen
--                            and period_start_date <= $end_date
--   actual_to_date_amount    spend where goal_id = $goal_id and period_start_date <= $end_date
--                            and is_planned
--   variance_to_date_amount  budget_to_date_amount less actual_to_date_amount
-- leaves out: goals that no money is linked to directly, and the roll-up to parent goals: to see a branch of the
--             tree, join base.goal_closure, and never add a goal to its own ancestors; quarters before a goal's
--             first budget or spend; what variance.budget_to_actual leaves out
-- method:   METHODS 9. variance.budget_to_actual by goal: an initiative with several goals gives each its share of
--             budget and spend alike (base.budget_by_link, base.spend_by_link), so both add up to the same
--             figures. Each initiative is compared with the version that base.chosen_budget names.
with goal_names as (
    select goal_id, name as goal_name
    from goals
),

budget_links as (
    select initiative_id, goal_id, version, fiscal_quarter, period_start_date, due_amount
    from base.budget_by_link
),

spend_links as (
    select initiative_id, goal_id, fiscal_quarter, spend_amount
    from base.spend_by_link
),

periods as (
    select
        period_start_date,
        period_end_date,
        fiscal_year,
        fiscal_quarter
    from base.periods
),

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
),

rules as (
    select
        reporting_currency,
        materiality_amount,
        cast(materiality_ratio as decimal(18, 9)) as materiality_ratio,
        materiality_combine,
        'over ' || cast(materiality_amount as text) as amount_rule,
        'over ' || cast(cast(materiality_ratio * 100 as decimal(18, 1)) as text) || ' %' as ratio_rule
    from base.rules
),

started_quarters as (
    select
        fiscal_year,
        fiscal_quarter,
        min(period_start_date) as start_date,
        max(period_end_date) as end_date
    from periods
    group by fiscal_year, fiscal_quarter
    having min(period_start_date) <= $as_of
),

money as (
    select
        budget_links.initiative_id,
        budget_links.goal_id,
        budget_links.fiscal_quarter,
        budget_links.due_amount as budget_amount,
        cast(0 as decimal(38, 2)) as actual_amount,
        true as is_budget
    from budget_links
    inner join chosen_versions
        on budget_links.initiative_id = chosen_versions.initiative_id
        and budget_links.version = chosen_versions.version
    where budget_links.period_start_date <= $as_of
    union all
    select
        initiative_id,
        goal_id,
        fiscal_quarter,
        cast(0 as decimal(38, 2)) as budget_amount,
        spend_amount as actual_amount,
        false as is_budget
    from spend_links
),

quarter_money as (
    select
        money.initiative_id,
        money.goal_id,
        started_quarters.start_date,
        sum(money.budget_amount) as budget_amount,
        sum(money.actual_amount) as actual_amount,
        bool_or(money.is_budget) as is_budgeted
    from money
    inner join started_quarters
        on money.fiscal_quarter = started_quarters.fiscal_quarter
    group by money.initiative_id, money.goal_id, started_quarters.start_date
),

money_holders as (
    select
        initiative_id,
        goal_id,
        min(start_date) as first_start_date
    from quarter_money
    group by initiative_id, goal_id
),

-- where plans begin; spend before them has nothing to be compared with
plan_beginning as (
    select min(start_date) filter (where is_budgeted) as first_planned_date
    from quarter_money
),

quarters as (
    select
        money_holders.initiative_id,
        money_holders.goal_id,
        started_quarters.fiscal_year,
        started_quarters.fiscal_quarter,
        started_quarters.start_date,
        started_quarters.end_date,
        coalesce(quarter_money.budget_amount, 0) as budget_amount,
        coalesce(quarter_money.actual_amount, 0) as actual_amount,
        started_quarters.start_date >= coalesce(plan_beginning.first_planned_date, started_quarters.start_date)
            as is_planned
    from money_holders
    inner join started_quarters
        on money_holders.first_start_date <= started_quarters.start_date
    left join quarter_money
        on money_holders.initiative_id = quarter_money.initiative_id
        and money_holders.goal_id = quarter_money.goal_id
        and started_quarters.start_date = quarter_money.start_date
    cross join plan_beginning
),

running_totals as (
    select
        goal_id,
        fiscal_year,
        fiscal_quarter,
        start_date,
        end_date,
        budget_amount,
        actual_amount,
        sum(budget_amount) over this_year as budget_ytd_amount,
        sum(actual_amount) over this_year as actual_ytd_amount,
        sum(budget_amount) over to_date as budget_to_date_amount,
        sum(case when is_planned then actual_amount else 0 end) over to_date as actual_to_date_amount
    from quarters
    window
        this_year as (partition by initiative_id, goal_id, fiscal_year order by start_date),
        to_date as (partition by initiative_id, goal_id order by start_date)
),

goal_quarters as (
    select
        goal_id,
        fiscal_year,
        fiscal_quarter,
        start_date,
        end_date,
        cast(sum(budget_amount) as decimal(38, 2)) as budget_amount,
        cast(sum(actual_amount) as decimal(38, 2)) as actual_amount,
        cast(sum(abs(budget_amount - actual_amount)) as decimal(38, 2)) as gross_variance_amount,
        cast(sum(budget_ytd_amount) as decimal(38, 2)) as budget_ytd_amount,
        cast(sum(actual_ytd_amount) as decimal(38, 2)) as actual_ytd_amount,
        cast(sum(abs(budget_ytd_amount - actual_ytd_amount)) as decimal(38, 2)) as gross_variance_ytd_amount,
        cast(sum(budget_to_date_amount) as decimal(38, 2)) as budget_to_date_amount,
        cast(sum(actual_to_date_amount) as decimal(38, 2)) as actual_to_date_amount,
        cast(
            sum(abs(budget_to_date_amount - actual_to_date_amount)) as decimal(38, 2)
        ) as gross_variance_to_date_amount
    from running_totals
    group by goal_id, fiscal_year, fiscal_quarter, start_date, end_date
),

-- percentages are compared as money against money, so that exactly 10 % is not over 10 %
judged_quarters as (
    select
        goal_quarters.goal_id,
        goal_quarters.fiscal_year,
        goal_quarters.fiscal_quarter,
        goal_quarters.start_date,
        goal_quarters.end_date,
        goal_quarters.budget_amount,
        goal_quarters.actual_amount,
        goal_quarters.gross_variance_amount,
        goal_quarters.budget_ytd_amount,
        goal_quarters.actual_ytd_amount,
        goal_quarters.gross_variance_ytd_amount,
        goal_quarters.budget_to_date_amount,
        goal_quarters.actual_to_date_amount,
        goal_quarters.gross_variance_to_date_amount,
        rules.materiality_combine,
        rules.amount_rule,
        rules.ratio_rule,
        abs(goal_quarters.budget_to_date_amount - goal_quarters.actual_to_date_amount)
        > rules.materiality_amount as is_over_amount,
        abs(goal_quarters.budget_to_date_amount - goal_quarters.actual_to_date_amount)
        > abs(goal_quarters.budget_to_date_amount) * rules.materiality_ratio as is_over_ratio
    from goal_quarters
    cross join rules
)

select
    judged_quarters.goal_id,
    coalesce(goal_names.goal_name, judged_quarters.goal_id) as goal_name,
    judged_quarters.fiscal_year,
    judged_quarters.fiscal_quarter,
    judged_quarters.start_date,
    judged_quarters.end_date,
    judged_quarters.end_date <= $as_of as is_complete,
    rules.reporting_currency as currency,
    judged_quarters.budget_amount,
    judged_quarters.actual_amount,
    cast(judged_quarters.budget_amount - judged_quarters.actual_amount as decimal(38, 2)) as variance_amount,
    cast(judged_quarters.budget_amount - judged_quarters.actual_amount as double)
    / nullif(cast(abs(judged_quarters.budget_amount) as double), 0) as variance_ratio,
    judged_quarters.gross_variance_amount,
    judged_quarters.budget_ytd_amount,
    judged_quarters.actual_ytd_amount,
    cast(
        judged_quarters.budget_ytd_amount - judged_quarters.actual_ytd_amount as decimal(38, 2)
    ) as variance_ytd_amount,
    judged_quarters.gross_variance_ytd_amount,
    judged_quarters.budget_to_date_amount,
    judged_quarters.actual_to_date_amount,
    cast(
        judged_quarters.budget_to_date_amount - judged_quarters.actual_to_date_amount as decimal(38, 2)
    ) as variance_to_date_amount,
    cast(judged_quarters.budget_to_date_amount - judged_quarters.actual_to_date_amount as double)
    / nullif(cast(abs(judged_quarters.budget_to_date_amount) as double), 0) as variance_to_date_ratio,
    judged_quarters.gross_variance_to_date_amount,
    (judged_quarters.is_over_amount and judged_quarters.is_over_ratio)
    or (
        judged_quarters.materiality_combine = 'any'
        and (judged_quarters.is_over_amount or judged_quarters.is_over_ratio)
    ) as is_material,
    case
        when judged_quarters.is_over_amount and judged_quarters.is_over_ratio
            then judged_quarters.amount_rule || ' and ' || judged_quarters.ratio_rule
        when judged_quarters.materiality_combine <> 'any' then null
        when judged_quarters.is_over_amount then judged_quarters.amount_rule
        when judged_quarters.is_over_ratio then judged_quarters.ratio_rule
    end as materiality_rule,
    case
        when judged_quarters.budget_amount = 0 then 'unbudgeted'
        when judged_quarters.budget_to_date_amount = 0 then 'unbudgeted to date'
    end as status_reason
from judged_quarters
cross join rules
left join goal_names
    on judged_quarters.goal_id = goal_names.goal_id
order by goal_id, fiscal_quarter
