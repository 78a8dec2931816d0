//! A project's own models, and mistakes in them: found before anything is
//! published, with the file, the line and the column.

use std::sync::OnceLock;

use crate::small::{Small, publish};
use crate::support::{Outcome, Project, throughline};

const HEADER: &str = "\
-- question: How much was charged to each initiative?
-- grain:    initiative_id
-- columns:
--   initiative_id  text           the initiative
--   spend_amount   decimal(38,2)  its spend
-- checks:
--   sum(spend_amount) = 975
-- receipt:
--   spend_amount  spend where initiative_id = $initiative_id
-- leaves out: entries without an initiative
-- method:   added up
";

const BODY: &str = "\
select initiative_id, cast(sum(amount) as decimal(38,2)) as spend_amount
from spend
where initiative_id is not null
group by initiative_id
order by initiative_id
";

/// A small project with one model of its own, `variance.charged`.
fn own(text: &str) -> Project {
    Small::new()
        .file("queries/variance/charged.sql", text)
        .make()
}

/// Runs a project with a wrong model: 78, nothing published, and `parts` said.
fn refused(text: &str, place: &str, parts: &[&str]) -> Outcome {
    let project = own(text);
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    let place = format!("queries/variance/charged.sql{place}");
    for part in parts.iter().chain([&place.as_str()]) {
        assert!(
            outcome.stderr.contains(part),
            "`{part}` is not in\n{}",
            outcome.stderr
        );
    }
    assert!(!project.path().join("out/current").exists());
    let left = std::fs::read_dir(project.path().join("out"))
        .into_iter()
        .flatten();
    assert!(
        !left
            .flatten()
            .any(|e| e.file_name().to_string_lossy().starts_with(".staging"))
    );
    outcome
}

/// A run in which one model was added and one of ours replaced.
fn shared() -> &'static Project {
    static SHARED: OnceLock<Project> = OnceLock::new();
    SHARED.get_or_init(|| {
        let ours = std::fs::read_to_string(
            crate::support::root().join("queries/variance/kpi_attainment.sql"),
        )
        .unwrap();
        let project = Small::new()
            .file("queries/variance/charged.sql", format!("{HEADER}{BODY}"))
            .file(
                "queries/warning/rich.sql",
                format!("{HEADER}{BODY}")
                    .replace(
                        "from spend\nwhere initiative_id is not null",
                        "from variance.charged_source\nwhere true",
                    )
                    .replace("sum(amount)", "sum(spend_amount)")
                    .replace("variance.charged_source", "variance.charged"),
            )
            .file(
                "queries/variance/kpi_attainment.sql",
                ours.replace(
                    "paced_kpis.kpi_name,",
                    "upper(paced_kpis.kpi_name) as kpi_name,",
                ),
            )
            .file("queries/README.md", "notes are no models")
            .make();
        publish(&project, &[]);
        project
    })
}

#[test]
fn a_model_of_the_project_is_published_like_ours() {
    let table = shared().table("variance.charged");
    assert_eq!(table.height(), 3);
    assert_eq!(
        table.at("initiative_id", "I1", "spend_amount").as_deref(),
        Some("700.00")
    );
    assert!(
        shared()
            .read("out/current/models/variance.charged.html")
            .contains("How much was charged to each initiative?")
    );
}

#[test]
fn a_model_of_the_project_may_read_another() {
    assert_eq!(
        shared()
            .table("warning.rich")
            .at("initiative_id", "I3", "spend_amount")
            .as_deref(),
        Some("75.00")
    );
}

#[test]
fn a_model_of_the_project_replaces_ours_of_the_same_name() {
    assert_eq!(
        shared()
            .table("variance.kpi_attainment")
            .cell("kpi_name", 0)
            .as_deref(),
        Some("ORDERS")
    );
}

#[test]
fn the_catalogue_lists_ours_and_marks_the_projects_own() {
    let listed = throughline(&["models", shared().arg()]);
    assert_eq!(listed.code, 0);
    assert!(
        listed.stdout.contains("variance.charged (own)"),
        "{}",
        listed.stdout
    );
    assert!(
        listed.stdout.contains("variance.kpi_attainment (own)"),
        "{}",
        listed.stdout
    );
    assert!(
        listed.stdout.contains("misallocation.priority_gap "),
        "{}",
        listed.stdout
    );
    let json = throughline(&["models", shared().arg(), "--json"]);
    let models: Vec<serde_json::Value> = json
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let own = models
        .iter()
        .find(|m| m["name"] == "variance.charged")
        .unwrap();
    assert_eq!(own["built_in"], false);
    assert_eq!(own["header"]["grain"][0], "initiative_id");
    assert_eq!(own["header"]["columns"][1]["type_name"], "decimal(38,2)");
}

#[test]
fn a_model_is_shown_whole() {
    let shown = throughline(&["models", "--show", "variance.budget_to_actual"]);
    let file = std::fs::read_to_string(
        crate::support::root().join("queries/variance/budget_to_actual.sql"),
    )
    .unwrap();
    assert_eq!((shown.code, shown.stdout.trim_end()), (0, file.trim_end()));
    let shown = throughline(&["models", "--show", "variance.budget_to_actual", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(json["name"], "variance.budget_to_actual");
    let unknown = throughline(&["models", "--show", "variance.nothing"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("variance.nothing"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_syntax_error_is_placed() {
    refused(
        &format!("{HEADER}{}", BODY.replace("where", "whree")),
        ":14:",
        &["error: "],
    );
}

#[test]
fn an_unknown_column_is_placed_and_the_nearest_suggested() {
    refused(
        &format!("{HEADER}{}", BODY.replace("sum(amount)", "sum(amuont)")),
        ":12:32",
        &["amuont", "possible column spend.amount"],
    );
}

#[test]
fn an_unknown_table_is_placed() {
    refused(
        &format!("{HEADER}{}", BODY.replace("from spend", "from spends")),
        ":13:6",
        &["spends"],
    );
}

#[test]
fn an_unknown_function_is_answered_with_the_nearest() {
    refused(
        &format!("{HEADER}{}", BODY.replace("sum(amount)", "summ(amount)")),
        ":",
        &["summ", "sum"],
    );
}

#[test]
fn a_header_must_be_complete_and_its_mistakes_are_placed() {
    refused(
        &format!("{}{BODY}", HEADER.replace("-- method:   added up\n", "")),
        ":1:1",
        &["`method:`"],
    );
    refused(
        &format!("{}{BODY}", HEADER.replace("decimal(38,2)", "money")),
        ":5:1",
        &["`money` is no type"],
    );
    refused(
        &format!(
            "{}{BODY}",
            HEADER.replace("-- grain:    initiative_id", "-- grain:    initiative")
        ),
        ":",
        &["`initiative`", "no column"],
    );
}

#[test]
fn the_query_must_give_the_columns_that_the_header_promises() {
    let swapped = BODY.replace(
        "select initiative_id, cast(sum(amount) as decimal(38,2)) as spend_amount",
        "select cast(sum(amount) as decimal(38,2)) as spend_amount, initiative_id",
    );
    refused(
        &format!("{HEADER}{swapped}"),
        ":4:1",
        &["column 1 is `initiative_id` in the header and `spend_amount` in the query"],
    );
    let text = BODY.replace("decimal(38,2)", "double");
    refused(
        &format!("{HEADER}{text}"),
        ":5:1",
        &[
            "`spend_amount` is decimal(38,2) in the header and double in the query",
            "cast(… as decimal(38,2))",
        ],
    );
    let extra = BODY.replace(
        "as spend_amount",
        "as spend_amount, count(*) as entry_count",
    );
    refused(
        &format!("{HEADER}{extra}"),
        ":",
        &["`entry_count`", "does not promise"],
    );
    let fewer = BODY.replace(", cast(sum(amount) as decimal(38,2)) as spend_amount", "");
    refused(
        &format!("{HEADER}{fewer}"),
        ":5:1",
        &["`spend_amount`", "no column 2"],
    );
}

#[test]
fn a_grain_that_repeats_is_found_before_publishing() {
    let text = format!(
        "{HEADER}{}",
        BODY.replace("sum(amount)", "amount")
            .replace("group by initiative_id\n", "")
    );
    refused(
        &text,
        "",
        &["two rows have the grain (initiative_id) = (I1)"],
    );
}

#[test]
fn a_grain_that_is_missing_is_found_before_publishing() {
    let text = format!(
        "{HEADER}{}",
        BODY.replace("where initiative_id is not null\n", "")
    )
    .replace("= 975", "= 1000");
    refused(&text, "", &["1 rows have no `initiative_id`"]);
}

#[test]
fn a_check_that_fails_is_found_before_publishing() {
    refused(
        &format!("{}{BODY}", HEADER.replace("= 975", "= 976")),
        "",
        &["the check `sum(spend_amount) = 976` does not hold"],
    );
}

#[test]
fn a_check_that_is_no_sql_is_the_models_fault_and_not_ours() {
    refused(
        &format!(
            "{}{BODY}",
            HEADER.replace("sum(spend_amount) = 975", "sum(spent) = 975")
        ),
        "",
        &["sum(spent) = 975"],
    );
}

#[test]
fn the_clock_and_the_dice_are_refused() {
    for restless in [
        "now()",
        "current_date",
        "current_date()",
        "current_timestamp",
        "random()",
        "uuid()",
    ] {
        let text = BODY.replace(
            "where initiative_id is not null",
            &format!("where initiative_id is not null and cast({restless} as varchar) <> ''"),
        );
        refused(
            &format!("{HEADER}{text}"),
            ":1:1",
            &["nobody can reproduce"],
        );
    }
}

#[test]
fn models_that_read_each_other_are_refused() {
    let one = format!(
        "{HEADER}{}",
        BODY.replace("from spend", "from warning.other")
            .replace("sum(amount)", "sum(spend_amount)")
    );
    let other = format!(
        "{HEADER}{}",
        BODY.replace("from spend", "from variance.charged")
            .replace("sum(amount)", "sum(spend_amount)")
    );
    let project = Small::new()
        .file("queries/variance/charged.sql", one)
        .file("queries/warning/other.sql", other)
        .make();
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    for part in ["circle", "variance.charged", "warning.other"] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert!(
        !outcome.stderr.contains("scorecard.reconciliation"),
        "only the circle: {}",
        outcome.stderr
    );
}

#[test]
fn a_model_is_one_query_and_nothing_else() {
    refused(&format!("{HEADER}drop table spend\n"), ":", &["one query"]);
    refused(
        &format!("{HEADER}{BODY};\nselect 1 as one\n"),
        ":",
        &["error: "],
    );
    refused(
        &format!("{HEADER}copy (select 1) to 'x.csv'\n"),
        ":",
        &["one query"],
    );
}

#[test]
fn a_family_that_does_not_exist_is_named_with_those_that_do() {
    let project = Small::new()
        .file("queries/varience/charged.sql", format!("{HEADER}{BODY}"))
        .make();
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("misallocation"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn check_finds_mistakes_in_headers_too() {
    let project = own(&format!(
        "{}{BODY}",
        HEADER.replace("decimal(38,2)", "money")
    ));
    assert_eq!(project.run("check", &[]).code, 78);
}
