//! The pages in a real browser: each opens quietly, leads somewhere, fits its
//! window and its paper, sorts, and can be read, heard and reached by everybody.
//!
//! Where Chromium or axe-core is absent the tests say so and pass; with
//! `THROUGHLINE_BROWSER=required` (as the gate sets it) they fail.

mod check;
mod chromium;
mod fault;
mod hostile;
mod page;
mod site;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{MutexGuard, OnceLock};

use self::check::{CHECKS, Visit, axe_script};
use self::chromium::{Chromium, browser};
use self::page::Page;
use self::site::Site;
use crate::sample::shared;

/// What each check found, each line with its page.
type Complaints = BTreeMap<&'static str, Vec<String>>;

/// Opens the pages of a release one after the other and makes the checks that are
/// wanted.
fn inspect(browser: &mut Chromium, root: &Path, is_wanted: impl Fn(&str) -> bool) -> Complaints {
    let mut page = Page::new(browser);
    let site = Site::read(root, &mut page);
    let mut complaints = Complaints::new();
    for name in site.sample() {
        let mut visit = Visit::to(&mut page, &site, name);
        for (about, check) in CHECKS.iter().filter(|(about, _)| is_wanted(about)) {
            let found = check(&mut visit);
            let lines = found
                .into_iter()
                .map(|f| format!("{}: {f}", name.display()));
            complaints.entry(about).or_default().extend(lines);
        }
    }
    complaints
}

/// Asserts that a check found nothing on the pages of the sample, which are
/// opened once for all of them.
fn nothing_in(about: &str) {
    static FOUND: OnceLock<Option<Result<Complaints, ()>>> = OnceLock::new();
    let root = shared().0.path().join("out/current");
    let inspected = |mut browser: MutexGuard<'_, Chromium>| {
        // What stopped once would stop, as slowly, for every test that asks.
        catch_unwind(AssertUnwindSafe(|| inspect(&mut browser, &root, |_| true))).map_err(drop)
    };
    if let Some(found) = FOUND.get_or_init(|| browser().map(inspected)) {
        let Ok(found) = found else {
            panic!("the inspection of the pages stopped; the first of these tests says where");
        };
        assert!(found[about].is_empty(), "{:#?}", found[about]);
    }
}

#[test]
fn every_page_opens_without_a_complaint_and_asks_for_nothing() {
    nothing_in("quiet");
}

#[test]
fn every_page_fits_a_phone_a_tablet_and_a_laptop() {
    nothing_in("widths");
}

#[test]
fn text_stands_out_by_day_and_by_night() {
    nothing_in("colours");
}

#[test]
fn everything_that_takes_the_focus_is_reached_by_the_tab_key() {
    nothing_in("keyboard");
}

#[test]
fn who_hears_the_page_is_told_names_and_headings() {
    nothing_in("outline");
}

#[test]
fn axe_finds_nothing_serious() {
    if axe_script().is_some() {
        nothing_in("axe");
    }
}

#[test]
fn every_page_prints_on_a4_with_nothing_cut_off() {
    nothing_in("paper");
}

#[test]
fn tables_sort_and_filter() {
    nothing_in("sorting");
}

#[test]
fn a_page_says_the_same_without_its_scripts() {
    nothing_in("without scripts");
}

#[test]
fn every_link_leads_somewhere() {
    nothing_in("links");
    let Some(mut browser) = browser() else { return };
    let root = shared().0.path().join("out/current");
    let site = Site::read(&root, &mut Page::new(&mut browser));
    // Pages that are not opened are read all the same.
    let mut faults = Vec::new();
    let mut count = 0;
    for (name, ends) in &site.pages {
        count += ends.hrefs.len();
        let wrong = ends.hrefs.iter().filter_map(|href| site.fault(name, href));
        faults.extend(wrong.map(|f| format!("{}: {f}", name.display())));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(count > 50, "{count} links");
}

/// A sample without a table to sort and one to filter would prove nothing.
#[test]
fn the_release_has_what_is_checked() {
    let Some(mut browser) = browser() else { return };
    let root = shared().0.path().join("out/current");
    let mut page = Page::new(&mut browser);
    let site = Site::read(&root, &mut page);
    let mut seen = [0; 4];
    for name in site.sample() {
        page.open(&site.file(name));
        let counts: [usize; 4] = page.evaluate(
            "['table.data th button', 'input[type=search]', 'svg[role]', 'a[href]']\
             .map(s => document.querySelectorAll(s).length)",
        );
        seen = std::array::from_fn(|n| seen[n] + counts[n]);
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
}
