-- base.spend_by_goal, whole.
select goal_id, period_start_date, year(period_start_date)::text as fiscal_year,
    cast(sum(spend_amount) as decimal(38, 2)) as spend_amount
from spend_by_link
group by all
