//! Limits: values that hold for a while, as steps.
//!
//! In: days in ascending order and the values that hold there. Out: pieces of lines:
//! level while a value holds, broken where it changes or is not known.
//!
//! Not here: computing a limit.

/// A piece of a line, or of several that run together: days and values.
pub(super) type Piece<const N: usize> = Vec<(f64, [f64; N])>;

/// The steps of values that hold around their days, from half way to the day before
/// to half way to the day after. Where most values differ from the one before them
/// they are no steps but a slope, and are joined day by day.
pub(super) fn steps<const N: usize>(days: &[f64], values: &[Option<[f64; N]>]) -> Vec<Piece<N>> {
    let pairs = || {
        values
            .windows(2)
            .filter(|pair| pair[0].is_some() && pair[1].is_some())
    };
    let changes = pairs().filter(|pair| pair[0] != pair[1]).count();
    let is_slope = changes * 2 > pairs().count();
    let mut pieces: Vec<Piece<N>> = Vec::new();
    let mut before = None;
    for (row, value) in values.iter().enumerate() {
        let is_new = before.is_none() || (!is_slope && before != *value);
        before = *value;
        let Some(value) = *value else { continue };
        let day = days[row];
        let start = if row == 0 {
            day
        } else {
            f64::midpoint(days[row - 1], day)
        };
        let end = days
            .get(row + 1)
            .map_or(day, |next| f64::midpoint(day, *next));
        if is_new {
            pieces.push(Piece::new());
        }
        let Some(piece) = pieces.last_mut() else {
            continue;
        };
        if is_slope {
            piece.push((day, value));
        } else if is_new {
            piece.extend([(start, value), (end, value)]);
        } else if let Some(last) = piece.last_mut() {
            last.0 = end;
        }
    }
    pieces
}

/// The steps of targets, each in force until its day; the last holds on until `to`.
/// A first one that lies after `newest` is in force from there.
pub(super) fn until(
    targets: &[(f64, Option<f64>)],
    (from, newest, to): (f64, f64, f64),
) -> Vec<Piece<1>> {
    let mut pieces: Vec<Piece<1>> = Vec::new();
    let mut is_open = false;
    for (row, (day, value)) in targets.iter().enumerate() {
        let start = match (row.checked_sub(1), targets.get(1)) {
            (Some(before), _) => targets[before].0,
            (None, _) if *day > newest => newest,
            (None, Some(next)) => day - (next.0 - day),
            (None, None) => *day,
        };
        let end = if row + 1 == targets.len() { to } else { *day };
        let (start, end) = (start.max(from), end.min(to));
        let Some(value) = value.filter(|_| start < end || from >= to) else {
            is_open &= value.is_some();
            continue;
        };
        if !is_open {
            pieces.push(Piece::new());
            is_open = true;
        }
        if let Some(piece) = pieces.last_mut() {
            if piece
                .last()
                .is_some_and(|last| last.1[0].to_bits() == value.to_bits())
            {
                piece.pop();
            } else {
                piece.push((start, [value]));
            }
            piece.push((end, [value]));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_step_where_they_change_and_break_where_unknown() {
        let days = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0];
        let low = [
            Some([1.0]),
            Some([1.0]),
            Some([2.0]),
            Some([2.0]),
            None,
            Some([2.0]),
        ];
        let pieces = steps(&days, &low);
        assert_eq!(
            pieces,
            [
                vec![(0.0, [1.0]), (15.0, [1.0])],
                vec![(15.0, [2.0]), (35.0, [2.0])],
                vec![(45.0, [2.0]), (50.0, [2.0])],
            ]
        );
    }

    #[test]
    fn limits_of_a_trend_are_a_slope() {
        let pieces = steps(&[0.0, 1.0, 2.0], &[Some([1.0]), Some([2.0]), Some([3.0])]);
        assert_eq!(pieces, [vec![(0.0, [1.0]), (1.0, [2.0]), (2.0, [3.0])]]);
        assert!(steps::<1>(&[], &[]).is_empty());
    }

    #[test]
    fn a_target_is_in_force_until_its_day_and_the_last_holds_on() {
        let targets = [(10.0, Some(5.0)), (20.0, Some(5.0)), (30.0, Some(7.0))];
        let pieces = until(&targets, (0.0, 30.0, 40.0));
        let expected = [(0.0, [5.0]), (20.0, [5.0]), (20.0, [7.0]), (40.0, [7.0])];
        assert_eq!(pieces, [expected]);
        let ahead = until(&[(60.0, Some(2.0))], (0.0, 30.0, 60.0));
        assert_eq!(ahead, [[(30.0, [2.0]), (60.0, [2.0])]]);
        assert!(until(&[(10.0, None)], (0.0, 30.0, 40.0)).is_empty());
    }
}
