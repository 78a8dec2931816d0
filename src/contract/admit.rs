//! Admission: one file of one table, from sheet to believed rows.
//!
//! filter → type → bounds and row checks → duplicates → split into admitted and
//! quarantined → compare with the independent count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, new_null_array,
};
use arrow::compute::{cast, filter_record_batch, take};
use arrow::datatypes::{DataType, Decimal128Type};
use arrow::record_batch::RecordBatch;
use serde::{Deserialize, Serialize};

use super::audit::{Audit, Counted};
use super::finding::{Finding, Severity};
use super::mapping::{Mapping, Origin};
use super::quarantine::{QuarantineKind, Quarantined};
use super::table::{Table, arrow_type};
use super::typing::{self, Complaint, Reading};
use super::{RECORDED_DATE, VALID_FROM, duplicate, rowcheck};
use crate::error::{Error, Result};
use crate::project::{Fiscal, SourceSpec};
use crate::source::{Opened, Sheet, SourceFile, Unreadable};

/// Rows and money of one file, one table and one currency; money in cents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub currency: Option<String>,
    pub seen: u64,
    pub loaded: u64,
    pub duplicates: u64,
    pub quarantined: u64,
    #[serde(with = "cents_text")]
    pub counted_cents: i128,
    #[serde(with = "cents_text")]
    pub loaded_cents: i128,
    #[serde(with = "cents_text")]
    pub duplicate_cents: i128,
    #[serde(with = "cents_text")]
    pub quarantined_cents: i128,
    pub unreadable_amounts: u64,
}

/// JSON numbers stop at 2^53; cents do not.
mod cents_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    pub(super) fn serialize<S: Serializer>(cents: &i128, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(cents)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<i128, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

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

/// The fate of a row while it is being judged.
#[derive(Default)]
struct Verdicts {
    /// Problems per row: (kind, column, value, reason).
    problems: BTreeMap<usize, Vec<(QuarantineKind, &'static str, String, String)>>,
}

impl Verdicts {
    fn refuse(&mut self, column: &'static str, complaint: Complaint) {
        self.problems.entry(complaint.row).or_default().push((
            QuarantineKind::Contract,
            column,
            complaint.value,
            complaint.why,
        ));
    }

    fn admitted(&self, height: usize) -> BooleanArray {
        let mut admitted = vec![true; height];
        for row in self.problems.keys() {
            admitted[*row] = false;
        }
        BooleanArray::from(admitted)
    }
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
    let record = |row: usize| as_json(&sheet, keep.as_ref().map_or(row, |k| k[row]));
    let money = table
        .money
        .map(|(amount, currency)| (column(amount), column(currency)));
    let mut admitted_file = Admitted {
        quarantined: Vec::new(),
        totals: Vec::new(),
        findings: Vec::new(),
        rows,
    };
    for (row, problems) in &verdicts.problems {
        let mut amount = money.as_ref().and_then(|(a, _)| cents_at(a, *row));
        for (kind, column, value, reason) in problems {
            admitted_file.quarantined.push(Quarantined {
                kind: *kind,
                table: table.name.into(),
                file: file.name.clone(),
                row: line(*row),
                column: (*column).into(),
                value: value.clone(),
                reason: reason.clone(),
                amount: amount.take(),
                currency: money.as_ref().and_then(|(_, c)| text_at(c, *row)),
                record: record(*row),
            });
        }
    }
    for broken in &sheet.broken {
        admitted_file.quarantined.push(Quarantined {
            kind: QuarantineKind::Contract,
            table: table.name.into(),
            file: file.name.clone(),
            row: broken.line,
            column: String::new(),
            value: String::new(),
            reason: broken.why.clone(),
            amount: None,
            currency: None,
            record: broken.text.clone(),
        });
    }
    admitted_file.quarantined.sort_by_key(|q| q.row);
    admitted_file.totals = totals(
        table,
        file,
        &counted,
        money.as_ref(),
        height,
        &verdicts,
        sheet.broken.len() as u64,
    )?;
    let unused = mapping.unused(&sheet.headers);
    if !unused.is_empty() {
        admitted_file.findings.push(Finding {
            severity: Severity::Info,
            table: table.name.into(),
            file: file.name.clone(),
            row: 0,
            column: String::new(),
            what: format!("these headers are mapped to nothing: {}", unused.join(", ")),
            hint: "map them under [source.columns] if they mean something".into(),
            count: unused.len() as u64,
        });
    }
    Ok(Ok(admitted_file))
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

/// The rows that pass the filter; `None` = all.
fn kept_rows(mapping: &Mapping<'_>, sheet: &Sheet) -> Option<Vec<usize>> {
    if mapping.filters.is_empty() {
        return None;
    }
    let nulls = &mapping.spec.nulls;
    let columns: Vec<_> = mapping
        .filters
        .iter()
        .map(|(i, condition)| (sheet.texts(*i), *condition))
        .collect();
    Some(
        (0..sheet.height())
            .filter(|row| {
                columns.iter().all(|(texts, condition)| {
                    let cell = texts
                        .get(*row)
                        .map(str::trim)
                        .filter(|t| !t.is_empty() && !nulls.iter().any(|n| n == t));
                    condition.holds(cell)
                })
            })
            .collect(),
    )
}

fn type_columns(
    mapping: &Mapping<'_>,
    sheet: &Sheet,
    keep: Option<&[usize]>,
    height: usize,
    fiscal: Fiscal,
    verdicts: &mut Verdicts,
) -> Result<Vec<ArrayRef>> {
    let iso = ["%Y-%m-%d".to_owned()];
    let canonical = Reading::canonical(fiscal, &iso, mapping.spec);
    let mut columns = Vec::with_capacity(mapping.columns.len());
    for (column, origin, from) in &mapping.columns {
        let wanted = arrow_type(column.kind);
        let (array, complaints) = match origin {
            Origin::Absent => (new_null_array(&wanted, height), Vec::new()),
            Origin::Constant(text) => {
                let once = std::iter::repeat_n(Some(text.as_str()), height);
                typing::typed_cells(column.kind, once, &canonical)
            }
            Origin::Header(i) => match sheet.typed(*i) {
                Some(array)
                    if *array.data_type() == wanted && from.is_none_or(|f| f.values.is_empty()) =>
                {
                    (kept(array, keep)?, Vec::new())
                }
                Some(_) if from.is_none_or(|f| f.values.is_empty() && f.label.is_none()) => {
                    typing::typed(column.kind, &sheet.texts(*i), keep, &canonical)
                }
                _ => {
                    let reading = Reading::new(mapping.spec, *from, fiscal);
                    typing::typed(column.kind, &sheet.texts(*i), keep, &reading)
                }
            },
        };
        let mut refused = BTreeSet::new();
        for complaint in complaints {
            refused.insert(complaint.row);
            verdicts.refuse(column.name, complaint);
        }
        for complaint in typing::out_of_bounds(column.kind, &array) {
            verdicts.refuse(column.name, complaint);
        }
        if column.required && array.null_count() > 0 {
            for row in (0..height).filter(|r| array.is_null(*r) && !refused.contains(r)) {
                verdicts.refuse(
                    column.name,
                    Complaint {
                        row,
                        value: String::new(),
                        why: "is empty, and the table needs it".into(),
                    },
                );
            }
        }
        columns.push(array);
    }
    Ok(columns)
}

fn kept(array: &ArrayRef, keep: Option<&[usize]>) -> Result<ArrayRef> {
    let Some(rows) = keep else {
        return Ok(array.clone());
    };
    let rows: Int64Array = rows
        .iter()
        .map(|r| i64::try_from(*r).unwrap_or(i64::MAX))
        .collect();
    take(array, &rows, None).map_err(Error::engine("filter rows"))
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
    let of = |array: &ArrayRef| take(array, &candidates, None);
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
    let content = columns
        .iter()
        .map(of)
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::engine(doing()))?;
    let found = duplicate::find(&identity, &keys, &content).map_err(Error::engine(doing()))?;
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

/// Rows and money per currency; refuses to go on if the two counts differ.
fn totals(
    table: &Table,
    file: &SourceFile,
    counted: &BTreeMap<Option<String>, Counted>,
    money: Option<&(ArrayRef, ArrayRef)>,
    height: usize,
    verdicts: &Verdicts,
    broken: u64,
) -> Result<Vec<Total>> {
    let mut by_currency: BTreeMap<Option<String>, Total> = BTreeMap::new();
    for row in 0..height {
        let currency = money.and_then(|(_, c)| text_at(c, row));
        let cents = money.and_then(|(a, _)| cents_at(a, row)).unwrap_or(0);
        let total = by_currency.entry(currency).or_default();
        match verdicts.problems.get(&row).map(|p| p[0].0) {
            None => {
                total.loaded += 1;
                total.loaded_cents += cents;
            }
            Some(QuarantineKind::Duplicate) => {
                total.duplicates += 1;
                total.duplicate_cents += cents;
            }
            Some(QuarantineKind::Contract) => {
                total.quarantined += 1;
                total.quarantined_cents += cents;
            }
        }
    }
    if broken > 0 || by_currency.is_empty() {
        // A broken row has no amount that could be read, so it only counts; it
        // counts where most of its file does.
        let home = by_currency
            .iter()
            .max_by_key(|(_, total)| total.loaded)
            .and_then(|(currency, _)| currency.clone());
        let total = by_currency.entry(home).or_default();
        total.quarantined += broken;
        total.seen += broken;
        if money.is_some() {
            total.unreadable_amounts += broken;
        }
    }
    for (currency, count) in counted {
        let total = by_currency.entry(currency.clone()).or_default();
        total.seen += count.records;
        total.counted_cents += count.cents;
        total.unreadable_amounts += count.unreadable;
    }
    for (currency, total) in &mut by_currency {
        total.currency.clone_from(currency);
        let rows = total.loaded + total.duplicates + total.quarantined;
        let cents = total.loaded_cents + total.duplicate_cents + total.quarantined_cents;
        if rows != total.seen || cents != total.counted_cents {
            return Err(Error::Unreconciled {
                message: format!(
                    "{} of table `{}`: {} records and {} {} by the independent count, {rows} and {} after loading",
                    file.name,
                    table.name,
                    total.seen,
                    super::display_cents(total.counted_cents),
                    currency.as_deref().unwrap_or("(no currency)"),
                    super::display_cents(cents),
                ),
            });
        }
    }
    Ok(by_currency.into_values().collect())
}

fn cents_at(amounts: &ArrayRef, row: usize) -> Option<i128> {
    let amounts = amounts.as_primitive::<Decimal128Type>();
    amounts.is_valid(row).then(|| amounts.value(row))
}

fn text_at(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    arrow::util::display::array_value_to_string(column, row).ok()
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
