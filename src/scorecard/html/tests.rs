//! The page as a whole: what it must never let through, and what it must say.

use std::cell::RefCell;

use super::*;

/// A stand-in for SHA-256: names the block by its length.
fn fake_hash(block: &[u8]) -> String {
    format!("len{}", block.len())
}

fn shown(page: &Page) -> String {
    render(page, fake_hash).unwrap().index
}

fn tables(page: &Page) -> String {
    render(page, fake_hash).unwrap().tables
}

fn sample() -> Page {
    let nasty = "<script>alert('x')</script>\u{202e}";
    let goal = PriorityRow {
        goal_id: "G1".into(),
        goal_name: nasty.into(),
        weight_ratio: Some(0.6),
        weight: "60.0 %".into(),
        spend_ratio: Some(0.4),
        spend_share: "40.0 %".into(),
        verdict: "under-funded".into(),
        ..PriorityRow::default()
    };
    let level = PriorityLevel {
        level: 1,
        rows: vec![goal],
        ..PriorityLevel::default()
    };
    let variance = |id: usize| Variance {
        initiative_id: format!("I{id:04}"),
        name: nasty.into(),
        variance_value: f64::from(u32::try_from(id).unwrap()),
        ..Variance::default()
    };
    let model = Model {
        name: "variance.budget_to_actual".into(),
        columns: vec![Column {
            name: "a".into(),
            type_name: "decimal(38,2)".into(),
            description: nasty.into(),
        }],
        rows: vec![vec![None], vec![Some(nasty.into())]],
        row_count: 2_000,
        sql: "select 1 < 2".into(),
        parquet_path: "variance/budget_to_actual/as_of=2026-03-31/".into(),
        ..Model::default()
    };
    let kpi = Kpi {
        name: nasty.into(),
        attainment_ratio: Some(0.5),
        ..Kpi::default()
    };
    let coverage = Coverage {
        measure: nasty.into(),
        ratio_value: Some(0.5),
        ..Coverage::default()
    };
    Page {
        project: nasty.into(),
        priority: Listing::of("misallocation.priority_gap", vec![level]),
        variances: Listing::of(
            "variance.budget_to_actual",
            (0..250).map(variance).collect(),
        ),
        kpis: Listing::of("variance.kpi_attainment", vec![kpi]),
        coverage: Listing::of("alignment.coverage", vec![coverage]),
        models: vec![model],
        ..Page::default()
    }
}

#[test]
fn names_cannot_become_markup() {
    for html in [shown(&sample()), tables(&sample())] {
        assert_eq!(html.matches("<script").count(), 1, "only our own script");
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\u{fffd}"));
        assert!(!html.contains('\u{202e}'));
    }
}

#[test]
fn the_policy_names_the_hash_of_each_inline_block() {
    let blocks = RefCell::new(Vec::new());
    let html = render(&sample(), |block| {
        blocks
            .borrow_mut()
            .push(String::from_utf8(block.to_vec()).unwrap());
        fake_hash(block)
    })
    .unwrap()
    .index;
    let blocks = blocks.into_inner();
    let between = |open: &str, close: &str| {
        html.split(open)
            .nth(1)
            .unwrap()
            .split(close)
            .next()
            .unwrap()
    };
    assert_eq!(between("<style>", "</style>"), blocks[0]);
    assert_eq!(between("<script>", "</script>"), blocks[1]);
    for (directive, block) in [("style-src", &blocks[0]), ("script-src", &blocks[1])] {
        assert!(html.contains(&format!("{directive} 'sha256-len{}'", block.len())));
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn a_hash_cannot_widen_the_policy() {
    let html = render(&Page::default(), |_| "x' 'unsafe-inline".into())
        .unwrap()
        .index;
    assert!(!html.contains("unsafe-inline'") && html.contains("'sha256-xunsafeinline'"));
}

#[test]
fn nothing_is_fetched_and_no_style_attribute_is_used() {
    let html = shown(&sample()) + &tables(&sample());
    for outside in [
        "http://", "https://", "src=", " style=", "@import", "url(", " onclick",
    ] {
        assert!(!html.contains(outside), "{outside}");
    }
}

#[test]
fn a_cut_list_says_so_and_where_the_rest_is() {
    let html = shown(&sample());
    assert!(html.contains("Showing 100 of 250 initiatives"));
    assert!(tables(&sample()).contains("Showing the first 2 of 2,000 rows"));
    assert!(html.contains("<a href=\"variance/budget_to_actual/as_of=2026-03-31/\">"));
}

#[test]
fn every_chart_has_a_title_and_a_description() {
    let html = shown(&sample());
    let charts: Vec<&str> = html.split("<svg class=\"chart\"").skip(1).collect();
    assert_eq!(
        charts.len(),
        5,
        "priority, variance, statuses, KPIs, coverage"
    );
    for chart in charts {
        let chart = chart.split("</svg>").next().unwrap();
        assert!(chart.contains("<title id=") && chart.contains("<desc id="));
    }
}

#[test]
fn ids_are_unique() {
    for html in [shown(&sample()), tables(&sample())] {
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}

#[test]
fn an_empty_page_says_why() {
    let reason = "Not computed: goals carry no weight or priority_rank.";
    let page = Page {
        priority: Listing::empty("", reason),
        ..Page::default()
    };
    let html = shown(&page);
    assert!(html.contains(reason));
    assert!(html.contains("there are no rows, and no reason was recorded"));
    assert!(
        !html.contains("In order") && !html.contains("None:"),
        "unknown is never good"
    );
}

#[test]
fn a_path_that_leaves_the_release_is_text() {
    let mut page = sample();
    page.models[0].parquet_path = "javascript:alert(1)".into();
    let html = tables(&page);
    assert!(
        !html.contains("href=\"javascript") && html.contains("<code>javascript:alert(1)</code>")
    );
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    assert_eq!(shown(&sample()), shown(&sample()));
}

#[test]
fn every_table_is_led_to() {
    let (index, tables) = (shown(&sample()), tables(&sample()));
    let anchor = format!("model-{}", escape::anchor("variance.budget_to_actual"));
    assert!(
        index.contains(&format!("href=\"tables.html#{anchor}\"")),
        "{index}"
    );
    assert!(tables.contains(&format!("id=\"{anchor}\"")));
}

#[test]
fn inline_blocks_cannot_end_early() {
    assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
}
