//! Shell: statements and commands, typed one after the other.
//!
//! Rule: a mistake costs a line and never the shell.

use std::sync::Arc;

use super::backslash;
use super::editor::{Editor, Line};
use super::interrupt::{Ended, Interrupt};
use super::run::{Show, Talk, run};
use super::script::Script;
use super::session::Session;
use crate::error::Result;
use crate::model::{self, Query};
use crate::project::Project;
use crate::scorecard::Asked;

/// What follows a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Go,
    Leave,
}

/// A shell over one project.
pub struct Shell {
    pub(super) project: Project,
    pub(super) session: Arc<Session>,
    pub(super) show: Show,
    /// The models, for what their headers say.
    pub(super) models: Vec<Query>,
    pub(super) talk: Arc<dyn Talk>,
    interrupt: Interrupt,
}

impl Shell {
    /// Opens a shell over a session of the project.
    ///
    /// # Errors
    /// [`crate::error::Error::Model`] for a model of the project whose header is
    /// wrong.
    pub fn new(
        interrupt: Interrupt,
        project: Project,
        session: Arc<Session>,
        show: Show,
        talk: Arc<dyn Talk>,
    ) -> Result<Self> {
        let models = model::load(&project.root)?;
        Ok(Self {
            project,
            session,
            show,
            models,
            talk,
            interrupt,
        })
    }

    /// Does what a line says: a command that begins with `\`, or statements.
    ///
    /// # Errors
    /// What the command or the statement says.
    pub fn feed(&mut self, line: &str) -> Result<Next> {
        let line = line.trim();
        if line.starts_with('\\') {
            return backslash::obey(self, line.trim_end_matches(';'));
        }
        if !line.trim_matches(';').trim().is_empty() {
            self.ask(Script::new("statement", line))?;
        }
        Ok(Next::Go)
    }

    /// Runs statements; one that is interrupted is said.
    pub(super) fn ask(&self, script: Script) -> Result<()> {
        let show = self.show.clone();
        let ended = run(&self.interrupt, &self.session, script, show, &self.talk)?;
        if matches!(ended, Ended::Interrupted) {
            self.talk.say("interrupted");
        }
        Ok(())
    }

    /// Looks at another day, moment or release.
    pub(super) fn look_at(&mut self, asked: Asked) -> Result<()> {
        self.session = Arc::new(Session::open(&self.project, asked)?);
        self.introduce();
        Ok(())
    }

    /// Says what is looked at, and what to know of it.
    fn introduce(&self) {
        let release = match self.session.release() {
            Some(release) => format!("release {release}"),
            None => "no release".into(),
        };
        self.talk.say(&format!(
            "{} as of {}, as known {}, {release}",
            self.project.name,
            self.session.as_of(),
            self.session.as_known().format("%Y-%m-%d %H:%M:%S UTC"),
        ));
        for note in self.session.notes() {
            self.talk.say(&format!("note: {note}"));
        }
    }
}

/// Reads lines from the terminal until somebody leaves.
///
/// # Errors
/// [`crate::error::Error::Io`] where the terminal cannot be read.
pub fn converse(mut shell: Shell) -> Result<()> {
    shell.introduce();
    shell
        .talk
        .say(r"end a statement with `;`; \? lists the commands, \q leaves");
    let mut editor = Editor::open(&shell)?;
    loop {
        let line = match editor.read(&format!("{}> ", shell.session.as_of()))? {
            Line::Text(line) => line,
            Line::Cleared => continue,
            Line::Ended => return Ok(()),
        };
        match shell.feed(&line) {
            Ok(Next::Leave) => return Ok(()),
            Ok(Next::Go) => {}
            Err(error) => shell.talk.complain(&error),
        }
        editor.follow(&shell);
    }
}
