//! Model: one question, one SQL file.
//!
//! Takes the catalogue; reads `queries/<family>/<model>.sql` (ours, and the
//! project's own, which may add models or replace one by name), holds each to
//! its header, works out the order from the SQL, runs them, and publishes every
//! answer as a table of the same name.
//!
//! Not here: what becomes of the tables (`scorecard`).
//!
//! Rule: nothing runs before every model has been parsed, planned and compared
//! with its header.

mod evidence;
mod explain;
mod header;
mod order;
mod parts;
mod plan;
mod previous;
mod query;
mod receipt;
mod run;

pub use evidence::Evidence;
pub use explain::{Explained, Proof, explain, plan_receipts};
pub use header::{Header, HeaderColumn};
pub use order::{order, order_again, order_only, reads, with_reads};
pub use parts::{RECEIPTS, name_receipts, resolved};
pub use plan::plan_all;
pub use previous::{keeps_header, name_previous, name_previous_of, read_of_previous};
pub use query::{Query, find, load};
pub use receipt::{Part, Receipt, Rows, Sum, Term, parameters};
pub use run::{FIRST_ROWS, Progress, RECONCILIATION, Ran, run_all};
