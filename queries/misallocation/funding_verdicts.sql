-- question: Which top priorities starve, which low ones are fed beyond their weight, and which of those always were?
-- grain:    level, goal_id
-- columns:
--   level             bigint         cut through the goal tree: 1 shows the roots, 2 their children, and so on; a
--                                    branch that ends higher up is shown by its leaf
--   goal_id           text           goal of the cut
--   goal_name         text           name of the goal
--   tercile           text           'top', 'middle' or 'bottom' third of the priorities of the cut
--   weight_ratio      double         share of the whole the goal should get, 0..1
--   currency          text           reporting currency
--   spend_amount      decimal(38,2)  spend of the trailing periods on the goal and everything below it
--   total_amount      decimal(38,2)  spend of the trailing periods on all rows of the level
--   spend_ratio       double         spend_amount / total_amount
--   funding_ratio     double         spend_ratio / weight_ratio; 1 = funded as weighted
--   move_amount       decimal(38,2)  money to move by its weight; positive = move in, negative = move out
--   year_count        bigint         complete fiscal years with spend that were compared, up to legacy_years + 1
--   change_ratio      double         largest change of its share from one of these years to the next, as a part of
--                                    the earlier share; NULL without legacy_years + 1 years with a share
--   is_legacy         boolean        true for a low priority over-funded whose share did not change by more than
--                                    inertia_share_ratio in any of the last legacy_years years
--   verdict           text           'top priority under-funded' (top third, funding_ratio below under_funded_ratio),
--                                    'low priority over-funded' (bottom third, above over_funded_ratio), or
--                                    'neither'; NULL when unknown
--   list_position     bigint         place in the list of its verdict and level, the most money to move first; NULL
--                                    for 'neither'
--   status_reason     text           NULL, or why the verdict is missing: that of misallocation.priority_gap
--                                    ('no weight or rank', 'level not fully weighted', 'no spend', 'spend is
--                                    negative', 'negative share')
-- checks:
--   count(*) filter (where verdict = 'top priority under-funded' and move_amount <= 0) = 0
--   count(*) filter (where verdict = 'low priority over-funded' and move_amount >= 0) = 0
--   count(*) filter (where is_legacy and verdict <> 'low priority over-funded') = 0
-- receipt:  goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and not is_mandatory and ancestor_goal_id = $goal_id
--   total_amount  spend where is_trailing and not is_mandatory
-- leaves out: the middle third, whatever it gets; mandatory initiatives; commitments; for the legacy, the
--             running year
-- method:   METHODS 11, misallocation.priority_gap and base.goal_terciles. Years are compared by the goals and
--             links of today, without mandatory work.
with gap_rows as (
    select
        level,
        goal_id,
        goal_name,
        weight_ratio,
        currency,
        spend_amount,
        total_amount,
        spend_ratio,
        funding_ratio,
        move_amount,
        verdict,
        status_reason
    from misallocation.priority_gap
    where goal_id not in ('(unaligned)', '(not broken down)')
),

terciles as (
    select level, goal_id, tercile
    from base.goal_terciles
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

-- shares by directly linked goal, complete years, without mandatory work
goal_years as (
    select item_id as goal_id, fiscal_year, year_position, spend_amount, total_amount
    from misallocation.share_by_year
    where taxonomy = 'goal'
),

rules as (
    select inertia_share_ratio, cast(floor(legacy_years) as bigint) as legacy_years
    from base.rules
),

last_year as (
    select max(year_position) as last_position
    from goal_years
),

compared_years as (
    select distinct
        goal_years.year_position,
        goal_years.total_amount
    from goal_years
    cross join last_year
    cross join rules
    where
        goal_years.year_position >= last_year.last_position - rules.legacy_years
        and goal_years.total_amount > 0
),

branch_years as (
    select
        closure.ancestor_goal_id as goal_id,
        goal_years.year_position,
        sum(goal_years.spend_amount) as spend_amount
    from goal_years
    inner join closure
        on goal_years.goal_id = closure.goal_id
    group by closure.ancestor_goal_id, goal_years.year_position
),

branch_shares as (
    select
        branch_years.goal_id,
        branch_years.year_position,
        cast(branch_years.spend_amount as double) / nullif(cast(compared_years.total_amount as double), 0)
            as share_ratio
    from branch_years
    inner join compared_years
        on branch_years.year_position = compared_years.year_position
    where branch_years.spend_amount > 0
),

share_changes as (
    select
        goal_id,
        year_position,
        abs(
            share_ratio / nullif(lag(share_ratio) over (partition by goal_id order by year_position), 0) - 1
        ) as change_ratio
    from branch_shares
),

largest_changes as (
    select
        goal_id,
        count(*) as year_count,
        max(change_ratio) as change_ratio
    from share_changes
    group by goal_id
),

judged_goals as (
    select
        gap_rows.level,
        gap_rows.goal_id,
        gap_rows.goal_name,
        terciles.tercile,
        gap_rows.weight_ratio,
        gap_rows.currency,
        gap_rows.spend_amount,
        gap_rows.total_amount,
        gap_rows.spend_ratio,
        gap_rows.funding_ratio,
        gap_rows.move_amount,
        coalesce(largest_changes.year_count, 0) as year_count,
        case when largest_changes.year_count = rules.legacy_years + 1 then largest_changes.change_ratio end
            as change_ratio,
        rules.inertia_share_ratio,
        case
            when gap_rows.verdict is null then null
            when terciles.tercile = 'top' and gap_rows.verdict = 'under-funded' then 'top priority under-funded'
            when terciles.tercile = 'bottom' and gap_rows.verdict = 'over-funded' then 'low priority over-funded'
            else 'neither'
        end as verdict,
        case when gap_rows.verdict is null then gap_rows.status_reason end as status_reason
    from gap_rows
    inner join terciles
        on gap_rows.level = terciles.level
        and gap_rows.goal_id = terciles.goal_id
    left join largest_changes
        on gap_rows.goal_id = largest_changes.goal_id
    cross join rules
)

select
    level,
    goal_id,
    goal_name,
    tercile,
    weight_ratio,
    currency,
    spend_amount,
    total_amount,
    spend_ratio,
    funding_ratio,
    move_amount,
    cast(year_count as bigint) as year_count,
    change_ratio,
    coalesce(
        verdict = 'low priority over-funded' and round(change_ratio, 9) <= round(inertia_share_ratio, 9),
        false
    ) as is_legacy,
    verdict,
    cast(
        case
            when verdict <> 'neither'
                then row_number() over (partition by level, verdict order by abs(move_amount) desc, goal_id)
        end as bigint
    ) as list_position,
    status_reason
from judged_goals
order by level, goal_id
