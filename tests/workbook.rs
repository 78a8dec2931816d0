//! The workbook of a release, opened by a reader that had no part in writing it,
//! against the Parquet beside it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use crate::sample::{shared, table};
use crate::small::{Small, publish};
use crate::support::{Table, cents};

type Book = Xlsx<BufReader<File>>;

fn open(out: &Path) -> Book {
    calamine::open_workbook(out.join("current/scorecard.xlsx")).unwrap()
}

fn sample() -> Book {
    open(&shared().0.path().join("out"))
}

/// Rows of a sheet, from its column names on.
fn rows(book: &mut Book, sheet: &str) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(sheet).unwrap();
    assert_eq!(range.start(), Some((0, 0)), "{sheet}");
    range.rows().skip(2).map(<[Data]>::to_vec).collect()
}

/// The model that a sheet shows, as its second row says.
fn model(book: &mut Book, sheet: &str) -> String {
    let range = book.worksheet_range(sheet).unwrap();
    let said = range.get_value((1, 0)).unwrap().to_string();
    said.split(',').next().unwrap().to_owned()
}

fn sum_in_cents(cells: impl Iterator<Item = Data>) -> i128 {
    cells
        .map(|cell| match cell {
            Data::Float(amount) => cents(&format!("{amount:.2}")),
            Data::String(amount) => cents(&amount),
            Data::Empty => 0,
            other => panic!("{other:?} is no amount"),
        })
        .sum()
}

/// A cell says what the Parquet says, number for number and word for word.
fn says(cell: &Data, wanted: Option<&str>) -> bool {
    match (cell, wanted) {
        (Data::Empty, None | Some("")) => true,
        (Data::String(text), Some(wanted)) => text == wanted,
        (Data::Float(number), Some(wanted)) => wanted.parse() == Ok(*number),
        (Data::Bool(truth), Some(wanted)) => truth.to_string() == wanted,
        (Data::DateTime(day), Some(wanted)) => {
            let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
            let wanted: chrono::NaiveDate = wanted.parse().unwrap();
            let days = u32::try_from(wanted.signed_duration_since(first).num_days()).unwrap();
            (f64::from(days) - day.as_f64()).abs() < f64::EPSILON
        }
        _ => false,
    }
}

#[test]
fn every_sheet_says_what_the_parquet_says_cell_by_cell() {
    let mut book = sample();
    let names = book.sheet_names();
    assert_eq!(names.first().map(String::as_str), Some("Cover"));
    assert_eq!(names.last().map(String::as_str), Some("Columns"));
    assert!(names.len() > 20, "{names:?}");
    let mut checked = 0;
    for name in &names[1..names.len() - 1] {
        let published = table(&model(&mut book, name));
        let sheet = rows(&mut book, name);
        let columns: Vec<String> = sheet[0].iter().map(ToString::to_string).collect();
        let mut whole = columns.clone();
        // In the Parquet they stand in every row, in the workbook on its cover.
        whole.extend(["as_known".into(), "rules_version".into()]);
        if published.height() > 0 {
            assert_eq!(published.columns(), whole, "{name}");
        }
        assert_eq!(sheet.len() - 1, published.height(), "{name}");
        for (row, source) in sheet[1..].iter().zip(reading_order(&published)) {
            for (cell, column) in row.iter().zip(&columns) {
                let wanted = published.cell(column, source);
                assert!(
                    says(cell, wanted.as_deref()),
                    "{name}, row {source}, {column}: {cell:?} is not {wanted:?}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 10_000, "{checked} cells");
}

/// The rows as the workbook has them: by rank or position where there is one.
fn reading_order(table: &Table) -> Vec<usize> {
    let columns = table.columns();
    let by = ["rank", "position"]
        .into_iter()
        .find(|c| columns.iter().any(|have| have == c));
    let mut order: Vec<usize> = (0..table.height()).collect();
    if let Some(by) = by {
        order.sort_by_key(|row| {
            let rank = table.cell(by, *row).map(|n| n.parse::<i64>().unwrap());
            (rank.is_none(), rank)
        });
    }
    order
}

#[test]
fn money_in_the_workbook_is_that_of_the_parquet_to_the_cent() {
    let mut book = sample();
    let mut sums = Vec::new();
    for sheet in ["findings", "variance.budget_to_actual"] {
        let name = model(&mut book, sheet);
        let published = table(&name);
        let cells = rows(&mut book, sheet);
        for (at, column) in cells[0].iter().enumerate() {
            let column = column.to_string();
            if !column.ends_with("_amount") {
                continue;
            }
            let sum = sum_in_cents(cells[1..].iter().map(|row| row[at].clone()));
            assert_eq!(
                sum,
                published.cents(&column, 0..published.height()),
                "{column}"
            );
            sums.push((column, sum));
        }
    }
    // The whole ledger in euro, as the sample's own test knows it.
    let actual = ("actual_amount".to_owned(), 14_520_296_069);
    assert!(sums.contains(&actual), "{sums:?}");
}

#[test]
fn the_cover_has_the_answers_the_balance_and_a_way_to_every_sheet() {
    let mut book = sample();
    let names = book.sheet_names();
    let cover = book.worksheet_range("Cover").unwrap();
    let cells: Vec<Vec<String>> = cover
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let says = |text: &str| cells.iter().flatten().any(|c| c == text);
    for answer in shared().1["answers"].as_array().unwrap() {
        for key in ["question", "figure", "label", "sentence"] {
            assert!(says(answer[key].as_str().unwrap()), "{answer}");
        }
    }
    assert!(says("Brunnhalm Cold Chain SE") && !says("Not balanced"));
    assert_eq!(
        cells.iter().flatten().filter(|c| *c == "Balanced").count(),
        2
    );
    for name in &names[1..] {
        assert!(cells.iter().any(|row| row[0] == *name), "{name}");
    }
}

#[test]
fn the_workbook_of_the_same_night_has_the_same_bytes() {
    let project = Small::new().make();
    let made = |out: &str| {
        let out = project.path().join(out);
        publish(&project, &["--out", out.to_str().unwrap()]);
        std::fs::read(out.join("current/scorecard.xlsx")).unwrap()
    };
    let first = made("out-1");
    // The clock of a zip counts in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert!(first == made("out-2"), "the workbooks differ");
}
