//! Sheet: one published table. The question, what the reader must know, the
//! header, the rows; header and first column stay while one scrolls.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use rust_xlsxwriter::{Format, IgnoreError, Url, Worksheet, XlsxError};

use super::cell::{self, Cell};
use super::kind::Kind;
use super::{Cover, Limit, Sheet, look, name};
use crate::model::HeaderColumn;
use crate::scorecard::figures::count;

/// The row of the column names; the question and the remarks stand above it.
pub(super) const HEADER: u32 = 2;

/// Columns by which a table is read, where it has one; else by its grain.
const ORDERS: [&str; 2] = ["rank", "position"];

/// Texts up to so many characters stand on one line.
const WIDE: usize = 60;

/// So many texts of a column tell how wide it should be.
const MEASURED: usize = 1000;

/// A first column wider than this would leave no room for the others.
const KEPT: usize = 30;

/// What became of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) rows: usize,
    /// Rows that the sheet has no room for.
    pub(super) left_out: usize,
    /// Numbers of more digits than a spreadsheet keeps, written as text.
    pub(super) exact: usize,
    /// Texts longer than a cell.
    pub(super) shortened: usize,
}

impl Written {
    /// What a reader must know before adding anything up; empty where nothing.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.left_out > 0 {
            remarks.push(format!(
                "CUT: the first {} of {} rows; the rest are in the Parquet only",
                count((self.rows - self.left_out) as u64),
                count(self.rows as u64)
            ));
        }
        if self.exact > 0 {
            remarks.push(format!(
                "{} numbers of more than 15 digits stand as text, which a spreadsheet does not add up",
                count(self.exact as u64)
            ));
        }
        if self.shortened > 0 {
            remarks.push(format!(
                "{} texts are longer than a cell and end with a mark",
                count(self.shortened as u64)
            ));
        }
        remarks
    }
}

/// A column on its way.
struct Column<'s> {
    about: &'s HeaderColumn,
    kind: Kind,
    /// None in a table without rows.
    cells: Option<&'s ArrayRef>,
    width: usize,
    format: Format,
}

/// Writes one table.
pub(super) fn write(
    page: &mut Worksheet,
    facts: &Cover<'_>,
    sheet: &Sheet<'_>,
    limit: &mut Limit,
) -> Result<Written, XlsxError> {
    let mut order = order(sheet);
    let mut written = Written {
        rows: order.len(),
        ..Written::default()
    };
    let room =
        (limit.rows - HEADER as usize - 1).min(limit.cells / sheet.header.columns.len().max(1));
    order.truncate(room);
    written.left_out = written.rows - order.len();
    limit.cells -= order.len() * sheet.header.columns.len();
    let columns: Vec<Column<'_>> = sheet
        .header
        .columns
        .iter()
        .map(|about| measured(about, sheet, &order))
        .collect();
    for (at, column) in (0_u16..).zip(&columns) {
        let width = u32::try_from(column.width).unwrap_or(u32::MAX);
        page.set_column_format(at, &column.format)?;
        page.set_column_width(at, width)?;
        cell::write_text(
            page,
            HEADER,
            at,
            &column.about.name,
            &look::header(column.kind),
        )?;
    }
    page.set_row_height(HEADER, 20)?;
    for (at, row) in (HEADER + 1..).zip(&order) {
        for (place, column) in (0_u16..).zip(&columns) {
            let Some(cells) = column.cells else { continue };
            let cell = Cell::of(cells, *row);
            match &cell {
                Cell::Exact(_) => written.exact += 1,
                Cell::Text(text) if cell::is_long(text) => written.shortened += 1,
                _ => {}
            }
            let judged = match &cell {
                Cell::Text(word) if column.kind == Kind::Verdict => {
                    look::verdict(word, &column.format)
                }
                _ => None,
            };
            match judged {
                Some(format) => cell.write(page, at, place, &format)?,
                None => cell.write_plain(page, at, place, &column.format)?,
            }
        }
    }
    let last_row = HEADER + u32::try_from(order.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(columns.len().max(1) - 1).unwrap_or(u16::MAX);
    page.autofilter(HEADER, 0, last_row, last_column)?;
    if !order.is_empty() {
        // Ids such as 020 are texts on purpose.
        page.ignore_error_range(
            HEADER + 1,
            0,
            last_row,
            last_column,
            IgnoreError::NumberStoredAsText,
        )?;
    }
    let kept = u16::from(columns.first().is_some_and(|c| c.width <= KEPT));
    page.set_freeze_panes(HEADER + 1, kept)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    above(page, facts, sheet, &written)?;
    Ok(written)
}

/// What stands above the header.
fn above(
    page: &mut Worksheet,
    facts: &Cover<'_>,
    sheet: &Sheet<'_>,
    written: &Written,
) -> Result<(), XlsxError> {
    cell::write_text(page, 0, 0, &sheet.header.question, &look::question())?;
    page.set_row_height(0, 22)?;
    let mut remark = format!(
        "{}, {}, as of {}",
        sheet.name,
        rows_in_words(written.rows),
        facts.as_of
    );
    for more in written.remarks() {
        remark.push_str(". ");
        remark.push_str(&more);
    }
    let back = Url::new(format!("internal:'{}'!A1", name::COVER));
    page.write_url_with_options(1, 0, back, remark, "Back to the cover", Some(&look::link()))?;
    Ok(())
}

pub(super) fn rows_in_words(rows: usize) -> String {
    match rows {
        1 => "1 row".into(),
        n => format!("{} rows", count(n as u64)),
    }
}

/// The row numbers in the order of reading.
fn order(sheet: &Sheet<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sheet.rows.num_rows()).collect();
    let ranks = ORDERS.iter().find_map(|name| {
        let column = sheet.rows.column_by_name(name)?;
        column.as_primitive_opt::<Int64Type>()
    });
    if let Some(ranks) = ranks {
        // What has no rank comes last; the sort keeps the order of the rest.
        order.sort_by_key(|row| (ranks.is_null(*row), ranks.value(*row)));
    }
    order
}

fn measured<'s>(about: &'s HeaderColumn, sheet: &Sheet<'s>, order: &[usize]) -> Column<'s> {
    let kind = Kind::of(about);
    let cells = sheet.rows.column_by_name(&about.name);
    let longest = cells.map_or(0, |cells| longest(cells, kind, order));
    Column {
        about,
        kind,
        cells,
        // The button of the filter hides three characters of the header.
        width: longest.min(WIDE).max(about.name.chars().count() + 3) + 2,
        format: look::body(kind, kind.is_text() && longest > WIDE),
    }
}

/// How many characters the widest cell of a column takes. A number that does not
/// fit is not shown at all, so all of them are measured; of texts the first.
fn longest(cells: &ArrayRef, kind: Kind, order: &[usize]) -> usize {
    let texts = |text: &str| text.lines().map(|l| l.chars().count()).max().unwrap_or(0);
    let decimals = match kind {
        Kind::Money(scale) => usize::from(scale.unsigned_abs()) + 1,
        Kind::Value | Kind::Share => 5,
        _ => 3,
    };
    // With its sign and the separators of its thousands.
    let room = |whole: usize| whole + whole / 3 + 1 + decimals;
    let widths = order.iter().map(|row| match cells.data_type() {
        _ if cells.is_null(*row) => 0,
        DataType::Utf8 => texts(cells.as_string::<i32>().value(*row)),
        DataType::Date32 => 10,
        DataType::Boolean => 5,
        DataType::Int64 => {
            let number = cells.as_primitive::<Int64Type>().value(*row);
            room(digits(u128::from(number.unsigned_abs())))
        }
        DataType::Decimal128(_, scale) => {
            let number = cells.as_primitive::<Decimal128Type>().value(*row);
            let part = usize::try_from(*scale).unwrap_or(0);
            room(digits(number.unsigned_abs()).saturating_sub(part).max(1))
        }
        DataType::Float64 => {
            let number = cells.as_primitive::<Float64Type>().value(*row);
            room(format!("{:.0}", number.abs()).len())
        }
        _ => WIDE,
    });
    if kind.is_text() {
        widths.take(MEASURED).max().unwrap_or(0)
    } else {
        widths.max().unwrap_or(0)
    }
}

fn digits(number: u128) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}
