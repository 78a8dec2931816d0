//! History: what was believed, and since when.
//!
//! Takes admitted rows; keeps each version of a source file as one immutable
//! Parquet object named by its content, and each load as one appended snapshot
//! that lists the objects then current. Gives [`Known`]: which objects make up
//! each table at the chosen moment of knowledge.
//!
//! Not here: whether a row may be believed (`contract`), or SQL (`catalogue`).
//!
//! Rule: nothing here is ever changed or deleted. An unchanged source file costs
//! a hash and is not read again; a changed one adds an object and a snapshot.

mod across;
mod digest;
pub mod durable;
mod exclude;
mod known;
mod load;
mod lock;
mod object;
mod snapshot;

pub use known::{Known, KnownTable, LoadRow};
pub use load::{Loaded, Progress, findings, load, recall};
pub use lock::Lock;
pub use object::{read_object, read_rows, schema_of, to_parquet};
pub use snapshot::{FileEntry, Snapshot};
