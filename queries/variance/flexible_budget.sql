-- question: Would the budget have been kept at the quantities that were really needed?
-- grain:    initiative_id, account
-- columns:
--   initiative_id             text           initiative; '(none)' collects money without one
--   initiative_name           text           name of the initiative
--   account                   text           account; '(none)' when none is named
--   budget_version            text           version compared with; NULL when there is none of the preferred ones
--   currency                  text           reporting currency
--   budget_amount             decimal(38,2)  static budget: what is due by the as-of date
--   fixed_budget_amount       decimal(38,2)  the part of it whose rows carry no quantity; it stays as it is
--   variable_budget_amount    decimal(38,2)  the part of it whose rows carry a quantity
--   budget_quantity           double         units planned by the as-of date; NULL when no row carries any
--   standard_price            double         variable_budget_amount / budget_quantity, in currency per unit
--   actual_amount             decimal(38,2)  spend to date; positive = money spent
--   unmeasured_actual_amount  decimal(38,2)  the part of it whose entries carry no quantity
--   measured_actual_amount    decimal(38,2)  the part of it whose entries carry a quantity
--   actual_quantity           double         units bought to date; NULL when no entry carries any
--   actual_price              double         measured_actual_amount / actual_quantity, in currency per unit
--   flexible_budget_amount    decimal(38,2)  fixed part plus standard price times actual quantity
--   static_variance_amount    decimal(38,2)  static budget less actual; positive = under budget
--   flexible_variance_amount  decimal(38,2)  flexible budget less actual: what price and waste did; positive = under
--                                            budget
--   volume_variance_amount    decimal(38,2)  static less flexible budget: what the quantity did; positive = fewer
--                                            units than planned
--   status_reason             text           NULL, or why there is no flexible budget: 'no budget quantity', 'budget
--                                            quantity is not above zero', 'no actual quantity'
-- checks:
--   sum(static_variance_amount) = sum(budget_amount - actual_amount)
--   count(*) filter (where static_variance_amount <> flexible_variance_amount + volume_variance_amount) = 0
--   count(*) filter (where budget_amount <> fixed_budget_amount + variable_budget_amount) = 0
--   count(*) filter (where actual_amount <> unmeasured_actual_amount + measured_actual_amount) = 0
--   count(*) filter (where (flexible_budget_amount is null) = (status_reason is null)) = 0
-- receipt:
--   budget_amount             budgets.due_part_amount where initiative_id = $initiative_id and account = $account
--                             and is_chosen and period_start_date <= $as_of
--   actual_amount             spend where initiative_id = $initiative_id and account = $account
--   unmeasured_actual_amount  spend where initiative_id = $initiative_id and account = $account and quantity is null
--   measured_actual_amount    spend where initiative_id = $initiative_id and account = $account
--                             and quantity is not null
--   static_variance_amount    budget_amount less actual_amount
-- leaves out: accounts of initiatives without a quantity on either side; unit_price, which must follow from amount
--             and quantity; commitments
-- method:   METHODS 9, for costs (s = -1): with 100 units planned at 10.00 and 120 bought at 9.50 the flexible
--             budget is 1200.00, the flexible-budget variance +60.00, the volume variance -200.00 and the static
--             variance -140.00. A budget row that is still running counts by days, quantity and amount alike. The
--             flexible budget is rounded to the cent once, so that the parts are the whole exactly.
with known_initiatives as (
    select initiative_id, name as initiative_name
    from initiatives
),

chosen_versions as (
    select initiative_id, version
    from base.chosen_budget
),

account_budgets as (
    select initiative_id, account, version, period_start_date, due_amount
    from base.budget_by_account
),

account_spend as (
    select initiative_id, account, spend_amount
    from base.spend_by_account
),

rules as (
    select reporting_currency
    from base.rules
),

due_rows as (
    select
        initiative_id as named_initiative_id,
        coalesce(account, '(none)') as account,
        coalesce(version, '(none)') as version,
        cast(reporting_amount as decimal(38, 2)) as whole_amount,
        cast(quantity as decimal(28, 6)) as whole_quantity,
        cast(
            cast(least(period_end_date, $as_of) - period_start_date + 1 as double)
            / nullif(cast(period_end_date - period_start_date + 1 as double), 0)
            as decimal(18, 15)
        ) as due_ratio
    from budgets
    where period_start_date <= $as_of
),

chosen_rows as (
    select
        chosen_versions.initiative_id,
        due_rows.account,
        due_rows.whole_quantity is not null as is_measured,
        cast(due_rows.whole_amount * due_rows.due_ratio as decimal(38, 2)) as due_amount,
        cast(due_rows.whole_quantity * due_rows.due_ratio as decimal(28, 6)) as due_quantity
    from due_rows
    left join known_initiatives
        on due_rows.named_initiative_id = known_initiatives.initiative_id
    inner join chosen_versions
        on coalesce(known_initiatives.initiative_id, '(none)') = chosen_versions.initiative_id
        and due_rows.version = chosen_versions.version
),

measured_budgets as (
    select
        initiative_id,
        account,
        bool_and(is_measured) as is_wholly_measured,
        sum(case when is_measured then due_amount end) as measured_amount,
        sum(due_quantity) as budget_quantity
    from chosen_rows
    group by initiative_id, account
    having bool_or(is_measured)
),

measured_spend as (
    select
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        coalesce(entries.account, '(none)') as account,
        sum(entries.reporting_amount) as measured_amount,
        sum(cast(entries.quantity as decimal(28, 6))) as actual_quantity
    from spend as entries
    left join known_initiatives
        on entries.initiative_id = known_initiatives.initiative_id
    where
        entries.quantity is not null
        and coalesce(entries.kind, 'actual') = 'actual'
    group by coalesce(known_initiatives.initiative_id, '(none)'), coalesce(entries.account, '(none)')
),

budget_totals as (
    select
        account_budgets.initiative_id,
        account_budgets.account,
        sum(account_budgets.due_amount) as budget_amount
    from account_budgets
    inner join chosen_versions
        on account_budgets.initiative_id = chosen_versions.initiative_id
        and account_budgets.version = chosen_versions.version
    where account_budgets.period_start_date <= $as_of
    group by account_budgets.initiative_id, account_budgets.account
),

spend_totals as (
    select
        initiative_id,
        account,
        sum(spend_amount) as actual_amount
    from account_spend
    group by initiative_id, account
),

items as (
    select initiative_id, account
    from measured_budgets
    union
    select initiative_id, account
    from measured_spend
),

-- a budget that carries quantities throughout is variable to the last cent
item_money as (
    select
        items.initiative_id,
        items.account,
        cast(coalesce(budget_totals.budget_amount, 0) as decimal(38, 2)) as budget_amount,
        cast(
            case
                when measured_budgets.is_wholly_measured then coalesce(budget_totals.budget_amount, 0)
                else coalesce(measured_budgets.measured_amount, 0)
            end as decimal(38, 2)
        ) as variable_budget_amount,
        cast(measured_budgets.budget_quantity as double) as budget_quantity,
        cast(coalesce(spend_totals.actual_amount, 0) as decimal(38, 2)) as actual_amount,
        cast(coalesce(measured_spend.measured_amount, 0) as decimal(38, 2)) as measured_actual_amount,
        cast(measured_spend.actual_quantity as double) as actual_quantity,
        case
            when measured_budgets.budget_quantity is null then 'no budget quantity'
            when measured_budgets.budget_quantity <= 0 then 'budget quantity is not above zero'
            when measured_spend.actual_quantity is null then 'no actual quantity'
        end as status_reason
    from items
    left join measured_budgets
        on items.initiative_id = measured_budgets.initiative_id
        and items.account = measured_budgets.account
    left join measured_spend
        on items.initiative_id = measured_spend.initiative_id
        and items.account = measured_spend.account
    left join budget_totals
        on items.initiative_id = budget_totals.initiative_id
        and items.account = budget_totals.account
    left join spend_totals
        on items.initiative_id = spend_totals.initiative_id
        and items.account = spend_totals.account
),

flexed_items as (
    select
        initiative_id,
        account,
        budget_amount,
        cast(budget_amount - variable_budget_amount as decimal(38, 2)) as fixed_budget_amount,
        variable_budget_amount,
        budget_quantity,
        case
            when budget_quantity > 0 then cast(variable_budget_amount as double) / nullif(budget_quantity, 0)
        end as standard_price,
        actual_amount,
        cast(actual_amount - measured_actual_amount as decimal(38, 2)) as unmeasured_actual_amount,
        measured_actual_amount,
        actual_quantity,
        cast(measured_actual_amount as double) / nullif(actual_quantity, 0) as actual_price,
        case
            when status_reason is null
                then cast(
                    budget_amount - variable_budget_amount
                    + cast(
                        cast(variable_budget_amount as double) * actual_quantity / nullif(budget_quantity, 0)
                        as decimal(38, 2)
                    )
                    as decimal(38, 2)
                )
        end as flexible_budget_amount,
        status_reason
    from item_money
)

select
    flexed_items.initiative_id,
    coalesce(known_initiatives.initiative_name, flexed_items.initiative_id) as initiative_name,
    flexed_items.account,
    chosen_versions.version as budget_version,
    rules.reporting_currency as currency,
    flexed_items.budget_amount,
    flexed_items.fixed_budget_amount,
    flexed_items.variable_budget_amount,
    flexed_items.budget_quantity,
    flexed_items.standard_price,
    flexed_items.actual_amount,
    flexed_items.unmeasured_actual_amount,
    flexed_items.measured_actual_amount,
    flexed_items.actual_quantity,
    flexed_items.actual_price,
    flexed_items.flexible_budget_amount,
    cast(flexed_items.budget_amount - flexed_items.actual_amount as decimal(38, 2)) as static_variance_amount,
    cast(
        flexed_items.flexible_budget_amount - flexed_items.actual_amount as decimal(38, 2)
    ) as flexible_variance_amount,
    cast(
        flexed_items.budget_amount - flexed_items.flexible_budget_amount as decimal(38, 2)
    ) as volume_variance_amount,
    flexed_items.status_reason
from flexed_items
left join known_initiatives
    on flexed_items.initiative_id = known_initiatives.initiative_id
left join chosen_versions
    on flexed_items.initiative_id = chosen_versions.initiative_id
cross join rules
order by initiative_id, account
