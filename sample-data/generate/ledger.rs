//! Ledger: 25,000 rows of an ERP export, one file per month of posting.
//!
//! Takes the monthly spend of each initiative; gives `;`-separated windows-1252 text with
//! decimal commas, German headings, and a few rows that are broken on purpose.
//!
//! Not here: the restated month (restatement), the vendor paid in dollars (dollars), what was
//! counted and not only paid (quantities).
//!
//! Rule: the readable rows of an initiative and month sum to its spend, to the cent, in euro.

use super::budgets::accounts;
use super::dates::{Day, MONTHS, month_end, month_start};
use super::dollars;
use super::funding::{Plan, UNASSIGNED, total_of};
use super::initiatives::{INITIATIVES, Initiative};
use super::money::{grouped, share, split, with_comma, with_point};
use super::quantities;
use super::random::Random;
use super::restatement;
use super::text::{line, windows_1252};
use super::vendors::VENDORS;

/// Rows in all files, headings aside.
const ROWS: i64 = 25_000;

const HEADER: &str = "Buchungskreis;Belegnummer;Buchungsdatum;Erfassungsdatum;Vorhaben;Konto;\
                      Kostenstelle;Bereich;Kreditor;Art;Betrag;Währung;Menge;Preis";

/// The ERP's names of the business units.
const UNITS: [(&str, &str); 4] = [
    ("010", "LAG"),
    ("020", "TRA"),
    ("030", "PHA"),
    ("040", "ZEN"),
];

pub(crate) const ACTUAL: &str = "IST";
const COMMITMENT: &str = "OBLIGO";

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) posted: Day,
    pub(crate) recorded: Day,
    pub(crate) initiative: &'static str,
    pub(crate) account: &'static str,
    pub(crate) cost_centre: String,
    pub(crate) unit: &'static str,
    pub(crate) vendor: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) cents: i64,
}

/// Rows broken on purpose: month, the row they follow, and what is wrong.
const BROKEN: [(i64, usize, Flaw); 7] = [
    (13, 40, Flaw::UnknownInitiative),
    (15, 120, Flaw::ThirdDecimal),
    (19, 210, Flaw::FieldTooMany),
    (22, 300, Flaw::NoSuchDay),
    (28, 77, Flaw::SameRowTwice),
    (30, 95, Flaw::UnknownInitiative),
    (30, 402, Flaw::UnknownInitiative),
];

#[derive(Clone, Copy)]
enum Flaw {
    UnknownInitiative,
    ThirdDecimal,
    FieldTooMany,
    NoSuchDay,
    SameRowTwice,
}

/// One file per month.
pub(crate) fn files(plans: &[Plan]) -> Vec<(String, Vec<u8>)> {
    let mut random = Random::stream(3);
    let mut months = special_rows(plans, &mut random);
    let special: i64 = months.iter().map(|rows| count(rows)).sum();
    let ordinary = ROWS - special - count(&BROKEN) - restatement::EXTRA_ROWS;
    add_ordinary_rows(&mut months, plans, ordinary, &mut random);
    let mut number = 100_000;
    (0..)
        .zip(months)
        .map(|(month, rows)| {
            let name = format!("ledger/{}.csv", month_start(month).year_and_month());
            let text = written(month, rows, &mut number, &mut random);
            (name, windows_1252(&text))
        })
        .collect()
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// Rows without an initiative, and commitments with their release two months later.
fn special_rows(plans: &[Plan], random: &mut Random) -> Vec<Vec<Entry>> {
    let mut months: Vec<Vec<Entry>> = (0..MONTHS).map(|month| unassigned(month, random)).collect();
    for (initiative, plan) in INITIATIVES.iter().zip(plans) {
        for (month, amount) in (0..MONTHS)
            .zip(&plan.budget)
            .filter(|(_, amount)| **amount > 0)
        {
            if random.chance(50) {
                let cents = share(*amount, random.between(15, 40), 100);
                let promise = Entry {
                    kind: COMMITMENT,
                    ..entry(initiative, month, cents, random)
                };
                let release = (month + 2 < MONTHS).then(|| released(&promise, month + 2, random));
                for (place, row) in (month..).step_by(2).zip([Some(promise), release]) {
                    months[index(place)].extend(row);
                }
            }
        }
    }
    months
}

fn index(month: i64) -> usize {
    usize::try_from(month.clamp(0, MONTHS - 1)).unwrap_or(0)
}

fn released(promise: &Entry, month: i64, random: &mut Random) -> Entry {
    let posted = some_day(month, random);
    Entry {
        posted,
        recorded: recorded(month, random),
        cents: -promise.cents,
        ..promise.clone()
    }
}

/// Small purchases that nobody assigned.
fn unassigned(month: i64, random: &mut Random) -> Vec<Entry> {
    let usual = share(total_of(month), UNASSIGNED, 10_000);
    let total = share(usual, random.between(96, 104), 100);
    let weights: Vec<i64> = (0..22).map(|_| random.between(30, 170)).collect();
    split(total, &weights)
        .into_iter()
        .map(|cents| {
            let (unit, _) = *random.pick(&UNITS);
            let like = random.pick(&INITIATIVES);
            let blank = if random.chance(30) { "n/a" } else { "" };
            Entry {
                initiative: blank,
                unit,
                account: "6300",
                ..entry(like, month, cents, random)
            }
        })
        .collect()
}

/// Spreads the spend of every initiative, month and account over about as many rows as its
/// size deserves: by square root, so that large months do not swallow all rows.
fn add_ordinary_rows(months: &mut [Vec<Entry>], plans: &[Plan], rows: i64, random: &mut Random) {
    let slots = slots(plans);
    let spare = rows - count(&slots);
    let weights: Vec<i64> = slots.iter().map(|slot| slot.cents.isqrt()).collect();
    for (slot, extra) in slots.iter().zip(split(spare, &weights)) {
        let sizes: Vec<i64> = (0..=extra).map(|_| random.between(30, 170)).collect();
        let mut entries: Vec<Entry> = split(slot.cents, &sizes)
            .into_iter()
            .map(|cents| Entry {
                account: slot.account,
                ..entry(slot.initiative, slot.month, cents, random)
            })
            .collect();
        restatement::apply(&mut entries, slot.month);
        months[index(slot.month)].extend(entries);
    }
}

struct Slot {
    initiative: &'static Initiative,
    month: i64,
    account: &'static str,
    cents: i64,
}

fn slots(plans: &[Plan]) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (initiative, plan) in INITIATIVES.iter().zip(plans) {
        let percents: Vec<i64> = accounts(initiative)
            .iter()
            .map(|(_, percent)| *percent)
            .collect();
        for (month, amount) in (0..).zip(&plan.actual).filter(|(_, amount)| **amount > 0) {
            for ((account, _), cents) in accounts(initiative).iter().zip(split(*amount, &percents))
            {
                slots.push(Slot {
                    initiative,
                    month,
                    account,
                    cents,
                });
            }
        }
    }
    slots
}

fn entry(initiative: &Initiative, month: i64, cents: i64, random: &mut Random) -> Entry {
    Entry {
        posted: some_day(month, random),
        recorded: recorded(month, random),
        initiative: initiative.id,
        account: "6300",
        cost_centre: initiative.cost_centre(),
        unit: initiative.unit,
        vendor: pick_vendor(random),
        kind: ACTUAL,
        cents,
    }
}

fn pick_vendor(random: &mut Random) -> &'static str {
    let vendor: &&'static str = random.pick(&VENDORS);
    vendor
}

const fn some_day(month: i64, random: &mut Random) -> Day {
    let last = month_start(month).days_to(month_end(month));
    month_start(month).plus(random.between(0, last))
}

/// The sub-ledger hands over in the first days of the following month.
const fn recorded(month: i64, random: &mut Random) -> Day {
    month_start(month + 1).plus(random.between(1, 8))
}

/// The text of one month: rows in order of posting, the broken ones among them.
fn written(month: i64, mut rows: Vec<Entry>, number: &mut i64, random: &mut Random) -> String {
    rows.sort_by_key(|row| (row.recorded > month_start(month + 2), row.posted));
    let mut text = format!("{HEADER}\n");
    for (place, row) in rows.iter().enumerate() {
        let good = fields(row, next(number), random);
        push(&mut text, &good);
        for (_, _, flaw) in BROKEN
            .iter()
            .filter(|(at, after, _)| *at == month && *after == place)
        {
            let fresh = fields(row, next(number), random);
            push(&mut text, &spoiled(*flaw, &good, fresh, row.cents));
        }
    }
    text
}

const fn next(number: &mut i64) -> i64 {
    *number += 1;
    *number
}

fn push(text: &mut String, fields: &[String]) {
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    text.push_str(&line(&fields, ';'));
    text.push('\n');
}

fn fields(row: &Entry, number: i64, random: &mut Random) -> Vec<String> {
    let unit = UNITS
        .iter()
        .find(|(id, _)| *id == row.unit)
        .map_or("", |(_, name)| name);
    let (vendor, cents, currency) = if dollars::pays(row.initiative, row.account) {
        let cents = dollars::invoiced(row.cents, row.posted);
        (dollars::VENDOR, cents, dollars::CURRENCY)
    } else {
        (row.vendor, row.cents, "EUR")
    };
    let amount = if random.chance(60) {
        grouped(cents)
    } else {
        with_comma(cents)
    };
    let [quantity, price] = quantities::bought(row.initiative, row.account, row.posted, row.cents);
    vec![
        "1000".to_owned(),
        format!("0049{number}"),
        row.posted.dotted(),
        row.recorded.dotted(),
        row.initiative.to_owned(),
        row.account.to_owned(),
        row.cost_centre.clone(),
        unit.to_owned(),
        vendor.to_owned(),
        row.kind.to_owned(),
        amount,
        currency.to_owned(),
        quantity,
        price,
    ]
}

fn spoiled(flaw: Flaw, good: &[String], mut fresh: Vec<String>, cents: i64) -> Vec<String> {
    match flaw {
        Flaw::SameRowTwice => return good.to_vec(),
        Flaw::UnknownInitiative => "I-099".clone_into(&mut fresh[4]),
        Flaw::ThirdDecimal => fresh[10] = format!("{}5", with_point(cents).replace('.', ",")),
        Flaw::FieldTooMany => fresh.push("Nachtrag".to_owned()),
        Flaw::NoSuchDay => "31.02.2025".clone_into(&mut fresh[2]),
    }
    fresh
}
