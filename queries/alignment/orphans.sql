-- question: Which work, measures and money have no goal, and which goals have nothing under them?
-- grain:    subject_type, subject_id, orphan_reason
-- columns:
--   subject_type   text           'initiative', 'kpi', 'business_unit' (money that names no initiative) or 'goal'
--   subject_id     text           initiative_id, kpi_id, goal_id, or the unit that the ledger charged, '(none)' when
--                                 it names none
--   orphan_reason  text           initiatives: 'no goal given', 'goal not found' (some or all of the goals it names
--                                 are missing), 'links below 1' (part of it has no goal); KPIs: 'no goal given',
--                                 'goal not found'; business units: 'no initiative'; goals: 'no work' (no initiative
--                                 on it or below), 'no active work' (initiatives, none of them active), 'no money',
--                                 'no KPI' (on it or below), 'no owner', 'no dated milestone'
--   subject_name   text           name of the initiative, KPI, unit or goal; NULL for an unknown unit
--   business_unit  text           unit it belongs to; NULL when not given
--   owner          text           who answers for it; NULL when not given
--   currency       text           reporting currency; NULL for KPIs
--   money_amount   decimal(38,2)  spend of the trailing periods concerned: of an initiative, its part without a
--                                 goal; of a unit, what names no initiative; of a goal, all under it; positive =
--                                 money spent; NULL for KPIs
-- checks:
--   coalesce(sum(money_amount) filter (where subject_type in ('initiative', 'business_unit')), 0)
--     = (select coalesce(sum(s.spend_amount), 0) from base.spend_by_link as s
--     inner join base.periods as p on s.period_start_date = p.period_start_date
--     where p.is_trailing and s.goal_id = '(unaligned)')
--   count(*) filter (where (subject_type = 'kpi') <> (money_amount is null)) = 0
-- receipt:  initiatives where $subject_type = 'initiative' and initiative_id = $subject_id;
--             goal_links where child_type = $subject_type and child_id = $subject_id;
--             kpis where $subject_type = 'kpi' and kpi_id = $subject_id;
--             goals where $subject_type = 'goal' and goal_id = $subject_id
--   money_amount  spend where is_trailing and goal_id = '(unaligned)'
--                 and (($subject_type = 'initiative' and initiative_id = $subject_id)
--                 or ($subject_type = 'business_unit' and initiative_id = '(none)'
--                 and coalesce(business_unit, '(none)') = $subject_id))
--                 plus spend_under where is_trailing and $subject_type = 'goal' and ancestor_goal_id = $subject_id
-- leaves out: goals that are closed on the as-of date (alignment.goal_support); initiatives that are complete or
--             cancelled and spend nothing any more; commitments
-- method:   METHODS 13. Both directions in one list; a goal may stand in it for several reasons, and its money is
--             also in the goals above it: add money up for initiatives and units only, which together are all
--             the unaligned spend. What a goal lacks is told by alignment.goal_support.
with goal_shares as (
    select initiative_id, goal_id, share_ratio
    from base.goal_shares
),

named_initiatives as (
    select
        initiative_id,
        name as subject_name,
        goal_id as named_goal_id,
        business_unit,
        nullif(owner, '') as owner,
        coalesce(stage, 'active') in ('complete', 'cancelled') as has_ended
    from initiatives
),

named_kpis as (
    select kpi_id, nullif(owner, '') as owner
    from kpis
),

goal_units as (
    select goal_id, business_unit
    from goals
),

unit_names as (
    select business_unit_id as business_unit, name as subject_name
    from business_units
),

initiative_links as (
    select child_id as initiative_id, goal_id
    from goal_links
    where child_type = 'initiative'
),

kpi_paths as (
    select item_id, item_name, business_unit, gap_reason
    from alignment.line_of_sight
    where item_type = 'kpi' and not has_path
),

goal_support as (
    select
        goal_id,
        goal_name,
        owner,
        spend_amount,
        concat(', ', missing, ',') as lacks
    from alignment.goal_support
    where is_open and missing is not null
),

trailing_periods as (
    select period_start_date
    from base.periods
    where is_trailing
),

unaligned_spend as (
    select
        spend_links.initiative_id,
        sum(spend_links.spend_amount) as spend_amount
    from base.spend_by_link as spend_links
    inner join trailing_periods
        on spend_links.period_start_date = trailing_periods.period_start_date
    where
        spend_links.goal_id = '(unaligned)'
        and spend_links.initiative_id <> '(none)'
    group by spend_links.initiative_id
),

loose_spend as (
    select
        account_spend.business_unit,
        sum(account_spend.spend_amount) as spend_amount
    from base.spend_by_account as account_spend
    inner join trailing_periods
        on account_spend.period_start_date = trailing_periods.period_start_date
    where account_spend.initiative_id = '(none)'
    group by account_spend.business_unit
),

rules as (
    select reporting_currency
    from base.rules
),

-- a link counts where there is one, and the shorthand only where there is none
named_goals as (
    select initiative_id, goal_id
    from initiative_links
    union all
    select
        named_initiatives.initiative_id,
        named_initiatives.named_goal_id as goal_id
    from named_initiatives
    left join initiative_links
        on named_initiatives.initiative_id = initiative_links.initiative_id
    where
        initiative_links.initiative_id is null
        and named_initiatives.named_goal_id is not null
),

goal_mentions as (
    select
        named_goals.initiative_id,
        bool_or(goal_units.goal_id is null) as has_unknown_goal
    from named_goals
    left join goal_units
        on named_goals.goal_id = goal_units.goal_id
    group by named_goals.initiative_id
),

initiative_orphans as (
    select
        'initiative' as subject_type,
        named_initiatives.initiative_id as subject_id,
        case
            when goal_mentions.initiative_id is null then 'no goal given'
            when goal_mentions.has_unknown_goal then 'goal not found'
            else 'links below 1'
        end as orphan_reason,
        named_initiatives.subject_name,
        named_initiatives.business_unit,
        named_initiatives.owner,
        coalesce(unaligned_spend.spend_amount, 0) as money_amount
    from goal_shares
    inner join named_initiatives
        on goal_shares.initiative_id = named_initiatives.initiative_id
    left join goal_mentions
        on named_initiatives.initiative_id = goal_mentions.initiative_id
    left join unaligned_spend
        on named_initiatives.initiative_id = unaligned_spend.initiative_id
    where
        goal_shares.goal_id = '(unaligned)'
        and (not named_initiatives.has_ended or coalesce(unaligned_spend.spend_amount, 0) <> 0)
),

kpi_orphans as (
    select
        'kpi' as subject_type,
        kpi_paths.item_id as subject_id,
        kpi_paths.gap_reason as orphan_reason,
        kpi_paths.item_name as subject_name,
        kpi_paths.business_unit,
        named_kpis.owner,
        cast(null as decimal(38, 2)) as money_amount
    from kpi_paths
    left join named_kpis
        on kpi_paths.item_id = named_kpis.kpi_id
),

loose_money as (
    select
        'business_unit' as subject_type,
        loose_spend.business_unit as subject_id,
        'no initiative' as orphan_reason,
        unit_names.subject_name,
        nullif(loose_spend.business_unit, '(none)') as business_unit,
        cast(null as text) as owner,
        loose_spend.spend_amount as money_amount
    from loose_spend
    left join unit_names
        on loose_spend.business_unit = unit_names.business_unit
),

goal_gaps as (
    select 'work' as gap
    union all
    select 'active work' as gap
    union all
    select 'money' as gap
    union all
    select 'KPI' as gap
    union all
    select 'owner' as gap
    union all
    select 'dated milestone' as gap
),

bare_goals as (
    select
        'goal' as subject_type,
        goal_support.goal_id as subject_id,
        'no ' || goal_gaps.gap as orphan_reason,
        goal_support.goal_name as subject_name,
        goal_units.business_unit,
        goal_support.owner,
        goal_support.spend_amount as money_amount
    from goal_support
    inner join goal_gaps
        on strpos(goal_support.lacks, ', ' || goal_gaps.gap || ',') > 0
    left join goal_units
        on goal_support.goal_id = goal_units.goal_id
),

orphans as (
    select subject_type, subject_id, orphan_reason, subject_name, business_unit, owner, money_amount
    from initiative_orphans
    union all
    select subject_type, subject_id, orphan_reason, subject_name, business_unit, owner, money_amount
    from kpi_orphans
    union all
    select subject_type, subject_id, orphan_reason, subject_name, business_unit, owner, money_amount
    from loose_money
    union all
    select subject_type, subject_id, orphan_reason, subject_name, business_unit, owner, money_amount
    from bare_goals
)

select
    orphans.subject_type,
    orphans.subject_id,
    orphans.orphan_reason,
    orphans.subject_name,
    orphans.business_unit,
    orphans.owner,
    case when orphans.subject_type <> 'kpi' then rules.reporting_currency end as currency,
    cast(orphans.money_amount as decimal(38, 2)) as money_amount
from orphans
cross join rules
order by subject_type, subject_id, orphan_reason
