//! A page: the text of `throughline.toml`, for complaints that name its lines.
//!
//! Not here: what is complained about (`config`, `rules_table`).

use std::path::Path;

use toml::Spanned;

use crate::error::{Error, Result};

/// Where in the file something stands, for complaints.
pub(super) struct Page<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Page<'_> {
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    pub(super) fn complain(&self, offset: usize, message: impl Into<String>, hint: &str) -> Error {
        Error::Config {
            path: self.path.to_path_buf(),
            line: self.line(offset),
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(super) fn within(
        &self,
        name: &str,
        value: &Spanned<f64>,
        low: f64,
        high: f64,
    ) -> Result<f64> {
        let v = *value.get_ref();
        if v.is_finite() && (low..=high).contains(&v) {
            Ok(v)
        } else {
            Err(self.complain(
                value.span().start,
                format!("`{name}` is {v}, and must lie between {low} and {high}"),
                "",
            ))
        }
    }
}
