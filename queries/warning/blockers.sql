-- question: Which risks, issues and blockers are open, for how long, and what do they threaten?
-- grain:    risk_id
-- columns:
--   risk_id               text           risk, issue or blocker that is open on the as-of date
--   risk_name             text           its name; NULL when not given
--   kind                  text           'risk', 'issue' or 'blocker', in small letters, or what was given; NULL when
--                                        nothing was
--   initiative_id         text           initiative it threatens; '(none)' when it names none, or one that does not
--                                        exist
--   owner                 text           who answers for it; NULL when not given
--   opened_date           date           day it was opened; NULL when not given
--   age_days              bigint         days since then; NULL when that is not known
--   due_date              date           day by which it was to be settled; NULL when not given
--   overdue_days          bigint         days since then, 0 until it has passed; NULL without a due date
--   is_overdue            boolean        true when the due date has passed
--   probability_ratio     double         probability, 0..1; NULL when not given
--   currency              text           reporting currency
--   impact_amount         decimal(38,2)  money at risk; positive = loss; NULL when not given
--   expected_loss_amount  decimal(38,2)  probability times impact, to the cent; NULL when either is not given
--   status_reason         text           NULL, or why the expected loss is missing: 'no impact', 'no probability'
-- checks:
--   count(*) filter (where (expected_loss_amount is null) <> (status_reason is not null)) = 0
--   count(*) filter (where is_overdue <> coalesce(overdue_days > 0, false)) = 0
--   count(*) filter (where impact_amount > 0 and expected_loss_amount > impact_amount) = 0
-- receipt:  risks where risk_id = $risk_id
--   impact_amount  risks.impact_amount where risk_id = $risk_id
-- leaves out: those that are closed, or were opened after the as-of date; how they depend on one another
-- method:   METHODS 19: age = as-of date less opened; expected loss = p times impact. The due date itself is not
--             overdue. An issue or blocker without a probability is not taken for certain: nobody said so. Impacts
--             are money in the reporting currency.
with open_risks as (
    select
        risk_id,
        name as risk_name,
        lower(nullif(trim(kind), '')) as kind,
        initiative_id as named_initiative_id,
        nullif(owner, '') as owner,
        opened_date,
        due_date,
        probability,
        impact_amount
    from risks
    where closed_date is null or closed_date > $as_of
),

known_initiatives as (
    select initiative_id
    from initiatives
),

rules as (
    select reporting_currency
    from base.rules
)

select
    open_risks.risk_id,
    open_risks.risk_name,
    open_risks.kind,
    coalesce(known_initiatives.initiative_id, '(none)') as initiative_id,
    open_risks.owner,
    open_risks.opened_date,
    cast($as_of - open_risks.opened_date as bigint) as age_days,
    open_risks.due_date,
    cast(
        case when open_risks.due_date is not null then greatest($as_of - open_risks.due_date, 0) end as bigint
    ) as overdue_days,
    coalesce(open_risks.due_date < $as_of, false) as is_overdue,
    cast(open_risks.probability as double) as probability_ratio,
    rules.reporting_currency as currency,
    cast(open_risks.impact_amount as decimal(38, 2)) as impact_amount,
    cast(
        open_risks.impact_amount * cast(open_risks.probability as decimal(18, 9)) as decimal(38, 2)
    ) as expected_loss_amount,
    case
        when open_risks.impact_amount is null then 'no impact'
        when open_risks.probability is null then 'no probability'
    end as status_reason
from open_risks
left join known_initiatives
    on open_risks.named_initiative_id = known_initiatives.initiative_id
cross join rules
order by risk_id
