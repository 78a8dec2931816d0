//! Page: everything the scorecard page says, as plain values.
//!
//! In: figures that models computed, already written as text with their unit,
//! plus the raw number where a chart needs a length. Out: nothing; `render`
//! reads it.
//!
//! Not here: computing, rounding or formatting a figure.
//!
//! Rule: a list that is empty says why in `empty_reason`.

use serde::Serialize;

use super::evidence::{Load, Model, NotComputed, Notice};
use super::warnings::Warnings;

/// The whole page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    /// Project name, the page's heading.
    pub project: String,
    /// One or two sentences on what the project covers; may be empty.
    pub description: String,
    /// Business date the figures are true for.
    pub as_of: String,
    /// What was known: the snapshot or moment the figures rest on.
    pub as_known: String,
    /// Version of the thresholds and definitions in force.
    pub rules_version: String,
    /// Release the page belongs to.
    pub release_id: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Reporting currency.
    pub currency: String,
    /// One row per ledger currency.
    pub reconciliation: Listing<Reconciliation>,
    /// The three answers, in the order shown.
    pub answers: Vec<Answer>,
    /// Early warning; none where its models did not run.
    pub warnings: Option<Warnings>,
    /// Priority against money, one entry per goal level, level 1 first.
    pub priority: Listing<PriorityLevel>,
    /// Budget to actual, one row per initiative, to date. Give every row: the page counts them.
    pub variances: Listing<Variance>,
    /// KPI attainment. Give every row: the page counts them by status.
    pub kpis: Listing<Kpi>,
    /// The goal tree, each parent before its children.
    pub goals: Listing<Goal>,
    /// Initiatives and KPIs that have no path to a goal.
    pub pathless: Listing<Pathless>,
    /// Coverage measures.
    pub coverage: Listing<Coverage>,
    /// Load and contract findings, gravest first.
    pub notices: Listing<Notice>,
    /// Analyses that could not run.
    pub not_computed: Listing<NotComputed>,
    /// What was loaded.
    pub loads: Listing<Load>,
    /// Every published model.
    pub models: Vec<Model>,
}

/// Rows of one section, or the reason why there are none.
#[derive(Clone, Debug, Serialize)]
pub struct Listing<T> {
    /// Rows; the page orders and caps them where it says so.
    pub rows: Vec<T>,
    /// Rows in the full table; never less than `rows` holds.
    pub total_count: usize,
    /// Sentence shown when there is no row, or beside rows that lack a figure.
    pub empty_reason: String,
    /// Model the rows come from, or empty.
    pub source: String,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            total_count: 0,
            empty_reason: String::new(),
            source: String::new(),
        }
    }
}

impl<T> Listing<T> {
    /// All the rows of a model.
    #[must_use]
    pub fn of(source: &str, rows: Vec<T>) -> Self {
        Self {
            total_count: rows.len(),
            rows,
            empty_reason: String::new(),
            source: source.to_owned(),
        }
    }

    /// No rows, and why.
    #[must_use]
    pub fn empty(source: &str, reason: &str) -> Self {
        Self {
            empty_reason: reason.to_owned(),
            ..Self::of(source, Vec::new())
        }
    }
}

/// Judgement on an answer or a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// In order.
    Good,
    /// Near a threshold.
    Watch,
    /// Beyond a threshold.
    Bad,
    /// Not known; never shown as good.
    #[default]
    Unknown,
}

/// Derived status of a KPI. Ordered as shown: gravest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Below the amber threshold.
    Red,
    /// Below the green threshold.
    Amber,
    /// Unknown.
    #[default]
    Grey,
    /// At or above the green threshold.
    Green,
}

impl Status {
    /// By its name in a model; anything else is unknown.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "green" => Self::Green,
            "amber" => Self::Amber,
            "red" => Self::Red,
            _ => Self::Grey,
        }
    }
}

/// One of the three answers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Answer {
    /// The question in words.
    pub question: String,
    /// The figure, with its unit.
    pub figure: String,
    /// What the figure is a figure of, in a few words.
    pub label: String,
    /// One sentence that answers.
    pub sentence: String,
    /// Judgement.
    pub tone: Tone,
    /// Section that shows why: one of `priority`, `budget`, `kpis`, `sight`, `coverage`.
    pub anchor: String,
}

/// One ledger currency, accounted for to the cent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reconciliation {
    /// Currency of the amounts.
    pub currency: String,
    /// Independent total of the files.
    pub ledger: String,
    /// Spend with a path to a goal.
    pub aligned: String,
    /// Spend without one.
    pub unaligned: String,
    /// Spend in rows that were refused.
    pub quarantined: String,
    /// Spend dated or recorded later than the page looks.
    pub later: String,
    /// Spend in repeated rows.
    pub duplicates: String,
    /// What is left over.
    pub difference: String,
    /// Whether nothing is left over.
    pub is_balanced: bool,
}

/// Priority against money at one level of the goal tree.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PriorityLevel {
    /// Level, 1 = root goals.
    pub level: u32,
    /// What the level is called, e.g. "Strategic goals"; may be empty.
    pub title: String,
    /// Money that would have to move to match the weights; empty when unknown.
    pub to_move: String,
    /// Why weights are missing; empty when they are not.
    pub status_reason: String,
    /// Goals of this cut.
    pub rows: Vec<PriorityRow>,
}

/// One goal's priority and money.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PriorityRow {
    /// Goal.
    pub goal_id: String,
    /// Name of the goal.
    pub goal_name: String,
    /// Share of weight, 0..1.
    pub weight_ratio: Option<f64>,
    /// Share of weight as text.
    pub weight: String,
    /// Share of money, 0..1.
    pub spend_ratio: Option<f64>,
    /// Share of money as text.
    pub spend_share: String,
    /// Money its weight would give it.
    pub fair: String,
    /// Money it got.
    pub actual: String,
    /// Money to move, signed: positive = move in.
    pub move_amount: String,
    /// `under-funded`, `over-funded`, `in line` or empty.
    pub verdict: String,
    /// Where the weight comes from.
    pub basis: String,
    /// Why a figure is missing.
    pub status_reason: String,
}

/// One initiative's budget against actual, to date.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Variance {
    /// Initiative.
    pub initiative_id: String,
    /// Its name.
    pub name: String,
    /// Business unit.
    pub unit: String,
    /// Budget to date.
    pub budget: String,
    /// Actual to date.
    pub actual: String,
    /// Budget minus actual: positive = under budget.
    pub variance: String,
    /// The same as a number, for order and length.
    pub variance_value: f64,
    /// Variance over budget, as text.
    pub ratio: String,
    /// Whether a materiality rule fired.
    pub is_material: bool,
    /// The rule that fired.
    pub rule: String,
    /// Why a figure is missing.
    pub status_reason: String,
}

/// One KPI in one business unit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Kpi {
    /// KPI.
    pub kpi_id: String,
    /// Its name.
    pub name: String,
    /// Business unit.
    pub unit: String,
    /// Goal it measures.
    pub goal: String,
    /// Latest value with its unit.
    pub actual: String,
    /// Target with its unit.
    pub target: String,
    /// Attainment as text.
    pub attainment: String,
    /// Attainment, 1 = target reached.
    pub attainment_ratio: Option<f64>,
    /// Attainment expected by now.
    pub expected_ratio: Option<f64>,
    /// Date of the latest value.
    pub period_end: String,
    /// Derived status.
    pub status: Status,
    /// `met`, `not met` or empty.
    pub verdict: String,
    /// Why a figure is missing.
    pub status_reason: String,
}

/// One goal in the line of sight.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Goal {
    /// Goal.
    pub goal_id: String,
    /// Its name.
    pub name: String,
    /// Distance from the root, 0 = root.
    pub depth: u32,
    /// Root > … > goal.
    pub path: String,
    /// Weight as text.
    pub weight: String,
    /// Spend under it, as text.
    pub spend: String,
    /// KPIs under it.
    pub kpi_count: usize,
    /// Initiatives under it; `initiatives` may hold fewer.
    pub initiative_count: usize,
    /// Initiatives linked to it, largest first.
    pub initiatives: Vec<Linked>,
}

/// An initiative under a goal.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Linked {
    /// Initiative.
    pub initiative_id: String,
    /// Its name.
    pub name: String,
    /// Business unit.
    pub unit: String,
    /// The part of its spend that flows to the goal.
    pub spend: String,
}

/// Work or a measure without a path to a goal.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pathless {
    /// `initiative` or `kpi`.
    pub item_type: String,
    /// Item.
    pub item_id: String,
    /// Its name.
    pub name: String,
    /// Business unit.
    pub unit: String,
    /// Its spend; empty for KPIs.
    pub spend: String,
    /// Why there is no path.
    pub gap_reason: String,
}

/// A coverage measure.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    /// What is covered.
    pub measure: String,
    /// Numerator with unit.
    pub covered: String,
    /// Denominator with unit.
    pub total: String,
    /// Ratio as text.
    pub ratio: String,
    /// Ratio, 0..1.
    pub ratio_value: Option<f64>,
    /// Why there is no ratio.
    pub status_reason: String,
}
