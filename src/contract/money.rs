//! Money: text to cents and back, exactly. Never through a float.

use std::borrow::Cow;

/// How amounts are written in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MoneyStyle {
    pub(super) decimal: char,
    pub(super) thousands: Option<char>,
    /// Round half-even instead of refusing a third decimal.
    pub(super) round: bool,
}

/// decimal(18,2) holds sixteen digits before the point.
const MAX_WHOLE_DIGITS: usize = 16;

/// Cents of an amount as written. Accepts a sign in front or behind, and
/// accounting parentheses for negatives. Says why it refuses the rest.
pub(super) fn parse(text: &str, style: MoneyStyle) -> Result<i128, String> {
    let (negative, body) = unsigned(text.trim())?;
    let (whole, part) = body.split_once(style.decimal).unwrap_or((body, ""));
    let whole = ungrouped(whole, style.thousands)?;
    if whole.is_empty() && part.is_empty() {
        return Err("is no amount".into());
    }
    let mut characters = whole.chars().chain(part.chars());
    if let Some(c) = characters.find(|c| !c.is_ascii_digit()) {
        return Err(not_a_digit(c, style));
    }
    if whole.trim_start_matches('0').len() > MAX_WHOLE_DIGITS {
        return Err("has more than 16 digits before the decimal mark".into());
    }
    let decimals = part.bytes().chain(*b"00").take(2);
    let digits = whole
        .bytes()
        .chain(decimals)
        .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    let cents = digits + rounding(digits, part.get(2..).unwrap_or(""), style.round)?;
    // Rounding may carry into a seventeenth digit.
    if cents >= 10_i128.pow(18) {
        return Err("has more than 16 digits before the decimal mark".into());
    }
    Ok(if negative { -cents } else { cents })
}

/// What the decimals beyond the second add: 0 or 1 cent, half to even.
fn rounding(cents: i128, beyond: &str, round: bool) -> Result<i128, String> {
    let significant = beyond.trim_end_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    if !round {
        return Err(format!(
            "has {} decimals where money has 2; set `round = true` in the source to round half-even",
            significant.len() + 2
        ));
    }
    Ok(match significant.cmp("5") {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => cents % 2,
        std::cmp::Ordering::Greater => 1,
    })
}

fn unsigned(text: &str) -> Result<(bool, &str), String> {
    if let Some(inner) = text.strip_prefix('(') {
        return match inner.strip_suffix(')') {
            Some(inner) => Ok((true, inner.trim())),
            None => Err("has an opening parenthesis and no closing one".into()),
        };
    }
    if let Some(body) = text.strip_prefix(['-', '\u{2212}']) {
        return Ok((true, body.trim_start()));
    }
    if let Some(body) = text.strip_suffix('-') {
        return Ok((true, body.trim_end()));
    }
    Ok((false, text.strip_prefix('+').unwrap_or(text)))
}

/// Without its thousands separators, which must stand where they belong.
fn ungrouped(whole: &str, separator: Option<char>) -> Result<Cow<'_, str>, String> {
    let Some(separator) = separator.filter(|s| whole.contains(*s)) else {
        return Ok(whole.into());
    };
    let groups: Vec<&str> = whole.split(separator).collect();
    let well_grouped =
        (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3);
    if well_grouped {
        Ok(groups.concat().into())
    } else {
        Err(format!(
            "has `{separator}` where no thousands separator belongs"
        ))
    }
}

fn not_a_digit(c: char, style: MoneyStyle) -> String {
    match c {
        'e' | 'E' => "is in exponent notation, which may have lost digits".into(),
        '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}' => format!(
            "has `{c}`, but this source declares `{}` as decimal mark{}",
            style.decimal,
            style
                .thousands
                .map_or(String::new(), |t| format!(" and `{t}` between thousands"))
        ),
        _ => format!("has `{c}`, which is no digit"),
    }
}

/// Cents as a plain decimal: `-1234.50`.
#[must_use]
pub fn display_cents(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let size = cents.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: MoneyStyle = MoneyStyle {
        decimal: '.',
        thousands: None,
        round: false,
    };
    const GERMAN: MoneyStyle = MoneyStyle {
        decimal: ',',
        thousands: Some('.'),
        round: false,
    };
    const ROUNDED: MoneyStyle = MoneyStyle {
        decimal: '.',
        thousands: Some(','),
        round: true,
    };

    #[test]
    fn cents_are_exact() {
        for (text, cents) in [
            ("0", 0),
            ("1", 100),
            ("-20.25", -2025),
            ("1.5", 150),
            (".5", 50),
            ("7.", 700),
            ("20.2500", 2025),
            ("9999999999999999.99", 999_999_999_999_999_999),
        ] {
            assert_eq!(parse(text, PLAIN), Ok(cents), "{text}");
        }
    }

    #[test]
    fn local_styles_and_accounting_signs() {
        assert_eq!(parse("1.234.567,89", GERMAN), Ok(123_456_789));
        assert_eq!(parse("1234,5", GERMAN), Ok(123_450));
        assert_eq!(parse("(1,234)", ROUNDED), Ok(-123_400));
        assert_eq!(parse("12.30-", PLAIN), Ok(-1230));
        assert_eq!(parse("\u{2212}3", PLAIN), Ok(-300));
    }

    #[test]
    fn a_third_decimal_is_refused_or_rounded_half_even() {
        assert!(parse("-20.255", PLAIN).unwrap_err().contains("3 decimals"));
        for (text, cents) in [
            ("0.005", 0),
            ("0.015", 2),
            ("0.025", 2),
            ("0.0251", 3),
            ("-0.015", -2),
            ("2.3449", 234),
        ] {
            assert_eq!(parse(text, ROUNDED), Ok(cents), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_a_reason() {
        for (text, why) in [
            ("", "is no amount"),
            ("-", "is no amount"),
            ("abc", "no digit"),
            ("1e3", "exponent"),
            ("1,234.50", "decimal mark"),
            ("(1.00", "closing"),
            ("12345678901234567", "16 digits"),
            ("--1", "no digit"),
        ] {
            let said = parse(text, PLAIN).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
        assert!(parse("1.23", GERMAN).unwrap_err().contains("thousands"));
    }

    #[test]
    fn display_is_the_inverse() {
        for cents in [0, 5, -5, 100, -123_456_789, i128::from(i64::MAX)] {
            assert_eq!(
                parse(&display_cents(cents), PLAIN).ok(),
                (cents.abs() < 10_i128.pow(18)).then_some(cents)
            );
        }
    }
}
