-- question: Which ten vendors were paid most in this fiscal year, and which part of all spend is that?
-- reads:    spend, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   vendor,entry_count,spend_amount,share_ratio
--   Sensoria Monitoring SpA,219,1434382.34,0.0273
--   Regalbau Wendlau GmbH,233,1422774.61,0.0271
--   Halmer & Voss Ingenieure,230,1387393.11,0.0264
--   Œuvrard Froid SA,234,1371570.11,0.0261
--   Tiefkühl & Söhne Anlagenbau,219,1354408.28,0.0258
--   Karnstedt Tiefbau AG,235,1347794.75,0.0257
--   Übermoor Palettenhandel,224,1342394.00,0.0256
--   Quillon Software GmbH,226,1340390.89,0.0255
--   Voltar Depot Systems BV,217,1334465.46,0.0254
--   Personaldienst Ellerbach,221,1330778.82,0.0254
with year_days as (
    select min(start_date) as first_date, max(end_date) as last_date
    from fiscal_calendar
    where fiscal_year = (
        select fiscal_year from fiscal_calendar where $as_of between start_date and end_date
    )
)

select
    spend.vendor,
    count(*) as entry_count,
    sum(spend.reporting_amount) as spend_amount,
    round(
        cast(sum(spend.reporting_amount) as double) / cast(sum(sum(spend.reporting_amount)) over () as double), 4
    ) as share_ratio
from spend
inner join year_days on spend.posted_date between year_days.first_date and year_days.last_date
where coalesce(spend.kind, 'actual') = 'actual'
group by spend.vendor
order by spend_amount desc, spend.vendor
limit 10;
