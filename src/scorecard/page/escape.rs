//! Escape: text of others, made safe to show.
//!
//! In: any text, from any file. Out: the same text as HTML, where markup shows
//! as text and characters that hide or reorder text show as U+FFFD.
//!
//! Not here: which text is shown.
//!
//! Rule: every expression of a template passes through `formatter`; only charts
//! are let through as markup, and they escape their own labels with `html`.

use std::fmt::{self, Write};

use minijinja::{Error, ErrorKind, Output, State, Value};

use super::cell::Cell;

/// Characters that would act on the reader instead of being read.
fn is_hidden(character: char) -> bool {
    // Bidirectional marks, embeddings, overrides and isolates.
    let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // Invisible spaces, separators, interlinear marks, tags. The joiners
    // U+200C and U+200D stay: Persian and Indic names need them.
    let is_invisible = matches!(character, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}')
        || matches!(character, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    let is_layout = matches!(character, '\n' | '\t');
    reorders || is_invisible || (character.is_control() && !is_layout)
}

/// Writes text as HTML, safe between tags and inside quoted attributes.
pub(super) fn write_html(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut written = 0;
    for (at, character) in text.char_indices() {
        let instead = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            hidden if is_hidden(hidden) => "\u{fffd}",
            _ => continue,
        };
        out.write_str(&text[written..at])?;
        out.write_str(instead)?;
        written = at + character.len_utf8();
    }
    out.write_str(&text[written..])
}

/// Text as HTML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Writing to a String cannot fail.
    let _ = write_html(&mut out, text);
    out
}

/// What templates do with every `{{ expression }}`.
pub(super) fn formatter(
    out: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    let written = match value.as_str() {
        Some(markup) if value.is_safe() => out.write_str(markup),
        Some(text) => write_html(out, text),
        // Unknown is said by a dash, everywhere.
        None if value.is_none() => out.write_str("–"),
        None if value.is_undefined() => {
            return Err(Error::new(
                ErrorKind::UndefinedError,
                "the template names a value that is not there",
            ));
        }
        None => match value.downcast_object_ref::<Cell>() {
            Some(cell) => write_html(out, &cell.text()),
            None => write_html(out, &value.to_string()),
        },
    };
    written.map_err(Error::from)
}

/// Text without the characters that hide or reorder it.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if is_hidden(c) { '\u{fffd}' } else { c })
        .collect()
}

/// A name as an element id: letters, digits, `.`, `_` and `-` stay.
pub(super) fn anchor(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect()
}

/// A path as a link, when it can only mean a place inside the release.
pub(super) fn relative_link(path: &str) -> Option<&str> {
    let is_plain = path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-=/".contains(c));
    let stays_inside = !path.starts_with('/') && path.split('/').all(|part| part != "..");
    (!path.is_empty() && is_plain && stays_inside).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_shows_as_text() {
        assert_eq!(
            html(r#"<b a="1">&'"#),
            "&lt;b a=&quot;1&quot;&gt;&amp;&#39;"
        );
    }

    #[test]
    fn hidden_characters_show_as_replacement() {
        assert_eq!(
            html("a\u{202e}b\u{0}c\u{85}d\u{200f}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}"
        );
        assert_eq!(html("line\n\tzwj\u{200d}"), "line\n\tzwj\u{200d}");
    }

    #[test]
    fn links_stay_inside_the_release() {
        assert_eq!(
            relative_link("base/x/as_of=2026-03-31/"),
            Some("base/x/as_of=2026-03-31/")
        );
        for bad in [
            "javascript:alert(1)",
            "//host/x",
            "/etc/passwd",
            "a/../../b",
            "",
            "a b",
        ] {
            assert_eq!(relative_link(bad), None, "{bad}");
        }
    }
}
