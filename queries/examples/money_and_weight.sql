-- question: Which top goals get a far smaller part of the money than their weight, and what would it take?
-- reads:    misallocation.priority_gap
-- answer:   over sample-data, as of 2026-03-31
--   goal_id,goal_name,weight_ratio,spend_ratio,gap_pp,move_amount
--   G-100,Decarbonise the cold chain,0.3,0.1334,-16.7,8051012.59
select
    goal_id,
    goal_name,
    round(weight_ratio, 4) as weight_ratio,
    round(spend_ratio, 4) as spend_ratio,
    round(gap_pp, 1) as gap_pp,
    move_amount
from misallocation.priority_gap
where verdict = 'under-funded' and level = 1
order by gap_pp, goal_id
limit 10;
