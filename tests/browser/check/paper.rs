//! Paper: a page prints on A4, with nothing cut off.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::Visit;

/// A4 in points; the browser rounds to pixels.
const A4: (f64, f64) = (595.28, 841.89);

pub(super) fn check(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let page = &mut *visit.page;
    page.set_media("print", "light");
    let width: f64 = page.evaluate(include_str!("../script/paper.js"));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some 700 px"
    )]
    page.set_width(width as u32);
    let mut found: Vec<String> = page.evaluate(include_str!("../script/cut.js"));
    page.restore();

    let asked = json!({"preferCSSPageSize": true, "printBackground": true});
    let printed = page.call("Page.printToPDF", &asked);
    let pdf = BASE64_STANDARD
        .decode(printed["data"].as_str().unwrap())
        .unwrap();
    let text = String::from_utf8_lossy(&pdf);
    if !pdf.starts_with(b"%PDF") {
        found.push("no PDF".into());
    }
    let sheets = sheets(&text);
    let least = if visit.name == Path::new("index.html") {
        2
    } else {
        1
    };
    if sheets.len() < least {
        found.push(format!("{} sheets of paper", sheets.len()));
    }
    let is_a4 =
        |(width, height): &(f64, f64)| (width - A4.0).abs() < 2.0 && (height - A4.1).abs() < 2.0;
    if let Some((width, height)) = sheets.into_iter().find(|sheet| !is_a4(sheet)) {
        found.push(format!("a sheet of {width} by {height} points is not A4"));
    }
    found
}

/// Width and height of every sheet.
fn sheets(pdf: &str) -> Vec<(f64, f64)> {
    pdf.split("/MediaBox [")
        .skip(1)
        .map(|rest| {
            let numbers: Vec<f64> = rest
                .split(']')
                .next()
                .unwrap()
                .split_whitespace()
                .map(|n| n.parse().unwrap())
                .collect();
            (numbers[2] - numbers[0], numbers[3] - numbers[1])
        })
        .collect()
}
