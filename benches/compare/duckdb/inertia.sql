-- misallocation.inertia, whole. Generated units continue no earlier ones.
with placed as (
    select spend.initiative_id, spend.goal_id, coalesce(tree.root_goal_id, spend.goal_id) as root_goal_id,
        coalesce(initiatives.business_unit, '(no unit)') as business_unit, year(spend.period_start_date) as year,
        spend.spend_amount
    from spend_by_link as spend
    left join initiatives using (initiative_id)
    left join goal_tree as tree on spend.goal_id = tree.goal_id
    where not coalesce(initiatives.is_mandatory, false)
        and make_date(year(spend.period_start_date), 12, 31) <= getvariable('as_of')
),
items as (
    select 'initiative' as taxonomy, initiative_id as item_id, year, sum(spend_amount) as spend from placed group by all
    union all
    select 'goal', goal_id, year, sum(spend_amount) from placed group by all
    union all
    select 'root goal', root_goal_id, year, sum(spend_amount) from placed group by all
    union all
    select 'unit', business_unit, year, sum(spend_amount) from placed group by all
),
years as (
    select taxonomy, year, sum(spend) as total, sum(spend) filter (where spend > 0) as counted from items group by all
),
shares as (
    select taxonomy, item_id, year,
        case when spend < 0 then 0.0 else ratio(spend, counted) end::decimal(38, 15) as share
    from items
    inner join years using (taxonomy, year)
),
paired as (
    select taxonomy, item_id, year, share, 0::decimal(38, 15) as earlier from shares
    union all
    select taxonomy, item_id, year + 1, 0::decimal(38, 15), share from shares
),
changes as (
    select taxonomy, year, item_id, abs(sum(share) - sum(earlier)) as change from paired group by all
),
moved as (
    select taxonomy, year, count(*) as item_count, sum(change) / 2 as reallocation from changes group by all
),
judged as (
    select years.taxonomy, years.year, moved.item_count, years.total, earlier.year as earlier_year,
        earlier.total as earlier_total, moved.reallocation,
        case
            when earlier.year is null then 'no earlier year'
            when years.counted - years.total > years.total * 0.01
                or earlier.counted - earlier.total > earlier.total * 0.01 then 'negative share'
        end as status_reason
    from years
    inner join moved using (taxonomy, year)
    left join years as earlier on years.taxonomy = earlier.taxonomy and years.year = earlier.year + 1
)
select taxonomy, year::text as fiscal_year, earlier_year::text as earlier_fiscal_year, item_count,
    total::decimal(38, 2) as spend_amount, earlier_total::decimal(38, 2) as earlier_spend_amount,
    case when status_reason is null
        then (cast(reallocation as decimal(18, 15)) * total::decimal(20, 2))::decimal(38, 2) end as moved_amount,
    case when status_reason is null then reallocation::double end as reallocation_ratio,
    case when status_reason is null then 1 - reallocation::double end as inertia_ratio, status_reason
from judged
