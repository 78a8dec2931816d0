-- question: How much was posted to each initiative on each day, when was it recorded, and until when did that hold?
-- grain:    initiative_id, posted_date, known_date, replaced_date
-- columns:
--   initiative_id  text           initiative; '(none)' collects entries that name no initiative, or one that does not
--                                 exist
--   posted_date    date           day of posting
--   known_date     date           day from which it was known
--   replaced_date  date           day from which it no longer held, because a newer record of the same entry took its
--                                 place or the source dropped it; 9999-12-31 while it holds
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  sum of the entries; positive = money spent
--   entry_count    bigint         entries behind it
-- checks:
--   coalesce(sum(spend_amount) filter (where replaced_date = date '9999-12-31'), 0)
--     = (select coalesce(sum(spend_amount), 0) from base.spend_by_month)
--   count(*) filter (where replaced_date <= known_date) = 0
-- receipt:  history.spend where initiative_id = $initiative_id and posted_date = $posted_date
-- leaves out: commitments; entries in another currency that a source later wrote over; records that were replaced on
--             the day they became known
-- method:   An entry is known from the day it was recorded; without one, from the day of the load that brought it,
--             and when the first load brought it, from its posting. Of several records of an entry the newest one
--             that was known counts: by the day it became true, then by the day it was recorded.
with known_initiatives as (
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

converted_entries as (
    select spend.file, spend."row" as line, spend.reporting_amount
    from spend
    cross join rules
    where spend.currency <> rules.reporting_currency
),

entries as (
    select
        coalesce(spend.entry_id, spend.file || ':' || cast(spend."row" as text)) as entry_key,
        spend.file,
        spend."row" as line,
        spend.initiative_id,
        spend.posted_date,
        coalesce(spend.kind, 'actual') = 'actual' as is_actual,
        spend.amount,
        spend.currency,
        spend.valid_from,
        spend.recorded_date,
        spend.known_to,
        case
            when spend.recorded_date is not null then spend.recorded_date
            when spend.known_from is null or spend.known_from <= run.first_known_at then spend.posted_date
            else cast(spend.known_from as date)
        end as known_date
    from history.spend as spend
    cross join run
    where spend.posted_date <= $as_of
),

repeated_keys as (
    select entry_key
    from entries
    group by entry_key
    having count(*) > 1
),

-- a record ends when one that ranks above it becomes known; nearly all entries were recorded once
replaced_entries as (
    select
        entries.file,
        entries.line,
        entries.known_to,
        entries.known_date,
        min(entries.known_date) over (
            partition by entries.entry_key
            order by
                entries.known_to nulls last,
                entries.valid_from nulls first,
                entries.recorded_date nulls first,
                entries.file,
                entries.line
            rows between 1 following and unbounded following
        ) as replaced_date
    from entries
    inner join repeated_keys
        on entries.entry_key = repeated_keys.entry_key
),

-- ... or when its source dropped it
entry_lives as (
    select
        entries.file,
        entries.line,
        entries.initiative_id,
        entries.posted_date,
        entries.is_actual,
        entries.amount,
        entries.currency,
        entries.known_date,
        least(
            coalesce(cast(entries.known_to as date), date '9999-12-31'),
            coalesce(replaced_entries.replaced_date, date '9999-12-31')
        ) as replaced_date
    from entries
    left join replaced_entries
        on entries.file = replaced_entries.file
        and entries.line = replaced_entries.line
        and entries.known_date = replaced_entries.known_date
        and entries.known_to is not distinct from replaced_entries.known_to
),

valued_lives as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        entry_lives.posted_date,
        entry_lives.known_date,
        entry_lives.replaced_date,
        cast(
            case
                when entry_lives.currency is null or entry_lives.currency = rules.reporting_currency
                    then entry_lives.amount
                else converted_entries.reporting_amount
            end as decimal(38, 2)
        ) as amount
    from entry_lives
    cross join rules
    left join known_initiatives
        on entry_lives.initiative_id = known_initiatives.initiative_id
    left join converted_entries
        on entry_lives.file = converted_entries.file
        and entry_lives.line = converted_entries.line
        and entry_lives.currency <> rules.reporting_currency
    where
        entry_lives.is_actual
        and entry_lives.known_date < entry_lives.replaced_date
)

select
    valued_lives.initiative_id,
    valued_lives.posted_date,
    valued_lives.known_date,
    valued_lives.replaced_date,
    rules.reporting_currency as currency,
    cast(coalesce(sum(valued_lives.amount), 0) as decimal(38, 2)) as spend_amount,
    cast(count(*) as bigint) as entry_count
from valued_lives
cross join rules
group by
    valued_lives.initiative_id,
    valued_lives.posted_date,
    valued_lives.known_date,
    valued_lives.replaced_date,
    rules.reporting_currency
order by initiative_id, posted_date, known_date, replaced_date
