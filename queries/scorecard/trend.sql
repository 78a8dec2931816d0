-- question: How have the answers to the three questions moved, quarter by quarter?
-- grain:    question_number, fiscal_quarter
-- columns:
--   question_number  bigint         1 to 3, as in scorecard.answers
--   topic            text           'alignment', 'variance' or 'misallocation'
--   fiscal_year      text           fiscal year of the quarter
--   fiscal_quarter   text           fiscal quarter, such as '2026-Q1'
--   start_date       date           first day of the quarter
--   end_date         date           last day of the quarter
--   is_complete      boolean        true when the quarter has ended on the as-of date; false for the running one, which
--                                   is as of that date
--   value            double         the figure, in unit; NULL = unknown
--   unit             text           unit of the value: 'ratio', which is from 0 to 1, or 'count'
--   numerator        decimal(38,2)  the part that the value counts, in part_unit; NULL when the value is
--   denominator      decimal(38,2)  the whole, in part_unit
--   part_unit        text           unit of the two: the reporting currency, or 'initiatives'
--   status_reason    text           NULL, or why it is unknown: 'no spend', 'spend is negative', 'negative share' (a part
--                                   of the money is a net credit), 'no actual spend' (none to the end of the quarter),
--                                   'no budget', 'no goals', 'no weight or rank', 'level not fully weighted'
-- checks:
--   count(*) = 3 * count(distinct fiscal_quarter)
--   count(distinct fiscal_quarter) between 1 and 12
--   count(*) filter (where (value is null) <> (status_reason is not null)) = 0
--   count(*) filter (where (numerator is null) <> (status_reason is not null)) = 0
--   count(*) filter (where unit = 'ratio' and (value < 0 or value > 1.000000001)) = 0
-- receipt:  spend where $question_number in (1, 3) and fiscal_quarter = $fiscal_quarter
--             and ($question_number = 1 or not is_mandatory);
--             variance.budget_to_actual where $question_number = 2 and fiscal_quarter = $fiscal_quarter
--             and budget_to_date_amount <> 0;
--             base.goal_weights where $question_number = 3 and level = 1
-- leaves out: quarters before the twelve newest; commitments; of 3, mandatory initiatives, whose money no priority can
--             move. What was known, weighted, linked and budgeted at the time: each quarter is seen with today's goals,
--             weights, links, budgets and ledger, so that only the money moves (scorecard.what_changed has the rest)
-- method:   1: spend of the quarter with a path to a goal, over all of it; mandatory work counts, as in
--             alignment.coverage. 2: initiatives whose variance from budget to date is material at the end of the quarter
--             (variance.budget_to_actual), of all that then have a budget to date; unknown before the first actual. 3:
--             the definition of misallocation.priority_gap at its first level, for the quarter: half the sum of
--             |share of the quarter's movable spend - today's weight| over the top goals and the money without a path,
--             whose weight is 0; the numerator is what the goals below their weight lack, rounded goal by goal. 1 and 3
--             look at one quarter and jump more than scorecard.answers, which looks at the trailing periods.
with quarter_spans as (
    select
        fiscal_year,
        fiscal_quarter,
        min(period_start_date) as start_date,
        max(period_end_date) as end_date
    from base.periods
    group by fiscal_year, fiscal_quarter
    having min(period_start_date) <= $as_of
),

quarters as (
    select fiscal_year, fiscal_quarter, start_date, end_date
    from quarter_spans
    qualify row_number() over (order by start_date desc) <= 12
),

spend_links as (
    select initiative_id, goal_id, period_start_date, fiscal_quarter, spend_amount
    from base.spend_by_link
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

budget_positions as (
    select fiscal_quarter, is_material
    from variance.budget_to_actual
    where budget_to_date_amount <> 0
),

top_goals as (
    select goal_id, weight_ratio
    from base.goal_weights
    where level = 1
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

rules as (
    select reporting_currency
    from base.rules
),

-- 1
quarter_spend as (
    select
        fiscal_quarter,
        sum(spend_amount) as total_amount,
        sum(case when goal_id = '(unaligned)' then 0 else spend_amount end) as covered_amount
    from spend_links
    group by fiscal_quarter
),

-- 2
quarter_positions as (
    select
        fiscal_quarter,
        count(*) as budgeted_count,
        count(*) filter (where is_material) as material_count
    from budget_positions
    group by fiscal_quarter
),

first_spend as (
    select min(period_start_date) as first_date
    from spend_links
),

-- 3
top_of_goals as (
    select closure.goal_id, closure.ancestor_goal_id as top_goal_id
    from closure
    inner join top_goals
        on closure.ancestor_goal_id = top_goals.goal_id
),

goal_spend as (
    select
        spend_links.fiscal_quarter,
        coalesce(top_of_goals.top_goal_id, '(unaligned)') as goal_id,
        sum(spend_links.spend_amount) as spend_amount
    from spend_links
    left join mandatory_initiatives
        on spend_links.initiative_id = mandatory_initiatives.initiative_id
    left join top_of_goals
        on spend_links.goal_id = top_of_goals.goal_id
    where mandatory_initiatives.initiative_id is null
    group by spend_links.fiscal_quarter, coalesce(top_of_goals.top_goal_id, '(unaligned)')
),

top_weights as (
    select
        count(*) as goal_count,
        count(weight_ratio) as weighted_count,
        count(*) = count(weight_ratio) and abs(sum(weight_ratio) - 1) < 0.000001 as is_weighted
    from top_goals
),

weighed_spend as (
    select
        quarters.fiscal_quarter,
        top_goals.weight_ratio,
        coalesce(goal_spend.spend_amount, 0) as spend_amount
    from quarters
    cross join top_goals
    left join goal_spend
        on quarters.fiscal_quarter = goal_spend.fiscal_quarter
        and top_goals.goal_id = goal_spend.goal_id
    union all
    select fiscal_quarter, cast(0 as double) as weight_ratio, spend_amount
    from goal_spend
    where goal_id = '(unaligned)'
),

totalled_spend as (
    select
        fiscal_quarter,
        weight_ratio,
        cast(spend_amount as decimal(38, 2)) as spend_amount,
        cast(sum(spend_amount) over (partition by fiscal_quarter) as decimal(38, 2)) as total_amount,
        min(spend_amount) over (partition by fiscal_quarter) as least_amount
    from weighed_spend
),

-- a net credit has no share, and then no goal of its quarter has one
shared_spend as (
    select
        fiscal_quarter,
        spend_amount,
        total_amount,
        least_amount,
        cast(total_amount * cast(weight_ratio as decimal(18, 12)) as decimal(38, 2)) as fair_amount,
        case
            when total_amount > 0 and least_amount >= 0
                then abs(cast(spend_amount as double) / nullif(cast(total_amount as double), 0) - weight_ratio)
        end as gap_ratio
    from totalled_spend
),

-- added up as decimals, whose sum does not hang on the order of the rows
quarter_gaps as (
    select
        fiscal_quarter,
        max(total_amount) as total_amount,
        min(least_amount) as least_amount,
        cast(sum(cast(gap_ratio as decimal(18, 15))) as double) / 2 as misallocated_ratio,
        coalesce(sum(fair_amount - spend_amount) filter (where fair_amount > spend_amount), 0) as lacking_amount
    from shared_spend
    group by fiscal_quarter
),

coverage_by_quarter as (
    select
        quarters.fiscal_quarter,
        coalesce(quarter_spend.covered_amount, 0) as covered_amount,
        coalesce(quarter_spend.total_amount, 0) as total_amount,
        case
            when coalesce(quarter_spend.total_amount, 0) = 0 then 'no spend'
            when quarter_spend.total_amount < 0 then 'spend is negative'
            when not quarter_spend.covered_amount between 0 and quarter_spend.total_amount then 'negative share'
        end as status_reason
    from quarters
    left join quarter_spend
        on quarters.fiscal_quarter = quarter_spend.fiscal_quarter
),

figures as (
    select
        1 as question_number,
        'alignment' as topic,
        fiscal_quarter,
        cast(covered_amount as double) / nullif(cast(total_amount as double), 0) as value,
        'ratio' as unit,
        cast(covered_amount as decimal(38, 2)) as numerator,
        cast(total_amount as decimal(38, 2)) as denominator,
        cast(null as text) as part_unit,
        status_reason
    from coverage_by_quarter
    union all
    select
        2 as question_number,
        'variance' as topic,
        quarters.fiscal_quarter,
        cast(coalesce(quarter_positions.material_count, 0) as double) as value,
        'count' as unit,
        cast(coalesce(quarter_positions.material_count, 0) as decimal(38, 2)) as numerator,
        cast(coalesce(quarter_positions.budgeted_count, 0) as decimal(38, 2)) as denominator,
        'initiatives' as part_unit,
        case
            when coalesce(first_spend.first_date > quarters.end_date, true) then 'no actual spend'
            when quarter_positions.budgeted_count is null then 'no budget'
        end as status_reason
    from quarters
    left join quarter_positions
        on quarters.fiscal_quarter = quarter_positions.fiscal_quarter
    cross join first_spend
    union all
    select
        3 as question_number,
        'misallocation' as topic,
        quarters.fiscal_quarter,
        quarter_gaps.misallocated_ratio as value,
        'ratio' as unit,
        cast(quarter_gaps.lacking_amount as decimal(38, 2)) as numerator,
        cast(coalesce(quarter_gaps.total_amount, 0) as decimal(38, 2)) as denominator,
        cast(null as text) as part_unit,
        case
            when top_weights.goal_count = 0 then 'no goals'
            when top_weights.weighted_count < top_weights.goal_count then 'no weight or rank'
            when not top_weights.is_weighted then 'level not fully weighted'
            when coalesce(quarter_gaps.total_amount, 0) = 0 then 'no spend'
            when quarter_gaps.total_amount < 0 then 'spend is negative'
            when quarter_gaps.least_amount < 0 then 'negative share'
        end as status_reason
    from quarters
    left join quarter_gaps
        on quarters.fiscal_quarter = quarter_gaps.fiscal_quarter
    cross join top_weights
)

select
    cast(figures.question_number as bigint) as question_number,
    figures.topic,
    quarters.fiscal_year,
    figures.fiscal_quarter,
    quarters.start_date,
    quarters.end_date,
    quarters.end_date <= $as_of as is_complete,
    case when figures.status_reason is null then figures.value end as value,
    figures.unit,
    case when figures.status_reason is null then figures.numerator end as numerator,
    figures.denominator,
    coalesce(figures.part_unit, rules.reporting_currency) as part_unit,
    figures.status_reason
from figures
inner join quarters
    on figures.fiscal_quarter = quarters.fiscal_quarter
cross join rules
order by question_number, fiscal_quarter
