-- question: Which goals should the next planning round take up again, and what has it to answer?
-- grain:    goal_id
-- columns:
--   goal_id             text           open goal with at least one reason
--   position            bigint         place in the list: the most reasons without an answer first, then the most
--                                      reasons, then the heaviest goal
--   goal_name           text           name of the goal
--   owner               text           who answers for it; NULL when not given
--   weight_ratio        double         share of the whole by weight, 0..1; NULL when not fully weighted
--   currency            text           reporting currency
--   spend_amount        decimal(38,2)  spend of the trailing periods on the goal and all below it; positive = money
--                                      spent; never to be added up over goals
--   reasons             text           what speaks against its plan, in the order of scorecard.revisit_reasons
--   reason_count        bigint         reasons, each counted once
--   unanswered_count    bigint         those of them for which the plan has not been changed since they came up
--   unreviewed_count    bigint         those of them for which the goal was not even reviewed since
--   evidence_count      bigint         KPIs, initiatives, assumptions and so on behind the reasons
--   since_date          date           since when the oldest reason without an answer is known; NULL when that cannot be
--                                      said
--   last_changed_date   date           day on which the plan was last changed
--   last_reviewed_date  date           day of the last review; NULL when not given
-- checks:
--   count(*) filter (where reason_count < unanswered_count or unanswered_count < 0 or evidence_count < reason_count) = 0
--   count(*) = (select count(distinct goal_id) from scorecard.revisit_reasons)
--   count(distinct position) = count(*)
-- receipt:  scorecard.revisit_reasons where goal_id = $goal_id; goals where goal_id = $goal_id
--   spend_amount  spend_under where is_trailing and ancestor_goal_id = $goal_id
-- leaves out: goals that nothing speaks against; closed goals; reasons of the goals below
-- method:   METHODS 17 and 18: a plan that is reviewed again and again and never changed has not answered what happened.
--             A reason is answered when the plan was changed (alignment.plan_staleness) on the day it came up or later;
--             a reason of unknown day counts as unanswered. Whether a change was the right one nobody can compute.
with reasons as (
    select goal_id, reason, reason_position, since_date, is_plan_changed, is_plan_reviewed
    from scorecard.revisit_reasons
),

plans as (
    select goal_id, goal_name, owner, last_changed_date, last_reviewed_date
    from alignment.plan_staleness
),

goal_money as (
    select goal_id, spend_amount
    from alignment.goal_support
),

weights as (
    select goal_id, weight_ratio
    from base.goal_weights
),

rules as (
    select reporting_currency
    from base.rules
),

goal_reasons as (
    select
        goal_id,
        reason,
        reason_position,
        count(*) as evidence_count,
        bool_and(is_plan_changed) as is_answered,
        bool_and(is_plan_reviewed or is_plan_changed) as is_reviewed,
        min(case when not is_plan_changed then since_date end) as since_date
    from reasons
    group by goal_id, reason, reason_position
),

goals_with_reasons as (
    select
        goal_id,
        string_agg(reason, '; ' order by reason_position) as reasons,
        count(*) as reason_count,
        count(*) filter (where not is_answered) as unanswered_count,
        count(*) filter (where not is_reviewed) as unreviewed_count,
        sum(evidence_count) as evidence_count,
        min(since_date) as since_date
    from goal_reasons
    group by goal_id
)

select
    goals_with_reasons.goal_id,
    cast(
        row_number() over (
            order by
                goals_with_reasons.unanswered_count desc,
                goals_with_reasons.reason_count desc,
                weights.weight_ratio desc nulls last,
                goals_with_reasons.goal_id
        )
        as bigint
    ) as position,
    plans.goal_name,
    plans.owner,
    weights.weight_ratio,
    rules.reporting_currency as currency,
    cast(goal_money.spend_amount as decimal(38, 2)) as spend_amount,
    goals_with_reasons.reasons,
    cast(goals_with_reasons.reason_count as bigint) as reason_count,
    cast(goals_with_reasons.unanswered_count as bigint) as unanswered_count,
    cast(goals_with_reasons.unreviewed_count as bigint) as unreviewed_count,
    cast(goals_with_reasons.evidence_count as bigint) as evidence_count,
    goals_with_reasons.since_date,
    plans.last_changed_date,
    plans.last_reviewed_date
from goals_with_reasons
inner join plans
    on goals_with_reasons.goal_id = plans.goal_id
inner join goal_money
    on goals_with_reasons.goal_id = goal_money.goal_id
left join weights
    on goals_with_reasons.goal_id = weights.goal_id
cross join rules
order by goal_id
