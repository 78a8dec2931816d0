-- question: Where quantities are known, what did one unit cost in each fiscal year, and how did the price move?
-- reads:    spend, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,account,fiscal_year,quantity,spend_amount,unit_price,change_ratio
--   I-010,0740,2024,555301.95,433135.52,0.78,
--   I-010,0740,2025,478183.54,351464.90,0.74,-0.0513
--   I-010,0740,2026,405600.77,279864.53,0.69,-0.0676
with years as (
    select
        spend.initiative_id,
        spend.account,
        fiscal_calendar.fiscal_year,
        sum(spend.quantity) as quantity,
        sum(spend.reporting_amount) as spend_amount
    from spend
    inner join fiscal_calendar on spend.posted_date between fiscal_calendar.start_date and fiscal_calendar.end_date
    where spend.quantity > 0
    group by spend.initiative_id, spend.account, fiscal_calendar.fiscal_year
),

prices as (
    select *, round(cast(spend_amount as double) / cast(quantity as double), 2) as unit_price
    from years
)

select
    initiative_id,
    account,
    fiscal_year,
    round(cast(quantity as double), 2) as quantity,
    spend_amount,
    unit_price,
    round(unit_price / lag(unit_price) over (partition by initiative_id, account order by fiscal_year) - 1, 4)
        as change_ratio
from prices
order by initiative_id, account, fiscal_year;
