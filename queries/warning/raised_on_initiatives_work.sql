-- question: Of which live initiatives does the work ask for a decision now, by which rule, on what evidence, and how
--             much money is at risk?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   subject_id            text           initiative
--   subject_name          text           its name
--   severity              text           'high', 'medium' or 'low': that of the rule; 'initiative_milestone_slips' is
--                                        'high' when a milestone never converges or is late by more than
--                                        schedule_red_days
--   since_date            date           day from which on the rule holds without a break; NULL when not known
--   currency              text           reporting currency
--   money_at_risk_amount  decimal(38,2)  as scorecard.finding_rules says under 'money'; positive = at risk; the same
--                                        money can stand behind several findings, so never add it up; NULL when not
--                                        known
--   evidence              text           what the finding rests on, in words and figures
--   evidence_model        text           model that has the figures
--   evidence_key          text           its row, in the words of `throughline explain`
-- checks:
--   count(*) filter (where money_at_risk_amount < 0) = 0
--   count(*) filter (where evidence is null or evidence_key is null) = 0
--   count(*) filter (where since_date > (select as_of from base.run)) = 0
--   count(*) = (select count(*) from warning.raised_on_initiatives_work as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'initiative')
-- receipt:  initiatives where initiative_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: initiatives that are proposed, complete or cancelled; what their budgets, costs and ledgers say
--             (warning.raised_on_initiatives_money); what is wrong with KPIs or goals that an initiative serves
-- method:   METHODS 13, 16, 17, 18, 19. The work is what an initiative serves, delivers and reports. One finding for
--             a rule and an initiative, whatever the number of its milestones or risks: the worst is named and the
--             others are counted. Amounts in sentences are rounded to whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'initiative'
),

rules as (
    select reporting_currency, schedule_red_days
    from base.rules
),

initiative_names as (
    select
        initiative_id,
        name as initiative_name,
        stage in ('active', 'on_hold') or (stage is null and coalesce(actual_end_date > $as_of, true)) as is_live
    from initiatives
),

late_milestones as (
    select
        milestone_id,
        milestone_name,
        initiative_id,
        first_baseline_date,
        expected_date,
        slip_days,
        slip_slope,
        is_overdue,
        verdict
    from variance.milestone_slip
    where verdict in ('slipping', 'never converges')
),

milestone_versions as (
    select milestone_id, forecast_date, valid_from
    from history.milestones
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
),

docket as (
    select initiative_id, reason_count, judged_count, reasons, spend_amount, verdict
    from misallocation.docket
),

orphans as (
    select subject_id as initiative_id, orphan_reason, money_amount
    from alignment.orphans
    where subject_type = 'initiative'
),

pathless_items as (
    select item_id as initiative_id, gap_reason
    from alignment.line_of_sight
    where
        item_type = 'initiative'
        and not has_path
),

watermelons as (
    select
        initiative_id,
        reported_date,
        deciding_rule,
        budget_ratio,
        cpi_ratio,
        late_days,
        since_date,
        report_count,
        spend_amount
    from warning.watermelon
    where is_watermelon
),

stalls as (
    select
        initiative_id,
        complete_ratio,
        last_moved_date,
        quiet_period_count,
        overdue_count,
        spend_amount
    from warning.stalls
    where is_stalled
),

overdue_risks as (
    select
        risk_id,
        risk_name,
        kind,
        initiative_id,
        due_date,
        overdue_days,
        expected_loss_amount
    from warning.blockers
    where is_overdue
),

copied_reports as (
    select
        initiative_id,
        identical_count,
        since_date,
        reported,
        complete_ratio,
        comment,
        spend_amount
    from warning.copy_forward
    where is_copied
),

trailing_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as spend_amount
    from base.spend_by_month as spend_months
    inner join base.periods as periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_months.initiative_id
),

-- the first version since which the forecast has been later than what was first approved
milestone_since as (
    select
        late_milestones.initiative_id,
        min(milestone_versions.valid_from) as since_date
    from late_milestones
    inner join milestone_versions
        on late_milestones.milestone_id = milestone_versions.milestone_id
    where milestone_versions.forecast_date > late_milestones.first_baseline_date
    group by late_milestones.initiative_id
),

worst_milestones as (
    select
        milestone_id,
        milestone_name,
        initiative_id,
        first_baseline_date,
        expected_date,
        slip_days,
        slip_slope,
        verdict,
        count(*) over (partition by initiative_id) as late_count,
        count(*) filter (where is_overdue) over (partition by initiative_id) as overdue_count
    from late_milestones
    qualify row_number() over (partition by initiative_id order by slip_days desc, milestone_id) = 1
),

milestone_slips as (
    select
        'initiative_milestone_slips' as rule_id,
        worst_milestones.initiative_id as subject_id,
        coalesce(
            milestone_since.since_date,
            case when worst_milestones.first_baseline_date < $as_of then worst_milestones.first_baseline_date end
        ) as since_date,
        greatest(coalesce(trailing_spend.spend_amount, 0), 0) as money_at_risk_amount,
        concat(
            case
                when worst_milestones.late_count = 1 then 'One open milestone is expected late'
                else concat(worst_milestones.late_count, ' open milestones are expected late')
            end,
            case
                when worst_milestones.overdue_count = 0 then ', and not yet due'
                when worst_milestones.late_count = 1 then ', and past due'
                else concat(', ', worst_milestones.overdue_count, ' of them past due')
            end,
            ': ', worst_milestones.milestone_id, coalesce(' ' || worst_milestones.milestone_name, ''),
            ', first approved for ', worst_milestones.first_baseline_date,
            ', is now expected on ', worst_milestones.expected_date,
            ', ', worst_milestones.slip_days, ' days later',
            case
                when worst_milestones.verdict = 'never converges'
                    then concat(
                        '; its date moves by ', cast(cast(worst_milestones.slip_slope as decimal(18, 2)) as text),
                        ' days per day, so it comes no nearer'
                    )
                else ''
            end,
            '.'
        ) as evidence,
        'variance.milestone_slip' as evidence_model,
        concat('milestone_id=', worst_milestones.milestone_id) as evidence_key,
        worst_milestones.verdict = 'never converges'
        or worst_milestones.slip_days > rules.schedule_red_days as is_worse
    from worst_milestones
    left join milestone_since
        on worst_milestones.initiative_id = milestone_since.initiative_id
    left join trailing_spend
        on worst_milestones.initiative_id = trailing_spend.initiative_id
    cross join rules
),

zombies as (
    select
        'initiative_zombie' as rule_id,
        docket.initiative_id as subject_id,
        cast(null as date) as since_date,
        greatest(docket.spend_amount, 0) as money_at_risk_amount,
        concat(
            'Spent ', cast(cast(docket.spend_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' in the trailing periods; ', docket.reason_count, ' of ', docket.judged_count,
            ' reasons to doubt it: ', docket.reasons, '.'
        ) as evidence,
        'misallocation.docket' as evidence_model,
        concat('initiative_id=', docket.initiative_id) as evidence_key,
        false as is_worse
    from docket
    cross join rules
    where docket.verdict = 'zombie'
),

without_goal as (
    select
        'initiative_without_goal' as rule_id,
        pathless_items.initiative_id as subject_id,
        cast(null as date) as since_date,
        greatest(coalesce(trailing_spend.spend_amount, 0), 0) as money_at_risk_amount,
        concat(
            case pathless_items.gap_reason
                when 'goal not found' then 'The goals that it names do not exist'
                else 'It names no goal'
            end,
            '; spent ', cast(cast(coalesce(trailing_spend.spend_amount, 0) as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' in the trailing periods.'
        ) as evidence,
        'alignment.line_of_sight' as evidence_model,
        concat('item_type=initiative item_id=', pathless_items.initiative_id, ' goal_id=(none)') as evidence_key,
        false as is_worse
    from pathless_items
    left join trailing_spend
        on pathless_items.initiative_id = trailing_spend.initiative_id
    cross join rules
),

part_orphans as (
    select
        orphans.initiative_id,
        min(orphans.orphan_reason) as orphan_reason,
        max(orphans.money_amount) as money_amount
    from orphans
    left join pathless_items
        on orphans.initiative_id = pathless_items.initiative_id
    where pathless_items.initiative_id is null
    group by orphans.initiative_id
),

part_without_goal as (
    select
        'initiative_part_without_goal' as rule_id,
        part_orphans.initiative_id as subject_id,
        cast(null as date) as since_date,
        greatest(part_orphans.money_amount, 0) as money_at_risk_amount,
        concat(
            case part_orphans.orphan_reason
                when 'goal not found' then 'Some of the goals that it names do not exist'
                else 'Its links to goals add up to less than 1'
            end,
            '; ', cast(cast(part_orphans.money_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' of its spend in the trailing periods serve no goal.'
        ) as evidence,
        'alignment.orphans' as evidence_model,
        concat(
            'subject_type=initiative subject_id=', part_orphans.initiative_id,
            ' orphan_reason=', part_orphans.orphan_reason
        ) as evidence_key,
        false as is_worse
    from part_orphans
    cross join rules
),

reported_too_green as (
    select
        'initiative_watermelon' as rule_id,
        watermelons.initiative_id as subject_id,
        watermelons.since_date,
        greatest(watermelons.spend_amount, 0) as money_at_risk_amount,
        concat(
            'Reported green on ', watermelons.reported_date, ', and its data are red by ', watermelons.deciding_rule,
            ': ',
            concat_ws(
                '; ',
                case
                    when watermelons.cpi_ratio < 1
                        then concat(
                            'each ', rules.reporting_currency, ' spent has earned ',
                            cast(cast(watermelons.cpi_ratio as decimal(38, 2)) as text)
                        )
                end,
                case
                    when watermelons.budget_ratio < 1
                        then concat(
                            'spend is ', cast(cast((1 - watermelons.budget_ratio) * 100 as decimal(38, 1)) as text),
                            ' % above the budget to date'
                        )
                end,
                case
                    when watermelons.late_days > 0
                        then concat('its latest open milestone, or its end, is ', watermelons.late_days, ' days late')
                end
            ),
            '. So it has been since ', watermelons.since_date, ', through ', watermelons.report_count,
            case when watermelons.report_count = 1 then ' green report.' else ' green reports.' end
        ) as evidence,
        'warning.watermelon' as evidence_model,
        concat('initiative_id=', watermelons.initiative_id) as evidence_key,
        false as is_worse
    from watermelons
    cross join rules
),

stalled as (
    select
        'initiative_stalled' as rule_id,
        stalls.initiative_id as subject_id,
        stalls.last_moved_date as since_date,
        greatest(stalls.spend_amount, 0) as money_at_risk_amount,
        concat(
            'Nothing has moved since ', stalls.last_moved_date, ', for ', stalls.quiet_period_count,
            case when stalls.quiet_period_count = 1 then ' period' else ' periods' end,
            case
                when stalls.complete_ratio is null then ''
                else concat(
                    ': ', cast(cast(stalls.complete_ratio * 100 as decimal(18, 0)) as text), ' % is reported as done'
                )
            end,
            ', with ', stalls.overdue_count,
            case when stalls.overdue_count = 1 then ' milestone' else ' milestones' end, ' overdue; ',
            cast(cast(stalls.spend_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' were spent since.'
        ) as evidence,
        'warning.stalls' as evidence_model,
        concat('initiative_id=', stalls.initiative_id) as evidence_key,
        false as is_worse
    from stalls
    cross join rules
),

worst_risks as (
    select
        risk_id,
        risk_name,
        kind,
        initiative_id,
        due_date,
        overdue_days,
        min(due_date) over (partition by initiative_id) as first_due_date,
        count(*) over (partition by initiative_id) as overdue_count,
        sum(expected_loss_amount) over (partition by initiative_id) as loss_amount
    from overdue_risks
    qualify
        row_number() over (
            partition by initiative_id order by expected_loss_amount desc nulls last, due_date, risk_id
        ) = 1
),

blocked as (
    select
        'initiative_blocked' as rule_id,
        worst_risks.initiative_id as subject_id,
        worst_risks.first_due_date as since_date,
        case when worst_risks.loss_amount is not null then greatest(worst_risks.loss_amount, 0) end
            as money_at_risk_amount,
        concat(
            coalesce(upper(left(worst_risks.kind, 1)) || substr(worst_risks.kind, 2), 'Risk'), ' ',
            worst_risks.risk_id, coalesce(' "' || worst_risks.risk_name || '"', ''), ' was to be settled by ',
            worst_risks.due_date, ', ', worst_risks.overdue_days, ' days ago',
            case
                when worst_risks.overdue_count = 1 then ''
                when worst_risks.overdue_count = 2 then '; one more is overdue'
                else concat('; ', worst_risks.overdue_count - 1, ' more are overdue')
            end,
            case
                when worst_risks.loss_amount is null then ''
                else concat(
                    '; expected loss ', cast(cast(worst_risks.loss_amount as decimal(38, 0)) as text), ' ',
                    rules.reporting_currency
                )
            end,
            '.'
        ) as evidence,
        'warning.blockers' as evidence_model,
        concat('risk_id=', worst_risks.risk_id) as evidence_key,
        false as is_worse
    from worst_risks
    cross join rules
),

report_copies as (
    select
        'initiative_report_copied' as rule_id,
        copied_reports.initiative_id as subject_id,
        copied_reports.since_date,
        greatest(copied_reports.spend_amount, 0) as money_at_risk_amount,
        concat(
            'The newest ', copied_reports.identical_count, ' reports are the same, since ',
            copied_reports.since_date, ': ',
            concat_ws(
                ', ',
                copied_reports.reported,
                cast(cast(copied_reports.complete_ratio * 100 as decimal(18, 0)) as text) || ' % complete',
                '"' || copied_reports.comment || '"'
            ),
            '.'
        ) as evidence,
        'warning.copy_forward' as evidence_model,
        concat('initiative_id=', copied_reports.initiative_id) as evidence_key,
        false as is_worse
    from copied_reports
),

raised as (
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from reported_too_green
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from stalled
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from blocked
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from report_copies
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from milestone_slips
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from zombies
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from without_goal
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from part_without_goal
),

-- 1234567 EUR becomes 1,234,567 EUR
spelled as (
    select
        rule_id,
        subject_id,
        since_date,
        money_at_risk_amount,
        group_thousands(evidence) as evidence,
        evidence_model,
        evidence_key,
        is_worse
    from raised
)

select
    spelled.rule_id,
    spelled.subject_id,
    initiative_names.initiative_name as subject_name,
    case when spelled.is_worse then 'high' else finding_rules.severity end as severity,
    spelled.since_date,
    rules.reporting_currency as currency,
    cast(spelled.money_at_risk_amount as decimal(38, 2)) as money_at_risk_amount,
    spelled.evidence,
    spelled.evidence_model,
    spelled.evidence_key
from spelled
inner join finding_rules
    on spelled.rule_id = finding_rules.rule_id
inner join initiative_names
    on spelled.subject_id = initiative_names.initiative_id
cross join rules
where initiative_names.is_live
order by rule_id, subject_id
