//! Parameter: `name=value`, with the type that the value looks like.

use arrow::datatypes::DECIMAL128_MAX_PRECISION;
use chrono::NaiveDate;
use datafusion::common::ScalarValue;

use crate::contract::to_days;
use crate::error::{Error, Result};

/// What a parameter of ours is called.
pub(super) const OWN: [&str; 2] = ["as_of", "as_known"];

/// Reads `name=value`: an integer, a decimal, a date, true or false, null, else a
/// text; a value in single quotes is a text whatever it looks like.
///
/// # Errors
/// [`Error::Usage`] for what has no name, and for the names that are ours.
pub fn parameter(typed: &str) -> Result<(String, ScalarValue)> {
    let usage = |message: String, hint: &str| Error::Usage {
        message,
        hint: hint.into(),
    };
    let Some((name, value)) = typed.split_once('=') else {
        return Err(usage(
            format!("`{typed}` is no `name=value`"),
            "such as --param unit=020, which the statement reads as $unit",
        ));
    };
    let name = name.trim().trim_start_matches('$').to_ascii_lowercase();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(usage(
            format!("`{name}` is no name of a parameter"),
            "letters, digits and `_`",
        ));
    }
    if OWN.contains(&name.as_str()) {
        return Err(usage(
            format!("`${name}` is bound already"),
            "choose the day with --as-of and the knowledge with --as-known",
        ));
    }
    Ok((name, value_of(value)))
}

fn value_of(text: &str) -> ScalarValue {
    if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return ScalarValue::Utf8(Some(inner.replace("''", "'")));
    }
    match text {
        "true" => return ScalarValue::Boolean(Some(true)),
        "false" => return ScalarValue::Boolean(Some(false)),
        "null" => return ScalarValue::Null,
        _ => {}
    }
    // What begins with a nought is an id: 020 is no 20.
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_id = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if !is_id {
        if let Ok(number) = text.parse::<i64>()
            && !text.starts_with('+')
        {
            return ScalarValue::Int64(Some(number));
        }
        if let Some(decimal) = decimal(text) {
            return decimal;
        }
    }
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) if text.len() == 10 => ScalarValue::Date32(Some(to_days(day))),
        _ => ScalarValue::Utf8(Some(text.to_owned())),
    }
}

/// `-1234.50`, exactly.
fn decimal(text: &str) -> Option<ScalarValue> {
    let (sign, plain) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = plain.split_once('.')?;
    let digits = [whole, part].concat();
    let is_number = !whole.is_empty()
        && !part.is_empty()
        && digits.len() <= usize::from(DECIMAL128_MAX_PRECISION)
        && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return None;
    }
    let value: i128 = digits.parse().ok()?;
    let precision = u8::try_from(digits.len()).ok()?;
    let scale = i8::try_from(part.len()).ok()?;
    Some(ScalarValue::Decimal128(
        Some(sign * value),
        precision,
        scale,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_type_it_looks_like() {
        let text = |t: &str| ScalarValue::Utf8(Some(t.into()));
        for (typed, expected) in [
            ("n=12", ScalarValue::Int64(Some(12))),
            ("n=-3", ScalarValue::Int64(Some(-3))),
            ("n=0", ScalarValue::Int64(Some(0))),
            ("n=020", text("020")),
            ("n=12.50", ScalarValue::Decimal128(Some(1250), 4, 2)),
            ("n=-0.1", ScalarValue::Decimal128(Some(-1), 2, 1)),
            ("n=1e3", text("1e3")),
            ("n=2026-03-31", ScalarValue::Date32(Some(20_543))),
            ("n=2026-02-30", text("2026-02-30")),
            ("n=true", ScalarValue::Boolean(Some(true))),
            ("n=null", ScalarValue::Null),
            ("n='12'", text("12")),
            ("n='it''s'", text("it's")),
            ("n=", text("")),
            ("n=a=b", text("a=b")),
        ] {
            assert_eq!(parameter(typed).unwrap(), ("n".into(), expected), "{typed}");
        }
    }

    #[test]
    fn a_parameter_has_a_name_that_is_not_ours() {
        for wrong in ["12", "=3", "a b=3", "as_of=2026-03-31", "$as_known=1"] {
            assert!(parameter(wrong).is_err(), "{wrong}");
        }
    }
}
