//! The workbook, opened by another reader.

use std::io::{Cursor, Read};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use arrow::record_batch::RecordBatch;
use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, NaiveDate};

use super::kind::Kind;
use super::{Cover, Limit, Sheet, cell, name, write_within};
use crate::contract::to_days;
use crate::model::{Header, HeaderColumn};
use crate::scorecard::summary::{Answer, Balance};

/// Rows and cells enough for every test but that of the limits.
const ROOM: Limit = Limit {
    rows: 100,
    cells: 1000,
};

fn header(columns: &[(&str, &str)]) -> Header {
    Header {
        question: "What is =it?".into(),
        grain: vec![columns[0].0.into()],
        columns: columns
            .iter()
            .map(|(name, type_name)| HeaderColumn {
                name: (*name).into(),
                type_name: (*type_name).into(),
                description: format!("meaning of {name}"),
                line: 0,
            })
            .collect(),
        ..Header::default()
    }
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 3, 31).unwrap()
}

fn balance(difference: &str) -> Balance {
    Balance {
        currency: "EUR".into(),
        ledger: "12345678901234567.89".into(),
        aligned: "3.00".into(),
        unaligned: "-1.50".into(),
        quarantined: "0.00".into(),
        later: "0.00".into(),
        duplicates: "0.00".into(),
        difference: difference.into(),
    }
}

/// The workbook of one table.
fn book(header: &Header, columns: Vec<(&str, ArrayRef)>, limit: Limit) -> Vec<u8> {
    let rows = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let answers = [Answer {
        question: "Is it so?".into(),
        figure: "88.1 %".into(),
        label: "of it".into(),
        sentence: "=It is.".into(),
        tone: "good".into(),
    }];
    let facts = Cover {
        project: "Smith & <Sons>",
        description: "-",
        as_of: day(2026),
        as_known: DateTime::from_timestamp(1_775_000_000, 0).unwrap(),
        currency: "EUR",
        rules_version: "2026.1",
        release: "2026-03-31-abc",
        engine_version: "0.1.0",
        previous_as_of: None,
        balances: &[balance("0.00"), balance("0.01")],
        answers: &answers,
    };
    let sheet = Sheet {
        name: "scorecard.thing",
        header,
        rows: &rows,
    };
    write_within(&facts, &[sheet], limit).unwrap()
}

fn grid(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    assert_eq!(range.start(), Some((0, 0)));
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A part of the file as it is stored.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut file = archive.by_name(name).unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

fn texts(items: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(items.to_vec()))
}

/// Workbook of one column of texts; the texts that are read from it.
fn there_and_back(items: &[&str]) -> (Vec<u8>, Vec<String>) {
    let bytes = book(
        &header(&[("word", "text")]),
        vec![("word", texts(items))],
        ROOM,
    );
    let cells = grid(&bytes, "thing").into_iter().skip(3);
    let read = cells.map(|row| match &row[0] {
        Data::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    });
    let read = read.collect();
    (bytes, read)
}

#[test]
fn every_type_arrives_as_itself_and_null_as_nothing() {
    let header = header(&[
        ("id", "text"),
        ("spend_amount", "decimal(38,2)"),
        ("weight_ratio", "double"),
        ("row_count", "bigint"),
        ("start_date", "date"),
        ("is_open", "boolean"),
    ]);
    let money = Decimal128Array::from(vec![Some(-123_456_789_012_345), None])
        .with_precision_and_scale(38, 2)
        .unwrap();
    let bytes = book(
        &header,
        vec![
            ("id", texts(&["020", "2"])),
            ("spend_amount", Arc::new(money)),
            (
                "weight_ratio",
                Arc::new(Float64Array::from(vec![Some(0.125), None])),
            ),
            ("row_count", Arc::new(Int64Array::from(vec![Some(7), None]))),
            (
                "start_date",
                Arc::new(Date32Array::from(vec![Some(to_days(day(2026))), None])),
            ),
            (
                "is_open",
                Arc::new(BooleanArray::from(vec![Some(true), None])),
            ),
        ],
        ROOM,
    );
    let rows = grid(&bytes, "thing");
    assert_eq!(rows[0][0], Data::String("What is =it?".into()));
    assert_eq!(rows[2][1], Data::String("spend_amount".into()));
    assert_eq!(rows[3][0], Data::String("020".into()));
    assert_eq!(rows[3][1], Data::Float(-1_234_567_890_123.45));
    assert_eq!(rows[3][2], Data::Float(0.125));
    assert_eq!(rows[3][3], Data::Float(7.0));
    // 46112 days after the last of December 1899.
    assert!(matches!(&rows[3][4], Data::DateTime(d) if (d.as_f64() - 46_112.0).abs() < 1e-9));
    assert_eq!(rows[3][5], Data::Bool(true));
    assert!(
        rows[4][1..].iter().all(|c| *c == Data::Empty),
        "{:?}",
        rows[4]
    );
    let styles = part(&bytes, "xl/styles.xml");
    for format in ["#,##0.00;[Red]-#,##0.00", "0.0%", "yyyy\\-mm\\-dd"] {
        let plain = format.replace('\\', "");
        assert!(
            styles.contains(&format!("\"{format}\"")) || styles.contains(&format!("\"{plain}\"")),
            "{format}: {styles}"
        );
    }
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("ySplit=\"3\""));
    assert!(sheet.contains("<autoFilter ref=\"A3:F5\""));
    assert!(sheet.contains("fitToHeight=\"0\"") && sheet.contains("orientation=\"landscape\""));
    let names = part(&bytes, "xl/workbook.xml");
    assert!(
        names.contains("_xlnm.Print_Titles") && names.contains("thing!$3:$3"),
        "{names}"
    );
}

#[test]
fn what_a_spreadsheet_cannot_count_is_written_in_digits() {
    let header = header(&[
        ("id", "text"),
        ("spend_amount", "decimal(38,2)"),
        ("n", "bigint"),
    ]);
    let money = [
        999_999_999_999_999,
        1_000_000_000_000_001,
        12_345_678_901_234_500,
    ];
    let money = Decimal128Array::from(money.to_vec())
        .with_precision_and_scale(38, 2)
        .unwrap();
    let counts = vec![1, i64::MAX, 9_000_000_000_000_000];
    let bytes = book(
        &header,
        vec![
            ("id", texts(&["a", "b", "c"])),
            ("spend_amount", Arc::new(money)),
            ("n", Arc::new(Int64Array::from(counts))),
        ],
        ROOM,
    );
    let rows = grid(&bytes, "thing");
    assert_eq!(rows[3][1], Data::Float(9_999_999_999_999.99));
    assert_eq!(rows[4][1], Data::String("10000000000000.01".into()));
    assert_eq!(rows[5][1], Data::Float(123_456_789_012_345.0));
    assert_eq!(rows[4][2], Data::String("9223372036854775807".into()));
    assert_eq!(rows[5][2], Data::Float(9e15));
    let said = rows[1][0].to_string();
    assert!(said.contains("2 numbers of more than 15 digits"), "{said}");
    let cover = grid(&bytes, "Cover").concat();
    let has = |text: &str| cover.iter().any(|c| c.to_string().contains(text));
    assert!(has("2 numbers of more than 15 digits") && has("12345678901234567.89"));
}

/// Every cent of up to fifteen digits comes back from the double as it went in.
#[test]
fn fifteen_digits_survive_the_double() {
    let mut cents: i128 = 1;
    for step in 0..20_000_i128 {
        cents = (cents * 48_271 + step) % 1_000_000_000_000_000;
        let plain = crate::contract::display_cents(cents);
        let cell::Cell::Number(number) = cell::Cell::amount(&plain) else {
            panic!("{plain} is no number");
        };
        assert_eq!(format!("{number:.2}"), plain);
    }
}

#[test]
fn no_text_becomes_a_formula_a_link_or_markup() {
    let items = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1}",
        "https://example.com/",
        "mailto:a@example.com",
        "<r>&</r>",
        "<r><t>x</t></r>",
        "a & b < c > \"d\"",
        " spaces ",
        "two\nlines",
        "TRUE",
        "1e5",
        "_x0041_",
    ];
    let (bytes, read) = there_and_back(&items);
    // This reader does not know how a spreadsheet escapes an escape.
    let read: Vec<String> = read.iter().map(|t| t.replace("_x005F_", "_")).collect();
    assert_eq!(read, items);
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "{sheet}");
    assert_eq!(sheet.matches("<hyperlink ").count(), 1);
    assert!(sheet.contains("location=\"'Cover'!A1\""), "{sheet}");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for at in 0..archive.len() {
        let mut text = String::new();
        archive
            .by_index(at)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(!text.contains("TargetMode=\"External\""));
    }
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("quotePrefix=\"1\""));
}

#[test]
fn what_xml_refuses_is_replaced_and_what_is_too_long_is_cut() {
    let long = "é".repeat(32_768);
    let longest = "x".repeat(32_767);
    // Two UTF-16 units each.
    let wide = "😀".repeat(16_384);
    let items = [
        "a\u{0}b\u{1b}c\u{ffff}",
        "d\r\ne\rf\tg",
        &long,
        &longest,
        &wide,
    ];
    let (bytes, read) = there_and_back(&items);
    assert_eq!(read[0], "a\u{fffd}b\u{fffd}c\u{fffd}");
    assert_eq!(read[1], "d\ne\nf\tg");
    for cut in [&read[2], &read[4]] {
        assert!(cut.ends_with(cell::CUT));
        assert!(cut.encode_utf16().count() <= 32_767);
        assert!(cut.chars().count() > 16_000);
    }
    assert_eq!(read[3], longest);
    let said = grid(&bytes, "thing")[1][0].to_string();
    assert!(said.contains("2 texts are longer than a cell"), "{said}");
}

#[test]
fn rows_beyond_the_limit_are_left_out_and_said_to_be() {
    let header = header(&[("id", "text")]);
    let ids: Vec<String> = (0..10).map(|n| format!("{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for limit in [
        Limit {
            rows: 7,
            cells: 100,
        },
        Limit {
            rows: 100,
            cells: 4,
        },
    ] {
        let bytes = book(&header, vec![("id", texts(&ids))], limit);
        let rows = grid(&bytes, "thing");
        assert_eq!(rows.len(), 3 + 4);
        let said = "CUT: the first 4 of 10 rows";
        assert!(rows[1][0].to_string().contains(said), "{:?}", rows[1][0]);
        let cover = grid(&bytes, "Cover").concat();
        assert!(cover.iter().any(|c| c.to_string().starts_with(said)));
    }
}

#[test]
fn a_table_with_ranks_is_read_by_rank() {
    let header = header(&[("id", "text"), ("rank", "bigint")]);
    let ranks = Int64Array::from(vec![None, Some(3), Some(1), None, Some(2)]);
    let bytes = book(
        &header,
        vec![
            ("id", texts(&["a", "b", "c", "d", "e"])),
            ("rank", Arc::new(ranks)),
        ],
        ROOM,
    );
    let read: Vec<String> = grid(&bytes, "thing")[3..]
        .iter()
        .map(|row| row[0].to_string())
        .collect();
    assert_eq!(read, ["c", "e", "b", "a", "d"]);
}

#[test]
fn a_table_without_rows_has_its_header_and_its_meanings() {
    let header = header(&[("id", "text"), ("spend_amount", "decimal(38,2)")]);
    let none: Vec<&str> = Vec::new();
    let bytes = book(&header, vec![("id", texts(&none))], ROOM);
    let rows = grid(&bytes, "thing");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2][1], Data::String("spend_amount".into()));
    assert!(rows[1][0].to_string().contains("0 rows"));
    let columns = grid(&bytes, "Columns");
    let last: Vec<String> = columns[3].iter().map(ToString::to_string).collect();
    let wanted = [
        "thing",
        "spend_amount",
        "exact decimal",
        "decimal(38,2)",
        "",
        "meaning of spend_amount",
    ];
    assert_eq!(last, wanted);
}

#[test]
fn the_cover_says_what_balances_and_what_does_not() {
    let header = header(&[("id", "text")]);
    let bytes = book(&header, vec![("id", texts(&["a"]))], ROOM);
    let cover: Vec<String> = grid(&bytes, "Cover")
        .concat()
        .iter()
        .map(ToString::to_string)
        .collect();
    for said in [
        "Smith & <Sons>",
        "-",
        "2026.1",
        "2026-03-31-abc",
        "throughline 0.1.0",
        "Is it so?",
        "88.1 %",
        "=It is.",
        "Balanced",
        "Not balanced",
        "nothing",
        "thing",
    ] {
        assert!(
            cover.iter().any(|c| c == said),
            "{said} is not in {cover:?}"
        );
    }
}

#[test]
fn the_bytes_are_those_of_the_tables_and_of_no_clock() {
    let header = header(&[("id", "text"), ("status", "text")]);
    let make = || {
        let columns = vec![
            ("id", texts(&["a", "=b", "c"])),
            ("status", texts(&["green", "red", "grey"])),
        ];
        book(&header, columns, ROOM)
    };
    let bytes = make();
    assert!(bytes == make(), "two workbooks of one table differ");
    let core = part(&bytes, "docProps/core.xml");
    assert_eq!(core.matches("2026-03-31T23:33:20Z").count(), 2, "{core}");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for at in 0..archive.len() {
        let file = archive.by_index(at).unwrap();
        let stamp = file.last_modified().unwrap();
        assert_eq!((stamp.year(), stamp.month(), stamp.day()), (1980, 1, 1));
        assert_eq!((stamp.hour(), stamp.minute(), stamp.second()), (0, 0, 0));
    }
}

#[test]
fn sheets_have_legal_names_and_no_two_alike() {
    let header = Header::default();
    let rows = RecordBatch::new_empty(Arc::new(arrow::datatypes::Schema::empty()));
    let call = |names: &[&str]| {
        let sheets: Vec<Sheet<'_>> = names
            .iter()
            .map(|name| Sheet {
                name,
                header: &header,
                rows: &rows,
            })
            .collect();
        name::of_all(&sheets)
    };
    let names = call(&[
        "scorecard.targets_to_recalibrate",
        "scorecard.Cover",
        "scorecard.history",
        "scorecard.a_name_that_is_longer_than_a_sheet_may_have",
        "scorecard.a_name_that_is_longer_than_a_sheet_may_have_too",
        "scorecard.line_of_sight",
        "alignment.line_of_sight",
        "scorecard.a'b/c?d*e[f]g:h\\i",
    ]);
    let wanted = [
        "targets_to_recalibrate",
        "Cover_2",
        "history_2",
        "a_name_that_is_longer_than_a_sh",
        "a_name_that_is_longer_than_a__2",
        "line_of_sight",
        "alignment.line_of_sight",
        "a_b_c_d_e_f_g_h_i",
    ];
    assert_eq!(names, wanted);
}

#[test]
fn the_name_and_type_of_a_column_say_how_it_is_shown() {
    let of = |name: &str, type_name: &str| Kind::of(&header(&[(name, type_name)]).columns[0]);
    assert_eq!(of("weight_ratio", "double"), Kind::Share);
    assert_eq!(of("hit_probability", "double"), Kind::Share);
    for name in ["cpi_ratio", "spi_t_ratio", "pace_ratio", "funding_ratio"] {
        assert_eq!(of(name, "double"), Kind::Index, "{name}");
    }
    assert_eq!(of("gap_pp", "double"), Kind::Tenth);
    assert_eq!(of("actual_value", "double"), Kind::Value);
    assert_eq!(of("spend_amount", "decimal(38,2)"), Kind::Money(2));
    assert_eq!(of("derived_status", "text"), Kind::Verdict);
    assert_eq!(of("cell_count", "bigint"), Kind::Count);
}
