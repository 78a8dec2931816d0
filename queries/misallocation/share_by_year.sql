-- question: Which share of the money of each complete fiscal year went to which goal, unit or initiative?
-- grain:    taxonomy, item_id, fiscal_year
-- columns:
--   taxonomy       text           how the money is divided: by 'initiative', by the 'goal' linked directly, by the
--                                 'root goal' above it, or by the 'unit' that runs the initiative
--   item_id        text           initiative, goal or unit; '(none)' is money without an initiative, '(unaligned)'
--                                 without a goal, '(no unit)' without a unit
--   fiscal_year    text           complete fiscal year
--   year_position  bigint         place of the year among those complete, 1 = the first in which anything was spent
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the item in the year; positive = money spent
--   total_amount   decimal(38,2)  spend of all items in the year
--   counted_amount  decimal(38,2)  spend of the items above zero in the year
--   share_ratio    double         spend_amount / counted_amount, 0 for a net credit; NULL unless the total is above
--                                 zero
--   status_reason  text           NULL, or why there is no share: 'no spend', 'spend is negative' (both of the whole
--                                 year), 'negative share' (the item has a net credit)
-- checks:
--   sum(spend_amount) filter (where taxonomy = 'goal') = sum(spend_amount) filter (where taxonomy = 'initiative')
--   sum(spend_amount) filter (where taxonomy = 'root goal') = sum(spend_amount) filter (where taxonomy = 'goal')
--   abs(sum(share_ratio) filter (where taxonomy = 'goal') - count(distinct fiscal_year) filter (
--     where taxonomy = 'goal' and share_ratio is not null)) < 0.000001
--   sum(spend_amount) filter (where taxonomy = 'unit') = sum(spend_amount) filter (where taxonomy = 'initiative')
-- receipt:  initiatives where $taxonomy = 'initiative' and initiative_id = $item_id;
--             goals where $taxonomy in ('goal', 'root goal') and goal_id = $item_id;
--             business_units where $taxonomy = 'unit' and business_unit_id = $item_id
--   spend_amount  spend where fiscal_year = $fiscal_year and not is_mandatory
--                 and (($taxonomy = 'initiative' and initiative_id = $item_id)
--                 or ($taxonomy = 'goal' and goal_id = $item_id)
--                 or ($taxonomy = 'root goal' and (goal_id = $item_id
--                 or goal_id in (select goal_id from base.goal_weights where root_goal_id = $item_id)))
--                 or ($taxonomy = 'unit' and (initiative_unit = $item_id
--                 or ($item_id = '(no unit)' and initiative_unit is null) or initiative_unit in (
--                 select business_unit_id from base.unit_bridge where current_business_unit_id = $item_id))))
--   total_amount  spend where fiscal_year = $fiscal_year and not is_mandatory
--   counted_amount  misallocation.share_by_year.spend_amount where taxonomy = $taxonomy
--                   and fiscal_year = $fiscal_year and spend_amount > 0
-- leaves out: mandatory initiatives, whose money no priority can move; the running fiscal year; commitments; items
--             in years in which they had no entry
-- method:   METHODS 11. One constant taxonomy for all years: goals, links and units as they are today, earlier units
--             bridged to those that continue them (base.unit_bridge).
with mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

complete_years as (
    select
        fiscal_year,
        min(period_start_date) as start_date
    from base.periods
    group by fiscal_year
    having bool_and(is_complete)
),

spend_links as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        spend_links.fiscal_year,
        complete_years.start_date,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join complete_years
        on spend_links.fiscal_year = complete_years.fiscal_year
    left join mandatory_initiatives
        on spend_links.initiative_id = mandatory_initiatives.initiative_id
    where mandatory_initiatives.initiative_id is null
    group by
        spend_links.initiative_id,
        spend_links.goal_id,
        spend_links.fiscal_year,
        complete_years.start_date
),

root_goals as (
    select goal_id, root_goal_id
    from base.goal_weights
),

current_units as (
    select
        initiatives.initiative_id,
        coalesce(unit_bridge.current_business_unit_id, initiatives.business_unit) as business_unit_id
    from initiatives
    left join base.unit_bridge as unit_bridge
        on initiatives.business_unit = unit_bridge.business_unit_id
),

rules as (
    select reporting_currency
    from base.rules
),

placed_spend as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        coalesce(root_goals.root_goal_id, spend_links.goal_id) as root_goal_id,
        coalesce(current_units.business_unit_id, '(no unit)') as business_unit_id,
        spend_links.fiscal_year,
        spend_links.start_date,
        spend_links.spend_amount
    from spend_links
    left join root_goals
        on spend_links.goal_id = root_goals.goal_id
    left join current_units
        on spend_links.initiative_id = current_units.initiative_id
),

taxonomies as (
    select 'initiative' as taxonomy
    union all
    select 'goal' as taxonomy
    union all
    select 'root goal' as taxonomy
    union all
    select 'unit' as taxonomy
),

-- every part of the money once under each taxonomy
divided_spend as (
    select
        taxonomies.taxonomy,
        case taxonomies.taxonomy
            when 'initiative' then placed_spend.initiative_id
            when 'goal' then placed_spend.goal_id
            when 'root goal' then placed_spend.root_goal_id
            else placed_spend.business_unit_id
        end as item_id,
        placed_spend.fiscal_year,
        placed_spend.start_date,
        placed_spend.spend_amount
    from placed_spend
    cross join taxonomies
),

item_years as (
    select
        taxonomy,
        item_id,
        fiscal_year,
        start_date,
        sum(spend_amount) as spend_amount
    from divided_spend
    group by taxonomy, item_id, fiscal_year, start_date
),

total_years as (
    select
        taxonomy,
        item_id,
        fiscal_year,
        spend_amount,
        sum(spend_amount) over (partition by taxonomy, fiscal_year) as total_amount,
        sum(case when spend_amount > 0 then spend_amount else 0 end) over (partition by taxonomy, fiscal_year)
            as counted_amount,
        dense_rank() over (partition by taxonomy order by start_date) as year_position
    from item_years
)

select
    total_years.taxonomy,
    total_years.item_id,
    total_years.fiscal_year,
    cast(total_years.year_position as bigint) as year_position,
    rules.reporting_currency as currency,
    cast(total_years.spend_amount as decimal(38, 2)) as spend_amount,
    cast(total_years.total_amount as decimal(38, 2)) as total_amount,
    cast(total_years.counted_amount as decimal(38, 2)) as counted_amount,
    case
        when total_years.total_amount <= 0 then null
        when total_years.spend_amount < 0 then cast(0 as double)
        else cast(total_years.spend_amount as double) / nullif(cast(total_years.counted_amount as double), 0)
    end as share_ratio,
    case
        when total_years.total_amount = 0 then 'no spend'
        when total_years.total_amount < 0 then 'spend is negative'
        when total_years.spend_amount < 0 then 'negative share'
    end as status_reason
from total_years
cross join rules
order by taxonomy, item_id, fiscal_year
