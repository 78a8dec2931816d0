//! View: the page's lists in the order and length they are shown.
//!
//! In: a `Page`. Out: what the templates loop over: ordered, capped, with
//! charts drawn and links checked.
//!
//! Not here: markup (templates), drawing (chart).
//!
//! Rule: what is cut is counted, and the full table is named beside it.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::Serialize;

use super::evidence::{Model, Notice};
use super::page::{
    Goal, Kpi, Linked, Listing, Page, Pathless, PriorityLevel, PriorityRow, Status, Variance,
};
use super::{chart, escape};

/// Rows of a list on the page; the published table has them all.
const LIST_CAP: usize = 100;
/// Entries of a chart.
const CHART_CAP: usize = 12;
/// Goals of a chart: more, because a level is read as a whole; what fits a sheet.
const GOAL_CHART_CAP: usize = 24;
/// Initiatives named under one goal.
const LINKED_CAP: usize = 8;
/// Rows of a model's preview.
pub(super) const MODEL_ROW_CAP: usize = 50;
/// Cells of a model's preview: wide tables show fewer rows, so that the page
/// stays light enough to mail.
pub(super) const MODEL_CELL_CAP: usize = 300;

/// What the templates loop over.
#[derive(Serialize)]
pub(super) struct View<'a> {
    levels: Vec<LevelView<'a>>,
    variances: Capped<'a, Variance>,
    variance_chart: Drawn,
    material_count: usize,
    kpis: Capped<'a, Kpi>,
    kpi_chart: Drawn,
    status_chart: Drawn,
    status_counts: Vec<(Status, usize)>,
    goals: Capped<'a, Goal>,
    linked: Vec<&'a [Linked]>,
    pathless: Capped<'a, Pathless>,
    coverage_chart: Drawn,
    notices: Capped<'a, Notice>,
    /// In the order of the names.
    models: Vec<ModelView<'a>>,
    /// The same, by family.
    families: Vec<Family<'a>>,
    /// Where a model stands on the page and on disk, by its name.
    tables: BTreeMap<&'a str, Place<'a>>,
}

/// The tables of a family.
#[derive(Serialize)]
struct Family<'a> {
    name: &'a str,
    /// `base` holds what the others are made of: listed last, and folded.
    is_open: bool,
    models: Vec<ModelView<'a>>,
}

/// A chart's markup, or undrawn.
type Drawn = Option<Value>;

/// The first rows of a list and how many there are in all.
#[derive(Serialize)]
struct Capped<'a, T> {
    rows: Vec<&'a T>,
    shown: usize,
    total: usize,
    source: &'a str,
}

impl<'a, T> Capped<'a, T> {
    fn new(mut rows: Vec<&'a T>, total: usize, source: &'a str) -> Self {
        let total = total.max(rows.len());
        rows.truncate(LIST_CAP);
        Self {
            shown: rows.len(),
            rows,
            total,
            source,
        }
    }

    fn as_given(listing: &'a Listing<T>) -> Self {
        Self::new(
            listing.rows.iter().collect(),
            listing.total_count,
            &listing.source,
        )
    }
}

#[derive(Serialize)]
struct LevelView<'a> {
    level: &'a PriorityLevel,
    list: Capped<'a, PriorityRow>,
    chart: Drawn,
    charted: usize,
    is_weighted: bool,
}

#[derive(Serialize)]
struct Place<'a> {
    anchor: String,
    path: &'a str,
    link: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(model: &'a Model) -> Self {
        Self {
            anchor: format!("model-{}", escape::anchor(&model.name)),
            path: &model.parquet_path,
            link: escape::relative_link(&model.parquet_path),
        }
    }
}

#[derive(Serialize)]
struct ModelView<'a> {
    model: &'a Model,
    place: Place<'a>,
    /// Classes that right-align the numeric columns: `n3` for the third.
    numeric: String,
    rows: &'a [Vec<Option<String>>],
    shown: usize,
    total: usize,
}

impl<'a> View<'a> {
    pub(super) fn of(page: &'a Page) -> Self {
        let mut variances: Vec<&Variance> = page.variances.rows.iter().collect();
        variances.sort_by(|a, b| {
            let size = |row: &Variance| row.variance_value.abs();
            (b.is_material.cmp(&a.is_material))
                .then_with(|| size(b).total_cmp(&size(a)))
                .then_with(|| a.initiative_id.cmp(&b.initiative_id))
        });
        let mut kpis: Vec<&Kpi> = page.kpis.rows.iter().collect();
        kpis.sort_by(|a, b| {
            let attained = |row: &Kpi| row.attainment_ratio.unwrap_or(f64::INFINITY);
            (a.status.cmp(&b.status))
                .then_with(|| attained(a).total_cmp(&attained(b)))
                .then_with(|| (&a.kpi_id, &a.unit).cmp(&(&b.kpi_id, &b.unit)))
        });
        let status_counts: Vec<(Status, usize)> =
            [Status::Red, Status::Amber, Status::Green, Status::Grey]
                .map(|status| {
                    (
                        status,
                        kpis.iter().filter(|kpi| kpi.status == status).count(),
                    )
                })
                .to_vec();
        let goals = Capped::as_given(&page.goals);

        Self {
            levels: page
                .priority
                .rows
                .iter()
                .map(|l| level(l, &page.priority.source))
                .collect(),
            variance_chart: drawn(chart::variance(first(&variances, CHART_CAP))),
            material_count: variances.iter().filter(|row| row.is_material).count(),
            variances: Capped::new(
                variances,
                page.variances.total_count,
                &page.variances.source,
            ),
            kpi_chart: drawn(chart::kpis(first(&kpis, CHART_CAP))),
            kpis: Capped::new(kpis, page.kpis.total_count, &page.kpis.source),
            status_chart: drawn(chart::status_strip(&status_counts)),
            status_counts,
            linked: goals
                .rows
                .iter()
                .map(|goal| first(&goal.initiatives, LINKED_CAP))
                .collect(),
            goals,
            pathless: Capped::as_given(&page.pathless),
            coverage_chart: drawn(chart::coverage(&page.coverage.rows)),
            notices: Capped::as_given(&page.notices),
            models: by_name(page).into_iter().map(model).collect(),
            families: families(page),
            tables: page
                .models
                .iter()
                .map(|m| (m.name.as_str(), Place::of(m)))
                .collect(),
        }
    }
}

/// Goals of a level: the largest share of weight leads, then of money, then the id.
fn level<'a>(level: &'a PriorityLevel, source: &'a str) -> LevelView<'a> {
    let mut rows: Vec<&PriorityRow> = level.rows.iter().collect();
    rows.sort_by(|a, b| {
        let share = |row: &PriorityRow| row.weight_ratio.unwrap_or(-1.0);
        let money = |row: &PriorityRow| row.spend_ratio.unwrap_or(-1.0);
        (share(b).total_cmp(&share(a)))
            .then_with(|| money(b).total_cmp(&money(a)))
            .then_with(|| a.goal_id.cmp(&b.goal_id))
    });
    let charted = first(&rows, GOAL_CHART_CAP);
    LevelView {
        level,
        chart: drawn(chart::priority(level, charted)),
        charted: charted.len(),
        is_weighted: level.rows.iter().any(|row| row.weight_ratio.is_some()),
        list: Capped::new(rows, level.rows.len(), source),
    }
}

fn by_name(page: &Page) -> Vec<&Model> {
    let mut models: Vec<&Model> = page.models.iter().collect();
    models.sort_by_key(|model| (family_of(model) == BASE, model.name.as_str()));
    models
}

/// The family that the others are made of.
const BASE: &str = "base";

fn family_of(model: &Model) -> &str {
    model.name.split('.').next().unwrap_or_default()
}

fn families(page: &Page) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    for entry in by_name(page) {
        let name = family_of(entry);
        if families.last().is_none_or(|family| family.name != name) {
            families.push(Family {
                name,
                is_open: name != BASE,
                models: Vec::new(),
            });
        }
        if let Some(family) = families.last_mut() {
            family.models.push(model(entry));
        }
    }
    families
}

fn model(model: &Model) -> ModelView<'_> {
    let width = model.columns.len().max(1);
    let rows = first(
        &model.rows,
        MODEL_ROW_CAP.min(MODEL_CELL_CAP.div_ceil(width)),
    );
    let numeric: Vec<String> = (1..)
        .zip(&model.columns)
        .filter(|(_, column)| is_numeric(&column.type_name))
        .map(|(position, _)| format!("n{position}"))
        .collect();
    ModelView {
        model,
        place: Place::of(model),
        numeric: numeric.join(" "),
        rows,
        shown: rows.len(),
        total: model.row_count.max(model.rows.len()),
    }
}

fn is_numeric(type_name: &str) -> bool {
    matches!(type_name, "bigint" | "double" | "integer") || type_name.starts_with("decimal")
}

fn first<T>(rows: &[T], cap: usize) -> &[T] {
    &rows[..rows.len().min(cap)]
}

fn drawn(markup: Option<String>) -> Drawn {
    markup.map(Value::from_safe_string)
}

/// A count with its thousands apart.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Column;
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn material_first_then_largest() {
        let row = |id: &str, value: f64, is_material| Variance {
            initiative_id: id.into(),
            variance_value: value,
            is_material,
            ..Variance::default()
        };
        let rows = vec![
            row("a", 1.0, false),
            row("b", -2.0, false),
            row("c", 0.5, true),
        ];
        let page = Page {
            variances: Listing::of("", rows),
            ..Page::default()
        };
        let shown: Vec<&str> = View::of(&page)
            .variances
            .rows
            .iter()
            .map(|r| r.initiative_id.as_str())
            .collect();
        assert_eq!(shown, ["c", "b", "a"]);
    }

    #[test]
    fn wide_models_show_fewer_rows() {
        let wide = Model {
            columns: vec![Column::default(); 30],
            rows: vec![vec![None; 30]; 400],
            ..Model::default()
        };
        assert_eq!(model(&wide).shown, 10);
        assert_eq!(model(&wide).total, 400);
    }
}
