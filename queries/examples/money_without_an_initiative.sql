-- question: How much of the last twelve months' spend names no initiative that exists, and on which accounts?
-- reads:    spend, initiatives
-- answer:   over sample-data, as of 2026-03-31
--   account,entry_count,spend_amount,first_date,last_date
--   6300,264,949932.72,2025-04-05,2026-03-31
--   0740,2,5395.28,2025-10-05,2025-10-17
select
    spend.account,
    count(*) as entry_count,
    sum(spend.reporting_amount) as spend_amount,
    min(spend.posted_date) as first_date,
    max(spend.posted_date) as last_date
from spend
left join initiatives on spend.initiative_id = initiatives.initiative_id
where
    initiatives.initiative_id is null
    and coalesce(spend.kind, 'actual') = 'actual'
    and spend.posted_date > $as_of - interval '12 months'
group by spend.account
order by spend_amount desc;
