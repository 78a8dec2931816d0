//! Whole numbers as digits: money, decimals, parts of ids.

/// `number` with at least `width` digits.
pub(super) fn write_whole(bytes: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while number > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    at = at.min(digits.len() - width.min(digits.len()));
    bytes.extend_from_slice(&digits[at..]);
}

/// `parts` of 10 to the power of `decimals`: -1234 with 2 is `-12.34`.
pub(super) fn write_parts(bytes: &mut Vec<u8>, parts: i64, decimals: u32) {
    if parts < 0 {
        bytes.push(b'-');
    }
    let one = 10_u64.pow(decimals);
    write_whole(bytes, parts.unsigned_abs() / one, 1);
    if decimals > 0 {
        bytes.push(b'.');
        write_whole(bytes, parts.unsigned_abs() % one, decimals as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_sign_zeros_and_point() {
        for (parts, decimals, text) in [
            (-1_234, 2, "-12.34"),
            (5, 2, "0.05"),
            (-5, 3, "-0.005"),
            (0, 2, "0.00"),
            (70, 0, "70"),
            (i64::MAX, 2, "92233720368547758.07"),
        ] {
            let mut bytes = Vec::new();
            write_parts(&mut bytes, parts, decimals);
            assert_eq!(String::from_utf8(bytes).unwrap(), text);
        }
        let mut bytes = Vec::new();
        write_whole(&mut bytes, 17, 5);
        assert_eq!(bytes, b"00017");
    }
}
