//! Quiet: a page opens without a complaint and asks for nothing but itself.

use serde_json::Value;

use super::Visit;
use crate::browser::chromium::Event;

/// What the page reported since it was opened, and while everything that is
/// folded away in it opens.
pub(in crate::browser) fn check(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let open = include_str!("../script/open.js");
    visit.page.evaluate::<Value>(&format!("{open};0"));
    complaints(visit)
}

/// What the page complained of since it was asked last.
pub(super) fn complaints(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let address = visit.page.address().to_owned();
    let events = visit.page.take_events();
    let mut found: Vec<String> = events
        .iter()
        .filter_map(|e| complaint(e, &address))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// What an event complains of, if it does.
fn complaint(event: &Event, address: &str) -> Option<String> {
    let at = |pointer: &str| {
        let value = event.params.pointer(pointer);
        value.and_then(|v| v.as_str()).unwrap_or_default()
    };
    match event.method.as_str() {
        "Runtime.exceptionThrown" => Some(format!(
            "exception: {} {}",
            at("/exceptionDetails/text"),
            at("/exceptionDetails/exception/description")
        )),
        "Runtime.consoleAPICalled" if matches!(at("/type"), "warning" | "error" | "assert") => {
            Some(format!("console {}: {}", at("/type"), event.params["args"]))
        }
        "Log.entryAdded" if matches!(at("/entry/level"), "warning" | "error") => Some(format!(
            "log {}: {} {}",
            at("/entry/level"),
            at("/entry/text"),
            at("/entry/url")
        )),
        // Where it is stands in numbers that mean nothing outside the browser.
        "Audits.issueAdded" => Some(match at("/issue/details/genericIssueDetails/errorType") {
            "" => format!(
                "issue {}: {}",
                at("/issue/code"),
                event.params["issue"]["details"]
            ),
            kind => format!("issue {kind}"),
        }),
        "Network.requestWillBeSent" => {
            let wanted = at("/request/url");
            // A data: address is part of the page.
            let is_own = wanted == address || wanted.starts_with("data:");
            (!is_own).then(|| format!("request: {wanted}"))
        }
        "Page.javascriptDialogOpening" => Some(format!("dialog: {}", at("/message"))),
        _ => None,
    }
}
