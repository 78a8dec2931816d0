-- question: Which part of each change of spend falls on which goal, and what did new links move between goals?
-- grain:    initiative_id, goal_id, period_start_date, cause
-- columns:
--   initiative_id      text           initiative; '(none)' is spend without one
--   goal_id            text           goal the initiative is or was linked to; '(unaligned)' is spend without a link
--   period_start_date  date           first day of the fiscal period
--   cause              text           'time passed', 'late data' or 'restatement' as in base.spend_changes; 'mapping':
--                                     an entry was charged to another initiative, or the initiative was linked
--                                     otherwise
--   currency           text           reporting currency
--   change_amount      decimal(38,2)  what this adds to the spend of the goal; positive = more spent; never 0
-- checks:
--   coalesce(sum(change_amount), 0) = (select coalesce(sum(change_amount), 0) from base.spend_changes)
--   coalesce(sum(change_amount) filter (where cause = 'restatement'), 0)
--     = (select coalesce(sum(change_amount), 0) from base.spend_changes where cause = 'restatement')
--   coalesce(sum(change_amount) filter (where cause = 'mapping'), 0) = 0
--   count(*) filter (where change_amount = 0) = 0
-- receipt:  base.spend_changes where initiative_id = $initiative_id and period_start_date = $period_start_date;
--             base.goal_shares where initiative_id = $initiative_id;
--             previous.base.goal_shares where initiative_id = $initiative_id
-- leaves out: ancestors of the goals, so that nothing is counted twice
-- method:   The spend of one initiative in one period is built up from what it was: what time added, what came late and
--             what was restated is each split among the goals by the links of the previous release, with rounded ends
--             as in base.goal_shares; at last the whole is split by the links of today, and the difference is what the
--             links moved. So the parts add up to the cent, whatever the roundings. An initiative that is new has no
--             earlier links: those of today hold from the beginning.
with entries_then as (
    select
        coalesce(initiatives.initiative_id, '(none)') as initiative_id,
        spend.posted_date,
        spend.reporting_amount
    from previous.spend as spend
    left join previous.initiatives as initiatives
        on spend.initiative_id = initiatives.initiative_id
    where coalesce(spend.kind, 'actual') = 'actual'
),

entry_changes as (
    select initiative_id, period_start_date, cause, change_amount
    from base.spend_changes
),

shares_now as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from base.goal_shares
),

shares_then as (
    select initiative_id, goal_id, from_ratio, to_ratio
    from previous.base.goal_shares
),

periods as (
    select period_start_date, period_end_date
    from base.periods
),

rules as (
    select reporting_currency
    from base.rules
),

spend_days as (
    select initiative_id, posted_date, sum(reporting_amount) as spend_amount
    from entries_then
    group by initiative_id, posted_date
),

posting_days as (
    select distinct posted_date
    from spend_days
),

days_in_periods as (
    select posting_days.posted_date, periods.period_start_date
    from posting_days
    inner join periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
),

-- the amounts before, and beside them what came by each cause
month_parts as (
    select
        spend_days.initiative_id,
        days_in_periods.period_start_date,
        'before' as cause,
        spend_days.spend_amount as amount
    from spend_days
    inner join days_in_periods
        on spend_days.posted_date = days_in_periods.posted_date
    union all
    select initiative_id, period_start_date, cause, change_amount as amount
    from entry_changes
),

month_steps as (
    select
        initiative_id,
        period_start_date,
        coalesce(sum(amount) filter (where cause = 'before'), 0) as before_amount,
        coalesce(sum(amount) filter (where cause in ('before', 'time passed')), 0) as time_amount,
        coalesce(sum(amount) filter (where cause in ('before', 'time passed', 'late data')), 0) as late_amount,
        coalesce(sum(amount) filter (where cause <> 'mapping'), 0) as restated_amount,
        coalesce(sum(amount), 0) as after_amount,
        bool_or(cause <> 'before') as has_change
    from month_parts
    group by initiative_id, period_start_date
),

linked_then as (
    select distinct initiative_id
    from shares_then
),

linked_now as (
    select distinct initiative_id
    from shares_now
),

-- an initiative that exists on one side only has the same links on both
sided_shares as (
    select initiative_id, goal_id, from_ratio, to_ratio, 'then' as side
    from shares_then
    union all
    select shares_now.initiative_id, shares_now.goal_id, shares_now.from_ratio, shares_now.to_ratio, 'then' as side
    from shares_now
    left join linked_then
        on shares_now.initiative_id = linked_then.initiative_id
    where linked_then.initiative_id is null
    union all
    select initiative_id, goal_id, from_ratio, to_ratio, 'now' as side
    from shares_now
    union all
    select
        shares_then.initiative_id,
        shares_then.goal_id,
        shares_then.from_ratio,
        shares_then.to_ratio,
        'now' as side
    from shares_then
    left join linked_now
        on shares_then.initiative_id = linked_now.initiative_id
    where linked_now.initiative_id is null
),

-- a goal that is not linked has a part without width
goal_ends as (
    select
        initiative_id,
        goal_id,
        coalesce(max(from_ratio) filter (where side = 'then'), cast(0 as decimal(18, 12))) as from_then_ratio,
        coalesce(max(to_ratio) filter (where side = 'then'), cast(0 as decimal(18, 12))) as to_then_ratio,
        coalesce(max(from_ratio) filter (where side = 'now'), cast(0 as decimal(18, 12))) as from_now_ratio,
        coalesce(max(to_ratio) filter (where side = 'now'), cast(0 as decimal(18, 12))) as to_now_ratio
    from sided_shares
    group by initiative_id, goal_id
),

relinked_initiatives as (
    select distinct initiative_id
    from goal_ends
    where from_then_ratio <> from_now_ratio or to_then_ratio <> to_now_ratio
),

goal_steps as (
    select
        month_steps.initiative_id,
        goal_ends.goal_id,
        month_steps.period_start_date,
        cast(month_steps.before_amount * goal_ends.to_then_ratio as decimal(38, 2))
        - cast(month_steps.before_amount * goal_ends.from_then_ratio as decimal(38, 2)) as before_amount,
        cast(month_steps.time_amount * goal_ends.to_then_ratio as decimal(38, 2))
        - cast(month_steps.time_amount * goal_ends.from_then_ratio as decimal(38, 2)) as time_amount,
        cast(month_steps.late_amount * goal_ends.to_then_ratio as decimal(38, 2))
        - cast(month_steps.late_amount * goal_ends.from_then_ratio as decimal(38, 2)) as late_amount,
        cast(month_steps.restated_amount * goal_ends.to_then_ratio as decimal(38, 2))
        - cast(month_steps.restated_amount * goal_ends.from_then_ratio as decimal(38, 2)) as restated_amount,
        cast(month_steps.after_amount * goal_ends.to_now_ratio as decimal(38, 2))
        - cast(month_steps.after_amount * goal_ends.from_now_ratio as decimal(38, 2)) as after_amount
    from month_steps
    inner join goal_ends
        on month_steps.initiative_id = goal_ends.initiative_id
    left join relinked_initiatives
        on month_steps.initiative_id = relinked_initiatives.initiative_id
    where month_steps.has_change or relinked_initiatives.initiative_id is not null
),

causes as (
    select 'time passed' as cause
    union all
    select 'late data' as cause
    union all
    select 'restatement' as cause
    union all
    select 'mapping' as cause
),

goal_changes as (
    select
        goal_steps.initiative_id,
        goal_steps.goal_id,
        goal_steps.period_start_date,
        causes.cause,
        case causes.cause
            when 'time passed' then goal_steps.time_amount - goal_steps.before_amount
            when 'late data' then goal_steps.late_amount - goal_steps.time_amount
            when 'restatement' then goal_steps.restated_amount - goal_steps.late_amount
            else goal_steps.after_amount - goal_steps.restated_amount
        end as change_amount
    from goal_steps
    cross join causes
)

select
    goal_changes.initiative_id,
    goal_changes.goal_id,
    goal_changes.period_start_date,
    goal_changes.cause,
    rules.reporting_currency as currency,
    cast(goal_changes.change_amount as decimal(38, 2)) as change_amount
from goal_changes
cross join rules
where goal_changes.change_amount <> 0
order by initiative_id, goal_id, period_start_date, cause
