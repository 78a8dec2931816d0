//! Hostile: text of others is text, whatever it looks like.

use super::check::{Visit, quiet};
use super::chromium::browser;
use super::page::Page;
use super::site::Site;
use crate::small::{Small, publish};

/// What somebody might call a goal, and how a page shows it.
const NAMES: [(&str, &str); 4] = [
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    (
        "\"><img src=x onerror=alert(1)>",
        "\"><img src=x onerror=alert(1)>",
    ),
    ("=1+1", "=1+1"),
    // Read from right to left it would end in another word.
    ("Save \u{202e}evas\u{202c}", "Save \u{fffd}evas\u{fffd}"),
];

/// A heading, and a row for each name: `#` is its number, `$` the name as a field,
/// with the kind of thing that it names.
fn rows(kind: &str, heading: &str, row: &str) -> String {
    let mut text = format!("{heading}\n");
    for (number, (name, _)) in NAMES.iter().enumerate() {
        let field = format!("\"{} {kind}\"", name.replace('"', "\"\""));
        text.push_str(&row.replace('#', &number.to_string()).replace('$', &field));
        text.push('\n');
    }
    text
}

#[test]
fn names_and_comments_of_others_are_shown_as_text() {
    if browser().is_none() {
        return;
    }
    let project = Small::new()
        .csv("goals", rows("goal", "goal_id,name,weight", "G#,$,0.25"))
        .csv(
            "initiatives",
            rows(
                "initiative",
                "initiative_id,name,goal_id,stage,business_unit,start_date,planned_end_date",
                "I#,$,G#,active,U#,2025-01-01,2026-12-31",
            ),
        )
        .csv(
            "business_units",
            rows("unit", "business_unit_id,name", "U#,$"),
        )
        .csv(
            "kpis",
            rows(
                "measure",
                "kpi_id,name,goal_id,direction,baseline,target",
                "K#,$,G#,up,0,10",
            ),
        )
        .csv(
            "kpi_values",
            rows("", "kpi_id,period_end_date,value", "K#,2026-03-31,9"),
        )
        .csv(
            "status_reports",
            rows(
                "comment",
                "initiative_id,reported_date,rag,percent_complete,comment",
                "I#,2026-03-31,red,0.5,$",
            ),
        )
        .make();
    publish(&project, &[]);

    // Taken only now: the others need not wait for the run.
    let mut browser = browser().unwrap();
    let mut page = Page::new(&mut browser);
    let site = Site::read(&project.path().join("out/current"), &mut page);
    let mut text = String::new();
    for name in site.pages.keys() {
        let complaints = quiet(&mut Visit::to(&mut page, &site, name));
        assert!(complaints.is_empty(), "{}: {complaints:#?}", name.display());
        // One script of ours, and no element or attribute of theirs.
        let counts: [usize; 3] = page.evaluate(
            "['script', 'img, iframe, object, embed, base, meta[http-equiv=refresh]', '[onerror], [onload], [onclick]']\
             .map(s => document.querySelectorAll(s).length)",
        );
        assert_eq!(counts, [1, 0, 0], "{}", name.display());
        text.push_str(&page.evaluate::<String>("document.body.textContent"));
    }
    for kind in ["goal", "initiative"] {
        for (_, shown) in NAMES {
            let shown = format!("{shown} {kind}");
            assert!(text.contains(&shown), "no page shows {shown}");
        }
    }
    assert!(!text.contains('\u{202e}'), "a page turns its text around");
}
