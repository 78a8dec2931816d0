//! Earned schedule after Lipke, from the plan by month.

use super::company::{self, first_day, last_day, month_of};
use super::compare::{Published, float};
use super::earned::{Work, works};

/// The plan from its first month on, added up month by month.
fn curve(work: &Work, last: i32) -> Option<(i32, Vec<i128>)> {
    let begins = |month: &i32| work.planned(*month) != 0;
    let first = work.planned.keys().copied().find(begins)?;
    let end = (*work.planned.keys().last()?).max(last);
    Some((first, (first..=end).map(|m| work.planned(m)).collect()))
}

struct Schedule {
    first: i32,
    earned: Option<f64>,
    actual: f64,
    duration: Option<f64>,
    is_done: bool,
}

fn schedule(work: &Work, last: i32) -> Option<Schedule> {
    let whole = work.whole.filter(|w| *w > 0)?;
    let earned = work.earned(last).filter(|_| !work.is_cancelled)?;
    let (first, curve) = curve(work, last)?;
    let count = |n: usize| float(n.try_into().unwrap());
    let full = curve.iter().rposition(|c| *c < whole).map_or(1, |i| i + 2);
    let duration = (full <= curve.len()).then(|| count(full));
    let done = (first..=last).find(|m| work.earned(*m).is_some_and(|e| e >= whole));
    let now = done.unwrap_or(last);
    let reached = curve
        .iter()
        .rposition(|c| *c <= earned)
        .map_or(0, |i| i + 1);
    let before = reached.checked_sub(1).map_or(0, |i| curve[i]);
    let between = |from: i128, to: i128| float(earned - from) / float(to - from);
    let periods = match (done, curve.get(reached)) {
        (Some(_), _) => duration,
        (None, Some(next)) => Some(count(reached) + between(before, *next)),
        (None, None) => {
            duration.map(|d| count(reached) + between(before, whole) * (d - count(reached)))
        }
    };
    Some(Schedule {
        first,
        earned: periods,
        actual: float((now - first + 1).into()),
        duration,
        is_done: done.is_some(),
    })
}

#[test]
fn the_earned_schedule_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let theirs = Published::new(
        (company.table)("variance.earned_schedule"),
        &["initiative_id"],
    );
    let (works, last) = (works(company), company.last_month());
    assert_eq!(theirs.height(), works.len());
    let mut judged = 0;
    for (id, work) in &works {
        let row = [*id];
        let Some(found) = schedule(work, last) else {
            theirs.same_ratio(&row, "spi_t_ratio", None);
            continue;
        };
        judged += 1;
        let Schedule {
            first,
            earned,
            actual,
            duration,
            is_done,
        } = found;
        theirs.same(&row, "plan_start_date", Some(&first_day(first).to_string()));
        theirs.same(
            &row,
            "plan_end_date",
            work.plan_end.map(|d| d.to_string()).as_deref(),
        );
        theirs.same_ratio(&row, "planned_duration_periods", duration);
        theirs.same_ratio(&row, "earned_schedule_periods", earned);
        theirs.same_ratio(&row, "actual_time_periods", Some(actual));
        theirs.same_ratio(
            &row,
            "schedule_variance_periods",
            earned.map(|e| e - actual),
        );
        theirs.same_ratio(&row, "spi_t_ratio", earned.map(|e| e / actual));
        let estimate = duration.zip(earned).map(|(d, e)| d * actual / e);
        theirs.same_ratio(&row, "ieac_t_periods", estimate);
        let ahead = duration.filter(|d| !is_done && *d > actual).zip(earned);
        theirs.same_ratio(
            &row,
            "tspi_ratio",
            ahead.map(|(d, e)| (d - e) / (d - actual)),
        );
        if is_done {
            let reported = (first..=last)
                .find(|m| work.earned(*m) >= work.whole)
                .map(last_day);
            let ended = work.actual_end.or(reported);
            theirs.same(
                &row,
                "forecast_end_date",
                ended.map(|d| d.to_string()).as_deref(),
            );
        } else if let (Some(estimate), Some(duration), Some(end)) =
            (estimate, duration, work.plan_end)
        {
            // In months of the calendar; the mean month of the engine's own calendar may put
            // a long way off a day earlier or later.
            let forecast = theirs.cell(&row, "forecast_end_date").unwrap();
            let moved = (company::day(&forecast).unwrap() - end).num_days();
            let wanted = (estimate - duration) * 365.25 / 12.0;
            assert!(
                (float(moved.into()) - wanted).abs() <= 1.0,
                "{id}: {moved}, {wanted}"
            );
        }
        assert!(month_of(company.as_of) >= first, "{id}");
    }
    assert!(judged >= 50, "{judged}");
}
