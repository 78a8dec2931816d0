-- Which part of each ledger entry belongs to which goal?
--
-- One text for three readings: `spend` (actuals) and `commitments` in the reporting currency, and
-- `ledger` (every kind) in the entry's own. One row for each row of a file and goal. part_amount is
-- a difference of rounded running totals within an initiative and fiscal period (and currency, where
-- it is the entry's own), so that the parts of a goal sum to what base.spend_by_link gives it, to
-- the cent, and the parts of a row sum to the row.
with entries as (
    select
        file,
        "row",
        entry_id,
        initiative_id as named_initiative_id,
        posted_date,
        business_unit,
        account,
        cost_centre,
        vendor,
        currency,
        amount,
        quantity,
        $whole as whole_amount
    from spend
    where $kinds
),

posting_days as (
    select distinct posted_date
    from entries
),

days_in_periods as (
    select
        posting_days.posted_date,
        periods.period_start_date,
        periods.fiscal_year,
        periods.fiscal_quarter,
        periods.is_trailing
    from posting_days
    inner join base.periods as periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
),

-- where plans begin; spend before them has nothing to be compared with
plan_beginning as (
    select min(quarters.start_date) as first_planned_date
    from base.budget_by_month as budget_months
    inner join base.chosen_budget as chosen_budgets
        on budget_months.initiative_id = chosen_budgets.initiative_id
        and budget_months.version = chosen_budgets.version
    inner join (
        select fiscal_quarter, min(period_start_date) as start_date
        from base.periods
        group by fiscal_quarter
    ) as quarters
        on budget_months.fiscal_quarter = quarters.fiscal_quarter
    where budget_months.period_start_date <= $as_of
),

quarter_starts as (
    select fiscal_quarter, min(period_start_date) as start_date
    from base.periods
    group by fiscal_quarter
),

placed_entries as (
    select
        entries.file,
        entries."row",
        entries.entry_id,
        entries.named_initiative_id,
        coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
        known_initiatives.business_unit as initiative_unit,
        coalesce(known_initiatives.is_mandatory, false) as is_mandatory,
        known_initiatives.run_or_change,
        entries.posted_date,
        entries.business_unit,
        entries.account,
        entries.cost_centre,
        entries.vendor,
        entries.currency,
        entries.amount,
        entries.quantity,
        days_in_periods.period_start_date,
        days_in_periods.fiscal_year,
        days_in_periods.fiscal_quarter,
        days_in_periods.is_trailing,
        quarter_starts.start_date >= coalesce(plan_beginning.first_planned_date, quarter_starts.start_date)
            as is_planned,
        entries.whole_amount,
        sum(entries.whole_amount) over (
            partition by $apart known_initiatives.initiative_id, days_in_periods.period_start_date
            order by entries.file, entries."row"
            rows between unbounded preceding and current row
        ) as running_amount
    from entries
    inner join days_in_periods
        on entries.posted_date = days_in_periods.posted_date
    inner join quarter_starts
        on days_in_periods.fiscal_quarter = quarter_starts.fiscal_quarter
    left join initiatives as known_initiatives
        on entries.named_initiative_id = known_initiatives.initiative_id
    cross join plan_beginning
)

select
    placed_entries.file,
    placed_entries."row",
    placed_entries.entry_id,
    placed_entries.posted_date,
    placed_entries.initiative_id,
    placed_entries.named_initiative_id,
    goal_shares.goal_id,
    coalesce(placed_entries.business_unit, '(none)') as business_unit,
    coalesce(placed_entries.account, '(none)') as account,
    placed_entries.cost_centre,
    placed_entries.vendor,
    placed_entries.currency,
    placed_entries.amount,
    placed_entries.quantity,
    placed_entries.initiative_unit,
    placed_entries.is_mandatory,
    placed_entries.run_or_change,
    placed_entries.period_start_date,
    placed_entries.fiscal_year,
    placed_entries.fiscal_quarter,
    placed_entries.is_trailing,
    placed_entries.is_planned,
    (
        cast(placed_entries.running_amount * goal_shares.to_ratio as decimal(38, 2))
        - cast((placed_entries.running_amount - placed_entries.whole_amount) * goal_shares.to_ratio as decimal(38, 2))
    ) - (
        cast(placed_entries.running_amount * goal_shares.from_ratio as decimal(38, 2))
        - cast((placed_entries.running_amount - placed_entries.whole_amount) * goal_shares.from_ratio as decimal(38, 2))
    ) as part_amount
from placed_entries
inner join base.goal_shares as goal_shares
    on placed_entries.initiative_id = goal_shares.initiative_id
