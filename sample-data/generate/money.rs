//! Money: whole cents, split without losing one, and written in two conventions.
//!
//! Rule: the parts of a split sum to the whole, by cumulative rounding.

/// `amount * parts / whole`, rounded half up.
pub(crate) fn share(amount: i64, parts: i64, whole: i64) -> i64 {
    let doubled = 2 * i128::from(amount) * i128::from(parts) + i128::from(whole);
    i64::try_from(doubled.div_euclid(2 * i128::from(whole))).unwrap_or(i64::MAX)
}

/// One part for each weight.
pub(crate) fn split(total: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i64 = weights.iter().sum();
    let mut weight_so_far = 0;
    let mut given = 0;
    weights
        .iter()
        .map(|weight| {
            weight_so_far += weight;
            let due = if whole == 0 {
                0
            } else {
                share(total, weight_so_far, whole)
            };
            let part = due - given;
            given = due;
            part
        })
        .collect()
}

/// -1234.56
pub(crate) fn with_point(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// -1234,56
pub(crate) fn with_comma(cents: i64) -> String {
    with_point(cents).replace('.', ",")
}

/// -1.234,56
pub(crate) fn grouped(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    let digits = (cents / 100).to_string();
    let mut whole = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            whole.push('.');
        }
        whole.push(digit);
    }
    format!("{sign}{whole},{:02}", cents % 100)
}
