//! Script: a text of several statements, each with its place in the text.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer};

use super::mistake;
use crate::error::{Error, Result};

/// A text of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// What messages call it: a file, or `statement`.
    pub(super) name: String,
    pub(super) text: String,
}

/// How far a text is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// It ends with a `;`, or nothing is there.
    Whole,
    /// Something after the last `;` is still open.
    Part,
}

impl Script {
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            // A byte order mark is no SQL, and some editors write it.
            text: text.into().trim_start_matches('\u{feff}').to_owned(),
        }
    }

    /// The statements, cut at each `;` that stands in no text and no comment. Each
    /// is moved by blanks to where it stands in the script, so that every place
    /// that the engine names is a place of the script.
    ///
    /// # Errors
    /// [`Error::Usage`] for a text or a comment that is not closed.
    pub(super) fn statements(&self) -> Result<Vec<String>> {
        let tokens = Tokenizer::new(&GenericDialect {}, &self.text)
            .tokenize_with_location()
            .map_err(|e| {
                let place = (e.location.line, e.location.column);
                mistake::at(self, place, &sentence(&e.message), String::new())
            })?;
        let mut statements = Vec::new();
        let mut start = Location { line: 1, column: 1 };
        let mut says_something = false;
        for token in &tokens {
            match token.token {
                Token::SemiColon => {
                    if says_something {
                        statements.push(self.part(start, Some(token.span.start)));
                    }
                    start = token.span.end;
                    says_something = false;
                }
                Token::Whitespace(_) | Token::EOF => {}
                _ => says_something = true,
            }
        }
        if says_something {
            statements.push(self.part(start, None));
        }
        Ok(statements)
    }

    fn part(&self, start: Location, end: Option<Location>) -> String {
        let from = offset(&self.text, start);
        let to = end.map_or(self.text.len(), |end| offset(&self.text, end));
        let before = self.text[..from].chars();
        let blanks: String = before.map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        blanks + &self.text[from..to]
    }
}

/// Whether a statement at the prompt is typed to its end.
pub(super) fn typed(text: &str) -> Typed {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize() else {
        return Typed::Part;
    };
    let said = tokens
        .iter()
        .rfind(|t| !matches!(t, Token::Whitespace(_) | Token::EOF));
    match said {
        None | Some(Token::SemiColon) => Typed::Whole,
        Some(_) => Typed::Part,
    }
}

/// The byte where a line and a column are.
fn offset(text: &str, place: Location) -> usize {
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if number == place.line {
            let within = usize::try_from(place.column.saturating_sub(1)).unwrap_or(usize::MAX);
            let chars = line.char_indices().nth(within);
            return at + chars.map_or(line.len(), |(byte, _)| byte);
        }
        at += line.len();
    }
    text.len()
}

/// The tokenizer's complaint as the beginning of a sentence of ours.
fn sentence(complaint: &str) -> String {
    let mut letters = complaint.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// One statement, which must be the only one.
///
/// # Errors
/// [`Error::Usage`] where there is none.
pub(super) fn some(statements: Vec<String>, script: &Script) -> Result<Vec<String>> {
    if statements.is_empty() {
        return Err(Error::Usage {
            message: format!("{} holds no statement", script.name),
            hint: "ask something, such as `select * from goals`".into(),
        });
    }
    Ok(statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<String> {
        Script::new("statement", text).statements().unwrap()
    }

    #[test]
    fn statements_are_cut_at_semicolons_outside_texts_and_comments() {
        let text = "select ';' -- not; here\n; /* nor; here */ select \"a;b\";;\n -- end\n";
        let found = statements(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], "select ';' -- not; here\n");
        assert_eq!(found[1].trim(), "/* nor; here */ select \"a;b\"");
    }

    #[test]
    fn a_statement_keeps_its_line_and_column() {
        let found = statements("select 'ä'; select\n 2;\n\n  select 3");
        let blanks = |count| " ".repeat(count);
        assert_eq!(found[1], format!("{} select\n 2", blanks(11)));
        assert_eq!(
            found[2],
            format!("{}\n{}\n\n  select 3", blanks(18), blanks(3))
        );
    }

    #[test]
    fn a_statement_is_open_until_its_semicolon() {
        for (text, expected) in [
            ("", Typed::Whole),
            ("select 1", Typed::Part),
            ("select 1;", Typed::Whole),
            ("select ';", Typed::Part),
            ("select 1; -- done", Typed::Whole),
            ("select /* ;", Typed::Part),
            ("select 1; select", Typed::Part),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn an_open_text_is_a_mistake_with_its_place() {
        let open = Script::new("q.sql", "select 1;\nselect 'abc").statements();
        let said = open.unwrap_err().to_string();
        assert!(said.starts_with("q.sql:2:8: unterminated"), "{said}");
    }
}
