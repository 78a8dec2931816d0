//! Changes of figures: money, each with causes that sum to it, and measures.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::session::{CHANGES, Session};
use crate::catalogue::Rows;
use crate::contract::display_cents;
use crate::error::{Error, Result};

/// Money in cents; in JSON a plain decimal, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cents(pub(super) i128);

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&display_cents(self.0))
    }
}

/// What one cause adds to an amount.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    pub(super) cause: String,
    pub(super) change_amount: Cents,
}

/// An amount in both releases, and what made it another one.
#[derive(Debug, Serialize)]
pub(super) struct Money {
    pub(super) subject_type: String,
    pub(super) subject_id: String,
    pub(super) subject_name: String,
    pub(super) measure: String,
    pub(super) before_amount: Cents,
    pub(super) change_amount: Cents,
    pub(super) after_amount: Cents,
    /// None where nothing changed.
    pub(super) causes: Vec<Cause>,
}

impl Money {
    /// What the causes leave unexplained, which is nothing.
    fn rest(&self) -> i128 {
        let told: i128 = self.causes.iter().map(|c| c.change_amount.0).sum();
        self.after_amount.0 - self.before_amount.0 - told
    }
}

/// A measure that is no money, in both releases; of a status the words.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) subject_type: String,
    pub(super) subject_id: String,
    pub(super) subject_name: String,
    pub(super) business_unit: String,
    pub(super) measure: String,
    pub(super) cause: String,
    pub(super) unit: String,
    pub(super) before_value: Option<f64>,
    pub(super) change_value: Option<f64>,
    pub(super) after_value: Option<f64>,
    pub(super) before_status: Option<String>,
    pub(super) after_status: Option<String>,
}

/// Spend and budget as both releases have them, whatever the causes say.
const TOTALS: &str = "
    select 'spend' as measure,
        (select cast(coalesce(sum(spend_amount), 0) as decimal(38, 2)) from previous.base.spend_by_month) as before_amount,
        (select cast(coalesce(sum(spend_amount), 0) as decimal(38, 2)) from base.spend_by_month) as after_amount
    union all
    select 'budget' as measure,
        (select cast(coalesce(sum(b.budget_amount), 0) as decimal(38, 2)) from previous.base.budget_by_month as b
            inner join previous.base.chosen_budget as c on b.initiative_id = c.initiative_id and b.version = c.version) as before_amount,
        (select cast(coalesce(sum(b.budget_amount), 0) as decimal(38, 2)) from base.budget_by_month as b
            inner join base.chosen_budget as c on b.initiative_id = c.initiative_id and b.version = c.version) as after_amount";

/// The totals, and what changed under each subject, the largest change first.
pub(super) fn money(session: &Session) -> Result<(Vec<Money>, Vec<Money>)> {
    let published = Rows::read(&session.catalogue, "add up both releases", TOTALS)?;
    let mut changed = changed(session)?;
    let mut totals = Vec::new();
    for measure in ["spend", "budget"] {
        let row = (0..published.height()).find(|r| published.shown("measure", *r) == measure);
        let row = row.ok_or_else(|| Error::Bug(format!("no total of the {measure}")))?;
        let at = changed
            .iter()
            .position(|m| m.subject_type == "all" && m.measure == measure);
        let mut total = Money {
            subject_type: "all".into(),
            subject_id: "(all)".into(),
            subject_name: String::new(),
            measure: measure.into(),
            before_amount: cents(&published, "before_amount", row)?,
            change_amount: Cents(0),
            after_amount: cents(&published, "after_amount", row)?,
            causes: at.map_or_else(Vec::new, |at| changed.remove(at).causes),
        };
        total.change_amount = Cents(total.after_amount.0 - total.before_amount.0);
        totals.push(total);
    }
    if let Some(broken) = totals.iter().chain(&changed).find(|m| m.rest() != 0) {
        return Err(Error::Promise {
            path: CHANGES.into(),
            message: format!(
                "the causes leave {} of the change of {} of {} unexplained",
                display_cents(broken.rest()),
                broken.measure,
                broken.subject_id
            ),
            built_in: true,
        });
    }
    if session.is_backwards {
        totals.iter_mut().chain(&mut changed).for_each(turn);
    }
    Ok((totals, changed))
}

/// Money by subject and measure, with its causes.
fn changed(session: &Session) -> Result<Vec<Money>> {
    let sql = format!(
        "select * from {CHANGES} where change_amount is not null \
         order by subject_type, subject_id, measure, cause"
    );
    let rows = Rows::read(&session.catalogue, "read what changed", &sql)?;
    let mut by_subject: BTreeMap<[String; 3], Money> = BTreeMap::new();
    for r in 0..rows.height() {
        let key = ["subject_type", "subject_id", "measure"].map(|c| rows.shown(c, r));
        let (before, after) = (
            cents(&rows, "before_amount", r)?,
            cents(&rows, "after_amount", r)?,
        );
        let cause = Cause {
            cause: rows.shown("cause", r),
            change_amount: cents(&rows, "change_amount", r)?,
        };
        let [subject_type, subject_id, measure] = key.clone();
        by_subject
            .entry(key)
            .or_insert_with(|| Money {
                subject_type,
                subject_id,
                subject_name: rows.shown("subject_name", r),
                measure,
                before_amount: before,
                change_amount: Cents(after.0 - before.0),
                after_amount: after,
                causes: Vec::new(),
            })
            .causes
            .push(cause);
    }
    let mut changed: Vec<Money> = by_subject.into_values().collect();
    // The sort is stable: equal changes stay in the order of their subjects.
    changed.sort_by_key(|m| std::cmp::Reverse(m.change_amount.0.abs()));
    Ok(changed)
}

/// The way back.
fn turn(money: &mut Money) {
    std::mem::swap(&mut money.before_amount, &mut money.after_amount);
    money.change_amount.0 = -money.change_amount.0;
    for cause in &mut money.causes {
        cause.change_amount.0 = -cause.change_amount.0;
    }
}

fn cents(rows: &Rows, column: &str, row: usize) -> Result<Cents> {
    let text = rows.shown(column, row);
    text.replace('.', "")
        .parse()
        .map(Cents)
        .map_err(|_| Error::Bug(format!("`{column}` is `{text}`, and no amount")))
}

/// KPIs and weights that are not what they were.
pub(super) fn measures(session: &Session) -> Result<Vec<Figure>> {
    let sql = format!(
        "select * from {CHANGES} where change_amount is null \
         and ((before_value is distinct from after_value) or (before_status is distinct from after_status)) \
         order by subject_type, subject_id, business_unit, measure, cause"
    );
    let rows = Rows::read(&session.catalogue, "read what changed", &sql)?;
    let mut found = Vec::new();
    for r in 0..rows.height() {
        let mut measure = Figure {
            subject_type: rows.shown("subject_type", r),
            subject_id: rows.shown("subject_id", r),
            subject_name: rows.shown("subject_name", r),
            business_unit: rows.shown("business_unit", r),
            measure: rows.shown("measure", r),
            cause: rows.shown("cause", r),
            unit: rows.shown("unit", r),
            before_value: rows.double("before_value", r),
            change_value: rows.double("change_value", r),
            after_value: rows.double("after_value", r),
            before_status: rows.text("before_status", r),
            after_status: rows.text("after_status", r),
        };
        if session.is_backwards {
            std::mem::swap(&mut measure.before_value, &mut measure.after_value);
            std::mem::swap(&mut measure.before_status, &mut measure.after_status);
            measure.change_value = measure.change_value.map(|v| -v);
        }
        found.push(measure);
    }
    Ok(found)
}
