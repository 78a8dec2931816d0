-- question: Which vendors gave most back in this fiscal year, and for how much spend?
-- reads:    spend, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   vendor,credit_count,credit_amount,charged_amount
--   Ostkamp Elektro GmbH,2,-146015.10,1378918.46
--   Photovolta Dach GmbH,1,-79052.80,1366160.44
--   Bodøvik Termo AS,1,-76262.60,1323953.81
--   Sicherwerk IT GmbH,1,-69287.40,1377055.06
--   Greifwerk Automation GmbH,1,-60452.10,1301449.66
--   Personaldienst Ellerbach,1,-42316.50,1373095.32
--   Voltar Depot Systems BV,1,-38596.30,1373061.76
--   Messlinie Sensorik GmbH,1,-34411.20,1317002.02
select
    spend.vendor,
    count(*) filter (where spend.reporting_amount < 0) as credit_count,
    sum(spend.reporting_amount) filter (where spend.reporting_amount < 0) as credit_amount,
    sum(spend.reporting_amount) filter (where spend.reporting_amount > 0) as charged_amount
from spend
inner join fiscal_calendar on spend.posted_date between fiscal_calendar.start_date and fiscal_calendar.end_date
where
    coalesce(spend.kind, 'actual') = 'actual'
    and fiscal_calendar.fiscal_year = (
        select fiscal_year from fiscal_calendar where $as_of between start_date and end_date
    )
group by spend.vendor
having count(*) filter (where spend.reporting_amount < 0) > 0
order by credit_amount, spend.vendor
limit 10;
