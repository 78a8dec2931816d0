//! The header of a model: what it answers and what it promises.

use arrow::datatypes::{DataType, Field, Schema};
use serde::Serialize;

use super::receipt::Receipt;

/// A promised column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeaderColumn {
    pub name: String,
    /// As written: `text`, `bigint`, `double`, `decimal(38,2)`, `date`, `boolean`.
    pub type_name: String,
    pub description: String,
    /// 1-based line in the file.
    #[serde(skip)]
    pub line: usize,
}

/// Everything before the SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Header {
    pub question: String,
    pub grain: Vec<String>,
    pub columns: Vec<HeaderColumn>,
    pub checks: Vec<String>,
    pub receipt: Receipt,
    pub leaves_out: String,
    pub method: String,
}

/// A mistake in a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) what: String,
}

const KEYS: [&str; 7] = [
    "question",
    "grain",
    "columns",
    "checks",
    "receipt",
    "leaves out",
    "method",
];

/// Items of `columns` and `checks` stand this deep; deeper lines continue them.
const ITEM_INDENT: usize = 3;

impl Header {
    /// The columns as they are published.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let fields = self
            .columns
            .iter()
            .filter_map(|c| Some(Field::new(&c.name, c.data_type()?, true)));
        Schema::new(fields.collect::<Vec<_>>())
    }
}

impl HeaderColumn {
    /// The Arrow type that the column is published as.
    #[must_use]
    pub fn data_type(&self) -> Option<DataType> {
        Some(match self.type_name.as_str() {
            "text" => DataType::Utf8,
            "bigint" => DataType::Int64,
            "double" => DataType::Float64,
            "date" => DataType::Date32,
            "boolean" => DataType::Boolean,
            other => {
                let inner = other.strip_prefix("decimal(")?.strip_suffix(')')?;
                let (precision, scale) = inner.split_once(',')?;
                DataType::Decimal128(precision.trim().parse().ok()?, scale.trim().parse().ok()?)
            }
        })
    }
}

/// Reads the comment block at the top of a model.
pub(super) fn parse(sql: &str) -> Result<Header, Mistake> {
    let mut header = Header::default();
    let mut seen: Vec<&str> = Vec::new();
    // (line, text): the rows first, then one entry for each sum
    let mut receipt: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(sql.lines()) {
        let Some(comment) = line.strip_prefix("--") else {
            break;
        };
        let mistake = |what: String| Mistake { line: number, what };
        let text = comment.trim();
        if text.is_empty() {
            continue;
        }
        let indent = comment.len() - comment.trim_start().len();
        if indent <= 1 {
            let (key, value) = text
                .split_once(':')
                .ok_or_else(|| mistake(format!("`{text}` is no `key: value`")))?;
            let key = KEYS.into_iter().find(|k| *k == key.trim()).ok_or_else(|| {
                mistake(format!(
                    "`{key}` is no header key; they are {}",
                    KEYS.join(", ")
                ))
            })?;
            if seen.contains(&key) {
                return Err(mistake(format!("`{key}` stands twice")));
            }
            seen.push(key);
            if key == "receipt" {
                receipt.push((number, value.trim().into()));
            } else {
                begin(&mut header, key, value.trim());
            }
        } else if seen.last() == Some(&"receipt") {
            if indent <= ITEM_INDENT {
                receipt.push((number, text.into()));
            } else if let Some((_, last)) = receipt.last_mut() {
                last.push(' ');
                last.push_str(text);
            }
        } else {
            let key = seen
                .last()
                .ok_or_else(|| mistake("the header must begin with `question:`".into()))?;
            resume(&mut header, key, text, indent, number).map_err(mistake)?;
        }
    }
    for (at, (line, text)) in receipt.iter().enumerate() {
        let read = match at {
            0 => header.receipt.set_rows(text),
            _ => header.receipt.add_sum(text),
        };
        read.map_err(|what| Mistake { line: *line, what })?;
    }
    let complain = |what: String| Mistake { line: 1, what };
    if let Some(missing) = KEYS.iter().find(|k| !seen.contains(k)) {
        return Err(complain(format!("the header has no `{missing}:`")));
    }
    if header.columns.is_empty() || header.grain.is_empty() || header.question.is_empty() {
        return Err(complain(
            "the header needs a question, a grain and columns".into(),
        ));
    }
    for name in &header.grain {
        if !header.columns.iter().any(|c| c.name == *name) {
            return Err(complain(format!(
                "the grain names `{name}`, which is no column"
            )));
        }
    }
    let names: Vec<&str> = header.columns.iter().map(|c| c.name.as_str()).collect();
    if let (Some(what), Some((line, _))) = (header.receipt.mistake(&names), receipt.first()) {
        return Err(Mistake { line: *line, what });
    }
    Ok(header)
}

fn begin(header: &mut Header, key: &str, value: &str) {
    match key {
        "question" => header.question = value.into(),
        "grain" => {
            header.grain = value
                .split(',')
                .map(|g| g.trim().to_owned())
                .filter(|g| !g.is_empty())
                .collect();
        }
        "leaves out" => header.leaves_out = value.into(),
        "method" => header.method = value.into(),
        "checks" if !value.is_empty() && value != "none" => header.checks.push(value.into()),
        _ => {}
    }
}

fn resume(
    header: &mut Header,
    key: &str,
    text: &str,
    indent: usize,
    line: usize,
) -> Result<(), String> {
    let continued = |sentence: &mut String| {
        sentence.push(' ');
        sentence.push_str(text);
    };
    match key {
        "question" => continued(&mut header.question),
        "leaves out" => continued(&mut header.leaves_out),
        "method" => continued(&mut header.method),
        "checks" if indent <= ITEM_INDENT => header.checks.push(text.into()),
        "checks" => continued(
            header
                .checks
                .last_mut()
                .ok_or("there is no check to continue")?,
        ),
        "columns" if indent <= ITEM_INDENT => {
            let mut words = text.splitn(2, char::is_whitespace);
            let name = words.next().unwrap_or_default().to_owned();
            let rest = words.next().unwrap_or_default().trim_start();
            let (type_name, description) =
                rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let column = HeaderColumn {
                name,
                type_name: type_name.into(),
                description: description.trim().into(),
                line,
            };
            if column.data_type().is_none() {
                return Err(format!(
                    "`{type_name}` is no type; they are text, bigint, double, decimal(p,s), date, boolean"
                ));
            }
            header.columns.push(column);
        }
        "columns" => continued(
            &mut header
                .columns
                .last_mut()
                .ok_or("there is no column to continue")?
                .description,
        ),
        _ => return Err(format!("`{key}` takes one line")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
-- question: Which goals
--             get money?
-- grain:    goal_id
-- columns:
--   goal_id       text           the goal
--   spend_amount  decimal(38,2)  money spent,
--                                 in the reporting currency
-- checks:
--   sum(spend_amount) >= 0
-- receipt:
--   spend_amount  spend where
--                 goal_id = $goal_id
-- leaves out: nothing
-- method:   added up
select 1
-- question: not part of it
";

    #[test]
    fn a_header_is_read_whole() {
        let header = parse(GOOD).unwrap();
        assert_eq!(header.question, "Which goals get money?");
        assert_eq!(
            header.columns[1].data_type(),
            Some(DataType::Decimal128(38, 2))
        );
        assert_eq!(
            header.columns[1].description,
            "money spent, in the reporting currency"
        );
        assert_eq!(header.checks, ["sum(spend_amount) >= 0"]);
        assert!(header.receipt.sum_of("spend_amount").is_some());
    }

    #[test]
    fn mistakes_name_their_line() {
        let wrong = GOOD.replace("decimal(38,2)", "money");
        assert_eq!(parse(&wrong).unwrap_err().line, 6);
        let wrong = GOOD.replace("-- method:", "-- methods:");
        assert!(parse(&wrong).unwrap_err().what.contains("no header key"));
        let wrong = GOOD.replace("-- grain:    goal_id", "-- grain:    goal");
        assert!(parse(&wrong).unwrap_err().what.contains("`goal`"));
        let wrong = GOOD.replace("-- method:   added up\n", "");
        assert!(parse(&wrong).unwrap_err().what.contains("`method:`"));
        let wrong = GOOD.replace("$goal_id", "$goal");
        assert_eq!(parse(&wrong).unwrap_err().line, 10);
    }
}
