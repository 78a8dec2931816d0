-- question: From each top goal down to the work and the measures: how much weight and money, and is it on plan?
-- grain:    item_type, item_id, goal_id
-- columns:
--   item_type               text           'initiative' or 'kpi'
--   item_id                 text           initiative_id or kpi_id
--   goal_id                 text           goal the item is linked to directly; '(none)' when it has no path
--   item_name               text           name of the initiative or KPI
--   business_unit           text           unit that runs the item; NULL when not given
--   goal_name               text           name of the goal
--   root_goal_id            text           goal at the top of the path
--   root_goal_name          text           name of that goal
--   path                    text           the line of sight, from the top: root > … > goal
--   weight_ratio            double         weight of the goal: the product from the root, 0..1; NULL when not
--                                          weighted
--   link_ratio              double         share of the item that serves this goal, 0..1; NULL without a path
--   path_weight_ratio       double         weight_ratio * link_ratio
--   currency                text           reporting currency; NULL for KPIs
--   spend_amount            decimal(38,2)  the goal's share of the initiative's spend in the trailing periods;
--                                          without a path, all of it; positive = money spent; NULL for KPIs
--   budget_status           text           of an initiative in the running quarter: 'red' when its spend to date is
--                                          materially over budget, 'amber' when materially under, 'green' when
--                                          neither, 'grey' without a budget to date; NULL for KPIs
--   variance_to_date_ratio  double         variance to date / |budget to date|; positive = under budget; NULL without
--                                          one, and for KPIs
--   schedule_status         text           of an initiative: 'green', 'amber' when its latest open milestone is late,
--                                          'red' when it is late by more than 90 days, 'grey' without a dated
--                                          milestone; NULL for KPIs
--   late_days               bigint         days by which the latest of its open milestones misses its baseline; NULL
--                                          without a dated milestone, and for KPIs
--   kpi_status              text           status of the KPI, the worst of its units (variance.kpi_attainment); NULL
--                                          for initiatives
--   health                  text           the worst of the statuses that are known; 'grey' when none is
--   deciding_rule           text           the first of 'budget', 'schedule' and 'KPI' that has this colour; NULL
--                                          when grey
--   unknown                 text           what is grey, such as 'budget, schedule'; NULL when all is known
-- checks:
--   count(*) = (select count(*) from alignment.line_of_sight)
--   count(*) filter (where (health = 'grey') <> (deciding_rule is null)) = 0
--   count(*) filter (where health = 'green' and 'red' in (coalesce(budget_status, ''), coalesce(schedule_status, ''),
--     coalesce(kpi_status, ''))) = 0
-- receipt:  initiatives where $item_type = 'initiative' and initiative_id = $item_id;
--             milestones where $item_type = 'initiative' and initiative_id = $item_id;
--             kpis where $item_type = 'kpi' and kpi_id = $item_id;
--             kpi_values where $item_type = 'kpi' and kpi_id = $item_id
--   spend_amount  spend where $item_type = 'initiative' and initiative_id = $item_id and is_trailing
--                 and (goal_id = $goal_id or ($goal_id = '(none)' and goal_id = '(unaligned)'))
-- leaves out: what alignment.line_of_sight leaves out; what the initiative reports about itself; milestones of
--             cancelled initiatives, and KPIs of the goals that an initiative serves, which others move as well
-- method:   METHODS 4 and 13. The health is that of the item and stands in each of its rows. An unknown status
--             neither improves nor worsens it and is named. An open milestone is expected on its forecast, else its
--             baseline, and never before the as-of date; without a baseline it is late once that day has passed.
with paths as (
    select
        item_type,
        item_id,
        item_name,
        business_unit,
        goal_id,
        goal_name,
        root_goal_id,
        path,
        link_ratio,
        currency,
        spend_amount
    from alignment.line_of_sight
),

goal_weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

running_budgets as (
    select
        initiative_id,
        variance_to_date_ratio,
        case
            when is_material and variance_to_date_amount < 0 then 'red'
            when is_material then 'amber'
            when budget_to_date_amount <> 0 then 'green'
            else 'grey'
        end as budget_status
    from variance.budget_to_actual
    where
        start_date <= $as_of
        and end_date >= $as_of
),

cancelled_initiatives as (
    select initiative_id
    from initiatives
    where stage = 'cancelled'
),

dated_milestones as (
    select
        initiative_id,
        actual_date is null or actual_date > $as_of as is_open,
        coalesce(forecast_date, baseline_date) as expected_date,
        coalesce(baseline_date, forecast_date) as planned_date
    from milestones
    where baseline_date is not null or forecast_date is not null
),

kpi_units as (
    select kpi_id, status
    from variance.kpi_attainment
),

schedule_rules as (
    select schedule_red_days
    from base.rules
),

initiative_delays as (
    select
        dated_milestones.initiative_id,
        max(
            case
                when not dated_milestones.is_open then 0
                when dated_milestones.expected_date < $as_of
                    then greatest($as_of - dated_milestones.planned_date, 0)
                else greatest(dated_milestones.expected_date - dated_milestones.planned_date, 0)
            end
        ) as late_days
    from dated_milestones
    left join cancelled_initiatives
        on dated_milestones.initiative_id = cancelled_initiatives.initiative_id
    where cancelled_initiatives.initiative_id is null
    group by dated_milestones.initiative_id
),

kpi_statuses as (
    select
        kpi_id,
        case
            when bool_or(status = 'red') then 'red'
            when bool_or(status = 'amber') then 'amber'
            when bool_or(status = 'green') then 'green'
            else 'grey'
        end as kpi_status
    from kpi_units
    group by kpi_id
),

item_statuses as (
    select
        paths.item_type,
        paths.item_id,
        paths.goal_id,
        running_budgets.variance_to_date_ratio,
        initiative_delays.late_days,
        case when paths.item_type = 'initiative' then coalesce(running_budgets.budget_status, 'grey') end
            as budget_status,
        case
            when paths.item_type <> 'initiative' then null
            when initiative_delays.late_days is null then 'grey'
            when initiative_delays.late_days > schedule_rules.schedule_red_days then 'red'
            when initiative_delays.late_days > 0 then 'amber'
            else 'green'
        end as schedule_status,
        case when paths.item_type = 'kpi' then coalesce(kpi_statuses.kpi_status, 'grey') end as kpi_status
    from paths
    left join running_budgets
        on paths.item_type = 'initiative'
        and paths.item_id = running_budgets.initiative_id
    left join initiative_delays
        on paths.item_type = 'initiative'
        and paths.item_id = initiative_delays.initiative_id
    left join kpi_statuses
        on paths.item_type = 'kpi'
        and paths.item_id = kpi_statuses.kpi_id
    cross join schedule_rules
),

item_health as (
    select
        item_type,
        item_id,
        goal_id,
        variance_to_date_ratio,
        late_days,
        budget_status,
        schedule_status,
        kpi_status,
        case
            when coalesce(budget_status = 'red' or schedule_status = 'red' or kpi_status = 'red', false) then 'red'
            when coalesce(budget_status = 'amber' or schedule_status = 'amber' or kpi_status = 'amber', false)
                then 'amber'
            when coalesce(budget_status = 'green' or schedule_status = 'green' or kpi_status = 'green', false)
                then 'green'
            else 'grey'
        end as health
    from item_statuses
)

select
    paths.item_type,
    paths.item_id,
    paths.goal_id,
    paths.item_name,
    paths.business_unit,
    paths.goal_name,
    paths.root_goal_id,
    goal_names.goal_name as root_goal_name,
    paths.path,
    goal_weights.weight_ratio,
    paths.link_ratio,
    goal_weights.weight_ratio * paths.link_ratio as path_weight_ratio,
    paths.currency,
    cast(paths.spend_amount as decimal(38, 2)) as spend_amount,
    item_health.budget_status,
    item_health.variance_to_date_ratio,
    item_health.schedule_status,
    cast(item_health.late_days as bigint) as late_days,
    item_health.kpi_status,
    item_health.health,
    case
        when item_health.health = 'grey' then null
        when item_health.budget_status = item_health.health then 'budget'
        when item_health.schedule_status = item_health.health then 'schedule'
        else 'KPI'
    end as deciding_rule,
    nullif(
        concat_ws(
            ', ',
            case when item_health.budget_status = 'grey' then 'budget' end,
            case when item_health.schedule_status = 'grey' then 'schedule' end,
            case when item_health.kpi_status = 'grey' then 'KPI' end
        ),
        ''
    ) as unknown
from paths
inner join item_health
    on paths.item_type = item_health.item_type
    and paths.item_id = item_health.item_id
    and paths.goal_id = item_health.goal_id
left join goal_weights
    on paths.goal_id = goal_weights.goal_id
left join goal_names
    on paths.root_goal_id = goal_names.goal_id
order by item_type, item_id, goal_id
