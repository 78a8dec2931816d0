-- question: Where does a KPI no longer behave as it did, and is that for the worse?
-- grain:    kpi_id, business_unit, period_end_date, rule
-- columns:
--   kpi_id            text     KPI
--   business_unit     text     unit the value was reported for; '(all)' when it names none
--   period_end_date   date     last day of the period whose value completes the signal
--   rule              text     'R1', 'R1 range', 'R2' or 'R3' of Wheeler, 'N1' to 'N8' of Nelson
--   rule_set          text     'wheeler' or 'nelson'
--   kpi_name          text     name of the KPI
--   goal_id           text     goal the KPI names; NULL when not given
--   segment_number    bigint   segment of the series, as in warning.process_limits
--   side              text     'above' (also: rising) or 'below' (also: falling); NULL for rules without a side
--   is_unfavourable   boolean  true when that side is the worse one by the KPI's direction; in a range, when it is
--                              the side of the nearer bound; false without a side
--   is_current        boolean  true when it is completed by the newest value of its KPI and unit
--   started_date      date     last day of the first period since which the rule has fired on this side at every
--                              value
--   value             double   value of the period, in unit
--   centre_value      double   what was expected, in unit
--   lower_limit       double   lower limit of the period, in unit
--   upper_limit       double   upper limit of the period, in unit
--   is_provisional    boolean  true when few values make the limits, so that the signal may be noise
--   meaning           text     the signal in words
-- checks:
--   count(*) filter (where started_date > period_end_date) = 0
--   count(*) filter (where is_unfavourable and side is null) = 0
--   count(*) filter (where (rule_set = 'wheeler') <> starts_with(rule, 'R')) = 0
-- receipt:  warning.process_points where kpi_id = $kpi_id and business_unit = $business_unit
--             and period_end_date between $started_date and $period_end_date;
--             kpi_values where kpi_id = $kpi_id and coalesce(nullif(business_unit, ''), '(all)') = $business_unit
--             and period_end_date <= $period_end_date
-- leaves out: nothing; a value may complete the signals of several rules, each of which is a row
-- method:   METHODS 6. The rules of Wheeler are the ones to act on; each rule of Nelson that is added finds more and
--             raises more false alarms. Nelson's rules 4 and 7 mean that the values are not independent, or that the
--             limits are too wide, which is neither good nor bad.
with points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        chart_basis,
        direction,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        moving_range,
        range_limit,
        is_newest,
        wheeler_1_side,
        is_wheeler_1_range,
        wheeler_2_side,
        wheeler_3_side,
        nelson_1_side,
        nelson_2_side,
        nelson_3_side,
        is_nelson_4,
        nelson_5_side,
        nelson_6_side,
        is_nelson_7,
        is_nelson_8,
        is_provisional,
        row_number() over (partition by kpi_id, business_unit order by period_end_date) as place
    from warning.process_points
),

series as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        kpi_name,
        goal_id,
        lower_value,
        upper_value
    from base.kpi_series
),

rule_names as (
    select rule, rule_set
    from (
        values
            ('R1', 'wheeler'),
            ('R1 range', 'wheeler'),
            ('R2', 'wheeler'),
            ('R3', 'wheeler'),
            ('N1', 'nelson'),
            ('N2', 'nelson'),
            ('N3', 'nelson'),
            ('N4', 'nelson'),
            ('N5', 'nelson'),
            ('N6', 'nelson'),
            ('N7', 'nelson'),
            ('N8', 'nelson')
    ) as named (rule, rule_set)
),

signalling_points as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        segment_number,
        run_number,
        chart_basis,
        direction,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        moving_range,
        range_limit,
        is_newest,
        wheeler_1_side,
        is_wheeler_1_range,
        wheeler_2_side,
        wheeler_3_side,
        nelson_1_side,
        nelson_2_side,
        nelson_3_side,
        is_nelson_4,
        nelson_5_side,
        nelson_6_side,
        is_nelson_7,
        is_nelson_8,
        is_provisional,
        place
    from points
    where
        is_wheeler_1_range
        or is_nelson_4
        or is_nelson_7
        or is_nelson_8
        or coalesce(
            wheeler_1_side,
            wheeler_2_side,
            wheeler_3_side,
            nelson_1_side,
            nelson_2_side,
            nelson_3_side,
            nelson_5_side,
            nelson_6_side
        ) is not null
),

-- 'none' stands for a rule that fires and has no side
fired_rules as (
    select
        signalling_points.kpi_id,
        signalling_points.business_unit,
        signalling_points.period_end_date,
        rule_names.rule,
        rule_names.rule_set,
        signalling_points.segment_number,
        signalling_points.run_number,
        signalling_points.chart_basis,
        signalling_points.direction,
        signalling_points.value,
        signalling_points.centre_value,
        signalling_points.lower_limit,
        signalling_points.upper_limit,
        signalling_points.moving_range,
        signalling_points.range_limit,
        signalling_points.is_newest,
        signalling_points.is_provisional,
        signalling_points.place,
        case rule_names.rule
            when 'R1' then signalling_points.wheeler_1_side
            when 'R1 range' then case when signalling_points.is_wheeler_1_range then 'none' end
            when 'R2' then signalling_points.wheeler_2_side
            when 'R3' then signalling_points.wheeler_3_side
            when 'N1' then signalling_points.nelson_1_side
            when 'N2' then signalling_points.nelson_2_side
            when 'N3' then signalling_points.nelson_3_side
            when 'N4' then case when signalling_points.is_nelson_4 then 'none' end
            when 'N5' then signalling_points.nelson_5_side
            when 'N6' then signalling_points.nelson_6_side
            when 'N7' then case when signalling_points.is_nelson_7 then 'none' end
            when 'N8' then case when signalling_points.is_nelson_8 then 'none' end
        end as fired_side
    from signalling_points
    cross join rule_names
),

-- values that follow one another keep the difference between their place and their rank
ranked_signals as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        rule,
        rule_set,
        segment_number,
        run_number,
        chart_basis,
        direction,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        moving_range,
        range_limit,
        is_newest,
        is_provisional,
        fired_side,
        place - row_number() over (
            partition by kpi_id, business_unit, run_number, rule, fired_side
            order by period_end_date
        ) as episode
    from fired_rules
    where fired_side is not null
),

dated_signals as (
    select
        kpi_id,
        business_unit,
        period_end_date,
        rule,
        rule_set,
        segment_number,
        chart_basis,
        direction,
        value,
        centre_value,
        lower_limit,
        upper_limit,
        moving_range,
        range_limit,
        is_newest,
        is_provisional,
        nullif(fired_side, 'none') as side,
        min(period_end_date) over (
            partition by kpi_id, business_unit, run_number, rule, fired_side, episode
        ) as started_date,
        case when chart_basis = 'trend' then 'its straight line' else 'the centre' end as reference
    from ranked_signals
)

select
    dated_signals.kpi_id,
    dated_signals.business_unit,
    dated_signals.period_end_date,
    dated_signals.rule,
    dated_signals.rule_set,
    series.kpi_name,
    series.goal_id,
    dated_signals.segment_number,
    dated_signals.side,
    coalesce(
        case
            when dated_signals.direction = 'up' then dated_signals.side = 'below'
            when dated_signals.direction = 'down' then dated_signals.side = 'above'
            when series.lower_value is null and series.upper_value is null then false
            when series.upper_value is null then dated_signals.side = 'below'
            when series.lower_value is null then dated_signals.side = 'above'
            when dated_signals.value * 2 > series.lower_value + series.upper_value then dated_signals.side = 'above'
            when dated_signals.value * 2 < series.lower_value + series.upper_value then dated_signals.side = 'below'
        end,
        false
    ) as is_unfavourable,
    dated_signals.is_newest as is_current,
    dated_signals.started_date,
    dated_signals.value,
    dated_signals.centre_value,
    dated_signals.lower_limit,
    dated_signals.upper_limit,
    dated_signals.is_provisional,
    case dated_signals.rule
        when 'R1'
            then concat(
                round(dated_signals.value, 4),
                ' is ',
                dated_signals.side,
                ' the limit ',
                round(
                    case
                        when dated_signals.side = 'above' then dated_signals.upper_limit
                        else dated_signals.lower_limit
                    end,
                    4
                )
            )
        when 'R1 range'
            then concat(
                'moved by ',
                round(dated_signals.moving_range, 4),
                ' from the value before, beyond the limit ',
                round(dated_signals.range_limit, 4)
            )
        when 'R2'
            then concat('3 of 4 in a row ', dated_signals.side, ', nearer the limit than ', dated_signals.reference)
        when 'R3' then concat('8 in a row ', dated_signals.side, ' ', dated_signals.reference)
        when 'N1' then concat('more than 3 sigma ', dated_signals.side, ' ', dated_signals.reference)
        when 'N2' then concat('9 in a row ', dated_signals.side, ' ', dated_signals.reference)
        when 'N3'
            then concat('6 in a row ', case when dated_signals.side = 'above' then 'rising' else 'falling' end)
        when 'N4' then '14 in a row rising and falling by turns'
        when 'N5' then concat('2 of 3 in a row more than 2 sigma ', dated_signals.side, ' ', dated_signals.reference)
        when 'N6' then concat('4 of 5 in a row more than 1 sigma ', dated_signals.side, ' ', dated_signals.reference)
        when 'N7' then concat('15 in a row within 1 sigma of ', dated_signals.reference)
        when 'N8' then concat('8 in a row more than 1 sigma from ', dated_signals.reference, ', on both sides')
    end as meaning
from dated_signals
inner join series
    on dated_signals.kpi_id = series.kpi_id
    and dated_signals.business_unit = series.business_unit
    and dated_signals.period_end_date = series.period_end_date
order by kpi_id, business_unit, period_end_date, rule
