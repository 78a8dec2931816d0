//! Sample data computed a second time, in plain Rust over the raw rows: own
//! parsing, integer cents, no line shared with the engine.

use std::collections::{BTreeMap, BTreeSet};

use crate::sample::table;
use crate::support::root;

/// A delimited file, split by hand: its header, and its well-formed rows.
fn rows(name: &str, delimiter: char) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(root().join("sample-data/data").join(name)).unwrap();
    // Latin letters suffice here; the 0x80 block holds nothing that is compared.
    let text: String = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => other.as_bytes().iter().map(|b| char::from(*b)).collect(),
    };
    let mut lines = text.lines().map(|line| split(line, delimiter));
    let header = lines.next().unwrap();
    lines
        .filter(|cells| cells.len() == header.len())
        .map(|cells| header.iter().cloned().zip(cells).collect())
        .collect()
}

fn split(line: &str, delimiter: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c == delimiter && !is_quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// Cents, or nothing where there are more than two decimals.
fn cents(text: &str, decimal: char) -> Option<i128> {
    let (whole, part) = text.split_once(decimal).unwrap_or((text, ""));
    let whole: String = whole
        .chars()
        .filter(|c| *c != '.' || decimal == '.')
        .collect();
    (part.len() <= 2).then(|| format!("{whole}{part:0<2}").parse().unwrap())
}

struct Entry {
    initiative: String,
    month: String,
    cents: i128,
}

/// The actual entries that can be believed, each id once.
fn ledger() -> Vec<Entry> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("sample-data/data/ledger"))
        .unwrap()
        .map(|e| format!("ledger/{}", e.unwrap().file_name().to_string_lossy()))
        .collect();
    names.sort();
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for name in names {
        for row in rows(&name, ';') {
            let day = &row["Buchungsdatum"];
            let (Some(cents), false) = (cents(&row["Betrag"], ','), day == "31.02.2025") else {
                continue;
            };
            if !seen.insert(row["Belegnummer"].clone()) || row["Art"] != "IST" {
                continue;
            }
            entries.push(Entry {
                initiative: row["Vorhaben"].clone(),
                month: format!("{}-{}", &day[6..10], &day[3..5]),
                cents,
            });
        }
    }
    entries
}

/// Newest version of each key, by a column that sorts as text.
fn newest(
    rows: Vec<BTreeMap<String, String>>,
    key: &str,
    version: &str,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let is_newer = found
            .get(&row[key])
            .is_none_or(|old| old[version] <= row[version]);
        if is_newer {
            found.insert(row[key].clone(), row);
        }
    }
    found
}

/// Goals with parent and weight.
fn goals() -> BTreeMap<String, (String, f64)> {
    newest(rows("goals.csv", ','), "goal_id", "valid_from")
        .into_iter()
        .map(|(id, row)| {
            (
                id,
                (
                    row["parent_goal_id"].clone(),
                    row["weight"].parse().unwrap(),
                ),
            )
        })
        .collect()
}

/// Goals of each initiative, with the share that serves each.
fn links(goals: &BTreeMap<String, (String, f64)>) -> BTreeMap<String, Vec<(String, f64)>> {
    let mut links: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    for row in rows("goal_links.csv", ',') {
        if row["child_type"] == "initiative" {
            links
                .entry(row["child_id"].clone())
                .or_default()
                .push((row["goal_id"].clone(), row["weight"].parse().unwrap()));
        }
    }
    for (id, row) in newest(rows("initiatives.csv", ','), "Project ID", "Version from") {
        let goal = &row["Strategic goal"];
        if goals.contains_key(goal) && !links.contains_key(&id) {
            links.insert(id, vec![(goal.clone(), 1.0)]);
        }
    }
    links
}

fn is_trailing(month: &str) -> bool {
    ("2025-04"..="2026-03").contains(&month)
}

/// Trailing money per goal in fractions of a cent; the key "" is unaligned.
fn by_goal(without: &BTreeSet<String>) -> BTreeMap<String, f64> {
    let links = links(&goals());
    let mut spent: BTreeMap<String, i128> = BTreeMap::new();
    for entry in ledger()
        .into_iter()
        .filter(|e| is_trailing(&e.month) && !without.contains(&e.initiative))
    {
        *spent.entry(entry.initiative).or_default() += entry.cents;
    }
    let mut by_goal: BTreeMap<String, f64> = BTreeMap::new();
    for (initiative, cents) in spent {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let amount = cents as f64;
        let mut rest = 1.0;
        for (goal, share) in links.get(&initiative).into_iter().flatten() {
            *by_goal.entry(goal.clone()).or_default() += amount * share;
            rest -= share;
        }
        *by_goal.entry(String::new()).or_default() += amount * rest;
    }
    by_goal
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn near(what: &str, found: i128, wanted: f64, within: f64) {
    assert!(
        (found as f64 - wanted).abs() <= within,
        "{what}: {found} cents, by the second computation {wanted}"
    );
}

#[test]
fn spend_by_goal_is_the_same_when_computed_by_hand() {
    let mine = by_goal(&BTreeSet::new());
    let theirs = table("base.spend_by_goal");
    let mut goals: BTreeSet<String> = (0..theirs.height())
        .filter_map(|r| theirs.cell("goal_id", r))
        .collect();
    goals.extend(mine.keys().filter(|g| !g.is_empty()).cloned());
    for goal in goals {
        let rows = theirs
            .rows_where("goal_id", &goal)
            .filter(|r| is_trailing(&theirs.cell("period_start_date", *r).unwrap()[..7]));
        let key = if goal == "(unaligned)" { "" } else { &goal };
        // Each split of a month may round by a cent.
        near(
            &goal,
            theirs.cents("spend_amount", rows),
            mine.get(key).copied().unwrap_or(0.0),
            60.0,
        );
    }
}

#[test]
fn the_priority_gap_of_the_top_goals_is_the_same_when_computed_by_hand() {
    let goals = goals();
    let mandatory: BTreeSet<String> =
        newest(rows("initiatives.csv", ','), "Project ID", "Version from")
            .into_iter()
            .filter(|(_, row)| row["Regulatory"] == "yes")
            .map(|(id, _)| id)
            .collect();
    assert_eq!(mandatory.len(), 3);
    let by_goal = by_goal(&mandatory);
    let total: f64 = by_goal.values().sum();
    let root_of = |goal: &str| {
        let mut at = goal.to_owned();
        while !goals[&at].0.is_empty() {
            at.clone_from(&goals[&at].0);
        }
        at
    };
    let theirs = table("misallocation.priority_gap");
    for (root, (_, weight)) in goals.iter().filter(|(_, (parent, _))| parent.is_empty()) {
        let spent: f64 = by_goal
            .iter()
            .filter(|(g, _)| !g.is_empty() && root_of(g) == *root)
            .map(|(_, c)| c)
            .sum();
        let row = || {
            theirs
                .rows_where("goal_id", root)
                .filter(|r| theirs.cell("level", *r).as_deref() == Some("1"))
        };
        near(root, theirs.cents("spend_amount", row()), spent, 100.0);
        near(
            root,
            theirs.cents("move_amount", row()),
            weight * total - spent,
            101.0,
        );
    }
}

#[test]
fn budget_to_actual_is_the_same_when_computed_by_hand() {
    let mut budget: BTreeMap<String, i128> = BTreeMap::new();
    let current = rows("budget_current.csv", ',');
    let revised: BTreeSet<String> = current.iter().map(|r| r["initiative"].clone()).collect();
    let original = rows("budget_original.csv", ',')
        .into_iter()
        .filter(|r| !revised.contains(&r["initiative"]));
    for row in current.iter().cloned().chain(original) {
        assert!(
            *row["period_end"] <= *"2026-03-31",
            "no budget reaches beyond the day"
        );
        if let Some(cents) = cents(&row["amount"], '.') {
            *budget.entry(row["initiative"].clone()).or_default() += cents;
        }
    }
    let mut actual: BTreeMap<String, i128> = BTreeMap::new();
    for entry in ledger() {
        *actual.entry(entry.initiative).or_default() += entry.cents;
    }
    let theirs = table("variance.budget_to_actual");
    let mut material = BTreeSet::new();
    for id in newest(rows("initiatives.csv", ','), "Project ID", "Version from").into_keys() {
        let row = theirs
            .rows_where("initiative_id", &id)
            .find(|r| theirs.cell("fiscal_quarter", *r).as_deref() == Some("2026-Q4"))
            .unwrap_or_else(|| panic!("{id} has no row for the last quarter"));
        let of = |column: &str| theirs.cents(column, std::iter::once(row));
        let (planned, spent) = (
            budget.get(&id).copied().unwrap_or(0),
            actual.get(&id).copied().unwrap_or(0),
        );
        assert_eq!(
            (of("budget_to_date_amount"), of("actual_to_date_amount")),
            (planned, spent),
            "{id}"
        );
        assert_eq!(of("variance_to_date_amount"), planned - spent, "{id}");
        // Over 100,000.00 and over a tenth of the budget.
        if (planned - spent).abs() > 10_000_000 && (planned - spent).abs() * 10 > planned.abs() {
            material.insert(id);
        }
    }
    assert_eq!(material, BTreeSet::from(["I-017".to_owned()]));
}
