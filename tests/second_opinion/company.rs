//! An organisation as the models see it on its last day, read from the raw files of
//! either project, so that one computation is held against both runs.

mod canada;
mod files;
mod sample;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};

use super::half_away;
use crate::support::Table;

/// What collects money without an initiative, account, unit or vendor.
pub(super) const NONE: &str = "(none)";
/// What collects money without a goal.
pub(super) const UNALIGNED: &str = "(unaligned)";

/// Shares of money are laid end to end in trillionths, as the engine's decimals are.
const WHOLE: i128 = 1_000_000_000_000;

pub(super) struct Company {
    /// A table that the run published.
    pub(super) table: fn(&str) -> Table,
    /// The last day of a fiscal year, so that no period is running half gone.
    pub(super) as_of: NaiveDate,
    /// Name of the fiscal year that begins in April of this year.
    pub(super) year_name: fn(i32) -> String,
    pub(super) materiality_cents: i128,
    pub(super) initiatives: BTreeMap<String, Initiative>,
    pub(super) goals: BTreeMap<String, Goal>,
    /// Goals of each KPI, with shares.
    pub(super) kpi_goals: BTreeMap<String, Vec<(String, f64)>>,
    pub(super) spend: Vec<Money>,
    pub(super) commitments: Vec<Money>,
    /// Of the version that each initiative is compared with, by month.
    pub(super) budget: Vec<Money>,
    /// Goals of each initiative, where the share of each ends.
    share_ends: BTreeMap<String, Vec<(String, i128)>>,
}

#[derive(Default)]
pub(super) struct Initiative {
    pub(super) unit: String,
    pub(super) stage: String,
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    pub(super) actual_end: Option<NaiveDate>,
    pub(super) approved: Option<i128>,
    pub(super) is_mandatory: bool,
    pub(super) class: String,
    pub(super) goal: String,
}

pub(super) struct Goal {
    pub(super) parent: String,
    pub(super) weight: Option<f64>,
    pub(super) owner: String,
    pub(super) status: String,
    pub(super) due: Option<NaiveDate>,
}

#[derive(Clone)]
pub(super) struct Money {
    pub(super) initiative: String,
    pub(super) account: String,
    pub(super) unit: String,
    pub(super) vendor: String,
    pub(super) month: i32,
    pub(super) cents: i128,
}

pub(super) fn sample() -> &'static Company {
    static SAMPLE: OnceLock<Company> = OnceLock::new();
    SAMPLE.get_or_init(sample::read)
}

pub(super) fn canada() -> &'static Company {
    static CANADA: OnceLock<Company> = OnceLock::new();
    CANADA.get_or_init(canada::read)
}

/// Months since the year 0, so that they can be counted.
pub(super) fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap()
}

pub(super) fn first_day(month: i32) -> NaiveDate {
    let month0 = u32::try_from(month.rem_euclid(12)).unwrap();
    NaiveDate::from_ymd_opt(month.div_euclid(12), month0 + 1, 1).unwrap()
}

pub(super) fn last_day(month: i32) -> NaiveDate {
    first_day(month + 1).pred_opt().unwrap()
}

/// The calendar year in whose April the fiscal year of a month began.
pub(super) fn year_of(month: i32) -> i32 {
    (month - 3).div_euclid(12)
}

/// The day that `YYYY-MM-DD` names; nothing for none, and for a day that never was.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// Money spread over the months of a span by days. Each part is a difference of the
/// rounded running total; the share of days has fifteen decimals, as in the engine,
/// because ties at half a cent depend on it.
pub(super) fn spread(cents: i128, from: NaiveDate, to: NaiveDate) -> Vec<(i32, i128)> {
    let days = i128::from((to - from).num_days() + 1);
    let mut before = 0;
    let months = month_of(from)..=month_of(to);
    months
        .map(|month| {
            let gone = i128::from((last_day(month).min(to) - from).num_days() + 1);
            let share = half_away(gone * 1_000_000_000_000_000, days);
            let so_far = half_away(cents * share, 1_000_000_000_000_000);
            let part = so_far - before;
            before = so_far;
            (month, part)
        })
        .collect()
}

impl Company {
    pub(super) fn last_month(&self) -> i32 {
        month_of(self.as_of)
    }

    /// The last twelve months.
    pub(super) fn is_trailing(&self, month: i32) -> bool {
        (self.last_month() - 11..=self.last_month()).contains(&month)
    }

    pub(super) fn is_mandatory(&self, initiative: &str) -> bool {
        self.initiatives
            .get(initiative)
            .is_some_and(|i| i.is_mandatory)
    }

    /// Goals that an initiative is linked to.
    pub(super) fn goals_of(&self, initiative: &str) -> impl Iterator<Item = &str> {
        let ends = self.share_ends.get(initiative);
        ends.into_iter().flatten().map(|(goal, _)| goal.as_str())
    }

    /// Whether part of an initiative has no goal.
    pub(super) fn is_partly_unaligned(&self, initiative: &str) -> bool {
        let ends = self.share_ends.get(initiative);
        ends.and_then(|e| e.last())
            .is_none_or(|(_, end)| *end < WHOLE)
    }

    /// An amount by goal; the parts sum to it.
    fn split(&self, initiative: &str, cents: i128) -> Vec<(String, i128)> {
        let mut before = (0, 0);
        let mut parts = Vec::new();
        let ends = self.share_ends.get(initiative).into_iter().flatten();
        for (goal, end) in ends {
            let so_far = half_away(cents * end, WHOLE);
            parts.push((goal.clone(), so_far - before.1));
            before = (*end, so_far);
        }
        if before.0 < WHOLE {
            parts.push((UNALIGNED.to_owned(), cents - before.1));
        }
        parts
    }

    /// Money by initiative, goal and month. The engine splits the sum of an initiative and
    /// month once, and so does this.
    pub(super) fn by_link(&self, money: &[Money]) -> BTreeMap<(String, String, i32), i128> {
        let mut months: BTreeMap<(&str, i32), i128> = BTreeMap::new();
        for m in money {
            *months.entry((&m.initiative, m.month)).or_default() += m.cents;
        }
        let mut parts = BTreeMap::new();
        for ((initiative, month), cents) in months {
            for (goal, part) in self.split(initiative, cents) {
                parts.insert((initiative.to_owned(), goal, month), part);
            }
        }
        parts
    }

    /// A goal, its parent, and so on to the top.
    pub(super) fn ancestry<'a>(&'a self, goal: &'a str) -> Vec<&'a str> {
        let mut line = Vec::new();
        let mut at = Some(goal);
        while let Some((id, found)) = at.and_then(|id| self.goals.get_key_value(id)) {
            line.push(id.as_str());
            at = Some(found.parent.as_str());
        }
        line
    }

    /// Goals directly below each goal; those at the top stand below nothing.
    pub(super) fn families(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, goal) in &self.goals {
            let parent = self
                .goals
                .get_key_value(&goal.parent)
                .map_or("", |(p, _)| p);
            families.entry(parent).or_default().push(id);
        }
        families
    }

    /// Share of the whole: the product of the shares among siblings on the way down.
    pub(super) fn weight(&self, goal: &str) -> Option<f64> {
        let (mut product, families) = (1.0, self.families());
        for id in self.ancestry(goal) {
            let sum: f64 = families[self.goals[id].parent.as_str()]
                .iter()
                .map(|s| self.goals[*s].weight)
                .sum::<Option<f64>>()?;
            product *= self.goals[id].weight? / sum;
        }
        Some(product)
    }
}

/// Lays the shares of each child end to end: goals in order of id, ends to twelve
/// decimals. Links without a weight are as good as each other.
fn laid_end_to_end(
    links: BTreeMap<String, BTreeMap<String, Option<i128>>>,
    goals: &BTreeMap<String, Goal>,
) -> BTreeMap<String, Vec<(String, i128)>> {
    let fifteen = 1_000 * WHOLE;
    let mut ends = BTreeMap::new();
    for (child, of) in links {
        let sum: i128 = of.values().map(|w| w.unwrap_or(fifteen)).sum();
        let mut reached = 0;
        let mut laid = Vec::new();
        for (goal, weight) in of.into_iter().filter(|(g, _)| goals.contains_key(g)) {
            let weight = weight.unwrap_or(fifteen);
            reached += half_away(weight * fifteen, sum.max(fifteen));
            laid.push((goal, half_away(reached, 1_000).min(WHOLE)));
        }
        if !laid.is_empty() {
            ends.insert(child, laid);
        }
    }
    ends
}
