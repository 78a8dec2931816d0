//! Statement: what may be asked.
//!
//! Rule: the list is of what is allowed. A statement that the engine learns in a
//! later version is refused until somebody has thought about it.

use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{Query, SetExpr, Statement as SqlStatement, Visit, Visitor};

/// Deeper than any question, and less deep than the stack.
const DEEPEST: usize = 50;

/// Reads one statement.
///
/// # Errors
/// What the parser says.
pub(super) fn parse(sql: &str) -> Result<Statement, DataFusionError> {
    let mut statements = DFParserBuilder::new(sql)
        .with_recursion_limit(DEEPEST)
        .build()?
        .parse_statements()?;
    let first = statements.pop_front();
    first.ok_or_else(|| DataFusionError::Plan("there is no statement".into()))
}

/// Why a statement may not be run; none for one that only reads.
pub(super) fn refusal(statement: &Statement) -> Option<String> {
    match statement {
        Statement::Explain(explain) => refusal(&explain.statement),
        Statement::Statement(statement) => match statement.visit(&mut Reading) {
            ControlFlow::Break(what) => Some(what),
            ControlFlow::Continue(()) => None,
        },
        other => Some(first_words(&other.to_string())),
    }
}

/// Goes through a statement and stops at what does more than read.
struct Reading;

impl Visitor for Reading {
    type Break = String;

    fn pre_visit_statement(&mut self, statement: &SqlStatement) -> ControlFlow<String> {
        match statement {
            SqlStatement::Query(_)
            | SqlStatement::Explain { .. }
            | SqlStatement::ExplainTable { .. }
            | SqlStatement::ShowTables { .. }
            | SqlStatement::ShowColumns { .. }
            | SqlStatement::ShowFunctions { .. } => ControlFlow::Continue(()),
            other => ControlFlow::Break(first_words(&other.to_string())),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        if makes_a_table(&query.body) {
            return ControlFlow::Break("SELECT INTO".into());
        }
        ControlFlow::Continue(())
    }
}

fn makes_a_table(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_some(),
        SetExpr::SetOperation { left, right, .. } => makes_a_table(left) || makes_a_table(right),
        _ => false,
    }
}

/// The words in capitals that a statement begins with: two at most.
fn first_words(statement: &str) -> String {
    let words: Vec<&str> = statement
        .split_whitespace()
        .take(2)
        .take_while(|w| w.chars().all(|c| c.is_ascii_uppercase()))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_is_allowed_and_all_else_refused() {
        for allowed in [
            "select 1",
            "with a as (select 1 as x) select * from a",
            "values (1), (2)",
            "(select 1) union all select 2",
            "explain select 1",
            "explain analyze verbose select 1",
            "describe goals",
            "show tables",
            "show columns from goals",
            "select * from 'data/spend.csv'",
        ] {
            let statement = parse(allowed).unwrap();
            assert_eq!(refusal(&statement), None, "{allowed}");
        }
        for (refused, named) in [
            ("create table t as select 1", "CREATE TABLE"),
            ("create view v as select 1", "CREATE VIEW"),
            (
                "create external table t stored as csv location '/etc/passwd'",
                "CREATE EXTERNAL",
            ),
            ("drop table spend", "DROP TABLE"),
            ("insert into spend select * from spend", "INSERT INTO"),
            ("update spend set amount = 0", "UPDATE"),
            ("delete from spend", "DELETE FROM"),
            ("copy spend to '/tmp/x.csv'", "COPY"),
            ("copy (select 1) to 'x.parquet'", "COPY"),
            ("set datafusion.execution.batch_size = 1", "SET"),
            ("reset datafusion.execution.batch_size", "RESET"),
            ("select 1 into t", "SELECT INTO"),
            ("select * from (select 1 into t)", "SELECT INTO"),
            ("with a as (select 1 into t) select * from a", "SELECT INTO"),
            ("explain analyze insert into spend select 1", "INSERT INTO"),
            ("explain copy spend to 'x.csv'", "COPY"),
            ("prepare p as select 1", "PREPARE"),
            ("execute p(1)", "EXECUTE"),
            ("begin transaction", "BEGIN TRANSACTION"),
            ("truncate table spend", "TRUNCATE TABLE"),
            ("show all", "SHOW"),
        ] {
            let statement = parse(refused).unwrap();
            let said = refusal(&statement);
            assert!(
                said.as_deref().is_some_and(|s| s.starts_with(named)),
                "{refused}: {said:?}"
            );
        }
    }
}
