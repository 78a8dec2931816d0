-- misallocation.inertia: the amounts and the ratios.
with placed as (
    select spend.initiative_id as initiative_id, spend.goal_id as goal_id,
        coalesce(tree.root_goal_id, spend.goal_id) as root_goal_id,
        coalesce(initiatives.business_unit, '(no unit)') as business_unit, toYear(spend.period_start_date) as year,
        spend.cents as cents
    from spend_by_link as spend
    left join initiatives on spend.initiative_id = initiatives.initiative_id
    left join goal_tree as tree on spend.goal_id = tree.goal_id
    where not coalesce(initiatives.is_mandatory, false)
        and makeDate32(toYear(spend.period_start_date), 12, 31) <= toDate32('{as_of}')
),
items as (
    select taxonomy, item_id, year, sum(cents) as spent
    from placed
    array join ['initiative', 'goal', 'root goal', 'unit'] as taxonomy,
        [assumeNotNull(initiative_id), assumeNotNull(goal_id), assumeNotNull(root_goal_id), assumeNotNull(business_unit)]
            as item_id
    group by taxonomy, item_id, year
),
years as (
    select taxonomy, year, sum(spent) as total, sumIf(spent, spent > 0) as counted from items group by taxonomy, year
),
shares as (
    select items.taxonomy as taxonomy, items.item_id as item_id, items.year as year,
        toInt128(round(if(items.spent < 0, 0., as_ratio(items.spent, years.counted)) * 1e15)) as share
    from items
    inner join years on items.taxonomy = years.taxonomy and items.year = years.year
),
changes as (
    select taxonomy, item_id, year, abs(sum(share)) as change
    from (
        select taxonomy, item_id, toInt64(year) as year, share from shares
        union all
        select taxonomy, item_id, toInt64(year) + 1, -share from shares
    )
    group by taxonomy, item_id, year
),
moved as (
    select taxonomy, year, count() as item_count, sum(change) as change from changes group by taxonomy, year
),
judged as (
    select years.taxonomy as taxonomy, years.year as year, moved.item_count as item_count, years.total as total,
        moved.change as change, earlier.year as earlier_year, earlier.total as earlier_total,
        multiIf(earlier.year is null, 'no earlier year',
            (years.counted - years.total) * 100 > years.total
                or (earlier.counted - earlier.total) * 100 > earlier.total, 'negative share', null) as status_reason
    from years
    inner join moved on years.taxonomy = moved.taxonomy and years.year = moved.year
    left join years as earlier on years.taxonomy = earlier.taxonomy and years.year = earlier.year + 1
)
select taxonomy, toString(year) as fiscal_year, toString(earlier_year) as earlier_fiscal_year,
    toInt64(item_count) as item_count, as_money(total) as spend_amount, as_money(earlier_total) as earlier_spend_amount,
    if(status_reason is null, as_money(half_away(half_away(change, 2) * total, toInt128(1000000000000000))), null)
        as moved_amount,
    if(status_reason is null, change / 2 / 1e15, null) as reallocation_ratio,
    if(status_reason is null, 1 - change / 2 / 1e15, null) as inertia_ratio, status_reason
from judged
