//! Forecasts of every KPI of the sample, those of today and those that would have been
//! made after each value, from its definition and its values. Sums are taken directly, not
//! in one pass; only the two distributions come from where the engine has them, and cases
//! of METHODS 20 vouch for these elsewhere.

mod aims;
mod methods;
mod outlook;
mod record;
mod series;
mod trials;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::NaiveDate;

use self::methods::Method;
use self::outlook::{Outcome, Outlook, outlooks};
use self::series::Series;
use super::company;
use super::compare::{Published, float};
use crate::sample::table;
use crate::small::{Small, publish};
use crate::support::Table;

/// The mean of some numbers; nothing of none.
fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let numbers: Vec<f64> = numbers.collect();
    let sum: f64 = numbers.iter().sum();
    (!numbers.is_empty()).then(|| sum / float(numbers.len().try_into().unwrap()))
}

/// Each series with its outlooks, oldest first.
fn sample() -> &'static [(Series, Vec<Outlook>)] {
    static SAMPLE: OnceLock<Vec<(Series, Vec<Outlook>)>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let as_of = company::sample().as_of;
        let with_outlooks = |series: Series| {
            let outlooks = outlooks(&series, as_of);
            (series, outlooks)
        };
        series::read().into_iter().map(with_outlooks).collect()
    })
}

/// Outlooks for days still to come.
fn of_today() -> impl Iterator<Item = (&'static Series, &'static Outlook)> {
    let newest = |(series, outlooks): &'static (Series, Vec<Outlook>)| {
        let newest = outlooks.last().filter(|o| o.aim.outcome.is_none())?;
        Some((series, newest))
    };
    sample().iter().filter_map(newest)
}

/// Outlooks whose outcome is known; of several made on one day the newest.
fn of_the_past() -> Vec<(&'static Series, &'static Outlook, Outcome)> {
    let mut past = Vec::new();
    for (series, outlooks) in sample() {
        let judged = outlooks
            .iter()
            .filter_map(|o| Some((o.origin, (o, o.outcome(&series.kpi.direction)?))));
        let by_origin: BTreeMap<NaiveDate, (&Outlook, Outcome)> = judged.collect();
        past.extend(by_origin.into_values().map(|(o, came)| (series, o, came)));
    }
    past
}

fn same_day(theirs: &Published, row: &[&str], column: &str, day: Option<NaiveDate>) {
    let day = day.map(|d| d.to_string());
    theirs.same(row, column, day.as_deref());
}

/// What the tables of today and of the past have in common.
fn same_outlook(theirs: &Published, row: &[&str], outlook: &Outlook) {
    let aim = &outlook.aim;
    theirs.same(row, "target_basis", Some(aim.basis));
    theirs.same(row, "method", Some(outlook.method.name()));
    same_day(theirs, row, "target_date", Some(aim.day));
    same_day(theirs, row, "period_end_date", Some(outlook.period_end));
    for (column, mine) in [
        ("target_value", aim.target),
        ("lower_value", aim.lower),
        ("upper_value", aim.upper),
        ("forecast_value", Some(outlook.value)),
        ("low_80_value", Some(outlook.ends_80[0])),
        ("high_80_value", Some(outlook.ends_80[1])),
        ("low_95_value", Some(outlook.ends_95[0])),
        ("high_95_value", Some(outlook.ends_95[1])),
        ("hit_probability", outlook.probability),
    ] {
        theirs.same_ratio(row, column, mine);
    }
}

#[test]
fn every_way_to_forecast_errs_as_it_does_by_hand() {
    let keys = ["kpi_id", "business_unit", "method"];
    let theirs = Published::new(table("warning.forecast_methods"), &keys);
    assert_eq!(theirs.height(), 4 * of_today().count());
    for (series, outlook) in of_today() {
        for method in Method::ALL {
            let row = [
                series.id.as_str(),
                series.business_unit.as_str(),
                method.name(),
            ];
            let (trials, is_season) = (&outlook.trials, method == Method::Season);
            let forecast = outlook.forecasts.get(&method).copied();
            theirs.same_count(&row, "trial_value_count", trials.values_ahead);
            theirs.same_count(&row, "origin_count", trials.count(method));
            for (column, mine) in [
                ("mae", trials.mean_error(method)),
                ("rival_mae", trials.rival_error().filter(|_| is_season)),
                ("forecast_value", forecast),
                (
                    "standard_error",
                    outlook.standard_errors.get(&method).copied(),
                ),
            ] {
                theirs.same_ratio(&row, column, mine);
            }
            let is_chosen = (method == outlook.method).to_string();
            theirs.same(&row, "is_chosen", Some(&is_chosen));
            let reason = match forecast {
                None => Some("no two years of values"),
                Some(_) if is_season && trials.count(method) < 3 => Some("too few trials"),
                Some(_) => None,
            };
            theirs.same(&row, "status_reason", reason);
        }
    }
    let chosen: BTreeSet<Method> = of_today().map(|(_, o)| o.method).collect();
    assert_eq!(chosen.len(), 4, "the sample tries every method");
}

#[test]
fn kpis_of_the_sample_are_forecast_as_by_hand() {
    let keys = ["kpi_id", "business_unit"];
    let theirs = Published::new(table("warning.kpi_forecast"), &keys);
    assert_eq!((theirs.height(), of_today().count()), (45, 45));
    for (series, outlook) in of_today() {
        let row = [series.id.as_str(), series.business_unit.as_str()];
        same_outlook(&theirs, &row, outlook);
        theirs.same_count(&row, "value_count", outlook.value_count);
        theirs.same_ratio(&row, "mae", outlook.trials.mean_error(outlook.method));
        same_day(&theirs, &row, "crossing_date", outlook.crossing);
        theirs.same(&row, "status", Some(outlook.status()));
        theirs.same(&row, "status_reason", None);
    }
}

#[test]
fn past_forecasts_and_what_came_of_them_are_the_same_by_hand() {
    let keys = ["kpi_id", "business_unit", "origin_date"];
    let theirs = Published::new(table("base.past_forecasts"), &keys);
    let mine = of_the_past();
    assert_eq!((theirs.height(), mine.len()), (998, 998));
    for (series, outlook, came) in &mine {
        let origin = outlook.origin.to_string();
        let row = [&series.id, &series.business_unit, &origin].map(String::as_str);
        same_outlook(&theirs, &row, outlook);
        same_day(&theirs, &row, "outcome_date", Some(came.day));
        for (column, mine) in [
            ("outcome_value", Some(came.value)),
            ("squared_error", came.squared_error),
            ("error_value", came.error),
            ("error_ratio", came.error_ratio),
        ] {
            theirs.same_ratio(&row, column, mine);
        }
        for (column, mine) in [
            ("is_inside_80", came.is_inside_80),
            ("is_inside_95", came.is_inside_95),
            ("is_hit", came.is_hit),
        ] {
            theirs.same(&row, column, Some(&mine.to_string()));
        }
    }
}

/// Every cell of a table, row by row, but for the moment of the load.
fn cells(table: &Table) -> Vec<Vec<Option<String>>> {
    let mut columns = table.columns();
    columns.retain(|c| c != "as_known");
    let row = |row| columns.iter().map(|c| table.cell(c, row)).collect();
    (0..table.height()).map(row).collect()
}

/// Three years by month, with a season and two months missing, and eleven quarters; in
/// numbers whose sums depend on the order in which they are added.
fn two_series() -> Vec<String> {
    let mut lines = Vec::new();
    for month in (0..36).filter(|m| ![14, 15].contains(m)) {
        let end = company::last_day(2023 * 12 + 3 + month);
        let swing = [0.1, 7.3, 2.9, -4.7, 1.3, -0.7][usize::try_from(month % 6).unwrap()];
        let value = 1e6 / 3.0 + 0.037 * f64::from(month) + swing;
        lines.push(format!("K1,{end},{value}"));
    }
    for quarter in 0..11 {
        let end = company::last_day(2023 * 12 + 8 + 3 * quarter);
        let value = 0.1 * f64::from(quarter) + [0.3, 0.7][usize::try_from(quarter % 2).unwrap()];
        lines.push(format!("K2,{end},{value}"));
    }
    lines
}

#[test]
fn forecasts_do_not_depend_on_the_order_of_rows() {
    let kpis = "\
kpi_id,name,direction,target,target_date,cadence_days
K1,Orders,up,333337,2026-06-30,31
K2,Returns,down,2,,92
";
    let forecast = |lines: &[String]| {
        let values = format!("kpi_id,period_end_date,value\n{}\n", lines.join("\n"));
        let project = Small::new()
            .csv("kpis", kpis)
            .csv("kpi_values", values)
            .make();
        publish(&project, &["--models", "warning.kpi_forecast"]);
        project.table("warning.kpi_forecast")
    };
    let mut lines = two_series();
    let in_order = forecast(&lines);
    let method = |kpi| in_order.at("kpi_id", kpi, "method");
    assert_eq!(method("K1").as_deref(), Some("seasonal naive"));
    assert_eq!(method("K2").as_deref(), Some("OLS"));
    lines.reverse();
    assert_eq!(cells(&forecast(&lines)), cells(&in_order));
}
