//! Statistics that SQL lacks, as functions for models and for ad-hoc SQL.
//!
//! Gives every session the same functions, each documented where it is made
//! (`throughline models --functions` prints them). Inputs are numbers, answers
//! are doubles; NULL in is NULL out, and what is undefined is NULL.
//!
//! Not here: what the figures mean for a KPI or a goal (`queries/warning`).
//!
//! Rule: an answer depends on the values alone, never on the order in which rows
//! arrive: aggregates that need an order take it as an argument, and window
//! functions from `over (order by …)`. What can be said in built-in terms is
//! ([`arithmetic`]), so that it also runs where these are not registered.

mod arithmetic;
mod distribution;
mod pairs;
mod sequence;

use datafusion::logical_expr::{
    AggregateUDF, DocSection, Documentation, DocumentationBuilder, ScalarUDF, WindowUDF,
};
use datafusion::prelude::SessionContext;

/// Where the functions stand in the engine's own documentation.
const STATISTICS: DocSection = DocSection {
    include: true,
    label: "Statistics",
    description: None,
};

/// A function as its documentation describes it.
#[derive(Debug, Clone)]
pub struct Described {
    pub name: String,
    /// How it is called.
    pub syntax: String,
    pub description: String,
    /// Its arguments, by name.
    pub arguments: Vec<(String, String)>,
    /// Where the formula is from.
    pub source: String,
}

/// Names every function for SQL.
pub(super) fn register(context: &SessionContext) {
    for function in scalars() {
        context.register_udf(function);
    }
    for function in aggregates() {
        context.register_udaf(function);
    }
    for function in windows() {
        context.register_udwf(function);
    }
}

fn scalars() -> Vec<ScalarUDF> {
    let distributions = distribution::Distribution::all().map(ScalarUDF::from);
    let arithmetic = arithmetic::Shorthand::all().map(ScalarUDF::from);
    distributions.into_iter().chain(arithmetic).collect()
}

fn aggregates() -> Vec<AggregateUDF> {
    pairs::Pairs::all().map(AggregateUDF::from).into()
}

fn windows() -> Vec<WindowUDF> {
    sequence::Sequence::all().map(WindowUDF::from).into()
}

/// Every function, in the order of their names.
#[must_use]
pub fn functions() -> Vec<Described> {
    let scalars = scalars();
    let aggregates = aggregates();
    let windows = windows();
    let mut described: Vec<Described> = scalars
        .iter()
        .map(|f| (f.name(), f.documentation()))
        .chain(aggregates.iter().map(|f| (f.name(), f.documentation())))
        .chain(windows.iter().map(|f| (f.name(), f.documentation())))
        .filter_map(|(name, documentation)| Some(describe(name, documentation?)))
        .collect();
    described.sort_by(|a, b| a.name.cmp(&b.name));
    described
}

fn describe(name: &str, documentation: &Documentation) -> Described {
    Described {
        name: name.to_owned(),
        syntax: documentation.syntax_example.clone(),
        description: documentation.description.clone(),
        arguments: documentation.arguments.clone().unwrap_or_default(),
        source: documentation
            .alternative_syntax
            .iter()
            .flatten()
            .cloned()
            .collect(),
    }
}

/// Documentation with its arguments, and the source of the formula where the
/// engine keeps other ways to write a call.
fn documented(
    description: &str,
    syntax: &str,
    source: &str,
    arguments: &[(&str, &str)],
) -> Documentation {
    let mut builder: DocumentationBuilder =
        Documentation::builder(STATISTICS, description, syntax).with_alternative_syntax(source);
    for (name, what) in arguments {
        builder = builder.with_argument(*name, *what);
    }
    builder.build()
}

#[cfg(test)]
mod tests;
