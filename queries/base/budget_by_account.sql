-- question: How much was each initiative given on each account for each fiscal period, in each version of the budget?
-- grain:    initiative_id, account, version, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' collects budgets of initiatives that do not exist
--   account            text           account; '(none)' when the budget names none
--   version            text           budget version, such as 'current'; '(none)' when the budget names none
--   period_start_date  date           first day of the fiscal period
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   budget_amount      decimal(38,2)  budget of the period; positive = money that may be spent
--   due_amount         decimal(38,2)  the part of it that is due by the as-of date: all of a period that has
--                                     ended, in the running one the share of days gone, nothing of later ones
--   basis              text           'as given' when every budget row behind the amount lies within this
--                                     period; 'linear_assumed' when at least one was spread over several
-- checks:
--   sum(budget_amount) = (select sum(reporting_amount) from budgets)
-- receipt:
--   budget_amount  budgets where initiative_id = $initiative_id and account = $account and version = $version
--                  and period_start_date = $period_start_date
--   due_amount     budgets.due_part_amount where initiative_id = $initiative_id and account = $account
--                  and version = $version and period_start_date = $period_start_date
-- leaves out: nothing; all versions are kept side by side and must never be added together
-- method:   METHODS 1. A budget for a longer span, a quarter or a year, is spread by days. The parts are
--             differences of the rounded running total, so they sum to the budget to the cent. What is due is
--             rounded once, here.
with budget_rows as (
    select
        initiative_id as named_initiative_id,
        coalesce(account, '(none)') as account,
        coalesce(version, '(none)') as version,
        period_start_date as budget_start_date,
        period_end_date as budget_end_date,
        cast(reporting_amount as decimal(38, 2)) as whole_amount
    from budgets
),

known_initiatives as (
    select initiative_id
    from initiatives
),

rules as (
    select reporting_currency
    from base.rules
),

elapsed_periods as (
    select
        period_start_date,
        cast(elapsed_ratio as decimal(18, 15)) as due_ratio
    from base.periods
),

budget_spans as (
    select distinct budget_start_date, budget_end_date
    from budget_rows
),

-- days of the span gone by before the fiscal period, and by its end; many budget rows share a span
spread_days as (
    select
        budget_spans.budget_start_date,
        budget_spans.budget_end_date,
        periods.period_start_date,
        periods.fiscal_year,
        periods.fiscal_quarter,
        budget_spans.budget_end_date - budget_spans.budget_start_date + 1 as day_count,
        greatest(periods.period_start_date - budget_spans.budget_start_date, 0) as days_before,
        least(periods.period_end_date, budget_spans.budget_end_date) - budget_spans.budget_start_date + 1
            as days_through
    from budget_spans
    inner join base.periods as periods
        on budget_spans.budget_start_date <= periods.period_end_date
        and budget_spans.budget_end_date >= periods.period_start_date
),

span_shares as (
    select
        budget_start_date,
        budget_end_date,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        cast(cast(days_before as double) / nullif(day_count, 0) as decimal(18, 15)) as from_ratio,
        cast(cast(days_through as double) / nullif(day_count, 0) as decimal(18, 15)) as to_ratio
    from spread_days
),

spread_shares as (
    select
        budget_rows.named_initiative_id,
        budget_rows.account,
        budget_rows.version,
        budget_rows.whole_amount,
        span_shares.period_start_date,
        span_shares.fiscal_year,
        span_shares.fiscal_quarter,
        span_shares.from_ratio,
        span_shares.to_ratio
    from span_shares
    inner join budget_rows
        on span_shares.budget_start_date = budget_rows.budget_start_date
        and span_shares.budget_end_date = budget_rows.budget_end_date
),

parts as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        spread_shares.account,
        spread_shares.version,
        spread_shares.period_start_date,
        spread_shares.fiscal_year,
        spread_shares.fiscal_quarter,
        cast(spread_shares.whole_amount * spread_shares.to_ratio as decimal(38, 2))
        - cast(spread_shares.whole_amount * spread_shares.from_ratio as decimal(38, 2)) as part_amount,
        spread_shares.from_ratio > 0 or spread_shares.to_ratio < 1 as is_spread
    from spread_shares
    left join known_initiatives
        on spread_shares.named_initiative_id = known_initiatives.initiative_id
),

parts_by_period as (
    select
        initiative_id,
        account,
        version,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        sum(part_amount) as budget_amount,
        bool_or(is_spread) as has_spread
    from parts
    group by initiative_id, account, version, period_start_date, fiscal_year, fiscal_quarter
)

select
    parts_by_period.initiative_id,
    parts_by_period.account,
    parts_by_period.version,
    parts_by_period.period_start_date,
    parts_by_period.fiscal_year,
    parts_by_period.fiscal_quarter,
    rules.reporting_currency as currency,
    cast(parts_by_period.budget_amount as decimal(38, 2)) as budget_amount,
    cast(parts_by_period.budget_amount * elapsed_periods.due_ratio as decimal(38, 2)) as due_amount,
    case when parts_by_period.has_spread then 'linear_assumed' else 'as given' end as basis
from parts_by_period
inner join elapsed_periods
    on parts_by_period.period_start_date = elapsed_periods.period_start_date
cross join rules
order by initiative_id, account, version, period_start_date
