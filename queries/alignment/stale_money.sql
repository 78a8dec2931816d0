-- question: How much of the money is steered by goals whose plan is fresh, due for a review, or stale?
-- grain:    verdict
-- columns:
--   verdict             text           of the goal that steers the money: 'fresh', 'due', 'stale' or 'unknown'
--                                      (alignment.plan_staleness); '(unaligned)' is money without a goal
--   goal_count          bigint         goals with this verdict
--   open_goal_count     bigint         those of them that are open
--   currency            text           reporting currency
--   spend_amount        decimal(38,2)  spend of the trailing periods linked to these goals; positive = money spent
--   total_amount        decimal(38,2)  all spend of the trailing periods
--   spend_ratio         double         spend_amount / total_amount, sums to 1; NULL unless the total is above zero
--   status_reason       text           NULL, or why there is no ratio: 'no spend', 'spend is negative'
-- checks:
--   count(*) = 5
--   sum(spend_amount) = max(total_amount)
--   abs(sum(spend_ratio) - 1) < 0.000001
--   sum(goal_count) = (select count(*) from goals)
-- receipt:  goals where goal_id in (select p.goal_id from alignment.plan_staleness as p where p.verdict = $verdict)
--   spend_amount  spend where is_trailing and (goal_id = $verdict or goal_id in
--                 (select p.goal_id from alignment.plan_staleness as p where p.verdict = $verdict))
--   total_amount  spend where is_trailing
-- leaves out: commitments; spend before the trailing periods
-- method:   METHODS 17. All five rows are there, also when they hold nothing.
with plans as (
    select goal_id, verdict, is_open, spend_amount
    from alignment.plan_staleness
),

trailing_spend as (
    select
        goal_spend.goal_id,
        goal_spend.spend_amount
    from base.spend_by_goal as goal_spend
    inner join base.periods as periods
        on goal_spend.period_start_date = periods.period_start_date
    where periods.is_trailing
),

rules as (
    select reporting_currency
    from base.rules
),

verdicts as (
    select 'fresh' as verdict
    union all
    select 'due' as verdict
    union all
    select 'stale' as verdict
    union all
    select 'unknown' as verdict
    union all
    select '(unaligned)' as verdict
),

steered_spend as (
    select verdict, 1 as goal_count, case when is_open then 1 else 0 end as open_goal_count, spend_amount
    from plans
    union all
    select '(unaligned)' as verdict, 0 as goal_count, 0 as open_goal_count, spend_amount
    from trailing_spend
    where goal_id = '(unaligned)'
),

whole_spend as (
    select coalesce(sum(spend_amount), 0) as total_amount
    from trailing_spend
),

verdict_spend as (
    select
        verdicts.verdict,
        coalesce(sum(steered_spend.goal_count), 0) as goal_count,
        coalesce(sum(steered_spend.open_goal_count), 0) as open_goal_count,
        coalesce(sum(steered_spend.spend_amount), 0) as spend_amount
    from verdicts
    left join steered_spend
        on verdicts.verdict = steered_spend.verdict
    group by verdicts.verdict
)

select
    verdict_spend.verdict,
    cast(verdict_spend.goal_count as bigint) as goal_count,
    cast(verdict_spend.open_goal_count as bigint) as open_goal_count,
    rules.reporting_currency as currency,
    cast(verdict_spend.spend_amount as decimal(38, 2)) as spend_amount,
    cast(whole_spend.total_amount as decimal(38, 2)) as total_amount,
    case
        when whole_spend.total_amount > 0
            then cast(verdict_spend.spend_amount as double) / nullif(cast(whole_spend.total_amount as double), 0)
    end as spend_ratio,
    case
        when whole_spend.total_amount = 0 then 'no spend'
        when whole_spend.total_amount < 0 then 'spend is negative'
    end as status_reason
from verdict_spend
cross join whole_spend
cross join rules
order by verdict
