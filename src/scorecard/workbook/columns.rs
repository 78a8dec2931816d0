//! Columns: what every column of every sheet means, as its header says.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::cell::write_text;
use super::kind::Kind;
use super::{Limit, Sheet, look};

const HEADINGS: [(&str, u32); 6] = [
    ("Sheet", 28),
    ("Column", 26),
    ("Shown as", 22),
    ("Type", 16),
    ("Key", 6),
    ("Meaning", 110),
];

/// The row of the headings.
const HEADER: u32 = 1;

pub(super) fn write(
    page: &mut Worksheet,
    sheets: &[Sheet<'_>],
    names: &[String],
    limit: Limit,
) -> Result<(), XlsxError> {
    write_text(page, 0, 0, "What does each column mean?", &look::question())?;
    page.set_row_height(0, 22)?;
    for (at, (heading, width)) in (0_u16..).zip(HEADINGS) {
        page.set_column_width(at, width)?;
        write_text(page, HEADER, at, heading, &look::header(Kind::Text))?;
    }
    let plain = look::body(Kind::Text, false);
    let wrapped = look::body(Kind::Text, true);
    let mut row = HEADER;
    let all = sheets.iter().zip(names).flat_map(|(sheet, name)| {
        let columns = sheet.header.columns.iter();
        columns.map(move |column| (sheet, name, column))
    });
    for (sheet, name, column) in all.take(limit.rows - HEADER as usize - 1) {
        row += 1;
        let key = if sheet.header.grain.contains(&column.name) {
            "yes"
        } else {
            ""
        };
        let cells = [
            name,
            &column.name,
            Kind::of(column).words(),
            &column.type_name,
            key,
        ];
        for (at, text) in (0_u16..).zip(cells) {
            write_text(page, row, at, text, &plain)?;
        }
        write_text(page, row, 5, &column.description, &wrapped)?;
    }
    page.autofilter(HEADER, 0, row, 5)?;
    page.set_freeze_panes(HEADER + 1, 2)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}
