//! Names: one schema, whose tables come to be when they are first asked for.
//!
//! In: what each name stands for (Parquet files, or a select over other names).
//! Out: the engine's tables. A session over a release has some three hundred
//! names, and a question speaks of two or three: to open every footer and to plan
//! every view would take longer than most answers.
//!
//! Not here: which names there are (`views`, `previous`, `session`).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::config::ConfigOptions;
use datafusion::datasource::ViewTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::optimizer::analyzer::Analyzer;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;
use datafusion::prelude::SessionContext;

use crate::history::schema_of;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Ready(Arc<dyn TableProvider>),
    /// Parquet files; without a schema that of the first one holds. None: an
    /// empty table.
    Files(Vec<PathBuf>, Option<SchemaRef>),
    /// A select.
    View(String),
}

/// Hands out the session, which owns the names and so must not be owned by them.
type Session = Box<dyn Fn() -> Option<SessionContext> + Send + Sync>;

/// The tables of one schema.
pub(super) struct Names {
    session: Session,
    entries: Mutex<BTreeMap<String, Entry>>,
}

impl Names {
    pub(super) fn of(context: &SessionContext) -> Self {
        let state = context.state_weak_ref();
        Self {
            session: Box::new(move || {
                let state = Weak::upgrade(&state)?;
                let state = state.read().clone();
                Some(SessionContext::new_with_state(state))
            }),
            entries: Mutex::default(),
        }
    }

    /// Gives a name a meaning, in place of the one that it had.
    pub(super) fn set(&self, name: &str, entry: Entry) {
        self.with(|entries| entries.insert(name.to_owned(), entry));
    }

    fn with<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Entry>) -> T) -> T {
        change(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Plans a view as `create view` does.
    async fn view(&self, select: &str) -> Result<Arc<dyn TableProvider>> {
        let session = (self.session)()
            .ok_or_else(|| DataFusionError::Internal("the session is gone".into()))?;
        let plan = session.state().create_logical_plan(select).await?;
        let plan = Analyzer::with_rules(vec![Arc::new(TypeCoercion::new())]).execute_and_check(
            plan,
            &ConfigOptions::default(),
            |_, _| {},
        )?;
        Ok(Arc::new(ViewTable::new(plan, Some(select.to_owned()))))
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.table_names()).finish()
    }
}

#[async_trait]
impl SchemaProvider for Names {
    fn table_names(&self) -> Vec<String> {
        self.with(|entries| entries.keys().cloned().collect())
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(entry) = self.with(|entries| entries.get(name).cloned()) else {
            return Ok(None);
        };
        let table = match entry {
            Entry::Ready(table) => return Ok(Some(table)),
            Entry::Files(paths, schema) => files(&paths, schema)?,
            Entry::View(select) => self
                .view(&select)
                .await
                .map_err(|e| e.context(format!("define the view `{name}`")))?,
        };
        self.set(name, Entry::Ready(Arc::clone(&table)));
        Ok(Some(table))
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        if self.table_exist(&name) {
            return Err(DataFusionError::Execution(format!(
                "the table {name} is there already"
            )));
        }
        self.set(&name, Entry::Ready(table));
        Ok(None)
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(match self.with(|entries| entries.remove(name)) {
            Some(Entry::Ready(table)) => Some(table),
            _ => None,
        })
    }

    fn table_exist(&self, name: &str) -> bool {
        self.with(|entries| entries.contains_key(name))
    }
}

fn files(paths: &[PathBuf], schema: Option<SchemaRef>) -> Result<Arc<dyn TableProvider>> {
    let schema = match (schema, paths.first()) {
        (Some(schema), _) => schema,
        (None, Some(first)) => {
            schema_of(first).map_err(|e| DataFusionError::External(Box::new(e)))?
        }
        (None, None) => {
            return Err(DataFusionError::Internal(
                "a table without file or schema".into(),
            ));
        }
    };
    if paths.is_empty() {
        return Ok(Arc::new(EmptyTable::new(schema)));
    }
    let urls = paths.iter().map(|path| url_of(path));
    let config = ListingTableConfig::new_with_multi_paths(urls.collect::<Result<_>>()?)
        .with_listing_options(ListingOptions::new(Arc::new(ParquetFormat::default())))
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// A file as the engine addresses it.
pub(super) fn url_of(path: &Path) -> Result<ListingTableUrl> {
    let path = std::path::absolute(path)?;
    ListingTableUrl::parse(path.to_string_lossy())
}
