//! What the runs publish computed a second time, in plain Rust over the raw rows of
//! the sample and, where it has the inputs, of Canada: own parsing, integer cents, no
//! line shared with the engine. Money agrees to the cent and ratios to nine decimals;
//! where a cent may differ, the place says why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::sample::table;
use crate::support::root;

mod burn;
mod company;
mod compare;
mod concentration;
mod earned;
mod forecast;
mod goal_score;
mod honesty;
mod inertia;
mod kpis;
mod milestones;
mod people;
mod positions;
mod price;
mod process;
mod resources;
mod run_change;
mod schedule;
mod support_of_goals;

/// One record of a file, by heading.
type Row = BTreeMap<String, String>;

/// A file of the sample.
fn rows(name: &str, delimiter: char) -> Vec<Row> {
    rows_of("sample-data/data", name, delimiter)
}

/// A delimited file, split by hand: its header, and its well-formed rows.
fn rows_of(folder: &str, name: &str, delimiter: char) -> Vec<Row> {
    let bytes = std::fs::read(root().join(folder).join(name)).unwrap();
    // Latin letters suffice here; the 0x80 block holds nothing that is compared.
    let text: String = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => other.as_bytes().iter().map(|b| char::from(*b)).collect(),
    };
    let mut records = split(&text, delimiter).into_iter();
    let header = records.next().unwrap();
    records
        .filter(|cells| cells.len() == header.len())
        .map(|cells| header.iter().cloned().zip(cells).collect())
        .collect()
}

/// Records and their cells; what is quoted may hold delimiters and line ends.
fn split(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut is_quoted = false;
    for c in text.trim_end().chars().filter(|c| *c != '\r') {
        let record = records.last_mut().unwrap();
        match c {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => records.push(vec![String::new()]),
            c if c == delimiter && !is_quoted => record.push(String::new()),
            c => record.last_mut().unwrap().push(c),
        }
    }
    records
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

/// Euro cents: money in another currency at the newest rate of its kind on or before the
/// day, half away from zero.
fn in_euro(cents: i128, currency: &str, kind: &str, day: &str) -> i128 {
    static RATES: OnceLock<Vec<Row>> = OnceLock::new();
    if currency == "EUR" {
        return cents;
    }
    let rate = RATES
        .get_or_init(|| rows("fx_rates.csv", ','))
        .iter()
        .filter(|r| r["currency"] == currency && r["kind"] == kind && *r["rate_date"] <= *day)
        .max_by_key(|r| r["rate_date"].clone())
        .unwrap_or_else(|| panic!("no {kind} rate for {currency} on {day}"));
    let parts = scaled(&rate["rate"], '.', 4);
    (2 * cents * parts + cents.signum() * 10_000) / 20_000
}

/// A number as a whole count of its last decimal.
fn scaled(text: &str, decimal: char, decimals: usize) -> i128 {
    let (whole, part) = text.split_once(decimal).unwrap_or((text, ""));
    assert!(part.len() <= decimals, "{text}");
    format!("{whole}{part:0<decimals$}").parse().unwrap()
}

#[derive(Clone)]
struct Entry {
    kind: String,
    initiative: String,
    account: String,
    unit: String,
    vendor: String,
    month: String,
    posted: NaiveDate,
    /// When the company knew.
    recorded: NaiveDate,
    /// In euro, and as invoiced.
    cents: i128,
    own_cents: i128,
    /// Ten-thousandths of what was counted, where something was.
    quantity: Option<i128>,
}

/// The actual entries that can be believed.
fn ledger() -> Vec<Entry> {
    let actual = postings().iter().filter(|e| e.kind == "IST");
    actual.cloned().collect()
}

/// Actual entries and commitments that can be believed, each id once.
fn postings() -> &'static [Entry] {
    static POSTINGS: OnceLock<Vec<Entry>> = OnceLock::new();
    POSTINGS.get_or_init(read_postings)
}

fn read_postings() -> Vec<Entry> {
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
            let (Some(own_cents), false) = (cents(&row["Betrag"], ','), day == "31.02.2025") else {
                continue;
            };
            if !seen.insert(row["Belegnummer"].clone()) {
                continue;
            }
            let month = format!("{}-{}", &day[6..10], &day[3..5]);
            let iso = format!("{month}-{}", &day[..2]);
            let quantity = &row["Menge"];
            entries.push(Entry {
                kind: row["Art"].clone(),
                initiative: row["Vorhaben"].clone(),
                account: row["Konto"].clone(),
                unit: row["Bereich"].clone(),
                vendor: row["Kreditor"].clone(),
                month,
                posted: iso.parse().unwrap(),
                recorded: NaiveDate::parse_from_str(&row["Erfassungsdatum"], "%d.%m.%Y").unwrap(),
                cents: in_euro(own_cents, &row["Währung"], "actual", &iso),
                own_cents,
                quantity: (!quantity.is_empty()).then(|| scaled(quantity, ',', 4)),
            });
        }
    }
    entries
}

/// A whole division, half away from zero.
fn half_away(numerator: i128, denominator: i128) -> i128 {
    numerator.signum() * ((2 * numerator.abs() + denominator) / (2 * denominator))
}

/// Newest version of each key, by a column that sorts as text.
fn newest(rows: Vec<Row>, key: &str, version: &str) -> BTreeMap<String, Row> {
    let mut found: BTreeMap<String, Row> = BTreeMap::new();
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
            *budget.entry(row["initiative"].clone()).or_default() +=
                in_euro(cents, &row["currency"], "budget", &row["period_start"]);
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

/// Budget rows of one account in one file.
fn budget_of(name: &str, initiative: &str, account: &str) -> Vec<Row> {
    let mut budget = rows(name, ',');
    budget.retain(|r| r["initiative"] == initiative && r["account"] == account);
    budget
}

/// Ledger entries of one account.
fn entries_of(initiative: &str, account: &str) -> Vec<Entry> {
    let mut entries = ledger();
    entries.retain(|e| e.initiative == initiative && e.account == account);
    entries
}

/// README, story 10: a price that fell hides a quantity that grew.
#[test]
fn the_price_fell_and_the_quantity_grew() {
    let bought = entries_of("I-010", "0740");
    assert!(bought.iter().all(|e| e.quantity.is_some()));
    let spent: i128 = bought.iter().map(|e| e.cents).sum();
    let quantity: i128 = bought.iter().filter_map(|e| e.quantity).sum();
    let planned = budget_of("budget_current.csv", "I-010", "0740");
    assert!(planned.iter().all(|r| r["unit_price"] == "0.8"));
    let budget: i128 = planned
        .iter()
        .filter_map(|r| cents(&r["amount"], '.'))
        .sum();
    let planned_quantity: i128 = planned.iter().map(|r| scaled(&r["quantity"], '.', 4)).sum();
    assert_eq!((bought.len(), planned.len()), (245, 36));
    assert_eq!(
        (quantity, planned_quantity),
        (14_390_862_537, 13_462_664_000)
    );
    // Ten-thousandths of a watt at 0.80 euro, in cents: to be divided by 125.
    let at_planned_price = (2 * quantity + 125) / 250;
    assert_eq!(at_planned_price - spent, 8_680_405);
    assert_eq!(budget - at_planned_price, -7_425_588);
    assert_eq!(budget - spent, 1_254_817);
}

/// README, story 11: in dollars the account is on plan; the dollar is not.
#[test]
fn the_dollar_did_it() {
    let paid = entries_of("I-027", "0740");
    let dollars: i128 = paid.iter().map(|e| e.own_cents).sum();
    let euro: i128 = paid.iter().map(|e| e.cents).sum();
    assert_eq!((paid.len(), dollars, euro), (183, 151_892_669, 140_553_152));
    let planned = budget_of("budget_original.csv", "I-027", "0740");
    let of = |row: &Row| cents(&row["amount"], '.').unwrap();
    let budget: i128 = planned.iter().map(of).sum();
    let euro_budget: i128 = planned
        .iter()
        .map(|r| in_euro(of(r), &r["currency"], "budget", &r["period_start"]))
        .sum();
    assert_eq!((budget, euro_budget), (152_008_057, 136_807_251));
    // At 0.90 euro for a dollar.
    let at_planned_rate = (9 * dollars + 5) / 10;
    assert_eq!(euro_budget - at_planned_rate, 103_849);
    assert_eq!(at_planned_rate - euro, -3_849_750);
}

/// README, story 14: 180,000.00 for a fifth of the work, after 2,704,802.00 for the rest.
#[test]
fn one_forecast_hopes() {
    let mut forecast: BTreeMap<String, i128> = BTreeMap::new();
    for row in rows("budget_forecast.csv", ',') {
        *forecast.entry(row["initiative"].clone()).or_default() +=
            cents(&row["amount"], '.').unwrap();
    }
    let mut spent: BTreeMap<String, i128> = BTreeMap::new();
    for entry in ledger() {
        *spent.entry(entry.initiative).or_default() += entry.cents;
    }
    let done: BTreeMap<String, i128> = rows("status_reports.csv", ',')
        .into_iter()
        .filter(|r| r["report_date"] == "2026-03-31")
        .map(|r| (r["project"].clone(), scaled(&r["percent_complete"], '.', 2)))
        .collect();
    assert_eq!(forecast.len(), 39);
    for (id, still) in &forecast {
        // What the rest costs at the price of the work so far.
        let at_past_cost = spent[id] * (100 - done[id]) / done[id];
        if id == "I-017" {
            assert_eq!(
                (*still, done[id], at_past_cost),
                (18_000_000, 80, 67_620_050)
            );
        } else {
            assert!(still * 100 > at_past_cost * 97, "{id}");
            assert!(*still < at_past_cost, "{id}");
        }
    }
}

/// README, story 13: what one goal cannot do yet, nobody pays for.
#[test]
fn one_gap_gets_no_money() {
    let (goals, spent) = (goals(), by_goal(&BTreeSet::new()));
    let is_under = |goal: &str, top: &str| {
        let mut at = goal;
        while at != top && !at.is_empty() {
            at = &goals[at].0;
        }
        at == top
    };
    let under = |top: &str| -> f64 {
        let below = spent
            .iter()
            .filter(|(g, _)| !g.is_empty() && is_under(g, top));
        below.map(|(_, cents)| cents).sum()
    };
    let (with_gap, without): (Vec<_>, Vec<_>) = rows("capabilities.csv", ',')
        .into_iter()
        .partition(|r| r["maturity"] < r["required_maturity"]);
    let ids = |rows: &[Row], is_paid: bool| -> Vec<String> {
        let rows = rows
            .iter()
            .filter(|r| (under(&r["goal_id"]) > 0.0) == is_paid);
        rows.map(|r| r["capability_id"].clone()).collect()
    };
    assert_eq!(ids(&with_gap, false), ["C-11"]);
    assert_eq!(ids(&with_gap, true), ["C-01", "C-04", "C-05"]);
    assert_eq!(ids(&without, true).len(), 7);
    near("G-210", 708_204_865, under("G-210"), 1.0);
}
