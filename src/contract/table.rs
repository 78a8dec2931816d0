//! The shape of a declaration: table, column, kind, reference.
//!
//! Not here: the declarations themselves (`tables`).

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::{FILE, RECORDED_DATE, ROW, SOURCE_VERSION, VALID_FROM};

/// What a cell must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    /// decimal(18,2)
    Money,
    /// A finite double in `low..=high`.
    Number {
        low: f64,
        high: f64,
    },
    /// A bigint in `low..=high`.
    Integer {
        low: i64,
        high: i64,
    },
    Date,
    Bool,
    /// Text out of a closed list.
    Choice(&'static [&'static str]),
}

/// One declared column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub what: &'static str,
}

/// A column whose values should be keys of another table. A row with an unknown
/// value is kept and reported: tomorrow's load may bring what it refers to.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    pub column: &'static str,
    pub table: &'static str,
    pub key: &'static str,
}

/// One declared table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    /// "one row per …"
    pub grain: &'static str,
    pub required: bool,
    pub columns: &'static [Column],
    /// Without `valid_from` and `recorded_date`, which always count as well.
    pub key: &'static [&'static str],
    /// The newest `valid_from` per key holds.
    pub versioned: bool,
    /// Facts dated after `as_of` are dropped.
    pub fact_date: Option<&'static str>,
    /// The money column and its currency column.
    pub money: Option<(&'static str, &'static str)>,
    /// (first, second): second must not be before or below first.
    pub ordered: &'static [(&'static str, &'static str)],
    pub references: &'static [Reference],
    /// What a run can say once this table is there.
    pub unlocks: &'static str,
}

impl Column {
    /// The same column, required.
    #[must_use]
    pub(super) const fn must(mut self) -> Self {
        self.required = true;
        self
    }
}

impl Table {
    /// The declared column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.all_columns().find(|c| c.name == name)
    }

    /// The declared columns, then the two time axes.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.columns.iter().chain(AXES.iter())
    }

    /// The day of a row's money, which chooses the rate of a foreign currency.
    #[must_use]
    pub fn money_date(&self) -> Option<&'static str> {
        match self.name {
            "spend" => Some("posted_date"),
            "budgets" => Some("period_start_date"),
            _ => None,
        }
    }

    /// The Arrow schema of an admitted table: declared columns, the two time
    /// axes, then where the row came from.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let mut fields: Vec<Field> = self
            .all_columns()
            .map(|c| Field::new(c.name, arrow_type(c.kind), !c.required))
            .collect();
        fields.push(Field::new(FILE, dictionary(), false));
        fields.push(Field::new(ROW, DataType::Int64, false));
        fields.push(Field::new(SOURCE_VERSION, dictionary(), false));
        Arc::new(Schema::new(fields))
    }
}

const AXES: [Column; 2] = [
    Column {
        name: VALID_FROM,
        kind: Kind::Date,
        required: false,
        what: "day from which this version of the row is true in the business",
    },
    Column {
        name: RECORDED_DATE,
        kind: Kind::Date,
        required: false,
        what: "day on which the organisation knew the row; wins over the load time",
    },
];

/// Few distinct values over many rows: kept as a dictionary.
fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The Arrow type that a kind of cell becomes.
#[must_use]
pub fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Choice(_) => DataType::Utf8,
        Kind::Money => DataType::Decimal128(18, 2),
        Kind::Number { .. } => DataType::Float64,
        Kind::Integer { .. } => DataType::Int64,
        Kind::Date => DataType::Date32,
        Kind::Bool => DataType::Boolean,
    }
}

impl Kind {
    /// How messages and templates name it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Money => "decimal(18,2)".into(),
            Self::Number { low, high } => match (low.is_finite(), high.is_finite()) {
                (true, true) => format!("number {low}..{high}"),
                (true, false) => format!("number from {low}"),
                _ => "number".into(),
            },
            Self::Integer { low, high } if high < i64::MAX => format!("integer {low}..{high}"),
            Self::Integer { .. } => "integer".into(),
            Self::Date => "date".into(),
            Self::Bool => "true or false".into(),
            Self::Choice(list) => list.join(" | "),
        }
    }
}
