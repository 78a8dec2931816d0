-- question: Of which live initiatives does the money ask for a decision now, by which rule, on what evidence, and how
--             much is at risk?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   subject_id            text           initiative
--   subject_name          text           its name
--   severity              text           'high', 'medium' or 'low': that of the rule
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
--   count(*) = (select count(*) from warning.raised_on_initiatives_money as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'initiative')
-- receipt:  initiatives where initiative_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: initiatives that are proposed, complete or cancelled, but for 'initiative_restated', which looks back
--             on the trailing periods; how the work of an initiative goes and what it serves
--             (warning.raised_on_initiatives_work)
-- method:   METHODS 1, 9, 10. One finding for a rule and an initiative, whatever the number of its accounts: the
--             worst is named and the others are counted. Money spent ahead of time counts when it is more than
--             materiality_amount, and as long as the budget to date is not overspent as well: a warning of what has
--             happened is none. An entry is late when it was recorded more than restated_after_days after the first
--             entry of its month in the whole ledger; the sum of an initiative's late entries of a month counts when
--             it exceeds materiality_amount. Amounts in sentences are rounded to whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'initiative'
),

rules as (
    select
        reporting_currency,
        materiality_amount,
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

trailing_days as (
    select min(period_start_date) as first_date
    from base.periods
    where is_trailing
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
            ' or ', cast(cast(-budget_quarters.variance_to_date_ratio * 100 as decimal(38, 1)) as text),
            ' % above its budget of ',
            cast(cast(budget_quarters.budget_to_date_amount as decimal(38, 0)) as text),
            ' ', rules.reporting_currency,
            case
                when over_since.since_date <= $as_of
                    then concat('; materially over since the quarter that ended on ', over_since.since_date)
                else '; materially over since this quarter'
            end,
            '.'
        ) as evidence,
        'variance.budget_to_actual' as evidence_model,
        concat('initiative_id=', budget_quarters.initiative_id, ' fiscal_quarter=', budget_quarters.fiscal_quarter)
            as evidence_key
    from budget_quarters
    inner join over_since
        on budget_quarters.initiative_id = over_since.initiative_id
    cross join rules
    where
        budget_quarters.is_over
        -- what has no budget cannot be over it: scorecard.not_computed lists it
        and budget_quarters.variance_to_date_ratio is not null
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
        concat('initiative_id=', burns.initiative_id) as evidence_key
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
        concat('initiative_id=', estimate_tests.initiative_id, ' test=tcpi_above_cpi') as evidence_key
    from estimate_tests
    left join paced_estimates
        on estimate_tests.initiative_id = paced_estimates.initiative_id
    cross join rules
    where estimate_tests.verdict = 'not credible'
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
        concat('initiative_id=', hidden_volumes.initiative_id, ' account=', hidden_volumes.account) as evidence_key
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
        concat('initiative_id=', rate_losses.initiative_id, ' currency=', rate_losses.currency) as evidence_key
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
            case
                when worst_restatements.entry_count = 1 then '1 entry of '
                else concat(worst_restatements.entry_count, ' entries of ')
            end,
            left(cast(cast(worst_restatements.month_date as date) as text), 7),
            ', recorded ',
            case
                when worst_restatements.first_date = worst_restatements.last_date then 'on '
                else concat('from ', worst_restatements.first_date, ' to ')
            end,
            worst_restatements.last_date, ', changed the spend of that closed month by ',
            cast(cast(worst_restatements.late_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            case
                when worst_restatements.month_count = 2 then '; one more month was changed'
                when worst_restatements.month_count > 2
                    then concat('; ', worst_restatements.month_count - 1, ' more months were changed')
                else ''
            end,
            '.'
        ) as evidence,
        'base.spend_by_month' as evidence_model,
        concat(
            'initiative_id=', worst_restatements.initiative_id,
            ' period_start_date=', cast(worst_restatements.month_date as date)
        ) as evidence_key
    from worst_restatements
    cross join rules
),

raised as (
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from over_budget
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from money_ahead
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from estimate_hopes
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from price_hides_volume
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from exchange_rates
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from restatements
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
        evidence_key
    from raised
)

select
    spelled.rule_id,
    spelled.subject_id,
    initiative_names.initiative_name as subject_name,
    finding_rules.severity,
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
