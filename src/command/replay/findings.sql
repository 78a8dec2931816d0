-- One row for each finding that was raised on any night: when first, until when, on how many nights, what came of
-- it, and how long before. A problem counts from the day it was a fact (warning.outcomes).
with nights as (
    select min(night) as first_night, max(night) as last_night
    from replay.nights
),

raised as (
    select
        finding_id,
        rule_id,
        subject_type,
        subject_id,
        min(night) as first_raised_date,
        max(night) as last_raised_date,
        count(*) as raised_count,
        first_value(subject_name order by night desc) as subject_name,
        first_value(severity order by night desc) as severity,
        first_value(money_at_risk_amount order by night desc) as money_at_risk_amount
    from replay.raised
    group by finding_id, rule_id, subject_type, subject_id
),

told as (
    select
        raised.finding_id,
        raised.rule_id,
        raised.subject_type,
        raised.subject_id,
        raised.subject_name,
        raised.severity,
        raised.money_at_risk_amount,
        raised.first_raised_date,
        raised.last_raised_date,
        raised.raised_count,
        -- raised on the first night that was looked at, and perhaps before
        raised.first_raised_date = nights.first_night as is_from_start,
        raised.last_raised_date = nights.last_night as is_standing,
        rules.foretells,
        outcomes.happened_date,
        outcomes.reported_date
    from raised
    cross join nights
    left join scorecard.finding_rules as rules
        on raised.rule_id = rules.rule_id
    left join warning.outcomes as outcomes
        on raised.subject_type = outcomes.subject_type
        and raised.subject_id = outcomes.subject_id
        and rules.foretells = outcomes.problem
)

select
    finding_id,
    rule_id,
    subject_type,
    subject_id,
    subject_name,
    severity,
    money_at_risk_amount,
    first_raised_date,
    last_raised_date,
    raised_count,
    is_from_start,
    is_standing,
    foretells,
    happened_date,
    reported_date,
    cast(happened_date - first_raised_date as bigint) as lead_to_fact_days,
    cast(reported_date - first_raised_date as bigint) as lead_to_report_days,
    case
        when foretells is null then 'states a fact'
        when happened_date >= first_raised_date then 'came true'
        -- it may have been raised long before the first night that was looked at
        when happened_date is not null and is_from_start then 'fact before'
        when happened_date is not null then 'raised late'
        when is_standing then 'open'
        else 'did not come true'
    end as verdict
from told
order by first_raised_date, finding_id
