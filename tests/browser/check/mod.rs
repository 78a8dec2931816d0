//! Checks: each looks at one opened page and says what is wrong with it.
//!
//! Rule: a check leaves the page as wide, as light and as scripted as it was.

mod axe;
mod outline;
mod paper;
mod quiet;
mod tables;

use std::path::Path;

use serde_json::json;

pub(super) use self::axe::script as axe_script;
pub(super) use self::quiet::check as quiet;
use super::page::Page;
use super::site::Site;

/// A page that is open, and the site it belongs to.
pub(super) struct Visit<'v, 'b> {
    pub(super) page: &'v mut Page<'b>,
    pub(super) site: &'v Site,
    /// Below the root of the site.
    pub(super) name: &'v Path,
}

impl<'v, 'b> Visit<'v, 'b> {
    /// Opens a page of the site.
    pub(super) fn to(page: &'v mut Page<'b>, site: &'v Site, name: &'v Path) -> Self {
        page.open(&site.file(name));
        Self { page, site, name }
    }
}

pub(super) type Check = fn(&mut Visit<'_, '_>) -> Vec<String>;

/// In the order in which they are made: the first finds the page as it opened and
/// unfolds it for the others, the last opens it anew.
pub(super) const CHECKS: [(&str, Check); 10] = [
    ("quiet", quiet),
    ("links", links),
    ("widths", widths),
    ("colours", colours),
    ("keyboard", keyboard),
    ("outline", outline::check),
    ("axe", axe::check),
    ("paper", paper::check),
    ("sorting", tables::sorting),
    ("without scripts", tables::without_scripts),
];

/// A phone, a tablet, a laptop.
const WIDTHS: [u32; 3] = [390, 768, 1280];

/// More stops than this on one page are taken for granted.
const STOPS: usize = 400;

/// Every link leads to a file of the release, and to an id if it names one.
/// Links that a script made are among them.
fn links(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let live: Vec<String> = visit.page.evaluate(
        "[...new Set([...document.querySelectorAll('[href]')].map(e => e.getAttribute('href')))]",
    );
    live.iter()
        .filter_map(|href| visit.site.fault(visit.name, href))
        .collect()
}

/// Nothing is wider than the window.
fn widths(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let mut found = Vec::new();
    for width in WIDTHS {
        visit.page.set_width(width);
        let wide: Vec<String> = visit.page.evaluate(include_str!("../script/width.js"));
        found.extend(wide.into_iter().map(|w| format!("at {width} px: {w}")));
    }
    visit.page.restore();
    found
}

/// Text stands out from what is behind it, by day and by night.
fn colours(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["light", "dark"] {
        visit.page.set_media("screen", scheme);
        let script = format!(
            "({})({})",
            include_str!("../script/contrast.js"),
            json!(scheme)
        );
        let faint: Vec<String> = visit.page.evaluate(&script);
        found.extend(faint.into_iter().map(|f| format!("{scheme}: {f}")));
    }
    visit.page.restore();
    found
}

/// Whatever takes the focus is reached by the Tab key, in the page's order.
fn keyboard(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let page = &mut *visit.page;
    let begin = format!("({})({STOPS})", include_str!("../script/stops.js"));
    let mut left: usize = page.evaluate(&begin);
    // A scrolled region is a stop that nobody declared, so a round may reach less
    // than it pressed; a round that reaches nothing is the end, or a trap.
    while left > 0 {
        for _ in 0..left {
            page.press_tab();
        }
        let now: usize = page.evaluate("window.stops.left()");
        if now == left {
            break;
        }
        left = now;
    }
    page.evaluate("window.stops.end()")
}
