-- question: Does each assumption still hold by the KPI that tests it, since when, and how much money rests on it?
-- grain:    assumption_id
-- columns:
--   assumption_id      text           assumption
--   statement          text           what is assumed; NULL when not given
--   goal_id            text           goal that rests on it; NULL when not given
--   initiative_id      text           initiative that rests on it; NULL when not given
--   kpi_id             text           KPI that tests it; NULL when not given
--   kpi_name           text           name of the KPI
--   business_unit      text           unit whose values decide: the worst, where several report; '(all)' when the
--                                     values name none; NULL without a value
--   unit               text           unit of the values
--   low_value          double         lowest value for which it holds; NULL = open
--   high_value         double         highest value for which it holds; NULL = open
--   actual_value       double         newest value of the KPI
--   period_end_date    date           last day of the period of that value
--   value_age_days     bigint         days from then to the as-of date
--   margin_ratio       double         distance to the bound that is watched over the width of the range, or over the
--                                     bound where there is one only; positive = inside, negative = outside; NULL when
--                                     that width is 0
--   status             text           'breached' outside the bounds, 'near' inside by no more than
--                                     assumption_near_ratio in the rules, 'holds', 'unmeasured'
--   since_date         date           last day of the first period of the unbroken run of values with this status,
--                                     but not before the version of the assumption; NULL when unmeasured
--   run_count          bigint         values in that run; NULL when unmeasured
--   review_date        date           day of the next review; NULL when not given
--   is_review_overdue  boolean        true when that day has passed
--   currency           text           reporting currency
--   spend_amount       decimal(38,2)  money that rests on it: spend of the trailing periods on the goal and goals
--                                     below it, and of the initiative, each entry once; NULL when neither is known
--   exposure_reason    text           NULL, or why there is no spend_amount: 'no goal and no initiative', 'unknown
--                                     goal or initiative'
--   status_reason      text           NULL, or why it is unmeasured: 'no KPI', 'unknown KPI', 'no bounds', 'no value'
-- checks:
--   count(*) = (select count(*) from assumptions)
--   count(*) filter (where (status = 'unmeasured') = (status_reason is null)) = 0
--   count(*) filter (where (spend_amount is null) = (exposure_reason is null)) = 0
--   count(*) filter (where status = 'breached' and margin_ratio > 0) = 0
-- receipt:  assumptions where assumption_id = $assumption_id;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--   spend_amount  spend where is_trailing and (initiative_id = $initiative_id or goal_id in
--                 (select c.goal_id from base.goal_closure as c where c.ancestor_goal_id = $goal_id))
-- leaves out: assumptions that no KPI tests, whose status nobody can know; whether the KPI is about to leave the
--             bounds (see warning.kpi_forecast); commitments; the money of one assumption may rest on another as
--             well, so amounts must not be added
-- method:   Every value is held against the bounds of today's version, which belong to the range; a sum is not
--             carried over periods. What is watched for 'near' is the bound on the unfavourable side: the high one
--             when less is better, the low one when more is better, both for a range, and the one that is given
--             where there is only one. Comparisons are made on nine decimals.
with current_assumptions as (
    select
        assumption_id,
        statement,
        nullif(goal_id, '') as goal_id,
        nullif(initiative_id, '') as initiative_id,
        nullif(kpi_id, '') as kpi_id,
        valid_low,
        valid_high,
        review_date,
        valid_from
    from assumptions
),

kpi_definitions as (
    select kpi_id, name as kpi_name, unit, direction
    from kpis
),

observations as (
    select
        kpi_id,
        coalesce(nullif(business_unit, ''), '(all)') as business_unit,
        period_end_date,
        value
    from kpi_values
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
),

known_initiatives as (
    select initiative_id
    from initiatives
),

trailing_links as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.initiative_id, spend_links.goal_id
),

rules as (
    select
        reporting_currency,
        assumption_near_ratio
    from base.rules
),

tested_values as (
    select
        current_assumptions.assumption_id,
        current_assumptions.valid_from,
        observations.business_unit,
        observations.period_end_date,
        observations.value,
        current_assumptions.valid_low,
        current_assumptions.valid_high,
        round(observations.value, 9) < round(current_assumptions.valid_low, 9) as is_below,
        round(observations.value, 9) > round(current_assumptions.valid_high, 9) as is_above,
        case
            when kpi_definitions.direction = 'down' and current_assumptions.valid_high is not null then null
            else observations.value - current_assumptions.valid_low
        end as low_distance,
        case
            when kpi_definitions.direction = 'up' and current_assumptions.valid_low is not null then null
            else current_assumptions.valid_high - observations.value
        end as high_distance,
        case
            when current_assumptions.valid_low is null then abs(current_assumptions.valid_high)
            when current_assumptions.valid_high is null then abs(current_assumptions.valid_low)
            else current_assumptions.valid_high - current_assumptions.valid_low
        end as width
    from current_assumptions
    inner join kpi_definitions
        on current_assumptions.kpi_id = kpi_definitions.kpi_id
    inner join observations
        on current_assumptions.kpi_id = observations.kpi_id
    where current_assumptions.valid_low is not null or current_assumptions.valid_high is not null
),

measured_values as (
    select
        assumption_id,
        valid_from,
        business_unit,
        period_end_date,
        value,
        coalesce(is_below, false) or coalesce(is_above, false) as is_outside,
        case
            when is_below then value - valid_low
            when is_above then valid_high - value
            when low_distance is null then high_distance
            when high_distance < low_distance then high_distance
            else low_distance
        end / nullif(width, 0) as margin_ratio
    from tested_values
),

judged_values as (
    select
        measured_values.assumption_id,
        measured_values.valid_from,
        measured_values.business_unit,
        measured_values.period_end_date,
        measured_values.value,
        measured_values.margin_ratio,
        case
            when measured_values.is_outside then 'breached'
            when round(measured_values.margin_ratio, 9) <= rules.assumption_near_ratio then 'near'
            else 'holds'
        end as status
    from measured_values
    cross join rules
),

compared_values as (
    select
        assumption_id,
        valid_from,
        business_unit,
        period_end_date,
        value,
        margin_ratio,
        status,
        row_number() over in_order as position,
        lag(status) over in_order is distinct from status as is_change
    from judged_values
    window in_order as (partition by assumption_id, business_unit order by period_end_date)
),

-- the run that the newest value belongs to began with the last change
placed_values as (
    select
        assumption_id,
        valid_from,
        business_unit,
        period_end_date,
        value,
        margin_ratio,
        status,
        max(case when is_change then period_end_date end) over in_unit as run_date,
        max(position) over in_unit - max(case when is_change then position end) over in_unit + 1 as run_count,
        row_number() over (partition by assumption_id, business_unit order by period_end_date desc) as newness
    from compared_values
    window in_unit as (partition by assumption_id, business_unit)
),

ranked_units as (
    select
        assumption_id,
        business_unit,
        period_end_date,
        value,
        margin_ratio,
        status,
        case when valid_from > run_date then valid_from else run_date end as since_date,
        run_count,
        row_number() over (
            partition by assumption_id
            order by
                case status when 'breached' then 1 when 'near' then 2 else 3 end,
                margin_ratio nulls last,
                business_unit
        ) as badness
    from placed_values
    where newness = 1
),

deciding_units as (
    select assumption_id, business_unit, period_end_date, value, margin_ratio, status, since_date, run_count
    from ranked_units
    where badness = 1
),

-- the goals and initiatives that exist, and the money of each once
exposed_links as (
    select
        current_assumptions.assumption_id,
        trailing_links.initiative_id,
        trailing_links.goal_id,
        trailing_links.spend_amount
    from current_assumptions
    inner join closure
        on current_assumptions.goal_id = closure.ancestor_goal_id
    inner join trailing_links
        on closure.goal_id = trailing_links.goal_id
    union
    select
        current_assumptions.assumption_id,
        trailing_links.initiative_id,
        trailing_links.goal_id,
        trailing_links.spend_amount
    from current_assumptions
    inner join trailing_links
        on current_assumptions.initiative_id = trailing_links.initiative_id
),

exposed_spend as (
    select assumption_id, sum(spend_amount) as spend_amount
    from exposed_links
    group by assumption_id
),

rested_assumptions as (
    select
        current_assumptions.assumption_id,
        case
            when current_assumptions.goal_id is null and current_assumptions.initiative_id is null
                then 'no goal and no initiative'
            when known_goals.goal_id is null and known_initiatives.initiative_id is null
                then 'unknown goal or initiative'
        end as exposure_reason
    from current_assumptions
    left join closure as known_goals
        on current_assumptions.goal_id = known_goals.ancestor_goal_id
        and current_assumptions.goal_id = known_goals.goal_id
    left join known_initiatives
        on current_assumptions.initiative_id = known_initiatives.initiative_id
)

select
    current_assumptions.assumption_id,
    current_assumptions.statement,
    current_assumptions.goal_id,
    current_assumptions.initiative_id,
    current_assumptions.kpi_id,
    kpi_definitions.kpi_name,
    deciding_units.business_unit,
    kpi_definitions.unit,
    current_assumptions.valid_low as low_value,
    current_assumptions.valid_high as high_value,
    deciding_units.value as actual_value,
    deciding_units.period_end_date,
    cast($as_of - deciding_units.period_end_date as bigint) as value_age_days,
    deciding_units.margin_ratio,
    coalesce(deciding_units.status, 'unmeasured') as status,
    deciding_units.since_date,
    cast(deciding_units.run_count as bigint) as run_count,
    current_assumptions.review_date,
    coalesce(current_assumptions.review_date < $as_of, false) as is_review_overdue,
    rules.reporting_currency as currency,
    case
        when rested_assumptions.exposure_reason is null
            then cast(coalesce(exposed_spend.spend_amount, 0) as decimal(38, 2))
    end as spend_amount,
    rested_assumptions.exposure_reason,
    case
        when deciding_units.status is not null then null
        when current_assumptions.kpi_id is null then 'no KPI'
        when kpi_definitions.kpi_id is null then 'unknown KPI'
        when current_assumptions.valid_low is null and current_assumptions.valid_high is null then 'no bounds'
        else 'no value'
    end as status_reason
from current_assumptions
inner join rested_assumptions
    on current_assumptions.assumption_id = rested_assumptions.assumption_id
left join kpi_definitions
    on current_assumptions.kpi_id = kpi_definitions.kpi_id
left join deciding_units
    on current_assumptions.assumption_id = deciding_units.assumption_id
left join exposed_spend
    on current_assumptions.assumption_id = exposed_spend.assumption_id
cross join rules
order by assumption_id
