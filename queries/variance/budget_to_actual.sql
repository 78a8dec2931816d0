-- question: Is each initiative spending what it was given, this quarter, this year and since it began?
-- grain:    initiative_id, fiscal_quarter
-- columns:
--   initiative_id            text           initiative; '(none)' collects money without one
--   initiative_name          text           name of the initiative
--   business_unit            text           unit that runs it; NULL when not given
--   fiscal_year              text           fiscal year
--   fiscal_quarter           text           fiscal quarter, such as '2026-Q1'
--   start_date               date           first day of the quarter
--   end_date                 date           last day of the quarter
--   is_complete              boolean        true when the quarter has ended on the as-of date
--   budget_version           text           version compared with: the first of the preferred versions that the
--                                           initiative has; NULL when it has none of them
--   currency                 text           reporting currency
--   budget_amount            decimal(38,2)  budget of the quarter; in the running quarter, the part that is due
--   actual_amount            decimal(38,2)  spend of the quarter; positive = money spent
--   variance_amount          decimal(38,2)  budget less actual; positive = under budget
--   variance_ratio           double         variance_amount / |budget_amount|; NULL when the budget is 0
--   budget_ytd_amount        decimal(38,2)  budget from the start of the fiscal year to the end of the quarter
--   actual_ytd_amount        decimal(38,2)  spend over the same span
--   variance_ytd_amount      decimal(38,2)  budget less actual over the same span; positive = under budget
--   budget_to_date_amount    decimal(38,2)  budget from the first quarter for which anything was budgeted to the
--                                           end of this one
--   actual_to_date_amount    decimal(38,2)  spend over the same span
--   variance_to_date_amount  decimal(38,2)  budget less actual over the same span; positive = under budget
--   variance_to_date_ratio   double         variance_to_date_amount / |budget_to_date_amount|; NULL when that
--                                           budget is 0
--   is_material              boolean        true when the variance to date, either way, is over the thresholds
--   materiality_rule         text           the rule that fired, such as 'over 100000.00 and over 10.0 %'; NULL
--                                           when none did
--   status_reason            text           NULL, or why a ratio is missing: 'unbudgeted' when the quarter has
--                                           no budget, 'unbudgeted to date' when only the sum to date is 0
-- checks:
--   sum(actual_amount) = (select sum(spend_amount) from base.spend_by_month)
--   count(*) filter (where is_material = (materiality_rule is null)) = 0
-- receipt:
--   budget_amount    budgets.due_part_amount where initiative_id = $initiative_id and is_chosen
--                    and fiscal_quarter = $fiscal_quarter
--   actual_amount    spend where initiative_id = $initiative_id and fiscal_quarter = $fiscal_quarter
--   variance_amount  budget_amount less actual_amount
--   budget_ytd_amount    budgets.due_part_amount where initiative_id = $initiative_id and is_chosen
--                        and fiscal_year = $fiscal_year and period_start_date <= $end_date
--   actual_ytd_amount    spend where initiative_id = $initiative_id and fiscal_year = $fiscal_year
--                        and period_start_date <= $end_date
--   variance_ytd_amount  budget_ytd_amount less actual_ytd_amount
--   budget_to_date_amount    budgets.due_part_amount where initiative_id = $initiative_id and is_chosen
--                            and period_start_date <= $end_date
--   actual_to_date_amount    spend where initiative_id = $initiative_id and period_start_date <= $end_date
--                            and is_planned
--   variance_to_date_amount  budget_to_date_amount less actual_to_date_amount
-- leaves out: quarters that start after the as-of date; quarters before an initiative's first budget or spend
--             (one that has neither shows in the running quarter only); commitments; in the columns to date,
--             spend before the first quarter for which anything was budgeted, which no plan could have covered
-- method:   METHODS 9. From its first quarter on an initiative has a row for every quarter, so the row of the
--             running quarter is its position today. There, months that have ended count in full and the
--             running month's budget counts by days elapsed. Against no budget at all, any spend is over any
--             percentage; the thresholds themselves are not over.
with named_initiatives as (
    select initiative_id, name as initiative_name, business_unit
    from initiatives
),

budget_months as (
    select initiative_id, version, fiscal_quarter, period_start_date, due_amount
    from base.budget_by_month
),

spend_months as (
    select initiative_id, fiscal_quarter, spend_amount
    from base.spend_by_month
),

periods as (
    select
        period_start_date,
        period_end_date,
        fiscal_year,
        fiscal_quarter
    from base.periods
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

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
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

quarter_budgets as (
    select
        budget_months.initiative_id,
        budget_months.fiscal_quarter,
        sum(budget_months.due_amount) as budget_amount
    from budget_months
    inner join chosen_versions
        on budget_months.initiative_id = chosen_versions.initiative_id
        and budget_months.version = chosen_versions.version
    where budget_months.period_start_date <= $as_of
    group by budget_months.initiative_id, budget_months.fiscal_quarter
),

quarter_spend as (
    select
        initiative_id,
        fiscal_quarter,
        sum(spend_amount) as actual_amount
    from spend_months
    group by initiative_id, fiscal_quarter
),

quarter_money as (
    select initiative_id, fiscal_quarter
    from quarter_budgets
    union all
    select initiative_id, fiscal_quarter
    from quarter_spend
),

first_quarters as (
    select
        quarter_money.initiative_id,
        min(started_quarters.start_date) as first_start_date
    from quarter_money
    inner join started_quarters
        on quarter_money.fiscal_quarter = started_quarters.fiscal_quarter
    group by quarter_money.initiative_id
),

-- where plans begin; spend before them has nothing to be compared with
plan_beginning as (
    select min(started_quarters.start_date) as first_planned_date
    from quarter_budgets
    inner join started_quarters
        on quarter_budgets.fiscal_quarter = started_quarters.fiscal_quarter
),

running_quarter as (
    select max(start_date) as start_date
    from started_quarters
),

money_holders as (
    select
        named_initiatives.initiative_id,
        named_initiatives.initiative_name,
        named_initiatives.business_unit,
        coalesce(first_quarters.first_start_date, running_quarter.start_date) as first_start_date
    from named_initiatives
    left join first_quarters
        on named_initiatives.initiative_id = first_quarters.initiative_id
    cross join running_quarter
    union all
    select
        initiative_id,
        '(none)' as initiative_name,
        cast(null as text) as business_unit,
        first_start_date
    from first_quarters
    where initiative_id = '(none)'
),

quarters as (
    select
        money_holders.initiative_id,
        money_holders.initiative_name,
        money_holders.business_unit,
        started_quarters.fiscal_year,
        started_quarters.fiscal_quarter,
        started_quarters.start_date,
        started_quarters.end_date,
        coalesce(quarter_budgets.budget_amount, 0) as budget_amount,
        coalesce(quarter_spend.actual_amount, 0) as actual_amount,
        started_quarters.start_date >= coalesce(plan_beginning.first_planned_date, started_quarters.start_date)
            as is_planned
    from money_holders
    inner join started_quarters
        on money_holders.first_start_date <= started_quarters.start_date
    left join quarter_budgets
        on money_holders.initiative_id = quarter_budgets.initiative_id
        and started_quarters.fiscal_quarter = quarter_budgets.fiscal_quarter
    left join quarter_spend
        on money_holders.initiative_id = quarter_spend.initiative_id
        and started_quarters.fiscal_quarter = quarter_spend.fiscal_quarter
    cross join plan_beginning
),

running_totals as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        fiscal_year,
        fiscal_quarter,
        start_date,
        end_date,
        cast(budget_amount as decimal(38, 2)) as budget_amount,
        cast(actual_amount as decimal(38, 2)) as actual_amount,
        cast(
            sum(budget_amount) over (partition by initiative_id, fiscal_year order by start_date)
            as decimal(38, 2)
        ) as budget_ytd_amount,
        cast(
            sum(actual_amount) over (partition by initiative_id, fiscal_year order by start_date)
            as decimal(38, 2)
        ) as actual_ytd_amount,
        cast(
            sum(budget_amount) over (partition by initiative_id order by start_date)
            as decimal(38, 2)
        ) as budget_to_date_amount,
        cast(
            sum(case when is_planned then actual_amount else 0 end) over (partition by initiative_id order by start_date)
            as decimal(38, 2)
        ) as actual_to_date_amount
    from quarters
),

-- percentages are compared as money against money, so that exactly 10 % is not over 10 %
judged_quarters as (
    select
        running_totals.initiative_id,
        running_totals.initiative_name,
        running_totals.business_unit,
        running_totals.fiscal_year,
        running_totals.fiscal_quarter,
        running_totals.start_date,
        running_totals.end_date,
        running_totals.budget_amount,
        running_totals.actual_amount,
        running_totals.budget_ytd_amount,
        running_totals.actual_ytd_amount,
        running_totals.budget_to_date_amount,
        running_totals.actual_to_date_amount,
        rules.reporting_currency,
        rules.materiality_combine,
        rules.amount_rule,
        rules.ratio_rule,
        abs(running_totals.budget_to_date_amount - running_totals.actual_to_date_amount)
        > rules.materiality_amount as is_over_amount,
        abs(running_totals.budget_to_date_amount - running_totals.actual_to_date_amount)
        > abs(running_totals.budget_to_date_amount) * rules.materiality_ratio as is_over_ratio
    from running_totals
    cross join rules
)

select
    judged_quarters.initiative_id,
    judged_quarters.initiative_name,
    judged_quarters.business_unit,
    judged_quarters.fiscal_year,
    judged_quarters.fiscal_quarter,
    judged_quarters.start_date,
    judged_quarters.end_date,
    judged_quarters.end_date <= $as_of as is_complete,
    chosen_versions.version as budget_version,
    judged_quarters.reporting_currency as currency,
    judged_quarters.budget_amount,
    judged_quarters.actual_amount,
    cast(judged_quarters.budget_amount - judged_quarters.actual_amount as decimal(38, 2)) as variance_amount,
    cast(judged_quarters.budget_amount - judged_quarters.actual_amount as double)
    / nullif(cast(abs(judged_quarters.budget_amount) as double), 0) as variance_ratio,
    judged_quarters.budget_ytd_amount,
    judged_quarters.actual_ytd_amount,
    cast(
        judged_quarters.budget_ytd_amount - judged_quarters.actual_ytd_amount as decimal(38, 2)
    ) as variance_ytd_amount,
    judged_quarters.budget_to_date_amount,
    judged_quarters.actual_to_date_amount,
    cast(
        judged_quarters.budget_to_date_amount - judged_quarters.actual_to_date_amount as decimal(38, 2)
    ) as variance_to_date_amount,
    cast(judged_quarters.budget_to_date_amount - judged_quarters.actual_to_date_amount as double)
    / nullif(cast(abs(judged_quarters.budget_to_date_amount) as double), 0) as variance_to_date_ratio,
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
left join chosen_versions
    on judged_quarters.initiative_id = chosen_versions.initiative_id
order by initiative_id, fiscal_quarter
