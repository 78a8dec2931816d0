//! Timeline: when milestones were first planned and when they come.
//!
//! In: names with the first planned day and the actual or expected one. Out: a ring
//! at the plan and a filled dot where it came, or a square where it is expected,
//! with a bar between them and a line for today.
//!
//! Rule: a bar to the right is late, in the warm colour; a bar to what is only
//! expected is dashed.

use minijinja::Error;

use super::asked::Asked;
use super::svg::{Anchor, PLOT, ROW, Scale, Svg, cut};
use super::time::ticks;
use super::{Drawing, listed};

const HEAD: f64 = 22.0;
/// Names that fit beside their verdict on a phone.
const NAME: usize = 32;

/// `name`, the days `from` and `to`, and `done` (a truth, or a day that is there);
/// `today` and `verdict` if given.
pub(super) fn timeline(asked: &Asked<'_>) -> Result<Option<Drawing>, Error> {
    let names = asked.texts("name")?;
    let (from, to) = (asked.days("from")?, asked.days("to")?);
    let (from_texts, to_texts) = (asked.texts("from")?, asked.texts("to")?);
    let done = asked.truths("done")?;
    let verdicts = asked.texts_if("verdict")?;
    let today = asked.day("today")?;
    let days = || from.iter().chain(&to).copied().flatten();
    let (Some(first), Some(last)) = (
        days().chain(today).reduce(f64::min),
        days().chain(today).reduce(f64::max),
    ) else {
        return Ok(None);
    };
    // Room for a whole dot at either end.
    let room = ((last - first) / 40.0).max(1.0);
    let (first, last) = (first - room, last + room);
    let scale = Scale::new(first, last);
    let foot = names.iter().fold(HEAD, |down, _| down + ROW);
    let mut svg = Svg::new();
    for tick in ticks(first, last) {
        let across = scale.across(tick.day);
        svg.rule("grid", (across, HEAD), (across, foot));
        svg.text("tick", Anchor::Middle, (across, foot + 16.0), &tick.text);
    }
    if let Some(today) = today {
        let across = scale.across(today);
        svg.rule("today", (across, HEAD - 4.0), (across, foot));
        svg.text("tick", Anchor::Middle, (across, 12.0), "today");
    }
    let mut down = HEAD;
    let mut parts = Vec::new();
    for row in 0..names.len() {
        let line = down + 28.0;
        let name = cut(&names[row], NAME);
        svg.text("label halo", Anchor::Start, (0.0, down + 14.0), &name);
        svg.text(
            "tick",
            Anchor::End,
            (100.0, down + 14.0),
            &cut(&verdicts[row], 18),
        );
        svg.rule("track", (PLOT.0, line), (PLOT.1, line));
        let plan = from[row].map(|day| scale.across(day));
        let outcome = to[row].map(|day| scale.across(day));
        let is_late = matches!((from[row], to[row]), (Some(from), Some(to)) if to > from);
        let tone = if is_late { "over" } else { "under" };
        if let (Some(plan), Some(outcome)) = (plan, outcome) {
            if done[row] {
                svg.bar(tone, plan, outcome, line - 2.0, 4.0);
            } else {
                let class = if is_late { "due over" } else { "due under" };
                svg.rule(class, (plan, line), (outcome, line));
            }
        }
        if let Some(plan) = plan {
            svg.dot("ring", plan, line, 6.0);
        }
        match outcome {
            Some(outcome) if done[row] => svg.dot(tone, outcome, line, 4.5),
            Some(outcome) => svg.mark(tone, outcome, line, "M-4.5-4.5h9v9h-9z"),
            None => {}
        }
        let day = if to_texts[row].is_empty() {
            "no date"
        } else {
            &to_texts[row]
        };
        svg.text("value", Anchor::End, (100.0, line + 4.5), day);
        let planned = match from_texts[row].as_str() {
            "" => "not planned",
            day => &format!("planned {day}"),
        };
        let came = if done[row] { "done" } else { "expected" };
        let mut told = format!("{}: {planned}, {came} {day}", names[row]);
        if !verdicts[row].is_empty() {
            told.push_str(&format!(", {}", verdicts[row]));
        }
        parts.push(told);
        down += ROW;
    }
    Ok(Some(Drawing::wide(svg, foot + 24.0, listed(&parts))))
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::super::sample;
    use super::*;

    #[test]
    fn rings_are_plans_and_only_what_is_done_is_a_dot() {
        let rows = sample::rows(&[
            ("name", sample::texts(&["Early", "Late", "Open", "Bare"])),
            (
                "from",
                sample::days(&["2025-03-31", "2025-06-30", "2025-09-30", ""]),
            ),
            (
                "to",
                sample::days(&["2025-03-01", "2025-07-31", "2026-03-31", ""]),
            ),
            ("done", sample::days(&["2025-03-01", "2025-07-31", "", ""])),
        ]);
        let named = ["name", "from", "to", "done"];
        let more = [("today", Value::from("2025-12-31"))];
        let drawn = sample::drawn(timeline, &rows, &named, &more);
        let rings = sample::each(&drawn, "\"ring\"", "cx");
        assert_eq!(rings.len(), 3);
        assert!(rings[0] < rings[1] && rings[1] < rings[2]);
        let early = sample::each(&drawn, "circle class=\"under\"", "cx");
        let late = sample::each(&drawn, "circle class=\"over\"", "cx");
        assert!(early[0] < rings[0] && late[0] > rings[1]);
        assert!(drawn.svg.body.contains("class=\"due over\""));
        let today = sample::each(&drawn, "\"today\"", "x1");
        assert!(today[0] > rings[2] && today[0] < PLOT.1);
        assert!(
            drawn
                .description
                .contains("Bare: not planned, expected no date")
        );
    }

    #[test]
    fn without_any_day_there_is_nothing() {
        let rows = sample::rows(&[
            ("name", sample::texts(&["A"])),
            ("from", sample::days(&[""])),
            ("to", sample::days(&[""])),
            ("done", sample::truths(&[false])),
        ]);
        let named = ["name", "from", "to", "done"];
        assert!(sample::tried(timeline, &rows, &named, &[]).is_none());
    }
}
