//! A release: built beside the current one, verified, swapped in at once.
//!
//! staging → files, each synced → manifest → read back and compared → renamed
//! into `releases/<id>` → `current` swapped by one rename.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::manifest::{self, Manifest, Output, PreviousRelease};
use super::page::{Sink, Templates};
use super::summary::Summary;
use crate::catalogue::{Previous, Shelved};
use crate::contract::Finding;
use crate::error::{Error, Result};
use crate::history::{Known, durable};
use crate::model::{Query, Ran};
use crate::project::Project;

const MANIFEST: &str = "manifest.json";
const PAGES: &str = "pages.ndjson";
const STAGING: &str = ".staging-";

/// A page of a release, as its list has it.
#[derive(Debug, Serialize, Deserialize)]
struct Page {
    file: String,
    bytes: u64,
    /// BLAKE3 of the bytes.
    hash: String,
}

/// A release that is being built.
pub struct Release {
    out: PathBuf,
    pub id: String,
    /// Where its files are written until it is published.
    pub folder: PathBuf,
    previous: Option<PreviousRelease>,
    pages: Vec<Output>,
}

impl Release {
    /// Prepares the release that these inputs make. What a killed run left in
    /// staging is swept first; the lock makes sure that nobody is at work there.
    ///
    /// # Errors
    /// [`Error::CannotWrite`], before any work is done.
    pub fn prepare(
        project: &Project,
        known: &Known,
        previous: Option<&Previous>,
        queries: &[Query],
        templates: &Templates,
    ) -> Result<Self> {
        let id = manifest::release_id(project, known, previous, queries, templates);
        durable::create_dir(&project.out.join("releases"))?;
        for entry in std::fs::read_dir(&project.out).map_err(Error::io("list", &project.out))? {
            let path = entry.map_err(Error::io("list", &project.out))?.path();
            let is_left = path
                .file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with(STAGING));
            if is_left {
                std::fs::remove_dir_all(&path).map_err(Error::cannot_write(&path))?;
            }
        }
        let folder = project.out.join(format!("{STAGING}{id}"));
        durable::create_dir(&folder)?;
        Ok(Self {
            out: project.out.clone(),
            id,
            folder,
            previous: previous.map(PreviousRelease::from),
            pages: Vec::new(),
        })
    }

    /// The manifest, if this very release is published already. Points `current`
    /// at it, should it point elsewhere.
    ///
    /// # Errors
    /// I/O errors.
    pub fn published(&self) -> Result<Option<Manifest>> {
        let folder = self.out.join("releases").join(&self.id);
        let Some(manifest) = read(&folder)? else {
            return Ok(None);
        };
        if verify(&folder, &manifest).is_err() {
            // Damaged: set it aside for whoever wants to know, and build it again.
            let aside = self
                .out
                .join("releases")
                .join(format!("{}.damaged", self.id));
            if aside.exists() {
                std::fs::remove_dir_all(&aside).map_err(Error::cannot_write(&aside))?;
            }
            std::fs::rename(&folder, &aside).map_err(Error::cannot_write(&aside))?;
            return Ok(None);
        }
        self.point()?;
        std::fs::remove_dir_all(&self.folder).map_err(Error::cannot_write(&self.folder))?;
        Ok(Some(manifest))
    }

    /// Adds a file that is no table.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        durable::write(&self.folder.join(name), bytes)?;
        self.pages.push(Output {
            name: name.to_owned(),
            file: name.to_owned(),
            bytes: bytes.len() as u64,
            hash: blake3::hash(bytes).to_hex().to_string(),
            rows: None,
            money: Vec::new(),
        });
        Ok(())
    }

    /// Adds pages. There may be tens of thousands, so each is a line of a list of its
    /// own, whose hash the manifest holds; they are synced all at once.
    ///
    /// # Errors
    /// [`Error::CannotWrite`], and whatever `write` says.
    pub fn add_pages(&mut self, write: impl FnOnce(Sink<'_>) -> Result<()>) -> Result<()> {
        let pages = Mutex::new(Vec::new());
        write(&|name, bytes| {
            durable::write_one_of_many(&self.folder.join(name), bytes)?;
            let page = Page {
                file: name.to_owned(),
                bytes: bytes.len() as u64,
                hash: blake3::hash(bytes).to_hex().to_string(),
            };
            pages
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(page);
            Ok(())
        })?;
        durable::sync_all(&self.folder)?;
        let mut pages = pages.into_inner().unwrap_or_else(PoisonError::into_inner);
        pages.sort_unstable_by(|a, b| a.file.cmp(&b.file));
        let mut lines = String::new();
        for page in &pages {
            lines.push_str(&json(page)?);
            lines.push('\n');
        }
        self.add(PAGES, lines.as_bytes())
    }

    /// Adds the findings, one JSON object a line.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub fn add_findings(&mut self, findings: &[Finding]) -> Result<()> {
        let mut lines = String::new();
        for finding in findings {
            lines.push_str(&json(finding)?);
            lines.push('\n');
        }
        self.add("findings.ndjson", lines.as_bytes())
    }

    /// Writes manifest and `run.json`, verifies every file, and swaps the release in.
    ///
    /// # Errors
    /// [`Error::CannotWrite`] if nothing changed; [`Error::Io`] if it is published
    /// and may not survive a power cut (a rerun settles it).
    pub fn publish(
        self,
        project: &Project,
        known: &Known,
        ran: &[Ran],
        shelved: &[Shelved],
        summary: Summary,
        run: &serde_json::Value,
    ) -> Result<Manifest> {
        let mut outputs: Vec<Output> = shelved
            .iter()
            .map(|s| Output {
                name: s.name.clone(),
                file: s.file.clone(),
                bytes: s.bytes,
                hash: s.hash.clone(),
                rows: Some(s.rows),
                money: s.totals.clone(),
            })
            .collect();
        outputs.extend(self.pages.iter().cloned());
        let manifest = Manifest {
            release: self.id.clone(),
            project: project.name.clone(),
            description: project.description.clone(),
            as_of: project.as_of.to_string(),
            as_known: known.as_known.to_rfc3339(),
            pack: project.pack.clone(),
            currency: project.currency.clone(),
            rules_version: project.rules.version.clone(),
            rules: serde_json::to_value(&project.rules)
                .map_err(|e| Error::Bug(format!("the rules cannot be written: {e}")))?,
            engine_version: manifest::ENGINE_VERSION.to_owned(),
            contract_version: crate::contract::CONTRACT_VERSION.to_owned(),
            models: manifest::models(ran),
            inputs: manifest::inputs(known),
            previous: self.previous.clone(),
            outputs,
            summary,
        };
        let text = pretty(&manifest)?;
        durable::write(&self.folder.join(MANIFEST), text.as_bytes())?;
        durable::write(&self.folder.join("run.json"), pretty(run)?.as_bytes())?;
        verify(&self.folder, &manifest)?;
        sync_tree(&self.folder)?;
        let releases = self.out.join("releases");
        let place = releases.join(&self.id);
        std::fs::rename(&self.folder, &place).map_err(Error::cannot_write(&place))?;
        durable::sync_dir(&releases)?;
        self.point()?;
        Ok(manifest)
    }

    /// Where the release is read once published.
    #[must_use]
    pub fn page_path(out: &Path) -> PathBuf {
        out.join("current").join("index.html")
    }

    fn point(&self) -> Result<()> {
        let current = self.out.join("current");
        let target = Path::new("releases").join(&self.id);
        if std::fs::read_link(&current).is_ok_and(|t| t == target) {
            return Ok(());
        }
        let fresh = self.out.join(".current-new");
        match std::fs::remove_file(&fresh) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::cannot_write(&fresh)(e)),
        }
        symlink(&target, &fresh).map_err(Error::cannot_write(&fresh))?;
        std::fs::rename(&fresh, &current).map_err(Error::cannot_write(&current))?;
        durable::sync_dir(&self.out)
    }
}

impl Drop for Release {
    /// A run that fails leaves no staging folder behind; the sweep of the next
    /// run catches what a kill leaves.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A published release: its manifest and the folder that holds its files; the
/// current one, if no id is given.
///
/// # Errors
/// [`Error::Missing`] if it is not there or was made by another build.
pub(super) fn published(out: &Path, id: Option<&str>) -> Result<(Manifest, PathBuf)> {
    let folder = match id {
        // An id is one folder's name and no path.
        Some(id) if id.is_empty() || id.contains(['/', '\\']) || id.starts_with('.') => {
            return Err(Error::Usage {
                message: format!("`{id}` is no id of a release"),
                hint: format!("they are the folders of {}", out.join("releases").display()),
            });
        }
        Some(id) => out.join("releases").join(id),
        None => out.join("current"),
    };
    match read(&folder)? {
        Some(manifest) => Ok((manifest, folder)),
        None => Err(Error::Missing {
            what: "release",
            path: folder,
            hint: "`throughline run` publishes one".into(),
        }),
    }
}

/// BLAKE3 of a release's manifest.
pub(super) fn hash_of(folder: &Path) -> Result<String> {
    let path = folder.join(MANIFEST);
    let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
    Ok(blake3::hash(&bytes).to_hex().to_string())
}

fn read(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(MANIFEST);
    match std::fs::read_to_string(&path) {
        // A manifest of another build is no manifest of ours.
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io("read", &path)(e)),
    }
}

/// Reads every file back and compares it with the manifest.
fn verify(folder: &Path, manifest: &Manifest) -> Result<()> {
    for output in &manifest.outputs {
        let bytes = read_back(folder, &output.file, &output.hash)?;
        if output.file == PAGES {
            for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                let page: Page = serde_json::from_slice(line)
                    .map_err(|e| Error::Bug(format!("{PAGES} is no list of pages: {e}")))?;
                read_back(folder, &page.file, &page.hash)?;
            }
        }
    }
    Ok(())
}

fn read_back(folder: &Path, file: &str, hash: &str) -> Result<Vec<u8>> {
    let path = folder.join(file);
    let bytes = std::fs::read(&path).map_err(Error::io("read back", &path))?;
    if blake3::hash(&bytes).to_hex().as_str() == hash {
        return Ok(bytes);
    }
    Err(Error::Io {
        action: "read back",
        path,
        source: std::io::Error::other("the bytes are not those that were written"),
    })
}

fn sync_tree(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let path = entry.map_err(Error::io("list", folder))?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        }
    }
    durable::sync_dir(folder)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Bug(format!("cannot be written as JSON: {e}")))
}

fn pretty<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|e| Error::Bug(format!("cannot be written as JSON: {e}")))
}
