//! Moment: a point on the axis of knowledge, as it is typed.

use chrono::{DateTime, NaiveDate, Utc};

/// A day (its last moment) or an instant in UTC.
///
/// # Errors
/// What the text is not, as the end of a sentence that begins with it.
pub fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_utc());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .and_then(|day| day.and_hms_opt(23, 59, 59))
        .map(|last| last.and_utc())
        .ok_or_else(|| "is neither a day (2026-03-31) nor an instant (2026-03-31T18:00:00Z)".into())
}
