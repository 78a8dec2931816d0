-- question: Which live initiatives keep using money and people without a sign that they will still deliver?
-- grain:    initiative_id
-- columns:
--   initiative_id        text           live initiative: active, on hold, or of unknown stage and not ended
--   initiative_name      text           its name
--   business_unit        text           unit that runs it; NULL when not given
--   stage                text           where it stands; NULL when not given
--   is_mandatory         boolean        true when required by law or regulation
--   spend_period_count   bigint         of the newest zombie_spend_periods complete periods in which the ledger has
--                                       any entry, those in which this initiative spent more than nothing
--   last_milestone_date  date           day on which it last reached a milestone; NULL when never
--   quiet_days           bigint         days since then, or since its start; NULL when it has no milestones or
--                                       neither day is known
--   slip_count           bigint         times the forecast of one milestone, or the reported end, moved later: the
--                                       most of any; NULL when it has neither
--   rebaseline_count     bigint         times the baseline of one milestone was set anew: the most of any; NULL
--                                       when it has no milestones
--   share_low_ratio      double         smallest share of a quarter's spend without mandatory work, 0..1, in the
--                                       newest four complete quarters with spend; NULL when there are fewer
--   share_high_ratio     double         largest such share
--   share_change_ratio   double         share_high_ratio / share_low_ratio - 1; NULL unless the smallest is above
--                                       zero, and for mandatory initiatives
--   reason_count         bigint         reasons found
--   judged_count         bigint         reasons that could be judged, of seven
--   reasons              text           the reasons, always in this order: 'no goal path'; 'goal closed or dropped'
--                                       (every goal it serves); 'no milestone for … days'; 'forecast slipped …
--                                       times'; 're-baselined … times'; 'no sponsor'; 'share of money unchanged';
--                                       NULL when there is none
--   currency             text           reporting currency
--   spend_amount         decimal(38,2)  annual cost: spend of the trailing periods; positive = money spent
--   headcount_fte        double         full-time equivalents it asks for now, which stopping it would release; in
--                                       the newest period of demand when that has ended; NULL without demand
--   verdict              text           'zombie' when it spends in all those periods and has zombie_reasons reasons
--                                       or more; 'watch' when it is one reason short; otherwise 'live'
--   status_reason        text           NULL, or why it is no zombie whatever the reasons: 'mandatory', 'too few
--                                       periods' (of ledger), 'no spend in every period'
-- checks:
--   count(*) filter (where (reason_count = 0) <> (reasons is null)) = 0
--   count(*) filter (where reason_count > judged_count) = 0
--   count(*) filter (where verdict <> 'live' and status_reason is not null) = 0
-- receipt:  initiatives where initiative_id = $initiative_id;
--             goal_links where child_type = 'initiative' and child_id = $initiative_id;
--             milestones where initiative_id = $initiative_id;
--             status_reports where initiative_id = $initiative_id;
--             demand where initiative_id = $initiative_id
--   spend_amount  spend where initiative_id = $initiative_id and is_trailing
-- leaves out: proposed, completed and cancelled initiatives; whether the KPIs of its goals have moved; commitments
-- method:   METHODS 16. A rule that cannot be judged is no reason: no milestones, no weights, a project that names no
--             sponsor anywhere. Nor is silence while the next milestone is still to come and none is overdue, each by the
--             first baseline it ever had: such work is quiet as planned. Periods and quarters without any entry in the
--             whole ledger are skipped, so a ledger kept by year is judged by year. A goal is closed when its status says
--             so (closed, complete, completed, done, achieved, cancelled, canceled, dropped, abandoned, retired,
--             superseded, inactive), and dropped when it is in the bottom tercile of its level after its own weight or
--             rank, or that of a goal above it, was lowered: a goal that was always small is not dropped. A share is
--             unchanged when its largest exceeds its smallest by inertia_share_ratio at most. What a stop would release
--             is an offer to look, no judgement: who knows the reason why it lives should be asked first.
with rules as (
    select
        reporting_currency,
        zombie_spend_periods,
        zombie_reasons,
        zombie_quiet_days,
        zombie_slips,
        zombie_rebaselines,
        inertia_share_ratio
    from base.rules
),

live_initiatives as (
    select
        initiative_id,
        name as initiative_name,
        business_unit,
        nullif(trim(sponsor), '') as sponsor,
        stage,
        start_date,
        coalesce(is_mandatory, false) as is_mandatory
    from initiatives
    where
        stage in ('active', 'on_hold')
        or (stage is null and coalesce(actual_end_date > $as_of, true))
),

mandatory_initiatives as (
    select initiative_id
    from initiatives
    where is_mandatory
),

sponsor_use as (
    select count(nullif(trim(sponsor), '')) > 0 as has_sponsors
    from initiatives
),

spend_months as (
    select initiative_id, period_start_date, fiscal_quarter, spend_amount
    from base.spend_by_month
),

periods as (
    select period_start_date, period_end_date, fiscal_quarter, is_complete, is_trailing
    from base.periods
),

initiative_links as (
    select child_id as initiative_id, goal_id
    from base.links
    where
        child_type = 'initiative'
        and weight_ratio > 0
),

closure as (
    select ancestor_goal_id, goal_id
    from base.goal_closure
    where is_primary
),

goal_statuses as (
    select goal_id, lower(trim(status)) as status, weight, priority_rank
    from goals
),

goal_history as (
    select
        goal_id,
        max(weight) as largest_weight,
        min(priority_rank) as best_rank
    from history.goals
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
    group by goal_id
),

own_terciles as (
    select terciles.goal_id, terciles.tercile
    from base.goal_terciles as terciles
    inner join base.goal_weights as goal_weights
        on terciles.goal_id = goal_weights.goal_id
        and terciles.level = goal_weights.level
),

-- a milestone is due by its first baseline, or one moved every year would never be due
first_baselines as (
    select
        milestone_id,
        first_value(baseline_date order by valid_from nulls first, known_from)
            filter (where baseline_date is not null) as first_baseline_date
    from history.milestones
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
    group by milestone_id
),

dated_milestones as (
    select
        milestones.milestone_id,
        milestones.initiative_id,
        case when milestones.actual_date <= $as_of then milestones.actual_date end as reached_date,
        coalesce(first_baselines.first_baseline_date, milestones.forecast_date) as due_date
    from milestones
    left join first_baselines
        on milestones.milestone_id = first_baselines.milestone_id
),

milestone_states as (
    select
        initiative_id,
        count(*) as milestone_count,
        max(reached_date) as last_milestone_date,
        count(*) filter (where reached_date is null and due_date > $as_of) as coming_count,
        count(*) filter (where reached_date is null and due_date <= $as_of) as overdue_count
    from dated_milestones
    group by initiative_id
),

milestone_moves as (
    select
        milestone_id,
        initiative_id,
        forecast_date > lag(forecast_date) over in_order as is_slip,
        baseline_date <> lag(baseline_date) over in_order as is_rebaseline
    from history.milestones
    where
        (known_to is null or valid_from is null)
        and (valid_from is null or valid_from <= $as_of)
    window in_order as (partition by milestone_id order by valid_from nulls first, known_from)
),

report_moves as (
    select
        initiative_id,
        forecast_end_date > lag(forecast_end_date) over (partition by initiative_id order by reported_date) as is_slip
    from status_reports
    where forecast_end_date is not null
),

demand_rows as (
    select initiative_id, period_start_date, period_end_date, cast(fte as decimal(18, 6)) as fte
    from demand
    where period_start_date <= $as_of
),

posted_periods as (
    select
        spend_months.period_start_date,
        row_number() over (order by spend_months.period_start_date desc) as periods_back
    from spend_months
    inner join periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_complete
    group by spend_months.period_start_date
),

recent_periods as (
    select posted_periods.period_start_date
    from posted_periods
    cross join rules
    where posted_periods.periods_back <= rules.zombie_spend_periods
),

recent_period_count as (
    select count(*) as period_count
    from recent_periods
),

recent_spend as (
    select
        spend_months.initiative_id,
        count(*) as spend_period_count
    from spend_months
    inner join recent_periods
        on spend_months.period_start_date = recent_periods.period_start_date
    where spend_months.spend_amount > 0
    group by spend_months.initiative_id
),

trailing_spend as (
    select
        spend_months.initiative_id,
        sum(spend_months.spend_amount) as spend_amount
    from spend_months
    inner join periods
        on spend_months.period_start_date = periods.period_start_date
    where periods.is_trailing
    group by spend_months.initiative_id
),

complete_quarters as (
    select fiscal_quarter
    from periods
    group by fiscal_quarter
    having bool_and(is_complete)
),

-- what priorities could move, quarter by quarter
quarter_spend as (
    select
        spend_months.initiative_id,
        spend_months.fiscal_quarter,
        min(spend_months.period_start_date) as first_date,
        sum(spend_months.spend_amount) as spend_amount
    from spend_months
    inner join complete_quarters
        on spend_months.fiscal_quarter = complete_quarters.fiscal_quarter
    left join mandatory_initiatives
        on spend_months.initiative_id = mandatory_initiatives.initiative_id
    where mandatory_initiatives.initiative_id is null
    group by spend_months.initiative_id, spend_months.fiscal_quarter
),

quarter_totals as (
    select
        fiscal_quarter,
        sum(spend_amount) as total_amount,
        row_number() over (order by min(first_date) desc) as quarters_back
    from quarter_spend
    group by fiscal_quarter
    having sum(spend_amount) > 0
),

share_ranges as (
    select
        quarter_spend.initiative_id,
        count(*) as quarter_count,
        min(cast(quarter_spend.spend_amount as double) / nullif(cast(quarter_totals.total_amount as double), 0))
            as share_low_ratio,
        max(cast(quarter_spend.spend_amount as double) / nullif(cast(quarter_totals.total_amount as double), 0))
            as share_high_ratio
    from quarter_spend
    inner join quarter_totals
        on quarter_spend.fiscal_quarter = quarter_totals.fiscal_quarter
    where quarter_totals.quarters_back <= 4
    group by quarter_spend.initiative_id
    having count(*) = 4
),

lowered_goals as (
    select distinct closure.goal_id
    from closure
    inner join goal_statuses
        on closure.ancestor_goal_id = goal_statuses.goal_id
    inner join goal_history
        on closure.ancestor_goal_id = goal_history.goal_id
    where
        goal_history.largest_weight > goal_statuses.weight
        or goal_history.best_rank < goal_statuses.priority_rank
),

linked_goals as (
    select
        initiative_links.initiative_id,
        count(*) as goal_count,
        count(*) filter (
            where
            goal_statuses.status in (
                'closed', 'complete', 'completed', 'done', 'achieved', 'cancelled', 'canceled', 'dropped',
                'abandoned', 'retired', 'superseded', 'inactive'
            )
            or (own_terciles.tercile = 'bottom' and lowered_goals.goal_id is not null)
        ) as dropped_count
    from initiative_links
    left join goal_statuses
        on initiative_links.goal_id = goal_statuses.goal_id
    left join own_terciles
        on initiative_links.goal_id = own_terciles.goal_id
    left join lowered_goals
        on initiative_links.goal_id = lowered_goals.goal_id
    group by initiative_links.initiative_id
),

milestone_counts as (
    select
        milestone_id,
        initiative_id,
        count(*) filter (where is_slip) as slip_count,
        count(*) filter (where is_rebaseline) as rebaseline_count
    from milestone_moves
    group by milestone_id, initiative_id
),

most_moved as (
    select
        initiative_id,
        max(slip_count) as slip_count,
        max(rebaseline_count) as rebaseline_count
    from milestone_counts
    group by initiative_id
),

report_slips as (
    select
        initiative_id,
        count(*) filter (where is_slip) as slip_count
    from report_moves
    group by initiative_id
),

-- today, or the last day that any demand is known for
demand_day as (
    select least(max(period_end_date), $as_of) as counted_date
    from demand_rows
),

headcounts as (
    select
        demand_rows.initiative_id,
        sum(demand_rows.fte) as headcount_fte
    from demand_rows
    inner join demand_day
        on demand_day.counted_date between demand_rows.period_start_date and demand_rows.period_end_date
    group by demand_rows.initiative_id
),

facts as (
    select
        live_initiatives.initiative_id,
        live_initiatives.initiative_name,
        live_initiatives.business_unit,
        live_initiatives.stage,
        live_initiatives.is_mandatory,
        live_initiatives.sponsor,
        sponsor_use.has_sponsors,
        coalesce(recent_spend.spend_period_count, 0) as spend_period_count,
        recent_period_count.period_count,
        milestone_states.last_milestone_date,
        case
            when milestone_states.milestone_count > 0
                then $as_of - greatest(milestone_states.last_milestone_date, live_initiatives.start_date)
        end as quiet_days,
        milestone_states.coming_count > 0 and milestone_states.overdue_count = 0 as is_quiet_as_planned,
        greatest(most_moved.slip_count, report_slips.slip_count) as slip_count,
        most_moved.rebaseline_count,
        case when not live_initiatives.is_mandatory then share_ranges.share_low_ratio end as share_low_ratio,
        case when not live_initiatives.is_mandatory then share_ranges.share_high_ratio end as share_high_ratio,
        coalesce(linked_goals.goal_count, 0) as goal_count,
        coalesce(linked_goals.dropped_count, 0) as dropped_count,
        coalesce(trailing_spend.spend_amount, 0) as spend_amount,
        headcounts.headcount_fte
    from live_initiatives
    cross join sponsor_use
    cross join recent_period_count
    left join recent_spend
        on live_initiatives.initiative_id = recent_spend.initiative_id
    left join milestone_states
        on live_initiatives.initiative_id = milestone_states.initiative_id
    left join most_moved
        on live_initiatives.initiative_id = most_moved.initiative_id
    left join report_slips
        on live_initiatives.initiative_id = report_slips.initiative_id
    left join share_ranges
        on live_initiatives.initiative_id = share_ranges.initiative_id
    left join linked_goals
        on live_initiatives.initiative_id = linked_goals.initiative_id
    left join trailing_spend
        on live_initiatives.initiative_id = trailing_spend.initiative_id
    left join headcounts
        on live_initiatives.initiative_id = headcounts.initiative_id
),

-- each rule says its reason, or '' when it does not apply, or NULL when it cannot be judged
judged_facts as (
    select
        facts.initiative_id,
        facts.initiative_name,
        facts.business_unit,
        facts.stage,
        facts.is_mandatory,
        facts.spend_period_count,
        facts.period_count,
        facts.last_milestone_date,
        facts.quiet_days,
        facts.slip_count,
        facts.rebaseline_count,
        facts.share_low_ratio,
        facts.share_high_ratio,
        facts.spend_amount,
        facts.headcount_fte,
        rules.reporting_currency,
        rules.zombie_spend_periods,
        rules.zombie_reasons,
        case when facts.goal_count = 0 then 'no goal path' else '' end as path_reason,
        case
            when facts.goal_count = 0 then null
            when facts.dropped_count = facts.goal_count then 'goal closed or dropped'
            else ''
        end as goal_reason,
        case
            when facts.quiet_days is null then null
            when facts.is_quiet_as_planned then ''
            when facts.quiet_days >= rules.zombie_quiet_days
                then 'no milestone for ' || cast(facts.quiet_days as text) || ' days'
            else ''
        end as quiet_reason,
        case
            when facts.slip_count is null then null
            when facts.slip_count >= rules.zombie_slips
                then 'forecast slipped ' || cast(facts.slip_count as text) || ' times'
            else ''
        end as slip_reason,
        case
            when facts.rebaseline_count is null then null
            when facts.rebaseline_count >= rules.zombie_rebaselines
                then 're-baselined ' || cast(facts.rebaseline_count as text) || ' times'
            else ''
        end as rebaseline_reason,
        case
            when not facts.has_sponsors then null
            when facts.sponsor is null then 'no sponsor'
            else ''
        end as sponsor_reason,
        case
            when facts.share_low_ratio is null then null
            when
                facts.share_low_ratio > 0
                and round(facts.share_high_ratio, 9)
                <= round(facts.share_low_ratio * (1 + rules.inertia_share_ratio), 9)
                then 'share of money unchanged'
            else ''
        end as share_reason
    from facts
    cross join rules
),

counted_facts as (
    select
        initiative_id,
        initiative_name,
        business_unit,
        stage,
        is_mandatory,
        spend_period_count,
        period_count,
        last_milestone_date,
        quiet_days,
        slip_count,
        rebaseline_count,
        share_low_ratio,
        share_high_ratio,
        spend_amount,
        headcount_fte,
        reporting_currency,
        zombie_reasons,
        case
            when is_mandatory then 'mandatory'
            when period_count < zombie_spend_periods then 'too few periods'
            when spend_period_count < zombie_spend_periods then 'no spend in every period'
        end as status_reason,
        case when path_reason <> '' then 1 else 0 end
        + case when goal_reason <> '' then 1 else 0 end
        + case when quiet_reason <> '' then 1 else 0 end
        + case when slip_reason <> '' then 1 else 0 end
        + case when rebaseline_reason <> '' then 1 else 0 end
        + case when sponsor_reason <> '' then 1 else 0 end
        + case when share_reason <> '' then 1 else 0 end as reason_count,
        case when path_reason is not null then 1 else 0 end
        + case when goal_reason is not null then 1 else 0 end
        + case when quiet_reason is not null then 1 else 0 end
        + case when slip_reason is not null then 1 else 0 end
        + case when rebaseline_reason is not null then 1 else 0 end
        + case when sponsor_reason is not null then 1 else 0 end
        + case when share_reason is not null then 1 else 0 end as judged_count,
        concat_ws(
            '; ',
            nullif(path_reason, ''),
            nullif(goal_reason, ''),
            nullif(quiet_reason, ''),
            nullif(slip_reason, ''),
            nullif(rebaseline_reason, ''),
            nullif(sponsor_reason, ''),
            nullif(share_reason, '')
        ) as reasons
    from judged_facts
)

select
    initiative_id,
    initiative_name,
    business_unit,
    stage,
    is_mandatory,
    cast(spend_period_count as bigint) as spend_period_count,
    last_milestone_date,
    cast(quiet_days as bigint) as quiet_days,
    cast(slip_count as bigint) as slip_count,
    cast(rebaseline_count as bigint) as rebaseline_count,
    share_low_ratio,
    share_high_ratio,
    case when share_low_ratio > 0 then share_high_ratio / nullif(share_low_ratio, 0) - 1 end as share_change_ratio,
    cast(reason_count as bigint) as reason_count,
    cast(judged_count as bigint) as judged_count,
    nullif(reasons, '') as reasons,
    reporting_currency as currency,
    cast(spend_amount as decimal(38, 2)) as spend_amount,
    cast(headcount_fte as double) as headcount_fte,
    case
        when status_reason is not null then 'live'
        when reason_count >= zombie_reasons then 'zombie'
        when reason_count = ceil(zombie_reasons) - 1 and reason_count > 0 then 'watch'
        else 'live'
    end as verdict,
    status_reason
from counted_facts
order by initiative_id
