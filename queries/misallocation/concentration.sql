-- question: Is money or demand spread widely, or does everything hang on a few?
-- grain:    dimension
-- columns:
--   dimension        text           'initiative', 'goal' (linked directly), 'unit' (charged), 'vendor', 'account': of
--                                   the money; 'skill': of the people asked for
--   unit             text           of the amounts: the reporting currency, or 'FTE' (full-time equivalents)
--   item_count       bigint         named items above zero
--   total_amount     decimal(38,2)  their spend of the trailing periods, or average full-time equivalents
--   unnamed_amount   decimal(38,2)  what has no name in this dimension, and is left out of the figures
--   excluded_count   bigint         named items with a net credit, which are left out
--   excluded_items   text           which, in alphabetical order; NULL when none
--   hhi_ratio        double         Herfindahl-Hirschman index, the sum of squared shares: 1/n = even, 1 = all in one
--   normalised_hhi_ratio  double    (hhi_ratio - 1/n) / (1 - 1/n): 0 = even, 1 = all in one, whatever n is
--   effective_count  double         1 / hhi_ratio: so many equal items would be as concentrated
--   gini_ratio       double         Gini coefficient, 0 = even, towards 1 = uneven
--   top_item_id      text           the largest item
--   top_amount       decimal(38,2)  its amount
--   top_ratio        double         top_amount / total_amount
--   status_reason    text           NULL, or why figures are missing: 'nothing named above zero', 'one item only'
--                                   (the normalised index needs two)
-- checks:
--   count(*) filter (where hhi_ratio < 1.0 / nullif(item_count, 0) - 0.000001 or hhi_ratio > 1.000001) = 0
--   count(*) filter (where gini_ratio < 0 or gini_ratio >= 1) = 0
--   count(*) filter (where top_amount > total_amount) = 0
-- receipt:
--   total_amount    misallocation.item_shares.item_amount where dimension = $dimension and position is not null
--   unnamed_amount  misallocation.item_shares.item_amount where dimension = $dimension and not is_named
--   top_amount      misallocation.item_shares.item_amount where dimension = $dimension and position = 1
-- leaves out: items with a net credit (named in excluded_items) and what has no name; commitments
-- method:   METHODS 12. Mandatory work is counted. Compare a dimension with itself over time or by the normalised
--             index; the plain one depends on how many items there could be.
with items as (
    select
        dimension,
        item_id,
        unit,
        is_named,
        item_amount,
        total_amount,
        cast(share_ratio as decimal(18, 12)) as share_ratio,
        position
    from misallocation.item_shares
),

dimension_sums as (
    select
        dimension,
        max(unit) as unit,
        count(position) as item_count,
        max(total_amount) as total_amount,
        sum(case when is_named then 0 else item_amount end) as unnamed_amount,
        count(*) filter (where is_named and item_amount < 0) as excluded_count,
        sum(share_ratio * share_ratio) as hhi_ratio,
        -- places ascend from the smallest: the one with position p of n is number n + 1 - p
        sum(item_amount * position) filter (where position is not null) as placed_amount,
        max(case when position = 1 then item_id end) as top_item_id,
        max(case when position = 1 then item_amount end) as top_amount
    from items
    group by dimension
),

excluded_lists as (
    select
        dimension,
        string_agg(item_id, '; ' order by item_id) as excluded_items
    from items
    where
        is_named
        and item_amount < 0
    group by dimension
),

measured_dimensions as (
    select
        dimension,
        unit,
        item_count,
        total_amount,
        unnamed_amount,
        excluded_count,
        top_item_id,
        top_amount,
        cast(hhi_ratio as double) as hhi_ratio,
        cast((item_count + 1) * total_amount - 2 * placed_amount as double)
        / nullif(cast(item_count * total_amount as double), 0) as gini_ratio
    from dimension_sums
)

select
    measured_dimensions.dimension,
    measured_dimensions.unit,
    cast(measured_dimensions.item_count as bigint) as item_count,
    cast(measured_dimensions.total_amount as decimal(38, 2)) as total_amount,
    cast(measured_dimensions.unnamed_amount as decimal(38, 2)) as unnamed_amount,
    cast(measured_dimensions.excluded_count as bigint) as excluded_count,
    excluded_lists.excluded_items,
    measured_dimensions.hhi_ratio,
    case
        when measured_dimensions.item_count > 1
            then (measured_dimensions.hhi_ratio - cast(1 as double) / nullif(measured_dimensions.item_count, 0))
                / nullif(1 - cast(1 as double) / nullif(measured_dimensions.item_count, 0), 0)
    end as normalised_hhi_ratio,
    1 / nullif(measured_dimensions.hhi_ratio, 0) as effective_count,
    measured_dimensions.gini_ratio,
    measured_dimensions.top_item_id,
    cast(measured_dimensions.top_amount as decimal(38, 2)) as top_amount,
    cast(measured_dimensions.top_amount as double)
    / nullif(cast(measured_dimensions.total_amount as double), 0) as top_ratio,
    case measured_dimensions.item_count
        when 0 then 'nothing named above zero'
        when 1 then 'one item only'
    end as status_reason
from measured_dimensions
left join excluded_lists
    on measured_dimensions.dimension = excluded_lists.dimension
order by dimension
