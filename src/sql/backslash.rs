//! Backslash: the commands of the shell that are no SQL.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::ValueEnum;

use super::answer::Format;
use super::output::Output;
use super::parameter::parameter;
use super::script::Script;
use super::session::Named;
use super::shell::{Next, Shell};
use crate::contract::TABLES;
use crate::error::{Error, Result, nearest};
use crate::project;
use crate::scorecard::Asked;

/// A command: its name, what follows it, what it does.
pub(super) const COMMANDS: [(&str, &str, &str); 13] = [
    (
        "\\d",
        "[NAME]",
        "tables, or the columns of one and what they mean",
    ),
    ("\\models", "", "the models and their questions"),
    ("\\timing", "[on|off]", "say how long statements take"),
    (
        "\\as-of",
        "[DATE]",
        "look at that day; without one, at the current release",
    ),
    (
        "\\as-known",
        "[MOMENT]",
        "look with what had been loaded by then",
    ),
    (
        "\\release",
        "[ID]",
        "look at that release; without one, at the current one",
    ),
    (
        "\\mode",
        "[FORMAT]",
        "table, csv, json, ndjson, markdown, parquet, xlsx",
    ),
    ("\\o", "[FILE]", "answer in a file; without one, here again"),
    (
        "\\param",
        "[NAME=VALUE]",
        "give $NAME a value; without one, list them",
    ),
    ("\\rows", "[N]", "rows of a table to show; 0 = all"),
    ("\\i", "FILE", "run the statements of a file"),
    ("\\?", "", "this list"),
    ("\\q", "", "leave"),
];

/// Does what a command says.
pub(super) fn obey(shell: &mut Shell, line: &str) -> Result<Next> {
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match command {
        "\\d" if rest.is_empty() => tables(shell),
        "\\d" => columns(shell, rest)?,
        "\\models" => models(shell),
        "\\timing" => {
            shell.show.is_timed = match rest {
                "on" => true,
                "off" => false,
                _ => !shell.show.is_timed,
            };
            let state = if shell.show.is_timed { "on" } else { "off" };
            shell.talk.say(&format!("timing is {state}"));
        }
        "\\as-of" => {
            let asked = shell.session.asked().clone();
            let as_of = optional(rest, day)?;
            shell.look_at(Asked {
                release: None,
                as_of,
                as_known: asked.as_known.filter(|_| as_of.is_some()),
            })?;
        }
        "\\as-known" => {
            let asked = shell.session.asked().clone();
            shell.look_at(Asked {
                release: None,
                as_of: asked.as_of,
                as_known: optional(rest, moment)?,
            })?;
        }
        "\\release" => shell.look_at(Asked {
            release: (!rest.is_empty()).then(|| rest.to_owned()),
            ..Asked::default()
        })?,
        "\\mode" => mode(shell, rest)?,
        "\\o" => output(shell, rest),
        "\\param" if rest.is_empty() => {
            for (name, value) in &shell.show.parameters {
                shell.talk.tell(&format!("${name} = {value}"));
            }
        }
        "\\param" => {
            let (name, value) = parameter(rest)?;
            shell.show.parameters.insert(name, value);
        }
        "\\rows" => {
            let rows: usize = rest
                .parse()
                .map_err(|_| no_value(rest, "a number of rows"))?;
            shell.show.rows = (rows > 0).then_some(rows);
        }
        "\\i" if !rest.is_empty() => {
            let text = std::fs::read_to_string(rest).map_err(Error::io("read", Path::new(rest)))?;
            shell.ask(Script::new(rest, text))?;
        }
        "\\?" | "\\h" | "\\help" => help(shell),
        "\\q" | "\\quit" | "\\exit" => return Ok(Next::Leave),
        other => return Err(unknown(other)),
    }
    Ok(Next::Go)
}

fn unknown(command: &str) -> Error {
    if command == "\\i" {
        return no_value("", "a file");
    }
    let near = nearest(command, COMMANDS.map(|(name, ..)| name));
    Error::Usage {
        message: format!("`{command}` is no command"),
        hint: format!(
            "did you mean `{}`? `\\?` lists the commands",
            near.unwrap_or("\\?")
        ),
    }
}

fn no_value(text: &str, what: &str) -> Error {
    Error::Usage {
        message: format!("`{text}` is not {what}"),
        hint: "`\\?` lists the commands and what follows them".into(),
    }
}

fn optional<T>(text: &str, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    (!text.is_empty()).then(|| read(text)).transpose()
}

fn day(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| no_value(text, "a day such as 2026-03-31"))
}

fn moment(text: &str) -> Result<DateTime<Utc>> {
    project::moment(text).map_err(|_| {
        no_value(
            text,
            "a day such as 2026-03-31 or an instant such as 2026-03-31T18:00:00Z",
        )
    })
}

fn mode(shell: &mut Shell, word: &str) -> Result<()> {
    if !word.is_empty() {
        shell.show.format = Format::from_str(word, true).map_err(|_| {
            let all = Format::value_variants().iter().map(|f| f.word());
            Error::Usage {
                message: format!("`{word}` is no format"),
                hint: format!("they are {}", all.collect::<Vec<_>>().join(", ")),
            }
        })?;
    }
    let format = shell.show.format;
    shell.talk.say(&format!("answers are {}", format.word()));
    if format.is_binary() && shell.show.output == Output::Stdout {
        shell.talk.say("it is no text: name a file with \\o");
    }
    Ok(())
}

fn output(shell: &mut Shell, file: &str) {
    if file.is_empty() {
        shell.show.output = Output::Stdout;
        shell.show.format = Format::Table;
        shell.talk.say("answers are shown here, as tables");
        return;
    }
    let path = PathBuf::from(file);
    shell.show.format = Format::of_file(&path).unwrap_or(shell.show.format);
    let format = shell.show.format.word();
    shell.show.output = if shell.show.format.is_binary() {
        shell.talk.say(&format!(
            "answers are written to {file} as {format}, each in place of the one before"
        ));
        Output::File(path)
    } else {
        shell.talk.say(&format!(
            "answers are added to {file} as {format}; \\o shows them here again"
        ));
        Output::Append(path)
    };
}

fn help(shell: &Shell) {
    let rows = COMMANDS.map(|(name, rest, what)| {
        vec![format!("{name} {rest}").trim_end().to_owned(), what.into()]
    });
    tell_rows(shell, &rows);
}

fn models(shell: &Shell) {
    let rows: Vec<Vec<String>> = shell
        .models
        .iter()
        .map(|q| vec![q.name.clone(), q.header.question.clone()])
        .collect();
    tell_rows(shell, &rows);
}

fn tables(shell: &Shell) {
    let tables = shell.session.tables();
    let mut schemas: Vec<&str> = tables.iter().map(|t| t.schema.as_str()).collect();
    schemas.dedup();
    // Objects as they lie are no tables for people; they can be asked all the same.
    for schema in schemas.into_iter().filter(|s| *s != "raw") {
        let names: Vec<&str> = tables
            .iter()
            .filter(|t| t.schema == schema)
            .map(|t| t.table.as_str())
            .collect();
        let title = if schema.is_empty() {
            "contract tables"
        } else {
            schema
        };
        shell.talk.tell(&format!("{title}\n  {}", names.join(", ")));
    }
    shell
        .talk
        .tell("every.<schema>\n  the same tables of all releases, with `release` and `as_of`");
}

/// The columns of a table: type, and meaning where one is written down.
fn columns(shell: &Shell, name: &str) -> Result<()> {
    let name = name.to_ascii_lowercase();
    let Some(columns) = shell.session.columns(&name)? else {
        let all: Vec<String> = shell.session.tables().iter().map(Named::whole).collect();
        let near = nearest(&name, all.iter().map(String::as_str));
        return Err(Error::Usage {
            message: format!("there is no table `{name}`"),
            hint: near.map_or_else(String::new, |n| format!("did you mean `{n}`?")),
        });
    };
    let bare = ["previous.", "every.", "history.", "raw."]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(&name);
    let query = shell.models.iter().find(|q| q.name == bare);
    let table = TABLES.iter().find(|t| t.name == bare);
    if let Some(query) = query {
        shell.talk.tell(&query.header.question);
    } else if let Some(table) = table {
        shell.talk.tell(&format!("one row per {}", table.grain));
    }
    let rows: Vec<Vec<String>> = columns
        .into_iter()
        .map(|(column, type_name)| {
            let promised = query.and_then(|q| q.header.columns.iter().find(|c| c.name == column));
            let declared = table.and_then(|t| t.column(&column));
            let meaning = match (promised, declared) {
                (Some(promised), _) => promised.description.clone(),
                (None, Some(declared)) => declared.what.to_owned(),
                (None, None) => added(&column).to_owned(),
            };
            vec![column, type_name, meaning]
        })
        .collect();
    tell_rows(shell, &rows);
    Ok(())
}

/// What the columns mean that we add to tables.
fn added(column: &str) -> &'static str {
    match column {
        "file" => "source file that the row stands in",
        "row" => "its line there",
        "source_version" => "content of the file that the row was read from",
        "reporting_amount" => "the amount in the reporting currency",
        "known_from" => "moment from which the row was believed",
        "known_to" => "moment until which it was; NULL = still",
        "as_known" => "what had been loaded by then",
        "rules_version" => "the rules that the release was made with",
        "release" => "id of the release",
        "as_of" => "business day of the release",
        _ => "",
    }
}

/// Rows of words, their columns below each other.
fn tell_rows(shell: &Shell, rows: &[Vec<String>]) {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    if let Some(width) = shell.show.width {
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        table.set_width(width);
    }
    for row in rows {
        table.add_row(row);
    }
    let lines: Vec<String> = table.lines().map(|l| l.trim_end().to_owned()).collect();
    shell.talk.tell(&lines.join("\n"));
}
