//! Aims: targets over time, as stepped lines.
//!
//! In: rows of targets with their days, or one bound that holds throughout. Out:
//! lines, each with its words.
//!
//! Rule: a target is in force until its day, and the last one holds on.

use minijinja::{Error, Value};

use super::super::cell::Cell;
use super::asked::{Asked, Figure};
use super::frame::{End, Frame, joined, labelled};
use super::limits::{Piece, until};

/// The targets of a chart.
pub(super) struct Aims {
    lines: Vec<Aim>,
}

struct Aim {
    class: &'static str,
    word: &'static str,
    pieces: Vec<Piece<1>>,
    newest: Figure,
}

impl Aims {
    /// The options `target`, `goal_low` and `goal_high`: columns of the rows `targets`,
    /// or figures, between the first, the newest and the last day of a chart.
    pub(super) fn of(asked: &Asked<'_>, days: (f64, f64, f64)) -> Result<Self, Error> {
        let rows = asked.other("targets")?;
        let rows = rows.as_deref();
        let dates = asked.days_of(rows, "target_date")?;
        let mut lines = Vec::new();
        for (option, class, word) in [
            ("target", "aim", "target"),
            ("goal_low", "aim bound", "goal from"),
            ("goal_high", "aim bound", "goal up to"),
        ] {
            let constant = match asked.given(option)? {
                Some(value) if is_figure(&value) => asked.figure(option)?,
                _ => None,
            };
            let (pieces, newest) = if let Some(figure) = constant {
                let level = [(days.0, [figure.number]), (days.2, [figure.number])];
                (vec![level.to_vec()], Some(figure))
            } else {
                let figures = asked.figures_of(rows, option)?;
                let newest = figures.iter().rev().flatten().next().cloned();
                let targets: Vec<_> = dates
                    .iter()
                    .zip(figures)
                    .filter_map(|(day, figure)| {
                        Some((day.as_ref()?.number, figure.map(|f| f.number)))
                    })
                    .collect();
                (until(&targets, days), newest)
            };
            if let Some(newest) = newest.filter(|_| !pieces.is_empty()) {
                lines.push(Aim {
                    class,
                    word,
                    pieces,
                    newest,
                });
            }
        }
        Ok(Self { lines })
    }

    /// Every value that the axis must take in.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let pieces = self.lines.iter().flat_map(|line| &line.pieces);
        pieces.flatten().map(|(_, [value])| *value)
    }

    pub(super) fn paths(&self, frame: &Frame) -> impl Iterator<Item = (&'static str, String)> {
        let path = |line: &Aim| (line.class, joined(frame, &line.pieces));
        self.lines.iter().map(path)
    }

    pub(super) fn ends(&self) -> impl Iterator<Item = End> {
        self.lines.iter().filter_map(|line| {
            let (day, [value]) = *line.pieces.last()?.last()?;
            Some(End {
                class: "aimed",
                text: labelled(line.word, &line.newest.text),
                day,
                value,
                is_led: true,
            })
        })
    }

    pub(super) fn told(&self) -> impl Iterator<Item = String> {
        let told = |line: &Aim| format!("{} {}", capital(line.word), line.newest.text);
        self.lines.iter().map(told)
    }
}

/// A figure, and no name of a column.
fn is_figure(value: &Value) -> bool {
    value.is_number() || value.downcast_object_ref::<Cell>().is_some()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
