-- question: Which initiatives reported green last although they have spent more than their budget to date?
-- reads:    status_reports, variance.budget_to_actual
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,initiative_name,rag,reported_date,variance_to_date_amount,variance_to_date_ratio
--   I-017,High-bay store Nordkai,green,2026-03-31,-664802.00,-0.3259
with newest_reports as (
    select
        initiative_id,
        rag,
        reported_date,
        row_number() over (partition by initiative_id order by reported_date desc) as position
    from status_reports
),

newest_quarters as (
    select
        initiative_id,
        initiative_name,
        variance_to_date_amount,
        variance_to_date_ratio,
        row_number() over (partition by initiative_id order by end_date desc) as position
    from variance.budget_to_actual
    where budget_to_date_amount > 0
)

select
    quarters.initiative_id,
    quarters.initiative_name,
    reports.rag,
    reports.reported_date,
    quarters.variance_to_date_amount,
    round(quarters.variance_to_date_ratio, 4) as variance_to_date_ratio
from newest_quarters as quarters
inner join newest_reports as reports on quarters.initiative_id = reports.initiative_id
where
    quarters.position = 1
    and reports.position = 1
    and reports.rag = 'green'
    and quarters.variance_to_date_ratio < -0.03
order by quarters.variance_to_date_amount, quarters.initiative_id;
