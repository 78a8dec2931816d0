//! Cover: what this is, of which day and which knowledge, the three answers,
//! whether the money reconciles, and where everything stands.

use rust_xlsxwriter::{Format, FormatAlign, Url, Worksheet, XlsxError};

use super::cell::{Cell, clean, write_text};
use super::kind::Kind;
use super::sheet::Written;
use super::{Cover, Sheet, look, name};

/// The last of the columns that the cover uses.
const LAST: u16 = 8;
const FIRST_WIDTH: u32 = 30;
const WIDTH: u32 = 17;

/// The cover in the making: everything is put below what is there.
struct Pen<'p> {
    page: &'p mut Worksheet,
    row: u32,
}

pub(super) fn write(
    page: &mut Worksheet,
    facts: &Cover<'_>,
    sheets: &[Sheet<'_>],
    names: &[String],
    listed: &[Written],
) -> Result<(), XlsxError> {
    page.set_column_width(0, FIRST_WIDTH)?;
    page.set_column_range_width(1, LAST, WIDTH)?;
    let mut pen = Pen { page, row: 0 };
    pen.text(0, facts.project, &look::title())?;
    pen.page.set_row_height(0, 28)?;
    pen.row += 1;
    if !facts.description.is_empty() {
        pen.wide(0, facts.description, &look::remark())?;
        pen.row += 1;
    }
    pen.row += 1;
    pen.facts(facts)?;
    pen.answers(facts)?;
    pen.reconciliation(facts)?;
    pen.sheets(sheets, names, listed)
}

impl Pen<'_> {
    fn text(&mut self, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        write_text(self.page, self.row, column, text, format)
    }

    /// A text over all columns from this one on, on as many lines as it takes.
    fn wide(&mut self, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let format = format.clone().set_text_wrap();
        self.page
            .merge_range(self.row, column, self.row, LAST, "", &format)?;
        self.text(column, text, &format)?;
        let room = u32::from(LAST + 1 - column) * WIDTH;
        // Merged cells do not grow by themselves. Letters are a little narrower than figures.
        let lines = text.lines().map(|line| {
            let length = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
            length.div_ceil(room).max(1)
        });
        let lines: u32 = lines.sum::<u32>().clamp(1, 20);
        if lines > 1 {
            self.page.set_row_height(self.row, lines * 15)?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        let format = look::heading();
        for column in 0..=LAST {
            self.page.write_blank(self.row, column, &format)?;
        }
        self.text(0, text, &format)?;
        self.page.set_row_height(self.row, 20)?;
        self.row += 1;
        Ok(())
    }

    fn facts(&mut self, facts: &Cover<'_>) -> Result<(), XlsxError> {
        let known = facts.as_known.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        let compared = Cell::Text("nothing".into());
        let lines = [
            ("As of", Cell::day(facts.as_of)),
            ("As known", Cell::Text(known)),
            (
                "Compared with the release of",
                facts.previous_as_of.map_or(compared, Cell::day),
            ),
            ("Reporting currency", Cell::Text(facts.currency.into())),
            ("Rules", Cell::Text(facts.rules_version.into())),
            ("Release", Cell::Text(facts.release.into())),
            (
                "Made by",
                Cell::Text(format!("throughline {}", facts.engine_version)),
            ),
        ];
        for (label, value) in lines {
            let kind = if matches!(value, Cell::Date(_)) {
                Kind::Date
            } else {
                Kind::Text
            };
            let mut format = Format::new().set_bold().set_align(FormatAlign::Left);
            if let Some(shown) = kind.number_format() {
                format = format.set_num_format(shown);
            }
            self.text(0, label, &look::label())?;
            value.write(self.page, self.row, 1, &format)?;
            self.row += 1;
        }
        Ok(())
    }

    fn answers(&mut self, facts: &Cover<'_>) -> Result<(), XlsxError> {
        self.heading("The three questions")?;
        for answer in facts.answers {
            self.text(0, &answer.question, &look::question())?;
            self.row += 1;
            let plain = look::figure();
            let figure = look::verdict(&answer.tone, &plain).unwrap_or(plain);
            self.text(0, &answer.figure, &figure)?;
            self.wide(1, &answer.label, &look::label())?;
            self.page.set_row_height(self.row, 20)?;
            self.row += 1;
            self.wide(1, &answer.sentence, &look::entry(Kind::Text, true))?;
            self.row += 1;
        }
        Ok(())
    }

    fn reconciliation(&mut self, facts: &Cover<'_>) -> Result<(), XlsxError> {
        self.heading("Reconciliation of the ledger")?;
        if facts.balances.is_empty() {
            self.text(0, "Not computed: no ledger was loaded.", &look::remark())?;
            self.row += 1;
            return Ok(());
        }
        let money = Kind::Money(2);
        let headings = [
            "Currency",
            "Ledger",
            "= aligned",
            "+ unaligned",
            "+ quarantined",
            "+ duplicates",
            "+ later",
            "Difference",
            "",
        ];
        for (at, heading) in (0..).zip(headings) {
            let kind = if at == 0 { Kind::Text } else { money };
            self.text(at, heading, &look::header(kind))?;
        }
        self.row += 1;
        for balance in facts.balances {
            let amounts = [
                &balance.ledger,
                &balance.aligned,
                &balance.unaligned,
                &balance.quarantined,
                &balance.duplicates,
                &balance.later,
                &balance.difference,
            ];
            let plain = look::entry(Kind::Text, false);
            self.text(0, &balance.currency, &plain)?;
            for (at, amount) in (1..).zip(amounts) {
                Cell::amount(amount).write(self.page, self.row, at, &look::entry(money, false))?;
            }
            let verdict = if Cell::amount(&balance.difference) == Cell::Number(0.0) {
                "Balanced"
            } else {
                "Not balanced"
            };
            let format = look::verdict(verdict, &plain).unwrap_or(plain);
            self.text(LAST, verdict, &format)?;
            self.row += 1;
        }
        Ok(())
    }

    fn sheets(
        &mut self,
        sheets: &[Sheet<'_>],
        names: &[String],
        listed: &[Written],
    ) -> Result<(), XlsxError> {
        self.heading("The sheets")?;
        for (at, heading) in (0_u16..).zip(["Sheet", "Rows", "Answers"]) {
            let kind = if at == 1 { Kind::Count } else { Kind::Text };
            self.text(at, heading, &look::header(kind))?;
        }
        for at in 3..=LAST {
            self.page
                .write_blank(self.row, at, &look::header(Kind::Text))?;
        }
        self.row += 1;
        for ((sheet, name), written) in sheets.iter().zip(names).zip(listed) {
            self.link(name)?;
            let rows = Cell::amount(&written.rows.to_string());
            rows.write(self.page, self.row, 1, &look::entry(Kind::Count, false))?;
            let question = &sheet.header.question;
            self.wide(2, question, &look::entry(Kind::Text, true))?;
            self.row += 1;
            for remark in written.remarks() {
                self.wide(2, &remark, &look::remark())?;
                self.row += 1;
            }
        }
        self.link(name::COLUMNS)?;
        let columns: usize = sheets.iter().map(|s| s.header.columns.len()).sum();
        let rows = Cell::amount(&columns.to_string());
        rows.write(self.page, self.row, 1, &look::entry(Kind::Count, false))?;
        let question = "What does each column mean?";
        self.wide(2, question, &look::entry(Kind::Text, true))?;
        self.row += 2;
        self.wide(
            0,
            "All tables stand as Parquet beside this file, whole and exact; `throughline explain` \
             shows the rows of your files behind a figure.",
            &look::remark(),
        )
    }

    fn link(&mut self, name: &str) -> Result<(), XlsxError> {
        let target = Url::new(format!("internal:'{name}'!A1")).set_text(clean(name));
        self.page.write_url_with_format(
            self.row,
            0,
            target,
            &look::entry(Kind::Text, false).set_hyperlink(),
        )?;
        Ok(())
    }
}
