//! `render`: the pages of a published release, made again.
//!
//! For who changes a template, and for mail: nothing is computed, so it takes a
//! moment. The release itself is never touched.

use std::path::Path;

use super::Outcome;
use super::printer::Printer;
use crate::cli::Render;
use crate::error::{Error, Result};
use crate::history::durable;
use crate::model;
use crate::project::{Overrides, Project};
use crate::scorecard::page::{Book, Facts, Published, Templates};
use crate::scorecard::{self, Reopened};

pub(super) fn render(typed: &Render, printer: &Printer) -> Result<Outcome> {
    let mut project = Project::open(
        &typed.project,
        Overrides {
            out: typed.out.clone(),
            ..Overrides::default()
        },
    )?;
    let id = typed.release.as_deref();
    if let Some(folder) = &typed.to {
        if folder.is_dir() && folder.join("manifest.json").exists() {
            return Err(Error::Usage {
                message: format!("{} is a release, which never changes", folder.display()),
                hint: "name another folder".into(),
            });
        }
        with_book(&mut project, id, |book| {
            book.write(&|name, bytes| durable::write_one_of_many(&folder.join(name), bytes))
        })?;
        printer.say(&format!("Open {}", folder.join("index.html").display()));
    }
    if let Some(file) = &typed.single_file {
        single_file(&mut project, id, file)?;
        printer.say(&format!("Open {}", file.display()));
    }
    Ok(Outcome::Done)
}

/// Makes one file of a release's index.
pub(super) fn single_file(project: &mut Project, id: Option<&str>, file: &Path) -> Result<()> {
    with_book(project, id, |book| {
        durable::write(file, book.single()?.as_bytes())
    })
}

fn with_book(
    project: &mut Project,
    id: Option<&str>,
    work: impl FnOnce(&Book<'_>) -> Result<()>,
) -> Result<()> {
    let Reopened {
        manifest,
        folder,
        catalogue,
        ..
    } = scorecard::reopen(project, id)?;
    let queries = model::with_reads(&catalogue, model::load(&project.root)?)?;
    let published = Published::reopened(&folder, &manifest, &queries)?;
    let findings = scorecard::findings(&project.out, Some(&manifest.release))?;
    let facts = Facts::reopened(&manifest, &findings)?;
    let templates = Templates::load(&project.root)?;
    let names = queries.into_keys().collect();
    work(&Book::open(
        &facts,
        published,
        names,
        &templates,
        catalogue.threads(),
    )?)
}
