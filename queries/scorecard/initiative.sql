-- question: How does each initiative stand by the data, which rule decides, and what does it report itself?
-- grain:    initiative_id
-- columns:
--   initiative_id         text           initiative
--   initiative_name       text           its name
--   business_unit         text           unit that runs it; NULL when not given
--   goal_id               text           goal that most of it serves; NULL without one
--   owner                 text           who runs it; NULL when not given
--   stage                 text           where it stands; NULL when not given
--   is_running            boolean        true when it has started and is not yet over
--   currency              text           reporting currency
--   spend_amount          decimal(38,2)  spend of the trailing periods; positive = money spent
--   budget_ratio          double         2 less spend / budget to date: 1 = as budgeted, below = overspent
--   cpi_ratio             double         cost performance index: earned / spent; above 1 = favourable
--   spi_t_ratio           double         schedule performance index in time, SPI(t); above 1 = favourable
--   late_days             bigint         days by which its latest open milestone, or its end, is late; positive =
--                                        late
--   pace_status           text           'green', 'amber' or 'red' by spi_t_ratio (variance.earned_schedule); 'grey'
--                                        = unknown, and when it does not run
--   forecast_status       text           the same by cpi_ratio, which says what it will cost if it goes on so
--   budget_status         text           the same by budget_ratio
--   schedule_status       text           'green' when nothing is late, 'red' when late_days is above
--                                        schedule_red_days, otherwise 'amber'
--   freshness_status      text           by the age of its newest report
--   derived_status        text           the worst of the five that is known; 'grey' when all that is known is a
--                                        fresh report, and when it does not run
--   deciding_rule         text           the first of 'pace', 'forecast', 'budget', 'schedule' and 'freshness' with
--                                        that colour; NULL when green or grey
--   unknown               text           what is grey, such as 'pace, schedule'; NULL when all is known, and when it
--                                        does not run
--   reported_status       text           what it reports itself: 'green', 'amber' or 'red'; NULL without a report
--                                        that can be understood
--   reported_date         date           day of that report
--   comparison            text           'agrees', 'reported greener' or 'reported redder' than derived_status; NULL
--                                        when one of the two is unknown
--   finding_count         bigint         findings raised on it (warning.raised_on_initiatives_money and
--                                        warning.raised_on_initiatives_work)
--   status_reason         text           NULL, or why derived_status is grey: 'not running', 'nothing to judge by'
-- checks:
--   count(*) = (select count(*) from initiatives)
--   count(*) filter (where (deciding_rule is not null) <> (derived_status in ('amber', 'red'))) = 0
--   count(*) filter (where (derived_status = 'grey') <> (status_reason is not null)) = 0
--   count(*) filter (where derived_status = 'green' and 'red' in (pace_status, forecast_status, budget_status,
--     schedule_status, freshness_status)) = 0
--   sum(spend_amount) = (select sum(s.spend_amount) from base.spend_by_month as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date
--     inner join initiatives as i on s.initiative_id = i.initiative_id where p.is_trailing)
-- receipt:  initiatives where initiative_id = $initiative_id;
--             milestones where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id;
--             base.initiative_status_by_period where initiative_id = $initiative_id and is_as_of
--   spend_amount  spend where initiative_id = $initiative_id and is_trailing
-- leaves out: the KPIs of the goals that it serves, which others move as well; money without an initiative
-- method:   METHODS 4. All but the pace is the row of the as-of date of base.initiative_status_by_period, where cost
--             is what is called forecast here. What is reported stands beside what is derived and never replaces it.
with status_rows as (
    select
        initiative_id,
        is_running,
        currency,
        budget_ratio,
        cpi_ratio,
        late_days,
        cost_status,
        budget_status,
        schedule_status,
        freshness_status,
        derived_status,
        reported_rag,
        reported_date
    from base.initiative_status_by_period
    where is_as_of
),

initiative_names as (
    select
        initiative_id,
        name as initiative_name,
        nullif(business_unit, '') as business_unit,
        nullif(trim(owner), '') as owner,
        stage
    from initiatives
),

main_goals as (
    select child_id as initiative_id, goal_id
    from base.links
    where child_type = 'initiative'
    qualify row_number() over (partition by child_id order by weight_ratio desc, goal_id) = 1
),

schedules as (
    select initiative_id, spi_t_ratio, schedule_status as pace_status
    from variance.earned_schedule
),

trailing_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_months.initiative_id
),

findings as (
    select subject_id as initiative_id
    from warning.raised_on_initiatives_money
    union all
    select subject_id as initiative_id
    from warning.raised_on_initiatives_work
),

finding_counts as (
    select initiative_id, count(*) as finding_count
    from findings
    group by initiative_id
),

statuses as (
    select
        status_rows.initiative_id,
        case
            when status_rows.is_running then coalesce(schedules.pace_status, 'grey')
            else 'grey'
        end as pace_status,
        status_rows.cost_status as forecast_status,
        status_rows.budget_status,
        status_rows.schedule_status,
        status_rows.freshness_status,
        status_rows.derived_status as status_without_pace,
        status_rows.is_running
    from status_rows
    left join schedules
        on status_rows.initiative_id = schedules.initiative_id
),

derived as (
    select
        initiative_id,
        pace_status,
        forecast_status,
        budget_status,
        schedule_status,
        freshness_status,
        case
            when not is_running then 'grey'
            when 'red' in (pace_status, status_without_pace) then 'red'
            when 'amber' in (pace_status, status_without_pace) then 'amber'
            when 'green' in (pace_status, status_without_pace) then 'green'
            else 'grey'
        end as derived_status
    from statuses
),

colours as (
    select
        derived.initiative_id,
        case derived.derived_status when 'green' then 0 when 'amber' then 1 when 'red' then 2 end as derived_number,
        case status_rows.reported_rag when 'green' then 0 when 'amber' then 1 when 'red' then 2 end as reported_number
    from derived
    inner join status_rows
        on derived.initiative_id = status_rows.initiative_id
)

select
    status_rows.initiative_id,
    initiative_names.initiative_name,
    initiative_names.business_unit,
    main_goals.goal_id,
    initiative_names.owner,
    initiative_names.stage,
    status_rows.is_running,
    status_rows.currency,
    cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    status_rows.budget_ratio,
    status_rows.cpi_ratio,
    schedules.spi_t_ratio,
    status_rows.late_days,
    derived.pace_status,
    derived.forecast_status,
    derived.budget_status,
    derived.schedule_status,
    derived.freshness_status,
    derived.derived_status,
    case
        when derived.derived_status in ('green', 'grey') then null
        when derived.pace_status = derived.derived_status then 'pace'
        when derived.forecast_status = derived.derived_status then 'forecast'
        when derived.budget_status = derived.derived_status then 'budget'
        when derived.schedule_status = derived.derived_status then 'schedule'
        else 'freshness'
    end as deciding_rule,
    case
        when status_rows.is_running
            then nullif(
                concat_ws(
                    ', ',
                    case when derived.pace_status = 'grey' then 'pace' end,
                    case when derived.forecast_status = 'grey' then 'forecast' end,
                    case when derived.budget_status = 'grey' then 'budget' end,
                    case when derived.schedule_status = 'grey' then 'schedule' end,
                    case when derived.freshness_status = 'grey' then 'freshness' end
                ),
                ''
            )
    end as unknown,
    status_rows.reported_rag as reported_status,
    status_rows.reported_date,
    case
        when colours.reported_number < colours.derived_number then 'reported greener'
        when colours.reported_number > colours.derived_number then 'reported redder'
        when colours.reported_number = colours.derived_number then 'agrees'
    end as comparison,
    cast(coalesce(finding_counts.finding_count, 0) as bigint) as finding_count,
    case
        when derived.derived_status <> 'grey' then null
        when not status_rows.is_running then 'not running'
        else 'nothing to judge by'
    end as status_reason
from status_rows
inner join initiative_names
    on status_rows.initiative_id = initiative_names.initiative_id
inner join derived
    on status_rows.initiative_id = derived.initiative_id
inner join colours
    on status_rows.initiative_id = colours.initiative_id
left join schedules
    on status_rows.initiative_id = schedules.initiative_id
left join main_goals
    on status_rows.initiative_id = main_goals.initiative_id
left join trailing_spend
    on status_rows.initiative_id = trailing_spend.initiative_id
left join finding_counts
    on status_rows.initiative_id = finding_counts.initiative_id
order by initiative_id
