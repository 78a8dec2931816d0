-- What the ten tables share: the newest version of everything that holds on the day of the report, money in
-- euro, the goal tree, the links and the money by initiative, goal and month.
-- In: views raw_<table> over Parquet, the variable as_of. The fiscal year of a generated portfolio is the calendar's.

create temp table goals as
select goal_id, name, parent_goal_id, weight
from raw_goals
where valid_from <= getvariable('as_of')
qualify row_number() over (partition by goal_id order by valid_from desc) = 1;

create temp table initiatives as
select initiative_id, name, goal_id, owner, business_unit, stage, start_date, planned_end_date, actual_end_date,
    approved_amount, currency, coalesce(is_mandatory, false) as is_mandatory
from raw_initiatives
where valid_from <= getvariable('as_of')
qualify row_number() over (partition by initiative_id order by valid_from desc) = 1;

create temp table kpis as
select *
from raw_kpis
where valid_from <= getvariable('as_of')
qualify row_number() over (partition by kpi_id order by valid_from desc) = 1;

create temp view goal_links as
select child_type, child_id, goal_id, coalesce(weight, 1.0) as weight
from raw_goal_links
where valid_from <= getvariable('as_of')
qualify row_number() over (partition by child_type, child_id, goal_id order by valid_from desc) = 1;

create temp view kpi_values as
select kpi_id, coalesce(nullif(business_unit, ''), '(all)') as business_unit, period_end_date, value
from raw_kpi_values
where period_end_date <= getvariable('as_of');

create temp view kpi_targets as
select kpi_id, period_end_date, target, baseline, set_date
from raw_kpi_targets
where set_date <= getvariable('as_of');

create temp view status_reports as
select initiative_id, reported_date, rag, percent_complete
from raw_status_reports
where reported_date <= getvariable('as_of');

-- Links win over the goal that an initiative or KPI names; more than a whole is divided by its sum.
create temp table links as
with named as (
    select 'initiative' as child_type, initiative_id as child_id, goal_id from initiatives where goal_id is not null
    union all
    select 'kpi', kpi_id, goal_id from kpis where goal_id is not null
),
given as (
    select child_type, child_id, goal_id, weight from goal_links where child_type in ('initiative', 'kpi')
    union all
    select named.child_type, named.child_id, named.goal_id, 1.0
    from named
    anti join goal_links using (child_type, child_id)
),
summed as (
    select *, sum(weight) over (partition by child_type, child_id) as weight_sum from given
)
select summed.child_type, summed.child_id, summed.goal_id,
    summed.weight / case when summed.weight_sum > 1 + 1e-9 then summed.weight_sum else 1 end as weight_ratio
from summed
semi join goals on summed.goal_id = goals.goal_id
where summed.weight > 0;

create temp table goal_tree as
with recursive shares as (
    select goals.goal_id, goals.name, parents.goal_id as parent_goal_id,
        goals.weight / sum(goals.weight) over (partition by parents.goal_id) as share
    from goals
    left join goals as parents on goals.parent_goal_id = parents.goal_id
),
tree as (
    select goal_id, name, parent_goal_id, goal_id as root_goal_id, 1 as level, share as weight_ratio, name as path
    from shares
    where parent_goal_id is null
    union all
    select shares.goal_id, shares.name, shares.parent_goal_id, tree.root_goal_id, tree.level + 1,
        shares.share * tree.weight_ratio, tree.path || ' > ' || shares.name
    from shares
    inner join tree on shares.parent_goal_id = tree.goal_id
)
select tree.*, not exists (select 1 from goals where goals.parent_goal_id = tree.goal_id) as is_leaf
from tree;

create temp table closure as
with recursive above as (
    select goal_id as ancestor_goal_id, goal_id, parent_goal_id from goal_tree
    union all
    select goal_tree.goal_id, above.goal_id, goal_tree.parent_goal_id
    from above
    inner join goal_tree on above.parent_goal_id = goal_tree.goal_id
)
select ancestor_goal_id, goal_id from above;

-- The rate of a kind that held on a day.
create temp view rates as
select currency, rate_date, kind, cast(rate as decimal(18, 9)) as rate from raw_fx_rates;

create temp table spend_by_month as
with entries as (
    select initiative_id, posted_date, currency, amount
    from raw_spend
    where posted_date <= getvariable('as_of') and coalesce(kind, 'actual') = 'actual'
),
days as (
    select distinct currency, posted_date from entries where currency <> 'EUR'
),
rated as (
    select days.currency, days.posted_date, rates.rate
    from days
    asof left join (from rates where kind = 'actual') as rates
        on days.currency = rates.currency and days.posted_date >= rates.rate_date
),
in_euro as (
    select entries.initiative_id, cast(date_trunc('month', entries.posted_date) as date) as period_start_date,
        case
            when rated.rate is null then entries.amount
            else cast(entries.amount * rated.rate as decimal(18, 2))
        end as amount
    from entries
    left join rated on entries.currency = rated.currency and entries.posted_date = rated.posted_date
)
select coalesce(initiatives.initiative_id, '(none)') as initiative_id, in_euro.period_start_date,
    cast(sum(in_euro.amount) as decimal(38, 2)) as spend_amount
from in_euro
left join initiatives on in_euro.initiative_id = initiatives.initiative_id
group by all;

-- The budget of the first preferred version that an initiative has, by month. Generated budgets are monthly.
create temp table budget_by_month as
with rows as (
    select raw_budgets.*, case version when 'current' then 1 when 'original' then 2 end as preference
    from raw_budgets
    where approved_date <= getvariable('as_of') and version in ('current', 'original')
),
days as (
    select distinct currency, period_start_date from rows where currency <> 'EUR'
),
rated as (
    select days.currency, days.period_start_date, rates.rate
    from days
    asof left join (from rates where kind = 'budget') as rates
        on days.currency = rates.currency and days.period_start_date >= rates.rate_date
),
chosen as (
    select initiative_id, min(preference) as preference from rows group by initiative_id
)
select rows.initiative_id, rows.version, rows.period_start_date, rows.period_end_date,
    cast(sum(case
        when rated.rate is null then rows.amount
        else cast(rows.amount * rated.rate as decimal(18, 2))
    end) as decimal(38, 2)) as budget_amount
from rows
inner join chosen on rows.initiative_id = chosen.initiative_id and rows.preference = chosen.preference
left join rated on rows.currency = rated.currency and rows.period_start_date = rated.period_start_date
group by all;

-- Parts of an initiative's money laid end to end, so that they sum to it whatever is rounded.
create temp table spend_by_link as
with ends as (
    select child_id as initiative_id, goal_id,
        least(
            cast(sum(cast(weight_ratio as decimal(18, 15))) over (partition by child_id order by goal_id)
                as decimal(18, 12)),
            1.0::decimal(18, 12)
        ) as to_ratio
    from links
    where child_type = 'initiative'
),
linked as (
    select initiative_id, goal_id,
        coalesce(lag(to_ratio) over (partition by initiative_id order by goal_id), 0::decimal(18, 12)) as from_ratio,
        to_ratio
    from ends
),
holders as (
    select initiative_id from initiatives
    union all
    select '(none)'
),
parts as (
    from linked
    union all
    select holders.initiative_id, '(unaligned)', coalesce(max(linked.to_ratio), 0::decimal(18, 12)), 1::decimal(18, 12)
    from holders
    left join linked on holders.initiative_id = linked.initiative_id
    group by holders.initiative_id
)
select spend.initiative_id, parts.goal_id, spend.period_start_date,
    cast(
        cast(spend.spend_amount * parts.to_ratio as decimal(38, 2))
        - cast(spend.spend_amount * parts.from_ratio as decimal(38, 2))
    as decimal(38, 2)) as spend_amount
from spend_by_month as spend
inner join parts on spend.initiative_id = parts.initiative_id
where parts.to_ratio > parts.from_ratio;

create temp table milestones as
with versions as (
    select *, first_value(baseline_date ignore nulls) over (partition by milestone_id order by valid_from
        rows between unbounded preceding and current row) as first_baseline_date
    from raw_milestones
    where valid_from <= getvariable('as_of')
)
from versions
qualify row_number() over (partition by milestone_id order by valid_from desc) = 1;

-- Progress as reported; an initiative without any report has the weight of the milestones it has reached.
create temp table progress as
with reported as (
    select initiative_id, max(reported_date) as reported_date, arg_max(rag, reported_date) as rag,
        arg_max(percent_complete, reported_date) as complete
    from status_reports
    group by all
),
reached as (
    select initiative_id,
        coalesce(sum(weight) filter (where actual_date <= getvariable('as_of')), 0) / sum(weight) as complete
    from milestones
    group by all
)
select initiatives.initiative_id, reported.reported_date, reported.rag,
    case when reported.initiative_id is null then reached.complete else reported.complete end as complete
from initiatives
left join reported using (initiative_id)
left join reached using (initiative_id);

create temp macro is_trailing(day) as
    day > cast(date_trunc('month', getvariable('as_of')) - interval 12 month as date);

create temp macro colour(ratio) as
    case when ratio is null then 'grey' when round(ratio, 9) >= 0.95 then 'green'
        when round(ratio, 9) >= 0.85 then 'amber' else 'red' end;

create temp macro ratio(part, whole) as cast(part as double) / nullif(cast(whole as double), 0);
