//! The session: the engine, its memory and threads, and its names.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider};
use datafusion::common::ScalarValue;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::{Handle, Runtime};

use super::every::{Editions, Every};
use super::names::{Entry, Names};
use super::previous::Previous;
use super::shelf::Shelved;
use super::views::Reading;
use super::{cross_join, engine_tables, function, previous, views};
use crate::contract::{Finding, to_days};
use crate::error::{Error, Result};
use crate::history::Known;
use crate::project::Project;

/// SQL schemas that models are published in.
pub const FAMILIES: [&str; 6] = [
    "base",
    "alignment",
    "variance",
    "misallocation",
    "warning",
    "scorecard",
];

/// The catalogue of the run, and the schema of the contract tables.
const OWN: &str = "throughline";
const MAIN: &str = "main";

/// SQL schemas of the run.
const SCHEMAS: [&str; 14] = [
    MAIN,
    "raw",
    "raw_history",
    "history",
    "previous",
    "previous_raw",
    "base",
    "alignment",
    "variance",
    "misallocation",
    "warning",
    "scorecard",
    "receipt",
    "replay",
];

/// How many of the largest consumers a memory error names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);

/// The engine's threads. They are its own: a busy plan starves whatever shares
/// them. And they are not waited for at the end: one that was told to stop may
/// compute for a minute before it looks up.
struct Engine {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Engine {
    fn of(runtime: Runtime) -> Self {
        Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A session over one project at one pair of dates.
pub struct Catalogue {
    context: SessionContext,
    /// Schemas by their name, those of the previous release as `previous.<schema>`.
    names: BTreeMap<String, Arc<Names>>,
    engine: Engine,
    folder: PathBuf,
    as_of: NaiveDate,
    as_known: DateTime<Utc>,
    rules_version: String,
    threads: usize,
    shelved: Mutex<Vec<Shelved>>,
}

impl Catalogue {
    /// Opens a session; published tables will be written under `folder`.
    ///
    /// # Errors
    /// [`Error::Refused`] for a cycle in the goal graph; engine and I/O errors.
    pub fn open(
        project: &Project,
        known: &Known,
        previous: Option<&Previous>,
        folder: &Path,
    ) -> Result<(Self, Vec<Finding>)> {
        let catalogue = Self::over(project, known, previous, folder)?;
        let findings = engine_tables::shelve(&catalogue, project, known)?;
        Ok((catalogue, findings))
    }

    /// Opens a session over what was published under `folder`: the contract's
    /// tables as they were for it, and its own (name, file) under their names.
    ///
    /// # Errors
    /// Engine and I/O errors.
    pub fn reopen(
        project: &Project,
        known: &Known,
        previous: Option<&Previous>,
        folder: &Path,
        tables: &[(String, PathBuf)],
    ) -> Result<Self> {
        let catalogue = Self::over(project, known, previous, folder)?;
        for (name, path) in tables {
            let published = Entry::Files(vec![path.clone()], None);
            if name == "base.fiscal_calendar" {
                catalogue.name("fiscal_calendar", published.clone())?;
            }
            catalogue.name(name, published)?;
        }
        Ok(catalogue)
    }

    /// Names what an earlier release published, column by column as it did.
    ///
    /// # Errors
    /// [`Error::Bug`] for a table outside the families.
    pub fn name_published(&self, previous: &Previous) -> Result<()> {
        previous.tables.iter().try_for_each(|table| {
            let published = Entry::Files(vec![table.path.clone()], None);
            self.name(&format!("previous.{}", table.name), published)
        })
    }

    /// Names the tables of all releases, in the catalogue `every`.
    pub fn name_every(&self, editions: Editions) {
        let every = Arc::new(Every::new(editions));
        self.context.register_catalog("every", every);
    }

    /// A session over the contract's tables.
    fn over(
        project: &Project,
        known: &Known,
        previous: Option<&Previous>,
        folder: &Path,
    ) -> Result<Self> {
        let catalogue = Self::empty(project, known, folder)?;
        Reading::of_run(project, known).register(&catalogue)?;
        views::register_history(&catalogue, known)?;
        previous::register(&catalogue, project, known, previous)?;
        Ok(catalogue)
    }

    /// A session with schemas and no tables.
    fn empty(project: &Project, known: &Known, folder: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(project.threads.max(1))
            .thread_name("throughline-engine")
            .build()
            .map_err(Error::io("start threads for", folder))?;
        let context = context(project)?;
        let own = context
            .catalog(OWN)
            .ok_or_else(|| Error::Bug("the session has no catalogue".into()))?;
        // `previous.scorecard.findings` has three parts: a catalogue of its own.
        let before: Arc<dyn CatalogProvider> = Arc::new(MemoryCatalogProvider::new());
        let mut names = BTreeMap::new();
        let schemas = SCHEMAS
            .map(|schema| (&own, schema, schema.to_owned()))
            .into_iter()
            .chain(FAMILIES.map(|schema| (&before, schema, format!("previous.{schema}"))));
        for (catalogue, schema, known_as) in schemas {
            let of_schema = Arc::new(Names::of(&context));
            catalogue
                .register_schema(schema, Arc::clone(&of_schema) as _)
                .map_err(Error::engine("name a schema"))?;
            names.insert(known_as, of_schema);
        }
        context.register_catalog("previous", before);
        Ok(Self {
            context,
            names,
            engine: Engine::of(runtime),
            folder: folder.to_path_buf(),
            as_of: project.as_of,
            as_known: known.as_known,
            rules_version: project.rules.version.clone(),
            threads: project.threads,
            shelved: Mutex::new(Vec::new()),
        })
    }

    /// The engine's own context, for planning.
    #[must_use]
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    #[must_use]
    pub fn as_known(&self) -> DateTime<Utc> {
        self.as_known
    }

    /// Threads of the engine.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    pub(super) fn rules_version(&self) -> &str {
        &self.rules_version
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for a future on the engine's runtime.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.engine.handle.block_on(future)
    }

    /// Plans a statement with `$as_of` bound.
    ///
    /// # Errors
    /// What the engine says of the statement.
    pub fn plan(&self, sql: &str) -> Result<DataFrame, datafusion::error::DataFusionError> {
        let as_of = ScalarValue::Date32(Some(to_days(self.as_of)));
        self.wait(async {
            let frame = self.context.sql(sql).await?;
            let names = frame.logical_plan().get_parameter_names()?;
            if names.contains("$as_of") {
                frame.with_param_values(vec![("as_of", as_of)])
            } else {
                Ok(frame)
            }
        })
    }

    /// Runs a statement of ours.
    ///
    /// # Errors
    /// [`Error::Engine`] with `doing`.
    pub fn query(&self, doing: &str, sql: &str) -> Result<Vec<RecordBatch>> {
        let frame = self.plan(sql).map_err(Error::engine(doing))?;
        self.wait(frame.collect()).map_err(Error::engine(doing))
    }

    /// Names Parquet files (none: an empty table) for SQL.
    pub(super) fn name_files(
        &self,
        name: &str,
        paths: &[PathBuf],
        schema: SchemaRef,
    ) -> Result<()> {
        self.name(name, Entry::Files(paths.to_vec(), Some(schema)))
    }

    /// Names rows for SQL.
    pub(super) fn name_rows(&self, name: &str, rows: RecordBatch) -> Result<()> {
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]])
            .map_err(Error::engine(format!("name the table `{name}`")))?;
        self.name(name, Entry::Ready(Arc::new(table)))
    }

    /// Names a select for SQL.
    pub(super) fn name_view(&self, name: &str, select: String) -> Result<()> {
        self.name(name, Entry::View(select))
    }

    fn name(&self, name: &str, entry: Entry) -> Result<()> {
        let (schema, table) = name.rsplit_once('.').unwrap_or((MAIN, name));
        let names = self.names.get(schema);
        let names = names.ok_or_else(|| Error::Bug(format!("no schema for `{name}`")))?;
        names.set(table, entry);
        Ok(())
    }

    /// Names a table of the release that this run is compared with, with the
    /// columns that the model of today promises; without a file it is empty.
    ///
    /// # Errors
    /// Engine and I/O errors.
    pub fn name_previous(
        &self,
        name: &str,
        path: Option<&PathBuf>,
        schema: SchemaRef,
    ) -> Result<()> {
        let paths: Vec<PathBuf> = path.cloned().into_iter().collect();
        self.name_files(&format!("previous.{name}"), &paths, schema)
    }

    /// Names an empty table with the columns that a model promises, so that the
    /// models which read it can be planned before it has run.
    ///
    /// # Errors
    /// Engine errors.
    pub fn promise(&self, name: &str, schema: SchemaRef) -> Result<()> {
        self.name(name, Entry::Ready(Arc::new(EmptyTable::new(schema))))
    }

    pub(super) fn note(&self, shelved: Shelved) {
        self.shelved
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(shelved);
    }

    /// Every table published so far, by name: models run side by side, and the
    /// order in which they end is luck.
    #[must_use]
    pub fn shelved(&self) -> Vec<Shelved> {
        let mut shelved = self
            .shelved
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        shelved.sort_by(|a, b| a.name.cmp(&b.name));
        shelved
    }
}

fn context(project: &Project) -> Result<SessionContext> {
    let mut runtime = RuntimeEnvBuilder::new()
        // Another process may add files to a folder we have listed.
        .with_object_list_cache_limit(0);
    if let Some(bytes) = project.memory_limit {
        runtime = runtime.with_memory_pool(Arc::new(TrackConsumersPool::new(
            FairSpillPool::new(bytes),
            NAMED_CONSUMERS,
        )));
    }
    let runtime = runtime
        .build_arc()
        .map_err(Error::engine("start the engine"))?;
    let mut config = SessionConfig::new()
        .with_target_partitions(project.threads.max(1))
        .with_information_schema(true)
        .with_default_catalog_and_schema(OWN, MAIN);
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_physical_optimizer_rules(cross_join::rules())
        .build();
    let context = SessionContext::new_with_state(state);
    function::register(&context);
    Ok(context)
}
