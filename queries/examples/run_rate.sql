-- question: Whose spend of the last three months runs far above its average of the nine before?
-- reads:    base.spend_by_month, initiatives
-- answer:   over sample-data, as of 2026-03-31
--   initiative_id,name,recent_monthly_amount,before_monthly_amount,times
--   I-021,Case-picking robots,115448.04,64527.02,1.79
--   I-003,Electric city fleet wave 2,161128.71,98396.64,1.64
--   I-055,Fatigue monitoring,72021.1,44502.01,1.62
--   I-023,Automatic gate and weighbridge,74154.63,49988.8,1.48
--   I-006,Megawatt charging trial,30147.39,20761.84,1.45
--   I-054,Dock collision guards,97440.29,67100.24,1.45
--   I-008,Ammonia plants south,100828.78,72114.45,1.4
--   I-016,Pharma quality academy,231489.84,169082.18,1.37
--   I-032,Slot booking with retailers,118709.0,88535.43,1.34
--   I-033,Cross-dock Mittelau,174848.38,133771.19,1.31
with months as (
    select
        initiative_id,
        sum(spend_amount) filter (where period_start_date > $as_of - interval '3 months') as recent_amount,
        sum(spend_amount) filter (where period_start_date <= $as_of - interval '3 months') as before_amount
    from base.spend_by_month
    where period_start_date > $as_of - interval '12 months'
    group by initiative_id
)

select
    initiatives.initiative_id,
    initiatives.name,
    round(months.recent_amount / 3, 2) as recent_monthly_amount,
    round(months.before_amount / 9, 2) as before_monthly_amount,
    round(3 * cast(months.recent_amount as double) / cast(months.before_amount as double), 2) as times
from months
inner join initiatives on months.initiative_id = initiatives.initiative_id
where months.before_amount > 0 and months.recent_amount * 3 > months.before_amount * 1.3
order by times desc, initiatives.initiative_id
limit 10;
