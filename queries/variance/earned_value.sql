-- question: Does each initiative get the work for its money, and is it as far as it should be?
-- grain:    initiative_id
-- columns:
--   initiative_id             text           initiative
--   initiative_name           text           name of the initiative
--   business_unit             text           unit that runs it; NULL when not given
--   stage                     text           where it stands; NULL when not given
--   currency                  text           reporting currency
--   bac_amount                decimal(38,2)  budget at completion (BAC): the money for the whole initiative
--   bac_basis                 text           'budget' or 'approved' (see base.earned_value_by_period)
--   planned_value_amount      decimal(38,2)  planned value (PV): the part of it that is due on the as-of date
--   earned_value_amount       decimal(38,2)  earned value (EV): bac_amount times the progress of the work
--   actual_amount             decimal(38,2)  actual cost (AC): spend to date
--   cost_variance_amount      decimal(38,2)  EV less AC; positive = the work cost less than planned
--   schedule_variance_amount  decimal(38,2)  EV less PV; positive = ahead of the plan
--   cost_variance_ratio       double         cost variance / EV; NULL unless something is earned
--   schedule_variance_ratio   double         schedule variance / PV; NULL unless something is planned
--   cpi_ratio                 double         cost performance index: EV / AC; above 1 = favourable
--   spi_ratio                 double         schedule performance index: EV / PV; above 1 = favourable; nears 1 at
--                                            the end even when late (see variance.earned_schedule)
--   complete_ratio            double         EV / BAC, the progress of the work, 0..1
--   spent_ratio               double         AC / BAC; above complete_ratio = money runs ahead of the work
--   pv_basis                  text           'budget' or 'linear_assumed': whether the plan to date was phased as
--                                            given or had to be spread
--   ev_method                 text           'percent_complete' or 'weighted_milestones'; NULL without progress
--   cost_status               text           'green', 'amber' or 'red' by cpi_ratio; 'grey' = unknown
--   schedule_status           text           'green', 'amber' or 'red' by spi_ratio; 'grey' = unknown
--   status_reason             text           NULL, or why a figure is missing: 'no budget', 'budget is zero',
--                                            'budget is negative', 'no progress reported', 'no dates to phase by',
--                                            'nothing spent', 'spend is negative', 'nothing planned yet',
--                                            'plan to date is negative', 'nothing earned yet'
-- checks:
--   sum(actual_amount) = (select sum(spend_amount) from base.spend_by_month where initiative_id <> '(none)')
--   sum(cost_variance_amount)
--     = sum(earned_value_amount) - sum(actual_amount) filter (where earned_value_amount is not null)
--   count(*) filter (where (cost_status = 'grey') <> (cpi_ratio is null)) = 0
-- receipt:  base.earned_value_by_period where initiative_id = $initiative_id and has_started;
--             status_reports where initiative_id = $initiative_id;
--             initiatives where initiative_id = $initiative_id
--   actual_amount  spend where initiative_id = $initiative_id
-- leaves out: money without an initiative; commitments; management reserve, which nobody names
-- method:   METHODS 1, PMI names. A ratio equal to a threshold earns the better colour; comparisons are made on
--             nine decimals. Earned value above the budget cannot occur: progress beyond 1 is refused on
--             loading. To add initiatives up, sum the amounts and divide again.
with named_initiatives as (
    select initiative_id, name as initiative_name, business_unit, stage
    from initiatives
),

positions as (
    select
        initiative_id,
        currency,
        bac_amount,
        bac_basis,
        planned_value_amount,
        earned_value_amount,
        actual_amount,
        complete_ratio,
        pv_basis,
        ev_method,
        status_reason
    from base.earned_value_by_period
    where is_running
),

rules as (
    select rag_green_ratio, rag_amber_ratio
    from base.rules
),

measured_positions as (
    select
        initiative_id,
        currency,
        bac_amount,
        bac_basis,
        planned_value_amount,
        earned_value_amount,
        actual_amount,
        earned_value_amount - actual_amount as cost_variance_amount,
        earned_value_amount - planned_value_amount as schedule_variance_amount,
        case
            when bac_amount > 0 and actual_amount > 0
                then cast(earned_value_amount as double) / nullif(cast(actual_amount as double), 0)
        end as cpi_ratio,
        case
            when bac_amount > 0 and planned_value_amount > 0
                then cast(earned_value_amount as double) / nullif(cast(planned_value_amount as double), 0)
        end as spi_ratio,
        complete_ratio,
        pv_basis,
        ev_method,
        case
            when bac_amount = 0 then 'budget is zero'
            when bac_amount < 0 then 'budget is negative'
            when status_reason is not null then status_reason
            when actual_amount = 0 then 'nothing spent'
            when actual_amount < 0 then 'spend is negative'
            when planned_value_amount = 0 then 'nothing planned yet'
            when planned_value_amount < 0 then 'plan to date is negative'
            when earned_value_amount = 0 then 'nothing earned yet'
        end as status_reason
    from positions
)

select
    named_initiatives.initiative_id,
    named_initiatives.initiative_name,
    named_initiatives.business_unit,
    named_initiatives.stage,
    measured_positions.currency,
    measured_positions.bac_amount,
    measured_positions.bac_basis,
    measured_positions.planned_value_amount,
    measured_positions.earned_value_amount,
    measured_positions.actual_amount,
    cast(measured_positions.cost_variance_amount as decimal(38, 2)) as cost_variance_amount,
    cast(measured_positions.schedule_variance_amount as decimal(38, 2)) as schedule_variance_amount,
    case
        when measured_positions.earned_value_amount > 0
            then cast(measured_positions.cost_variance_amount as double)
                / nullif(cast(measured_positions.earned_value_amount as double), 0)
    end as cost_variance_ratio,
    case
        when measured_positions.planned_value_amount > 0
            then cast(measured_positions.schedule_variance_amount as double)
                / nullif(cast(measured_positions.planned_value_amount as double), 0)
    end as schedule_variance_ratio,
    measured_positions.cpi_ratio,
    measured_positions.spi_ratio,
    measured_positions.complete_ratio,
    case
        when measured_positions.bac_amount > 0
            then cast(measured_positions.actual_amount as double)
                / nullif(cast(measured_positions.bac_amount as double), 0)
    end as spent_ratio,
    measured_positions.pv_basis,
    measured_positions.ev_method,
    case
        when measured_positions.cpi_ratio is null then 'grey'
        when round(measured_positions.cpi_ratio, 9) >= round(rules.rag_green_ratio, 9) then 'green'
        when round(measured_positions.cpi_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
        else 'red'
    end as cost_status,
    case
        when measured_positions.spi_ratio is null then 'grey'
        when round(measured_positions.spi_ratio, 9) >= round(rules.rag_green_ratio, 9) then 'green'
        when round(measured_positions.spi_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 'amber'
        else 'red'
    end as schedule_status,
    measured_positions.status_reason
from named_initiatives
inner join measured_positions
    on named_initiatives.initiative_id = measured_positions.initiative_id
cross join rules
order by initiative_id
