-- question: What is ordered and not yet paid, by vendor, and how old is the oldest order?
-- reads:    spend
-- answer:   over sample-data, as of 2026-03-31
--   vendor,order_count,committed_amount,oldest_date
--   Karnstedt Tiefbau AG,41,123046.36,2023-08-03
--   Hansel Lift; Stapler und Regale,39,111644.50,2023-08-03
--   Kälte-Werk Südkamp GmbH,30,100677.06,2023-04-20
--   Fahrwerk Nutzfahrzeuge GmbH,46,83262.72,2023-06-21
--   Nordkai Kranbau GmbH,26,81269.25,2023-07-07
--   Bodøvik Termo AS,32,74752.26,2023-11-10
--   Isotherm Kofferbau BV,30,73621.71,2023-07-08
--   O’Dwyne Reefer Services Ltd,52,63855.90,2023-10-14
--   Ostkamp Elektro GmbH,38,59204.64,2023-04-14
--   Frío Señal S.L.,34,47836.51,2023-04-16
select
    vendor,
    count(*) as order_count,
    sum(reporting_amount) as committed_amount,
    min(posted_date) as oldest_date
from spend
where kind = 'commitment'
group by vendor
having sum(reporting_amount) <> 0
order by committed_amount desc, vendor
limit 10;
