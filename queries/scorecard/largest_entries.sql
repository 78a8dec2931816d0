-- question: Which entries of the ledger are the largest behind the money of each initiative?
-- grain:    initiative_id, position
-- columns:
--   initiative_id       text           initiative; '(none)' collects entries that name no initiative, or one that does
--                                      not exist
--   position            bigint         1 = the largest, up to 10
--   entry_id            text           ledger entry; NULL when not given
--   posted_date         date           day of posting
--   account             text           account; NULL when not given
--   vendor              text           vendor; NULL when not given
--   business_unit       text           unit that the ledger charged; NULL when not given
--   kind                text           kind of entry: 'actual', also when not given
--   ledger_currency     text           currency of the entry; the reporting currency when not given
--   ledger_amount       decimal(38,2)  amount as it stands in the ledger, in ledger_currency; positive = money spent,
--                                      negative = a credit
--   currency            text           reporting currency
--   reporting_amount    decimal(38,2)  the same amount in the reporting currency
--   source_file         text           file that it was read from
--   source_row          bigint         its row there
--   entry_count         bigint         entries of the initiative in the trailing periods; the same on each of its rows
--   spend_amount        decimal(38,2)  what all of them sum to; the same on each of its rows, so never add it up
-- checks:
--   count(*) filter (where position < 1 or position > 10 or position > entry_count) = 0
--   count(*) = (select count(*) from (select distinct l.initiative_id, l.position from scorecard.largest_entries as l) as d)
--   sum(spend_amount) filter (where position = 1) = (select sum(s.spend_amount) from base.spend_by_month as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date where p.is_trailing)
--   sum(entry_count) filter (where position = 1) = (select sum(s.entry_count) from base.spend_by_month as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date where p.is_trailing)
-- receipt:
--   ledger_amount     ledger where file = $source_file and "row" = $source_row
--   reporting_amount  spend where file = $source_file and "row" = $source_row
--   spend_amount      spend where initiative_id = $initiative_id and is_trailing
-- leaves out: commitments (kind = 'commitment'), which are promised and not yet spent; entries before the trailing
--             periods; initiatives without an entry in them; all but ten entries of each
-- method:   ordered by the absolute amount in the reporting currency, so that a large credit is as large as a large
--             charge; then by day, file and row, the earlier first. spend_amount is that of scorecard.initiative.
with entries as (
    select
        entry_id,
        initiative_id as named_initiative_id,
        posted_date,
        account,
        vendor,
        business_unit,
        currency,
        amount,
        reporting_amount,
        file,
        "row"
    from spend
    where coalesce(kind, 'actual') = 'actual'
),

known_initiatives as (
    select initiative_id
    from initiatives
),

rules as (
    select reporting_currency
    from base.rules
),

posting_days as (
    select distinct posted_date
    from entries
),

-- a ledger has few days and many entries: the range join meets the days, the entries meet a lookup
trailing_days as (
    select posting_days.posted_date
    from posting_days
    inner join base.periods as periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
    where periods.is_trailing
),

placed_entries as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        entries.entry_id,
        entries.posted_date,
        entries.account,
        entries.vendor,
        entries.business_unit,
        entries.currency,
        entries.amount,
        entries.reporting_amount,
        entries.file,
        entries."row"
    from entries
    inner join trailing_days
        on entries.posted_date = trailing_days.posted_date
    left join known_initiatives
        on entries.named_initiative_id = known_initiatives.initiative_id
),

ranked_entries as (
    select
        initiative_id,
        entry_id,
        posted_date,
        account,
        vendor,
        business_unit,
        currency,
        amount,
        reporting_amount,
        file,
        "row",
        row_number() over (
            partition by initiative_id
            order by abs(reporting_amount) desc nulls last, posted_date, file, "row"
        ) as position,
        count(*) over (partition by initiative_id) as entry_count,
        sum(reporting_amount) over (partition by initiative_id) as spend_amount
    from placed_entries
)

select
    ranked_entries.initiative_id,
    cast(ranked_entries.position as bigint) as position,
    ranked_entries.entry_id,
    ranked_entries.posted_date,
    ranked_entries.account,
    ranked_entries.vendor,
    ranked_entries.business_unit,
    'actual' as kind,
    coalesce(ranked_entries.currency, rules.reporting_currency) as ledger_currency,
    cast(ranked_entries.amount as decimal(38, 2)) as ledger_amount,
    rules.reporting_currency as currency,
    cast(ranked_entries.reporting_amount as decimal(38, 2)) as reporting_amount,
    ranked_entries.file as source_file,
    cast(ranked_entries."row" as bigint) as source_row,
    cast(ranked_entries.entry_count as bigint) as entry_count,
    cast(ranked_entries.spend_amount as decimal(38, 2)) as spend_amount
from ranked_entries
cross join rules
where ranked_entries.position <= 10
order by initiative_id, position
