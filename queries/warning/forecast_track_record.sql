-- question: How far could forecasts like ours be trusted until now?
-- grain:    subject_type, subject_id
-- columns:
--   subject_type             text     'all', 'owner', 'business_unit', 'method', 'target_basis' or 'kpi'
--   subject_id               text     '(all)', the owner, the unit, the method, the kind of target or the KPI; a KPI
--                                     without an owner counts for '(nobody named)'
--   forecast_count           bigint   forecasts whose outcome is known
--   kpi_count                bigint   KPIs they were made for
--   inside_80_count          bigint   outcomes inside the 80 % interval
--   coverage_80_ratio        double   inside_80_count / forecast_count; near 0.80 = the intervals keep their promise
--   inside_95_count          bigint   outcomes inside the 95 % interval
--   coverage_95_ratio        double   inside_95_count / forecast_count
--   probability_count        bigint   forecasts of whether a target would be met
--   hit_count                bigint   targets of these that were met
--   mean_hit_probability     double   mean probability stated for these
--   hit_ratio                double   hit_count / probability_count
--   optimism_ratio           double   mean_hit_probability less hit_ratio; positive = more was promised than came
--   squared_error_sum        double   sum of squared differences of probability and outcome (1 = met, 0 = not met)
--   brier_score              double   squared_error_sum / probability_count; 0 = always right, 0.25 = as a coin
--   reference_brier_score    double   hit_ratio * (1 - hit_ratio): the score of always stating hit_ratio
--   bias                     double   mean of outcome less forecast, in half widths of the 80 % interval; positive =
--                                     favourable, outcomes were better than forecast; NULL for ranges alone
--   status_reason            text     NULL, or why figures are missing: 'too few' (all: under track_record_forecasts),
--                                     'too few with a target' (those of probabilities)
-- checks:
--   count(*) filter (where (coverage_80_ratio is null) <> coalesce(status_reason = 'too few', false)) = 0
--   count(*) filter (where (brier_score is null) <> (status_reason is not null)) = 0
--   count(*) filter (where inside_80_count > inside_95_count or inside_95_count > forecast_count) = 0
--   coalesce(sum(forecast_count) filter (where subject_type = 'owner'), 0)
--     = (select count(*) from base.past_forecasts)
--   coalesce(sum(forecast_count) filter (where subject_type = 'method'), 0)
--     = (select count(*) from base.past_forecasts)
--   coalesce(sum(forecast_count) filter (where subject_type = 'kpi'), 0)
--     = (select count(*) from base.past_forecasts)
-- receipt:  base.past_forecasts where $subject_type = 'all'
--             or ($subject_type = 'owner' and coalesce(owner, '(nobody named)') = $subject_id)
--             or ($subject_type = 'business_unit' and business_unit = $subject_id)
--             or ($subject_type = 'method' and method = $subject_id)
--             or ($subject_type = 'target_basis' and target_basis = $subject_id)
--             or ($subject_type = 'kpi' and kpi_id = $subject_id)
-- leaves out: forecasts that people stated; that forecasts for one target, or for days close to each other, are no
--             independent trials
-- method:   METHODS 8 and 18. Today's rules forecast from every past value with what was known on its day, see
--             base.past_forecasts, and are held to what happened. Figures over fewer than track_record_forecasts
--             forecasts are withheld.
with rules as (
    select cast(track_record_forecasts as bigint) as forecast_count
    from base.rules
),

past_forecasts as (
    select
        kpi_id,
        business_unit,
        coalesce(owner, '(nobody named)') as owner,
        method,
        target_basis,
        hit_probability,
        is_inside_80,
        is_inside_95,
        is_hit,
        squared_error,
        error_ratio
    from base.past_forecasts
),

subject_types as (
    select column1 as subject_type
    from (
        values ('all'), ('owner'), ('business_unit'), ('method'), ('target_basis'), ('kpi')
    ) as types
),

-- sums in decimals do not depend on the order of the rows
subject_forecasts as (
    select
        subject_types.subject_type,
        case subject_types.subject_type
            when 'all' then '(all)'
            when 'owner' then past_forecasts.owner
            when 'business_unit' then past_forecasts.business_unit
            when 'method' then past_forecasts.method
            when 'target_basis' then past_forecasts.target_basis
            else past_forecasts.kpi_id
        end as subject_id,
        past_forecasts.kpi_id,
        past_forecasts.is_inside_80,
        past_forecasts.is_inside_95,
        past_forecasts.hit_probability is not null as has_probability,
        past_forecasts.is_hit,
        cast(past_forecasts.hit_probability as decimal(20, 12)) as hit_probability,
        cast(past_forecasts.squared_error as decimal(20, 12)) as squared_error,
        cast(past_forecasts.error_ratio as decimal(20, 12)) as error_ratio
    from past_forecasts
    cross join subject_types
),

subject_totals as (
    select
        subject_type,
        subject_id,
        count(*) as forecast_count,
        count(distinct kpi_id) as kpi_count,
        count(*) filter (where is_inside_80) as inside_80_count,
        count(*) filter (where is_inside_95) as inside_95_count,
        count(*) filter (where has_probability) as probability_count,
        count(*) filter (where is_hit) as hit_count,
        cast(sum(hit_probability) as double) as hit_probability_sum,
        cast(sum(squared_error) as double) as squared_error_sum,
        count(error_ratio) as error_count,
        cast(sum(error_ratio) as double) as error_ratio_sum
    from subject_forecasts
    group by subject_type, subject_id
),

rated_subjects as (
    select
        subject_totals.subject_type,
        subject_totals.subject_id,
        subject_totals.forecast_count,
        subject_totals.kpi_count,
        subject_totals.inside_80_count,
        subject_totals.inside_95_count,
        subject_totals.probability_count,
        subject_totals.hit_count,
        subject_totals.hit_probability_sum,
        subject_totals.squared_error_sum,
        subject_totals.error_count,
        subject_totals.error_ratio_sum,
        subject_totals.forecast_count >= rules.forecast_count as is_enough,
        subject_totals.probability_count >= rules.forecast_count as has_enough_targets,
        cast(subject_totals.hit_count as double) / nullif(subject_totals.probability_count, 0) as hit_ratio
    from subject_totals
    cross join rules
)

select
    subject_type,
    subject_id,
    cast(forecast_count as bigint) as forecast_count,
    cast(kpi_count as bigint) as kpi_count,
    cast(inside_80_count as bigint) as inside_80_count,
    case when is_enough then cast(inside_80_count as double) / nullif(forecast_count, 0) end as coverage_80_ratio,
    cast(inside_95_count as bigint) as inside_95_count,
    case when is_enough then cast(inside_95_count as double) / nullif(forecast_count, 0) end as coverage_95_ratio,
    cast(probability_count as bigint) as probability_count,
    cast(hit_count as bigint) as hit_count,
    case when has_enough_targets then hit_probability_sum / nullif(probability_count, 0) end as mean_hit_probability,
    case when has_enough_targets then hit_ratio end as hit_ratio,
    case
        when has_enough_targets then hit_probability_sum / nullif(probability_count, 0) - hit_ratio
    end as optimism_ratio,
    case when has_enough_targets then squared_error_sum end as squared_error_sum,
    case when has_enough_targets then squared_error_sum / nullif(probability_count, 0) end as brier_score,
    case when has_enough_targets then hit_ratio * (1 - hit_ratio) end as reference_brier_score,
    case when is_enough then error_ratio_sum / nullif(error_count, 0) end as bias,
    case
        when not is_enough then 'too few'
        when not has_enough_targets then 'too few with a target'
    end as status_reason
from rated_subjects
order by subject_type, subject_id
