-- question: Which initiatives had their budget revised, from what to what?
-- reads:    budgets, initiatives
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,name,original_amount,current_amount,revision_amount
--   I-041,Orion depot system,14310000.00,13500000.00,-810000.00
--   I-031,Route planning renewal,4146599.11,4364841.19,218242.08
--   I-015,Validation master plan,3322988.86,3535094.52,212105.66
--   I-050,Cold-store safety,3646335.00,3472700.00,-173635.00
--   I-016,Pharma quality academy,4179153.34,4308405.48,129252.14
--   I-020,Layer-picking robots,2272900.13,2392526.45,119626.32
--   I-025,Pharma lane qualification,4093929.53,3974688.83,-119240.70
--   I-051,Smart tachograph refit,3967903.31,3852333.31,-115570.00
--   I-040,Network stress tests,1845859.02,1741376.42,-104482.60
--   I-056,Energy management at all sites,2377440.00,2476500.00,99060.00
with versions as (
    select
        initiative_id,
        period_start_date,
        account,
        sum(amount) filter (where version = 'original') as original_amount,
        sum(amount) filter (where version = 'current') as current_amount
    from budgets
    group by initiative_id, period_start_date, account
)

select
    versions.initiative_id,
    initiatives.name,
    sum(versions.original_amount) as original_amount,
    sum(versions.current_amount) as current_amount,
    sum(versions.current_amount - versions.original_amount) as revision_amount
from versions
inner join initiatives on versions.initiative_id = initiatives.initiative_id
where versions.original_amount is not null and versions.current_amount is not null
group by versions.initiative_id, initiatives.name
having sum(abs(versions.current_amount - versions.original_amount)) > 0
order by abs(sum(versions.current_amount - versions.original_amount)) desc, versions.initiative_id
limit 10;
