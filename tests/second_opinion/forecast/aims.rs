//! Which day is forecast from each value, what the KPI was held to on it, and what came.

use chrono::{Days, NaiveDate};

use super::series::{Kpi, Series};
use crate::second_opinion::kpis::days;

/// Days ahead that are looked at where no target is due.
const HORIZON_DAYS: u32 = 91;

pub(super) struct Aim {
    pub(super) basis: &'static str,
    pub(super) day: NaiveDate,
    pub(super) target: Option<f64>,
    pub(super) lower: Option<f64>,
    pub(super) upper: Option<f64>,
    /// Day and level of the outcome; nothing for days still to come.
    pub(super) outcome: Option<(NaiveDate, f64)>,
}

/// The next target seen from a day.
struct Next {
    basis: &'static str,
    due: Option<NaiveDate>,
    target: Option<f64>,
}

/// What is due first, the target of a period or the KPI's own; a target without a day is
/// held on any.
fn next(kpi: &Kpi, view: NaiveDate) -> Next {
    let version = kpi.version(view);
    let own_due = version.due.filter(|due| *due > view);
    let of_period = kpi.of_periods.iter().find(|t| t.due > view);
    let first = of_period.filter(|t| own_due.is_none_or(|own| t.due <= own));
    if let Some(of_period) = first {
        let target = Some(of_period.target).filter(|_| of_period.set <= view);
        return Next {
            basis: "period target",
            due: Some(of_period.due),
            target: target.or(version.target),
        };
    }
    let is_held = version.due.is_none() && kpi.of_periods.is_empty() && !kpi.is_sum();
    Next {
        basis: match own_due {
            Some(_) => "target date",
            None if is_held => "held",
            None => "value only",
        },
        due: own_due,
        target: version.target,
    }
}

/// The value of the period that a day ends, unless it was known already or is too old.
fn outcome_on(series: &Series, due: NaiveDate, known: NaiveDate) -> Option<(NaiveDate, f64)> {
    let newest = series.points.iter().rfind(|p| p.day <= due)?;
    let is_of_day = days(newest.day, due) < f64::from(series.kpi.cadence_days);
    (is_of_day && newest.day > known).then_some((newest.day, newest.level))
}

/// Seen from the value in place `at`, the newest one from the as-of date; nothing while an
/// outcome is still to come.
pub(super) fn aim(series: &Series, at: usize, as_of: NaiveDate) -> Option<Aim> {
    let known = series.points[at].known;
    let is_newest = at + 1 == series.points.len();
    let view = if is_newest { as_of } else { known };
    let next = next(&series.kpi, view);
    let version = series.kpi.version(view);
    let held_to = |basis, day, outcome| Aim {
        basis,
        day,
        target: next.target,
        lower: version.lower,
        upper: version.upper,
        outcome,
    };
    if is_newest {
        let in_sight = as_of + Days::new(HORIZON_DAYS.into());
        return Some(held_to(next.basis, next.due.unwrap_or(in_sight), None));
    }
    let due = next.due.filter(|due| *due <= as_of);
    if let Some((due, outcome)) = due.and_then(|d| Some((d, outcome_on(series, d, known)?))) {
        return Some(held_to(next.basis, due, Some(outcome)));
    }
    let steps = usize::try_from(series.steps(HORIZON_DAYS.into())).unwrap();
    let later = series.points.get(at + steps).filter(|p| p.day > known)?;
    let outcome = Some((later.day, later.level));
    if next.basis == "held" {
        return Some(held_to("held", later.day, outcome));
    }
    Some(Aim {
        basis: "value only",
        day: later.day,
        target: None,
        lower: None,
        upper: None,
        outcome,
    })
}
