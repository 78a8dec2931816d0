-- question: How much of each fiscal year's money runs the business, how much changes it, and how much has no choice?
-- grain:    fiscal_year, class
-- columns:
--   fiscal_year          text           fiscal year
--   class                text           'mandatory' (required by law or regulation, whatever else it is), 'run',
--                                       'change', or 'unclassified': nobody said, or no initiative is named
--   is_complete          boolean        true when the year has ended on the as-of date
--   initiative_count     bigint         initiatives of the class with spend or budget in the year
--   currency             text           reporting currency
--   spend_amount         decimal(38,2)  spend of the year; positive = money spent
--   year_amount          decimal(38,2)  spend of all classes in the year
--   spend_ratio          double         spend_amount / year_amount; NULL unless the year's spend is above zero
--   budget_amount        decimal(38,2)  budget of the year due by the as-of date, in the version that each initiative
--                                       is compared with
--   year_budget_amount   decimal(38,2)  the same for all classes
--   budget_ratio         double         budget_amount / year_budget_amount; NULL unless that is above zero
--   status_reason        text           NULL, or why a share is missing: 'no spend', 'spend is negative'
-- checks:
--   sum(spend_amount) = (select sum(spend_amount) from base.spend_by_month)
--   count(*) filter (where initiative_count = 0 and class <> 'unclassified') = 0
-- receipt:
--   spend_amount   spend where fiscal_year = $fiscal_year and $class = case when is_mandatory then 'mandatory'
--                  else coalesce(run_or_change, 'unclassified') end
--   year_amount    spend where fiscal_year = $fiscal_year
--   budget_amount  budgets.due_part_amount where is_chosen and fiscal_year = $fiscal_year and $class = case
--                  when is_mandatory then 'mandatory' else coalesce(run_or_change, 'unclassified') end
--   year_budget_amount  budgets.due_part_amount where is_chosen and fiscal_year = $fiscal_year
-- leaves out: commitments; budget that is not due yet, or in versions not compared with; years without either
-- method:   METHODS 11. An initiative has one class in all years: the one it has on the as-of date.
with initiative_classes as (
    select
        initiative_id,
        case
            when is_mandatory then 'mandatory'
            else coalesce(run_or_change, 'unclassified')
        end as class
    from initiatives
),

spend_years as (
    select
        initiative_id,
        fiscal_year,
        sum(spend_amount) as spend_amount
    from base.spend_by_month
    group by initiative_id, fiscal_year
),

budget_years as (
    select
        budget_months.initiative_id,
        budget_months.fiscal_year,
        sum(budget_months.due_amount) as budget_amount
    from base.budget_by_month as budget_months
    inner join base.chosen_budget as chosen_budget
        on budget_months.initiative_id = chosen_budget.initiative_id
        and budget_months.version = chosen_budget.version
    where budget_months.period_start_date <= $as_of
    group by budget_months.initiative_id, budget_months.fiscal_year
),

rules as (
    select reporting_currency
    from base.rules
),

year_ends as (
    select
        fiscal_year,
        bool_and(is_complete) as is_complete
    from base.periods
    group by fiscal_year
),

initiative_years as (
    select
        coalesce(spend_years.initiative_id, budget_years.initiative_id) as initiative_id,
        coalesce(spend_years.fiscal_year, budget_years.fiscal_year) as fiscal_year,
        coalesce(spend_years.spend_amount, 0) as spend_amount,
        coalesce(budget_years.budget_amount, 0) as budget_amount
    from spend_years
    full join budget_years
        on spend_years.initiative_id = budget_years.initiative_id
        and spend_years.fiscal_year = budget_years.fiscal_year
),

class_years as (
    select
        initiative_years.fiscal_year,
        coalesce(initiative_classes.class, 'unclassified') as class,
        count(initiative_classes.initiative_id) as initiative_count,
        sum(initiative_years.spend_amount) as spend_amount,
        sum(initiative_years.budget_amount) as budget_amount
    from initiative_years
    left join initiative_classes
        on initiative_years.initiative_id = initiative_classes.initiative_id
    group by initiative_years.fiscal_year, coalesce(initiative_classes.class, 'unclassified')
),

whole_years as (
    select
        fiscal_year,
        class,
        initiative_count,
        spend_amount,
        budget_amount,
        sum(spend_amount) over (partition by fiscal_year) as year_amount,
        sum(budget_amount) over (partition by fiscal_year) as year_budget_amount
    from class_years
)

select
    whole_years.fiscal_year,
    whole_years.class,
    year_ends.is_complete,
    cast(whole_years.initiative_count as bigint) as initiative_count,
    rules.reporting_currency as currency,
    cast(whole_years.spend_amount as decimal(38, 2)) as spend_amount,
    cast(whole_years.year_amount as decimal(38, 2)) as year_amount,
    case
        when whole_years.year_amount > 0
            then cast(whole_years.spend_amount as double) / nullif(cast(whole_years.year_amount as double), 0)
    end as spend_ratio,
    cast(whole_years.budget_amount as decimal(38, 2)) as budget_amount,
    cast(whole_years.year_budget_amount as decimal(38, 2)) as year_budget_amount,
    case
        when whole_years.year_budget_amount > 0
            then cast(whole_years.budget_amount as double) / nullif(cast(whole_years.year_budget_amount as double), 0)
    end as budget_ratio,
    case
        when whole_years.year_amount = 0 then 'no spend'
        when whole_years.year_amount < 0 then 'spend is negative'
    end as status_reason
from whole_years
inner join year_ends
    on whole_years.fiscal_year = year_ends.fiscal_year
cross join rules
order by fiscal_year, class
