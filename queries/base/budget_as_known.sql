-- question: How much had each initiative been given, as it was known at the end of each fiscal period?
-- grain:    initiative_id, status_date
-- columns:
--   initiative_id    text           initiative
--   status_date      date           day looked back at (base.status_days)
--   version          text           version of the budget that counted then: the first of the preferred versions of
--                                   which anything was known; '(none)' when only one without a name was
--   currency         text           reporting currency
--   budget_amount    decimal(38,2)  budget up to the day that the books had reached, as it was known then; positive
--                                   = money that may be spent; NULL while the books had reached nothing
--   whole_amount     decimal(38,2)  the whole of that version, as it was known then
--   budget_end_date  date           last day that it covers
-- checks:
--   coalesce(sum(whole_amount) filter (where status_date = $as_of), 0) = (
--     select coalesce(sum(m.budget_amount), 0) from base.budget_by_month as m inner join base.chosen_budget as c
--     on m.initiative_id = c.initiative_id and m.version = c.version where m.initiative_id <> '(none)')
-- receipt:  history.budgets where initiative_id = $initiative_id and coalesce(version, '(none)') = $version
-- leaves out: versions that the rules do not prefer; budgets in another currency that a source later wrote over
-- method:   A budget counts from the day it was recorded until a newer record of it replaced it or the source
--             dropped it. Without a day of record it counts from its load; when the first load brought it, from its
--             approval, and without one from the beginning. A budget for a longer span is spread by days.
with status_days as (
    select status_date, known_date, books_date
    from base.status_days
),

known_initiatives as (
    select initiative_id
    from initiatives
),

run as (
    select first_known_at
    from base.run
),

rules as (
    select reporting_currency
    from base.rules
),

preferred_versions as (
    select version, preference
    from base.budget_versions
),

converted_budgets as (
    select budgets.file, budgets."row" as line, budgets.reporting_amount
    from budgets
    cross join rules
    where budgets.currency <> rules.reporting_currency
),

budget_records as (
    select
        budgets.initiative_id,
        coalesce(budgets.version, '(none)') as version,
        coalesce(budgets.account, '(none)') as account,
        budgets.period_start_date as start_date,
        budgets.period_end_date as end_date,
        budgets.amount,
        budgets.currency,
        budgets.valid_from,
        budgets.recorded_date,
        budgets.known_to,
        budgets.file,
        budgets."row" as line,
        case
            when budgets.recorded_date is not null then budgets.recorded_date
            when budgets.known_from is null or budgets.known_from <= run.first_known_at
                then coalesce(budgets.approved_date, date '0001-01-01')
            else cast(budgets.known_from as date)
        end as known_date
    from history.budgets as budgets
    cross join run
    where budgets.approved_date is null or budgets.approved_date <= $as_of
),

repeated_keys as (
    select initiative_id, version, account, start_date, end_date
    from budget_records
    group by initiative_id, version, account, start_date, end_date
    having count(*) > 1
),

-- a record ends when one that ranks above it becomes known; nearly all budgets were recorded once
replaced_records as (
    select
        budget_records.file,
        budget_records.line,
        budget_records.known_to,
        budget_records.known_date,
        min(budget_records.known_date) over (
            partition by
                budget_records.initiative_id,
                budget_records.version,
                budget_records.account,
                budget_records.start_date,
                budget_records.end_date
            order by
                budget_records.known_to nulls last,
                budget_records.valid_from nulls first,
                budget_records.recorded_date nulls first,
                budget_records.file,
                budget_records.line
            rows between 1 following and unbounded following
        ) as replaced_date
    from budget_records
    inner join repeated_keys
        on budget_records.initiative_id = repeated_keys.initiative_id
        and budget_records.version = repeated_keys.version
        and budget_records.account = repeated_keys.account
        and budget_records.start_date = repeated_keys.start_date
        and budget_records.end_date = repeated_keys.end_date
),

-- ... or when its source dropped it
record_lives as (
    select
        budget_records.initiative_id,
        budget_records.version,
        budget_records.start_date,
        budget_records.end_date,
        budget_records.amount,
        budget_records.currency,
        budget_records.file,
        budget_records.line,
        budget_records.known_date,
        least(
            coalesce(cast(budget_records.known_to as date), date '9999-12-31'),
            coalesce(replaced_records.replaced_date, date '9999-12-31')
        ) as replaced_date
    from budget_records
    left join replaced_records
        on budget_records.file = replaced_records.file
        and budget_records.line = replaced_records.line
        and budget_records.known_date = replaced_records.known_date
        and budget_records.known_to is not distinct from replaced_records.known_to
),

-- accounts do not matter here, so few sums are spread
span_amounts as (
    select
        record_lives.initiative_id,
        record_lives.version,
        coalesce(preferred_versions.preference, 1000000) as preference,
        record_lives.start_date,
        record_lives.end_date,
        record_lives.known_date,
        record_lives.replaced_date,
        sum(
            cast(
                case
                    when record_lives.currency is null or record_lives.currency = rules.reporting_currency
                        then record_lives.amount
                    else converted_budgets.reporting_amount
                end as decimal(38, 2)
            )
        ) as amount
    from record_lives
    inner join known_initiatives
        on record_lives.initiative_id = known_initiatives.initiative_id
    cross join rules
    left join preferred_versions
        on record_lives.version = preferred_versions.version
    left join converted_budgets
        on record_lives.file = converted_budgets.file
        and record_lives.line = converted_budgets.line
        and record_lives.currency <> rules.reporting_currency
    where
        record_lives.known_date < record_lives.replaced_date
        and (preferred_versions.preference is not null or record_lives.version = '(none)')
    group by
        record_lives.initiative_id,
        record_lives.version,
        preferred_versions.preference,
        record_lives.start_date,
        record_lives.end_date,
        record_lives.known_date,
        record_lives.replaced_date
),

-- ledgers closed once a year reach few days, however many status days there are
books_days as (
    select distinct coalesce(books_date, date '0001-01-01') as books_date
    from status_days
),

due_amounts as (
    select
        span_amounts.initiative_id,
        span_amounts.version,
        span_amounts.preference,
        span_amounts.known_date,
        span_amounts.replaced_date,
        books_days.books_date,
        sum(span_amounts.amount) as whole_amount,
        max(span_amounts.end_date) as end_date,
        sum(
            case
                when books_days.books_date >= span_amounts.end_date then span_amounts.amount
                when books_days.books_date < span_amounts.start_date then cast(0 as decimal(38, 2))
                else cast(
                    span_amounts.amount
                    * cast(
                        cast(books_days.books_date - span_amounts.start_date + 1 as double)
                        / nullif(span_amounts.end_date - span_amounts.start_date + 1, 0)
                        as decimal(18, 15)
                    )
                    as decimal(38, 2)
                )
            end
        ) as due_amount
    from span_amounts
    cross join books_days
    group by
        span_amounts.initiative_id,
        span_amounts.version,
        span_amounts.preference,
        span_amounts.known_date,
        span_amounts.replaced_date,
        books_days.books_date
),

version_days as (
    select
        due_amounts.initiative_id,
        due_amounts.version,
        due_amounts.preference,
        status_days.status_date,
        sum(due_amounts.whole_amount) as whole_amount,
        max(due_amounts.end_date) as budget_end_date,
        sum(case when status_days.books_date is not null then due_amounts.due_amount end) as budget_amount
    from due_amounts
    inner join status_days
        on due_amounts.books_date = coalesce(status_days.books_date, date '0001-01-01')
        and due_amounts.known_date <= status_days.known_date
        and (due_amounts.replaced_date > status_days.known_date or due_amounts.replaced_date = date '9999-12-31')
    group by
        due_amounts.initiative_id,
        due_amounts.version,
        due_amounts.preference,
        status_days.status_date
),

chosen_versions as (
    select initiative_id, status_date, version, budget_amount, whole_amount, budget_end_date
    from version_days
    qualify row_number() over (partition by initiative_id, status_date order by preference) = 1
)

select
    chosen_versions.initiative_id,
    chosen_versions.status_date,
    chosen_versions.version,
    rules.reporting_currency as currency,
    cast(chosen_versions.budget_amount as decimal(38, 2)) as budget_amount,
    cast(chosen_versions.whole_amount as decimal(38, 2)) as whole_amount,
    chosen_versions.budget_end_date
from chosen_versions
cross join rules
order by initiative_id, status_date
