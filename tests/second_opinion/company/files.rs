//! What both projects' files have in common on their way to what the models know.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Goal, Initiative, Money, NONE, WHOLE, day, spread};
use crate::second_opinion::{Row, newest};

pub(super) type Links = BTreeMap<String, BTreeMap<String, Option<i128>>>;

/// The newest version of each key that holds on a day.
pub(super) fn versions(
    rows: Vec<Row>,
    key: &str,
    version: &str,
    as_of: NaiveDate,
) -> BTreeMap<String, Row> {
    let mut rows = rows;
    rows.retain(|r| day(&r[version]).is_none_or(|d| d <= as_of));
    newest(rows, key, version)
}

pub(super) fn known(initiatives: &BTreeMap<String, Initiative>, named: &str) -> String {
    let id = if initiatives.contains_key(named) {
        named
    } else {
        NONE
    };
    id.to_owned()
}

pub(super) fn named(text: &str) -> String {
    let name = if matches!(text, "" | "n/a") {
        NONE
    } else {
        text
    };
    name.to_owned()
}

pub(super) fn goals_from(
    rows: BTreeMap<String, Row>,
    due: &str,
    status: impl Fn(&Row) -> String,
) -> BTreeMap<String, Goal> {
    rows.into_iter()
        .map(|(id, row)| {
            let goal = Goal {
                parent: row["parent_goal_id"].clone(),
                weight: row["weight"].parse().ok(),
                owner: row["owner"].clone(),
                status: status(&row),
                due: day(&row[due]),
            };
            (id, goal)
        })
        .collect()
}

/// Children that no link names go where their own row says.
pub(super) fn with_shorthand<'a>(
    links: &mut Links,
    shorthand: impl Iterator<Item = (&'a String, &'a str)>,
) {
    for (child, goal) in shorthand {
        if !goal.is_empty() && !links.contains_key(child) {
            let only = BTreeMap::from([(goal.to_owned(), None)]);
            links.insert(child.clone(), only);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shares of at most 1")]
pub(super) fn as_shares(
    laid: BTreeMap<String, Vec<(String, i128)>>,
) -> BTreeMap<String, Vec<(String, f64)>> {
    let shares = |ends: Vec<(String, i128)>| {
        let mut before = 0;
        let mut shares = Vec::new();
        for (goal, end) in ends {
            shares.push((goal, (end - before) as f64 / WHOLE as f64));
            before = end;
        }
        shares
    };
    laid.into_iter()
        .map(|(k, ends)| (k, shares(ends)))
        .collect()
}

pub(super) fn parts(
    initiative: &str,
    account: &str,
    whole: i128,
    [from, to]: [NaiveDate; 2],
) -> Vec<Money> {
    spread(whole, from, to)
        .into_iter()
        .map(|(month, cents)| Money {
            initiative: initiative.to_owned(),
            account: account.to_owned(),
            unit: NONE.to_owned(),
            vendor: NONE.to_owned(),
            month,
            cents,
        })
        .collect()
}
