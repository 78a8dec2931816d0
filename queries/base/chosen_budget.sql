-- question: Which version of its budget is each initiative compared with?
-- grain:    initiative_id
-- columns:
--   initiative_id  text  initiative; '(none)' stands for budgets of initiatives that do not exist
--   version        text  the first of the preferred versions (rules) that the initiative has; '(none)' when it
--                        has only a budget that names no version
-- checks:
--   count(*) = count(distinct initiative_id)
-- receipt:  budgets where initiative_id = $initiative_id and version = $version
-- leaves out: initiatives without a budget, or with versions only that the rules do not prefer
-- method:   a budget that names no version is used when there is nothing better
with version_names as (
    select distinct initiative_id, version
    from base.budget_by_month
),

preferred_versions as (
    select version, preference
    from base.budget_versions
)

select
    version_names.initiative_id,
    version_names.version
from version_names
left join preferred_versions
    on version_names.version = preferred_versions.version
where
    preferred_versions.preference is not null
    or version_names.version = '(none)'
qualify row_number() over (
    partition by version_names.initiative_id
    order by version_names.version = '(none)', preferred_versions.preference
) = 1
order by initiative_id
