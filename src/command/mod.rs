//! Command: one verb, one file. Data goes to stdout, talk to stderr.

mod backfill;
mod check;
mod days;
mod diff;
mod explain;
mod generate;
mod init;
mod models;
mod pack;
mod printer;
mod render;
mod replay;
mod report;
mod run;
mod sql;
mod staging;

use crate::cli::{Cli, Verb};
use crate::error::Result;

pub use printer::Printer;

/// What a verb that did not fail has to say to the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It did its work, and a gate (`--fail-on`, a refused load) is closed.
    Gate(u8),
}

/// Carries out what was typed.
///
/// # Errors
/// Everything in [`crate::error::Error`].
pub fn execute(cli: &Cli, printer: &mut Printer) -> Result<Outcome> {
    match &cli.verb {
        Verb::Init(typed) => init::init(typed, printer),
        Verb::Check(typed) => check::check(typed, printer),
        Verb::Run(typed) => run::run(typed, printer),
        Verb::Replay(typed) => replay::replay(typed, printer),
        Verb::Backfill(typed) => backfill::backfill(typed, printer),
        Verb::Diff(typed) => diff::diff(typed, printer),
        Verb::Models(typed) => models::models(typed, printer),
        Verb::Render(typed) => render::render(typed, printer),
        Verb::Explain(typed) => explain::explain(typed, printer),
        Verb::Generate(typed) => generate::generate(typed, printer),
        Verb::Sql(typed) => sql::sql(typed, printer),
    }
}
