-- question: Where does one entry of the ledger make up more than a tenth of an initiative's whole spend?
-- reads:    spend
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,entry_id,vendor,posted_date,reporting_amount,share_ratio
--   I-099,0049107251,Messlinie Sensorik GmbH,2024-05-02,3060.99,0.362
--   I-099,0049120959,Aufbauten Terhorst GmbH,2025-10-17,2998.44,0.3546
--   I-099,0049120651,Messlinie Sensorik GmbH,2025-10-05,2396.84,0.2834
with shares as (
    select
        initiative_id,
        entry_id,
        vendor,
        posted_date,
        reporting_amount,
        sum(reporting_amount) over (partition by initiative_id) as whole_amount
    from spend
    where coalesce(kind, 'actual') = 'actual' and initiative_id is not null
)

select
    initiative_id,
    entry_id,
    vendor,
    posted_date,
    reporting_amount,
    round(cast(reporting_amount as double) / cast(whole_amount as double), 4) as share_ratio
from shares
where whole_amount > 0 and reporting_amount > whole_amount * 0.1
order by share_ratio desc, initiative_id, entry_id;
