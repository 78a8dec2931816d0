//! Receipts of a project's own models, and runs of some models only.

use crate::small::Small;
use crate::support::{Project, throughline};

/// A model of spend by initiative with the given receipt.
fn charged(receipt: &str) -> Project {
    let text = format!(
        "\
-- question: How much was charged to each initiative?
-- grain:    initiative_id
-- columns:
--   initiative_id  text           the initiative
--   spend_amount   decimal(38,2)  its spend
-- checks:   none
-- receipt:
--   spend_amount  {receipt}
-- leaves out: entries without an initiative
-- method:   added up
select initiative_id, cast(sum(amount) as decimal(38,2)) as spend_amount
from spend
where initiative_id is not null
group by initiative_id
order by initiative_id
"
    );
    Small::new()
        .file("queries/variance/charged.sql", text)
        .make()
}

fn explain(project: &Project, key: &str) -> crate::support::Outcome {
    throughline(&[
        "explain",
        "variance.charged",
        "spend_amount",
        key,
        "-p",
        project.arg(),
    ])
}

#[test]
fn a_model_of_the_project_is_explained_like_ours() {
    let project = charged("spend where initiative_id = $initiative_id");
    assert_eq!(project.run("run", &[]).code, 0);
    let explained = explain(&project, "initiative_id=I2");
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    assert!(explained.stdout.contains("sum 200.00, which is the figure"));
    assert!(explained.stdout.contains("data/spend.csv"));
}

#[test]
fn rows_that_are_not_the_figure_are_said_and_answered_with_78() {
    let project = charged("spend where initiative_id = $initiative_id and amount > 0");
    assert_eq!(project.run("run", &[]).code, 0);
    let explained = explain(&project, "initiative_id=I2");
    assert_eq!(explained.code, 78, "{}", explained.stderr);
    assert!(
        explained
            .stdout
            .contains("sum 250.00, which is NOT the figure")
    );
    assert!(
        explained
            .stderr
            .contains("`spend_amount` is 200.00, and the rows of its receipt sum to 250.00")
    );
    // Where every amount is positive the same receipt is right.
    assert_eq!(explain(&project, "initiative_id=I1").code, 0);
}

#[test]
fn a_receipt_that_cannot_be_evaluated_stops_the_run() {
    for (receipt, part) in [
        ("spending where initiative_id = $initiative_id", "spending"),
        ("spend.part where initiative_id = $initiative_id", "part"),
        ("spend where initiative = $initiative_id", "initiative"),
        (
            "spend where initiative_id = = $initiative_id",
            "initiative_id = =",
        ),
    ] {
        for verb in ["check", "run"] {
            let outcome = charged(receipt).run(verb, &[]);
            assert_eq!(outcome.code, 78, "{receipt}: {}", outcome.stderr);
            for part in [part, "charged.sql", "the receipt `"] {
                assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
            }
        }
    }
    let outcome = charged("spend where initiative_id = $initiative").run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("charged.sql:7:1: the receipt uses `$initiative`")
    );
}

#[test]
fn a_run_of_some_models_runs_them_and_what_they_read() {
    let project = Small::new().make();
    let outcome = project.run("run", &["--models", "misallocation.distance,alignment.g*"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let is_published = |name: &str| project.path().join("out/current").join(name).is_dir();
    for name in [
        "misallocation/distance",
        "misallocation/share_by_resource",
        "alignment/goal_support",
        "scorecard/reconciliation",
        "variance/budget_to_actual",
    ] {
        assert!(is_published(name), "{name}");
    }
    for name in ["misallocation/docket", "variance/burn", "alignment/orphans"] {
        assert!(!is_published(name), "{name}");
    }
    let outcome = project.run("run", &["--models", "variance.brun"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("no model `variance.brun` to run"));
}

#[test]
fn all_rows_are_printed_when_asked() {
    let project = charged("spend where initiative_id = $initiative_id");
    assert_eq!(project.run("run", &[]).code, 0);
    let printed = |rows: &str| {
        let outcome = throughline(&[
            "explain",
            "variance.charged",
            "spend_amount",
            "initiative_id=I1",
            "-p",
            project.arg(),
            "--rows",
            rows,
        ]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    };
    let all = printed("0");
    assert!(all.contains("E1") && all.contains("E2") && !all.contains("more; --rows 0"));
    let one = printed("1");
    assert!(one.contains("E1") && !one.contains("E2") && one.contains("... and 1 more; --rows 0"));
    assert!(one.contains("sum 700.00, which is the figure"));
}

/// A project with one model of its own whose only ratio is `expression`.
fn ratio(expression: &str) -> Project {
    let text = format!(
        "\
-- question: How large is it?
-- grain:    initiative_id
-- columns:
--   initiative_id  text    the initiative
--   size_ratio     double  its size
-- checks:   none
-- receipt:  spend where initiative_id = $initiative_id
-- leaves out: nothing
-- method:   divided
select initiative_id, cast({expression} as double) as size_ratio
from initiatives
order by initiative_id
"
    );
    Small::new().file("queries/variance/size.sql", text).make()
}

#[test]
fn what_is_undefined_must_be_null() {
    let outcome = ratio("1.0 / cast(0 as double)").run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("`size_ratio` holds inf; what is undefined must be NULL")
    );
    assert_eq!(
        ratio("1.0 / nullif(cast(0 as double), 0)")
            .run("run", &[])
            .code,
        0
    );
}

#[test]
fn a_model_of_the_project_that_fails_while_it_runs_is_answered_with_78() {
    let outcome = ratio("cast(initiative_id as double)").run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("size.sql: the model cannot be run: "),
        "{}",
        outcome.stderr
    );
}
