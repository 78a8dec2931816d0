//! What is raised early: every story stands on the list of findings under its
//! rule, with its money and its day, and nobody else does.

use super::{accused, reads, row, says, table};

/// Rank, rule and subject of every finding.
const FINDINGS: [&str; 30] = [
    "high goal_under_funded:goal:G-100",
    "high initiative_milestone_slips:initiative:I-041",
    "high initiative_watermelon:initiative:I-041",
    "high initiative_zombie:initiative:I-041",
    "high goal_under_funded:goal:G-310",
    "high initiative_milestone_slips:initiative:I-017",
    "high initiative_watermelon:initiative:I-017",
    "high kpi_process_shifted:kpi:K-014",
    "high kpi_off_target:kpi:K-014",
    "high goal_without_work:goal:G-230",
    "high initiative_over_budget:initiative:I-017",
    "medium initiative_stalled:initiative:I-041",
    "medium unit_reports_too_green:business_unit:010",
    "medium kpi_goalposts_moved:kpi:K-017",
    "medium kpi_two_measures:kpi:K-021",
    "medium initiative_without_goal:initiative:I-041",
    "medium initiative_estimate_hopes:initiative:I-041",
    "medium goal_money_did_not_follow:goal:G-310",
    "medium goal_assumption_broken:goal:G-310",
    "medium initiative_blocked:initiative:I-017",
    "medium goal_without_people:goal:G-413",
    "medium initiative_estimate_hopes:initiative:I-017",
    "medium goal_ability_missing:goal:G-230",
    "medium initiative_without_goal:initiative:I-058",
    "low initiative_report_copied:initiative:I-041",
    "low goal_over_funded:goal:G-330",
    "low initiative_restated:initiative:I-033",
    "low initiative_part_without_goal:initiative:I-060",
    "low initiative_price_hides_volume:initiative:I-010",
    "low initiative_exchange_rate:initiative:I-027",
];

#[test]
fn the_findings_are_the_stories_and_nothing_else() {
    let findings = table("scorecard.findings");
    let mut found: Vec<(usize, String)> = (0..findings.height())
        .map(|r| {
            let cell = |column| findings.cell(column, r).unwrap();
            let place = cell("rank").parse().unwrap();
            (
                place,
                format!("{} {}", cell("severity"), cell("finding_id")),
            )
        })
        .collect();
    found.sort();
    let found: Vec<String> = found.into_iter().map(|(_, finding)| finding).collect();
    assert_eq!(found, FINDINGS);
    for (finding, money, since) in [
        ("goal_under_funded:goal:G-100", "8051012.59", None),
        (
            "initiative_watermelon:initiative:I-041",
            "4792946.80",
            Some("2024-02-29"),
        ),
        (
            "initiative_watermelon:initiative:I-017",
            "1657483.00",
            Some("2025-07-31"),
        ),
        (
            "kpi_process_shifted:kpi:K-014",
            "1527784.96",
            Some("2025-12-07"),
        ),
        ("kpi_off_target:kpi:K-014", "1527784.96", Some("2026-02-15")),
        (
            "initiative_over_budget:initiative:I-017",
            "664802.00",
            Some("2025-09-30"),
        ),
        (
            "goal_money_did_not_follow:goal:G-310",
            "3048222.42",
            Some("2025-04-01"),
        ),
        (
            "goal_assumption_broken:goal:G-310",
            "1527784.96",
            Some("2026-02-15"),
        ),
        (
            "goal_without_people:goal:G-413",
            "895022.92",
            Some("2025-07-01"),
        ),
        (
            "initiative_restated:initiative:I-033",
            "491754.60",
            Some("2025-09-04"),
        ),
        (
            "initiative_price_hides_volume:initiative:I-010",
            "74255.88",
            None,
        ),
        (
            "initiative_exchange_rate:initiative:I-027",
            "38497.50",
            None,
        ),
        (
            "initiative_estimate_hopes:initiative:I-017",
            "831002.50",
            None,
        ),
        ("goal_without_work:goal:G-230", "725005.43", None),
    ] {
        let at = row(&findings, &[("finding_id", finding)]);
        says(
            &findings,
            at,
            &[
                ("money_at_risk_amount", money),
                ("state", "new"),
                ("nights_count", "1"),
            ],
        );
        assert_eq!(
            findings.cell("since_date", at).as_deref(),
            since,
            "{finding}"
        );
    }
}

/// Story 3, and story 2, which reports the same green every month.
#[test]
fn two_reports_are_greener_than_the_data() {
    assert_eq!(
        accused(
            "warning.watermelon",
            &["initiative_id"],
            "is_watermelon",
            &["false"]
        ),
        ["I-017", "I-041"]
    );
    let leads = table("warning.detection_lead");
    assert_eq!(leads.height(), 2);
    let store = row(&leads, &[("initiative_id", "I-017")]);
    says(
        &leads,
        store,
        &[
            ("first_red_date", "2025-07-31"),
            ("untold_days", "243"),
            ("status_reason", "not told yet"),
        ],
    );
    let depots = row(&leads, &[("initiative_id", "I-041")]);
    says(
        &leads,
        depots,
        &[("first_red_date", "2024-02-29"), ("untold_days", "761")],
    );
    assert_eq!(
        accused(
            "warning.copy_forward",
            &["initiative_id", "identical_count"],
            "is_copied",
            &["false"]
        ),
        ["I-041 36"]
    );
    assert_eq!(
        accused(
            "warning.stalls",
            &["initiative_id", "quiet_period_count"],
            "is_stalled",
            &["false"]
        ),
        ["I-041 33"]
    );
}

/// Story 4: ten weeks between the first value beyond its limits and the first over the target.
#[test]
fn one_process_has_shifted_and_no_healthy_one_ever_signals() {
    let signals = table("warning.process_signals");
    let first = |rule: &str| {
        signals
            .rows_where("rule", rule)
            .filter(|r| signals.cell("is_unfavourable", *r).as_deref() == Some("true"))
            .map(|r| {
                let cell = |column| signals.cell(column, r).unwrap();
                (cell("period_end_date"), cell("kpi_id"))
            })
            .min()
    };
    let on = |day: &str| Some((day.to_owned(), "K-014".to_owned()));
    assert_eq!(first("R1"), on("2025-12-07"));
    assert_eq!(first("R2"), on("2025-12-21"));
    assert_eq!(first("R3"), on("2026-01-18"));
    let unfavourable = signals.rows_where("is_unfavourable", "true");
    let named: std::collections::BTreeSet<_> =
        unfavourable.map(|r| signals.cell("kpi_id", r)).collect();
    assert_eq!(named, [Some("K-014".to_owned())].into());
    assert_eq!(
        accused(
            "warning.small_shifts",
            &["kpi_id"],
            "is_unfavourable",
            &["false"]
        ),
        ["K-014"]
    );
    let limits = table("warning.process_limits");
    let excursions = row(&limits, &[("kpi_id", "K-014")]);
    reads(
        &limits,
        excursions,
        &[
            ("centre", "1.1927"),
            ("lower_limit", "0.8844"),
            ("upper_limit", "1.5009"),
        ],
    );
    assert_eq!(
        accused(
            "warning.kpi_forecast",
            &["kpi_id", "status"],
            "status",
            &["green"]
        ),
        ["K-014 red"]
    );
    assert_eq!(
        accused(
            "warning.assumption_status",
            &["assumption_id", "status", "since_date"],
            "status",
            &["holds"]
        ),
        ["A-01 unmeasured ", "A-05 breached 2026-02-15"].map(str::to_owned)
    );
}

/// Story 6.
#[test]
fn one_word_has_two_measures() {
    let contracts = table("warning.metric_contracts");
    assert_eq!(contracts.height(), 1);
    says(
        &contracts,
        0,
        &[
            ("concept", "on_time_delivery"),
            ("verdict", "several measures"),
            ("difference", "unit, direction"),
            ("spend_amount", "10788062.50"),
        ],
    );
}

#[test]
fn statuses_are_derived_and_stand_beside_the_reported_ones() {
    assert_eq!(
        accused(
            "scorecard.kpi",
            &["kpi_id", "derived_status"],
            "derived_status",
            &["green"]
        ),
        ["K-014 red"]
    );
    assert_eq!(
        accused(
            "scorecard.initiative",
            &["initiative_id", "reported_status", "derived_status"],
            "derived_status",
            &["green", "grey"]
        ),
        ["I-017 green red", "I-041 green red"]
    );
    assert_eq!(
        accused(
            "scorecard.goal",
            &["goal_id", "derived_status", "deciding_rule"],
            "derived_status",
            &["green", "grey"]
        ),
        [
            "G-310 amber pace",
            "G-400 amber schedule",
            "G-410 red schedule",
            "G-411 red budget"
        ]
    );
    assert_eq!(
        accused(
            "scorecard.unit",
            &["business_unit", "derived_status"],
            "derived_status",
            &["green", "grey"]
        ),
        ["010 red", "020 amber"]
    );
}

#[test]
fn the_seven_signs_are_seven_numbers() {
    let signs = table("scorecard.seven_signs");
    assert_eq!(signs.height(), 7);
    for (sign, part, whole, status) in [
        ("1", "0.00", "46238586.15", "green"),
        ("2", "6239648.65", "52478234.80", "amber"),
        ("4", "2.00", "2.00", "red"),
        ("6", "0.00", "45.00", "green"),
        ("7", "1.00", "1.00", "red"),
    ] {
        let at = row(&signs, &[("sign_number", sign)]);
        says(
            &signs,
            at,
            &[
                ("numerator", part),
                ("denominator", whole),
                ("status", status),
            ],
        );
    }
    assert_eq!(
        accused("warning.stale_data", &["subject_id"], "verdict", &["fresh"]),
        [""; 0]
    );
}

#[test]
fn the_answers_have_a_past_and_the_entries_behind_them() {
    let trend = table("scorecard.trend");
    assert_eq!(trend.height(), 3 * 12);
    for (question, quarter, value, whole) in [
        ("1", "2025-Q4", "0.8810", "12256374.35"),
        ("2", "2026-Q1", "0", "57.00"),
        ("2", "2026-Q2", "1", "58.00"),
        ("3", "2026-Q4", "0.1666", "11977601.95"),
    ] {
        let keys = [("question_number", question), ("fiscal_quarter", quarter)];
        let at = row(&trend, &keys);
        reads(&trend, at, &[("value", value)]);
        says(&trend, at, &[("denominator", whole)]);
    }
    let entries = table("scorecard.largest_entries");
    assert_eq!(entries.height(), 530);
    let at = row(&entries, &[("initiative_id", "I-017"), ("position", "1")]);
    says(
        &entries,
        at,
        &[
            ("entry_id", "0049124436"),
            ("reporting_amount", "15869.01"),
            ("source_file", "data/ledger/2026-03.csv"),
            ("source_row", "175"),
            ("entry_count", "237"),
            ("spend_amount", "1657483.00"),
        ],
    );
}

#[test]
fn planning_is_told_what_execution_taught() {
    let targets = table("scorecard.targets_to_recalibrate");
    assert_eq!(targets.height(), 1);
    says(
        &targets,
        0,
        &[("kpi_id", "K-017"), ("reason", "moved after the start")],
    );
    let goals = table("scorecard.goals_to_revisit");
    let first = row(&goals, &[("position", "1")]);
    says(
        &goals,
        first,
        &[("goal_id", "G-310"), ("reason_count", "6")],
    );
    assert_eq!(
        accused(
            "scorecard.plan_bias",
            &["item_id"],
            "budget_verdict",
            // Too few plans say nothing.
            &["fair", "uneven", "NULL"]
        ),
        [""; 0]
    );
}
