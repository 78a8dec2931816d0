//! Site: the pages of a release, and where their links may lead.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::page::Page;

/// Of more pages of one kind than this, a few speak for the rest.
const MANY: usize = 40;
const FEW: usize = 6;

/// The ids of a page and the values of its href attributes.
#[derive(Deserialize)]
pub(super) struct Ends {
    pub(super) ids: HashSet<String>,
    pub(super) hrefs: Vec<String>,
}

pub(super) struct Site {
    root: PathBuf,
    /// By path below the root.
    pub(super) pages: BTreeMap<PathBuf, Ends>,
}

impl Site {
    /// Reads every page below `root` once, without opening it.
    pub(super) fn read(root: &Path, page: &mut Page) -> Self {
        let root = root.canonicalize().unwrap();
        let pattern = format!("{}/**/*.html", root.display());
        let mut pages = BTreeMap::new();
        for file in glob::glob(&pattern).unwrap().map(Result::unwrap) {
            let text = serde_json::to_string(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let ends = page.evaluate(&format!("({})({text})", include_str!("script/ends.js")));
            pages.insert(file.strip_prefix(&root).unwrap().to_path_buf(), ends);
        }
        assert!(!pages.is_empty(), "{pattern}: no page");
        Self { root, pages }
    }

    pub(super) fn file(&self, page: &Path) -> PathBuf {
        self.root.join(page)
    }

    /// The pages to open: all, but a few of a folder that has many.
    pub(super) fn sample(&self) -> Vec<&Path> {
        let mut folders: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for page in self.pages.keys() {
            folders
                .entry(page.parent().unwrap())
                .or_default()
                .push(page);
        }
        let mut wanted: Vec<&Path> = folders.into_values().flat_map(few).collect();
        wanted.sort();
        wanted
    }

    /// Why a link of a page leads nowhere.
    pub(super) fn fault(&self, from: &Path, href: &str) -> Option<String> {
        let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
        let is_elsewhere = path.starts_with('/')
            || path
                .split_once(':')
                .is_some_and(|(scheme, _)| !scheme.contains('/'));
        if is_elsewhere {
            return Some(format!("{href} leads out of the release"));
        }
        let target = if path.is_empty() {
            from.to_path_buf()
        } else {
            let Some(target) = joined(from, &decoded(path)) else {
                return Some(format!("{href} leads out of the release"));
            };
            target
        };
        if !self.root.join(&target).is_file() {
            return Some(format!("{href} leads to a file that is not there"));
        }
        let has_it = || {
            self.pages
                .get(&target)
                .is_some_and(|page| page.ids.contains(&decoded(fragment)))
        };
        (!fragment.is_empty() && !has_it())
            .then(|| format!("{href} leads to an id that is not there"))
    }
}

/// All of a few pages; the first, the last and some between of many.
fn few(pages: Vec<&Path>) -> Vec<&Path> {
    if pages.len() <= MANY {
        return pages;
    }
    let last = pages.len() - 1;
    (0..FEW).map(|n| pages[n * last / (FEW - 1)]).collect()
}

/// A path relative to the folder of a page; `None` above the root.
fn joined(from: &Path, path: &str) -> Option<PathBuf> {
    let mut target = from.parent()?.to_path_buf();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                if !target.pop() {
                    return None;
                }
            }
            name => target.push(name),
        }
    }
    Some(target)
}

/// Percent signs and two digits as the byte they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let byte = (*first == b'%' && tail.len() > 1)
            .then(|| std::str::from_utf8(&tail[..2]).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap()
}
