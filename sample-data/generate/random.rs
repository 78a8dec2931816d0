//! Random numbers: `SplitMix64`, one stream per table.
//!
//! Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
//!
//! Rule: the same stream number gives the same draws on every machine.

/// Changing the seed changes every file.
const SEED: u64 = 0x7468_726f_7567_686c;

pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn stream(number: u64) -> Self {
        Self(SEED ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included. The bias of the remainder is harmless here.
    pub(crate) const fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low) + 1;
        low.saturating_add_unsigned(self.next() % span)
    }

    pub(crate) const fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let last = i64::try_from(choices.len()).map_or(0, |count| count - 1);
        &choices[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }
}

/// Steps up and down in pairs, so that a calm series never stays on one side for long.
pub(crate) struct Ripple {
    random: Random,
    next_sign: Option<i64>,
}

impl Ripple {
    pub(crate) const fn stream(number: u64) -> Self {
        Self {
            random: Random::stream(number),
            next_sign: None,
        }
    }

    /// A deviation of at most `reach`, above or below zero.
    pub(crate) fn step(&mut self, reach: i64) -> i64 {
        let sign = self.next_sign.take().unwrap_or_else(|| {
            let sign = if self.random.chance(50) { 1 } else { -1 };
            self.next_sign = Some(-sign);
            sign
        });
        sign * self.random.between(reach / 4, reach)
    }
}
