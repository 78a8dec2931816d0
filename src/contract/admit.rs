//! Admission: one file of one table, from sheet to believed rows.
//!
//! filter → type → bounds and row checks → duplicates → split into admitted and
//! quarantined → compare with the independent count.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, new_null_array};
use arrow::compute::{cast, filter_record_batch, take};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

use super::audit::Audit;
use super::columns::{kept_rows, type_columns};
use super::finding::{Finding, Severity};
use super::mapping::Mapping;
use super::quarantine::{QuarantineKind, Quarantined};
use super::table::Table;
use super::total::{Total, totals};
use super::verdict::{Verdicts, cents_at, text_at};
use super::{RECORDED_DATE, VALID_FROM, duplicate, rowcheck};
use crate::error::{Error, Result};
use crate::project::{Fiscal, SourceSpec};
use crate::source::{Opened, Sheet, SourceFile, Unreadable};

/// What became of one file.
#[derive(Debug)]
pub struct Admitted {
    /// [`Table::schema`] order.
    pub rows: RecordBatch,
    pub quarantined: Vec<Quarantined>,
    /// One per currency; exactly one for a table without money.
    pub totals: Vec<Total>,
    pub findings: Vec<Finding>,
}

/// Admits one opened file into `table`.
///
/// # Errors
/// The inner `Err` lists why the file as a whole cannot be believed; the outer
/// is [`Error::Unreconciled`] if the independent count disagrees.
pub fn admit(
    opened: Opened,
    file: &SourceFile,
    version: &str,
    table: &'static Table,
    spec: &SourceSpec,
    fiscal: Fiscal,
) -> Result<Result<Admitted, Vec<Finding>>> {
    let mapping = match Mapping::new(table, spec, opened.headers(), &file.name) {
        Ok(mapping) => mapping,
        Err(findings) => return Ok(Err(findings)),
    };
    let is_typed = matches!(opened, Opened::Parquet(_));
    let mut audit = Audit::new(&mapping, is_typed);
    let sheet = match opened.read(&mut |record| audit.see(record)) {
        Ok(sheet) => sheet,
        Err(unreadable) => return Ok(Err(vec![of_file(table, file, unreadable)])),
    };
    let counted = audit.by_currency;
    let keep = kept_rows(&mapping, &sheet);
    let height = keep.as_ref().map_or(sheet.height(), Vec::len);
    let mut verdicts = Verdicts::default();
    let columns = type_columns(
        &mapping,
        &sheet,
        keep.as_deref(),
        height,
        fiscal,
        &mut verdicts,
    )?;
    let column = |name: &str| {
        let at = mapping.columns.iter().position(|(c, ..)| c.name == name);
        at.map_or_else(
            || new_null_array(&DataType::Null, height),
            |at| columns[at].clone(),
        )
    };
    for (name, complaint) in rowcheck::check(table, column) {
        verdicts.refuse(name, complaint);
    }
    let line = |row: usize| sheet.line(keep.as_ref().map_or(row, |k| k[row]));
    find_duplicates(table, &column, &columns, height, &line, &mut verdicts)?;

    let lines: Int64Array = (0..height)
        .map(|row| i64::try_from(line(row)).unwrap_or(i64::MAX))
        .collect();
    let rows = record_batch(table, columns.clone(), lines, &file.name, version)?;
    let admitted = verdicts.admitted(height);
    let rows = filter_record_batch(&rows, &admitted).map_err(Error::engine("split rows"))?;
    let money = table
        .money
        .map(|(amount, currency)| (column(amount), column(currency)));
    let totals = totals(
        (table.name, &file.name),
        &counted,
        money.as_ref(),
        height,
        &verdicts,
        sheet.broken.len() as u64,
    )?;
    let judged = Judged {
        table,
        file,
        sheet: &sheet,
        keep: keep.as_deref(),
        money,
        verdicts: &verdicts,
    };
    Ok(Ok(Admitted {
        quarantined: judged.quarantined(),
        findings: judged.about_headers(&mapping),
        totals,
        rows,
    }))
}

/// A file whose rows have all been judged.
struct Judged<'a> {
    table: &'a Table,
    file: &'a SourceFile,
    sheet: &'a Sheet,
    keep: Option<&'a [usize]>,
    money: Option<(ArrayRef, ArrayRef)>,
    verdicts: &'a Verdicts,
}

impl Judged<'_> {
    /// Every problem of every refused row, in the order of the file.
    fn quarantined(&self) -> Vec<Quarantined> {
        let mut list = Vec::new();
        for (row, problems) in &self.verdicts.problems {
            let at = self.keep.map_or(*row, |k| k[*row]);
            let mut amount = self.money.as_ref().and_then(|(a, _)| cents_at(a, *row));
            for (kind, column, value, reason) in problems {
                list.push(Quarantined {
                    kind: *kind,
                    table: self.table.name.into(),
                    file: self.file.name.clone(),
                    row: self.sheet.line(at),
                    column: (*column).into(),
                    value: value.clone(),
                    reason: reason.clone(),
                    amount: amount.take(),
                    currency: self.money.as_ref().and_then(|(_, c)| text_at(c, *row)),
                    record: as_json(self.sheet, at),
                });
            }
        }
        list.extend(self.sheet.broken.iter().map(|broken| Quarantined {
            kind: QuarantineKind::Contract,
            table: self.table.name.into(),
            file: self.file.name.clone(),
            row: broken.line,
            column: String::new(),
            value: String::new(),
            reason: broken.why.clone(),
            amount: None,
            currency: None,
            record: broken.text.clone(),
        }));
        list.sort_by_key(|q| q.row);
        list
    }

    /// Headers that nobody reads, and the one without which no money has a path.
    fn about_headers(&self, mapping: &Mapping<'_>) -> Vec<Finding> {
        let about = |severity, what: String, hint: &str| Finding {
            file: self.file.name.clone(),
            ..Finding::of_table(severity, self.table.name, what, hint)
        };
        let mut findings = Vec::new();
        if self.table.name == "spend" && mapping.lacks("initiative_id") {
            findings.push(about(
                Severity::Warning,
                "no header is mapped to `initiative_id`, so all of this money is unaligned".into(),
                "map it under [source.columns]; single cells of it may be empty",
            ));
        }
        let unused = mapping.unused(&self.sheet.headers);
        if !unused.is_empty() {
            findings.push(Finding {
                count: unused.len() as u64,
                ..about(
                    Severity::Info,
                    format!("these headers are mapped to nothing: {}", unused.join(", ")),
                    "map them under [source.columns] if they mean something",
                )
            });
        }
        findings
    }
}

fn of_file(table: &Table, file: &SourceFile, unreadable: Unreadable) -> Finding {
    Finding {
        severity: Severity::Error,
        table: table.name.into(),
        file: file.name.clone(),
        row: unreadable.line,
        column: String::new(),
        what: unreadable.why,
        hint: unreadable.hint,
        count: 1,
    }
}

fn find_duplicates(
    table: &Table,
    column: &impl Fn(&str) -> ArrayRef,
    columns: &[ArrayRef],
    height: usize,
    line: &impl Fn(usize) -> u64,
    verdicts: &mut Verdicts,
) -> Result<()> {
    // Rows already refused are judged no further.
    let candidates: Int64Array = (0..height)
        .filter(|row| !verdicts.problems.contains_key(row))
        .map(|row| i64::try_from(row).unwrap_or(i64::MAX))
        .collect();
    let of = |array: &ArrayRef| {
        if candidates.len() == height {
            Ok(array.clone())
        } else {
            take(array, &candidates, None)
        }
    };
    let doing = || format!("compare keys of `{}`", table.name);
    let identity = table
        .key
        .iter()
        .map(|name| of(&column(name)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::engine(doing()))?;
    let mut keys = identity.clone();
    for axis in [VALID_FROM, RECORDED_DATE] {
        keys.push(of(&column(axis)).map_err(Error::engine(doing()))?);
    }
    let content = || columns.iter().map(of).collect();
    let found = duplicate::find(&identity, &keys, content).map_err(Error::engine(doing()))?;
    let row_of = |i: usize| usize::try_from(candidates.value(i)).unwrap_or(usize::MAX);
    let key = table.key.first().copied().unwrap_or("");
    let mut note = |kind, (row, other): (usize, usize), what: &str| {
        let (row, other) = (row_of(row), row_of(other));
        verdicts.problems.entry(row).or_default().push((
            kind,
            key,
            text_at(&column(key), row).unwrap_or_default(),
            format!(
                "has the same key ({}) as line {}{what}",
                table.key.join(", "),
                line(other)
            ),
        ));
    };
    for pair in found.identical {
        note(
            QuarantineKind::Duplicate,
            pair,
            " and the same content; that one is kept",
        );
    }
    for pair in found.conflicting {
        note(
            QuarantineKind::Contract,
            pair,
            " and other content; neither is believed",
        );
    }
    Ok(())
}

fn record_batch(
    table: &Table,
    mut columns: Vec<ArrayRef>,
    lines: Int64Array,
    file: &str,
    version: &str,
) -> Result<RecordBatch> {
    let height = lines.len();
    let schema = table.schema();
    let repeated = |text: &str, at: usize| {
        let once: ArrayRef = Arc::new(StringArray::from(vec![text]));
        let rows = Int64Array::from(vec![0; height]);
        let plain = take(&once, &rows, None)?;
        cast(&plain, schema.field(at).data_type())
    };
    let at = columns.len();
    columns.push(repeated(file, at).map_err(Error::engine("note the file"))?);
    columns.push(Arc::new(lines));
    columns.push(repeated(version, at + 2).map_err(Error::engine("note the version"))?);
    // Required columns may still hold nulls here; the refused rows go next.
    let nullable = Arc::new(arrow::datatypes::Schema::new(
        schema
            .fields()
            .iter()
            .map(|f| f.as_ref().clone().with_nullable(true))
            .collect::<Vec<_>>(),
    ));
    RecordBatch::try_new(nullable, columns).map_err(Error::engine("build the table"))
}

/// A row of the file as a JSON object, headers in file order.
fn as_json(sheet: &Sheet, row: usize) -> String {
    let cells: serde_json::Map<String, serde_json::Value> = sheet
        .headers
        .iter()
        .enumerate()
        .map(|(i, header)| (header.clone(), sheet.texts(i).get(row).into()))
        .collect();
    serde_json::Value::Object(cells).to_string()
}
