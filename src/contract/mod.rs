//! Contract: what a table must be before it is believed.
//!
//! Takes a sheet and how its columns map; gives [`Admitted`]: typed Arrow rows
//! that keep every promise of the declaration, and a quarantine that says of
//! every other row which file, line, column and value broke which rule.
//!
//! Not here: reading files (`source`), remembering rows or comparing them with
//! other files (`history`).
//!
//! Rule: `seen = loaded + duplicates + quarantined` for every file, where `seen`
//! comes from a count that shares no code with the typing. This is where polars
//! ends: the typed columns are Arrow and stay so.

mod admit;
mod audit;
mod columns;
mod date;
mod duplicate;
mod finding;
mod mapping;
mod money;
mod quarantine;
mod rowcheck;
mod table;
mod tables;
mod total;
mod typing;
mod verdict;

pub use admit::{Admitted, admit};
pub use date::{from_days, to_days};
pub use duplicate::{Duplicates, find as find_duplicates};
pub use finding::{Finding, Severity};
pub use mapping::{Mapping, resolve};
pub use money::display_cents;
pub use quarantine::{QuarantineKind, Quarantined, quarantine_batch, quarantine_schema};
pub use table::{Column, Kind, Reference, Table, arrow_type};
pub use tables::{TABLES, table};
pub use total::Total;

/// Part of every object's identity: a new meaning of a table makes new objects.
pub const CONTRACT_VERSION: &str = "1";

/// Columns that every object carries behind the contract's own.
pub const FILE: &str = "file";
pub const ROW: &str = "row";
pub const SOURCE_VERSION: &str = "source_version";
pub const VALID_FROM: &str = "valid_from";
pub const RECORDED_DATE: &str = "recorded_date";
