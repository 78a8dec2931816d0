-- question: What did each business unit spend in each quarter of this fiscal year, side by side?
-- reads:    spend, initiatives, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   business_unit,q1_amount,q2_amount,q3_amount,q4_amount,year_amount
--   (none),234273.60,255198.24,231606.32,234249.84,955328.00
--   010,4879236.55,5163691.25,4695882.69,4794890.30,19533700.79
--   020,2974889.20,3293893.22,3089283.48,3215990.52,12574056.42
--   030,3297775.44,3496409.09,3193898.93,3290223.06,13278306.52
--   040,1624164.07,1605836.12,1435880.65,1470962.23,6136843.07
with this_year as (
    select fiscal_year
    from fiscal_calendar
    where $as_of between start_date and end_date
)

select
    coalesce(initiatives.business_unit, '(none)') as business_unit,
    sum(spend.reporting_amount) filter (where fiscal_calendar.fiscal_quarter like '%Q1') as q1_amount,
    sum(spend.reporting_amount) filter (where fiscal_calendar.fiscal_quarter like '%Q2') as q2_amount,
    sum(spend.reporting_amount) filter (where fiscal_calendar.fiscal_quarter like '%Q3') as q3_amount,
    sum(spend.reporting_amount) filter (where fiscal_calendar.fiscal_quarter like '%Q4') as q4_amount,
    sum(spend.reporting_amount) as year_amount
from spend
inner join fiscal_calendar on spend.posted_date between fiscal_calendar.start_date and fiscal_calendar.end_date
inner join this_year on fiscal_calendar.fiscal_year = this_year.fiscal_year
left join initiatives on spend.initiative_id = initiatives.initiative_id
where coalesce(spend.kind, 'actual') = 'actual'
group by coalesce(initiatives.business_unit, '(none)')
order by business_unit;
