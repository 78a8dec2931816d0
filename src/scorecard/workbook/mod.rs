//! Workbook: the scorecards as one `scorecard.xlsx`, for those who live in a
//! spreadsheet.
//!
//! In: published tables, and what the cover says about them. Out: the bytes of
//! the file: a cover, one sheet for each table, the meaning of every column.
//!
//! Not here: computing a figure, and colours or widths that depend on one.
//!
//! Rule: the same tables give the same bytes, on every machine and at every hour;
//! no amount is rounded, and no text becomes a formula or a link.

mod answer;
mod cell;
mod columns;
mod cover;
mod gather;
mod kind;
mod look;
mod name;
mod sheet;

#[cfg(test)]
mod tests;

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::summary::{Answer, Balance};
use crate::error::{Error, Result};
use crate::model::Header;

pub use answer::AnswerBook;
pub use gather::workbook;

/// What there is room for: a sheet has a last row, and all cells of the tables
/// together are held in memory while they are written, some 170 bytes for each.
/// The sheets take their part in the order of reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) rows: usize,
    pub(super) cells: usize,
}

impl Limit {
    pub(super) const SPREADSHEET: Self = Self {
        rows: 1_048_576,
        cells: 3_000_000,
    };
}

/// The end of the year 9999, and of a spreadsheet's calendar.
const LAST_SECOND: i64 = 253_402_300_799;

/// What the first sheet says.
pub(super) struct Cover<'c> {
    pub(super) project: &'c str,
    pub(super) description: &'c str,
    pub(super) as_of: NaiveDate,
    pub(super) as_known: DateTime<Utc>,
    pub(super) currency: &'c str,
    pub(super) rules_version: &'c str,
    pub(super) release: &'c str,
    pub(super) engine_version: &'c str,
    /// The day of the release that this one is compared with.
    pub(super) previous_as_of: Option<NaiveDate>,
    pub(super) balances: &'c [Balance],
    pub(super) answers: &'c [Answer],
}

/// A published table.
pub(super) struct Sheet<'s> {
    /// `family.model`
    pub(super) name: &'s str,
    pub(super) header: &'s Header,
    pub(super) rows: &'s RecordBatch,
}

/// The workbook's bytes.
///
/// # Errors
/// [`Error::Engine`] if the writer refuses something.
pub(super) fn write(facts: &Cover<'_>, sheets: &[Sheet<'_>]) -> Result<Vec<u8>> {
    write_within(facts, sheets, Limit::SPREADSHEET).map_err(Error::engine("write the workbook"))
}

fn write_within(
    facts: &Cover<'_>,
    sheets: &[Sheet<'_>],
    mut limit: Limit,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(facts)?);
    let names = name::of_all(sheets);
    // Sheets are added in their order and never apart from the book: texts are
    // numbered as they are written, and the file must not depend on a race.
    book.add_worksheet().set_name(name::COVER)?;
    let mut listed = Vec::with_capacity(sheets.len());
    for (sheet, name) in sheets.iter().zip(&names) {
        let page = book.add_worksheet();
        page.set_name(name)?;
        paper(page, facts);
        listed.push(sheet::write(page, facts, sheet, &mut limit)?);
    }
    let page = book.add_worksheet();
    page.set_name(name::COLUMNS)?;
    paper(page, facts);
    columns::write(page, sheets, &names, limit)?;
    let page = book.worksheet_from_index(0)?;
    paper(page, facts);
    page.set_screen_gridlines(false);
    cover::write(page, facts, sheets, &names, &listed)?;
    book.save_to_buffer()
}

/// The document's own facts. Its hour is that of the knowledge in it.
fn properties(facts: &Cover<'_>) -> Result<DocProperties, XlsxError> {
    let seconds = facts.as_known.timestamp().clamp(0, LAST_SECOND);
    let hour = ExcelDateTime::from_timestamp(seconds)?;
    let title = format!("{} as of {}", facts.project, facts.as_of);
    Ok(DocProperties::new()
        .set_title(cell::short(&title, 255))
        .set_subject("Scorecard")
        .set_author("throughline")
        .set_comment(format!("Release {}", facts.release))
        .set_creation_datetime(&hour))
}

/// A4 across, one page wide; who, what and which page at the foot.
fn paper(page: &mut Worksheet, facts: &Cover<'_>) {
    // `&` commands in a footer; the length is the spreadsheet's limit.
    let project = cell::short(facts.project, 80).replace('&', "&&");
    page.set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer(format!("&L{project}, as of {}&C&A&R&P / &N", facts.as_of));
}
