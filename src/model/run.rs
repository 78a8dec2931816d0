//! Running: each model's answer is sorted by its grain, held to its promises and
//! published, and the next model reads what was published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{Field, Float64Type, Schema};
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::error::DataFusionError;
use datafusion::prelude::ident;

use super::plan::located;
use super::query::Query;
use crate::catalogue::{Catalogue, Shelved};
use crate::error::{Error, Result};

/// The model that must balance to the cent, or nothing is published.
pub const RECONCILIATION: &str = "scorecard.reconciliation";

/// A model that ran.
#[derive(Debug, Clone)]
pub struct Ran {
    pub query: Query,
    pub shelved: Shelved,
    pub took: Duration,
    /// In the order of the grain, for a page that previews the table.
    pub first_rows: RecordBatch,
}

/// How many rows of each table are kept for a preview.
pub const FIRST_ROWS: usize = 50;

/// How many models run at once. Most are small, and planning one keeps a single
/// core busy; a large one has all of the engine's threads either way.
const AT_ONCE: usize = 4;

/// Told of each model before it runs: (name, done, all).
pub type Progress<'a> = &'a (dyn Fn(&str, usize, usize) + Sync);

/// Runs models, each after those it reads, several at once where the project has
/// threads. The answers come in the order of `queries`.
///
/// # Errors
/// [`Error::Unreconciled`] if the ledger does not balance, [`Error::Promise`] if
/// a header does not hold, engine errors with the model's name; of several the
/// first in the order of `queries`.
pub fn run_all(
    catalogue: &Catalogue,
    queries: Vec<Query>,
    progress: Progress<'_>,
) -> Result<Vec<Ran>> {
    let workers = catalogue.threads().clamp(1, AT_ONCE);
    let bench = Bench::new(queries);
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| bench.work(catalogue, progress));
        }
        bench.work(catalogue, progress);
    });
    bench.answers()
}

/// What waits, what has run, and what came of it; shared by the workers.
struct Bench {
    state: Mutex<State>,
    changed: Condvar,
    all: usize,
}

struct State {
    /// By their place in the order.
    waiting: BTreeMap<usize, Query>,
    /// Names that must be published before a model that reads them runs.
    pending: BTreeSet<String>,
    answers: BTreeMap<usize, Result<Ran>>,
}

impl Bench {
    fn new(queries: Vec<Query>) -> Self {
        Self {
            all: queries.len(),
            state: Mutex::new(State {
                pending: queries.iter().map(|q| q.name.clone()).collect(),
                waiting: queries.into_iter().enumerate().collect(),
                answers: BTreeMap::new(),
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one model after the other until none is left or one has failed.
    fn work(&self, catalogue: &Catalogue, progress: Progress<'_>) {
        while let Some((at, query, done)) = self.next() {
            progress(&query.name, done, self.all);
            let name = query.name.clone();
            let ran = run_one(catalogue, query);
            let mut state = self.state();
            if ran.is_err() {
                state.waiting.clear();
            }
            state.pending.remove(&name);
            state.answers.insert(at, ran);
            drop(state);
            self.changed.notify_all();
        }
    }

    /// The first model that has nothing to wait for; waits for one if need be.
    fn next(&self) -> Option<(usize, Query, usize)> {
        let mut state = self.state();
        loop {
            if state.waiting.is_empty() {
                return None;
            }
            let ready = state
                .waiting
                .iter()
                .find(|(_, query)| query.reads.is_disjoint(&state.pending))
                .map(|(at, _)| *at);
            if let Some(at) = ready {
                let done = state.answers.len();
                return state.waiting.remove(&at).map(|query| (at, query, done));
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answers(self) -> Result<Vec<Ran>> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        state.answers.into_values().collect()
    }
}

fn run_one(catalogue: &Catalogue, query: Query) -> Result<Ran> {
    let started = Instant::now();
    let rows = answer(catalogue, &query)?;
    check_grain(&query, &rows)?;
    check_finite(&query, &rows)?;
    let shelved = catalogue.shelve(&query.family, &query.model, &rows)?;
    check_promises(catalogue, &query)?;
    Ok(Ran {
        query,
        shelved,
        took: started.elapsed(),
        first_rows: first(&rows)?,
    })
}

/// What the engine says while a model runs: a mistake of the project where the
/// model is its own.
fn failure(query: &Query, error: DataFusionError) -> Error {
    if query.built_in {
        return Error::engine(format!("run the model `{}`", query.name))(error);
    }
    Error::Promise {
        path: query.path.clone(),
        message: format!("the model cannot be run: {}", error.strip_backtrace()),
        built_in: false,
    }
}

/// A copy of the first rows: a slice would hold on to all of them.
fn first(rows: &RecordBatch) -> Result<RecordBatch> {
    let few = rows.slice(0, rows.num_rows().min(FIRST_ROWS));
    concat_batches(&rows.schema(), [&few]).map_err(Error::engine("keep the first rows"))
}

fn answer(catalogue: &Catalogue, query: &Query) -> Result<RecordBatch> {
    let doing = || format!("run the model `{}`", query.name);
    let frame = catalogue.plan(&query.sql).map_err(|e| located(query, &e))?;
    let by_grain = query
        .header
        .grain
        .iter()
        .map(|name| ident(name).sort(true, false))
        .collect();
    let frame = frame.sort(by_grain).map_err(Error::engine(doing()))?;
    let batches = catalogue
        .wait(frame.clone().collect())
        .map_err(|error| failure(query, error))?;
    let found = batches
        .first()
        .map_or_else(|| Arc::clone(frame.schema().inner()), RecordBatch::schema);
    let rows = concat_batches(&found, &batches).map_err(Error::engine(doing()))?;
    // What is published has the types of the header, whatever the engine used.
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (promised, array) in query.header.columns.iter().zip(rows.columns()) {
        let wanted = promised
            .data_type()
            .ok_or_else(|| Error::Bug("a header type is unknown".into()))?;
        let is_grain = query.header.grain.contains(&promised.name);
        columns.push(cast(array, &wanted).map_err(Error::engine(doing()))?);
        fields.push(Field::new(
            &promised.name,
            wanted,
            !is_grain || array.null_count() > 0,
        ));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(Error::engine(doing()))
}

/// What is undefined is NULL: a quotient by zero must not reach a reader.
fn check_finite(query: &Query, rows: &RecordBatch) -> Result<()> {
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        let Some(doubles) = column.as_primitive_opt::<Float64Type>() else {
            continue;
        };
        if let Some(endless) = doubles.iter().flatten().find(|v| !v.is_finite()) {
            return Err(Error::Promise {
                path: query.path.clone(),
                message: format!(
                    "`{}` holds {endless}; what is undefined must be NULL, as in `a / nullif(b, 0)`",
                    field.name()
                ),
                built_in: query.built_in,
            });
        }
    }
    Ok(())
}

/// The grain must be there and be unique; the rows are sorted by it.
fn check_grain(query: &Query, rows: &RecordBatch) -> Result<()> {
    let broken = |message: String| Error::Promise {
        path: query.path.clone(),
        message,
        built_in: query.built_in,
    };
    let grain: Vec<ArrayRef> = query
        .header
        .grain
        .iter()
        .filter_map(|name| rows.column_by_name(name).cloned())
        .collect();
    for (name, column) in query.header.grain.iter().zip(&grain) {
        if column.null_count() > 0 {
            return Err(broken(format!(
                "{} rows have no `{name}`, which is part of the grain",
                column.null_count()
            )));
        }
    }
    let doing = "compare the rows of a grain";
    let converter = RowConverter::new(
        grain
            .iter()
            .map(|c| SortField::new(c.data_type().clone()))
            .collect(),
    )
    .map_err(Error::engine(doing))?;
    let encoded = converter
        .convert_columns(&grain)
        .map_err(Error::engine(doing))?;
    for row in 1..rows.num_rows() {
        if encoded.row(row) == encoded.row(row - 1) {
            let shown: Vec<String> = grain
                .iter()
                .map(|c| arrow::util::display::array_value_to_string(c, row).unwrap_or_default())
                .collect();
            return Err(broken(format!(
                "two rows have the grain ({}) = ({})",
                query.header.grain.join(", "),
                shown.join(", ")
            )));
        }
    }
    Ok(())
}

/// Evaluates the checks of the header on the published table. A check that is
/// NULL (there is nothing to check) passes.
fn check_promises(catalogue: &Catalogue, query: &Query) -> Result<()> {
    let checks = &query.header.checks;
    if checks.is_empty() {
        return Ok(());
    }
    // One statement for all of them: planning costs more than adding up. Where it
    // cannot be evaluated, one by one, to say which of them is to blame.
    let broken = broken_check(catalogue, query, checks).or_else(|_| {
        for check in checks {
            let alone = broken_check(catalogue, query, std::slice::from_ref(check));
            let broken = alone.map_err(|e| Error::Promise {
                path: query.path.clone(),
                message: format!("the check `{check}` cannot be evaluated: {e}"),
                built_in: query.built_in,
            })?;
            if broken.is_some() {
                return Ok(broken);
            }
        }
        Ok(None)
    })?;
    match broken {
        None => Ok(()),
        Some(_) if query.name == RECONCILIATION => Err(Error::Unreconciled {
            message: imbalance(catalogue)?,
        }),
        Some(check) => Err(Error::Promise {
            path: query.path.clone(),
            message: format!("the check `{check}` does not hold"),
            built_in: query.built_in,
        }),
    }
}

/// The first check that does not hold.
fn broken_check<'c>(
    catalogue: &Catalogue,
    query: &Query,
    checks: &'c [String],
) -> Result<Option<&'c String>> {
    let each = (0..).zip(checks);
    let columns: Vec<String> = each
        .map(|(at, check): (usize, _)| format!("cast(({check}) as boolean) as check_{at}"))
        .collect();
    let sql = format!("select {} from {}", columns.join(", "), query.name);
    let answer = catalogue.query("evaluate the checks", &sql)?;
    Ok(checks.iter().enumerate().find_map(|(at, check)| {
        let is_broken = answer.iter().any(|batch| {
            let holds = batch.column(at).as_boolean();
            (0..holds.len()).any(|row| holds.is_valid(row) && !holds.value(row))
        });
        is_broken.then_some(check)
    }))
}

fn imbalance(catalogue: &Catalogue) -> Result<String> {
    let sql = format!(
        "select concat(currency, ': ledger ', cast(ledger_amount as varchar), ', aligned ', cast(aligned_amount as varchar), \
         ', unaligned ', cast(unaligned_amount as varchar), ', quarantined ', cast(quarantined_amount as varchar), \
         ', later ', cast(later_amount as varchar), ', difference ', cast(difference_amount as varchar)) as line \
         from {RECONCILIATION} where difference_amount <> 0"
    );
    let batches = catalogue.query("say what does not balance", &sql)?;
    let mut lines = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            lines.push(
                arrow::util::display::array_value_to_string(batch.column(0), row)
                    .unwrap_or_default(),
            );
        }
    }
    Ok(lines.join("; "))
}
