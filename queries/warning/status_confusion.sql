-- question: When the data said one colour, which one was reported?
-- grain:    dimension, item_id, reported, derived
-- columns:
--   dimension     text    'all', 'owner' or 'business_unit'
--   item_id       text    the owner or unit that ran the initiatives when they reported; '(all)'; '(none)' when not
--                         given
--   reported      text    'green', 'amber' or 'red', as reported
--   derived       text    the same, as the data said
--   report_count  bigint  reports with these two colours; 0 is shown
--   total_count   bigint  reports of the item
--   share_ratio   double  report_count / total_count
-- checks:
--   count(*) filter (where report_count > total_count) = 0
--   coalesce(sum(report_count) filter (where dimension = 'all'), 0)
--     = (select case when count(*) >= (select honesty_reports from base.rules) then count(*) else 0 end
--     from base.judged_reports)
-- receipt:  base.judged_reports where (owner = $item_id or business_unit = $item_id or $dimension = 'all')
--             and reported_rag = $reported and judged_status = $derived
-- leaves out: items with fewer than honesty_reports reports, which would point at single reports; reports without a
--             colour, or on days on which the data could not say anything
-- method:   METHODS 18, confusion matrix. Nine rows for every item, by what was known on the day of the report
--             (base.judged_reports). Show it to the owner first.
with judged_reports as (
    select owner, business_unit, reported_rag, judged_status
    from base.judged_reports
),

rules as (
    select cast(honesty_reports as bigint) as honesty_reports
    from base.rules
),

colours as (
    select 'green' as colour
    union all
    select 'amber' as colour
    union all
    select 'red' as colour
),

counted_reports as (
    select owner, business_unit, reported_rag, judged_status, count(*) as report_count
    from judged_reports
    group by owner, business_unit, reported_rag, judged_status
),

item_reports as (
    select 'all' as dimension, '(all)' as item_id, reported_rag, judged_status, report_count
    from counted_reports
    union all
    select 'owner' as dimension, owner as item_id, reported_rag, judged_status, report_count
    from counted_reports
    union all
    select 'business_unit' as dimension, business_unit as item_id, reported_rag, judged_status, report_count
    from counted_reports
),

cells as (
    select dimension, item_id, reported_rag, judged_status, sum(report_count) as report_count
    from item_reports
    group by dimension, item_id, reported_rag, judged_status
),

totals as (
    select dimension, item_id, sum(report_count) as total_count
    from item_reports
    group by dimension, item_id
)

select
    totals.dimension,
    totals.item_id,
    reported.colour as reported,
    derived.colour as derived,
    cast(coalesce(cells.report_count, 0) as bigint) as report_count,
    cast(totals.total_count as bigint) as total_count,
    cast(coalesce(cells.report_count, 0) as double) / nullif(totals.total_count, 0) as share_ratio
from totals
cross join rules
cross join colours as reported
cross join colours as derived
left join cells
    on totals.dimension = cells.dimension
    and totals.item_id = cells.item_id
    and reported.colour = cells.reported_rag
    and derived.colour = cells.judged_status
where totals.total_count >= rules.honesty_reports
order by dimension, item_id, reported, derived
