-- question: Where will each initiative end this fiscal year against its budget, if it goes on like this?
-- grain:    initiative_id, fiscal_year
-- columns:
--   initiative_id               text           initiative; '(none)' collects money without one
--   initiative_name             text           name of the initiative
--   business_unit               text           unit that runs it; NULL when not given
--   fiscal_year                 text           fiscal year that contains the as-of date
--   start_date                  date           first day of the fiscal year
--   end_date                    date           last day of the fiscal year
--   budget_version              text           version compared with; NULL when it has none of the preferred ones
--   currency                    text           reporting currency
--   budget_amount               decimal(38,2)  budget of the whole year
--   actual_amount               decimal(38,2)  spend from the start of the year to the as-of date; positive = money
--                                              spent
--   committed_amount            decimal(38,2)  commitments made and not released up to the as-of date
--   available_amount            decimal(38,2)  budget less actual less committed; negative = overdrawn
--   day_count                   bigint         days of the year on which the initiative is at work: from its start
--                                              date, to its end date when that is still to come, both counted
--   elapsed_day_count           bigint         those of them up to and including the as-of date
--   elapsed_ratio               double         elapsed_day_count / day_count, 0..1; NULL when it is not at work in
--                                              this year
--   budget_to_date_amount       decimal(38,2)  the part of the year's budget that is due by the as-of date
--   stated_forecast_amount      decimal(38,2)  actual plus the part of version 'forecast' that is still to come
--   stated_variance_amount      decimal(38,2)  budget less that forecast; positive = under budget
--   stated_reason               text           NULL, or why there is none: 'no forecast'
--   plan_forecast_amount        decimal(38,2)  actual over the share of the budget that is due: what the rest of the
--                                              plan will cost if it goes on as it began
--   plan_variance_amount        decimal(38,2)  budget less that forecast; positive = under budget
--   plan_reason                 text           NULL, or why there is none: 'no budget to date', 'nothing posted yet'
--   run_rate_forecast_amount    decimal(38,2)  actual over elapsed_ratio
--   run_rate_variance_amount    decimal(38,2)  budget less that forecast; positive = under budget
--   run_rate_reason             text           NULL, or why there is none: 'not started', 'nothing posted yet'
--   prior_year_to_date_amount   decimal(38,2)  spend of the year before up to the same point: as many periods,
--                                              and of the running one the same share; NULL without a year before
--   prior_year_amount           decimal(38,2)  spend of the whole year before; NULL without a year before
--   prior_year_forecast_amount  decimal(38,2)  actual over the share that the year before had spent by then
--   prior_year_variance_amount  decimal(38,2)  budget less that forecast; positive = under budget
--   prior_year_reason           text           NULL, or why there is none: 'no prior year', 'not a whole year' (not
--                                              at work throughout both), 'no share to date' (the year before had
--                                              spent nothing, or less than nothing, by then), 'nothing posted yet'
--   outlook_amount              decimal(38,2)  the first that there is of actual when the work or the year is over,
--                                              stated, plan, prior-year and run-rate forecast
--   outlook_basis               text           which one it is: 'actual', 'stated', 'plan', 'prior year' or 'run
--                                              rate'
--   variance_amount             decimal(38,2)  budget less outlook_amount; positive = under budget
--   variance_ratio              double         variance_amount / |budget_amount|
--   is_material                 boolean        true when that variance, either way, is over the thresholds
--   materiality_rule            text           the rule that fired, such as 'over 100000.00 and over 10.0 %'; NULL
--                                              when none did
--   status_reason               text           NULL, or why there is no variance_ratio: 'no outlook', 'unbudgeted'
-- checks:
--   coalesce(sum(actual_amount), 0) = (select coalesce(sum(spend_amount), 0) from base.spend_by_month
--                                      where fiscal_year = (select max(fiscal_year) from base.periods
--                                                           where elapsed_day_count > 0))
--   sum(available_amount) = sum(budget_amount - actual_amount - committed_amount)
--   count(*) filter (where is_material = (materiality_rule is null)) = 0
--   count(*) filter (where (variance_ratio is null) = (status_reason is null)) = 0
--   count(*) filter (where (plan_forecast_amount is null) = (plan_reason is null)) = 0
--   count(*) filter (where (run_rate_forecast_amount is null) = (run_rate_reason is null)) = 0
--   count(*) filter (where (prior_year_forecast_amount is null) = (prior_year_reason is null)) = 0
-- receipt:  initiatives where initiative_id = $initiative_id
--   budget_amount     budgets where initiative_id = $initiative_id and is_chosen and fiscal_year = $fiscal_year
--   actual_amount     spend where initiative_id = $initiative_id and fiscal_year = $fiscal_year
--   committed_amount  commitments where initiative_id = $initiative_id
--   available_amount  budget_amount less actual_amount less committed_amount
--   budget_to_date_amount  budgets.due_part_amount where initiative_id = $initiative_id and is_chosen
--                          and fiscal_year = $fiscal_year and period_start_date <= $as_of
-- leaves out: initiatives with neither budget, forecast nor spend in the year and no open commitment; commitments,
--             which are promised and not yet spent, in all forecasts
-- method:   METHODS 10. Work that starts or ends within the year is stretched over its own days only; overdue work
--             is taken to go on to the end of the year, and work on hold like work in progress. Complete and
--             cancelled work ends with what it has spent. A plan that is not even over the year is why its own
--             shape comes before last year's and before a straight line.
with rules as (
    select
        reporting_currency,
        materiality_amount,
        cast(materiality_ratio as decimal(18, 9)) as materiality_ratio,
        materiality_combine,
        'over ' || cast(materiality_amount as text) as amount_rule,
        'over ' || cast(cast(materiality_ratio * 100 as decimal(18, 1)) as text) || ' %' as ratio_rule
    from base.rules
),

named_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        business_unit,
        start_date as work_start_date,
        planned_end_date,
        actual_end_date,
        coalesce(stage, 'active') in ('complete', 'cancelled') as has_ended
    from initiatives
),

budget_months as (
    select initiative_id, version, fiscal_year, budget_amount, due_amount
    from base.budget_by_month
),

spend_months as (
    select initiative_id, period_start_date, fiscal_year, spend_amount, entry_count
    from base.spend_by_month
),

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
),

periods as (
    select
        period_start_date,
        period_end_date,
        fiscal_year,
        elapsed_ratio,
        row_number() over (partition by fiscal_year order by period_start_date) as period_number
    from base.periods
),

commitments as (
    select
        initiative_id as named_initiative_id,
        reporting_amount
    from spend
    where kind = 'commitment'
),

fiscal_years as (
    select
        fiscal_year,
        min(period_start_date) as start_date,
        max(period_end_date) as end_date
    from periods
    group by fiscal_year
),

this_year as (
    select fiscal_year, start_date, end_date
    from fiscal_years
    where $as_of between start_date and end_date
),

year_before as (
    select
        fiscal_years.fiscal_year,
        fiscal_years.start_date
    from fiscal_years
    inner join this_year
        on fiscal_years.end_date < this_year.start_date
    qualify row_number() over (order by fiscal_years.start_date desc) = 1
),

-- how much of each numbered period of this year has gone by
gone_periods as (
    select
        periods.period_number,
        cast(periods.elapsed_ratio as decimal(18, 15)) as gone_ratio
    from periods
    inner join this_year
        on periods.fiscal_year = this_year.fiscal_year
),

year_budgets as (
    select
        budget_months.initiative_id,
        sum(budget_months.budget_amount) as budget_amount,
        sum(budget_months.due_amount) as budget_to_date_amount
    from budget_months
    inner join chosen_versions
        on budget_months.initiative_id = chosen_versions.initiative_id
        and budget_months.version = chosen_versions.version
    inner join this_year
        on budget_months.fiscal_year = this_year.fiscal_year
    group by budget_months.initiative_id
),

year_forecasts as (
    select
        budget_months.initiative_id,
        sum(budget_months.budget_amount - budget_months.due_amount) as coming_amount
    from budget_months
    inner join this_year
        on budget_months.fiscal_year = this_year.fiscal_year
    where budget_months.version = 'forecast'
    group by budget_months.initiative_id
),

year_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as actual_amount
    from spend_months
    inner join this_year
        on spend_months.fiscal_year = this_year.fiscal_year
    group by spend_months.initiative_id
),

prior_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as prior_year_amount,
        sum(
            spend_months.spend_amount * coalesce(gone_periods.gone_ratio, cast(0 as decimal(18, 15)))
        ) as prior_year_to_date_amount
    from spend_months
    inner join year_before
        on spend_months.fiscal_year = year_before.fiscal_year
    inner join periods
        on spend_months.period_start_date = periods.period_start_date
    left join gone_periods
        on periods.period_number = gone_periods.period_number
    group by spend_months.initiative_id
),

open_commitments as (
    select
        coalesce(named_initiatives.initiative_id, '(none)') as initiative_id,
        sum(commitments.reporting_amount) as committed_amount
    from commitments
    left join named_initiatives
        on commitments.named_initiative_id = named_initiatives.initiative_id
    group by coalesce(named_initiatives.initiative_id, '(none)')
),

money_holders as (
    select initiative_id from year_budgets
    union
    select initiative_id from year_forecasts
    union
    select initiative_id from year_spend
    union
    select initiative_id from open_commitments
    where committed_amount <> 0
),

year_positions as (
    select
        money_holders.initiative_id,
        coalesce(named_initiatives.initiative_name, money_holders.initiative_id) as initiative_name,
        named_initiatives.business_unit,
        this_year.fiscal_year,
        this_year.start_date,
        this_year.end_date,
        cast(coalesce(year_budgets.budget_amount, 0) as decimal(38, 2)) as budget_amount,
        cast(coalesce(year_budgets.budget_to_date_amount, 0) as decimal(38, 2)) as budget_to_date_amount,
        cast(coalesce(year_spend.actual_amount, 0) as decimal(38, 2)) as actual_amount,
        cast(coalesce(open_commitments.committed_amount, 0) as decimal(38, 2)) as committed_amount,
        year_spend.initiative_id is not null as has_entries,
        cast(year_forecasts.coming_amount as decimal(38, 2)) as coming_amount,
        cast(prior_spend.prior_year_amount as decimal(38, 2)) as prior_year_amount,
        cast(prior_spend.prior_year_to_date_amount as decimal(38, 2)) as prior_year_to_date_amount,
        coalesce(named_initiatives.has_ended, false) or this_year.end_date <= $as_of as is_over,
        greatest(this_year.start_date, named_initiatives.work_start_date) as work_start_date,
        case
            when named_initiatives.has_ended
                then least(this_year.end_date, coalesce(named_initiatives.actual_end_date, $as_of))
            when named_initiatives.planned_end_date > $as_of
                then least(this_year.end_date, named_initiatives.planned_end_date)
            else this_year.end_date
        end as work_end_date,
        coalesce(named_initiatives.work_start_date <= year_before.start_date, true) as is_long_at_work
    from money_holders
    cross join this_year
    left join year_before
        on year_before.start_date < this_year.start_date
    left join named_initiatives
        on money_holders.initiative_id = named_initiatives.initiative_id
    left join year_budgets
        on money_holders.initiative_id = year_budgets.initiative_id
    left join year_forecasts
        on money_holders.initiative_id = year_forecasts.initiative_id
    left join year_spend
        on money_holders.initiative_id = year_spend.initiative_id
    left join prior_spend
        on money_holders.initiative_id = prior_spend.initiative_id
    left join open_commitments
        on money_holders.initiative_id = open_commitments.initiative_id
),

timed_positions as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        budget_amount,
        budget_to_date_amount,
        actual_amount,
        committed_amount,
        has_entries,
        coming_amount,
        prior_year_amount,
        prior_year_to_date_amount,
        is_over,
        is_long_at_work and work_end_date = end_date as is_whole_year,
        greatest(work_end_date - work_start_date + 1, 0) as day_count,
        greatest(least(work_end_date, $as_of) - work_start_date + 1, 0) as elapsed_day_count
    from year_positions
),

-- the reason comes first, and only what has none is computed
reasoned_positions as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        budget_amount,
        budget_to_date_amount,
        actual_amount,
        committed_amount,
        coming_amount,
        prior_year_amount,
        prior_year_to_date_amount,
        is_over,
        day_count,
        elapsed_day_count,
        case when coming_amount is null then 'no forecast' end as stated_reason,
        case
            when is_over then null
            when budget_to_date_amount <= 0 then 'no budget to date'
            when not has_entries then 'nothing posted yet'
        end as plan_reason,
        case
            when is_over then null
            when elapsed_day_count = 0 then 'not started'
            when not has_entries then 'nothing posted yet'
        end as run_rate_reason,
        case
            when prior_year_amount is null then 'no prior year'
            when not is_whole_year then 'not a whole year'
            when prior_year_to_date_amount <= 0 then 'no share to date'
            when not has_entries then 'nothing posted yet'
        end as prior_year_reason
    from timed_positions
),

forecasts as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        budget_amount,
        budget_to_date_amount,
        actual_amount,
        committed_amount,
        prior_year_amount,
        prior_year_to_date_amount,
        is_over,
        day_count,
        elapsed_day_count,
        stated_reason,
        plan_reason,
        run_rate_reason,
        prior_year_reason,
        cast(actual_amount + coming_amount as decimal(38, 2)) as stated_amount,
        case
            when is_over then actual_amount
            when plan_reason is null
                then cast(
                    cast(actual_amount as double) * cast(budget_amount as double)
                    / nullif(cast(budget_to_date_amount as double), 0)
                    as decimal(38, 2)
                )
        end as plan_amount,
        case
            when is_over then actual_amount
            when run_rate_reason is null
                then cast(
                    cast(actual_amount as double) * day_count / nullif(cast(elapsed_day_count as double), 0)
                    as decimal(38, 2)
                )
        end as run_rate_amount,
        case
            when prior_year_reason is null
                then cast(
                    cast(actual_amount as double) * cast(prior_year_amount as double)
                    / nullif(cast(prior_year_to_date_amount as double), 0)
                    as decimal(38, 2)
                )
        end as prior_shaped_amount
    from reasoned_positions
),

outlooks as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        budget_amount,
        budget_to_date_amount,
        actual_amount,
        committed_amount,
        prior_year_amount,
        prior_year_to_date_amount,
        day_count,
        elapsed_day_count,
        stated_reason,
        plan_reason,
        run_rate_reason,
        prior_year_reason,
        stated_amount,
        plan_amount,
        run_rate_amount,
        prior_shaped_amount,
        case
            when is_over then actual_amount
            else coalesce(stated_amount, plan_amount, prior_shaped_amount, run_rate_amount)
        end as outlook_amount,
        case
            when is_over then 'actual'
            when stated_amount is not null then 'stated'
            when plan_amount is not null then 'plan'
            when prior_shaped_amount is not null then 'prior year'
            when run_rate_amount is not null then 'run rate'
        end as outlook_basis
    from forecasts
),

-- percentages are compared as money against money, so that exactly 10 % is not over 10 %
judged_outlooks as (
    select
        outlooks.initiative_id,
        outlooks.initiative_name,
        outlooks.business_unit,
        outlooks.fiscal_year,
        outlooks.start_date,
        outlooks.end_date,
        outlooks.budget_amount,
        outlooks.budget_to_date_amount,
        outlooks.actual_amount,
        outlooks.committed_amount,
        outlooks.prior_year_amount,
        outlooks.prior_year_to_date_amount,
        outlooks.day_count,
        outlooks.elapsed_day_count,
        outlooks.stated_reason,
        outlooks.plan_reason,
        outlooks.run_rate_reason,
        outlooks.prior_year_reason,
        outlooks.stated_amount,
        outlooks.plan_amount,
        outlooks.run_rate_amount,
        outlooks.prior_shaped_amount,
        outlooks.outlook_amount,
        outlooks.outlook_basis,
        rules.reporting_currency,
        rules.materiality_combine,
        rules.amount_rule,
        rules.ratio_rule,
        coalesce(
            abs(outlooks.budget_amount - outlooks.outlook_amount) > rules.materiality_amount,
            false
        ) as is_over_amount,
        coalesce(
            abs(outlooks.budget_amount - outlooks.outlook_amount)
            > abs(outlooks.budget_amount) * rules.materiality_ratio,
            false
        ) as is_over_ratio
    from outlooks
    cross join rules
)

select
    judged_outlooks.initiative_id,
    judged_outlooks.initiative_name,
    judged_outlooks.business_unit,
    judged_outlooks.fiscal_year,
    judged_outlooks.start_date,
    judged_outlooks.end_date,
    chosen_versions.version as budget_version,
    judged_outlooks.reporting_currency as currency,
    judged_outlooks.budget_amount,
    judged_outlooks.actual_amount,
    judged_outlooks.committed_amount,
    cast(
        judged_outlooks.budget_amount - judged_outlooks.actual_amount - judged_outlooks.committed_amount
        as decimal(38, 2)
    ) as available_amount,
    cast(judged_outlooks.day_count as bigint) as day_count,
    cast(judged_outlooks.elapsed_day_count as bigint) as elapsed_day_count,
    cast(judged_outlooks.elapsed_day_count as double)
    / nullif(cast(judged_outlooks.day_count as double), 0) as elapsed_ratio,
    judged_outlooks.budget_to_date_amount,
    judged_outlooks.stated_amount as stated_forecast_amount,
    cast(judged_outlooks.budget_amount - judged_outlooks.stated_amount as decimal(38, 2)) as stated_variance_amount,
    judged_outlooks.stated_reason,
    judged_outlooks.plan_amount as plan_forecast_amount,
    cast(judged_outlooks.budget_amount - judged_outlooks.plan_amount as decimal(38, 2)) as plan_variance_amount,
    judged_outlooks.plan_reason,
    judged_outlooks.run_rate_amount as run_rate_forecast_amount,
    cast(
        judged_outlooks.budget_amount - judged_outlooks.run_rate_amount as decimal(38, 2)
    ) as run_rate_variance_amount,
    judged_outlooks.run_rate_reason,
    judged_outlooks.prior_year_to_date_amount,
    judged_outlooks.prior_year_amount,
    judged_outlooks.prior_shaped_amount as prior_year_forecast_amount,
    cast(
        judged_outlooks.budget_amount - judged_outlooks.prior_shaped_amount as decimal(38, 2)
    ) as prior_year_variance_amount,
    judged_outlooks.prior_year_reason,
    judged_outlooks.outlook_amount,
    judged_outlooks.outlook_basis,
    cast(judged_outlooks.budget_amount - judged_outlooks.outlook_amount as decimal(38, 2)) as variance_amount,
    cast(judged_outlooks.budget_amount - judged_outlooks.outlook_amount as double)
    / nullif(cast(abs(judged_outlooks.budget_amount) as double), 0) as variance_ratio,
    (judged_outlooks.is_over_amount and judged_outlooks.is_over_ratio)
    or (
        judged_outlooks.materiality_combine = 'any'
        and (judged_outlooks.is_over_amount or judged_outlooks.is_over_ratio)
    ) as is_material,
    case
        when judged_outlooks.is_over_amount and judged_outlooks.is_over_ratio
            then judged_outlooks.amount_rule || ' and ' || judged_outlooks.ratio_rule
        when judged_outlooks.materiality_combine <> 'any' then null
        when judged_outlooks.is_over_amount then judged_outlooks.amount_rule
        when judged_outlooks.is_over_ratio then judged_outlooks.ratio_rule
    end as materiality_rule,
    case
        when judged_outlooks.outlook_amount is null then 'no outlook'
        when judged_outlooks.budget_amount = 0 then 'unbudgeted'
    end as status_reason
from judged_outlooks
left join chosen_versions
    on judged_outlooks.initiative_id = chosen_versions.initiative_id
order by initiative_id, fiscal_year
