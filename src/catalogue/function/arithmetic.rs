//! Shorthands that the planner writes out in built-in terms.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::functions::core::expr_fn::{greatest, least, nullif};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
    lit, when,
};

use super::documented;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Ratio,
    Clamp,
}

/// One of the shorthands.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Shorthand {
    kind: Kind,
    signature: Signature,
    documentation: Documentation,
}

impl Shorthand {
    pub(super) fn all() -> [Self; 2] {
        let shorthand = |kind, arity, documentation| Self {
            kind,
            signature: Signature::exact(vec![DataType::Float64; arity], Volatility::Immutable),
            documentation,
        };
        [
            shorthand(
                Kind::Ratio,
                2,
                documented(
                    "numerator / denominator as a double; NULL where the denominator is 0",
                    "ratio(numerator, denominator)",
                    "cast(numerator as double) / nullif(denominator, 0)",
                    &[("numerator", "a number"), ("denominator", "a number")],
                ),
            ),
            shorthand(
                Kind::Clamp,
                3,
                documented(
                    "x, held between two bounds; a bound that is NULL holds nothing",
                    "clamp(x, low, high)",
                    "least(greatest(x, low), high), NULL where x is",
                    &[
                        ("x", "a number"),
                        ("low", "the least answer, or NULL"),
                        ("high", "the greatest answer, or NULL"),
                    ],
                ),
            ),
        ]
    }
}

impl ScalarUDFImpl for Shorthand {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ratio => "ratio",
            Kind::Clamp => "clamp",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let args = match (self.kind, <[Expr; 2]>::try_from(args)) {
            (Kind::Ratio, Ok([numerator, denominator])) => {
                let divided = numerator / nullif(denominator, lit(0.0));
                return Ok(ExprSimplifyResult::Simplified(divided));
            }
            (_, Ok(pair)) => pair.into(),
            (_, Err(args)) => args,
        };
        let Ok([x, low, high]) = <[Expr; 3]>::try_from(args) else {
            return internal_err!("`{}` with a wrong number of arguments", self.name());
        };
        // greatest and least pass over NULL.
        let held = least(vec![greatest(vec![x.clone(), low]), high]);
        let held = when(x.is_not_null(), held).end()?;
        Ok(ExprSimplifyResult::Simplified(held))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("`{}` is written out before it runs", self.name())
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
