//! Mistakes in throughline.toml: each is answered with 78, the file, the line
//! and a way out, before any data is touched.

use crate::small::Small;
use crate::support::{Project, throughline};

/// The project file of a small project with `old` replaced by `new`; the answer
/// must be 78, name the line on which `new` stands, and contain `parts`.
fn refused(old: &str, new: &str, parts: &[&str]) {
    let project = Small::new().make();
    let text = project.read("throughline.toml");
    assert!(text.contains(old), "{text}");
    let text = text.replacen(old, new, 1);
    let marked = new.lines().last().unwrap();
    let line = text.lines().position(|l| l.contains(marked)).unwrap() + 1;
    project.write("throughline.toml", &text);
    complains(&project, line, parts);
}

fn complains(project: &Project, line: usize, parts: &[&str]) {
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &[]);
        assert_eq!(outcome.code, 78, "{}", outcome.stderr);
        let place = format!("throughline.toml:{line}: ");
        for part in parts.iter().chain([&place.as_str()]) {
            assert!(
                outcome.stderr.contains(part),
                "`{part}` is not in\n{}",
                outcome.stderr
            );
        }
        assert!(!project.path().join("out/current").exists());
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    refused(
        "name = \"Small\"",
        "nmae = \"Small\"",
        &["unknown field `nmae`", "name"],
    );
    refused("materiality", "materialty", &["unknown field `materialty`"]);
}

/// A project file with `text` in front of `[tolerance]` is refused at `line` of it.
fn rules_refused(text: &str, line: usize, parts: &[&str]) {
    let project = Small::new().make();
    let file = project.read("throughline.toml");
    let before = file.lines().position(|l| l == "[tolerance]").unwrap();
    project.write(
        "throughline.toml",
        file.replacen("[tolerance]", &format!("{text}\n[tolerance]"), 1),
    );
    complains(&project, before + line, parts);
}

#[test]
fn thresholds_are_known_and_within_bounds() {
    rules_refused(
        "[rules.thresholds]\nzombie_slips = 3\nzombie_reason = 2",
        3,
        &[
            "`zombie_reason` is no threshold",
            "did you mean `zombie_reasons`?",
        ],
    );
    rules_refused(
        "[rules.thresholds]\nokr_green_ratio = 1.5",
        2,
        &["`okr_green_ratio` is 1.5, and must lie between 0 and 1"],
    );
}

#[test]
fn bounds_for_accounts_are_amounts_and_ratios() {
    let block = "[[rules.materiality_by_account]]\naccounts = \"6*\"\n";
    rules_refused(
        &format!("{block}amount = \"1000.005\"\nratio = 0.1"),
        1,
        &["`materiality_by_account.amount` is `1000.005`, which is no amount"],
    );
    rules_refused(
        &format!("{block}amount = \"1000.00\"\nratio = -0.1"),
        1,
        &["`materiality_by_account.ratio` is -0.1"],
    );
}

#[test]
fn thresholds_reach_the_models() {
    let project = Small::new().make();
    let file = project.read("throughline.toml");
    project.write(
        "throughline.toml",
        file.replacen(
            "[tolerance]",
            "[[rules.materiality_by_account]]\naccounts = \"61*\"\namount = \"500.00\"\nratio = 0.05\ncombine = \"any\"\n\
             [rules.thresholds]\nzombie_reasons = 4\n[tolerance]",
            1,
        ),
    );
    let outcome = project.run("run", &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let rules = project.table("base.rules");
    assert_eq!(rules.cell("zombie_reasons", 0).as_deref(), Some("4.0"));
    assert_eq!(rules.cell("goals_per_owner", 0).as_deref(), Some("5.0"));
    let bounds = project.table("base.materiality_rules");
    let shown = |row| {
        ["account_like", "materiality_amount", "materiality_combine"]
            .map(|name| bounds.cell(name, row).unwrap())
    };
    assert_eq!(shown(0), ["61%", "500.00", "any"]);
    assert_eq!(shown(1)[0], "%");
}

#[test]
fn an_unknown_section_is_named() {
    refused(
        "[tolerance]\nquarantined_ratio = 0.0",
        "[tolerances]",
        &["unknown field `tolerances`"],
    );
}

#[test]
fn an_unknown_key_of_a_source_is_named_with_its_line() {
    refused(
        "path = \"data/spend.csv\"",
        "path = \"data/spend.csv\"\ndelimeter = \";\"",
        &["delimeter"],
    );
}

#[test]
fn broken_toml_is_named_with_its_line() {
    refused("name = \"Small\"", "name = \"Small", &["error: "]);
}

#[test]
fn values_out_of_range_are_named_with_what_they_may_be() {
    refused("\"EUR\"", "\"Euro\"", &["`Euro`", "ISO 4217"]);
    refused(
        "as_of = 2026-03-31",
        "fiscal_year_start_month = 13",
        &["13", "1 to 12"],
    );
    refused(
        "as_of = 2026-03-31",
        "as_of = 2026-03-31T10:00:00",
        &["a date without a time"],
    );
    refused(
        "quarantined_ratio = 0.0",
        "quarantined_ratio = 1.5",
        &["quarantined_ratio", "1.5", "between 0 and 1"],
    );
    refused("\"50.00\"", "\"50.001\"", &["50.001", "no amount"]);
    refused(
        "ratio = 0.10 }",
        "ratio = 0.10 }\nrag = \"bright\"",
        &["bright", "cascade"],
    );
    refused(
        "ratio = 0.10 }",
        "ratio = 0.10 }\nrag = { green = 0.5, amber = 0.9 }",
        &["amber 0.9", "green 0.5"],
    );
    refused(
        "ratio = 0.10 }",
        "ratio = 0.10 }\ntrailing_months = 0",
        &["trailing_months", "1 to 1200"],
    );
    refused(
        "ratio = 0.10 }",
        "ratio = 0.10 }\nunder_funded_ratio = 1.5",
        &["under_funded_ratio", "1.5"],
    );
}

#[test]
fn a_materiality_ratio_that_is_no_ratio_is_refused() {
    refused("ratio = 0.10 }", "ratio = -3.0 }", &["materiality"]);
}

#[test]
fn a_missing_required_key_is_named() {
    let project = Small::new().make();
    let text = project
        .read("throughline.toml")
        .replace("reporting_currency = \"EUR\"", "");
    project.write("throughline.toml", text);
    complains(&project, 1, &["missing field `reporting_currency`"]);
}

/// A source of a project file whose block is `block`; the line of the block counts.
fn source_refused(table: &str, block: &str, parts: &[&str]) {
    let project = Small::new().source("spend", "").also(table, block).make();
    let text = project.read("throughline.toml");
    let at = text
        .lines()
        .position(|l| l == format!("table = \"{table}\""))
        .unwrap();
    complains(&project, at, parts);
}

#[test]
fn a_table_that_does_not_exist_is_answered_with_the_nearest() {
    source_refused(
        "spending",
        "path = \"data/spend.csv\"",
        &["`spending` is no table", "did you mean `spend`?"],
    );
}

#[test]
fn a_column_that_does_not_exist_is_answered_with_the_nearest() {
    source_refused(
        "spend",
        "path = \"data/spend.csv\"\n[source.columns]\nammount = \"amount\"",
        &["no column `ammount`", "did you mean `amount`?"],
    );
    source_refused(
        "spend",
        "path = \"data/spend.csv\"\n[source.constants]\ncurency = \"EUR\"",
        &["no column `curency`", "did you mean `currency`?"],
    );
}

#[test]
fn a_column_cannot_be_mapped_and_constant_at_once() {
    source_refused(
        "spend",
        "path = \"data/spend.csv\"\n[source.columns]\ncurrency = \"c\"\n[source.constants]\ncurrency = \"EUR\"",
        &["both mapped and constant"],
    );
}

#[test]
fn an_encoding_or_delimiter_that_makes_no_sense_is_refused() {
    source_refused(
        "spend",
        "path = \"x\"\nencoding = \"utf-7\"",
        &["`utf-7` is not known", "windows-1252"],
    );
    source_refused(
        "spend",
        "path = \"x\"\ndelimiter = '\"'",
        &["cannot be a delimiter"],
    );
    source_refused(
        "spend",
        "path = \"x\"\ndecimal = \",\"\nthousands = \",\"",
        &["`decimal` and `thousands`"],
    );
    source_refused(
        "spend",
        "path = \"x\"\n[source.columns]\nposted_date = { from = \"p\", edge = \"end\" }",
        &["`label` and `edge`"],
    );
}

#[test]
fn a_date_format_that_makes_no_sense_is_refused() {
    source_refused(
        "spend",
        "path = \"data/spend.csv\"\ndates = [\"%Q\"]",
        &["%Q"],
    );
}

#[test]
fn a_constant_that_its_column_does_not_take_is_refused() {
    let project = Small::new()
        .source(
            "spend",
            "path = \"data/spend.csv\"\n[source.constants]\nkind = \"planned\"",
        )
        .make();
    let outcome = project.run("check", &[]);
    assert!([65, 78].contains(&outcome.code), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("planned"), "{}", outcome.stderr);
}

#[test]
fn a_source_file_that_is_not_there_is_66_and_named() {
    let project = Small::new()
        .source("spend", "path = \"data/ledger-*.csv\"")
        .make();
    for verb in ["check", "run"] {
        let outcome = project.run(verb, &[]);
        assert_eq!(outcome.code, 66, "{}", outcome.stderr);
        for part in [
            "source file not found",
            "data/ledger-*.csv",
            "relative to throughline.toml",
        ] {
            assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
        }
    }
}

#[test]
fn a_folder_is_no_source() {
    let project = Small::new().source("spend", "path = \"data\"").make();
    let outcome = project.run("check", &[]);
    assert_eq!(outcome.code, 66, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("regular file"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_project_that_is_not_there_is_66_and_says_how_to_make_one() {
    let project = Project::new();
    for verb in ["check", "run"] {
        let outcome = throughline(&[verb, project.arg()]);
        assert_eq!(outcome.code, 66);
        assert!(
            outcome.stderr.contains("throughline.toml"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("throughline init"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_project_without_sources_is_refused() {
    let project = Project::new();
    project.write(
        "throughline.toml",
        "[project]\nname = \"x\"\nreporting_currency = \"EUR\"\n",
    );
    let outcome = project.run("check", &[]);
    assert_eq!(outcome.code, 78);
    assert!(
        outcome.stderr.contains("nothing to load"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_project_file_itself_may_be_named() {
    let project = Small::new().make();
    let file = project.path().join("throughline.toml");
    assert_eq!(throughline(&["check", file.to_str().unwrap()]).code, 0);
}

#[test]
fn a_source_that_repeats_another_would_load_its_rows_twice_and_is_refused() {
    let project = Small::new().make();
    let text = project.read("throughline.toml");
    let block = "\n[[source]]\ntable = \"risks\"\npath = \"data/risks.csv\"\n";
    project
        .write("data/risks.csv", "risk_id\nR1\n")
        .write("throughline.toml", format!("{text}{block}{block}"));
    let first = text.lines().count() + 2;
    let line = first + 4;
    complains(
        &project,
        line,
        &[&format!("repeats the one on line {first}")],
    );
}

#[test]
fn a_mark_that_no_amount_is_written_with_is_refused() {
    let project = Small::new().make();
    let text = project.read("throughline.toml");
    let block = "\n[[source]]\ntable = \"risks\"\npath = \"data/risks.csv\"\ndecimal = \"x\"\n";
    project.write("throughline.toml", format!("{text}{block}"));
    complains(
        &project,
        text.lines().count() + 2,
        &["`x` cannot be `decimal`"],
    );
}
