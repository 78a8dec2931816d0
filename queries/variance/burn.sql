-- question: Is each running initiative spending its money faster than its time, and when will it run out?
-- grain:    initiative_id
-- columns:
--   initiative_id           text           initiative
--   initiative_name         text           name of the initiative
--   business_unit           text           unit that runs it; NULL when not given
--   budget_basis            text           'approved': the approved amount over the planned dates; 'budgeted': the
--                                          chosen budget over its own periods, where no approved amount in the
--                                          reporting currency, or no planned dates, are given
--   start_date              date           first day of that time; NULL when unknown
--   end_date                date           last day of that time; NULL when unknown
--   currency                text           reporting currency
--   budget_amount           decimal(38,2)  money for the whole of that time; positive = money that may be spent
--   spent_amount            decimal(38,2)  spend up to the as-of date
--   committed_amount        decimal(38,2)  commitments made and not released up to the as-of date
--   available_amount        decimal(38,2)  budget less spent less committed; negative = overdrawn
--   spent_ratio             double         spent_amount / budget_amount; NULL unless the budget is above zero
--   day_count               bigint         days from start_date to end_date, both counted
--   elapsed_day_count       bigint         those of them up to and including the as-of date
--   elapsed_ratio           double         elapsed_day_count / day_count, 0..1
--   consumption_gap_ratio   double         spent_ratio less elapsed_ratio; positive = money runs ahead of time,
--                                          which is unfavourable
--   verdict                 text           'ahead of time' or 'behind time' when the gap, either way, is over the
--                                          threshold in base.rules, which itself is 'in line'; NULL when unknown
--   burn_start_date         date           first day of the periods that the burn is measured over
--   burn_end_date           date           last day of these periods
--   burn_period_count       bigint         number of these periods; 0 when none has ended since the start
--   burn_amount             decimal(38,2)  spend of these periods
--   burn_per_period_amount  decimal(38,2)  burn_amount / burn_period_count; NULL without a period
--   exhaustion_date         date           day on which the available money is gone at that pace
--   slack_days              bigint         days from end_date to exhaustion_date; negative = the money ends first
--   exhaustion_reason       text           NULL, or why there is no such day: 'budget exhausted' (nothing is
--                                          available), 'no complete period', 'no burn' (nothing spent, or a net
--                                          credit), 'more than a century away'
--   status_reason           text           NULL, or why there is no gap: 'budget is not above zero', 'no dates'
-- checks:
--   sum(available_amount) = sum(budget_amount - spent_amount - committed_amount)
--   count(*) filter (where (verdict is null) = (status_reason is null)) = 0
--   count(*) filter (where (exhaustion_date is null) = (exhaustion_reason is null)) = 0
--   count(*) filter (where elapsed_day_count > day_count or elapsed_day_count < 0) = 0
-- receipt:  initiatives where initiative_id = $initiative_id
--   budget_amount     initiatives.approved_amount where initiative_id = $initiative_id
--                     and $budget_basis = 'approved'
--                     plus budgets where initiative_id = $initiative_id and is_chosen
--                     and $budget_basis = 'budgeted'
--   spent_amount      spend where initiative_id = $initiative_id and ($budget_basis = 'approved' or is_planned)
--   committed_amount  commitments where initiative_id = $initiative_id
--   available_amount  budget_amount less spent_amount less committed_amount
--   burn_amount       spend where initiative_id = $initiative_id
--                     and period_start_date between $burn_start_date and $burn_end_date
-- leaves out: initiatives that are not active, and those without any budget; with a chosen budget, spend before
--             the first quarter for which anything was budgeted, as in variance.budget_to_actual
-- method:   METHODS 10. The burn is that of the three newest fiscal periods that have ended since the start. Where
--             entries are rarer than one period in three, as in a ledger posted once a year, it is that of the
--             trailing window instead. Time passes day by day: a plan that spends late looks as if it lagged
--             behind, and budget to date in variance.budget_to_actual is the closer measure. A ledger posted once a
--             year lags behind time until it is posted. An initiative without a stage counts as active.
with burn_rules as (
    select cast(burn_periods as bigint) as burn_periods
    from base.rules
),

rules as (
    select reporting_currency, trailing_months, consumption_gap_ratio
    from base.rules
),

active_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        business_unit,
        start_date,
        planned_end_date,
        approved_amount,
        currency
    from initiatives
    where coalesce(stage, 'active') = 'active'
),

budget_months as (
    select initiative_id, version, period_start_date, fiscal_quarter, budget_amount
    from base.budget_by_month
),

spend_months as (
    select initiative_id, period_start_date, spend_amount, entry_count
    from base.spend_by_month
),

periods as (
    select period_start_date, period_end_date, fiscal_quarter, is_complete
    from base.periods
),

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
),

open_commitments as (
    select
        initiative_id,
        sum(reporting_amount) as committed_amount
    from spend
    where kind = 'commitment'
    group by initiative_id
),

chosen_months as (
    select
        budget_months.initiative_id,
        budget_months.period_start_date,
        budget_months.fiscal_quarter,
        periods.period_end_date,
        budget_months.budget_amount
    from budget_months
    inner join chosen_versions
        on budget_months.initiative_id = chosen_versions.initiative_id
        and budget_months.version = chosen_versions.version
    inner join periods
        on budget_months.period_start_date = periods.period_start_date
),

chosen_budgets as (
    select
        initiative_id,
        min(period_start_date) as first_budget_date,
        max(period_end_date) as last_budget_date,
        sum(budget_amount) as budgeted_amount
    from chosen_months
    group by initiative_id
),

-- the first day of the first quarter for which anything was budgeted
plan_beginning as (
    select min(periods.period_start_date) as first_planned_date
    from periods
    inner join chosen_months
        on periods.fiscal_quarter = chosen_months.fiscal_quarter
    where chosen_months.period_start_date <= $as_of
),

funded_initiatives as (
    select
        active_initiatives.initiative_id,
        active_initiatives.initiative_name,
        active_initiatives.business_unit,
        active_initiatives.start_date,
        active_initiatives.planned_end_date,
        chosen_budgets.first_budget_date,
        chosen_budgets.last_budget_date,
        chosen_budgets.budgeted_amount,
        rules.reporting_currency,
        case
            when coalesce(active_initiatives.currency, rules.reporting_currency) = rules.reporting_currency
                then active_initiatives.approved_amount
        end as approved_amount
    from active_initiatives
    left join chosen_budgets
        on active_initiatives.initiative_id = chosen_budgets.initiative_id
    cross join rules
),

based_initiatives as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        start_date,
        planned_end_date,
        first_budget_date,
        last_budget_date,
        budgeted_amount,
        reporting_currency,
        approved_amount,
        approved_amount is not null
        and (budgeted_amount is null or (start_date is not null and planned_end_date is not null)) as is_approved
    from funded_initiatives
    where
        approved_amount is not null
        or budgeted_amount is not null
),

timed_initiatives as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        reporting_currency,
        is_approved,
        cast(case when is_approved then approved_amount else budgeted_amount end as decimal(38, 2)) as budget_amount,
        case when is_approved then start_date else first_budget_date end as start_date,
        case when is_approved then planned_end_date else last_budget_date end as end_date,
        coalesce(start_date, first_budget_date) as work_start_date
    from based_initiatives
),

-- 1 is the newest period that has ended
ended_periods as (
    select
        period_start_date,
        period_end_date,
        row_number() over (order by period_start_date desc) as periods_back
    from periods
    where is_complete
),

recent_periods as (
    select
        ended_periods.period_start_date,
        ended_periods.period_end_date,
        ended_periods.periods_back
    from ended_periods
    cross join rules
    cross join burn_rules
    where
        ended_periods.periods_back <= rules.trailing_months
        or ended_periods.periods_back <= burn_rules.burn_periods
),

worked_periods as (
    select
        timed_initiatives.initiative_id,
        recent_periods.period_start_date,
        recent_periods.period_end_date,
        recent_periods.periods_back,
        coalesce(spend_months.spend_amount, 0) as spend_amount,
        spend_months.entry_count is not null as has_entries
    from timed_initiatives
    inner join recent_periods
        on timed_initiatives.work_start_date is null
        or timed_initiatives.work_start_date <= recent_periods.period_end_date
    left join spend_months
        on timed_initiatives.initiative_id = spend_months.initiative_id
        and recent_periods.period_start_date = spend_months.period_start_date
),

posting_habits as (
    select
        worked_periods.initiative_id,
        count(*) filter (where worked_periods.has_entries) * max(burn_rules.burn_periods) < count(*) as is_rare
    from worked_periods
    cross join burn_rules
    group by worked_periods.initiative_id
),

burns as (
    select
        worked_periods.initiative_id,
        min(worked_periods.period_start_date) as burn_start_date,
        max(worked_periods.period_end_date) as burn_end_date,
        count(*) as burn_period_count,
        sum(worked_periods.spend_amount) as burn_amount
    from worked_periods
    inner join posting_habits
        on worked_periods.initiative_id = posting_habits.initiative_id
    cross join burn_rules
    where
        posting_habits.is_rare
        or worked_periods.periods_back <= burn_rules.burn_periods
    group by worked_periods.initiative_id
),

spend_totals as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as whole_amount,
        sum(
            case
                when spend_months.period_start_date >= plan_beginning.first_planned_date
                    then spend_months.spend_amount
                else 0
            end
        ) as planned_amount
    from spend_months
    cross join plan_beginning
    group by spend_months.initiative_id
),

measured_initiatives as (
    select
        timed_initiatives.initiative_id,
        timed_initiatives.initiative_name,
        timed_initiatives.business_unit,
        timed_initiatives.reporting_currency,
        timed_initiatives.is_approved,
        timed_initiatives.start_date,
        timed_initiatives.end_date,
        timed_initiatives.budget_amount,
        cast(
            coalesce(
                case
                    when timed_initiatives.is_approved then spend_totals.whole_amount
                    else spend_totals.planned_amount
                end,
                0
            ) as decimal(38, 2)
        ) as spent_amount,
        cast(coalesce(open_commitments.committed_amount, 0) as decimal(38, 2)) as committed_amount,
        timed_initiatives.end_date - timed_initiatives.start_date + 1 as day_count,
        burns.burn_start_date,
        burns.burn_end_date,
        coalesce(burns.burn_period_count, 0) as burn_period_count,
        cast(coalesce(burns.burn_amount, 0) as decimal(38, 2)) as burn_amount
    from timed_initiatives
    left join spend_totals
        on timed_initiatives.initiative_id = spend_totals.initiative_id
    left join open_commitments
        on timed_initiatives.initiative_id = open_commitments.initiative_id
    left join burns
        on timed_initiatives.initiative_id = burns.initiative_id
),

ratios as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        reporting_currency,
        is_approved,
        start_date,
        end_date,
        budget_amount,
        spent_amount,
        committed_amount,
        cast(budget_amount - spent_amount - committed_amount as decimal(38, 2)) as available_amount,
        case
            when budget_amount > 0 then cast(spent_amount as double) / nullif(cast(budget_amount as double), 0)
        end as spent_ratio,
        day_count,
        case
            when day_count is not null
                then greatest(least(end_date, $as_of) - start_date + 1, 0)
        end as elapsed_day_count,
        burn_start_date,
        burn_end_date,
        burn_period_count,
        burn_amount
    from measured_initiatives
),

-- days that the available money lasts: whole days, each at the average of the burn's days
lasting_money as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        reporting_currency,
        is_approved,
        start_date,
        end_date,
        budget_amount,
        spent_amount,
        committed_amount,
        available_amount,
        spent_ratio,
        day_count,
        elapsed_day_count,
        cast(elapsed_day_count as double) / nullif(day_count, 0) as elapsed_ratio,
        burn_start_date,
        burn_end_date,
        burn_period_count,
        burn_amount,
        case
            when available_amount > 0 and burn_amount > 0
                then floor(
                    round(
                        cast(available_amount as double) * (burn_end_date - burn_start_date + 1)
                        / nullif(cast(burn_amount as double), 0),
                        6
                    )
                )
        end as lasting_days
    from ratios
),

judged_initiatives as (
    select
        lasting_money.initiative_id,
        lasting_money.initiative_name,
        lasting_money.business_unit,
        lasting_money.reporting_currency,
        lasting_money.is_approved,
        lasting_money.start_date,
        lasting_money.end_date,
        lasting_money.budget_amount,
        lasting_money.spent_amount,
        lasting_money.committed_amount,
        lasting_money.available_amount,
        lasting_money.spent_ratio,
        lasting_money.day_count,
        lasting_money.elapsed_day_count,
        lasting_money.elapsed_ratio,
        lasting_money.spent_ratio - lasting_money.elapsed_ratio as gap_ratio,
        rules.consumption_gap_ratio as threshold_ratio,
        lasting_money.burn_start_date,
        lasting_money.burn_end_date,
        lasting_money.burn_period_count,
        lasting_money.burn_amount,
        case
            when lasting_money.lasting_days <= 36600
                then cast(cast($as_of as int) + cast(lasting_money.lasting_days as int) as date)
        end as exhaustion_date,
        case
            when lasting_money.available_amount <= 0 then 'budget exhausted'
            when lasting_money.burn_period_count = 0 then 'no complete period'
            when lasting_money.burn_amount <= 0 then 'no burn'
            when lasting_money.lasting_days > 36600 then 'more than a century away'
        end as exhaustion_reason
    from lasting_money
    cross join rules
)

select
    initiative_id,
    initiative_name,
    business_unit,
    case when is_approved then 'approved' else 'budgeted' end as budget_basis,
    start_date,
    end_date,
    reporting_currency as currency,
    budget_amount,
    spent_amount,
    committed_amount,
    available_amount,
    spent_ratio,
    cast(day_count as bigint) as day_count,
    cast(elapsed_day_count as bigint) as elapsed_day_count,
    elapsed_ratio,
    gap_ratio as consumption_gap_ratio,
    case
        when gap_ratio is null then null
        when round(gap_ratio, 9) > round(threshold_ratio, 9) then 'ahead of time'
        when round(gap_ratio, 9) < round(-threshold_ratio, 9) then 'behind time'
        else 'in line'
    end as verdict,
    burn_start_date,
    burn_end_date,
    cast(burn_period_count as bigint) as burn_period_count,
    burn_amount,
    cast(burn_amount / nullif(burn_period_count, 0) as decimal(38, 2)) as burn_per_period_amount,
    cast(exhaustion_date as date) as exhaustion_date,
    cast(exhaustion_date - end_date as bigint) as slack_days,
    exhaustion_reason,
    case
        when budget_amount <= 0 then 'budget is not above zero'
        when elapsed_ratio is null then 'no dates'
    end as status_reason
from judged_initiatives
order by initiative_id
