//! Session: a project opened for questions, and the values of the parameters.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::common::ScalarValue;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::prelude::SQLOptions;

use super::parameter::OWN;
use super::script::Script;
use super::{mistake, statement};
use crate::catalogue::{Catalogue, FAMILIES};
use crate::contract::to_days;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::scorecard::{Asked, Look, look};

/// Values by the name of their parameter.
pub type Parameters = BTreeMap<String, ScalarValue>;

/// A project, opened for questions.
pub struct Session {
    asked: Asked,
    look: Look,
}

/// A table that can be asked, by the schema it lies in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// With its catalogue where that is not the run's; empty for the contract's.
    pub(super) schema: String,
    pub(super) table: String,
}

impl Named {
    /// As a statement writes it.
    pub(super) fn whole(&self) -> String {
        if self.schema.is_empty() {
            self.table.clone()
        } else {
            format!("{}.{}", self.schema, self.table)
        }
    }
}

impl Session {
    /// Opens a project.
    ///
    /// # Errors
    /// As [`look`].
    pub fn open(project: &Project, asked: Asked) -> Result<Self> {
        let mut project = project.clone();
        let look = look(&mut project, &asked)?;
        Ok(Self { asked, look })
    }

    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.look.catalogue
    }

    /// What somebody should know before believing an answer.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.look.notes
    }

    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The id of the release whose tables are there.
    pub(super) fn release(&self) -> Option<&str> {
        self.look.manifest.as_ref().map(|m| m.release.as_str())
    }

    pub(super) fn as_of(&self) -> NaiveDate {
        self.catalogue().as_of()
    }

    pub(super) fn as_known(&self) -> DateTime<Utc> {
        self.catalogue().as_known()
    }

    /// Plans one statement of a script.
    ///
    /// # Errors
    /// [`Error::Usage`] with the place of the mistake, for what does more than read
    /// as well, and for a parameter without a value.
    pub(super) async fn plan(
        &self,
        script: &Script,
        sql: &str,
        parameters: &Parameters,
    ) -> Result<DataFrame> {
        let wrong = |e: &DataFusionError| mistake::of(script, sql, e, self);
        let parsed = statement::parse(sql).map_err(|e| wrong(&e))?;
        if let Some(what) = statement::refusal(&parsed) {
            return Err(mistake::refused(script, sql, &what));
        }
        let context = self.catalogue().context();
        let state = context.state();
        let plan = state
            .statement_to_plan(parsed)
            .await
            .map_err(|e| wrong(&e))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|_| mistake::refused(script, sql, "what it says"))?;
        let mut names: Vec<String> = plan
            .get_parameter_names()
            .map_err(|e| wrong(&e))?
            .into_iter()
            .map(|name| name.trim_start_matches('$').to_owned())
            .collect();
        names.sort();
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            let Some(value) = self.value(&name, parameters) else {
                return Err(mistake::unbound(script, sql, &name, parameters));
            };
            values.push((name, value));
        }
        let frame = DataFrame::new(state, plan);
        if values.is_empty() {
            return Ok(frame);
        }
        frame.with_param_values(values).map_err(|e| wrong(&e))
    }

    fn value(&self, name: &str, parameters: &Parameters) -> Option<ScalarValue> {
        if name == OWN[0] {
            return Some(ScalarValue::Date32(Some(to_days(self.as_of()))));
        }
        if name == OWN[1] {
            let moment = self.as_known().timestamp_micros();
            return Some(ScalarValue::TimestampMicrosecond(Some(moment), None));
        }
        parameters.get(name).cloned()
    }

    /// Every table that can be asked, but those of all releases.
    pub(super) fn tables(&self) -> Vec<Named> {
        let context = self.catalogue().context();
        let mut found = Vec::new();
        let of = |catalogue: &str, schema: &str| {
            let provider = context.catalog(catalogue)?.schema(schema)?;
            Some(provider.table_names())
        };
        let schemas = ["main", "history", "previous", "raw"]
            .into_iter()
            .chain(FAMILIES);
        for schema in schemas {
            for table in of("throughline", schema).unwrap_or_default() {
                let schema = if schema == "main" { "" } else { schema }.to_owned();
                found.push(Named { schema, table });
            }
        }
        for family in FAMILIES {
            for table in of("previous", family).unwrap_or_default() {
                let schema = format!("previous.{family}");
                found.push(Named { schema, table });
            }
        }
        found
    }

    /// Names and engine types of a table's columns; none where there is no table.
    ///
    /// # Errors
    /// Engine errors.
    pub(super) fn columns(&self, table: &str) -> Result<Option<Vec<(String, String)>>> {
        let catalogue = self.catalogue();
        let found = catalogue.wait(catalogue.context().table_provider(table));
        match found {
            Ok(provider) => Ok(Some(
                provider
                    .schema()
                    .fields()
                    .iter()
                    .map(|f| (f.name().clone(), super::answer::type_name(f.data_type())))
                    .collect(),
            )),
            Err(DataFusionError::Plan(_)) => Ok(None),
            Err(other) => Err(Error::engine(format!("read the columns of `{table}`"))(
                other,
            )),
        }
    }
}
