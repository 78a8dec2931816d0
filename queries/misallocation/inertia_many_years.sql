-- question: How much of the money has moved over all the years together?
-- grain:    taxonomy
-- columns:
--   taxonomy            text    how the money is divided: by 'initiative', by the 'goal' linked directly, by the
--                               'root goal' above it, or by the 'unit' that runs the initiative
--   year_count          bigint  complete fiscal years with spend
--   first_fiscal_year   text    the first of them
--   last_fiscal_year    text    the last of them
--   item_count          bigint  items with spend in any of them
--   stable_ratio        double  sum over the items of the smallest share each had in any year, 0..1: what never moved
--   reallocation_ratio  double  1 - stable_ratio: the dynamic reallocation
--   largest_pair_ratio  double  reallocation between those two years that differ most; never above the line before
--   status_reason       text    NULL, or why the ratios are missing: 'one year only'; of some year, 'no spend',
--                               'spend is negative' or 'negative share' (items with net credits take back more
--                               than 1 % of the spend)
-- checks:
--   count(*) filter (where reallocation_ratio < largest_pair_ratio - 0.000000001) = 0
--   count(*) filter (where reallocation_ratio < -0.000000001 or reallocation_ratio > 1.000000001) = 0
--   count(*) filter (where (reallocation_ratio is null) <> (status_reason is not null)) = 0
-- receipt:  misallocation.share_by_year where taxonomy = $taxonomy
-- leaves out: mandatory initiatives, whose money no priority can move; the running fiscal year; commitments
-- method:   METHODS 11, dynamic reallocation 1 - sum of min over the years. An item with a net credit has a share
--             of 0, as long as credits are 1 % at most. An item without spend in one of the years has nothing that
--             never moved; one renamed without a bridge counts as two. More years can only raise it: compare only
--             what spans as many years.
with shares as (
    select
        taxonomy,
        item_id,
        fiscal_year,
        year_position,
        total_amount,
        counted_amount,
        cast(share_ratio as decimal(38, 15)) as share_ratio
    from misallocation.share_by_year
),

credit_rules as (
    select cast(inertia_credit_ratio as decimal(18, 9)) as credit_ratio
    from base.rules
),

spans as (
    select
        shares.taxonomy,
        max(shares.year_position) as year_count,
        min(case when shares.year_position = 1 then shares.fiscal_year end) as first_fiscal_year,
        count(distinct shares.item_id) as item_count,
        case
            when bool_or(shares.total_amount = 0) then 'no spend'
            when bool_or(shares.total_amount < 0) then 'spend is negative'
            when
                bool_or(
                    shares.counted_amount - shares.total_amount > shares.total_amount * credit_rules.credit_ratio
                )
                then 'negative share'
        end as share_reason
    from shares
    cross join credit_rules
    group by shares.taxonomy
),

last_years as (
    select distinct
        shares.taxonomy,
        shares.fiscal_year
    from shares
    inner join spans
        on shares.taxonomy = spans.taxonomy
        and shares.year_position = spans.year_count
),

lowest_shares as (
    select
        taxonomy,
        item_id,
        count(*) as year_count,
        min(share_ratio) as share_ratio
    from shares
    group by taxonomy, item_id
),

stable_shares as (
    select
        spans.taxonomy,
        sum(case when lowest_shares.year_count = spans.year_count then lowest_shares.share_ratio else 0 end)
            as stable_ratio
    from spans
    inner join lowest_shares
        on spans.taxonomy = lowest_shares.taxonomy
    group by spans.taxonomy
),

year_pairs as (
    select
        earlier_years.taxonomy,
        earlier_years.year_position as earlier_position,
        later_years.year_position as later_position
    from (select distinct taxonomy, year_position from shares) as earlier_years
    inner join (select distinct taxonomy, year_position from shares) as later_years
        on earlier_years.taxonomy = later_years.taxonomy
        and earlier_years.year_position < later_years.year_position
),

pair_overlaps as (
    select
        earlier_shares.taxonomy,
        earlier_shares.year_position as earlier_position,
        later_shares.year_position as later_position,
        sum(least(earlier_shares.share_ratio, later_shares.share_ratio)) as overlap_ratio
    from shares as earlier_shares
    inner join shares as later_shares
        on earlier_shares.taxonomy = later_shares.taxonomy
        and earlier_shares.item_id = later_shares.item_id
        and earlier_shares.year_position < later_shares.year_position
    group by earlier_shares.taxonomy, earlier_shares.year_position, later_shares.year_position
),

largest_pairs as (
    select
        year_pairs.taxonomy,
        max(1 - coalesce(pair_overlaps.overlap_ratio, 0)) as largest_pair_ratio
    from year_pairs
    left join pair_overlaps
        on year_pairs.taxonomy = pair_overlaps.taxonomy
        and year_pairs.earlier_position = pair_overlaps.earlier_position
        and year_pairs.later_position = pair_overlaps.later_position
    group by year_pairs.taxonomy
),

judged_spans as (
    select
        spans.taxonomy,
        spans.year_count,
        spans.first_fiscal_year,
        last_years.fiscal_year as last_fiscal_year,
        spans.item_count,
        stable_shares.stable_ratio,
        largest_pairs.largest_pair_ratio,
        case
            when spans.year_count = 1 then 'one year only'
            else spans.share_reason
        end as status_reason
    from spans
    inner join last_years
        on spans.taxonomy = last_years.taxonomy
    inner join stable_shares
        on spans.taxonomy = stable_shares.taxonomy
    left join largest_pairs
        on spans.taxonomy = largest_pairs.taxonomy
)

select
    taxonomy,
    cast(year_count as bigint) as year_count,
    first_fiscal_year,
    last_fiscal_year,
    cast(item_count as bigint) as item_count,
    case when status_reason is null then cast(stable_ratio as double) end as stable_ratio,
    case when status_reason is null then cast(1 - stable_ratio as double) end as reallocation_ratio,
    case when status_reason is null then cast(largest_pair_ratio as double) end as largest_pair_ratio,
    status_reason
from judged_spans
order by taxonomy
