//! Shorthands that the planner writes out in built-in terms.

use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::functions::core::expr_fn::{greatest, least, nullif};
use datafusion::functions::regex::expr_fn::regexp_replace;
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
    GroupThousands,
}

impl Kind {
    /// Of its arguments and of its answer.
    const fn data_type(self) -> DataType {
        match self {
            Self::Ratio | Self::Clamp => DataType::Float64,
            Self::GroupThousands => DataType::Utf8,
        }
    }
}

/// Groups of three that a whole amount may have behind its first digits.
const GROUPS: usize = 4;

/// A comma before the last three digits of an amount, then before the three
/// before them, and so on.
fn grouped(sentence: Expr) -> Expr {
    (1..=GROUPS).fold(sentence, |text, groups| {
        let pattern = format!(
            r"(\d)(\d{{3}}){} ([A-Z]{{3}}\b)",
            r",(\d{3})".repeat(groups - 1)
        );
        let numbers: Vec<String> = (1..=groups + 1).map(|n| format!(r"\{n}")).collect();
        let replacement = format!(r"{} \{}", numbers.join(","), groups + 2);
        regexp_replace(text, lit(pattern), lit(replacement), Some(lit("g")))
    })
}

/// One of the shorthands.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Shorthand {
    kind: Kind,
    signature: Signature,
    documentation: Documentation,
}

impl Shorthand {
    pub(super) fn all() -> [Self; 3] {
        let shorthand = |kind, arity, documentation| Self {
            kind,
            signature: Signature::exact(vec![kind.data_type(); arity], Volatility::Immutable),
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
            shorthand(
                Kind::GroupThousands,
                1,
                documented(
                    "a sentence with the thousands of its whole amounts set apart: 1234567 EUR becomes 1,234,567 EUR",
                    "group_thousands(sentence)",
                    "regexp_replace, once for each group of digits",
                    &[(
                        "sentence",
                        "text with amounts, each before its currency code",
                    )],
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
            Kind::GroupThousands => "group_thousands",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.kind.data_type())
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if self.kind == Kind::GroupThousands {
            let grouped = args.into_iter().next().map(grouped);
            let Some(grouped) = grouped else {
                return internal_err!("`{}` without an argument", self.name());
            };
            return Ok(ExprSimplifyResult::Simplified(grouped));
        }
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
