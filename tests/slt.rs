//! Hand-computed cases: every `tests/slt/<family>/<model>*.slt`, run through the
//! whole house. Inserted rows become Parquet sources, so that the contract, the
//! history and the catalogue are part of each case.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use arrow::array::{Array, AsArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use chrono::NaiveDate;
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use sqllogictest::{DBOutput, DefaultColumnType, Runner};
use throughline::catalogue::{Catalogue, FAMILIES, Previous, PreviousTable};
use throughline::contract::{TABLES, Table, arrow_type};
use throughline::error::Error;
use throughline::history::{self, Known, LoadRow, Loaded};
use throughline::model::{self, Query};
use throughline::project::{Overrides, Project, thresholds};

use crate::support::{cents, root};

/// Cases to run, by part of their path: `THROUGHLINE_SLT=variance/burn cargo test slt`.
fn is_wanted(case: &Path) -> bool {
    std::env::var("THROUGHLINE_SLT").map_or(true, |part| case.to_string_lossy().contains(&part))
}

/// The models as they lie in `queries/` now, so that SQL under the pen is tried
/// without a build; `THROUGHLINE_ROOT` names another checkout.
fn home() -> PathBuf {
    std::env::var_os("THROUGHLINE_ROOT").map_or_else(root, PathBuf::from)
}

fn cases() -> Vec<PathBuf> {
    let pattern = home().join("tests/slt/*/*.slt");
    let mut found: Vec<PathBuf> = glob::glob(pattern.to_str().unwrap())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    found.sort();
    found
}

/// The model that a case is about: `priority_gap_unweighted` is a case of
/// `priority_gap`.
fn model_of(case: &Path, queries: &[Query]) -> Option<String> {
    let family = case.parent()?.file_name()?.to_str()?;
    let stem = case.file_stem()?.to_str()?;
    queries
        .iter()
        .filter(|q| q.family == family)
        .filter(|q| stem == q.model || stem.starts_with(&format!("{}_", q.model)))
        .max_by_key(|q| q.model.len())
        .map(|q| q.name.clone())
}

#[test]
fn every_model_has_a_hand_computed_case() {
    let queries = model::load(&home()).unwrap();
    let covered: BTreeSet<String> = cases()
        .iter()
        .filter_map(|c| model_of(c, &queries))
        .collect();
    let all: BTreeSet<String> = queries.into_iter().map(|q| q.name).collect();
    assert_eq!(covered, all);
}

#[test]
fn every_hand_computed_case_comes_out() {
    // Planning keeps one core busy, so the cases share all of them.
    let waiting = Mutex::new(cases().into_iter().filter(|c| is_wanted(c)));
    let failures = Mutex::new(String::new());
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some(case) = next else { break };
                    if let Some(said) = broken(&case) {
                        let mut failures = failures.lock().unwrap();
                        writeln!(failures, "{}:\n{said}\n", case.display()).unwrap();
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{failures}");
}

/// What a case may set beside the thresholds.
const SETTINGS: [&str; 18] = [
    "as_of",
    "fiscal_year_label",
    "fiscal_year_start_month",
    "materiality_amount",
    "materiality_by_account",
    "materiality_combine",
    "materiality_ratio",
    "over_funded_ratio",
    "previous_as_known",
    "previous_as_of",
    "previous_rules_version",
    "rag_amber_ratio",
    "rag_green_ratio",
    "rank_weights",
    "reporting_currency",
    "rules_version",
    "trailing_months",
    "under_funded_ratio",
];

/// The models as they lie, read once.
fn queries() -> &'static [Query] {
    static QUERIES: OnceLock<Vec<Query>> = OnceLock::new();
    QUERIES.get_or_init(|| model::load(&home()).unwrap())
}

/// The models that another one compares with their past.
fn compared() -> impl Iterator<Item = &'static Query> {
    queries().iter().filter(|query| {
        let name = format!("previous.{}", query.name);
        queries().iter().any(|other| other.sql.contains(&name))
    })
}

/// What is wrong with a case, if anything is.
fn broken(case: &Path) -> Option<String> {
    let outcome = std::panic::catch_unwind(|| {
        let mut runner = Runner::new(|| async { Ok(World::new()) });
        runner.run_file(case).map_err(|e| e.to_string())
    });
    match outcome {
        Ok(Ok(())) => None,
        Ok(Err(said)) => Some(said),
        Err(_) => Some("panicked".to_owned()),
    }
}

/// One case: rows gathered by inserts, then a house built over them.
struct World {
    scratch: SessionContext,
    runtime: tokio::runtime::Runtime,
    settings: BTreeMap<String, String>,
    house: Option<House>,
}

struct House {
    catalogue: Catalogue,
    ran: BTreeSet<String>,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let config = SessionConfig::new().with_default_catalog_and_schema("scratch", "main");
        let scratch = SessionContext::new_with_config(config);
        scratch
            .catalog("scratch")
            .unwrap()
            .register_schema("base", Arc::new(MemorySchemaProvider::new()))
            .unwrap();
        for table in TABLES {
            let empty = MemTable::try_new(insert_schema(table), vec![vec![]]).unwrap();
            scratch.register_table(table.name, Arc::new(empty)).unwrap();
        }
        let before = MemoryCatalogProvider::new();
        for family in FAMILIES {
            before
                .register_schema(family, Arc::new(MemorySchemaProvider::new()))
                .unwrap();
        }
        scratch.register_catalog("previous", Arc::new(before));
        for query in compared() {
            let empty = MemTable::try_new(Arc::new(query.header.schema()), vec![vec![]]).unwrap();
            scratch
                .register_table(format!("previous.{}", query.name), Arc::new(empty))
                .unwrap();
        }
        let loads = MemTable::try_new(loads_schema(), vec![vec![]]).unwrap();
        scratch
            .register_table("base.loads", Arc::new(loads))
            .unwrap();
        Self {
            scratch,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .build()
                .unwrap(),
            settings: BTreeMap::new(),
            house: None,
        }
    }

    fn rows(&self, table: &str) -> RecordBatch {
        self.runtime.block_on(async {
            let frame = self.scratch.table(table).await.unwrap();
            let schema = Arc::clone(frame.schema().inner());
            concat_batches(&schema, &frame.collect().await.unwrap()).unwrap()
        })
    }

    fn setting(&self, name: &str, default: &str) -> String {
        self.settings
            .get(name)
            .cloned()
            .unwrap_or_else(|| default.to_owned())
    }

    fn project_file(&self) -> String {
        let mut text = format!(
            "[project]\nname = \"case\"\nreporting_currency = \"{}\"\nfiscal_year_start_month = {}\nfiscal_year_label = \"{}\"\nas_of = {}\n\
             [rules]\nversion = \"{}\"\nrag = {{ green = {}, amber = {} }}\n\
             materiality = {{ amount = \"{}\", ratio = {}, combine = \"{}\" }}\n\
             under_funded_ratio = {}\nover_funded_ratio = {}\ntrailing_months = {}\n",
            self.setting("reporting_currency", "EUR"),
            self.setting("fiscal_year_start_month", "1"),
            self.setting("fiscal_year_label", "end"),
            self.setting("as_of", "2026-03-31"),
            self.setting("rules_version", "1"),
            float(&self.setting("rag_green_ratio", "0.95")),
            float(&self.setting("rag_amber_ratio", "0.85")),
            self.setting("materiality_amount", "100000.00"),
            float(&self.setting("materiality_ratio", "0.10")),
            self.setting("materiality_combine", "all"),
            float(&self.setting("under_funded_ratio", "0.8")),
            float(&self.setting("over_funded_ratio", "1.2")),
            self.setting("trailing_months", "12"),
        );
        writeln!(
            text,
            "rank_weights = \"{}\"",
            self.setting("rank_weights", "rank_sum")
        )
        .unwrap();
        // `set throughline.materiality_by_account = '6* 500.00 0.05; 7* 900.00 0.2'`
        for rule in self.setting("materiality_by_account", "").split(';') {
            if let [accounts, amount, ratio] = rule.split_whitespace().collect::<Vec<_>>()[..] {
                writeln!(
                    text,
                    "[[rules.materiality_by_account]]\naccounts = \"{accounts}\"\namount = \"{amount}\"\nratio = {ratio}"
                )
                .unwrap();
            }
        }
        text.push_str("[rules.thresholds]\n");
        for threshold in thresholds() {
            if let Some(value) = self.settings.get(threshold.name) {
                writeln!(text, "{} = {}", threshold.name, float(value)).unwrap();
            }
        }
        for table in TABLES {
            writeln!(
                text,
                "[[source]]\ntable = \"{0}\"\npath = \"{0}.parquet\"\nallow_empty = true",
                table.name
            )
            .unwrap();
        }
        text
    }

    /// The release before, if the case has one: `set throughline.previous_as_of`,
    /// and inserts into `previous.<family>.<model>` for what it published.
    fn previous(&self, folder: &Path, loaded: &Loaded) -> Option<Previous> {
        let as_of = self.settings.get("previous_as_of")?;
        let as_known = self.settings.get("previous_as_known").map(|day| {
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").unwrap();
            day.and_hms_opt(23, 59, 59).unwrap().and_utc()
        });
        let tables = compared().map(|query| {
            let path = folder.join(format!("previous.{}.parquet", query.name));
            let rows = self.rows(&format!("previous.{}", query.name));
            let bytes = history::to_parquet(&rows, &[]).unwrap();
            std::fs::write(&path, &bytes).unwrap();
            PreviousTable {
                name: query.name.clone(),
                path,
                hash: blake3::hash(&bytes).to_hex().to_string(),
            }
        });
        Some(Previous {
            release: "before".into(),
            as_of: NaiveDate::parse_from_str(as_of, "%Y-%m-%d").unwrap(),
            rules_version: self.setting(
                "previous_rules_version",
                &self.setting("rules_version", "1"),
            ),
            hash: String::new(),
            known: Known::at(loaded, as_known),
            tables: tables.collect(),
        })
    }

    fn build(&self, sql: &str) -> House {
        let folder = tempfile::TempDir::new().unwrap();
        for table in TABLES {
            let bytes = history::to_parquet(&self.rows(table.name), &[]).unwrap();
            std::fs::write(folder.path().join(format!("{}.parquet", table.name)), bytes).unwrap();
        }
        std::fs::write(folder.path().join("throughline.toml"), self.project_file()).unwrap();
        let overrides = Overrides {
            threads: Some(2),
            ..Overrides::default()
        };
        let project = Project::open(folder.path(), overrides).unwrap();
        let loaded = history::load(&project, true, &|_, _, _, _| {}).unwrap();
        let mut known = Known::at(&loaded, None);
        for load in &known.loads {
            assert_eq!(
                load.quarantined, 0,
                "the contract refuses rows of `{}` in this case",
                load.table
            );
        }
        let inserted = load_rows(&self.rows("base.loads"));
        if !inserted.is_empty() {
            known.loads = inserted;
        }
        let previous = self.previous(folder.path(), &loaded);
        let release = folder.path().join("release");
        let (catalogue, _) =
            Catalogue::open(&project, &known, previous.as_ref(), &release).unwrap();
        model::name_previous(&catalogue, queries(), previous.as_ref()).unwrap();
        let mut house = House {
            catalogue,
            ran: BTreeSet::new(),
            _folder: folder,
        };
        house.run_for(sql).unwrap();
        house
    }
}

impl House {
    /// All models in their order, worked out once: it is the same for every case.
    fn ordered(&self) -> Result<&'static [Query], Error> {
        static ORDERED: OnceLock<Vec<Query>> = OnceLock::new();
        if let Some(ordered) = ORDERED.get() {
            return Ok(ordered);
        }
        let ordered = model::order(&self.catalogue, queries().to_vec(), None)?;
        Ok(ORDERED.get_or_init(|| ordered))
    }

    /// Runs the models that `sql` names and those that they read.
    fn run_for(&mut self, sql: &str) -> Result<(), Error> {
        let all = self.ordered()?;
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let mut texts = vec![sql.to_owned()];
        while let Some(text) = texts.pop() {
            for query in all {
                if text.contains(&query.name) && wanted.insert(query.name.clone()) {
                    texts.push(query.sql.clone());
                }
            }
        }
        let queries: Vec<Query> = all
            .iter()
            .filter(|q| wanted.contains(&q.name) && !self.ran.contains(&q.name))
            .cloned()
            .collect();
        model::plan_all(&self.catalogue, &queries)?;
        self.ran.extend(queries.iter().map(|q| q.name.clone()));
        model::run_all(&self.catalogue, queries, &|_, _, _| {}).map(|_| ())
    }
}

impl sqllogictest::DB for World {
    type Error = Error;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Error> {
        let text = sql.trim();
        if let Some(setting) = text.strip_prefix("set throughline.") {
            assert!(self.house.is_none(), "settings come before the first query");
            let (name, value) = setting.split_once('=').unwrap();
            let name = name.trim();
            assert!(
                SETTINGS.contains(&name) || thresholds().any(|t| t.name == name),
                "`{name}` is no setting of a case"
            );
            self.settings
                .insert(name.into(), value.trim().trim_matches('\'').into());
            return Ok(DBOutput::StatementComplete(0));
        }
        if text.starts_with("insert ") {
            assert!(self.house.is_none(), "inserts come before the first query");
            self.runtime
                .block_on(async { self.scratch.sql(text).await?.collect().await })
                .map_err(Error::engine(text))?;
            return Ok(DBOutput::StatementComplete(0));
        }
        match &mut self.house {
            Some(house) => house.run_for(text)?,
            None => self.house = Some(self.build(text)),
        }
        let house = self.house.as_ref().unwrap();
        let batches = house.catalogue.query(text, text)?;
        let mut rows = Vec::new();
        let mut types = Vec::new();
        for batch in &batches {
            types = batch
                .schema()
                .fields()
                .iter()
                .map(|f| letter(f.data_type()))
                .collect();
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|c| shown(c, row)).collect());
            }
        }
        Ok(DBOutput::Rows { types, rows })
    }
}

fn letter(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        DataType::Int64 => DefaultColumnType::Integer,
        DataType::Float64 | DataType::Decimal128(..) => DefaultColumnType::FloatingPoint,
        _ => DefaultColumnType::Text,
    }
}

fn shown(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return "NULL".into();
    }
    if let Some(doubles) = array.as_primitive_opt::<Float64Type>() {
        let text = format!("{:.6}", doubles.value(row));
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return if text == "-0" {
            "0".into()
        } else {
            text.to_owned()
        };
    }
    let text = array_value_to_string(array, row).unwrap();
    if text.is_empty() {
        "(empty)".into()
    } else {
        text
    }
}

/// TOML wants a point in a float.
fn float(text: &str) -> String {
    if text.contains('.') {
        text.into()
    } else {
        format!("{text}.0")
    }
}

/// What an insert may name: the declared columns and the time axes, all nullable.
fn insert_schema(table: &Table) -> Arc<Schema> {
    let fields = table
        .all_columns()
        .map(|c| Field::new(c.name, arrow_type(c.kind), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

const LOAD_COUNTS: [&str; 5] = [
    "seen_count",
    "loaded_count",
    "duplicate_count",
    "quarantined_count",
    "unreadable_amount_count",
];
const LOAD_AMOUNTS: [&str; 4] = [
    "counted_amount",
    "loaded_amount",
    "duplicate_amount",
    "quarantined_amount",
];

fn loads_schema() -> Arc<Schema> {
    let mut fields: Vec<Field> = ["table_name", "file", "currency"]
        .map(|n| Field::new(n, DataType::Utf8, true))
        .into();
    fields.extend(LOAD_COUNTS.map(|n| Field::new(n, DataType::Int64, true)));
    fields.extend(LOAD_AMOUNTS.map(|n| Field::new(n, DataType::Decimal128(38, 2), true)));
    Arc::new(Schema::new(fields))
}

fn load_rows(rows: &RecordBatch) -> Vec<LoadRow> {
    (0..rows.num_rows())
        .map(|row| {
            let text = |name: &str| {
                let column = rows.column_by_name(name).unwrap();
                column
                    .is_valid(row)
                    .then(|| array_value_to_string(column, row).unwrap())
            };
            let count = |name: &str| {
                let column = rows
                    .column_by_name(name)
                    .unwrap()
                    .as_primitive::<Int64Type>();
                if column.is_valid(row) {
                    u64::try_from(column.value(row)).unwrap()
                } else {
                    0
                }
            };
            let amount = |name: &str| text(name).map_or(0, |t| cents(&t));
            LoadRow {
                table: text("table_name").unwrap(),
                file: text("file").unwrap_or_default(),
                currency: text("currency"),
                seen: count("seen_count"),
                loaded: count("loaded_count"),
                duplicates: count("duplicate_count"),
                quarantined: count("quarantined_count"),
                counted_cents: amount("counted_amount"),
                loaded_cents: amount("loaded_amount"),
                duplicate_cents: amount("duplicate_amount"),
                quarantined_cents: amount("quarantined_amount"),
                unreadable_amounts: count("unreadable_amount_count"),
                newest: None,
            }
        })
        .collect()
}
