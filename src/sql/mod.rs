//! SQL: questions that somebody asks at a prompt, in a file or in a pipe.
//!
//! In: a project opened for questions ([`crate::scorecard::look`]), and text. Out:
//! answers in the format of whoever reads them, or the place of the mistake with
//! the nearest names.
//!
//! Not here: what was typed on the command line (`command`).
//!
//! Rule: a question only reads. What is no query is refused by its syntax, and
//! refused again by the plan that the engine makes of it.

mod answer;
mod backslash;
mod complete;
mod editor;
mod interrupt;
mod mistake;
mod output;
mod parameter;
mod run;
mod script;
mod session;
mod shell;
mod statement;

pub use answer::Format;
pub use interrupt::{Ended, Interrupt};
pub use output::Output;
pub use parameter::parameter;
pub use run::{Show, Talk, run};
pub use script::Script;
pub use session::{Parameters, Session};
pub use shell::{Next, Shell, converse};
