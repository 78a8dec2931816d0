-- Which part of each budget row belongs to which fiscal period and goal?
--
-- One row for each row of a file, fiscal period and goal. The parts are differences of rounded
-- running totals, as in base.budget_by_account (spread over days) and base.budget_by_link (split
-- among goals), so they sum to those models to the cent.
with budget_rows as (
    select
        file,
        "row",
        initiative_id as named_initiative_id,
        coalesce(account, '(none)') as account,
        coalesce(version, '(none)') as version,
        period_start_date as budget_start_date,
        period_end_date as budget_end_date,
        approved_date,
        currency,
        amount,
        quantity,
        cast(reporting_amount as decimal(38, 2)) as whole_amount
    from budgets
),

spans as (
    select distinct budget_start_date, budget_end_date
    from budget_rows
),

span_parts as (
    select
        spans.budget_start_date,
        spans.budget_end_date,
        periods.period_start_date,
        periods.fiscal_year,
        periods.fiscal_quarter,
        periods.is_trailing,
        cast(periods.elapsed_ratio as decimal(18, 15)) as due_ratio,
        cast(
            cast(greatest(periods.period_start_date - spans.budget_start_date, 0) as double)
            / nullif(spans.budget_end_date - spans.budget_start_date + 1, 0) as decimal(18, 15)
        ) as from_ratio,
        cast(
            cast(least(periods.period_end_date, spans.budget_end_date) - spans.budget_start_date + 1 as double)
            / nullif(spans.budget_end_date - spans.budget_start_date + 1, 0) as decimal(18, 15)
        ) as to_ratio
    from spans
    inner join base.periods as periods
        on spans.budget_start_date <= periods.period_end_date
        and spans.budget_end_date >= periods.period_start_date
),

period_parts as (
    select
        budget_rows.file,
        budget_rows."row",
        budget_rows.named_initiative_id,
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        known_initiatives.business_unit as initiative_unit,
        coalesce(known_initiatives.is_mandatory, false) as is_mandatory,
        known_initiatives.run_or_change,
        budget_rows.account,
        budget_rows.version,
        budget_rows.approved_date,
        budget_rows.currency,
        budget_rows.amount,
        budget_rows.quantity,
        span_parts.period_start_date,
        span_parts.fiscal_year,
        span_parts.fiscal_quarter,
        span_parts.is_trailing,
        span_parts.due_ratio,
        cast(budget_rows.whole_amount * span_parts.to_ratio as decimal(38, 2))
        - cast(budget_rows.whole_amount * span_parts.from_ratio as decimal(38, 2)) as period_amount
    from budget_rows
    inner join span_parts
        on budget_rows.budget_start_date = span_parts.budget_start_date
        and budget_rows.budget_end_date = span_parts.budget_end_date
    left join initiatives as known_initiatives
        on budget_rows.named_initiative_id = known_initiatives.initiative_id
),

-- what is due is rounded per account and period
account_totals as (
    select
        file,
        "row",
        named_initiative_id,
        initiative_id,
        initiative_unit,
        is_mandatory,
        run_or_change,
        account,
        version,
        approved_date,
        currency,
        amount,
        quantity,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        is_trailing,
        due_ratio,
        period_amount,
        sum(period_amount) over (
            partition by initiative_id, account, version, period_start_date
            order by file, "row"
            rows between unbounded preceding and current row
        ) as account_amount
    from period_parts
),

due_parts as (
    select
        file,
        "row",
        named_initiative_id,
        initiative_id,
        initiative_unit,
        is_mandatory,
        run_or_change,
        account,
        version,
        approved_date,
        currency,
        amount,
        quantity,
        period_start_date,
        fiscal_year,
        fiscal_quarter,
        is_trailing,
        period_amount,
        cast(account_amount * due_ratio as decimal(38, 2))
        - cast((account_amount - period_amount) * due_ratio as decimal(38, 2)) as due_amount
    from account_totals
),

running_totals as (
    select
        due_parts.file,
        due_parts."row",
        due_parts.named_initiative_id,
        due_parts.initiative_id,
        due_parts.initiative_unit,
        due_parts.is_mandatory,
        due_parts.run_or_change,
        due_parts.account,
        due_parts.version,
        due_parts.approved_date,
        due_parts.currency,
        due_parts.amount,
        due_parts.quantity,
        due_parts.period_start_date,
        due_parts.fiscal_year,
        due_parts.fiscal_quarter,
        due_parts.is_trailing,
        due_parts.period_amount,
        due_parts.due_amount,
        sum(due_parts.period_amount) over in_order as running_amount,
        sum(due_parts.due_amount) over in_order as running_due_amount
    from due_parts
    window in_order as (
        partition by initiative_id, version, period_start_date
        order by file, "row"
        rows between unbounded preceding and current row
    )
)

select
    running_totals.file,
    running_totals."row",
    running_totals.initiative_id,
    running_totals.named_initiative_id,
    goal_shares.goal_id,
    running_totals.account,
    running_totals.version,
    coalesce(chosen_budgets.version = running_totals.version, false) as is_chosen,
    running_totals.approved_date,
    running_totals.currency,
    running_totals.amount,
    running_totals.quantity,
    running_totals.initiative_unit,
    running_totals.is_mandatory,
    running_totals.run_or_change,
    running_totals.period_start_date,
    running_totals.fiscal_year,
    running_totals.fiscal_quarter,
    running_totals.is_trailing,
    (
        cast(running_totals.running_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast((running_totals.running_amount - running_totals.period_amount) * goal_shares.to_ratio as decimal(38, 2))
    ) - (
        cast(running_totals.running_amount * goal_shares.from_ratio as decimal(38, 2))
        - cast((running_totals.running_amount - running_totals.period_amount) * goal_shares.from_ratio as decimal(38, 2))
    ) as part_amount,
    (
        cast(running_totals.running_due_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast((running_totals.running_due_amount - running_totals.due_amount) * goal_shares.to_ratio as decimal(38, 2))
    ) - (
        cast(running_totals.running_due_amount * goal_shares.from_ratio as decimal(38, 2))
        - cast((running_totals.running_due_amount - running_totals.due_amount) * goal_shares.from_ratio as decimal(38, 2))
    ) as due_part_amount
from running_totals
inner join base.goal_shares as goal_shares
    on running_totals.initiative_id = goal_shares.initiative_id
left join base.chosen_budget as chosen_budgets
    on running_totals.initiative_id = chosen_budgets.initiative_id
