-- What the tables in chDB share, each as duckdb/prelude.sql says. Money is counted in whole cents: ClickHouse
-- cuts a decimal off where others round it.
create function half_away as (product, whole) -> sign(product) * intDiv(abs(product) + intDiv(whole, 2), whole);
create function as_money as (cents) -> toDecimal128(toInt64(cents), 2) / 100;
create function as_ratio as (part, whole) -> if(whole = 0, null, part::Nullable(Float64) / whole::Nullable(Float64));
create function as_colour as (ratio) -> multiIf(ratio is null, 'grey', round(ratio, 9) >= 0.95, 'green',
    round(ratio, 9) >= 0.85, 'amber', 'red');

create table goals engine = Memory as
select goal_id, name, parent_goal_id, weight
from raw_goals
where valid_from <= toDate32('{as_of}')
order by valid_from desc
limit 1 by goal_id;

create table initiatives engine = Memory as
select initiative_id, name, goal_id, owner, business_unit, stage, start_date, planned_end_date, actual_end_date,
    approved_amount, currency, coalesce(is_mandatory, false) as is_mandatory
from raw_initiatives
where valid_from <= toDate32('{as_of}')
order by valid_from desc
limit 1 by initiative_id;

create table kpis engine = Memory as
select *
from raw_kpis
where valid_from <= toDate32('{as_of}')
order by valid_from desc
limit 1 by kpi_id;

create table goal_links engine = Memory as
select child_type, child_id, goal_id, coalesce(weight, 1.0) as weight
from raw_goal_links
where valid_from <= toDate32('{as_of}')
order by valid_from desc
limit 1 by child_type, child_id, goal_id;

create table links engine = Memory as
with named as (
    select 'initiative' as child_type, initiative_id as child_id, goal_id from initiatives where goal_id is not null
    union all
    select 'kpi', kpi_id, goal_id from kpis where goal_id is not null
),
given as (
    select child_type, child_id, goal_id, weight from goal_links where child_type in ('initiative', 'kpi')
    union all
    select child_type, child_id, goal_id, 1.0
    from named
    where (child_type, child_id) not in (select child_type, child_id from goal_links)
),
summed as (
    select *, sum(weight) over (partition by child_type, child_id) as weight_sum from given
)
select child_type, child_id, goal_id, weight / if(weight_sum > 1 + 1e-9, weight_sum, 1) as weight_ratio
from summed
where weight > 0 and goal_id in (select goal_id from goals);

create table goal_tree engine = Memory as
with recursive shares as (
    select goal_id, name, parent_goal_id, weight / sum(weight) over (partition by parent_goal_id) as share from goals
),
tree as (
    select assumeNotNull(goal_id) as goal_id, name, parent_goal_id, assumeNotNull(goal_id) as root_goal_id,
        1::Int64 as level, share::Nullable(Float64) as weight_ratio, name as path
    from shares
    where parent_goal_id is null
    union all
    select assumeNotNull(shares.goal_id), shares.name, shares.parent_goal_id, tree.root_goal_id, tree.level + 1,
        shares.share * tree.weight_ratio, concat(tree.path, ' > ', shares.name)
    from shares
    inner join tree on shares.parent_goal_id = tree.goal_id
)
select *, goal_id not in (select parent_goal_id from goals where parent_goal_id is not null) as is_leaf from tree;

create table closure engine = Memory as
with recursive above as (
    select goal_id as ancestor_goal_id, goal_id, parent_goal_id from goal_tree
    union all
    select goal_tree.goal_id, above.goal_id, goal_tree.parent_goal_id
    from above
    inner join goal_tree on above.parent_goal_id = goal_tree.goal_id
)
select ancestor_goal_id, goal_id from above;

create table rates engine = Memory as
select assumeNotNull(currency) as currency, assumeNotNull(rate_date) as rate_date, assumeNotNull(kind) as kind,
    toInt128(round(assumeNotNull(rate) * 1e9)) as rate
from raw_fx_rates;

create table spend_by_month engine = Memory as
with days as (
    select distinct assumeNotNull(currency) as currency, assumeNotNull(posted_date) as day
    from raw_spend
    where currency <> 'EUR'
),
rated as (
    select days.currency as currency, days.day as day, rates.rate as rate
    from days
    asof inner join (select * from rates where kind = 'actual') as rates
        on days.currency = rates.currency and days.day >= rates.rate_date
),
in_euro as (
    select initiative_id, toDate32(toStartOfMonth(posted_date)) as period_start_date,
        if(rate is null, toInt128(amount * 100), half_away(toInt128(amount * 100) * rate, 1000000000)) as cents
    from raw_spend as entries
    left join rated on entries.currency = rated.currency and entries.posted_date = rated.day
    where posted_date <= toDate32('{as_of}') and coalesce(kind, 'actual') = 'actual'
)
select if(initiative_id in (select initiative_id from initiatives), assumeNotNull(initiative_id), '(none)') as initiative_id,
    period_start_date, sum(cents) as cents
from in_euro
group by initiative_id, period_start_date;

create table budget_by_month engine = Memory as
with rows as (
    select *, min(version) over (partition by initiative_id) as chosen
    from raw_budgets
    where approved_date <= toDate32('{as_of}') and version in ('current', 'original')
),
days as (
    select distinct assumeNotNull(currency) as currency, assumeNotNull(period_start_date) as day
    from rows
    where currency <> 'EUR'
),
rated as (
    select days.currency as currency, days.day as day, rates.rate as rate
    from days
    asof inner join (select * from rates where kind = 'budget') as rates
        on days.currency = rates.currency and days.day >= rates.rate_date
)
select initiative_id, version, period_start_date, period_end_date,
    sum(if(rate is null, toInt128(amount * 100), half_away(toInt128(amount * 100) * rate, 1000000000))) as cents
from rows
left join rated on rows.currency = rated.currency and rows.period_start_date = rated.day
where version = chosen
group by initiative_id, version, period_start_date, period_end_date;

create table spend_by_link engine = Memory as
with ends as (
    select child_id as initiative_id, goal_id,
        least(half_away(sum(toInt128(round(weight_ratio * 1e15))) over (partition by child_id order by goal_id), 1000),
            toInt128(1000000000000)) as upto
    from links
    where child_type = 'initiative'
),
linked as (
    select initiative_id, goal_id,
        coalesce(lagInFrame(upto::Nullable(Int128)) over (partition by initiative_id order by goal_id
            rows between unbounded preceding and current row), 0) as since,
        upto
    from ends
),
parts as (
    select initiative_id, goal_id, since, upto from linked
    union all
    select holders.initiative_id, '(unaligned)', coalesce(max(linked.upto), 0), toInt128(1000000000000)
    from (select initiative_id from initiatives union all select '(none)') as holders
    left join linked on holders.initiative_id = linked.initiative_id
    group by holders.initiative_id
)
select spend.initiative_id as initiative_id, parts.goal_id as goal_id, spend.period_start_date as period_start_date,
    half_away(spend.cents * parts.upto, 1000000000000) - half_away(spend.cents * parts.since, 1000000000000) as cents
from spend_by_month as spend
inner join parts on spend.initiative_id = parts.initiative_id
where parts.upto > parts.since;

create table progress engine = Memory as
with reported as (
    select initiative_id, max(reported_date) as newest_date, argMax(rag, reported_date) as colour,
        argMax(percent_complete, reported_date) as complete
    from raw_status_reports
    where reported_date <= toDate32('{as_of}')
    group by initiative_id
),
milestones as (
    select * from raw_milestones where valid_from <= toDate32('{as_of}') order by valid_from desc limit 1 by milestone_id
),
reached as (
    select initiative_id,
        coalesce(sumIf(weight, coalesce(actual_date <= toDate32('{as_of}'), false)), 0) / sum(weight) as complete
    from milestones
    group by initiative_id
)
select initiatives.initiative_id as initiative_id, reported.newest_date as newest_date, reported.colour as colour,
    if(reported.newest_date is null, reached.complete, reported.complete) as complete
from initiatives
left join reported on initiatives.initiative_id = reported.initiative_id
left join reached on initiatives.initiative_id = reached.initiative_id
