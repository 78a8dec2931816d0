//! How much of the money moves from year to year, and over all years together.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{self, Company, year_of};
use super::compare::{Published, float};

/// Money of each item in each year that had any.
type Years = BTreeMap<i32, BTreeMap<String, i128>>;

/// Shares of one year, or why they cannot be compared.
fn shares(items: &BTreeMap<String, i128>) -> Result<BTreeMap<&str, f64>, &'static str> {
    let total: i128 = items.values().sum();
    let counted: i128 = items.values().filter(|c| **c > 0).sum();
    if total == 0 {
        return Err("no spend");
    }
    if total < 0 {
        return Err("spend is negative");
    }
    // Credits of more than a hundredth.
    if (counted - total) * 100 > total {
        return Err("negative share");
    }
    let share = |cents: i128| float(cents.max(0)) / float(counted);
    Ok(items.iter().map(|(k, c)| (k.as_str(), share(*c))).collect())
}

fn years(company: &Company, taxonomy: &str) -> Years {
    let mut years = Years::new();
    for ((initiative, goal, month), cents) in company.by_link(&company.spend) {
        if company.is_mandatory(&initiative) {
            continue;
        }
        let item = match taxonomy {
            "goal" => goal,
            "root goal" => {
                let root = company.ancestry(&goal).last().map(|g| (*g).to_owned());
                root.unwrap_or(goal)
            }
            "unit" => {
                let unit = company.initiatives.get(&initiative).map_or("", |i| &i.unit);
                if unit.is_empty() { "(no unit)" } else { unit }.to_owned()
            }
            _ => initiative,
        };
        *years
            .entry(year_of(month))
            .or_default()
            .entry(item)
            .or_default() += cents;
    }
    years
}

/// Half the sum of all changes of shares.
fn moved(one: &BTreeMap<&str, f64>, other: &BTreeMap<&str, f64>) -> f64 {
    let items: BTreeSet<&&str> = one.keys().chain(other.keys()).collect();
    let of = |shares: &BTreeMap<&str, f64>, item| shares.get(item).copied().unwrap_or(0.0);
    items
        .into_iter()
        .map(|item| (of(one, item) - of(other, item)).abs())
        .sum::<f64>()
        / 2.0
}

fn year_by_year(company: &Company, taxonomy: &str, years: &Years, theirs: &Published) {
    let mut before: Option<(i32, &BTreeMap<String, i128>)> = None;
    for (year, items) in years {
        let name = (company.year_name)(*year);
        let row = [taxonomy, name.as_str()];
        let spent: i128 = items.values().sum();
        theirs.same_cents(&row, "spend_amount", spent);
        let reallocation = match before {
            None => Err("no earlier year"),
            Some((earlier, old)) => {
                let earlier = (company.year_name)(earlier);
                theirs.same(&row, "earlier_fiscal_year", Some(&earlier));
                shares(items).and_then(|now| shares(old).map(|then| moved(&now, &then)))
            }
        };
        theirs.same(&row, "status_reason", reallocation.err());
        theirs.same_ratio(&row, "reallocation_ratio", reallocation.ok());
        theirs.same_ratio(&row, "inertia_ratio", reallocation.ok().map(|r| 1.0 - r));
        if let Ok(ratio) = reallocation {
            // A share in doubles times billions: the last cent is not theirs to know.
            theirs.near_cents(&row, "moved_amount", ratio * float(spent));
        }
        before = Some((*year, items));
    }
}

fn all_years(company: &Company, taxonomy: &str, years: &Years, theirs: &Published) {
    let row = [taxonomy];
    theirs.same_count(&row, "year_count", years.len());
    let names: BTreeSet<&String> = years.values().flat_map(BTreeMap::keys).collect();
    theirs.same_count(&row, "item_count", names.len());
    let last = (company.year_name)(*years.keys().last().unwrap());
    theirs.same(&row, "last_fiscal_year", Some(&last));
    let shared: Result<Vec<_>, _> = years.values().map(shares).collect();
    theirs.same(&row, "status_reason", shared.as_ref().err().copied());
    let Ok(shared) = shared else {
        theirs.same_ratio(&row, "reallocation_ratio", None);
        return;
    };
    let lowest = |name: &str| {
        let of_years = shared.iter().map(|s| s.get(name).copied().unwrap_or(0.0));
        of_years.fold(1.0, f64::min)
    };
    let stable: f64 = names.iter().map(|n| lowest(n)).sum();
    theirs.same_ratio(&row, "stable_ratio", Some(stable));
    theirs.same_ratio(&row, "reallocation_ratio", Some(1.0 - stable));
    let pairs = shared
        .iter()
        .flat_map(|a| shared.iter().map(|b| moved(a, b)));
    theirs.same_ratio(&row, "largest_pair_ratio", Some(pairs.fold(0.0, f64::max)));
}

fn compare(company: &Company) {
    let by_year = Published::new(
        (company.table)("misallocation.inertia"),
        &["taxonomy", "fiscal_year"],
    );
    let over_all = Published::new(
        (company.table)("misallocation.inertia_many_years"),
        &["taxonomy"],
    );
    let mut rows = 0;
    for taxonomy in ["initiative", "goal", "root goal", "unit"] {
        let years = years(company, taxonomy);
        year_by_year(company, taxonomy, &years, &by_year);
        all_years(company, taxonomy, &years, &over_all);
        rows += years.len();
    }
    assert_eq!((by_year.height(), over_all.height()), (rows, 4));
}

#[test]
fn the_inertia_of_the_sample_is_the_same_when_computed_by_hand() {
    compare(company::sample());
}

#[test]
fn the_inertia_of_canada_is_the_same_when_computed_by_hand() {
    compare(company::canada());
}
