//! Prose: narrative in which every numeral is a cell.
//!
//! In: a template's text, where each cell was written as a sealed word. Out: the
//! text as HTML, in which a cell leads to its receipt, or as Markdown.
//!
//! Not here: what is told (the templates).
//!
//! Rule: a digit outside a cell is refused, whoever wrote it. So no template can
//! state a figure that no model computed.

use minijinja::{Error, ErrorKind, Output, State, Value};
use pulldown_cmark::{Options, Parser, html};

use super::cell::Cell;
use super::escape;

/// Around a sealed word; private characters that no text of others may hold.
const SEAL: (char, char) = ('\u{e000}', '\u{e001}');

/// A fact of the release that is no cell, such as its day: bound to the manifest.
#[derive(Debug)]
pub(super) struct Fact(pub(super) String);

impl minijinja::value::Object for Fact {
    fn repr(self: &std::sync::Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }

    fn render(self: &std::sync::Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What narrative templates do with every `{{ expression }}`.
pub(super) fn formatter(
    out: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    if let Some(cell) = value.downcast_object_ref::<Cell>() {
        let page = format!(
            "models/{}.html#{}",
            cell.table.name,
            escape::anchor(cell.column())
        );
        return out
            .write_str(&sealed(&[&cell.text(), &page, &cell.receipt()]))
            .map_err(Error::from);
    }
    if let Some(fact) = value.downcast_object_ref::<Fact>() {
        return out
            .write_str(&sealed(&[&fact.0, "", ""]))
            .map_err(Error::from);
    }
    if value.is_undefined() || value.is_none() {
        return Err(Error::new(
            ErrorKind::UndefinedError,
            "the narrative states a value that is not there; ask `is not none` first",
        ));
    }
    let plain = value.to_string().replace([SEAL.0, SEAL.1], "\u{fffd}");
    out.write_str(&plain).map_err(Error::from)
}

/// Texts as one word of letters, so that neither a digit nor a mark of Markdown
/// in a name means anything.
fn sealed(parts: &[&str]) -> String {
    let mut word = String::from(SEAL.0);
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            word.push('z');
        }
        for byte in part.bytes() {
            word.push(char::from(b'a' + (byte >> 4)));
            word.push(char::from(b'a' + (byte & 15)));
        }
    }
    word.push(SEAL.1);
    word
}

fn unsealed(word: &str) -> Vec<String> {
    word.split('z')
        .map(|part| {
            let letters = part.as_bytes().chunks_exact(2);
            let bytes: Vec<u8> = letters
                .map(|pair| ((pair[0] - b'a') << 4) | (pair[1] - b'a'))
                .collect();
            String::from_utf8_lossy(&bytes).into_owned()
        })
        .collect()
}

/// Replaces each sealed word by what `write` makes of its parts.
fn opened(text: &str, write: impl Fn(&str, &str, &str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(SEAL.0) {
        out.push_str(before);
        let (word, after) = after.split_once(SEAL.1).unwrap_or((after, ""));
        let parts = unsealed(word);
        let part = |at: usize| parts.get(at).map_or("", String::as_str);
        out.push_str(&write(part(0), part(1), part(2)));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The first numeral that is no cell, with the words around it.
///
/// # Errors
/// Where there is one.
pub(super) fn hold_to_cells(text: &str) -> Result<(), String> {
    let bare = opened(text, |_, _, _| "\u{fffc}".into());
    let Some(at) = bare.find(char::is_numeric) else {
        return Ok(());
    };
    let line = bare[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = bare[at..].find('\n').map_or(bare.len(), |n| at + n);
    let numeral: String = bare[at..]
        .chars()
        .take_while(|c| c.is_numeric() || ".,".contains(*c))
        .collect();
    let words = bare[line..end].replace('\u{fffc}', "…");
    Err(format!(
        "the numeral `{}` is not a cell of a model: \"{}\"",
        numeral.trim_end_matches(['.', ',']),
        words.trim()
    ))
}

/// Narrative as HTML. `root` leads from the page to the release's folder; `None`
/// for a page that must not lead anywhere.
pub(super) fn as_html(text: &str, root: Option<&str>) -> String {
    let mut out = String::new();
    // Raw HTML in a template is text: pages say what they are made of elsewhere.
    let events = Parser::new_ext(text, Options::empty()).map(|event| match event {
        pulldown_cmark::Event::Html(raw) | pulldown_cmark::Event::InlineHtml(raw) => {
            pulldown_cmark::Event::Text(raw)
        }
        other => other,
    });
    html::push_html(&mut out, events);
    opened(&out, |shown, page, receipt| {
        let shown_html = escape::html(shown);
        // A whole sentence leads somewhere too, without the look of a link.
        let is_told = shown.contains(char::is_alphabetic);
        let class = if is_told { "cell told" } else { "cell" };
        match root {
            Some(root) if !page.is_empty() && shown.contains(|c: char| c.is_ascii_digit()) => {
                format!(
                    "<a class=\"{class}\" href=\"{root}{}\" title=\"{}\">{shown_html}</a>",
                    escape::html(page),
                    escape::html(receipt)
                )
            }
            _ => shown_html,
        }
    })
}

/// Narrative as Markdown.
pub(super) fn as_markdown(text: &str) -> String {
    opened(text, |shown, _, _| plain_markdown(shown))
}

/// Text of others in Markdown: nothing in it is markup.
pub(super) fn plain_markdown(text: &str) -> String {
    let mut out = String::new();
    for character in escape::shown(text).chars() {
        if "\\`*_[]<>#|".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_word_holds_its_parts_and_no_digit() {
        let word = sealed(&["1,234 *ü*", "models/a.b.html#c", "a.b c k=1"]);
        assert!(!word.contains(char::is_numeric) && !word.contains('*'));
        assert!(hold_to_cells(&word).is_ok());
        let shown = opened(&word, |shown, page, receipt| {
            format!("{shown}|{page}|{receipt}")
        });
        assert_eq!(shown, "1,234 *ü*|models/a.b.html#c|a.b c k=1");
    }

    #[test]
    fn a_numeral_of_the_template_is_refused_with_its_words() {
        let text = format!("fine\nabout {} of 12,5 things\n", sealed(&["7", "", ""]));
        let why = hold_to_cells(&text).unwrap_err();
        assert!(
            why.contains("`12,5`") && why.contains("about … of 12,5 things"),
            "{why}"
        );
        assert!(hold_to_cells("½ of it").is_err(), "a fraction is a numeral");
    }

    #[test]
    fn names_are_text_in_both_forms() {
        let word = sealed(&["<script> _x_ 7", "models/m.html#c", "m c"]);
        let html = as_html(&format!("**{word}** is <b>told</b>"), Some("../"));
        assert!(
            html.contains("<strong><a class=\"cell told\" href=\"../models/m.html#c\""),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt; _x_ 7</a>") && html.contains("&lt;b&gt;told"));
        assert!(!as_html(&word, None).contains("<a"));
        assert_eq!(as_markdown(&word), "\\<script\\> \\_x\\_ 7");
    }
}
