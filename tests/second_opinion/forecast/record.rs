//! How far such forecasts could be trusted until now, counted by hand, and whether that is
//! far enough.

use std::collections::{BTreeMap, BTreeSet};

use super::outlook::{Outcome, Outlook};
use super::{mean, of_the_past};
use crate::sample::table;
use crate::second_opinion::compare::{Published, share};
use crate::second_opinion::kpis::nine;

/// A past outlook for a KPI, and what came of it.
type Judged<'a> = (&'a str, &'a Outlook, &'a Outcome);

#[test]
fn the_track_record_of_forecasts_is_the_same_by_hand() {
    let theirs = Published::new(
        table("warning.forecast_track_record"),
        &["subject_type", "subject_id"],
    );
    let mut subjects: BTreeMap<(&str, &str), Vec<Judged>> = BTreeMap::new();
    let past = of_the_past();
    for (series, outlook, came) in &past {
        for subject in [
            ("all", "(all)"),
            ("owner", series.kpi.owner.as_str()),
            ("business_unit", series.business_unit.as_str()),
            ("method", outlook.method.name()),
            ("target_basis", outlook.aim.basis),
            ("kpi", series.id.as_str()),
        ] {
            let judged = (series.id.as_str(), *outlook, came);
            subjects.entry(subject).or_default().push(judged);
        }
    }
    assert_eq!(theirs.height(), subjects.len());
    for ((kind, id), judged) in &subjects {
        same_record(&theirs, &[kind, id], judged);
    }
}

/// Figures over fewer than five forecasts are withheld.
fn same_record(theirs: &Published, row: &[&str], judged: &[Judged]) {
    let kpis: BTreeSet<&str> = judged.iter().map(|(kpi, ..)| *kpi).collect();
    let count = |is_so: fn(&Outcome) -> bool| judged.iter().filter(|(.., o)| is_so(o)).count();
    let all = judged.len();
    let inside = [count(|o| o.is_inside_80), count(|o| o.is_inside_95)];
    let (aimed, hits) = (count(|o| o.squared_error.is_some()), count(|o| o.is_hit));
    for (column, mine) in [
        ("forecast_count", all),
        ("kpi_count", kpis.len()),
        ("inside_80_count", inside[0]),
        ("inside_95_count", inside[1]),
        ("probability_count", aimed),
        ("hit_count", hits),
    ] {
        theirs.same_count(row, column, mine);
    }
    let ratio = |part: usize, whole: usize| {
        let share = share(part.try_into().unwrap(), whole.try_into().unwrap());
        share.filter(|_| whole >= 5)
    };
    let hit_ratio = ratio(hits, aimed);
    let promised = mean(judged.iter().filter_map(|(_, o, _)| o.probability));
    let promised = promised.filter(|_| aimed >= 5);
    let squares = || judged.iter().filter_map(|(.., o)| o.squared_error);
    for (column, mine) in [
        ("coverage_80_ratio", ratio(inside[0], all)),
        ("coverage_95_ratio", ratio(inside[1], all)),
        ("hit_ratio", hit_ratio),
        ("mean_hit_probability", promised),
        (
            "optimism_ratio",
            promised.zip(hit_ratio).map(|(p, h)| p - h),
        ),
        ("squared_error_sum", hit_ratio.map(|_| squares().sum())),
        ("brier_score", mean(squares()).filter(|_| aimed >= 5)),
        ("reference_brier_score", hit_ratio.map(|h| h * (1.0 - h))),
        (
            "bias",
            mean(judged.iter().filter_map(|(.., o)| o.error_ratio)).filter(|_| all >= 5),
        ),
    ] {
        theirs.same_ratio(row, column, mine);
    }
    let reason = match (all, aimed) {
        (..5, _) => Some("too few"),
        (_, ..5) => Some("too few with a target"),
        _ => None,
    };
    theirs.same(row, "status_reason", reason);
}

#[test]
fn intervals_keep_their_promise_and_no_healthy_kpi_was_ever_given_up() {
    let record = table("warning.forecast_track_record");
    let coverage = |column: &str| -> f64 {
        let cell = record.at("subject_type", "all", column);
        cell.unwrap().parse().unwrap()
    };
    let (of_80, of_95) = (coverage("coverage_80_ratio"), coverage("coverage_95_ratio"));
    assert!((0.75..=0.90).contains(&of_80), "{of_80}");
    assert!((0.90..=0.99).contains(&of_95), "{of_95}");

    // README, stories 4 and 12.
    let is_healthy = |kpi: &str| !["K-014", "K-017"].contains(&kpi);
    for name in ["base.past_forecasts", "warning.kpi_forecast"] {
        let theirs = table(name);
        for row in 0..theirs.height() {
            let kpi = theirs.cell("kpi_id", row).unwrap();
            let chance = theirs.cell("hit_probability", row);
            let is_red = chance.is_some_and(|p| nine(p.parse().unwrap()) < nine(0.4));
            assert!(!(is_red && is_healthy(&kpi)), "{name} gives {kpi} up");
        }
    }
}
