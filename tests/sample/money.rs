//! Where money departs from plan: stories 3, 5, 10 and 11, and nobody else.

use super::{accused, double, near, reads, row, says, shared, table};
use crate::small::publish;
use crate::support::Table;

#[test]
fn one_initiative_and_no_other_departs_materially_from_its_budget() {
    let variance = table("variance.budget_to_actual");
    let material: Vec<(String, String)> = variance
        .rows_where("is_material", "true")
        .map(|r| {
            (
                variance.cell("initiative_id", r).unwrap(),
                variance.cell("fiscal_quarter", r).unwrap(),
            )
        })
        .filter(|(id, _)| id != "(none)")
        .collect();
    let wanted = ["2026-Q2", "2026-Q3", "2026-Q4"].map(|q| ("I-017".to_owned(), q.to_owned()));
    assert_eq!(material, wanted);
    let row = variance
        .rows_where("initiative_id", "I-017")
        .find(|r| variance.cell("fiscal_quarter", *r).as_deref() == Some("2026-Q4"))
        .unwrap();
    for (column, amount) in [
        ("budget_to_date_amount", "2040000.00"),
        ("actual_to_date_amount", "2704802.00"),
        ("variance_to_date_amount", "-664802.00"),
        ("budget_version", "current"),
    ] {
        assert_eq!(
            variance.cell(column, row).as_deref(),
            Some(amount),
            "{column}"
        );
    }
    near(
        double(&variance, "variance_to_date_ratio", row),
        -0.326,
        5e-4,
    );
}

/// Spend posted in June 2025: of everybody, and of I-033.
fn june(months: &Table) -> (i128, i128) {
    let rows = || months.rows_where("period_start_date", "2025-06-01");
    let one = rows().filter(|r| months.cell("initiative_id", *r).as_deref() == Some("I-033"));
    (
        months.cents("spend_amount", rows()),
        months.cents("spend_amount", one),
    )
}

#[test]
fn a_closed_month_was_restated() {
    assert_eq!(
        june(&table("base.spend_by_month")),
        (453_503_428, 13_659_851)
    );
    let then = shared().0.path().join("out-then");
    publish(
        &shared().0,
        &["--as-known", "2025-08-31", "--out", then.to_str().unwrap()],
    );
    let then = crate::support::published(&then, "base.spend_by_month");
    assert_eq!(june(&then), (502_678_888, 62_835_311));
}

/// Story 3 once more, by goal, by unit, by account and for the year: beside `I-017` only the
/// money that has no initiative, and so no budget, departs materially.
#[test]
fn no_other_sum_departs_materially_from_its_budget() {
    let last = |name: &str, key: &str| {
        accused(name, &[key, "fiscal_quarter"], "is_material", &["false"])
            .into_iter()
            .filter(|found| !found.starts_with('('))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        last("variance.goal_budget_to_actual", "goal_id"),
        ["G-411 2026-Q4"]
    );
    let nobody: [&str; 0] = [];
    assert_eq!(
        last("variance.unit_budget_to_actual", "business_unit"),
        nobody
    );
    assert_eq!(last("variance.account_budget_to_actual", "account"), nobody);
    assert_eq!(
        accused(
            "variance.full_year_outlook",
            &["initiative_id"],
            "is_material",
            &["false"]
        ),
        ["(none)", "I-017"]
    );
    let units = table("variance.unit_budget_to_actual");
    let nowhere = row(
        &units,
        &[("business_unit", "(none)"), ("fiscal_quarter", "2026-Q4")],
    );
    says(
        &units,
        nowhere,
        &[("variance_to_date_amount", "-2684823.27")],
    );
}

#[test]
fn one_initiative_burns_ahead_of_time() {
    assert_eq!(
        accused("variance.burn", &["initiative_id"], "verdict", &["in line"]),
        ["I-017"]
    );
    assert_eq!(
        accused(
            "variance.burn",
            &["initiative_id", "exhaustion_reason"],
            "exhaustion_reason",
            &["NULL"]
        ),
        ["I-017 budget exhausted"]
    );
    let burn = table("variance.burn");
    let over = row(&burn, &[("initiative_id", "I-017")]);
    says(
        &burn,
        over,
        &[
            ("budget_amount", "2550000.00"),
            ("spent_amount", "2704802.00"),
        ],
    );
}

/// README: no unit spends more than 13.2 % of a fiscal year in its March.
#[test]
fn no_unit_rushes_at_the_end_of_a_year() {
    let rush = table("variance.year_end_rush");
    assert_eq!(rush.height(), 18);
    for row in 0..rush.height() {
        says(&rush, row, &[("verdict", "no rush")]);
        assert!(double(&rush, "last_period_ratio", row) < 0.132);
    }
}

/// Story 10: what was cheap is the price, what was dear the volume.
#[test]
fn price_and_volume_offset_each_other() {
    let mix = table("variance.price_volume_mix");
    assert_eq!(mix.height(), 1);
    says(
        &mix,
        0,
        &[
            ("initiative_id", "I-010"),
            ("account", "0740"),
            ("budget_amount", "1077013.12"),
            ("actual_amount", "1064464.95"),
            ("variance_amount", "12548.17"),
            ("price_variance_amount", "86804.05"),
            ("volume_variance_amount", "-74255.88"),
            ("mix_variance_amount", "0.00"),
        ],
    );
    reads(
        &mix,
        0,
        &[
            ("budget_quantity", "1346266.4000"),
            ("actual_quantity", "1439086.2537"),
            ("standard_price", "0.80"),
        ],
    );
    let flexible = table("variance.flexible_budget");
    assert_eq!(flexible.height(), 1);
    says(
        &flexible,
        0,
        &[
            ("flexible_variance_amount", "86804.05"),
            ("volume_variance_amount", "-74255.88"),
            ("static_variance_amount", "12548.17"),
        ],
    );
}

/// Story 11.
#[test]
fn the_dollar_did_it() {
    let fx = table("variance.fx_effect");
    assert_eq!(fx.height(), 1);
    says(
        &fx,
        0,
        &[
            ("initiative_id", "I-027"),
            ("currency", "USD"),
            ("budget_local_amount", "1520080.57"),
            ("actual_local_amount", "1518926.69"),
            ("budget_amount", "1368072.51"),
            ("actual_amount", "1405531.52"),
            ("variance_amount", "-37459.01"),
            ("operational_variance_amount", "1038.49"),
            ("rate_variance_amount", "-38497.50"),
        ],
    );
    reads(&fx, 0, &[("budget_rate", "0.9000")]);
}
