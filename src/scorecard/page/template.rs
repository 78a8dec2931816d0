//! Template: the texts that pages and narrative are made from.
//!
//! In: ours, and those of the project's `templates/` folder, which replace ours by
//! name. Out: all of them, and a hash of the project's own for the release's id.
//!
//! Not here: what they can ask for (`environment`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::error::{Error, Result};

static OURS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/scorecard/page/template");

/// Templates by name.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    sources: BTreeMap<String, String>,
    own: BTreeMap<String, PathBuf>,
}

impl Templates {
    /// Ours, and the project's over them.
    ///
    /// # Errors
    /// [`Error::Config`] for a file that replaces none of ours, and for a narrative
    /// with a figure of its own; I/O errors.
    pub fn load(root: &Path) -> Result<Self> {
        let mut templates = Self::default();
        for file in OURS.files() {
            let name = file.path().display().to_string();
            let text = file.contents_utf8();
            let text = text.ok_or_else(|| Error::Bug(format!("{name} is no text")))?;
            templates.sources.insert(name, text.replace("\r\n", "\n"));
        }
        let folder = root.join("templates");
        if folder.is_dir() {
            let mut paths = Vec::new();
            for entry in std::fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
                paths.push(entry.map_err(Error::io("list", &folder))?.path());
            }
            paths.sort();
            for path in paths {
                templates.replace(path)?;
            }
        }
        for (name, source) in templates.of("md") {
            if let Some((line, numeral)) = numeral_of(source) {
                return Err(templates.mistake(
                    name,
                    line,
                    format!("`{numeral}` is a figure that no model computed"),
                    "a narrative states cells alone: {{ row.column }} of rows(\"family.model\")",
                ));
            }
        }
        Ok(templates)
    }

    fn replace(&mut self, path: PathBuf) -> Result<()> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') {
            return Ok(());
        }
        if !self.sources.contains_key(&name) {
            let names: Vec<&str> = self.sources.keys().map(String::as_str).collect();
            return Err(Error::Config {
                message: format!("`{name}` replaces no template"),
                hint: format!("the templates are {}", names.join(", ")),
                path,
                line: 0,
            });
        }
        let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        self.sources
            .insert(name.clone(), text.replace("\r\n", "\n"));
        self.own.insert(name, path);
        Ok(())
    }

    /// (name, source) of those with this extension.
    pub(super) fn of(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        let is_asked = move |name: &str| name.rsplit_once('.').is_some_and(|(_, e)| e == extension);
        self.sources
            .iter()
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .filter(move |(name, _)| is_asked(name))
    }

    /// The text of one of ours or of its replacement.
    pub(super) fn source(&self, name: &str) -> &str {
        self.sources.get(name).map_or("", String::as_str)
    }

    /// (name, source) of the project's own: an input of the release.
    pub(in crate::scorecard) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.own
            .keys()
            .map(|name| (name.as_str(), self.sources[name].as_str()))
    }

    /// A mistake in a template: of the project's, or a bug of ours.
    pub(super) fn mistake(&self, name: &str, line: usize, message: String, hint: &str) -> Error {
        match self.own.get(name) {
            Some(path) => Error::Config {
                path: path.clone(),
                line,
                message,
                hint: hint.into(),
            },
            None => Error::Bug(format!("template {name}, line {line}: {message}")),
        }
    }
}

/// The first numeral in the text of a template, outside its expressions, with its
/// line.
fn numeral_of(source: &str) -> Option<(usize, String)> {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest
        .find("{{")
        .into_iter()
        .chain(rest.find("{%"))
        .chain(rest.find("{#"))
        .min()
    {
        bare.push_str(&rest[..at]);
        let close = match &rest[at..at + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = rest[at..].find(close).map_or(rest.len(), |n| at + n + 2);
        bare.extend(rest[at..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    bare.push_str(rest);
    let at = bare.find(char::is_numeric)?;
    let line = bare[..at].matches('\n').count() + 1;
    let numeral = bare[at..]
        .chars()
        .take_while(|c| c.is_numeric() || ".,".contains(*c))
        .collect();
    Some((line, numeral))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeral_outside_an_expression_is_found_with_its_line() {
        assert_eq!(
            numeral_of("a {{ rows(\"x\").top(3) }}\n{% if a > 2 %}b{% endif %}{# 7 #}"),
            None
        );
        assert_eq!(
            numeral_of("a {#\n#}\nsome 12 of it"),
            Some((3, "12".into()))
        );
    }

    #[test]
    fn ours_state_no_figure_and_an_own_one_must_replace_one_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let templates = Templates::load(folder.path()).unwrap();
        assert!(templates.of("md").count() >= 3 && templates.own().count() == 0);
        std::fs::create_dir(folder.path().join("templates")).unwrap();
        std::fs::write(folder.path().join("templates/goal.md"), "about 40 of it").unwrap();
        let said = Templates::load(folder.path()).unwrap_err().to_string();
        assert!(said.contains("`40`"), "{said}");
        std::fs::write(folder.path().join("templates/goal.md"), "fine").unwrap();
        std::fs::write(folder.path().join("templates/gaol.md"), "fine").unwrap();
        let said = Templates::load(folder.path()).unwrap_err().to_string();
        assert!(said.contains("`gaol.md` replaces no template"), "{said}");
    }
}
