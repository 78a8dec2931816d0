//! Which files a source names, and the fingerprint of each.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// One file of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// As the project names it: relative to the project, `/`-separated.
    pub name: String,
    pub path: PathBuf,
}

/// The files that `pattern` names under `root`, sorted by name.
///
/// # Errors
/// [`Error::Missing`] if it names none, or something that is no regular file.
pub fn expand(root: &Path, pattern: &str) -> Result<Vec<SourceFile>> {
    let missing = |what, path: PathBuf, hint: &str| Error::Missing {
        what,
        path,
        hint: hint.into(),
    };
    let absolute = root.join(pattern);
    let bad_pattern = |why: String| Error::Usage {
        message: format!("the source path `{pattern}` is no valid pattern: {why}"),
        hint: "`*` and `?` within one folder, `**` for any depth".into(),
    };
    // A root with a bracket or star in its name must not become a pattern.
    let escaped = format!(
        "{}/{pattern}",
        glob::Pattern::escape(&root.to_string_lossy())
    );
    let mut files = Vec::new();
    for entry in glob::glob(&escaped).map_err(|e| bad_pattern(e.to_string()))? {
        let path = entry.map_err(|e| Error::Io {
            action: "list",
            path: e.path().to_path_buf(),
            source: std::io::Error::from(e.error().kind()),
        })?;
        if !path.is_file() {
            return Err(missing(
                "regular file",
                path,
                "a source must be a regular file; folders, pipes and devices are refused",
            ));
        }
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        files.push(SourceFile { name, path });
    }
    files.sort();
    if files.is_empty() {
        return Err(missing(
            "source file",
            absolute,
            "check `path` in this source; it is relative to throughline.toml",
        ));
    }
    Ok(files)
}

/// The BLAKE3 hash of a file's bytes, in hex.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn fingerprint(path: &Path) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let file = std::fs::File::open(path).map_err(Error::io("open", path))?;
    hasher
        .update_reader(file)
        .map_err(Error::io("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
