-- question: How much had each initiative spent, as it was known at the end of each fiscal period?
-- grain:    initiative_id, status_date
-- columns:
--   initiative_id   text           initiative that was charged
--   status_date     date           day looked back at (base.status_days)
--   currency        text           reporting currency
--   actual_amount   decimal(38,2)  spend posted up to the day that the books had reached, as it was known then;
--                                  positive = money spent
--   upheld_amount   decimal(38,2)  spend posted over the same span, as it is known today: what later corrections
--                                  left of it
-- checks:
--   count(*) filter (where actual_amount is null or upheld_amount is null) = 0
--   coalesce(sum(actual_amount) filter (where status_date = $as_of), 0)
--     = (select coalesce(sum(spend_amount), 0) from base.spend_by_month where initiative_id <> '(none)')
--   count(*) filter (where status_date = $as_of and actual_amount <> upheld_amount) = 0
-- receipt:  history.spend where initiative_id = $initiative_id and posted_date <= $status_date
-- leaves out: commitments; money without an initiative; days before the first entry of an initiative
-- method:   An entry counts from the day it became known until it was replaced (base.spend_by_record).
with status_days as (
    select status_date, known_date, books_date
    from base.status_days
),

rules as (
    select reporting_currency
    from base.rules
),

day_amounts as (
    select initiative_id, posted_date, known_date, replaced_date, spend_amount as amount
    from base.spend_by_record
    where initiative_id <> '(none)'
),

posting_days as (
    select distinct posted_date
    from day_amounts
),

recording_days as (
    select known_date as day
    from day_amounts
    union
    select replaced_date as day
    from day_amounts
),

-- the first status date whose books reach a posting, and the first by which a day of record has passed
posted_from as (
    select posting_days.posted_date, min(status_days.status_date) as status_date
    from posting_days
    inner join status_days
        on posting_days.posted_date <= status_days.books_date
    group by posting_days.posted_date
),

recorded_from as (
    select recording_days.day, min(status_days.status_date) as status_date
    from recording_days
    inner join status_days
        on recording_days.day <= status_days.known_date
    where recording_days.day < date '9999-12-31'
    group by recording_days.day
),

-- few sums remain: most of a period's entries become known together and hold
placed_amounts as (
    select
        day_amounts.initiative_id,
        posted_from.status_date as posted_status_date,
        greatest(posted_from.status_date, known.status_date) as first_status_date,
        replaced.status_date as end_status_date,
        sum(day_amounts.amount) as amount
    from day_amounts
    inner join posted_from
        on day_amounts.posted_date = posted_from.posted_date
    inner join recorded_from as known
        on day_amounts.known_date = known.day
    left join recorded_from as replaced
        on day_amounts.replaced_date = replaced.day
    group by
        day_amounts.initiative_id,
        posted_from.status_date,
        greatest(posted_from.status_date, known.status_date),
        replaced.status_date
),

running_totals as (
    select
        placed_amounts.initiative_id,
        status_days.status_date,
        sum(
            case
                when
                    placed_amounts.first_status_date <= status_days.status_date
                    and (
                        placed_amounts.end_status_date is null
                        or placed_amounts.end_status_date > status_days.status_date
                    )
                    then placed_amounts.amount
                else cast(0 as decimal(38, 2))
            end
        ) as actual_amount,
        sum(
            case
                when placed_amounts.end_status_date is null then placed_amounts.amount
                else cast(0 as decimal(38, 2))
            end
        ) as upheld_amount
    from placed_amounts
    inner join status_days
        on placed_amounts.posted_status_date <= status_days.status_date
    group by placed_amounts.initiative_id, status_days.status_date
)

select
    running_totals.initiative_id,
    running_totals.status_date,
    rules.reporting_currency as currency,
    cast(running_totals.actual_amount as decimal(38, 2)) as actual_amount,
    cast(running_totals.upheld_amount as decimal(38, 2)) as upheld_amount
from running_totals
cross join rules
order by initiative_id, status_date
