-- question: Which ledger entries make the spend of today differ from that of the previous release, and why?
-- grain:    initiative_id, period_start_date, cause
-- columns:
--   initiative_id      text           initiative; '(none)' collects ledger entries that name no initiative, or one
--                                     that does not exist
--   period_start_date  date           first day of the fiscal period the entries were posted in
--   cause              text           'time passed' (posted after the previous as-of date), 'late data' (posted before
--                                     it and learned since), 'restatement' (an entry that was changed or withdrawn,
--                                     or added to a period that had long ended), 'mapping' (the same entry, charged
--                                     to another initiative)
--   currency           text           reporting currency
--   change_amount      decimal(38,2)  what these entries add to the spend; positive = more spent
--   entry_count        bigint         entries that came, went or changed
-- checks:
--   coalesce(sum(change_amount), 0) = (select coalesce(sum(s.reporting_amount), 0) from spend as s
--     cross join base.run as r where r.previous_as_of is not null and coalesce(s.kind, 'actual') = 'actual')
--     - (select coalesce(sum(s.reporting_amount), 0) from previous.spend as s
--     where coalesce(s.kind, 'actual') = 'actual')
--   coalesce(sum(change_amount) filter (where cause = 'mapping'), 0) = 0
-- receipt:  history.spend where coalesce(kind, 'actual') = 'actual' and posted_date >= $period_start_date
--             and posted_date <= (select p.period_end_date from base.periods as p
--             where p.period_start_date = $period_start_date)
--             and ($initiative_id = '(none)' or initiative_id = $initiative_id)
-- leaves out: commitments; entries that are the same in both releases; for entries without an id, that one was changed
--             rather than withdrawn and replaced by another
-- method:   Entries that are word for word the same in both releases cancel out; those that are left are paired by
--             entry_id. A pair first takes its new day and amount, which is a restatement, and then its new
--             initiative. An entry added to a period that had ended more than closing_days before it was recorded (an
--             entry without recorded_date: before the previous as-of date) restates that period. Amounts are in
--             reporting currency, so that a new exchange rate for an old day is a restatement as well. Without a
--             previous release nothing has changed.
with entries_now as (
    select
        spend.entry_id,
        coalesce(initiatives.initiative_id, '(none)') as initiative_id,
        spend.posted_date,
        spend.recorded_date,
        spend.reporting_amount
    from spend
    left join initiatives
        on spend.initiative_id = initiatives.initiative_id
    where coalesce(spend.kind, 'actual') = 'actual'
),

entries_then as (
    select
        spend.entry_id,
        coalesce(initiatives.initiative_id, '(none)') as initiative_id,
        spend.posted_date,
        spend.recorded_date,
        spend.reporting_amount
    from previous.spend as spend
    left join previous.initiatives as initiatives
        on spend.initiative_id = initiatives.initiative_id
    where coalesce(spend.kind, 'actual') = 'actual'
),

periods as (
    select period_start_date, period_end_date
    from base.periods
),

releases as (
    select previous_as_of, as_known
    from base.run
    where previous_as_of is not null
),

-- thresholds to be declared
rules as (
    select
        reporting_currency,
        cast(closing_days as bigint) as closing_days
    from base.rules
),

signed_entries as (
    select entry_id, initiative_id, posted_date, recorded_date, reporting_amount, 1 as side
    from entries_now
    union all
    select entry_id, initiative_id, posted_date, recorded_date, reporting_amount, -1 as side
    from entries_then
),

-- what is the same on both sides cancels out
changed_entries as (
    select
        entry_id,
        initiative_id,
        posted_date,
        reporting_amount,
        max(recorded_date) as recorded_date,
        sum(side) as side_count
    from signed_entries
    group by entry_id, initiative_id, posted_date, reporting_amount
    having sum(side) <> 0
),

-- one entry on either side under the same id is the same entry, changed
paired_entries as (
    select
        entry_id,
        initiative_id,
        posted_date,
        reporting_amount,
        recorded_date,
        side_count,
        entry_id is not null
        and count(*) over in_entry = 2
        and sum(side_count) over in_entry = 0
        and max(side_count) over in_entry = 1 as is_pair,
        -- of a pair, where it was, and whether its day or amount is another
        min(case when side_count < 0 then initiative_id end) over in_entry as left_initiative_id,
        min(posted_date) over in_entry <> max(posted_date) over in_entry
        or min(reporting_amount) over in_entry <> max(reporting_amount) over in_entry as is_restated
    from changed_entries
    window in_entry as (partition by entry_id)
),

steps as (
    select 'added' as step
    union all
    select 'withdrawn' as step
    union all
    select 'restated' as step
    union all
    select 'moved out' as step
    union all
    select 'moved in' as step
),

-- a pair is restated where it was, and then moves
entry_steps as (
    select
        case
            when steps.step in ('restated', 'moved out') then paired_entries.left_initiative_id
            else paired_entries.initiative_id
        end as initiative_id,
        paired_entries.posted_date,
        paired_entries.recorded_date,
        case
            when steps.step = 'moved out' then -paired_entries.reporting_amount
            else paired_entries.reporting_amount * paired_entries.side_count
        end as change_amount,
        case
            when steps.step = 'restated' and paired_entries.side_count < 0 then 0
            else abs(paired_entries.side_count)
        end as entry_count,
        steps.step
    from paired_entries
    inner join steps
        on (steps.step = 'added' and not paired_entries.is_pair and paired_entries.side_count > 0)
        or (steps.step = 'withdrawn' and not paired_entries.is_pair and paired_entries.side_count < 0)
        or (steps.step = 'restated' and paired_entries.is_pair and paired_entries.is_restated)
        or (
            steps.step in ('moved out', 'moved in')
            and paired_entries.is_pair
            and paired_entries.side_count > 0
            and paired_entries.initiative_id <> paired_entries.left_initiative_id
        )
),

posting_days as (
    select posted_date
    from entries_now
    union
    select posted_date
    from entries_then
),

days_in_periods as (
    select
        posting_days.posted_date,
        periods.period_start_date,
        periods.period_end_date
    from posting_days
    inner join periods
        on posting_days.posted_date between periods.period_start_date and periods.period_end_date
),

explained_steps as (
    select
        entry_steps.initiative_id,
        days_in_periods.period_start_date,
        case
            when entry_steps.step in ('moved out', 'moved in') then 'mapping'
            when entry_steps.step = 'restated' then 'restatement'
            when entry_steps.step = 'withdrawn' and entry_steps.recorded_date > cast(releases.as_known as date)
                then 'late data'
            when entry_steps.step = 'withdrawn' then 'restatement'
            when entry_steps.posted_date > releases.previous_as_of then 'time passed'
            when coalesce(entry_steps.recorded_date, releases.previous_as_of) - days_in_periods.period_end_date
                > rules.closing_days then 'restatement'
            else 'late data'
        end as cause,
        entry_steps.change_amount,
        entry_steps.entry_count
    from entry_steps
    inner join days_in_periods
        on entry_steps.posted_date = days_in_periods.posted_date
    cross join releases
    cross join rules
)

select
    explained_steps.initiative_id,
    explained_steps.period_start_date,
    explained_steps.cause,
    rules.reporting_currency as currency,
    cast(sum(explained_steps.change_amount) as decimal(38, 2)) as change_amount,
    cast(sum(explained_steps.entry_count) as bigint) as entry_count
from explained_steps
cross join rules
group by
    explained_steps.initiative_id,
    explained_steps.period_start_date,
    explained_steps.cause,
    rules.reporting_currency
having
    sum(explained_steps.change_amount) <> 0
    or sum(explained_steps.entry_count) > 0
order by initiative_id, period_start_date, cause
