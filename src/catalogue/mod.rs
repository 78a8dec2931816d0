//! Catalogue: names for SQL.
//!
//! Takes what is known at a moment ([`crate::history::Known`]); gives a session
//! in which `goals`, `spend` and the rest are the tables as of the day and as
//! known at the moment, `history.<table>` is every version that was ever known,
//! and `base.*` holds what SQL cannot work out itself: the goal graph, the
//! fiscal calendar, the rules and the load totals.
//!
//! Not here: what is asked of the tables (`model`).
//!
//! Rule: everything SQL reads is a Parquet file, so that the same plan runs here
//! and on a cluster.

mod calendar;
mod cells;
mod cross_join;
mod cut_off;
mod engine_tables;
mod every;
mod function;
mod goal_tables;
mod graph;
mod links;
mod names;
mod previous;
mod rows;
mod rules;
mod session;
mod shelf;
mod views;

pub use cut_off::cut_off;
pub use every::{Edition, Editions};
pub use function::{Described, functions};
pub use previous::{Previous, PreviousTable};
pub use rows::Rows;
pub use session::{Catalogue, FAMILIES};
pub use shelf::Shelved;
