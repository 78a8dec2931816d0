//! Budget against actual by unit and by account, net and gross.

use std::collections::BTreeMap;

use super::company::{self, Company, NONE, first_day, year_of};
use super::compare::{Published, float};

const COLUMNS: [&str; 9] = [
    "budget_amount",
    "actual_amount",
    "gross_variance_amount",
    "budget_ytd_amount",
    "actual_ytd_amount",
    "gross_variance_ytd_amount",
    "budget_to_date_amount",
    "actual_to_date_amount",
    "gross_variance_to_date_amount",
];

const NET_COLUMNS: [&str; 3] = [
    "variance_amount",
    "variance_ytd_amount",
    "variance_to_date_amount",
];

/// Budget and actual of each quarter, by what is compared: an initiative, or its account.
type Holders = BTreeMap<(String, String), BTreeMap<i32, [i128; 2]>>;

fn quarter(month: i32) -> i32 {
    month.div_euclid(3)
}

fn holders(company: &Company, is_by_account: bool) -> Holders {
    let mut holders = Holders::new();
    let last = company.last_month();
    for (side, money) in [&company.budget, &company.spend].into_iter().enumerate() {
        for m in money.iter().filter(|m| m.month <= last) {
            let account = if is_by_account { &m.account } else { "" };
            let quarters = holders
                .entry((m.initiative.clone(), account.to_owned()))
                .or_default();
            quarters.entry(quarter(m.month)).or_default()[side] += m.cents;
        }
    }
    holders
}

/// The nine sums of each group and quarter. A variance counts without sign per holder: what
/// one saves hides nothing that another overspends.
fn positions(
    company: &Company,
    holders: &Holders,
    group: impl Fn(&str, &str) -> String,
) -> BTreeMap<(String, i32), [i128; 9]> {
    let last = quarter(company.last_month());
    let plans_begin = company
        .budget
        .iter()
        .map(|m| quarter(m.month))
        .min()
        .unwrap();
    let mut sums: BTreeMap<(String, i32), [i128; 9]> = BTreeMap::new();
    for ((initiative, account), quarters) in holders {
        let (mut year, mut to_date) = ([0; 2], [0; 2]);
        let first = *quarters.keys().next().unwrap();
        for at in first..=last {
            let [budget, actual] = quarters.get(&at).copied().unwrap_or_default();
            if at == first || year_of(at * 3) != year_of(at * 3 - 3) {
                year = [0; 2];
            }
            year = [year[0] + budget, year[1] + actual];
            // What was spent before anything was planned has nothing to be compared with.
            let planned = if at >= plans_begin { actual } else { 0 };
            to_date = [to_date[0] + budget, to_date[1] + planned];
            let sum = sums.entry((group(initiative, account), at)).or_default();
            for (i, [b, a]) in [[budget, actual], year, to_date].into_iter().enumerate() {
                sum[3 * i] += b;
                sum[3 * i + 1] += a;
                sum[3 * i + 2] += (b - a).abs();
            }
        }
    }
    sums
}

fn compare(company: &Company, model: &str, key: &str, sums: &BTreeMap<(String, i32), [i128; 9]>) {
    let theirs = Published::new((company.table)(model), &[key, "start_date"]);
    assert_eq!(theirs.height(), sums.len(), "{model}");
    for ((group, at), sum) in sums {
        let start = first_day(at * 3).to_string();
        let row = [group.as_str(), start.as_str()];
        for (column, wanted) in COLUMNS.iter().zip(sum) {
            theirs.same_cents(&row, column, *wanted);
        }
        for (i, column) in NET_COLUMNS.iter().enumerate() {
            theirs.same_cents(&row, column, sum[3 * i] - sum[3 * i + 1]);
        }
        let (budget, net) = (sum[6], sum[6] - sum[7]);
        let ratio = (budget != 0).then(|| float(net) / float(budget.abs()));
        theirs.same_ratio(&row, "variance_to_date_ratio", ratio);
        let is_material = net.abs() > company.materiality_cents && net.abs() * 10 > budget.abs();
        theirs.same(&row, "is_material", Some(&is_material.to_string()));
    }
}

fn by_unit(company: &Company) {
    let mut holders = holders(company, false);
    // Those without any money have an empty row in the last quarter.
    for initiative in company.initiatives.keys() {
        holders
            .entry((initiative.clone(), String::new()))
            .or_insert_with(|| BTreeMap::from([(quarter(company.last_month()), [0; 2])]));
    }
    let sums = positions(company, &holders, |initiative, _| {
        let unit = company.initiatives.get(initiative).map_or("", |i| &i.unit);
        if unit.is_empty() { NONE } else { unit }.to_owned()
    });
    compare(
        company,
        "variance.unit_budget_to_actual",
        "business_unit",
        &sums,
    );
}

fn by_account(company: &Company) {
    let holders = holders(company, true);
    let sums = positions(company, &holders, |_, account| account.to_owned());
    compare(
        company,
        "variance.account_budget_to_actual",
        "account",
        &sums,
    );
}

#[test]
fn units_of_the_sample_stand_where_they_stand_by_hand() {
    by_unit(company::sample());
}

#[test]
fn organisations_of_canada_stand_where_they_stand_by_hand() {
    by_unit(company::canada());
}

#[test]
fn accounts_of_the_sample_stand_where_they_stand_by_hand() {
    by_account(company::sample());
}

#[test]
fn the_one_account_of_canada_stands_where_it_stands_by_hand() {
    by_account(company::canada());
}
