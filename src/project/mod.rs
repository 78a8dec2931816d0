//! The project: what the user asked for, resolved once.
//!
//! Takes `throughline.toml` and the flags; gives a [`Project`], the only thing
//! the later rooms see. "Today" is read here, once, as the default of `as_of`.
//!
//! Not here: reading any data, or knowing what a table is (`contract`).

mod config;
mod moment;
mod pack;
mod page;
mod rules;
mod rules_table;
mod source_spec;
mod template;
mod thresholds;

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub use moment::moment;
pub use pack::{FiscalPeriod, Pack, PackKind};
pub use rules::{AccountMateriality, MaterialityCombine, RankWeights, Rules, YearLabel};
pub use source_spec::{ColumnFrom, Condition, Edge, Format, PeriodLabel, SourceSpec};
pub use template::TEMPLATE;
pub use thresholds::{Threshold, thresholds};

use crate::error::{Error, Result};

/// The file that makes a folder a project.
pub const FILE_NAME: &str = "throughline.toml";

/// How fiscal periods are cut and named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fiscal {
    /// Calendar month, 1..=12, in which a fiscal year starts.
    pub start_month: u32,
    /// Which calendar year names a fiscal year that spans two.
    pub label: YearLabel,
}

/// A project, resolved from its file and the command line.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder that holds `throughline.toml`; sources are relative to it.
    pub root: PathBuf,
    pub name: String,
    pub description: String,
    /// ISO 4217 code; every published amount is in it.
    pub currency: String,
    pub fiscal: Fiscal,
    pub rules: Rules,
    /// Share of the rows of any table that may be quarantined, 0..1.
    pub quarantined_ratio: f64,
    pub sources: Vec<SourceSpec>,
    /// Names or `family.*` of the models to run beside those that the scorecard
    /// always needs; `None` = all.
    pub models: Option<Vec<String>>,
    /// The business day the reports speak of.
    pub as_of: NaiveDate,
    /// The pack that is made, once the fiscal calendar is known; `None` = a plain
    /// release.
    pub pack: Option<Pack>,
    /// What had been loaded by then; `None` = the newest snapshot.
    pub as_known: Option<DateTime<Utc>>,
    pub store: PathBuf,
    pub out: PathBuf,
    /// Bytes the engine may hold; `None` = unlimited.
    pub memory_limit: Option<usize>,
    /// Threads (partitions) of the engine.
    pub threads: usize,
}

/// What the command line may override.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub as_of: Option<NaiveDate>,
    pub as_known: Option<DateTime<Utc>>,
    pub out: Option<PathBuf>,
    pub models: Option<Vec<String>>,
    pub memory_limit: Option<usize>,
    pub threads: Option<usize>,
}

impl Project {
    /// Reads `throughline.toml` in `root` (or the file itself).
    ///
    /// # Errors
    /// [`Error::Missing`] without the file, [`Error::Config`] with file and
    /// line for anything in it that is unknown or out of range.
    pub fn open(path: &Path, overrides: Overrides) -> Result<Self> {
        let file = if path.is_file() {
            path.to_path_buf()
        } else {
            path.join(FILE_NAME)
        };
        if !file.is_file() {
            return Err(Error::Missing {
                what: "project file",
                path: file,
                hint: format!(
                    "`throughline init {}` makes a project there",
                    path.display()
                ),
            });
        }
        let text = std::fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        let parsed = config::parse(&file, &text)?;
        let root = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let as_of = overrides
            .as_of
            .or(parsed.as_of)
            .unwrap_or_else(|| Utc::now().date_naive());
        Ok(Self {
            store: root.join("store"),
            out: overrides.out.unwrap_or_else(|| root.join("out")),
            root,
            name: parsed.name,
            description: parsed.description,
            currency: parsed.currency,
            fiscal: parsed.fiscal,
            rules: parsed.rules,
            quarantined_ratio: parsed.quarantined_ratio,
            sources: parsed.sources,
            models: overrides.models.or(parsed.models),
            as_of,
            pack: None,
            as_known: overrides.as_known,
            memory_limit: overrides.memory_limit,
            threads: overrides.threads.unwrap_or_else(|| {
                std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
            }),
        })
    }

    /// Makes the run that of a pack, as of its cut-off.
    pub fn report_on(&mut self, pack: Pack) {
        self.as_of = pack.period.end;
        self.pack = Some(pack);
    }

    /// The sources that feed `table`, in the order of the file.
    pub fn sources_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a SourceSpec> {
        self.sources.iter().filter(move |s| s.table == table)
    }
}
