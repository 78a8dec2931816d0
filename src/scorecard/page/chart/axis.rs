//! Axis: round values to name beside a drawing, and labels that keep apart.
//!
//! In: the lowest and the highest value; where labels would like to stand. Out:
//! three to five round values from below the one to above the other; places that do
//! not overlap.
//!
//! Not here: dates (`time`).

/// Round values from one end of an axis to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    step: f64,
    /// Values are shares and are named in per cent.
    is_share: bool,
}

impl Axis {
    /// An axis that takes in these values; `None` without any. Equal values get
    /// room to either side.
    pub(super) fn around(values: impl Iterator<Item = f64>, is_share: bool) -> Option<Self> {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold(None, |ends, value| match ends {
                None => Some((value, value)),
                Some((low, high)) => Some((value.min(low), value.max(high))),
            })?;
        let room = if high - low > high.abs().max(low.abs()) * 1e-9 {
            0.0
        } else if high == 0.0 {
            1.0
        } else {
            high.abs() * 0.1
        };
        let (low, high) = (low - room, high + room);
        // Halves, since the span of two large numbers may be no number.
        let decade = 10_f64.powf(((high / 4.0 - low / 4.0).log10()).floor());
        for factor in [1.0, 2.0, 2.5, 5.0, 10.0, 20.0] {
            let step = decade * factor;
            let (first, last) = (
                (low / step + 1e-9).floor() * step,
                (high / step - 1e-9).ceil() * step,
            );
            if (last - first) / step < 4.5 {
                return Some(Self {
                    low: first,
                    high: last,
                    step,
                    is_share,
                });
            }
        }
        None
    }

    pub(super) fn ticks(self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut count = 0.0;
        while self.low + count * self.step <= self.high + self.step / 2.0 {
            ticks.push(self.low + count * self.step);
            count += 1.0;
        }
        ticks
    }

    /// A tick in short: `1.5 M`, `250 k`, `0.25`, `40 %`.
    pub(super) fn text(self, tick: f64) -> String {
        let largest = self.low.abs().max(self.high.abs());
        let (unit, mark) = if self.is_share {
            (0.01, " %")
        } else if largest >= 1e9 {
            (1e9, " bn")
        } else if largest >= 1e6 {
            (1e6, " M")
        } else if largest >= 1e4 {
            (1e3, " k")
        } else {
            (1.0, "")
        };
        let step = self.step / unit;
        let decimals = (0..6_usize)
            .zip([1.0, 10.0, 1e2, 1e3, 1e4, 1e5])
            .find(|(_, tens)| (step * tens - (step * tens).round()).abs() < 1e-6 * step * tens)
            .map_or(6, |(decimals, _)| decimals);
        if tick.abs() < self.step / 2.0 {
            return format!("0{}", if self.is_share { mark } else { "" });
        }
        let sign = if tick < 0.0 { "\u{2212}" } else { "" };
        format!("{sign}{:.decimals$}{mark}", (tick / unit).abs())
    }
}

/// Places at least `gap` apart, each as near to where it is wanted as that allows,
/// and none above `top`.
pub(super) fn spread(wanted: &[f64], gap: f64, top: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // Labels in touch stand as one block, with its middle where theirs is.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for label in &order {
        let (mut middle, mut count) = (wanted[*label].max(top), 1.0);
        while let Some((above, size)) = blocks.last().copied() {
            if above + gap * (size + count) / 2.0 <= middle {
                break;
            }
            blocks.pop();
            middle = (above * size + middle * count) / (size + count);
            count += size;
            middle = middle.max(top + gap * (count - 1.0) / 2.0);
        }
        blocks.push((middle, count));
    }
    let mut places = vec![0.0; wanted.len()];
    let mut labels = order.into_iter();
    for (middle, count) in blocks {
        let mut place = middle - gap * (count - 1.0) / 2.0;
        let end = middle + gap * count / 2.0;
        while place < end {
            let Some(label) = labels.next() else { break };
            places[label] = place;
            place += gap;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(low: f64, high: f64) -> Vec<String> {
        let axis = Axis::around([low, high].into_iter(), false).unwrap();
        axis.ticks().into_iter().map(|t| axis.text(t)).collect()
    }

    #[test]
    fn an_axis_is_round_and_short() {
        assert_eq!(texts(0.88, 3.47), ["0", "1", "2", "3", "4"]);
        assert_eq!(texts(0.0, 2_704_802.0), ["0", "1 M", "2 M", "3 M"]);
        assert_eq!(texts(-12_000.0, 8_000.0), ["−20 k", "−10 k", "0", "10 k"]);
        assert_eq!(
            texts(99.1, 99.9),
            ["99.00", "99.25", "99.50", "99.75", "100.00"]
        );
        let share = Axis::around([0.1, 0.42].into_iter(), true).unwrap();
        assert_eq!(share.text(0.4), "40 %");
    }

    #[test]
    fn an_axis_survives_any_values() {
        assert_eq!(Axis::around([f64::NAN].into_iter(), false), None);
        for (low, high) in [
            (0.0, 0.0),
            (5.0, 5.0),
            (-3.0, -3.0),
            (1e-9, 2e-9),
            (-1e15, 1e15),
            (1e9, 1e9 + 1.0),
        ] {
            let axis = Axis::around([low, high].into_iter(), false).unwrap();
            let ticks = axis.ticks();
            assert!((3..=5).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(axis.low <= low && axis.high >= high, "{low} {high}");
        }
    }

    #[test]
    fn labels_keep_apart_and_in_order() {
        let places = spread(&[50.0, 52.0, 10.0, 51.0, 120.0], 14.0, 8.0);
        assert_eq!(places, [37.0, 65.0, 10.0, 51.0, 120.0]);
        let crowded = spread(&[3.0, 3.0, 3.0], 14.0, 8.0);
        assert_eq!(crowded, [8.0, 22.0, 36.0]);
        assert!(spread(&[], 14.0, 0.0).is_empty());
    }
}
