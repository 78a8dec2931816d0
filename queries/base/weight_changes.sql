-- question: When did a goal's share of the weight of its siblings change, and by how much?
-- grain:    goal_id, changed_date
-- columns:
--   goal_id              text    goal
--   changed_date         date    day from which the new weights hold
--   parent_goal_id       text    goal above it on that day; '(root)' at the top
--   weight_before_ratio  double  its weight over that of all siblings on the day before; 0 for a new goal
--   weight_after_ratio   double  its weight over that of all siblings from that day on
--   weight_change_pp     double  percentage points gained; negative = lost; never 0
-- checks:
--   count(*) filter (where weight_before_ratio < 0 or weight_before_ratio > 1.000001 or weight_after_ratio < 0
--     or weight_after_ratio > 1.000001) = 0
--   count(*) filter (where weight_change_pp = 0) = 0
-- receipt:  history.goals where known_to is null and (goal_id = $goal_id
--             or coalesce(nullif(parent_goal_id, ''), '(root)') = $parent_goal_id)
-- leaves out: families with a goal without weight, and goals that are ranked rather than weighted; the day on which a
--             family was made; changes that a source wrote over without dating them
-- method:   METHODS 11: new goals have share 0 before. Versions by valid_from, of which the newest recorded one of a
--             day counts; an undated version holds from the beginning. A family is all goals that name the same
--             parent on that day. Shares are weights over the sum of the family's, so a goal's share also moves
--             when only a sibling's weight does. Compared on nine decimals.
with believed_versions as (
    select
        goal_id,
        coalesce(nullif(parent_goal_id, ''), '(root)') as parent_goal_id,
        weight,
        -- what a source wrote over without a day changed on the day of the load
        coalesce(
            valid_from,
            case
                when row_number() over (partition by goal_id order by valid_from nulls first, known_from) > 1
                    then cast(known_from as date)
            end,
            date '1900-01-01'
        ) as valid_from,
        known_from,
        recorded_date,
        file,
        row
    from history.goals
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
),

goal_versions as (
    select goal_id, parent_goal_id, weight, valid_from
    from believed_versions
    where valid_from <= $as_of
    qualify row_number() over (
        partition by goal_id, valid_from
        order by recorded_date desc nulls last, known_from desc, file desc, row desc
    ) = 1
),

dated_versions as (
    select
        goal_id,
        parent_goal_id,
        weight,
        valid_from,
        lag(parent_goal_id) over in_order as left_goal_id,
        lead(valid_from) over in_order as next_valid_from
    from goal_versions
    window in_order as (partition by goal_id order by valid_from)
),

-- a new version stirs the family it is in and the one it came from
stirred_families as (
    select parent_goal_id, valid_from as changed_date
    from dated_versions
    where weight is not null
    union
    select left_goal_id as parent_goal_id, valid_from as changed_date
    from dated_versions
    where left_goal_id is not null
),

-- the first day of a family makes it, later ones change it
family_changes as (
    select parent_goal_id, changed_date
    from stirred_families
    qualify min(changed_date) over (partition by parent_goal_id) < changed_date
),

weights_before as (
    select
        family_changes.parent_goal_id,
        family_changes.changed_date,
        dated_versions.goal_id,
        dated_versions.weight,
        sum(dated_versions.weight) over in_family as total_weight,
        bool_or(dated_versions.weight is null) over in_family as lacks_weight
    from family_changes
    inner join dated_versions
        on family_changes.parent_goal_id = dated_versions.parent_goal_id
    where
        dated_versions.valid_from < family_changes.changed_date
        and (
            dated_versions.next_valid_from is null
            or dated_versions.next_valid_from >= family_changes.changed_date
        )
    window in_family as (partition by family_changes.parent_goal_id, family_changes.changed_date)
),

weights_after as (
    select
        family_changes.parent_goal_id,
        family_changes.changed_date,
        dated_versions.goal_id,
        dated_versions.weight,
        sum(dated_versions.weight) over in_family as total_weight,
        bool_or(dated_versions.weight is null) over in_family as lacks_weight
    from family_changes
    inner join dated_versions
        on family_changes.parent_goal_id = dated_versions.parent_goal_id
    where
        dated_versions.valid_from <= family_changes.changed_date
        and (
            dated_versions.next_valid_from is null
            or dated_versions.next_valid_from > family_changes.changed_date
        )
    window in_family as (partition by family_changes.parent_goal_id, family_changes.changed_date)
),

-- families that had no weights, or not all, have no shares to compare with
weighted_before as (
    select distinct parent_goal_id, changed_date
    from weights_before
    where not lacks_weight and total_weight > 0
),

share_changes as (
    select
        weights_after.parent_goal_id,
        weights_after.changed_date,
        weights_after.goal_id,
        coalesce(weights_before.weight / nullif(weights_before.total_weight, 0), 0) as weight_before_ratio,
        weights_after.weight / nullif(weights_after.total_weight, 0) as weight_after_ratio
    from weights_after
    inner join weighted_before
        on weights_after.parent_goal_id = weighted_before.parent_goal_id
        and weights_after.changed_date = weighted_before.changed_date
    left join weights_before
        on weights_after.parent_goal_id = weights_before.parent_goal_id
        and weights_after.changed_date = weights_before.changed_date
        and weights_after.goal_id = weights_before.goal_id
    where not weights_after.lacks_weight and weights_after.total_weight > 0
)

select
    goal_id,
    changed_date,
    parent_goal_id,
    weight_before_ratio,
    weight_after_ratio,
    (weight_after_ratio - weight_before_ratio) * 100 as weight_change_pp
from share_changes
where round(weight_after_ratio, 9) <> round(weight_before_ratio, 9)
order by goal_id, changed_date
