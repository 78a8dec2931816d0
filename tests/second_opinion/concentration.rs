//! Whether money hangs on a few: Herfindahl and Gini.

use std::collections::BTreeMap;

use super::company::{self, Company, NONE, UNALIGNED};
use super::compare::{Published, float, share};

/// Trailing money of each item of a dimension.
fn items(company: &Company, dimension: &str) -> BTreeMap<String, i128> {
    let mut items: BTreeMap<String, i128> = BTreeMap::new();
    if dimension == "goal" {
        for ((_, goal, month), cents) in company.by_link(&company.spend) {
            if company.is_trailing(month) {
                *items.entry(goal).or_default() += cents;
            }
        }
        return items;
    }
    for m in company
        .spend
        .iter()
        .filter(|m| company.is_trailing(m.month))
    {
        let item = match dimension {
            "initiative" => &m.initiative,
            "unit" => &m.unit,
            "vendor" => &m.vendor,
            _ => &m.account,
        };
        *items.entry(item.clone()).or_default() += m.cents;
    }
    items
}

fn compare(company: &Company) {
    let theirs = Published::new(
        (company.table)("misallocation.concentration"),
        &["dimension"],
    );
    for dimension in ["initiative", "goal", "unit", "vendor", "account"] {
        let row = [dimension];
        let (unnamed, named): (Vec<_>, Vec<_>) = items(company, dimension)
            .into_iter()
            .partition(|(item, _)| matches!(item.as_str(), NONE | UNALIGNED));
        let nameless: i128 = unnamed.iter().map(|(_, c)| c).sum();
        theirs.same_cents(&row, "unnamed_amount", nameless);
        let credited = named.iter().filter(|(_, c)| *c < 0).count();
        theirs.same_count(&row, "excluded_count", credited);

        let mut ascending: Vec<i128> = named.iter().map(|(_, c)| *c).filter(|c| *c > 0).collect();
        ascending.sort_unstable();
        let total: i128 = ascending.iter().sum();
        let count = i128::try_from(ascending.len()).unwrap();
        theirs.same_count(&row, "item_count", ascending.len());
        if count == 0 {
            theirs.same_ratio(&row, "hhi_ratio", None);
            theirs.same_ratio(&row, "gini_ratio", None);
            continue;
        }
        theirs.same_cents(&row, "total_amount", total);
        let squares = ascending.iter().map(|c| share(*c, total).unwrap().powi(2));
        let hhi: f64 = squares.sum();
        theirs.same_ratio(&row, "hhi_ratio", Some(hhi));
        theirs.same_ratio(&row, "effective_count", Some(1.0 / hhi));
        let even = 1.0 / float(count);
        let normalised = (count > 1).then(|| (hhi - even) / (1.0 - even));
        theirs.same_ratio(&row, "normalised_hhi_ratio", normalised);
        // The mean difference over all pairs, by the mean: another form than the ranked one.
        let differences: i128 = ascending
            .iter()
            .flat_map(|a| ascending.iter().map(move |b| (a - b).abs()))
            .sum();
        let gini = float(differences) / (2.0 * float(count) * float(total));
        theirs.same_ratio(&row, "gini_ratio", Some(gini));
        theirs.same_cents(&row, "top_amount", *ascending.last().unwrap());
    }
}

#[test]
fn the_concentration_of_the_sample_is_the_same_when_computed_by_hand() {
    compare(company::sample());
}

#[test]
fn the_concentration_of_canada_is_the_same_when_computed_by_hand() {
    compare(company::canada());
}
