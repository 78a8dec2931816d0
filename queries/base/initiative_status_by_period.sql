-- question: What did the data say about each initiative at the end of each fiscal period, and what was reported?
-- grain:    initiative_id, period_end_date
-- columns:
--   initiative_id      text           initiative
--   period_end_date    date           day looked back at: the last day of a complete fiscal period while the initiative
--                                     runs, and the as-of date whether or not it runs
--   business_unit      text           unit that ran it then; NULL when not given
--   owner              text           who ran it then; NULL when not given
--   is_as_of           boolean        true for the as-of date
--   is_running         boolean        true when it had started and was not yet over
--   reported_rag       text           newest status report: 'green', 'amber' or 'red'; NULL without one, or when it was
--                                     not understood
--   reported_reason    text           NULL, or why reported_rag is missing: 'no report', 'not given', 'unknown word'
--   reported_date      date           day of that report; NULL without one
--   is_new_report      boolean        true when it was made since the row before
--   books_date         date           day that the ledger had reached; money is compared up to there
--   currency           text           reporting currency
--   budget_amount      decimal(38,2)  budget up to there, as known then (base.budget_as_known); NULL without one
--   actual_amount      decimal(38,2)  spend up to there, as known then; positive = money spent
--   bac_amount         decimal(38,2)  money for the whole initiative, as known then; NULL when not known
--   complete_ratio     double         progress by then, 0..1, up to the day that the books had reached; NULL when not
--                                     known
--   earned_amount      decimal(38,2)  complete_ratio times bac_amount
--   budget_ratio       double         2 less spend / budget: 1 = as budgeted, below = overspent
--   cpi_ratio          double         cost performance index: earned / spent; above 1 = favourable
--   paced_cpi_ratio    double         the same against a plan of even work: (progress / share of the time gone) times
--                                     (budget / spend); NULL without dates or budget
--   late_days          bigint         days by which the latest open milestone, or the planned end, was late; positive =
--                                     late; NULL when there is nothing to be late with
--   report_age_days    bigint         days since the newest report, or since the start when there is none
--   budget_status      text           'green', 'amber' or 'red' by budget_ratio; 'grey' = unknown
--   cost_status        text           the same by the better of cpi_ratio and paced_cpi_ratio
--   schedule_status    text           'green' when nothing is late, 'red' when late_days is above schedule_red_days,
--                                     otherwise 'amber'; 'grey' = unknown
--   freshness_status   text           'green' when the newest report is within one status_cadence_days, 'amber' up to
--                                     stale_after_cadences of them, 'red' beyond; 'grey' when the project has no
--                                     status reports or the initiative does not run
--   evidence_status    text           worst of budget, cost and schedule: what the data say, whoever reports
--   upheld_status      text           evidence_status, or the better colour that the spend of the same days has as it
--                                     is known today: what a later correction cleared accuses nobody
--   derived_status     text           worst of budget, cost, schedule and freshness; 'grey' when the first three are
--                                     and reports are fresh
--   deciding_rule      text           what made it so: the first of 'cost', 'schedule', 'budget', 'freshness' with the
--                                     colour of derived_status; NULL when that is green or grey
--   status_reason      text           NULL, or why derived_status is grey: 'not running', 'nothing to judge by'
-- checks:
--   count(*) filter (where is_as_of) = (select count(*) from initiatives)
--   count(*) filter (where (derived_status = 'grey') <> (status_reason is not null)) = 0
--   count(*) filter (where (deciding_rule is not null) <> (derived_status in ('amber', 'red'))) = 0
--   count(*) filter (where reported_date > period_end_date) = 0
--   count(*) filter (where (reported_rag is null) <> (reported_reason is not null)) = 0
--   count(*) filter (where derived_status = 'green' and 'red' in (budget_status, cost_status, schedule_status)) = 0
-- receipt:  initiatives where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id and reported_date <= $period_end_date;
--             base.spend_as_known where initiative_id = $initiative_id and status_date = $period_end_date;
--             base.budget_as_known where initiative_id = $initiative_id and status_date = $period_end_date;
--             base.milestones_as_known where initiative_id = $initiative_id and status_date = $period_end_date
-- leaves out: money without an initiative; commitments; KPIs, which belong to goals; underspending, which is no colour
--             here; approved money in another currency; statuses older than the newest status_periods periods
-- method:   METHODS 4, 18: what was known on the day, as base.status_days defines it. Budget is 2 less spend / budget
--             (METHODS 3, linear). The budget at completion is chosen as in base.earned_value_by_period, from what was
--             known. Progress is the newest report, without any the weight of milestones reached. Small sums and early
--             days swing: budget and cost are judged once settled_ratio of the money for the whole is spent. Work runs
--             from its start until its end, while its stage is active or not given. A plan that buys first and works
--             later makes any progress by time look dear, so cost is judged by the better of two indexes: CPI, and what
--             is left of it when progress is measured against time and money against its plan. The first is right when
--             progress is weighed by value, the second when it is not; work that is dear by both is dear. Thresholds
--             belong to the better colour; comparisons are made on nine decimals. No colour waits for a second period.
with status_days as (
    select status_date, from_date, known_date, books_date, is_as_of
    from base.status_days
),

run as (
    select first_known_at
    from base.run
),

rules as (
    select
        reporting_currency,
        rag_green_ratio,
        rag_amber_ratio,
        schedule_red_days,
        stale_after_cadences,
        status_cadence_days,
        settled_ratio
    from base.rules
),

spend_totals as (
    select initiative_id, status_date, actual_amount, upheld_amount
    from base.spend_as_known
),

budget_totals as (
    select initiative_id, status_date, budget_amount, whole_amount, budget_end_date
    from base.budget_as_known
),

milestone_days as (
    select initiative_id, status_date, slip_days, weight_value, is_reached
    from base.milestones_as_known
),

reports as (
    select initiative_id, reported_date, known_date, reported_rag, complete_ratio, status_reason
    from base.reported_status
),

known_initiatives as (
    select initiative_id
    from initiatives
),

versions as (
    select
        initiatives.initiative_id,
        initiatives.business_unit,
        nullif(initiatives.owner, '') as owner,
        initiatives.stage,
        initiatives.start_date,
        initiatives.planned_end_date,
        initiatives.actual_end_date,
        initiatives.approved_amount,
        initiatives.currency,
        initiatives.valid_from,
        initiatives.recorded_date,
        initiatives.known_to,
        initiatives.file,
        initiatives."row" as line,
        greatest(
            case
                when initiatives.recorded_date is not null then initiatives.recorded_date
                when initiatives.known_from is null or initiatives.known_from <= run.first_known_at
                    then coalesce(initiatives.valid_from, date '0001-01-01')
                else cast(initiatives.known_from as date)
            end,
            coalesce(initiatives.valid_from, date '0001-01-01')
        ) as from_date
    from history.initiatives as initiatives
    cross join run
    where initiatives.valid_from is null or initiatives.valid_from <= $as_of
),

version_lives as (
    select
        initiative_id,
        business_unit,
        owner,
        stage,
        start_date,
        planned_end_date,
        actual_end_date,
        approved_amount,
        currency,
        from_date,
        least(
            coalesce(cast(known_to as date), date '9999-12-31'),
            coalesce(
                min(from_date) over (
                    partition by initiative_id
                    order by
                        known_to nulls last, valid_from nulls first, recorded_date nulls first, file, line
                    rows between 1 following and unbounded following
                ),
                date '9999-12-31'
            )
        ) as end_date
    from versions
),

initiative_days as (
    select
        version_lives.initiative_id,
        status_days.status_date,
        status_days.from_date,
        status_days.known_date,
        status_days.books_date,
        status_days.is_as_of,
        version_lives.business_unit,
        version_lives.owner,
        version_lives.start_date,
        version_lives.planned_end_date,
        case
            when coalesce(version_lives.currency, rules.reporting_currency) = rules.reporting_currency
                then cast(version_lives.approved_amount as decimal(38, 2))
        end as approved_amount,
        case
            when version_lives.start_date > status_days.status_date then false
            when version_lives.actual_end_date is not null
                then version_lives.actual_end_date > status_days.status_date
                and coalesce(version_lives.stage, 'active') in ('active', 'complete', 'cancelled')
            else coalesce(version_lives.stage, 'active') = 'active'
        end as is_running
    from version_lives
    inner join known_initiatives
        on version_lives.initiative_id = known_initiatives.initiative_id
    inner join status_days
        on version_lives.from_date <= status_days.known_date
        and (version_lives.end_date > status_days.known_date or version_lives.end_date = date '9999-12-31')
    cross join rules
    where version_lives.from_date < version_lives.end_date
),

wanted_days as (
    select
        initiative_id,
        status_date,
        from_date,
        known_date,
        books_date,
        is_as_of,
        business_unit,
        owner,
        start_date,
        planned_end_date,
        approved_amount,
        is_running
    from initiative_days
    where is_running or is_as_of
),

-- each report counts from the first status date that knew it
placed_reports as (
    select
        reports.initiative_id,
        status_days.status_date,
        reports.reported_date,
        reports.reported_rag,
        reports.status_reason
    from reports
    inner join status_days
        on reports.known_date <= status_days.known_date
        and reports.reported_date <= status_days.status_date
    qualify row_number() over (
        partition by reports.initiative_id, status_days.status_date
        order by reports.reported_date desc
    ) = 1
),

-- progress is compared with money, so it is read where the books end
placed_progress as (
    select
        reports.initiative_id,
        status_days.status_date,
        reports.complete_ratio
    from reports
    inner join status_days
        on reports.known_date <= status_days.known_date
        and reports.reported_date <= status_days.books_date
    where reports.complete_ratio is not null
    qualify row_number() over (
        partition by reports.initiative_id, status_days.status_date
        order by reports.reported_date desc
    ) = 1
),

report_counts as (
    select status_days.status_date, count(*) as report_count
    from status_days
    inner join reports
        on reports.known_date <= status_days.known_date
        and reports.reported_date <= status_days.status_date
    group by status_days.status_date
),

reporting_initiatives as (
    select distinct initiative_id
    from reports
    where complete_ratio is not null
),

milestone_totals as (
    select
        initiative_id,
        status_date,
        max(slip_days) filter (where not is_reached) as open_slip_days,
        count(slip_days) as dated_count,
        sum(weight_value) as all_weight,
        coalesce(sum(weight_value) filter (where is_reached), 0) as done_weight
    from milestone_days
    group by initiative_id, status_date
),

gathered_days as (
    select
        wanted_days.initiative_id,
        wanted_days.status_date,
        wanted_days.from_date,
        wanted_days.books_date,
        wanted_days.is_as_of,
        wanted_days.business_unit,
        wanted_days.owner,
        wanted_days.start_date,
        wanted_days.planned_end_date,
        wanted_days.is_running,
        placed_reports.reported_date,
        placed_reports.reported_rag,
        case when placed_reports.reported_date is null then 'no report' else placed_reports.status_reason end
            as reported_reason,
        coalesce(report_counts.report_count, 0) as report_count,
        budget_totals.budget_amount,
        case
            when wanted_days.books_date is not null
                then coalesce(spend_totals.actual_amount, cast(0 as decimal(38, 2)))
        end as actual_amount,
        case
            when wanted_days.books_date is not null
                then coalesce(spend_totals.upheld_amount, cast(0 as decimal(38, 2)))
        end as upheld_amount,
        case
            when budget_totals.whole_amount is null then wanted_days.approved_amount
            when
                wanted_days.approved_amount > budget_totals.whole_amount
                and wanted_days.planned_end_date > budget_totals.budget_end_date
                then wanted_days.approved_amount
            else budget_totals.whole_amount
        end as bac_amount,
        case
            when reporting_initiatives.initiative_id is not null then placed_progress.complete_ratio
            when milestone_totals.all_weight > 0
                then milestone_totals.done_weight / nullif(milestone_totals.all_weight, 0)
        end as complete_ratio,
        greatest(
            milestone_totals.open_slip_days,
            case
                when milestone_totals.dated_count > 0 then 0
            end,
            case
                when wanted_days.planned_end_date is not null and wanted_days.is_running
                    then case
                        when wanted_days.planned_end_date < wanted_days.status_date
                            then wanted_days.status_date - wanted_days.planned_end_date
                        when milestone_totals.dated_count > 0 then 0
                    end
            end
        ) as late_days
    from wanted_days
    left join placed_reports
        on wanted_days.initiative_id = placed_reports.initiative_id
        and wanted_days.status_date = placed_reports.status_date
    left join placed_progress
        on wanted_days.initiative_id = placed_progress.initiative_id
        and wanted_days.status_date = placed_progress.status_date
    left join reporting_initiatives
        on wanted_days.initiative_id = reporting_initiatives.initiative_id
    left join report_counts
        on wanted_days.status_date = report_counts.status_date
    left join spend_totals
        on wanted_days.initiative_id = spend_totals.initiative_id
        and wanted_days.status_date = spend_totals.status_date
    left join budget_totals
        on wanted_days.initiative_id = budget_totals.initiative_id
        and wanted_days.status_date = budget_totals.status_date
    left join milestone_totals
        on wanted_days.initiative_id = milestone_totals.initiative_id
        and wanted_days.status_date = milestone_totals.status_date
),

measured_days as (
    select
        initiative_id,
        status_date,
        from_date,
        books_date,
        is_as_of,
        business_unit,
        owner,
        is_running,
        reported_date,
        reported_rag,
        reported_reason,
        report_count,
        budget_amount,
        actual_amount,
        bac_amount,
        complete_ratio,
        cast(bac_amount * cast(complete_ratio as decimal(18, 9)) as decimal(38, 2)) as earned_amount,
        late_days,
        case
            when is_running then status_date - coalesce(reported_date, start_date)
        end as report_age_days,
        case
            when budget_amount > 0
                then 2 - cast(actual_amount as double) / nullif(cast(budget_amount as double), 0)
        end as budget_ratio,
        case
            when budget_amount > 0
                then 2 - cast(upheld_amount as double) / nullif(cast(budget_amount as double), 0)
        end as upheld_budget_ratio,
        case
            when bac_amount > 0 and actual_amount > 0
                then cast(bac_amount as double) * complete_ratio / nullif(cast(actual_amount as double), 0)
        end as cpi_ratio,
        case
            when bac_amount > 0 and upheld_amount > 0
                then cast(bac_amount as double) * complete_ratio / nullif(cast(upheld_amount as double), 0)
        end as upheld_cpi_ratio,
        case
            when budget_amount > 0 and actual_amount > 0 and start_date <= books_date and start_date < planned_end_date
                then complete_ratio
                    / least(
                        cast(books_date - start_date + 1 as double)
                        / nullif(cast(planned_end_date - start_date + 1 as double), 0),
                        1.0
                    )
                    * cast(budget_amount as double) / nullif(cast(actual_amount as double), 0)
        end as paced_cpi_ratio,
        cast(actual_amount as double) / nullif(cast(upheld_amount as double), 0) as correction_ratio,
        cast(actual_amount as double) / nullif(cast(bac_amount as double), 0) as spent_ratio
    from gathered_days
),

indexed_days as (
    select
        initiative_id,
        status_date,
        from_date,
        books_date,
        is_as_of,
        business_unit,
        owner,
        is_running,
        reported_date,
        reported_rag,
        reported_reason,
        report_count,
        budget_amount,
        actual_amount,
        bac_amount,
        complete_ratio,
        earned_amount,
        late_days,
        report_age_days,
        budget_ratio,
        upheld_budget_ratio,
        cpi_ratio,
        paced_cpi_ratio,
        greatest(cpi_ratio, paced_cpi_ratio) as best_cpi_ratio,
        greatest(upheld_cpi_ratio, paced_cpi_ratio * correction_ratio) as upheld_best_ratio,
        spent_ratio
    from measured_days
),

-- 0 unknown, 1 green, 2 amber, 3 red
graded_days as (
    select
        indexed_days.initiative_id,
        indexed_days.status_date,
        indexed_days.from_date,
        indexed_days.books_date,
        indexed_days.is_as_of,
        indexed_days.business_unit,
        indexed_days.owner,
        indexed_days.is_running,
        indexed_days.reported_date,
        indexed_days.reported_rag,
        indexed_days.reported_reason,
        indexed_days.budget_amount,
        indexed_days.actual_amount,
        indexed_days.bac_amount,
        indexed_days.complete_ratio,
        indexed_days.earned_amount,
        indexed_days.late_days,
        indexed_days.report_age_days,
        indexed_days.budget_ratio,
        indexed_days.cpi_ratio,
        indexed_days.paced_cpi_ratio,
        case
            when indexed_days.budget_ratio is null then 0
            when round(indexed_days.spent_ratio, 9) < rules.settled_ratio then 0
            when round(indexed_days.budget_ratio, 9) >= round(rules.rag_green_ratio, 9) then 1
            when round(indexed_days.budget_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 2
            else 3
        end as budget_grade,
        case
            when indexed_days.best_cpi_ratio is null then 0
            when round(indexed_days.spent_ratio, 9) < rules.settled_ratio then 0
            when round(indexed_days.best_cpi_ratio, 9) >= round(rules.rag_green_ratio, 9) then 1
            when round(indexed_days.best_cpi_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 2
            else 3
        end as cost_grade,
        case
            when indexed_days.upheld_budget_ratio is null then 0
            when round(indexed_days.spent_ratio, 9) < rules.settled_ratio then 0
            when round(indexed_days.upheld_budget_ratio, 9) >= round(rules.rag_green_ratio, 9) then 1
            when round(indexed_days.upheld_budget_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 2
            else 3
        end as upheld_budget_grade,
        case
            when indexed_days.upheld_best_ratio is null then 0
            when round(indexed_days.spent_ratio, 9) < rules.settled_ratio then 0
            when round(indexed_days.upheld_best_ratio, 9) >= round(rules.rag_green_ratio, 9) then 1
            when round(indexed_days.upheld_best_ratio, 9) >= round(rules.rag_amber_ratio, 9) then 2
            else 3
        end as upheld_cost_grade,
        case
            when indexed_days.late_days is null then 0
            when indexed_days.late_days <= 0 then 1
            when indexed_days.late_days <= rules.schedule_red_days then 2
            else 3
        end as schedule_grade,
        case
            when indexed_days.report_count = 0 or indexed_days.report_age_days is null then 0
            when indexed_days.report_age_days <= rules.status_cadence_days then 1
            when
                indexed_days.report_age_days
                <= rules.status_cadence_days * rules.stale_after_cadences
                then 2
            else 3
        end as freshness_grade
    from indexed_days
    cross join rules
),

judged_days as (
    select
        initiative_id,
        status_date,
        from_date,
        books_date,
        is_as_of,
        business_unit,
        owner,
        is_running,
        reported_date,
        reported_rag,
        reported_reason,
        budget_amount,
        actual_amount,
        bac_amount,
        complete_ratio,
        earned_amount,
        late_days,
        report_age_days,
        budget_ratio,
        cpi_ratio,
        paced_cpi_ratio,
        budget_grade,
        cost_grade,
        schedule_grade,
        freshness_grade,
        greatest(budget_grade, cost_grade, schedule_grade) as evidence_grade,
        least(
            greatest(budget_grade, cost_grade, schedule_grade),
            greatest(upheld_budget_grade, upheld_cost_grade, schedule_grade)
        ) as upheld_grade,
        case
            when not is_running then 0
            when greatest(budget_grade, cost_grade, schedule_grade) = 0 and freshness_grade <= 1 then 0
            else greatest(budget_grade, cost_grade, schedule_grade, freshness_grade)
        end as derived_grade
    from graded_days
),

grades as (
    select 0 as grade, 'grey' as colour
    union all
    select 1 as grade, 'green' as colour
    union all
    select 2 as grade, 'amber' as colour
    union all
    select 3 as grade, 'red' as colour
)

select
    judged_days.initiative_id,
    judged_days.status_date as period_end_date,
    judged_days.business_unit,
    judged_days.owner,
    judged_days.is_as_of,
    judged_days.is_running,
    judged_days.reported_rag,
    judged_days.reported_reason,
    judged_days.reported_date,
    coalesce(judged_days.reported_date >= judged_days.from_date, false) as is_new_report,
    judged_days.books_date,
    rules.reporting_currency as currency,
    cast(judged_days.budget_amount as decimal(38, 2)) as budget_amount,
    cast(judged_days.actual_amount as decimal(38, 2)) as actual_amount,
    cast(judged_days.bac_amount as decimal(38, 2)) as bac_amount,
    cast(judged_days.complete_ratio as double) as complete_ratio,
    cast(judged_days.earned_amount as decimal(38, 2)) as earned_amount,
    judged_days.budget_ratio,
    judged_days.cpi_ratio,
    judged_days.paced_cpi_ratio,
    cast(judged_days.late_days as bigint) as late_days,
    cast(judged_days.report_age_days as bigint) as report_age_days,
    budget_grades.colour as budget_status,
    cost_grades.colour as cost_status,
    schedule_grades.colour as schedule_status,
    freshness_grades.colour as freshness_status,
    evidence_grades.colour as evidence_status,
    upheld_grades.colour as upheld_status,
    derived_grades.colour as derived_status,
    case
        when judged_days.derived_grade <= 1 then null
        when judged_days.cost_grade = judged_days.derived_grade then 'cost'
        when judged_days.schedule_grade = judged_days.derived_grade then 'schedule'
        when judged_days.budget_grade = judged_days.derived_grade then 'budget'
        else 'freshness'
    end as deciding_rule,
    case
        when judged_days.derived_grade > 0 then null
        when not judged_days.is_running then 'not running'
        else 'nothing to judge by'
    end as status_reason
from judged_days
inner join grades as budget_grades
    on judged_days.budget_grade = budget_grades.grade
inner join grades as cost_grades
    on judged_days.cost_grade = cost_grades.grade
inner join grades as schedule_grades
    on judged_days.schedule_grade = schedule_grades.grade
inner join grades as freshness_grades
    on judged_days.freshness_grade = freshness_grades.grade
inner join grades as evidence_grades
    on judged_days.evidence_grade = evidence_grades.grade
inner join grades as upheld_grades
    on judged_days.upheld_grade = upheld_grades.grade
inner join grades as derived_grades
    on judged_days.derived_grade = derived_grades.grade
cross join rules
order by initiative_id, period_end_date
