//! People asked for against people there, and who gets them in order of priority.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::company::{self, Company, day, first_day};
use super::compare::{Published, share};
use super::{Row, rows, scaled};

/// Team, skill and first day of the quarter.
type Place = (String, String, NaiveDate);

/// Hundredths of a full-time equivalent.
fn people(row: &Row) -> i128 {
    scaled(&row["fte"], '.', 2)
}

fn place(row: &Row) -> Place {
    let start = day(&row["period_start_date"]).unwrap();
    (row["team"].clone(), row["skill"].clone(), start)
}

fn capacity() -> BTreeMap<Place, i128> {
    rows("capacity.csv", ',')
        .iter()
        .map(|r| (place(r), people(r)))
        .collect()
}

/// What each initiative asks for, promised and wished. Quarters of demand are quarters of
/// capacity, so that nothing has to be spread.
fn demand(company: &Company) -> BTreeMap<Place, BTreeMap<String, [i128; 2]>> {
    let capacity = capacity();
    let mut demand: BTreeMap<Place, BTreeMap<String, [i128; 2]>> = BTreeMap::new();
    for row in rows("demand.csv", ',') {
        assert!(capacity.contains_key(&place(&row)));
        assert!(company.initiatives.contains_key(&row["initiative_id"]));
        let asked = demand.entry(place(&row)).or_default();
        let of_initiative = asked.entry(row["initiative_id"].clone()).or_default();
        of_initiative[usize::from(row["is_committed"] == "false")] += people(&row);
    }
    demand
}

#[test]
fn the_gap_between_people_and_demand_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let keys = ["team", "skill", "period_start_date"];
    let theirs = Published::new((company.table)("misallocation.capacity_gap"), &keys);
    let (capacity, demand) = (capacity(), demand(company));
    assert_eq!(theirs.height(), capacity.len());
    let ratio = |hundredths: i128| share(hundredths, 100).unwrap();
    let mut beyond = Vec::new();
    for (place, there) in &capacity {
        let (team, skill, start) = place;
        let start = start.to_string();
        let row = [team.as_str(), skill.as_str(), start.as_str()];
        let asked = demand.get(place);
        let of = |i: usize| -> i128 { asked.into_iter().flatten().map(|(_, a)| a[i]).sum() };
        let (promised, wished) = (of(0), of(1));
        let all = promised + wished;
        theirs.same_ratio(&row, "capacity_fte", Some(ratio(*there)));
        theirs.same_ratio(&row, "committed_fte", Some(ratio(promised)));
        theirs.same_ratio(&row, "demand_fte", Some(ratio(all)));
        theirs.same_ratio(&row, "gap_fte", Some(ratio(there - all)));
        theirs.same_ratio(&row, "over_fte", Some(ratio((all - there).max(0))));
        theirs.same_ratio(&row, "utilisation_ratio", share(all, *there));
        theirs.same_count(&row, "initiative_count", asked.map_or(0, BTreeMap::len));
        let verdict = if promised > *there {
            "over-committed"
        } else if all > *there {
            "over-booked"
        } else {
            "fits"
        };
        theirs.same(&row, "verdict", Some(verdict));
        if all > *there {
            beyond.push((skill.as_str(), all));
        }
    }
    // README, story 9.
    let wanted = [1_770, 1_860, 1_950].map(|all| ("controls engineering", all));
    assert_eq!(beyond, wanted);
}

/// Mandatory work, then by the weight of the heaviest goal, unaligned work last.
fn queue<'a>(company: &Company, asking: BTreeSet<&'a String>) -> Vec<&'a String> {
    let heaviest = |id: &str| {
        let weights = company.goals_of(id).filter_map(|g| company.weight(g));
        weights.map(|w| (w * 1e9).round()).reduce(f64::max)
    };
    let mut queue: Vec<&String> = asking.into_iter().collect();
    #[expect(clippy::cast_possible_truncation, reason = "a billion at most")]
    queue.sort_by_key(|id| {
        let weight = heaviest(id).map_or(-1, |w| w as i64);
        (
            Reverse(company.is_mandatory(id)),
            Reverse(weight),
            (*id).clone(),
        )
    });
    queue
}

/// Where an initiative is short: when, by how much, whose, and of what.
type Short<'a> = (NaiveDate, Reverse<i128>, &'a str, &'a str);

#[test]
fn the_queue_for_people_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let keys = ["initiative_id"];
    let theirs = Published::new((company.table)("misallocation.wish_list"), &keys);
    let (mut left, demand) = (capacity(), demand(company));
    // Quarters of the trailing year; what is over can no longer be served.
    let begin = first_day(company.last_month() - 11);
    let open = || demand.iter().filter(|((_, _, start), _)| *start >= begin);
    let asking: BTreeSet<&String> = open().flat_map(|(_, asked)| asked.keys()).collect();
    assert_eq!(theirs.height(), asking.len());
    for (position, id) in queue(company, asking).into_iter().enumerate() {
        let mut asked_places = 0;
        let mut short: Vec<Short> = Vec::new();
        for (place, asked) in open() {
            let wanted: i128 = asked.get(id).into_iter().flatten().sum();
            if wanted == 0 {
                continue;
            }
            asked_places += 1;
            // Who does not fit keeps the whole claim all the same.
            let rest = left.get_mut(place).unwrap();
            *rest -= wanted;
            if *rest < 0 {
                short.push((place.2, Reverse(wanted.min(-*rest)), &place.0, &place.1));
            }
        }
        short.sort();
        let row = [id.as_str()];
        theirs.same_count(&row, "priority_position", position + 1);
        theirs.same_count(&row, "skill_period_count", asked_places);
        theirs.same_count(&row, "short_count", short.len());
        let first = short.first();
        theirs.same(
            &row,
            "first_short_date",
            first.map(|s| s.0.to_string()).as_deref(),
        );
        theirs.same(&row, "team", first.map(|s| s.2));
        theirs.same(&row, "skill", first.map(|s| s.3));
        theirs.same_ratio(&row, "shortfall_fte", first.and_then(|s| share(s.1.0, 100)));
        let verdict = if short.is_empty() {
            "fits"
        } else {
            "does not fit"
        };
        theirs.same(&row, "verdict", Some(verdict));
    }
}
