//! What a KPI is, what it is held to on each day, and on which days its series begins
//! anew.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::second_opinion::Row;
use crate::second_opinion::company::day;
use crate::second_opinion::kpis::number;

pub(super) struct Kpi {
    pub(super) name: String,
    pub(super) goal: Option<String>,
    pub(super) unit: String,
    pub(super) direction: String,
    pub(super) aggregation: String,
    pub(super) cadence_days: Option<f64>,
    /// It is to move from a baseline to another target, and so is charted against a line.
    pub(super) is_moving: bool,
    /// Days on which it is measured anew.
    pub(super) breaks: BTreeSet<NaiveDate>,
    /// Oldest first.
    versions: Vec<(NaiveDate, Aim)>,
    targets: Vec<PeriodTarget>,
}

#[derive(Clone, Copy)]
pub(super) struct Aim {
    pub(super) target: Option<f64>,
    pub(super) lower: Option<f64>,
    pub(super) upper: Option<f64>,
}

struct PeriodTarget {
    period_end: NaiveDate,
    set: NaiveDate,
    target: Option<f64>,
}

impl Kpi {
    /// The target of the newest period that was over and had been set, else the version
    /// of the day; what is older than the first version is held to the first.
    pub(super) fn aim_on(&self, day: NaiveDate) -> Aim {
        let version = self.versions.iter().rfind(|(from, _)| *from <= day);
        let aim = version.unwrap_or(&self.versions[0]).1;
        let of_period = self
            .targets
            .iter()
            .filter(|t| t.period_end.max(t.set) <= day)
            .max_by_key(|t| (t.period_end, t.set));
        Aim {
            target: of_period.and_then(|t| t.target).or(aim.target),
            ..aim
        }
    }

    /// The side on which a value of that day is worse; in a range, the side of the nearer
    /// bound.
    pub(super) fn worse_side(&self, day: NaiveDate, value: f64) -> Option<&'static str> {
        let aim = self.aim_on(day);
        match (self.direction.as_str(), aim.lower, aim.upper) {
            ("up", _, _) | ("range", Some(_), None) => Some("below"),
            ("down", _, _) | ("range", None, Some(_)) => Some("above"),
            (_, Some(lower), Some(upper)) if value - lower < upper - value => Some("below"),
            (_, Some(lower), Some(upper)) if value - lower > upper - value => Some("above"),
            _ => None,
        }
    }
}

/// KPIs from the rows of `kpis`, of `kpi_targets` with fiscal years that end in March, and
/// of `decisions`.
pub(super) fn kpis(
    mut rows: Vec<Row>,
    targets: &[Row],
    decisions: &[Row],
) -> BTreeMap<String, Kpi> {
    rows.sort_by_key(|r| r["valid_from"].clone());
    let mut versions: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let of_kpi = versions.entry(row["kpi_id"].clone()).or_default();
        of_kpi.push(row);
    }
    versions
        .into_iter()
        .map(|(id, versions)| {
            let targets = targets.iter().filter(|t| t["kpi_id"] == id);
            let decided = decisions.iter().filter(|d| {
                d["kind"] == "re-base" && d["subject_type"] == "kpi" && d["subject_id"] == id
            });
            let mut kpi = kpi(&versions);
            kpi.targets = targets.map(period_target).collect();
            let decided = decided.filter_map(|d| day(&d["decided_date"]));
            kpi.breaks.extend(decided);
            (id, kpi)
        })
        .collect()
}

fn kpi(versions: &[Row]) -> Kpi {
    let now = versions.last().unwrap();
    let from = |row: &Row| day(&row["valid_from"]).unwrap();
    let aim = |row: &Row| Aim {
        target: number(row, "target"),
        lower: number(row, "lower"),
        upper: number(row, "upper"),
    };
    let is_redefined = |pair: &&[Row]| {
        ["unit", "direction", "aggregation"]
            .into_iter()
            .any(|column| pair[0][column] != pair[1][column])
    };
    let (baseline, target) = (number(now, "baseline"), number(now, "target"));
    let moves = baseline
        .zip(target)
        .is_some_and(|(from, to)| (from - to).abs() > 0.0);
    Kpi {
        name: now["name"].clone(),
        goal: Some(now["goal_id"].clone()).filter(|g| !g.is_empty()),
        unit: now["unit"].clone(),
        direction: now["direction"].clone(),
        aggregation: now["aggregation"].clone(),
        cadence_days: number(now, "cadence_days"),
        is_moving: moves && now["direction"] != "range" && now["aggregation"] != "sum",
        breaks: versions
            .windows(2)
            .filter(is_redefined)
            .map(|pair| from(&pair[1]))
            .collect(),
        versions: versions.iter().map(|v| (from(v), aim(v))).collect(),
        targets: Vec::new(),
    }
}

fn period_target(row: &Row) -> PeriodTarget {
    let (_, end) = row["fiscal_year"].split_once('-').unwrap();
    PeriodTarget {
        period_end: day(&format!("20{end}-03-31")).unwrap(),
        set: day(&row["set_date"]).unwrap(),
        target: number(row, "target"),
    }
}
