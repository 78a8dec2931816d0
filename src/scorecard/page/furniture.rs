//! Furniture: the small pieces of markup that stand on a page by the hundred.
//!
//! In: a cell, a subject, a model. Out: its markup, escaped, ready to be written:
//! `icon`, `status`, `standing`, `grade`, `subject`, `fact`, `empty` and `source`,
//! which templates call by these names. They were macros of a template, which cost
//! a portfolio of thousands of pages half of its time.
//!
//! Not here: anything that takes a table or a list (`macros.html`).

use std::sync::Arc;

use minijinja::{Environment, Value};

use super::address::Kind;
use super::cell::Cell;
use super::environment::Shelf;
use super::escape;
use super::rows::plain;

/// Gives an environment its furniture. `root` leads from a page to the release's
/// folder; none for a page that must lead nowhere.
pub(super) fn furnish(environment: &mut Environment<'static>, shelf: &Shelf, root: Option<&str>) {
    environment.add_function("icon", |name: &str| safe(icon(name)));
    environment.add_function("status", |cell: Value| safe(status(&cell)));
    environment.add_function("standing", |cell: Value, reason: Option<Value>| {
        safe(standing(&cell, reason.as_ref()))
    });
    environment.add_function("grade", |cell: Value| safe(grade(&cell)));
    environment.add_function("empty", |reason: &str| safe(empty(reason)));
    environment.add_function("fact", |label: &str, cell: Value, unit: Option<Value>| {
        safe(fact(label, &cell, unit.as_ref()))
    });
    let (tables, own_root) = (Arc::clone(&shelf.tables), root.map(str::to_owned));
    environment.add_function("source", move |model: Value, ask: Option<Value>| {
        let model = plain(&model);
        let root = own_root.as_deref().filter(|_| tables.has(&model));
        safe(source(&model, ask.as_ref(), root))
    });
    let (addresses, root) = (Arc::clone(&shelf.addresses), root.map(str::to_owned));
    environment.add_function(
        "subject",
        move |kind: Value, id: Value, name: Option<Value>| {
            let shown = plain(&id);
            let kind = Kind::named(&plain(&kind));
            let place = kind.and_then(|kind| addresses.find(kind, &shown));
            let called = match name.filter(is_said) {
                Some(name) => text(&name),
                None => place.map_or_else(|| shown.clone(), |place| place.name.clone()),
            };
            let href = root.as_deref().zip(place);
            let href = href.map(|(root, place)| format!("{root}{}", place.file));
            safe(subject(&shown, &called, href.as_deref()))
        },
    );
}

fn safe(markup: String) -> Value {
    Value::from_safe_string(markup)
}

/// Whether there is a value, and it is not the empty text.
fn is_said(value: &Value) -> bool {
    !is_unknown(value) && value.as_str() != Some("")
}

fn is_unknown(value: &Value) -> bool {
    value.is_none() || value.is_undefined()
}

/// A value as it is shown.
fn text(value: &Value) -> String {
    match value.downcast_object_ref::<Cell>() {
        Some(cell) => cell.text(),
        None => value.to_string(),
    }
}

fn icon(name: &str) -> String {
    let name = escape::html(name);
    format!(
        "<svg class=\"i {name}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#i-{name}\"/></svg>"
    )
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string());
    escape::html(&(first.unwrap_or_default() + characters.as_str()))
}

/// A status in a word and a sign; none is unknown, and unknown is never green.
fn status(cell: &Value) -> String {
    if is_unknown(cell) {
        return format!("{} <span class=\"none\">Unknown</span>", icon("unknown"));
    }
    let word = plain(cell);
    let sign = match word.as_str() {
        "green" => "good",
        "amber" => "watch",
        "red" => "bad",
        _ => "unknown",
    };
    format!("{} {}", icon(sign), capitalized(&word))
}

/// A status in words, where grey is not always "unknown": work that does not run
/// is not judged.
fn standing(cell: &Value, reason: Option<&Value>) -> String {
    if !is_unknown(cell) && plain(cell) != "grey" {
        return status(cell);
    }
    let is_idle =
        reason.is_some_and(|reason| !is_unknown(reason) && plain(reason) == "not running");
    let word = if is_idle { "Not judged" } else { "Unknown" };
    format!("{} <span class=\"none\">{word}</span>", icon("unknown"))
}

/// The severity of a finding.
fn grade(cell: &Value) -> String {
    let word = plain(cell);
    let sign = match word.as_str() {
        "high" => "bad",
        "medium" => "watch",
        _ => "note",
    };
    format!("{} {}", icon(sign), capitalized(&word))
}

/// Why there are no rows. Without a reason nothing is claimed: an empty list may
/// be good or a gap.
fn empty(reason: &str) -> String {
    let sign = if reason.starts_with("Not computed") {
        icon("unknown") + " "
    } else {
        String::new()
    };
    format!(
        "<p class=\"empty\">{sign}<span>{}</span></p>",
        escape::html(reason)
    )
}

/// A labelled figure of the facts at the head of a page.
fn fact(label: &str, cell: &Value, unit: Option<&Value>) -> String {
    let shown = if is_unknown(cell) {
        "<span class=\"none\">–</span>".to_owned()
    } else {
        let unit = unit
            .filter(|unit| is_said(unit))
            .map(|unit| format!(" {}", text(unit)));
        escape::html(&(text(cell) + &unit.unwrap_or_default()))
    };
    format!(
        "<div><dt>{}</dt><dd>{shown}</dd></div>",
        escape::html(label)
    )
}

/// A subject by name, which leads to its page where it has one; its id beneath.
fn subject(id: &str, called: &str, href: Option<&str>) -> String {
    let mut markup = match href {
        Some(href) => format!(
            "<a href=\"{}\">{}</a>",
            escape::html(href),
            escape::html(called)
        ),
        None => escape::html(called),
    };
    if called != id {
        markup.push_str(&format!(" <small>{}</small>", escape::html(id)));
    }
    markup
}

/// Where a section's rows come from, and how to ask for the rows behind them.
fn source(model: &str, ask: Option<&Value>, root: Option<&str>) -> String {
    let model = escape::html(model);
    let code = match root {
        Some(root) => {
            let root = escape::html(root);
            format!("<a href=\"{root}models/{model}.html\"><code>{model}</code></a>")
        }
        None => format!("<code>{model}</code>"),
    };
    let receipt = match ask.filter(|ask| is_said(ask)) {
        Some(ask) => format!(
            " · Receipt: <code>throughline explain {model} {}</code>",
            escape::html(&text(ask))
        ),
        None => String::new(),
    };
    format!("<p class=\"source\">Source: {code}{receipt}</p>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_grey_and_never_green() {
        for unknown in [Value::from(()), Value::UNDEFINED] {
            assert!(status(&unknown).contains("i unknown"));
            assert!(standing(&unknown, None).contains("Unknown"));
            assert!(fact("Spend", &unknown, Some(&"EUR".into())).contains(">–<"));
        }
        assert!(standing(&"grey".into(), Some(&"not running".into())).contains("Not judged"));
        assert!(standing(&"grey".into(), None).contains("Unknown"));
        assert!(
            status(&"green".into()).contains("i good")
                && status(&"odd".into()).contains("i unknown")
        );
        assert!(grade(&"high".into()).contains("i bad") && grade(&"low".into()).contains("Low"));
    }

    #[test]
    fn names_of_others_show_as_text() {
        let hostile = "<script>\"";
        let shown = "&lt;script&gt;&quot;";
        assert_eq!(
            subject("G-1", hostile, Some("goals/G-1.html")),
            format!("<a href=\"goals/G-1.html\">{shown}</a> <small>G-1</small>")
        );
        assert_eq!(subject(hostile, hostile, None), shown);
        assert!(
            fact(hostile, &hostile.into(), Some(&hostile.into()))
                .contains(&format!("{shown} {shown}"))
        );
        assert!(empty(hostile).contains(shown) && status(&hostile.into()).contains(shown));
        assert!(
            source(hostile, Some(&hostile.into()), Some("../"))
                .contains(&format!("explain {shown} {shown}"))
        );
    }

    #[test]
    fn a_source_leads_to_its_model_where_there_is_a_page() {
        assert!(source("a.b", None, Some("../")).contains("href=\"../models/a.b.html\""));
        let alone = source("a.b", Some(&"".into()), None);
        assert!(!alone.contains("href") && !alone.contains("Receipt"));
    }
}
