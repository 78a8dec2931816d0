//! Where a replay works, and where it leaves its tables.

use std::path::{Path, PathBuf};

use super::Judged;
use crate::error::{Error, Result};
use crate::history::{self, durable};

/// Where a replay works; swept when it ends, however it does.
pub(super) struct Folder {
    pub(super) path: PathBuf,
}

impl Folder {
    pub(super) fn new(place: &Path) -> Result<Self> {
        let parent = place.parent().unwrap_or(Path::new("."));
        durable::create_dir(parent)?;
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let path = parent.join(format!(".staging-{name}"));
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(Error::cannot_write(&path))?;
        }
        durable::create_dir(&path)?;
        Ok(Self { path })
    }

    /// A night that nobody looks back at any more.
    pub(super) fn forget(&self, night: &str) -> Result<()> {
        let path = self.path.join(night);
        std::fs::remove_dir_all(&path).map_err(Error::cannot_write(&path))
    }

    /// Leaves the tables at `place`, in the stead of an earlier replay's.
    pub(super) fn publish(&self, place: &Path, judged: &Judged) -> Result<()> {
        let fresh = self.path.join("tables");
        durable::create_dir(&fresh)?;
        for (name, rows) in [
            ("nights", &judged.nights),
            ("findings", &judged.findings),
            ("rules", &judged.rules),
            ("raised", &judged.raised),
        ] {
            let bytes = history::to_parquet(rows, &[])?;
            durable::write(&fresh.join(format!("{name}.parquet")), &bytes)?;
        }
        if place.exists() {
            std::fs::remove_dir_all(place).map_err(Error::cannot_write(place))?;
        }
        std::fs::rename(&fresh, place).map_err(Error::cannot_write(place))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
