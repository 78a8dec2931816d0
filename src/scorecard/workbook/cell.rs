//! Cell: one value of a table as a spreadsheet keeps it.
//!
//! A spreadsheet has one kind of number, a double that it shows to 15 digits.
//! A decimal of up to 15 digits goes through it and back without a loss; one of
//! more is written as text, because nothing here may be rounded.

use std::borrow::Cow;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type};
use arrow::util::display::array_value_to_string;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

use crate::contract::from_days;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// A spreadsheet's longest text, in UTF-16 units.
const LONGEST: usize = 32_767;

/// What stands at the end of a text that was longer.
pub(super) const CUT: &str = " … [cut; the whole text is in the Parquet]";

/// A value on its way into a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A number of more digits than a spreadsheet keeps.
    Exact(String),
    Date(NaiveDate),
    Truth(bool),
}

impl Cell {
    pub(super) fn of(column: &dyn Array, row: usize) -> Self {
        if column.is_null(row) {
            return Self::Empty;
        }
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string::<i32>().value(row).to_owned()),
            DataType::Boolean => Self::Truth(column.as_boolean().value(row)),
            DataType::Int64 => {
                Self::amount(&column.as_primitive::<Int64Type>().value(row).to_string())
            }
            DataType::Decimal128(..) => {
                Self::amount(&column.as_primitive::<Decimal128Type>().value_as_string(row))
            }
            DataType::Float64 => {
                let number = column.as_primitive::<Float64Type>().value(row);
                if number.is_finite() {
                    Self::Number(number)
                } else {
                    Self::Empty
                }
            }
            DataType::Date32 => from_days(column.as_primitive::<Date32Type>().value(row))
                .map_or(Self::Empty, Self::day),
            _ => Self::Text(array_value_to_string(column, row).unwrap_or_default()),
        }
    }

    /// A day; in words where it lies outside a spreadsheet's calendar.
    pub(super) fn day(day: NaiveDate) -> Self {
        if (1900..=9999).contains(&day.year()) {
            Self::Date(day)
        } else {
            Self::Text(day.to_string())
        }
    }

    /// A plain decimal, such as `-1234.50`.
    pub(super) fn amount(plain: &str) -> Self {
        let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
        match plain.parse() {
            // Noughts at either end are kept whatever their number.
            Ok(number) if digits.trim_matches('0').len() <= DIGITS => Self::Number(number),
            _ => Self::Exact(plain.to_owned()),
        }
    }

    /// Writes the cell; nothing where there is nothing.
    pub(super) fn write(
        &self,
        page: &mut Worksheet,
        row: u32,
        column: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => write_text(page, row, column, text, format),
            _ => {
                self.write_plain(page, row, column, format)?;
                page.set_cell_format(row, column, format)?;
                Ok(())
            }
        }
    }

    /// Writes the cell into a column that has this format already: to look a format
    /// up costs more than all else, and most cells need none of their own.
    pub(super) fn write_plain(
        &self,
        page: &mut Worksheet,
        row: u32,
        column: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Empty => {}
            // There is no negative nought in a table of figures.
            Self::Number(number) => {
                page.write_number(row, column, *number + 0.0)?;
            }
            Self::Date(day) => {
                page.write_number(row, column, excel(*day)?.to_excel())?;
            }
            Self::Truth(truth) => {
                page.write_boolean(row, column, *truth)?;
            }
            Self::Exact(text) => {
                page.write_string(row, column, text)?;
            }
            Self::Text(text) if is_plain(text) => {
                page.write_string(row, column, text)?;
            }
            Self::Text(text) => write_text(page, row, column, text, format)?,
        }
        Ok(())
    }
}

/// True for a text that the writer and the spreadsheet take as it is.
fn is_plain(text: &str) -> bool {
    !is_guarded(text)
        && !text.starts_with('<')
        && !is_long(text)
        && matches!(clean(text), Cow::Borrowed(_))
}

/// True for a text that would become a formula as soon as somebody edits the cell.
fn is_guarded(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

/// A day between 1900 and 9999 as the writer takes it.
fn excel(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(
        u16::try_from(day.year()).unwrap_or(u16::MAX),
        u8::try_from(day.month()).unwrap_or(u8::MAX),
        u8::try_from(day.day()).unwrap_or(u8::MAX),
    )
}

/// Writes a text as a text: whatever it looks like, it is no formula and no link.
pub(super) fn write_text(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text = cut(text);
    let text = clean(&text);
    if text.starts_with("<r>") && text.ends_with("</r>") {
        // The writer takes such a text for markup of its own, and would not escape it.
        let plain = Format::default();
        page.write_rich_string_with_format(row, column, &[(&plain, &text)], format)?;
    } else if is_guarded(&text) {
        let quoted = format.clone().set_quote_prefix();
        page.write_string_with_format(row, column, text, &quoted)?;
    } else {
        page.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

/// True where a text does not fit into a cell.
pub(super) fn is_long(text: &str) -> bool {
    // A character has at least as many bytes as UTF-16 units.
    text.len() > LONGEST && text.encode_utf16().count() > LONGEST
}

fn cut(text: &str) -> Cow<'_, str> {
    if is_long(text) {
        let room = LONGEST - CUT.encode_utf16().count();
        Cow::Owned(short(text, room) + CUT)
    } else {
        Cow::Borrowed(text)
    }
}

/// The first characters of a text: at most so many UTF-16 units.
pub(super) fn short(text: &str, room: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect()
}

/// What XML refuses becomes U+FFFD, and every line ends in the same way.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_refused =
        |c: char| (c < ' ' && c != '\t' && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(is_refused) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace(is_refused, "\u{fffd}"),
    )
}
