//! The KPIs of the sample with what they were held to, and their values by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::second_opinion::company::day;
use crate::second_opinion::kpis::days;
use crate::second_opinion::{Row, rows};
use crate::support::root;

pub(super) struct Kpi {
    pub(super) owner: String,
    pub(super) unit: String,
    pub(super) direction: String,
    aggregation: String,
    pub(super) cadence_days: i32,
    start: NaiveDate,
    /// Oldest first.
    versions: Vec<Version>,
    /// By the day they are due.
    pub(super) of_periods: Vec<PeriodTarget>,
}

pub(super) struct Version {
    from: NaiveDate,
    pub(super) target: Option<f64>,
    pub(super) lower: Option<f64>,
    pub(super) upper: Option<f64>,
    pub(super) due: Option<NaiveDate>,
}

pub(super) struct PeriodTarget {
    pub(super) due: NaiveDate,
    pub(super) target: f64,
    pub(super) set: NaiveDate,
}

impl Kpi {
    fn read(row: &Row) -> Self {
        Self {
            owner: row["owner"].clone(),
            unit: row["unit"].clone(),
            direction: row["direction"].clone(),
            aggregation: row["aggregation"].clone(),
            cadence_days: row["cadence_days"].parse().unwrap(),
            start: day(&row["start_date"]).unwrap_or(NaiveDate::MIN),
            versions: Vec::new(),
            of_periods: Vec::new(),
        }
    }

    pub(super) fn is_sum(&self) -> bool {
        self.aggregation == "sum"
    }

    /// The version that held on a day; the first one also before its own.
    pub(super) fn version(&self, on: NaiveDate) -> &Version {
        let held = self.versions.iter().rfind(|v| v.from <= on);
        held.unwrap_or(&self.versions[0])
    }
}

fn kpis() -> BTreeMap<String, Kpi> {
    let mut kpis: BTreeMap<String, Kpi> = BTreeMap::new();
    let mut lines = rows("kpis.csv", ',');
    lines.sort_by_key(|r| r["valid_from"].clone());
    for row in lines {
        let kpi = kpis
            .entry(row["kpi_id"].clone())
            .or_insert_with(|| Kpi::read(&row));
        // Otherwise the series would have segments, which are not thought of here.
        assert_eq!(
            [&kpi.unit, &kpi.direction, &kpi.aggregation],
            ["unit", "direction", "aggregation"].map(|column| &row[column])
        );
        let number = |column: &str| row[column].parse().ok();
        kpi.versions.push(Version {
            from: day(&row["valid_from"]).unwrap(),
            target: number("target"),
            lower: number("lower"),
            upper: number("upper"),
            due: day(&row["target_date"]),
        });
    }
    for row in rows("kpi_targets.csv", ',') {
        let kpi = kpis.get_mut(&row["kpi_id"]).unwrap();
        // A sum would start anew after each period.
        assert!(!kpi.is_sum());
        let first: i32 = row["fiscal_year"][..4].parse().unwrap();
        kpi.of_periods.push(PeriodTarget {
            due: NaiveDate::from_ymd_opt(first + 1, 3, 31).unwrap(),
            target: row["target"].parse().unwrap(),
            set: day(&row["set_date"]).unwrap(),
        });
    }
    for kpi in kpis.values_mut() {
        kpi.of_periods.sort_by_key(|t| t.due);
    }
    kpis
}

pub(super) struct Point {
    pub(super) day: NaiveDate,
    /// When it and all before it were known.
    pub(super) known: NaiveDate,
    pub(super) value: f64,
    /// What is forecast: the value, for a sum the running total.
    pub(super) level: f64,
    /// Days since the first.
    pub(super) elapsed: f64,
    /// Place on the grid of the season.
    pub(super) slot: i32,
}

pub(super) struct Series {
    pub(super) id: String,
    pub(super) business_unit: String,
    pub(super) kpi: Kpi,
    /// Steps in a year, and the days of one.
    pub(super) season: i32,
    pub(super) slot_days: f64,
    pub(super) points: Vec<Point>,
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred steps")]
fn whole(number: f64) -> i32 {
    number.round() as i32
}

impl Series {
    fn new(
        id: String,
        business_unit: String,
        kpi: Kpi,
        values: &BTreeMap<NaiveDate, (f64, NaiveDate)>,
    ) -> Self {
        let cadence = f64::from(kpi.cadence_days);
        let season = whole(365.25 / cadence).max(1);
        let mut series = Self {
            id,
            business_unit,
            season,
            slot_days: if season <= 12 {
                365.25 / f64::from(season)
            } else {
                cadence
            },
            kpi,
            points: Vec::new(),
        };
        for (day, (value, recorded)) in values {
            if series.kpi.is_sum() && *day < series.kpi.start {
                continue;
            }
            let elapsed = days(series.points.first().map_or(*day, |p| p.day), *day);
            let before = series.points.last();
            let total = before
                .filter(|_| series.kpi.is_sum())
                .map_or(0.0, |p| p.level);
            series.points.push(Point {
                day: *day,
                known: before.map_or(*recorded, |p| p.known.max(*recorded)),
                value: *value,
                level: total + value,
                elapsed,
                slot: whole(elapsed / series.slot_days),
            });
        }
        series
    }

    /// Days ahead as steps of the season, at least one.
    pub(super) fn steps(&self, days: f64) -> i32 {
        whole(days / self.slot_days).max(1)
    }
}

pub(super) fn read() -> Vec<Series> {
    let path = root().join("sample-data/data/kpi_values.ndjson");
    let mut values: BTreeMap<(String, String), BTreeMap<NaiveDate, (f64, NaiveDate)>> =
        BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        if text("kpi").is_empty() {
            continue;
        }
        let value = line["value"].as_f64().unwrap();
        values
            .entry((text("kpi"), text("unit_code")))
            .or_default()
            .insert(
                day(&text("period_end")).unwrap(),
                (value, day(&text("recorded")).unwrap()),
            );
    }
    let mut kpis = kpis();
    values
        .into_iter()
        .map(|((id, unit), values)| {
            // One unit reports each.
            let kpi = kpis.remove(&id).unwrap();
            Series::new(id, unit, kpi, &values)
        })
        .collect()
}
