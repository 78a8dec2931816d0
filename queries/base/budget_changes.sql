-- question: How does the budget of each initiative differ from that of the previous release, and why?
-- grain:    initiative_id, cause
-- columns:
--   initiative_id   text           initiative; '(none)' collects budgets of initiatives that do not exist
--   cause           text           'target' (a plan approved since the previous as-of date), 'late data' (a plan
--                                  approved before and learned since), 'restatement' (a line that was changed or
--                                  withdrawn without a new approval), 'rules' (another version is compared with)
--   version_before  text           version compared with in the previous release; NULL when there was none
--   version_after   text           version compared with today; NULL when there is none
--   currency        text           reporting currency
--   change_amount   decimal(38,2)  what this adds to the whole budget; positive = more may be spent; never 0
-- checks:
--   coalesce(sum(change_amount), 0) = (select coalesce(sum(b.budget_amount), 0) from base.budget_by_month as b
--     inner join base.chosen_budget as c on b.initiative_id = c.initiative_id and b.version = c.version
--     cross join base.run as r where r.previous_as_of is not null)
--     - (select coalesce(sum(b.budget_amount), 0) from previous.base.budget_by_month as b
--     inner join previous.base.chosen_budget as c on b.initiative_id = c.initiative_id and b.version = c.version)
--   count(*) filter (where change_amount = 0) = 0
-- receipt:  history.budgets where ($initiative_id = '(none)' or initiative_id = $initiative_id)
--             and coalesce(version, '(none)') in ($version_before, $version_after)
-- leaves out: versions that no initiative is compared with; what moved between periods of the same budget
-- method:   METHODS 9. The whole budget, due or not, in the version that base.chosen_budget names. Where another
--             version is compared with that was there already, the difference between the two as they stood is the
--             rules'; a version that is new is a plan. Lines are paired by initiative, version, period and account.
with chosen_now as (
    select initiative_id, version
    from base.chosen_budget
),

chosen_then as (
    select initiative_id, version
    from previous.base.chosen_budget
),

lines_now as (
    select
        coalesce(initiatives.initiative_id, '(none)') as initiative_id,
        coalesce(budgets.version, '(none)') as version,
        budgets.initiative_id as named_initiative_id,
        budgets.period_start_date,
        budgets.period_end_date,
        budgets.account,
        budgets.approved_date,
        budgets.reporting_amount
    from budgets
    left join initiatives
        on budgets.initiative_id = initiatives.initiative_id
),

lines_then as (
    select
        coalesce(initiatives.initiative_id, '(none)') as initiative_id,
        coalesce(budgets.version, '(none)') as version,
        budgets.initiative_id as named_initiative_id,
        budgets.period_start_date,
        budgets.period_end_date,
        budgets.account,
        budgets.reporting_amount
    from previous.budgets as budgets
    left join previous.initiatives as initiatives
        on budgets.initiative_id = initiatives.initiative_id
),

releases as (
    select previous_as_of
    from base.run
    where previous_as_of is not null
),

rules as (
    select reporting_currency
    from base.rules
),

choices as (
    select
        coalesce(chosen_now.initiative_id, chosen_then.initiative_id) as initiative_id,
        chosen_then.version as version_before,
        chosen_now.version as version_after
    from chosen_now
    full outer join chosen_then
        on chosen_now.initiative_id = chosen_then.initiative_id
),

sided_lines as (
    select
        initiative_id,
        version,
        named_initiative_id,
        period_start_date,
        period_end_date,
        account,
        reporting_amount as after_amount,
        cast(0 as decimal(38, 2)) as before_amount,
        approved_date,
        1 as after_count,
        0 as before_count
    from lines_now
    union all
    select
        initiative_id,
        version,
        named_initiative_id,
        period_start_date,
        period_end_date,
        account,
        cast(0 as decimal(38, 2)) as after_amount,
        reporting_amount as before_amount,
        cast(null as date) as approved_date,
        0 as after_count,
        1 as before_count
    from lines_then
),

paired_lines as (
    select
        initiative_id,
        version,
        sum(after_amount) as after_amount,
        sum(before_amount) as before_amount,
        max(approved_date) as approved_date,
        sum(before_count) as before_count,
        sum(after_count) as after_count
    from sided_lines
    group by initiative_id, version, named_initiative_id, period_start_date, period_end_date, account
),

-- what each version was, what it is, and what changed its lines
version_totals as (
    select
        paired_lines.initiative_id,
        paired_lines.version,
        sum(paired_lines.before_amount) as before_amount,
        sum(paired_lines.before_count) as before_count,
        sum(paired_lines.after_amount) as after_amount,
        sum(paired_lines.after_amount - paired_lines.before_amount) filter (
            where paired_lines.approved_date > releases.previous_as_of
        ) as target_amount,
        sum(paired_lines.after_amount - paired_lines.before_amount) filter (
            where (paired_lines.approved_date is null or paired_lines.approved_date <= releases.previous_as_of)
                and paired_lines.before_count = 0
        ) as late_amount,
        sum(paired_lines.after_amount - paired_lines.before_amount) filter (
            where (paired_lines.approved_date is null or paired_lines.approved_date <= releases.previous_as_of)
                and paired_lines.before_count > 0
        ) as restated_amount,
        max(paired_lines.approved_date) > max(releases.previous_as_of) as is_approved_since
    from paired_lines
    cross join releases
    group by paired_lines.initiative_id, paired_lines.version
),

compared_versions as (
    select
        choices.initiative_id,
        choices.version_before,
        choices.version_after,
        coalesce(before_totals.before_amount, 0) as before_amount,
        coalesce(after_totals.before_amount, 0) as switched_amount,
        coalesce(after_totals.after_amount, 0) as after_amount,
        coalesce(after_totals.target_amount, 0) as target_amount,
        coalesce(after_totals.late_amount, 0) as late_amount,
        coalesce(after_totals.restated_amount, 0) as restated_amount,
        coalesce(after_totals.is_approved_since, false) as is_approved_since,
        coalesce(after_totals.before_count, 0) = 0 and choices.version_after is not null as is_new_version
    from choices
    left join version_totals as before_totals
        on choices.initiative_id = before_totals.initiative_id
        and choices.version_before = before_totals.version
    left join version_totals as after_totals
        on choices.initiative_id = after_totals.initiative_id
        and choices.version_after = after_totals.version
    cross join releases
),

causes as (
    select 'target' as cause
    union all
    select 'late data' as cause
    union all
    select 'restatement' as cause
    union all
    select 'rules' as cause
),

budget_changes as (
    select
        compared_versions.initiative_id,
        causes.cause,
        compared_versions.version_before,
        compared_versions.version_after,
        case
            -- a version that was not there before is one new plan
            when compared_versions.is_new_version
                then case
                    when causes.cause = 'target' and compared_versions.is_approved_since
                        or causes.cause = 'late data' and not compared_versions.is_approved_since
                        then compared_versions.after_amount - compared_versions.before_amount
                    else 0
                end
            -- and one that is gone was withdrawn
            when compared_versions.version_after is null
                then case when causes.cause = 'restatement' then -compared_versions.before_amount else 0 end
            when causes.cause = 'target' then compared_versions.target_amount
            when causes.cause = 'late data' then compared_versions.late_amount
            when causes.cause = 'restatement' then compared_versions.restated_amount
            else compared_versions.switched_amount - compared_versions.before_amount
        end as change_amount
    from compared_versions
    cross join causes
)

select
    budget_changes.initiative_id,
    budget_changes.cause,
    budget_changes.version_before,
    budget_changes.version_after,
    rules.reporting_currency as currency,
    cast(budget_changes.change_amount as decimal(38, 2)) as change_amount
from budget_changes
cross join rules
where budget_changes.change_amount <> 0
order by initiative_id, cause
