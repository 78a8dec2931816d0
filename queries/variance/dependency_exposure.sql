-- question: What waits for each milestone that is late, and how much money is still to be spent on it?
-- grain:    milestone_id
-- columns:
--   milestone_id            text           milestone that is expected late
--   milestone_name          text           its name; NULL when not given
--   initiative_id           text           initiative it belongs to; NULL when not given
--   slip_days               bigint         days it is late or expected to be (see variance.milestone_slip)
--   verdict                 text           'slipping' or 'never converges'
--   downstream_count        bigint         open milestones that wait for it, directly or through others
--   direct_count            bigint         those that wait for it directly
--   downstream_weight       double         weight of all that wait; each counts within its own initiative
--   max_depth               bigint         longest chain of milestones behind it; 0 when nothing waits
--   initiative_count        bigint         initiatives of the milestones that wait
--   other_initiative_count  bigint         those of them that are not its own
--   currency                text           reporting currency
--   unspent_amount          decimal(38,2)  what these initiatives still have to spend: budget at completion less
--                                          spend, not below 0 for each; NULL when none of them has a budget
--   status_reason           text           NULL, 'nothing waits', 'cycle' (it waits for itself, perhaps through
--                                          others; each is counted once), 'chain is cut' (longer than is
--                                          followed), 'no budget' (of the initiatives that wait)
-- checks:
--   count(*) = (select count(*) from variance.milestone_slip where verdict in ('slipping', 'never converges'))
--   count(*) filter (where downstream_count < direct_count or initiative_count < other_initiative_count) = 0
-- receipt:  milestones where milestone_id = $milestone_id or depends_on = $milestone_id;
--             variance.earned_value where initiative_id = $initiative_id
-- leaves out: milestones that are reached, or whose initiative is cancelled (chains are followed through them);
--             depends_on that names no milestone. Late milestones share what waits for them: never add the rows.
-- method:   METHODS 19. Chains are followed over depends_on for up to dependency_depth steps and end where they come back to
--             the milestone they started from. A milestone without a weight counts 1 when no milestone of its
--             initiative has one, otherwise 0.
with recursive slips as (
    select
        milestone_id,
        milestone_name,
        initiative_id,
        slip_days,
        verdict,
        actual_date is null and coalesce(verdict, 'unknown') <> 'work ended' as is_open,
        case
            when initiative_id is null or count(weight) over (partition by initiative_id) = 0
                then coalesce(cast(weight as decimal(18, 9)), cast(1 as decimal(18, 9)))
            else coalesce(cast(weight as decimal(18, 9)), cast(0 as decimal(18, 9)))
        end as weight
    from variance.milestone_slip
),

late_milestones as (
    select milestone_id, milestone_name, initiative_id, slip_days, verdict
    from variance.milestone_slip
    where verdict in ('slipping', 'never converges')
),

dependencies as (
    select milestone_id, depends_on
    from milestones
    where depends_on is not null
),

positions as (
    select
        initiative_id,
        bac_amount,
        actual_amount,
        case
            when bac_amount > actual_amount then bac_amount - actual_amount
            when bac_amount is not null then cast(0 as decimal(38, 2))
        end as unspent_amount
    from variance.earned_value
),

rules as (
    select reporting_currency
    from base.rules
),

depth_rules as (
    select cast(dependency_depth as bigint) as depth_limit
    from base.rules
),

chains as (
    select
        late_milestones.milestone_id as late_id,
        dependencies.milestone_id,
        cast(1 as bigint) as depth,
        depth_rules.depth_limit
    from late_milestones
    inner join dependencies
        on late_milestones.milestone_id = dependencies.depends_on
    cross join depth_rules
    union all
    select
        chains.late_id,
        dependencies.milestone_id,
        chains.depth + 1 as depth,
        chains.depth_limit
    from chains
    inner join dependencies
        on chains.milestone_id = dependencies.depends_on
    where
        chains.depth <= chains.depth_limit
        and chains.milestone_id <> chains.late_id
),

-- coming back to the start is a cycle, and the start does not wait for itself twice
waiting_milestones as (
    select
        chains.late_id,
        chains.milestone_id,
        chains.depth,
        chains.milestone_id = chains.late_id as is_cycle,
        chains.depth > chains.depth_limit as is_cut,
        slips.is_open and chains.milestone_id <> chains.late_id and chains.depth <= chains.depth_limit
            as is_waiting,
        slips.initiative_id,
        slips.weight
    from chains
    inner join slips
        on chains.milestone_id = slips.milestone_id
),

exposures as (
    select
        late_id,
        count(*) filter (where is_waiting) as downstream_count,
        count(*) filter (where is_waiting and depth = 1) as direct_count,
        sum(weight) filter (where is_waiting) as downstream_weight,
        max(depth) filter (where is_waiting) as max_depth,
        bool_or(is_cycle) as has_cycle,
        bool_or(is_cut) as is_cut
    from waiting_milestones
    group by late_id
),

waiting_initiatives as (
    select distinct late_id, initiative_id
    from waiting_milestones
    where
        is_waiting
        and initiative_id is not null
),

money_waiting as (
    select
        waiting_initiatives.late_id,
        count(*) as initiative_count,
        count(*) filter (
            where late_milestones.initiative_id is null
            or waiting_initiatives.initiative_id <> late_milestones.initiative_id
        ) as other_initiative_count,
        sum(positions.unspent_amount) as unspent_amount
    from waiting_initiatives
    inner join late_milestones
        on waiting_initiatives.late_id = late_milestones.milestone_id
    left join positions
        on waiting_initiatives.initiative_id = positions.initiative_id
    group by waiting_initiatives.late_id
)

select
    late_milestones.milestone_id,
    late_milestones.milestone_name,
    late_milestones.initiative_id,
    late_milestones.slip_days,
    late_milestones.verdict,
    cast(coalesce(exposures.downstream_count, 0) as bigint) as downstream_count,
    cast(coalesce(exposures.direct_count, 0) as bigint) as direct_count,
    coalesce(cast(exposures.downstream_weight as double), 0.0) as downstream_weight,
    cast(coalesce(exposures.max_depth, 0) as bigint) as max_depth,
    cast(coalesce(money_waiting.initiative_count, 0) as bigint) as initiative_count,
    cast(coalesce(money_waiting.other_initiative_count, 0) as bigint) as other_initiative_count,
    rules.reporting_currency as currency,
    cast(
        case
            when money_waiting.late_id is null then cast(0 as decimal(38, 2))
            else money_waiting.unspent_amount
        end
        as decimal(38, 2)
    ) as unspent_amount,
    case
        when exposures.has_cycle then 'cycle'
        when exposures.is_cut then 'chain is cut'
        when coalesce(exposures.downstream_count, 0) = 0 then 'nothing waits'
        when money_waiting.late_id is not null and money_waiting.unspent_amount is null then 'no budget'
    end as status_reason
from late_milestones
left join exposures
    on late_milestones.milestone_id = exposures.late_id
left join money_waiting
    on late_milestones.milestone_id = money_waiting.late_id
cross join rules
order by milestone_id
