-- question: By what contract does each KPI that shares its word with others measure: unit, direction, aggregation,
--           cadence?
-- grain:    concept, kpi_id
-- columns:
--   concept         text     the word for what is measured, in lower case: the concept that the KPI names, else its
--                            name where another KPI without a concept has the same
--   kpi_id          text     KPI
--   concept_basis   text     'concept' or 'name'
--   kpi_name        text     name of the KPI
--   goal_id         text     goal the KPI names; NULL when not given
--   owner           text     who answers for it; NULL when not given
--   business_unit   text     unit it belongs to, else the units that its values name; '(all)' when neither does
--   unit            text     unit of the values as written; NULL when not given
--   direction       text     'up', 'down' or 'range'; NULL for a range without bounds, which says nothing
--   aggregation     text     how values make the actual: 'last' when not given
--   cadence_days    bigint   days between values; NULL when not given
--   measure_number  bigint   1 for the first measure of the concept, by KPI id; KPIs that are measured alike have the
--                            same number
-- checks:
--   min(measure_number) = 1
--   count(*) = count(distinct kpi_id)
-- receipt:  kpis where kpi_id = $kpi_id; kpi_values where kpi_id = $kpi_id
-- leaves out: KPIs without a concept whose name no other has; values, which are not to be added or averaged over
--             measures
-- method:   Alike means the same unit, direction and aggregation, blanks and case aside; 'percent', 'per cent' and
--             'pct' are '%'. What is not given is like anything of its own kind only, see warning.metric_contracts.
with known_kpis as (
    select
        kpi_id,
        name as kpi_name,
        nullif(goal_id, '') as goal_id,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        nullif(trim(unit), '') as unit,
        case
            when direction = 'range' and lower is null and upper is null then null
            else direction
        end as direction,
        coalesce(aggregation, 'last') as aggregation,
        cadence_days,
        nullif(lower(trim(concept)), '') as given_concept,
        lower(trim(name)) as given_name
    from kpis
),

value_units as (
    select distinct kpi_id, business_unit
    from kpi_values
    where nullif(business_unit, '') is not null
),

measured_units as (
    select kpi_id, string_agg(business_unit, ', ' order by business_unit) as business_unit
    from value_units
    group by kpi_id
),

shared_names as (
    select given_name
    from known_kpis
    where given_concept is null
    group by given_name
    having count(*) > 1
),

parts as (
    select
        coalesce(known_kpis.given_concept, shared_names.given_name) as concept,
        case when known_kpis.given_concept is null then 'name' else 'concept' end as concept_basis,
        known_kpis.kpi_id,
        known_kpis.kpi_name,
        known_kpis.goal_id,
        known_kpis.owner,
        coalesce(known_kpis.business_unit, measured_units.business_unit, '(all)') as business_unit,
        known_kpis.unit,
        known_kpis.direction,
        known_kpis.aggregation,
        known_kpis.cadence_days,
        case
            when lower(known_kpis.unit) in ('percent', 'per cent', 'pct') then '%'
            else coalesce(lower(known_kpis.unit), '')
        end
        || chr(31) || coalesce(known_kpis.direction, '')
        || chr(31) || known_kpis.aggregation as contract
    from known_kpis
    left join shared_names
        on known_kpis.given_name = shared_names.given_name
    left join measured_units
        on known_kpis.kpi_id = measured_units.kpi_id
    where known_kpis.given_concept is not null or shared_names.given_name is not null
),

-- a measure is named by the first KPI that has it
first_parts as (
    select
        concept,
        concept_basis,
        kpi_id,
        kpi_name,
        goal_id,
        owner,
        business_unit,
        unit,
        direction,
        aggregation,
        cadence_days,
        min(kpi_id) over (partition by concept, contract) as first_kpi_id
    from parts
)

select
    concept,
    kpi_id,
    concept_basis,
    kpi_name,
    goal_id,
    owner,
    business_unit,
    unit,
    direction,
    aggregation,
    cast(cadence_days as bigint) as cadence_days,
    cast(dense_rank() over (partition by concept order by first_kpi_id) as bigint) as measure_number
from first_parts
order by concept, kpi_id
