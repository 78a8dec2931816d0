//! KPI values: what was measured, one JSON object per line.
//!
//! Rule: every KPI is on or ahead of its plan, but for K-014, which shifts in December 2025
//! and misses its target in February 2026. K-017 is ahead of the last of its targets only.

use std::fmt::Write as _;

use super::dates::{AS_OF, Day, MONTHS, month_end};
use super::kpis::{Aim, KPIS, Kpi, PATH_MONTHS};
use super::money::share;
use super::random::{Random, Ripple};
use super::text::decimal;

/// First Sunday of the weekly series.
const FIRST_WEEK: Day = Day::of(2024, 4, 7);
/// A door seal wears out: from this week on the process runs higher.
const SHIFT: Day = Day::of(2025, 12, 7);
/// From this week on it runs above the target.
const MISS: Day = Day::of(2026, 2, 15);

/// Someone forgot to say which KPI.
const WITHOUT_ID: &str = "{\"kpi\":null,\"unit_code\":\"010\",\"period_end\":\"2025-05-31\",\
                          \"value\":87.4,\"recorded\":\"2025-06-05\"}\n";

pub(crate) fn values_ndjson() -> String {
    let mut text = String::new();
    for (stream, kpi) in (100..).zip(&KPIS) {
        match kpi.aim {
            Aim::Weekly(_) => weekly(kpi, stream, &mut text),
            Aim::Share(target) => shares(kpi, target, stream, &mut text),
            _ => steady(kpi, stream, &mut text),
        }
        match kpi.id {
            "K-024" => repeat_last_line(&mut text),
            "K-045" => text.push_str(WITHOUT_ID),
            _ => {}
        }
    }
    text
}

fn repeat_last_line(text: &mut String) {
    let last = text.lines().next_back().unwrap_or_default().to_owned();
    text.push_str(&last);
    text.push('\n');
}

fn push(kpi: &Kpi, day: Day, value: &str, parts: Option<(i64, i64)>, text: &mut String) {
    let (end, recorded) = (day.iso(), day.plus(5).iso());
    let _ = write!(
        text,
        "{{\"kpi\":\"{}\",\"unit_code\":\"{}\",\"period_end\":\"{end}\",\"value\":{value}",
        kpi.id, kpi.unit
    );
    if let Some((numerator, denominator)) = parts {
        let _ = write!(text, ",\"hits\":{numerator},\"tries\":{denominator}");
    }
    let _ = writeln!(text, ",\"recorded\":\"{recorded}\"}}");
}

/// Months that end a period of the KPI.
fn months(kpi: &Kpi) -> impl Iterator<Item = i64> {
    let length = kpi.months;
    (0..MONTHS).filter(move |month| (month + 1) % length == 0)
}

fn steady(kpi: &Kpi, stream: u64, text: &mut String) {
    let mut ripple = Ripple::stream(stream);
    for month in months(kpi) {
        let value = measured(kpi, month, &mut ripple);
        push(kpi, month_end(month), &decimal(value), None, text);
    }
}

fn measured(kpi: &Kpi, month: i64, ripple: &mut Ripple) -> i64 {
    match kpi.aim {
        Aim::Path(baseline, target) => {
            let ahead = 1_060 * (month + 1) + ripple.step(720);
            baseline + share(target - baseline, ahead, PATH_MONTHS * 1_000)
        }
        Aim::AtLeast(target) => share(target, 1_012 + ripple.step(8), 1_000),
        Aim::AtMost(target) => share(target, 960 + ripple.step(28), 1_000),
        Aim::Total(target) => share(
            target,
            kpi.months * (1_045 + ripple.step(30)),
            PATH_MONTHS * 1_000,
        ),
        Aim::Within(lower, upper) => i64::midpoint(lower, upper) + ripple.step((upper - lower) / 4),
        Aim::Share(_) | Aim::Weekly(_) => 0,
    }
}

fn shares(kpi: &Kpi, target: i64, stream: u64, text: &mut String) {
    let mut ripple = Ripple::stream(stream);
    let mut random = Random::stream(stream + 1_000);
    for month in months(kpi) {
        let tries = random.between(800, 1_400);
        let reached = target + share(1_000 - target, 45 + ripple.step(15), 100);
        let hits = share(tries, reached, 1_000);
        push(
            kpi,
            month_end(month),
            &decimal(share(1_000, hits, tries)),
            Some((hits, tries)),
            text,
        );
    }
}

fn weekly(kpi: &Kpi, stream: u64, text: &mut String) {
    let mut ripple = Ripple::stream(stream);
    let mut day = FIRST_WEEK;
    while day <= AS_OF {
        let level = if day < SHIFT {
            1_200
        } else if day < MISS {
            1_620
        } else {
            2_100 + MISS.days_to(day) / 7 * 45
        };
        let reach = if day < MISS { 110 } else { 30 };
        // Two decimals, as the loggers report them.
        let value = (level + ripple.step(reach)) / 10 * 10;
        push(kpi, day, &decimal(value), None, text);
        day = day.plus(7);
    }
}
