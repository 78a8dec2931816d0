-- question: How much do the open risks put at stake under each top goal, by probability?
-- reads:    risks, alignment.line_of_sight, goals
-- answer:   over sample-data, as of 2026-03-31
--   root_goal_id,name,open_count,impact_amount,expected_loss_amount
--   G-400,Automate warehousing at a competitive cost,3,1050000.00,954000.00
--   G-100,Decarbonise the cold chain,3,1110000.00,218500.00
--   G-300,Run the most reliable chilled network,2,520000.00,204000.00
--   G-500,Be the employer that drivers and pickers choose,1,350000.00,105000.00
--   G-200,Win regulated pharma traffic,1,260000.00,52000.00
with served as (
    select distinct item_id as initiative_id, root_goal_id
    from alignment.line_of_sight
    where item_type = 'initiative' and root_goal_id is not null
)

select
    served.root_goal_id,
    goals.name,
    count(distinct risks.risk_id) as open_count,
    sum(risks.impact_amount) as impact_amount,
    sum(round(risks.impact_amount * cast(risks.probability as decimal(5, 4)), 2)) as expected_loss_amount
from risks
inner join served on risks.initiative_id = served.initiative_id
inner join goals on served.root_goal_id = goals.goal_id
where risks.opened_date <= $as_of and (risks.closed_date is null or risks.closed_date > $as_of)
group by served.root_goal_id, goals.name
order by expected_loss_amount desc nulls last, served.root_goal_id;
