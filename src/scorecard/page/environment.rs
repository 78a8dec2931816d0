//! Environment: what a template can ask for and how its expressions are written.
//!
//! In: the release's tables and addresses, and the templates, of which a project
//! may replace any by name. Out: two environments: one for pages, in which
//! everything is escaped, and one for narrative, in which every figure is sealed.
//!
//! Not here: what the templates say.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::address::{Addresses, Kind};
use super::cell::{Cell, Form};
use super::rows::{Rows, plain};
use super::table::Tables;
use super::template::Templates;
use super::{chart, escape, furniture, prose};
use crate::scorecard::figures;

/// What every template may ask.
#[derive(Clone)]
pub(super) struct Shelf {
    pub(super) tables: Arc<Tables>,
    pub(super) addresses: Arc<Addresses>,
}

fn refused(error: &crate::error::Error) -> Error {
    let hint = error.hint().unwrap_or_default();
    Error::new(ErrorKind::InvalidOperation, format!("{error}; {hint}"))
}

/// The environment of pages. `root` leads from a page to the release's folder; none
/// for a page that must lead nowhere.
///
/// # Errors
/// For a template that is no template.
pub(super) fn pages(
    shelf: &Shelf,
    templates: &Templates,
    root: Option<&str>,
) -> Result<Environment<'static>, Error> {
    let mut environment = common(shelf, root)?;
    environment.add_global("root", root.map_or_else(|| Value::from(()), Value::from));
    furniture::furnish(&mut environment, shelf, root);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escape::formatter);
    for (name, source) in templates.of("html") {
        environment.add_template_owned(name.to_owned(), source.to_owned())?;
    }
    Ok(environment)
}

/// The environment of narrative.
///
/// # Errors
/// For a template that is no template.
pub(super) fn narrative(
    shelf: &Shelf,
    templates: &Templates,
) -> Result<Environment<'static>, Error> {
    let mut environment = common(shelf, None)?;
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(prose::formatter);
    for (name, source) in templates.of("md") {
        environment.add_template_owned(name.to_owned(), source.to_owned())?;
    }
    Ok(environment)
}

fn common(shelf: &Shelf, root: Option<&str>) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    let tables = Arc::clone(&shelf.tables);
    environment.add_function("rows", move |model: &str, wanted: Kwargs| {
        let table = tables.table(model).map_err(|e| refused(&e))?;
        Rows::of(table, &wanted).map(Value::from_object)
    });
    let tables = Arc::clone(&shelf.tables);
    environment.add_function("has", move |model: &str| tables.has(model));
    let addresses = Arc::clone(&shelf.addresses);
    let root = root.map(str::to_owned);
    environment.add_function("link", move |kind: Value, id: Value| {
        link(root.as_deref(), &addresses, &plain(&kind), &plain(&id))
    });
    let addresses = Arc::clone(&shelf.addresses);
    environment.add_function("name_of", move |kind: Value, id: Value| {
        let (kind, id) = (Kind::named(&plain(&kind)), plain(&id));
        let place = kind.and_then(|kind| addresses.find(kind, &id));
        place.map_or(id.clone(), |place| place.name.clone())
    });
    environment.add_function("chart", chart::draw);
    environment.add_filter("anchor", |name: Value| escape::anchor(&plain(&name)));
    environment.add_filter("inside", |path: &str| {
        escape::relative_link(path).map(str::to_owned)
    });
    environment.add_filter("grouped", |number: u64| figures::count(number));
    for (name, form) in [
        ("whole", Form::Whole),
        ("percent", Form::Percent),
        ("absolute", Form::Absolute),
        ("signed", Form::Signed),
        ("capitalized", Form::Capitalized),
    ] {
        environment.add_filter(name, move |value: Value| formed(&value, form));
    }
    Ok(environment)
}

/// A cell in another form. What is no cell stays as it is: a form adds no figure.
fn formed(value: &Value, form: Form) -> Value {
    match value.downcast_object_ref::<Cell>() {
        Some(cell) => Value::from_object(cell.formed(form)),
        None => value.clone(),
    }
}

/// The page of a subject, relative to the page that asks; none where it has no
/// page, or where the page that asks must lead nowhere.
fn link(root: Option<&str>, addresses: &Addresses, kind: &str, id: &str) -> Value {
    let place = Kind::named(kind).and_then(|kind| addresses.find(kind, id));
    match (root, place) {
        (Some(root), Some(place)) => Value::from(format!("{root}{}", place.file)),
        _ => Value::from(()),
    }
}
