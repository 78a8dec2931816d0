-- question: Per quarter, how much was recorded more than 45 days after its posting, so that no report of the time saw it?
-- reads:    spend, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   fiscal_quarter,entry_count,late_count,late_amount,longest_days
--   2024-Q1,1272,0,0.00,39
--   2024-Q2,1501,0,0.00,39
--   2024-Q3,1644,0,0.00,39
--   2024-Q4,1788,0,0.00,39
--   2025-Q1,2035,0,0.00,39
--   2025-Q2,2171,0,0.00,39
--   2025-Q3,2156,0,0.00,39
--   2025-Q4,2237,0,0.00,39
--   2026-Q1,2321,18,-491754.60,95
--   2026-Q2,2320,0,0.00,39
--   2026-Q3,2112,0,0.00,39
--   2026-Q4,2037,0,0.00,39
select
    fiscal_calendar.fiscal_quarter,
    count(*) as entry_count,
    count(*) filter (where spend.recorded_date - spend.posted_date > 45) as late_count,
    coalesce(
        sum(spend.reporting_amount) filter (where spend.recorded_date - spend.posted_date > 45), 0
    ) as late_amount,
    max(spend.recorded_date - spend.posted_date) as longest_days
from spend
inner join fiscal_calendar on spend.posted_date between fiscal_calendar.start_date and fiscal_calendar.end_date
where coalesce(spend.kind, 'actual') = 'actual'
group by fiscal_calendar.fiscal_quarter
order by fiscal_calendar.fiscal_quarter;
