-- Which budget rows lie under each goal, itself included?
--
-- receipt.budgets, once for every goal above (primary paths), and once for '(unaligned)'. goal_level and
-- is_leaf are those of the goal that the money is linked to.
with goals_above as (
    select
        closure.goal_id,
        closure.ancestor_goal_id,
        closure.depth,
        weights.level as goal_level,
        weights.is_leaf
    from base.goal_closure as closure
    inner join base.goal_weights as weights
        on closure.goal_id = weights.goal_id
    where closure.is_primary
    union all
    select
        '(unaligned)' as goal_id,
        '(unaligned)' as ancestor_goal_id,
        0 as depth,
        cast(null as bigint) as goal_level,
        true as is_leaf
)

select
    goals_above.ancestor_goal_id,
    goals_above.depth,
    goals_above.goal_level,
    goals_above.is_leaf,
    parts.file,
    parts."row",
    parts.initiative_id,
    parts.named_initiative_id,
    parts.goal_id,
    parts.account,
    parts.version,
    parts.is_chosen,
    parts.approved_date,
    parts.currency,
    parts.amount,
    parts.quantity,
    parts.initiative_unit,
    parts.is_mandatory,
    parts.run_or_change,
    parts.period_start_date,
    parts.fiscal_year,
    parts.fiscal_quarter,
    parts.is_trailing,
    parts.part_amount,
    parts.due_part_amount
from receipt.budgets as parts
inner join goals_above
    on parts.goal_id = goals_above.goal_id
