//! Which work and money has a path to a goal: stories 2, 7, 8 and 13, and nobody else.

use super::{accused, euro, reads, row, says, table};

#[test]
fn the_legacy_programme_has_no_goal() {
    let sight = table("alignment.line_of_sight");
    assert_eq!(
        sight.at("item_id", "I-041", "gap_reason").as_deref(),
        Some("no goal given")
    );
    assert_eq!(
        sight.at("item_id", "I-041", "spend_amount").as_deref(),
        Some("4792946.80")
    );
    assert_eq!(
        sight.at("item_id", "I-058", "gap_reason").as_deref(),
        Some("goal not found")
    );
    assert_eq!(
        sight.at("item_id", "I-058", "spend_amount").as_deref(),
        Some("290041.52")
    );
    let lost: Vec<String> = sight
        .rows_where("has_path", "false")
        .filter(|r| sight.cell("item_type", *r).as_deref() == Some("initiative"))
        .map(|r| sight.cell("item_id", r).unwrap())
        .collect();
    assert_eq!(lost, ["I-041", "I-058"]);
}

#[test]
fn coverage_counts_what_the_readme_counts() {
    let coverage = table("alignment.coverage");
    let of = |measure: &str| {
        let cell = |c: &str| coverage.cents(c, coverage.rows_where("measure", measure));
        (cell("covered_amount"), cell("total_amount"))
    };
    assert_eq!(of("initiatives with a path"), (5_800, 6_000));
    assert_eq!(of("active initiatives with a path"), (3_800, 4_000));
    assert_eq!(of("goals with work"), (2_400, 2_500));
    let (covered, total) = of("spend with a path");
    assert_eq!((euro(covered), total), (46_238_586, 5_247_823_480));
}

/// Story 7, and the two gaps of story 2 and of `I-058`.
#[test]
fn what_lacks_a_goal_or_work_is_listed_and_nothing_else() {
    assert_eq!(
        accused("alignment.goal_support", &["goal_id"], "missing", &["NULL"]),
        ["G-230"]
    );
    let support = table("alignment.goal_support");
    says(
        &support,
        row(&support, &[("goal_id", "G-230")]),
        &[
            ("missing", "work, money, KPI, dated milestone"),
            ("initiative_count", "0"),
            ("subtree_kpi_count", "0"),
            ("spend_amount", "0.00"),
            ("budget_amount", "0.00"),
        ],
    );
    // The units' rows are what they were charged for no initiative.
    let keys = ["subject_type", "subject_id", "orphan_reason"];
    assert_eq!(
        accused("alignment.orphans", &keys, "orphan_reason", &[]),
        [
            "business_unit 010 no initiative",
            "business_unit 020 no initiative",
            "business_unit 030 no initiative",
            "business_unit 040 no initiative",
            "goal G-230 no KPI",
            "goal G-230 no dated milestone",
            "goal G-230 no money",
            "goal G-230 no work",
            "initiative I-041 no goal given",
            "initiative I-058 goal not found",
            "initiative I-060 links below 1",
        ]
    );
    let orphans = table("alignment.orphans");
    let charged = orphans.rows_where("orphan_reason", "no initiative");
    assert_eq!(orphans.cents("money_amount", charged), 95_532_800);
    assert_eq!(
        orphans.at("subject_id", "I-060", "money_amount").as_deref(),
        Some("201332.33")
    );
}

/// Story 8: what changed its weight a year ago is paid as before.
#[test]
fn money_did_not_follow_the_weights() {
    let lag = table("alignment.response_lag");
    assert_eq!(
        accused(
            "alignment.response_lag",
            &["goal_id", "changed_date", "verdict"],
            "verdict",
            &[]
        ),
        ["G-310", "G-320", "G-330"].map(|goal| format!("{goal} 2025-04-01 money did not follow"))
    );
    let tripled = row(&lag, &[("goal_id", "G-310")]);
    says(
        &lag,
        tripled,
        &[
            ("before_amount", "1430766.29"),
            ("after_amount", "1527784.96"),
            ("has_responded", "false"),
        ],
    );
    reads(
        &lag,
        tripled,
        &[
            ("weight_before_ratio", "0.15"),
            ("weight_after_ratio", "0.45"),
            ("spend_before_ratio", "0.1504"),
            ("spend_after_ratio", "0.1504"),
        ],
    );
}

/// Every pair that contradicts the weights has a goal of story 1 or of story 8 in it.
#[test]
fn conflicts_of_rank_are_those_of_two_stories() {
    let conflicts = table("alignment.rank_conflicts");
    assert_eq!(conflicts.height(), 26);
    for row in 0..conflicts.height() {
        let pair = ["goal_id", "other_goal_id"].map(|c| conflicts.cell(c, row).unwrap());
        let is_told = |goal: &String| {
            goal.starts_with("G-1")
                || goal.starts_with("G-31")
                || goal == "G-320"
                || goal == "G-330"
        };
        assert!(pair.iter().any(is_told), "{pair:?}");
    }
    says(
        &conflicts,
        row(&conflicts, &[("conflict_rank", "1")]),
        &[("goal_id", "G-100"), ("other_goal_id", "G-300")],
    );
}

/// Story 13.
#[test]
fn a_gap_has_no_money() {
    assert_eq!(
        accused(
            "alignment.capability_gap",
            &["capability_id", "verdict", "spend_amount"],
            "verdict",
            &["spend without gap"]
        ),
        [
            "C-01 gap funded 3258333.25",
            "C-04 gap funded 4556979.45",
            "C-05 gap funded 2270462.10",
            "C-11 gap without spend 0.00",
        ]
    );
    let gaps = table("alignment.capability_gap");
    let open = row(&gaps, &[("capability_id", "C-11")]);
    says(&gaps, open, &[("goal_id", "G-230")]);
    reads(
        &gaps,
        open,
        &[
            ("maturity_level", "1"),
            ("required_level", "3"),
            ("gap_value", "2"),
        ],
    );
    assert_eq!(
        gaps.at("capability_id", "C-03", "spend_amount").as_deref(),
        Some("7082048.65")
    );
}

#[test]
fn plans_links_targets_and_owners_are_in_order() {
    let fresh = accused(
        "alignment.plan_staleness",
        &["goal_id"],
        "verdict",
        &["fresh"],
    );
    assert!(fresh.is_empty(), "{fresh:?}");
    let stale = accused("alignment.link_age", &["child_id"], "is_stale", &["false"]);
    assert!(stale.is_empty(), "{stale:?}");
    let stretched = accused(
        "alignment.owner_focus",
        &["owner"],
        "is_stretched",
        &["false"],
    );
    assert!(stretched.is_empty(), "{stretched:?}");
    assert_eq!(table("alignment.target_quality").height(), 0);
    // README: no link of goal_links.csv was asserted by the child's own lead.
    assert_eq!(
        accused(
            "alignment.link_age",
            &["child_id"],
            "is_confirmed",
            &["true"]
        ),
        ["I-056", "I-057", "I-059", "I-060", "K-009"]
    );
    let links = table("alignment.link_age");
    for row in links.rows_where("child_id", "I-060") {
        says(
            &links,
            row,
            &[("asserted_by", "Arvid Nollmann"), ("age_days", "1002")],
        );
    }
}

#[test]
fn the_scorecard_is_red_where_a_story_is() {
    assert_eq!(
        accused(
            "scorecard.line_of_sight",
            &["item_id", "health", "deciding_rule"],
            "health",
            &["green"]
        ),
        ["I-017 red budget", "I-041 red schedule", "K-014 red KPI"]
    );
    // Never begun, or cancelled: one of the two signals cannot be known.
    assert_eq!(
        accused(
            "scorecard.line_of_sight",
            &["item_id", "unknown"],
            "unknown",
            &["NULL"]
        ),
        ["I-035 budget", "I-036 schedule", "I-049 budget"]
    );
}
