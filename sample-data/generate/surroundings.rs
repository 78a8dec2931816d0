//! Surroundings: the small tables that somebody keeps by hand.
//!
//! Rule: every goal, initiative and KPI they name exists.

/// The transport unit was renamed after a merger, so it has two versions.
pub(crate) const BUSINESS_UNITS: &str = "\
business_unit_id,parent_business_unit_id,name,bridged_from,valid_from
010,,Warehousing,,2023-04-01
020,,Haulage,,2023-04-01
020,,Transport,,2024-04-01
030,,Pharma Logistics,,2023-04-01
040,,Group Services,,2023-04-01
";

pub(crate) const CAPABILITIES: &str = "\
capability_id,parent_capability_id,name,goal_id,business_unit,maturity,required_maturity,assessed_date,valid_from
C-01,,Run an electric fleet,G-110,020,2,3,2026-01-20,2026-01-20
C-02,,Run natural refrigeration,G-120,010,3,3,2026-01-20,2026-01-20
C-03,,Qualify sites and lanes,G-210,030,4,4,2026-01-21,2026-01-21
C-04,,Engineer automation,G-410,010,3,4,2026-01-22,2026-01-22
C-05,C-04,Commission high-bay stores,G-411,010,3,4,2026-01-22,2026-01-22
C-06,,Build software and data products,G-220,040,3,3,2026-01-23,2026-01-23
C-07,C-06,Read sensors in real time,G-310,020,3,3,2026-01-23,2026-01-23
C-08,,Plan routes and slots,G-320,020,4,4,2026-01-26,2026-01-26
C-09,,Recruit and train,G-510,040,3,3,2026-01-27,2026-01-27
C-10,,Prevent accidents,G-520,040,4,4,2026-01-27,2026-01-27
C-11,C-06,Sell data as a service,G-230,030,1,3,2026-01-28,2026-01-28
";

pub(crate) const SIGNALS: &str = "\
signal_id,category,name,observed_date,expires_date,severity,likelihood,goal_id,assumption_id,source
E-01,regulatory,City access for diesel trucks ends in two of our five cities,2025-06-18,2028-12-31,4,0.9,G-111,A-01,trade association
E-02,technology,Truck batteries fall below the planned price,2025-09-02,2026-12-31,3,0.7,G-111,A-02,supplier talks
E-03,regulatory,Quota for fluorinated gases is cut again,2025-11-12,2027-12-31,4,0.8,G-120,,official journal
E-04,market,Grid power becomes more volatile,2025-10-07,2026-10-31,3,0.6,G-130,A-03,energy desk
E-05,competitor,A rival opens a pharma hub at the same airport,2025-08-21,2027-06-30,3,0.5,G-220,A-04,trade press
E-06,market,Retailers ask for narrower delivery slots,2025-05-15,2026-09-30,3,0.7,G-320,,customer survey
E-07,technology,Picking robots handle soft packs,2025-07-30,2027-07-31,2,0.6,G-412,,trade fair
E-08,social,Fewer school leavers choose logistics,2025-04-09,2028-04-30,3,0.8,G-510,A-06,labour office
E-09,funding,Grant for depot chargers is extended,2025-12-03,2026-12-31,2,0.9,G-112,,ministry notice
E-10,competitor,Two customers test temperature logging of their own,2026-01-28,2026-12-31,3,0.4,G-310,A-05,key account talks
";

pub(crate) const ASSUMPTIONS: &str = "\
assumption_id,goal_id,initiative_id,statement,kpi_id,valid_low,valid_high,review_date,valid_from
A-01,G-111,I-002,Cities keep their announced dates,,,,2026-06-30,2023-04-01
A-02,G-111,I-003,An electric kilometre needs at most 1.3 kWh,K-003,0.9,1.3,2026-06-30,2024-04-01
A-03,G-130,I-010,Grid energy per pallet and day stays below 2 kWh,K-009,0.8,2.0,2026-09-30,2023-04-01
A-04,G-220,I-027,Customers pay for qualified lanes,K-017,30,160,2026-09-30,2024-10-01
A-05,G-310,I-029,Excursions stay at or below 2 per 1000 pallets,K-014,0,2.0,2026-04-30,2024-04-01
A-06,G-510,I-047,Driver turnover stays below 32 %,K-039,10,32,2026-06-30,2023-10-01
A-07,G-412,I-021,Robots run at least 97 % of the time,K-033,97,100,2026-06-30,2024-07-01
A-08,G-420,I-043,Overtime stays between 2 % and 8 %,K-038,2,8,2026-06-30,2023-12-01
";

pub(crate) const RISKS: &str = "\
risk_id,initiative_id,kind,name,opened_date,closed_date,probability,impact_amount,owner,due_date
R-01,I-003,risk,Truck maker delivers a quarter late,2025-04-14,,0.2,420000.00,Henrik Sollberg,2026-06-30
R-02,I-005,risk,Grid connection at Ostkamp comes late,2025-02-03,,0.25,310000.00,Henrik Sollberg,2026-07-31
R-03,I-008,risk,Ammonia permit needs a second hearing,2025-01-20,,0.15,380000.00,Paula Kettering,2026-05-31
R-04,I-010,issue,Roof of hall 3 needs reinforcement,2024-05-06,2024-09-13,1,150000.00,Paula Kettering,2024-09-30
R-05,I-013,risk,Inspection date moves,2025-09-15,,0.2,260000.00,Tomas Revelin,2026-06-30
R-06,I-017,issue,Crane supplier asks for a change order,2025-07-07,,1,540000.00,Jonas Brandauer,2025-10-31
R-07,I-017,blocker,Control software fails its factory test,2025-11-24,,1,390000.00,Jonas Brandauer,2026-01-15
R-08,I-021,risk,Gripper wears faster than specified,2025-06-11,,0.2,120000.00,Jonas Brandauer,2026-06-30
R-09,I-029,risk,Door seals of one trailer series age early,2025-12-15,,0.6,280000.00,Mareike Osthoff,2026-04-30
R-10,I-033,issue,Nine invoices keyed ten times too high,2025-08-20,2025-09-04,1,500000.00,Mareike Osthoff,2025-09-30
R-11,I-038,risk,Generators are scarce,2024-11-04,2025-05-30,0.3,200000.00,Arvid Nollmann,2025-06-30
R-12,I-041,risk,Last maintainer retires,2024-02-12,,0.5,600000.00,Karim Benhöfer,2026-12-31
R-13,I-046,risk,Wage agreement above plan,2025-10-06,,0.3,350000.00,Leonie Faber,2026-06-30
R-14,I-053,risk,Audit asks for a second control room,2025-05-19,,0.15,240000.00,Arvid Nollmann,2026-09-30
";

pub(crate) const DECISIONS: &str = "\
decision_id,decided_date,subject_type,subject_id,kind,amount,rationale
D-01,2024-02-22,initiative,I-017,fund,2550000.00,High-bay store Nordkai replaces three rented halls
D-02,2024-06-27,initiative,I-036,stop,,Retailers keep their own crates
D-03,2025-03-20,goal,G-310,re-rank,,Two pharma tenders were lost over temperature records: weight 0.15 becomes 0.45
";
