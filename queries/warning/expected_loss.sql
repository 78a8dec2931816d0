-- question: How much is each initiative expected to lose by the risks that are open?
-- grain:    initiative_id
-- columns:
--   initiative_id         text           initiative with an open risk; '(none)' collects those that name none, or one
--                                        that does not exist
--   initiative_name       text           its name; NULL for '(none)'
--   owner                 text           who runs it; NULL when not given
--   business_unit         text           unit that runs it; NULL when not given
--   open_count            bigint         open risks, issues and blockers
--   blocker_count         bigint         blockers and issues among them: what has already happened
--   overdue_count         bigint         those whose due date has passed
--   unpriced_count        bigint         those without an impact or a probability, which the amounts leave out
--   oldest_days           bigint         age of the oldest; NULL when none has a day of opening
--   currency              text           reporting currency
--   impact_amount         decimal(38,2)  money at risk; positive = loss; NULL when no impact is given
--   expected_loss_amount  decimal(38,2)  probability times impact, summed; NULL when none is priced
--   approved_amount       decimal(38,2)  money approved for the initiative; NULL when not given, or in another
--                                        currency
--   expected_loss_ratio   double         expected_loss_amount / approved_amount
--   status_reason         text           NULL, or why the ratio is missing: 'not priced', 'no approved amount',
--                                        'approved amount is not positive'
-- checks:
--   coalesce(sum(expected_loss_amount), 0) = (select coalesce(sum(expected_loss_amount), 0) from warning.blockers)
--   coalesce(sum(open_count), 0) = (select count(*) from warning.blockers)
--   count(*) filter (where (expected_loss_ratio is null) <> (status_reason is not null)) = 0
-- receipt:  warning.blockers where initiative_id = $initiative_id
--   impact_amount         warning.blockers.impact_amount where initiative_id = $initiative_id
--   expected_loss_amount  warning.blockers.expected_loss_amount where initiative_id = $initiative_id
-- leaves out: initiatives without an open risk; how risks depend on one another: the sum is an expectation, and no
--             worst case
-- method:   METHODS 19. Expectations add up whether or not risks depend on one another.
with open_risks as (
    select
        risk_id,
        kind,
        initiative_id,
        age_days,
        is_overdue,
        impact_amount,
        expected_loss_amount
    from warning.blockers
),

current_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        nullif(owner, '') as owner,
        nullif(business_unit, '') as business_unit,
        approved_amount,
        currency
    from initiatives
),

rules as (
    select reporting_currency
    from base.rules
),

risk_totals as (
    select
        initiative_id,
        count(*) as open_count,
        count(*) filter (where kind in ('blocker', 'issue')) as blocker_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where expected_loss_amount is null) as unpriced_count,
        max(age_days) as oldest_days,
        sum(impact_amount) as impact_amount,
        sum(expected_loss_amount) as expected_loss_amount
    from open_risks
    group by initiative_id
),

valued_totals as (
    select
        risk_totals.initiative_id,
        current_initiatives.initiative_name,
        current_initiatives.owner,
        current_initiatives.business_unit,
        risk_totals.open_count,
        risk_totals.blocker_count,
        risk_totals.overdue_count,
        risk_totals.unpriced_count,
        risk_totals.oldest_days,
        rules.reporting_currency,
        risk_totals.impact_amount,
        risk_totals.expected_loss_amount,
        case
            when coalesce(current_initiatives.currency, rules.reporting_currency) = rules.reporting_currency
                then cast(current_initiatives.approved_amount as decimal(38, 2))
        end as approved_amount
    from risk_totals
    left join current_initiatives
        on risk_totals.initiative_id = current_initiatives.initiative_id
    cross join rules
)

select
    initiative_id,
    initiative_name,
    owner,
    business_unit,
    cast(open_count as bigint) as open_count,
    cast(blocker_count as bigint) as blocker_count,
    cast(overdue_count as bigint) as overdue_count,
    cast(unpriced_count as bigint) as unpriced_count,
    cast(oldest_days as bigint) as oldest_days,
    reporting_currency as currency,
    cast(impact_amount as decimal(38, 2)) as impact_amount,
    cast(expected_loss_amount as decimal(38, 2)) as expected_loss_amount,
    approved_amount,
    case
        when approved_amount > 0
            then cast(expected_loss_amount as double) / nullif(cast(approved_amount as double), 0)
    end as expected_loss_ratio,
    case
        when expected_loss_amount is null then 'not priced'
        when approved_amount is null then 'no approved amount'
        when approved_amount <= 0 then 'approved amount is not positive'
    end as status_reason
from valued_totals
order by initiative_id
