//! A small project in which every rule fires, on either side, across gaps and re-basings:
//! charted by hand, and run again with its rows in another order and without some of them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use super::{charts, compare, definition};
use crate::second_opinion::company::{day, last_day, month_of};
use crate::second_opinion::kpis::{Values, number};
use crate::second_opinion::rows_of;
use crate::small::{Small, publish};
use crate::support::{Project, Table};

const KPIS: &str = "\
kpi_id,name,goal_id,unit,direction,aggregation,cadence_days,baseline,target,lower,upper,valid_from
shifted,Orders,G1,EUR,up,last,31,,49,,,2021-01-01
ramped,Shops open,G1,%,down,last,31,,99,,,2021-01-01
calm,Stock,G2,days,range,average,31,,,48,52,2021-01-01
moving,Reach,G1,shops,up,last,31,40,100,,,2021-01-01
total,Sales,G1,EUR,up,sum,31,,1000,,,2021-01-01
rebased,Waste,G2,kg,down,last,31,,30,,,2021-01-01
redefined,Wait,G2,min,down,last,7,,45,,,2021-01-01
redefined,Wait,G2,s,down,last,7,,48,,,2024-01-01
swept,Range,G2,km,up,last,31,,50,,,2021-01-01
two units,Returns,G2,returns,down,last,,,60,,,2021-01-01
young,Calls,G2,calls,down,last,31,,50,,,2021-01-01
sparse,Audits,G2,audits,up,last,,,50,,,2021-01-01
aimless,Visits,G1,visits,up,last,31,,,,,2021-01-01
hopeless,Loyalty,G1,points,up,last,31,,60,,,2021-01-01
safe,Cover,G2,days,range,last,31,,,40,,2021-01-01
";

const DECISIONS: &str = "\
decision_id,decided_date,subject_type,subject_id,kind
D1,2023-10-01,kpi,rebased,re-base
D2,2025-09-01,kpi,sparse,re-base
D3,2023-10-01,goal,shifted,re-base
";

const MONTHS: i32 = 60;

/// KPI, unit, months without a value, and what it departs by from 50 in a month with this
/// noise between -1 and 1.
type Shape = (&'static str, &'static str, Range<i32>, fn(i32, f64) -> f64);

const SHAPES: [Shape; 15] = [
    // With a gap, without which eight would be in a row.
    ("shifted", "", 47..49, shifted),
    ("ramped", "", 0..0, ramped),
    ("calm", "", 0..0, calm),
    ("moving", "", 0..0, |month, noise| noise + f64::from(month)),
    ("total", "", 0..0, |_, noise| noise),
    ("rebased", "", 0..0, rebased),
    ("redefined", "", 0..0, |month, noise| {
        noise - f64::from(month / 33 * 4)
    }),
    ("two units", "N", 0..0, |month, noise| {
        noise - f64::from(month) / 40.0
    }),
    ("swept", "N", 0..0, swept),
    ("swept", "S", 0..0, |month, noise| -swept(month, noise)),
    // Limits without width, until it moves for the first time.
    ("two units", "S", 0..0, |month, _| f64::from(month / 55)),
    ("young", "", 0..56, |_, noise| noise),
    ("aimless", "", 0..0, |_, noise| noise),
    ("hopeless", "", 0..0, |_, noise| noise),
    ("safe", "", 0..0, |_, noise| noise),
];

/// Far above and far below, then somewhat above and somewhat below.
fn shifted(month: i32, noise: f64) -> f64 {
    match month {
        24..28 => 3.0 + noise / 5.0,
        28..32 => -3.0 + noise / 5.0,
        32..42 => 0.9 + noise / 10.0,
        42..56 => -0.9 + noise / 10.0,
        _ => noise,
    }
}

/// Up, down, and by turns, near the end of the scale.
fn ramped(month: i32, noise: f64) -> f64 {
    49.0 + match month {
        24..32 => f64::from(month - 24) / 4.0 - 1.0,
        32..40 => 0.9 - f64::from(month - 32) / 4.0,
        40..55 => f64::from(month % 2) - 0.5 + noise / 10.0,
        _ => noise,
    }
}

/// Hardly moving, then never near the centre, then somewhat below.
fn calm(month: i32, noise: f64) -> f64 {
    match month {
        24..40 => noise / 10.0,
        40 | 42 | 43 | 46 => 1.3 + noise / 10.0,
        41 | 44 | 45 | 47 => -1.3 + noise / 10.0,
        48..60 => -0.8 + noise / 10.0,
        _ => noise,
    }
}

/// From the centre to beyond the limit in small steps, of which none passes a sigma, or
/// two, or three unseen.
fn swept(month: i32, noise: f64) -> f64 {
    if month < 24 {
        noise
    } else {
        f64::from(month - 24) * 0.06
    }
}

/// Another level after the decision, from which it drifts in the end.
fn rebased(month: i32, noise: f64) -> f64 {
    let level = match month {
        ..30 => -20.0,
        30..48 => 0.0,
        48.. => f64::from(month - 48) / 6.0,
    };
    level + noise
}

/// The same numbers between -1 and 1 on every day and machine.
fn noise(seed: usize) -> impl Iterator<Item = f64> {
    let first = u64::try_from(seed).unwrap();
    let next = |state: &u64| {
        let next = state.wrapping_mul(6_364_136_223_846_793_005);
        Some(next.wrapping_add(1_442_695_040_888_963_407))
    };
    std::iter::successors(Some(first), next)
        .skip(2)
        .map(|state| f64::from(u32::try_from(state >> 33).unwrap()) / 2_f64.powi(30) - 1.0)
}

/// Rows of `kpi_values`: five years by month until the last day, and one series that was
/// daily and became monthly, so that every step is a gap.
fn lines() -> Vec<String> {
    let as_of = month_of(day("2026-03-31").unwrap());
    let mut lines = Vec::new();
    for (seed, (kpi, unit, missing, shape)) in SHAPES.into_iter().enumerate() {
        for (month, noise) in (0..MONTHS).zip(noise(seed)) {
            let end = last_day(as_of + 1 + month - MONTHS);
            if !missing.contains(&month) {
                let value = 50.0 + shape(month, noise);
                lines.push(format!("{kpi},{unit},{end},{value:.3}"));
            }
        }
    }
    let daily = (1..=20).map(|at| format!("2025-08-{at:02}"));
    let monthly = (-6..=0).map(|at| last_day(as_of + at).to_string());
    for (end, noise) in daily.chain(monthly).zip(noise(SHAPES.len())) {
        lines.push(format!("sparse,,{end},{:.3}", 50.0 + noise));
    }
    lines
}

/// Tables that say nothing of any other row than their own KPI's.
const TABLES: [&str; 5] = [
    "warning.process_limits",
    "warning.process_points",
    "warning.process_signals",
    "warning.small_shifts",
    "warning.assurance",
];

/// Runs the project with these values.
fn run(lines: &[String]) -> Project {
    let mut values = "kpi_id,business_unit,period_end_date,value\n".to_owned();
    for line in lines {
        values.push_str(line);
        values.push('\n');
    }
    let project = Small::new()
        .csv("kpis", KPIS)
        .csv("decisions", DECISIONS)
        .csv("kpi_values", values)
        .make();
    publish(&project, &["--models", &TABLES.join(",")]);
    project
}

fn in_order() -> &'static Project {
    static IN_ORDER: OnceLock<Project> = OnceLock::new();
    IN_ORDER.get_or_init(|| run(&lines()))
}

/// Every row of a table that is not about this KPI, cell by cell.
fn cells(table: &Table, without: &str) -> Vec<Vec<Option<String>>> {
    let mut columns = table.columns();
    // When the rows were loaded.
    columns.retain(|column| column != "as_known");
    (0..table.height())
        .filter(|row| table.cell("kpi_id", *row).as_deref() != Some(without))
        .map(|row| columns.iter().map(|c| table.cell(c, row)).collect())
        .collect()
}

#[test]
fn every_rule_fires_where_it_does_by_hand() {
    let project = in_order();
    let read = |name: &str| rows_of(project.arg(), name, ',');
    let kpis = definition::kpis(read("data/kpis.csv"), &[], &read("data/decisions.csv"));
    let mut values = Values::new();
    for row in read("data/kpi_values.csv") {
        let key = (row["kpi_id"].clone(), row["business_unit"].clone());
        let value = (number(&row, "value").unwrap(), None);
        let series = values.entry(key).or_default();
        series.insert(day(&row["period_end_date"]).unwrap(), value);
    }
    let charts = charts(&kpis, &values);
    let (fired, verdicts) = compare(|name| project.table(name), &charts);
    let mut rules: BTreeSet<String> = ["R1 range -", "N4 -", "N7 -", "N8 -"]
        .map(str::to_owned)
        .into();
    for rule in ["R1", "R2", "R3", "N1", "N2", "N3", "N5", "N6"] {
        rules.extend(["above", "below"].map(|side| format!("{rule} {side}")));
    }
    assert_eq!(fired, rules);
    let wanted = [
        "always met",
        "hit or miss",
        "never met",
        "no moving range",
        "no target",
        "on the way to its target",
        "process is not stable",
        "target is a total",
        "too few values",
    ];
    assert_eq!(verdicts, BTreeSet::from(wanted));
}

#[test]
fn signals_and_limits_do_not_depend_on_the_order_of_rows_or_on_what_is_missing_elsewhere() {
    let lines = lines();
    // A prime that does not divide their number leads to every line once.
    let shuffled: Vec<String> = (1..=lines.len())
        .map(|at| lines[at * 7_919 % lines.len()].clone())
        .collect();
    assert_eq!(BTreeSet::from_iter(&shuffled), BTreeSet::from_iter(&lines));
    let mut fewer = lines.clone();
    fewer.retain(|line| !line.starts_with("calm,"));
    let (shuffled, fewer) = (run(&shuffled), run(&fewer));
    for name in TABLES {
        let found = in_order().table(name);
        assert_eq!(
            cells(&found, ""),
            cells(&shuffled.table(name), ""),
            "{name}"
        );
        let others = cells(&found, "calm");
        assert!(others.len() < found.height(), "{name}");
        assert_eq!(others, cells(&fewer.table(name), ""), "{name}");
    }
}
