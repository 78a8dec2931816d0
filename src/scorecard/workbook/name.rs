//! Name: what a sheet is called. Ours by the model, others with their family; of
//! at most 31 characters, of which some are forbidden, and no two alike.

use super::Sheet;
use super::cell::short;

pub(super) const COVER: &str = "Cover";
pub(super) const COLUMNS: &str = "Columns";

/// A spreadsheet's longest name of a sheet.
const LONGEST: usize = 31;

/// The names of all sheets, in their order.
pub(super) fn of_all(sheets: &[Sheet<'_>]) -> Vec<String> {
    // A spreadsheet keeps "History" to itself, and does not tell cases apart.
    let mut taken: Vec<String> = [COVER, COLUMNS, "History"].map(str::to_lowercase).into();
    let mut names = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let wanted = legal(sheet.name.strip_prefix("scorecard.").unwrap_or(sheet.name));
        let mut name = short(&wanted, LONGEST);
        let mut number = 2;
        while taken.contains(&name.to_lowercase()) {
            let end = format!("_{number}");
            name = short(&wanted, LONGEST - end.len()) + &end;
            number += 1;
        }
        taken.push(name.to_lowercase());
        names.push(name);
    }
    names
}

fn legal(name: &str) -> String {
    let is_refused = |c: char| c.is_control() || "[]:*?/\\'".contains(c);
    let name = name.replace(is_refused, "_");
    if name.trim().is_empty() {
        "table".into()
    } else {
        name
    }
}
