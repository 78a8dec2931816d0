-- question: Who says that this work and these measures serve their goals, how long ago, and does the owner agree?
-- grain:    child_type, child_id, goal_id
-- columns:
--   child_type     text           'initiative' or 'kpi'
--   child_id       text           initiative_id or kpi_id
--   child_name     text           name of the initiative or KPI
--   goal_id        text           goal that it is linked to
--   goal_name      text           name of that goal
--   link_basis     text           'link' from goal_links, or 'shorthand': the goal that the child itself names
--   link_ratio     double         share of the child that serves this goal, 0..1
--   owner          text           who answers for the child now; NULL when not given
--   asserted_by    text           who says that it serves the goal; for a shorthand, the owner at that time; NULL
--                                 when nobody is named
--   asserted_date  date           when they said so; for a shorthand, the day since which the child names this goal;
--                                 NULL when not given
--   age_days       bigint         days from then to the as-of date
--   is_stale       boolean        true when age_days is above link_stale_days in the rules; an undated link is not
--                                 called stale, its age is unknown
--   is_confirmed   boolean        true when asserted_by is the owner of today
--   currency       text           reporting currency; NULL for KPIs
--   spend_amount   decimal(38,2)  spend of the trailing periods that follows this link; positive = money spent; NULL
--                                 for KPIs
--   link_reason    text           NULL for a link that is dated, recent and confirmed; else the first that holds of
--                                 'never dated', 'stale', 'asserted by nobody', 'child has no owner', 'asserted by
--                                 another'
-- checks:
--   count(*) filter (where is_stale and age_days is null) = 0
--   count(*) filter (where (link_reason is null) <> (is_confirmed and not is_stale and age_days is not null)) = 0
-- receipt:  goal_links where child_type = $child_type and child_id = $child_id and goal_id = $goal_id;
--             history.initiatives where $child_type = 'initiative' and initiative_id = $child_id
--             and known_to is null;
--             history.kpis where $child_type = 'kpi' and kpi_id = $child_id and known_to is null
--   spend_amount  spend where is_trailing and $child_type = 'initiative' and initiative_id = $child_id
--                 and goal_id = $goal_id
-- leaves out: links to goals that do not exist; links of initiatives that are complete or cancelled and spend nothing
--             any more; links between goals; commitments
-- method:   METHODS 13. A child that names its goal without a link of its own says so since the version that began to
--             name this goal without a break since; that version's owner said it. A date after the as-of date does
--             not count.
with links as (
    select child_type, child_id, goal_id, weight_ratio
    from base.links
),

given_links as (
    select
        child_type,
        child_id,
        goal_id,
        nullif(asserted_by, '') as asserted_by,
        case when asserted_date <= $as_of then asserted_date end as asserted_date
    from goal_links
),

children as (
    select
        'initiative' as child_type,
        initiative_id as child_id,
        name as child_name,
        nullif(owner, '') as owner,
        coalesce(stage, 'active') in ('complete', 'cancelled') as has_ended
    from initiatives
    union all
    select
        'kpi' as child_type,
        kpi_id as child_id,
        name as child_name,
        nullif(owner, '') as owner,
        false as has_ended
    from kpis
),

initiative_versions as (
    select
        'initiative' as child_type,
        initiative_id as child_id,
        goal_id,
        nullif(owner, '') as owner,
        valid_from
    from history.initiatives
    where
        known_to is null
        and (valid_from is null or valid_from <= $as_of)
    qualify row_number() over (
        partition by initiative_id, valid_from
        order by recorded_date desc nulls last, file desc, row desc
    ) = 1
),

kpi_versions as (
    select
        'kpi' as child_type,
        kpi_id as child_id,
        goal_id,
        nullif(owner, '') as owner,
        valid_from
    from history.kpis
    where
        known_to is null
        and (valid_from is null or valid_from <= $as_of)
    qualify row_number() over (
        partition by kpi_id, valid_from
        order by recorded_date desc nulls last, file desc, row desc
    ) = 1
),

goal_names as (
    select goal_id, name as goal_name
    from goals
),

link_spend as (
    select
        spend_links.initiative_id,
        spend_links.goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join base.periods as periods
        on spend_links.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_links.initiative_id, spend_links.goal_id
),

rules as (
    select reporting_currency, link_stale_days
    from base.rules
),

versions as (
    select child_type, child_id, goal_id, owner, valid_from
    from initiative_versions
    union all
    select child_type, child_id, goal_id, owner, valid_from
    from kpi_versions
),

named_goals as (
    select
        child_type,
        child_id,
        goal_id,
        owner,
        valid_from,
        row_number() over in_order = 1 as is_first,
        (goal_id is distinct from lag(goal_id) over in_order) as is_different
    from versions
    window in_order as (partition by child_type, child_id order by valid_from nulls first)
),

-- the newest version that began to name another goal than the one before it
shorthand_links as (
    select
        child_type,
        child_id,
        goal_id,
        owner as asserted_by,
        valid_from as asserted_date
    from named_goals
    where is_first or is_different
    qualify row_number() over (partition by child_type, child_id order by valid_from desc nulls last) = 1
),

asserted_links as (
    select
        links.child_type,
        links.child_id,
        links.goal_id,
        links.weight_ratio,
        case when given_links.child_id is not null then 'link' else 'shorthand' end as link_basis,
        case
            when given_links.child_id is not null then given_links.asserted_by
            else shorthand_links.asserted_by
        end as asserted_by,
        case
            when given_links.child_id is not null then given_links.asserted_date
            else shorthand_links.asserted_date
        end as asserted_date
    from links
    left join given_links
        on links.child_type = given_links.child_type
        and links.child_id = given_links.child_id
        and links.goal_id = given_links.goal_id
    left join shorthand_links
        on links.child_type = shorthand_links.child_type
        and links.child_id = shorthand_links.child_id
        and links.goal_id = shorthand_links.goal_id
),

aged_links as (
    select
        asserted_links.child_type,
        asserted_links.child_id,
        children.child_name,
        asserted_links.goal_id,
        asserted_links.link_basis,
        asserted_links.weight_ratio,
        children.owner,
        asserted_links.asserted_by,
        asserted_links.asserted_date,
        $as_of - asserted_links.asserted_date as age_days,
        coalesce($as_of - asserted_links.asserted_date > rules.link_stale_days, false) as is_stale,
        coalesce(asserted_links.asserted_by = children.owner, false) as is_confirmed,
        case
            when asserted_links.child_type = 'initiative'
                then cast(coalesce(link_spend.spend_amount, 0) as decimal(38, 2))
        end as spend_amount
    from asserted_links
    inner join children
        on asserted_links.child_type = children.child_type
        and asserted_links.child_id = children.child_id
    left join link_spend
        on asserted_links.child_type = 'initiative'
        and asserted_links.child_id = link_spend.initiative_id
        and asserted_links.goal_id = link_spend.goal_id
    cross join rules
    where not children.has_ended or coalesce(link_spend.spend_amount, 0) <> 0
)

select
    aged_links.child_type,
    aged_links.child_id,
    aged_links.child_name,
    aged_links.goal_id,
    goal_names.goal_name,
    aged_links.link_basis,
    cast(aged_links.weight_ratio as double) as link_ratio,
    aged_links.owner,
    aged_links.asserted_by,
    aged_links.asserted_date,
    cast(aged_links.age_days as bigint) as age_days,
    aged_links.is_stale,
    aged_links.is_confirmed,
    case when aged_links.child_type = 'initiative' then rules.reporting_currency end as currency,
    aged_links.spend_amount,
    case
        when aged_links.age_days is null then 'never dated'
        when aged_links.is_stale then 'stale'
        when aged_links.asserted_by is null then 'asserted by nobody'
        when aged_links.owner is null then 'child has no owner'
        when not aged_links.is_confirmed then 'asserted by another'
    end as link_reason
from aged_links
left join goal_names
    on aged_links.goal_id = goal_names.goal_id
cross join rules
order by child_type, child_id, goal_id
