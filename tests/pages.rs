//! Pages: what is told is a cell, what is told can be replaced, and nothing leads
//! out of a page that stands alone.

use crate::small::{Small, publish};
use crate::support::Project;

/// What the pages of goals are made of.
const MODELS: [&str; 2] = ["--models", "scorecard.goal"];

fn small() -> Project {
    Small::new().make()
}

#[test]
fn a_narrative_with_a_figure_of_its_own_is_refused_before_anything_runs() {
    let project = small();
    project.write("templates/goal.md", "Fine so far.\nAbout 40 of it.\n");
    let outcome = project.run("run", &MODELS);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("templates/goal.md:2") && outcome.stderr.contains("`40`"),
        "{}",
        outcome.stderr
    );
    assert!(!project.path().join("out/current").exists());
}

#[test]
fn a_narrative_that_computes_a_figure_is_refused_and_nothing_is_published() {
    let project = small();
    project.write(
        "templates/goal.md",
        "It is {{ rows(\"scorecard.goal\")|length }} of them.\n",
    );
    let outcome = project.run("run", &MODELS);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("not a cell of a model") && outcome.stderr.contains("of them"),
        "{}",
        outcome.stderr
    );
    assert!(!project.path().join("out/current").exists());
}

#[test]
fn a_template_of_the_project_is_used_and_is_an_input_of_the_release() {
    let project = small();
    let first = publish(&project, &MODELS);
    project.write(
        "templates/goal.md",
        "{% set g = rows(\"scorecard.goal\", goal_id=id).first() %}\n*{{ g.goal_name }}* spent {{ g.spend_amount|whole }}.\n",
    );
    let second = publish(&project, &MODELS);
    assert_ne!(first["release"], second["release"]);
    let page = project.read("out/current/goals/G1.html");
    let told = "<em>Grow</em> spent <a class=\"cell\" href=\"../models/scorecard.goal.html#spend_amount\" \
                title=\"scorecard.goal spend_amount goal_id=G1\">700</a>.";
    assert!(page.contains(told), "{page}");
    assert!(
        project
            .read("out/current/narrative.md")
            .contains("*Grow* spent 700.")
    );
    // A mistake in a template names its line and the nearest name.
    project.write(
        "templates/goal.md",
        "{{ id }}\n{{ rows(\"scorecard.gaol\")[0].goal_id }}\n",
    );
    let outcome = project.run("run", &MODELS);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("goal.md:2")
            && outcome.stderr.contains("did you mean `scorecard.goal`"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn rendering_again_gives_the_same_bytes_and_one_file_leads_nowhere() {
    let project = small();
    publish(&project, &MODELS);
    let again = project.path().join("again");
    let alone = project.path().join("alone.html");
    let outcome = project.run(
        "render",
        &[
            "--to",
            again.to_str().unwrap(),
            "--single-file",
            alone.to_str().unwrap(),
        ],
    );
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let pages = project.read("out/current/pages.ndjson");
    let mut compared = 0;
    for line in pages.lines() {
        let page: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = page["file"].as_str().unwrap();
        assert_eq!(
            project.read(&format!("again/{file}")),
            project.read(&format!("out/current/{file}")),
            "{file}"
        );
        compared += 1;
    }
    assert!(compared > 40, "{compared} pages");
    let alone = project.read("alone.html");
    let out: Vec<&str> = alone
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|link| !link.starts_with('#'))
        .collect();
    assert!(out.is_empty(), "{out:?}");
    assert!(alone.contains("Three answers") && alone.len() < 300_000);
}

#[test]
fn a_page_that_was_changed_is_noticed_and_made_again() {
    let project = small();
    publish(&project, &MODELS);
    let page = project.read("out/current/goals/G1.html");
    project.write("out/current/goals/G1.html", "scratched");
    let json = publish(&project, &MODELS);
    assert_eq!(json["status"], "published");
    assert_eq!(project.read("out/current/goals/G1.html"), page);
}
