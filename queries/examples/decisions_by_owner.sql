-- question: Who has how many findings to decide on, and how much money is at risk in them?
-- reads:    scorecard.findings
-- answer:   over sample-data, as of 2026-03-31
--   owner,finding_count,high_count,money_at_risk_amount,oldest_date
--   Silke Dahmert,13,6,46844733.61,2023-04-30
--   Mareike Osthoff,6,3,15536055.66,2025-04-01
--   Ines Aldekamp,1,1,8051012.59,
--   Beata Lindqvor,4,1,7194340.11,
--   (nobody),1,0,6450429.80,
--   Arvid Nollmann,1,0,1133206.28,
--   Karim Benhöfer,1,0,491754.60,2025-09-04
--   Ottilie Graff,2,0,364297.40,
--   Henrik Sollberg,1,0,201332.33,
select
    coalesce(owner, '(nobody)') as owner,
    count(*) as finding_count,
    count(*) filter (where severity = 'high') as high_count,
    sum(money_at_risk_amount) as money_at_risk_amount,
    min(since_date) as oldest_date
from scorecard.findings
where state <> 'resolved'
group by coalesce(owner, '(nobody)')
order by money_at_risk_amount desc nulls last, owner
limit 10;
