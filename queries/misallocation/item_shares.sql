-- question: What does each initiative, goal, unit, vendor, account and skill take of the trailing year?
-- grain:    dimension, item_id
-- columns:
--   dimension      text           'initiative', 'goal' (linked directly), 'unit' (charged, under its present name),
--                                 'vendor', 'account': of the money; 'skill': of the people asked for
--   item_id        text           initiative, goal, unit, vendor, account or skill; '(none)' and '(unaligned)'
--                                 collect what has none
--   unit           text           of the amounts: the reporting currency, or 'FTE' (full-time equivalents)
--   is_named       boolean        false for the collecting items
--   item_amount    decimal(38,2)  spend of the trailing periods, or average full-time equivalents over their days;
--                                 positive = money spent, negative = a net credit
--   total_amount   decimal(38,2)  of all named items above zero of the dimension
--   share_ratio    double         item_amount / total_amount; NULL unless the item is named and above zero
--   position       bigint         place by amount, 1 = the largest; NULL unless it has a share
--   status_reason  text           NULL, or why it has no share: 'not named', 'not above zero'
-- checks:
--   sum(item_amount) filter (where dimension = 'account') = sum(item_amount) filter (where dimension = 'vendor')
--   sum(item_amount) filter (where dimension = 'goal') = sum(item_amount) filter (where dimension = 'initiative')
--   sum(item_amount) filter (where dimension = 'unit') = sum(item_amount) filter (where dimension = 'initiative')
--   abs(sum(share_ratio) - count(distinct dimension) filter (where share_ratio is not null)) < 0.000001
-- receipt:  demand where $dimension = 'skill' and skill = $item_id
--   item_amount  spend where $dimension <> 'skill' and is_trailing and (
--                ($dimension = 'initiative' and initiative_id = $item_id)
--                or ($dimension = 'goal' and goal_id = $item_id)
--                or ($dimension = 'account' and account = $item_id)
--                or ($dimension = 'vendor' and coalesce(vendor, '(none)') = $item_id)
--                or ($dimension = 'unit' and (business_unit = $item_id or business_unit in (
--                select business_unit_id from base.unit_bridge where current_business_unit_id = $item_id))))
--                plus base.headcount_by_skill.average_fte where $dimension = 'skill' and skill = $item_id
--   total_amount  misallocation.item_shares.item_amount where dimension = $dimension and position is not null
-- leaves out: commitments; spend before the trailing periods; demand without a number
-- method:   METHODS 12. Mandatory work is counted: what depends on one vendor depends on it, whatever for. Where an
--             earlier unit continues under another name, both are one.
with periods as (
    select period_start_date, period_end_date
    from base.periods
    where is_trailing
),

trailing_days as (
    select
        min(period_start_date) as first_date,
        max(period_end_date) as last_date,
        max(period_end_date) - min(period_start_date) + 1 as day_count
    from periods
),

account_spend as (
    select
        account_spend.initiative_id,
        coalesce(unit_bridge.current_business_unit_id, account_spend.business_unit) as business_unit,
        account_spend.account,
        account_spend.spend_amount
    from base.spend_by_account as account_spend
    inner join periods
        on account_spend.period_start_date = periods.period_start_date
    left join base.unit_bridge as unit_bridge
        on account_spend.business_unit = unit_bridge.business_unit_id
),

goal_spend as (
    select goal_spend.goal_id, goal_spend.spend_amount
    from base.spend_by_goal as goal_spend
    inner join periods
        on goal_spend.period_start_date = periods.period_start_date
),

vendor_spend as (
    select coalesce(spend.vendor, '(none)') as vendor, spend.reporting_amount
    from spend
    inner join trailing_days
        on spend.posted_date between trailing_days.first_date and trailing_days.last_date
    where coalesce(spend.kind, 'actual') = 'actual'
),

skill_headcounts as (
    select skill, average_fte
    from base.headcount_by_skill
),

rules as (
    select reporting_currency
    from base.rules
),

items as (
    select
        'initiative' as dimension,
        initiative_id as item_id,
        cast(sum(spend_amount) as decimal(38, 2)) as item_amount
    from account_spend
    group by initiative_id
    union all
    select
        'goal' as dimension,
        goal_id as item_id,
        cast(sum(spend_amount) as decimal(38, 2)) as item_amount
    from goal_spend
    group by goal_id
    union all
    select
        'unit' as dimension,
        business_unit as item_id,
        cast(sum(spend_amount) as decimal(38, 2)) as item_amount
    from account_spend
    group by business_unit
    union all
    select
        'account' as dimension,
        account as item_id,
        cast(sum(spend_amount) as decimal(38, 2)) as item_amount
    from account_spend
    group by account
    union all
    select
        'vendor' as dimension,
        vendor as item_id,
        cast(sum(reporting_amount) as decimal(38, 2)) as item_amount
    from vendor_spend
    group by vendor
    union all
    select
        'skill' as dimension,
        skill as item_id,
        average_fte as item_amount
    from skill_headcounts
),

judged_items as (
    select
        dimension,
        item_id,
        item_amount,
        item_id not in ('(none)', '(unaligned)') as is_named,
        item_id not in ('(none)', '(unaligned)') and item_amount > 0 as is_counted
    from items
)

select
    judged_items.dimension,
    judged_items.item_id,
    case when judged_items.dimension = 'skill' then 'FTE' else rules.reporting_currency end as unit,
    judged_items.is_named,
    judged_items.item_amount,
    cast(
        sum(case when judged_items.is_counted then judged_items.item_amount else 0 end)
            over (partition by judged_items.dimension)
        as decimal(38, 2)
    ) as total_amount,
    case
        when judged_items.is_counted
            then cast(judged_items.item_amount as double) / nullif(
                cast(
                    sum(case when judged_items.is_counted then judged_items.item_amount else 0 end)
                        over (partition by judged_items.dimension)
                    as double
                ),
                0
            )
    end as share_ratio,
    cast(
        case
            when judged_items.is_counted
                then row_number() over (
                    partition by judged_items.dimension, judged_items.is_counted
                    order by judged_items.item_amount desc, judged_items.item_id
                )
        end as bigint
    ) as position,
    case
        when not judged_items.is_named then 'not named'
        when judged_items.item_amount <= 0 then 'not above zero'
    end as status_reason
from judged_items
cross join rules
order by dimension, item_id
