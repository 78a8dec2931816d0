//! Html: the scorecard as one page that needs nothing but itself.
//!
//! In: a `Page` of finished texts, and the function that hashes the inline
//! style and script for the content security policy. Out: the page as a string.
//!
//! Not here: computing figures, formatting amounts, writing files.
//!
//! Rule: the same page gives the same bytes, and no text from outside can
//! become markup, style, script or a link out of the release.

mod chart;
mod escape;
mod evidence;
mod page;
mod view;
mod warnings;

#[cfg(test)]
mod tests;

pub use evidence::{Column, Load, Model, NotComputed, Notice, Severity};
pub use page::{
    Answer, Coverage, Goal, Kpi, Linked, Listing, Page, Pathless, PriorityLevel, PriorityRow,
    Reconciliation, Status, Tone, Variance,
};
pub use warnings::{Change, Grade, Raised, Sign, Warnings};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value, context};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Templates by the name they call each other.
const TEMPLATES: [(&str, &str); 10] = [
    ("layout.html", include_str!("template/layout.html")),
    ("page.html", include_str!("template/page.html")),
    ("tables.html", include_str!("template/tables.html")),
    ("catalogue.html", include_str!("template/catalogue.html")),
    ("macros.html", include_str!("template/macros.html")),
    ("front.html", include_str!("template/front.html")),
    ("warnings.html", include_str!("template/warnings.html")),
    ("analysis.html", include_str!("template/analysis.html")),
    ("data.html", include_str!("template/data.html")),
    ("models.html", include_str!("template/models.html")),
];

/// The pages of a release.
pub struct Pages {
    /// The scorecard.
    pub index: String,
    /// Every published table, whole: question, method, query, first rows.
    pub tables: String,
}

/// Renders the pages.
///
/// `csp_hash` gets the exact bytes of an inline block and returns its SHA-256
/// in base64, without the `sha256-` prefix.
///
/// # Errors
///
/// When a template is broken, which is a fault of this build and not of the page.
pub fn render(page: &Page, csp_hash: impl Fn(&[u8]) -> String) -> Result<Pages, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escape::formatter);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.add_filter("anchor", |name: &str| escape::anchor(name));
    environment.add_filter("grouped", view::grouped);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }

    let (style, script) = (as_parsed(STYLE), as_parsed(SCRIPT));
    let values = context! {
        page => Value::from(Serde(page)),
        view => Value::from(Serde(view::View::of(page))),
        style_hash => hash_text(&csp_hash(style.as_bytes())),
        script_hash => hash_text(&csp_hash(script.as_bytes())),
        style => Value::from_safe_string(style),
        script => Value::from_safe_string(script),
    };
    Ok(Pages {
        index: environment.get_template("page.html")?.render(&values)?,
        tables: environment.get_template("tables.html")?.render(&values)?,
    })
}

/// Browsers hash an inline block after turning line ends into LF, whatever a
/// checkout made of them.
fn as_parsed(source: &str) -> String {
    source.replace("\r\n", "\n")
}

/// Only what base64 is made of, so that a hash cannot widen the policy.
fn hash_text(hash: &str) -> String {
    hash.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c))
        .collect()
}
