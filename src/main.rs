//! The binary: parse, run, print error and hint, exit code.

use std::process::ExitCode;

use clap::Parser;
use throughline::cli::{Cli, Verb};
use throughline::command::{Outcome, Printer, execute};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let is_quiet = match &cli.verb {
        Verb::Run(run) => run.common.quiet,
        Verb::Check(check) => check.common.quiet,
        Verb::Replay(replay) => replay.common.quiet,
        Verb::Backfill(backfill) => backfill.common.quiet,
        Verb::Generate(generate) => generate.quiet,
        Verb::Sql(sql) => sql.quiet,
        Verb::Init(_) | Verb::Diff(_) | Verb::Models(_) | Verb::Render(_) | Verb::Explain(_) => {
            false
        }
    };
    let mut printer = Printer::new(is_quiet);
    match execute(&cli, &mut printer) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Gate(code)) => ExitCode::from(code),
        Err(error) => {
            printer.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
