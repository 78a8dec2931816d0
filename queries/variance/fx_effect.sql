-- question: How much of each variance is what was bought, and how much is the exchange rate?
-- grain:    initiative_id, currency
-- columns:
--   initiative_id                 text           initiative; '(none)' collects money without one
--   initiative_name               text           name of the initiative
--   currency                      text           currency of the money, other than the reporting currency
--   reporting_currency            text           reporting currency
--   budget_version                text           version compared with; NULL when there is none of the preferred ones
--   budget_local_amount           decimal(38,2)  budget in this currency, due by the as-of date
--   actual_local_amount           decimal(38,2)  spend to date in this currency; positive = money spent
--   budget_amount                 decimal(38,2)  that budget in the reporting currency
--   actual_amount                 decimal(38,2)  that spend in the reporting currency, at the rates of its days
--   actual_at_budget_rate_amount  decimal(38,2)  the same spend at the budget rates of its days; NULL when there is
--                                                spend on a day without one
--   budget_rate                   double         actual_at_budget_rate_amount / actual_local_amount
--   actual_rate                   double         actual_amount / actual_local_amount
--   variance_amount               decimal(38,2)  budget_amount less actual_amount; positive = under budget
--   variance_ratio                double         variance_amount / |budget_amount|; NULL when the budget is 0
--   operational_variance_amount   decimal(38,2)  budget less actual at budget rates; positive = bought for less
--   rate_variance_amount          decimal(38,2)  actual at budget rates less actual; positive = the currency became
--                                                cheaper
--   status_reason                 text           NULL, or why a figure is missing: 'no budget rate' (there are no
--                                                parts), 'no budget in this currency' (only the ratio is missing)
-- checks:
--   coalesce(sum(actual_amount), 0) = (select coalesce(sum(reporting_amount), 0) from spend
--                                      where coalesce(kind, 'actual') = 'actual'
--                                      and currency <> (select reporting_currency from base.rules))
--   sum(variance_amount) = sum(budget_amount - actual_amount)
--   count(*) filter (where variance_amount <> operational_variance_amount + rate_variance_amount) = 0
--   count(*) filter (where (operational_variance_amount is null)
--                    <> coalesce(status_reason = 'no budget rate', false)) = 0
-- receipt:  spend where initiative_id = $initiative_id; budgets where initiative_id = $initiative_id and is_chosen;
--             fx_rates where currency = $currency
--   actual_amount  spend where initiative_id = $initiative_id and currency = $currency
-- leaves out: money in the reporting currency; commitments; an initiative whose budget is in another currency than
--             its spend shows that spend as operational, since the plan had none in this currency
-- method:   METHODS 9, for costs: operational = (B - A) at the budget rate, rate effect = A times (budget rate less
--             actual rate), both in favour when positive. The budget rate of a day is the newest of kind 'budget' on
--             or before it. Spend at budget rates is rounded to the cent once, so that both parts are the variance
--             exactly. A budget row that is still running counts by days.
with known_initiatives as (
    select initiative_id, name as initiative_name
    from initiatives
),

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
),

rules as (
    select reporting_currency
    from base.rules
),

budget_rates as (
    select
        currency,
        rate_date as from_date,
        lead(rate_date) over (partition by currency order by rate_date) as to_date,
        cast(rate as decimal(18, 9)) as rate
    from fx_rates
    where kind = 'budget'
),

entries as (
    select
        spend.initiative_id as named_initiative_id,
        spend.currency,
        spend.posted_date,
        spend.amount,
        spend.reporting_amount
    from spend
    inner join rules
        on spend.currency <> rules.reporting_currency
    where coalesce(spend.kind, 'actual') = 'actual'
),

due_rows as (
    select
        budgets.initiative_id as named_initiative_id,
        budgets.currency,
        coalesce(budgets.version, '(none)') as version,
        cast(budgets.amount as decimal(38, 2)) as local_amount,
        cast(budgets.reporting_amount as decimal(38, 2)) as reporting_amount,
        cast(
            cast(least(budgets.period_end_date, $as_of) - budgets.period_start_date + 1 as double)
            / nullif(cast(budgets.period_end_date - budgets.period_start_date + 1 as double), 0)
            as decimal(18, 15)
        ) as due_ratio
    from budgets
    inner join rules
        on budgets.currency <> rules.reporting_currency
    where budgets.period_start_date <= $as_of
),

entry_days as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        entries.currency,
        entries.posted_date,
        sum(entries.amount) as local_amount,
        sum(entries.reporting_amount) as reporting_amount
    from entries
    left join known_initiatives
        on entries.named_initiative_id = known_initiatives.initiative_id
    group by coalesce(known_initiatives.initiative_id, '(none)'), entries.currency, entries.posted_date
),

actuals as (
    select
        entry_days.initiative_id,
        entry_days.currency,
        sum(entry_days.local_amount) as actual_local_amount,
        sum(entry_days.reporting_amount) as actual_amount,
        sum(cast(entry_days.local_amount as decimal(25, 2)) * budget_rates.rate) as at_budget_rate_amount,
        bool_or(budget_rates.rate is null) as lacks_rate
    from entry_days
    left join budget_rates
        on entry_days.currency = budget_rates.currency
        and entry_days.posted_date >= budget_rates.from_date
        and entry_days.posted_date < coalesce(budget_rates.to_date, date '9999-12-31')
    group by entry_days.initiative_id, entry_days.currency
),

plans as (
    select
        chosen_versions.initiative_id,
        due_rows.currency,
        sum(cast(due_rows.local_amount * due_rows.due_ratio as decimal(38, 2))) as budget_local_amount,
        sum(cast(due_rows.reporting_amount * due_rows.due_ratio as decimal(38, 2))) as budget_amount
    from due_rows
    left join known_initiatives
        on due_rows.named_initiative_id = known_initiatives.initiative_id
    inner join chosen_versions
        on coalesce(known_initiatives.initiative_id, '(none)') = chosen_versions.initiative_id
        and due_rows.version = chosen_versions.version
    group by chosen_versions.initiative_id, due_rows.currency
),

positions as (
    select initiative_id, currency
    from actuals
    union
    select initiative_id, currency
    from plans
),

position_money as (
    select
        positions.initiative_id,
        positions.currency,
        cast(coalesce(plans.budget_local_amount, 0) as decimal(38, 2)) as budget_local_amount,
        cast(coalesce(actuals.actual_local_amount, 0) as decimal(38, 2)) as actual_local_amount,
        cast(coalesce(plans.budget_amount, 0) as decimal(38, 2)) as budget_amount,
        cast(coalesce(actuals.actual_amount, 0) as decimal(38, 2)) as actual_amount,
        case
            when coalesce(actuals.lacks_rate, false) then null
            else cast(coalesce(actuals.at_budget_rate_amount, 0) as decimal(38, 2))
        end as actual_at_budget_rate_amount
    from positions
    left join plans
        on positions.initiative_id = plans.initiative_id
        and positions.currency = plans.currency
    left join actuals
        on positions.initiative_id = actuals.initiative_id
        and positions.currency = actuals.currency
)

select
    position_money.initiative_id,
    coalesce(known_initiatives.initiative_name, position_money.initiative_id) as initiative_name,
    position_money.currency,
    rules.reporting_currency,
    chosen_versions.version as budget_version,
    position_money.budget_local_amount,
    position_money.actual_local_amount,
    position_money.budget_amount,
    position_money.actual_amount,
    position_money.actual_at_budget_rate_amount,
    cast(position_money.actual_at_budget_rate_amount as double)
    / nullif(cast(position_money.actual_local_amount as double), 0) as budget_rate,
    cast(position_money.actual_amount as double)
    / nullif(cast(position_money.actual_local_amount as double), 0) as actual_rate,
    cast(position_money.budget_amount - position_money.actual_amount as decimal(38, 2)) as variance_amount,
    cast(position_money.budget_amount - position_money.actual_amount as double)
    / nullif(cast(abs(position_money.budget_amount) as double), 0) as variance_ratio,
    cast(
        position_money.budget_amount - position_money.actual_at_budget_rate_amount as decimal(38, 2)
    ) as operational_variance_amount,
    cast(
        position_money.actual_at_budget_rate_amount - position_money.actual_amount as decimal(38, 2)
    ) as rate_variance_amount,
    case
        when position_money.actual_at_budget_rate_amount is null then 'no budget rate'
        when position_money.budget_amount = 0 then 'no budget in this currency'
    end as status_reason
from position_money
left join known_initiatives
    on position_money.initiative_id = known_initiatives.initiative_id
left join chosen_versions
    on position_money.initiative_id = chosen_versions.initiative_id
cross join rules
order by initiative_id, currency
