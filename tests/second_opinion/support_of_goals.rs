//! What stands under each goal, and what has no goal.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{self, Company, Goal, NONE, UNALIGNED, day, year_of};
use super::compare::Published;
use super::rows;

/// Goals of each, with all goals above them.
#[derive(Default)]
struct Under<'a> {
    work: BTreeSet<&'a str>,
    active: BTreeSet<&'a str>,
    dated: BTreeSet<&'a str>,
    own_kpis: BTreeSet<&'a str>,
    kpis: BTreeSet<&'a str>,
    spent: i128,
    budget: i128,
    has_money: bool,
}

/// Initiatives with a milestone, each of which has a date.
fn dated(company: &Company) -> BTreeSet<String> {
    if company.goals.contains_key("G-100") {
        let milestones = rows("milestones.csv", ',').into_iter();
        let with_date = milestones.filter(|m| day(&m["baseline_date"]).is_some());
        with_date.map(|m| m["initiative_id"].clone()).collect()
    } else {
        BTreeSet::new()
    }
}

/// Trailing spend and the budget of the running fiscal year, by goal linked directly.
fn money(company: &Company) -> BTreeMap<String, [i128; 2]> {
    let mut money: BTreeMap<String, [i128; 2]> = BTreeMap::new();
    for (side, all) in [&company.spend, &company.budget].into_iter().enumerate() {
        for ((_, goal, month), cents) in company.by_link(all) {
            if year_of(month) == year_of(company.last_month()) {
                money.entry(goal).or_default()[side] += cents;
            }
        }
    }
    money
}

fn under<'a>(company: &'a Company, dated: &BTreeSet<String>) -> BTreeMap<&'a str, Under<'a>> {
    let mut under: BTreeMap<&str, Under> = BTreeMap::new();
    for goal in company.goals.keys() {
        under.entry(goal).or_default();
    }
    for (id, initiative) in &company.initiatives {
        for goal in company.goals_of(id).flat_map(|g| company.ancestry(g)) {
            let found = under.get_mut(goal).unwrap();
            found.work.insert(id);
            if initiative.stage == "active" {
                found.active.insert(id);
            }
            if dated.contains(id) {
                found.dated.insert(id);
            }
        }
    }
    for (kpi, goals) in &company.kpi_goals {
        for (direct, _) in goals {
            under.get_mut(direct.as_str()).unwrap().own_kpis.insert(kpi);
            for goal in company.ancestry(direct) {
                under.get_mut(goal).unwrap().kpis.insert(kpi);
            }
        }
    }
    for (direct, [spent, budget]) in &money(company) {
        for goal in company.ancestry(direct) {
            let found = under.get_mut(goal).unwrap();
            found.spent += spent;
            found.budget += budget;
            found.has_money |= *spent != 0 || *budget != 0;
        }
    }
    under
}

fn is_open(company: &Company, goal: &Goal) -> bool {
    goal.due.is_none_or(|due| due >= company.as_of)
        && !matches!(goal.status.as_str(), "inactive" | "closed" | "complete")
}

/// What a goal lacks of what the project records at all.
fn missing(company: &Company, goal: &Goal, under: &Under, has_dates: bool) -> Vec<&'static str> {
    let has_owners = company.goals.values().any(|g| !g.owner.is_empty());
    let no_active_work = under.active.is_empty() && !under.work.is_empty();
    [
        (under.work.is_empty(), "work"),
        (no_active_work, "active work"),
        (!under.has_money, "money"),
        (under.kpis.is_empty(), "KPI"),
        (has_owners && goal.owner.is_empty(), "owner"),
        (has_dates && under.dated.is_empty(), "dated milestone"),
    ]
    .into_iter()
    .filter_map(|(is_missing, what)| is_missing.then_some(what))
    .collect()
}

fn compare_support(company: &Company) {
    let theirs = Published::new((company.table)("alignment.goal_support"), &["goal_id"]);
    let dated = dated(company);
    let all = under(company, &dated);
    assert_eq!(theirs.height(), all.len());
    for (goal, under) in &all {
        let row = [*goal];
        theirs.same_count(&row, "initiative_count", under.work.len());
        theirs.same_count(&row, "active_initiative_count", under.active.len());
        theirs.same_count(&row, "dated_initiative_count", under.dated.len());
        theirs.same_count(&row, "kpi_count", under.own_kpis.len());
        theirs.same_count(&row, "subtree_kpi_count", under.kpis.len());
        theirs.same_cents(&row, "spend_amount", under.spent);
        theirs.same_cents(&row, "budget_amount", under.budget);
        let found = &company.goals[*goal];
        theirs.same(&row, "is_open", Some(&is_open(company, found).to_string()));
        let missing = missing(company, found, under, !dated.is_empty()).join(", ");
        theirs.same(
            &row,
            "missing",
            Some(missing.as_str()).filter(|m| !m.is_empty()),
        );
    }
}

type Orphans = BTreeMap<(&'static str, String, String), Option<i128>>;

/// Initiatives of which part has no goal, unless they have ended and spend nothing more.
fn without_goal(company: &Company, orphans: &mut Orphans) {
    let mut loose: BTreeMap<String, i128> = BTreeMap::new();
    for ((initiative, goal, month), cents) in company.by_link(&company.spend) {
        if goal == UNALIGNED && company.is_trailing(month) {
            *loose.entry(initiative).or_default() += cents;
        }
    }
    let is_over = |stage: &str| matches!(stage, "complete" | "cancelled");
    for (id, initiative) in &company.initiatives {
        let spent = loose.get(id).copied().unwrap_or(0);
        if !company.is_partly_unaligned(id) || (is_over(&initiative.stage) && spent == 0) {
            continue;
        }
        let reason = if company.goals_of(id).count() > 0 {
            "links below 1"
        } else if initiative.goal.is_empty() {
            "no goal given"
        } else {
            "goal not found"
        };
        orphans.insert(("initiative", id.clone(), reason.to_owned()), Some(spent));
    }
    for m in &company.spend {
        if m.initiative == NONE && company.is_trailing(m.month) {
            let key = ("business_unit", m.unit.clone(), "no initiative".to_owned());
            *orphans.entry(key).or_insert(Some(0)).as_mut().unwrap() += m.cents;
        }
    }
}

/// Orphans by type; no KPI of either project is one.
fn orphans(company: &Company) -> Orphans {
    let mut orphans = Orphans::new();
    without_goal(company, &mut orphans);
    let dated = dated(company);
    for (id, under) in under(company, &dated) {
        let goal = &company.goals[id];
        if is_open(company, goal) {
            for what in missing(company, goal, &under, !dated.is_empty()) {
                let key = ("goal", id.to_owned(), format!("no {what}"));
                orphans.insert(key, Some(under.spent));
            }
        }
    }
    orphans
}

fn compare_orphans(company: &Company) -> i128 {
    let keys = ["subject_type", "subject_id", "orphan_reason"];
    let theirs = Published::new((company.table)("alignment.orphans"), &keys);
    let mine = orphans(company);
    for ((kind, id, reason), money) in &mine {
        let row = [*kind, id.as_str(), reason.as_str()];
        assert_eq!(theirs.cents(&row, "money_amount"), *money, "{row:?}");
    }
    assert_eq!(theirs.height(), mine.len());
    let without_path = mine.iter().filter(|((kind, ..), _)| *kind != "goal");
    without_path.filter_map(|(_, money)| *money).sum()
}

#[test]
fn goals_of_the_sample_have_under_them_what_they_have_by_hand() {
    compare_support(company::sample());
}

#[test]
fn goals_of_canada_have_under_them_what_they_have_by_hand() {
    compare_support(company::canada());
}

/// README: trailing spend without a path, all reasons together.
#[test]
fn the_orphans_of_the_sample_are_the_same_when_computed_by_hand() {
    assert_eq!((compare_orphans(company::sample()) + 50) / 100, 6_239_649);
}

/// README: the money of five programs that were first published after the year had ended.
#[test]
fn the_orphans_of_canada_are_the_same_when_computed_by_hand() {
    assert_eq!(compare_orphans(company::canada()), 4_558_253_944);
}
