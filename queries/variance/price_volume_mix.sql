-- question: How much of each variance is price, how much is quantity, and how much is a change of mix?
-- grain:    initiative_id, account
-- columns:
--   initiative_id           text           initiative; '(none)' collects money without one
--   initiative_name         text           name of the initiative
--   account                 text           account; '(none)' when none is named
--   currency                text           reporting currency
--   budget_amount           decimal(38,2)  budget due by the as-of date whose rows carry a quantity
--   budget_quantity         double         units planned by then; NULL when no row carries any
--   standard_price          double         budget_amount / budget_quantity, in currency per unit
--   actual_amount           decimal(38,2)  spend to date whose entries carry a quantity; positive = money spent
--   actual_quantity         double         units bought to date; NULL when no entry carries any
--   actual_price            double         actual_amount / actual_quantity, in currency per unit
--   standard_mix_ratio      double         budget_quantity as a share of all planned units of the initiative
--   actual_mix_ratio        double         actual_quantity as a share of all units bought by it
--   variance_amount         decimal(38,2)  budget less actual; positive = under budget
--   price_variance_amount   decimal(38,2)  (standard less actual price) times actual quantity; positive = cheaper
--                                          than planned
--   volume_variance_amount  decimal(38,2)  what the initiative's units did in all: variance less price and mix;
--                                          positive = fewer units than planned
--   mix_variance_amount     decimal(38,2)  (units at the standard mix less actual units) times (standard price less
--                                          the initiative's average standard price); positive = a shift to cheaper
--                                          units; 0 for an initiative with one measured account
--   status_reason           text           NULL, or why there are no parts: 'no budget quantity', 'budget quantity is
--                                          not above zero', 'no actual quantity'
-- checks:
--   sum(variance_amount) = sum(budget_amount - actual_amount)
--   count(*) filter (where variance_amount
--     <> price_variance_amount + volume_variance_amount + mix_variance_amount) = 0
--   count(*) filter (where (price_variance_amount is null) = (status_reason is null)) = 0
--   count(*) = (select count(*) from variance.flexible_budget)
-- receipt:
--   budget_amount    variance.flexible_budget.variable_budget_amount where initiative_id = $initiative_id
--                    and account = $account
--   actual_amount    variance.flexible_budget.measured_actual_amount where initiative_id = $initiative_id
--                    and account = $account
--   variance_amount  budget_amount less actual_amount
-- leaves out: money without a quantity, which variance.flexible_budget shows as fixed and unmeasured; accounts
--             without all of standard price and quantities on both sides, in the mix of their initiative
-- method:   METHODS 9, for costs (s = -1): with 100 units planned at 10.00 and 120 bought at 9.50, price is +60.00,
--             volume -200.00 and the variance -140.00. Mix and volume of an initiative add up units across its
--             accounts and mean something only where these are counted in the same unit. Price and mix are rounded
--             to the cent and volume is what remains, so that the three are the variance exactly.
with flexed_items as (
    select
        initiative_id,
        initiative_name,
        account,
        currency,
        variable_budget_amount as budget_amount,
        budget_quantity,
        standard_price,
        measured_actual_amount as actual_amount,
        actual_quantity,
        actual_price,
        cast(flexible_budget_amount - fixed_budget_amount as decimal(38, 2)) as flexed_amount,
        status_reason
    from variance.flexible_budget
),

-- sums of decimals, so that no order of rows can change the last digit
initiative_units as (
    select
        initiative_id,
        cast(sum(cast(budget_quantity as decimal(28, 6))) as double) as budget_quantity,
        cast(sum(cast(actual_quantity as decimal(28, 6))) as double) as actual_quantity,
        cast(sum(budget_amount) as double) as budget_amount
    from flexed_items
    where status_reason is null
    group by initiative_id
),

mixed_items as (
    select
        flexed_items.initiative_id,
        flexed_items.initiative_name,
        flexed_items.account,
        flexed_items.currency,
        flexed_items.budget_amount,
        flexed_items.budget_quantity,
        flexed_items.standard_price,
        flexed_items.actual_amount,
        flexed_items.actual_quantity,
        flexed_items.actual_price,
        flexed_items.flexed_amount,
        flexed_items.status_reason,
        case
            when flexed_items.status_reason is null
                then flexed_items.budget_quantity / nullif(initiative_units.budget_quantity, 0)
        end as standard_mix_ratio,
        case
            when flexed_items.status_reason is null
                then flexed_items.actual_quantity / nullif(initiative_units.actual_quantity, 0)
        end as actual_mix_ratio,
        case
            when flexed_items.status_reason is null
                then cast(
                    (
                        initiative_units.actual_quantity * flexed_items.budget_quantity
                        / nullif(initiative_units.budget_quantity, 0)
                        - flexed_items.actual_quantity
                    )
                    * (
                        flexed_items.standard_price
                        - initiative_units.budget_amount / nullif(initiative_units.budget_quantity, 0)
                    )
                    as decimal(38, 2)
                )
        end as mix_variance_amount
    from flexed_items
    left join initiative_units
        on flexed_items.initiative_id = initiative_units.initiative_id
)

select
    initiative_id,
    initiative_name,
    account,
    currency,
    budget_amount,
    budget_quantity,
    standard_price,
    actual_amount,
    actual_quantity,
    actual_price,
    standard_mix_ratio,
    actual_mix_ratio,
    cast(budget_amount - actual_amount as decimal(38, 2)) as variance_amount,
    cast(flexed_amount - actual_amount as decimal(38, 2)) as price_variance_amount,
    cast(budget_amount - flexed_amount - mix_variance_amount as decimal(38, 2)) as volume_variance_amount,
    mix_variance_amount,
    status_reason
from mixed_items
order by initiative_id, account
