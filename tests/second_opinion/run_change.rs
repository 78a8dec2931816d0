//! What each year's money is for: running the business, changing it, or the law.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{self, Company, Money, year_of};
use super::compare::{Published, share};

fn class<'a>(company: &'a Company, initiative: &str) -> &'a str {
    match company.initiatives.get(initiative) {
        Some(i) if i.is_mandatory => "mandatory",
        Some(i) if !i.class.is_empty() => &i.class,
        _ => "unclassified",
    }
}

#[derive(Default)]
struct Class<'a> {
    spent: i128,
    budget: i128,
    initiatives: BTreeSet<&'a str>,
}

fn compare(company: &'static Company) -> usize {
    let theirs = Published::new(
        (company.table)("misallocation.run_change_split"),
        &["fiscal_year", "class"],
    );
    let mut classes: BTreeMap<(i32, &str), Class> = BTreeMap::new();
    let mut add = |m: &'static Money, is_budget: bool| {
        let key = (year_of(m.month), class(company, &m.initiative));
        let found = classes.entry(key).or_default();
        *(if is_budget {
            &mut found.budget
        } else {
            &mut found.spent
        }) += m.cents;
        if company.initiatives.contains_key(&m.initiative) {
            found.initiatives.insert(&m.initiative);
        }
    };
    company.spend.iter().for_each(|m| add(m, false));
    let due = company
        .budget
        .iter()
        .filter(|m| m.month <= company.last_month());
    due.for_each(|m| add(m, true));
    assert_eq!(theirs.height(), classes.len());
    for ((year, class), of_class) in &classes {
        let name = (company.year_name)(*year);
        let row = [name.as_str(), *class];
        let of_year = || {
            classes
                .iter()
                .filter(|((y, _), _)| y == year)
                .map(|(_, c)| c)
        };
        let spent: i128 = of_year().map(|c| c.spent).sum();
        let budget: i128 = of_year().map(|c| c.budget).sum();
        theirs.same_cents(&row, "spend_amount", of_class.spent);
        theirs.same_cents(&row, "year_amount", spent);
        theirs.same_cents(&row, "budget_amount", of_class.budget);
        theirs.same_cents(&row, "year_budget_amount", budget);
        theirs.same_ratio(&row, "spend_ratio", share(of_class.spent, spent));
        theirs.same_ratio(&row, "budget_ratio", share(of_class.budget, budget));
        theirs.same_count(&row, "initiative_count", of_class.initiatives.len());
    }
    classes.len()
}

/// Three years, four classes.
#[test]
fn run_and_change_of_the_sample_are_the_same_when_computed_by_hand() {
    assert_eq!(compare(company::sample()), 12);
}

/// Thirteen years; nobody said which programs run and which change.
#[test]
fn run_and_change_of_canada_are_the_same_when_computed_by_hand() {
    assert_eq!(compare(company::canada()), 13);
}
