//! Scorecard: what people open, and what proves it.
//!
//! Takes the published tables; gives a release: Parquet in hive folders, HTML
//! pages, a workbook, the findings, and a manifest with every input and output,
//! its hash, rows and money. A release is built beside the current one, verified,
//! and swapped in at once.
//!
//! Not here: computing a figure (`model`).
//!
//! Rule: everything in a release but `run.json` is a function of the inputs, the
//! rules, `as_of` and `as_known`.

mod figures;
mod gather;
pub mod html;
mod manifest;
mod previous;
mod release;
mod reopen;
mod summary;
mod warnings;
mod workbook;

pub use figures::money;
pub use gather::pages;
pub use manifest::{Input, Manifest, Output, PreviousRelease};
pub use previous::{CompareWith, previous};
pub use release::Release;
pub use reopen::{Reopened, reopen};
pub use summary::{Answer, LoadLine, Missing, Summary, load_lines, summarise};
pub use warnings::{Change, Raised, Sign, Warnings};
pub use workbook::workbook;
