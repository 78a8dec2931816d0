//! `models`: the catalogue of models, from their headers.

use std::path::Path;

use super::Outcome;
use super::printer::{Printer, table};
use crate::catalogue;
use crate::cli::Models;
use crate::error::{Error, Result};
use crate::model::{self, Query};

pub(super) fn models(typed: &Models, printer: &Printer) -> Result<Outcome> {
    if typed.functions {
        functions(typed.json, printer);
        return Ok(Outcome::Done);
    }
    let root = typed.project.as_deref().unwrap_or(Path::new("."));
    if typed.project.is_some() && !root.is_dir() {
        return Err(Error::Missing {
            what: "project folder",
            path: root.to_path_buf(),
            hint: "name the folder that holds throughline.toml".into(),
        });
    }
    // Outside a project there are only ours.
    let is_project = root.join(crate::project::FILE_NAME).is_file();
    let nowhere = Path::new("/nonexistent");
    let queries = model::load(if is_project { root } else { nowhere })?;
    if let Some(name) = &typed.show {
        let query = model::find(&queries, name)?;
        show(query, typed.json, printer);
    } else if typed.json {
        for query in &queries {
            printer.data(&as_json(query).to_string());
        }
    } else {
        let mut rows = vec![["model", "grain", "question"].map(str::to_owned).to_vec()];
        for q in &queries {
            let own = if q.built_in { "" } else { " (own)" };
            rows.push(vec![
                format!("{}{own}", q.name),
                q.header.grain.join(", "),
                q.header.question.clone(),
            ]);
        }
        printer.data(&table(&rows, &[]));
    }
    Ok(Outcome::Done)
}

fn as_json(query: &Query) -> serde_json::Value {
    serde_json::json!({
        "name": query.name,
        "path": query.path,
        "built_in": query.built_in,
        "header": query.header,
    })
}

fn functions(json: bool, printer: &Printer) {
    if json {
        for function in catalogue::functions() {
            let arguments: serde_json::Map<_, _> = function
                .arguments
                .into_iter()
                .map(|(name, what)| (name, what.into()))
                .collect();
            let object = serde_json::json!({
                "name": function.name,
                "syntax": function.syntax,
                "description": function.description,
                "arguments": arguments,
                "source": function.source,
            });
            printer.data(&object.to_string());
        }
        return;
    }
    for (at, function) in catalogue::functions().iter().enumerate() {
        if at > 0 {
            printer.data("");
        }
        printer.data(&format!("{}\n  {}", function.syntax, function.description));
        for (name, what) in &function.arguments {
            printer.data(&format!("    {name}: {what}"));
        }
        printer.data(&format!("  source: {}", function.source));
    }
}

fn show(query: &Query, json: bool, printer: &Printer) {
    if json {
        printer.data(&as_json(query).to_string());
    } else {
        printer.data(query.sql.trim_end());
    }
}
