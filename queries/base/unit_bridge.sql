-- question: Which unit continues the history of each unit today?
-- grain:    business_unit_id
-- columns:
--   business_unit_id          text    unit, current or gone
--   current_business_unit_id  text    unit that continues its history; the unit itself when no other says so
--   step_count                bigint  bridges crossed on the way; 0 when it is the unit itself
--   status_reason             text    NULL, or what to mind: 'split' when several units say that they continue one
--                                     on the way, and the newest was followed; 'cycle' when the bridges lead back,
--                                     and the unit was left as it is
-- checks:
--   count(*) filter (where (step_count = 0) <> (business_unit_id = current_business_unit_id)) = 0
--   count(*) = count(distinct business_unit_id)
-- receipt:  business_units where business_unit_id = $business_unit_id or bridged_from = $business_unit_id
-- leaves out: units that no row of business_units names: they continue themselves; chains of more than 20 bridges,
--             which count as cycles
-- method:   METHODS 11. All versions valid by the as-of date count, so a bridge stays when a later version of the
--             unit no longer mentions it. Of several units that continue one, the version with the newest valid_from
--             is followed, and of those the first id.
with recursive unit_versions as (
    select business_unit_id, nullif(trim(bridged_from), '') as bridged_from, valid_from
    from history.business_units
    where
        known_to is null
        and (valid_from is null or valid_from <= $as_of)
),

units as (
    select business_unit_id
    from unit_versions
    union
    select bridged_from as business_unit_id
    from unit_versions
    where bridged_from is not null
),

bridges as (
    select
        bridged_from as business_unit_id,
        business_unit_id as next_business_unit_id,
        max(valid_from) as valid_from
    from unit_versions
    where
        bridged_from is not null
        and bridged_from <> business_unit_id
    group by bridged_from, business_unit_id
),

next_units as (
    select
        business_unit_id,
        next_business_unit_id,
        count(*) over (partition by business_unit_id) > 1 as is_split
    from bridges
    qualify row_number() over (
        partition by business_unit_id
        order by valid_from desc nulls last, next_business_unit_id
    ) = 1
),

walks as (
    select
        business_unit_id,
        business_unit_id as reached_id,
        cast(0 as bigint) as step_count,
        false as has_split
    from units
    union all
    select
        walks.business_unit_id,
        next_units.next_business_unit_id as reached_id,
        walks.step_count + 1 as step_count,
        walks.has_split or next_units.is_split as has_split
    from walks
    inner join next_units
        on walks.reached_id = next_units.business_unit_id
    where walks.step_count < 20
),

last_steps as (
    select
        walks.business_unit_id,
        walks.reached_id,
        walks.step_count,
        walks.has_split,
        next_units.business_unit_id is not null as is_endless
    from walks
    left join next_units
        on walks.reached_id = next_units.business_unit_id
    qualify row_number() over (partition by walks.business_unit_id order by walks.step_count desc) = 1
)

select
    business_unit_id,
    case when is_endless then business_unit_id else reached_id end as current_business_unit_id,
    cast(case when is_endless then 0 else step_count end as bigint) as step_count,
    case
        when is_endless then 'cycle'
        when has_split then 'split'
    end as status_reason
from last_steps
order by business_unit_id
