//! The one integration binary. A module is a subject; its test names are sentences.

// A test that cannot go on should stop where it is.
#![allow(clippy::unwrap_used)]

mod browser;
mod canada;
mod house;
mod slt;
mod support;
#[path = "uk_gmpp_test.rs"]
mod uk_gmpp;
