//! How the KPIs do: stories 4, 6 and 12, and nobody else.

use super::{accused, double, near, reads, row, says, table};

#[test]
fn one_kpi_is_red_and_the_others_are_green() {
    let kpis = table("variance.kpi_attainment");
    assert_eq!(kpis.height(), 45);
    let others: Vec<_> = (0..45)
        .filter(|r| kpis.cell("status", *r).as_deref() != Some("green"))
        .map(|r| {
            (
                kpis.cell("kpi_id", r).unwrap(),
                kpis.cell("status", r).unwrap(),
            )
        })
        .collect();
    assert_eq!(others, [("K-014".into(), "red".to_owned())]);
    let row = kpis.rows_where("kpi_id", "K-014").next().unwrap();
    near(double(&kpis, "actual_value", row), 2.37, 1e-9);
    near(double(&kpis, "attainment_ratio", row), 0.815, 5e-4);
    assert_eq!(kpis.cell("verdict", row).as_deref(), Some("not met"));
    // Two measures of one name, each of them met.
    for (id, direction) in [("K-020", "down"), ("K-021", "up")] {
        assert_eq!(
            kpis.at("kpi_id", id, "direction").as_deref(),
            Some(direction)
        );
        assert_eq!(kpis.at("kpi_id", id, "verdict").as_deref(), Some("met"));
    }
}

/// Lowered twice, to where it is ahead: green only against the last of its targets.
#[test]
fn the_goalposts_moved_to_where_the_kpi_was() {
    let kpis = table("variance.kpi_attainment");
    let row = kpis.rows_where("kpi_id", "K-017").next().unwrap();
    let of = |column: &str| double(&kpis, column, row);
    near(of("actual_value"), 118.996, 1e-9);
    near(of("target_value"), 140.0, 1e-9);
    near(of("attainment_ratio"), 0.800, 5e-4);
    near(of("pace_ratio"), 1.067, 5e-4);
    assert_eq!(kpis.cell("status", row).as_deref(), Some("green"));
    let first = (of("actual_value") - of("baseline_value")) / (180.0 - of("baseline_value"));
    near(first, 0.579, 5e-4);
    near(first / of("expected_ratio"), 0.772, 5e-4);
}

/// Story 4, and nothing that is not due yet.
#[test]
fn one_kpi_has_missed_a_target_that_is_due() {
    let kpis = table("variance.kpi_attainment");
    let missed: Vec<String> = kpis
        .rows_where("verdict", "not met")
        .filter(|row| {
            let due = kpis.cell("target_date", *row);
            due.is_none_or(|day| day.as_str() <= "2026-03-31")
        })
        .map(|row| kpis.cell("kpi_id", row).unwrap())
        .collect();
    assert_eq!(missed, ["K-014"]);
    assert_eq!(
        accused(
            "variance.kpi_target_curve",
            &["kpi_id", "status"],
            "status",
            &["green"]
        ),
        ["K-014 red"]
    );
    assert_eq!(
        accused(
            "variance.key_result_score",
            &["kpi_id", "verdict"],
            "verdict",
            &["as expected"]
        ),
        ["K-014 below expectation"]
    );
}

/// Story 12.
#[test]
fn one_kpi_is_flattered_by_its_targets() {
    assert_eq!(
        accused(
            "variance.goalpost_drift",
            &["kpi_id"],
            "is_flattered",
            &["false"]
        ),
        ["K-017"]
    );
    assert_eq!(
        accused(
            "variance.goalpost_drift",
            &["kpi_id"],
            "version_count",
            &["1"]
        ),
        ["K-017"]
    );
    assert_eq!(
        accused(
            "variance.goalpost_drift",
            &["kpi_id", "first_status"],
            "first_status",
            &["green"]
        ),
        ["K-014 red", "K-017 red"]
    );
    let drift = table("variance.goalpost_drift");
    let lanes = row(&drift, &[("kpi_id", "K-017")]);
    says(
        &drift,
        lanes,
        &[
            ("target_change_count", "2"),
            ("status", "green"),
            ("gains", "Beata Lindqvor"),
        ],
    );
    reads(
        &drift,
        lanes,
        &[
            ("first_target_value", "180"),
            ("target_value", "140"),
            ("first_attainment_ratio", "0.579"),
            ("attainment_ratio", "0.800"),
            ("first_pace_ratio", "0.772"),
            ("pace_ratio", "1.067"),
        ],
    );
}

/// Story 4 in its goal; story 7 has nothing to be scored by.
#[test]
fn one_goal_is_amber_by_its_kpis() {
    assert_eq!(
        accused(
            "variance.goal_score",
            &["goal_id", "status"],
            "status",
            &["green"]
        ),
        ["G-230 grey", "G-310 amber"]
    );
    assert_eq!(
        accused(
            "variance.goal_score",
            &["goal_id", "masked_red_count"],
            "masked_red_count",
            &["0"]
        ),
        ["G-300 1", "G-310 1"]
    );
    let scores = table("variance.goal_score");
    let sure = row(&scores, &[("goal_id", "G-310")]);
    reads(&scores, sure, &[("score", "0.938")]);
    assert_eq!(
        accused(
            "variance.objective_score",
            &["goal_id", "verdict"],
            "verdict",
            &["as expected", "NULL"]
        ),
        ["G-310 below expectation"]
    );
}
