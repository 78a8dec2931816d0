//! The one integration binary. A module is a subject; its test names are sentences.

mod slt;
mod support;
