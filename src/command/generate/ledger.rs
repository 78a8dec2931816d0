//! The ledger: a file a month, in the order of posting.

use super::budgets::ACCOUNTS;
use super::days::{MONTHS, first_of, label, last_of};
use super::random::Stream;
use super::sheet::{Cell, Sheet};
use super::size::piece;
use super::work::Work;
use super::{Job, Portfolio};
use crate::error::Result;

const COLUMNS: &[&str] = &[
    "entry_id",
    "posted_date",
    "initiative_id",
    "account",
    "cost_centre",
    "business_unit",
    "vendor",
    "kind",
    "amount",
    "currency",
];

/// Percent of a mean month's entries, January first.
const SEASON: [u64; 12] = [90, 92, 106, 97, 98, 108, 92, 82, 101, 103, 105, 126];
const VENDORS: u64 = 5_000;
/// Accounts of what nobody planned.
const OTHER_ACCOUNTS: [&str; 3] = ["6500", "6815", "6840"];

pub(super) fn jobs() -> Vec<Job> {
    (0..MONTHS)
        .map(|month| {
            Job::new(
                format!("ledger/spend-{}", label(month)),
                "spend",
                COLUMNS,
                move |portfolio, sheet| entries(portfolio, month, sheet),
            )
        })
        .collect()
}

/// What one initiative has in one month: all that is kept of it while the
/// month is written.
struct Share {
    number: u64,
    unit: u64,
    accounts: usize,
    is_dollar: bool,
    entries: u64,
    /// Cents of a mean entry.
    mean: u64,
    /// Shifts its days against those of the others.
    phase: u64,
}

fn entries(portfolio: &Portfolio, month: u32, sheet: &mut Sheet) -> Result<()> {
    let shares = shares(portfolio, month);
    let days = (last_of(month) - first_of(month) + 1).unsigned_abs();
    let mut entry = 0;
    for day in 0..days {
        let upto = |share: &Share, day: u32| {
            (share.entries * u64::from(day) + share.phase * u64::from(day != 0)) / u64::from(days)
        };
        for share in &shares {
            for index in upto(share, day)..upto(share, day + 1) {
                entry += 1;
                let day = first_of(month) + day.cast_signed();
                write(portfolio, share, (month, day, entry, index), sheet)?;
            }
        }
    }
    Ok(())
}

/// The entries of the month, divided among the work of the month: large work
/// has more of them, by the root of its money.
fn shares(portfolio: &Portfolio, month: u32) -> Vec<Share> {
    let year: u64 = SEASON.iter().sum();
    let before: u64 = (0..month).map(|m| SEASON[(m % 12) as usize]).sum();
    let here = SEASON[(month % 12) as usize];
    let all = portfolio.size.ledger_rows;
    let entries = piece(all, before, before + here, year * u64::from(MONTHS / 12));
    let active = || {
        (0..portfolio.size.initiatives).filter_map(|number| {
            let work = Work::of(portfolio, number);
            let spent = work.spent(month);
            (spent > 0).then_some((work, spent, spent.isqrt()))
        })
    };
    let weights: u64 = active().map(|(_, _, weight)| weight).sum();
    let days = (last_of(month) - first_of(month) + 1).unsigned_abs();
    let mut weighed = 0;
    active()
        .map(|(work, spent, weight)| {
            let entries = piece(entries, weighed, weighed + weight, weights);
            weighed += weight;
            let mut random =
                portfolio
                    .seed
                    .draw(Stream::LedgerMonth, work.number, u64::from(month));
            Share {
                number: work.number,
                unit: work.unit,
                accounts: work.accounts as usize,
                is_dollar: work.is_dollar,
                entries,
                mean: spent / entries.max(1),
                phase: random.below(u64::from(days)),
            }
        })
        .filter(|share| share.entries > 0)
        .collect()
}

fn write(
    portfolio: &Portfolio,
    share: &Share,
    (month, day, entry, index): (u32, i32, u64, u64),
    sheet: &mut Sheet,
) -> Result<()> {
    // Two entries in a row share a draw: what one is above the mean, the other
    // is below, so that a month costs what it should.
    let pair = (u64::from(month) << 32) | (index / 2);
    let size = portfolio
        .seed
        .draw(Stream::LedgerMonth, share.number, pair)
        .below(142)
        .pow(2)
        / 100;
    let percent = if index % 2 == 0 { size } else { 201 - size };
    let part = (u64::from(month) << 32) | index;
    let mut random = portfolio.seed.draw(Stream::LedgerRow, share.number, part);
    let cents = (share.mean * percent / 100).max(1).cast_signed();
    let account = if random.chance(92) {
        ACCOUNTS[random.index(share.accounts)]
    } else {
        random.pick(&OTHER_ACCOUNTS)
    };
    let chance = random.below(1_000);
    let is_assigned = chance >= 25;
    // A credit note takes a little back; a commitment is not spent yet.
    let amount = if chance >= 994 { -cents / 4 } else { cents };
    let is_commitment = (980..990).contains(&chance);
    let is_dollar = share.is_dollar && random.chance(80);
    let year_and_month = u64::from(23 + month / 12) * 100 + u64::from(month % 12) + 1;
    let id = year_and_month * 100_000_000 + entry;
    sheet.row(&[
        Cell::Id("L-", id, 12),
        Cell::Date(day),
        if is_assigned {
            Cell::Id("I-", share.number + 1, 6)
        } else {
            Cell::None
        },
        Cell::Text(account),
        Cell::Id("C-", share.unit * 40 + random.below(40), 4),
        Cell::Id("U-", share.unit + 1, 3),
        Cell::Id("V-", random.skewed(VENDORS) + 1, 4),
        Cell::Text(if is_commitment {
            "commitment"
        } else {
            "actual"
        }),
        Cell::Money(amount),
        Cell::Text(if is_dollar { "USD" } else { "EUR" }),
    ])
}
