//! Staging: where a verb works before what it made is put in its place.
//!
//! In: the place. Out: a folder beside it that nobody reads, swept when the verb
//! ends, however it does; and what was made, put in the place at once.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::history::durable;

/// A folder to work in.
pub(super) struct Staging {
    pub(super) path: PathBuf,
}

impl Staging {
    /// Beside `place`, and empty.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub(super) fn beside(place: &Path) -> Result<Self> {
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

    /// Puts a folder of it, or all of it (`""`), at `place`, in the stead of what
    /// was made there before.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub(super) fn put(&self, folder: &str, place: &Path) -> Result<()> {
        if place.exists() {
            std::fs::remove_dir_all(place).map_err(Error::cannot_write(place))?;
        }
        let made = match folder {
            "" => self.path.clone(),
            _ => self.path.join(folder),
        };
        std::fs::rename(made, place).map_err(Error::cannot_write(place))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
