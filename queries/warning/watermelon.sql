-- question: Which initiatives are reported green while the data are red, and since when?
-- grain:    initiative_id
-- columns:
--   initiative_id    text           initiative that runs on the as-of date
--   initiative_name  text           its name
--   owner            text           who runs it; NULL when not given
--   business_unit    text           unit that runs it; NULL when not given
--   reported         text           newest report: 'green', 'amber' or 'red'; NULL without one, or when it was not
--                                   understood
--   reported_date    date           day of that report; NULL without one
--   derived          text           what the data say: 'green', 'amber' or 'red', the worst of budget, cost and
--                                   schedule; 'grey' = nothing
--   deciding_rule    text           what made it so: 'cost', 'schedule' or 'budget'; NULL unless amber or red
--   budget_ratio     double         2 less spend / budget to date; below 1 = overspent; NULL when not known
--   cpi_ratio        double         earned / spent; below 1 = the work cost more than planned; NULL when not known
--   late_days        bigint         days by which the latest open milestone, or the end, is late; NULL when not known
--   is_watermelon    boolean        true when it is reported green and the data are red
--   since_date       date           first day looked back at since when it was so without a break; NULL unless it is
--   report_count     bigint         green reports made since then, that day included
--   currency         text           reporting currency
--   spend_amount     decimal(38,2)  spend of the trailing periods; positive = money spent
--   since_amount     decimal(38,2)  spend posted after since_date
--   status_reason    text           NULL, or why nothing can be said: 'no report', 'not given', 'unknown word',
--                                   'nothing to judge by'
-- checks:
--   count(*) filter (where is_watermelon <> (since_date is not null)) = 0
--   count(*) filter (where is_watermelon and (reported <> 'green' or derived <> 'red')) = 0
--   count(*) filter (where is_watermelon and status_reason is not null) = 0
-- receipt:  status_reports where initiative_id = $initiative_id;
--             base.initiative_status_by_period where initiative_id = $initiative_id
--   spend_amount  spend where initiative_id = $initiative_id and is_trailing
--   since_amount  spend where initiative_id = $initiative_id and posted_date > $since_date
-- leaves out: initiatives that do not run; stale reports (warning.stale_data, warning.copy_forward), which are silence
--             and no colour; older days than base.status_days looks back at
-- method:   METHODS 18: r = 0 and d = 2. Today by what is known today; the days before by what was known then, and
--             none of them counts if a later correction took its red away.
with current_initiatives as (
    select initiative_id, name as initiative_name
    from initiatives
),

statuses as (
    select
        initiative_id,
        period_end_date,
        business_unit,
        owner,
        is_as_of,
        is_running,
        reported_rag,
        reported_reason,
        reported_date,
        is_new_report,
        evidence_status,
        budget_status,
        cost_status,
        schedule_status,
        budget_ratio,
        cpi_ratio,
        late_days,
        coalesce(reported_rag = 'green' and upheld_status = 'red' and is_running, false) as is_green_on_red
    from base.initiative_status_by_period
),

spend_months as (
    select initiative_id, period_start_date, spend_amount
    from base.spend_by_month
),

day_spend as (
    select
        initiative_id,
        posted_date,
        sum(spend_amount) as spend_amount
    from base.spend_by_record
    where replaced_date = date '9999-12-31'
    group by initiative_id, posted_date
),

trailing_periods as (
    select period_start_date
    from base.periods
    where is_trailing
),

rules as (
    select reporting_currency
    from base.rules
),

breaks as (
    select
        initiative_id,
        max(period_end_date) filter (where not is_green_on_red) as last_other_date
    from statuses
    group by initiative_id
),

spells as (
    select
        statuses.initiative_id,
        min(statuses.period_end_date) as since_date,
        count(*) filter (where statuses.is_new_report) as report_count
    from statuses
    inner join breaks
        on statuses.initiative_id = breaks.initiative_id
    where breaks.last_other_date is null or statuses.period_end_date > breaks.last_other_date
    group by statuses.initiative_id
),

trailing_spend as (
    select spend_months.initiative_id, sum(spend_months.spend_amount) as spend_amount
    from spend_months
    inner join trailing_periods
        on spend_months.period_start_date = trailing_periods.period_start_date
    group by spend_months.initiative_id
),

spell_spend as (
    select day_spend.initiative_id, sum(day_spend.spend_amount) as spend_amount
    from day_spend
    inner join spells
        on day_spend.initiative_id = spells.initiative_id
        and day_spend.posted_date > spells.since_date
    group by day_spend.initiative_id
)

select
    statuses.initiative_id,
    current_initiatives.initiative_name,
    statuses.owner,
    statuses.business_unit,
    statuses.reported_rag as reported,
    statuses.reported_date,
    statuses.evidence_status as derived,
    case
        when statuses.evidence_status not in ('amber', 'red') then null
        when statuses.cost_status = statuses.evidence_status then 'cost'
        when statuses.schedule_status = statuses.evidence_status then 'schedule'
        else 'budget'
    end as deciding_rule,
    statuses.budget_ratio,
    statuses.cpi_ratio,
    statuses.late_days,
    statuses.is_green_on_red as is_watermelon,
    spells.since_date,
    cast(coalesce(spells.report_count, 0) as bigint) as report_count,
    rules.reporting_currency as currency,
    cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    cast(coalesce(spell_spend.spend_amount, 0) as decimal(38, 2)) as since_amount,
    case
        when statuses.reported_rag is null then statuses.reported_reason
        when statuses.evidence_status = 'grey' then 'nothing to judge by'
    end as status_reason
from statuses
inner join current_initiatives
    on statuses.initiative_id = current_initiatives.initiative_id
left join spells
    on statuses.initiative_id = spells.initiative_id
left join trailing_spend
    on statuses.initiative_id = trailing_spend.initiative_id
left join spell_spend
    on statuses.initiative_id = spell_spend.initiative_id
cross join rules
where statuses.is_as_of and statuses.is_running
order by initiative_id
