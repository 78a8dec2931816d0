//! Attainment and pace of every KPI, from its definition and its values.

mod files;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::company::day;
use super::compare::{Published, float};
use crate::support::Table;

pub(super) use files::{canada_rows, number, sample_values};

/// What a KPI aims at, in the words of the contract.
struct Aim {
    direction: &'static str,
    aggregation: String,
    baseline: Option<f64>,
    target: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    start: Option<NaiveDate>,
    due: Option<NaiveDate>,
}

/// A value with numerator and denominator, where it has them.
pub(super) type Value = (f64, Option<(f64, f64)>);

/// Values by KPI and unit.
pub(super) type Values = BTreeMap<(String, String), BTreeMap<NaiveDate, Value>>;

pub(super) struct Standing {
    actual: Option<f64>,
    attainment: Option<f64>,
    pace: Option<f64>,
    is_met: Option<bool>,
    reason: Option<&'static str>,
}

pub(super) type Standings = BTreeMap<(String, String), Standing>;

impl Standing {
    /// Against what is due by now; nothing while it cannot be judged.
    pub(super) fn judged(&self) -> Option<f64> {
        self.pace
            .or(self.attainment)
            .filter(|_| self.reason.is_none())
    }
}

pub(super) fn nine(number: f64) -> f64 {
    (number * 1e9).round()
}

pub(super) fn days(from: NaiveDate, to: NaiveDate) -> f64 {
    float((to - from).num_days().into())
}

fn actual(aim: &Aim, values: &BTreeMap<NaiveDate, Value>) -> Option<f64> {
    let since = |d: &NaiveDate| aim.start.is_none_or(|start| *d >= start);
    let counted: Vec<&Value> = values
        .iter()
        .filter(|(d, _)| since(d))
        .map(|(_, v)| v)
        .collect();
    let sum: f64 = counted.iter().map(|v| v.0).sum();
    let parts = || counted.iter().filter_map(|v| v.1);
    match aim.aggregation.as_str() {
        "sum" => Some(sum).filter(|_| !counted.is_empty()),
        "average" => (!counted.is_empty()).then(|| sum / float(counted.len().try_into().unwrap())),
        "ratio" if parts().count() > 0 => {
            Some(parts().map(|p| p.0).sum::<f64>() / parts().map(|p| p.1).sum::<f64>())
        }
        _ => values.values().last().map(|v| v.0),
    }
}

/// In a range 1, outside it less by the distance in half widths.
fn range_attainment(aim: &Aim, actual: f64) -> (Option<bool>, Option<f64>, Option<&'static str>) {
    if aim.lower.is_none() && aim.upper.is_none() {
        return (None, None, Some("no range"));
    }
    let short = aim.lower.map_or(f64::MIN, |lower| lower - actual);
    let over = aim.upper.map_or(f64::MIN, |upper| actual - upper);
    let distance = short.max(over);
    if nine(distance) <= 0.0 {
        return (Some(true), Some(1.0), None);
    }
    let width = aim.lower.zip(aim.upper).map(|(lower, upper)| upper - lower);
    match width.filter(|w| *w > 0.0) {
        Some(width) => (
            Some(false),
            Some((1.0 - 2.0 * distance / width).max(0.0)),
            None,
        ),
        None => (Some(false), None, Some("range has no width")),
    }
}

fn target_attainment(aim: &Aim, actual: f64) -> (Option<bool>, Option<f64>, Option<&'static str>) {
    let Some(target) = aim.target else {
        return (None, None, Some("no target"));
    };
    let is_met = if aim.direction == "up" {
        nine(actual) >= nine(target)
    } else {
        nine(actual) <= nine(target)
    };
    let (attainment, reason) = match aim.baseline {
        Some(from) if nine(from - target) == 0.0 => (None, Some("baseline equals target")),
        Some(from) => (Some((actual - from) / (target - from)), None),
        None if nine(target) == 0.0 => (None, Some("target is zero")),
        None if target < 0.0 => (None, Some("target is negative")),
        None if aim.direction == "up" => (Some(actual / target), None),
        None => (Some(2.0 - actual / target), None),
    };
    (Some(is_met), attainment, reason)
}

/// How much of the way should be behind it; a ceiling is held every day.
fn expected(aim: &Aim, as_of: NaiveDate) -> Option<f64> {
    if aim.direction == "range" || (aim.direction == "down" && aim.baseline.is_none()) {
        return None;
    }
    let (start, due) = aim.start.zip(aim.due)?;
    Some((days(start, as_of) / days(start, due)).clamp(0.0, 1.0))
}

fn standing(aim: &Aim, values: Option<&BTreeMap<NaiveDate, Value>>, as_of: NaiveDate) -> Standing {
    let actual = values.and_then(|v| actual(aim, v));
    let (is_met, attainment, reason) = match actual {
        None => (None, None, Some("no value")),
        Some(actual) if aim.direction == "range" => range_attainment(aim, actual),
        Some(actual) => target_attainment(aim, actual),
    };
    Standing {
        actual,
        attainment,
        pace: attainment.zip(expected(aim, as_of)).map(|(a, e)| a / e),
        is_met,
        reason,
    }
}

fn standings(aims: &BTreeMap<String, Aim>, values: &Values, as_of: NaiveDate) -> Standings {
    let mut found = Standings::new();
    for (id, aim) in aims {
        let of_kpi = values.range((id.clone(), String::new())..);
        let units: Vec<_> = of_kpi.take_while(|((kpi, _), _)| kpi == id).collect();
        if units.is_empty() {
            found.insert((id.clone(), "(all)".to_owned()), standing(aim, None, as_of));
        }
        for (key, of_unit) in units {
            found.insert(key.clone(), standing(aim, Some(of_unit), as_of));
        }
    }
    found
}

pub(super) fn sample() -> Standings {
    let as_of = day("2026-03-31").unwrap();
    standings(&files::sample_aims(as_of), &files::sample_values(), as_of)
}

pub(super) fn canada() -> Standings {
    standings(
        &files::canada_aims(),
        &files::canada_values(),
        day("2025-03-31").unwrap(),
    )
}

fn colour(judged: Option<f64>) -> &'static str {
    match judged.map(nine) {
        None => "grey",
        Some(green) if green >= 950_000_000.0 => "green",
        Some(amber) if amber >= 850_000_000.0 => "amber",
        Some(_) => "red",
    }
}

fn compare(table: fn(&str) -> Table, mine: &Standings) {
    let keys = ["kpi_id", "business_unit"];
    let attained = Published::new(table("variance.kpi_attainment"), &keys);
    let curves = Published::new(table("variance.kpi_target_curve"), &keys);
    assert_eq!(
        (attained.height(), curves.height()),
        (mine.len(), mine.len())
    );
    for ((kpi, unit), standing) in mine {
        let row = [kpi.as_str(), unit.as_str()];
        attained.same_ratio(&row, "actual_value", standing.actual);
        attained.same_ratio(&row, "attainment_ratio", standing.attainment);
        attained.same_ratio(&row, "pace_ratio", standing.pace);
        let verdict = standing
            .is_met
            .map(|met| if met { "met" } else { "not met" });
        attained.same(&row, "verdict", verdict);
        attained.same(&row, "status_reason", standing.reason);
        // No curve has a point in mid-air on these days: what it asks for by now is what
        // the straight line asks for.
        curves.same_ratio(&row, "pace_ratio", standing.judged());
        for theirs in [&attained, &curves] {
            theirs.same(&row, "status", Some(colour(standing.judged())));
        }
    }
}

#[test]
fn kpis_of_the_sample_stand_where_they_stand_by_hand() {
    let mine = sample();
    assert_eq!(mine.values().filter(|s| s.judged().is_some()).count(), 45);
    compare(super::company::sample().table, &mine);
}

#[test]
fn indicators_of_canada_stand_where_they_stand_by_hand() {
    let mine = canada();
    assert_eq!(mine.len(), 3_677);
    compare(super::company::canada().table, &mine);
}
