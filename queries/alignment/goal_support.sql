-- question: What stands under each goal: work, measures, money, an owner and dates, and what does it lack?
-- grain:    goal_id
-- columns:
--   goal_id                  text           goal
--   goal_name                text           name of the goal
--   parent_goal_id           text           goal above it; NULL at the top
--   root_goal_id             text           goal at the top of its branch
--   level                    bigint         1 = root, 2 = its children, and so on
--   path                     text           from the top: root > … > goal
--   owner                    text           who answers for it; NULL when not given
--   status                   text           as reported; NULL when not given
--   due_date                 date           day by which it is to be reached; NULL when not given
--   is_open                  boolean        true when its status is not one of the closed ones and its due date, if
--                                           any, is not before the as-of date
--   initiative_count         bigint         initiatives linked to it or to a goal below it, each counted once
--   active_initiative_count  bigint         those of them that are active
--   dated_initiative_count   bigint         those of them with a milestone that has a baseline or forecast date
--   kpi_count                bigint         KPIs linked to the goal itself
--   subtree_kpi_count        bigint         KPIs linked to it or to a goal below it, each counted once
--   fiscal_year              text           fiscal year that the as-of date falls in; budget_amount is of this year
--   currency                 text           reporting currency
--   spend_amount             decimal(38,2)  spend of the trailing periods on it and all below it; positive = money
--                                           spent
--   budget_amount            decimal(38,2)  budget of the whole fiscal year for it and all below it, in the version
--                                           each initiative is compared with; positive = money that may be spent
--   has_owner                boolean        true when an owner is named
--   has_money                boolean        true when any such spend or budget lies under it, on whatever path
--   has_dated_milestone      boolean        true when dated_initiative_count is above zero
--   is_subtree_inactive      boolean        true when no active initiative stands under it, or none at all
--   missing                  text           what it lacks, of 'work' (no initiative), 'active work' (initiatives,
--                                           none of them active), 'money', 'KPI' (on it or below), 'owner' and
--                                           'dated milestone', in this order; NULL when it lacks nothing
-- checks:
--   count(*) = (select count(*) from goals)
--   sum(spend_amount) filter (where level = 1)
--     = (select coalesce(sum(s.spend_amount), 0) from base.spend_by_link as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date
--     where p.is_trailing and s.goal_id <> '(unaligned)')
--   count(*) filter (where active_initiative_count > initiative_count or dated_initiative_count > initiative_count
--     or kpi_count > subtree_kpi_count) = 0
-- receipt:  goals where goal_id = $goal_id;
--             initiatives where initiative_id in (select l.child_id from base.links as l
--             inner join base.goal_closure as c on l.goal_id = c.goal_id
--             where l.child_type = 'initiative' and c.ancestor_goal_id = $goal_id);
--             kpis where kpi_id in (select l.child_id from base.links as l
--             inner join base.goal_closure as c on l.goal_id = c.goal_id
--             where l.child_type = 'kpi' and c.ancestor_goal_id = $goal_id)
--   spend_amount   spend_under where is_trailing and ancestor_goal_id = $goal_id
--   budget_amount  budgets_under where is_chosen and fiscal_year = $fiscal_year and ancestor_goal_id = $goal_id
-- leaves out: commitments; spend before the trailing periods; budgets of other years
-- method:   METHODS 13. Never add a goal to the goals above it: its money is in theirs. Work and measures count
--             under every parent of a goal, money under the first of them. Active: the stage says so or is not
--             given. Closed: the status is closed, inactive, complete, completed, done, achieved, retired,
--             dropped, cancelled or canceled. What the project records nowhere (no KPI, no dated milestone, no
--             owner of any goal, no money) is not held against its goals.
with goal_rows as (
    select
        goal_id,
        name as goal_name,
        nullif(owner, '') as owner,
        status,
        due_date
    from goals
),

goal_tree as (
    select goal_id, parent_goal_id, root_goal_id, level, path
    from base.goal_weights
),

closure as (
    select ancestor_goal_id, goal_id, is_primary
    from base.goal_closure
),

links as (
    select child_type, child_id, goal_id
    from base.links
),

dated_milestones as (
    select distinct initiative_id
    from milestones
    where baseline_date is not null or forecast_date is not null
),

work as (
    select
        initiatives.initiative_id,
        coalesce(initiatives.stage, 'active') = 'active' as is_active,
        dated_milestones.initiative_id is not null as is_dated
    from initiatives
    left join dated_milestones
        on initiatives.initiative_id = dated_milestones.initiative_id
),

measures as (
    select kpi_id
    from kpis
),

periods as (
    select period_start_date, period_end_date, fiscal_year, is_trailing
    from base.periods
),

rules as (
    select reporting_currency
    from base.rules
),

running_year as (
    select max(fiscal_year) as fiscal_year
    from periods
    where
        period_start_date <= $as_of
        and period_end_date >= $as_of
),

trailing_spend as (
    select
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.goal_id
),

year_budgets as (
    select
        budget_links.goal_id,
        sum(budget_links.budget_amount) as budget_amount
    from base.budget_by_link as budget_links
    inner join base.chosen_budget as chosen_versions
        on budget_links.initiative_id = chosen_versions.initiative_id
        and budget_links.version = chosen_versions.version
    inner join running_year
        on budget_links.fiscal_year = running_year.fiscal_year
    group by budget_links.goal_id
),

goal_work as (
    select
        closure.ancestor_goal_id as goal_id,
        count(distinct work.initiative_id) as initiative_count,
        count(distinct case when work.is_active then work.initiative_id end) as active_initiative_count,
        count(distinct case when work.is_dated then work.initiative_id end) as dated_initiative_count
    from closure
    inner join links
        on closure.goal_id = links.goal_id
    inner join work
        on links.child_id = work.initiative_id
    where links.child_type = 'initiative'
    group by closure.ancestor_goal_id
),

goal_measures as (
    select
        closure.ancestor_goal_id as goal_id,
        count(distinct case when closure.ancestor_goal_id = closure.goal_id then measures.kpi_id end) as kpi_count,
        count(distinct measures.kpi_id) as subtree_kpi_count
    from closure
    inner join links
        on closure.goal_id = links.goal_id
    inner join measures
        on links.child_id = measures.kpi_id
    where links.child_type = 'kpi'
    group by closure.ancestor_goal_id
),

goal_money as (
    select
        closure.ancestor_goal_id as goal_id,
        sum(trailing_spend.spend_amount) filter (where closure.is_primary) as spend_amount,
        sum(year_budgets.budget_amount) filter (where closure.is_primary) as budget_amount,
        bool_or(coalesce(trailing_spend.spend_amount, 0) <> 0 or coalesce(year_budgets.budget_amount, 0) <> 0)
            as has_money
    from closure
    left join trailing_spend
        on closure.goal_id = trailing_spend.goal_id
    left join year_budgets
        on closure.goal_id = year_budgets.goal_id
    group by closure.ancestor_goal_id
),

-- what the project records at all
recorded as (
    select
        (select count(*) from measures) > 0 as has_kpis,
        (select count(*) from dated_milestones) > 0 as has_dates,
        (select count(owner) from goal_rows) > 0 as has_owners,
        (select count(*) from trailing_spend) > 0 or (select count(*) from year_budgets) > 0 as has_money
),

support as (
    select
        goal_rows.goal_id,
        goal_rows.goal_name,
        goal_tree.parent_goal_id,
        goal_tree.root_goal_id,
        goal_tree.level,
        goal_tree.path,
        goal_rows.owner,
        goal_rows.status,
        goal_rows.due_date,
        coalesce(goal_rows.due_date >= $as_of, true)
        and lower(trim(coalesce(goal_rows.status, ''))) not in (
            'closed', 'inactive', 'complete', 'completed', 'done', 'achieved', 'retired', 'dropped', 'cancelled',
            'canceled'
        ) as is_open,
        coalesce(goal_work.initiative_count, 0) as initiative_count,
        coalesce(goal_work.active_initiative_count, 0) as active_initiative_count,
        coalesce(goal_work.dated_initiative_count, 0) as dated_initiative_count,
        coalesce(goal_measures.kpi_count, 0) as kpi_count,
        coalesce(goal_measures.subtree_kpi_count, 0) as subtree_kpi_count,
        coalesce(goal_money.spend_amount, 0) as spend_amount,
        coalesce(goal_money.budget_amount, 0) as budget_amount,
        coalesce(goal_money.has_money, false) as has_money
    from goal_rows
    inner join goal_tree
        on goal_rows.goal_id = goal_tree.goal_id
    left join goal_work
        on goal_rows.goal_id = goal_work.goal_id
    left join goal_measures
        on goal_rows.goal_id = goal_measures.goal_id
    left join goal_money
        on goal_rows.goal_id = goal_money.goal_id
)

select
    support.goal_id,
    support.goal_name,
    support.parent_goal_id,
    support.root_goal_id,
    cast(support.level as bigint) as level,
    support.path,
    support.owner,
    support.status,
    support.due_date,
    support.is_open,
    cast(support.initiative_count as bigint) as initiative_count,
    cast(support.active_initiative_count as bigint) as active_initiative_count,
    cast(support.dated_initiative_count as bigint) as dated_initiative_count,
    cast(support.kpi_count as bigint) as kpi_count,
    cast(support.subtree_kpi_count as bigint) as subtree_kpi_count,
    running_year.fiscal_year,
    rules.reporting_currency as currency,
    cast(support.spend_amount as decimal(38, 2)) as spend_amount,
    cast(support.budget_amount as decimal(38, 2)) as budget_amount,
    support.owner is not null as has_owner,
    support.has_money,
    support.dated_initiative_count > 0 as has_dated_milestone,
    support.active_initiative_count = 0 as is_subtree_inactive,
    nullif(
        concat_ws(
            ', ',
            case
                when support.initiative_count = 0 then 'work'
                when support.active_initiative_count = 0 then 'active work'
            end,
            case when recorded.has_money and not support.has_money then 'money' end,
            case when recorded.has_kpis and support.subtree_kpi_count = 0 then 'KPI' end,
            case when recorded.has_owners and support.owner is null then 'owner' end,
            case when recorded.has_dates and support.dated_initiative_count = 0 then 'dated milestone' end
        ),
        ''
    ) as missing
from support
cross join running_year
cross join recorded
cross join rules
order by goal_id
