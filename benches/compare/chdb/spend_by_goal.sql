-- base.spend_by_goal, whole.
select goal_id, period_start_date, toString(toYear(period_start_date)) as fiscal_year,
    as_money(sum(cents)) as spend_amount
from spend_by_link
group by goal_id, period_start_date
