-- question: Can the estimate that each initiative stands by still be believed?
-- grain:    initiative_id, test
-- columns:
--   initiative_id         text           initiative
--   test                  text           'tcpi_above_cpi' (would it have to work better than ever before?),
--                                        'vac_below_cv' (does it state a larger overrun than it has had so far?),
--                                        'far_from_composite' (is the statement far from what the pace says?)
--   initiative_name       text           name of the initiative
--   currency              text           reporting currency
--   stated_eac_amount     decimal(38,2)  the stated estimate at completion
--   stated_basis          text           where it comes from: 'forecast' (spend to date and the budget version
--                                        'forecast' for what is to come), 'approved' (the approved amount as it
--                                        stands) or 'budget' (the whole chosen budget); NULL without any
--   bac_amount            decimal(38,2)  budget at completion
--   earned_value_amount   decimal(38,2)  earned value
--   actual_amount         decimal(38,2)  spend to date
--   composite_eac_amount  decimal(38,2)  estimate at 0.8 CPI + 0.2 SPI (see variance.estimate_at_completion)
--   test_value            double         what is tested: TCPI to the stated estimate less CPI; VAC % of the stated
--                                        estimate less CV %; distance of the stated from the composite estimate, as
--                                        a share of the latter
--   threshold_value       double         the first and the third are hit above it, the second below it
--   is_hit                boolean        true when the test is hit: the statement sounds too good, or too bad; false
--                                        when it is not, or cannot be made
--   hit_count             bigint         tests of the three that are hit
--   verdict               text           'credible' (no hit), 'doubtful' (one), 'not credible' (two or three);
--                                        NULL when nothing could be tested
--   status_reason         text           NULL, or why there is no test_value: 'estimate already spent' (a hit), 'work
--                                        complete', 'initiative is cancelled', 'no budget', 'budget is zero', 'budget
--                                        is negative', 'no progress reported', 'nothing spent', 'spend is negative',
--                                        'nothing earned yet', 'no dates to phase by', 'nothing planned yet', 'plan
--                                        to date is negative'
-- checks:
--   count(*) = 3 * (select count(*) from variance.earned_value)
--   count(*) filter (where (test_value is null) <> (status_reason is not null)) = 0
--   count(*) filter (where is_hit and test_value is null and status_reason <> 'estimate already spent') = 0
-- receipt:  variance.estimate_at_completion where initiative_id = $initiative_id;
--             initiatives where initiative_id = $initiative_id;
--             budgets where initiative_id = $initiative_id and version = 'forecast'
--   actual_amount  spend where initiative_id = $initiative_id
-- leaves out: commitments; an approved amount in another currency than the report's
-- method:   METHODS 1, the three realism tests, with the thresholds eac_tcpi_gap and eac_stated_gap_ratio; compared
--             on nine decimals. The second test is hit only when the work has cost more than it earned so far. The
--             first grows steep near the end, when little money and little work are left, so that a single hit makes
--             an estimate doubtful and only two make it not credible.
with positions as (
    select
        initiative_id,
        initiative_name,
        stage,
        currency,
        bac_amount,
        earned_value_amount,
        actual_amount,
        cost_variance_ratio,
        cpi_ratio,
        status_reason
    from variance.earned_value
),

approvals as (
    select
        initiatives.initiative_id,
        case
            when coalesce(initiatives.currency, rules.reporting_currency) = rules.reporting_currency
                then cast(initiatives.approved_amount as decimal(38, 2))
        end as approved_amount
    from initiatives
    cross join base.rules as rules
),

rules as (
    select eac_tcpi_gap, eac_stated_gap_ratio
    from base.rules
),

bottom_up_estimates as (
    select initiative_id, eac_amount
    from variance.estimate_at_completion
    where variant = 'bottom_up'
),

composite_estimates as (
    select initiative_id, eac_amount, status_reason
    from variance.estimate_at_completion
    where variant = 'composite'
),

statements as (
    select
        positions.initiative_id,
        positions.initiative_name,
        positions.currency,
        positions.bac_amount,
        positions.earned_value_amount,
        positions.actual_amount,
        positions.cost_variance_ratio,
        positions.cpi_ratio,
        coalesce(bottom_up_estimates.eac_amount, approvals.approved_amount, positions.bac_amount)
            as stated_eac_amount,
        case
            when bottom_up_estimates.eac_amount is not null then 'forecast'
            when approvals.approved_amount is not null then 'approved'
            when positions.bac_amount is not null then 'budget'
        end as stated_basis,
        composite_estimates.eac_amount as composite_eac_amount,
        composite_estimates.status_reason as composite_reason,
        case
            when
                positions.status_reason in (
                    'no budget', 'budget is zero', 'budget is negative', 'no progress reported'
                )
                then positions.status_reason
            when positions.earned_value_amount is null then 'no progress reported'
            when positions.stage = 'cancelled' then 'initiative is cancelled'
            when positions.earned_value_amount >= positions.bac_amount then 'work complete'
        end as position_reason
    from positions
    left join approvals
        on positions.initiative_id = approvals.initiative_id
    left join bottom_up_estimates
        on positions.initiative_id = bottom_up_estimates.initiative_id
    left join composite_estimates
        on positions.initiative_id = composite_estimates.initiative_id
),

tests as (
    select 'tcpi_above_cpi' as test
    union all
    select 'vac_below_cv' as test
    union all
    select 'far_from_composite' as test
),

test_reasons as (
    select
        statements.initiative_id,
        tests.test,
        statements.initiative_name,
        statements.currency,
        statements.stated_eac_amount,
        statements.stated_basis,
        statements.bac_amount,
        statements.earned_value_amount,
        statements.actual_amount,
        statements.composite_eac_amount,
        statements.cost_variance_ratio,
        statements.cpi_ratio,
        case
            when statements.position_reason is not null then statements.position_reason
            when tests.test = 'tcpi_above_cpi' and statements.actual_amount = 0 then 'nothing spent'
            when tests.test = 'tcpi_above_cpi' and statements.actual_amount < 0 then 'spend is negative'
            when tests.test = 'tcpi_above_cpi' and statements.stated_eac_amount <= statements.actual_amount
                then 'estimate already spent'
            when tests.test = 'vac_below_cv' and statements.cost_variance_ratio is null then 'nothing earned yet'
            when tests.test = 'far_from_composite' then statements.composite_reason
        end as status_reason
    from statements
    cross join tests
),

test_values as (
    select
        test_reasons.initiative_id,
        test_reasons.test,
        test_reasons.initiative_name,
        test_reasons.currency,
        test_reasons.stated_eac_amount,
        test_reasons.stated_basis,
        test_reasons.bac_amount,
        test_reasons.earned_value_amount,
        test_reasons.actual_amount,
        test_reasons.composite_eac_amount,
        test_reasons.cost_variance_ratio,
        case
            when test_reasons.status_reason is not null then null
            when test_reasons.test = 'tcpi_above_cpi'
                then cast(test_reasons.bac_amount - test_reasons.earned_value_amount as double)
                    / nullif(cast(test_reasons.stated_eac_amount - test_reasons.actual_amount as double), 0)
                    - test_reasons.cpi_ratio
            when test_reasons.test = 'vac_below_cv'
                then cast(test_reasons.bac_amount - test_reasons.stated_eac_amount as double)
                    / nullif(cast(test_reasons.bac_amount as double), 0)
                    - test_reasons.cost_variance_ratio
            else cast(abs(test_reasons.stated_eac_amount - test_reasons.composite_eac_amount) as double)
                / nullif(cast(test_reasons.composite_eac_amount as double), 0)
        end as test_value,
        case
            when test_reasons.test = 'tcpi_above_cpi' then rules.eac_tcpi_gap
            when test_reasons.test = 'vac_below_cv' then cast(0 as double)
            else rules.eac_stated_gap_ratio
        end as threshold_value,
        test_reasons.status_reason
    from test_reasons
    cross join rules
),

judged_tests as (
    select
        initiative_id,
        test,
        initiative_name,
        currency,
        stated_eac_amount,
        stated_basis,
        bac_amount,
        earned_value_amount,
        actual_amount,
        composite_eac_amount,
        test_value,
        threshold_value,
        case
            when status_reason is not null then status_reason = 'estimate already spent'
            when test = 'vac_below_cv'
                then round(cost_variance_ratio, 9) < 0 and round(test_value, 9) < round(threshold_value, 9)
            else round(test_value, 9) > round(threshold_value, 9)
        end as is_hit,
        status_reason
    from test_values
),

counted_tests as (
    select
        initiative_id,
        test,
        initiative_name,
        currency,
        stated_eac_amount,
        stated_basis,
        bac_amount,
        earned_value_amount,
        actual_amount,
        composite_eac_amount,
        test_value,
        threshold_value,
        is_hit,
        sum(case when is_hit then 1 else 0 end) over (partition by initiative_id) as hit_count,
        bool_or(is_hit or test_value is not null) over (partition by initiative_id) as is_tested,
        status_reason
    from judged_tests
)

select
    initiative_id,
    test,
    initiative_name,
    currency,
    cast(stated_eac_amount as decimal(38, 2)) as stated_eac_amount,
    stated_basis,
    bac_amount,
    earned_value_amount,
    actual_amount,
    composite_eac_amount,
    test_value,
    cast(threshold_value as double) as threshold_value,
    is_hit,
    cast(hit_count as bigint) as hit_count,
    case
        when not is_tested then null
        when hit_count = 0 then 'credible'
        when hit_count = 1 then 'doubtful'
        else 'not credible'
    end as verdict,
    status_reason
from counted_tests
order by initiative_id, test
