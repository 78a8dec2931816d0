//! Window functions with a memory: each value depends on the answer before it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::documented;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Ewma,
    CusumHigh,
    CusumLow,
}

/// One of the window functions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Sequence {
    kind: Kind,
    signature: Signature,
    documentation: Documentation,
}

impl Sequence {
    pub(super) fn all() -> [Self; 3] {
        let sequence = |kind, arity, documentation| Self {
            kind,
            signature: Signature::exact(vec![DataType::Float64; arity], Volatility::Immutable),
            documentation,
        };
        [
            sequence(
                Kind::Ewma,
                3,
                documented(
                    "exponentially weighted moving average: z = weight x + (1 - weight) z before; NULL and passed over where x is NULL",
                    "ewma(x, weight, start) over (partition by … order by …)",
                    "Roberts 1959; METHODS 7",
                    &[
                        ("x", "the measured value"),
                        ("weight", "of the newest value, 0..1; 0.2 to 0.3 is usual"),
                        (
                            "start",
                            "z before the first value: the centre of the process",
                        ),
                    ],
                ),
            ),
            sequence(
                Kind::CusumHigh,
                2,
                documented(
                    "cumulative sum of what lies above the reference, never below 0; NULL and passed over where x is NULL",
                    "cusum_high(x, reference) over (partition by … order by …)",
                    "Page 1954; METHODS 7",
                    &[
                        ("x", "the measured value"),
                        (
                            "reference",
                            "centre plus the slack: mean + 0.5 sigma is usual",
                        ),
                    ],
                ),
            ),
            sequence(
                Kind::CusumLow,
                2,
                documented(
                    "cumulative sum of what lies below the reference, never below 0; NULL and passed over where x is NULL",
                    "cusum_low(x, reference) over (partition by … order by …)",
                    "Page 1954; METHODS 7",
                    &[
                        ("x", "the measured value"),
                        (
                            "reference",
                            "centre less the slack: mean - 0.5 sigma is usual",
                        ),
                    ],
                ),
            ),
        ]
    }
}

impl WindowUDFImpl for Sequence {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ewma => "ewma",
            Kind::CusumHigh => "cusum_high",
            Kind::CusumLow => "cusum_low",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), DataType::Float64, true)))
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Memory(self.kind)))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::None
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[derive(Debug)]
struct Memory(Kind);

impl Memory {
    /// The answer to `x` after the answer `before`; `arguments` are those of its row.
    fn step(&self, x: f64, before: Option<f64>, arguments: &[f64]) -> f64 {
        match self.0 {
            Kind::Ewma => {
                let (weight, start) = (arguments[0], arguments[1]);
                weight * x + (1.0 - weight) * before.unwrap_or(start)
            }
            Kind::CusumHigh => f64::max(0.0, before.unwrap_or(0.0) + x - arguments[0]),
            Kind::CusumLow => f64::max(0.0, before.unwrap_or(0.0) + arguments[0] - x),
        }
    }
}

impl PartitionEvaluator for Memory {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let columns: Vec<&Float64Array> = values
            .iter()
            .map(AsArray::as_primitive::<Float64Type>)
            .collect();
        let mut before = None;
        let answers: Float64Array = (0..rows)
            .map(|row| {
                let given: Vec<f64> = columns
                    .iter()
                    .map(|c| c.is_valid(row).then(|| c.value(row)))
                    .collect::<Option<_>>()?;
                let (x, arguments) = given.split_first()?;
                before = Some(self.step(*x, before, arguments));
                before
            })
            .collect();
        Ok(Arc::new(answers))
    }
}
