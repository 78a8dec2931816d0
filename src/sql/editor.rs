//! Editor: lines from the terminal, with history and completion.
//!
//! Not here: what a line means (`shell`), or what a word may become (`complete`).

use std::path::PathBuf;
use std::sync::Arc;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Helper};

use super::complete::complete;
use super::script::{Typed, typed};
use super::session::Session;
use super::shell::Shell;
use crate::error::{Error, Result};

/// Statements that are remembered.
const REMEMBERED: usize = 5_000;

/// What was typed.
pub(super) enum Line {
    Text(String),
    /// Ctrl-C: the line is thrown away.
    Cleared,
    /// Ctrl-D.
    Ended,
}

pub(super) struct Editor {
    inner: rustyline::Editor<Names, FileHistory>,
    history: Option<PathBuf>,
}

/// The names of the session, for completion.
struct Names(Arc<Session>);

impl Editor {
    /// Opens the terminal, with what was typed in earlier shells where there is a
    /// place for it.
    pub(super) fn open(shell: &Shell) -> Result<Self> {
        let config = Config::builder()
            .max_history_size(REMEMBERED)
            .and_then(|c| c.history_ignore_dups(true))
            .map_err(|e| unreadable(&e))?
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .build();
        let mut inner = rustyline::Editor::with_config(config).map_err(|e| unreadable(&e))?;
        inner.set_helper(Some(Names(Arc::clone(&shell.session))));
        let history = history_file();
        if let Some(path) = &history {
            // None yet, or none that can be read: it begins empty.
            let _ = inner.load_history(path);
        }
        Ok(Self { inner, history })
    }

    /// Reads one line, or one statement over several.
    pub(super) fn read(&mut self, prompt: &str) -> Result<Line> {
        match self.inner.readline(prompt) {
            Ok(line) => {
                let is_new = self.inner.add_history_entry(line.as_str());
                if let (Ok(true), Some(path)) = (is_new, &self.history) {
                    // A history that cannot be kept must not end the shell.
                    let _ = self.inner.append_history(path);
                }
                Ok(Line::Text(line))
            }
            Err(ReadlineError::Interrupted) => Ok(Line::Cleared),
            Err(ReadlineError::Eof) => Ok(Line::Ended),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// Completes the names of what the shell looks at now.
    pub(super) fn follow(&mut self, shell: &Shell) {
        if let Some(names) = self.inner.helper_mut() {
            names.0 = Arc::clone(&shell.session);
        }
    }
}

fn unreadable(error: &ReadlineError) -> Error {
    Error::Io {
        action: "read",
        path: "the terminal".into(),
        source: std::io::Error::other(error.to_string()),
    }
}

/// Where the history lies: in the user's state, as the XDG base directories have
/// it. None where there is no home.
fn history_file() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|p| p.is_absolute())
    };
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))?;
    let folder = state.join("throughline");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

impl Completer for Names {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, names) = complete(&self.0, &line[..cursor]);
        let pairs = names.into_iter().map(|name| Pair {
            display: name.clone(),
            replacement: name,
        });
        Ok((start, pairs.collect()))
    }
}

impl Validator for Names {
    /// A statement goes on until its `;`, a command until the end of its line.
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let is_whole = text.trim_start().starts_with('\\') || typed(text) == Typed::Whole;
        Ok(if is_whole {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Highlighter for Names {}

impl Hinter for Names {
    type Hint = String;
}

impl Helper for Names {}
