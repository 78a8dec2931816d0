//! The page in a real browser. Where Chromium is absent the test says that it was
//! skipped; with `THROUGHLINE_BROWSER=required` (as the gate sets it) it fails.

use std::process::{Command, Output};

use crate::sample::shared;
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
fn the_pages_open_without_a_complaint_and_print() {
    let project = Project::copy_of("sample-data");
    let outcome = project.run("run", &["--quiet"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let profile = project.path().join("browser");
    let profile = profile.to_str().unwrap();
    for name in ["index", "tables"] {
        let page = project.path().join(format!("out/current/{name}.html"));
        let page = page.to_str().unwrap();
        let Some(shown) = chromium(profile, &["--dump-dom"], page) else {
            return;
        };
        let dom = String::from_utf8_lossy(&shown.stdout);
        let log = String::from_utf8_lossy(&shown.stderr);
        assert!(dom.contains("<h1") && dom.contains("Brunnhalm Cold Chain SE"));
        assert!(dom.contains("</html>"), "the page is cut off");
        let complaints: Vec<&str> = log.lines().filter(|l| l.contains("CONSOLE")).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        let paper = project.path().join(format!("{name}.pdf"));
        let to_paper = format!("--print-to-pdf={}", paper.display());
        chromium(profile, &[&to_paper, "--no-pdf-header-footer"], page);
        assert!(std::fs::read(&paper).unwrap().starts_with(b"%PDF"));
    }
}

#[test]
fn every_link_leads_somewhere() {
    let current = shared().0.path().join("out/current");
    let read = |name: &str| std::fs::read_to_string(current.join(name)).unwrap();
    let mut checked = 0;
    for name in ["index.html", "tables.html"] {
        let page = read(name);
        for link in page.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { name } else { file };
            assert!(current.join(target).exists(), "{name} leads to {link}");
            if !anchor.is_empty() {
                let id = format!(" id=\"{anchor}\"");
                assert!(read(target).contains(&id), "{name} leads to {link}");
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked} links");
}
