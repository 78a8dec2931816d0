//! Restatement: a month that changed after its books were closed.
//!
//! In June 2025 nine invoices of I-033 were keyed ten times too high. On 4 September 2025
//! they were reversed and entered again, with their June posting dates.
//!
//! Rule: reversal and correction leave the month's spend as planned, so only a look at what
//! was known before that day shows the error.

use super::dates::Day;
use super::ledger::Entry;

const MONTH: i64 = 26;
const INITIATIVE: &str = "I-033";
const ACCOUNT: &str = "6300";
const INVOICES: usize = 9;
const CORRECTED_ON: Day = Day::of(2025, 9, 4);

/// A reversal and a correction for each of the nine.
pub(crate) const EXTRA_ROWS: i64 = 18;

/// Adds the error and its repair to the entries of the month, and leaves all others alone.
pub(crate) fn apply(entries: &mut Vec<Entry>, month: i64) {
    let concerned = |entry: &Entry| entry.initiative == INITIATIVE && entry.account == ACCOUNT;
    if month != MONTH || !entries.first().is_some_and(concerned) {
        return;
    }
    let repairs: Vec<Entry> = entries
        .iter_mut()
        .take(INVOICES)
        .flat_map(misstate)
        .collect();
    entries.extend(repairs);
}

/// Makes an entry ten times too high; gives its reversal and its correction.
fn misstate(entry: &mut Entry) -> [Entry; 2] {
    let correction = Entry {
        recorded: CORRECTED_ON,
        ..entry.clone()
    };
    entry.cents *= 10;
    let reversal = Entry {
        recorded: CORRECTED_ON,
        cents: -entry.cents,
        ..entry.clone()
    };
    [reversal, correction]
}
