//! Versions that a source wrote over: what stood in the file at an earlier load
//! still counts, though no row carries a date.

use crate::small::Small;
use crate::support::Project;

const MODELS: &str = "variance.milestone_slip,misallocation.docket,base.weight_changes";

fn run(project: &Project) {
    let outcome = project.run("run", &["--models", MODELS]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    // A load is known to the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

fn milestones(baseline: &str, forecast: &str) -> String {
    format!(
        "milestone_id,initiative_id,name,baseline_date,forecast_date\nM1,I1,Live,{baseline},{forecast}\n"
    )
}

#[test]
fn a_new_baseline_written_over_the_old_one_makes_no_slip_vanish() {
    let project = Small::new()
        .csv("milestones", milestones("2026-02-01", "2026-05-01"))
        .make();
    run(&project);
    let slip = |column: &str| project.table("variance.milestone_slip").cell(column, 0);
    assert_eq!(slip("slip_days").as_deref(), Some("89"));
    assert_eq!(slip("version_count").as_deref(), Some("1"));

    project.write(
        "data/milestones.csv",
        milestones("2026-07-01", "2026-07-01"),
    );
    run(&project);
    assert_eq!(slip("first_baseline_date").as_deref(), Some("2026-02-01"));
    assert_eq!(slip("baseline_date").as_deref(), Some("2026-07-01"));
    assert_eq!(slip("slip_days").as_deref(), Some("150"));
    assert_eq!(slip("rebaseline_count").as_deref(), Some("1"));
    assert_eq!(slip("moved_later_count").as_deref(), Some("1"));
    assert_eq!(slip("version_count").as_deref(), Some("2"));
    assert_eq!(slip("verdict").as_deref(), Some("slipping"));

    // A file that changes elsewhere repeats the milestone, and that is no version.
    let more = milestones("2026-07-01", "2026-07-01") + "M2,I1,Paid,2026-03-01,2026-03-01\n";
    project.write("data/milestones.csv", more);
    run(&project);
    let table = project.table("variance.milestone_slip");
    assert_eq!(
        table.at("milestone_id", "M1", "version_count").as_deref(),
        Some("2")
    );
}
