-- question: Which initiatives leave most of this fiscal year's budget unspent?
-- reads:    variance.budget_to_actual, fiscal_calendar
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,initiative_name,budget_amount,actual_amount,unspent_amount,unspent_ratio
--   I-057,Predictive cooling maintenance,1000000.01,968300.52,31699.49,0.0317
--   I-008,Ammonia plants south,969403.08,951516.37,17886.71,0.0185
--   I-052,Refrigerant phase-down register,900000.00,887384.40,12615.60,0.014
--   I-025,Pharma lane qualification,1110659.74,1099207.19,11452.55,0.0103
--   I-022,Yard and dock booking,231714.00,222659.81,9054.19,0.0391
--   I-034,Driver app,849309.83,841290.93,8018.90,0.0094
--   I-041,Orion depot system,4800000.00,4792946.80,7053.20,0.0015
--   I-010,Roof solar programme,472500.00,466440.87,6059.13,0.0128
--   I-002,Electric city fleet wave 1,579150.00,573537.11,5612.89,0.0097
--   I-056,Energy management at all sites,900000.00,895204.44,4795.56,0.0053
select
    initiative_id,
    initiative_name,
    sum(budget_amount) as budget_amount,
    sum(actual_amount) as actual_amount,
    sum(variance_amount) as unspent_amount,
    round(cast(sum(variance_amount) as double) / cast(sum(budget_amount) as double), 4) as unspent_ratio
from variance.budget_to_actual
where
    fiscal_year = (select fiscal_year from fiscal_calendar where $as_of between start_date and end_date)
    and initiative_id not like '(%'
group by initiative_id, initiative_name
having sum(variance_amount) > 0
order by unspent_amount desc, initiative_id
limit 10;
