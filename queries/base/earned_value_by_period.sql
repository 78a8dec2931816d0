-- question: How much of each initiative was planned, earned and spent by the end of each fiscal period?
-- grain:    initiative_id, period_start_date
-- columns:
--   initiative_id         text           initiative
--   period_start_date     date           first day of the fiscal period
--   period_end_date       date           last day of the fiscal period
--   fiscal_year           text           fiscal year of the period
--   fiscal_quarter        text           fiscal quarter of the period, such as '2026-Q1'
--   has_started           boolean        true when the period has begun on the as-of date
--   is_running            boolean        true for the period that the as-of date lies in
--   currency              text           reporting currency
--   bac_amount            decimal(38,2)  budget at completion: the money for the whole initiative; NULL without any
--   bac_basis             text           where it comes from: 'budget' (the whole chosen budget), 'approved' (the
--                                        approved amount, because the budget ends before the work is planned to,
--                                        or there is none); NULL without any
--   plan_end_date         date           last day of the plan; NULL when it is not phased to the whole bac_amount
--   budget_amount         decimal(38,2)  chosen budget, from the first period to the end of this one
--   assumed_amount        decimal(38,2)  approved money that no budget phases, over the same span: spread by days
--   planned_end_amount    decimal(38,2)  the two together; NULL when the money cannot be phased
--   planned_value_amount  decimal(38,2)  the part of it that is due: all but in the running period, where the
--                                        days gone count; cumulative
--   earned_value_amount   decimal(38,2)  progress times bac_amount, as it was known at the end of the period;
--                                        cumulative; NULL in periods to come and while no progress is known
--   actual_amount         decimal(38,2)  spend to the end of the period; cumulative; NULL in periods to come
--   complete_ratio        double         progress of the work, 0..1
--   ev_method             text           'percent_complete' (status reports), 'weighted_milestones' (without any);
--                                        NULL when there is neither
--   pv_basis              text           'budget' when all money planned so far lies in periods as given,
--                                        'linear_assumed' when some of it was spread; NULL without a plan
--   status_reason         text           NULL, or why a value is missing: 'period to come', 'no budget',
--                                        'no dates to phase by', 'no progress reported'
-- checks:
--   coalesce(sum(actual_amount) filter (where is_running), 0)
--     = (select coalesce(sum(spend_amount), 0) from base.spend_by_month where initiative_id <> '(none)')
--   count(*) filter (where is_running) = (select count(*) from initiatives)
--   count(*) filter (where planned_end_amount <> budget_amount + assumed_amount) = 0
--   count(*) filter (where not is_running and planned_value_amount <> planned_end_amount) = 0
-- receipt:  initiatives where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id and reported_date <= $period_end_date;
--             milestones where initiative_id = $initiative_id
--   budget_amount  budgets where initiative_id = $initiative_id and is_chosen
--                  and period_start_date <= $period_start_date
--   actual_amount  spend where initiative_id = $initiative_id and period_start_date <= $period_start_date
-- leaves out: money without an initiative; commitments; approved money in another currency than the report's;
--             periods to come in which nothing is planned, and those after the end of the fiscal calendar
-- method:   METHODS 1. Rows run from an initiative's first plan, spend, report or start to the running period,
--             and on while there is a plan. Where the budget stops before the planned end and less is budgeted
--             than approved, the rest is spread by days from there to the planned end, unless the work is
--             proposed, on hold or cancelled. Progress is the newest status report at the end of the period;
--             an initiative without any earns the weight of the milestones it has reached (all weigh the same
--             when none has a weight).
with terms as (
    select
        initiatives.initiative_id,
        initiatives.start_date,
        initiatives.planned_end_date,
        case
            when coalesce(initiatives.currency, rules.reporting_currency) = rules.reporting_currency
                then cast(initiatives.approved_amount as decimal(38, 2))
        end as approved_amount,
        coalesce(initiatives.stage, 'active') in ('active', 'complete') as is_under_way,
        rules.reporting_currency
    from initiatives
    cross join base.rules as rules
),

periods as (
    select
        period_start_date,
        period_end_date,
        fiscal_year,
        fiscal_quarter,
        period_start_date <= $as_of as has_started,
        period_start_date <= $as_of and period_end_date >= $as_of as is_running
    from base.periods
),

chosen_months as (
    select
        budget_months.initiative_id,
        budget_months.period_start_date,
        budget_months.budget_amount,
        budget_months.due_amount,
        budget_months.basis = 'linear_assumed' as is_spread
    from base.budget_by_month as budget_months
    inner join base.chosen_budget as chosen_budget
        on budget_months.initiative_id = chosen_budget.initiative_id
        and budget_months.version = chosen_budget.version
),

spend_months as (
    select initiative_id, period_start_date, spend_amount
    from base.spend_by_month
),

budget_totals as (
    select
        chosen_months.initiative_id,
        sum(chosen_months.budget_amount) as budget_amount,
        min(chosen_months.period_start_date) as first_date,
        max(periods.period_end_date) as last_date
    from chosen_months
    inner join periods
        on chosen_months.period_start_date = periods.period_start_date
    group by chosen_months.initiative_id
),

-- the approved amount is the whole where the budget does not reach the planned end
wholes as (
    select
        terms.initiative_id,
        terms.start_date,
        terms.planned_end_date,
        terms.is_under_way,
        terms.reporting_currency,
        budget_totals.budget_amount,
        budget_totals.last_date as budget_end_date,
        case
            when terms.approved_amount is null and budget_totals.budget_amount is null then null
            when budget_totals.budget_amount is null then 'approved'
            when
                terms.approved_amount > budget_totals.budget_amount
                and terms.planned_end_date > budget_totals.last_date
                then 'approved'
            else 'budget'
        end as bac_basis,
        terms.approved_amount
    from terms
    left join budget_totals
        on terms.initiative_id = budget_totals.initiative_id
),

plans as (
    select
        initiative_id,
        reporting_currency,
        start_date,
        bac_basis,
        case
            when bac_basis = 'approved' then approved_amount
            else budget_amount
        end as bac_amount,
        case
            when bac_basis = 'approved' and is_under_way
                then approved_amount - coalesce(budget_amount, cast(0 as decimal(38, 2)))
        end as rest_amount,
        case
            when bac_basis = 'approved' and is_under_way then coalesce(budget_end_date + 1, start_date)
        end as rest_start_date,
        case when bac_basis = 'approved' and is_under_way then planned_end_date end as rest_end_date,
        budget_end_date
    from wholes
),

phased_plans as (
    select
        initiative_id,
        reporting_currency,
        start_date,
        bac_basis,
        bac_amount,
        case
            when rest_start_date is not null and rest_end_date is not null then rest_amount
        end as rest_amount,
        rest_start_date,
        rest_end_date,
        rest_amount is not null and (rest_start_date is null or rest_end_date is null) as is_unphased,
        case
            when bac_basis = 'budget' then budget_end_date
            when rest_start_date is not null then rest_end_date
        end as plan_end_date,
        greatest(budget_end_date, case when rest_start_date is not null then rest_end_date end) as last_plan_date
    from plans
),

-- what was reported or reached before the calendar begins counts in its first period
calendar_beginning as (
    select min(period_start_date) as first_date
    from periods
),

reports as (
    select
        status_reports.initiative_id,
        greatest(status_reports.reported_date, calendar_beginning.first_date) as counted_date,
        status_reports.reported_date,
        cast(status_reports.percent_complete as decimal(18, 9)) as complete_ratio
    from status_reports
    cross join calendar_beginning
    where status_reports.percent_complete is not null
),

period_reports as (
    select
        reports.initiative_id,
        periods.period_start_date,
        reports.complete_ratio
    from reports
    inner join periods
        on reports.counted_date between periods.period_start_date and periods.period_end_date
    qualify row_number() over (
        partition by reports.initiative_id, periods.period_start_date
        order by reports.reported_date desc
    ) = 1
),

reporting_initiatives as (
    select distinct initiative_id
    from reports
),

milestone_weights as (
    select
        milestones.initiative_id,
        milestones.actual_date,
        case
            when count(milestones.weight) over (partition by milestones.initiative_id) = 0
                then cast(1 as decimal(18, 9))
            else coalesce(cast(milestones.weight as decimal(18, 9)), cast(0 as decimal(18, 9)))
        end as weight
    from milestones
    left join reporting_initiatives
        on milestones.initiative_id = reporting_initiatives.initiative_id
    where
        milestones.initiative_id is not null
        and reporting_initiatives.initiative_id is null
),

milestone_totals as (
    select initiative_id, sum(weight) as all_weight
    from milestone_weights
    group by initiative_id
),

period_milestones as (
    select
        milestone_weights.initiative_id,
        periods.period_start_date,
        sum(milestone_weights.weight) as done_weight
    from milestone_weights
    cross join calendar_beginning
    inner join periods
        on greatest(milestone_weights.actual_date, calendar_beginning.first_date)
        between periods.period_start_date and periods.period_end_date
    where milestone_weights.actual_date <= $as_of
    group by milestone_weights.initiative_id, periods.period_start_date
),

first_signs as (
    select initiative_id, first_date
    from budget_totals
    union all
    select initiative_id, min(period_start_date) as first_date
    from spend_months
    group by initiative_id
    union all
    select initiative_id, min(counted_date) as first_date
    from reports
    group by initiative_id
    union all
    select initiative_id, min(period_start_date) as first_date
    from period_milestones
    group by initiative_id
    union all
    select initiative_id, start_date as first_date
    from terms
    where start_date is not null
),

first_dates as (
    select initiative_id, min(first_date) as first_date
    from first_signs
    group by initiative_id
),

initiative_periods as (
    select
        phased_plans.initiative_id,
        phased_plans.reporting_currency,
        phased_plans.bac_basis,
        phased_plans.bac_amount,
        phased_plans.plan_end_date,
        phased_plans.rest_amount,
        phased_plans.is_unphased,
        periods.period_start_date,
        periods.period_end_date,
        periods.fiscal_year,
        periods.fiscal_quarter,
        periods.has_started,
        periods.is_running,
        cast(phased_plans.rest_end_date - phased_plans.rest_start_date + 1 as double) as rest_day_count,
        least(periods.period_end_date, phased_plans.rest_end_date) - phased_plans.rest_start_date + 1
            as rest_end_days,
        least(
            case when periods.is_running then $as_of else periods.period_end_date end,
            phased_plans.rest_end_date
        ) - phased_plans.rest_start_date + 1 as rest_due_days
    from phased_plans
    left join first_dates
        on phased_plans.initiative_id = first_dates.initiative_id
    inner join periods
        on periods.is_running
        or (periods.has_started and periods.period_end_date >= first_dates.first_date)
        or (not periods.has_started and periods.period_start_date <= phased_plans.last_plan_date)
),

filled_periods as (
    select
        initiative_periods.initiative_id,
        initiative_periods.reporting_currency,
        initiative_periods.bac_basis,
        initiative_periods.bac_amount,
        initiative_periods.plan_end_date,
        initiative_periods.is_unphased,
        initiative_periods.period_start_date,
        initiative_periods.period_end_date,
        initiative_periods.fiscal_year,
        initiative_periods.fiscal_quarter,
        initiative_periods.has_started,
        initiative_periods.is_running,
        chosen_months.budget_amount,
        case
            when initiative_periods.is_running then chosen_months.due_amount
            else chosen_months.budget_amount
        end as due_amount,
        coalesce(chosen_months.is_spread, false) as is_spread,
        case
            when initiative_periods.rest_amount is null or initiative_periods.rest_end_days <= 0
                then cast(0 as decimal(38, 2))
            else cast(
                initiative_periods.rest_amount
                * cast(
                    initiative_periods.rest_end_days / nullif(initiative_periods.rest_day_count, 0)
                    as decimal(18, 15)
                )
                as decimal(38, 2)
            )
        end as assumed_end_amount,
        case
            when initiative_periods.rest_amount is null or initiative_periods.rest_due_days <= 0
                then cast(0 as decimal(38, 2))
            else cast(
                initiative_periods.rest_amount
                * cast(
                    initiative_periods.rest_due_days / nullif(initiative_periods.rest_day_count, 0)
                    as decimal(18, 15)
                )
                as decimal(38, 2)
            )
        end as assumed_due_amount,
        spend_months.spend_amount,
        period_reports.complete_ratio,
        period_milestones.done_weight,
        milestone_totals.all_weight
    from initiative_periods
    left join chosen_months
        on initiative_periods.initiative_id = chosen_months.initiative_id
        and initiative_periods.period_start_date = chosen_months.period_start_date
    left join spend_months
        on initiative_periods.initiative_id = spend_months.initiative_id
        and initiative_periods.period_start_date = spend_months.period_start_date
    left join period_reports
        on initiative_periods.initiative_id = period_reports.initiative_id
        and initiative_periods.period_start_date = period_reports.period_start_date
    left join period_milestones
        on initiative_periods.initiative_id = period_milestones.initiative_id
        and initiative_periods.period_start_date = period_milestones.period_start_date
    left join milestone_totals
        on initiative_periods.initiative_id = milestone_totals.initiative_id
),

-- the days gone of the running period are due, and in the periods before it everything
running_totals as (
    select
        initiative_id,
        reporting_currency,
        bac_basis,
        bac_amount,
        plan_end_date,
        is_unphased,
        period_start_date,
        period_end_date,
        fiscal_year,
        fiscal_quarter,
        has_started,
        is_running,
        coalesce(sum(budget_amount) over in_order, cast(0 as decimal(38, 2))) as budget_amount,
        coalesce(sum(budget_amount) over in_order, cast(0 as decimal(38, 2)))
        - coalesce(budget_amount, cast(0 as decimal(38, 2)))
        + coalesce(due_amount, cast(0 as decimal(38, 2))) as budget_due_amount,
        assumed_end_amount,
        assumed_due_amount,
        bool_or(is_spread or assumed_end_amount <> 0) over in_order as has_spread,
        coalesce(sum(spend_amount) over in_order, cast(0 as decimal(38, 2))) as actual_amount,
        last_value(complete_ratio) ignore nulls over in_order as reported_ratio,
        coalesce(sum(done_weight) over in_order, cast(0 as decimal(18, 9))) as done_weight,
        all_weight,
        bool_or(complete_ratio is not null) over (partition by initiative_id) as has_reports
    from filled_periods
    window in_order as (
        partition by initiative_id
        order by period_start_date
        rows between unbounded preceding and current row
    )
),

progress as (
    select
        initiative_id,
        reporting_currency,
        bac_basis,
        bac_amount,
        plan_end_date,
        is_unphased,
        period_start_date,
        period_end_date,
        fiscal_year,
        fiscal_quarter,
        has_started,
        is_running,
        budget_amount,
        budget_due_amount,
        assumed_end_amount,
        assumed_due_amount,
        has_spread,
        actual_amount,
        case
            when not has_started then null
            when has_reports then reported_ratio
            when all_weight > 0
                then cast(
                    cast(done_weight as double) / nullif(cast(all_weight as double), 0)
                    as decimal(18, 9)
                )
        end as complete_ratio,
        case
            when has_reports then 'percent_complete'
            when all_weight > 0 then 'weighted_milestones'
        end as ev_method
    from running_totals
)

select
    initiative_id,
    period_start_date,
    period_end_date,
    fiscal_year,
    fiscal_quarter,
    has_started,
    is_running,
    reporting_currency as currency,
    cast(bac_amount as decimal(38, 2)) as bac_amount,
    bac_basis,
    plan_end_date,
    cast(budget_amount as decimal(38, 2)) as budget_amount,
    cast(assumed_end_amount as decimal(38, 2)) as assumed_amount,
    case
        when bac_amount is not null and not is_unphased
            then cast(budget_amount + assumed_end_amount as decimal(38, 2))
    end as planned_end_amount,
    case
        when bac_amount is not null and not is_unphased
            then cast(budget_due_amount + assumed_due_amount as decimal(38, 2))
    end as planned_value_amount,
    cast(bac_amount * complete_ratio as decimal(38, 2)) as earned_value_amount,
    case when has_started then cast(actual_amount as decimal(38, 2)) end as actual_amount,
    cast(complete_ratio as double) as complete_ratio,
    ev_method,
    case
        when bac_amount is null or is_unphased then null
        when has_spread then 'linear_assumed'
        else 'budget'
    end as pv_basis,
    case
        when not has_started then 'period to come'
        when bac_amount is null then 'no budget'
        when is_unphased then 'no dates to phase by'
        when complete_ratio is null then 'no progress reported'
    end as status_reason
from progress
order by initiative_id, period_start_date
