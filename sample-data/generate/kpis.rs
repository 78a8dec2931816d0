//! KPIs: what is measured, in which direction, and how far it should get.
//!
//! Not here: the measured values (`kpi_values`).
//!
//! Rule: numbers are thousandths; a KPI with a path runs from its baseline in April 2023 to
//! its target in March 2027. The target in `KPIS` is the one that holds when the set is closed.

use super::text::{csv, decimal};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// From a baseline to a target; the last value counts.
    Path(i64, i64),
    /// At least this, on average.
    AtLeast(i64),
    /// At most this, on average.
    AtMost(i64),
    /// This much in four years, summed.
    Total(i64),
    /// At least this share, as numerator over denominator.
    Share(i64),
    /// Between two bounds.
    Within(i64, i64),
    /// At most this, last value, measured every week: the planted story.
    Weekly(i64),
}

use Aim::{AtLeast, AtMost, Path, Share, Total, Weekly, Within};

pub(crate) struct Kpi {
    pub(crate) id: &'static str,
    name: &'static str,
    goal: &'static str,
    measure: &'static str,
    pub(crate) unit: &'static str,
    /// Months between two values.
    pub(crate) months: i64,
    pub(crate) aim: Aim,
}

const fn kpi(
    id: &'static str,
    name: &'static str,
    goal: &'static str,
    measure: &'static str,
    unit_and_months: (&'static str, i64),
    aim: Aim,
) -> Kpi {
    let (unit, months) = unit_and_months;
    Kpi {
        id,
        name,
        goal,
        measure,
        unit,
        months,
        aim,
    }
}

#[rustfmt::skip]
pub(crate) const KPIS: [Kpi; 45] = [
    kpi("K-001", "City drops made by electric truck", "G-111", "%", ("020", 1), Path(2_000, 45_000)),
    kpi("K-002", "Electric trucks in service", "G-111", "trucks", ("020", 3), Path(4_000, 120_000)),
    kpi("K-003", "Energy per electric kilometre", "G-111", "kWh", ("020", 1), AtMost(1_250)),
    kpi("K-004", "Charging points in operation", "G-112", "points", ("020", 3), Path(12_000, 260_000)),
    kpi("K-005", "Charging uptime", "G-112", "%", ("020", 1), AtLeast(97_000)),
    kpi("K-006", "Plant charge on natural refrigerant", "G-120", "%", ("010", 3), Path(31_000, 80_000)),
    kpi("K-007", "Refrigerant leakage per year", "G-120", "% of charge", ("010", 3), Path(6_400, 2_500)),
    kpi("K-008", "Roof power generated", "G-130", "MWh", ("010", 1), Total(52_000_000)),
    kpi("K-009", "Grid energy per pallet and day", "", "kWh", ("010", 1), Path(1_920, 1_400)),
    kpi("K-010", "Emissions per tonne moved", "G-100", "kg CO2e", ("040", 3), Path(41_000, 24_000)),
    kpi("K-011", "Certified pallet positions", "G-211", "thousand", ("030", 3), Path(18_000, 64_000)),
    kpi("K-012", "Audit findings closed in 30 days", "G-211", "share", ("030", 1), Share(900)),
    kpi("K-013", "Staff with valid pharma training", "G-212", "%", ("030", 1), AtLeast(96_000)),
    kpi("K-014", "Temperature excursions per 1000 pallets", "G-310", "excursions", ("020", 0), Weekly(2_000)),
    kpi("K-015", "Batches released right first time", "G-212", "share", ("030", 1), Share(970)),
    kpi("K-016", "Shipments with live temperature", "G-220", "%", ("030", 1), Path(12_000, 85_000)),
    kpi("K-017", "Qualified pharma lanes", "G-220", "lanes", ("030", 3), Path(35_000, 140_000)),
    kpi("K-018", "Pharma revenue", "G-200", "EUR million", ("030", 3), Total(620_000)),
    kpi("K-019", "Pharma claims per 10000 shipments", "G-220", "claims", ("030", 1), AtMost(4_000)),
    kpi("K-020", "Lateness of pharma deliveries", "G-220", "minutes late per stop", ("030", 1), AtMost(18_000)),
    kpi("K-021", "Deliveries in the booked hour", "G-320", "% of drops", ("020", 1), AtLeast(96_500)),
    kpi("K-022", "Order lines delivered in full", "G-320", "share", ("020", 1), Share(985)),
    kpi("K-023", "Empty kilometres", "G-320", "%", ("020", 1), Path(19_000, 14_500)),
    kpi("K-024", "Retailer slots kept", "G-320", "%", ("020", 1), AtLeast(94_000)),
    kpi("K-025", "Alarm response time", "G-310", "minutes", ("020", 1), AtMost(12_000)),
    kpi("K-026", "Trailers under five years old", "G-310", "%", ("020", 3), Path(48_000, 75_000)),
    kpi("K-027", "Unplanned cold-store outage", "G-330", "hours per month", ("010", 1), AtMost(3_000)),
    kpi("K-028", "Sites with tested backup power", "G-330", "%", ("010", 3), Path(40_000, 100_000)),
    kpi("K-029", "Days of cover of critical spares", "G-330", "days", ("010", 1), Within(20_000, 35_000)),
    kpi("K-030", "Automated pallet moves", "G-411", "%", ("010", 1), Path(22_000, 60_000)),
    kpi("K-031", "Store cycle time", "G-411", "minutes", ("010", 1), AtMost(9_000)),
    kpi("K-032", "Cases picked by robot", "G-412", "%", ("010", 1), Path(5_000, 40_000)),
    kpi("K-033", "Robot uptime", "G-412", "%", ("010", 1), AtLeast(97_500)),
    kpi("K-034", "Truck time in yard", "G-413", "minutes", ("010", 1), Path(74_000, 45_000)),
    kpi("K-035", "Gate passages without a clerk", "G-413", "share", ("010", 1), Share(800)),
    kpi("K-036", "Pallets handled per labour hour", "G-420", "pallets", ("010", 1), Path(18_400, 24_000)),
    kpi("K-037", "Warehouse cost per pallet", "G-420", "EUR", ("010", 3), Path(14_800, 12_200)),
    kpi("K-038", "Overtime share", "G-420", "%", ("010", 1), Within(2_000, 8_000)),
    kpi("K-039", "Driver turnover per year", "G-510", "%", ("040", 3), Path(31_000, 18_000)),
    kpi("K-040", "Vacancies filled in 30 days", "G-510", "share", ("040", 1), Share(750)),
    kpi("K-041", "Apprentices started", "G-510", "people", ("040", 3), Total(480_000)),
    kpi("K-042", "Engagement score", "G-500", "points", ("040", 3), Path(61_000, 72_000)),
    kpi("K-043", "Lost-time injuries per million hours", "G-520", "injuries", ("040", 3), Path(14_000, 7_000)),
    kpi("K-044", "Near misses reported", "G-520", "reports", ("040", 1), AtLeast(150_000)),
    kpi("K-045", "Warehouse occupancy", "G-400", "%", ("010", 1), Within(82_000, 92_000)),
];

/// Months from the start of every path to its target: April 2023 to March 2027.
pub(crate) const PATH_MONTHS: i64 = 48;

/// Twice it was behind, and twice its target was lowered: only the last one is within reach.
const MOVED: &str = "K-017";
const TARGETS_MOVED: [(i64, &str); 3] = [
    (180_000, "2023-04-01"),
    (160_000, "2024-10-01"),
    (140_000, "2025-10-01"),
];

/// They move before the result they stand for.
const LEADING: [&str; 4] = ["K-014", "K-025", "K-028", "K-044"];

pub(crate) fn kpis_csv() -> String {
    let header = "kpi_id,name,goal_id,unit,direction,aggregation,cadence_days,owner,business_unit,\
                  concept,baseline,target,lower,upper,start_date,target_date,is_leading,valid_from";
    csv(header, KPIS.iter().flat_map(versions))
}

fn versions(kpi: &Kpi) -> Vec<String> {
    match kpi.aim {
        Path(baseline, _) if kpi.id == MOVED => TARGETS_MOVED
            .iter()
            .map(|(target, since)| row(kpi, Path(baseline, *target), since))
            .collect(),
        aim => vec![row(kpi, aim, "2023-04-01")],
    }
}

fn row(kpi: &Kpi, aim: Aim, valid_from: &str) -> String {
    let (direction, aggregation) = kpi.behaviour();
    let (baseline, target, lower, upper) = match aim {
        Path(baseline, target) => (
            decimal(baseline),
            decimal(target),
            String::new(),
            String::new(),
        ),
        Within(lower, upper) => (String::new(), String::new(), decimal(lower), decimal(upper)),
        AtLeast(target) | AtMost(target) | Total(target) | Share(target) | Weekly(target) => {
            (String::new(), decimal(target), String::new(), String::new())
        }
    };
    let dated = matches!(aim, Path(..) | Total(_));
    let (start, end) = if dated {
        ("2023-04-01", "2027-03-31")
    } else {
        ("", "")
    };
    format!(
        "{},{},{},{},{direction},{aggregation},{},{},{},{},{baseline},{target},{lower},{upper},{start},{end},{},{valid_from}",
        kpi.id,
        kpi.name,
        kpi.goal,
        kpi.measure,
        kpi.cadence_days(),
        kpi.owner(),
        kpi.unit,
        kpi.concept(),
        LEADING.contains(&kpi.id),
    )
}

impl Kpi {
    const fn behaviour(&self) -> (&'static str, &'static str) {
        match self.aim {
            Path(baseline, target) if target < baseline => ("down", "last"),
            Path(..) => ("up", "last"),
            AtLeast(_) => ("up", "average"),
            AtMost(_) => ("down", "average"),
            Total(_) => ("up", "sum"),
            Share(_) => ("up", "ratio"),
            Within(..) => ("range", "last"),
            Weekly(_) => ("down", "last"),
        }
    }

    const fn cadence_days(&self) -> i64 {
        match self.months {
            0 => 7,
            1 => 31,
            _ => 92,
        }
    }

    fn owner(&self) -> &'static str {
        match self.unit {
            "010" => "Jonas Brandauer",
            "020" => "Mareike Osthoff",
            "030" => "Beata Lindqvor",
            _ => "Leonie Faber",
        }
    }

    /// Two units call two different things punctuality.
    fn concept(&self) -> &'static str {
        match self.id {
            "K-020" | "K-021" => "on_time_delivery",
            _ => "",
        }
    }
}

/// Yearly steps for the KPIs with a path whose number divides by two.
pub(crate) fn targets_csv() -> String {
    let years = ["2023-24", "2024-25", "2025-26", "2026-27"];
    let even = KPIS
        .iter()
        .filter(|kpi| kpi.id.ends_with(['0', '2', '4', '6', '8']));
    let rows = even.flat_map(|kpi| {
        (1..).zip(years).filter_map(move |(step, year)| {
            let Path(baseline, target) = kpi.aim else {
                return None;
            };
            let due = baseline + (target - baseline) * step / 4;
            Some(format!(
                "{},{year},{},{},linear,2023-03-15",
                kpi.id,
                decimal(due),
                decimal(baseline)
            ))
        })
    });
    csv(
        "kpi_id,fiscal_year,target,baseline,trajectory,set_date",
        rows,
    )
}
