-- question: Which initiatives hand in the same status report again and again?
-- grain:    initiative_id
-- columns:
--   initiative_id    text     initiative with a status report
--   initiative_name  text     its name
--   owner            text     who runs it; NULL when not given
--   business_unit    text     unit that runs it; NULL when not given
--   is_open          boolean  true when it is active, on hold or of no given stage
--   report_count     bigint   its reports
--   identical_count  bigint   newest reports in a row with the same colour, progress and comment, the first of them
--                             counted; NULL when the newest says nothing but a colour
--   since_date       date     day of the first of them; NULL when identical_count is
--   last_date        date     day of the newest report
--   longest_count    bigint   the longest such row of all its reports; NULL when none says more than a colour
--   reported         text     newest report: 'green', 'amber' or 'red'; NULL when not given or not understood
--   complete_ratio   double   progress in the newest report, 0..1; NULL when not given
--   comment          text     comment of the newest report; NULL when there is none
--   is_copied        boolean  true when it is open and identical_count is at or above copy_forward_reports
--   currency         text     reporting currency
--   spend_amount     decimal(38,2)  spend of the trailing periods; positive = money spent
--   status_reason    text     NULL, or why identical_count is missing: 'colour only'
-- checks:
--   count(*) filter (where identical_count > report_count or identical_count > longest_count) = 0
--   count(*) filter (where (identical_count is null) <> (status_reason is not null)) = 0
--   count(*) filter (where is_copied and identical_count < 2) = 0
-- receipt:  status_reports where initiative_id = $initiative_id
--   spend_amount  spend where initiative_id = $initiative_id and is_trailing
-- leaves out: reports of initiatives that do not exist; who wrote them and the forecast of the end, which rightly
--             stay the same
-- method:   METHODS 17, copy-forward. Comments are compared without outer blanks and capitals. Reports that say
--             nothing but a colour are not compared: green is the same word every time.
with current_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        coalesce(stage, 'active') in ('active', 'on_hold') as is_open
    from initiatives
),

reports as (
    select
        initiative_id,
        reported_date,
        coalesce(reported_rag, lower(trim(rag)), '') as colour,
        reported_rag,
        complete_ratio,
        comment,
        coalesce(lower(trim(comment)), '') as wording
    from base.reported_status
),

spend_months as (
    select initiative_id, period_start_date, spend_amount
    from base.spend_by_month
),

trailing_periods as (
    select period_start_date
    from base.periods
    where is_trailing
),

rules as (
    select
        reporting_currency,
        cast(copy_forward_reports as bigint) as copy_forward_reports
    from base.rules
),

compared_reports as (
    select
        initiative_id,
        reported_date,
        reported_rag,
        complete_ratio,
        comment,
        complete_ratio is null and wording = '' as is_colour_only,
        case
            when
                colour = lag(colour) over in_order
                and (complete_ratio is not distinct from lag(complete_ratio) over in_order)
                and wording = lag(wording) over in_order
                then 0
            else 1
        end as is_different
    from reports
    window in_order as (partition by initiative_id order by reported_date)
),

numbered_reports as (
    select
        initiative_id,
        reported_date,
        reported_rag,
        complete_ratio,
        comment,
        is_colour_only,
        sum(is_different) over (partition by initiative_id order by reported_date) as run_number
    from compared_reports
),

runs as (
    select
        initiative_id,
        run_number,
        bool_and(is_colour_only) as is_colour_only,
        count(*) as run_count,
        min(reported_date) as since_date
    from numbered_reports
    group by initiative_id, run_number
),

newest_reports as (
    select initiative_id, reported_date, reported_rag, complete_ratio, comment, run_number
    from numbered_reports
    qualify row_number() over (partition by initiative_id order by reported_date desc) = 1
),

report_totals as (
    select
        initiative_id,
        sum(run_count) as report_count,
        max(run_count) filter (where not is_colour_only) as longest_count
    from runs
    group by initiative_id
),

trailing_spend as (
    select spend_months.initiative_id, sum(spend_months.spend_amount) as spend_amount
    from spend_months
    inner join trailing_periods
        on spend_months.period_start_date = trailing_periods.period_start_date
    group by spend_months.initiative_id
)

select
    newest_reports.initiative_id,
    current_initiatives.initiative_name,
    current_initiatives.owner,
    current_initiatives.business_unit,
    current_initiatives.is_open,
    cast(report_totals.report_count as bigint) as report_count,
    cast(case when not runs.is_colour_only then runs.run_count end as bigint) as identical_count,
    case when not runs.is_colour_only then runs.since_date end as since_date,
    newest_reports.reported_date as last_date,
    cast(report_totals.longest_count as bigint) as longest_count,
    newest_reports.reported_rag as reported,
    newest_reports.complete_ratio,
    newest_reports.comment,
    current_initiatives.is_open
    and not runs.is_colour_only
    and runs.run_count >= rules.copy_forward_reports as is_copied,
    rules.reporting_currency as currency,
    cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    case when runs.is_colour_only then 'colour only' end as status_reason
from newest_reports
inner join current_initiatives
    on newest_reports.initiative_id = current_initiatives.initiative_id
inner join runs
    on newest_reports.initiative_id = runs.initiative_id
    and newest_reports.run_number = runs.run_number
inner join report_totals
    on newest_reports.initiative_id = report_totals.initiative_id
left join trailing_spend
    on newest_reports.initiative_id = trailing_spend.initiative_id
cross join rules
order by initiative_id
