-- question: Which rules raise findings, what does each mean, what should be decided, and what does it foretell?
-- grain:    rule_id
-- columns:
--   rule_id       text  the rule
--   family        text  what it is about: 'alignment', 'variance', 'misallocation' or 'warning'
--   subject_type  text  what it is raised on: 'kpi', 'initiative', 'goal' or 'business_unit'
--   severity      text  'high' (act now), 'medium' (decide at the next review) or 'low' (put in order); a finding of
--                       'initiative_milestone_slips' is 'high' when the worst milestone never converges or is very
--                       late
--   meaning       text  what it means when the rule fires, in one sentence
--   decide        text  what somebody should decide
--   money         text  what money_at_risk_amount of its findings is
--   foretells     text  the problem that should follow when nothing is done, as in warning.outcomes: 'target missed',
--                       'budget overspent', 'approved amount exceeded', 'milestone missed', 'promise broken' or
--                       'capacity exceeded'; NULL for a rule that states a fact and predicts nothing
-- checks:
--   count(*) filter (where subject_type not in ('kpi', 'initiative', 'goal', 'business_unit')) = 0
--   count(*) filter (where severity not in ('high', 'medium', 'low')) = 0
--   count(*) filter (where foretells not in ('target missed', 'budget overspent', 'approved amount exceeded',
--     'milestone missed', 'promise broken', 'capacity exceeded')) = 0
-- receipt:  base.rules where rules_version is not null
-- leaves out: messages about the data itself, such as rows refused, which the run prints and publishes beside the
--             tables
-- method:   METHODS 4, 6, 8, 9, 11, 13, 15 to 19. The thresholds are those of base.rules and are applied by the model
--             that each finding names as its evidence.
with named_rules as (
    select rule_id, family, subject_type, severity, meaning, decide, money, foretells
    from (
        values
        (
            'kpi_off_target', 'variance', 'kpi', 'high',
            'The KPI has reached less of what is due by now than the threshold for amber.',
            'Act on the cause, or set another target and say why.',
            'trailing spend on its goal and everything below it', 'target missed'
        ),
        (
            'kpi_process_shifted', 'warning', 'kpi', 'high',
            'The newest values lie beyond what the process has been doing by itself, on the bad side.',
            'Find what changed before the target is missed.',
            'trailing spend on its goal and everything below it', 'target missed'
        ),
        (
            'kpi_target_unlikely', 'warning', 'kpi', 'medium',
            'As the KPI goes, it will probably not have reached its target when that is due.',
            'Change the work, or the target; waiting will not do it.',
            'trailing spend on its goal and everything below it', 'target missed'
        ),
        (
            'kpi_never_met', 'warning', 'kpi', 'medium',
            'Even the best value that the process gives by itself misses the target.',
            'Change the process; asking for more effort cannot help.',
            'trailing spend on its goal and everything below it', 'target missed'
        ),
        (
            'kpi_goalposts_moved', 'variance', 'kpi', 'medium',
            'The KPI looks better because its target, baseline or due date was moved after the start.',
            'Confirm the new target in the open, or go back to the first.',
            'trailing spend on its goal and everything below it', cast(null as text)
        ),
        (
            'kpi_two_measures', 'warning', 'kpi', 'medium',
            'The KPI carries the name of a concept that others measure in another way.',
            'Agree on one measure, or give the two different names.',
            'trailing spend on its goal and everything below it', cast(null as text)
        ),
        (
            'kpi_not_measured', 'warning', 'kpi', 'low',
            'The newest value of a KPI that steers much money is older than its cadence allows, or there is none.',
            'Measure it, or let it go.',
            'trailing spend on its goal and everything below it', cast(null as text)
        ),
        (
            'initiative_watermelon', 'warning', 'initiative', 'high',
            'It reports green while its own data are red.',
            'Talk to who reports before talking about who reports; then correct the status.',
            'trailing spend of the initiative', 'promise broken'
        ),
        (
            'initiative_over_budget', 'variance', 'initiative', 'high',
            'It has spent materially more than its budget to date.',
            'Give it more money, less work, or an end.',
            'spend to date above the budget to date', 'approved amount exceeded'
        ),
        (
            'initiative_zombie', 'misallocation', 'initiative', 'high',
            'It keeps using money without a sign that it will still deliver.',
            'Stop it, or say what it will deliver and when.',
            'trailing spend of the initiative', cast(null as text)
        ),
        (
            'initiative_estimate_hopes', 'variance', 'initiative', 'medium',
            'What it says it will cost in the end cannot be believed after what it has cost so far.',
            'Ask for a new estimate, and for what has to change to reach it.',
            'overrun at completion, if it goes on at its cost performance', 'approved amount exceeded'
        ),
        (
            'initiative_money_ahead', 'variance', 'initiative', 'medium',
            'Its money runs materially ahead of its time.',
            'Slow the spending down, or bring the plan forward.',
            'share of the budget by which spending runs ahead of time', 'budget overspent'
        ),
        (
            'initiative_milestone_slips', 'variance', 'initiative', 'medium',
            'Open milestones are expected later than first approved.',
            'Cut the scope, add people, or tell those who wait.',
            'trailing spend of the initiative', 'milestone missed'
        ),
        (
            'initiative_stalled', 'warning', 'initiative', 'medium',
            'It spends, but neither its reported progress nor its milestones move.',
            'Find what blocks it, or pause the money.',
            'spend since it last moved', 'milestone missed'
        ),
        (
            'initiative_blocked', 'warning', 'initiative', 'medium',
            'An open issue, blocker or risk has passed the day by which it was to be settled.',
            'Settle it, or take the loss into the estimate.',
            'probability times impact of what is overdue', 'promise broken'
        ),
        (
            'initiative_report_copied', 'warning', 'initiative', 'low',
            'It has sent the same report again and again.',
            'Ask for a report of what was done.',
            'trailing spend of the initiative', cast(null as text)
        ),
        (
            'initiative_without_goal', 'alignment', 'initiative', 'medium',
            'It has no path to any goal.',
            'Link it to the goal that it serves, or stop it.',
            'trailing spend of the initiative', cast(null as text)
        ),
        (
            'initiative_part_without_goal', 'alignment', 'initiative', 'low',
            'Part of it has no goal: its links add up to less than 1, or one of its goals does not exist.',
            'Complete the links.',
            'trailing spend of that part', cast(null as text)
        ),
        (
            'initiative_price_hides_volume', 'variance', 'initiative', 'low',
            'Price and quantity depart from the plan in opposite directions, and the sum hides both.',
            'Ask why more, or less, was bought than planned.',
            'the unfavourable one of the two', cast(null as text)
        ),
        (
            'initiative_exchange_rate', 'variance', 'initiative', 'low',
            'The exchange rate alone moves its cost beyond what was planned.',
            'Hedge, or plan at the new rate.',
            'rate effect to date', cast(null as text)
        ),
        (
            'initiative_restated', 'variance', 'initiative', 'low',
            'Entries of a month that was closed were changed materially later.',
            'Check what was decided on the old figure, and why it was wrong.',
            'net amount of the late entries, without its sign', cast(null as text)
        ),
        (
            'goal_without_work', 'alignment', 'goal', 'high',
            'No active initiative stands under the goal, nor under a goal above it by a direct link.',
            'Start work, or drop the goal.',
            'money that its weight would give it; NULL without weights', cast(null as text)
        ),
        (
            'goal_unmeasured', 'alignment', 'goal', 'low',
            'Much money goes to the goal, and no KPI on it or below it says what the money does.',
            'Name one measure.',
            'trailing spend on it and everything below it', cast(null as text)
        ),
        (
            'goal_off_track', 'variance', 'goal', 'medium',
            'What its KPIs and the goals below it have reached is less than the threshold for amber.',
            'Look at the KPIs below, and move money or the goal.',
            'trailing spend on it and everything below it', cast(null as text)
        ),
        (
            'goal_under_funded', 'misallocation', 'goal', 'high',
            'A top priority gets clearly less of the money than its weight says.',
            'Move money in, or lower the weight.',
            'money to move in', cast(null as text)
        ),
        (
            'goal_over_funded', 'misallocation', 'goal', 'low',
            'A low priority gets clearly more of the money than its weight says.',
            'Move money out, or raise the weight.',
            'money to move out', cast(null as text)
        ),
        (
            'goal_money_did_not_follow', 'alignment', 'goal', 'medium',
            'Its weight was raised, and the money did not follow.',
            'Move the money, or take the decision back.',
            'what the new share would have given it since, less what it got', cast(null as text)
        ),
        (
            'goal_plan_stale', 'alignment', 'goal', 'low',
            'Its plan was neither changed nor reviewed for too long, and it steers much money.',
            'Review it.',
            'trailing spend linked to it', cast(null as text)
        ),
        (
            'goal_ability_missing', 'alignment', 'goal', 'medium',
            'It needs an ability that is not there, and no money goes to it.',
            'Fund the ability, or change the goal.',
            'money that its weight would give it; NULL without weights', cast(null as text)
        ),
        (
            'goal_without_people', 'misallocation', 'goal', 'medium',
            'After goals of higher priority are served, a team has not the people that its initiatives ask for.',
            'Move people, hire, or start later.',
            'trailing spend on it and everything below it', 'capacity exceeded'
        ),
        (
            'goal_assumption_broken', 'warning', 'goal', 'medium',
            'The KPI that tests one of its assumptions has left the range in which the assumption holds.',
            'Decide again what rested on the assumption.',
            'spend that rests on the assumption', cast(null as text)
        ),
        (
            'goal_signal_unanswered', 'warning', 'goal', 'low',
            'Something outside bears on the goal, and nobody has answered it.',
            'Review the goal in the light of it.',
            'spend of the trailing periods on what the signal reaches', cast(null as text)
        ),
        (
            'unit_over_budget', 'variance', 'business_unit', 'high',
            'The unit as a whole has spent materially more than its budget to date.',
            'Agree where the unit saves.',
            'spend to date above the budget to date', cast(null as text)
        ),
        (
            'unit_money_without_work', 'alignment', 'business_unit', 'low',
            'A considerable part of what the unit was charged names no initiative.',
            'Book it to initiatives.',
            'trailing spend that names no initiative', cast(null as text)
        ),
        (
            'unit_year_end_rush', 'variance', 'business_unit', 'low',
            'The unit hurried to spend what was left when its newest fiscal year ended.',
            'Plan by need, and let money be carried over.',
            'spend of the last period above an even share', cast(null as text)
        ),
        (
            'unit_reports_too_green', 'warning', 'business_unit', 'medium',
            'Several of its initiatives, with much of its money, report green while their data are red.',
            'Make it safe to report red.',
            'trailing spend of these initiatives', cast(null as text)
        )
    ) as rules (rule_id, family, subject_type, severity, meaning, decide, money, foretells)
)

select
    rule_id,
    family,
    subject_type,
    severity,
    meaning,
    decide,
    money,
    foretells
from named_rules
order by rule_id
