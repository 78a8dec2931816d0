-- question: Which live initiatives need a decision now, by which rule, on what evidence, and how much money is at
--             risk?
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
--   count(*) = (select count(*) from warning.raised_on_initiatives as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'initiative')
-- receipt:  initiatives where initiative_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: initiatives that are proposed, complete or cancelled, but for 'initiative_restated', which looks back on
--             the trailing periods; what is wrong with KPIs or goals that an initiative serves
-- method:   METHODS 9, 13, 16, 17, 18, 19. One finding for a rule and an initiative, whatever the number of its
--             milestones or accounts: the worst is named and the others are counted. Money spent ahead of time counts
--             when it is more than materiality_amount, and as long as the budget to date is not overspent as well: a
--             warning of what has happened is none. An entry is late when it was recorded more than restated_after_days
--             after the first entry of its month in the whole ledger; the sum of an initiative's late entries of a
--             month counts when it exceeds materiality_amount. Amounts in sentences are rounded to whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'initiative'
),

rules as (
    select
        reporting_currency,
        materiality_amount,
        schedule_red_days,
        offset_variance_ratio,
        rate_variance_ratio,
        cast(restated_after_days as bigint) as restated_after_days
    from base.rules
),

initiative_names as (
    select
        initiative_id,
        name as initiative_name,
        stage in ('active', 'on_hold') or (stage is null and coalesce(actual_end_date > $as_of, true)) as is_live
    from initiatives
),

budget_quarters as (
    select
        initiative_id,
        fiscal_quarter,
        start_date,
        end_date,
        budget_to_date_amount,
        actual_to_date_amount,
        variance_to_date_amount,
        variance_to_date_ratio,
        is_material and variance_to_date_amount < 0 as is_over
    from variance.budget_to_actual
    where initiative_id <> '(none)'
),

burns as (
    select
        initiative_id,
        budget_amount,
        spent_ratio,
        elapsed_ratio,
        consumption_gap_ratio,
        available_amount,
        end_date,
        verdict
    from variance.burn
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

estimate_tests as (
    select
        initiative_id,
        stated_eac_amount,
        stated_basis,
        bac_amount,
        hit_count,
        verdict
    from variance.estimate_realism
    where test = 'tcpi_above_cpi'
),

paced_estimates as (
    select initiative_id, eac_amount, vac_amount
    from variance.estimate_at_completion
    where variant = 'cpi'
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

measured_accounts as (
    select
        initiative_id,
        account,
        budget_amount,
        variance_amount,
        price_variance_amount,
        volume_variance_amount
    from variance.price_volume_mix
    where initiative_id <> '(none)'
),

currency_effects as (
    select
        initiative_id,
        currency,
        budget_amount,
        variance_amount,
        operational_variance_amount,
        rate_variance_amount
    from variance.fx_effect
    where initiative_id <> '(none)'
),

ledger_entries as (
    select
        initiative_id,
        date_trunc('month', posted_date) as month_date,
        recorded_date,
        reporting_amount
    from spend
    where
        posted_date <= $as_of
        and coalesce(kind, 'actual') = 'actual'
        and recorded_date is not null
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

trailing_days as (
    select min(period_start_date) as first_date
    from base.periods
    where is_trailing
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

-- since the last quarter that was not over, the first that was
over_since as (
    select
        budget_quarters.initiative_id,
        min(budget_quarters.end_date) as since_date
    from budget_quarters
    left join (
        select initiative_id, max(start_date) as start_date
        from budget_quarters
        where not is_over
        group by initiative_id
    ) as last_in_order
        on budget_quarters.initiative_id = last_in_order.initiative_id
    where
        budget_quarters.is_over
        and coalesce(budget_quarters.start_date > last_in_order.start_date, true)
    group by budget_quarters.initiative_id
),

over_budget as (
    select
        'initiative_over_budget' as rule_id,
        budget_quarters.initiative_id as subject_id,
        least(over_since.since_date, $as_of) as since_date,
        -budget_quarters.variance_to_date_amount as money_at_risk_amount,
        concat(
            'Spent ', cast(cast(budget_quarters.actual_to_date_amount as decimal(38, 0)) as text),
            ' ', rules.reporting_currency, ' to date, ',
            cast(cast(-budget_quarters.variance_to_date_amount as decimal(38, 0)) as text),
            ' ', rules.reporting_currency,
            case
                when budget_quarters.variance_to_date_ratio is null then ' where nothing was budgeted'
                else concat(
                    ' or ', cast(cast(-budget_quarters.variance_to_date_ratio * 100 as decimal(38, 1)) as text),
                    ' % above its budget of ',
                    cast(cast(budget_quarters.budget_to_date_amount as decimal(38, 0)) as text),
                    ' ', rules.reporting_currency
                )
            end,
            case
                when over_since.since_date <= $as_of
                    then concat('; materially over since the quarter that ended on ', over_since.since_date)
                else '; materially over since this quarter'
            end,
            '.'
        ) as evidence,
        'variance.budget_to_actual' as evidence_model,
        concat('initiative_id=', budget_quarters.initiative_id, ' fiscal_quarter=', budget_quarters.fiscal_quarter)
            as evidence_key,
        false as is_worse
    from budget_quarters
    inner join over_since
        on budget_quarters.initiative_id = over_since.initiative_id
    cross join rules
    where
        budget_quarters.is_over
        and budget_quarters.start_date <= $as_of
        and budget_quarters.end_date >= $as_of
),

money_ahead as (
    select
        'initiative_money_ahead' as rule_id,
        burns.initiative_id as subject_id,
        cast(null as date) as since_date,
        cast(
            cast(burns.consumption_gap_ratio as decimal(38, 9)) * burns.budget_amount as decimal(38, 2)
        ) as money_at_risk_amount,
        concat(
            'Has spent ', cast(cast(burns.spent_ratio * 100 as decimal(38, 1)) as text), ' % of ',
            cast(cast(burns.budget_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency, ' after ',
            cast(cast(burns.elapsed_ratio * 100 as decimal(38, 1)) as text), ' % of its time, which ends on ',
            burns.end_date,
            case
                when burns.available_amount < 0
                    then concat(
                        '; overdrawn by ', cast(cast(-burns.available_amount as decimal(38, 0)) as text), ' ',
                        rules.reporting_currency, ' with what is committed'
                    )
                else concat(
                    '; ', cast(cast(burns.available_amount as decimal(38, 0)) as text), ' ',
                    rules.reporting_currency, ' are left'
                )
            end,
            '.'
        ) as evidence,
        'variance.burn' as evidence_model,
        concat('initiative_id=', burns.initiative_id) as evidence_key,
        false as is_worse
    from burns
    left join over_budget
        on burns.initiative_id = over_budget.subject_id
    cross join rules
    where
        over_budget.subject_id is null
        and burns.verdict = 'ahead of time'
        and burns.consumption_gap_ratio * cast(burns.budget_amount as double)
        > cast(rules.materiality_amount as double)
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

estimate_hopes as (
    select
        'initiative_estimate_hopes' as rule_id,
        estimate_tests.initiative_id as subject_id,
        cast(null as date) as since_date,
        case
            when paced_estimates.vac_amount is not null
                then greatest(-paced_estimates.vac_amount, cast(0 as decimal(38, 2)))
        end as money_at_risk_amount,
        concat(
            case estimate_tests.stated_basis
                when 'forecast' then 'Forecasts '
                when 'approved' then 'Stands by the approved '
                else 'Stands by its budget of '
            end,
            cast(cast(estimate_tests.stated_eac_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' at completion',
            case
                when paced_estimates.eac_amount is null then ''
                else concat(
                    '; if the rest of the work costs as much as the work so far, it will be ',
                    cast(cast(paced_estimates.eac_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
                    ' against ', cast(cast(estimate_tests.bac_amount as decimal(38, 0)) as text), ' ',
                    rules.reporting_currency, ' planned'
                )
            end,
            '; ', estimate_tests.hit_count, ' of 3 tests say that it cannot be believed.'
        ) as evidence,
        'variance.estimate_realism' as evidence_model,
        concat('initiative_id=', estimate_tests.initiative_id, ' test=tcpi_above_cpi') as evidence_key,
        false as is_worse
    from estimate_tests
    left join paced_estimates
        on estimate_tests.initiative_id = paced_estimates.initiative_id
    cross join rules
    where estimate_tests.verdict = 'not credible'
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

hidden_volumes as (
    select
        measured_accounts.initiative_id,
        measured_accounts.account,
        measured_accounts.variance_amount,
        measured_accounts.price_variance_amount,
        measured_accounts.volume_variance_amount,
        -least(measured_accounts.price_variance_amount, measured_accounts.volume_variance_amount) as bad_amount,
        count(*) over (partition by measured_accounts.initiative_id) as account_count
    from measured_accounts
    cross join rules
    where
        measured_accounts.price_variance_amount * measured_accounts.volume_variance_amount < 0
        and abs(cast(measured_accounts.price_variance_amount as double))
        > rules.offset_variance_ratio * abs(cast(measured_accounts.budget_amount as double))
        and abs(cast(measured_accounts.volume_variance_amount as double))
        > rules.offset_variance_ratio * abs(cast(measured_accounts.budget_amount as double))
    qualify
        row_number() over (
            partition by measured_accounts.initiative_id
            order by
                least(measured_accounts.price_variance_amount, measured_accounts.volume_variance_amount),
                measured_accounts.account
        ) = 1
),

price_hides_volume as (
    select
        'initiative_price_hides_volume' as rule_id,
        hidden_volumes.initiative_id as subject_id,
        cast(null as date) as since_date,
        hidden_volumes.bad_amount as money_at_risk_amount,
        concat(
            'On account ', hidden_volumes.account, ' it is ',
            cast(cast(abs(hidden_volumes.variance_amount) as decimal(38, 0)) as text), ' ',
            rules.reporting_currency,
            case when hidden_volumes.variance_amount < 0 then ' above' else ' below' end,
            ' its budget, because ',
            cast(cast(abs(hidden_volumes.price_variance_amount) as decimal(38, 0)) as text), ' ',
            rules.reporting_currency,
            case when hidden_volumes.price_variance_amount < 0 then ' were lost' else ' were gained' end,
            ' by price and ',
            cast(cast(abs(hidden_volumes.volume_variance_amount) as decimal(38, 0)) as text), ' ',
            rules.reporting_currency,
            case
                when hidden_volumes.volume_variance_amount < 0 then ' lost by buying more than planned'
                else ' gained by buying less than planned'
            end,
            '.'
        ) as evidence,
        'variance.price_volume_mix' as evidence_model,
        concat('initiative_id=', hidden_volumes.initiative_id, ' account=', hidden_volumes.account) as evidence_key,
        false as is_worse
    from hidden_volumes
    cross join rules
),

rate_losses as (
    select
        currency_effects.initiative_id,
        currency_effects.currency,
        currency_effects.budget_amount,
        currency_effects.variance_amount,
        currency_effects.operational_variance_amount,
        currency_effects.rate_variance_amount
    from currency_effects
    cross join rules
    where
        -cast(currency_effects.rate_variance_amount as double)
        > rules.rate_variance_ratio * abs(cast(currency_effects.budget_amount as double))
    qualify
        row_number() over (
            partition by currency_effects.initiative_id
            order by currency_effects.rate_variance_amount, currency_effects.currency
        ) = 1
),

exchange_rates as (
    select
        'initiative_exchange_rate' as rule_id,
        rate_losses.initiative_id as subject_id,
        cast(null as date) as since_date,
        -rate_losses.rate_variance_amount as money_at_risk_amount,
        concat(
            'What it buys in ', rate_losses.currency, ' cost ',
            cast(cast(-rate_losses.rate_variance_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' more than at the budget''s rate, on a budget of ',
            cast(cast(rate_losses.budget_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            '; what it bought is ',
            cast(cast(abs(rate_losses.operational_variance_amount) as decimal(38, 0)) as text), ' ',
            rules.reporting_currency,
            case when rate_losses.operational_variance_amount < 0 then ' above' else ' below' end,
            ' the budget at that rate.'
        ) as evidence,
        'variance.fx_effect' as evidence_model,
        concat('initiative_id=', rate_losses.initiative_id, ' currency=', rate_losses.currency) as evidence_key,
        false as is_worse
    from rate_losses
    cross join rules
),

month_closings as (
    select
        month_date,
        min(recorded_date) as first_recorded_date
    from ledger_entries
    group by month_date
),

late_entries as (
    select
        ledger_entries.initiative_id,
        ledger_entries.month_date,
        count(*) as entry_count,
        min(ledger_entries.recorded_date) as first_date,
        max(ledger_entries.recorded_date) as last_date,
        sum(ledger_entries.reporting_amount) as late_amount
    from ledger_entries
    inner join month_closings
        on ledger_entries.month_date = month_closings.month_date
    cross join rules
    cross join trailing_days
    where
        ledger_entries.recorded_date - month_closings.first_recorded_date > rules.restated_after_days
        and ledger_entries.recorded_date between trailing_days.first_date and $as_of
        and ledger_entries.initiative_id is not null
    group by ledger_entries.initiative_id, ledger_entries.month_date
),

worst_restatements as (
    select
        late_entries.initiative_id,
        late_entries.month_date,
        late_entries.entry_count,
        late_entries.first_date,
        late_entries.last_date,
        late_entries.late_amount,
        count(*) over (partition by late_entries.initiative_id) as month_count
    from late_entries
    cross join rules
    where abs(late_entries.late_amount) > rules.materiality_amount
    qualify
        row_number() over (
            partition by late_entries.initiative_id
            order by abs(late_entries.late_amount) desc, late_entries.month_date
        ) = 1
),

restatements as (
    select
        'initiative_restated' as rule_id,
        worst_restatements.initiative_id as subject_id,
        worst_restatements.last_date as since_date,
        cast(abs(worst_restatements.late_amount) as decimal(38, 2)) as money_at_risk_amount,
        concat(
            worst_restatements.entry_count, ' entries of ',
            left(cast(cast(worst_restatements.month_date as date) as text), 7),
            ', recorded ',
            case
                when worst_restatements.first_date = worst_restatements.last_date then 'on '
                else concat('from ', worst_restatements.first_date, ' to ')
            end,
            worst_restatements.last_date, ', changed the spend of that closed month by ',
            cast(cast(worst_restatements.late_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            case
                when worst_restatements.month_count > 1
                    then concat('; ', worst_restatements.month_count - 1, ' more months were changed')
                else ''
            end,
            '.'
        ) as evidence,
        'base.spend_by_month' as evidence_model,
        concat(
            'initiative_id=', worst_restatements.initiative_id,
            ' period_start_date=', cast(worst_restatements.month_date as date)
        ) as evidence_key,
        false as is_worse
    from worst_restatements
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
                            'a ', rules.reporting_currency, ' spent has earned ',
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
    from over_budget
    union all
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
    from money_ahead
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from milestone_slips
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from zombies
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from estimate_hopes
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from without_goal
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from part_without_goal
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from price_hides_volume
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from exchange_rates
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key, is_worse
    from restatements
),

-- 1234567 EUR becomes 1,234,567 EUR
spelled as (
    select
        rule_id,
        subject_id,
        since_date,
        money_at_risk_amount,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(evidence, '(\d)(\d{3}) ([A-Z]{3}\b)', '\1,\2 \3', 'g'),
                    '(\d)(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3 \4', 'g'
                ),
                '(\d)(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4 \5', 'g'
            ),
            '(\d)(\d{3}),(\d{3}),(\d{3}),(\d{3}) ([A-Z]{3}\b)', '\1,\2,\3,\4,\5 \6', 'g'
        ) as evidence,
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
where
    initiative_names.is_live
    or spelled.rule_id = 'initiative_restated'
order by rule_id, subject_id
