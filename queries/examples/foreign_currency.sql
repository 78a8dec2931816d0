-- question: How much was paid in other currencies in each fiscal year, and what was the average rate?
-- reads:    spend, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   fiscal_year,currency,entry_count,foreign_amount,reporting_amount,average_rate
--   2025,USD,51,414498.44,377860.38,0.911609
--   2026,USD,132,1104428.25,1027671.14,0.930501
select
    fiscal_calendar.fiscal_year,
    spend.currency,
    count(*) as entry_count,
    sum(spend.amount) as foreign_amount,
    sum(spend.reporting_amount) as reporting_amount,
    round(cast(sum(spend.reporting_amount) as double) / cast(sum(spend.amount) as double), 6) as average_rate
from spend
inner join fiscal_calendar on spend.posted_date between fiscal_calendar.start_date and fiscal_calendar.end_date
where spend.currency <> 'EUR'
group by fiscal_calendar.fiscal_year, spend.currency
order by fiscal_calendar.fiscal_year, spend.currency;
