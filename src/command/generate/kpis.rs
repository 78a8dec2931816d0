//! KPIs, their targets and their values: a trend towards the target or short
//! of it, noise, and here and there a shift.

use super::days::{MONTHS, first_of, last_of};
use super::goals::served;
use super::random::Stream;
use super::sheet::{Cell, Sheet};
use super::size::{is_second_series, kpi_of_series};
use super::{Job, Portfolio};
use crate::error::Result;

const UNITS: [&str; 5] = ["%", "days", "orders", "points", "hours"];
/// Different words for what is measured, shared between units.
const CONCEPTS: u64 = 400;
/// Values are kept in thousandths.
const DECIMALS: u32 = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
    Range,
}

/// One KPI.
struct Kpi {
    concept: u64,
    /// What one word stands for is measured alike, but for a few.
    meaning: u64,
    direction: Direction,
    baseline: i64,
    /// Where it should stand at the end of the plan; the middle of a range.
    target: i64,
    /// Half the width of a range.
    reach: i64,
    unit: u64,
    has_targets: bool,
    /// Month of the target.
    due: u32,
}

impl Kpi {
    fn of(portfolio: &Portfolio, number: u64) -> Self {
        let mut random = portfolio.seed.draw(Stream::Kpi, number, 0);
        let concept = random.below(CONCEPTS.min(portfolio.size.kpis() / 3 + 1));
        let meaning = if random.chance(3) {
            CONCEPTS + number
        } else {
            concept
        };
        let mut shared = portfolio.seed.draw(Stream::Concept, meaning, 0);
        let direction = match shared.below(100) {
            0..55 => Direction::Up,
            55..85 => Direction::Down,
            _ => Direction::Range,
        };
        let baseline = 1_000 * random.between(10, 60) * random.pick(&[1, 1, 2, 5, 20]);
        let target = match direction {
            Direction::Up => baseline / 100 * random.between(108, 180),
            Direction::Down => baseline / 100 * random.between(45, 92),
            Direction::Range => baseline,
        };
        Self {
            concept,
            meaning,
            direction,
            baseline,
            target,
            reach: baseline / 100 * random.between(4, 12),
            unit: random.skewed(portfolio.size.units),
            has_targets: direction != Direction::Range && random.chance(50),
            due: random.pick(&[35, 35, 47]),
        }
    }

    /// Where a straight line from baseline to target stands at the end of a month.
    fn line(&self, month: u32) -> i64 {
        let gone = i64::from((month + 1).min(self.due + 1));
        self.baseline + (self.target - self.baseline) * gone / i64::from(self.due + 1)
    }
}

pub(super) fn jobs() -> Vec<Job> {
    let mut jobs: Vec<Job> = (0..MONTHS / 12)
        .map(|year| {
            Job::new(
                format!("kpi_values-{}", 2023 + year),
                "kpi_values",
                &["kpi_id", "business_unit", "period_end_date", "value"],
                move |portfolio, sheet| values(portfolio, year * 12..year * 12 + 12, sheet),
            )
        })
        .collect();
    jobs.push(Job::new(
        "kpis",
        "kpis",
        &[
            "kpi_id",
            "name",
            "goal_id",
            "unit",
            "direction",
            "aggregation",
            "cadence_days",
            "owner",
            "business_unit",
            "concept",
            "baseline",
            "target",
            "lower",
            "upper",
            "start_date",
            "target_date",
            "is_leading",
            "valid_from",
        ],
        |portfolio, sheet| (0..portfolio.size.kpis()).try_for_each(|n| kpi(portfolio, n, sheet)),
    ));
    jobs.push(Job::new(
        "kpi_targets",
        "kpi_targets",
        &[
            "kpi_id",
            "period_end_date",
            "target",
            "baseline",
            "trajectory",
            "set_date",
        ],
        |portfolio, sheet| {
            (0..portfolio.size.kpis()).try_for_each(|n| targets(portfolio, n, sheet))
        },
    ));
    jobs
}

/// Series after series, month after month. The last series is the one that is
/// not whole: it began late.
fn values(portfolio: &Portfolio, months: std::ops::Range<u32>, sheet: &mut Sheet) -> Result<()> {
    let missing = portfolio.size.series() * u64::from(MONTHS) - portfolio.size.kpi_values;
    for series in 0..portfolio.size.series() {
        let number = kpi_of_series(series);
        let kpi = Kpi::of(portfolio, number);
        let mut random = portfolio.seed.draw(Stream::KpiValue, series, 0);
        // Percent of the way that is really gone; some go nowhere.
        let quality = random.pick(&[112, 106, 104, 102, 100, 99, 90, 45]) + random.around(6);
        let noise = kpi.baseline.abs() / 100 * random.between(1, 4);
        let shift = random.chance(10).then(|| random.below(u64::from(MONTHS)));
        let leap = kpi.baseline / 100 * random.between(-18, 18);
        let first = if series + 1 == portfolio.size.series() {
            missing
        } else {
            0
        };
        let unit = if is_second_series(series) {
            (kpi.unit + 1) % portfolio.size.units
        } else {
            kpi.unit
        };
        for month in months.clone().filter(|m| u64::from(*m) >= first) {
            let mut random = portfolio
                .seed
                .draw(Stream::KpiValue, series, 1 + u64::from(month));
            let way = (kpi.line(month) - kpi.baseline) * quality / 100;
            let leap = if shift.is_some_and(|m| u64::from(month) >= m) {
                leap
            } else {
                0
            };
            let value = kpi.baseline + way + leap + random.around(noise);
            sheet.row(&[
                Cell::Id("K-", number + 1, 6),
                Cell::Id("U-", unit + 1, 3),
                Cell::Date(last_of(month)),
                Cell::Number(value, DECIMALS),
            ])?;
        }
    }
    Ok(())
}

fn kpi(portfolio: &Portfolio, number: u64, sheet: &mut Sheet) -> Result<()> {
    let kpi = Kpi::of(portfolio, number);
    let mut random = portfolio.seed.draw(Stream::Kpi, number, 1);
    let mut shared = portfolio.seed.draw(Stream::Concept, kpi.meaning, 1);
    let goal = match served(portfolio, Stream::KpiLink, number)[..] {
        [(goal, _)] => Cell::Id("G-", goal + 1, 5),
        _ => Cell::None,
    };
    let parts = |value| Cell::Number(value, DECIMALS);
    let is_range = kpi.direction == Direction::Range;
    let unless = |is_left_out: bool, cell| if is_left_out { Cell::None } else { cell };
    sheet.row(&[
        Cell::Id("K-", number + 1, 6),
        Cell::Id("Measure ", number + 1, 1),
        goal,
        Cell::Text(shared.pick(&UNITS)),
        Cell::Text(match kpi.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Range => "range",
        }),
        Cell::Text(shared.pick(&["last", "average"])),
        Cell::Integer(31),
        Cell::Id("Owner ", random.below(portfolio.size.kpis() / 4 + 1) + 1, 1),
        Cell::Id("U-", kpi.unit + 1, 3),
        Cell::Id("measure_", kpi.concept + 1, 1),
        parts(kpi.baseline),
        unless(is_range, parts(kpi.target)),
        unless(!is_range, parts(kpi.target - kpi.reach)),
        unless(!is_range, parts(kpi.target + kpi.reach)),
        Cell::Date(first_of(0)),
        Cell::Date(last_of(kpi.due)),
        Cell::Flag(random.chance(25)),
        Cell::Date(first_of(0)),
    ])
}

/// Where half of the KPIs should stand at the end of each year.
fn targets(portfolio: &Portfolio, number: u64, sheet: &mut Sheet) -> Result<()> {
    let kpi = Kpi::of(portfolio, number);
    if !kpi.has_targets {
        return Ok(());
    }
    for december in (11..=kpi.due).step_by(12) {
        sheet.row(&[
            Cell::Id("K-", number + 1, 6),
            Cell::Date(last_of(december)),
            Cell::Number(kpi.line(december), DECIMALS),
            Cell::Number(kpi.baseline, DECIMALS),
            Cell::Text(if number.is_multiple_of(4) {
                "step"
            } else {
                "linear"
            }),
            Cell::Date(first_of(december - 11) - 17),
        ])?;
    }
    Ok(())
}
