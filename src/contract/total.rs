//! Totals: rows and money of one file, per currency, by two counts that must agree.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use serde::{Deserialize, Serialize};

use super::audit::Counted;
use super::money::display_cents;
use super::quarantine::QuarantineKind;
use super::verdict::{Verdicts, cents_at};
use crate::error::{Error, Result};

/// Rows and money of one file, one table and one currency; money in cents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub currency: Option<String>,
    pub seen: u64,
    pub loaded: u64,
    pub duplicates: u64,
    pub quarantined: u64,
    #[serde(with = "cents_text")]
    pub counted_cents: i128,
    #[serde(with = "cents_text")]
    pub loaded_cents: i128,
    #[serde(with = "cents_text")]
    pub duplicate_cents: i128,
    #[serde(with = "cents_text")]
    pub quarantined_cents: i128,
    pub unreadable_amounts: u64,
}

/// JSON numbers stop at 2^53; cents do not.
mod cents_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    pub(super) fn serialize<S: Serializer>(cents: &i128, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(cents)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<i128, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

/// Rows and money per currency; refuses to go on if the two counts differ.
pub(super) fn totals(
    (table, file): (&str, &str),
    counted: &BTreeMap<Option<String>, Counted>,
    money: Option<&(ArrayRef, ArrayRef)>,
    height: usize,
    verdicts: &Verdicts,
    broken: u64,
) -> Result<Vec<Total>> {
    let mut by_currency: BTreeMap<Option<String>, Total> = BTreeMap::new();
    let currencies = money.and_then(|(_, currencies)| currencies.as_string_opt::<i32>());
    for row in 0..height {
        let currency = currencies.filter(|c| c.is_valid(row)).map(|c| c.value(row));
        let cents = money.and_then(|(a, _)| cents_at(a, row)).unwrap_or(0);
        let mut known = by_currency.iter_mut();
        let total = match known.find(|(known, _)| known.as_deref() == currency) {
            Some((_, total)) => total,
            None => by_currency.entry(currency.map(str::to_owned)).or_default(),
        };
        match verdicts.problems.get(&row).map(|p| p[0].0) {
            None => {
                total.loaded += 1;
                total.loaded_cents += cents;
            }
            Some(QuarantineKind::Duplicate) => {
                total.duplicates += 1;
                total.duplicate_cents += cents;
            }
            Some(QuarantineKind::Contract) => {
                total.quarantined += 1;
                total.quarantined_cents += cents;
            }
        }
    }
    if broken > 0 || by_currency.is_empty() {
        // A broken row has no amount that could be read, so it only counts; it
        // counts where most of its file does.
        let home = by_currency
            .iter()
            .max_by_key(|(_, total)| total.loaded)
            .and_then(|(currency, _)| currency.clone());
        let total = by_currency.entry(home).or_default();
        total.quarantined += broken;
        total.seen += broken;
        if money.is_some() {
            total.unreadable_amounts += broken;
        }
    }
    for (currency, count) in counted {
        let total = by_currency.entry(currency.clone()).or_default();
        total.seen += count.records;
        total.counted_cents += count.cents;
        total.unreadable_amounts += count.unreadable;
    }
    for (currency, total) in &mut by_currency {
        total.currency.clone_from(currency);
        let rows = total.loaded + total.duplicates + total.quarantined;
        let cents = total.loaded_cents + total.duplicate_cents + total.quarantined_cents;
        if rows != total.seen || cents != total.counted_cents {
            return Err(Error::Unreconciled {
                message: format!(
                    "{} of table `{}`: {} records and {} {} by the independent count, {rows} and {} after loading",
                    file,
                    table,
                    total.seen,
                    display_cents(total.counted_cents),
                    currency.as_deref().unwrap_or("(no currency)"),
                    display_cents(cents),
                ),
            });
        }
    }
    Ok(by_currency.into_values().collect())
}
