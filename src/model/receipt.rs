//! The receipt of a header: which source rows stand behind a row of the model,
//! and which of them sum to an amount.
//!
//! ```text
//! -- receipt:  kpi_values where kpi_id = $kpi_id
//! --   actual_amount    spend where initiative_id = $initiative_id
//! --   variance_amount  budget_amount less actual_amount
//! ```
//! The first line names rows to look at; several are parted by `;`. The others
//! say how an additive amount is made: of rows, or of other columns of the same
//! row. `$name` is a column of the row that is explained.
//!
//! Not here: fetching the rows (`command::explain`).

use serde::Serialize;

use crate::catalogue::FAMILIES;

/// What a header says about where its figures come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Rows behind any column.
    pub rows: Vec<Rows>,
    /// Amounts that are sums of rows.
    pub sums: Vec<Sum>,
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rows {
    pub table: String,
    /// SQL over the table's columns, with `$column` for those of the figure's row.
    pub predicate: String,
}

/// How an amount is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub column: String,
    pub terms: Vec<Term>,
}

/// One summand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    pub is_less: bool,
    pub part: Part,
}

/// What a summand is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Another column of the same row.
    Column(String),
    /// Rows of a table, and the column that is added up.
    Amounts { rows: Rows, amount: String },
}

/// The column that is added up where a receipt names none: what `receipt.spend`
/// and its like call the part of a source row that belongs to the figure.
const PART: &str = "part_amount";

impl Receipt {
    /// How `column` is made, if it is a sum.
    #[must_use]
    pub fn sum_of(&self, column: &str) -> Option<&Sum> {
        self.sums.iter().find(|s| s.column == column)
    }

    /// The receipt as a sentence.
    #[must_use]
    pub fn text(&self) -> String {
        let rows = self.rows.iter().map(Rows::text);
        let sums = self.sums.iter().map(Sum::text);
        rows.chain(sums).collect::<Vec<_>>().join("; ")
    }

    /// Reads the text after `receipt:`; sums are added by [`Receipt::add_sum`].
    pub(super) fn set_rows(&mut self, text: &str) -> Result<(), String> {
        self.rows = text
            .split(';')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(rows)
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Reads one line of the list: `column  term less term plus term`.
    pub(super) fn add_sum(&mut self, text: &str) -> Result<(), String> {
        let (column, made_of) = text
            .split_once(char::is_whitespace)
            .ok_or_else(|| format!("`{text}` says no sum; write `column  table where ...`"))?;
        if self.sum_of(column).is_some() {
            return Err(format!("`{column}` has two receipts"));
        }
        let mut terms = Vec::new();
        let mut is_less = false;
        for piece in pieces(made_of) {
            match piece.as_str() {
                "less" => is_less = true,
                "plus" => is_less = false,
                text => terms.push(Term {
                    is_less,
                    part: part(text)?,
                }),
            }
        }
        self.sums.push(Sum {
            column: column.to_owned(),
            terms,
        });
        Ok(())
    }

    /// The first thing wrong with the receipt of a model with these columns.
    pub(super) fn mistake(&self, columns: &[&str]) -> Option<String> {
        if self.rows.is_empty() && self.sums.is_empty() {
            return Some("the receipt names no rows".into());
        }
        let known = |name: &str| columns.contains(&name);
        let parameters = |rows: &Rows| {
            parameters(&rows.predicate)
                .into_iter()
                .find(|p| !known(p) && p != "as_of")
                .map(|p| format!("the receipt uses `${p}`, which is no column"))
        };
        for (at, sum) in self.sums.iter().enumerate() {
            if !known(&sum.column) {
                return Some(format!(
                    "the receipt explains `{}`, which is no column",
                    sum.column
                ));
            }
            for term in &sum.terms {
                match &term.part {
                    Part::Amounts { rows, .. } => {
                        if let Some(mistake) = parameters(rows) {
                            return Some(mistake);
                        }
                    }
                    // Columns before it only, so that no circle can arise.
                    Part::Column(name) if self.sums[..at].iter().all(|s| s.column != *name) => {
                        return Some(format!(
                            "`{}` is explained by `{name}`, which has no receipt before it",
                            sum.column
                        ));
                    }
                    Part::Column(_) => {}
                }
            }
        }
        self.rows.iter().find_map(parameters)
    }
}

impl Rows {
    fn text(&self) -> String {
        format!("{} where {}", self.table, self.predicate)
    }
}

impl Sum {
    /// `column = term less term`
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} =", self.column);
        for (at, term) in self.terms.iter().enumerate() {
            if term.is_less {
                text.push_str(" less");
            } else if at > 0 {
                text.push_str(" plus");
            }
            match &term.part {
                Part::Column(name) => text.push_str(&format!(" {name}")),
                Part::Amounts { rows, amount } => {
                    text.push_str(&format!(" the {amount} of {}", rows.text()));
                }
            }
        }
        text
    }
}

fn rows(text: &str) -> Result<Rows, String> {
    let (table, predicate) = text
        .split_once(" where ")
        .ok_or_else(|| format!("`{text}` is no receipt; write `table where condition`"))?;
    Ok(Rows {
        table: table.trim().into(),
        predicate: predicate.trim().into(),
    })
}

fn part(text: &str) -> Result<Part, String> {
    if !text.contains(" where ") {
        return if text.contains(char::is_whitespace) {
            Err(format!(
                "`{text}` is neither a column nor `table where condition`"
            ))
        } else {
            Ok(Part::Column(text.into()))
        };
    }
    let mut rows = rows(text)?;
    let mut amount = PART.to_owned();
    // A table of ours has a family before its name, and one of the release before
    // `previous` before that; what comes after is the amount.
    let today = rows.table.strip_prefix("previous.").unwrap_or(&rows.table);
    let words = today.split('.').count();
    let is_of_family = FAMILIES.contains(&today.split('.').next().unwrap_or_default());
    if words == if is_of_family { 3 } else { 2 }
        && let Some((table, column)) = rows.table.rsplit_once('.')
    {
        (amount, rows.table) = (column.to_owned(), table.to_owned());
    }
    Ok(Part::Amounts { rows, amount })
}

/// The summands, and the words `less` and `plus` between them.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in text.split_whitespace() {
        if word == "less" || word == "plus" {
            pieces.extend([word.to_owned(), String::new()]);
        } else if let Some(last) = pieces.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    pieces.retain(|p| !p.is_empty());
    pieces
}

/// The names after `$`, each once, the longest first, so that replacing one
/// never cuts another.
#[must_use]
pub fn parameters(predicate: &str) -> Vec<String> {
    let mut names: Vec<String> = predicate
        .split('$')
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        })
        .collect();
    names.sort_by_key(|name: &String| (std::cmp::Reverse(name.len()), name.clone()));
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(rows: &str, sums: &[&str]) -> Receipt {
        let mut receipt = Receipt::default();
        receipt.set_rows(rows).unwrap();
        for sum in sums {
            receipt.add_sum(sum).unwrap();
        }
        receipt
    }

    #[test]
    fn sums_are_read_with_their_signs() {
        let read = receipt(
            "goals where goal_id = $goal_id; kpis where goal_id = $goal_id",
            &[
                "spend_amount  spend where goal_id = $goal_id",
                "due_amount  budgets.due_part_amount where goal_id = $goal_id",
                "gap_amount  due_amount less spend_amount",
                "before_amount  previous.spend.reporting_amount where goal_id = $goal_id",
            ],
        );
        assert_eq!(read.rows[1].table, "kpis");
        let gap = read.sum_of("gap_amount").unwrap();
        assert_eq!((gap.terms[0].is_less, gap.terms[1].is_less), (false, true));
        assert!(matches!(
            &read.sum_of("due_amount").unwrap().terms[0].part,
            Part::Amounts { rows, amount } if rows.table == "budgets" && amount == "due_part_amount"
        ));
        assert!(matches!(
            &read.sum_of("before_amount").unwrap().terms[0].part,
            Part::Amounts { rows, amount } if rows.table == "previous.spend" && amount == "reporting_amount"
        ));
        let columns = [
            "goal_id",
            "spend_amount",
            "due_amount",
            "gap_amount",
            "before_amount",
        ];
        assert_eq!(read.mistake(&columns), None);
    }

    #[test]
    fn mistakes_are_named() {
        let columns = ["goal_id", "spend_amount"];
        let wrong = |rows: &str, sums: &[&str]| receipt(rows, sums).mistake(&columns).unwrap();
        assert!(wrong("", &[]).contains("no rows"));
        assert!(wrong("goals where goal_id = $goal", &[]).contains("`$goal`"));
        assert!(wrong("", &["other_amount  spend where goal_id = $goal_id"]).contains("no column"));
        assert!(wrong("", &["spend_amount  spend_amount"]).contains("no receipt before it"));
        assert!(wrong("", &["spend_amount  goal_id"]).contains("no receipt"));
        assert!(Receipt::default().set_rows("all of it").is_err());
    }

    #[test]
    fn longer_parameters_come_first() {
        assert_eq!(
            parameters("a = $goal and b = $goal_id or c = $goal"),
            ["goal_id", "goal"]
        );
    }
}
