-- question: How many people does each initiative have on each of its goals, on average over the trailing periods?
-- grain:    initiative_id, goal_id
-- columns:
--   initiative_id  text           initiative that asks for people; '(none)' collects initiatives that do not exist
--   goal_id        text           goal the initiative is linked to; '(unaligned)' is demand without a link
--   is_mandatory   boolean        true when the initiative is required by law or regulation
--   average_fte    decimal(38,2)  the goal's part of the full-time equivalents, the average over all days of the
--                                 trailing periods
-- checks:
--   count(*) filter (where average_fte < 0) = 0
--   count(distinct initiative_id) <= (select count(distinct initiative_id) from demand)
-- receipt:  demand where initiative_id = $initiative_id
-- leaves out: demand without a number; whether it is promised or only wished for; demand outside the trailing
--             periods; ancestors of the linked goals, so that nothing is counted twice
-- method:   METHODS 11, METHODS 13. An initiative's people are split among goals exactly as its money is, by
--             base.goal_shares. Hundredths are rounded by initiative and split by their ends, so that the parts are
--             the whole. A demand that covers a quarter of the days counts a quarter.
with trailing_days as (
    select
        min(period_start_date) as first_date,
        max(period_end_date) as last_date,
        max(period_end_date) - min(period_start_date) + 1 as day_count
    from base.periods
    where is_trailing
),

known_initiatives as (
    select initiative_id, coalesce(is_mandatory, false) as is_mandatory
    from initiatives
),

goal_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
),

demand_days as (
    select
        demand.initiative_id as named_initiative_id,
        trailing_days.day_count,
        cast(demand.fte as decimal(18, 6)) * (
            least(demand.period_end_date, trailing_days.last_date)
            - greatest(demand.period_start_date, trailing_days.first_date)
            + 1
        ) as fte_days
    from demand
    inner join trailing_days
        on demand.period_start_date <= trailing_days.last_date
        and demand.period_end_date >= trailing_days.first_date
    where demand.fte is not null
),

headcounts as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        coalesce(known_initiatives.is_mandatory, false) as is_mandatory,
        cast(
            cast(sum(demand_days.fte_days) as double) / nullif(max(demand_days.day_count), 0) as decimal(38, 2)
        ) as average_fte
    from demand_days
    left join known_initiatives
        on demand_days.named_initiative_id = known_initiatives.initiative_id
    group by
        coalesce(known_initiatives.initiative_id, '(none)'),
        coalesce(known_initiatives.is_mandatory, false)
)

select
    headcounts.initiative_id,
    goal_shares.goal_id,
    headcounts.is_mandatory,
    cast(
        cast(headcounts.average_fte * goal_shares.to_ratio as decimal(38, 2))
        - cast(headcounts.average_fte * goal_shares.from_ratio as decimal(38, 2))
        as decimal(38, 2)
    ) as average_fte
from headcounts
inner join goal_shares
    on headcounts.initiative_id = goal_shares.initiative_id
order by initiative_id, goal_id
