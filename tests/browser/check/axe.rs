//! Axe: the rules of axe-core, whose file `THROUGHLINE_AXE` names.

use std::sync::OnceLock;

use serde_json::Value;

use super::Visit;
use crate::browser::chromium::is_required;

/// The text of axe.min.js; `None` where nobody fetched it.
#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
pub(in crate::browser) fn script() -> Option<&'static str> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let Some(path) = std::env::var_os("THROUGHLINE_AXE") else {
            assert!(
                !is_required(),
                "THROUGHLINE_AXE names no axe.min.js, and it is required here"
            );
            eprintln!("skipped: THROUGHLINE_AXE names no axe.min.js");
            return None;
        };
        let text = std::fs::read_to_string(&path);
        Some(text.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    };
    SCRIPT.get_or_init(read).as_deref()
}

/// Violations that stop or hinder somebody.
pub(super) fn check(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let Some(script) = script() else {
        return Vec::new();
    };
    visit.page.evaluate::<Value>(&format!("{script};0"));
    visit.page.evaluate(include_str!("../script/axe.js"))
}
