//! Scorecard: what people open, and what proves it.
//!
//! Takes the published tables; gives a release: Parquet in hive folders,
//! pages, a workbook, the findings, and a manifest with every input and output,
//! its hash, rows and money. A release is built beside the current one, verified,
//! and swapped in at once.
//!
//! Not here: computing a figure (`model`).
//!
//! Rule: everything in a release but `run.json` is a function of the inputs, the
//! rules, `as_of` and `as_known`.

mod differences;
mod figures;
mod look;
mod manifest;
pub mod page;
mod previous;
mod release;
mod reopen;
mod summary;
mod warnings;
mod workbook;

pub use differences::{
    Differs, InputChange, Side, differing_inputs, differing_models, differing_rules,
};
pub use figures::{money, percent, value};
pub use look::{Asked, Look, look};
pub use manifest::{Input, Manifest, Output, PreviousRelease};
pub use previous::{CompareWith, previous};
pub use release::Release;
pub use reopen::{
    Reopened, as_previous, findings, release_named, reopen, reopen_against, tables_of,
};
pub use summary::{Answer, LoadLine, Missing, Summary, load_lines, summarise};
pub use warnings::{Change, Raised, Sign, Warnings};
pub use workbook::{AnswerBook, workbook};
