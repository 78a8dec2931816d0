-- question: Is each business unit's money spent as it was given, this quarter, this year and since plans began?
-- grain:    business_unit, fiscal_quarter
-- columns:
--   business_unit                   text           unit that runs the initiatives; '(none)' collects money without an
--                                                  initiative and initiatives without a unit
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
--   sum(actual_amount) = (select sum(spend_amount) from base.spend_by_month)
--   sum(variance_to_date_amount) = (select sum(variance_to_date_amount) from variance.budget_to_actual)
--   count(*) filter (where gross_variance_to_date_amount < abs(variance_to_date_amount)) = 0
--   count(*) filter (where is_material = (materiality_rule is null)) = 0
-- receipt:
--   budget_amount    budgets.due_part_amount where coalesce(initiative_unit, '(none)') = $business_unit
--                    and is_chosen and fiscal_quarter = $fiscal_quarter
--   actual_amount    spend where coalesce(initiative_unit, '(none)') = $business_unit
--                    and fiscal_quarter = $fiscal_quarter
--   variance_amount  budget_amount less actual_amount
--   budget_ytd_amount    budgets.due_part_amount where coalesce(initiative_unit, '(none)') = $business_unit
--                        and is_chosen and fiscal_year = $fiscal_year and period_start_date <= $end_date
--   actual_ytd_amount    spend where coalesce(initiative_unit, '(none)') = $business_unit
--                        and fiscal_year = $fiscal_year and period_start_date <= $end_date
--   variance_ytd_amount  budget_ytd_amount less actual_ytd_amount
--   budget_to_date_amount    budgets.due_part_amount where coalesce(initiative_unit, '(none)') = $business_unit
--                            and is_chosen and period_start_date <= $end_date
--   actual_to_date_amount    spend where coalesce(initiative_unit, '(none)') = $business_unit
--                            and period_start_date <= $end_date and is_planned
--   variance_to_date_amount  budget_to_date_amount less actual_to_date_amount
-- leaves out: the unit that the ledger charged (base.spend_by_account): budgets name none, and like is compared
--             with like; the roll-up to parent units; what variance.budget_to_actual leaves out
-- method:   METHODS 9. The rows of variance.budget_to_actual, added up by the unit of the initiative as it stands
--             on the as-of date, for all quarters alike. A unit has a row for every quarter from the first of its
--             initiatives on.
with initiative_quarters as (
    select
        coalesce(business_unit, '(none)') as business_unit,
        fiscal_year,
        fiscal_quarter,
        start_date,
        end_date,
        is_complete,
        currency,
        budget_amount,
        actual_amount,
        variance_amount,
        budget_ytd_amount,
        actual_ytd_amount,
        variance_ytd_amount,
        budget_to_date_amount,
        actual_to_date_amount,
        variance_to_date_amount
    from variance.budget_to_actual
),

rules as (
    select
        materiality_amount,
        cast(materiality_ratio as decimal(18, 9)) as materiality_ratio,
        materiality_combine,
        'over ' || cast(materiality_amount as text) as amount_rule,
        'over ' || cast(cast(materiality_ratio * 100 as decimal(18, 1)) as text) || ' %' as ratio_rule
    from base.rules
),

unit_quarters as (
    select
        business_unit,
        fiscal_year,
        fiscal_quarter,
        start_date,
        end_date,
        is_complete,
        currency,
        cast(sum(budget_amount) as decimal(38, 2)) as budget_amount,
        cast(sum(actual_amount) as decimal(38, 2)) as actual_amount,
        cast(sum(variance_amount) as decimal(38, 2)) as variance_amount,
        cast(sum(abs(variance_amount)) as decimal(38, 2)) as gross_variance_amount,
        cast(sum(budget_ytd_amount) as decimal(38, 2)) as budget_ytd_amount,
        cast(sum(actual_ytd_amount) as decimal(38, 2)) as actual_ytd_amount,
        cast(sum(variance_ytd_amount) as decimal(38, 2)) as variance_ytd_amount,
        cast(sum(abs(variance_ytd_amount)) as decimal(38, 2)) as gross_variance_ytd_amount,
        cast(sum(budget_to_date_amount) as decimal(38, 2)) as budget_to_date_amount,
        cast(sum(actual_to_date_amount) as decimal(38, 2)) as actual_to_date_amount,
        cast(sum(variance_to_date_amount) as decimal(38, 2)) as variance_to_date_amount,
        cast(sum(abs(variance_to_date_amount)) as decimal(38, 2)) as gross_variance_to_date_amount
    from initiative_quarters
    group by business_unit, fiscal_year, fiscal_quarter, start_date, end_date, is_complete, currency
),

-- percentages are compared as money against money, so that exactly 10 % is not over 10 %
judged_quarters as (
    select
        unit_quarters.business_unit,
        unit_quarters.fiscal_year,
        unit_quarters.fiscal_quarter,
        unit_quarters.start_date,
        unit_quarters.end_date,
        unit_quarters.is_complete,
        unit_quarters.currency,
        unit_quarters.budget_amount,
        unit_quarters.actual_amount,
        unit_quarters.variance_amount,
        unit_quarters.gross_variance_amount,
        unit_quarters.budget_ytd_amount,
        unit_quarters.actual_ytd_amount,
        unit_quarters.variance_ytd_amount,
        unit_quarters.gross_variance_ytd_amount,
        unit_quarters.budget_to_date_amount,
        unit_quarters.actual_to_date_amount,
        unit_quarters.variance_to_date_amount,
        unit_quarters.gross_variance_to_date_amount,
        rules.materiality_combine,
        rules.amount_rule,
        rules.ratio_rule,
        abs(unit_quarters.variance_to_date_amount) > rules.materiality_amount as is_over_amount,
        abs(unit_quarters.variance_to_date_amount)
        > abs(unit_quarters.budget_to_date_amount) * rules.materiality_ratio as is_over_ratio
    from unit_quarters
    cross join rules
)

select
    business_unit,
    fiscal_year,
    fiscal_quarter,
    start_date,
    end_date,
    is_complete,
    currency,
    budget_amount,
    actual_amount,
    variance_amount,
    cast(variance_amount as double) / nullif(cast(abs(budget_amount) as double), 0) as variance_ratio,
    gross_variance_amount,
    budget_ytd_amount,
    actual_ytd_amount,
    variance_ytd_amount,
    gross_variance_ytd_amount,
    budget_to_date_amount,
    actual_to_date_amount,
    variance_to_date_amount,
    cast(variance_to_date_amount as double)
    / nullif(cast(abs(budget_to_date_amount) as double), 0) as variance_to_date_ratio,
    gross_variance_to_date_amount,
    (is_over_amount and is_over_ratio)
    or (materiality_combine = 'any' and (is_over_amount or is_over_ratio)) as is_material,
    case
        when is_over_amount and is_over_ratio then amount_rule || ' and ' || ratio_rule
        when materiality_combine <> 'any' then null
        when is_over_amount then amount_rule
        when is_over_ratio then ratio_rule
    end as materiality_rule,
    case
        when budget_amount = 0 then 'unbudgeted'
        when budget_to_date_amount = 0 then 'unbudgeted to date'
    end as status_reason
from judged_quarters
order by business_unit, fiscal_quarter
