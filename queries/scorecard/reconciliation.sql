-- question: Does the ledger that was read equal the money that was analysed, to the cent?
-- grain:    currency
-- columns:
--   currency                 text           currency of the ledger entries; '(none)' when not given
--   ledger_amount            decimal(38,2)  everything in the ledger files, counted from the raw text before
--                                           anything was checked; positive = money spent
--   aligned_amount           decimal(38,2)  analysed, with a path to a goal
--   unaligned_amount         decimal(38,2)  analysed, without a path to any goal
--   quarantined_amount       decimal(38,2)  refused, because the row breaks the contract
--   later_amount             decimal(38,2)  read but not in scope: dated after the as-of date, or not yet known
--                                           at the as-known moment
--   duplicate_amount         decimal(38,2)  rows that repeat another row word for word; one of each is kept
--   difference_amount        decimal(38,2)  ledger less all the amounts above; anything but 0.00 fails the run
--   ledger_count             bigint         rows in the ledger files
--   quarantined_count        bigint         rows refused
--   unreadable_amount_count  bigint         rows whose amount is no number, which no sum can contain
-- checks:
--   sum(abs(difference_amount)) = 0
-- receipt:  base.loads where table_name = 'spend' and coalesce(currency, '(none)') = $currency
--   ledger_amount       base.loads.counted_amount where table_name = 'spend'
--                       and coalesce(currency, '(none)') = $currency
--   aligned_amount      ledger where coalesce(currency, '(none)') = $currency and goal_id <> '(unaligned)'
--   unaligned_amount    ledger where coalesce(currency, '(none)') = $currency and goal_id = '(unaligned)'
--   quarantined_amount  base.loads.quarantined_amount where table_name = 'spend'
--                       and coalesce(currency, '(none)') = $currency
--   duplicate_amount    base.loads.duplicate_amount where table_name = 'spend'
--                       and coalesce(currency, '(none)') = $currency
--   later_amount        ledger_amount less aligned_amount less unaligned_amount less quarantined_amount
--                       less duplicate_amount
-- leaves out: nothing; commitments are ledger entries and are counted here, unlike in base.spend_by_month
-- method:   amounts are in the row's own currency, so no exchange rate can hide a difference. Aligned money is
--             split as in base.spend_by_link: by base.goal_shares, per initiative and fiscal period.
with load_totals as (
    select
        coalesce(currency, '(none)') as currency,
        sum(counted_amount) as ledger_amount,
        sum(loaded_amount) as loaded_amount,
        sum(quarantined_amount) as quarantined_amount,
        sum(duplicate_amount) as duplicate_amount,
        sum(seen_count) as ledger_count,
        sum(quarantined_count) as quarantined_count,
        sum(unreadable_amount_count) as unreadable_amount_count
    from base.loads
    where table_name = 'spend'
    group by coalesce(currency, '(none)')
),

entries as (
    select
        coalesce(currency, '(none)') as currency,
        initiative_id,
        posted_date,
        amount
    from spend
),

known_initiatives as (
    select initiative_id
    from initiatives
),

goal_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
),

posting_days as (
    select distinct posted_date
    from entries
),

days_in_periods as (
    select
        posting_days.posted_date,
        periods.period_start_date
    from posting_days
    inner join base.periods as periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
),

entries_by_name as (
    select
        entries.currency,
        entries.initiative_id as named_initiative_id,
        days_in_periods.period_start_date,
        sum(entries.amount) as amount
    from entries
    inner join days_in_periods
        on entries.posted_date = days_in_periods.posted_date
    group by entries.currency, entries.initiative_id, days_in_periods.period_start_date
),

entries_by_initiative as (
    select
        entries_by_name.currency,
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        entries_by_name.period_start_date,
        cast(sum(entries_by_name.amount) as decimal(38, 2)) as amount
    from entries_by_name
    left join known_initiatives
        on entries_by_name.named_initiative_id = known_initiatives.initiative_id
    group by
        entries_by_name.currency,
        coalesce(known_initiatives.initiative_id, '(none)'),
        entries_by_name.period_start_date
),

analysed_parts as (
    select
        entries_by_initiative.currency,
        goal_shares.goal_id,
        cast(entries_by_initiative.amount * goal_shares.to_ratio as decimal(38, 2))
        - cast(entries_by_initiative.amount * goal_shares.from_ratio as decimal(38, 2)) as part_amount
    from entries_by_initiative
    inner join goal_shares
        on entries_by_initiative.initiative_id = goal_shares.initiative_id
),

analysed_totals as (
    select
        currency,
        sum(case when goal_id = '(unaligned)' then 0 else part_amount end) as aligned_amount,
        sum(case when goal_id = '(unaligned)' then part_amount else 0 end) as unaligned_amount
    from analysed_parts
    group by currency
),

-- what is in scope is counted straight from the entries, so that the split above is checked and not assumed
scope_totals as (
    select
        currency,
        sum(amount) as scope_amount
    from entries
    group by currency
),

currencies as (
    select currency
    from load_totals
    union
    select currency
    from scope_totals
),

sums as (
    select
        currencies.currency,
        cast(coalesce(load_totals.ledger_amount, 0) as decimal(38, 2)) as ledger_amount,
        cast(coalesce(analysed_totals.aligned_amount, 0) as decimal(38, 2)) as aligned_amount,
        cast(coalesce(analysed_totals.unaligned_amount, 0) as decimal(38, 2)) as unaligned_amount,
        cast(coalesce(load_totals.quarantined_amount, 0) as decimal(38, 2)) as quarantined_amount,
        cast(coalesce(load_totals.loaded_amount, 0) as decimal(38, 2))
        - cast(coalesce(scope_totals.scope_amount, 0) as decimal(38, 2)) as later_amount,
        cast(coalesce(load_totals.duplicate_amount, 0) as decimal(38, 2)) as duplicate_amount,
        coalesce(load_totals.ledger_count, 0) as ledger_count,
        coalesce(load_totals.quarantined_count, 0) as quarantined_count,
        coalesce(load_totals.unreadable_amount_count, 0) as unreadable_amount_count
    from currencies
    left join load_totals
        on currencies.currency = load_totals.currency
    left join analysed_totals
        on currencies.currency = analysed_totals.currency
    left join scope_totals
        on currencies.currency = scope_totals.currency
)

select
    currency,
    ledger_amount,
    aligned_amount,
    unaligned_amount,
    quarantined_amount,
    cast(later_amount as decimal(38, 2)) as later_amount,
    duplicate_amount,
    cast(
        ledger_amount
        - aligned_amount
        - unaligned_amount
        - quarantined_amount
        - later_amount
        - duplicate_amount
        as decimal(38, 2)
    ) as difference_amount,
    cast(ledger_count as bigint) as ledger_count,
    cast(quarantined_count as bigint) as quarantined_count,
    cast(unreadable_amount_count as bigint) as unreadable_amount_count
from sums
order by currency
