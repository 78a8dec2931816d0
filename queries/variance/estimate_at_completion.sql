-- question: What will each initiative have cost when it is done, if it goes on as it has?
-- grain:    initiative_id, variant
-- columns:
--   initiative_id          text           initiative
--   variant                text           how the rest is estimated: 'cpi' (at the cost performance to date),
--                                         'remaining_at_plan' (as budgeted), 'cpi_spi' (at cost times schedule
--                                         performance), 'composite' (0.8 CPI + 0.2 SPI), 'recent_cpi' (at the cost
--                                         performance of the last 3 periods), 'bottom_up' (as the initiative itself
--                                         forecasts)
--   initiative_name        text           name of the initiative
--   currency               text           reporting currency
--   bac_amount             decimal(38,2)  budget at completion (BAC)
--   earned_value_amount    decimal(38,2)  earned value (EV)
--   actual_amount          decimal(38,2)  actual cost (AC): spend to date
--   remaining_work_amount  decimal(38,2)  BAC less EV: the work that is left, at plan
--   performance_ratio      double         what the remaining work is divided by; 1 at plan; NULL for 'bottom_up'
--   etc_amount             decimal(38,2)  estimate to complete (ETC): what the rest will cost
--   eac_amount             decimal(38,2)  estimate at completion (EAC): AC plus ETC
--   vac_amount             decimal(38,2)  BAC less EAC; positive = it will cost less than budgeted
--   vac_ratio              double         vac_amount / BAC
--   tcpi_bac_ratio         double         performance needed from now on to end within BAC: remaining work /
--                                         (BAC less AC); NULL when nothing of it is left
--   tcpi_eac_ratio         double         performance needed to end within this EAC: remaining work / ETC
--   tcpi_reason            text           NULL, or why one of the two is missing though there is an estimate:
--                                         'budget exhausted' (to BAC), 'nothing left to spend' (to EAC)
--   status_reason          text           NULL, or why there is no estimate: 'no budget', 'budget is zero', 'budget
--                                         is negative', 'no progress reported', 'initiative is cancelled', 'nothing
--                                         spent', 'spend is negative', 'nothing earned yet', 'no dates to phase by',
--                                         'nothing planned yet', 'plan to date is negative', 'no earlier progress',
--                                         'nothing spent lately', 'nothing earned lately', 'no forecast'
-- checks:
--   count(*) = 6 * (select count(*) from variance.earned_value)
--   count(*) filter (where (eac_amount is null) <> (status_reason is not null)) = 0
--   count(*) filter (where eac_amount <> actual_amount + etc_amount or vac_amount <> bac_amount - eac_amount) = 0
-- receipt:  variance.earned_value where initiative_id = $initiative_id;
--             base.earned_value_by_period where initiative_id = $initiative_id and has_started;
--             budgets where initiative_id = $initiative_id and version = 'forecast'
--   actual_amount  spend where initiative_id = $initiative_id
-- leaves out: commitments; initiatives that are cancelled have no estimate
-- method:   METHODS 1, variants (a) to (f). When all work is earned, the estimate is what was spent. The forecast
--             of 'bottom_up' is the budget version 'forecast' after the as-of date, in the running period by days;
--             an initiative younger than the last 3 periods has its whole life as its recent past.
with positions as (
    select
        initiative_id,
        initiative_name,
        stage,
        currency,
        bac_amount,
        planned_value_amount,
        earned_value_amount,
        actual_amount,
        cpi_ratio,
        spi_ratio,
        status_reason
    from variance.earned_value
),

recent_rules as (
    select cast(eac_recent_periods as bigint) as recent_periods
    from base.rules
),

past_periods as (
    select
        initiative_id,
        earned_value_amount,
        actual_amount,
        row_number() over (
            partition by initiative_id
            order by period_start_date desc
        ) as periods_back
    from base.earned_value_by_period
    where has_started
),

earlier_positions as (
    select
        past_periods.initiative_id,
        past_periods.earned_value_amount,
        past_periods.actual_amount
    from past_periods
    inner join recent_rules
        on past_periods.periods_back = recent_rules.recent_periods + 1
),

forecasts as (
    select
        budget_months.initiative_id,
        sum(budget_months.budget_amount - budget_months.due_amount) as forecast_amount
    from base.budget_by_month as budget_months
    inner join base.periods as periods
        on budget_months.period_start_date = periods.period_start_date
    where
        budget_months.version = 'forecast'
        and not periods.is_complete
    group by budget_months.initiative_id
),

recent_positions as (
    select
        positions.initiative_id,
        positions.initiative_name,
        positions.currency,
        positions.bac_amount,
        positions.planned_value_amount,
        positions.earned_value_amount,
        positions.actual_amount,
        positions.bac_amount - positions.earned_value_amount as remaining_work_amount,
        positions.cpi_ratio,
        positions.spi_ratio,
        positions.earned_value_amount - case
            when earlier_positions.initiative_id is null then cast(0 as decimal(38, 2))
            else earlier_positions.earned_value_amount
        end as recent_earned_amount,
        positions.actual_amount - coalesce(earlier_positions.actual_amount, cast(0 as decimal(38, 2)))
            as recent_actual_amount,
        forecasts.forecast_amount,
        case
            when
                positions.status_reason in (
                    'no budget', 'budget is zero', 'budget is negative', 'no progress reported'
                )
                then positions.status_reason
            when positions.earned_value_amount is null then 'no progress reported'
            when positions.stage = 'cancelled' then 'initiative is cancelled'
        end as position_reason
    from positions
    left join earlier_positions
        on positions.initiative_id = earlier_positions.initiative_id
    left join forecasts
        on positions.initiative_id = forecasts.initiative_id
),

variants as (
    select 'cpi' as variant
    union all
    select 'remaining_at_plan' as variant
    union all
    select 'cpi_spi' as variant
    union all
    select 'composite' as variant
    union all
    select 'recent_cpi' as variant
    union all
    select 'bottom_up' as variant
),

-- the first reason that stands in the way of a variant; finished work needs no estimate of its pace
variant_reasons as (
    select
        recent_positions.initiative_id,
        variants.variant,
        recent_positions.initiative_name,
        recent_positions.currency,
        recent_positions.bac_amount,
        recent_positions.earned_value_amount,
        recent_positions.actual_amount,
        recent_positions.remaining_work_amount,
        recent_positions.cpi_ratio,
        recent_positions.spi_ratio,
        cast(recent_positions.recent_earned_amount as double)
        / nullif(cast(recent_positions.recent_actual_amount as double), 0) as recent_cpi_ratio,
        recent_positions.forecast_amount,
        case
            when recent_positions.position_reason is not null then recent_positions.position_reason
            when variants.variant = 'bottom_up' and recent_positions.forecast_amount is null then 'no forecast'
            when variants.variant in ('bottom_up', 'remaining_at_plan') then null
            when recent_positions.remaining_work_amount = 0 then null
            when variants.variant = 'recent_cpi' and recent_positions.recent_earned_amount is null
                then 'no earlier progress'
            when variants.variant = 'recent_cpi' and recent_positions.recent_actual_amount <= 0
                then 'nothing spent lately'
            when variants.variant = 'recent_cpi' and recent_positions.recent_earned_amount <= 0
                then 'nothing earned lately'
            when variants.variant = 'recent_cpi' then null
            when recent_positions.actual_amount = 0 then 'nothing spent'
            when recent_positions.actual_amount < 0 then 'spend is negative'
            when recent_positions.earned_value_amount = 0 then 'nothing earned yet'
            when variants.variant = 'cpi' then null
            when recent_positions.planned_value_amount is null then 'no dates to phase by'
            when recent_positions.planned_value_amount = 0 then 'nothing planned yet'
            when recent_positions.planned_value_amount < 0 then 'plan to date is negative'
        end as status_reason
    from recent_positions
    cross join variants
),

paced_variants as (
    select
        initiative_id,
        variant,
        initiative_name,
        currency,
        bac_amount,
        earned_value_amount,
        actual_amount,
        remaining_work_amount,
        case
            when status_reason is not null then null
            when variant = 'remaining_at_plan' then cast(1 as double)
            when variant = 'cpi' then cpi_ratio
            when variant = 'cpi_spi' then cpi_ratio * spi_ratio
            when variant = 'composite' then 0.8 * cpi_ratio + 0.2 * spi_ratio
            when variant = 'recent_cpi' then recent_cpi_ratio
        end as performance_ratio,
        forecast_amount,
        status_reason
    from variant_reasons
),

estimates as (
    select
        initiative_id,
        variant,
        initiative_name,
        currency,
        bac_amount,
        earned_value_amount,
        actual_amount,
        remaining_work_amount,
        performance_ratio,
        cast(
            case
                when status_reason is not null then null
                when variant = 'bottom_up' then forecast_amount
                when remaining_work_amount = 0 then cast(0 as decimal(38, 2))
                else cast(
                    cast(remaining_work_amount as double) / nullif(performance_ratio, 0)
                    as decimal(38, 2)
                )
            end
            as decimal(38, 2)
        ) as etc_amount,
        status_reason
    from paced_variants
)

select
    initiative_id,
    variant,
    initiative_name,
    currency,
    bac_amount,
    earned_value_amount,
    actual_amount,
    cast(remaining_work_amount as decimal(38, 2)) as remaining_work_amount,
    performance_ratio,
    etc_amount,
    cast(actual_amount + etc_amount as decimal(38, 2)) as eac_amount,
    cast(bac_amount - actual_amount - etc_amount as decimal(38, 2)) as vac_amount,
    cast(bac_amount - actual_amount - etc_amount as double) / nullif(cast(bac_amount as double), 0) as vac_ratio,
    case
        when bac_amount > 0 and bac_amount > actual_amount
            then cast(remaining_work_amount as double) / nullif(cast(bac_amount - actual_amount as double), 0)
    end as tcpi_bac_ratio,
    case
        when etc_amount > 0
            then cast(remaining_work_amount as double) / nullif(cast(etc_amount as double), 0)
    end as tcpi_eac_ratio,
    case
        when status_reason is not null then null
        when bac_amount <= actual_amount then 'budget exhausted'
        when etc_amount <= 0 then 'nothing left to spend'
    end as tcpi_reason,
    status_reason
from estimates
order by initiative_id, variant
