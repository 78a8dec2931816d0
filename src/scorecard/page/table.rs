//! Table: a published table, read when a page first asks for it.
//!
//! In: the release's folder and the headers of its models. Out: tables with an
//! index for every column that rows were asked by.
//!
//! Not here: how a value is written (`cell`), or which rows a page asks for.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, AsArray, Date32Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, DecimalType, Int64Type};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use minijinja::value::Serde;
use minijinja::{Value, context};

use crate::contract::{from_days, to_days};
use crate::error::{Error, Result, nearest};
use crate::history::{read_object, read_rows};
use crate::model::{FIRST_ROWS, Header, Query, Ran};
use crate::scorecard::Manifest;

/// A table that a release has published.
#[derive(Debug, Clone)]
pub struct Published {
    pub query: Query,
    /// Relative to the release.
    pub file: String,
    pub path: PathBuf,
    pub row_count: usize,
    /// For a page that previews the table.
    pub first_rows: RecordBatch,
}

impl Published {
    /// What a model of the release in this folder has published.
    #[must_use]
    pub fn of(folder: &Path, ran: &Ran) -> Self {
        Self {
            query: ran.query.clone(),
            file: ran.shelved.file.clone(),
            path: folder.join(&ran.shelved.file),
            row_count: ran.shelved.rows,
            first_rows: ran.first_rows.clone(),
        }
    }

    /// What a release has published, read back. `queries` are the models of today,
    /// by name, each with those it reads.
    ///
    /// # Errors
    /// [`Error::Missing`] where a model is gone or has changed since.
    pub fn reopened(
        folder: &Path,
        manifest: &Manifest,
        queries: &BTreeMap<String, Query>,
    ) -> Result<Vec<Self>> {
        let mut published = Vec::new();
        for (name, _) in &manifest.models {
            let query = queries
                .get(name)
                .filter(|query| manifest.is_made_with(query));
            let output = manifest.outputs.iter().find(|output| output.name == *name);
            let (Some(query), Some(output)) = (query, output) else {
                return Err(Error::Missing {
                    what: "a model as it was when this release was made",
                    path: folder.join(name),
                    hint:
                        "its SQL has changed since; `throughline run` publishes with that of today"
                            .into(),
                });
            };
            let path = folder.join(&output.file);
            let columns: Vec<&str> = query
                .header
                .columns
                .iter()
                .map(|c| c.name.as_str())
                .collect();
            let first_rows = read_rows(&path, &columns, Some(FIRST_ROWS))?;
            published.push(Self {
                query: query.clone(),
                file: output.file.clone(),
                row_count: output.rows.unwrap_or(0),
                first_rows,
                path,
            });
        }
        Ok(published)
    }

    /// What the model's page says of it.
    pub(super) fn value(&self) -> Value {
        let query = &self.query;
        let header = &query.header;
        context! {
            name => query.name.as_str(),
            family => query.family.as_str(),
            question => header.question.as_str(),
            grain => Value::from(Serde(&header.grain)),
            columns => Value::from(Serde(&header.columns)),
            checks => Value::from(Serde(&header.checks)),
            receipt => header.receipt.text(),
            leaves_out => header.leaves_out.as_str(),
            method => header.method.as_str(),
            sql => query.body(),
            reads => Value::from(Serde(&query.reads)),
            is_own => !query.built_in,
            rows => self.row_count,
            file => self.file.as_str(),
        }
    }
}

/// Rows of a table by the text of one column.
type Index = HashMap<String, Vec<usize>>;

/// A table in memory.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) header: Header,
    pub(super) rows: RecordBatch,
    places: HashMap<String, usize>,
    indexes: Mutex<HashMap<String, Arc<Index>>>,
}

/// A text that a column is searched for, in the type of the column.
pub(super) enum Sought<'t> {
    Text(&'t StringArray, &'t str),
    Day(&'t Date32Array, Option<i32>),
    Shown(&'t Table, usize, &'t str),
}

impl Sought<'_> {
    pub(super) fn is_in(&self, row: usize) -> bool {
        match self {
            Self::Text(texts, text) => texts.is_valid(row) && texts.value(row) == *text,
            Self::Day(days, day) => days.is_valid(row) && Some(days.value(row)) == *day,
            Self::Shown(table, place, text) => table.text(*place, row).as_deref() == Some(*text),
        }
    }
}

/// The tables of a release.
#[derive(Debug)]
pub(super) struct Tables {
    published: BTreeMap<String, Published>,
    /// Every model there is, whether it ran or not.
    models: Vec<String>,
    read: Mutex<HashMap<String, Arc<Table>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    /// The first rows of a table.
    pub(super) fn preview(published: &Published) -> Self {
        let query = &published.query;
        Self::new(
            query.name.clone(),
            query.header.clone(),
            published.first_rows.clone(),
        )
    }

    pub(super) fn new(name: String, header: Header, rows: RecordBatch) -> Self {
        let places = header.columns.iter().map(|c| c.name.clone());
        Self {
            name,
            places: places.zip(0..).collect(),
            header,
            rows,
            indexes: Mutex::default(),
        }
    }

    pub(super) fn height(&self) -> usize {
        self.rows.num_rows()
    }

    /// Where a column stands.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// A value as plain text; decimals keep their scale. `None` for NULL.
    pub(super) fn text(&self, place: usize, row: usize) -> Option<String> {
        let column = self.rows.column(place);
        if !column.is_valid(row) {
            return None;
        }
        // Arrow's own display sets up a formatter for each value; pages ask for
        // millions of them.
        match column.data_type() {
            DataType::Utf8 => Some(column.as_string::<i32>().value(row).to_owned()),
            DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(row).to_string()),
            DataType::Decimal128(precision, scale) => {
                let value = column.as_primitive::<Decimal128Type>().value(row);
                Some(Decimal128Type::format_decimal(value, *precision, *scale))
            }
            DataType::Date32 => {
                from_days(column.as_primitive::<Date32Type>().value(row)).map(|day| day.to_string())
            }
            _ => array_value_to_string(column, row).ok(),
        }
    }

    /// Finds the rows whose column has this text.
    pub(super) fn sought<'t>(&'t self, place: usize, text: &'t str) -> Sought<'t> {
        let column = self.rows.column(place);
        if let Some(texts) = column.as_string_opt::<i32>() {
            return Sought::Text(texts, text);
        }
        if let Some(days) = column.as_primitive_opt::<Date32Type>() {
            return Sought::Day(days, text.parse().ok().map(to_days));
        }
        Sought::Shown(self, place, text)
    }

    /// Whether a column of a row is not NULL.
    pub(super) fn has(&self, place: usize, row: usize) -> bool {
        self.rows.column(place).is_valid(row)
    }

    /// The rows by the values of a column, each list in the order of the table.
    pub(super) fn index(&self, place: usize) -> Arc<Index> {
        let name = &self.header.columns[place].name;
        let mut indexes = locked(&self.indexes);
        if let Some(index) = indexes.get(name) {
            return Arc::clone(index);
        }
        let mut index = Index::new();
        for row in 0..self.height() {
            if let Some(text) = self.text(place, row) {
                index.entry(text).or_default().push(row);
            }
        }
        let index = Arc::new(index);
        indexes.insert(name.clone(), Arc::clone(&index));
        index
    }
}

impl Tables {
    pub(super) fn new(published: Vec<Published>, models: Vec<String>) -> Self {
        Self {
            published: published
                .into_iter()
                .map(|p| (p.query.name.clone(), p))
                .collect(),
            models,
            read: Mutex::default(),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.published.contains_key(name)
    }

    pub(super) fn published(&self) -> impl Iterator<Item = &Published> {
        self.published.values()
    }

    /// The table, or `None` where its model did not run.
    ///
    /// # Errors
    /// Engine errors while reading; [`Error::Usage`] with the nearest name for a
    /// model that does not exist.
    pub(super) fn table(&self, name: &str) -> Result<Option<Arc<Table>>> {
        // Held while a table is read: whoever wants the same one waits for it.
        let mut read = locked(&self.read);
        if let Some(table) = read.get(name) {
            return Ok(Some(Arc::clone(table)));
        }
        let Some(published) = self.published.get(name) else {
            return self.not_run(name);
        };
        let header = &published.query.header;
        let columns: Vec<&str> = header.columns.iter().map(|c| c.name.as_str()).collect();
        let mut rows = read_object(&published.path, &columns)?;
        if rows.num_rows() == 0 {
            // A file without rows may come back without columns.
            rows = RecordBatch::new_empty(Arc::new(header.schema()));
        }
        let table = Arc::new(Table::new(name.to_owned(), header.clone(), rows));
        read.insert(name.to_owned(), Arc::clone(&table));
        Ok(Some(table))
    }

    fn not_run(&self, name: &str) -> Result<Option<Arc<Table>>> {
        if self.models.iter().any(|m| m == name) {
            return Ok(None);
        }
        let nearest = nearest(name, self.models.iter().map(String::as_str))
            .map_or_else(String::new, |nearest| format!("did you mean `{nearest}`?"));
        Err(Error::Usage {
            message: format!("there is no model `{name}`"),
            hint: nearest,
        })
    }

    /// Lets go of what was read, so that the tables of one kind of page do not
    /// stay in memory for the next.
    pub(super) fn forget(&self) {
        locked(&self.read).clear();
    }
}
