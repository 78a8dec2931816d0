//! `generate`: a whole project of any size, made up, the same bytes every time.
//!
//! In: scale, seed, format. Out: a folder with throughline.toml and data that
//! keep the contract. Not here: the sample company, whose stories are written by
//! hand (`sample-data/generate.rs`).
//!
//! Every fact is a pure function of seed and position, in whole numbers only: no
//! table is held in memory, files are written side by side, and no machine
//! rounds otherwise than another.

mod budgets;
mod days;
mod digits;
mod goals;
mod initiatives;
mod kpis;
mod ledger;

mod random;
mod reports;
mod settings;
mod sheet;
mod size;
mod units;
mod work;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Outcome;
use super::printer::Printer;
use crate::cli::Generate;
use crate::error::{Error, Result};
use crate::history::durable;
use crate::project::FILE_NAME;
use random::Seed;
use sheet::Sheet;
use size::Size;

/// What every table is made from.
struct Portfolio {
    size: Size,
    seed: Seed,
}

/// Writes the rows of a file.
type Rows = Box<dyn Fn(&Portfolio, &mut Sheet) -> Result<()> + Send + Sync>;

/// One file in the making.
struct Job {
    /// Without the extension, which the format gives.
    name: String,
    /// The table of the contract, which types the columns.
    table: &'static str,
    columns: &'static [&'static str],
    rows: Rows,
}

impl Job {
    fn new(
        name: impl Into<String>,
        table: &'static str,
        columns: &'static [&'static str],
        rows: impl Fn(&Portfolio, &mut Sheet) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            table,
            columns,
            rows: Box::new(rows),
        }
    }
}

pub(super) fn generate(typed: &Generate, printer: &Printer) -> Result<Outcome> {
    let folder = &typed.folder;
    refuse_unless_empty(folder)?;
    durable::create_dir(&folder.join("data/ledger"))?;
    let portfolio = Portfolio {
        size: Size::of(typed.scale),
        seed: Seed::new(typed.seed),
    };
    let jobs = jobs();
    write_all(&portfolio, &jobs, typed, printer)?;
    durable::write(&folder.join(".gitignore"), b"/store\n/out\n")?;
    // Last, so that a project that was cut short is none.
    let settings = settings::page(typed.scale, typed.seed, typed.format);
    durable::write(&folder.join(FILE_NAME), settings.as_bytes())?;
    printer.say(&format!(
        "made {}: {}\n\nnext:\n  throughline run {}",
        folder.display(),
        portfolio.size,
        folder.display()
    ));
    Ok(Outcome::Done)
}

fn refuse_unless_empty(folder: &Path) -> Result<()> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Error::Usage {
                message: format!("`{}` is not empty", folder.display()),
                hint: "generate never overwrites; choose another folder, or empty this one".into(),
            }),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::cannot_write(folder)(e)),
    }
}

/// Every file, the long ones first, so that the threads end together.
fn jobs() -> Vec<Job> {
    let mut jobs = ledger::jobs();
    jobs.extend([budgets::job(), reports::statuses(), reports::milestones()]);
    jobs.extend(kpis::jobs());
    jobs.extend(initiatives::jobs());
    jobs.extend(goals::jobs());
    jobs.extend(units::jobs());
    jobs
}

/// Each thread takes the next file until none is left, or one could not be written.
fn write_all(
    portfolio: &Portfolio,
    jobs: &[Job],
    typed: &Generate,
    printer: &Printer,
) -> Result<()> {
    let data = typed.folder.join("data");
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let threads = typed.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    std::thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let written =
                        Sheet::create(&data, &job.name, job.table, job.columns, typed.format)
                            .and_then(|mut sheet| {
                                (job.rows)(portfolio, &mut sheet)?;
                                sheet.close()
                            });
                    if let Err(error) = written {
                        // The others stop at their next file.
                        next.store(jobs.len(), Ordering::Relaxed);
                        if let Ok(mut slot) = failed.lock() {
                            *slot = Some(error);
                        }
                    }
                    printer.progress(
                        &job.name,
                        done.fetch_add(1, Ordering::Relaxed) + 1,
                        jobs.len(),
                    );
                }
            });
        }
    });
    printer.progress_done();
    match failed.into_inner() {
        Ok(None) => Ok(()),
        Ok(Some(error)) => Err(error),
        Err(_) => Err(Error::Bug("a thread of `generate` panicked".into())),
    }
}
