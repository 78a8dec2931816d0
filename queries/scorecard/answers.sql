-- question: What is the answer to each of the three questions, in one figure and one sentence?
-- grain:    question_number
-- columns:
--   question_number  bigint         1 to 3
--   topic            text           'alignment', 'variance' or 'misallocation'
--   question         text           what the figure answers
--   value            double         the figure, in unit; NULL = unknown
--   unit             text           unit of the value: 'ratio', which is from 0 to 1, or 'count'
--   label            text           what the figure is a figure of, so that the two read as one line; NULL without a
--                                   figure
--   numerator        decimal(38,2)  the part that the value counts, in part_unit; NULL when the value is
--   denominator      decimal(38,2)  the whole, in part_unit; NULL when the top goals are not there
--   part_unit        text           unit of the two: the reporting currency, or 'initiatives'
--   status           text           'green', 'amber', 'red' or 'grey' = unknown
--   sentence         text           the answer as a sentence; amounts in it are rounded to whole units
--   subject_type     text           'initiative' or 'goal': what the sentence names; NULL when it names nothing
--   subject_id       text           its id
--   evidence_model   text           model with the rows behind it
--   status_reason    text           NULL, or why it is unknown: 'no spend', 'spend is negative', 'negative share' (a part
--                                   of the money is a net credit), 'no actual spend', 'no budget', 'no goals', 'no weight
--                                   or rank', 'level not fully weighted'
-- checks:
--   count(*) = 3
--   count(*) filter (where (value is null) <> (status_reason is not null)) = 0
--   count(*) filter (where (status = 'grey') <> (status_reason is not null)) = 0
--   count(*) filter (where (numerator is null) <> (status_reason is not null)) = 0
--   count(*) filter (where sentence is null or (label is null) <> (status_reason is not null)) = 0
--   count(*) filter (where unit = 'ratio' and (value < 0 or value > 1.000000001)) = 0
-- receipt:  alignment.coverage where $question_number = 1 and measure in ('spend with a path', 'goals with work');
--             variance.budget_to_actual where $question_number = 2 and budget_to_date_amount <> 0
--             and start_date <= $as_of and end_date >= $as_of;
--             misallocation.priority_gap where $question_number = 3 and level = 1
-- leaves out: everything that the model named as evidence leaves out
-- method:   1: spend of the trailing periods with a path to a goal, over all of it; mandatory work counts. 2:
--             initiatives whose variance to date is material, either way, of all that have a budget to date, each by its
--             newest quarter; without a single actual every budget would look unspent, which nobody knows. 3: half the
--             sum of |gap_pp| over the top goals and the money without a path; the numerator is what would have to move
--             in, rounded goal by goal. Green and amber are: of 1 from coverage_green_ratio and coverage_amber_ratio on;
--             of 2 none at all, and up to departing_amber_ratio of those with a budget; of 3 below
--             misallocated_green_ratio and misallocated_amber_ratio. Comparisons are made on nine decimals.
with covered_spend as (
    select covered_amount, total_amount, coverage_ratio, status_reason
    from alignment.coverage
    where measure = 'spend with a path'
),

worked_goals as (
    select total_amount as goal_count, total_amount - covered_amount as idle_count
    from alignment.coverage
    where measure = 'goals with work'
),

budget_positions as (
    select initiative_id, initiative_name, variance_to_date_amount, is_material
    from variance.budget_to_actual
    where budget_to_date_amount <> 0
    qualify row_number() over (partition by initiative_id order by end_date desc) = 1
),

top_goals as (
    select goal_id, goal_name, gap_pp, move_amount, total_amount, status_reason
    from misallocation.priority_gap
    where level = 1
),

spend_months as (
    select spend_amount
    from base.spend_by_month
),

rules as (
    select
        reporting_currency,
        coverage_green_ratio,
        coverage_amber_ratio,
        departing_amber_ratio,
        misallocated_green_ratio,
        misallocated_amber_ratio
    from base.rules
),

position_sums as (
    select
        count(*) as budgeted_count,
        count(*) filter (where is_material) as material_count
    from budget_positions
),

largest_variance as (
    select initiative_id, initiative_name, variance_to_date_amount
    from budget_positions
    where is_material
    qualify row_number() over (order by abs(variance_to_date_amount) desc, initiative_id) = 1
),

spend_sums as (
    select count(*) as month_count
    from spend_months
),

-- added up as decimals, whose sum does not hang on the order of the rows
gap_sums as (
    select
        cast(sum(cast(abs(gap_pp) as decimal(18, 12))) as double) / 200 as misallocated_ratio,
        coalesce(sum(move_amount) filter (where move_amount > 0), 0) as move_amount,
        max(total_amount) as total_amount,
        coalesce(max(status_reason), 'no goals') as status_reason
    from top_goals
),

neediest_goal as (
    select goal_id, goal_name, move_amount
    from top_goals
    where move_amount > 0
    qualify row_number() over (order by move_amount desc, goal_id) = 1
),

alignment_parts as (
    select
        covered_spend.coverage_ratio as value,
        covered_spend.covered_amount,
        covered_spend.total_amount,
        case
            when round(covered_spend.coverage_ratio, 9) >= rules.coverage_green_ratio then 'green'
            when round(covered_spend.coverage_ratio, 9) >= rules.coverage_amber_ratio then 'amber'
            else 'red'
        end as status,
        rules.reporting_currency,
        group_thousands(
            concat(cast(cast(covered_spend.covered_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency)
        ) as covered,
        group_thousands(
            concat(cast(cast(covered_spend.total_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency)
        ) as whole,
        case
            when worked_goals.goal_count = 0 then 'there are no goals'
            when worked_goals.idle_count = 0 then 'every goal has work under it'
            when worked_goals.idle_count = 1 then '1 goal has no work under it'
            else concat(
                -- 1234 becomes 1,234
                regexp_replace(cast(cast(worked_goals.idle_count as bigint) as text), '(\d)(\d{3})$', '\1,\2'),
                ' goals have no work under them'
            )
        end as remark,
        case covered_spend.status_reason
            when 'nothing to cover' then 'no spend'
            when 'total is negative' then 'spend is negative'
            else covered_spend.status_reason
        end as status_reason
    from covered_spend
    cross join worked_goals
    cross join rules
),

variance_parts as (
    select
        position_sums.material_count,
        position_sums.budgeted_count,
        case
            when position_sums.material_count = 0 then 'green'
            when
                round(
                    cast(position_sums.material_count as double)
                    / nullif(cast(position_sums.budgeted_count as double), 0),
                    9
                ) <= rules.departing_amber_ratio
                then 'amber'
            else 'red'
        end as status,
        regexp_replace(cast(position_sums.material_count as text), '(\d)(\d{3})$', '\1,\2') as material,
        regexp_replace(cast(position_sums.budgeted_count as text), '(\d)(\d{3})$', '\1,\2') as budgeted,
        case
            when largest_variance.initiative_id is null then 'nothing is material'
            else concat(
                'the largest is ', largest_variance.initiative_name, ', ',
                group_thousands(
                    concat(
                        cast(cast(abs(largest_variance.variance_to_date_amount) as decimal(38, 0)) as text), ' ',
                        rules.reporting_currency
                    )
                ),
                case when largest_variance.variance_to_date_amount < 0 then ' over budget' else ' under budget' end
            )
        end as remark,
        largest_variance.initiative_id,
        case
            when spend_sums.month_count = 0 then 'no actual spend'
            when position_sums.budgeted_count = 0 then 'no budget'
        end as status_reason
    from position_sums
    left join largest_variance
        on true
    cross join spend_sums
    cross join rules
),

misallocation_parts as (
    select
        gap_sums.misallocated_ratio as value,
        gap_sums.move_amount,
        gap_sums.total_amount,
        case
            when round(gap_sums.misallocated_ratio, 9) < rules.misallocated_green_ratio then 'green'
            when round(gap_sums.misallocated_ratio, 9) < rules.misallocated_amber_ratio then 'amber'
            else 'red'
        end as status,
        rules.reporting_currency,
        neediest_goal.goal_id,
        neediest_goal.goal_name,
        group_thousands(
            concat(cast(cast(gap_sums.move_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency)
        ) as moves,
        group_thousands(
            concat(cast(cast(neediest_goal.move_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency)
        ) as lacks,
        case when gap_sums.misallocated_ratio is null then gap_sums.status_reason end as status_reason
    from gap_sums
    left join neediest_goal
        on true
    cross join rules
),

answers as (
    select
        1 as question_number,
        'alignment' as topic,
        'Which work and money has a path to a goal?' as question,
        value,
        'ratio' as unit,
        'of the spend of the trailing periods has a path to a goal' as label,
        covered_amount as numerator,
        total_amount as denominator,
        reporting_currency as part_unit,
        status,
        concat(
            case status_reason
                when 'no spend' then 'There is no spend in the trailing periods'
                when 'spend is negative' then 'The spend of the trailing periods is a net credit, so there is no share'
                when 'negative share'
                    then 'The spend with or without a path is a net credit, so there is no share'
                else concat(covered, ' of ', whole, ' can be traced to a goal')
            end,
            '; ', remark, '.'
        ) as sentence,
        cast(null as text) as subject_type,
        cast(null as text) as subject_id,
        'alignment.coverage' as evidence_model,
        status_reason
    from alignment_parts
    union all
    select
        2 as question_number,
        'variance' as topic,
        'Where does money depart from plan?' as question,
        cast(material_count as double) as value,
        'count' as unit,
        case
            when material_count = 1 then 'initiative departs materially from its budget to date'
            else 'initiatives depart materially from their budget to date'
        end as label,
        cast(material_count as decimal(38, 2)) as numerator,
        cast(budgeted_count as decimal(38, 2)) as denominator,
        'initiatives' as part_unit,
        status,
        case status_reason
            when 'no actual spend' then 'No actual spend was loaded, so nothing can be compared.'
            when 'no budget' then 'No initiative has a budget, so nothing can be compared.'
            else concat(material, ' of ', budgeted, ' budgeted initiatives; ', remark, '.')
        end as sentence,
        case when initiative_id is not null then 'initiative' end as subject_type,
        initiative_id as subject_id,
        'variance.budget_to_actual' as evidence_model,
        status_reason
    from variance_parts
    union all
    select
        3 as question_number,
        'misallocation' as topic,
        'Is the money where the priority is?' as question,
        value,
        'ratio' as unit,
        'of the movable spend would have to move to match the weights' as label,
        move_amount as numerator,
        total_amount as denominator,
        reporting_currency as part_unit,
        status,
        case
            when status_reason = 'no goals' then 'It cannot be said: there are no goals.'
            when status_reason is not null then concat('It cannot be said: ', status_reason, '.')
            when goal_id is null then 'Every top goal has the share of the money that its weight asks for.'
            else concat(moves, ' would move in all; ', goal_name, ' lacks most, ', lacks, '.')
        end as sentence,
        case when goal_id is not null then 'goal' end as subject_type,
        goal_id as subject_id,
        'misallocation.priority_gap' as evidence_model,
        status_reason
    from misallocation_parts
)

select
    cast(question_number as bigint) as question_number,
    topic,
    question,
    case when status_reason is null then value end as value,
    unit,
    case when status_reason is null then label end as label,
    case when status_reason is null then cast(numerator as decimal(38, 2)) end as numerator,
    cast(denominator as decimal(38, 2)) as denominator,
    part_unit,
    case when status_reason is null then status else 'grey' end as status,
    sentence,
    case when status_reason is null then subject_type end as subject_type,
    case when status_reason is null then subject_id end as subject_id,
    evidence_model,
    status_reason
from answers
order by question_number
