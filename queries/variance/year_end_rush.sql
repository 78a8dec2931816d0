-- question: Which units hurry to spend what is left when the fiscal year ends?
-- grain:    business_unit, fiscal_year
-- columns:
--   business_unit        text           unit that runs the initiatives; '(none)' collects money without an initiative
--                                       and initiatives without a unit; '(all)' is the whole ledger
--   fiscal_year          text           fiscal year, ended on the as-of date
--   start_date           date           first day of the year
--   end_date             date           last day of the year
--   last_period_date     date           first day of the last fiscal period of the year
--   period_count         bigint         fiscal periods of the year
--   posted_period_count  bigint         those in which the unit has ledger entries
--   currency             text           reporting currency
--   last_period_amount   decimal(38,2)  spend of the last period; positive = money spent
--   year_amount          decimal(38,2)  spend of the year
--   last_period_ratio    double         last_period_amount / year_amount; NULL unless the year is above zero
--   even_ratio           double         share of one period when all are alike: 1 / period_count
--   hockey_stick_ratio   double         last_period_ratio / even_ratio; 1 = as any other period, above 1 = more at
--                                       the end, which is unfavourable
--   verdict              text           'rush' when the ratio is above the threshold in base.rules, else 'no rush';
--                                       NULL when unknown
--   status_reason        text           NULL, or why there is no ratio: 'spend is not above zero', 'only one period
--                                       posted' (a ledger kept by the year shows no pattern), 'first spend within the
--                                       year' (what came before is not known)
-- checks:
--   sum(year_amount) filter (where business_unit = '(all)')
--     = sum(year_amount) filter (where business_unit <> '(all)')
--   sum(last_period_amount) filter (where business_unit = '(all)')
--     = sum(last_period_amount) filter (where business_unit <> '(all)')
--   count(*) filter (where (hockey_stick_ratio is null) = (status_reason is null)) = 0
--   count(*) filter (where posted_period_count > period_count) = 0
-- receipt:
--   last_period_amount  spend where period_start_date = $last_period_date
--                       and ($business_unit = '(all)' or coalesce(initiative_unit, '(none)') = $business_unit)
--   year_amount         spend where fiscal_year = $fiscal_year
--                       and ($business_unit = '(all)' or coalesce(initiative_unit, '(none)') = $business_unit)
-- leaves out: the running year; years in which a unit has no ledger entry; commitments; the rows of units and the row
--             '(all)' are the same money and must not be added together
-- method:   METHODS 10. A period counts as a period, whatever its number of days. Budgets play no part: a year may be
--             planned to end with a large bill, so read this beside variance.unit_budget_to_actual.
with initiative_units as (
    select initiative_id, business_unit
    from initiatives
),

spend_months as (
    select initiative_id, period_start_date, fiscal_year, spend_amount
    from base.spend_by_month
),

periods as (
    select period_start_date, period_end_date, fiscal_year
    from base.periods
),

rules as (
    select reporting_currency, hockey_stick_ratio
    from base.rules
),

ended_years as (
    select
        fiscal_year,
        min(period_start_date) as start_date,
        max(period_end_date) as end_date,
        max(period_start_date) as last_period_date,
        count(*) as period_count
    from periods
    group by fiscal_year
    having max(period_end_date) <= $as_of
),

unit_months as (
    select
        coalesce(initiative_units.business_unit, '(none)') as business_unit,
        spend_months.fiscal_year,
        spend_months.period_start_date,
        sum(spend_months.spend_amount) as spend_amount
    from spend_months
    left join initiative_units
        on spend_months.initiative_id = initiative_units.initiative_id
    group by
        coalesce(initiative_units.business_unit, '(none)'),
        spend_months.fiscal_year,
        spend_months.period_start_date
),

all_months as (
    select business_unit, fiscal_year, period_start_date, spend_amount
    from unit_months
    union all
    select
        '(all)' as business_unit,
        fiscal_year,
        period_start_date,
        sum(spend_amount) as spend_amount
    from unit_months
    group by fiscal_year, period_start_date
),

dated_months as (
    select
        business_unit,
        fiscal_year,
        period_start_date,
        spend_amount,
        min(period_start_date) over (partition by business_unit) as first_spend_date
    from all_months
),

unit_years as (
    select
        dated_months.business_unit,
        ended_years.fiscal_year,
        ended_years.start_date,
        ended_years.end_date,
        ended_years.last_period_date,
        ended_years.period_count,
        count(*) as posted_period_count,
        min(dated_months.first_spend_date) > ended_years.start_date as begins_within,
        cast(
            sum(
                case
                    when dated_months.period_start_date = ended_years.last_period_date then dated_months.spend_amount
                    else 0
                end
            ) as decimal(38, 2)
        ) as last_period_amount,
        cast(sum(dated_months.spend_amount) as decimal(38, 2)) as year_amount
    from dated_months
    inner join ended_years
        on dated_months.fiscal_year = ended_years.fiscal_year
    group by
        dated_months.business_unit,
        ended_years.fiscal_year,
        ended_years.start_date,
        ended_years.end_date,
        ended_years.last_period_date,
        ended_years.period_count
),

reasoned_years as (
    select
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        last_period_date,
        period_count,
        posted_period_count,
        last_period_amount,
        year_amount,
        case
            when year_amount > 0 then cast(last_period_amount as double) / nullif(cast(year_amount as double), 0)
        end as last_period_ratio,
        case
            when year_amount <= 0 then 'spend is not above zero'
            when posted_period_count = 1 then 'only one period posted'
            when begins_within then 'first spend within the year'
        end as status_reason
    from unit_years
),

rated_years as (
    select
        business_unit,
        fiscal_year,
        start_date,
        end_date,
        last_period_date,
        period_count,
        posted_period_count,
        last_period_amount,
        year_amount,
        last_period_ratio,
        case when status_reason is null then last_period_ratio * period_count end as hockey_stick_ratio,
        status_reason
    from reasoned_years
)

select
    rated_years.business_unit,
    rated_years.fiscal_year,
    rated_years.start_date,
    rated_years.end_date,
    rated_years.last_period_date,
    cast(rated_years.period_count as bigint) as period_count,
    cast(rated_years.posted_period_count as bigint) as posted_period_count,
    rules.reporting_currency as currency,
    rated_years.last_period_amount,
    rated_years.year_amount,
    rated_years.last_period_ratio,
    1 / nullif(cast(rated_years.period_count as double), 0) as even_ratio,
    rated_years.hockey_stick_ratio,
    case
        when rated_years.hockey_stick_ratio is null then null
        when round(rated_years.hockey_stick_ratio, 9) > round(rules.hockey_stick_ratio, 9) then 'rush'
        else 'no rush'
    end as verdict,
    rated_years.status_reason
from rated_years
cross join rules
order by business_unit, fiscal_year
