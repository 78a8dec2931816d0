-- question: What is different from the previous release, by how much, and what caused it?
-- grain:    subject_type, subject_id, business_unit, measure, cause
-- columns:
--   subject_type   text           'all', 'initiative', 'goal', 'period' (a fiscal period) or 'kpi'
--   subject_id     text           initiative_id, goal_id, first day of the period or kpi_id; '(all)' for the whole
--   business_unit  text           for KPIs, the unit the values were reported for; '(all)' otherwise
--   measure        text           'spend' (to date), 'budget' (whole), 'money to move' (of a goal, on its level), 'weight'
--                                 (of a goal, of the whole), and of a KPI 'value', 'target', 'lower bound', 'upper
--                                 bound', 'attainment' and 'status'
--   cause          text           'time passed', 'late data', 'restatement', 'target', 'weight', 'mapping', 'rules' or
--                                 'definition'
--   subject_name   text           name of the subject; NULL when it has none
--   unit           text           reporting currency, unit of the KPI, or 'ratio'; NULL for a status
--   before_amount  decimal(38,2)  money: the measure in the previous release; the same for every cause
--   after_amount   decimal(38,2)  money: the measure today; the same for every cause
--   change_amount  decimal(38,2)  money: what this cause adds to it; the causes sum to after less before, to the cent;
--                                 never 0; no judgement: more spend may be good or bad
--   before_value   double         other measures: the same in figures; NULL when it was unknown
--   after_value    double         other measures: the same today
--   change_value   double         other measures: what this cause adds to it; NULL when one side is unknown
--   before_status  text           status in the previous release; NULL for the other measures
--   after_status   text           status today
-- checks:
--   coalesce(sum(change_amount) filter (where subject_type = 'all' and measure = 'spend'), 0)
--     = (select coalesce(sum(s.spend_amount), 0) from base.spend_by_month as s cross join base.run as r
--     where r.previous_as_of is not null)
--     - (select coalesce(sum(s.spend_amount), 0) from previous.base.spend_by_month as s)
--   coalesce(sum(change_amount) filter (where subject_type = 'goal' and measure = 'spend'), 0)
--     = coalesce(sum(change_amount) filter (where subject_type = 'all' and measure = 'spend'), 0)
--   coalesce(sum(change_amount) filter (where subject_type = 'initiative' and measure = 'spend'), 0)
--     = coalesce(sum(change_amount) filter (where subject_type = 'period' and measure = 'spend'), 0)
--   (select count(*) from (select w.subject_type, w.subject_id, w.measure, max(w.after_amount) - max(w.before_amount)
--     - sum(w.change_amount) as rest from scorecard.what_changed as w where w.change_amount is not null
--     group by w.subject_type, w.subject_id, w.measure) as s where s.rest <> 0) = 0
--   (select count(*) from (select w.subject_id, max(w.before_amount) as before_amount from scorecard.what_changed as w
--     where w.subject_type = 'goal' and w.measure = 'spend' group by w.subject_id) as s
--     left join (select g.goal_id, sum(g.spend_amount) as spend_amount from previous.base.spend_by_link as g
--     group by g.goal_id) as p on s.subject_id = p.goal_id where s.before_amount <> coalesce(p.spend_amount, 0)) = 0
-- receipt:  base.spend_changes where $measure = 'spend' and cause = $cause and ($subject_type = 'all'
--             or ($subject_type = 'initiative' and initiative_id = $subject_id)
--             or ($subject_type = 'period' and cast(period_start_date as text) = $subject_id));
--             base.goal_spend_changes where $measure in ('spend', 'money to move') and $subject_type = 'goal'
--             and cause = $cause and goal_id in (select c.goal_id from base.goal_closure as c
--             where c.ancestor_goal_id = $subject_id and ($measure = 'money to move' or c.depth = 0)
--             union all select '(unaligned)' where $subject_id = '(unaligned)');
--             base.budget_changes where $measure = 'budget' and cause = $cause
--             and ($subject_type = 'all' or initiative_id = $subject_id);
--             base.kpi_changes where $subject_type = 'kpi' and kpi_id = $subject_id
--             and business_unit = $business_unit and measure = $measure and cause = $cause;
--             history.goals where $measure in ('weight', 'money to move') and goal_id = $subject_id
-- leaves out: what is the same; KPIs and figures that are in one of the releases only, but for the weights of goals;
--             budgets by goal; money to move of goals that went to another level
-- method:   base.spend_changes, base.goal_spend_changes, base.budget_changes and base.kpi_changes say how each cause is
--             told. The money of a goal is that linked to it directly; its money to move is that of
--             misallocation.priority_gap on its own level, with everything below it: a new weight counts at today's
--             total, entries at the weight of the previous release, and what then is left is the time that passed, by
--             which the trailing periods move on. A weight changes by 'mapping' when the goal hangs elsewhere, is new
--             or is gone, by 'rules' when weights are made another way, else by 'weight'. Without a previous release
--             there are no rows.
with spend_changes as (
    select initiative_id, period_start_date, cause, change_amount
    from base.spend_changes
),

goal_spend_changes as (
    select initiative_id, goal_id, period_start_date, cause, change_amount
    from base.goal_spend_changes
),

budget_changes as (
    select initiative_id, cause, change_amount
    from base.budget_changes
),

kpi_changes as (
    select
        kpi_id,
        business_unit,
        measure,
        cause,
        before_value,
        after_value,
        change_value,
        before_status,
        after_status
    from base.kpi_changes
),

spend_links as (
    select initiative_id, goal_id, period_start_date, spend_amount
    from base.spend_by_link
),

chosen_budgets as (
    select budget_months.initiative_id, budget_months.budget_amount
    from base.budget_by_month as budget_months
    inner join base.chosen_budget as chosen_budget
        on budget_months.initiative_id = chosen_budget.initiative_id
        and budget_months.version = chosen_budget.version
),

-- a goal shows on its own level, which is the first cut that has it
gaps_now as (
    select
        priority_gap.level,
        priority_gap.goal_id,
        nullif(goals.parent_goal_id, '') as parent_goal_id,
        priority_gap.weight_basis,
        priority_gap.weight_ratio,
        priority_gap.total_amount,
        priority_gap.move_amount
    from misallocation.priority_gap as priority_gap
    left join goals
        on priority_gap.goal_id = goals.goal_id
    where priority_gap.goal_id <> '(not broken down)'
    qualify row_number() over (partition by priority_gap.goal_id order by priority_gap.level) = 1
),

gaps_then as (
    select
        priority_gap.level,
        priority_gap.goal_id,
        nullif(goals.parent_goal_id, '') as parent_goal_id,
        priority_gap.weight_basis,
        priority_gap.weight_ratio,
        priority_gap.move_amount
    from previous.misallocation.priority_gap as priority_gap
    left join previous.goals as goals
        on priority_gap.goal_id = goals.goal_id
    where priority_gap.goal_id <> '(not broken down)'
    qualify row_number() over (partition by priority_gap.goal_id order by priority_gap.level) = 1
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

trailing_periods as (
    select period_start_date
    from base.periods
    where is_trailing
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

releases as (
    select previous_as_of
    from base.run
    where previous_as_of is not null
),

rules as (
    select reporting_currency
    from base.rules
),

subject_names as (
    select 'initiative' as subject_type, initiative_id as subject_id, name as subject_name, cast(null as text) as unit
    from initiatives
    union all
    select 'goal' as subject_type, goal_id as subject_id, name as subject_name, cast(null as text) as unit
    from goals
    union all
    select 'kpi' as subject_type, kpi_id as subject_id, name as subject_name, unit
    from kpis
),

-- today's amounts of everything that has money
amounts_now as (
    select 'all' as subject_type, '(all)' as subject_id, 'spend' as measure, spend_amount as amount
    from spend_links
    union all
    select 'initiative' as subject_type, initiative_id as subject_id, 'spend' as measure, spend_amount as amount
    from spend_links
    union all
    select 'goal' as subject_type, goal_id as subject_id, 'spend' as measure, spend_amount as amount
    from spend_links
    union all
    select
        'period' as subject_type,
        cast(period_start_date as text) as subject_id,
        'spend' as measure,
        spend_amount as amount
    from spend_links
    union all
    select 'all' as subject_type, '(all)' as subject_id, 'budget' as measure, budget_amount as amount
    from chosen_budgets
    union all
    select 'initiative' as subject_type, initiative_id as subject_id, 'budget' as measure, budget_amount as amount
    from chosen_budgets
),

totals_now as (
    select subject_type, subject_id, measure, sum(amount) as after_amount
    from amounts_now
    group by subject_type, subject_id, measure
),

entry_changes as (
    select 'all' as subject_type, '(all)' as subject_id, 'spend' as measure, cause, change_amount
    from spend_changes
    union all
    select 'initiative' as subject_type, initiative_id as subject_id, 'spend' as measure, cause, change_amount
    from spend_changes
    union all
    select
        'period' as subject_type,
        cast(period_start_date as text) as subject_id,
        'spend' as measure,
        cause,
        change_amount
    from spend_changes
    union all
    select 'goal' as subject_type, goal_id as subject_id, 'spend' as measure, cause, change_amount
    from goal_spend_changes
    union all
    select 'all' as subject_type, '(all)' as subject_id, 'budget' as measure, cause, change_amount
    from budget_changes
    union all
    select 'initiative' as subject_type, initiative_id as subject_id, 'budget' as measure, cause, change_amount
    from budget_changes
),

summed_changes as (
    select subject_type, subject_id, measure, cause, sum(change_amount) as change_amount
    from entry_changes
    group by subject_type, subject_id, measure, cause
),

-- what was before is what is today less all that was added since: the checks hold it against what was published
money_changes as (
    select
        summed_changes.subject_type,
        summed_changes.subject_id,
        summed_changes.measure,
        summed_changes.cause,
        coalesce(totals_now.after_amount, 0) - sum(summed_changes.change_amount) over (
            partition by summed_changes.subject_type, summed_changes.subject_id, summed_changes.measure
        ) as before_amount,
        coalesce(totals_now.after_amount, 0) as after_amount,
        summed_changes.change_amount
    from summed_changes
    left join totals_now
        on summed_changes.subject_type = totals_now.subject_type
        and summed_changes.subject_id = totals_now.subject_id
        and summed_changes.measure = totals_now.measure
),

weight_changes as (
    select
        coalesce(gaps_now.goal_id, gaps_then.goal_id) as goal_id,
        gaps_then.weight_ratio as before_value,
        gaps_now.weight_ratio as after_value,
        case
            when gaps_now.goal_id is null or gaps_then.goal_id is null then 'mapping'
            when gaps_now.parent_goal_id is distinct from gaps_then.parent_goal_id then 'mapping'
            when gaps_now.weight_basis is distinct from gaps_then.weight_basis then 'rules'
            else 'weight'
        end as cause
    from gaps_now
    full outer join gaps_then
        on gaps_now.goal_id = gaps_then.goal_id
    cross join releases
    where
        (round(gaps_now.weight_ratio, 9) is distinct from round(gaps_then.weight_ratio, 9))
        and coalesce(gaps_now.goal_id, gaps_then.goal_id) <> '(unaligned)'
),

own_gaps as (
    select
        gaps_now.goal_id,
        gaps_now.weight_ratio as weight_after_ratio,
        gaps_then.weight_ratio as weight_before_ratio,
        gaps_now.total_amount,
        gaps_then.move_amount as before_amount,
        gaps_now.move_amount as after_amount,
        coalesce(weight_changes.cause, 'weight') as weight_cause
    from gaps_now
    inner join gaps_then
        on gaps_now.goal_id = gaps_then.goal_id
        and gaps_now.level = gaps_then.level
    left join weight_changes
        on gaps_now.goal_id = weight_changes.goal_id
    cross join releases
    where
        gaps_now.move_amount is not null
        and gaps_then.move_amount is not null
),

trailing_changes as (
    select
        goal_spend_changes.goal_id,
        goal_spend_changes.cause,
        sum(goal_spend_changes.change_amount) as change_amount
    from goal_spend_changes
    inner join trailing_periods
        on goal_spend_changes.period_start_date = trailing_periods.period_start_date
    left join mandatory_initiatives
        on goal_spend_changes.initiative_id = mandatory_initiatives.initiative_id
    where
        mandatory_initiatives.initiative_id is null
        and goal_spend_changes.cause <> 'time passed'
    group by goal_spend_changes.goal_id, goal_spend_changes.cause
),

goal_trailing_changes as (
    select
        closure.ancestor_goal_id as goal_id,
        trailing_changes.cause,
        sum(trailing_changes.change_amount) as change_amount
    from trailing_changes
    inner join closure
        on trailing_changes.goal_id = closure.goal_id
    group by closure.ancestor_goal_id, trailing_changes.cause
    union all
    select goal_id, cause, change_amount
    from trailing_changes
    where goal_id = '(unaligned)'
),

whole_trailing_changes as (
    select cause, sum(change_amount) as change_amount
    from trailing_changes
    group by cause
),

-- an entry changes what is fair for every goal, and what one of them has
entry_moves as (
    select
        own_gaps.goal_id,
        whole_trailing_changes.cause,
        cast(
            own_gaps.weight_before_ratio * cast(whole_trailing_changes.change_amount as double)
            as decimal(38, 2)
        ) - coalesce(goal_trailing_changes.change_amount, 0) as change_amount
    from own_gaps
    cross join whole_trailing_changes
    left join goal_trailing_changes
        on own_gaps.goal_id = goal_trailing_changes.goal_id
        and whole_trailing_changes.cause = goal_trailing_changes.cause
    union all
    select
        goal_id,
        weight_cause as cause,
        cast(
            (weight_after_ratio - weight_before_ratio) * cast(total_amount as double)
            as decimal(38, 2)
        ) as change_amount
    from own_gaps
    where round(weight_after_ratio, 9) <> round(weight_before_ratio, 9)
),

summed_moves as (
    select goal_id, cause, sum(change_amount) as change_amount
    from entry_moves
    group by goal_id, cause
),

told_moves as (
    select goal_id, sum(change_amount) as change_amount
    from summed_moves
    group by goal_id
),

move_changes as (
    select
        own_gaps.goal_id,
        summed_moves.cause,
        own_gaps.before_amount,
        own_gaps.after_amount,
        summed_moves.change_amount
    from own_gaps
    inner join summed_moves
        on own_gaps.goal_id = summed_moves.goal_id
    union all
    select
        own_gaps.goal_id,
        'time passed' as cause,
        own_gaps.before_amount,
        own_gaps.after_amount,
        own_gaps.after_amount - own_gaps.before_amount - coalesce(told_moves.change_amount, 0) as change_amount
    from own_gaps
    left join told_moves
        on own_gaps.goal_id = told_moves.goal_id
),

all_changes as (
    select
        subject_type,
        subject_id,
        '(all)' as business_unit,
        measure,
        cause,
        before_amount,
        after_amount,
        change_amount,
        cast(null as double) as before_value,
        cast(null as double) as after_value,
        cast(null as double) as change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from money_changes
    where change_amount <> 0
    union all
    select
        'goal' as subject_type,
        goal_id as subject_id,
        '(all)' as business_unit,
        'money to move' as measure,
        cause,
        before_amount,
        after_amount,
        change_amount,
        cast(null as double) as before_value,
        cast(null as double) as after_value,
        cast(null as double) as change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from move_changes
    where change_amount <> 0
    union all
    select
        'goal' as subject_type,
        goal_id as subject_id,
        '(all)' as business_unit,
        'weight' as measure,
        cause,
        cast(null as decimal(38, 2)) as before_amount,
        cast(null as decimal(38, 2)) as after_amount,
        cast(null as decimal(38, 2)) as change_amount,
        before_value,
        after_value,
        after_value - before_value as change_value,
        cast(null as text) as before_status,
        cast(null as text) as after_status
    from weight_changes
    union all
    select
        'kpi' as subject_type,
        kpi_id as subject_id,
        business_unit,
        measure,
        cause,
        cast(null as decimal(38, 2)) as before_amount,
        cast(null as decimal(38, 2)) as after_amount,
        cast(null as decimal(38, 2)) as change_amount,
        before_value,
        after_value,
        change_value,
        before_status,
        after_status
    from kpi_changes
)

select
    all_changes.subject_type,
    all_changes.subject_id,
    all_changes.business_unit,
    all_changes.measure,
    all_changes.cause,
    subject_names.subject_name,
    case
        when all_changes.change_amount is not null then rules.reporting_currency
        when all_changes.measure = 'status' then null
        when all_changes.measure in ('attainment', 'weight') then 'ratio'
        else subject_names.unit
    end as unit,
    cast(all_changes.before_amount as decimal(38, 2)) as before_amount,
    cast(all_changes.after_amount as decimal(38, 2)) as after_amount,
    cast(all_changes.change_amount as decimal(38, 2)) as change_amount,
    all_changes.before_value,
    all_changes.after_value,
    all_changes.change_value,
    all_changes.before_status,
    all_changes.after_status
from all_changes
cross join rules
left join subject_names
    on all_changes.subject_type = subject_names.subject_type
    and all_changes.subject_id = subject_names.subject_id
order by subject_type, subject_id, business_unit, measure, cause
