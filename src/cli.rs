//! The command line: what was typed. No I/O, nothing resolved.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::project::moment;
use crate::sql::Format;

/// Is the organisation doing, and paying for, what it said it would?
///
/// Loads goal, initiative, KPI and spend histories, answers in SQL, and
/// publishes Parquet and HTML scorecards.
#[derive(Debug, Parser)]
#[command(
    name = "throughline",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 published or nothing new · 2 usage · 65 the data breaks the contract · \
66 input missing · 70 a bug of ours · 73 cannot write · 74 I/O failed or durability unknown · \
75 another run holds the lock · 78 configuration · 130 Ctrl-C"
)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a new project: throughline.toml and a CSV template for each core table
    Init(Init),
    /// Load and check the data against the contract; publish nothing
    Check(Check),
    /// Load, analyse and publish a release
    Run(Run),
    /// Run today's rules over past nights as they were known: when would each finding have been raised?
    Replay(Replay),
    /// Publish the tables of many past days by what is known now, as partitions of one dataset
    Backfill(Backfill),
    /// Show what changed between two releases, each change with its cause
    Diff(Diff),
    /// List the models, from their headers
    Models(Models),
    /// Make the pages of a published release again, without running a model
    Render(Render),
    /// Print the receipt of a published figure: method, SQL, inputs and source rows
    Explain(Explain),
    /// Make up a whole project of any size, the same bytes every time
    Generate(Generate),
    /// Ask in SQL: one statement, a file of them, a pipe, or a shell; nothing is written
    Sql(Sql),
}

#[derive(Debug, Args)]
pub struct Init {
    /// Folder to make the project in
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

/// What most verbs take.
#[derive(Debug, Args)]
pub struct Common {
    /// The project: a folder with a throughline.toml, or that file
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// The business day to report on [default: `as_of` of the project, else today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<NaiveDate>,
    /// What had been loaded by then [default: everything]
    #[arg(long, value_name = "YYYY-MM-DD[THH:MM:SSZ]", value_parser = moment)]
    pub as_known: Option<DateTime<Utc>>,
    /// Threads of the engine [default: all]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Memory the engine may hold, such as 2GiB [default: unlimited]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub memory_limit: Option<usize>,
    /// Print one JSON object as the last line of stdout
    #[arg(long)]
    pub json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub common: Common,
    /// Folder of the releases [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run only these models, what they read, and what the scorecard always needs [default:
    /// `models` of the project, else all]
    #[arg(long, value_name = "FAMILY.MODEL|FAMILY.*", value_delimiter = ',')]
    pub models: Option<Vec<String>>,
    /// Make the pack of a fiscal period: as of the last day of the newest one that ended on or
    /// before the day of the report
    #[arg(long, value_name = "KIND")]
    pub pack: Option<Pack>,
    /// The release that changes are told against: its id, or `none` [default: the newest of an
    /// earlier day, or of the same day and less knowledge; for a pack, that of the cut-off before]
    #[arg(long, value_name = "ID|none")]
    pub compare_with: Option<String>,
    /// Also make one file of the index, for mail: it leads nowhere and needs nothing
    #[arg(long, value_name = "FILE")]
    pub single_file: Option<PathBuf>,
    /// Exit with 65 if a finding is at least this grave (the release is published all the same)
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
}

#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub common: Common,
    /// The first night; the last one is --as-of
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: NaiveDate,
    /// Which nights: all, every seventh counted back from the last, or month-ends
    #[arg(long, value_name = "STEP")]
    pub every: Every,
    /// Folder of the replay's tables [default: `out/replays/<from>_<to>_<step>` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Backfill {
    #[command(flatten)]
    pub common: Common,
    /// The first day, or the first month; the last one is --as-of
    #[arg(long, value_name = "YYYY-MM[-DD]", value_parser = day_or_month)]
    pub from: NaiveDate,
    /// Which days: all, every seventh counted back from the last, or month-ends
    #[arg(long, value_name = "STEP")]
    pub every: Every,
    /// Only these models and what they read [default: `models` of the project, else all]
    #[arg(long, value_name = "FAMILY.MODEL|FAMILY.*", value_delimiter = ',')]
    pub models: Option<Vec<String>>,
    /// Folder of the dataset [default: `out/backfills/<from>_<to>_<step>` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// The step of a replay or a backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Every {
    Day,
    Week,
    Month,
}

impl Every {
    /// As it is typed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// The kind of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pack {
    /// Of a fiscal period: a month, or as the fiscal calendar cuts it
    Monthly,
    /// Of a fiscal quarter
    Quarterly,
    /// Of a fiscal year
    Annual,
}

/// What closes the gate of `run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any warning about the data
    Warning,
    /// Any finding of high severity, or any of the three answers beyond its threshold
    Red,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// The release that is compared with: its id, or `current`
    #[arg(value_name = "A")]
    pub before: String,
    /// The release that is told of: its id, or `current`
    #[arg(value_name = "B", default_value = "current")]
    pub after: String,
    /// The project: a folder with a throughline.toml, or that file
    #[arg(long, short, default_value = ".", value_name = "DIR")]
    pub project: PathBuf,
    /// Folder of the releases [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Rows to print of each table; 0 = all. Totals are always of all
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32))]
    pub rows: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Models {
    /// The project, for its own models
    pub project: Option<PathBuf>,
    /// Print one model whole: columns, checks, method and SQL
    #[arg(long, value_name = "FAMILY.MODEL")]
    pub show: Option<String>,
    /// Print the functions that SQL has here beside its own
    #[arg(long, conflicts_with = "show")]
    pub functions: bool,
    /// Print the catalogue as JSON, one model or function a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("where").required(true).multiple(true))]
pub struct Render {
    /// The project: a folder with a throughline.toml, or that file
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Folder of the releases [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A release by its id [default: the current one]
    #[arg(long, value_name = "ID")]
    pub release: Option<String>,
    /// Folder to make all pages in, with the templates of today; the release stays as it is
    #[arg(long, value_name = "DIR", group = "where")]
    pub to: Option<PathBuf>,
    /// File to make of the index alone: for mail, it leads nowhere and needs nothing
    #[arg(long, value_name = "FILE", group = "where")]
    pub single_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// The model, such as `variance.budget_to_actual`
    #[arg(value_name = "FAMILY.MODEL")]
    pub model: String,
    /// The column of the figure, such as `actual_amount`
    pub column: String,
    /// The row of the figure: its key columns, such as `initiative_id=I-017`
    #[arg(value_name = "KEY=VALUE", value_parser = key)]
    pub keys: Vec<(String, String)>,
    /// The project: a folder with a throughline.toml, or that file
    #[arg(long, short, default_value = ".", value_name = "DIR")]
    pub project: PathBuf,
    /// Folder of the releases [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A release by its id [default: the current one]
    #[arg(long, value_name = "ID")]
    pub release: Option<String>,
    /// Rows to print of each table; 0 = all. Sums and counts are always of all
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32))]
    pub rows: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Generate {
    /// Folder to make the project in; it must be empty, or not there
    pub folder: PathBuf,
    /// Size: 1 is 20 million ledger rows, 20,000 initiatives, 1 million KPI values
    #[arg(long, value_name = "N", value_parser = scale)]
    pub scale: f64,
    /// Which of the portfolios of that size
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Format of the data files
    #[arg(long, value_enum, default_value_t = GeneratedFormat::Csv)]
    pub format: GeneratedFormat,
    /// Files to write side by side [default: as many as there are processors]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Sql {
    /// What to ask; without it and without --file, statements are read from standard input, and
    /// at a terminal a shell opens
    #[arg(conflicts_with = "file")]
    pub statement: Option<String>,
    /// A file of statements, each ended by `;`; they run in order up to the first mistake. `-` is
    /// standard input
    #[arg(long, short, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The project: a folder with a throughline.toml, or that file
    #[arg(long, short, default_value = ".", value_name = "DIR")]
    pub project: PathBuf,
    /// Folder of the releases [default: `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A release by its id [default: the current one]
    #[arg(long, value_name = "ID", conflicts_with_all = ["as_of", "as_known"])]
    pub release: Option<String>,
    /// The business day: `$as_of`, the contract's tables, and the release of that day [default:
    /// that of the release]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<NaiveDate>,
    /// What had been loaded by then: `$as_known` [default: that of the release]
    #[arg(long, value_name = "YYYY-MM-DD[THH:MM:SSZ]", value_parser = moment)]
    pub as_known: Option<DateTime<Utc>>,
    /// A value for `$name`: an integer, a decimal, a date, true, false or null by its look, else a
    /// text; '…' is a text always
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// How to answer [default: by the name of --output; table at a terminal, else csv]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// The file to answer in; parquet and xlsx need one at a terminal
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Rows of a table to show; 0 = all [default: 1000 at a terminal, else all]
    #[arg(long, value_name = "N")]
    pub max_rows: Option<u32>,
    /// Say how long each statement took
    #[arg(long)]
    pub timing: bool,
    /// Threads of the engine [default: all]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Memory the engine may hold, such as 2GiB [default: unlimited]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub memory_limit: Option<usize>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// What `generate` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GeneratedFormat {
    Csv,
    Parquet,
}

impl GeneratedFormat {
    /// The ending of the files' names.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

fn scale(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|n| *n > 0.0 && *n <= 100.0)
        .ok_or_else(|| "must be a number above 0 and at most 100, such as 0.01".into())
}

/// A day, or the first day of a month.
fn day_or_month(text: &str) -> Result<NaiveDate, String> {
    let first = format!("{text}-01");
    text.parse()
        .or_else(|_| first.parse())
        .map_err(|_| "write a day as 2023-01-31, or a month as 2023-01".into())
}

fn key(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| "is no `column=value`, such as goal_id=G-100".into())
}

fn bytes(text: &str) -> Result<usize, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[number.len()..];
    let factor: usize = match unit {
        "" | "B" => 1,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        _ => return Err(format!("`{unit}` is no unit; use KiB, MiB or GiB")),
    };
    number
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|n| n.checked_mul(factor))
        .filter(|n| *n >= 16 << 20)
        .ok_or_else(|| "must be a whole number of at least 16MiB, such as 2GiB".into())
}
