//! Ribbon: statuses over time, one row of cells for each way to judge.
//!
//! In: rows in ascending order of their day, one cell each, and a column for each
//! row of cells. Out: cells in four classes, equal neighbours as one, each with its
//! letter, or with stripes where it is too narrow for one.
//!
//! Rule: unknown is a hollow cell with a question mark, and never a colour.

use minijinja::Error;

use super::asked::Asked;
use super::svg::{Anchor, PLOT, Svg, cut};
use super::{Drawing, judged};

const HEAD: f64 = 4.0;
const TALL: f64 = 22.0;
const GAP: f64 = 5.0;
/// Percent of the width that a letter takes on a phone.
const LETTER: f64 = 3.4;

/// Neighbours that are equal: the class, the first row and the row after the last.
struct Run {
    class: &'static str,
    word: &'static str,
    from: usize,
    to: usize,
}

/// `date`, the columns `bands` with their `labels`. Where the first two differ, a
/// bar beneath says so.
pub(super) fn ribbon(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    asked.days("date")?;
    let dates = asked.texts("date")?;
    let columns = asked.columns("bands")?;
    let labels = asked.labels(&columns)?;
    let bands: Vec<Vec<(&str, &str)>> = columns
        .iter()
        .map(|column| asked.rows.texts(column).iter().map(|s| judged(s)).collect())
        .collect();
    let count = dates.iter().fold(0.0, |sum, _| sum + 1.0);
    let width = (PLOT.1 - PLOT.0) / count;
    let edges: Vec<f64> = (0..=dates.len())
        .scan(PLOT.0, |next, _| {
            let edge = *next;
            *next += width;
            Some(edge)
        })
        .collect();
    let mut svg = Svg::new();
    let mut down = HEAD;
    let mut parts = Vec::new();
    for (band, label) in bands.iter().zip(&labels) {
        let runs = runs(band);
        for run in &runs {
            cell(&mut svg, run, (edges[run.from], edges[run.to]), down);
        }
        let at = (PLOT.1 + 2.0, down + TALL / 2.0 + 4.5);
        svg.text("end", Anchor::Start, at, &cut(label, 15));
        let told: Vec<String> = runs
            .iter()
            .map(|run| {
                let (first, last) = (&dates[run.from], &dates[run.to - 1]);
                format!("{} from {first} to {last}", told(run.word))
            })
            .collect();
        parts.push(format!("{label}: {}", told.join(", ")));
        down += TALL + GAP;
    }
    if let [first, second, ..] = bands.as_slice() {
        let differs: Vec<(&str, &str)> = first
            .iter()
            .zip(second)
            .map(|(a, b)| {
                let is_known = a.0 != "unknown" && b.0 != "unknown";
                (if is_known && a != b { "differ" } else { "" }, "")
            })
            .collect();
        let runs = runs(&differs);
        let differ = || runs.iter().filter(|run| run.class == "differ");
        for run in differ() {
            svg.bar("differ", edges[run.from], edges[run.to], down, 4.0);
        }
        if differ().next().is_some() {
            let at = (PLOT.1 + 2.0, down + 6.0);
            svg.text("tick", Anchor::Start, at, "they differ");
            let spans: Vec<String> = differ()
                .map(|run| format!("{} to {}", dates[run.from], dates[run.to - 1]))
                .collect();
            let (a, b) = (&labels[0], &labels[1]);
            parts.push(format!("{a} and {b} differ: {}", spans.join(", ")));
        }
        down += 4.0 + GAP;
    }
    let (first, last) = (dates.first(), dates.last());
    if let Some(first) = first {
        svg.text("tick", Anchor::Start, (PLOT.0, down + 12.0), first);
    }
    if let Some(last) = last.filter(|last| Some(*last) != first) {
        svg.text("tick", Anchor::End, (PLOT.1, down + 12.0), last);
    }
    let description = format!("{}.", parts.join(". "));
    Ok(Some(Drawing::wide(svg, down + 18.0, description)))
}

fn runs(band: &[(&'static str, &'static str)]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (row, (class, word)) in band.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.class == *class => run.to = row + 1,
            _ => runs.push(Run {
                class,
                word,
                from: row,
                to: row + 1,
            }),
        }
    }
    runs
}

fn cell(svg: &mut Svg, run: &Run, (from, to): (f64, f64), down: f64) {
    let class = if run.class == "unknown" {
        "open"
    } else {
        run.class
    };
    svg.bar(class, from, to, down, TALL);
    if from > PLOT.0 {
        svg.rule("cut", (from, down), (from, down + TALL));
    }
    let middle = f64::midpoint(from, to);
    if to - from >= LETTER {
        let at = (middle, down + TALL / 2.0 + 4.0);
        let class = if class == "open" {
            "letter open"
        } else {
            "letter"
        };
        svg.text(class, Anchor::Middle, at, letter(run.class));
        return;
    }
    let stripes: &[f64] = match run.class {
        "watch" => &[0.5],
        "bad" => &[0.3, 0.7],
        _ => &[],
    };
    for share in stripes {
        let line = down + share * TALL;
        svg.rule("cut", (from, line), (to, line));
    }
}

fn letter(class: &str) -> &'static str {
    match class {
        "good" => "G",
        "watch" => "A",
        "bad" => "R",
        _ => "?",
    }
}

fn told(word: &str) -> &str {
    if word == "Grey" { "unknown" } else { word }
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::super::sample;
    use super::*;

    fn drawn(reported: &[&str], derived: &[&str]) -> Drawing {
        let days: Vec<String> = (1..=reported.len())
            .map(|m| format!("2025-{m:02}-28"))
            .collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        let rows = sample::rows(&[
            ("date", sample::days(&days)),
            ("reported", sample::texts(reported)),
            ("derived", sample::texts(derived)),
        ]);
        let more = [
            ("bands", Value::from(vec!["reported", "derived"])),
            ("labels", Value::from(vec!["reported", "by the data"])),
        ];
        sample::drawn(ribbon, &rows, &["date"], &more)
    }

    #[test]
    fn equal_neighbours_are_one_cell_with_a_letter() {
        let drawn = drawn(
            &["green", "green", "green", "green"],
            &["green", "amber", "red", ""],
        );
        assert_eq!(sample::each(&drawn, "\"good\"", "width"), [73.0, 18.25]);
        for letter in [">G<", ">A<", ">R<", ">?<"] {
            assert!(drawn.svg.body.contains(letter), "{letter}");
        }
        assert!(
            drawn
                .description
                .contains("unknown from 2025-04-28 to 2025-04-28")
        );
    }

    #[test]
    fn a_difference_is_marked_where_both_are_known() {
        let drawn = drawn(
            &["green", "green", "green", "green"],
            &["green", "amber", "red", ""],
        );
        assert_eq!(sample::each(&drawn, "\"differ\"", "x"), [18.25]);
        assert_eq!(sample::each(&drawn, "\"differ\"", "width"), [36.5]);
        assert!(
            drawn
                .description
                .contains("differ: 2025-02-28 to 2025-03-28")
        );
    }

    #[test]
    fn narrow_cells_are_striped() {
        let mut band = vec![""; 36];
        band[7] = "red";
        let rows = sample::rows(&[
            ("date", sample::days(&vec!["2025-01-31"; 36])),
            ("band", sample::texts(&band)),
        ]);
        let more = [
            ("bands", Value::from(vec!["band"])),
            ("labels", Value::from(vec!["one"])),
        ];
        let drawn = sample::drawn(ribbon, &rows, &["date"], &more);
        assert!(!drawn.svg.body.contains(">R<"));
        // Two to part it from its neighbours, two stripes.
        assert_eq!(sample::each(&drawn, "\"cut\"", "x1").len(), 4);
    }
}
