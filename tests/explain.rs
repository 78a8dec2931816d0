//! Receipts: every additive amount is the sum of the rows that its header names,
//! and `explain` prints them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal128Type, Int64Type};
use throughline::catalogue::Catalogue;
use throughline::error::Error;
use throughline::model::{self, Part, Query, Sum};
use throughline::project::{Overrides, Project};
use throughline::scorecard;

use crate::sample::shared;
use crate::support::throughline;

/// Rows of a model, by their number in the order of the grain: an amount in cents.
type Amounts = BTreeMap<i64, i128>;

/// One amount per row, NULL left out.
fn amounts(catalogue: &Catalogue, sql: &str) -> Result<Amounts, Error> {
    let mut amounts = Amounts::new();
    for batch in catalogue.query("add up", sql)? {
        let (row, cents) = (batch.column(0), batch.column(1));
        for at in 0..batch.num_rows() {
            if cents.is_valid(at) {
                amounts.insert(
                    row.as_primitive::<Int64Type>().value(at),
                    cents.as_primitive::<Decimal128Type>().value(at),
                );
            }
        }
    }
    Ok(amounts)
}

/// The model with a number for each row and every column under the name that a
/// predicate calls it by.
fn figures(query: &Query) -> String {
    let grain = query.header.grain.join(", ");
    let columns = query.header.columns.iter();
    let named: Vec<String> = columns
        .map(|c| format!("\"{0}\" as \"${0}\"", c.name))
        .collect();
    format!(
        "(select cast(row_number() over (order by {grain}) as bigint) as figure, {} from {})",
        named.join(", "),
        query.name
    )
}

/// What the receipt of a column sums to, row by row.
fn summed(catalogue: &Catalogue, query: &Query, sum: &Sum) -> Result<Amounts, Error> {
    let mut total = Amounts::new();
    for term in &sum.terms {
        let part = match &term.part {
            Part::Column(name) => {
                let inner = query.header.receipt.sum_of(name).unwrap();
                summed(catalogue, query, inner)?
            }
            Part::Amounts { rows, amount } => {
                let mut predicate = rows.predicate.clone();
                for name in model::parameters(&rows.predicate) {
                    if name != "as_of" {
                        predicate =
                            predicate.replace(&format!("${name}"), &format!("\"\u{1}{name}\""));
                    }
                }
                let predicate = predicate.replace('\u{1}', "$");
                let table = model::resolved(&rows.table);
                // Not joined on the predicate: a subquery in it can be planned in a filter only.
                let sql = format!(
                    "select figure, cast(sum(\"{amount}\") as decimal(38, 2)) from {} cross join {table} where {predicate} group by figure",
                    figures(query)
                );
                amounts(catalogue, &sql)?
            }
        };
        for (row, cents) in part {
            *total.entry(row).or_default() += if term.is_less { -cents } else { cents };
        }
    }
    Ok(total)
}

#[test]
fn every_additive_amount_is_the_sum_of_its_source_rows() {
    let mut project = Project::open(shared().0.path(), Overrides::default()).unwrap();
    let catalogue = scorecard::reopen(&mut project, None).unwrap().catalogue;
    model::name_receipts(&catalogue).unwrap();
    // Broken down once: the views are joined with every model.
    for name in model::RECEIPTS {
        let name = format!("receipt.{name}");
        let frame = catalogue.plan(&format!("select * from {name}")).unwrap();
        let rows = catalogue.wait(frame.cache()).unwrap().into_view();
        catalogue.context().deregister_table(name.as_str()).unwrap();
        catalogue
            .context()
            .register_table(name.as_str(), rows)
            .unwrap();
    }
    let mut unproven = BTreeSet::new();
    let mut broken: Vec<String> = Vec::new();
    let (mut columns, mut rows) = (0, 0);
    for query in model::load(&project.root).unwrap() {
        for column in &query.header.columns {
            if !column.type_name.starts_with("decimal(38") {
                continue;
            }
            let Some(sum) = query.header.receipt.sum_of(&column.name) else {
                unproven.insert(format!("{}.{}", query.name, column.name));
                continue;
            };
            let published = amounts(
                &catalogue,
                &format!(
                    "select figure, cast(\"${}\" as decimal(38, 2)) from {}",
                    column.name,
                    figures(&query)
                ),
            )
            .unwrap();
            let found = match summed(&catalogue, &query, sum) {
                Ok(found) => found,
                Err(error) => {
                    broken.push(format!("{}.{}: {error}", query.name, column.name));
                    continue;
                }
            };
            let wrong: Vec<String> = published
                .iter()
                .map(|(row, cents)| (row, found.get(row).copied().unwrap_or(0), *cents))
                .filter(|(_, rows, figure)| rows != figure)
                .map(|(row, rows, figure)| format!("row {row}: {rows} against {figure}"))
                .collect();
            if !wrong.is_empty() {
                let first = &wrong[..wrong.len().min(3)];
                broken.push(format!(
                    "{}.{}: {} of {} figures, {}",
                    query.name,
                    column.name,
                    wrong.len(),
                    published.len(),
                    first.join(", ")
                ));
            }
            columns += 1;
            rows += published.len();
        }
    }
    assert!(
        broken.is_empty(),
        "sums of rows against figures, in cents:\n{}",
        broken.join("\n")
    );
    assert!(
        columns >= 132 && rows >= 40_000,
        "{columns} columns, {rows} figures"
    );
    let expected: BTreeSet<String> = NO_SUMS.iter().map(|n| (*n).to_owned()).collect();
    assert_eq!(unproven, expected, "amounts without rows that sum to them");
}

/// Amounts that no rows sum to, by the reason why.
const NO_SUMS: &[&str] = &[
    // As it was known on an earlier day: rows that were believed from one day to another.
    "base.budget_as_known.budget_amount",
    "base.budget_as_known.whole_amount",
    "base.initiative_status_by_period.actual_amount",
    "base.initiative_status_by_period.bac_amount",
    "base.initiative_status_by_period.budget_amount",
    "base.initiative_status_by_period.earned_amount",
    "base.spend_as_known.actual_amount",
    "base.spend_as_known.upheld_amount",
    "base.spend_by_record.spend_amount",
    // Today less the release before, by cause; the header's checks hold them to both.
    "base.budget_changes.change_amount",
    "base.goal_spend_changes.change_amount",
    "base.spend_changes.change_amount",
    "scorecard.what_changed.after_amount",
    "scorecard.what_changed.before_amount",
    "scorecard.what_changed.change_amount",
    // Taken from the model that is named as the evidence, which has the rows.
    "base.plan_outcomes.actual_amount",
    "scorecard.answers.denominator",
    "scorecard.answers.numerator",
    "scorecard.findings.money_at_risk_amount",
    "scorecard.goal.budget_to_date_amount",
    "scorecard.goal.variance_to_date_amount",
    "scorecard.seven_signs.denominator",
    "scorecard.seven_signs.numerator",
    "scorecard.unit.budget_to_date_amount",
    "scorecard.unit.variance_to_date_amount",
    "warning.raised_on_goals_course.money_at_risk_amount",
    "warning.raised_on_goals_means.money_at_risk_amount",
    "warning.raised_on_initiatives_money.money_at_risk_amount",
    "warning.raised_on_initiatives_work.money_at_risk_amount",
    "warning.raised_on_kpis.money_at_risk_amount",
    "warning.raised_on_units.money_at_risk_amount",
    // Probability times impact; the newest approval of several versions.
    "warning.blockers.expected_loss_amount",
    "warning.expected_loss.approved_amount",
    // Counts of goals and items beside the spend, in one column.
    "alignment.coverage.covered_amount",
    "alignment.coverage.total_amount",
    "scorecard.trend.denominator",
    "scorecard.trend.numerator",
    // Full-time equivalents: averages over days, and what is promised of them.
    "base.headcount_by_link.average_fte",
    "base.headcount_by_skill.average_fte",
    "base.skill_demand.committed_fte",
    "base.skill_demand.demand_fte",
    "base.skill_demand.uncommitted_fte",
    "base.skill_periods.capacity_fte",
    // A weight's share of a total, and what is missing to it.
    "misallocation.funding_verdicts.move_amount",
    "misallocation.priority_gap.fair_amount",
    "misallocation.priority_gap.move_amount",
    "misallocation.share_by_resource.fair_amount",
    "misallocation.share_by_resource.move_amount",
    "misallocation.weighting_sensitivity.fair_amount",
    "misallocation.weighting_sensitivity.move_amount",
    // Absolute values: differences that are not to cancel out.
    "misallocation.inertia.moved_amount",
    "variance.account_budget_to_actual.gross_variance_amount",
    "variance.account_budget_to_actual.gross_variance_to_date_amount",
    "variance.account_budget_to_actual.gross_variance_ytd_amount",
    "variance.goal_budget_to_actual.gross_variance_amount",
    "variance.goal_budget_to_actual.gross_variance_to_date_amount",
    "variance.goal_budget_to_actual.gross_variance_ytd_amount",
    "variance.unit_budget_to_actual.gross_variance_amount",
    "variance.unit_budget_to_actual.gross_variance_to_date_amount",
    "variance.unit_budget_to_actual.gross_variance_ytd_amount",
    // What an initiative is worth, by approval or else by budget, and a reported share of it.
    "base.earned_value_by_period.assumed_amount",
    "base.earned_value_by_period.bac_amount",
    "base.earned_value_by_period.earned_value_amount",
    "base.earned_value_by_period.planned_end_amount",
    "base.earned_value_by_period.planned_value_amount",
    "variance.earned_value.bac_amount",
    "variance.earned_value.cost_variance_amount",
    "variance.earned_value.earned_value_amount",
    "variance.earned_value.planned_value_amount",
    "variance.earned_value.schedule_variance_amount",
    "variance.estimate_at_completion.bac_amount",
    "variance.estimate_at_completion.earned_value_amount",
    "variance.estimate_realism.bac_amount",
    "variance.estimate_realism.earned_value_amount",
    // Estimates of what is still to come; the prior year is a part of one.
    "variance.burn.burn_per_period_amount",
    "variance.dependency_exposure.unspent_amount",
    "variance.estimate_at_completion.eac_amount",
    "variance.estimate_at_completion.etc_amount",
    "variance.estimate_at_completion.remaining_work_amount",
    "variance.estimate_at_completion.vac_amount",
    "variance.estimate_realism.composite_eac_amount",
    "variance.estimate_realism.stated_eac_amount",
    "variance.full_year_outlook.outlook_amount",
    "variance.full_year_outlook.plan_forecast_amount",
    "variance.full_year_outlook.plan_variance_amount",
    "variance.full_year_outlook.prior_year_amount",
    "variance.full_year_outlook.prior_year_forecast_amount",
    "variance.full_year_outlook.prior_year_to_date_amount",
    "variance.full_year_outlook.prior_year_variance_amount",
    "variance.full_year_outlook.run_rate_forecast_amount",
    "variance.full_year_outlook.run_rate_variance_amount",
    "variance.full_year_outlook.stated_forecast_amount",
    "variance.full_year_outlook.stated_variance_amount",
    "variance.full_year_outlook.variance_amount",
    // Quantities times prices or rates; a budget that is still running counts by days.
    "variance.flexible_budget.fixed_budget_amount",
    "variance.flexible_budget.flexible_budget_amount",
    "variance.flexible_budget.flexible_variance_amount",
    "variance.flexible_budget.variable_budget_amount",
    "variance.flexible_budget.volume_variance_amount",
    "variance.fx_effect.actual_at_budget_rate_amount",
    "variance.fx_effect.actual_local_amount",
    "variance.fx_effect.budget_amount",
    "variance.fx_effect.budget_local_amount",
    "variance.fx_effect.operational_variance_amount",
    "variance.fx_effect.rate_variance_amount",
    "variance.fx_effect.variance_amount",
    "variance.price_volume_mix.mix_variance_amount",
    "variance.price_volume_mix.price_variance_amount",
    "variance.price_volume_mix.volume_variance_amount",
    // Spend that an analysis which is missing concerns, and a difference that is to be 0.00.
    "scorecard.not_computed.spend_amount",
    "scorecard.reconciliation.difference_amount",
];

#[test]
fn a_figure_is_explained_to_the_row() {
    let explained = throughline(&[
        "explain",
        "variance.budget_to_actual",
        "variance_to_date_amount",
        "initiative_id=I-017",
        "fiscal_quarter=2026-Q4",
        "--project",
        shared().0.arg(),
        "--rows",
        "2",
    ]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    let words: Vec<&str> = explained.stdout.split_whitespace().collect();
    let printed = words.join(" ");
    for part in [
        "is -664802.00 EUR",
        "sum -664802.00, which is the figure",
        "sum 2704802.00, which is the figure",
        "sum 2040000.00, which is the figure",
        "data/ledger/2024-04.csv 84 0049106589",
        "... and 429 more",
        "rules 2026.1",
        "SQL of queries/variance/budget_to_actual.sql",
        "order by initiative_id, fiscal_quarter",
    ] {
        assert!(printed.contains(part), "{part}\n{}", explained.stdout);
    }
}

#[test]
fn a_goal_s_share_of_a_row_is_said_to_the_cent() {
    let explained = throughline(&[
        "explain",
        "base.spend_by_goal",
        "spend_amount",
        "goal_id=G-420",
        "period_start_date=2025-06-01",
        "-p",
        shared().0.arg(),
        "--json",
    ]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    let object: serde_json::Value = serde_json::from_str(&explained.stdout).unwrap();
    assert_eq!(object["sums"][0]["holds"], true);
    assert_eq!(object["sums"][0]["sum"], object["figure"]);
    let rows = object["sums"][0]["terms"][0]["rows"].as_array().unwrap();
    let is_split = |row: &&serde_json::Value| row["amount"] != row["summed_amount"];
    assert!(
        rows.iter().any(|row| is_split(&row)),
        "I-056 gives it 0.4 of each row"
    );
    assert!(rows.iter().any(|row| !is_split(&row)));
}

#[test]
fn what_cannot_be_explained_is_said() {
    let said = |arguments: &[&str], code: i32, part: &str| {
        let mut all = vec!["explain"];
        all.extend(arguments);
        all.extend(["-p", shared().0.arg()]);
        let outcome = throughline(&all);
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(part), "{part}\n{}", outcome.stderr);
    };
    let model = "variance.kpi_attainment";
    said(
        &["variance.kpi_atainment", "status"],
        2,
        "did you mean `variance.kpi_attainment`?",
    );
    said(&[model, "stat", "kpi_id=K-014"], 2, "no column `stat`");
    said(
        &[model, "status", "kpi_id=K-999"],
        2,
        "no row of `variance.kpi_attainment` has kpi_id = K-999",
    );
    said(&[model, "status"], 2, "many rows of");
    said(&[model, "status", "K-014"], 2, "is no `column=value`");
    said(
        &[model, "status", "kpi_id=K-014", "--release", "../../x"],
        2,
        "is no id of a release",
    );
    said(
        &[model, "status", "kpi_id=K-014", "--release", "gone"],
        66,
        "release not found",
    );
}
