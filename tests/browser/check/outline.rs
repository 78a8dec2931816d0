//! Outline: what a reader who hears the page is told of it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Visit;

/// Roles that say nothing without a name, as Chromium calls them.
const NAMED: [&str; 16] = [
    "image",
    "img",
    "graphics-document",
    "graphics-object",
    "graphics-symbol",
    "table",
    "grid",
    "treegrid",
    "link",
    "button",
    "DisclosureTriangle",
    "searchbox",
    "textbox",
    "combobox",
    "checkbox",
    "region",
];

/// Every drawing, table, link, button and field has a name; there is one heading of
/// the first level and none that skips one, a language and a title.
pub(super) fn check(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let mut found: Vec<String> = visit.page.evaluate(include_str!("../script/head.js"));
    found.extend(
        visit
            .page
            .evaluate::<Vec<String>>(include_str!("../script/drawings.js")),
    );
    let nodes = nodes(visit);
    let (mut above, mut first) = (0, 0);
    for node in &nodes {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let name = node["name"]["value"].as_str().unwrap_or_default();
        if NAMED.contains(&role) && name.trim().is_empty() {
            let asked = json!({"backendNodeId": node["backendDOMNodeId"]});
            let element = visit.page.call("DOM.describeNode", &asked);
            let (tag, attributes) = (&element["node"]["nodeName"], &element["node"]["attributes"]);
            found.push(format!("{role} without a name: {tag} {attributes}"));
        }
        if role == "heading" {
            let level = level(node);
            if level > above + 1 {
                found.push(format!(
                    "heading {name} of level {level} follows level {above}"
                ));
            }
            first += u32::from(level == 1);
            above = level;
        }
    }
    if first != 1 {
        found.push(format!("{first} headings of the first level"));
    }
    found
}

fn level(heading: &Value) -> u64 {
    heading["properties"]
        .as_array()
        .and_then(|all| all.iter().find(|p| p["name"] == "level"))
        .and_then(|p| p["value"]["value"].as_u64())
        .unwrap_or_default()
}

/// The accessibility tree in reading order, without what is passed over.
fn nodes(visit: &mut Visit<'_, '_>) -> Vec<Value> {
    let mut tree = visit.page.call("Accessibility.getFullAXTree", &json!({}));
    let Value::Array(all) = tree["nodes"].take() else {
        panic!("no accessibility tree");
    };
    let id = |v: &Value| v.as_str().unwrap().to_owned();
    let mut stack = vec![id(&all[0]["nodeId"])];
    let mut by_id: HashMap<String, Value> =
        all.into_iter().map(|n| (id(&n["nodeId"]), n)).collect();
    let mut read = Vec::new();
    while let Some(next) = stack.pop() {
        let Some(node) = by_id.remove(&next) else {
            continue;
        };
        let children = node["childIds"].as_array();
        stack.extend(children.into_iter().flatten().rev().map(id));
        if node["ignored"] != true {
            read.push(node);
        }
    }
    read
}
