-- question: Which fiscal periods are there, and how far through each of them are we?
-- grain:    period_start_date
-- columns:
--   period_start_date  date     first day of the fiscal period
--   period_end_date    date     last day of the fiscal period
--   fiscal_year        text     fiscal year the period belongs to
--   fiscal_quarter     text     fiscal quarter the period belongs to, such as '2026-Q1'
--   fiscal_period      text     the period itself, such as '2026-P01'
--   day_count          bigint   days in the period, both ends counted
--   elapsed_day_count  bigint   days of the period up to and including the as-of date; 0 before it starts
--   elapsed_ratio      double   elapsed_day_count / day_count, 0..1; the part of a period's plan that is due
--   is_complete        boolean  true when the last day of the period is not after the as-of date
--   is_trailing        boolean  true for the trailing_months newest periods that have started; the running
--                               period is one of them
-- checks:
--   min(day_count) > 0
-- receipt:  fiscal_calendar where fiscal_period = $fiscal_period
-- leaves out: nothing; periods still to come are kept, because budgets reach into them
-- method:   the trailing window is counted in fiscal periods, which are calendar months unless the project
--             brings a calendar of its own, and is the same window in every model that has one
with calendar as (
    select start_date, end_date, fiscal_year, fiscal_quarter, fiscal_period
    from fiscal_calendar
),

rules as (
    select trailing_months
    from base.rules
),

measured_periods as (
    select
        start_date,
        end_date,
        fiscal_year,
        fiscal_quarter,
        fiscal_period,
        end_date - start_date + 1 as day_count,
        greatest(least(end_date, $as_of) - start_date + 1, 0) as elapsed_day_count,
        start_date <= $as_of as has_started
    from calendar
),

-- 1 is the running period, 2 the one before it; periods to come are ranked apart and never trail
ranked_periods as (
    select
        start_date,
        end_date,
        fiscal_year,
        fiscal_quarter,
        fiscal_period,
        day_count,
        elapsed_day_count,
        has_started,
        row_number() over (partition by has_started order by start_date desc) as periods_back
    from measured_periods
)

select
    ranked_periods.start_date as period_start_date,
    ranked_periods.end_date as period_end_date,
    ranked_periods.fiscal_year,
    ranked_periods.fiscal_quarter,
    ranked_periods.fiscal_period,
    cast(ranked_periods.day_count as bigint) as day_count,
    cast(ranked_periods.elapsed_day_count as bigint) as elapsed_day_count,
    cast(ranked_periods.elapsed_day_count as double) / nullif(ranked_periods.day_count, 0) as elapsed_ratio,
    ranked_periods.end_date <= $as_of as is_complete,
    ranked_periods.has_started and ranked_periods.periods_back <= rules.trailing_months as is_trailing
from ranked_periods
cross join rules
order by period_start_date
