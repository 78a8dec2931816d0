//! Dumbbell: a goal's share of priority and its share of money, on one line.
//!
//! A hollow ring stands at the weight, a filled dot at the money; the bar
//! between them is the money that would have to move.

use super::super::page::{PriorityLevel, PriorityRow};
use super::{Anchor, PLOT, ROW, Scale, Svg, label};

const TOP: f64 = 8.0;
const FOOT: f64 = 26.0;

/// The chart of one level, or nothing when no row has a share.
pub(in super::super) fn priority(level: &PriorityLevel, rows: &[&PriorityRow]) -> Option<String> {
    let shares = || {
        rows.iter()
            .flat_map(|row| [row.weight_ratio, row.spend_ratio])
            .flatten()
    };
    let largest = shares()
        .filter(|share| share.is_finite())
        .fold(None, |most: Option<f64>, share| {
            Some(most.map_or(share, |most| most.max(share)))
        })?;
    let (step, steps) = axis(largest);
    let top = step * f64::from(steps);
    let scale = Scale::new(0.0, top);

    let mut svg = Svg::new();
    let mut down = TOP;
    let bottom = TOP + ROW * count(rows);
    for tick in 0..=steps {
        let share = step * f64::from(tick);
        let across = scale.across(share);
        svg.rule("grid", (across, TOP), (across, bottom));
        let text = format!("{:.0} %", share * 100.0);
        let anchor = if tick == 0 {
            Anchor::Start
        } else {
            Anchor::Middle
        };
        svg.text("tick", anchor, (across, bottom + 16.0), &text);
    }
    for row in rows {
        entry(&mut svg, scale, row, down);
        down += ROW;
    }
    let title = format!(
        "Level {}: share of priority and share of money, by goal",
        level.level
    );
    Some(svg.finish(
        &format!("chart-priority-{}", level.level),
        bottom + FOOT,
        &title,
        &describe(rows),
    ))
}

fn entry(svg: &mut Svg, scale: Scale, row: &PriorityRow, down: f64) {
    svg.text(
        "label",
        Anchor::Start,
        (0.0, down + 14.0),
        &label(&row.goal_name),
    );
    let line = down + 28.0;
    svg.rule("track", (PLOT.0, line), (PLOT.1, line));
    let tone = match row.verdict.as_str() {
        "over-funded" => "over",
        "under-funded" => "under",
        _ => "even",
    };
    let weight = row.weight_ratio.map(|ratio| scale.across(ratio));
    let money = row.spend_ratio.map(|ratio| scale.across(ratio));
    if let (Some(weight), Some(money)) = (weight, money) {
        svg.bar(tone, weight, money, line - 2.5, 5.0);
    }
    if let Some(money) = money {
        svg.dot(tone, money, line, 5.5);
    }
    if let Some(weight) = weight {
        svg.dot("ring", weight, line, 5.5);
    }
    let figure = if row.move_amount.is_empty() {
        &row.spend_share
    } else {
        &row.move_amount
    };
    svg.text("value", Anchor::End, (100.0, line + 4.5), figure);
}

/// Step and number of steps of an axis that reaches `largest`.
fn axis(largest: f64) -> (f64, u8) {
    for step in [0.01, 0.02, 0.05, 0.1, 0.2] {
        for steps in 1..=5_u8 {
            if step * f64::from(steps) >= largest - 1e-9 {
                return (step, steps);
            }
        }
    }
    (0.25, 4)
}

fn count(rows: &[&PriorityRow]) -> f64 {
    f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

fn describe(rows: &[&PriorityRow]) -> String {
    let parts: Vec<String> = rows
        .iter()
        .take(8)
        .map(|row| {
            let weight = if row.weight.is_empty() {
                "unknown"
            } else {
                &row.weight
            };
            let verdict = if row.verdict.is_empty() {
                "no verdict"
            } else {
                &row.verdict
            };
            format!(
                "{}: weight {weight}, money {}, {verdict}",
                row.goal_name, row.spend_share
            )
        })
        .collect();
    let more = rows.len().saturating_sub(8);
    let rest = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more in the table")
    };
    format!("{}{rest}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_reaches_the_largest_share() {
        assert_eq!(axis(0.03), (0.01, 3));
        assert_eq!(axis(0.34), (0.1, 4));
        assert_eq!(axis(1.0), (0.2, 5));
    }

    #[test]
    fn no_share_no_chart() {
        let row = PriorityRow::default();
        assert_eq!(priority(&PriorityLevel::default(), &[&row]), None);
    }
}
