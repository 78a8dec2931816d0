//! throughline: is the organisation doing, and paying for, what it said it would?
//!
//! Data flows one way through the rooms below; a room uses rooms to its left,
//! plus `project` and `error`:
//!
//! ```text
//!  files → source → contract → history → catalogue → model → scorecard → sql → command
//!          read as   believe    remember   name for   queries   publish    ask   verbs
//!          given     or refuse  (Parquet)  SQL        /*.sql    parquet,
//!                                                               html
//! ```

pub mod catalogue;
pub mod cli;
pub mod command;
pub mod contract;
mod crew;
pub mod error;
pub mod history;
pub mod model;
pub mod project;
pub mod scorecard;
pub mod source;
pub mod sql;
