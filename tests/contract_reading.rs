//! Files as exporting programs really write them: encodings, line ends, quotes,
//! number and date conventions. One run reads them all.

use std::sync::OnceLock;

use crate::small::{ENTRIES, Small, check, publish};
use crate::support::{Project, Table};

const HEAD: &str = "entry_id,initiative_id,posted_date,amount,vendor\n";

fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '€' => 0x80,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect()
}

/// One project with a spend file for each way of writing.
fn shared() -> &'static Project {
    static SHARED: OnceLock<Project> = OnceLock::new();
    SHARED.get_or_init(|| {
        let plain = |rows: &str| format!("{HEAD}{rows}").into_bytes();
        let mut bom = b"\xef\xbb\xbf".to_vec();
        bom.extend(plain("B1,I1,2026-01-01,1.00,Zoë\n"));
        let mut utf16_bom = b"\xff\xfe".to_vec();
        utf16_bom.extend(utf16(&format!("{HEAD}U1,I1,2026-01-01,2.00,Łódź\n"), false));
        let bare = utf16(&format!("{HEAD}V1,I1,2026-01-01,3.00,東京\n"), true);
        let german = windows_1252(
            "Beleg;Vorhaben;Tag;Betrag;Kreditor\n\
             007;I1;31.01.2026;1.234,50;Kälte €\n\
             008;I1;01.02.2026;1234,5;n/a\n\
             009;I1;02.02.2026;-3.000.000,05;\"a;b\"\n\
             010;I1;03.02.2026;1.23;x\n",
        );
        let two = "what,who,from,to,money\n\
                   plan,I1,2026-01-01,2026-01-31,500.00\n\
                   fact,I1,,2026-01-31,40.00\n\
                   heads,I1,2026-01-01,2026-01-31,7\n\
                   fact,I2,,2026-01-31,2.50\n";
        let mut small = Small::new().tolerating("1.0").source("spend", "").source("budgets", "");
        for (name, bytes, block) in [
            ("bom", bom, ""),
            ("utf16", utf16_bom, ""),
            ("utf16be", bare, "encoding = \"utf-16be\""),
            ("crlf", b"entry_id,initiative_id,posted_date,amount,vendor\r\nC1,I1,2026-01-01,4.00,x\r\nC2,I1,never,4.00,x\r\n".to_vec(), ""),
            ("cr", b"entry_id,initiative_id,posted_date,amount,vendor\rR1,I1,2026-01-01,5.00,x\rR2,I1,never,5.00,x\r".to_vec(), ""),
            ("blank", plain("\nN1,I1,2026-01-01,6.00,x\n\n\nN2,I1,never,6.00,x\n\n"), ""),
            ("quoted", plain("Q1,I1,2026-01-01,7.00,\"two\nlines, and \"\"quotes\"\"\"\nQ2,I1,never,7.00,x\nQ3,I1,2026-01-01,8.00,y\n"), ""),
            ("stray", plain("S1,I1,2026-01-01,9.00,5\" pipe\nS2,I1,never,9.00,x\n"), ""),
            ("ragged", plain("T1,I1,2026-01-01,10.00,x\nT2,I1,2026-01-01,11.00\nT3,I1,2026-01-01,12.00,x,y\nT4,I1,2026-01-01,13.00,x\n"), ""),
            ("unended", plain("L1,I1,2026-01-01,14.00,x\nL2,I1,2026-01-01,15.00,last"), ""),
            ("accounting", plain("A1,I1,2026-01-01,\"(1,234.50)\",x\nA2,I1,2026-01-01,12.30-,x\nA3,I1,2026-01-01,+1,x\nA4,I1,2026-01-01,\u{2212}2,x\n"), "thousands = \",\""),
            ("rounded", plain("H1,I1,2026-01-01,0.005,x\nH2,I1,2026-01-01,0.015,x\nH3,I1,2026-01-01,-0.025,x\nH4,I1,2026-01-01,0.0251,x\nH5,I1,2026-01-01,2.3449,x\n"), "round = true"),
            ("zeros", plain("Z1,I1,2026-01-01,20.2500,x\nZ2,I1,2026-01-01,.5,x\nZ3,I1,2026-01-01,7.,x\nZ4,I1,2026-01-01,9999999999999999.99,x\n"), ""),
            ("fixed", b"entry_id,when,amount\nF1,2026-01-01,16.00\n".to_vec(), "[source.columns]\nposted_date = \"when\"\n[source.constants]\ninitiative_id = \"I2\"\nvendor = \"all\"\nkind = \"commitment\""),
        ] {
            let path = format!("data/{name}.csv");
            small = small.file(&path, bytes).also("spend", &format!("path = \"{path}\"\n{block}"));
        }
        small = small
            .file("data/german.csv", german)
            .also(
                "spend",
                "path = \"data/german.csv\"\nencoding = \"windows-1252\"\ndelimiter = \";\"\ndecimal = \",\"\nthousands = \".\"\n\
                 dates = [\"%d.%m.%Y\"]\nnulls = [\"\", \"n/a\"]\n[source.columns]\nentry_id = \"Beleg\"\ninitiative_id = \"Vorhaben\"\n\
                 posted_date = \"Tag\"\namount = \"Betrag\"\nvendor = \"Kreditor\"",
            )
            .file("data/two.csv", two)
            .also(
                "spend",
                "path = \"data/two.csv\"\n[source.columns]\ninitiative_id = \"who\"\nposted_date = \"to\"\namount = \"money\"\n\
                 [source.where]\nwhat = { is = [\"fact\"] }",
            )
            .also(
                "budgets",
                "path = \"data/two.csv\"\n[source.columns]\ninitiative_id = \"who\"\nperiod_start_date = \"from\"\nperiod_end_date = \"to\"\n\
                 amount = \"money\"\n[source.where]\nwhat = { not = [\"fact\", \"heads\"] }\nfrom = { present = true }",
            )
            .file(ENTRIES.0, ENTRIES.1);
        let project = small.make();
        publish(&project, &[]);
        project
    })
}

fn entries() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| shared().table("base.entries"))
}

fn of(id: &str, column: &str) -> Option<String> {
    entries().at("entry_id", id, column)
}

fn is(id: &str, column: &str, value: &str) {
    assert_eq!(of(id, column).as_deref(), Some(value), "{id}.{column}");
}

/// The line of the quarantined row of a file, by the value that broke it.
fn refused_lines(file: &str) -> Vec<(String, String)> {
    let table = shared().table("base.quarantine");
    table
        .rows_where("file", file)
        .map(|r| {
            (
                table.cell("row", r).unwrap(),
                table.cell("reason", r).unwrap(),
            )
        })
        .collect()
}

fn refused_on(file: &str, line: &str) {
    let lines: Vec<String> = refused_lines(file).into_iter().map(|(l, _)| l).collect();
    assert_eq!(lines, [line], "{file}");
}

#[test]
fn encodings_are_read_as_declared_and_a_byte_order_mark_wins() {
    is("B1", "vendor", "Zoë");
    is("U1", "vendor", "Łódź");
    is("V1", "vendor", "東京");
    is("007", "vendor", "Kälte €");
}

#[test]
fn ids_are_text_and_keep_their_zeros() {
    is("007", "amount", "1234.50");
}

#[test]
fn a_line_number_counts_crlf_once() {
    is("C1", "line_number", "2");
    refused_on("data/crlf.csv", "3");
}

#[test]
fn a_line_number_counts_lone_carriage_returns() {
    is("R1", "line_number", "2");
    refused_on("data/cr.csv", "3");
}

#[test]
fn a_line_number_counts_blank_lines_which_are_no_rows() {
    is("N1", "line_number", "3");
    refused_on("data/blank.csv", "6");
}

#[test]
fn a_line_number_counts_line_ends_within_quotes() {
    is("Q1", "vendor", "two\nlines, and \"quotes\"");
    is("Q1", "line_number", "2");
    is("Q3", "line_number", "5");
    refused_on("data/quoted.csv", "4");
}

#[test]
fn a_stray_quote_is_part_of_its_cell() {
    is("S1", "vendor", "5\" pipe");
    refused_on("data/stray.csv", "3");
}

#[test]
fn ragged_rows_are_neither_filled_nor_cut() {
    let refused = refused_lines("data/ragged.csv");
    assert_eq!(
        refused[0],
        ("3".into(), "the row has 4 cells and the header 5".into())
    );
    assert_eq!(
        refused[1],
        ("4".into(), "the row has 6 cells and the header 5".into())
    );
    is("T1", "line_number", "2");
    is("T4", "line_number", "5");
}

#[test]
fn the_last_line_needs_no_line_end() {
    is("L2", "vendor", "last");
}

#[test]
fn decimal_comma_and_optional_thousands_are_read_and_misplaced_ones_refused() {
    is("008", "amount", "1234.50");
    is("009", "amount", "-3000000.05");
    is("009", "vendor", "a;b");
    is("007", "posted_date", "2026-01-31");
    assert_eq!(of("008", "vendor"), None, "n/a is declared to be empty");
    let refused = refused_lines("data/german.csv");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, "5");
    assert!(refused[0].1.contains("thousands"), "{refused:?}");
}

#[test]
fn signs_may_stand_where_accountants_put_them() {
    for (id, amount) in [
        ("A1", "-1234.50"),
        ("A2", "-12.30"),
        ("A3", "1.00"),
        ("A4", "-2.00"),
    ] {
        is(id, "amount", amount);
    }
}

#[test]
fn cents_are_rounded_half_to_even_where_the_source_asks_for_it() {
    for (id, amount) in [
        ("H1", "0.00"),
        ("H2", "0.02"),
        ("H3", "-0.02"),
        ("H4", "0.03"),
        ("H5", "2.34"),
    ] {
        is(id, "amount", amount);
    }
}

#[test]
fn trailing_zeros_are_no_third_decimal_and_sixteen_digits_fit() {
    for (id, amount) in [
        ("Z1", "20.25"),
        ("Z2", "0.50"),
        ("Z3", "7.00"),
        ("Z4", "9999999999999999.99"),
    ] {
        is(id, "amount", amount);
    }
}

#[test]
fn constants_fill_columns_that_the_file_does_not_have() {
    is("F1", "initiative_id", "I2");
    is("F1", "vendor", "all");
    is("F1", "kind", "commitment");
}

#[test]
fn one_file_feeds_two_tables_and_each_takes_its_rows() {
    let loads = shared().table("base.loads");
    let of = |table: &str, column: &str| {
        let row = loads
            .rows_where("file", "data/two.csv")
            .find(|r| loads.cell("table_name", *r).as_deref() == Some(table))
            .unwrap();
        loads.cell(column, row).unwrap()
    };
    assert_eq!(of("spend", "seen_count"), "2");
    assert_eq!(of("spend", "loaded_amount"), "42.50");
    assert_eq!(of("budgets", "seen_count"), "1");
    assert_eq!(of("budgets", "loaded_amount"), "500.00");
}

#[test]
fn every_file_is_accounted_for_row_by_row_and_cent_by_cent() {
    let loads = shared().table("base.loads");
    for row in 0..loads.height() {
        let count = |c: &str| loads.cell(c, row).unwrap().parse::<u64>().unwrap();
        let money = |c: &str| loads.cents(c, std::iter::once(row));
        let file = loads.cell("file", row);
        assert_eq!(
            count("seen_count"),
            count("loaded_count") + count("duplicate_count") + count("quarantined_count"),
            "{file:?}"
        );
        assert_eq!(
            money("counted_amount"),
            money("loaded_amount") + money("duplicate_amount") + money("quarantined_amount"),
            "{file:?}"
        );
    }
    let balance = shared().table("scorecard.reconciliation");
    assert_eq!(balance.cents("difference_amount", 0..balance.height()), 0);
}

#[test]
fn a_wrong_encoding_is_refused_with_line_byte_and_remedy() {
    let project = Small::new()
        .csv("spend", windows_1252("entry_id,initiative_id,posted_date,amount\nE1,I1,2026-01-01,1.00\nÉ2,I1,2026-01-01,1.00\n"))
        .make();
    let checked = check(&project);
    assert_eq!(checked.outcome.code, 65);
    crate::small::says(
        &checked.findings("error"),
        &["data/spend.csv:3", "0xc9", "UTF-8", "windows-1252"],
    );
}
