//! Whether work delivers: stories 2, 3 and 14, and nobody else.

use super::{accused, reads, row, says, table};

/// Story 3; `I-041` (story 2) has spent more than its 62 % are worth.
#[test]
fn two_initiatives_earn_less_than_they_cost() {
    assert_eq!(
        accused(
            "variance.earned_value",
            &["initiative_id", "cost_status"],
            "cost_status",
            &["green"]
        ),
        ["I-017 red", "I-035 grey", "I-041 red", "I-049 grey"]
    );
    assert_eq!(
        accused(
            "variance.earned_value",
            &["initiative_id", "schedule_status"],
            "schedule_status",
            &["green"]
        ),
        ["I-035 grey", "I-041 red", "I-049 grey"]
    );
    let earned = table("variance.earned_value");
    let store = row(&earned, &[("initiative_id", "I-017")]);
    says(
        &earned,
        store,
        &[
            ("bac_amount", "2550000.00"),
            ("earned_value_amount", "2040000.00"),
            ("actual_amount", "2704802.00"),
            ("cost_variance_amount", "-664802.00"),
        ],
    );
    reads(
        &earned,
        store,
        &[("cpi_ratio", "0.754"), ("complete_ratio", "0.80")],
    );
    let depots = row(&earned, &[("initiative_id", "I-041")]);
    says(&earned, depots, &[("actual_amount", "13503059.83")]);
    reads(
        &earned,
        depots,
        &[("complete_ratio", "0.62"), ("cpi_ratio", "0.826")],
    );
}

#[test]
fn one_initiative_is_late_by_what_it_earns() {
    assert_eq!(
        accused(
            "variance.earned_schedule",
            &["initiative_id", "schedule_status"],
            "schedule_status",
            &["green"]
        ),
        [
            "I-035 grey",
            "I-036 grey",
            "I-041 red",
            "I-048 grey",
            "I-049 grey"
        ]
    );
    let schedule = table("variance.earned_schedule");
    let depots = row(&schedule, &[("initiative_id", "I-041")]);
    says(&schedule, depots, &[("forecast_end_date", "2028-01-16")]);
    reads(&schedule, depots, &[("spi_t_ratio", "0.834")]);
}

/// Story 14; `I-041` has no forecast, so that its approved amount is taken for one.
#[test]
fn the_forecast_hopes() {
    assert_eq!(
        accused(
            "variance.estimate_realism",
            &["initiative_id", "stated_basis", "verdict"],
            "verdict",
            &["credible", "NULL"]
        ),
        ["I-017 forecast not credible", "I-041 approved not credible"]
    );
    let realism = table("variance.estimate_realism");
    for (test, value, is_hit) in [
        ("far_from_composite", "0.136", "true"),
        ("tcpi_above_cpi", "2.079", "true"),
        ("vac_below_cv", "0.195", "false"),
    ] {
        let row = row(&realism, &[("initiative_id", "I-017"), ("test", test)]);
        says(
            &realism,
            row,
            &[("stated_eac_amount", "2884802.00"), ("is_hit", is_hit)],
        );
        reads(&realism, row, &[("test_value", value)]);
    }
    let estimates = table("variance.estimate_at_completion");
    let keys = [("initiative_id", "I-017"), ("eac_amount", "3381002.50")];
    assert!(
        (0..estimates.height()).any(|row| keys
            .iter()
            .all(|(column, value)| estimates.cell(column, row).as_deref() == Some(value))),
        "by cost performance"
    );
}

/// Stories 2 and 3.
#[test]
fn milestones_slip_in_two_initiatives_only() {
    assert_eq!(
        accused(
            "variance.milestone_slip",
            &["milestone_id", "verdict"],
            "verdict",
            &["done on time", "on track"]
        ),
        [
            "M-017-2 done late",
            "M-017-3 never converges",
            "M-017-4 slipping",
            "M-017-5 slipping",
            "M-017-6 slipping",
            "M-041-2 never converges",
        ]
    );
    assert_eq!(
        accused(
            "variance.milestone_slip",
            &["milestone_id"],
            "is_overdue",
            &["false"]
        ),
        ["M-017-3", "M-017-4", "M-041-2"]
    );
    let slips = table("variance.milestone_slip");
    let cranes = row(&slips, &[("milestone_id", "M-017-3")]);
    says(
        &slips,
        cranes,
        &[
            ("baseline_date", "2025-09-30"),
            ("forecast_date", "2026-07-31"),
            ("slip_days", "304"),
        ],
    );
    reads(&slips, cranes, &[("slip_slope", "1.05")]);
    let release = row(&slips, &[("milestone_id", "M-041-2")]);
    says(
        &slips,
        release,
        &[("moved_later_count", "3"), ("slip_days", "1095")],
    );

    let late = |column: &str, healthy: &[&str]| {
        accused(
            "variance.milestone_delivery",
            &["initiative_id"],
            column,
            healthy,
        )
    };
    assert_eq!(late("hit_ratio", &["1.0", "NULL"]), ["I-017", "I-041"]);
    assert_eq!(late("late_open_count", &["0"]), ["I-017", "I-041"]);
    assert_eq!(
        accused(
            "variance.dependency_exposure",
            &["milestone_id"],
            "milestone_id",
            &[]
        ),
        ["M-017-3", "M-017-4", "M-017-5", "M-017-6", "M-041-2"]
    );
}
