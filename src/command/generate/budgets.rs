//! Budgets: month by month, account by account, as approved and as revised.

use super::Job;
use super::days::{first_of, last_of};
use super::sheet::{Cell, Sheet};
use super::size::piece;
use super::work::Work;
use crate::error::Result;

/// Accounts that work is planned in, the first one always.
pub(super) const ACCOUNTS: [&str; 3] = ["6300", "4100", "0740"];

/// What the accounts weigh in a plan with one, two or three of them.
const WEIGHTS: [[u64; 3]; 3] = [[100, 0, 0], [65, 35, 0], [50, 30, 20]];

pub(super) fn job() -> Job {
    Job::new(
        "budgets",
        "budgets",
        &[
            "initiative_id",
            "period_start_date",
            "period_end_date",
            "account",
            "version",
            "amount",
            "currency",
            "approved_date",
        ],
        |portfolio, sheet| {
            for number in 0..portfolio.size.initiatives {
                let work = Work::of(portfolio, number);
                if work.has_original {
                    // The revision moved the whole by up to a tenth.
                    let original = work.amount / 100 * (92 + number % 19);
                    version(&work, "original", original, work.start_day() - 30, sheet)?;
                }
                let revised = if work.has_original { 75 } else { -30 };
                version(
                    &work,
                    "current",
                    work.amount,
                    work.start_day() + revised,
                    sheet,
                )?;
            }
            Ok(())
        },
    )
}

fn version(work: &Work, name: &str, amount: u64, approved: i32, sheet: &mut Sheet) -> Result<()> {
    let weights = &WEIGHTS[work.accounts as usize - 1];
    for month in work.start..work.start + work.months {
        let whole = work.planned(amount, month);
        let mut before = 0;
        for (account, weight) in ACCOUNTS.iter().zip(weights).take(work.accounts as usize) {
            let part = piece(whole, before, before + weight, 100);
            before += weight;
            sheet.row(&[
                Cell::Id("I-", work.number + 1, 6),
                Cell::Date(first_of(month)),
                Cell::Date(last_of(month)),
                Cell::Text(account),
                Cell::Text(name),
                Cell::Money(part.cast_signed()),
                Cell::Text(work.currency()),
                Cell::Date(approved),
            ])?;
        }
    }
    Ok(())
}
