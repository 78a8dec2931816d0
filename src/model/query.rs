//! A query: a model as it lies in its file. The path is the name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::header::{self, Header};
use crate::catalogue::FAMILIES;
use crate::error::{Error, Result, nearest};

/// The folder of questions beside the families.
const EXAMPLES: &str = "examples";

static OURS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// One model.
#[derive(Debug, Clone)]
pub struct Query {
    /// `family.model`
    pub name: String,
    pub family: String,
    pub model: String,
    /// For messages: `queries/…` of ours, or the path in the project.
    pub path: String,
    pub sql: String,
    pub header: Header,
    pub built_in: bool,
    /// The models that must run before it; known once it is ordered.
    pub reads: BTreeSet<String>,
}

impl Query {
    /// The SQL without the header, which readers are shown in words.
    #[must_use]
    pub fn body(&self) -> &str {
        let mut rest = self.sql.as_str();
        while rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        }
        rest
    }

    /// BLAKE3 of the file's text: what a release was made with.
    #[must_use]
    pub fn hash(&self) -> String {
        blake3::hash(self.sql.as_bytes()).to_hex().to_string()
    }

    /// A complaint about this file.
    #[must_use]
    pub fn complain(&self, line: usize, column: usize, message: String, hint: &str) -> Error {
        Error::Model {
            path: self.path.clone(),
            line,
            column,
            message,
            hint: hint.into(),
            built_in: self.built_in,
        }
    }
}

/// All models: ours, then the project's own, which win by name.
///
/// # Errors
/// [`Error::Model`] for a header that is wrong, I/O errors.
pub fn load(root: &Path) -> Result<Vec<Query>> {
    let mut queries = BTreeMap::new();
    for family in FAMILIES {
        for file in OURS.get_dir(family).into_iter().flat_map(Dir::files) {
            let path = format!("queries/{}", file.path().display());
            let sql = file
                .contents_utf8()
                .ok_or_else(|| Error::Bug(format!("{path} is no text")))?;
            if let Some(query) = query(family, file.path(), path, sql.to_owned(), true)? {
                queries.insert(query.name.clone(), query);
            }
        }
    }
    let own = root.join("queries");
    for family in subfolders(&own)? {
        let folder = own.join(&family);
        // Questions for `sql --file`; they are no models.
        if family == EXAMPLES {
            continue;
        }
        if !FAMILIES.contains(&family.as_str()) {
            return Err(Error::Config {
                path: folder,
                line: 0,
                message: format!("`{family}` is no family of models"),
                hint: format!("the families are {}", FAMILIES.join(", ")),
            });
        }
        for entry in std::fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
            let path = entry.map_err(Error::io("list", &folder))?.path();
            let text = || std::fs::read_to_string(&path).map_err(Error::io("read", &path));
            if path.extension().is_some_and(|e| e == "sql") {
                let shown = path.display().to_string();
                if let Some(query) = query(&family, &path, shown, text()?, false)? {
                    queries.insert(query.name.clone(), query);
                }
            }
        }
    }
    Ok(queries.into_values().collect())
}

/// The model of that name.
///
/// # Errors
/// [`Error::Usage`] with the nearest name.
pub fn find<'q>(queries: &'q [Query], name: &str) -> Result<&'q Query> {
    queries.iter().find(|q| q.name == name).ok_or_else(|| {
        let nearest = nearest(name, queries.iter().map(|q| q.name.as_str()));
        Error::Usage {
            message: format!("there is no model `{name}`"),
            hint: nearest.map_or_else(String::new, |nearest| {
                format!("did you mean `{nearest}`? `throughline models` lists them")
            }),
        }
    })
}

fn subfolders(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder).map_err(Error::io("list", folder))? {
            let entry = entry.map_err(Error::io("list", folder))?;
            if entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}

fn query(
    family: &str,
    file: &Path,
    path: String,
    sql: String,
    built_in: bool,
) -> Result<Option<Query>> {
    let Some(model) = file
        .file_stem()
        .and_then(|s| s.to_str())
        .filter(|_| file.extension().is_some_and(|e| e == "sql"))
    else {
        return Ok(None);
    };
    let header = header::parse(&sql).map_err(|mistake| Error::Model {
        path: path.clone(),
        line: mistake.line,
        column: 1,
        message: mistake.what,
        hint: "the header states question, grain, columns, checks, receipt, leaves out and method; any file of ours is an example".into(),
        built_in,
    })?;
    Ok(Some(Query {
        name: format!("{family}.{model}"),
        family: family.into(),
        model: model.into(),
        path,
        sql,
        header,
        built_in,
        reads: BTreeSet::new(),
    }))
}
