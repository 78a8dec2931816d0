//! A difference in the terminal: one table for each kind of change.

use super::changes::{Cents, Money};
use super::{Difference, Told};
use crate::command::printer::{Printer, table};
use crate::contract::display_cents;
use crate::scorecard::{Side, money, percent, value};

pub(super) fn report(printer: &Printer, difference: &Difference, limit: Option<usize>) {
    let page = Page { printer, limit };
    releases(&page, difference);
    if difference.is_nothing_material {
        printer.data(
            "\nNothing material changed: no figure, status, finding, rule or model that both have differs",
        );
    }
    totals(&page, difference);
    by_subject(&page, difference);
    measures(&page, difference);
    statuses(&page, difference);
    findings(&page, difference);
    rules(&page, difference);
    inputs(&page, difference);
    if !difference.not_compared.is_empty() {
        printer.data(&format!(
            "\nNot compared, because one of the two did not publish it: {}",
            difference.not_compared.join(", ")
        ));
    }
}

/// Where tables are printed, and how many rows of each.
struct Page<'a> {
    printer: &'a Printer,
    limit: Option<usize>,
}

impl Page<'_> {
    /// A table under its title; nothing where it has no rows.
    fn table(&self, title: &str, head: &[&str], right: &[usize], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        let all = rows.len();
        let shown = self.limit.unwrap_or(all);
        let mut lines = vec![head.iter().map(|&cell| cell.to_owned()).collect()];
        lines.extend(rows.into_iter().take(shown));
        self.printer.data(&format!("\n{title}"));
        self.printer.data(&table(&lines, right));
        if all > shown {
            let more = all - shown;
            self.printer
                .data(&format!("   ... and {more} more; --rows 0 prints all"));
        }
    }
}

fn shown(cents: Cents) -> String {
    money(&display_cents(cents.0))
}

fn signed(cents: Cents) -> String {
    let sign = if cents.0 > 0 { "+" } else { "" };
    format!("{sign}{}", shown(cents))
}

fn subject(id: &str, name: &str) -> String {
    if name == id {
        return id.to_owned();
    }
    format!("{id} {name}").trim_end().to_owned()
}

fn releases(page: &Page, difference: &Difference) {
    let row = |side: &str, told: &Told| {
        let pack = told.pack.as_ref();
        vec![
            side.to_owned(),
            told.release.clone(),
            told.as_of.clone(),
            told.as_known.clone(),
            told.rules_version.clone(),
            told.engine_version.clone(),
            pack.map_or_else(String::new, |p| {
                format!("{} {}", p.kind.word(), p.period.label)
            }),
        ]
    };
    let rows = vec![
        row("before", &difference.before),
        row("after", &difference.after),
    ];
    let head = [
        "", "release", "as of", "as known", "rules", "engine", "pack",
    ];
    page.printer.data("Releases");
    let lines = std::iter::once(head.map(str::to_owned).to_vec()).chain(rows);
    page.printer.data(&table(&lines.collect::<Vec<_>>(), &[]));
}

/// The whole, cause by cause, and the line that they sum to.
fn totals(page: &Page, difference: &Difference) {
    let mut lines = Vec::new();
    for total in &difference.totals {
        for cause in &total.causes {
            lines.push(vec![
                total.measure.clone(),
                cause.cause.clone(),
                String::new(),
                signed(cause.change_amount),
                String::new(),
            ]);
        }
        lines.push(vec![
            total.measure.clone(),
            "total".into(),
            shown(total.before_amount),
            signed(total.change_amount),
            shown(total.after_amount),
        ]);
    }
    // However few rows are wanted, these are the sums.
    let whole = Page {
        printer: page.printer,
        limit: None,
    };
    whole.table(
        &format!("Money in all, {}", difference.currency),
        &["measure", "cause", "before", "change", "after"],
        &[2, 3, 4],
        lines,
    );
}

fn by_subject(page: &Page, difference: &Difference) {
    for (subject_type, title) in [
        ("initiative", "Initiatives"),
        ("goal", "Goals"),
        ("period", "Fiscal periods, by their first day"),
    ] {
        let of_type = difference.money.iter();
        let rows = of_type
            .filter(|m| m.subject_type == subject_type)
            .map(|m| {
                vec![
                    subject(&m.subject_id, &m.subject_name),
                    m.measure.clone(),
                    shown(m.before_amount),
                    signed(m.change_amount),
                    shown(m.after_amount),
                    causes(m),
                ]
            })
            .collect();
        page.table(
            &format!("{title}, {}", difference.currency),
            &[subject_type, "measure", "before", "change", "after", "by"],
            &[2, 3, 4],
            rows,
        );
    }
}

/// A single cause is named, several are named with their parts.
fn causes(money: &Money) -> String {
    match money.causes.as_slice() {
        [only] => only.cause.clone(),
        several => several
            .iter()
            .map(|c| format!("{} {}", c.cause, signed(c.change_amount)))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn measures(page: &Page, difference: &Difference) {
    let rows = difference
        .measures
        .iter()
        .map(|m| {
            let figure = |number: Option<f64>| match number {
                None => "unknown".to_owned(),
                Some(number) if m.unit == "ratio" => percent(number),
                Some(number) => value(number),
            };
            let is_status = m.measure == "status";
            let side = |number, word: &Option<String>| {
                if is_status {
                    word.clone().unwrap_or_else(|| "unknown".into())
                } else {
                    figure(number)
                }
            };
            let of_unit = if m.business_unit == "(all)" {
                String::new()
            } else {
                format!(" in {}", m.business_unit)
            };
            vec![
                subject(&m.subject_id, &m.subject_name) + &of_unit,
                m.measure.clone(),
                side(m.before_value, &m.before_status),
                m.change_value.map_or_else(String::new, |v| {
                    let sign = if v > 0.0 { "+" } else { "" };
                    format!("{sign}{}", figure(Some(v)))
                }),
                side(m.after_value, &m.after_status),
                m.cause.clone(),
            ]
        })
        .collect();
    page.table(
        "KPIs and weights",
        &["subject", "measure", "before", "change", "after", "by"],
        &[2, 3, 4],
        rows,
    );
}

fn statuses(page: &Page, difference: &Difference) {
    let side = |status: &Option<String>, rule: &Option<String>| match (status, rule) {
        (Some(status), Some(rule)) => format!("{status} by {rule}"),
        (Some(status), None) => status.clone(),
        (None, _) => "not there".into(),
    };
    let rows = difference
        .statuses
        .iter()
        .map(|s| {
            vec![
                s.subject_type.clone(),
                subject(&s.subject_id, &s.subject_name),
                side(&s.before_status, &s.before_rule),
                side(&s.after_status, &s.after_rule),
            ]
        })
        .collect();
    page.table(
        "Derived statuses",
        &["", "subject", "before", "after"],
        &[],
        rows,
    );
}

fn findings(page: &Page, difference: &Difference) {
    let rows = difference
        .findings
        .iter()
        .map(|f| {
            let severity = match (&f.before_severity, &f.after_severity) {
                (Some(was), Some(is)) => format!("{was} → {is}"),
                (was, is) => is.as_ref().or(was.as_ref()).cloned().unwrap_or_default(),
            };
            vec![
                f.change.clone(),
                severity,
                f.finding_id.clone(),
                f.subject_name.clone(),
                f.money_at_risk_amount
                    .as_deref()
                    .map(money)
                    .unwrap_or_default(),
                f.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    page.table(
        "Findings",
        &[
            "",
            "severity",
            "finding",
            "subject",
            "money at risk",
            "reason",
        ],
        &[4],
        rows,
    );
}

fn rules(page: &Page, difference: &Difference) {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".into());
    let rows = difference
        .rules
        .iter()
        .map(|d| vec![d.name.clone(), side(&d.before), side(&d.after)])
        .collect();
    page.table("Rules", &["rule", "before", "after"], &[], rows);
    let short = |hash: &Option<String>| match hash {
        Some(hash) => hash.chars().take(12).collect(),
        None => "not run".to_owned(),
    };
    let rows = difference
        .models
        .iter()
        .map(|d| vec![d.name.clone(), short(&d.before), short(&d.after)])
        .collect();
    page.table(
        "Models, by the hash of their SQL",
        &["model", "before", "after"],
        &[],
        rows,
    );
}

fn inputs(page: &Page, difference: &Difference) {
    let count = |side: &Option<Side>| {
        side.as_ref()
            .map(|s| s.loaded.to_string())
            .unwrap_or_default()
    };
    let amounts = |side: &Option<Side>| {
        let amounts = side.iter().flat_map(|s| &s.money);
        amounts
            .map(|(currency, amount)| format!("{} {currency}", money(amount)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rows = difference
        .inputs
        .iter()
        .map(|i| {
            vec![
                i.file.clone(),
                i.table.clone(),
                i.change.clone(),
                count(&i.before),
                count(&i.after),
                amounts(&i.before),
                amounts(&i.after),
            ]
        })
        .collect();
    page.table(
        "Inputs",
        &[
            "file",
            "table",
            "",
            "rows before",
            "rows after",
            "money before",
            "money after",
        ],
        &[3, 4, 5, 6],
        rows,
    );
}
