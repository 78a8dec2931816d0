//! One initiative: its plan, and how it goes. A function of seed and number.
//!
//! Not here: the rows that tell of it (`initiatives`, `budgets`, `ledger`,
//! `reports`).

use super::Portfolio;
use super::days::{MONTHS, as_of, first_of, last_of};
use super::random::Stream;
use super::size::piece;

/// How the work goes, against its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    AsPlanned,
    Cheap,
    Dear,
    Late,
    /// Dear, late, and reported green.
    Watermelon,
    /// Ended before its time.
    Cancelled,
    Paused,
}

/// How the budget is spread over the months.
#[derive(Debug, Clone, Copy)]
enum Spread {
    Even,
    Rising,
    Falling,
}

/// One initiative.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) number: u64,
    pub(super) unit: u64,
    pub(super) is_dollar: bool,
    pub(super) is_mandatory: bool,
    pub(super) start: u32,
    pub(super) months: u32,
    pub(super) accounts: u32,
    /// Whether there is an original budget beside the current one.
    pub(super) has_original: bool,
    pub(super) course: Course,
    /// Cents of the current budget.
    pub(super) amount: u64,
    /// Percent of the plan that is spent, and done, in the same time.
    pub(super) cost_percent: u64,
    pub(super) pace_percent: u64,
    /// Days by which the end moves.
    pub(super) slip: i32,
    spread: Spread,
}

/// Of work that changes nothing: from January 2023 beyond the end of the data.
const RUN_MONTHS: u32 = 48;

/// Percent of a mean month, January first.
const SEASON: [u64; 12] = [88, 92, 108, 96, 98, 112, 90, 78, 102, 104, 104, 128];

impl Work {
    /// The initiative of that number, from 0.
    pub(super) fn of(portfolio: &Portfolio, number: u64) -> Self {
        let mut random = portfolio.seed.draw(Stream::Initiative, number, 0);
        let shape = random.below(100);
        // Months x accounts x versions is BUDGET_ROWS for each of them.
        let (months, accounts, has_original) = match shape {
            0..30 => (RUN_MONTHS, 1, false),
            30..55 => (24, 1, true),
            55..70 => (24, 2, false),
            70..90 => (12, 2, true),
            _ => (16, 3, false),
        };
        // Work that begins by July has its twenty weekly reports by December.
        let start = if months == RUN_MONTHS {
            0
        } else {
            random.small(31)
        };
        let unit = random.skewed(portfolio.size.units);
        // 50,000.00 and, half as often each, twice as much, up to 128 times.
        let doublings = (random.next() | 1 << 7).trailing_zeros();
        let amount = (5_000_000 << doublings) / 100 * random.between(70, 139).unsigned_abs();
        let course = match random.below(100) {
            0..62 => Course::AsPlanned,
            62..73 => Course::Cheap,
            73..83 => Course::Dear,
            83..91 => Course::Late,
            91..95 => Course::Watermelon,
            95..98 => Course::Cancelled,
            _ => Course::Paused,
        };
        let mut between = |low, high| random.between(low, high).unsigned_abs();
        let (cost_percent, pace_percent) = match course {
            // A fortieth of the entries names no work, and is not counted with it.
            Course::AsPlanned => (between(98, 108), between(96, 105)),
            Course::Cheap => (between(68, 88), between(92, 104)),
            Course::Dear => (between(115, 150), between(90, 102)),
            Course::Late | Course::Paused => (between(92, 110), between(55, 80)),
            Course::Watermelon => (between(118, 145), between(50, 70)),
            Course::Cancelled => (between(90, 115), between(60, 95)),
        };
        let slip = match course {
            Course::Late | Course::Watermelon | Course::Paused => random.between(45, 240),
            Course::Dear => random.between(-5, 45),
            _ => random.between(-20, 14),
        };
        Self {
            number,
            unit,
            is_dollar: unit % 8 == 3,
            is_mandatory: random.chance(4),
            start,
            months,
            accounts,
            has_original,
            course,
            amount,
            cost_percent,
            pace_percent,
            slip: i32::try_from(slip).unwrap_or(0),
            spread: random.pick(&[Spread::Even, Spread::Rising, Spread::Falling]),
        }
    }

    /// Work that keeps the business going has no end in sight.
    pub(super) const fn is_run(&self) -> bool {
        self.months == RUN_MONTHS
    }

    pub(super) fn currency(&self) -> &'static str {
        if self.is_dollar { "USD" } else { "EUR" }
    }

    pub(super) fn start_day(&self) -> i32 {
        first_of(self.start)
    }

    pub(super) fn planned_end(&self) -> i32 {
        last_of(self.start + self.months - 1)
    }

    /// The day on which it ended, if that has come.
    pub(super) fn ended(&self) -> Option<i32> {
        let day = match self.course {
            Course::Cancelled => self.start_day() + 150 + self.slip + (self.number % 90) as i32,
            Course::Paused => return None,
            _ => self.planned_end() + self.slip,
        };
        (day <= as_of()).then_some(day)
    }

    /// The last day of which there is something to tell.
    pub(super) fn last_day(&self) -> i32 {
        self.ended().unwrap_or_else(as_of)
    }

    /// What the months before `month` of the plan weigh.
    fn weight_before(&self, month: u32) -> u64 {
        (0..month.min(self.months))
            .map(|m| {
                let tilt = match self.spread {
                    Spread::Even => self.months,
                    Spread::Rising => self.months / 2 + m,
                    Spread::Falling => self.months / 2 + self.months - m,
                };
                u64::from(tilt) * SEASON[((self.start + m) % 12) as usize]
            })
            .sum()
    }

    /// The part of `amount` that the plan gives to a month of the calendar.
    pub(super) fn planned(&self, amount: u64, month: u32) -> u64 {
        if month < self.start || month >= self.start + self.months {
            return 0;
        }
        let before = self.weight_before(month - self.start);
        let after = self.weight_before(month - self.start + 1);
        piece(amount, before, after, self.weight_before(self.months))
    }

    /// Cents that a month is to cost in the ledger, as the work goes.
    pub(super) fn spent(&self, month: u32) -> u64 {
        if month >= MONTHS || first_of(month) > self.last_day() {
            return 0;
        }
        // Work that is late costs a third of its mean month until it ends.
        let planned = if month >= self.start + self.months {
            self.amount / u64::from(self.months) / 3
        } else {
            self.planned(self.amount, month)
        };
        planned * self.cost_percent / 100
    }

    /// Work done by a day, in parts of 10,000 of the whole.
    pub(super) fn done(&self, day: i32) -> u64 {
        let all = self.weight_before(self.months);
        let months = (0..self.months)
            .find(|m| last_of(self.start + m) > day)
            .unwrap_or(self.months);
        let whole = self.weight_before(months);
        let next = self.weight_before(months + 1) - whole;
        let first = first_of(self.start + months);
        let length = last_of(self.start + months) - first + 1;
        let gone = (day - first + 1).clamp(0, length);
        let part = u64::from(gone.unsigned_abs()) * next / u64::from(length.unsigned_abs());
        let planned = whole + part;
        match self.ended() {
            Some(end) if day >= end && self.course != Course::Cancelled => 10_000,
            _ => (planned * self.pace_percent * 100 / all).min(9_900),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Seed;
    use super::super::size::{BUDGET_ROWS, Size};
    use super::*;

    fn works() -> Vec<Work> {
        let portfolio = Portfolio {
            size: Size::of(0.05),
            seed: Seed::new(0),
        };
        (0..portfolio.size.initiatives)
            .map(|number| Work::of(&portfolio, number))
            .collect()
    }

    #[test]
    fn every_plan_has_as_many_budget_rows_and_sums_to_its_amount() {
        for work in works() {
            let versions = 1 + u64::from(work.has_original);
            assert_eq!(
                u64::from(work.months * work.accounts) * versions,
                BUDGET_ROWS
            );
            let sum: u64 = (0..100).map(|m| work.planned(work.amount, m)).sum();
            assert_eq!(sum, work.amount);
        }
    }

    #[test]
    fn work_never_goes_back_and_a_few_reports_are_too_green() {
        let works = works();
        for work in &works {
            let done: Vec<u64> = (0..40).map(|m| work.done(last_of(m))).collect();
            assert!(done.is_sorted(), "{work:?}: {done:?}");
        }
        let green = works.iter().filter(|w| w.course == Course::Watermelon);
        let percent = green.count() * 100 / works.len();
        assert!((2..=6).contains(&percent), "{percent} %");
    }
}
