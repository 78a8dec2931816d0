-- question: On which days is the status of work looked back at, and how far did the books reach on each of them?
-- grain:    status_date
-- columns:
--   status_date        date     last day of a complete fiscal period, or the as-of date
--   period_start_date  date    first day of the fiscal period that it lies in
--   from_date          date     first day of the time that it stands for: the day after the status date before it
--   known_date         date     what was recorded by this day counts as known: the status date itself; on the as-of
--                               date everything that is known counts
--   books_date         date     last day of the newest fiscal period in which the ledger had any entry by then, but
--                               not after the as-of date: money is compared up to here; NULL while it had none
--   is_as_of           boolean  true for the as-of date
-- checks:
--   count(*) filter (where is_as_of) = 1
--   count(*) filter (where books_date > status_date) = 0
-- receipt:  base.periods where period_end_date = $status_date
-- leaves out: periods before the newest status_periods complete ones
-- method:   Ledgers are closed late: in the middle of April the entries of March may not be recorded, and a budget
--             to March would make every initiative look cheap. So plan and spend are compared up to the newest
--             period that the books had reached. An entry is known from the day on which it was recorded; without
--             one, from the day of the load that brought it, and when the first load brought it, from its posting.
with complete_periods as (
    select period_start_date, period_end_date
    from base.periods
    where is_complete
),

periods as (
    select period_start_date, period_end_date
    from base.periods
    where period_start_date <= $as_of
),

run as (
    select first_known_at
    from base.run
),

rules as (
    select cast(status_periods as bigint) as status_periods
    from base.rules
),

entries as (
    select
        spend.posted_date,
        case
            when spend.recorded_date is not null then spend.recorded_date
            when spend.known_from is null or spend.known_from <= run.first_known_at then spend.posted_date
            else cast(spend.known_from as date)
        end as known_date
    from history.spend as spend
    cross join run
    where
        coalesce(spend.kind, 'actual') = 'actual'
        and spend.posted_date <= $as_of
),

days_of_entries as (
    select posted_date, min(known_date) as known_date
    from entries
    group by posted_date
),

-- the first day on which each period was in the books
periods_in_books as (
    select
        periods.period_end_date,
        min(days_of_entries.known_date) as known_date
    from days_of_entries
    inner join periods
        on days_of_entries.posted_date between periods.period_start_date and periods.period_end_date
    group by periods.period_end_date
),

ranked_periods as (
    select
        period_end_date,
        row_number() over (order by period_end_date desc) as periods_back
    from complete_periods
),

looked_at_days as (
    select ranked_periods.period_end_date as status_date
    from ranked_periods
    cross join rules
    where ranked_periods.periods_back <= rules.status_periods
    union
    select $as_of as status_date
),

ordered_days as (
    select
        status_date,
        lag(status_date) over (order by status_date) as date_before,
        case when status_date = $as_of then date '9999-12-31' else status_date end as known_date
    from looked_at_days
),

reached_days as (
    select
        ordered_days.status_date,
        max(periods_in_books.period_end_date) as books_date
    from ordered_days
    inner join periods_in_books
        on periods_in_books.known_date <= ordered_days.known_date
    group by ordered_days.status_date
)

select
    ordered_days.status_date,
    periods.period_start_date,
    coalesce(ordered_days.date_before + 1, periods.period_start_date) as from_date,
    ordered_days.known_date,
    case when reached_days.books_date is not null then least(reached_days.books_date, ordered_days.status_date) end
        as books_date,
    ordered_days.status_date = $as_of as is_as_of
from ordered_days
left join periods
    on ordered_days.status_date between periods.period_start_date and periods.period_end_date
left join reached_days
    on ordered_days.status_date = reached_days.status_date
order by status_date
