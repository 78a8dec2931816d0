//! The printer: the only place that writes to the terminal. Data on stdout,
//! talk on stderr, bars on a terminal only. A closed pipe is no error.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Error;

/// Where output goes and how much of it.
#[derive(Debug)]
pub struct Printer {
    is_quiet: bool,
    bar: ProgressBar,
}

impl Printer {
    /// `is_quiet` keeps everything back but data and errors.
    #[must_use]
    pub fn new(is_quiet: bool) -> Self {
        let target = if is_quiet || !std::io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self { is_quiet, bar }
    }

    /// A printer that never draws a bar: it shares the terminal with a prompt.
    #[must_use]
    pub fn plain(is_quiet: bool) -> Self {
        Self {
            is_quiet,
            bar: ProgressBar::hidden(),
        }
    }

    /// Data: what a pipe wants.
    pub fn data(&self, text: &str) {
        self.bar
            .suspend(|| write_line(&mut std::io::stdout(), text));
    }

    /// Talk: what a person wants.
    pub fn say(&self, text: &str) {
        if !self.is_quiet {
            self.bar
                .suspend(|| write_line(&mut std::io::stderr(), text));
        }
    }

    /// An error and the way out; printed even when quiet.
    pub fn error(&self, error: &Error) {
        self.bar.finish_and_clear();
        write_line(&mut std::io::stderr(), &format!("error: {error}"));
        if let Some(hint) = error.hint() {
            write_line(&mut std::io::stderr(), &format!("hint: {hint}"));
        }
    }

    /// Moves the bar: `done` of `all`, now at `what`.
    pub fn progress(&self, what: &str, done: usize, all: usize) {
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(what.to_owned());
    }

    /// Takes the bar away.
    pub fn progress_done(&self) {
        self.bar.finish_and_clear();
    }
}

fn write_line(stream: &mut impl Write, text: &str) {
    // The reader of a pipe may be gone, or the disk behind a redirection full;
    // neither undoes what was done.
    let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
}

/// Columns of text, aligned; `right` lists the columns of numbers.
#[must_use]
pub(super) fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    for (i, row) in rows.iter().enumerate() {
        if i == 0 {
            table.set_header(row);
        } else {
            table.add_row(row);
        }
    }
    for column in right {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| format!("  {}", line.trim_end()))
        .collect::<Vec<_>>()
        .join("\n")
}
