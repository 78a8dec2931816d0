//! Random numbers by counter: `SplitMix64`, seeded by what is drawn for.
//!
//! Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
//!
//! Written out here because the bytes of a portfolio hang on it: a crate may
//! improve its streams, this one may not.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a stream is drawn for. The numbers are part of the data's identity.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(super) enum Stream {
    Goal = 1,
    GoalWeight,

    Initiative,
    Link,
    Delivery,
    Report,
    LedgerRow,
    LedgerMonth,
    Kpi,
    KpiLink,
    KpiValue,
    FxRate,
    GoalChoice,
    Concept,
}

/// The seed of a portfolio.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed(u64);

impl Seed {
    pub(super) const fn new(number: u64) -> Self {
        Self(mix(number.wrapping_add(STEP)))
    }

    /// The stream of one thing; `part` tells apart what belongs to it.
    pub(super) const fn draw(self, stream: Stream, thing: u64, part: u64) -> Random {
        let kind = mix(self.0 ^ (stream as u64).wrapping_mul(STEP));
        Random(mix(mix(kind ^ thing).wrapping_add(part.wrapping_mul(STEP))))
    }
}

/// One stream.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `bound` (at least 1). The bias of the product is harmless here.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        ((self.next() >> 32) * bound) >> 32
    }

    /// A place in a list of `length`.
    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// A number of days or months below `bound`.
    pub(super) fn small(&mut self, bound: u32) -> u32 {
        u32::try_from(self.below(bound.into())).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) const fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high.abs_diff(low) + 1).cast_signed()
    }

    pub(super) const fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())]
    }

    /// A number below `bound`, small ones far more often than large ones.
    pub(super) const fn skewed(&mut self, bound: u64) -> u64 {
        let first = self.below(bound);
        first * self.below(bound) / bound
    }

    /// A deviation of at most `reach`, most often near 0.
    pub(super) const fn around(&mut self, reach: i64) -> i64 {
        i64::midpoint(self.between(-reach, reach), self.between(-reach, reach))
    }
}

const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_function_of_seed_thing_and_part() {
        let draw = |seed, thing, part| Seed::new(seed).draw(Stream::Goal, thing, part).next();
        assert_eq!(draw(0, 1, 2), draw(0, 1, 2));
        assert_ne!(draw(0, 1, 2), draw(1, 1, 2));
        assert_ne!(draw(0, 1, 2), draw(0, 2, 1));
    }

    #[test]
    fn every_number_of_a_span_is_drawn_and_none_beyond() {
        let mut random = Seed::new(7).draw(Stream::Kpi, 0, 0);
        let mut seen = [false; 5];
        for _ in 0..200 {
            seen[usize::try_from(random.between(-2, 2) + 2).unwrap()] = true;
        }
        assert_eq!(seen, [true; 5]);
    }
}
