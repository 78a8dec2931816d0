//! The rules of Wheeler and of Nelson, on the values of a run up to the one that is judged.

use super::chart::Limits;
use super::nine;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Side {
    Above,
    Below,
    /// Of a rule that has no sides.
    Neither,
}

impl Side {
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Above => Some("above"),
            Self::Below => Some("below"),
            Self::Neither => None,
        }
    }
}

/// A run so far, in billionths, so that nothing hangs on the last bits of a number.
pub(super) struct Run<'a> {
    limits: &'a Limits,
    charted: f64,
    deviations: Vec<f64>,
    steps: Vec<f64>,
}

impl<'a> Run<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            charted: limits.centre,
            deviations: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Goes on to the next value, which is a step away from the one before.
    pub(super) fn push(&mut self, charted: f64, step: Option<f64>) {
        self.charted = charted;
        self.deviations.push(nine(charted - self.limits.centre));
        self.steps.extend(step.map(nine));
    }
}

/// The newest of these numbers, where there are as many.
fn newest(numbers: &[f64], count: usize) -> Option<&[f64]> {
    numbers.len().checked_sub(count).map(|at| &numbers[at..])
}

/// The side on which the newest number is farther than a distance, and so are as many of
/// the newest as it takes.
fn beyond(numbers: &[f64], least: usize, of: usize, distance: f64) -> Option<Side> {
    let counted = &numbers[numbers.len().saturating_sub(of)..];
    let is_on = |sign: f64| {
        let is_beyond = |number: &f64| sign * number > distance;
        counted.last().is_some_and(is_beyond)
            && counted.iter().filter(|n| is_beyond(n)).count() >= least
    };
    match (is_on(1.0), is_on(-1.0)) {
        (true, _) => Some(Side::Above),
        (_, true) => Some(Side::Below),
        _ => None,
    }
}

fn outside_limits(run: &Run) -> Option<Side> {
    if nine(run.charted - run.limits.upper) > 0.0 {
        Some(Side::Above)
    } else if nine(run.charted - run.limits.lower) < 0.0 {
        Some(Side::Below)
    } else {
        None
    }
}

fn is_leap(run: &Run) -> bool {
    let is_far = |step: &f64| step.abs() > nine(run.limits.range_limit);
    run.steps.last().is_some_and(is_far)
}

/// Fourteen values have thirteen steps, of which each undoes part of the one before.
fn is_rising_and_falling(run: &Run) -> bool {
    newest(&run.steps, 13).is_some_and(|steps| steps.windows(2).all(|s| s[0] * s[1] < 0.0))
}

fn is_calm(run: &Run) -> bool {
    let sigma = nine(run.limits.sigma);
    newest(&run.deviations, 15).is_some_and(|all| all.iter().all(|d| d.abs() < sigma))
}

fn is_on_both_sides_only(run: &Run) -> bool {
    let sigma = nine(run.limits.sigma);
    newest(&run.deviations, 8).is_some_and(|all| {
        all.iter().all(|d| d.abs() > sigma)
            && all.iter().any(|d| *d > 0.0)
            && all.iter().any(|d| *d < 0.0)
    })
}

/// The rules that the newest value of a run completes.
pub(super) fn fired(run: &Run) -> Vec<(&'static str, Side)> {
    let sigmas = |count: f64| nine(count * run.limits.sigma);
    // Halfway from the centre to where a limit is, or would be without an end of the scale.
    let half_way = nine(2.66 / 2.0 * run.limits.mean_range);
    let (values, steps) = (&run.deviations, &run.steps);
    let neither = |is_fired: bool| is_fired.then_some(Side::Neither);
    let rules = [
        ("R1", outside_limits(run)),
        ("R1 range", neither(is_leap(run))),
        ("R2", beyond(values, 3, 4, half_way)),
        ("R3", beyond(values, 8, 8, 0.0)),
        ("N1", beyond(values, 1, 1, sigmas(3.0))),
        ("N2", beyond(values, 9, 9, 0.0)),
        ("N3", beyond(steps, 5, 5, 0.0)),
        ("N4", neither(is_rising_and_falling(run))),
        ("N5", beyond(values, 2, 3, sigmas(2.0))),
        ("N6", beyond(values, 4, 5, sigmas(1.0))),
        ("N7", neither(is_calm(run))),
        ("N8", neither(is_on_both_sides_only(run))),
    ];
    rules
        .into_iter()
        .filter_map(|(rule, side)| side.map(|side| (rule, side)))
        .collect()
}
