//! The contract's tables as SQL sees them: as of the day, as known at the moment.
//!
//! `raw.<table>` are the current objects as they lie; `<table>` is the view over
//! them; `history.<table>` is every row that was ever believed, with the time
//! during which it was. `previous.<table>` is the same view as of the day and the
//! moment of the release that this run is compared with.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;

use super::session::Catalogue;
use crate::contract::{
    FILE, RECORDED_DATE, ROW, SOURCE_VERSION, TABLES, Table, VALID_FROM, quarantine_schema,
};
use crate::error::Result;
use crate::history::{Known, KnownTable};
use crate::project::Project;

/// One reading of the contract's tables: as of a day, as known at a moment.
pub(super) struct Reading<'a> {
    /// Schema of its tables, with the point; empty for the tables of the run.
    schema: &'static str,
    /// Schema of the objects as they lie.
    raw: &'static str,
    as_of: NaiveDate,
    currency: &'a str,
    known: &'a Known,
}

impl<'a> Reading<'a> {
    /// That of the run itself.
    pub(super) fn of_run(project: &'a Project, known: &'a Known) -> Self {
        Self {
            schema: "",
            raw: "raw",
            as_of: project.as_of,
            currency: &project.currency,
            known,
        }
    }

    /// That of the release that the run is compared with.
    pub(super) fn of_previous(project: &'a Project, as_of: NaiveDate, known: &'a Known) -> Self {
        Self {
            schema: "previous.",
            raw: "previous_raw",
            as_of,
            currency: &project.currency,
            known,
        }
    }

    /// Names the objects, and the tables as of the day over them.
    pub(super) fn register(&self, catalogue: &Catalogue) -> Result<()> {
        let excluded: Vec<_> = self.known.excluded.iter().cloned().collect();
        catalogue.name_files(
            &format!("{}.excluded", self.raw),
            &excluded,
            excluded_schema(),
        )?;
        // Money is converted by the rates, so they are named first.
        let rates_first = TABLES
            .iter()
            .filter(|t| t.name == "fx_rates")
            .chain(TABLES.iter().filter(|t| t.name != "fx_rates"));
        for table in rates_first {
            let empty = KnownTable::default();
            let at = self.known.tables.get(table.name).unwrap_or(&empty);
            catalogue.name_files(
                &format!("{}.{}", self.raw, table.name),
                &at.objects,
                read_schema(table),
            )?;
            // The calendar is named by `engine_tables`, which completes it.
            if table.name != "fiscal_calendar" {
                let name = format!("{}{}", self.schema, table.name);
                catalogue.name_view(&name, as_of_sql(table, at, self))?;
            }
        }
        Ok(())
    }
}

/// Names `history.<table>`, and the quarantine.
pub(super) fn register_history(catalogue: &Catalogue, known: &Known) -> Result<()> {
    catalogue.name_files("raw.quarantine", &known.quarantine, quarantine_schema())?;
    for table in TABLES {
        let empty = KnownTable::default();
        let at = known.tables.get(table.name).unwrap_or(&empty);
        catalogue.name_files(
            &format!("raw_history.{}", table.name),
            &at.all_objects,
            read_schema(table),
        )?;
        let name = format!("history.{}", table.name);
        catalogue.name_view(&name, history_sql(table, at, known))?;
    }
    Ok(())
}

fn excluded_schema() -> SchemaRef {
    let mut fields = vec![Field::new(SOURCE_VERSION, DataType::Utf8, false)];
    let rest = quarantine_schema();
    fields.extend(rest.fields().iter().map(|f| f.as_ref().clone()));
    Arc::new(Schema::new(fields))
}

/// The declared schema, everything nullable and text as views, which is how the
/// Parquet reader decodes fastest.
fn read_schema(table: &Table) -> SchemaRef {
    Arc::new(Schema::new(
        table
            .schema()
            .fields()
            .iter()
            .map(|f| {
                let data_type = match f.data_type() {
                    DataType::Utf8 => DataType::Utf8View,
                    other => other.clone(),
                };
                Field::new(f.name(), data_type, true)
            })
            .collect::<Vec<_>>(),
    ))
}

/// Every row that was believed by the moment of knowledge. A row recorded later
/// is not known yet, and one that a comparison of files took out was not believed.
fn history_sql(table: &Table, at: &KnownTable, known: &Known) -> String {
    let columns = column_list(table, "t");
    let stamp = |moment: &chrono::DateTime<chrono::Utc>| {
        format!("timestamp '{}'", moment.format("%Y-%m-%d %H:%M:%S%.6f"))
    };
    let intervals: Vec<String> = at
        .intervals
        .iter()
        .map(|(version, from, to)| {
            let to = to
                .as_ref()
                .map_or_else(|| "cast(null as timestamp)".to_owned(), stamp);
            format!("('{version}', {}, {to})", stamp(from))
        })
        .collect();
    if intervals.is_empty() {
        return format!(
            "select {columns}, cast(null as timestamp) as known_from, cast(null as timestamp) as known_to from raw_history.{} as t",
            table.name
        );
    }
    format!(
        "select {columns}, coalesce(cast(t.{RECORDED_DATE} as timestamp), k.known_from) as known_from, k.known_to \
         from raw_history.{} as t \
         inner join (values {}) as k (version, known_from, known_to) on cast(t.{SOURCE_VERSION} as varchar) = k.version{} \
         where {}",
        table.name,
        intervals.join(", "),
        without_excluded(table, known, "raw"),
        recorded_by(known),
    )
}

/// A row that carries no day of record is known from its load on.
fn recorded_by(known: &Known) -> String {
    let known_on = known.as_known.date_naive();
    format!("(t.{RECORDED_DATE} is null or t.{RECORDED_DATE} <= date '{known_on}')")
}

/// Leaves out the rows that comparisons of files with one another took out.
fn without_excluded(table: &Table, known: &Known, raw: &str) -> String {
    if known.excluded.is_none() {
        return String::new();
    }
    format!(
        " left anti join (select distinct {SOURCE_VERSION} as version, \"{ROW}\" as line from {raw}.excluded where table_name = '{}') as x \
         on cast(t.{SOURCE_VERSION} as varchar) = x.version and t.\"{ROW}\" = x.line",
        table.name
    )
}

fn column_list(table: &Table, alias: &str) -> String {
    let mut names: Vec<String> = table
        .all_columns()
        .map(|c| format!("{alias}.\"{}\"", c.name))
        .collect();
    names.push(format!("cast({alias}.{FILE} as varchar) as {FILE}"));
    names.push(format!("{alias}.\"{ROW}\""));
    names.join(", ")
}

fn as_of_sql(table: &Table, at: &KnownTable, reading: &Reading) -> String {
    let as_of = reading.as_of;
    let mut conditions = vec![recorded_by(reading.known)];
    if table.versioned {
        conditions.push(format!(
            "(t.{VALID_FROM} is null or t.{VALID_FROM} <= date '{as_of}')"
        ));
    }
    if let Some(fact) = table.fact_date {
        conditions.push(format!("(t.{fact} is null or t.{fact} <= date '{as_of}')"));
    }
    let mut columns = column_list(table, "t");
    let mut joins = without_excluded(table, reading.known, reading.raw);
    if let Some(money) = reporting_amount(table, reading) {
        columns.push_str(&money.column);
        joins.push_str(&money.join);
    }
    let rank = if at.has_versions {
        let key: Vec<String> = table
            .key
            .iter()
            .map(|k| match table.name {
                // An entry without an id is an entry of its own.
                "spend" => format!("coalesce(t.{k}, concat(cast(t.{FILE} as varchar), ':', cast(t.\"{ROW}\" as varchar)))"),
                _ => format!("t.{k}"),
            })
            .collect();
        format!(
            " qualify row_number() over (partition by {} order by t.{VALID_FROM} desc nulls last, t.{RECORDED_DATE} desc nulls last, cast(t.{FILE} as varchar) desc, t.\"{ROW}\" desc) = 1",
            key.join(", ")
        )
    } else {
        String::new()
    };
    format!(
        "select {columns} from {}.{} as t{joins} where {}{rank}",
        reading.raw,
        table.name,
        conditions.join(" and ")
    )
}

struct Money {
    column: String,
    join: String,
}

/// `reporting_amount`: the amount in the reporting currency, half away from zero
/// to the cent. The rate is the newest on or before the day of the money of the
/// kind that belongs to it (budget rates for budgets, actual ones for the
/// ledger); rates of other kinds serve where there is none of that kind.
fn reporting_amount(table: &Table, reading: &Reading) -> Option<Money> {
    let date = table.money_date()?;
    let preferred = match table.name {
        "budgets" => "budget",
        _ => "actual",
    };
    let is_foreign = reading.known.loads.iter().any(|load| {
        load.table == table.name
            && load
                .currency
                .as_ref()
                .is_some_and(|c| c != reading.currency)
    });
    if !is_foreign {
        return Some(Money {
            column: ", t.amount as reporting_amount".into(),
            join: String::new(),
        });
    }
    Some(Money {
        column: format!(
            ", case when t.currency is null or t.currency = '{}' then t.amount \
             else cast(t.amount * cast(coalesce(own.rate, other.rate) as decimal(18,9)) as decimal(18,2)) end as reporting_amount",
            reading.currency
        ),
        join: [
            rate_join(
                reading,
                "own",
                date,
                &format!("kind = '{preferred}'"),
                "kind",
            ),
            rate_join(
                reading,
                "other",
                date,
                &format!("kind is distinct from '{preferred}'"),
                // A rate without a kind is of every kind.
                "kind is not null, kind",
            ),
        ]
        .concat(),
    })
}

/// Joins the rate that holds on `date` among those that `kinds` lets in; of
/// several on one day the first in `order`.
fn rate_join(reading: &Reading, alias: &str, date: &str, kinds: &str, order: &str) -> String {
    format!(
        " left join (select currency, rate_date, rate, \
         lead(rate_date) over (partition by currency order by rate_date) as next_date \
         from (select currency, rate_date, rate from {}fx_rates where {kinds} \
         qualify row_number() over (partition by currency, rate_date order by {order}) = 1)) as {alias} \
         on t.currency = {alias}.currency and t.{date} >= {alias}.rate_date \
         and ({alias}.next_date is null or t.{date} < {alias}.next_date)",
        reading.schema
    )
}
