-- question: How much was spent on each initiative in each fiscal period?
-- grain:    initiative_id, period_start_date
-- columns:
--   initiative_id      text           initiative; '(none)' collects ledger entries that name no initiative, or
--                                     one that does not exist
--   period_start_date  date           first day of the fiscal period the entries were posted in
--   fiscal_year        text           fiscal year of the period
--   fiscal_quarter     text           fiscal quarter of the period, such as '2026-Q1'
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  sum of the entries; positive = money spent, negative = a net credit
--   entry_count        bigint         ledger entries behind the amount
-- checks:
--   sum(spend_amount) = (select sum(reporting_amount) from spend where coalesce(kind, 'actual') = 'actual')
-- receipt:
--   spend_amount  spend where initiative_id = $initiative_id and period_start_date = $period_start_date
-- leaves out: commitments (kind = 'commitment'), which are promised and not yet spent; periods without entries
-- method:   the accounts of base.spend_by_account, added up: every entry is counted once, in the fiscal period of
--             its posting date; an entry without a kind is an actual
with account_spend as (
    select initiative_id, period_start_date, fiscal_year, fiscal_quarter, currency, spend_amount, entry_count
    from base.spend_by_account
)

select
    initiative_id,
    period_start_date,
    fiscal_year,
    fiscal_quarter,
    currency,
    cast(sum(spend_amount) as decimal(38, 2)) as spend_amount,
    cast(sum(entry_count) as bigint) as entry_count
from account_spend
group by initiative_id, period_start_date, fiscal_year, fiscal_quarter, currency
order by initiative_id, period_start_date
