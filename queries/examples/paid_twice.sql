-- question: Which entries look paid twice: one vendor, one amount, one initiative, within a week, above 10,000?
-- reads:    spend
-- answer:   over sample-data, as of 2026-03-31
--   vendor,initiative_id,reporting_amount,first_entry,first_date,second_entry,second_date
--   Halloran Cargo Handling Inc.,I-027,10313.69,0049117097,2025-05-25,0049117121,2025-05-26
select
    first.vendor,
    first.initiative_id,
    first.reporting_amount,
    first.entry_id as first_entry,
    first.posted_date as first_date,
    second.entry_id as second_entry,
    second.posted_date as second_date
from spend as first
inner join spend as second
    on
        first.vendor = second.vendor
        and first.reporting_amount = second.reporting_amount
        and first.initiative_id is not distinct from second.initiative_id
where
    first.entry_id < second.entry_id
    and first.reporting_amount >= 10000
    and abs(second.posted_date - first.posted_date) <= 7
order by first.reporting_amount desc, first.entry_id, second.entry_id
limit 10;
