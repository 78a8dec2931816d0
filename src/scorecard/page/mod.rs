//! Pages: what people open.
//!
//! In: the published tables, what loading found, and templates. Out: the pages of a
//! release: the index, a page for each goal, unit, initiative and KPI, lists, the
//! catalogue of models with a page each, the narrative as Markdown, the board pack,
//! and the index as a single file.
//!
//! Not here: computing a figure (`model`); writing files (`release`).
//!
//! Rules: a page asks for rows of published tables and for nothing else, so every
//! figure on it is a cell. The same tables give the same bytes. No text of others
//! can become markup, style, script or a link out of the release.

mod address;
mod cell;
mod chart;
mod environment;
mod escape;
mod facts;
mod furniture;
mod prose;
mod rows;
mod table;
mod template;

pub use facts::Facts;
pub use table::Published;
pub use template::Templates;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Environment, Value, context};
use sha2::{Digest, Sha256};

use self::address::{Addresses, Kind, Place};
use self::environment::Shelf;
use self::prose::Fact;
use self::rows::Rows;
use self::table::{Table, Tables};
use crate::crew;
use crate::error::{Error, Result};

/// Takes a page: its path in the release and its bytes.
pub type Sink<'a> = &'a (dyn Fn(&str, &[u8]) -> Result<()> + Sync);

/// Pages that stand at the top of a release, each with the model that it lists in
/// parts, if it does.
const WHOLE: [(&str, Option<&str>); 11] = [
    ("index", None),
    ("changes", None),
    ("findings", Some("scorecard.findings")),
    ("signs", None),
    ("priority", None),
    ("goals", Some("scorecard.goal")),
    ("units", Some("scorecard.unit")),
    ("initiatives", Some("scorecard.initiative")),
    ("kpis", Some("scorecard.kpi")),
    ("data", None),
    ("models", None),
];

/// Rows of one part of a list.
const PART: usize = 400;

/// The narrative of the whole.
const NARRATIVE: &str = "index.md";

/// What has a narrative of its own.
const TOLD: [Kind; 2] = [Kind::Goal, Kind::Unit];

/// The pages of a release, ready to be written.
pub struct Book<'a> {
    facts: &'a Facts,
    shelf: Shelf,
    templates: &'a Templates,
    threads: usize,
    /// By how deep a page lies: at the top, in a folder, and on its own.
    top: Environment<'static>,
    deep: Environment<'static>,
    alone: Environment<'static>,
    prose: Environment<'static>,
}

impl<'a> Book<'a> {
    /// # Errors
    /// A template that is none, engine errors while reading tables.
    pub fn open(
        facts: &'a Facts,
        published: Vec<Published>,
        names: Vec<String>,
        templates: &'a Templates,
        threads: usize,
    ) -> Result<Self> {
        let models = catalogue(&published);
        let tables = Arc::new(Tables::new(published, names));
        let addresses = Arc::new(Addresses::of(&tables)?);
        let shelf = Shelf { tables, addresses };
        let made = |environment: std::result::Result<_, minijinja::Error>| {
            environment.map_err(|e| refused(templates, &e))
        };
        let pages = |root: Option<&str>| -> Result<Environment<'static>> {
            let mut environment = made(environment::pages(&shelf, templates, root))?;
            let style = minified(templates.source("style.css"));
            let script = templates.source("script.js").to_owned();
            environment.add_global("release", facts.value());
            environment.add_global("models", models.clone());
            environment.add_global("style_hash", hash(&style));
            environment.add_global("script_hash", hash(&script));
            environment.add_global("style", Value::from_safe_string(style));
            environment.add_global("script", Value::from_safe_string(script));
            Ok(environment)
        };
        let mut prose = made(environment::narrative(&shelf, templates))?;
        prose.add_global("release", facts.sealed());
        Ok(Self {
            top: pages(Some(""))?,
            deep: pages(Some("../"))?,
            alone: pages(None)?,
            prose,
            facts,
            shelf,
            templates,
            threads,
        })
    }

    /// Gives every page to `sink`, several at once.
    ///
    /// # Errors
    /// A template that fails, a narrative with a figure that is no cell, and
    /// whatever `sink` says.
    pub fn write(&self, sink: Sink<'_>) -> Result<()> {
        let whole = self.story(NARRATIVE, context! {})?;
        let story = Value::from_safe_string(prose::as_html(&whole, Some("")));
        for (name, listed) in WHOLE {
            self.write_whole(name, listed, &story, sink)?;
        }
        if self.facts.pack.is_some() {
            let html = self.page(&self.top, "pack.html", context! { story })?;
            sink("pack.html", html.as_bytes())?;
        }
        let mut narrative = prose::as_markdown(&whole).trim_end().to_owned();
        narrative.push('\n');
        for kind in Kind::ALL {
            narrative.push_str(&self.write_subjects(kind, sink)?);
            self.shelf.tables.forget();
        }
        sink("narrative.md", narrative.as_bytes())?;
        self.write_models(sink)
    }

    /// The index on its own: for mail, with no link to anything.
    ///
    /// # Errors
    /// As [`Book::write`].
    pub fn single(&self) -> Result<String> {
        let story = self.story(NARRATIVE, context! {})?;
        let story = Value::from_safe_string(prose::as_html(&story, None));
        self.page(&self.alone, "index.html", context! { story, part => () })
    }

    /// A page at the top, in as many parts as its list needs.
    fn write_whole(
        &self,
        name: &str,
        listed: Option<&str>,
        story: &Value,
        sink: Sink<'_>,
    ) -> Result<()> {
        let rows = match listed {
            Some(model) => self.shelf.tables.table(model)?.map_or(0, |t| t.height()),
            None => 0,
        };
        let count = rows.div_ceil(PART).max(1);
        let file = |part: usize| match part {
            1 => format!("{name}.html"),
            _ => format!("{name}-{part}.html"),
        };
        for part in 1..=count {
            let values = context! {
                story => story.clone(),
                part => context! {
                    number => part,
                    count,
                    rows,
                    from => (part - 1) * PART,
                    size => PART,
                    before => (part > 1).then(|| file(part - 1)),
                    after => (part < count).then(|| file(part + 1)),
                },
            };
            let html = self.page(&self.top, &format!("{name}.html"), values)?;
            sink(&file(part), html.as_bytes())?;
        }
        Ok(())
    }

    /// The pages of all subjects of a kind; what is told of them, as Markdown.
    fn write_subjects(&self, kind: Kind, sink: Sink<'_>) -> Result<String> {
        let subjects: Vec<_> = self.shelf.addresses.subjects(kind).collect();
        let template = format!("{}.html", kind.word());
        let narrative = format!("{}.md", kind.word());
        let is_told = TOLD.contains(&kind);
        let told = crew::in_order(self.threads, &subjects, |(id, place)| {
            let mut values = about(kind, id, place);
            let mut markdown = String::new();
            if is_told {
                let told = self.story(&narrative, told_about(kind, id, place))?;
                let story = Value::from_safe_string(prose::as_html(&told, Some("../")));
                values = context! { story, ..values };
                markdown = under_heading(id, place, &told);
            }
            let html = self.page(&self.deep, &template, values)?;
            sink(&place.file, html.as_bytes())?;
            Ok(markdown)
        })?;
        Ok(told.concat())
    }

    fn write_models(&self, sink: Sink<'_>) -> Result<()> {
        let models: Vec<&Published> = self.shelf.tables.published().collect();
        crew::in_order(self.threads, &models, |model| {
            let preview = Table::preview(model);
            let height = preview.height();
            let values = context! {
                model => model.value(),
                preview => Value::from_object(Rows::all(Some(Arc::new(preview)))),
                shown => height,
            };
            let html = self.page(&self.deep, "model.html", values)?;
            sink(
                &format!("models/{}.html", model.query.name),
                html.as_bytes(),
            )
        })?;
        Ok(())
    }

    /// A narrative with its cells sealed.
    fn story(&self, name: &str, values: Value) -> Result<String> {
        let told = self
            .prose
            .get_template(name)
            .and_then(|template| template.render(values))
            .map_err(|e| refused(self.templates, &e))?;
        prose::hold_to_cells(&told).map_err(|why| {
            self.templates.mistake(
                name,
                0,
                why,
                "a narrative states cells alone: {{ row.column }} of rows(\"family.model\")",
            )
        })?;
        // What conditions leave behind between sentences means nothing.
        let lines: Vec<&str> = told.lines().map(str::trim).collect();
        Ok(lines.join("\n"))
    }

    fn page(&self, environment: &Environment<'_>, name: &str, values: Value) -> Result<String> {
        environment
            .get_template(name)
            .and_then(|template| template.render(values))
            .map_err(|e| refused(self.templates, &e))
    }
}

/// The models by family, what others are made of last.
fn catalogue(published: &[Published]) -> Value {
    let mut models: Vec<&Published> = published.iter().collect();
    models.sort_by_key(|model| (model.query.family == "base", model.query.name.as_str()));
    models.into_iter().map(Published::value).collect()
}

/// Whom a page is about.
fn about(kind: Kind, id: &str, place: &Place) -> Value {
    context! { id => id, kind => kind.word(), name => place.name.as_str() }
}

/// The same for a narrative: an id or a name may hold a digit.
fn told_about(kind: Kind, id: &str, place: &Place) -> Value {
    let fact = |text: &str| Value::from_object(Fact(text.to_owned()));
    context! { id => fact(id), kind => kind.word(), name => fact(&place.name) }
}

/// What is told of a subject, as a part of the whole narrative.
fn under_heading(id: &str, place: &Place, told: &str) -> String {
    let mut heading = prose::plain_markdown(&place.name);
    if place.name != id {
        heading.push_str(&format!(" ({})", prose::plain_markdown(id)));
    }
    format!("\n## {heading}\n\n{}\n", prose::as_markdown(told).trim())
}

/// A template that failed, with its place.
fn refused(templates: &Templates, error: &minijinja::Error) -> Error {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        why.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    templates.mistake(
        error.name().unwrap_or_default(),
        error.line().unwrap_or(0),
        why,
        "a file of `templates/` replaces the built-in template of its name; without it that one is used",
    )
}

/// SHA-256 of an inline block, for the content security policy.
fn hash(block: &str) -> String {
    STANDARD.encode(Sha256::digest(block.as_bytes()))
}

/// A style sheet without comments and indentation: it stands in every page.
fn minified(style: &str) -> String {
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines: Vec<&str> = out
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_loses_its_comments_only() {
        assert_eq!(
            minified("/* a */\n a { b: c }\n\n/* d */ e {\n}"),
            "a { b: c }\ne {\n}"
        );
    }
}
