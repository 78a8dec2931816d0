//! Fan: what is expected of a measure on a later day, and how surely.
//!
//! In: the row of a forecast. Out: two areas that widen from the newest value to the
//! 80 % and the 95 % interval of that day, and whiskers there.
//!
//! Not here: computing a forecast. Between the two days nothing was computed; the
//! areas only lead the eye.

use minijinja::Error;

use super::asked::{Asked, Figure};
use super::frame::{End, Frame, labelled};
use super::svg::Svg;

/// A forecast for one day.
pub(super) struct Fan {
    pub(super) day: Figure,
    value: Option<Figure>,
    /// The 95 % interval, then the 80 % interval.
    intervals: [(&'static str, Option<Figure>, Option<Figure>); 2],
}

impl Fan {
    /// The forecast of the option `forecast`: its first row, if that has a day.
    pub(super) fn of(asked: &Asked<'_>) -> Result<Option<Self>, Error> {
        let rows = asked.other("forecast")?;
        let rows = rows.as_deref();
        let first = |option| -> Result<Option<Figure>, Error> {
            Ok(asked.figures_of(rows, option)?.into_iter().next().flatten())
        };
        let day = asked.days_of(rows, "forecast_date")?;
        let value = first("forecast_value")?;
        let intervals = [
            ("95 %", first("low_95")?, first("high_95")?),
            ("80 %", first("low_80")?, first("high_80")?),
        ];
        let day = day.into_iter().next().flatten();
        Ok(day.map(|day| Self {
            day,
            value,
            intervals,
        }))
    }

    /// Every value that the axis must take in.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let ends = self.intervals.iter().flat_map(|(_, low, high)| [low, high]);
        ends.chain([&self.value])
            .flatten()
            .map(|figure| figure.number)
    }

    /// The areas and the line from the newest value.
    pub(super) fn paths(&self, frame: &Frame, origin: (f64, f64)) -> Vec<(&'static str, String)> {
        let day = self.day.number;
        let mut paths = Vec::new();
        for (_, low, high) in &self.intervals {
            if let (Some(low), Some(high)) = (low, high) {
                let corners = [origin, (day, high.number), (day, low.number)];
                paths.push(("fan", frame.area(corners.into_iter())));
            }
        }
        if let Some(value) = &self.value {
            let line = [(origin.0, Some(origin.1)), (day, Some(value.number))];
            paths.push(("ahead", frame.line(line.into_iter())));
        }
        paths
    }

    /// Whiskers and a hollow dot on the day of the forecast.
    pub(super) fn marks(&self, svg: &mut Svg, frame: &Frame) {
        let across = frame.across(self.day.number);
        for ((_, low, high), class) in self.intervals.iter().zip(["whisker", "whisker near"]) {
            if let (Some(low), Some(high)) = (low, high) {
                let (top, foot) = (frame.down(high.number), frame.down(low.number));
                svg.rule(class, (across, top), (across, foot));
            }
        }
        if let Some(value) = &self.value {
            svg.dot("hollow", across, frame.down(value.number), 4.5);
        }
    }

    pub(super) fn end(&self) -> Option<End> {
        self.value.as_ref().map(|value| End {
            class: "name",
            text: labelled("forecast", &value.text),
            day: self.day.number,
            value: value.number,
            is_led: true,
        })
    }

    pub(super) fn description(&self) -> String {
        let value = self.value.as_ref().map_or("unknown", |v| &v.text);
        let mut told = format!("Forecast for {}: {value}", self.day.text);
        for (name, low, high) in self.intervals.iter().rev() {
            if let (Some(low), Some(high)) = (low, high) {
                told.push_str(&format!(", {name} interval {} to {}", low.text, high.text));
            }
        }
        told
    }
}
