//! Aggregates over pairs of numbers: slopes, rank correlations, moving ranges.
//!
//! Each gathers its pairs and sorts them before it computes, so that the answer
//! is the same whatever order the rows come in.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, Signature, Volatility,
};

use super::documented;

/// 3 / d2 for moving ranges of two, and D4, as Wheeler prints them.
const LIMIT_FACTOR: f64 = 2.66;
const RANGE_FACTOR: f64 = 3.268;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    TheilSenSlope,
    KendallTauB,
    SpearmanRho,
    MovingRangeMean,
    XmrLowerLimit,
    XmrUpperLimit,
    XmrRangeLimit,
}

/// One of the aggregates.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Pairs {
    kind: Kind,
    signature: Signature,
    documentation: Documentation,
}

impl Pairs {
    pub(super) fn all() -> [Self; 7] {
        [
            Kind::TheilSenSlope,
            Kind::KendallTauB,
            Kind::SpearmanRho,
            Kind::MovingRangeMean,
            Kind::XmrLowerLimit,
            Kind::XmrUpperLimit,
            Kind::XmrRangeLimit,
        ]
        .map(|kind| Self {
            kind,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation(kind),
        })
    }
}

fn documentation(kind: Kind) -> Documentation {
    const SERIES: [(&str, &str); 2] = [
        ("x", "the measured values"),
        (
            "t",
            "their order: a date or a number; equal ones are taken by x",
        ),
    ];
    const TWO: [(&str, &str); 2] = [("x", "a number"), ("y", "a number or a date")];
    match kind {
        Kind::TheilSenSlope => documented(
            "median of the slopes between all pairs of points; a few wild points do not move it",
            "theil_sen_slope(y, x)",
            "Theil 1950, Sen 1968",
            &[
                ("y", "what rises or falls"),
                ("x", "time or another cause: a number or a date (days)"),
            ],
        ),
        Kind::KendallTauB => documented(
            "agreement of two orders, -1 to 1, corrected for ties; NULL where one of them is all ties",
            "kendall_tau_b(x, y)",
            "Kendall 1945",
            &TWO,
        ),
        Kind::SpearmanRho => documented(
            "correlation of two orders' ranks, -1 to 1, ties by mean rank; NULL where one is all ties",
            "spearman_rho(x, y)",
            "Spearman 1904",
            &TWO,
        ),
        Kind::MovingRangeMean => documented(
            "mean distance of each value from the one before",
            "moving_range_mean(x, t)",
            "METHODS 6",
            &SERIES,
        ),
        Kind::XmrLowerLimit => documented(
            "lower natural process limit: mean less 2.66 mean moving ranges",
            "xmr_lower_limit(x, t)",
            "Wheeler; METHODS 6",
            &SERIES,
        ),
        Kind::XmrUpperLimit => documented(
            "upper natural process limit: mean plus 2.66 mean moving ranges",
            "xmr_upper_limit(x, t)",
            "Wheeler; METHODS 6",
            &SERIES,
        ),
        Kind::XmrRangeLimit => documented(
            "upper limit of the moving range: 3.268 mean moving ranges",
            "xmr_range_limit(x, t)",
            "Wheeler; METHODS 6",
            &SERIES,
        ),
    }
}

impl AggregateUDFImpl for Pairs {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::TheilSenSlope => "theil_sen_slope",
            Kind::KendallTauB => "kendall_tau_b",
            Kind::SpearmanRho => "spearman_rho",
            Kind::MovingRangeMean => "moving_range_mean",
            Kind::XmrLowerLimit => "xmr_lower_limit",
            Kind::XmrUpperLimit => "xmr_upper_limit",
            Kind::XmrRangeLimit => "xmr_range_limit",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [first, second] = given else {
            return plan_err!("`{}` takes two arguments", self.name());
        };
        let second = match second {
            // Days: the engine knows no cast from a date to a double.
            DataType::Date32 => DataType::Date32,
            number if number.is_numeric() || number.is_null() => DataType::Float64,
            other => return plan_err!("`{}` takes numbers and dates, not {other}", self.name()),
        };
        if !(first.is_numeric() || first.is_null()) {
            return plan_err!("`{}` takes numbers first, not {first}", self.name());
        }
        Ok(vec![DataType::Float64, second])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Gathered {
            kind: self.kind,
            pairs: Vec::new(),
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = |part: &str| {
            Arc::new(Field::new_list(
                format!("{}[{part}]", args.name),
                Field::new_list_field(DataType::Float64, true),
                true,
            ))
        };
        Ok(vec![list("first"), list("second")])
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The pairs of a group; rows with a NULL in either place are left out.
#[derive(Debug)]
struct Gathered {
    kind: Kind,
    pairs: Vec<(f64, f64)>,
}

impl Gathered {
    fn gather(&mut self, first: &Float64Array, second: &Float64Array) {
        let whole = first.iter().zip(second.iter());
        self.pairs.extend(whole.filter_map(|(a, b)| Some((a?, b?))));
    }
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let second = match values[1].data_type() {
            DataType::Date32 => cast(&cast(&values[1], &DataType::Int32)?, &DataType::Float64)?,
            _ => Arc::clone(&values[1]),
        };
        self.gather(
            values[0].as_primitive::<Float64Type>(),
            second.as_primitive(),
        );
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (first, second) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for row in 0..first.len() {
            let (a, b) = (first.value(row), second.value(row));
            self.gather(a.as_primitive::<Float64Type>(), b.as_primitive());
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |values: Float64Array| {
            SingleRowListArrayBuilder::new(Arc::new(values)).build_list_scalar()
        };
        Ok(vec![
            list(self.pairs.iter().map(|p| p.0).collect()),
            list(self.pairs.iter().map(|p| p.1).collect()),
        ])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let found = value(self.kind, &mut self.pairs);
        Ok(ScalarValue::Float64(found.filter(|v| v.is_finite())))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.pairs.capacity() * size_of::<(f64, f64)>()
    }
}

fn value(kind: Kind, pairs: &mut [(f64, f64)]) -> Option<f64> {
    pairs.sort_by(|p, q| p.1.total_cmp(&q.1).then(p.0.total_cmp(&q.0)));
    match kind {
        Kind::TheilSenSlope => theil_sen_slope(pairs),
        Kind::KendallTauB => kendall_tau_b(pairs),
        Kind::SpearmanRho => spearman_rho(pairs),
        Kind::MovingRangeMean => moving_range_mean(pairs),
        Kind::XmrLowerLimit => Some(mean(pairs)? - LIMIT_FACTOR * moving_range_mean(pairs)?),
        Kind::XmrUpperLimit => Some(mean(pairs)? + LIMIT_FACTOR * moving_range_mean(pairs)?),
        Kind::XmrRangeLimit => Some(RANGE_FACTOR * moving_range_mean(pairs)?),
    }
}

/// A count as a double; no series is as long as 2^52.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^52"
)]
fn count(rows: usize) -> f64 {
    rows as f64
}

fn mean(series: &[(f64, f64)]) -> Option<f64> {
    (!series.is_empty()).then(|| series.iter().map(|p| p.0).sum::<f64>() / count(series.len()))
}

fn moving_range_mean(series: &[(f64, f64)]) -> Option<f64> {
    let steps = series.len().checked_sub(1).filter(|n| *n > 0)?;
    let moved: f64 = series.windows(2).map(|w| (w[1].0 - w[0].0).abs()).sum();
    Some(moved / count(steps))
}

fn theil_sen_slope(points: &[(f64, f64)]) -> Option<f64> {
    let mut slopes: Vec<f64> = points
        .iter()
        .enumerate()
        .flat_map(|(at, q)| points[..at].iter().map(move |p| (p, q)))
        .filter(|(p, q)| q.1 > p.1)
        .map(|(p, q)| (q.0 - p.0) / (q.1 - p.1))
        .collect();
    slopes.sort_by(f64::total_cmp);
    let middle = slopes.len() / 2;
    match slopes.len() % 2 {
        1 => Some(slopes[middle]),
        _ if slopes.is_empty() => None,
        _ => Some(f64::midpoint(slopes[middle - 1], slopes[middle])),
    }
}

fn kendall_tau_b(points: &[(f64, f64)]) -> Option<f64> {
    let (mut agreed, mut untied_first, mut untied_second) = (0.0, 0.0, 0.0);
    for (at, q) in points.iter().enumerate() {
        for p in &points[..at] {
            let (first, second) = (sign(q.0 - p.0), sign(q.1 - p.1));
            agreed += first * second;
            untied_first += first.abs();
            untied_second += second.abs();
        }
    }
    let pairs = f64::sqrt(untied_first) * f64::sqrt(untied_second);
    (pairs > 0.0).then(|| (agreed / pairs).clamp(-1.0, 1.0))
}

/// -1, 0 or 1; `signum` knows no 0.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn spearman_rho(points: &[(f64, f64)]) -> Option<f64> {
    let first = ranks(&points.iter().map(|p| p.0).collect::<Vec<_>>());
    let second = ranks(&points.iter().map(|p| p.1).collect::<Vec<_>>());
    // The mean of 1..n, ties or not.
    let middle = f64::midpoint(count(points.len()), 1.0);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(x, y)| (x - middle) * (y - middle))
            .sum()
    };
    let spread = f64::sqrt(product(&first, &first)) * f64::sqrt(product(&second, &second));
    (spread > 0.0).then(|| (product(&first, &second) / spread).clamp(-1.0, 1.0))
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    values
        .iter()
        .map(|v| {
            let below = sorted.partition_point(|s| s < v);
            let upto = sorted.partition_point(|s| s <= v);
            f64::midpoint(count(below + upto), 1.0)
        })
        .collect()
}
