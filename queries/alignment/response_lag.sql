-- question: When the weight of a goal changed, did the money follow?
-- grain:    goal_id, changed_date
-- columns:
--   goal_id              text           goal whose share of its siblings' weight changed
--   changed_date         date           day from which the new weights hold
--   goal_name            text           name of the goal
--   parent_goal_id       text           goal above it; '(root)' at the top
--   age_days             bigint         days from the change to the as-of date
--   weight_before_ratio  double         its weight over that of all siblings on the day before; 0 for a new goal
--   weight_after_ratio   double         its weight over that of all siblings from that day on
--   weight_change_pp     double         percentage points gained; negative = lost
--   before_start_date    date           first day of the quarters before; NULL when there are none
--   before_end_date      date           last day of the quarters before
--   before_count         bigint         quarters before: the last four that ended before the change
--   after_start_date     date           first day of the quarters after; NULL when there are none
--   after_end_date       date           last day of the quarters after
--   after_count          bigint         quarters after: the first four that began with or after the change and have
--                                       ended
--   currency             text           reporting currency
--   before_amount        decimal(38,2)  spend of the quarters before on the goal and all below it; positive = money
--                                       spent
--   before_total_amount  decimal(38,2)  the same for all goals under the same parent
--   after_amount         decimal(38,2)  spend of the quarters after on the goal and all below it
--   after_total_amount   decimal(38,2)  the same for all goals under the same parent
--   spend_before_ratio   double         before_amount / before_total_amount; NULL unless the total is above zero
--   spend_after_ratio    double         after_amount / after_total_amount; NULL unless the total is above zero
--   spend_change_pp      double         percentage points of the money gained; negative = lost
--   followed_ratio       double         spend_change_pp / weight_change_pp; 1 = the money moved as far as the weight,
--                                       negative = it moved the other way
--   has_responded        boolean        true when the verdict is 'money followed'
--   verdict              text           'money followed' (followed_ratio from response_ratio in the rules on), 'money
--                                       did not follow', 'too early' (fewer than two quarters after); NULL = unknown
--   status_reason        text           NULL, or why there is no followed_ratio: 'no quarter after', 'no spend
--                                       before', 'no spend after'
-- checks:
--   count(*) filter (where has_responded <> coalesce(verdict = 'money followed', false)) = 0
--   count(*) filter (where (followed_ratio is null) <> (status_reason is not null)) = 0
--   count(*) filter (where before_count > 4 or after_count > 4) = 0
-- receipt:  history.goals where known_to is null and (goal_id = $goal_id
--             or coalesce(nullif(parent_goal_id, ''), '(root)') = $parent_goal_id);
--             decisions where subject_type = 'goal' and subject_id = $goal_id
--   before_amount        spend_under where ancestor_goal_id = $goal_id and not is_mandatory
--                        and period_start_date >= $before_start_date and period_start_date <= $before_end_date
--   before_total_amount  spend_under where ancestor_goal_id = $parent_goal_id and depth > 0 and not is_mandatory
--                        and period_start_date >= $before_start_date and period_start_date <= $before_end_date
--                        plus spend where $parent_goal_id = '(root)' and goal_id <> '(unaligned)'
--                        and not is_mandatory
--                        and period_start_date >= $before_start_date and period_start_date <= $before_end_date
--   after_amount         spend_under where ancestor_goal_id = $goal_id and not is_mandatory
--                        and period_start_date >= $after_start_date and period_start_date <= $after_end_date
--   after_total_amount   spend_under where ancestor_goal_id = $parent_goal_id and depth > 0 and not is_mandatory
--                        and period_start_date >= $after_start_date and period_start_date <= $after_end_date
--                        plus spend where $parent_goal_id = '(root)' and goal_id <> '(unaligned)'
--                        and not is_mandatory
--                        and period_start_date >= $after_start_date and period_start_date <= $after_end_date
-- leaves out: changes below response_weight_pp in the rules, and what base.weight_changes leaves out; goals that have
--             since moved to another parent; mandatory initiatives, whose money no priority can move;
--             commitments; the quarter in which the change fell, when it had begun before
-- method:   METHODS 11. Weights are those of the day, money is that of the goal tree and the links of today, so that
--             a move of links is not taken for a move of money. The money may follow a year at most: what comes
--             later answers to later changes. Comparisons are made on nine decimals; the bound itself has
--             responded.
with weight_changes as (
    select goal_id, changed_date, parent_goal_id, weight_before_ratio, weight_after_ratio, weight_change_pp
    from base.weight_changes
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

goal_tree as (
    select goal_id, coalesce(parent_goal_id, '(root)') as parent_goal_id
    from base.goal_weights
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

quarter_spend as (
    select
        spend_links.goal_id,
        spend_links.fiscal_quarter,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    left join mandatory_initiatives
        on spend_links.initiative_id = mandatory_initiatives.initiative_id
    where mandatory_initiatives.initiative_id is null
    group by spend_links.goal_id, spend_links.fiscal_quarter
),

quarters as (
    select
        fiscal_quarter,
        min(period_start_date) as start_date,
        max(period_end_date) as end_date
    from base.periods
    group by fiscal_quarter
),

rules as (
    select reporting_currency, response_weight_pp, response_ratio
    from base.rules
),

changes as (
    select
        weight_changes.goal_id,
        weight_changes.changed_date,
        weight_changes.parent_goal_id,
        weight_changes.weight_before_ratio,
        weight_changes.weight_after_ratio,
        weight_changes.weight_change_pp
    from weight_changes
    inner join goal_tree
        on weight_changes.goal_id = goal_tree.goal_id
        and weight_changes.parent_goal_id = goal_tree.parent_goal_id
    cross join rules
    where round(abs(weight_changes.weight_change_pp), 9) >= rules.response_weight_pp
),

changed_families as (
    select distinct parent_goal_id, changed_date
    from changes
),

change_days as (
    select distinct changed_date
    from changes
),

quarters_around as (
    select
        change_days.changed_date,
        quarters.fiscal_quarter,
        quarters.start_date,
        quarters.end_date,
        quarters.end_date < change_days.changed_date as is_before
    from change_days
    inner join quarters
        on quarters.end_date < change_days.changed_date
        or (quarters.start_date >= change_days.changed_date and quarters.end_date <= $as_of)
    qualify row_number() over (
        partition by change_days.changed_date, quarters.end_date < change_days.changed_date
        order by abs(quarters.start_date - change_days.changed_date)
    ) <= 4
),

spans as (
    select
        changed_date,
        min(start_date) filter (where is_before) as before_start_date,
        max(end_date) filter (where is_before) as before_end_date,
        count(*) filter (where is_before) as before_count,
        min(start_date) filter (where not is_before) as after_start_date,
        max(end_date) filter (where not is_before) as after_end_date,
        count(*) filter (where not is_before) as after_count
    from quarters_around
    group by changed_date
),

sibling_spend as (
    select
        changed_families.parent_goal_id,
        changed_families.changed_date,
        goal_tree.goal_id,
        coalesce(sum(quarter_spend.spend_amount) filter (where quarters_around.is_before), 0) as before_amount,
        coalesce(sum(quarter_spend.spend_amount) filter (where not quarters_around.is_before), 0) as after_amount
    from changed_families
    inner join goal_tree
        on changed_families.parent_goal_id = goal_tree.parent_goal_id
    inner join closure
        on goal_tree.goal_id = closure.ancestor_goal_id
    inner join quarter_spend
        on closure.goal_id = quarter_spend.goal_id
    inner join quarters_around
        on changed_families.changed_date = quarters_around.changed_date
        and quarter_spend.fiscal_quarter = quarters_around.fiscal_quarter
    group by changed_families.parent_goal_id, changed_families.changed_date, goal_tree.goal_id
),

family_spend as (
    select
        parent_goal_id,
        changed_date,
        sum(before_amount) as before_amount,
        sum(after_amount) as after_amount
    from sibling_spend
    group by parent_goal_id, changed_date
),

answered_changes as (
    select
        changes.goal_id,
        changes.changed_date,
        changes.parent_goal_id,
        changes.weight_before_ratio,
        changes.weight_after_ratio,
        changes.weight_change_pp,
        coalesce(sibling_spend.before_amount, 0) as before_amount,
        coalesce(family_spend.before_amount, 0) as before_total_amount,
        coalesce(sibling_spend.after_amount, 0) as after_amount,
        coalesce(family_spend.after_amount, 0) as after_total_amount,
        case
            when family_spend.before_amount > 0
                then cast(coalesce(sibling_spend.before_amount, 0) as double)
                    / nullif(cast(family_spend.before_amount as double), 0)
        end as spend_before_ratio,
        case
            when family_spend.after_amount > 0
                then cast(coalesce(sibling_spend.after_amount, 0) as double)
                    / nullif(cast(family_spend.after_amount as double), 0)
        end as spend_after_ratio
    from changes
    left join sibling_spend
        on changes.parent_goal_id = sibling_spend.parent_goal_id
        and changes.changed_date = sibling_spend.changed_date
        and changes.goal_id = sibling_spend.goal_id
    left join family_spend
        on changes.parent_goal_id = family_spend.parent_goal_id
        and changes.changed_date = family_spend.changed_date
),

followed_changes as (
    select
        goal_id,
        changed_date,
        parent_goal_id,
        weight_before_ratio,
        weight_after_ratio,
        weight_change_pp,
        before_amount,
        before_total_amount,
        after_amount,
        after_total_amount,
        spend_before_ratio,
        spend_after_ratio,
        (spend_after_ratio - spend_before_ratio) * 100 as spend_change_pp,
        (spend_after_ratio - spend_before_ratio) * 100 / nullif(weight_change_pp, 0) as followed_ratio
    from answered_changes
),

judged_changes as (
    select
        followed_changes.goal_id,
        followed_changes.changed_date,
        case
            when coalesce(spans.after_count, 0) < 2 then 'too early'
            when round(followed_changes.followed_ratio, 9) >= rules.response_ratio then 'money followed'
            when followed_changes.followed_ratio is not null then 'money did not follow'
        end as verdict
    from followed_changes
    left join spans
        on followed_changes.changed_date = spans.changed_date
    cross join rules
)

select
    followed_changes.goal_id,
    followed_changes.changed_date,
    goal_names.goal_name,
    followed_changes.parent_goal_id,
    cast($as_of - followed_changes.changed_date as bigint) as age_days,
    followed_changes.weight_before_ratio,
    followed_changes.weight_after_ratio,
    followed_changes.weight_change_pp,
    spans.before_start_date,
    spans.before_end_date,
    cast(coalesce(spans.before_count, 0) as bigint) as before_count,
    spans.after_start_date,
    spans.after_end_date,
    cast(coalesce(spans.after_count, 0) as bigint) as after_count,
    rules.reporting_currency as currency,
    cast(followed_changes.before_amount as decimal(38, 2)) as before_amount,
    cast(followed_changes.before_total_amount as decimal(38, 2)) as before_total_amount,
    cast(followed_changes.after_amount as decimal(38, 2)) as after_amount,
    cast(followed_changes.after_total_amount as decimal(38, 2)) as after_total_amount,
    followed_changes.spend_before_ratio,
    followed_changes.spend_after_ratio,
    followed_changes.spend_change_pp,
    followed_changes.followed_ratio,
    coalesce(judged_changes.verdict = 'money followed', false) as has_responded,
    judged_changes.verdict,
    case
        when coalesce(spans.after_count, 0) = 0 then 'no quarter after'
        when followed_changes.spend_before_ratio is null then 'no spend before'
        when followed_changes.spend_after_ratio is null then 'no spend after'
    end as status_reason
from followed_changes
inner join judged_changes
    on followed_changes.goal_id = judged_changes.goal_id
    and followed_changes.changed_date = judged_changes.changed_date
left join spans
    on followed_changes.changed_date = spans.changed_date
left join goal_names
    on followed_changes.goal_id = goal_names.goal_id
cross join rules
order by goal_id, changed_date
