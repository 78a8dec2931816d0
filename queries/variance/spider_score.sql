-- question: Where does each KPI stand between its red flag and its goal, on one scale of 0 to 10?
-- grain:    kpi_id, business_unit
-- columns:
--   kpi_id          text     KPI that has a goal and a red flag
--   business_unit   text     unit the values were reported for; '(all)' when they name none
--   kpi_name        text     name of the KPI
--   goal_id         text     goal the KPI names; NULL when not given
--   unit            text     unit of the values
--   direction       text     'up' (more is better) or 'down' (less is better)
--   red_flag_value  double   value beyond which it is red: the lower bound of a KPI that should rise, the upper bound
--                            of one that should fall
--   target_value    double   value to reach: the goal
--   actual_value    double   where it is
--   distance_ratio  double   (actual - red flag) / (target - red flag): 0 at the red flag, 1 at the goal; not capped
--   score           double   10/3 at the red flag, 20/3 at the goal, in a straight line, 0..10; more = favourable
--   status          text     'green' from the goal on (20/3), 'amber' from the red flag on (10/3), else 'red'; 'grey' =
--                            unknown
--   status_reason   text     NULL, or why the status is grey: 'no value', 'no value since start', 'denominator is
--                            zero', 'red flag equals target', 'red flag beyond the target' (it lies on the good side)
-- checks:
--   count(*) filter (where score < 0 or score > 10) = 0
--   count(*) filter (where (status = 'grey') = (status_reason is null)) = 0
-- receipt:  kpis where kpi_id = $kpi_id; kpi_targets where kpi_id = $kpi_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
-- leaves out: KPIs without a red flag, and ranges, whose bounds mean something else; the way that should be done by now
--             (see variance.kpi_target_curve)
-- method:   METHODS 3, goal and red flag: 10/3 + 10/3 * (actual - red) / (goal - red), which serves both directions. On
--             the red flag a KPI is amber, on its goal green; comparisons are made on nine decimals.
with attained_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        case when direction = 'up' then lower_value else upper_value end as red_flag_value,
        target_value,
        actual_value,
        status_reason
    from variance.kpi_attainment
    where direction <> 'range'
),

placed_kpis as (
    select
        kpi_id,
        business_unit,
        kpi_name,
        goal_id,
        unit,
        direction,
        red_flag_value,
        target_value,
        actual_value,
        (actual_value - red_flag_value) / nullif(target_value - red_flag_value, 0) as distance_ratio,
        case
            when actual_value is null then status_reason
            when round(red_flag_value, 9) = round(target_value, 9) then 'red flag equals target'
            when (direction = 'up') = (red_flag_value > target_value) then 'red flag beyond the target'
        end as status_reason
    from attained_kpis
    where red_flag_value is not null and target_value is not null
)

select
    kpi_id,
    business_unit,
    kpi_name,
    goal_id,
    unit,
    direction,
    cast(red_flag_value as double) as red_flag_value,
    cast(target_value as double) as target_value,
    cast(actual_value as double) as actual_value,
    cast(case when status_reason is null then distance_ratio end as double) as distance_ratio,
    cast(
        case when status_reason is null then least(greatest((1 + distance_ratio) * 10 / 3, 0.0), 10.0) end as double
    ) as score,
    case
        when status_reason is not null then 'grey'
        when round(distance_ratio, 9) >= 1 then 'green'
        when round(distance_ratio, 9) >= 0 then 'amber'
        else 'red'
    end as status,
    status_reason
from placed_kpis
order by kpi_id, business_unit
