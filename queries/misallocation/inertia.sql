-- question: How much of the money moved from one fiscal year to the next, and how much stayed where it was?
-- grain:    taxonomy, fiscal_year
-- columns:
--   taxonomy              text           how the money is divided: by 'initiative', by the 'goal' linked directly, by
--                                        the 'root goal' above it, or by the 'unit' that runs the initiative
--   fiscal_year           text           complete fiscal year
--   earlier_fiscal_year   text           complete fiscal year before it that has spend; NULL for the first
--   item_count            bigint         items with spend in either of the two years
--   currency              text           reporting currency
--   spend_amount          decimal(38,2)  spend of the year
--   earlier_spend_amount  decimal(38,2)  spend of the earlier year; NULL without one
--   moved_amount          decimal(38,2)  reallocation_ratio times spend_amount: money of the year that an unchanged
--                                        distribution would have put elsewhere
--   reallocation_ratio    double         half the sum of the absolute changes of the shares, 0..1: 0 = the same
--                                        distribution as in the earlier year, 1 = an entirely different one
--   inertia_ratio         double         1 - reallocation_ratio
--   status_reason         text           NULL, or why the ratios are missing: 'no earlier year', 'negative share' (in
--                                        one of the years items with net credits take back more than 1 % of the
--                                        spend), 'no spend', 'spend is negative'
-- checks:
--   count(*) filter (where reallocation_ratio < 0 or reallocation_ratio > 1.000000001) = 0
--   count(*) filter (where (reallocation_ratio is null) <> (status_reason is not null)) = 0
--   count(*) filter (where moved_amount > spend_amount) = 0
-- receipt:  misallocation.share_by_year where taxonomy = $taxonomy
--             and (fiscal_year = $fiscal_year or fiscal_year = $earlier_fiscal_year)
--   spend_amount          misallocation.share_by_year.spend_amount where taxonomy = $taxonomy
--                         and fiscal_year = $fiscal_year
--   earlier_spend_amount  misallocation.share_by_year.spend_amount where taxonomy = $taxonomy
--                         and fiscal_year = $earlier_fiscal_year
-- leaves out: mandatory initiatives, whose money no priority can move; the running fiscal year; commitments; money
--             that moved within an item
-- method:   METHODS 11. An item without spend in a year has a share of 0 in it, so what starts and what ends counts
--             as moved; so has an item with a net credit, as long as credits are 1 % at most. Growth of the whole
--             moves nothing; items renamed or renumbered without a bridge look like movement. A fact about the
--             portfolio, no target: money that follows a plan of many years rightly stays.
with shares as (
    select
        taxonomy,
        item_id,
        fiscal_year,
        year_position,
        currency,
        spend_amount,
        total_amount,
        counted_amount,
        cast(share_ratio as decimal(38, 15)) as share_ratio
    from misallocation.share_by_year
),

credit_rules as (
    select cast(inertia_credit_ratio as decimal(18, 9)) as credit_ratio
    from base.rules
),

years as (
    select
        shares.taxonomy,
        shares.fiscal_year,
        shares.year_position,
        max(shares.currency) as currency,
        max(shares.total_amount) as total_amount,
        case
            when max(shares.total_amount) = 0 then 'no spend'
            when max(shares.total_amount) < 0 then 'spend is negative'
            when
                max(shares.counted_amount) - max(shares.total_amount)
                > max(shares.total_amount) * max(credit_rules.credit_ratio)
                then 'negative share'
        end as year_reason
    from shares
    cross join credit_rules
    group by shares.taxonomy, shares.fiscal_year, shares.year_position
),

-- the share of a year, and the same share as the earlier one of the year after it
paired_shares as (
    select taxonomy, item_id, year_position, share_ratio, cast(0 as decimal(38, 15)) as earlier_share_ratio
    from shares
    union all
    select
        taxonomy,
        item_id,
        year_position + 1 as year_position,
        cast(0 as decimal(38, 15)) as share_ratio,
        share_ratio as earlier_share_ratio
    from shares
),

share_changes as (
    select
        taxonomy,
        year_position,
        item_id,
        abs(sum(share_ratio) - sum(earlier_share_ratio)) as change_ratio
    from paired_shares
    group by taxonomy, year_position, item_id
),

reallocations as (
    select
        taxonomy,
        year_position,
        count(*) as item_count,
        sum(change_ratio) / 2 as reallocation_ratio
    from share_changes
    group by taxonomy, year_position
),

judged_years as (
    select
        years.taxonomy,
        years.fiscal_year,
        years.currency,
        years.total_amount as spend_amount,
        earlier_years.fiscal_year as earlier_fiscal_year,
        earlier_years.total_amount as earlier_spend_amount,
        reallocations.item_count,
        reallocations.reallocation_ratio,
        case
            when earlier_years.fiscal_year is null then 'no earlier year'
            else coalesce(years.year_reason, earlier_years.year_reason)
        end as status_reason
    from years
    inner join reallocations
        on years.taxonomy = reallocations.taxonomy
        and years.year_position = reallocations.year_position
    left join years as earlier_years
        on years.taxonomy = earlier_years.taxonomy
        and years.year_position = earlier_years.year_position + 1
)

select
    taxonomy,
    fiscal_year,
    earlier_fiscal_year,
    cast(item_count as bigint) as item_count,
    currency,
    spend_amount,
    earlier_spend_amount,
    case
        when status_reason is null
            then cast(cast(reallocation_ratio as decimal(18, 15)) * spend_amount as decimal(38, 2))
    end as moved_amount,
    case when status_reason is null then cast(reallocation_ratio as double) end as reallocation_ratio,
    case when status_reason is null then 1 - cast(reallocation_ratio as double) end as inertia_ratio,
    status_reason
from judged_years
order by taxonomy, fiscal_year
