//! The page in a real browser. Where Chromium is absent the test says that it was
//! skipped; with `THROUGHLINE_BROWSER=required` (as the gate sets it) it fails.

use std::process::{Command, Output};

use crate::support::Project;

/// Chromium's output for the page, or `None` where there is no browser.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn chromium(profile: &str, arguments: &[&str], page: &str) -> Option<Output> {
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
        ])
        .arg(format!("--user-data-dir={profile}"))
        .args(arguments)
        .arg(format!("file://{page}"))
        .output();
    match output {
        Ok(output) => Some(output),
        Err(e) => {
            let is_required = std::env::var("THROUGHLINE_BROWSER").is_ok_and(|v| v == "required");
            assert!(!is_required, "chromium is required here: {e}");
            eprintln!("skipped: no chromium on this machine");
            None
        }
    }
}

#[test]
fn the_page_opens_without_a_complaint_and_prints() {
    let project = Project::copy_of("sample-data");
    let outcome = project.run("run", &["--quiet"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let page = project.path().join("out/current/index.html");
    let page = page.to_str().unwrap();
    let profile = project.path().join("browser");
    let profile = profile.to_str().unwrap();
    let Some(shown) = chromium(profile, &["--dump-dom"], page) else {
        return;
    };
    let dom = String::from_utf8_lossy(&shown.stdout);
    let log = String::from_utf8_lossy(&shown.stderr);
    assert!(dom.contains("<h1") && dom.contains("Brunnhalm Cold Chain SE"));
    assert!(dom.contains("</html>"), "the page is cut off");
    let complaints: Vec<&str> = log.lines().filter(|l| l.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    let paper = project.path().join("page.pdf");
    let to_paper = format!("--print-to-pdf={}", paper.display());
    chromium(profile, &[&to_paper, "--no-pdf-header-footer"], page);
    assert!(std::fs::read(&paper).unwrap().starts_with(b"%PDF"));
}
