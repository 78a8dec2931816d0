//! `init`: a new project, with a template for each core table.

use super::Outcome;
use super::printer::Printer;
use crate::cli::Init;
use crate::contract::TABLES;
use crate::error::{Error, Result};
use crate::history::durable;
use crate::project::{FILE_NAME, TEMPLATE, thresholds};

pub(super) fn init(typed: &Init, printer: &Printer) -> Result<Outcome> {
    let folder = &typed.folder;
    let file = folder.join(FILE_NAME);
    if file.exists() {
        return Err(Error::Usage {
            message: format!("`{}` is there already", file.display()),
            hint: "init never overwrites; choose another folder".into(),
        });
    }
    let data = folder.join("data");
    durable::create_dir(&data)?;
    let mut written = Vec::new();
    for table in TABLES.iter().filter(|t| t.required) {
        let path = data.join(format!("{}.csv", table.name));
        if path.exists() {
            continue;
        }
        let header: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
        durable::write(&path, format!("{}\n", header.join(",")).as_bytes())?;
        written.push(path.display().to_string());
    }
    durable::write(&file, TEMPLATE.as_bytes())?;
    durable::write(&folder.join("CONTRACT.md"), contract_page().as_bytes())?;
    durable::write(&folder.join(".gitignore"), b"/store\n/out\n")?;
    printer.say(&format!("made {}", file.display()));
    for path in written {
        printer.say(&format!("made {path} (headers only)"));
    }
    printer.say(&format!(
        "made {} (every table, column and threshold)\n\nnext: fill the CSV files or point throughline.toml at your own, then\n  throughline check {}\n  throughline run {}",
        folder.join("CONTRACT.md").display(),
        folder.display(),
        folder.display()
    ));
    Ok(Outcome::Done)
}

/// The reference of the contract, from its declaration.
fn contract_page() -> String {
    let mut page = String::from(
        "# The tables throughline reads\n\nRequired tables and columns are bold; key columns carry an asterisk.\n\
         Every table may also carry `valid_from` (the day from which this version of the row holds)\n\
         and `recorded_date` (the day on which the organisation knew it).\n",
    );
    for table in TABLES {
        let bold = if table.required { "**" } else { "" };
        page.push_str(&format!(
            "\n## {bold}{}{bold}\none row per {}; unlocks {}\n\n| column | type | meaning |\n|---|---|---|\n",
            table.name, table.grain, table.unlocks
        ));
        for column in table.columns {
            let bold = if column.required { "**" } else { "" };
            let star = if table.key.contains(&column.name) {
                "*"
            } else {
                ""
            };
            page.push_str(&format!(
                "| {bold}{}{bold}{star} | {} | {} |\n",
                column.name,
                column.kind.name().replace('|', "\\|"),
                column.what
            ));
        }
    }
    page.push_str(
        "\n# The thresholds of the rules\n\nWritten under `[rules.thresholds]`; whoever changes one raises the rules' `version`, which stands in\n\
         every published row.\n\n| threshold | default | meaning |\n|---|---:|---|\n",
    );
    for threshold in thresholds() {
        page.push_str(&format!(
            "| {} | {} | {} |\n",
            threshold.name, threshold.default, threshold.what
        ));
    }
    page
}
