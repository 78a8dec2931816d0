//! Goals: three levels, weights that sum to 1 among siblings, and one change of weights.
//!
//! Rule: from 2025-04-01 goal G-310 counts three times as much inside G-300 as before.

use super::text::csv;

/// goal, name, parent, level, perspective, owner, unit, weight, kind, due, last review
const GOALS: &str = "\
G-100,Decarbonise the cold chain,,1,process,Ines Aldekamp,040,0.30,committed,2030-03-31,2026-02-26
G-200,Win regulated pharma traffic,,1,customer,Tomas Revelin,030,0.25,committed,2028-03-31,2026-02-26
G-300,Run the most reliable chilled network,,1,customer,Mareike Osthoff,020,0.20,committed,2028-03-31,2026-02-26
G-400,Automate warehousing at a competitive cost,,1,financial,Jonas Brandauer,010,0.15,committed,2028-03-31,2026-02-26
G-500,Be the employer that drivers and pickers choose,,1,learning,Leonie Faber,040,0.10,committed,2027-03-31,2026-02-26
G-110,Electrify the city fleet,G-100,2,process,Henrik Sollberg,020,0.50,committed,2029-03-31,2026-02-12
G-120,Cool with natural refrigerants,G-100,2,process,Paula Kettering,010,0.30,committed,2029-03-31,2026-02-12
G-130,Make power on our own roofs,G-100,2,process,Paula Kettering,010,0.20,aspirational,2028-03-31,2026-02-12
G-210,Hold certified pharma sites,G-200,2,customer,Tomas Revelin,030,0.52,committed,2027-03-31,2026-02-19
G-220,Monitor every pharma lane,G-200,2,customer,Beata Lindqvor,030,0.42,committed,2027-03-31,2026-02-19
G-230,Sell the pharma control tower as a service,G-200,2,financial,Beata Lindqvor,030,0.06,aspirational,2027-09-30,2026-02-19
G-310,Keep the temperature without a gap,G-300,2,customer,Mareike Osthoff,020,0.15,committed,2027-03-31,2026-02-05
G-320,Deliver on time and in full,G-300,2,customer,Henrik Sollberg,020,0.50,committed,2027-03-31,2026-02-05
G-330,Keep running when something breaks,G-300,2,process,Arvid Nollmann,040,0.35,committed,2027-03-31,2026-02-05
G-410,Automate storage and picking,G-400,2,process,Jonas Brandauer,010,0.60,committed,2027-09-30,2026-02-17
G-420,Raise labour productivity,G-400,2,financial,Silke Dahmert,010,0.40,committed,2027-03-31,2026-02-17
G-510,Keep the people we train,G-500,2,learning,Leonie Faber,040,0.60,committed,2027-03-31,2026-02-24
G-520,Send everybody home unhurt,G-500,2,learning,Leonie Faber,040,0.40,committed,2027-03-31,2026-02-24
G-111,Replace diesel trucks in city traffic,G-110,3,process,Henrik Sollberg,020,0.60,committed,2028-03-31,2026-03-05
G-112,Charge trucks at the depot,G-110,3,process,Henrik Sollberg,020,0.40,committed,2028-03-31,2026-03-05
G-211,Build certified floor space,G-210,3,customer,Tomas Revelin,030,0.60,committed,2027-03-31,2026-03-10
G-212,Train and validate for pharma,G-210,3,learning,Tomas Revelin,030,0.40,committed,2027-03-31,2026-03-10
G-411,Store in high bays,G-410,3,process,Jonas Brandauer,010,0.50,committed,2027-09-30,2026-03-12
G-412,Pick with robots,G-410,3,process,Jonas Brandauer,010,0.30,committed,2027-09-30,2026-03-12
G-413,Run the yard without paper,G-410,3,process,Silke Dahmert,010,0.20,committed,2027-09-30,2026-03-12
";

/// The board's decision of March 2025: the weights of the three parts of G-300.
const NEW_WEIGHTS: [(&str, &str); 3] = [("G-310", "0.45"), ("G-320", "0.30"), ("G-330", "0.25")];

/// Children with a share in more than one goal. I-060 leaves 0.2 open on purpose.
pub(crate) const LINKS_CSV: &str = "\
child_type,child_id,goal_id,weight,asserted_by,asserted_date,valid_from
initiative,I-056,G-130,0.6,Paula Kettering,2023-06-12,2023-04-01
initiative,I-056,G-420,0.4,Paula Kettering,2023-06-12,2023-04-01
initiative,I-057,G-120,0.6,Paula Kettering,2023-06-12,2023-04-01
initiative,I-057,G-330,0.4,Arvid Nollmann,2023-06-12,2023-04-01
initiative,I-059,G-220,0.6,Beata Lindqvor,2024-01-15,2024-01-01
initiative,I-059,G-310,0.4,Mareike Osthoff,2024-01-15,2024-01-01
initiative,I-060,G-320,0.5,Arvid Nollmann,2023-07-03,2023-04-01
initiative,I-060,G-420,0.3,Arvid Nollmann,2023-07-03,2023-04-01
kpi,K-009,G-130,0.7,Paula Kettering,2023-06-12,2023-04-01
kpi,K-009,G-120,0.3,Paula Kettering,2023-06-12,2023-04-01
";

/// The same links as percentages, for the distribution of money.
pub(crate) fn links(initiative: &str, goal: &'static str) -> Vec<(&'static str, i64)> {
    match initiative {
        "I-056" => vec![("G-130", 60), ("G-420", 40)],
        "I-057" => vec![("G-120", 60), ("G-330", 40)],
        "I-059" => vec![("G-220", 60), ("G-310", 40)],
        "I-060" => vec![("G-320", 50), ("G-420", 30)],
        _ => vec![(goal, 100)],
    }
}

pub(crate) fn goals_csv() -> String {
    let header = "goal_id,name,parent_goal_id,level,perspective,owner,business_unit,weight,kind,\
                  status,start_date,due_date,review_cadence_days,last_reviewed_date,valid_from";
    let first = GOALS.lines().map(|goal| version(goal, None, "2023-04-01"));
    let second = GOALS.lines().filter_map(|goal| {
        let weight = NEW_WEIGHTS.iter().find(|(id, _)| goal.starts_with(id))?.1;
        Some(version(goal, Some(weight), "2025-04-01"))
    });
    csv(header, first.chain(second))
}

fn version(goal: &str, weight: Option<&str>, valid_from: &str) -> String {
    let mut fields: Vec<&str> = goal.split(',').collect();
    if let Some(weight) = weight {
        fields[7] = weight;
    }
    let (front, back) = fields.split_at(9);
    format!(
        "{},active,2023-04-01,{},91,{},{valid_from}",
        front.join(","),
        back[0],
        back[1]
    )
}
