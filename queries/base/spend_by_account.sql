-- question: How much was spent by each initiative and unit on each account in each fiscal period?
-- grain:    initiative_id, business_unit, account, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' collects ledger entries that name no initiative, or
--                                     one that does not exist
--   business_unit      text           unit that the ledger charged; '(none)' when it names none
--   account            text           account; '(none)' when the entry names none
--   period_start_date  date           first day of the fiscal period the entries were posted in
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  sum of the entries; positive = money spent, negative = a net credit
--   entry_count        bigint         ledger entries behind the amount
-- checks:
--   sum(spend_amount) = (select sum(reporting_amount) from spend where coalesce(kind, 'actual') = 'actual')
-- receipt:
--   spend_amount  spend where initiative_id = $initiative_id and business_unit = $business_unit
--                 and account = $account and period_start_date = $period_start_date
-- leaves out: commitments (kind = 'commitment'), which are promised and not yet spent; periods without entries
-- method:   every entry is counted once, in the fiscal period of its posting date; an entry without a kind is
--             an actual
with entries as (
    select
        initiative_id,
        coalesce(business_unit, '(none)') as business_unit,
        coalesce(account, '(none)') as account,
        posted_date,
        reporting_amount
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
days_in_periods as (
    select
        posting_days.posted_date,
        periods.period_start_date,
        periods.fiscal_year,
        periods.fiscal_quarter
    from posting_days
    inner join base.periods as periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
),

entries_by_name as (
    select
        entries.initiative_id as named_initiative_id,
        entries.business_unit,
        entries.account,
        days_in_periods.period_start_date,
        days_in_periods.fiscal_year,
        days_in_periods.fiscal_quarter,
        sum(entries.reporting_amount) as spend_amount,
        count(*) as entry_count
    from entries
    inner join days_in_periods
        on entries.posted_date = days_in_periods.posted_date
    group by
        entries.initiative_id,
        entries.business_unit,
        entries.account,
        days_in_periods.period_start_date,
        days_in_periods.fiscal_year,
        days_in_periods.fiscal_quarter
),

entries_by_initiative as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        entries_by_name.business_unit,
        entries_by_name.account,
        entries_by_name.period_start_date,
        entries_by_name.fiscal_year,
        entries_by_name.fiscal_quarter,
        sum(entries_by_name.spend_amount) as spend_amount,
        sum(entries_by_name.entry_count) as entry_count
    from entries_by_name
    left join known_initiatives
        on entries_by_name.named_initiative_id = known_initiatives.initiative_id
    group by
        coalesce(known_initiatives.initiative_id, '(none)'),
        entries_by_name.business_unit,
        entries_by_name.account,
        entries_by_name.period_start_date,
        entries_by_name.fiscal_year,
        entries_by_name.fiscal_quarter
)

select
    entries_by_initiative.initiative_id,
    entries_by_initiative.business_unit,
    entries_by_initiative.account,
    entries_by_initiative.period_start_date,
    entries_by_initiative.fiscal_year,
    entries_by_initiative.fiscal_quarter,
    rules.reporting_currency as currency,
    cast(entries_by_initiative.spend_amount as decimal(38, 2)) as spend_amount,
    cast(entries_by_initiative.entry_count as bigint) as entry_count
from entries_by_initiative
cross join rules
order by initiative_id, business_unit, account, period_start_date
