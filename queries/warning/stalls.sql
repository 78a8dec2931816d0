-- question: Which initiatives spend money without getting anywhere?
-- grain:    initiative_id
-- columns:
--   initiative_id       text           initiative that runs on the as-of date
--   initiative_name     text           its name
--   owner               text           who runs it; NULL when not given
--   business_unit       text           unit that runs it; NULL when not given
--   complete_ratio      double         highest progress reported so far, 0..1; NULL without any
--   last_moved_date     date           newest day on which a report raised that progress or a milestone was reached;
--                                      without either the start; NULL when that is not given
--   quiet_period_count  bigint         complete fiscal periods that began after that day; NULL when it is not known
--   spend_period_count  bigint         those of them in which money was spent
--   overdue_count       bigint         its open milestones whose first baseline has passed
--   is_stalled          boolean        true when at least stall_periods periods are quiet, money was spent in each of
--                                      the newest stall_periods that the ledger reaches, and silence was not planned
--   currency            text           reporting currency
--   spend_amount        decimal(38,2)  spend posted after last_moved_date; positive = money spent
--   status_reason       text           NULL, or why it is no stall whatever it spends: 'no progress measured' (neither
--                                      reported progress nor milestones), 'start not given', 'quiet as planned' (no
--                                      progress is reported, and no milestone is overdue), 'work is done' (all of it
--                                      is reported)
-- checks:
--   count(*) filter (where is_stalled and status_reason is not null) = 0
--   count(*) filter (where spend_period_count > quiet_period_count) = 0
-- receipt:  status_reports where initiative_id = $initiative_id; milestones where initiative_id = $initiative_id
--   spend_amount  spend where initiative_id = $initiative_id and posted_date > $last_moved_date
-- leaves out: initiatives that do not run; movement that nobody reports
-- method:   METHODS 19: no movement of earned value or milestones for k periods, and spend. Progress moves when it is
--             higher than ever before, so that a report taken back and made again is no movement. Periods without any
--             entry in the whole ledger are skipped when spend is looked for.
with current_initiatives as (
    select initiative_id, name as initiative_name, start_date
    from initiatives
),

running_initiatives as (
    select initiative_id, owner, business_unit
    from base.initiative_status_by_period
    where is_as_of and is_running
),

reports as (
    select initiative_id, reported_date, complete_ratio
    from base.reported_status
    where complete_ratio is not null
),

milestone_states as (
    select initiative_id, milestone_id, expected_date, is_reached, slip_days
    from base.milestones_as_known
    where status_date = $as_of
),

complete_periods as (
    select period_start_date, period_end_date
    from base.periods
    where is_complete
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

rules as (
    select
        reporting_currency,
        cast(stall_periods as bigint) as stall_periods
    from base.rules
),

compared_reports as (
    select
        initiative_id,
        reported_date,
        complete_ratio,
        max(complete_ratio) over (
            partition by initiative_id
            order by reported_date
            rows between unbounded preceding and 1 preceding
        ) as best_ratio
    from reports
),

-- the first report only says where things stood
report_moves as (
    select
        initiative_id,
        max(complete_ratio) as complete_ratio,
        max(reported_date) filter (where round(complete_ratio, 9) > round(best_ratio, 9)) as moved_date
    from compared_reports
    group by initiative_id
),

milestone_moves as (
    select
        initiative_id,
        max(expected_date) filter (where is_reached) as moved_date,
        count(*) filter (where not is_reached and expected_date - slip_days < $as_of) as overdue_count
    from milestone_states
    group by initiative_id
),

movements as (
    select
        running_initiatives.initiative_id,
        running_initiatives.owner,
        running_initiatives.business_unit,
        current_initiatives.initiative_name,
        report_moves.complete_ratio,
        report_moves.initiative_id is not null as has_reports,
        milestone_moves.initiative_id is not null as has_milestones,
        coalesce(milestone_moves.overdue_count, 0) as overdue_count,
        coalesce(
            greatest(report_moves.moved_date, milestone_moves.moved_date),
            current_initiatives.start_date
        ) as last_moved_date
    from running_initiatives
    inner join current_initiatives
        on running_initiatives.initiative_id = current_initiatives.initiative_id
    left join report_moves
        on running_initiatives.initiative_id = report_moves.initiative_id
    left join milestone_moves
        on running_initiatives.initiative_id = milestone_moves.initiative_id
),

quiet_periods as (
    select movements.initiative_id, count(*) as quiet_period_count
    from movements
    inner join complete_periods
        on complete_periods.period_start_date > movements.last_moved_date
    group by movements.initiative_id
),

ledger_periods as (
    select
        spend_months.period_start_date,
        row_number() over (order by spend_months.period_start_date desc) as periods_back
    from spend_months
    inner join complete_periods
        on spend_months.period_start_date = complete_periods.period_start_date
    group by spend_months.period_start_date
),

quiet_spend as (
    select
        movements.initiative_id,
        count(*) filter (where spend_months.spend_amount > 0) as spend_period_count,
        count(*) filter (
            where spend_months.spend_amount > 0 and ledger_periods.periods_back <= rules.stall_periods
        ) as recent_count
    from movements
    inner join spend_months
        on movements.initiative_id = spend_months.initiative_id
        and movements.last_moved_date < spend_months.period_start_date
    inner join ledger_periods
        on spend_months.period_start_date = ledger_periods.period_start_date
    cross join rules
    group by movements.initiative_id
),

spend_since as (
    select movements.initiative_id, sum(day_spend.spend_amount) as spend_amount
    from movements
    inner join day_spend
        on movements.initiative_id = day_spend.initiative_id
        and movements.last_moved_date < day_spend.posted_date
    group by movements.initiative_id
),

judged_movements as (
    select
        initiative_id,
        case
            when not has_reports and not has_milestones then 'no progress measured'
            when last_moved_date is null then 'start not given'
            when round(complete_ratio, 9) >= 1 then 'work is done'
            when not has_reports and overdue_count = 0 then 'quiet as planned'
        end as status_reason
    from movements
)

select
    movements.initiative_id,
    movements.initiative_name,
    movements.owner,
    movements.business_unit,
    movements.complete_ratio,
    movements.last_moved_date,
    cast(
        case when movements.last_moved_date is not null then coalesce(quiet_periods.quiet_period_count, 0) end
        as bigint
    ) as quiet_period_count,
    cast(
        case when movements.last_moved_date is not null then coalesce(quiet_spend.spend_period_count, 0) end
        as bigint
    ) as spend_period_count,
    cast(movements.overdue_count as bigint) as overdue_count,
    coalesce(
        judged_movements.status_reason is null
        and quiet_periods.quiet_period_count >= rules.stall_periods
        and quiet_spend.recent_count >= rules.stall_periods,
        false
    ) as is_stalled,
    rules.reporting_currency as currency,
    cast(coalesce(spend_since.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    judged_movements.status_reason
from movements
inner join judged_movements
    on movements.initiative_id = judged_movements.initiative_id
left join quiet_periods
    on movements.initiative_id = quiet_periods.initiative_id
left join quiet_spend
    on movements.initiative_id = quiet_spend.initiative_id
left join spend_since
    on movements.initiative_id = spend_since.initiative_id
cross join rules
order by initiative_id
