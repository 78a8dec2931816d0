-- question: Which business units need a decision now, by which rule, on what evidence, and how much money is at risk?
-- grain:    rule_id, subject_id
-- columns:
--   rule_id               text           rule that fired (scorecard.finding_rules)
--   subject_id            text           business unit
--   subject_name          text           its name; the id when none is given
--   severity              text           'high', 'medium' or 'low': that of the rule
--   since_date            date           day from which on the rule holds without a break; NULL when not known
--   currency              text           reporting currency
--   money_at_risk_amount  decimal(38,2)  as scorecard.finding_rules says under 'money'; positive = at risk; the same
--                                        money can stand behind several findings, so never add it up
--   evidence              text           what the finding rests on, in words and figures
--   evidence_model        text           model that has the figures
--   evidence_key          text           its row, in the words of `throughline explain`
-- checks:
--   count(*) filter (where money_at_risk_amount < 0) = 0
--   count(*) filter (where evidence is null or evidence_key is null) = 0
--   count(*) filter (where since_date > (select as_of from base.run)) = 0
--   count(*) = (select count(*) from warning.raised_on_units as raised
--     inner join scorecard.finding_rules as rules on raised.rule_id = rules.rule_id
--     and rules.subject_type = 'business_unit')
-- receipt:  business_units where business_unit_id = $subject_id;
--             scorecard.finding_rules where rule_id = $rule_id
-- leaves out: money and work without a unit, which is nobody's to answer for; what single initiatives, goals or KPIs
--             of a unit are raised for
-- method:   METHODS 9, 10, 13, 18. Money without an initiative counts when it is more than unattributed_ratio of what
--             the unit was charged in the trailing periods and more than materiality_amount. Reports are too green when
--             two initiatives or more, with at least masking_weight_ratio of the spend of all that can be judged,
--             report green on red data today. Amounts in sentences are rounded to whole units.
with finding_rules as (
    select rule_id, severity
    from scorecard.finding_rules
    where subject_type = 'business_unit'
),

rules as (
    select
        reporting_currency,
        materiality_amount,
        masking_weight_ratio,
        unattributed_ratio
    from base.rules
),

unit_names as (
    select business_unit_id, name as unit_name
    from business_units
),

budget_quarters as (
    select
        business_unit,
        fiscal_quarter,
        start_date,
        end_date,
        budget_to_date_amount,
        actual_to_date_amount,
        variance_to_date_amount,
        variance_to_date_ratio,
        is_material and variance_to_date_amount < 0 as is_over
    from variance.unit_budget_to_actual
    where business_unit <> '(none)'
),

charged_entries as (
    select
        nullif(business_unit, '') as business_unit,
        initiative_id,
        reporting_amount
    from spend
    cross join (
        select min(period_start_date) as first_date, max(period_end_date) as last_date
        from base.periods
        where is_trailing
    ) as trailing_days
    where
        posted_date between trailing_days.first_date and trailing_days.last_date
        and posted_date <= $as_of
        and coalesce(kind, 'actual') = 'actual'
),

unattributed_spend as (
    select subject_id as business_unit, money_amount
    from alignment.orphans
    where
        subject_type = 'business_unit'
        and subject_id <> '(none)'
),

year_ends as (
    select
        business_unit,
        fiscal_year,
        end_date,
        last_period_amount,
        year_amount,
        last_period_ratio,
        even_ratio,
        verdict
    from variance.year_end_rush
    where business_unit not in ('(none)', '(all)')
    qualify row_number() over (partition by business_unit order by end_date desc) = 1
),

judged_reports as (
    select
        business_unit,
        is_watermelon,
        greatest(spend_amount, 0) as spend_amount
    from warning.watermelon
    where
        business_unit is not null
        and reported is not null
        and derived <> 'grey'
),

over_since as (
    select
        budget_quarters.business_unit,
        min(budget_quarters.end_date) as since_date
    from budget_quarters
    left join (
        select business_unit, max(start_date) as start_date
        from budget_quarters
        where not is_over
        group by business_unit
    ) as last_in_order
        on budget_quarters.business_unit = last_in_order.business_unit
    where
        budget_quarters.is_over
        and coalesce(budget_quarters.start_date > last_in_order.start_date, true)
    group by budget_quarters.business_unit
),

over_budget as (
    select
        'unit_over_budget' as rule_id,
        budget_quarters.business_unit as subject_id,
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
        'variance.unit_budget_to_actual' as evidence_model,
        concat('business_unit=', budget_quarters.business_unit, ' fiscal_quarter=', budget_quarters.fiscal_quarter)
            as evidence_key
    from budget_quarters
    inner join over_since
        on budget_quarters.business_unit = over_since.business_unit
    cross join rules
    where
        budget_quarters.is_over
        -- what has no budget cannot be over it: scorecard.not_computed lists it
        and budget_quarters.variance_to_date_ratio is not null
        and budget_quarters.start_date <= $as_of
        and budget_quarters.end_date >= $as_of
),

charged_spend as (
    select
        business_unit,
        sum(reporting_amount) as charged_amount
    from charged_entries
    group by business_unit
),

money_without_work as (
    select
        'unit_money_without_work' as rule_id,
        unattributed_spend.business_unit as subject_id,
        cast(null as date) as since_date,
        unattributed_spend.money_amount as money_at_risk_amount,
        concat(
            cast(cast(unattributed_spend.money_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            ' of ', cast(cast(charged_spend.charged_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' that the unit was charged in the trailing periods name no initiative.'
        ) as evidence,
        'alignment.orphans' as evidence_model,
        concat(
            'subject_type=business_unit subject_id=', unattributed_spend.business_unit,
            ' orphan_reason=no initiative'
        ) as evidence_key
    from unattributed_spend
    inner join charged_spend
        on unattributed_spend.business_unit = charged_spend.business_unit
    cross join rules
    where
        unattributed_spend.money_amount > rules.materiality_amount
        and cast(unattributed_spend.money_amount as double)
        > rules.unattributed_ratio * cast(charged_spend.charged_amount as double)
),

year_end_rushes as (
    select
        'unit_year_end_rush' as rule_id,
        year_ends.business_unit as subject_id,
        year_ends.end_date as since_date,
        cast(
            year_ends.last_period_amount - year_ends.year_amount * cast(year_ends.even_ratio as decimal(18, 9))
            as decimal(38, 2)
        ) as money_at_risk_amount,
        concat(
            'Spent ', cast(cast(year_ends.last_period_ratio * 100 as decimal(18, 1)) as text), ' % of the money of ',
            year_ends.fiscal_year, ' in its last period, ',
            cast(cast(year_ends.last_period_amount as decimal(38, 0)) as text), ' ', rules.reporting_currency,
            '; an even share is ', cast(cast(year_ends.even_ratio * 100 as decimal(18, 1)) as text), ' %.'
        ) as evidence,
        'variance.year_end_rush' as evidence_model,
        concat('business_unit=', year_ends.business_unit, ' fiscal_year=', year_ends.fiscal_year) as evidence_key
    from year_ends
    cross join rules
    where year_ends.verdict = 'rush'
),

green_on_red as (
    select
        business_unit,
        count(*) as initiative_count,
        count(*) filter (where is_watermelon) as watermelon_count,
        sum(spend_amount) as spend_amount,
        sum(spend_amount) filter (where is_watermelon) as watermelon_amount
    from judged_reports
    group by business_unit
),

reports_too_green as (
    select
        'unit_reports_too_green' as rule_id,
        green_on_red.business_unit as subject_id,
        cast(null as date) as since_date,
        green_on_red.watermelon_amount as money_at_risk_amount,
        concat(
            green_on_red.watermelon_count, ' of its ', green_on_red.initiative_count,
            ' running initiatives, with ', cast(cast(green_on_red.watermelon_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' of ', cast(cast(green_on_red.spend_amount as decimal(38, 0)) as text), ' ',
            rules.reporting_currency, ' of their trailing spend, report green while their data are red.'
        ) as evidence,
        'warning.watermelon' as evidence_model,
        concat('business_unit=', green_on_red.business_unit) as evidence_key
    from green_on_red
    cross join rules
    where
        green_on_red.watermelon_count > 1
        and cast(green_on_red.watermelon_amount as double)
        >= rules.masking_weight_ratio * cast(green_on_red.spend_amount as double)
),

raised as (
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from over_budget
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from reports_too_green
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from money_without_work
    union all
    select rule_id, subject_id, since_date, money_at_risk_amount, evidence, evidence_model, evidence_key
    from year_end_rushes
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
    coalesce(unit_names.unit_name, spelled.subject_id) as subject_name,
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
left join unit_names
    on spelled.subject_id = unit_names.business_unit_id
cross join rules
order by rule_id, subject_id
