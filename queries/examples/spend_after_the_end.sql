-- question: What was still spent on initiatives after they had ended or were cancelled?
-- reads:    spend, initiatives
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,name,stage,actual_end_date,entry_count,spend_amount,last_date
--   I-001,Electric truck pilot Lindhafen,complete,2024-06-27,3,17478.36,2024-06-30
--   I-031,Route planning renewal,complete,2025-11-27,2,11862.50,2025-11-30
--   I-012,Pharma site Wendlau,complete,2025-02-25,2,9786.86,2025-02-27
--   I-050,Cold-store safety,complete,2025-10-28,2,8943.63,2025-10-30
--   I-002,Electric city fleet wave 1,complete,2025-10-28,2,7994.78,2025-10-31
--   I-022,Yard and dock booking,complete,2025-09-27,1,3728.48,2025-09-30
--   I-037,Second data centre,complete,2025-04-27,1,2837.59,2025-04-30
--   I-015,Validation master plan,complete,2025-08-28,1,2789.80,2025-08-30
--   I-018,High-bay store Ellerbach,complete,2024-10-28,1,1690.62,2024-10-29
--   I-004,Depot charging Ostkamp,complete,2024-12-28,1,1316.99,2024-12-31
select
    initiatives.initiative_id,
    initiatives.name,
    initiatives.stage,
    initiatives.actual_end_date,
    count(*) as entry_count,
    sum(spend.reporting_amount) as spend_amount,
    max(spend.posted_date) as last_date
from spend
inner join initiatives on spend.initiative_id = initiatives.initiative_id
where spend.posted_date > initiatives.actual_end_date and coalesce(spend.kind, 'actual') = 'actual'
group by initiatives.initiative_id, initiatives.name, initiatives.stage, initiatives.actual_end_date
order by spend_amount desc, initiatives.initiative_id
limit 10;
