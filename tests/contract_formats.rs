//! JSON lines and Parquet.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;

use crate::small::{ENTRIES, Small, check, publish, says};

#[test]
fn json_numbers_keep_the_digits_they_were_written_with() {
    let project = Small::new()
        .tolerating("1.0")
        .file(
            "data/spend.ndjson",
            "{\"entry_id\":\"E1\",\"posted_date\":\"2026-01-01\",\"amount\":9007199254740993.10}\n\
             \n\
             {\"amount\":0.1,\"posted_date\":\"2026-01-01\",\"entry_id\":\"E2\",\"vendor\":\"a\\n\\u00e9\"}\n\
             {\"entry_id\":\"E3\",\"posted_date\":\"2026-01-01\",\"amount\":1e2}\n\
             {\"entry_id\":\"E4\",\"posted_date\":null,\"amount\":5}\n\
             {\"entry_id\":\"E5\",\"posted_date\":\"2026-01-01\",\"amount\":\n\
             [1,2]\n\
             {\"entry_id\":7,\"initiative_id\":null,\"posted_date\":\"2026-01-01\",\"amount\":\"7.00\"}\n",
        )
        .source("spend", "path = \"data/spend.ndjson\"\n[source.columns]\ninitiative_id = \"initiative_id\"")
        .file(ENTRIES.0, ENTRIES.1)
        .make();
    let checked = check(&project);
    assert_eq!(
        checked.counts("spend"),
        (7, 3, 4, 0),
        "{}",
        checked.outcome.stderr
    );
    checked.refuses("data/spend.ndjson:4, column `amount`: `1e2`", "exponent");
    checked.refuses("data/spend.ndjson:5, column `posted_date`:", "is empty");
    checked.refuses("data/spend.ndjson:6", "no JSON object");
    checked.refuses("data/spend.ndjson:7", "no JSON object");
    publish(&project, &[]);
    let entries = project.table("base.entries");
    assert_eq!(
        entries.at("entry_id", "E1", "amount").as_deref(),
        Some("9007199254740993.10")
    );
    assert_eq!(
        entries.at("entry_id", "E2", "amount").as_deref(),
        Some("0.10")
    );
    assert_eq!(
        entries.at("entry_id", "E2", "vendor").as_deref(),
        Some("a\né")
    );
    assert_eq!(entries.at("entry_id", "7", "initiative_id"), None);
    assert_eq!(
        entries.at("entry_id", "7", "line_number").as_deref(),
        Some("8")
    );
}

#[test]
fn json_numbers_in_exponent_notation_are_numbers_where_no_money_is_meant() {
    let project = Small::new()
        .file(
            "data/v.ndjson",
            "{\"kpi_id\":\"K1\",\"period_end_date\":\"2026-03-31\",\"value\":1.5e1}\n",
        )
        .source("kpi_values", "path = \"data/v.ndjson\"")
        .make();
    publish(&project, &[]);
    assert_eq!(
        project
            .table("variance.kpi_attainment")
            .cell("actual_value", 0)
            .as_deref(),
        Some("15.0")
    );
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// 2026-01-01 as days since 1970-01-01.
const NEW_YEAR: i32 = 20_454;

#[test]
fn typed_parquet_is_taken_as_it_is() {
    let bytes = parquet(vec![
        ("entry_id", Arc::new(StringArray::from(vec!["007", "P2"]))),
        (
            "initiative_id",
            Arc::new(StringArray::from(vec![Some("I1"), None])),
        ),
        (
            "posted_date",
            Arc::new(Date32Array::from(vec![NEW_YEAR, NEW_YEAR + 1])),
        ),
        (
            "amount",
            Arc::new(
                Decimal128Array::from(vec![123_450, -5])
                    .with_precision_and_scale(18, 2)
                    .unwrap(),
            ),
        ),
    ]);
    let project = Small::new()
        .file("data/spend.parquet", bytes)
        .source("spend", "path = \"data/spend.parquet\"")
        .file(ENTRIES.0, ENTRIES.1)
        .make();
    publish(&project, &[]);
    let entries = project.table("base.entries");
    assert_eq!(
        entries.at("entry_id", "007", "amount").as_deref(),
        Some("1234.50")
    );
    assert_eq!(
        entries.at("entry_id", "P2", "amount").as_deref(),
        Some("-0.05")
    );
    assert_eq!(
        entries.at("entry_id", "P2", "posted_date").as_deref(),
        Some("2026-01-02")
    );
    assert_eq!(
        entries.at("entry_id", "P2", "line_number").as_deref(),
        Some("2")
    );
}

#[test]
fn untyped_parquet_is_parsed_and_judged_like_text() {
    let bytes = parquet(vec![
        ("entry_id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        (
            "posted_date",
            Arc::new(StringArray::from(vec![
                "2026-01-01",
                "2026-01-02",
                "soon",
                "2026-01-04",
            ])),
        ),
        (
            "amount",
            Arc::new(Float64Array::from(vec![0.1, 1234.5, 1.0, 0.125])),
        ),
    ]);
    let project = Small::new()
        .tolerating("1.0")
        .file("data/spend.parquet", bytes)
        .source(
            "spend",
            "path = \"data/spend.parquet\"\n[source.constants]\ninitiative_id = \"I1\"",
        )
        .file(ENTRIES.0, ENTRIES.1)
        .make();
    let checked = check(&project);
    assert_eq!(
        checked.counts("spend"),
        (4, 2, 2, 0),
        "{}",
        checked.outcome.stderr
    );
    checked.refuses(
        "data/spend.parquet:3, column `posted_date`: `soon`",
        "no date",
    );
    checked.refuses(
        "data/spend.parquet:4, column `amount`: `0.125`",
        "3 decimals",
    );
    publish(&project, &[]);
    let entries = project.table("base.entries");
    assert_eq!(
        entries.at("entry_id", "1", "amount").as_deref(),
        Some("0.10")
    );
    assert_eq!(
        entries.at("entry_id", "2", "amount").as_deref(),
        Some("1234.50")
    );
}

#[test]
fn a_double_is_an_amount_and_a_timestamp_is_a_day_only_at_midnight() {
    let midnight = i64::from(NEW_YEAR) * 86_400_000_000;
    let noon = midnight + 43_200_000_000;
    let bytes = parquet(vec![
        (
            "initiative_id",
            Arc::new(StringArray::from(vec!["I1", "I1"])),
        ),
        (
            "posted_date",
            Arc::new(TimestampMicrosecondArray::from(vec![midnight, noon])),
        ),
        (
            "amount",
            Arc::new(Float64Array::from(vec![123_456_789_012.0, 1.5])),
        ),
    ]);
    let project = Small::new()
        .tolerating("1.0")
        .file("data/spend.parquet", bytes)
        .source("spend", "path = \"data/spend.parquet\"")
        .make();
    let checked = check(&project);
    assert_eq!(
        checked.counts("spend"),
        (2, 1, 1, 0),
        "{}",
        checked.outcome.stderr
    );
    checked.refuses("data/spend.parquet:2, column `posted_date`", "no date");
}

#[test]
fn a_column_that_cannot_become_text_is_refused_and_not_read_as_empty() {
    let list =
        arrow::array::ListArray::from_iter_primitive::<arrow::datatypes::Int64Type, _, _>(vec![
            Some(vec![Some(1)]),
        ]);
    let bytes = parquet(vec![
        ("initiative_id", Arc::new(StringArray::from(vec!["I1"]))),
        ("posted_date", Arc::new(Date32Array::from(vec![NEW_YEAR]))),
        ("amount", Arc::new(StringArray::from(vec!["1.00"]))),
        ("seller", Arc::new(list)),
    ]);
    let project = Small::new()
        .file("data/spend.parquet", bytes)
        .source(
            "spend",
            "path = \"data/spend.parquet\"\n[source.columns]\nvendor = \"seller\"",
        )
        .make();
    let checked = check(&project);
    assert_eq!(checked.outcome.code, 65, "{}", checked.outcome.stderr);
    says(&checked.findings("error"), &["`seller`"]);
}

#[test]
fn a_parquet_file_that_is_none_is_a_finding() {
    for bytes in [
        &b"PAR1"[..],
        b"",
        b"PAR1 nothing that a footer would say PAR1",
        b"entry_id\n1\n",
    ] {
        let project = Small::new()
            .file("data/spend.parquet", bytes)
            .source("spend", "path = \"data/spend.parquet\"")
            .make();
        let checked = check(&project);
        assert_eq!(checked.outcome.code, 65, "{}", checked.outcome.stderr);
        says(&checked.findings("error"), &["spend data/spend.parquet"]);
    }
}
