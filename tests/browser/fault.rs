//! Fault: the checks prove themselves. A sound page passes them all; the same
//! page with one fault is reported by the check that is there for it.

use tempfile::TempDir;

use super::check::axe_script;
use super::chromium::browser;
use super::{Complaints, inspect};

const SOUND: &str = include_str!("fault/sound.html");

/// The check, what is put in place of what, and what must be said of it.
const FAULTS: [(&str, &str, &str, &str); 37] = [
    (
        "quiet",
        "<main>",
        "<main><script>console.error('oh')</script>",
        "console error",
    ),
    (
        "quiet",
        "<main>",
        "<main><script>console.warn('oh')</script>",
        "console warning",
    ),
    (
        "quiet",
        "<main>",
        "<main><script>throw new Error('oh')</script>",
        "exception",
    ),
    (
        "quiet",
        "<main>",
        "<main><script>alert('oh')</script>",
        "dialog: oh",
    ),
    (
        "quiet",
        "<main>",
        "<main><img alt='x' src='https://example.invalid/x.png'>",
        "ContentSecurityPolicyIssue",
    ),
    (
        "quiet",
        "<main>",
        "<main><link rel='stylesheet' href='sound.css'>",
        "Content Security Policy",
    ),
    (
        "quiet",
        "img-src data:",
        "img-src data: http:",
        "request: http://127.0.0.1:9/x.png",
    ),
    ("links", "#table", "#chair", "an id that is not there"),
    ("links", "#table", "other.html", "a file that is not there"),
    ("links", "#table", "../sound.html", "out of the release"),
    (
        "links",
        "#table",
        "https://example.invalid/",
        "out of the release",
    ),
    (
        "widths",
        "<main>",
        "<main><p style='width: 500px'>wide</p>",
        "at 390 px",
    ),
    (
        "widths",
        "<main>",
        "<main><p style='width: 500px'>wide</p>",
        "p in main",
    ),
    (
        "colours",
        "<main>",
        "<main><p style='color: #999'>faint</p>",
        "light: contrast 2.8",
    ),
    (
        "colours",
        "<main>",
        "<main><p style='color: #222'>faint</p>",
        "dark: contrast 1.",
    ),
    (
        "colours",
        "prefers-color-scheme: dark",
        "min-width: 99999px",
        "stays light in the dark",
    ),
    (
        "keyboard",
        "<main>",
        "<main><p role='button' onclick='x()'>press</p>",
        "passes over",
    ),
    (
        "keyboard",
        "<a href",
        "<a onfocus='this.blur()' style='float:left' inert href",
        "does not reach",
    ),
    (
        "keyboard",
        "</main>",
        "<a href='#table' tabindex='2'>late</a></main>",
        "out of order",
    ),
    ("outline", "<title>Drawing</title>", "", "svg"),
    (
        "outline",
        "<svg role=\"img\">",
        "<svg>",
        "neither hidden nor an image",
    ),
    (
        "outline",
        "<caption>Figures</caption>",
        "",
        "table without a name",
    ),
    ("outline", ">the table</a>", "></a>", "link without a name"),
    (
        "outline",
        "<main>",
        "<main><button></button>",
        "button without a name",
    ),
    ("outline", "h2", "h3", "of level 3 follows level 1"),
    ("outline", "h2", "h1", "2 headings of the first level"),
    ("outline", " lang=\"en\"", "", "no language"),
    (
        "outline",
        "<main>",
        "<main><i id='table'></i>",
        "stands twice",
    ),
    (
        "axe",
        "<main>",
        "<main><p style='color: #999'>faint</p>",
        "serious color-contrast",
    ),
    ("paper", "size: A4", "size: A5", "is not A4"),
    (
        "paper",
        "<main>",
        "<main><p style='width: 900px; text-align: right'>wide</p>",
        "\"wide\" ends at",
    ),
    (
        "paper",
        "<main>",
        "<main><p style='height: 5px; overflow: hidden'>low</p>",
        "cuts off \"low\"",
    ),
    (
        "sorting",
        "Number(a) - Number(b)",
        "(a < b ? -1 : 1)",
        "10 stands before 9",
    ),
    (
        "sorting",
        "rows.sort(order)",
        "rows.sort(order).pop()",
        "sorting",
    ),
    (
        "sorting",
        "[...known, ...empty]",
        "[...empty, ...known]",
        "an empty cell stands before a full one",
    ),
    ("sorting", "${shown} of", "many of", "and says"),
    (
        "without scripts",
        "</main>",
        "<p id='p'></p><script>p.textContent = 'more'</script></main>",
        "the first that differs",
    ),
];

/// What the checks of `CHECKS` that are wanted say of one page.
fn inspected(html: &str, is_wanted: impl Fn(&str) -> bool) -> Option<Complaints> {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("sound.html"), html).unwrap();
    browser().map(|mut browser| inspect(&mut browser, folder.path(), is_wanted))
}

#[test]
fn a_sound_page_passes_every_check() {
    let Some(found) = inspected(SOUND, |_| true) else {
        return;
    };
    assert!(found.values().all(Vec::is_empty), "{found:#?}");
}

#[test]
fn every_fault_is_reported_by_its_check() {
    let mut missed = Vec::new();
    for (check, sound, faulty, said) in FAULTS {
        assert!(SOUND.contains(sound), "{sound}");
        if check == "axe" && axe_script().is_none() {
            continue;
        }
        let mut html = SOUND.replace(sound, faulty);
        if sound.starts_with("img-src") {
            html = html.replace(
                "<main>",
                "<main><img alt='x' src='http://127.0.0.1:9/x.png'>",
            );
        }
        let Some(found) = inspected(&html, |about| about == check) else {
            return;
        };
        if !found[check].iter().any(|f| f.contains(said)) {
            missed.push(format!("{check}, {faulty}: {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
