//! The one integration binary. A module is a subject; its test names are sentences.

// A test that cannot go on should stop where it is.
#![allow(clippy::unwrap_used)]

mod backfill;
mod browser;
mod canada;
mod canada_models;
mod cli;
mod config;
mod contract_files;
mod contract_formats;
mod contract_reading;
mod contract_rules;
mod diff;
mod examples;
mod explain;
mod finding_memory;
mod generate;
mod history;
mod house;
mod model;
mod pack;
mod pages;
mod previous;
mod receipts;
mod replay;
mod sample;
mod second_opinion;
mod slt;
mod small;
mod sql;
mod support;
#[path = "uk_gmpp_test.rs"]
mod uk_gmpp;
mod versions;
mod workbook;
