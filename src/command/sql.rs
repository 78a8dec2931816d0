//! `sql`: one statement, a file of them, what comes through a pipe, or a shell.
//!
//! Not here: what may be asked and how it is answered (`sql`).

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::printer::Printer;
use crate::cli::Sql;
use crate::error::{Error, Result};
use crate::project::{Overrides, Project};
use crate::scorecard::Asked;
use crate::sql::{self, Ended, Format, Interrupt, Output, Script, Session, Shell, Show, Talk};

/// As shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

pub(super) fn sql(typed: &Sql, printer: &Printer) -> Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let show = show(typed)?;
    let script = script(typed)?;
    let project = Project::open(
        &typed.project,
        Overrides {
            out: typed.out.clone(),
            as_of: None,
            memory_limit: typed.memory_limit,
            threads: typed.threads.map(usize::from),
            ..Overrides::default()
        },
    )?;
    let asked = Asked {
        release: typed.release.clone(),
        as_of: typed.as_of,
        as_known: typed.as_known,
    };
    let session = Arc::new(Session::open(&project, asked)?);
    let talk: Arc<dyn Talk> = Arc::new(Voice(Printer::plain(typed.quiet)));
    let Some(script) = script else {
        let shell = Shell::new(interrupt, project, session, show, talk)?;
        sql::converse(shell)?;
        return Ok(Outcome::Done);
    };
    for note in session.notes() {
        printer.say(&format!("note: {note}"));
    }
    match sql::run(&interrupt, &session, script, show, &talk)? {
        Ended::Done(()) => Ok(Outcome::Done),
        Ended::Interrupted => Ok(Outcome::Gate(INTERRUPTED)),
    }
}

/// A printer for the thread that asks.
struct Voice(Printer);

impl Talk for Voice {
    fn say(&self, text: &str) {
        self.0.say(text);
    }

    fn tell(&self, text: &str) {
        self.0.data(text);
    }

    fn complain(&self, error: &Error) {
        self.0.error(error);
    }
}

/// What is to be run; none for a shell.
fn script(typed: &Sql) -> Result<Option<Script>> {
    if let Some(statement) = &typed.statement {
        if Path::new(statement).is_dir() {
            return Err(Error::Usage {
                message: format!("`{statement}` is a folder and no statement"),
                hint: format!("a project is named with --project {statement}"),
            });
        }
        return Ok(Some(Script::new("statement", statement)));
    }
    match &typed.file {
        Some(path) if path.as_os_str() != "-" => {
            let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
            Ok(Some(Script::new(path.display().to_string(), text)))
        }
        None if std::io::stdin().is_terminal() => Ok(None),
        _ => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(Error::io("read", Path::new("standard input")))?;
            Ok(Some(Script::new("standard input", text)))
        }
    }
}

/// How answers are shown: as was asked for, else as a file's name says, else a
/// table for people and CSV for programs.
fn show(typed: &Sql) -> Result<Show> {
    let is_terminal = typed.output.is_none() && std::io::stdout().is_terminal();
    let of_file = typed.output.as_deref().and_then(Format::of_file);
    let format = match (typed.format, of_file) {
        (Some(format), _) | (None, Some(format)) => format,
        (None, None) if is_terminal => Format::Table,
        (None, None) => Format::Csv,
    };
    if format.is_binary() && is_terminal {
        return Err(Error::Usage {
            message: format!("{} is no text for a terminal", format.word()),
            hint: format!("name a file with --output answer.{}", format.word()),
        });
    }
    let parameters = typed.parameters.iter().map(|text| sql::parameter(text));
    Ok(Show {
        format,
        output: typed.output.clone().map_or(Output::Stdout, Output::File),
        rows: match typed.max_rows {
            Some(0) => None,
            Some(rows) => Some(rows as usize),
            None => is_terminal.then_some(SHOWN),
        },
        width: is_terminal.then(width).flatten(),
        is_dimmed: is_terminal && std::env::var_os("NO_COLOR").is_none(),
        is_timed: typed.timing,
        parameters: parameters.collect::<Result<_>>()?,
    })
}

/// A terminal of fewer columns does not say how many it has.
const NARROWEST: u16 = 40;

/// Rows of a table that a terminal shows.
const SHOWN: usize = 1000;

/// The width of the terminal, where it knows one that columns fit into.
fn width() -> Option<u16> {
    let width = comfy_table::Table::new().width();
    width.filter(|columns| *columns >= NARROWEST)
}
