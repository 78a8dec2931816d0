-- question: Do all who use a word for a measure measure the same thing in the same way?
-- grain:    concept
-- columns:
--   concept        text           the word for what is measured, in lower case (warning.metric_contract_parts)
--   concept_basis  text           'concept' when a KPI names it so, 'name' when KPIs only share their name
--   kpi_count      bigint         KPIs that use the word
--   unit_count     bigint         business units, or lists of them, to which these KPIs belong
--   measure_count  bigint         different contracts among them: unit, direction and aggregation
--   difference     text           what differs, such as 'unit, direction, cadence'; NULL when nothing does
--   units          text           units of the values, such as '% of drops; minutes late per stop'; NULL when none
--                                 is given
--   cadences       text           days between values, such as '31; 92'; NULL when none is given
--   verdict        text           'one measure'; 'several measures' when unit, direction or aggregation differ: their
--                                 values must not be added, averaged or compared; NULL when unknown
--   currency       text           reporting currency
--   spend_amount   decimal(38,2)  spend of the trailing periods linked to the goals that these KPIs measure, each
--                                 goal once; positive = money spent
--   status_reason  text           NULL, or why there is no verdict: 'unit not given', 'direction not given' (of one
--                                 KPI at least, while what is given agrees)
-- checks:
--   count(*) filter (where (verdict is null) <> (status_reason is not null)) = 0
--   count(*) filter (where verdict = 'several measures' and (difference is null or measure_count < 2)) = 0
--   sum(kpi_count) = (select count(*) from warning.metric_contract_parts)
-- receipt:  kpis where kpi_id in (select p.kpi_id from warning.metric_contract_parts as p where p.concept = $concept)
--   spend_amount  spend where is_trailing and goal_id in (select l.goal_id from base.links as l
--                 inner join warning.metric_contract_parts as p on l.child_id = p.kpi_id
--                 where l.child_type = 'kpi' and p.concept = $concept)
-- leaves out: KPIs that share their word with no other KPI and name no concept; how a value is counted, which only
--             its owner can say; values
-- method:   A word used once is one measure. Cadences that differ are named and make no other measure: the same
--             thing is looked at more or less often. What one KPI does not say cannot differ.
with parts as (
    select
        concept,
        kpi_id,
        concept_basis,
        business_unit,
        unit,
        direction,
        aggregation,
        cadence_days,
        measure_number,
        case when lower(unit) in ('percent', 'per cent', 'pct') then '%' else lower(unit) end as compared_unit
    from warning.metric_contract_parts
),

links as (
    select child_id as kpi_id, goal_id
    from base.links
    where child_type = 'kpi'
),

trailing_spend as (
    select goal_spend.goal_id, sum(goal_spend.spend_amount) as spend_amount
    from base.spend_by_goal as goal_spend
    inner join base.periods as periods
        on goal_spend.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by goal_spend.goal_id
),

rules as (
    select reporting_currency
    from base.rules
),

concept_goals as (
    select distinct parts.concept, links.goal_id
    from parts
    inner join links
        on parts.kpi_id = links.kpi_id
),

concept_spend as (
    select concept_goals.concept, sum(trailing_spend.spend_amount) as spend_amount
    from concept_goals
    inner join trailing_spend
        on concept_goals.goal_id = trailing_spend.goal_id
    group by concept_goals.concept
),

concept_units as (
    select concept, string_agg(unit, '; ' order by unit) as units
    from (
        select concept, min(unit) as unit
        from parts
        where compared_unit is not null
        group by concept, compared_unit
    ) as spelled_units
    group by concept
),

concept_cadences as (
    select concept, string_agg(cast(cadence_days as text), '; ' order by cadence_days) as cadences
    from (
        select distinct concept, cadence_days
        from parts
        where cadence_days is not null
    ) as known_cadences
    group by concept
),

counted_concepts as (
    select
        concept,
        min(concept_basis) as concept_basis,
        count(*) as kpi_count,
        count(distinct business_unit) as unit_count,
        max(measure_number) as measure_count,
        count(distinct compared_unit) > 1 as has_units,
        count(distinct direction) > 1 as has_directions,
        count(distinct aggregation) > 1 as has_aggregations,
        count(distinct cadence_days) > 1 as has_cadences,
        count(*) > 1 and count(unit) < count(*) as lacks_unit,
        count(*) > 1 and count(direction) < count(*) as lacks_direction
    from parts
    group by concept
),

judged_concepts as (
    select
        concept,
        concept_basis,
        kpi_count,
        unit_count,
        measure_count,
        nullif(
            concat_ws(
                ', ',
                case when has_units then 'unit' end,
                case when has_directions then 'direction' end,
                case when has_aggregations then 'aggregation' end,
                case when has_cadences then 'cadence' end
            ),
            ''
        ) as difference,
        case
            when has_units or has_directions or has_aggregations then 'several measures'
            when lacks_unit or lacks_direction then null
            else 'one measure'
        end as verdict,
        case
            when has_units or has_directions or has_aggregations then null
            when lacks_unit then 'unit not given'
            when lacks_direction then 'direction not given'
        end as status_reason
    from counted_concepts
)

select
    judged_concepts.concept,
    judged_concepts.concept_basis,
    cast(judged_concepts.kpi_count as bigint) as kpi_count,
    cast(judged_concepts.unit_count as bigint) as unit_count,
    cast(judged_concepts.measure_count as bigint) as measure_count,
    judged_concepts.difference,
    concept_units.units,
    concept_cadences.cadences,
    judged_concepts.verdict,
    rules.reporting_currency as currency,
    cast(coalesce(concept_spend.spend_amount, 0) as decimal(38, 2)) as spend_amount,
    judged_concepts.status_reason
from judged_concepts
left join concept_units
    on judged_concepts.concept = concept_units.concept
left join concept_cadences
    on judged_concepts.concept = concept_cadences.concept
left join concept_spend
    on judged_concepts.concept = concept_spend.concept
cross join rules
order by concept
