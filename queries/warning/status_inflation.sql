-- question: How much better, or worse, than the data are the reports of each owner and unit?
-- grain:    dimension, item_id
-- columns:
--   dimension        text    'all', 'owner' or 'business_unit'
--   item_id          text    the owner or unit that ran the initiatives when they reported; '(all)'; '(none)' when not
--                            given
--   report_count     bigint  reports compared with the data (n)
--   initiative_count bigint  initiatives that they are about
--   inflated_points  bigint  colours by which reports were better than the data, summed
--   pessimism_points bigint  colours by which they were worse, summed
--   inflation        double  inflated_points / report_count: 0 = never better than the data, 2 = green on red always
--   pessimism        double  pessimism_points / report_count
--   watermelon_count bigint  green reports on red data
--   agreed_ratio     double  share of the reports with the colour of the data, 0..1
--   weighted_kappa   double  agreement beyond chance, weighted: 1 = always the same colour, 0 = as good as chance,
--                            below 0 = worse
--   status_reason    text    NULL, or why figures are missing: 'too few' (fewer than honesty_reports: all of them),
--                            'one colour only' (kappa: reports and data both know but one and the same colour)
-- checks:
--   count(*) filter (where (inflation is null) <> (status_reason is not distinct from 'too few')) = 0
--   count(*) filter (where (weighted_kappa is null) <> (status_reason is not null)) = 0
--   count(*) filter (where weighted_kappa > 1.000000001) = 0
--   coalesce(sum(report_count) filter (where dimension = 'owner'), 0) = (select count(*) from base.judged_reports)
-- receipt:  base.judged_reports where owner = $item_id or business_unit = $item_id or $dimension = 'all'
-- leaves out: reports without a colour, or on days on which the data could not say anything; why: who reports green
--             may know what the data do not yet
-- method:   METHODS 18: inflation = mean(max(0, d - r)), pessimism = mean(max(0, r - d)) with green 0, amber 1, red 2.
--             Kappa by Cohen with linear weights: 1 less the mean distance of the two colours over the one expected
--             from their shares alone. By what was known on the day of the report. Points are shown when there are
--             too few only as NULL. Show it to the owner first.
with judged_reports as (
    select
        initiative_id,
        owner,
        business_unit,
        reported_rag,
        judged_status,
        inflation_score,
        pessimism_score
    from base.judged_reports
),

rules as (
    select cast(honesty_reports as bigint) as honesty_reports
    from base.rules
),

item_reports as (
    select
        'all' as dimension, '(all)' as item_id, initiative_id, reported_rag, judged_status, inflation_score,
        pessimism_score
    from judged_reports
    union all
    select
        'owner' as dimension, owner as item_id, initiative_id, reported_rag, judged_status, inflation_score,
        pessimism_score
    from judged_reports
    union all
    select
        'business_unit' as dimension, business_unit as item_id, initiative_id, reported_rag, judged_status,
        inflation_score, pessimism_score
    from judged_reports
),

totals as (
    select
        dimension,
        item_id,
        count(*) as report_count,
        count(distinct initiative_id) as initiative_count,
        sum(inflation_score) as inflated_points,
        sum(pessimism_score) as pessimism_points,
        count(*) filter (where inflation_score = 2) as watermelon_count,
        count(*) filter (where inflation_score + pessimism_score = 0) as agreed_count,
        cast(count(*) filter (where reported_rag = 'green') as double) as reported_green_count,
        cast(count(*) filter (where reported_rag = 'amber') as double) as reported_amber_count,
        cast(count(*) filter (where reported_rag = 'red') as double) as reported_red_count,
        cast(count(*) filter (where judged_status = 'green') as double) as judged_green_count,
        cast(count(*) filter (where judged_status = 'amber') as double) as judged_amber_count,
        cast(count(*) filter (where judged_status = 'red') as double) as judged_red_count
    from item_reports
    group by dimension, item_id
),

-- the distance expected from the shares alone, times the number of reports
expected_distances as (
    select
        dimension,
        item_id,
        report_count,
        initiative_count,
        inflated_points,
        pessimism_points,
        watermelon_count,
        agreed_count,
        (
            reported_green_count * (judged_amber_count + 2 * judged_red_count)
            + reported_amber_count * (judged_green_count + judged_red_count)
            + reported_red_count * (judged_amber_count + 2 * judged_green_count)
        ) / nullif(report_count, 0) as expected_points,
        report_count < rules.honesty_reports as is_too_few
    from totals
    cross join rules
)

select
    dimension,
    item_id,
    cast(report_count as bigint) as report_count,
    cast(initiative_count as bigint) as initiative_count,
    cast(case when not is_too_few then inflated_points end as bigint) as inflated_points,
    cast(case when not is_too_few then pessimism_points end as bigint) as pessimism_points,
    case when not is_too_few then cast(inflated_points as double) / nullif(report_count, 0) end as inflation,
    case when not is_too_few then cast(pessimism_points as double) / nullif(report_count, 0) end as pessimism,
    cast(case when not is_too_few then watermelon_count end as bigint) as watermelon_count,
    case when not is_too_few then cast(agreed_count as double) / nullif(report_count, 0) end as agreed_ratio,
    case
        when not is_too_few
            then 1 - cast(inflated_points + pessimism_points as double) / nullif(expected_points, 0)
    end as weighted_kappa,
    case
        when is_too_few then 'too few'
        when expected_points = 0 then 'one colour only'
    end as status_reason
from expected_distances
order by dimension, item_id
