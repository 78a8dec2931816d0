//! Distributions: the normal and Student's t, as probabilities and quantiles.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::documented;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    NormalCdf,
    NormalQuantile,
    StudentTCdf,
    StudentTQuantile,
}

/// One of the distribution functions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Distribution {
    kind: Kind,
    signature: Signature,
    documentation: Documentation,
}

impl Distribution {
    pub(super) fn all() -> [Self; 4] {
        [
            Kind::NormalCdf,
            Kind::NormalQuantile,
            Kind::StudentTCdf,
            Kind::StudentTQuantile,
        ]
        .map(|kind| Self {
            kind,
            signature: Signature::exact(
                vec![DataType::Float64; arity(kind)],
                Volatility::Immutable,
            ),
            documentation: documentation(kind),
        })
    }
}

const fn arity(kind: Kind) -> usize {
    match kind {
        Kind::NormalCdf | Kind::NormalQuantile => 1,
        Kind::StudentTCdf | Kind::StudentTQuantile => 2,
    }
}

fn documentation(kind: Kind) -> Documentation {
    const FREEDOM: (&str, &str) = ("df", "degrees of freedom, above 0");
    const SOURCE: &str =
        "statrs, by the regularised incomplete beta function and the error function";
    let (description, syntax, arguments): (_, _, &[(&str, &str)]) = match kind {
        Kind::NormalCdf => (
            "probability that a standard normal value is at most z",
            "normal_cdf(z)",
            &[("z", "distance from the mean in standard deviations")],
        ),
        Kind::NormalQuantile => (
            "value that a standard normal one does not exceed with probability p; NULL unless 0 < p < 1",
            "normal_quantile(p)",
            &[("p", "probability")],
        ),
        Kind::StudentTCdf => (
            "probability that a value of Student's t distribution is at most t; NULL unless df > 0",
            "student_t_cdf(t, df)",
            &[("t", "distance from the mean in standard errors"), FREEDOM],
        ),
        Kind::StudentTQuantile => (
            "value that one of Student's t distribution does not exceed with probability p; NULL unless 0 < p < 1 and df > 0",
            "student_t_quantile(p, df)",
            &[("p", "probability"), FREEDOM],
        ),
    };
    documented(description, syntax, SOURCE, arguments)
}

/// The value of the function, where it is defined.
fn value(kind: Kind, x: f64, freedom: f64) -> Option<f64> {
    let is_probability = x > 0.0 && x < 1.0;
    let found = match kind {
        Kind::NormalCdf => Normal::standard().cdf(x),
        Kind::NormalQuantile if is_probability => Normal::standard().inverse_cdf(x),
        Kind::StudentTCdf => StudentsT::new(0.0, 1.0, freedom).ok()?.cdf(x),
        Kind::StudentTQuantile if is_probability => {
            StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(x)
        }
        Kind::NormalQuantile | Kind::StudentTQuantile => return None,
    };
    found.is_finite().then_some(found)
}

impl ScalarUDFImpl for Distribution {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::NormalCdf => "normal_cdf",
            Kind::NormalQuantile => "normal_quantile",
            Kind::StudentTCdf => "student_t_cdf",
            Kind::StudentTQuantile => "student_t_quantile",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let x = columns[0].as_primitive::<Float64Type>();
        let freedom = columns.get(1).map(AsArray::as_primitive::<Float64Type>);
        let answers: Float64Array = (0..x.len())
            .map(|row| {
                let df = match freedom {
                    Some(column) => column.is_valid(row).then(|| column.value(row))?,
                    None => 1.0,
                };
                let x = x.is_valid(row).then(|| x.value(row))?;
                (!x.is_nan()).then(|| value(self.kind, x, df))?
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(answers)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
