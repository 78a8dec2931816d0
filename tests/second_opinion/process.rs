//! Process behaviour charts of every KPI and unit: limits, rules, small shifts and
//! assurance, from its definition and its values.

mod cells;
mod chart;
mod definition;
mod order;
mod published;
mod rules;
mod shifts;
mod signals;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use super::kpis::{Values, sample_values};
use super::rows;
use crate::sample::table;
use crate::support::Table;
use chart::{Chart, Limits, Point};
use definition::Kpi;

/// The series of one KPI and unit, and its chart.
struct Charted<'a> {
    id: String,
    unit: String,
    kpi: &'a Kpi,
    chart: Chart,
}

impl Charted<'_> {
    /// The key of a row about it.
    fn key(&self, further: &[&str]) -> Vec<String> {
        let own = [self.id.as_str(), self.unit.as_str()];
        own.iter().chain(further).map(|k| (*k).to_owned()).collect()
    }

    fn basis(&self) -> &'static str {
        if self.kpi.is_moving { "trend" } else { "level" }
    }

    fn newest(&self) -> &Point {
        self.chart.points.last().unwrap()
    }

    fn limits(&self, point: &Point) -> Option<&Limits> {
        self.chart.segments[point.segment].limits.as_ref().ok()
    }
}

/// In billionths: what differs by less is the same.
fn nine(number: f64) -> f64 {
    (number * 1e9).round()
}

fn charts<'a>(kpis: &'a BTreeMap<String, Kpi>, values: &Values) -> Vec<Charted<'a>> {
    values
        .iter()
        .map(|((id, unit), of_series)| {
            let (kpi, unit) = (&kpis[id], unit.as_str());
            let series: Vec<_> = of_series.iter().map(|(day, v)| (*day, v.0)).collect();
            Charted {
                id: id.clone(),
                unit: if unit.is_empty() { "(all)" } else { unit }.to_owned(),
                kpi,
                chart: chart::chart(kpi, &series),
            }
        })
        .collect()
}

/// Holds charts against all that was published about them; gives the rules that fired,
/// and the verdicts and what stands in their place.
fn compare(
    table: impl Fn(&str) -> Table,
    charts: &[Charted],
) -> (BTreeSet<String>, BTreeSet<&'static str>) {
    published::same_limits(table("warning.process_limits"), charts);
    published::same_points(table("warning.process_points"), charts);
    published::same_shifts(table("warning.small_shifts"), charts);
    (
        published::same_signals(table("warning.process_signals"), charts),
        published::same_assurance(table("warning.assurance"), charts),
    )
}

#[test]
fn kpis_of_the_sample_are_charted_as_they_are_by_hand() {
    let kpis = definition::kpis(
        rows("kpis.csv", ','),
        &rows("kpi_targets.csv", ','),
        &rows("decisions.csv", ','),
    );
    let charts = charts(&kpis, &sample_values());
    let points: usize = charts.iter().map(|c| c.chart.points.len()).sum();
    let signals: usize = charts.iter().map(|c| signals::signals(c).len()).sum();
    assert_eq!((charts.len(), points, signals), (45, 1_328, 333));
    let (_, verdicts) = compare(table, &charts);
    let wanted = [
        "always met",
        "hit or miss",
        "on the way to its target",
        "process is not stable",
        "target is a total",
    ];
    assert_eq!(verdicts, BTreeSet::from(wanted));
}
