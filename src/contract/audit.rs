//! The independent count: how many records a file has for a table, and what its
//! money column adds up to, read from the raw cells by code that the typing does
//! not use. If the two disagree, the run fails.

use std::collections::BTreeMap;

use csv::StringRecord;

use super::mapping::{Mapping, Origin};
use crate::project::ColumnFrom;

/// What was counted for one currency (`None` = none given).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) records: u64,
    pub(super) cents: i128,
    /// Records whose amount is no amount of at most two decimals.
    pub(super) unreadable: u64,
}

/// Counts the records of one file for one table.
pub(super) struct Audit<'m> {
    mapping: &'m Mapping<'m>,
    amount: Option<usize>,
    currency: Option<(&'m Origin, Option<&'m ColumnFrom>)>,
    is_typed: bool,
    pub(super) by_currency: BTreeMap<Option<String>, Counted>,
}

impl<'m> Audit<'m> {
    /// `is_typed`: the file was typed already, so its texts are canonical.
    pub(super) fn new(mapping: &'m Mapping<'m>, is_typed: bool) -> Self {
        let amount = mapping
            .table
            .money
            .and_then(|(amount, _)| match mapping.origin(amount).0 {
                Origin::Header(i) => Some(*i),
                _ => None,
            });
        let currency = mapping.table.money.map(|(_, name)| mapping.origin(name));
        Self {
            mapping,
            amount,
            currency,
            is_typed,
            by_currency: BTreeMap::new(),
        }
    }

    /// Sees one record.
    pub(super) fn see(&mut self, record: &StringRecord) {
        let cell = |i: usize| self.given(record.get(i).unwrap_or(""));
        if !self
            .mapping
            .filters
            .iter()
            .all(|(i, condition)| condition.holds(cell(*i)))
        {
            return;
        }
        let currency = self.currency.and_then(|(origin, from)| match origin {
            Origin::Header(i) => cell(*i).map(|text| {
                from.and_then(|f| f.values.get(text))
                    .map_or(text, String::as_str)
            }),
            Origin::Constant(text) => Some(text.as_str()),
            Origin::Absent => None,
        });
        let amount = self
            .amount
            .map(|i| cell(i).and_then(|text| self.cents(text)));
        // A file has few currencies, and each is written out once.
        let mut known = self.by_currency.iter_mut();
        let counted = match known.find(|(known, _)| known.as_deref() == currency) {
            Some((_, counted)) => counted,
            None => self
                .by_currency
                .entry(currency.map(str::to_owned))
                .or_default(),
        };
        counted.records += 1;
        match amount {
            Some(Some(cents)) => counted.cents += cents,
            Some(None) => counted.unreadable += 1,
            None => {}
        }
    }

    fn given<'c>(&self, raw: &'c str) -> Option<&'c str> {
        let text = raw.trim();
        let is_missing = text.is_empty() || self.mapping.spec.nulls.iter().any(|n| n == text);
        (!is_missing).then_some(text)
    }

    /// Cents of an amount, by walking its characters once. As strict as the
    /// typing: what one refuses and the other counts would look like lost money.
    fn cents(&self, text: &str) -> Option<i128> {
        let spec = self.mapping.spec;
        let (decimal, thousands) = if self.is_typed {
            ('.', None)
        } else {
            (spec.decimal, spec.thousands)
        };
        let (is_negative, digits) = without_sign(text)?;
        let mut cents: i128 = 0;
        let mut decimals: Option<u32> = None;
        let mut beyond = String::new();
        let mut is_grouped = false;
        // Digits since the last thousands separator.
        let mut run = 0;
        for c in digits.chars() {
            match (c.to_digit(10), decimals) {
                (Some(digit), Some(2)) => {
                    beyond.push(char::from_digit(digit, 10)?);
                }
                (Some(digit), _) => {
                    cents = cents.checked_mul(10)?.checked_add(i128::from(digit))?;
                    decimals = decimals.map(|d| d + 1);
                    run += u32::from(decimals.is_none());
                }
                (None, None) if c == decimal => decimals = Some(0),
                (None, None) if Some(c) == thousands => {
                    let fits = if is_grouped {
                        run == 3
                    } else {
                        (1..=3).contains(&run)
                    };
                    if !fits {
                        return None;
                    }
                    (is_grouped, run) = (true, 0);
                }
                _ => return None,
            }
        }
        if is_grouped && run != 3 {
            return None;
        }
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        cents *= 10_i128.pow(2 - decimals.unwrap_or(0));
        let fraction = beyond.trim_end_matches('0');
        if !fraction.is_empty() {
            if !spec.round {
                return None;
            }
            let is_tie = fraction == "5";
            let is_over = fraction.as_bytes()[0] >= b'5' && !is_tie;
            if is_over || (is_tie && cents % 2 == 1) {
                cents += 1;
            }
        }
        if cents >= 10_i128.pow(18) {
            return None;
        }
        Some(if is_negative { -cents } else { cents })
    }
}

/// Whether an amount is negative, and the rest of it: one sign in front or one
/// minus behind, or parentheses around.
fn without_sign(text: &str) -> Option<(bool, &str)> {
    if text.starts_with('(') || text.ends_with(')') {
        let inner = text.strip_prefix('(')?.strip_suffix(')')?;
        return Some((true, inner.trim()));
    }
    let minus = ['-', '\u{2212}'];
    Some(match (text.strip_prefix(minus), text.strip_suffix('-')) {
        (Some(rest), _) => (true, rest.trim_start()),
        (None, Some(rest)) => (true, rest.trim_end()),
        (None, None) => (false, text.strip_prefix('+').unwrap_or(text)),
    })
}
