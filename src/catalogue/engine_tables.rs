//! `base.*` tables that SQL cannot work out itself, written like any other.

use arrow::record_batch::RecordBatch;
use chrono::{Months, NaiveDate};

use super::cells::{counts, dates, money, table, texts};
use super::rows::Rows;
use super::session::Catalogue;
use super::{calendar as months, goal_tables, rules};
use crate::contract::{Finding, quarantine_schema};
use crate::error::{Error, Result};
use crate::history::{Known, LoadRow};
use crate::project::Project;

/// Publishes them all; gives what is to be said about weights and links.
pub(super) fn shelve(
    catalogue: &Catalogue,
    project: &Project,
    known: &Known,
) -> Result<Vec<Finding>> {
    rules::shelve(catalogue, project)?;
    shelve_loads(catalogue, known)?;
    shelve_quarantine(catalogue)?;
    shelve_calendar(catalogue, project)?;
    goal_tables::shelve(catalogue, project)
}

fn shelve_loads(catalogue: &Catalogue, known: &Known) -> Result<()> {
    let loads = &known.loads;
    let cents = |get: fn(&LoadRow) -> i128| money(loads.iter().map(get), 38);
    let batch = table(vec![
        (
            "table_name",
            texts(loads.iter().map(|l| Some(l.table.as_str()))),
        ),
        ("file", texts(loads.iter().map(|l| Some(l.file.as_str())))),
        (
            "currency",
            texts(loads.iter().map(|l| l.currency.as_deref())),
        ),
        ("seen_count", counts(loads.iter().map(|l| l.seen))),
        ("loaded_count", counts(loads.iter().map(|l| l.loaded))),
        (
            "duplicate_count",
            counts(loads.iter().map(|l| l.duplicates)),
        ),
        (
            "quarantined_count",
            counts(loads.iter().map(|l| l.quarantined)),
        ),
        ("counted_amount", cents(|l| l.counted_cents)?),
        ("loaded_amount", cents(|l| l.loaded_cents)?),
        ("duplicate_amount", cents(|l| l.duplicate_cents)?),
        ("quarantined_amount", cents(|l| l.quarantined_cents)?),
        (
            "unreadable_amount_count",
            counts(loads.iter().map(|l| l.unreadable_amounts)),
        ),
        ("newest_date", dates(loads.iter().map(|l| l.newest))),
    ])?;
    catalogue.shelve("base", "loads", &batch).map(|_| ())
}

const QUARANTINE: &str = "
    with every_problem as (
        select kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
        from raw.quarantine
        union all
        select kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
        from raw.excluded
    )
    select
        kind, table_name, file, \"row\", column_name, value, reason, amount, currency, record
    from every_problem
    order by table_name, file, \"row\", column_name, reason";

fn shelve_quarantine(catalogue: &Catalogue) -> Result<()> {
    let rows = Rows::read(catalogue, "list the quarantine", QUARANTINE)?
        .into_batch()
        .unwrap_or_else(|| RecordBatch::new_empty(quarantine_schema()));
    catalogue.shelve("base", "quarantine", &rows).map(|_| ())
}

const SPAN: &str = "
    select min(first) as first, max(last) as last from (
        select min(posted_date) as first, max(posted_date) as last from raw.spend
        union all
        select min(period_start_date), max(period_end_date) from raw.budgets
        union all
        select min(period_end_date), max(period_end_date) from raw.kpi_values
    )";

/// A calendar of more than this many years is a typing error somewhere.
const MAX_YEARS: i64 = 400;

/// A project's own calendar must have no gap, and cover the data and the day of
/// the report, or money would fall between its periods.
fn check_calendar(
    own: &Rows,
    data: (Option<NaiveDate>, Option<NaiveDate>),
    as_of: NaiveDate,
) -> Result<()> {
    let refused = |message: String| {
        Err(Error::Refused {
            message,
            hint: "complete `fiscal_calendar`, or leave it out and set `fiscal_year_start_month`"
                .into(),
        })
    };
    if own.height() == 0 {
        return Ok(());
    }
    for row in 1..own.height() {
        let before = own.date("end_date", row - 1);
        let start = own.date("start_date", row);
        if before.and_then(|day| day.succ_opt()) != start {
            return refused(format!(
                "`fiscal_calendar` is not without gaps: `{}` ends on {} and `{}` starts on {}",
                own.shown("fiscal_period", row - 1),
                own.shown("end_date", row - 1),
                own.shown("fiscal_period", row),
                own.shown("start_date", row),
            ));
        }
    }
    let (first, last) = (
        own.date("start_date", 0),
        own.date("end_date", own.height() - 1),
    );
    let (wanted_first, wanted_last) = (
        data.0.unwrap_or(as_of).min(as_of),
        data.1.unwrap_or(as_of).max(as_of),
    );
    if first.is_none_or(|day| day > wanted_first) || last.is_none_or(|day| day < wanted_last) {
        return refused(format!(
            "`fiscal_calendar` covers {} to {}, and the data and the day of the report need {wanted_first} to {wanted_last}",
            own.shown("start_date", 0),
            own.shown("end_date", own.height() - 1),
        ));
    }
    Ok(())
}

/// The calendar as the models have it: the project's own, or months.
fn calendar(catalogue: &Catalogue, project: &Project) -> Result<RecordBatch> {
    let own = "select fiscal_year, fiscal_quarter, fiscal_period, start_date, end_date \
               from raw.fiscal_calendar order by start_date";
    let own = Rows::read(catalogue, "read the calendar", own)?;
    let span = Rows::read(catalogue, "find the span of the data", SPAN)?;
    let bounds = (span.date("first", 0), span.date("last", 0));
    check_calendar(&own, bounds, project.as_of)?;
    if let Some(own) = own.into_batch().filter(|b| b.num_rows() > 0) {
        Ok(own)
    } else {
        // The trailing window reaches back even where no data does.
        let months = u32::try_from(project.rules.trailing_months).unwrap_or(u32::MAX);
        let window = project
            .as_of
            .checked_sub_months(Months::new(months))
            .unwrap_or(project.as_of);
        let first = bounds.0.unwrap_or(window).min(window);
        let last = bounds.1.unwrap_or(project.as_of).max(project.as_of);
        if last.signed_duration_since(first).num_days() > MAX_YEARS * 366 {
            return Err(Error::Refused {
                message: format!(
                    "the dates of the data span {first} to {last}, more than {MAX_YEARS} years"
                ),
                hint: "one of spend, budgets or kpi_values has a mistyped date".into(),
            });
        }
        let periods = months::periods(project.fiscal, first, last)?;
        table(vec![
            (
                "fiscal_year",
                texts(periods.iter().map(|p| Some(p.year.as_str()))),
            ),
            (
                "fiscal_quarter",
                texts(periods.iter().map(|p| Some(p.quarter.as_str()))),
            ),
            (
                "fiscal_period",
                texts(periods.iter().map(|p| Some(p.name.as_str()))),
            ),
            ("start_date", dates(periods.iter().map(|p| Some(p.start)))),
            ("end_date", dates(periods.iter().map(|p| Some(p.end)))),
        ])
    }
}

impl Catalogue {
    /// Names the calendar that a run would publish, without publishing it. One
    /// that a run would refuse is there as it was loaded.
    ///
    /// # Errors
    /// Engine errors.
    pub fn name_calendar(&self, project: &Project) -> Result<()> {
        match calendar(self, project) {
            Ok(rows) => self.name_rows("fiscal_calendar", rows),
            Err(Error::Refused { .. }) => {
                let own = "select * from raw.fiscal_calendar".to_owned();
                self.name_view("fiscal_calendar", own)
            }
            Err(other) => Err(other),
        }
    }
}

fn shelve_calendar(catalogue: &Catalogue, project: &Project) -> Result<()> {
    let batch = calendar(catalogue, project)?;
    let shelved = catalogue.shelve("base", "fiscal_calendar", &batch)?;
    catalogue.name_files("fiscal_calendar", &[shelved.path], batch.schema())
}
