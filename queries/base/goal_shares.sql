-- question: Which part of an initiative's money belongs to which goal?
-- grain:    initiative_id, goal_id
-- columns:
--   initiative_id  text            initiative; '(none)' stands for money without an initiative
--   goal_id        text            goal the initiative is linked to; '(unaligned)' is the part that has no link
--   share_ratio    double          part of the money that goes to the goal, 0..1; sums to 1 per initiative
--   from_ratio     decimal(18,12)  the parts laid end to end, goals in order of their id and '(unaligned)'
--                                  last: where this part begins
--   to_ratio       decimal(18,12)  where this part ends; the first part begins at 0, the last ends at 1
-- checks:
--   abs(sum(share_ratio) - count(distinct initiative_id)) < 0.000001
--   sum(to_ratio - from_ratio) = count(distinct initiative_id)
-- receipt:  initiatives where initiative_id = $initiative_id;
--             goal_links where child_type = 'initiative' and child_id = $initiative_id
-- leaves out: links of weight 0, which carry no money; ancestors of the linked goals
-- method:   METHODS 13. To split an amount, take the rounded amount up to to_ratio less the rounded amount up
--             to from_ratio: each part is within a cent of its share and together they are the amount exactly.
--             Three links of a third leave no remainder: ends are rounded to twelve decimals.
with known_initiatives as (
    select initiative_id
    from initiatives
),

links as (
    select
        child_id as initiative_id,
        goal_id,
        cast(weight_ratio as decimal(18, 15)) as link_ratio
    from base.links
    where child_type = 'initiative'
),

link_ends as (
    select
        initiative_id,
        goal_id,
        least(
            cast(sum(link_ratio) over (partition by initiative_id order by goal_id) as decimal(18, 12)),
            cast(1 as decimal(18, 12))
        ) as to_ratio
    from links
),

linked_parts as (
    select
        initiative_id,
        goal_id,
        coalesce(
            lag(to_ratio) over (partition by initiative_id order by goal_id),
            cast(0 as decimal(18, 12))
        ) as from_ratio,
        to_ratio
    from link_ends
),

-- every initiative, and the money that has none, keeps what no link takes
money_holders as (
    select initiative_id
    from known_initiatives
    union all
    select '(none)' as initiative_id
),

linked_totals as (
    select
        initiative_id,
        max(to_ratio) as linked_ratio
    from linked_parts
    group by initiative_id
),

unlinked_parts as (
    select
        money_holders.initiative_id,
        '(unaligned)' as goal_id,
        coalesce(linked_totals.linked_ratio, cast(0 as decimal(18, 12))) as from_ratio,
        cast(1 as decimal(18, 12)) as to_ratio
    from money_holders
    left join linked_totals
        on money_holders.initiative_id = linked_totals.initiative_id
),

parts as (
    select
        linked_parts.initiative_id,
        linked_parts.goal_id,
        linked_parts.from_ratio,
        linked_parts.to_ratio
    from linked_parts
    inner join known_initiatives
        on linked_parts.initiative_id = known_initiatives.initiative_id
    union all
    select initiative_id, goal_id, from_ratio, to_ratio
    from unlinked_parts
)

select
    initiative_id,
    goal_id,
    cast(to_ratio - from_ratio as double) as share_ratio,
    cast(from_ratio as decimal(18, 12)) as from_ratio,
    cast(to_ratio as decimal(18, 12)) as to_ratio
from parts
where to_ratio > from_ratio
order by initiative_id, goal_id
