//! Every: the tables of all releases, one below the other.
//!
//! In: for each published table the releases that have it. Out: the catalogue
//! `every`, in which `every.variance.budget_to_actual` has the rows of every
//! release with two columns more: `release` and `as_of`.
//!
//! Not here: which releases there are (`scorecard`); they are asked for when the
//! first name of `every` is spoken, and not before.
//!
//! Rule: a column that some release did not publish is NULL there; of columns that
//! changed their type, the newest release decides.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use chrono::NaiveDate;
use datafusion::catalog::{CatalogProvider, SchemaProvider, Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use super::names::url_of;
use super::session::FAMILIES;
use crate::contract::to_days;
use crate::history::schema_of;

/// A table of one release.
#[derive(Debug, Clone)]
pub struct Edition {
    /// `family.model`
    pub name: String,
    pub release: String,
    pub as_of: NaiveDate,
    pub path: PathBuf,
}

/// Lists the tables of all releases, the newest release first.
pub type Editions = Box<dyn Fn() -> crate::error::Result<Vec<Edition>> + Send + Sync>;

struct Shelf {
    ask: Editions,
    found: OnceLock<std::result::Result<Vec<Edition>, String>>,
}

impl Shelf {
    fn editions(&self) -> Result<&[Edition]> {
        let found = self
            .found
            .get_or_init(|| (self.ask)().map_err(|e| e.to_string()));
        match found {
            Ok(editions) => Ok(editions),
            Err(message) => Err(DataFusionError::Execution(message.clone())),
        }
    }
}

/// The catalogue `every`.
pub(super) struct Every(Arc<Shelf>);

impl Every {
    pub(super) fn new(ask: Editions) -> Self {
        Self(Arc::new(Shelf {
            ask,
            found: OnceLock::new(),
        }))
    }
}

impl fmt::Debug for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Every")
    }
}

impl CatalogProvider for Every {
    fn schema_names(&self) -> Vec<String> {
        FAMILIES.map(str::to_owned).into()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        let family = FAMILIES.into_iter().find(|family| *family == name)?;
        Some(Arc::new(Family {
            family,
            shelf: Arc::clone(&self.0),
        }))
    }
}

/// The models of one family.
struct Family {
    family: &'static str,
    shelf: Arc<Shelf>,
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "every.{}", self.family)
    }
}

impl Family {
    fn model_of<'e>(&self, edition: &'e Edition) -> Option<&'e str> {
        let (family, model) = edition.name.split_once('.')?;
        (family == self.family).then_some(model)
    }

    fn editions_of(&self, model: &str) -> Result<Vec<&Edition>> {
        let all = self.shelf.editions()?.iter();
        Ok(all.filter(|e| self.model_of(e) == Some(model)).collect())
    }
}

#[async_trait]
impl SchemaProvider for Family {
    fn table_names(&self) -> Vec<String> {
        let all = self.shelf.editions().unwrap_or_default();
        let mut names: Vec<String> = all
            .iter()
            .filter_map(|e| self.model_of(e).map(str::to_owned))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let editions = self.editions_of(name)?;
        if editions.is_empty() {
            return Ok(None);
        }
        Ok(Some(Arc::new(AllEditions::of(&editions)?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.editions_of(name).is_ok_and(|found| !found.is_empty())
    }
}

/// One table of every release that has it.
#[derive(Debug)]
struct AllEditions {
    columns: TableSchema,
    files: Vec<(PathBuf, Vec<ScalarValue>)>,
}

impl AllEditions {
    fn of(editions: &[&Edition]) -> Result<Self> {
        let mut fields: Vec<Field> = Vec::new();
        for edition in editions {
            let schema =
                schema_of(&edition.path).map_err(|e| DataFusionError::External(Box::new(e)))?;
            for field in schema.fields() {
                if !fields.iter().any(|f| f.name() == field.name()) {
                    fields.push(field.as_ref().clone().with_nullable(true));
                }
            }
        }
        // A model may have a column of such a name itself, and that one stays.
        let mut added = [
            ("release", DataType::Utf8, 0),
            ("as_of", DataType::Date32, 1),
        ]
        .to_vec();
        added.retain(|(name, ..)| !fields.iter().any(|f| f.name() == name));
        let files = editions
            .iter()
            .map(|edition| {
                let values = [
                    ScalarValue::Utf8(Some(edition.release.clone())),
                    ScalarValue::Date32(Some(to_days(edition.as_of))),
                ];
                let values = added.iter().map(|(_, _, at)| values[*at].clone()).collect();
                (edition.path.clone(), values)
            })
            .collect();
        let added: Vec<Arc<Field>> = added
            .into_iter()
            .map(|(name, data_type, _)| Arc::new(Field::new(name, data_type, false)))
            .collect();
        Ok(Self {
            columns: TableSchema::builder(Arc::new(Schema::new(fields)))
                .with_table_partition_cols(added)
                .build(),
            files,
        })
    }
}

#[async_trait]
impl TableProvider for AllEditions {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.columns.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut files = Vec::with_capacity(self.files.len());
        let mut store = None;
        for (path, values) in &self.files {
            let url = url_of(path)?;
            let mut file = PartitionedFile::new(String::new(), std::fs::metadata(path)?.len());
            file.object_meta.location = url.prefix().clone();
            file.partition_values.clone_from(values);
            files.push(file);
            store.get_or_insert_with(|| url.object_store());
        }
        let store =
            store.ok_or_else(|| DataFusionError::Internal("a table that no release has".into()))?;
        let parts = state.config().target_partitions().max(1);
        let groups = files
            .chunks(files.len().div_ceil(parts))
            .map(|chunk| FileGroup::new(chunk.to_vec()))
            .collect();
        let format = ParquetFormat::default();
        let config = FileScanConfigBuilder::new(store, format.file_source(self.columns.clone()))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        format.create_physical_plan(state, config).await
    }
}
